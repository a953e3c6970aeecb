//! Nobody has the house write to strangers in their own words, or drowns staff for others.

use crate::{
    intake::{SUPPORT, opened, take},
    support::{house::House, letter::letter as mail},
};
use innkeeper::{
    clock::HOUR,
    event::{
        data::Account,
        guard::{AccountRegister, TicketOpen, TicketReply},
        outbox::Act,
    },
    intake::Outcome,
    mail::store::{DevMail, dev_mails},
    model::{
        self, account,
        account::Owner,
        ticket::{self, Ticket},
    },
};

/// Mails to an address, the newest first.
async fn mails_to(house: &House, email: &str) -> Vec<DevMail> {
    house.settle().await;
    let mut mails = dev_mails(&house.app.db, 200).await.unwrap();
    mails.retain(|mail| mail.recipient == email);
    mails
}

fn says(mail: &DevMail, words: &str) -> bool {
    format!("{}{}{}{}", mail.subject, mail.body_text, mail.html, mail.headers).contains(words)
}

async fn open(house: &House, act: &Act, account: &Account, cc: &[&str]) -> Ticket {
    let draft = TicketOpen {
        subject: "Win PRIZE".into(),
        body: "https://evil.example/PRIZE".into(),
        department: "Support".into(),
        priority: "Medium".into(),
        cc: cc.iter().map(|&email| email.to_owned()).collect(),
        ..TicketOpen::default()
    };
    let approved = model::ask(&*house.app.gate, act, account, draft).await.unwrap();
    let mut tx = house.app.db.begin().await.unwrap();
    let ticket = ticket::open(&mut tx, act, &approved).await.unwrap();
    tx.commit().await.unwrap();
    ticket
}

