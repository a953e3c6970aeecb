//! What a mail server may do at each step of its protocol, and what becomes of the mail: never lost, and never doubled unless
//! nobody could know, and that said.

use crate::support::{
    client::Client,
    house::House,
    server::Server,
    smtp::{Fault, Identity, SmtpSink, Step},
    wait,
};
use innkeeper::{
    clock::{DAY, HOUR, MINUTE},
    mail::{queue, store},
};
use std::{collections::BTreeSet, time::Duration};
use tokio::task::JoinSet;

const OWNER: &str = "owner@bakery.example";
const TOLD: (&str, &str) =
    ("email-templates/default/told.html", "---\nsubject: Told\ncategory: general\n---\n<p>Told.</p>\n");
const TELL: (&str, &str) = (
    "hooks/tell.rhai",
    "on(\"custom.tell\", #{ id: \"tell\" }, |event| email(#{ template: \"told\", to: event.account.owner, reason: \"asked\" }));",
);

/// What becomes of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It goes out once, and what went wrong was no try of its own.
    Once,
    /// It goes out once, on its second try.
    Again,
    /// It is given up.
    Never,
    /// It goes out until there is an answer, which comes with so many copies, and says that there may be more than one.
    Unsure(usize),
}

use End::{Again, Never, Once, Unsure};

const FAULTS: [Fault; 5] = [
    Fault::Delay(Duration::from_millis(300)),
    Fault::Drop,
    Fault::Reply(451),
    Fault::Reply(554),
    Fault::Vanish,
];

/// For each step: slow, the line drops, `451`, `554`, the server disappears.
const TABLE: [(Step, [End; 5]); 9] = [
    // Nothing was said of the mail: whatever it is, it is about the server.
    (Step::Connect, [Once, Once, Once, Once, Once]),
    (Step::Hello, [Once, Once, Once, Once, Once]),
    (Step::StartTls, [Once, Once, Once, Once, Once]),
    (Step::Handshake, [Once, Once, Once, Once, Once]),
    (Step::MailFrom, [Once, Once, Again, Never, Once]),
    (Step::RcptTo, [Once, Once, Again, Never, Once]),
    (Step::Data, [Once, Once, Again, Never, Once]),
    // Here the server has only part of it, but we do not know that.
    (Step::Body, [Once, Unsure(1), Again, Never, Unsure(1)]),
    (Step::Received, [Once, Unsure(2), Again, Never, Unsure(2)]),
];

async fn house(sink: &SmtpSink) -> House {
    House::configured(&[TOLD, TELL], |config| {
        config.smtp_url = sink.url();
        config.mail.per_address_per_hour = 0;
        (config.mail.connect_seconds, config.mail.ready_seconds, config.mail.answer_seconds) = (1, 1, 5);
    })
    .await
}

async fn newest(house: &House) -> queue::Line {
    let to_owner = queue::Filter { to: OWNER.to_owned(), ..queue::Filter::default() };
    queue::store::list(&house.app.db, &to_owner, None, 1).await.unwrap().remove(0)
}

/// The Message-IDs of what the sink got for the owner.
fn ids(sink: &SmtpSink) -> Vec<String> {
    let told = sink.messages().into_iter().filter(|mail| mail.to == [OWNER]);
    told.map(|mail| mail.header("Message-ID").unwrap()).collect()
}

async fn tries(house: &House, id: &str, outcome: &str) -> i64 {
    let tries = "SELECT COUNT(*) FROM email_tries WHERE email_id =";
    house.count(format!("{tries} '{id}' AND outcome = '{outcome}'")).await
}

