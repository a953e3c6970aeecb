//! History once more: what `hooks replay` says, beside what happened and beside what happens when the same events run
//! live with the changed script.

use crate::support::{
    command::{self, Outcome, innkeeper},
    database::Database,
    history,
    server::Server,
    wait,
};
use innkeeper::{
    config::Config,
    db::{Db, Query},
    trial::{self, Options, Scripts, Which},
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

/// Events of the generated month.
const EVENTS: usize = 600;

/// A script as an operator might change it: copies go, colleagues who may read tickets come, and high priority is noted.
fn changed(script: &str) -> String {
    let cc = "    mail.cc(event.ticket.cc, \"is copied on the ticket\");\n";
    assert!(script.contains(cc), "the shipped script is another");
    let more = "    mail.to(event.account.users_with(\"tickets\"), \"may read tickets\");\n";
    let note = "\non(\"ticket.opened\", #{ id: \"urgent\" }, |event| {\n    if event.ticket.priority == \"High\" { ticket_note(event.ticket, \"Urgent.\"); }\n});\n";
    format!("{}{note}", script.replace(cc, more))
}

struct House {
    folder: tempfile::TempDir,
    database: Arc<Database>,
}

impl House {
    /// A data folder with the shipped files, and a database with a month of history.
    async fn with_history() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("inn");
        innkeeper(["init", data.to_str().unwrap()]).await.ok();
        let database = Database::fresh().await;
        history::make(&data, database.url(), EVENTS).await;
        Self { folder, database: Arc::new(database) }
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("inn")
    }

    async fn run(&self, arguments: &[&str]) -> Outcome {
        let mut command = command::binary();
        command.env("INNKEEPER_DATA", self.data()).env("INNKEEPER_DATABASE_URL", self.database.url());
        command::run(command.args(arguments)).await
    }

    fn change_ticket_mail(&self) {
        let file = self.data().join("hooks/ticket-mail.rhai");
        let script = fs::read_to_string(&file).unwrap();
        fs::write(&file, changed(&script)).unwrap();
    }

    /// What replay says in this process, with so many threads.
    async fn outcome(&self, threads: usize) -> trial::Outcome {
        let db = Db::connect(self.database.url()).await.unwrap();
        let scripts = Scripts::read(&self.data(), &Config::default()).unwrap();
        let options = Options {
            which: Which { since: 0, until: i64::MAX, ..Which::default() },
            limit: i64::MAX,
            show: usize::MAX,
            threads,
            settings_then: false,
            traced_since: 0,
        };
        let outcome = trial::replay(&db, &scripts, &options, |_| ()).await.unwrap();
        db.close().await;
        outcome
    }

    /// Event, template and address of every mail about these events.
    async fn mails(&self, events: &BTreeSet<String>) -> BTreeSet<(String, String, String)> {
        let db = Db::connect(self.database.url()).await.unwrap();
        let rows: Vec<(String, String, String)> =
            (&db).all("SELECT event_id, template, to_key FROM emails", Vec::new()).await.unwrap();
        db.close().await;
        rows.into_iter().filter(|(event, ..)| events.contains(event)).collect()
    }

    async fn notes(&self) -> i64 {
        self.database.count("SELECT COUNT(*) FROM effects WHERE kind = 'ticket_note'").await
    }

    /// How many rows each table has.
    async fn rows(&self) -> Vec<(String, i64)> {
        let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut rows = Vec::new();
        for file in fs::read_dir(migrations).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            let tables = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
            for table in tables.filter_map(|rest| rest.split_whitespace().next()) {
                rows.push((
                    table.to_owned(),
                    self.database.count(format!("SELECT COUNT(*) FROM {table}")).await,
                ));
            }
        }
        rows.sort();
        rows
    }
}

