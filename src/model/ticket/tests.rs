//! Tickets on a real database.

mod desk;
mod lists;
mod served;

use super::*;
use crate::{
    clock::{HOUR, MINUTE},
    error::Kind,
    event::guard::{Approved, TicketOpen, TicketReply},
    model::{
        ask,
        bakery::Bakery,
        page::{Page, Place},
        testing::NOW,
    },
};
use serde_json::json;

async fn house() -> Bakery {
    let bakery = Bakery::new().await;
    bakery
        .commit(async |tx| ensure_department(tx, "Support", "support@host.example", NOW).await)
        .await
        .unwrap();
    bakery
}

fn slow() -> TicketOpen {
    TicketOpen {
        subject: " The shop is slow ".into(),
        body: "Since Friday.\r\n\r\nPlease look.\u{7}\r\n".into(),
        department: "Support".into(),
        priority: "Medium".into(),
        cc: vec!["agency@partner.example".into(), "AGENCY@partner.example".into(), " ".into()],
        ..TicketOpen::default()
    }
}

async fn open_by(bakery: &Bakery, act: &Act, draft: TicketOpen) -> Result<Ticket> {
    let approved = bakery.ask(act, draft).await?;
    bakery.commit(async |tx| open(tx, act, &approved).await).await
}

async fn approved_reply(
    bakery: &Bakery,
    act: &Act,
    account: &data::Account,
    ticket: &Ticket,
) -> Approved<TicketReply> {
    let ticket = snapshot(&bakery.house.db, ticket, act.at).await.unwrap();
    ask(
        &bakery.rules,
        act,
        account,
        TicketReply { ticket, body: "Any news?".into(), ..TicketReply::default() },
    )
    .await
    .unwrap()
}

async fn reply_by(bakery: &Bakery, act: &Act, ticket: &Ticket) -> Result<Ticket> {
    let approved = approved_reply(bakery, act, &bakery.account().await, ticket).await;
    bakery.commit(async |tx| reply(tx, act, &approved).await).await
}

async fn add_staff(bakery: &Bakery) {
    let sql = "INSERT INTO staff (id, email, email_key, name, password_hash, role, created_at)
               VALUES ('stf_sam', 'staff@host.example', 'staff@host.example', 'Sam Staff', 'x', 'admin', 0)";
    bakery.house.run(sql, Vec::new()).await;
}

#[tokio::test]
async fn a_ticket_is_opened_with_its_first_message() {
    let bakery = house().await;
    add_staff(&bakery).await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let ticket = open_by(&bakery, &bakery.act_of(&dev), slow()).await.unwrap();
    let event = bakery.only_event("ticket.opened").await;
    assert_eq!(event["ticket"]["subject"], "The shop is slow");
    assert_eq!(
        (&event["ticket"]["status"], &event["ticket"]["cc"]),
        (&json!("Open"), &json!(["agency@partner.example"]))
    );
    assert_eq!(
        (&event["ticket"]["quiet_for"], &event["ticket"]["department"]["name"]),
        (&json!(0), &json!("Support"))
    );
    assert_eq!(event["ticket"]["opener"]["id"], json!(dev.id));
    assert_eq!(event["ticket"]["staff"][0]["email"], "staff@host.example");
    assert_eq!(
        (&event["reply"]["badge"], &event["reply"]["body"]),
        (&json!("Authorized User"), &json!("Since Friday.\n\nPlease look."))
    );
    let found = find(&bakery.house.db, Scope::Account(&bakery.id), &ticket.reference).await.unwrap();
    let messages = replies(&bakery.house.db, &found).await.unwrap();
    assert_eq!((messages.len(), messages[0].badge()), (1, Some(Badge::AuthorizedUser)));
}

