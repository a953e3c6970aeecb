//! Mail by several servers that have bad days: nothing lost, nothing doubled unless nobody could know, and that said.

use crate::support::{
    client::Client,
    command,
    server::Server,
    smtp::{Fault, SmtpSink, Step},
    wait,
};
use std::collections::BTreeSet;

async fn invite(owner: &Client, email: &str) {
    let page = owner.get("/users").await;
    let page = page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await;
    assert!(page.says(&format!("Invite sent to {email}")), "{page}");
}

/// Runs a command on the server's folder and database.
async fn on(server: &Server, words: &[&str], relays: &str) -> command::Outcome {
    let mut binary = command::binary();
    binary.args(words).arg("--data").arg(server.data());
    binary.env("INNKEEPER_DATABASE_URL", server.database().url());
    if !relays.is_empty() {
        binary.env("INNKEEPER_RELAYS", relays);
    }
    command::run(&mut binary).await
}

fn relays(sinks: &[(&str, &SmtpSink)]) -> String {
    let tables: Vec<_> = sinks
        .iter()
        .map(|(name, sink)| format!("{{ name = \"{name}\", url = \"{}\" }}", sink.url()))
        .collect();
    format!("[{}]", tables.join(", "))
}

#[tokio::test]
async fn a_line_that_drops_at_any_step_loses_no_mail_and_doubles_none() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let steps = [Step::Connect, Step::Hello, Step::MailFrom, Step::RcptTo, Step::Data];
    for (n, step) in steps.into_iter().enumerate() {
        sink.at_times(step, Fault::Drop, 1);
        invite(&owner, &format!("step{n}@example.com")).await;
        sink.wait_for(&format!("step{n}@example.com"), "Blue Bakery").await;
    }
    let mails = sink.wait_for_count(steps.len()).await;
    let ids: BTreeSet<_> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), steps.len(), "each mail came once");
    assert_eq!(server.database().count("SELECT COUNT(*) FROM emails WHERE unsure").await, 0);
}

#[tokio::test]
async fn a_mail_that_may_have_gone_out_goes_out_again_with_the_same_id_and_says_so() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    sink.at_times(Step::Received, Fault::Drop, 1);
    invite(&owner, "twice@example.com").await;
    let mails = sink.wait_for_count(2).await;
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    let sent = "SELECT COUNT(*) FROM emails WHERE state = 'sent' AND unsure";
    wait::until("the mark", || async { (server.database().count(sent).await == 1).then_some(()) }).await;
    let tried = "SELECT COUNT(*) FROM email_tries WHERE outcome = 'unknown'";
    assert_eq!(server.database().count(tried).await, 1);
    let listed = on(&server, &["mail", "queue", "--state", "sent", "--format", "json"], "").await;
    let rows: serde_json::Value = serde_json::from_str(&listed.ok()).unwrap();
    assert_eq!((&rows[0]["unsure"], &rows[0]["to"]), (&true.into(), &"twice@example.com".into()));
}

#[tokio::test]
async fn another_server_stands_in_for_one_that_is_gone() {
    let (first, second) = (SmtpSink::start().await, SmtpSink::start().await);
    let server =
        Server::demo().env("RELAYS", relays(&[("first", &first), ("second", &second)])).start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    invite(&owner, "a@example.com").await;
    first.wait_for("a@example.com", "Blue Bakery").await;
    first.stop().await;
    invite(&owner, "b@example.com").await;
    second.wait_for("b@example.com", "Blue Bakery").await;
    assert_eq!((first.messages().len(), second.messages().len()), (1, 1));
    let said = on(&server, &["doctor"], &relays(&[("first", &first), ("second", &second)])).await;
    assert!(said.stdout.contains("relays: first") && said.stdout.contains("relays: second"), "{said:#?}");
    assert_eq!(said.code, Some(1), "a server is away");
}

#[tokio::test]
async fn mail_waits_for_a_server_that_is_gone_and_is_sent_when_it_is_back() {
    let mut sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    sink.stop().await;
    for n in 0..5 {
        invite(&owner, &format!("wait{n}@example.com")).await;
    }
    server.logged("mail waits for a mail server").await;
    sink.start_again().await;
    sink.wait_for_count(5).await;
    assert_eq!(
        server.database().count("SELECT COUNT(*) FROM emails WHERE attempts > 1").await,
        0,
        "that was no try"
    );
}

#[tokio::test]
async fn an_address_that_does_not_exist_gets_one_mail_and_no_more_until_that_is_lifted() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    on(&server, &["mail", "suppressions", "add", "Ada@example.com", "--why", "asked by phone"], "")
        .await
        .ok();
    invite(&owner, "ada@example.com").await;
    let held = "SELECT COUNT(*) FROM emails WHERE state = 'suppressed'";
    wait::until("it is held back", || async { (server.database().count(held).await == 1).then_some(()) })
        .await;
    let said = "SELECT COUNT(*) FROM events WHERE name = 'email.suppressed'";
    assert_eq!(server.database().count(said).await, 1);
    assert!(sink.messages().is_empty());
    let listed = on(&server, &["mail", "suppressions"], "").await.ok();
    assert!(listed.contains("Ada@example.com") && listed.contains("asked by phone"), "{listed}");
    on(&server, &["mail", "suppressions", "lift", "ada@example.com"], "").await.ok();
    let trouble = on(&server, &["mail", "suppressions", "lift", "ada@example.com"], "").await.failed_with(1);
    assert!(trouble.contains("not on the list"), "{trouble}");
}