#[tokio::test]
async fn the_shipped_scripts_do_again_what_they_did() {
    let house = House::with_history().await;
    let before = house.rows().await;
    let said = house.run(&["hooks", "replay", "--format", "json"]).await.ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert!(said["events"].as_u64().unwrap() >= EVENTS as u64, "{said}");
    assert!(said["notifications"].as_u64().unwrap() > EVENTS as u64 / 2, "{said}");
    assert_eq!(said["differ"], 0, "{said}");
    assert_eq!(said["waiting"], 0);
    // The runs themselves, to the last word.
    let db = Db::connect(house.database.url()).await.unwrap();
    let scripts = Scripts::read(&house.data(), &Config::default()).unwrap();
    let which = Which { since: 0, until: i64::MAX, ..Which::default() };
    let seen = trial::exactly(&db, &scripts, &which).await.unwrap();
    db.close().await;
    assert!(seen.runs > EVENTS / 2, "{seen:?}");
    assert_eq!(seen.different, Vec::<String>::new());
    // Looking has changed nothing.
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn what_replay_predicts_is_what_happens_live() {
    let house = House::with_history().await;
    let ids = "SELECT id FROM events";
    let db = Db::connect(house.database.url()).await.unwrap();
    let events: Vec<(String,)> = (&db).all(ids, Vec::new()).await.unwrap();
    db.close().await;
    let events: BTreeSet<String> = events.into_iter().map(|row| row.0).collect();
    let happened = house.mails(&events).await;
    house.change_ticket_mail();

    let before = house.rows().await;
    let predicted = house.outcome(2).await;
    assert_eq!(house.rows().await, before, "a replay stores nothing, whatever differs");
    assert!(predicted.more > 0 && predicted.fewer > 0 && predicted.more_effects > 0, "{predicted:?}");
    let mut expected = happened.clone();
    for difference in &predicted.differences {
        let key = |change: &innkeeper::effect::compare::Change| {
            (difference.event.clone(), change.template.clone(), change.email.to_lowercase())
        };
        for change in &difference.fewer {
            assert!(expected.remove(&key(change)), "{change:?}");
        }
        for change in &difference.more {
            assert!(expected.insert(key(change)), "{change:?}");
        }
    }

    // The same events again, as if none had met a hook, with a server on the changed script.
    house
        .database
        .execute(
            "DELETE FROM hook_runs; DELETE FROM effects; DELETE FROM emails;
             UPDATE streams SET ready_at = 0, lease_until = 0,
               pending = (SELECT COUNT(*) FROM events WHERE events.stream = streams.key);
             UPDATE events SET dispatched_at = NULL;",
        )
        .await;
    let server = Server::empty().data(&house.data()).database(Arc::clone(&house.database)).start().await;
    wait::until("all events have met the changed script", || async {
        let waiting = "SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL";
        (house.database.count(waiting).await == 0).then_some(())
    })
    .await;
    let live = house.mails(&events).await;
    assert_ne!(live, happened);
    assert_eq!(live.difference(&expected).collect::<Vec<_>>(), Vec::<&(String, String, String)>::new());
    assert_eq!(expected.difference(&live).collect::<Vec<_>>(), Vec::<&(String, String, String)>::new());
    assert_eq!(house.notes().await, i64::try_from(predicted.more_effects).unwrap());
    drop(server);
}

#[tokio::test]
async fn two_threads_and_sixteen_give_the_same_answers() {
    let house = House::with_history().await;
    house.change_ticket_mail();
    let two = house.outcome(2).await;
    assert!(two.differ > 0);
    assert_eq!(house.outcome(16).await, two);
    assert_eq!(house.outcome(1).await, two);
}

#[tokio::test]
async fn replay_says_what_would_differ_and_ends_with_three() {
    let house = House::with_history().await;
    house.change_ticket_mail();
    let outcome =
        house.run(&["hooks", "replay", "--since", "60d", "--event", "ticket.*", "--show", "2"]).await;
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert!(outcome.stdout.contains("may read tickets (hooks/ticket-mail.rhai:"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("notifications would differ: +"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("nothing was sent or stored"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("--show "), "{}", outcome.stdout);
    // With mistakes.
    fs::write(house.data().join("hooks/broken.rhai"), "on(\"ticket.replyed\", |event| {});").unwrap();
    let said = house.run(&["hooks", "replay"]).await.failed_with(1);
    assert!(said.contains("ticket.replied") && said.contains("Nothing was run"), "{said}");
    fs::remove_file(house.data().join("hooks/broken.rhai")).unwrap();
    let said = house.run(&["hooks", "replay", "--event", "tiket.*"]).await.failed_with(2);
    assert!(said.contains("did you mean ticket.*?"), "{said}");
    let said = house.run(&["hooks", "replay", "--since", "2020-01-01", "--until", "2020-02-01"]).await.ok();
    assert!(said.contains("Nothing happened in that time"), "{said}");
}