#[tokio::test]
async fn what_cannot_be_a_ticket_is_told_by_its_field() {
    let bakery = house().await;
    let table = [
        (TicketOpen { subject: " ".into(), ..slow() }, "subject", "required"),
        (TicketOpen { subject: "x".repeat(201), ..slow() }, "subject", "too-long"),
        (TicketOpen { body: "\n \n".into(), ..slow() }, "body", "required"),
        (TicketOpen { body: "x".repeat(70_000), ..slow() }, "body", "too-long"),
        (TicketOpen { department: "Sales".into(), ..slow() }, "department", "choice"),
        (TicketOpen { priority: "Now".into(), ..slow() }, "priority", "choice"),
        (TicketOpen { cc: vec!["nobody".into()], ..slow() }, "cc", "email"),
        (TicketOpen { cc: (0..21).map(|n| format!("u{n}@b.example")).collect(), ..slow() }, "cc", "too-many"),
    ];
    for (draft, field, code) in table {
        let error = open_by(&bakery, &bakery.act(), draft).await.unwrap_err();
        assert_eq!((error.fields[0].field.as_str(), error.fields[0].code), (field, code));
    }
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn staff_answer_and_customers_reply() {
    let bakery = house().await;
    let ticket = open_by(&bakery, &bakery.act(), slow()).await.unwrap();
    bakery.news().await;
    let staff = Act { at: NOW + HOUR, ..bakery.act_of_staff() };
    assert_eq!(reply_by(&bakery, &staff, &ticket).await.unwrap().status, "Answered");
    let event = bakery.only_event("ticket.replied").await;
    assert_eq!((&event["reply"]["badge"], &event["reply"]["from_staff"]), (&json!("Operator"), &json!(true)));
    assert_eq!(
        (&event["ticket"]["status"], &event["ticket"]["quiet_for"]),
        (&json!("Answered"), &json!(HOUR))
    );
    assert_eq!(event["account"]["id"], json!(bakery.id));
    assert_eq!(
        reply_by(&bakery, &bakery.act_after(HOUR + MINUTE), &ticket).await.unwrap().status,
        "Customer-Reply"
    );
    let event = bakery.only_event("ticket.replied").await;
    assert_eq!((&event["reply"]["badge"], &event["ticket"]["quiet_for"]), (&json!("Owner"), &json!(MINUTE)));
}

#[tokio::test]
async fn messages_stand_in_the_order_in_which_they_came_whatever_the_clock_says() {
    let bakery = house().await;
    let ticket = open_by(&bakery, &bakery.act(), slow()).await.unwrap();
    let seen = snapshot(&bakery.house.db, &ticket, NOW).await.unwrap();
    // Eight of one moment, one whose request began earlier than theirs, and one of the next moment.
    let moments = [[HOUR; 8].as_slice(), &[HOUR - MINUTE, HOUR + 1]].concat();
    for (number, after) in moments.into_iter().enumerate() {
        let act = bakery.act_after(after);
        let draft = TicketReply { ticket: seen.clone(), body: number.to_string(), ..TicketReply::default() };
        let approved = ask(&bakery.rules, &act, &bakery.account().await, draft).await.unwrap();
        bakery.commit(async |tx| reply(tx, &act, &approved).await).await.unwrap();
    }
    let replies = replies(&bakery.house.db, &ticket).await.unwrap();
    let bodies: Vec<&str> = replies[1..].iter().map(|reply| reply.body.as_str()).collect();
    assert_eq!(bodies, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert!(replies.is_sorted_by_key(|reply| reply.at));
}

#[tokio::test]
async fn a_colleague_answers_tickets_that_somebody_else_opened() {
    let bakery = house().await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let ticket = open_by(&bakery, &bakery.act(), slow()).await.unwrap();
    reply_by(&bakery, &bakery.act_of(&dev), &ticket).await.unwrap();
    assert_eq!(bakery.news().await, ["ticket.opened", "ticket.replied"]);
}

#[tokio::test]
async fn a_badge_stays_whatever_the_author_becomes() {
    let bakery = house().await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let ticket = open_by(&bakery, &bakery.act_of(&dev), slow()).await.unwrap();
    bakery.house.run("DELETE FROM access WHERE owner = FALSE", Vec::new()).await;
    assert_eq!(replies(&bakery.house.db, &ticket).await.unwrap()[0].badge(), Some(Badge::AuthorizedUser));
}

#[tokio::test]
async fn a_closed_ticket_takes_no_reply() {
    let bakery = house().await;
    let ticket = open_by(&bakery, &bakery.act(), slow()).await.unwrap();
    bakery.news().await;
    let scope = Scope::Account(&bakery.id);
    let closing = || bakery.commit(async |tx| close(tx, &bakery.act(), scope, &ticket.reference).await);
    assert!(closing().await.unwrap().is_closed());
    let events = bakery.happened().await;
    let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["ticket.status_changed", "ticket.closed"]);
    for event in events {
        let event = event.whole().unwrap();
        assert_eq!((&event["ticket"]["status"], &event["before"]), (&json!("Closed"), &json!("Open")));
        assert_eq!((&event["ticket"]["waits_for"], &event["badge"]), (&json!("nobody"), &json!("Owner")));
    }
    let error = closing().await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Conflict, "ticket-closed"));
    for act in [bakery.act(), bakery.act_of_staff()] {
        assert_eq!(reply_by(&bakery, &act, &ticket).await.unwrap_err().code, "ticket-closed");
    }
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn another_accounts_ticket_is_as_if_it_were_not_there() {
    let bakery = house().await;
    let ticket = open_by(&bakery, &bakery.act(), slow()).await.unwrap();
    bakery.news().await;
    let (stranger, books) = bakery.books().await;
    let (act, db) = (bakery.act_of(&stranger), &bakery.house.db);
    let seen = account::snapshot(db, &books).await.unwrap();
    let approved = approved_reply(&bakery, &act, &seen, &ticket).await;
    let never = Ticket { id: "tkt_none".into(), ..ticket.clone() };
    let unknown = approved_reply(&bakery, &act, &seen, &never).await;
    let errors = [
        find(db, Scope::Account(&books), &ticket.reference).await.unwrap_err(),
        find(db, Scope::Account(&books), "AAA-000000").await.unwrap_err(),
        bakery.commit(async |tx| reply(tx, &act, &approved).await).await.unwrap_err(),
        bakery.commit(async |tx| reply(tx, &act, &unknown).await).await.unwrap_err(),
        bakery
            .commit(async |tx| close(tx, &act, Scope::Account(&books), &ticket.reference).await)
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind, error.to_string().as_str()), (Kind::NotFound, "ticket"));
    }
    assert_eq!(
        list(db, Scope::Account(&books), &Filter::new(Show::All, ""), &Page::default()).await.unwrap().total,
        0
    );
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn a_guests_ticket_belongs_to_no_account_and_answers_to_its_opener_only() {
    let bakery = house().await;
    let guest = |email: &str| Act {
        actor: Person { email: email.into(), ..bakery.house.guest().actor },
        ..bakery.house.guest()
    };
    let nobody = data::Account::default();
    let act = guest("sam@elsewhere.example");
    let approved = ask(&bakery.rules, &act, &nobody, slow()).await.unwrap();
    let ticket = bakery.commit(async |tx| open(tx, &act, &approved).await).await.unwrap();
    let event = bakery.only_event("ticket.opened").await;
    assert_eq!((&event["account"]["exists"], &event["reply"]["badge"]), (&json!(false), &json!("Guest")));
    for (act, fine) in [
        (guest("other@elsewhere.example"), false),
        (guest(""), false),
        (bakery.act(), false),
        (act, true),
        (bakery.act_of_staff(), true),
    ] {
        let approved = approved_reply(&bakery, &act, &nobody, &ticket).await;
        let replied = bakery.commit(async |tx| reply(tx, &act, &approved).await).await;
        assert_eq!(replied.map_err(|error| error.code).is_ok(), fine, "{:?}", act.actor);
    }
    assert_eq!(
        list(&bakery.house.db, Scope::Account(&bakery.id), &Filter::new(Show::All, ""), &Page::default())
            .await
            .unwrap()
            .total,
        0
    );
}

