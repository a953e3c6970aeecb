//! Answers on a ticket reach a reader in the order in which they were written, whatever the mail server does.

use crate::{
    mail_desk::{DEVELOPER, answer, staff},
    support::{
        server::Server,
        smtp::{Fault, SmtpSink, Step},
        wait,
    },
};

/// What the developer was told so far, in order.
async fn told(sink: &SmtpSink, words: &[&str]) -> Vec<String> {
    wait::until(format!("{} mails", words.len()), || async {
        let mails = sink.messages().into_iter().filter(|mail| mail.to == [DEVELOPER]);
        let texts: Vec<_> = mails.map(|mail| mail.text()).collect();
        (texts.len() >= words.len()).then(|| {
            let word = |text: &String| words.iter().find(|word| text.contains(**word)).unwrap().to_string();
            texts.iter().map(word).collect()
        })
    })
    .await
}

#[tokio::test]
async fn an_answer_waits_for_the_one_before_it_that_the_server_put_off() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let staff = staff(&server).await;
    // The developer's and the owner's mail.
    sink.at_times(Step::Received, Fault::Reply(451), 2);
    answer(&staff, "The cable is gone.").await;
    let put_off = "SELECT COUNT(*) FROM emails WHERE state = 'waiting' AND attempts = 1";
    wait::until("the first mails to be put off", || async {
        (server.database().count(put_off).await == 2).then_some(())
    })
    .await;
    answer(&staff, "The cable is back.").await;
    let words = ["cable is gone", "cable is back"];
    assert_eq!(told(&sink, &words).await, words);
}

#[tokio::test]
async fn answers_of_one_moment_keep_their_order() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let staff = staff(&server).await;
    let words = ["first of all", "second to none", "third time"];
    for word in words {
        answer(&staff, word).await;
    }
    assert_eq!(told(&sink, &words).await, words);
}
