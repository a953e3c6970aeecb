//! One guarded action of the past, once more: what the hooks would say to it now, beside what they said. Pure.

use crate::{
    bundle::Bundle,
    effect::store::Step,
    error::{Error, Result},
    event::data::Person,
    hook::{Stored, plugin::store_of},
    trace::{
        compare::{Asked, Difference},
        store::StoredGuardRun,
    },
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What comes of an action, once more.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// True if it was a form that was only shown, which is no action.
    pub shown: bool,
    /// What is different, if anything is.
    pub difference: Option<Difference>,
    /// Stored values that hooks read now and that were not recorded then: `store/key`.
    pub unrecorded: BTreeSet<String>,
}

/// The stored values that its hooks read, where there were any, by store.
///
/// # Errors
/// If the trace is damaged.
pub fn stored(run: &StoredGuardRun) -> Result<BTreeMap<String, Stored>> {
    let damaged = |e: serde_json::Error| Error::internal(format!("guard run {}: {e}", run.id));
    let steps: Vec<Step> = serde_json::from_str(&run.steps).map_err(damaged)?;
    let (draft, answer, actor) = (Value::Null, Value::Null, Person::default());
    let (action, at) = (&*run.action, run.at);
    let asked =
        Asked { run: &run.id, action, at, actor: &actor, draft: &draft, answer: &answer, steps: &steps };
    Ok(asked.stored().0)
}

/// Asks the hooks once more, and compares.
///
/// # Errors
/// If the trace is damaged.
pub(super) fn once_more(bundle: &Bundle, run: &StoredGuardRun) -> Result<Again> {
    let damaged = |e: serde_json::Error| Error::internal(format!("guard run {}: {e}", run.id));
    let draft = run.whole()?;
    let steps: Vec<Step> = serde_json::from_str(&run.steps).map_err(damaged)?;
    let answer: Value = serde_json::from_str(&run.answer).map_err(damaged)?;
    let actor: Person = serde_json::from_str(&run.actor).unwrap_or_default();
    let asked = Asked {
        run: &run.id,
        action: &run.action,
        at: run.at,
        actor: &actor,
        draft: &draft,
        answer: &answer,
        steps: &steps,
    };
    if !asked.is_act() {
        return Ok(Again { shown: draft["composing"] == true, ..Again::default() });
    }
    let (stores, recorded) = asked.stored();
    let given = bundle.hooks.given().with_stores(stores);
    let Some((now, records)) = asked.again((&bundle.hooks, &bundle.hash), &given) else {
        return Ok(Again::default());
    };
    let mut again = Again { difference: asked.compare(&now), ..Again::default() };
    for record in &records {
        let store = store_of(&record.file);
        let read = record.stored_read.keys().map(|key| (store.to_owned(), key.clone()));
        let unknown = read.filter(|pair| !recorded.contains(pair));
        again.unrecorded.extend(unknown.map(|(store, key)| format!("{store}/{key}")));
    }
    Ok(again)
}
