//! `every`: each subject has its turn once in a round, whatever happens to the servers meanwhile.

use crate::support::house::{House, NOW};
use innkeeper::{
    clock::{DAY, HOUR, MINUTE},
    worker::schedule,
};
use serde_json::json;

const HOURLY: (&str, &str) =
    ("hooks/tick.rhai", "every(\"1 hour\", #{ id: \"tick\" }, |event| log(\"tick\"));");
const TICKETS: (&str, &str) = (
    "hooks/quiet.rhai",
    "every(\"1 hour\", #{ id: \"quiet\", over: \"ticket\" }, |event| log(event.ticket.reference));",
);
const DUE: &str = "SELECT COUNT(*) FROM events WHERE name = 'schedule.due'";

/// So many further open tickets of Blue Bakery, and one of a guest.
async fn open_tickets(house: &House, count: usize) {
    let model = house.ticket().await.id;
    let columns = "department_id, subject, status, priority, opener_kind, opener_id, opener_name, opener_email, opened_at, changed_at";
    for n in 0..=count {
        let account = if n == 0 { "NULL" } else { "account_id" };
        house
            .database
            .execute(format!(
                "INSERT INTO tickets (id, reference, account_id, {columns})
                 SELECT 'tkt_more{n:06}', 'MORE-{n}', {account}, {columns} FROM tickets WHERE id = '{model}'"
            ))
            .await;
    }
}

#[tokio::test]
async fn a_schedule_begins_at_its_next_time_and_runs_at_every_multiple() {
    let house = House::with(&[HOURLY]).await;
    house.settle().await;
    assert_eq!(house.count(DUE).await, 0);
    house.pass(29 * MINUTE).await;
    assert_eq!(house.count(DUE).await, 0, "it is 09:59");
    house.pass(MINUTE).await;
    assert_eq!(house.count(DUE).await, 1, "it is 10:00");
    house.settle().await;
    assert_eq!(house.count(DUE).await, 1);
    house.pass(HOUR + MINUTE).await;
    let event = house.newest("schedule.due").await;
    assert_eq!(event["due_at"], json!(NOW + 30 * MINUTE + HOUR), "it names 11:00, at 11:01");
    assert_eq!((event["hook"].as_str(), event["account"]["exists"].as_bool()), (Some("tick"), Some(false)));
    let ran = "SELECT COUNT(*) FROM hook_runs WHERE hook = 'tick' AND state = 'done'";
    assert_eq!(house.count(ran).await, 2);
}

#[tokio::test]
async fn rounds_that_passed_while_nobody_was_there_are_one() {
    let house = House::with(&[HOURLY]).await;
    house.settle().await;
    house.pass(5 * DAY).await;
    assert_eq!(house.count(DUE).await, 1);
    house.pass(30 * MINUTE).await;
    assert_eq!(house.count(DUE).await, 2, "and the next is at its time");
}

#[tokio::test]
async fn a_schedule_over_tickets_goes_over_each_open_one_once() {
    let house = House::with(&[TICKETS]).await;
    let answered = house.ticket().await.id;
    open_tickets(&house, 250).await;
    house
        .database
        .execute("UPDATE tickets SET closed_at = 1, status = 'Closed' WHERE reference = 'MORE-7'")
        .await;
    house.settle().await;
    house.pass(8 * DAY).await;
    assert_eq!(house.count(DUE).await, 253, "the demo's three, 249 of 250 more, and a guest's");
    let runs = "SELECT COUNT(*) FROM hook_runs WHERE hook = 'quiet' AND state = 'done'";
    assert_eq!(house.count(runs).await, 253);
    let (mut tickets, mut guests) = (std::collections::BTreeSet::new(), 0);
    for event in house.events("schedule.due").await {
        let event = event.whole().unwrap();
        assert!(tickets.insert(event["ticket"]["id"].to_string()), "{event}");
        guests += usize::from(event["account"]["exists"] == json!(false));
        assert!(event["account"]["exists"] == json!(false) || event["account"]["name"] != json!(""));
    }
    assert_eq!(guests, 1);
    let events = house.events("schedule.due").await;
    let own = events
        .iter()
        .map(|event| event.whole().unwrap())
        .find(|event| event["ticket"]["id"] == json!(answered));
    assert_eq!(own.unwrap()["ticket"]["quiet_for"], json!(8 * DAY));
}