async fn meets(house: &House, sink: &SmtpSink, step: Step, fault: Fault, end: End) {
    let row = format!("{step:?} {fault:?}");
    // No line stands open, so that every step is met.
    sink.hang_up();
    let before = (ids(sink).len(), house.events("email.failed").await.len());
    sink.at_times(step, fault, 1);
    house.app.clock.advance(HOUR);
    house.emit("custom.tell").await;
    house.settle().await;
    sink.heal();
    let mail = wait::until(format!("{row} to come to an end"), || async {
        house.pass(MINUTE).await;
        Some(newest(house).await).filter(|mail| mail.state() != queue::State::Waiting)
    })
    .await;
    house.pass(DAY).await;
    let came = ids(sink).split_off(before.0);
    let (state, copies, attempts) = match end {
        Once => (queue::State::Sent, 1, 1),
        Again => (queue::State::Sent, 1, 2),
        Never => (queue::State::Dead, 0, 1),
        Unsure(copies) => (queue::State::Sent, copies, 2),
    };
    assert_eq!((mail.state(), came.len(), mail.attempts), (state, copies, attempts), "{row}: {mail:?}");
    assert!(came.iter().collect::<BTreeSet<_>>().len() <= 1, "{row}: {came:?}");
    assert_eq!(mail.unsure, matches!(end, Unsure(_)), "{row}: {mail:?}");
    assert_eq!(tries(house, &mail.id, "unknown").await, i64::from(mail.unsure), "{row}");
    let failed = house.events("email.failed").await.len() - before.1;
    assert_eq!(failed, usize::from(end == Never), "{row}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_step_of_the_protocol_loses_a_mail_or_doubles_one_without_saying_so() {
    let mut steps = JoinSet::new();
    for (step, ends) in TABLE {
        steps.spawn(async move {
            let sink = SmtpSink::start().await;
            if matches!(step, Step::StartTls | Step::Handshake) {
                sink.offer_tls(&Identity::of("127.0.0.1"));
            }
            let house = house(&sink).await;
            for (fault, end) in FAULTS.into_iter().zip(ends) {
                meets(&house, &sink, step, fault, end).await;
            }
        });
    }
    while let Some(ended) = steps.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test]
async fn a_mail_whose_node_fell_silent_goes_out_again_by_another_and_says_so() {
    let sink = SmtpSink::start().await;
    let house = house(&sink).await;
    house.emit("custom.tell").await;
    innkeeper::worker::dispatch::drain(&house.app).await.unwrap();
    let now = house.app.clock.now();
    let mut tx = house.app.db.begin().await.unwrap();
    assert_eq!(store::claim(&mut tx, "gone", now, MINUTE, 9).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    house.settle().await;
    assert!(ids(&sink).is_empty(), "another node has it");
    house.pass(HOUR).await;
    let mail = newest(&house).await;
    assert_eq!((mail.state(), mail.unsure, ids(&sink).len()), (queue::State::Sent, true, 1), "{mail:?}");
}

#[tokio::test]
async fn a_mail_over_which_the_server_ends_again_and_again_is_given_up() {
    let sink = SmtpSink::start().await;
    let house = house(&sink).await;
    house.emit("custom.tell").await;
    innkeeper::worker::dispatch::drain(&house.app).await.unwrap();
    for _ in 0..5 {
        let mut tx = house.app.db.begin().await.unwrap();
        let now = house.app.clock.now();
        assert_eq!(store::claim(&mut tx, &house.app.node, now, MINUTE, 9).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        // It is the same process, started again.
        house.app.take_back().await.unwrap();
    }
    house.settle().await;
    let mail = newest(&house).await;
    assert_eq!((mail.state(), mail.unsure, ids(&sink).len()), (queue::State::Dead, true, 0), "{mail:?}");
    assert!(mail.error.unwrap().contains("never came to an end"));
}

#[tokio::test]
async fn an_old_mail_that_is_tried_again_waits_for_mail_servers_as_long_as_a_new_one() {
    let sink = SmtpSink::start().await;
    let house = house(&sink).await;
    sink.at_times(Step::RcptTo, Fault::Reply(554), 1);
    house.emit("custom.tell").await;
    house.settle().await;
    let dead = newest(&house).await;
    assert_eq!(dead.state(), queue::State::Dead);
    house.app.clock.advance(10 * DAY);
    sink.at(Step::Connect, Fault::Drop);
    sink.hang_up();
    let act = house.act_of(OWNER).await;
    let mut tx = house.app.db.begin().await.unwrap();
    queue::send_again(&mut tx, &act, &dead.id).await.unwrap();
    tx.commit().await.unwrap();
    house.pass(MINUTE).await;
    assert_eq!(newest(&house).await.state(), queue::State::Waiting);
    house.app.clock.advance(5 * DAY);
    let given_up = wait::until("it to be given up", || async {
        house.pass(MINUTE).await;
        Some(newest(&house).await).filter(|mail| mail.state() == queue::State::Dead)
    })
    .await;
    assert!(given_up.error.unwrap().contains("four days without a mail server"));
}

async fn invite(owner: &Client, email: &str) {
    let page = owner.get("/users").await;
    let page = page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await;
    assert!(page.says(&format!("Invite sent to {email}")), "{page}");
}

#[tokio::test]
async fn a_server_that_is_killed_while_it_waits_for_the_answer_sends_again_and_says_so() {
    let sink = SmtpSink::start().await;
    let mut server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let owner = Client::logged_in(&server, OWNER).await;
    sink.at_times(Step::Received, Fault::Stall, 1);
    invite(&owner, "twice@example.com").await;
    sink.wait_for("twice@example.com", "Blue Bakery").await;
    server.kill().await;
    server.start_again().await;
    let mails = sink.wait_for_count(2).await;
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    let sent = "SELECT COUNT(*) FROM emails WHERE to_key = 'twice@example.com' AND state = 'sent' AND unsure";
    wait::until("the mark", || async { (server.database().count(sent).await == 1).then_some(()) }).await;
}

#[tokio::test]
async fn how_a_mail_server_takes_leave_changes_nothing() {
    let sink = SmtpSink::start().await;
    let mut server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let owner = Client::logged_in(&server, OWNER).await;
    for (n, fault) in FAULTS.into_iter().enumerate() {
        invite(&owner, &format!("quit{n}@example.com")).await;
        sink.wait_for(&format!("quit{n}@example.com"), "Blue Bakery").await;
        sink.at_times(Step::Quit, fault, 1);
        assert!(server.stop().await.success(), "{}", server.log());
        sink.heal();
        server.start_again().await;
    }
    invite(&owner, "last@example.com").await;
    sink.wait_for("last@example.com", "Blue Bakery").await;
    assert_eq!(sink.messages().len(), FAULTS.len() + 1);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM emails WHERE unsure OR attempts <> 1").await, 0);
}

#[tokio::test]
async fn a_mail_server_that_cannot_prove_who_it_is_gets_no_mail_until_it_can() {
    let sink = SmtpSink::start().await;
    let (known, expired) = (Identity::of("127.0.0.1"), Identity::expired("127.0.0.1"));
    let other = Identity::of("mail.example");
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, [&known, &expired, &other].map(Identity::pem).concat()).unwrap();
    let mut server = Server::demo()
        .env("SMTP_URL", format!("{}?tls=required", sink.url()))
        .foreign_env("SSL_CERT_FILE", roots.to_str().unwrap())
        .start()
        .await;
    let owner = Client::logged_in(&server, OWNER).await;
    let waits = |why: &str| {
        format!(
            "SELECT COUNT(*) FROM emails WHERE state = 'waiting' AND attempts = 0 AND NOT unsure AND error LIKE '%{why}%'"
        )
    };
    invite(&owner, "safe@example.com").await;
    let strangers = [
        (None, "offers no STARTTLS"),
        (Some(&other), "STARTTLS failed%not valid for name"),
        (Some(&expired), "STARTTLS failed%expired"),
        (Some(&Identity::of("127.0.0.1")), "STARTTLS failed%BadSignature"),
    ];
    for (identity, why) in strangers {
        if let Some(identity) = identity {
            sink.offer_tls(identity);
            // A mail server that failed rests, longer each time; a new process asks at once.
            server.stop().await;
            server.start_again().await;
        }
        wait::until(format!("the mail to wait: {why}"), || async {
            (server.database().count(waits(why)).await == 1).then_some(())
        })
        .await;
    }
    assert!(sink.messages().is_empty());
    sink.offer_tls(&known);
    server.stop().await;
    server.start_again().await;
    sink.wait_for("safe@example.com", "Blue Bakery").await;
    assert_eq!(sink.wait_for_count(1).await.len(), 1);
}
