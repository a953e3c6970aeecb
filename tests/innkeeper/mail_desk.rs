//! Helping mail along: the buttons of `/admin/mail`, and the same by the command line.

use crate::support::{
    PASSWORD,
    client::{Client, Page},
    command,
    server::Server,
    smtp::{Fault, SmtpSink, Step},
    wait,
};
use innkeeper::demo;
use serde_json::Value;

pub const DEVELOPER: &str = "developer@bakery.example";
const TICKET: &str = "The shop is slow since the update";

pub async fn staff(server: &Server) -> Client {
    let client = Client::new(server.url());
    let page = client.get("/admin/login").await;
    page.form("Log in").fill("Email address", demo::STAFF).fill("Password", PASSWORD).submit().await;
    client
}

/// Staff answer on the ticket: the developer, who opened it, and the owner get a mail.
pub async fn answer(staff: &Client, text: &str) {
    let page = staff.get("/admin/tickets?status=all").await.follow(TICKET).await;
    page.form("Send Reply").fill("Reply", text).submit().await;
}

/// Runs a command on the server's folder and database.
async fn on(server: &Server, words: &[&str]) -> command::Outcome {
    let mut binary = command::binary();
    binary.args(words).arg("--data").arg(server.data());
    binary.env("INNKEEPER_DATABASE_URL", server.database().url());
    command::run(&mut binary).await
}

/// The mails to an address, the newest first, once one of them is in this state.
async fn mails(server: &Server, to: &str, state: &str) -> Vec<Value> {
    wait::until(format!("a mail to {to} that is {state}"), || async {
        let listed = on(server, &["mail", "queue", "--to", to, "--format", "json"]).await.ok();
        let mails: Vec<Value> = serde_json::from_str(&listed).unwrap();
        mails.iter().any(|mail| mail["state"] == state).then_some(mails)
    })
    .await
}

async fn one(server: &Server, state: &str) -> String {
    let mails = mails(server, DEVELOPER, state).await;
    let mail = mails.iter().find(|mail| mail["state"] == state).unwrap();
    mail["id"].as_str().unwrap().to_owned()
}

fn to_developer(sink: &SmtpSink) -> Vec<String> {
    let mails = sink.messages().into_iter().filter(|mail| mail.to == [DEVELOPER]);
    mails.map(|mail| mail.header("Message-ID").unwrap()).collect()
}

async fn arrive(sink: &SmtpSink, count: usize) -> Vec<String> {
    wait::until(format!("{count} mails"), || async {
        Some(to_developer(sink)).filter(|ids| ids.len() == count)
    })
    .await
}

async fn show(staff: &Client, id: &str) -> Page {
    staff.get(&format!("/admin/mail/{id}")).await
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_sent_by_its_button_and_a_sent_one_goes_out_once_more() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let staff = staff(&server).await;
    sink.at(Step::RcptTo, Fault::Reply(554));
    answer(&staff, "We look into it.").await;
    let dead = one(&server, "dead").await;
    let listed = staff.get("/admin/mail?state=dead").await;
    assert!(listed.says(DEVELOPER) && listed.body().contains(&dead), "{listed}");
    let page = show(&staff, &dead).await;
    assert!(page.says("554") && !page.has_button("Drop"), "{page}");

    sink.heal();
    let page = page.form("Send again").submit().await;
    assert!(page.says(&format!("The mail to {DEVELOPER} is being sent.")), "{page}");
    let first = arrive(&sink, 1).await;
    assert!(first[0].contains(&dead), "with its own Message-ID: {first:?}");
    assert_eq!(one(&server, "sent").await, dead);

    // Who got it and why leads to it.
    let told = page.body().split("/admin/events/").nth(1).unwrap().split('"').next().unwrap();
    let told = staff.get(&format!("/admin/events/{told}")).await;
    assert!(told.body().contains(&format!("/admin/mail/{dead}")), "{told}");

    // Once more is another mail, which mail programs do not take for the same.
    let page = show(&staff, &dead).await.form("Send again").submit().await;
    assert!(!page.path().ends_with(&dead), "{}", page.path());
    let both = arrive(&sink, 2).await;
    assert_ne!(both[0], both[1]);
    let retried = "SELECT COUNT(*) FROM events WHERE name = 'email.retried'";
    assert_eq!(server.database().count(retried).await, 2);
}

