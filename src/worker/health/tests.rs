//! Hooks that fail, are out and come back, with a clock that the test sets.

use super::*;
use crate::{
    clock::{Clock, DAY, HOUR},
    config::{Config, Paths},
    db::Query,
    effect::store::{Run, runs},
};
use serde_json::json;
use std::fs;

const NOW: i64 = 1_795_426_200_000;
/// Does what the event asks for.
const HOOK: &str =
    r#"on("custom.*", #{ id: "h" }, |event| { if event.data.note == "fail" { throw "boom"; } });"#;

struct House {
    app: App,
    folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("hooks")).unwrap();
        fs::write(folder.path().join("hooks/h.rhai"), HOOK).unwrap();
        let paths = Paths::new(folder.path().to_owned(), None);
        let app = App::build(paths, Config::default(), Clock::held_at(NOW)).await.unwrap();
        Self { app, folder }
    }

    /// An event that lets the hook fail or not; gives its run once all is quiet.
    async fn event(&self, fail: bool) -> Run {
        self.events(&[fail]).await.remove(0)
    }

    /// Several at once, so that they are met in one batch.
    async fn events(&self, fail: &[bool]) -> Vec<Run> {
        let mut tx = self.app.db.begin().await.unwrap();
        let (act, account, mut ids) = (self.app.act_of_system("test", 0), Account::default(), Vec::new());
        for fail in fail {
            let data = json!({ "note": if *fail { "fail" } else { "fine" } });
            ids.push(outbox::emit_custom(&mut tx, &act, &account, "custom.x", &data).await.unwrap());
        }
        tx.commit().await.unwrap();
        self.app.settle().await.unwrap();
        let mut met = Vec::new();
        for id in ids {
            met.push(self.run(&id).await);
        }
        met
    }

    async fn run(&self, event: &str) -> Run {
        runs(&self.app.db, event).await.unwrap().into_iter().find(|run| run.hook == "h").unwrap()
    }

    async fn happened(&self, name: &str) -> usize {
        let events = outbox::list(&self.app.db, None, i64::MAX, 1000).await.unwrap();
        events.iter().filter(|event| event.name == name).count()
    }

    async fn row(&self) -> Health {
        store::list(&self.app.db).await.unwrap().remove(0)
    }

    async fn put_out(&self) {
        for _ in 0..5 {
            assert_eq!(self.event(true).await.state, "dead");
        }
        assert!(self.row().await.out_at.is_some());
    }

    async fn mend(&self, text: &str) {
        fs::write(self.folder.path().join("hooks/h.rhai"), text).unwrap();
        self.reload().await;
    }

    async fn reload(&self) {
        // No two bundles go live in the same moment.
        self.app.clock.advance(1_000);
        self.app.reload().await.unwrap();
        self.app.settle().await.unwrap();
    }
}

#[tokio::test]
async fn events_wait_for_a_hook_that_is_out_and_a_trial_lets_them_go() {
    let house = House::new().await;
    house.put_out().await;
    assert_eq!((house.happened("hook.failed").await, house.happened("hook.quarantined").await), (5, 1));

    let (one, two) = (house.event(false).await, house.event(false).await);
    assert_eq!((one.state.as_str(), two.state.as_str()), ("waiting", "waiting"));
    assert!(one.error.as_ref().is_some_and(|error| error.contains("out of service")), "{one:?}");
    assert_eq!(one.attempts, 0, "it was not tried");

    house.app.clock.advance(HOUR);
    house.app.settle().await.unwrap();
    for run in [one, two] {
        assert_eq!(house.run(&run.event_id).await.state, "done");
    }
    assert_eq!(house.row().await.out_at, None);
    assert_eq!((house.happened("hook.quarantined").await, house.happened("hook.recovered").await), (1, 1));
    assert_eq!(house.event(false).await.state, "done");
}

