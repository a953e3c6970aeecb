//! Who of the staff reaches what, in which order, with which numbers, and what a ticket remembers.

use super::*;
use crate::model::staff::{self, NewStaff, Role, Staff};

async fn agent(bakery: &Bakery, email: &str) -> Staff {
    let new =
        NewStaff { email: email.into(), name: email.into(), password_hash: "x".into(), role: Role::Agent };
    bakery.commit(async |tx| staff::create(tx, &bakery.act(), new.clone()).await).await.unwrap()
}

async fn department(bakery: &Bakery, name: &str, members: &[&Staff]) -> Department {
    let typed = NewDepartment {
        name: name.into(),
        email: format!("{}@host.example", name.to_lowercase()),
        members: members.iter().map(|one| one.id.clone()).collect(),
        ..NewDepartment::default()
    };
    bakery.commit(async |tx| add_department(tx, &bakery.act_of_staff(), &typed).await).await.unwrap()
}

async fn open_in(bakery: &Bakery, department: &str, minute: i64) -> Ticket {
    let subject = format!("{department} {minute}");
    let draft = TicketOpen { subject, department: department.into(), ..slow() };
    open_by(bakery, &bakery.act_after(minute * MINUTE), draft).await.unwrap()
}

#[tokio::test]
async fn agents_serve_their_departments_those_of_all_and_what_is_theirs() {
    let bakery = house().await;
    let (bea, abe, new) = (
        agent(&bakery, "bea@host.example").await,
        agent(&bakery, "abe@host.example").await,
        agent(&bakery, "new@host.example").await,
    );
    department(&bakery, "Billing", &[&bea]).await;
    department(&bakery, "Abuse", &[&abe]).await;
    for (minute, name) in ["Support", "Billing", "Abuse", "Billing"].into_iter().enumerate() {
        open_in(&bakery, name, minute as i64).await;
    }
    let db = &bakery.house.db;
    let oldest = Filter { oldest_first: true, ..Filter::new(Show::Waiting, "") };
    let seen = async |who: &Staff, filter: Filter<'_>| -> Vec<String> {
        let listed = list(db, Scope::Desk(&who.id), &filter, &Page::default()).await.unwrap();
        assert_eq!(listed.total, listed.rows.len() as i64);
        listed.rows.into_iter().map(|row| row.subject).collect()
    };
    assert_eq!(seen(&bea, oldest).await, ["Support 0", "Billing 1", "Billing 3"]);
    assert_eq!(seen(&abe, oldest).await, ["Support 0", "Abuse 2"]);
    assert_eq!(seen(&new, Filter::new(Show::Open, "")).await.len(), 4, "who serves none serves all");
    assert_eq!(seen(&abe, Filter::new(Show::All, "billing")).await, [""; 0]);

    let billing = list(db, Scope::Staff, &Filter::new(Show::All, "billing"), &Page::default()).await.unwrap();
    let reference = &billing.rows[0].reference;
    let of = async |who: &Staff| find(db, Scope::Desk(&who.id), reference).await.map_err(|error| error.code);
    assert!(of(&bea).await.is_ok());
    assert_eq!(of(&abe).await.unwrap_err(), "ticket");
    let act = bakery.act_of_staff();
    bakery.commit(async |tx| assign(tx, &act, reference, Some(&abe.id)).await).await.unwrap();
    assert!(of(&abe).await.is_ok(), "it is theirs now");
    assert_eq!(seen(&abe, Filter::new(Show::All, "billing")).await, ["Billing 3"]);

    // A page at a time, there and back: the queues of several departments, and what is theirs elsewhere.
    for (oldest_first, expected) in
        [(true, ["Support 0", "Abuse 2", "Billing 3"]), (false, ["Billing 3", "Abuse 2", "Support 0"])]
    {
        let filter = Filter { oldest_first, ..Filter::new(Show::Open, "") };
        let page = async |place: Place| {
            list(db, Scope::Desk(&abe.id), &filter, &Page { place, size: 2 }).await.unwrap()
        };
        let first = page(Place::Start).await;
        let second = page(Place::from_cursors(first.next.as_deref(), None)).await;
        let back = page(Place::from_cursors(None, second.previous.as_deref())).await;
        let subjects = |listed: &crate::model::page::Listed<Line>| -> Vec<String> {
            listed.rows.iter().map(|row| row.subject.clone()).collect()
        };
        assert_eq!((first.total, second.before, second.next.is_none()), (3, 2, true));
        assert_eq!(
            (subjects(&first), subjects(&second)),
            (
                expected[..2].to_vec().iter().map(|one| (*one).to_owned()).collect(),
                vec![expected[2].to_owned()]
            )
        );
        assert_eq!(subjects(&back), subjects(&first));
    }

    let numbers = async |who: &Staff| {
        let counts = counts(db, &served(db, who).await.unwrap(), &who.id).await.unwrap();
        (counts.waiting(), counts.mine, counts.unassigned)
    };
    assert_eq!(numbers(&bea).await, (3, 0, 2));
    assert_eq!(numbers(&abe).await, (2, 1, 2));
    bakery.commit(async |tx| staff::remove(tx, &act, &abe.id).await).await.unwrap();
    assert!(find(db, Scope::Staff, reference).await.unwrap().assignee_id.is_none());
    assert_eq!(numbers(&bea).await, (4, 0, 4), "nobody serves Abuse any more, so all do");
}

