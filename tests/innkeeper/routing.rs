//! Who gets a ticket's mail and why, who does not and why: each policy that ships, whoever opened the ticket, whoever writes.
//!
//! The whole way, from a person's act to rows of the queue. The cases stand in `tests/mail/routing.txt`, which people read:
//! `INNKEEPER_TEST_UPDATE=1 … routing` writes it anew after a change that is meant.

use crate::support::house::House;
use innkeeper::{
    bundle,
    effect::{LeftOut, store},
    event::{
        data::{Account, Person},
        guard::{ContactSave, TicketOpen, TicketReply},
        outbox::Act,
    },
    model::{
        self, contact, staff,
        ticket::{self, Ticket},
        user,
    },
};
use std::{fmt::Write, fs, path::Path};

const POLICIES: [&str; 4] = ["ticket-mail", "wp-net", "hostupon", "classic"];
/// Who writes on a ticket of Blue Bakery; `copy` is copied on it and is nobody's user.
const AUTHORS: [&str; 7] = ["owner", "developer", "designer", "contact", "copy", "staff", "script"];
/// Where people are told.
const CAST: [(&str, &str); 10] = [
    ("owner", "owner@bakery.example"),
    ("account", "hello@bakery.example"),
    ("developer", "developer@bakery.example"),
    ("designer", "designer@demo.example"),
    ("accountant", "accountant@bakery.example"),
    ("contact", "shop@bakery.example"),
    ("bills", "bills@bakery.example"),
    ("copy", "agency@partner.example"),
    ("staff", "staff@host.example"),
    ("guest", "gus@elsewhere.example"),
];

fn word(email: &str) -> &str {
    CAST.iter().find(|(_, address)| *address == email).map_or(email, |(word, _)| word)
}

fn address(word: &str) -> &str {
    CAST.iter().find(|(one, _)| *one == word).expect("somebody of the cast").1
}

/// A house in which this policy alone decides about tickets.
async fn house(policy: &str) -> House {
    let shipped = bundle::shipped();
    let text = shipped.get(&format!("hooks/available/{policy}.rhai"));
    let file = format!("hooks/{policy}.rhai");
    let house = match text {
        None => House::with(&[]).await,
        Some(text) => House::with(&[("hooks/ticket-mail.rhai", "// Off.\n"), (&file, text)]).await,
    };
    // The account's own address is nobody's log-in here, and somebody is a contact for Support.
    let own = "UPDATE accounts SET email = 'hello@bakery.example' WHERE email = 'owner@bakery.example'";
    house.database.execute(own).await;
    // One who may read tickets asked for all their mail, and one who may not.
    for email in [address("designer"), address("accountant")] {
        let asked = format!(
            "UPDATE access SET categories = 'support' WHERE user_id = (SELECT id FROM users WHERE email = '{email}')
               AND account_id = (SELECT id FROM accounts WHERE email = 'hello@bakery.example')"
        );
        house.database.execute(asked).await;
    }
    let (act, account) = (house.act_of(address("owner")).await, house.bakery().await);
    let draft = ContactSave {
        name: "Shop".into(),
        email: address("contact").into(),
        categories: vec!["support".into()],
        adding: true,
    };
    let approved = model::ask(&*house.app.gate, &act, &account, draft).await.unwrap();
    let mut tx = house.app.db.begin().await.unwrap();
    contact::add(&mut tx, &act, &approved).await.unwrap();
    tx.commit().await.unwrap();
    house.settle().await;
    house
}

async fn person(house: &House, who: &str) -> Person {
    let email = if who == "script" { "" } else { address(who) };
    let by_mail = |kind: &str, name: &str| Person {
        exists: true,
        kind: kind.into(),
        name: name.into(),
        email: email.into(),
        ..Person::default()
    };
    match who {
        "script" => house.app.act_of_system("", 0).actor,
        "staff" => staff::person(&staff::lookup_by_email(&house.app.db, email).await.unwrap().unwrap()),
        "contact" => {
            let contact = house.bakery().await.contacts.into_iter().find(|one| one.email == email).unwrap();
            Person { id: contact.id, ..by_mail("contact", &contact.name) }
        }
        "guest" | "copy" => by_mail("guest", who),
        _ => user::person(&user::lookup_by_email(&house.app.db, email).await.unwrap().unwrap()),
    }
}

async fn opened(house: &House, account: &Account, author: &str, opener: &str) -> Ticket {
    let (act, opener) = (house.act(person(house, author).await), person(house, opener).await);
    let draft = TicketOpen {
        subject: "Slow".into(),
        body: "Since Friday.".into(),
        department: "Support".into(),
        priority: "Medium".into(),
        cc: vec![address("copy").into()],
        ..TicketOpen::default()
    };
    let approved = model::ask(&*house.app.gate, &act, account, draft).await.unwrap();
    let mut tx = house.app.db.begin().await.unwrap();
    let ticket = ticket::open_for(&mut tx, &act, &opener, &approved).await.unwrap();
    tx.commit().await.unwrap();
    ticket
}

async fn replied(house: &House, account: &Account, on: &Ticket, author: &str) {
    let act: Act = house.act(person(house, author).await);
    let draft = TicketReply {
        ticket: ticket::snapshot(&house.app.db, on, act.at).await.unwrap(),
        body: "More of it.".into(),
        ..TicketReply::default()
    };
    let approved = model::ask(&*house.app.gate, &act, account, draft).await.unwrap();
    let mut tx = house.app.db.begin().await.unwrap();
    ticket::reply(&mut tx, &act, &approved).await.unwrap();
    tx.commit().await.unwrap();
}