#[tokio::test]
async fn tickets_are_listed_by_what_happened_last() {
    let bakery = house().await;
    let db = &bakery.house.db;
    let mut tickets = Vec::new();
    for minute in 0..5 {
        let draft = TicketOpen { subject: format!("Number {minute}"), ..slow() };
        tickets.push(open_by(&bakery, &bakery.act_after(minute * MINUTE), draft).await.unwrap());
    }
    let staff = Act { at: NOW + HOUR, ..bakery.act_of_staff() };
    reply_by(&bakery, &staff, &tickets[1]).await.unwrap();
    bakery.commit(async |tx| close(tx, &staff, Scope::Staff, &tickets[3].reference).await).await.unwrap();
    let numbers =
        |rows: &[Line]| rows.iter().map(|row| row.subject.replace("Number ", "")).collect::<String>();
    let table = [(Show::All, "31420"), (Show::Open, "1420"), (Show::Waiting, "420"), (Show::Closed, "3")];
    for (show, expected) in table {
        let mut all = list(db, Scope::Staff, &Filter::new(show, ""), &Page::default()).await.unwrap().rows;
        // The two that were touched in the same moment stand by their ids.
        all.sort_by_key(|row| (std::cmp::Reverse(row.changed_at), row.subject != "Number 3"));
        assert_eq!(numbers(&all), expected);
        assert_eq!(
            list(db, Scope::Account(&bakery.id), &Filter::new(show, ""), &Page::default())
                .await
                .unwrap()
                .rows
                .len(),
            expected.len()
        );
        assert_eq!(Show::from_key(show.key()), Some(show));
    }
    let found = list(db, Scope::Staff, &Filter::new(Show::All, "NUMBER 2"), &Page::default()).await.unwrap();
    // A reference may begin with a 2 as well.
    let row = found.rows.iter().find(|row| row.subject == "Number 2").unwrap();
    assert_eq!((row.replies, row.account_name().as_str()), (0, "Blue Bakery"));
    let by_reference = list(
        db,
        Scope::Staff,
        &Filter::new(Show::All, &tickets[1].reference.to_lowercase()),
        &Page::default(),
    )
    .await
    .unwrap();
    assert_eq!((by_reference.total, by_reference.rows[0].replies), (1, 1));

    let page = |place| Page { place, size: 2 };
    let first = list(db, Scope::Staff, &Filter::new(Show::Waiting, ""), &page(Place::Start)).await.unwrap();
    let second = list(
        db,
        Scope::Staff,
        &Filter::new(Show::Waiting, ""),
        &page(Place::from_cursors(first.next.as_deref(), None)),
    )
    .await
    .unwrap();
    assert_eq!(
        (numbers(&first.rows).as_str(), numbers(&second.rows).as_str(), second.before),
        ("42", "0", 2)
    );
    let back = list(
        db,
        Scope::Staff,
        &Filter::new(Show::Waiting, ""),
        &page(Place::from_cursors(None, second.previous.as_deref())),
    )
    .await
    .unwrap();
    assert_eq!((numbers(&back.rows).as_str(), back.before), ("42", 0));
}

