//! The outbox under `kill -9`: nothing that was committed is forgotten, nothing that was rolled back
//! is announced, and no plan takes effect twice.
//!
//! `INNKEEPER_TEST_CRASHES=100 bin/test outbox` runs a hundred rounds; the default is twenty.

use crate::support::{client::Client, database::Database, server::Server, wait};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Effects of every kind for each contact, so that a plan in effect twice would show; the web-hook is
/// tried again all the time, since nobody listens there. The counts are read, raised and stored: one
/// run too many, too few, or beside another would make them wrong.
const HOOK: &str = r#"
on("contact.added", #{ id: "told" }, |event| {
    email(#{ template: "told", to: event.contact, reason: "you were added" });
    webhook(#{ url: "http://127.0.0.1:1/contacts", body: #{ contact: event.contact.id } });
    store_set("count", store_get("count", 0) + 1);
    emit("custom.told", #{ contact: event.contact.id });
});
on("custom.told", #{ id: "echo" }, |event| store_set("echo", store_get("echo", 0) + 1));
"#;

const TEMPLATE: &str = "---\nsubject: {{ event.contact.name }} was added\ncategory: general\n---\n<p>{{ event.contact.email }}</p>\n";

const WRITERS: usize = 4;

/// What the database holds in the end, counted past the product's own code.
struct Count(Arc<Database>);

impl Count {
    async fn of(&self, sql: &str) -> i64 {
        self.0.count(sql).await
    }

    async fn waiting(&self) -> i64 {
        self.of("SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL").await
            + self.of("SELECT COUNT(*) FROM emails WHERE state = 'waiting'").await
            + self.of("SELECT COUNT(*) FROM hook_runs WHERE state = 'waiting'").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_no_event_and_repeats_no_plan() {
    let rounds: u64 = std::env::var("INNKEEPER_TEST_CRASHES").map_or(20, |text| text.parse().unwrap());
    let database = Arc::new(Database::fresh().await);
    let mut server = Server::demo()
        .database(Arc::clone(&database))
        .env("OUTGOING_ALLOW", "[\"127.0.0.1:1\"]")
        .env("MAIL_NEW_ADDRESSES_PER_HOUR", "0")
        .env("OUTGOING_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        .start()
        .await;
    std::fs::write(server.data().join("email-templates/default/told.html"), TEMPLATE).unwrap();
    let script = server.data().join("hooks/told.rhai");
    std::fs::write(&script, HOOK).unwrap();
    server.logged("hooks=14").await;
    let saves = tokio::spawn(async move {
        // As often as an eager editor saves; each time another bundle goes live.
        for number in 0_u64.. {
            tokio::time::sleep(Duration::from_millis(150)).await;
            std::fs::write(&script, format!("// {number}\n{HOOK}")).unwrap();
        }
    });
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let (acknowledged, number) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for round in 0..rounds {
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (owner, acknowledged, number) =
                    (owner.without_redirects(), Arc::clone(&acknowledged), Arc::clone(&number));
                let url = server.url().to_owned();
                tokio::spawn(async move { write(&owner, &url, &acknowledged, &number).await })
            })
            .collect();
        // Anywhere from at once to the middle of a busy half second; another moment in each round.
        tokio::time::sleep(Duration::from_millis(20 + (round * 7_919) % 480)).await;
        server.kill().await;
        writers.iter().for_each(tokio::task::JoinHandle::abort);
        server.start_again().await;
    }
    saves.abort();
    let count = Count(Arc::clone(&database));
    let settled = wait::within(wait::PATIENCE, || async { (count.waiting().await == 0).then_some(()) }).await;
    assert!(settled.is_some(), "{} still wait; the log says:\n{}", count.waiting().await, server.log());

    // The demo's own contact was there before the script.
    let contacts = count.of("SELECT COUNT(*) FROM contacts").await - 1;
    let events = count.of("SELECT COUNT(*) FROM events WHERE name = 'contact.added'").await - 1;
    let runs = count.of("SELECT COUNT(*) FROM hook_runs WHERE hook = 'told'").await;
    let mails = count.of("SELECT COUNT(*) FROM emails WHERE cause LIKE '%/told'").await;
    let hooks = count.of("SELECT COUNT(*) FROM effects WHERE hook = 'told'").await;
    let stored = |key: &str| {
        format!(
            "SELECT CAST(value AS BIGINT) FROM plugin_values WHERE plugin = 'told.rhai' AND key = '{key}'"
        )
    };
    let (counted, echoed) = (count.of(&stored("count")).await, count.of(&stored("echo")).await);
    let announced = count.of("SELECT COUNT(*) FROM events WHERE name = 'custom.told'").await;
    let bundles = count.of("SELECT COUNT(DISTINCT bundle) FROM hook_runs WHERE hook = 'told'").await;
    let unannounced = count
        .of("SELECT COUNT(*) FROM contacts c WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.name = 'contact.added' AND e.body LIKE '%' || c.id || '%')")
        .await;
    let acknowledged = acknowledged.load(Ordering::SeqCst) as i64;
    println!(
        "outbox: {rounds} kills; {contacts} changes, {acknowledged} of them acknowledged; {events} events, {runs} runs, {mails} mails, {hooks} web-hooks, {announced} events of their own; {bundles} bundles"
    );
    assert!(acknowledged > rounds as i64, "hardly anything was written between the kills:\n{}", server.log());
    assert!(contacts >= acknowledged, "a change that was acknowledged is gone");
    assert_eq!(unannounced, 0, "a committed change has no event");
    assert_eq!(events, contacts, "changes and events differ");
    assert_eq!(runs, events, "a hook met an event more or less than once");
    assert_eq!(mails, events, "a plan's mail took effect more or less than once");
    assert!(bundles > 1, "no reload went on while events were worked");
    assert_eq!(announced, events, "a plan's own event was announced more or less than once");
    assert_eq!(counted, events, "a stored value was raised more or less than once for an event");
    assert_eq!(echoed, events, "the event of a plan was worked more or less than once");
    assert_eq!(hooks, events, "a plan's web-hook took effect more or less than once");
}

/// Adds contacts until the server is gone; every other one is taken already, and is rolled back.
async fn write(owner: &Client, url: &str, acknowledged: &AtomicUsize, number: &AtomicUsize) {
    loop {
        let n = number.fetch_add(1, Ordering::SeqCst);
        let email = format!("c{n}@bakery.example");
        for attempt in 0..2 {
            let fields = [("name", "Somebody"), ("email", email.as_str()), ("categories", "general")];
            let request = owner.request(reqwest::Method::POST, &format!("{url}/contacts/new")).form(&fields);
            let Ok(answer) = request.send().await else { return };
            match (attempt, answer.status().as_u16()) {
                (0, 303) => drop(acknowledged.fetch_add(1, Ordering::SeqCst)),
                (1, 303) => panic!("one address was taken twice"),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn events_of_one_stream_are_worked_in_order() {
    let server = Server::demo().start().await;
    let log =
        "on(\"contact.*\", #{ id: \"order\" }, |event| { log(event.name + \" \" + event.contact.email); });";
    std::fs::write(server.data().join("hooks/order.rhai"), log).unwrap();
    server.logged("hooks=13").await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    for n in 0..10 {
        let page = owner
            .post(
                "/contacts/new",
                &[("name", "N"), ("email", &format!("n{n}@x.example")), ("categories", "general")],
            )
            .await;
        assert_eq!(page.status(), 200, "{page}");
    }
    let database = server.database();
    let runs = "SELECT COUNT(*) FROM hook_runs WHERE hook = 'order' AND state = 'done'";
    wait::until("ten runs", || async { (database.count(runs).await == 10).then_some(()) }).await;
    let swapped = database
        .count("SELECT COUNT(*) FROM hook_runs a JOIN hook_runs b ON a.hook = b.hook AND a.stream = b.stream WHERE a.hook = 'order' AND a.seq < b.seq AND a.at > b.at")
        .await;
    assert_eq!(swapped, 0);
}
