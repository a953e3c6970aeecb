//! A month of history once more, through the shipped scripts after an edit.

#[path = "../../tests/innkeeper/support/history.rs"]
mod history;

use super::house::on_runtime;
use super::measure;
use innkeeper::bundle;
use innkeeper::config::Config;
use innkeeper::db::Db;
use innkeeper::trial::{self, Options, Scripts, Which};
use std::fs;
use std::path::Path;

const EVENTS: usize = 100_000;
/// What the edit takes out of the shipped policy.
const LINE: &str = "    mail.cc(event.ticket.cc, \"is copied on the ticket\");\n";

/// All figures.
pub fn all() {
    on_runtime(async {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        write_shipped(data);
        let database = std::env::var("INNKEEPER_BENCH_DATABASE")
            .unwrap_or_else(|_| format!("sqlite://{}", data.join("history.db").display()));
        history::make(data, &database, EVENTS).await;
        let policy = data.join("hooks/ticket-mail.rhai");
        let before = fs::read_to_string(&policy).unwrap();
        assert!(before.contains(LINE), "the shipped policy is another");
        fs::write(&policy, before.replace(LINE, "")).unwrap();

        let db = Db::connect(&database).await.unwrap();
        let scripts = Scripts::read(data, &Config::default()).unwrap();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let options = Options {
            which: Which { since: 0, until: i64::MAX, ..Which::default() },
            limit: i64::MAX,
            show: 0,
            threads,
            settings_then: false,
            traced_since: 0,
        };
        let (outcome, time) = measure::once_async(trial::replay(&db, &scripts, &options, |_| ())).await;
        db.close().await;
        let outcome = outcome.unwrap();
        assert!(outcome.events >= EVENTS, "{} of {EVENTS} events", outcome.events);
        assert!(outcome.notifications > EVENTS / 2 && outcome.waiting + outcome.untraced == 0, "{outcome:?}");
        assert!(
            outcome.fewer > 0 && outcome.more == 0,
            "the edit takes copies away, and adds none: {outcome:?}"
        );
        let (seconds, events) = (time.as_secs_f64(), outcome.events);
        println!(
            "{events} events replayed on {threads} threads: {seconds:.1} s, {:.0} a second",
            events as f64 / seconds
        );
    });
}

/// The shipped scripts and templates, as `innkeeper init` writes them.
fn write_shipped(data: &Path) {
    for (path, text) in bundle::shipped() {
        let place = data.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, &*text).unwrap();
    }
}
