//! Many people at many tickets at once, by every door: nothing is lost, and each ticket keeps its order.

use crate::support::{house::House, letter::letter};
use innkeeper::{
    app::App,
    event::{
        data::Account,
        guard::{TicketOpen, TicketReply},
        outbox::Act,
    },
    intake::{self, Door, Outcome},
    model::{
        self, staff,
        ticket::{self, Scope, Ticket},
    },
};
use std::collections::BTreeMap;

const USERS: [&str; 3] = ["owner@bakery.example", "developer@bakery.example", "designer@demo.example"];
const TICKETS: usize = 5;
const ROUNDS: usize = 5;
const OPENED: usize = 4;

async fn open(app: &App, act: &Act, account: &Account, subject: String) -> Ticket {
    let draft = TicketOpen {
        subject,
        body: "begin".into(),
        department: "Support".into(),
        priority: "Medium".into(),
        ..TicketOpen::default()
    };
    let approved = model::ask(&*app.gate, act, account, draft).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    let ticket = ticket::open(&mut tx, act, &approved).await.unwrap();
    tx.commit().await.unwrap();
    ticket
}

async fn reply(app: &App, act: &Act, account: &Account, on: &Ticket, body: String) {
    let seen = ticket::snapshot(&app.db, on, act.at).await.unwrap();
    let draft = TicketReply { ticket: seen, body, ..TicketReply::default() };
    let approved = model::ask(&*app.gate, act, account, draft).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    ticket::reply(&mut tx, act, &approved).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_people_write_on_many_tickets_and_each_keeps_its_order() {
    let house = House::configured(&[], |config| {
        config.intake.per_sender_per_hour = 10_000;
        config.intake.per_ticket_per_hour = 10_000;
    })
    .await;
    let mails = async |to: &str| {
        let sql = format!(
            "SELECT COUNT(*) FROM emails m JOIN events e ON e.id = m.event_id WHERE e.name = 'ticket.replied' AND m.to_key = '{to}'"
        );
        house.count(sql).await
    };
    let before = [mails(USERS[0]).await, mails(innkeeper::demo::STAFF).await];
    let (app, account) = (house.app.clone(), house.bakery().await);
    let owner = house.act_of(USERS[0]).await;
    let mut tickets = Vec::new();
    for number in 0..TICKETS {
        tickets.push(open(&app, &owner, &account, format!("Number {number}")).await);
    }
    let sam = staff::lookup_by_email(&app.db, innkeeper::demo::STAFF).await.unwrap().unwrap();
    let mut acts = vec![house.act(staff::person(&sam))];
    for user in USERS {
        acts.push(house.act_of(user).await);
    }

    let mut tasks = Vec::new();
    for (who, act) in acts.iter().enumerate() {
        for ticket in &tickets {
            let (app, act, account, ticket) = (app.clone(), act.clone(), account.clone(), ticket.clone());
            tasks.push(tokio::spawn(async move {
                for round in 0..ROUNDS {
                    reply(&app, &act, &account, &ticket, format!("page {who}: {round}")).await;
                }
            }));
        }
    }
    for (who, from) in USERS.into_iter().enumerate() {
        for ticket in &tickets {
            let (app, reference) = (app.clone(), ticket.reference.clone());
            tasks.push(tokio::spawn(async move {
                for round in 0..ROUNDS {
                    let id = format!("{reference}-{who}-{round}@bakery.example");
                    let body = format!("mail {who}: {round}");
                    let raw =
                        letter(from, "support@host.example", &format!("Re: [{reference}]"), &id, "", &body);
                    let outcome = intake::take(&app, Door::Pipe, raw, None, None).await.unwrap();
                    assert_eq!(outcome, Outcome::Replied(reference.clone()));
                }
            }));
        }
    }
    for (who, act) in acts.iter().enumerate().skip(1) {
        let (app, act, account) = (app.clone(), act.clone(), account.clone());
        tasks.push(tokio::spawn(async move {
            for round in 0..OPENED {
                open(&app, &act, &account, format!("Opened by {who}: {round}")).await;
            }
        }));
    }
    // Meanwhile the workers go on with what was written already.
    for _ in 0..10 {
        house.settle().await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    house.settle().await;

    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in house.events("ticket.replied").await {
        let event = event.whole().unwrap();
        let reference = event["ticket"]["reference"].as_str().unwrap().to_owned();
        told.entry(reference).or_default().push(event["reply"]["body"].as_str().unwrap().to_owned());
    }
    let writers = acts.len() + USERS.len();
    for ticket in &tickets {
        let replies = ticket::replies(&app.db, ticket).await.unwrap();
        let shown: Vec<&String> = replies[1..].iter().map(|reply| &reply.body).collect();
        assert_eq!(shown.len(), writers * ROUNDS);
        assert_eq!(shown, told[&ticket.reference].iter().collect::<Vec<_>>(), "shown as it was told");
        assert!(replies.is_sorted_by_key(|reply| reply.at));
        let mut by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for body in shown {
            let (writer, round) = body.split_once(": ").unwrap();
            by.entry(writer).or_default().push(round);
        }
        assert!(by.len() == writers && by.values().all(|rounds| rounds.is_sorted()), "{by:?}");
        // The last word decides for whom it waits.
        let last = replies.last().unwrap();
        let now = ticket::find(&app.db, Scope::Staff, &ticket.reference).await.unwrap();
        assert_eq!(now.status, if last.from_staff() { "Answered" } else { "Customer-Reply" });
    }
    let opened = house.count("SELECT COUNT(*) FROM tickets WHERE subject LIKE 'Opened by %'").await;
    assert_eq!(opened, i64::try_from(OPENED * USERS.len()).unwrap());
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL").await, 0);
    // Everybody who is to hear of an answer has their mail, and once: staff of the customers', the owner of the others'.
    let each = i64::try_from(TICKETS * ROUNDS).unwrap();
    assert_eq!(mails(USERS[0]).await - before[0], each * 5);
    assert_eq!(mails(innkeeper::demo::STAFF).await - before[1], each * 6);
}

/// The ticket that a message can be written on now: the one that this is part of, if it was merged.
async fn standing(app: &App, ticket: &Ticket) -> Ticket {
    let found = ticket::find(&app.db, Scope::Staff, &ticket.reference).await.unwrap();
    ticket::standing(&app.db, found).await.unwrap()
}

/// Writes as a page does, which leads on to the ticket that took this one in.
async fn insist(app: &App, act: &Act, account: &Account, on: &Ticket, body: &str) {
    for _ in 0..50 {
        let on = standing(app, on).await;
        let seen = ticket::snapshot(&app.db, &on, act.at).await.unwrap();
        let draft = TicketReply { ticket: seen, body: body.to_owned(), ..TicketReply::default() };
        let approved = model::ask(&*app.gate, act, account, draft).await.unwrap();
        let mut tx = app.db.begin().await.unwrap();
        match ticket::reply(&mut tx, act, &approved).await {
            Ok(_) => return tx.commit().await.unwrap(),
            Err(error) => assert!(["ticket-closed", "conflict"].contains(&error.code), "{error:?}"),
        }
    }
    panic!("{body} was never written");
}

/// True if it was done; another one may have been quicker.
async fn merge(app: &App, act: &Act, into: &Ticket, from: &Ticket) -> bool {
    let mut tx = app.db.begin().await.unwrap();
    match ticket::merge(&mut tx, act, &into.reference, &from.reference).await {
        Ok(_) => tx.commit().await.is_ok(),
        Err(error) => {
            assert!(["ticket-merged", "conflict"].contains(&error.code), "{error:?}");
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_while_tickets_of_accounts_and_of_guests_are_merged_and_split() {
    let house = House::configured(&[], |config| {
        config.intake.per_sender_per_hour = 10_000;
        config.intake.per_ticket_per_hour = 10_000;
    })
    .await;
    let app = house.app.clone();
    let sam = staff::lookup_by_email(&app.db, innkeeper::demo::STAFF).await.unwrap().unwrap();
    let sam = house.act(staff::person(&sam));
    let mut tasks = Vec::new();
    let mut pairs: Vec<[Ticket; 2]> = Vec::new();
    // Three accounts, whose users write on pages.
    for (email, colleague) in [
        (USERS[0], USERS[1]),
        ("owner@books.example", "owner@books.example"),
        ("designer@demo.example", "designer@demo.example"),
    ] {
        let act = house.act_of(email).await;
        let account = snapshot_of(&app, email).await;
        let pair = [
            open(&app, &act, &account, format!("{email} 0")).await,
            open(&app, &act, &account, format!("{email} 1")).await,
        ];
        for (who, act) in [act, house.act_of(colleague).await].into_iter().enumerate() {
            for ticket in pair.clone() {
                let (app, act, account) = (app.clone(), act.clone(), account.clone());
                tasks.push(tokio::spawn(async move {
                    for round in 0..ROUNDS {
                        let body = format!("load {} {who} {round}", ticket.reference);
                        insist(&app, &act, &account, &ticket, &body).await;
                    }
                }));
            }
        }
        pairs.push(pair);
    }
    // Three guests, who write mail.
    for guest in 0..3 {
        let from = format!("gus{guest}@elsewhere.example");
        let mut pair = Vec::new();
        for n in 0..2 {
            let id = format!("load-{guest}-{n}@elsewhere.example");
            let raw = letter(&from, "support@host.example", &format!("Guest {n}"), &id, "", "begin");
            let outcome = intake::take(&app, Door::Pipe, raw, None, None).await.unwrap();
            let Outcome::Opened(reference) = outcome else { panic!("{outcome:?}") };
            pair.push(ticket::find(&app.db, Scope::Staff, &reference).await.unwrap());
        }
        let pair: [Ticket; 2] = pair.try_into().unwrap();
        for ticket in pair.clone() {
            let (app, from) = (app.clone(), from.clone());
            tasks.push(tokio::spawn(async move {
                for round in 0..2 * ROUNDS {
                    write_mail(&app, &from, &ticket.reference, round).await;
                }
            }));
        }
        pairs.push(pair);
    }
    // Staff merge each pair, both ways at once, and split a message off.
    for [one, other] in pairs.clone() {
        let (app, sam) = (app.clone(), sam.clone());
        tasks.push(tokio::spawn(async move {
            let (there, back) =
                tokio::join!(merge(&app, &sam, &one, &other), merge(&app, &sam, &other, &one));
            assert!(!(there && back), "each cannot be part of the other");
            if !there && !back {
                assert!(merge(&app, &sam, &one, &other).await, "nobody else is at it");
            }
            let whole = standing(&app, &one).await;
            let first = ticket::replies(&app.db, &whole).await.unwrap().remove(0).id;
            let mut tx = app.db.begin().await.unwrap();
            ticket::split(&mut tx, &sam, &whole.reference, &[first], "Apart").await.unwrap();
            tx.commit().await.unwrap();
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    house.settle().await;

    let expected = i64::try_from(pairs.len() * 2 * 2 * ROUNDS).unwrap();
    let bodies = "SELECT COUNT(*) FROM ticket_replies WHERE body LIKE 'load %'";
    assert_eq!(house.count(bodies).await, expected);
    assert_eq!(house.count(bodies.replace("COUNT(*)", "COUNT(DISTINCT body)")).await, expected);
    let unseen = "SELECT COUNT(*) FROM ticket_replies r JOIN tickets t ON t.id = r.ticket_id WHERE t.merged_into IS NOT NULL";
    assert_eq!(house.count(unseen).await, 0, "no message stands where nobody looks");
    let circles =
        "SELECT COUNT(*) FROM tickets a JOIN tickets b ON b.id = a.merged_into WHERE b.merged_into = a.id";
    assert_eq!(house.count(circles).await, 0);
    assert_eq!(
        house.count("SELECT COUNT(*) FROM tickets WHERE merged_into IS NOT NULL AND subject <> ''").await,
        6
    );
    assert_eq!(house.count("SELECT COUNT(*) FROM tickets WHERE subject = 'Apart'").await, 6);
    // Each customer's words are found by that customer alone.
    let foreign = "SELECT COUNT(*) FROM events e WHERE e.name = 'ticket.replied' AND e.account_id IS NULL
        AND e.body LIKE '%load %' AND e.body NOT LIKE '%elsewhere.example%'";
    assert_eq!(house.count(foreign).await, 0, "what users write is their account's");
}

/// Answers by mail, and again when asked to come again, as a mail server does.
async fn write_mail(app: &App, from: &str, reference: &str, round: usize) {
    let id = format!("load-{reference}-{round}@elsewhere.example");
    let body = format!("load {reference} {} {}", round % 2, round / 2);
    let raw = letter(from, "support@host.example", &format!("Re: [{reference}]"), &id, "", &body);
    for _ in 0..50 {
        match Box::pin(intake::take(app, Door::Pipe, raw.clone(), None, None)).await {
            Ok(outcome) => {
                assert!(matches!(outcome, Outcome::Replied(_) | Outcome::Opened(_)), "{outcome:?}");
                break;
            }
            Err(error) => assert_eq!(error.code, "conflict", "{error:?}"),
        }
    }
}

async fn snapshot_of(app: &App, owner: &str) -> Account {
    let all = model::intake::accounts_of(&app.db, owner).await.unwrap();
    model::account::snapshot(&app.db, &all[0]).await.unwrap()
}