#[tokio::test]
async fn a_schedule_goes_over_accounts_and_pending_invites() {
    let over =
        |what: &str| format!("every(\"1 day\", #{{ id: \"{what}\", over: \"{what}\" }}, |event| log(1));");
    let (accounts, invites) = (over("account"), over("invite"));
    let house = House::with(&[("hooks/a.rhai", &accounts), ("hooks/i.rhai", &invites)]).await;
    let bakery = house.bakery().await.id;
    house.database.execute("UPDATE accounts SET closed_at = 1 WHERE company = 'Studio North'").await;
    house
        .database
        .execute(format!(
            "INSERT INTO invites (id, account_id, email, email_key, permissions, all_permissions, inviter_id, inviter_name,
               inviter_email, token_hash, created_at, sent_at, expires_at)
             VALUES ('inv_x', '{bakery}', 'x@x.example', 'x@x.example', 'tickets', FALSE, 'u', 'U', 'u@x.example', 'h', 1, 1, {})",
            NOW + 90 * DAY
        ))
        .await;
    house.settle().await;
    house.pass(DAY).await;
    let events = house.events("schedule.due").await;
    let of = |hook: &str| {
        events.iter().filter(|event| event.body.contains(&format!("\"hook\":\"{hook}\""))).count()
    };
    assert_eq!((of("account"), of("invite")), (2, 1), "accepted invites and closed accounts have no turn");
    let invite =
        events.iter().map(|event| event.whole().unwrap()).find(|event| event["hook"] == json!("invite"));
    assert_eq!(invite.unwrap()["invite"]["email"], json!("x@x.example"));
}

#[tokio::test]
async fn a_round_that_was_interrupted_goes_on_where_it_was() {
    let house = House::with(&[TICKETS]).await;
    open_tickets(&house, 250).await;
    house.settle().await;
    house.app.clock.advance(HOUR);
    assert!(schedule::page(&house.app).await.unwrap(), "one page");
    assert_eq!(house.count(DUE).await, 100);
    // What a killed server leaves: no memory, and the page after it rolled back.
    let after = house.again(&[TICKETS]).await;
    drop(house);
    after.settle().await;
    assert_eq!(after.count(DUE).await, 254);
    assert_eq!(after.count("SELECT COUNT(*) FROM (SELECT body FROM events WHERE name = 'schedule.due' GROUP BY body HAVING COUNT(*) > 1) x").await, 0);
    after.pass(HOUR).await;
    assert_eq!(after.count(DUE).await, 508, "the next round is whole again");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_a_round() {
    let house = House::with(&[TICKETS]).await;
    open_tickets(&house, 600).await;
    house.settle().await;
    let other = house.again(&[TICKETS]).await;
    house.app.clock.advance(HOUR);
    let (one, two) = tokio::join!(schedule::drain(&house.app), schedule::drain(&other.app));
    let (one, two) = (one.unwrap(), two.unwrap());
    // A node that finds the schedule held by the other has nothing to do.
    house.settle().await;
    assert_eq!(house.count(DUE).await, 604, "{one} and {two} pages");
    assert_eq!(house.count("SELECT COUNT(*) FROM hook_runs WHERE hook = 'quiet'").await, 604);
}

#[tokio::test]
async fn a_period_that_changes_takes_effect_and_a_removed_hook_is_forgotten() {
    let house =
        House::with(&[("hooks/tick.rhai", "every(\"1 day\", #{ id: \"tick\" }, |event| log(1));")]).await;
    house.settle().await;
    let house = house.again(&[HOURLY]).await;
    house.settle().await;
    house.pass(HOUR).await;
    assert_eq!(house.count(DUE).await, 1);
    let house = house.again(&[]).await;
    house.settle().await;
    assert_eq!(house.count("SELECT COUNT(*) FROM schedules").await, 0);
    house.pass(DAY).await;
    assert_eq!(house.count(DUE).await, 1);
}