async fn reply(house: &House, act: &Act, account: &Account, ticket: &Ticket, body: &str) {
    // Mails of one moment have no order.
    house.app.clock.advance(1_000);
    let ticket = ticket::snapshot(&house.app.db, ticket, act.at).await.unwrap();
    let draft = TicketReply { ticket, body: body.into(), ..TicketReply::default() };
    let approved = model::ask(&*house.app.gate, act, account, draft).await.unwrap();
    let mut tx = house.app.db.begin().await.unwrap();
    ticket::reply(&mut tx, act, &approved).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_in_a_strangers_name_gets_them_none_of_its_words() {
    let house = House::with(&[]).await;
    let from = "\"evil.example/PRIZE\" <victim@some.example>";
    let raw = mail(from, SUPPORT, "Win PRIZE", "g1@x.example", "", "Click https://evil.example/PRIZE");
    let ticket = opened(&house, raw).await;
    let receipt = mails_to(&house, "victim@some.example").await.remove(0);
    assert!(!says(&receipt, "PRIZE"), "{receipt:#?}");
    assert!(says(&receipt, &ticket.reference) && says(&receipt, "does not repeat your message"));
    assert!(says(&mails_to(&house, "staff@host.example").await[0], "PRIZE"), "staff read it");

    // What staff answer they have seen.
    let staff = model::staff::lookup_by_email(&house.app.db, "staff@host.example").await.unwrap().unwrap();
    let act = house.act(model::staff::person(&staff));
    reply(&house, &act, &Account::default(), &ticket, "Which one?").await;
    let answer = mails_to(&house, "victim@some.example").await.remove(0);
    assert!(says(&answer, "Which one?") && answer.subject.contains("Win PRIZE"), "{answer:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_mail_to_a_copied_stranger_has_no_words_of_the_customer() {
    let house = House::with(&[]).await;
    let (act, account) = (house.act_of("owner@bakery.example").await, house.bakery().await);
    let copied = ["friend@some.example", "developer@bakery.example"];
    let ticket = open(&house, &act, &account, &copied).await;
    let first = mails_to(&house, "friend@some.example").await.remove(0);
    assert!(!says(&first, "PRIZE"), "{first:#?}");
    assert!(says(&first, "our first mail to you") && says(&first, "Blue Bakery"), "{first:#?}");
    assert!(says(&mails_to(&house, "developer@bakery.example").await[0], "PRIZE"), "one of theirs");
    reply(&house, &act, &account, &ticket, "Still cold.").await;
    let mails = mails_to(&house, "friend@some.example").await;
    assert!(mails.len() == 2 && says(&mails[0], "Still cold."), "{mails:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registers_with_somebody_elses_address_has_no_words_sent_there() {
    let house = House::with(&[]).await;
    let app = &house.app;
    let draft = AccountRegister {
        first_name: "Cu".into(),
        last_name: "Rious".into(),
        email: "victim@corp.example".into(),
        country: "DE".into(),
        currency: "EUR".into(),
        locale: "en".into(),
        ..AccountRegister::default()
    };
    let guest = app.act_of_system("test", 0);
    let approved = model::ask(&*app.gate, &guest, &Account::default(), draft).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    let owner = Owner::New { password_hash: "x".into(), time_zone: String::new() };
    let account = account::register(&mut tx, &guest, &approved, owner).await.unwrap().account;
    tx.commit().await.unwrap();
    let act = house.act_of("victim@corp.example").await;
    let ticket = open(&house, &act, &account, &[]).await;
    reply(&house, &act, &account, &ticket, "https://evil.example/PRIZE").await;
    let mails = mails_to(&house, "victim@corp.example").await;
    assert!(mails.iter().any(|mail| says(mail, &ticket.reference)), "they hear of it: {mails:#?}");
    assert!(!mails.iter().any(|mail| says(mail, "PRIZE")), "{mails:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_account_holds_back_no_other_accounts_mail_to_staff() {
    let house = House::configured(&[], |config| config.mail.per_address_per_hour = 3).await;
    let (act, account) = (house.act_of("owner@bakery.example").await, house.bakery().await);
    for _ in 0..5 {
        open(&house, &act, &account, &[]).await;
    }
    house.settle().await;
    let held = "SELECT COUNT(*) FROM emails WHERE to_kind = 'staff' AND state = 'waiting' AND held LIKE 'held back%'";
    let staff = house.count("SELECT COUNT(DISTINCT to_key) FROM emails WHERE to_kind = 'staff'").await;
    assert_eq!(house.count(held).await, 2 * staff);
    let raw = mail("owner@books.example", SUPPORT, "Books", "b1@x.example", "", "Where are they?");
    assert!(matches!(take(&house, raw).await, Outcome::Opened(_)));
    assert!(says(&mails_to(&house, "staff@host.example").await[0], "Where are they?"));
    assert_eq!(house.count(held).await, 2 * staff);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_strangers_holds_back_no_mail_of_a_guest_whom_staff_answered() {
    let house = House::configured(&[], |config| config.mail.per_address_per_hour = 2).await;
    let send = async |n: usize, from: &str, subject: &str| {
        let raw = mail(from, SUPPORT, subject, &format!("f{n}@x.example"), "", &format!("Words {n}."));
        opened(&house, raw).await
    };
    let ticket = send(0, "gus@elsewhere.example", "Oven").await;
    house.settle().await;
    let staff = model::staff::lookup_by_email(&house.app.db, "staff@host.example").await.unwrap().unwrap();
    let act = house.act(model::staff::person(&staff));
    reply(&house, &act, &Account::default(), &ticket, "Which one?").await;
    house.settle().await;

    // Ten mails within the hour, with the one of Gus; the others wait for the digest.
    for n in 1..40 {
        send(n, &format!("s{n}@strangers.example"), "Flood").await;
    }
    let of_strangers = |mails: &[DevMail]| mails.iter().filter(|mail| mail.subject.contains("Flood")).count();
    let mails = mails_to(&house, "staff@host.example").await;
    assert_eq!(of_strangers(&mails), 9, "{mails:#?}");

    // On the ticket that staff answered, and on another.
    let subject = format!("Re: [{}] Oven", ticket.reference);
    take(&house, mail("gus@elsewhere.example", SUPPORT, &subject, "g1@x.example", "", "The big one.")).await;
    assert!(says(&mails_to(&house, "staff@host.example").await[0], "The big one."));
    house.app.clock.advance(1_000);
    send(50, "Gus <GUS@elsewhere.example>", "Door").await;
    assert!(says(&mails_to(&house, "staff@host.example").await[0], "Words 50."));
    // Only their own share is theirs.
    house.app.clock.advance(1_000);
    send(51, "gus@elsewhere.example", "Window").await;
    assert!(!mails_to(&house, "staff@host.example").await.iter().any(|mail| says(mail, "Words 51.")));

    house.pass(HOUR).await;
    let mails = mails_to(&house, "staff@host.example").await;
    assert_eq!(of_strangers(&mails), 9, "the others in digests");
    for n in [39, 51] {
        assert!(says(&mails[0], &format!("Words {n}.")), "{mails:#?}");
    }
}
