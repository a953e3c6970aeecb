//! One event of the past, once more: what the scripts would do now, beside what they did then. Pure.

use crate::{
    bundle::Bundle,
    effect::{
        compare::{self, Side},
        store::{Detail, Run},
    },
    error::Result,
    event::outbox::StoredEvent,
    hook::plugin::store_of,
    worker::{
        decoded::Snapshot,
        unit::{self, Stores, Unit},
    },
};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// An event of the past with what came of it.
#[derive(Debug)]
pub struct Past {
    /// The event; its account stands in `snapshot`.
    pub event: StoredEvent,
    /// The account as it was.
    pub snapshot: Snapshot,
    /// What its hooks did.
    pub runs: Vec<Run>,
}

/// What comes of an event, once more.
#[derive(Debug, Default)]
pub struct Again {
    /// What is different, counted.
    pub what: compare::Compared,
    /// Runs that still wait: nobody knows yet what comes of them.
    pub waiting: usize,
    /// True if no trace is left of what happened.
    pub untraced: bool,
    /// Stored values that hooks read now and that were not recorded then: `store/key`.
    pub unrecorded: BTreeSet<String>,
}

/// Runs an event once more and compares. An event without any run that is older than `traced_since` has lost its trace.
///
/// # Errors
/// If the stored event is damaged.
pub fn once_more(bundle: &Bundle, past: &Past, traced_since: i64) -> Result<Again> {
    let mut compared =
        Again { untraced: past.runs.is_empty() && past.event.at < traced_since, ..Again::default() };
    if compared.untraced {
        return Ok(compared);
    }
    let waiting: HashSet<&str> =
        past.runs.iter().filter(|run| run.state == "waiting").map(|run| run.hook.as_str()).collect();
    compared.waiting = waiting.len();
    let then: Vec<(&Run, Detail)> =
        past.runs.iter().filter(|run| run.state != "waiting").map(|run| (run, run.told())).collect();
    let (stores, recorded) = recorded(&then);
    let now = unit::rehearse(bundle, &past.event, Some(&past.snapshot), &stores)?;
    let now: Vec<&Unit> = now.iter().filter(|unit| !waiting.contains(unit.run.hook.as_str())).collect();
    for record in now.iter().flat_map(|unit| unit.records()) {
        let store = store_of(&record.file);
        let read = record.stored_read.keys().map(|key| (store.to_owned(), key.clone()));
        let unknown = read.filter(|pair| !recorded.contains(pair));
        compared.unrecorded.extend(unknown.map(|(store, key)| format!("{store}/{key}")));
    }
    let sides: Vec<Side<'_>> = then.iter().map(|(run, detail)| Side { run, detail }).collect();
    let today: Vec<Side<'_>> =
        now.iter().map(|unit| Side { run: &unit.run, detail: unit.detail() }).collect();
    compared.what = compare::compare(&past.event, &sides, &today);
    Ok(compared)
}

/// The stored values that the runs read, which is all that is known of what was stored then.
fn recorded(then: &[(&Run, Detail)]) -> (Stores, HashSet<(String, String)>) {
    let mut stores = Stores::new();
    let mut known = HashSet::new();
    let mut add = |file: &str, read: &Value| {
        for (key, value) in read.as_object().into_iter().flatten() {
            let store = store_of(file).to_owned();
            known.insert((store.clone(), key.clone()));
            if !value.is_null() {
                stores.entry(store).or_default().insert(key.clone(), value.clone());
            }
        }
    };
    for (run, detail) in then {
        add(&run.file, &detail.stored);
        for step in &detail.steps {
            add(step.place.rsplit_once(':').map_or("", |(file, _)| file), &step.stored);
        }
    }
    (stores, known)
}

/// The stored values that the runs of an event read.
pub fn stored(runs: &[Run]) -> Stores {
    let then: Vec<(&Run, Detail)> = runs.iter().map(|run| (run, run.told())).collect();
    recorded(&then).0
}
