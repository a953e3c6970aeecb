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

/// The runs of an event that do not come out as they were traced, and how many there are.
///
/// # Errors
/// If the stored event is damaged.
pub fn word_for_word(bundle: &Bundle, past: &Past) -> Result<(Vec<String>, usize)> {
    let now = unit::rehearse(bundle, &past.event, Some(&past.snapshot), &stored(&past.runs))?;
    // How long it took is another matter each time.
    let timeless = |mut detail: Detail| {
        detail.steps.iter_mut().for_each(|step| step.micros = 0);
        serde_json::to_value(detail).unwrap_or_default()
    };
    let is = |run: &Run| now.iter().find(|unit| unit.run.hook == run.hook);
    let same = |run: &Run| {
        is(run).is_some_and(|unit| {
            let (now, then) = (&unit.run, run);
            let heads = |run: &Run| {
                (
                    run.verb.clone(),
                    run.state.clone(),
                    run.error.clone(),
                    run.file.clone(),
                    run.line,
                    run.operations,
                )
            };
            heads(now) == heads(then) && timeless(unit.detail().clone()) == timeless(run.told())
        })
    };
    let mut different: Vec<String> = past
        .runs
        .iter()
        .filter(|run| !same(run))
        .map(|run| format!("{} {}", run.event_id, run.hook))
        .collect();
    let then = |unit: &&Unit| past.runs.iter().any(|run| run.hook == unit.run.hook);
    different.extend(
        now.iter().filter(|unit| !then(unit)).map(|unit| format!("{} {}", past.event.id, unit.run.hook)),
    );
    Ok((different, past.runs.len()))
}