/// What became of the newest event of this name, in words; each recipient has one mail in the queue, and nobody else has.
async fn told(house: &House, name: &str) -> String {
    house.settle().await;
    let event = house.events(name).await.pop().unwrap();
    let runs = store::runs(&house.app.db, &event.id).await.unwrap();
    let (mut gets, mut not, mut unnamed) = (Vec::new(), Vec::new(), Vec::new());
    for run in runs.iter().filter(|run| run.verb == "route") {
        let told = run.told();
        gets.extend(told.recipients.iter().map(|one| {
            let copy = if one.cc { ", as a copy" } else { "" };
            format!("{}: {}{copy}", word(&one.target.email), one.reason)
        }));
        let left = |one: &LeftOut| format!("{}: {}", word(&one.target.email), one.reason);
        not.extend(told.left_out.iter().map(left));
        unnamed.extend(told.unnamed.iter().map(left));
        for one in &told.recipients {
            let queued = format!(
                "SELECT COUNT(*) FROM emails WHERE event_id = '{}' AND to_key = '{}'",
                event.id, one.target.email
            );
            assert_eq!(house.count(queued).await, 1, "{name}: {}", one.target.email);
        }
    }
    let queued = house.count(format!("SELECT COUNT(*) FROM emails WHERE event_id = '{}'", event.id)).await;
    assert_eq!(usize::try_from(queued).unwrap(), gets.len(), "{name}: {gets:?}");
    let list =
        |lines: Vec<String>| lines.iter().fold(String::new(), |all, line| format!("{all}\n    {line}"));
    let part = |title: &str, lines: Vec<String>| match lines.is_empty() {
        true => String::new(),
        false => format!("\n  {title}{}", list(lines)),
    };
    format!("{}{}{}\n", list(gets), part("not", not), part("nor", unnamed))
}

/// All cases of a policy.
async fn cases(policy: &str) -> String {
    let house = Box::pin(house(policy)).await;
    let (bakery, nobody) = (house.bakery().await, Account::default());
    let mut text = format!("# {policy}\n");
    for (opener, author) in [
        ("owner", "owner"),
        ("developer", "developer"),
        ("contact", "contact"),
        ("designer", "staff"),
        ("guest", "guest"),
    ] {
        let account = if opener == "guest" { &nobody } else { &bakery };
        let ticket = opened(&house, account, author, opener).await;
        let of = match author {
            "staff" => format!("staff open a ticket for {opener}"),
            _ => format!("{opener} opens a ticket"),
        };
        write!(text, "\n{of}{}", told(&house, "ticket.opened").await).unwrap();
        let authors: &[&str] =
            if opener == "guest" { &["guest", "copy", "staff", "script"] } else { &AUTHORS };
        for author in authors {
            replied(&house, account, &ticket, author).await;
            let whose = if of.starts_with("staff") {
                "staff's ticket for designer".into()
            } else {
                format!("{opener}'s ticket")
            };
            write!(text, "\n{author} writes on {whose}{}", told(&house, "ticket.replied").await).unwrap();
        }
    }
    text
}

/// A user opens a ticket where somebody does not get what the policy means for them: each case on top of those before it.
async fn further() -> String {
    let mut text = "# ticket-mail, and what else has a say\n".to_owned();
    let house = House::with(&[]).await;
    let bakery = house.bakery().await.id;
    let change = |what: &str| format!("UPDATE accounts SET {what} WHERE id = '{bakery}'");
    let off = format!(
        "INSERT INTO mail_choices (account_id, to_key, category, off_at, pace) VALUES ('{bakery}', '{}', 'support', 1, '')",
        address("owner")
    );
    for (case, sql) in [
        ("the account's own address is the owner's", change("categories = '*'")),
        (
            "it is another, for which Support is not ticked",
            change("email = 'hello@bakery.example', categories = 'invoice'"),
        ),
        ("the owner switched Support off", off),
    ] {
        house.database.execute(sql).await;
        opened(&house, &house.bakery().await, "developer", "developer").await;
        write!(text, "\n{case}{}", told(&house, "ticket.opened").await).unwrap();
    }
    let shipped = bundle::shipped();
    let house =
        House::with(&[("hooks/only-the-opener.rhai", &shipped["hooks/available/only-the-opener.rhai"])])
            .await;
    opened(&house, &house.bakery().await, "developer", "developer").await;
    write!(text, "\nonly-the-opener is on{}", told(&house, "ticket.opened").await).unwrap();
    text
}

#[tokio::test]
async fn each_policy_tells_whom_it_says_and_says_why_and_why_not() {
    let mut all = String::new();
    for policy in POLICIES {
        all.push_str(&Box::pin(cases(policy)).await);
        all.push('\n');
    }
    all.push_str(&Box::pin(further()).await);
    let all = format!("{}\n", all.trim_end());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/routing.txt");
    if std::env::var_os("INNKEEPER_TEST_UPDATE").is_some() {
        fs::write(&file, &all).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap();
    for (kept, now) in kept.split("\n\n").zip(all.split("\n\n")) {
        assert_eq!(kept, now, "INNKEEPER_TEST_UPDATE=1 writes {} anew", file.display());
    }
    assert_eq!(kept.len(), all.len());
}
