//! What is kept of mail that comes in: files that come along, files that may not, and mail of which there is too much.

use crate::{
    intake::{SUPPORT, opened, take},
    support::{house::House, letter::letter as mail},
};
use innkeeper::{
    intake::{self, Outcome},
    mail::inbound::Reason,
    model::{
        intake::rejected,
        page::Page,
        staff,
        ticket::{self, Reply, Scope, Ticket},
    },
};
use std::fs;

const MIXED: &str = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";

/// A part with a file in it, as it was sent.
fn part(name: &str, bytes: &str) -> String {
    format!(
        "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n{bytes}\r\n"
    )
}

async fn first(house: &House, ticket: &Ticket) -> Reply {
    ticket::replies(&house.app.db, ticket).await.unwrap().remove(0)
}

/// What stands in brackets below a message.
fn told(reply: &Reply) -> Vec<&str> {
    reply.body.lines().filter(|line| line.starts_with('[')).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_page_can_show_staff_have_as_it_came() {
    let house = House::with(&[]).await;
    for (name, file, note) in [
        ("smime-encrypted", "smime.p7m", "[This mail is encrypted, so that its text cannot be shown here]"),
        ("pgp-encrypted", "encrypted.asc", "[This mail is encrypted, so that its text cannot be shown here]"),
        (
            "tnef-winmail",
            "winmail.dat",
            "[Outlook packed what was sent into winmail.dat, which is not opened]",
        ),
    ] {
        let came = format!("{}/tests/mail/inbound/{name}.eml", env!("CARGO_MANIFEST_DIR"));
        let raw = fs::read(came).unwrap();
        let reply = first(&house, &opened(&house, raw.clone()).await).await;
        let left_out = format!("[Not kept as a file: {file} (files of this kind are not taken)]");
        assert!(told(&reply).contains(&note), "{name}: {}", reply.body);
        assert!(told(&reply).contains(&left_out.as_str()), "{name}: {}", reply.body);
        assert_eq!(intake::raw(&house.app, &reply).await.unwrap(), raw, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_each_file_that_may_not_come_in_the_message_says_why() {
    let house = House::configured(&[], |config| {
        config.attachments.size_mb = 1;
        config.attachments.count = 2;
    })
    .await;
    let (empty, large) = (part("empty.txt", ""), part("large.txt", &"x".repeat(1_100_000)));
    let sealed = format!("\0{}", "Reply-To: support+kxb204815abcdefghijkmnpqr@host.example");
    let parts = [
        empty,
        large,
        part("photo.png", "This is no picture."),
        part("tool.exe", "Anything."),
        part("ours.zip", &sealed),
        part("a.txt", "a"),
        part("b.txt", "b"),
        part("c.txt", "c"),
    ];
    let body = format!("--b\r\n\r\nEight files.\r\n{}--b--", parts.concat());
    // What is no text, and holds an address for one reader alone.
    let raw = mail("owner@bakery.example", SUPPORT, "Files", "k1@bakery.example", MIXED, &body);
    let raw = raw.iter().map(|byte| if *byte == 0 { 0xff } else { *byte }).collect();
    let reply = first(&house, &opened(&house, raw).await).await;
    let expected = [
        "[Not kept as a file: large.txt (it is larger than 1 MB)]",
        "[Not kept as a file: photo.png (it is not what its name says)]",
        "[Not kept as a file: tool.exe (files of this kind are not taken)]",
        "[Not kept as a file: ours.zip (it holds what was meant for its sender alone)]",
        "[Not kept as a file: c.txt (a message can have 2 files)]",
    ];
    let mut told = told(&reply);
    told.retain(|line| !line.contains("empty.txt"));
    assert_eq!(told, expected);
    let names: Vec<&str> = reply.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["a.txt", "b.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_message_says_of_its_mail_it_says_in_the_language_of_its_account() {
    let words = ("messages/en.ftl", "mail-in-why-type = we do not take such files\n");
    let own = ("messages/de.ftl", "mail-in-why-type = solche Dateien nehmen wir nicht\n");
    let house = House::with(&[words, own]).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM accounts WHERE locale = 'de'").await, 0);
    let mut tx = house.app.db.begin().await.unwrap();
    tx.execute("UPDATE accounts SET locale = 'de'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    let body = format!("--b\r\n\r\nBitte.\r\n{}--b--", part("tool.exe", "x"));
    let ticket =
        opened(&house, mail("owner@bakery.example", SUPPORT, "", "w1@x.example", MIXED, &body)).await;
    let german = ["[Nicht als Datei behalten: tool.exe (solche Dateien nehmen wir nicht)]"];
    assert_eq!(
        (ticket.subject.as_str(), told(&first(&house, &ticket).await)),
        ("(kein Betreff)", german.to_vec())
    );
    // What belongs to no account is in English, and in the operator's own words where they have some.
    let ticket =
        opened(&house, mail("gus@elsewhere.example", SUPPORT, "", "w2@x.example", MIXED, &body)).await;
    let english = ["[Not kept as a file: tool.exe (we do not take such files)]"];
    assert_eq!(
        (ticket.subject.as_str(), told(&first(&house, &ticket).await)),
        ("(no subject)", english.to_vec())
    );
}

/// A mail that came too often, and was taken all the same.
async fn taken_all_the_same(house: &House, subject: &str, more: &str, body: &str) -> Reply {
    let raw = mail("owner@bakery.example", SUPPORT, subject, &format!("{subject}@x.example"), more, body);
    assert_eq!(take(house, raw).await, Outcome::Rejected(Reason::SenderRate));
    let row = rejected(&house.app.db, subject, &Page::default()).await.unwrap().rows.remove(0);
    let member = staff::lookup_by_email(&house.app.db, "staff@host.example").await.unwrap().unwrap();
    let outcome = intake::accept(&house.app, &house.act(staff::person(&member)), &row.id).await.unwrap();
    let Outcome::Opened(reference) = outcome else { panic!("{outcome:?}") };
    first(house, &ticket::find(&house.app.db, Scope::Staff, &reference).await.unwrap()).await
}

/// A house that takes one mail an hour of each sender, and has one of the owner; with a long text for another.
async fn busy(rejected_mb: i64) -> (House, String) {
    let house = House::configured(&[], |config| {
        config.intake.per_sender_per_hour = 1;
        config.intake.rejected_mb = rejected_mb;
    })
    .await;
    opened(&house, mail("owner@bakery.example", SUPPORT, "One", "one@x.example", "", "x")).await;
    (house, format!("Here it is:\r\n{}The question at the end?", "line of a log\r\n".repeat(9_000)))
}

fn with_archive(text: &str) -> String {
    let zip = format!("PK\u{3}\u{4}{}", "z".repeat(200_000));
    format!("--b\r\n\r\n{text}\r\n{}--b--", part("z.zip", &zip))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_came_too_often_is_kept_whole_and_loses_nothing_when_it_is_taken() {
    let (house, text) = busy(1).await;
    let reply = taken_all_the_same(&house, "Two", MIXED, &with_archive(&text)).await;
    assert_eq!(told(&reply), ["[The text goes on: all of it is in the file mail.txt]"]);
    let sizes: Vec<(&str, i64)> =
        reply.attachments.iter().map(|file| (file.name.as_str(), file.size)).collect();
    assert_eq!(sizes[1], ("z.zip", 200_004));
    let whole = String::from_utf8(house.app.file(&reply.attachments[0]).await.unwrap()).unwrap();
    assert!(whole.trim_end().ends_with("The question at the end?"), "{} bytes", whole.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_which_only_the_beginning_was_kept_says_so_when_it_is_taken() {
    let (house, text) = busy(0).await;
    let lost = "[Only the beginning of this mail was kept; the rest of its text and its files are missing]";
    let reply = taken_all_the_same(&house, "Two", MIXED, &with_archive("A file for you.")).await;
    assert!(reply.body.starts_with("A file for you."), "{}", reply.body);
    assert_eq!(told(&reply)[0], lost);
    let reply = taken_all_the_same(&house, "Three", "", &text).await;
    let rest = "[The text goes on: what was kept of it is in the file mail.txt]";
    assert_eq!((told(&reply), reply.attachments.len()), (vec![lost, rest], 1));
    // A text that ends nowhere among parts is there at least as far as the log has it.
    let reply = taken_all_the_same(&house, "Four", MIXED, &with_archive(&text)).await;
    assert!(reply.body.starts_with("Here it is:\nline of a log"), "{:.200}", reply.body);
    assert_eq!(told(&reply)[0], lost);
}