#[tokio::test]
async fn a_mail_that_waits_is_sent_at_once_or_dropped_by_its_buttons() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let staff = staff(&server).await;
    sink.at(Step::RcptTo, Fault::Reply(451));
    answer(&staff, "We look into it.").await;
    let waits = one(&server, "waiting").await;
    // It was tried: only then does it wait for minutes.
    let tried = format!("SELECT COUNT(*) FROM email_tries WHERE email_id = '{waits}'");
    wait::until("its first try", || async { (server.database().count(&tried).await > 0).then_some(()) })
        .await;
    let later = format!("UPDATE emails SET next_at = next_at + 3600000 WHERE id = '{waits}'");
    server.database().execute(later).await;

    let page = show(&staff, &waits).await;
    assert!(page.says("451") && page.has_button("Send now"), "{page}");
    let page = page.form("Drop").submit().await;
    assert!(page.says(&format!("The mail to {DEVELOPER} is not sent.")), "{page}");
    assert!(!page.has_button("Drop"), "{page}");
    let again = staff.post(&format!("/admin/mail/{waits}/drop"), &[]).await;
    assert!(again.says("does not wait"), "{again}");
    sink.heal();
    assert_eq!(one(&server, "dropped").await, waits);
    assert!(to_developer(&sink).is_empty());

    let page = show(&staff, &waits).await.form("Send again").submit().await;
    assert!(page.says("is being sent"), "{page}");
    assert!(arrive(&sink, 1).await[0].contains(&waits));
}

#[tokio::test]
async fn a_suppression_is_lifted_by_its_button_and_the_mail_that_was_held_back_can_be_sent() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let staff = staff(&server).await;
    let page = staff.get("/admin/mail/suppressions").await;
    let page = page
        .form("Send no more mail to an address")
        .fill("Address", DEVELOPER)
        .fill("Why", "asked by phone")
        .submit()
        .await;
    assert!(page.says(&format!("{DEVELOPER} gets no more mail.")), "{page}");
    answer(&staff, "We look into it.").await;
    let held = one(&server, "suppressed").await;
    let page = show(&staff, &held).await;
    assert!(page.says("asked by phone"), "{page}");

    // As long as it stands, trying again changes nothing.
    page.form("Send again").submit().await;
    wait::until("it is held back once more", || async {
        let told = "SELECT COUNT(*) FROM events WHERE name = 'email.suppressed'";
        (server.database().count(told).await == 2).then_some(())
    })
    .await;
    assert!(to_developer(&sink).is_empty());
    let page = show(&staff, &held).await.form(&format!("Lift {DEVELOPER}")).submit().await;
    assert!(page.says(&format!("{DEVELOPER} gets mail again.")), "{page}");
    show(&staff, &held).await.form("Send again").submit().await;
    assert!(arrive(&sink, 1).await[0].contains(&held));
}

#[tokio::test]
async fn a_link_that_works_once_is_not_sent_twice() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    owner.get("/users").await.form("Send Invite").fill("Email address", "a@b.example").submit().await;
    sink.wait_for("a@b.example", "Blue Bakery").await;
    let sent = mails(&server, "a@b.example", "sent").await[0]["id"].as_str().unwrap().to_owned();
    let page = show(&staff(&server).await, &sent).await.form("Send again").submit().await;
    assert!(page.says("works once"), "{page}");
    assert!(on(&server, &["mail", "retry", &sent]).await.failed_with(1).contains("works once"));
    assert_eq!(sink.messages().len(), 1);
}