#[tokio::test]
async fn a_trial_that_fails_tells_nobody_again() {
    let house = House::new().await;
    house.put_out().await;
    house.app.clock.advance(HOUR);
    assert_eq!(house.event(true).await.state, "dead", "this one was the trial");
    let row = house.row().await;
    assert!(row.out_at.is_some() && row.retry_at == house.app.clock.now() + 10 * MINUTE, "{row:?}");
    assert_eq!(house.event(false).await.state, "waiting");
    assert_eq!((house.happened("hook.quarantined").await, house.happened("hook.recovered").await), (1, 0));
}

#[tokio::test]
async fn of_a_batch_one_event_is_the_trial_and_the_others_wait() {
    let house = House::new().await;
    house.put_out().await;
    house.app.clock.advance(HOUR);
    let states: Vec<String> =
        house.events(&[true, true, true]).await.into_iter().map(|run| run.state).collect();
    assert_eq!(states, ["dead", "waiting", "waiting"]);
}

#[tokio::test]
async fn a_mended_file_brings_it_back_at_once_and_what_was_given_up_can_be_run_again() {
    let house = House::new().await;
    let dead = house.event(true).await;
    for _ in 0..4 {
        house.event(true).await;
    }
    let waiting = house.event(true).await;
    assert_eq!(waiting.state, "waiting");
    house.mend(r#"on("custom.*", #{ id: "h" }, |event| { log("fine"); });"#).await;
    assert_eq!(house.run(&waiting.event_id).await.state, "done", "in the version of today");
    assert_eq!(house.happened("hook.recovered").await, 1);
    assert_eq!(house.row().await.failures, 0);

    let mut tx = house.app.db.begin().await.unwrap();
    let count = effect::store::run_again(&mut tx, Some("h"), None, house.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count, 5);
    house.app.settle().await.unwrap();
    assert_eq!(house.run(&dead.event_id).await.state, "done");
}

#[tokio::test]
async fn other_files_bring_nothing_back_but_its_libraries_and_settings_do() {
    let house = House::new().await;
    house.put_out().await;
    fs::write(house.folder.path().join("hooks/other.rhai"), "on(\"custom.y\", |event| {});").unwrap();
    house.reload().await;
    assert!(house.row().await.out_at.is_some());
    fs::create_dir(house.folder.path().join("hooks/lib")).unwrap();
    fs::write(house.folder.path().join("hooks/lib/x.rhai"), "fn f() {}").unwrap();
    house.reload().await;
    assert_eq!(house.row().await.out_at, None);
}

#[tokio::test]
async fn an_event_waits_for_three_days_and_no_longer() {
    let house = House::new().await;
    house.put_out().await;
    let waiting = house.event(false).await;
    let mut tx = house.app.db.begin().await.unwrap();
    // Out for a long time yet.
    let mut row = store::locked(&mut tx, "h", &house.row().await.version, NOW).await.unwrap();
    row.retry_at = NOW + 30 * DAY;
    store::keep(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    house.app.clock.advance(3 * DAY);
    house.app.settle().await.unwrap();
    assert_eq!(house.run(&waiting.event_id).await.state, "dead");
}

#[tokio::test]
async fn a_hook_that_was_removed_is_forgotten() {
    let house = House::new().await;
    house.put_out().await;
    house.mend("on(\"custom.y\", #{ id: \"another\" }, |event| {});").await;
    assert!(store::list(&house.app.db).await.unwrap().is_empty());
    assert_eq!(house.happened("hook.recovered").await, 0);
}

#[tokio::test]
async fn failures_on_events_about_hooks_feed_nothing() {
    let house = House::new().await;
    let script = format!("{HOOK}\non(\"hook.*\", #{{ id: \"nosy\" }}, |event| {{ throw \"me, too\"; }});");
    house.mend(&script).await;
    house.put_out().await;
    assert!(house.happened("hook.failed").await <= 5);
    assert_eq!(house.happened("hook.quarantined").await, 1);
    let nosy = (&house.app.db).number("SELECT COUNT(*) FROM hook_health WHERE hook = 'nosy'", vec![]).await;
    assert_eq!(nosy.unwrap(), 0);
}
