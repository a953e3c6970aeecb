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
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

const OWNER: &str = "owner@bakery.example";
const LOGIN: (&str, &str) = ("inn", "sesame");
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
const TABLE: [(Step, [End; 5]); 10] = [
    // Nothing was said of the mail: whatever it is, it is about the server.
    (Step::Connect, [Once, Once, Once, Once, Once]),
    (Step::Hello, [Once, Once, Once, Once, Once]),
    (Step::StartTls, [Once, Once, Once, Once, Once]),
    (Step::Handshake, [Once, Once, Once, Once, Once]),
    (Step::Auth, [Once, Once, Once, Once, Once]),
    (Step::MailFrom, [Once, Once, Again, Never, Once]),
    (Step::RcptTo, [Once, Once, Again, Never, Once]),
    (Step::Data, [Once, Once, Again, Never, Once]),
    // Here the server has only part of it, but we do not know that.
    (Step::Body, [Once, Unsure(1), Again, Never, Unsure(1)]),
    (Step::Received, [Once, Unsure(2), Again, Never, Unsure(2)]),
];

async fn house(sink: &SmtpSink) -> House {
    house_at(sink.url()).await
}

async fn house_at(url: String) -> House {
    House::configured(&[TOLD, TELL], |config| {
        config.smtp_url = url;
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
            let house = match step {
                Step::Auth => {
                    sink.want_login(LOGIN.0, LOGIN.1);
                    house_at(format!("smtp://{}:{}@127.0.0.1:{}?tls=off", LOGIN.0, LOGIN.1, sink.port()))
                        .await
                }
                _ => house(&sink).await,
            };
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

/// What a mail waits for while its server does not prove who it is.
fn waits(why: &str) -> String {
    format!(
        "SELECT COUNT(*) FROM emails WHERE state = 'waiting' AND attempts = 0 AND NOT unsure AND error LIKE '%{why}%'"
    )
}

/// Lets a mail wait for a server that shows each of these, and then for one that proves who it is. `show` lets it be seen so.
async fn waits_until_it_is_proved(
    sink: &SmtpSink,
    url: String,
    words: [&str; 4],
    show: impl Fn(&SmtpSink, &Identity),
) {
    let (known, expired) = (Identity::of("127.0.0.1"), Identity::expired("127.0.0.1"));
    let (other, stranger) = (Identity::of("mail.example"), Identity::of("127.0.0.1"));
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, [&known, &expired, &other].map(Identity::pem).concat()).unwrap();
    let mut server = Server::demo()
        .env("SMTP_URL", url)
        .foreign_env("SSL_CERT_FILE", roots.to_str().unwrap())
        .start()
        .await;
    let owner = Client::logged_in(&server, OWNER).await;
    invite(&owner, "safe@example.com").await;
    for (identity, why) in [None, Some(&other), Some(&expired), Some(&stranger)].into_iter().zip(words) {
        if let Some(identity) = identity {
            show(sink, identity);
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
    show(sink, &known);
    // The line breaks once more, and the log-in is put off.
    sink.at_times(Step::Handshake, Fault::Drop, 1);
    sink.at_times(Step::Auth, Fault::Reply(454), 1);
    server.stop().await;
    server.start_again().await;
    sink.wait_for("safe@example.com", "Blue Bakery").await;
    assert_eq!(sink.wait_for_count(1).await.len(), 1);
    let once = "SELECT COUNT(*) FROM emails WHERE to_key = 'safe@example.com' AND state = 'sent' AND attempts = 1 AND NOT unsure";
    wait::until("the mark", || async { (server.database().count(once).await == 1).then_some(()) }).await;
}

#[tokio::test]
async fn a_mail_server_that_cannot_prove_who_it_is_gets_no_mail_until_it_can() {
    let sink = SmtpSink::start().await;
    let url = format!("{}?tls=required", sink.url());
    let words = [
        "offers no STARTTLS",
        "STARTTLS failed%not valid for name",
        "STARTTLS failed%expired",
        "STARTTLS failed%BadSignature",
    ];
    waits_until_it_is_proved(&sink, url, words, SmtpSink::offer_tls).await;
}

#[tokio::test]
async fn a_line_that_is_to_be_encrypted_from_the_first_byte_is_so_or_carries_no_mail_and_no_password() {
    let sink = SmtpSink::start().await;
    sink.want_login(LOGIN.0, LOGIN.1);
    let url = format!("smtps://{}:{}@127.0.0.1:{}", LOGIN.0, LOGIN.1, sink.port());
    let words = ["no TLS", "no TLS%not valid for name", "no TLS%expired", "no TLS%BadSignature"];
    waits_until_it_is_proved(&sink, url, words, SmtpSink::encrypt_at_once).await;
}

#[tokio::test]
async fn a_wrong_password_lets_mail_wait_until_it_is_right() {
    let sink = SmtpSink::start().await;
    sink.want_login(LOGIN.0, "another");
    let url = format!("smtp://{}:{}@127.0.0.1:{}?tls=off", LOGIN.0, LOGIN.1, sink.port());
    let server = Server::demo().env("SMTP_URL", url).start().await;
    invite(&Client::logged_in(&server, OWNER).await, "known@example.com").await;
    wait::until("the mail to wait", || async {
        (server.database().count(waits("log-in as inn failed%")).await == 1).then_some(())
    })
    .await;
    assert!(!server.log().contains(LOGIN.1), "the password stands in the log");
    sink.want_login(LOGIN.0, LOGIN.1);
    sink.wait_for("known@example.com", "Blue Bakery").await;
}

#[tokio::test]
async fn a_server_that_takes_so_many_in_a_second_gets_no_more_and_gets_them_all() {
    const PER_SECOND: u32 = 2;
    const MAILS: u32 = 8;
    let sink = SmtpSink::start().await;
    let relays = format!("[{{ name = \"slow\", url = \"{}\", per_second = {PER_SECOND} }}]", sink.url());
    let server = Server::demo().env("RELAYS", relays).start().await;
    let owner = Client::logged_in(&server, OWNER).await;
    let begun = Instant::now();
    for n in 0..MAILS {
        invite(&owner, &format!("n{n}@example.com")).await;
    }
    let came = sink.wait_for_count(MAILS as usize).await;
    // Two go at once, and each of the others has to wait for its turn: a slow machine only makes it longer.
    let least = Duration::from_millis(u64::from(1_000 / PER_SECOND * (MAILS - PER_SECOND)) - 50);
    assert!(begun.elapsed() >= least, "{MAILS} mails within {:?}", begun.elapsed());
    let ids: BTreeSet<_> = came.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), MAILS as usize, "each came once");
    let once = "SELECT COUNT(*) FROM emails WHERE state = 'sent' AND attempts = 1 AND NOT unsure";
    wait::until("the marks", || async {
        (server.database().count(once).await >= i64::from(MAILS)).then_some(())
    })
    .await;
}