#[tokio::test]
async fn pages_of_the_longest_waiting_go_on_and_back() {
    let bakery = house().await;
    for minute in 0..5 {
        open_in(&bakery, "Support", minute).await;
    }
    let filter = Filter { oldest_first: true, ..Filter::new(Show::Waiting, "") };
    let page = async |place: Place| {
        list(&bakery.house.db, Scope::Staff, &filter, &Page { place, size: 2 }).await.unwrap()
    };
    let subjects = |listed: &crate::model::page::Listed<Line>| -> Vec<String> {
        listed.rows.iter().map(|row| row.subject.clone()).collect()
    };
    let first = page(Place::Start).await;
    assert_eq!((subjects(&first), first.before), (vec!["Support 0".into(), "Support 1".into()], 0));
    let second = page(Place::from_cursors(first.next.as_deref(), None)).await;
    assert_eq!((subjects(&second), second.before), (vec!["Support 2".into(), "Support 3".into()], 2));
    let third = page(Place::from_cursors(second.next.as_deref(), None)).await;
    assert_eq!((subjects(&third), third.next.is_none()), (vec!["Support 4".into()], true));
    let back = page(Place::from_cursors(None, third.previous.as_deref())).await;
    assert_eq!((subjects(&back), back.before), (subjects(&second), 2));
}

#[tokio::test]
async fn a_ticket_remembers_what_happened_to_it_and_to_what_became_part_of_it() {
    let bakery = house().await;
    add_staff(&bakery).await;
    let (into, from) = (open_in(&bakery, "Support", 0).await, open_in(&bakery, "Support", 1).await);
    let act = |minute: i64| Act { at: NOW + HOUR + minute * MINUTE, ..bakery.act_of_staff() };
    bakery.commit(async |tx| set_priority(tx, &act(1), &from.reference, "High").await).await.unwrap();
    bakery.commit(async |tx| assign(tx, &act(2), &into.reference, Some("stf_sam")).await).await.unwrap();
    bakery.commit(async |tx| merge(tx, &act(3), &into.reference, &from.reference).await).await.unwrap();
    let replies = replies(&bakery.house.db, &into).await.unwrap();
    let moved = [replies[1].id.clone()];
    let made =
        bakery.commit(async |tx| split(tx, &act(4), &into.reference, &moved, "New").await).await.unwrap();
    bakery.commit(async |tx| close(tx, &act(5), Scope::Staff, &made.reference).await).await.unwrap();
    let names = async |ticket: &Ticket| -> Vec<String> {
        let happened = history(&bakery.house.db, ticket).await.unwrap();
        happened.into_iter().map(|one| one.name).collect()
    };
    let all = ["ticket.priority_changed", "ticket.assigned", "ticket.merged", "ticket.split"];
    assert_eq!(names(&into).await, all);
    assert_eq!(names(&made).await, ["ticket.split", "ticket.status_changed"]);
}