#[tokio::test]
async fn the_command_line_retries_and_drops_what_the_buttons_do() {
    let mut sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let staff = staff(&server).await;
    sink.at(Step::RcptTo, Fault::Reply(554));
    answer(&staff, "One.").await;
    let dead = one(&server, "dead").await;
    let told = on(&server, &["mail", "queue", &dead]).await.ok();
    assert!(told.contains("554") && told.contains("opened the ticket"), "{told}");
    assert!(on(&server, &["mail", "drop", &dead, "--yes"]).await.failed_with(1).contains("does not wait"));
    assert!(
        on(&server, &["mail", "retry", "em_none"]).await.failed_with(1).contains("there is no mail em_none")
    );

    sink.heal();
    let told = on(&server, &["mail", "retry", &dead]).await.ok();
    assert!(told.contains("goes out as soon as a mail server takes mail"), "{told}");
    assert!(arrive(&sink, 1).await[0].contains(&dead));
    let told = on(&server, &["mail", "retry", &dead]).await.ok();
    assert!(told.contains("goes out in its place"), "{told}");
    arrive(&sink, 2).await;

    // What waits while nobody takes it is dropped, and brought back.
    sink.stop().await;
    answer(&staff, "Two.").await;
    let waits = one(&server, "waiting").await;
    // Unless it is just being tried.
    let dropped = wait::until("it to be dropped", || async {
        let outcome = on(&server, &["mail", "drop", &waits, "--yes"]).await;
        (outcome.code == Some(0)).then_some(outcome.stdout)
    })
    .await;
    assert!(dropped.contains("mail retry"), "{dropped}");
    sink.start_again().await;
    sink.wait_for("owner@bakery.example", TICKET).await;
    assert_eq!(one(&server, "dropped").await, waits);
    on(&server, &["mail", "retry", &waits]).await.ok();
    assert!(arrive(&sink, 3).await[2].contains(&waits));
}

#[tokio::test]
async fn all_that_was_given_up_is_tried_again_by_one_command() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let staff = staff(&server).await;
    sink.at(Step::RcptTo, Fault::Reply(554));
    answer(&staff, "One.").await;
    let dead = "SELECT COUNT(*) FROM emails WHERE state = 'dead'";
    wait::until("both to be given up", || async { (server.database().count(dead).await == 2).then_some(()) })
        .await;
    sink.heal();
    let told = on(&server, &["mail", "retry", "--all", "--yes"]).await.ok();
    assert!(told.contains("2 mails now in the queue again"), "{told}");
    sink.wait_for_count(2).await;
    let told = on(&server, &["mail", "retry", "--all", "--yes"]).await.ok();
    assert!(told.contains("0 mails"), "{told}");
}

#[tokio::test]
async fn each_message_and_note_of_a_ticket_leads_to_who_got_it() {
    let server = Server::demo().start().await;
    let staff = staff(&server).await;
    answer(&staff, "We look into it.").await;
    mails(&server, DEVELOPER, "sent").await;
    let page = staff.get("/admin/tickets?status=all").await.follow(TICKET).await;
    let page = page.form("Save Note").fill("Note", "They pay late.").submit().await;
    let links = |page: &Page| {
        let links = page.body().split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        links.filter(|link| link.contains("/messages/")).map(str::to_owned).collect::<Vec<_>>()
    };
    let links = links(&page);
    let [.., answered, noted] = links.as_slice() else { panic!("{links:?}") };
    let told = staff.get(answered).await;
    assert!(told.path().starts_with("/admin/events/") && told.says("ticket.replied"), "{told}");
    assert!(told.says(DEVELOPER), "{told}");
    assert!(staff.get(noted).await.says("ticket.noted"));

    // The same by the address, as far back as one looks.
    let explained = staff.get(&format!("/admin/explain?q={}", DEVELOPER.to_uppercase())).await;
    assert!(explained.says("ticket.replied") && !explained.has_link("Look further back"), "{explained}");
    let before = staff.get(&format!("/admin/explain?q={DEVELOPER}&before=1000~evt_x~route:x")).await;
    assert!(!before.says("ticket.replied") && before.has_link("Newest"), "{before}");

    // Where the event is gone, one comes back and reads so.
    let gone = staff.get(&answered.replace("rep_", "rep_x")).await;
    assert_eq!(gone.path(), page.path());
    assert!(gone.says("no longer kept"), "{gone}");
}