#[tokio::test]
async fn a_department_is_made_once() {
    let bakery = house().await;
    let again = bakery
        .commit(async |tx| ensure_department(tx, "Support", "other@host.example", NOW).await)
        .await
        .unwrap();
    assert_eq!(again.email, "support@host.example");
    bakery.commit(async |tx| ensure_department(tx, "Abuse", "abuse@host.example", NOW).await).await.unwrap();
    let names: Vec<_> =
        departments(&bakery.house.db).await.unwrap().into_iter().map(|department| department.name).collect();
    assert_eq!(names, ["Support", "Abuse"]);
}

#[tokio::test]
async fn what_is_foreseen_is_what_happens() {
    let bakery = house().await;
    add_staff(&bakery).await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let act = bakery.act_of(&dev);
    // Neither ids nor what only writing finds out is foreseen.
    let same = |event: &serde_json::Value, foreseen: serde_json::Value| {
        for path in [
            "/reply/author",
            "/reply/badge",
            "/reply/from_staff",
            "/ticket/opener",
            "/ticket/status",
            "/ticket/staff",
            "/ticket/department",
        ] {
            assert_eq!(event.pointer(path), foreseen.pointer(path), "{path}");
        }
    };

    let department = departments(&bakery.house.db).await.unwrap().remove(0);
    let foreseen =
        foresee_opening(&bakery.house.db, &act, &bakery.account().await, department, &slow()).await.unwrap();
    let ticket = open_by(&bakery, &act, slow()).await.unwrap();
    same(&bakery.only_event("ticket.opened").await, json!(foreseen));

    let foreseen = foresee_reply(&bakery.house.db, &act, &bakery.account().await, &ticket).await.unwrap();
    assert_eq!(
        find(&bakery.house.db, Scope::Staff, &ticket.reference).await.unwrap().status,
        OPEN,
        "nothing happened yet"
    );
    reply_by(&bakery, &act, &ticket).await.unwrap();
    same(&bakery.only_event("ticket.replied").await, json!(foreseen));
}
