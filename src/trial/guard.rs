//! One guarded action of the past, once more: what the hooks would say to it now, beside what they said. Pure.

use crate::{
    bundle::Bundle,
    effect::{compare::Fails, store::Step},
    error::{Error, Result},
    event::{data::Person, guard},
    hook::{RunRecord, plugin::store_of},
    trace::{DEFAULTS, GuardRun, store::StoredGuardRun},
    worker::unit::Stores,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How often an action is tried on which only the clock stopped a hook.
const TRIES: usize = 6;

/// Something that a hook would set, lock, tick or forbid, and did not; or the other way round.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// `field` of the draft, `lock`, or of the boxes `preselect`, `require`, `forbid`, `preset`, `incomplete`.
    pub part: &'static str,
    /// The field, the permission, or the name of the set.
    pub name: String,
    /// What it was; null for nothing.
    pub was: Value,
    /// What it would be; null for nothing.
    pub would_be: Value,
}

/// A refusal: the words that the person reads, and the hook that said them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The words.
    pub reason: String,
    /// `file:line` of the hook.
    pub by: String,
}

/// A guarded action to which something else would be said now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Id of the trace.
    pub run: String,
    /// The action, or `permission_defaults`.
    pub action: String,
    /// When it was asked.
    pub at: i64,
    /// Who asked: an address, or a name where there is none.
    pub who: String,
    /// What it is about.
    pub subject: String,
    /// The refusal of then; nothing if it was allowed.
    pub was_refused: Option<Refusal>,
    /// The refusal of now.
    pub would_be_refused: Option<Refusal>,
    /// What would be amended, locked or ticked otherwise.
    pub changes: Vec<Change>,
    /// What fails now and did not.
    pub fails: Vec<Fails>,
    /// What failed then and does not now.
    pub mended: Vec<Fails>,
}

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

/// Asks the hooks once more, and compares.
///
/// # Errors
/// If the trace is damaged.
pub(super) fn once_more(bundle: &Bundle, run: &StoredGuardRun) -> Result<Again> {
    let damaged = |e: serde_json::Error| Error::internal(format!("guard run {}: {e}", run.id));
    let draft = run.whole()?;
    if draft["composing"] == true {
        return Ok(Again { shown: true, ..Again::default() });
    }
    let steps: Vec<Step> = serde_json::from_str(&run.steps).map_err(damaged)?;
    let answer: Value = serde_json::from_str(&run.answer).map_err(damaged)?;
    let (stores, recorded) = stored(&steps);
    // An action that this release does not know has no hooks in it.
    let Some((now, records)) = ask(bundle, run, &draft, &stores) else { return Ok(Again::default()) };
    let mut again = Again::default();
    for record in &records {
        let store = store_of(&record.file);
        let read = record.stored_read.keys().map(|key| format!("{store}/{key}"));
        again.unrecorded.extend(read.filter(|name| !recorded.contains(name)));
    }
    let difference = compare(run, &draft, (&answer, &steps), (&now.answer, &now.steps));
    let is_other = difference.was_refused.as_ref().map(|refusal| &refusal.reason)
        != difference.would_be_refused.as_ref().map(|refusal| &refusal.reason);
    let is_more =
        !(difference.changes.is_empty() && difference.fails.is_empty() && difference.mended.is_empty());
    again.difference = (is_other || is_more).then_some(difference);
    Ok(again)
}

/// What the hooks say now. A busy machine is no difference: where only the clock stopped a hook, they are asked again.
fn ask(
    bundle: &Bundle,
    run: &StoredGuardRun,
    draft: &Value,
    stores: &Stores,
) -> Option<(GuardRun, Vec<RunRecord>)> {
    let given = bundle.hooks.given().with_stores(stores.clone());
    let once = || {
        if run.action == DEFAULTS {
            let said = bundle.hooks.permission_defaults(draft.clone(), &given);
            let told = GuardRun::defaults(draft.clone(), &said.defaults, &said.records, &bundle.hash, run.at);
            return Some((told, said.records));
        }
        let kind = guard::find(&run.action)?;
        let said = bundle.hooks.before(kind, draft.clone(), &given);
        let told = GuardRun::before(kind, draft.clone(), &said.answer, &said.records, &bundle.hash, run.at);
        Some((told, said.records))
    };
    let slow = |records: &[RunRecord]| {
        records.iter().filter_map(|record| record.error.as_ref()).any(|error| error.passing)
    };
    let mut said = once()?;
    for _ in 1..TRIES {
        if !slow(&said.1) {
            break;
        }
        said = once()?;
    }
    Some(said)
}

/// The stored values that the hooks read then, and their names as `store/key`.
fn stored(steps: &[Step]) -> (Stores, BTreeSet<String>) {
    let (mut stores, mut known) = (Stores::new(), BTreeSet::new());
    for step in steps {
        let store = store_of(step.place.rsplit_once(':').map_or("", |(file, _)| file));
        for (key, value) in step.stored.as_object().into_iter().flatten() {
            known.insert(format!("{store}/{key}"));
            if !value.is_null() {
                stores.entry(store.to_owned()).or_default().insert(key.clone(), value.clone());
            }
        }
    }
    (stores, known)
}

/// An answer as traces keep it, with the hooks that had a say.
type Said<'a> = (&'a Value, &'a [Step]);

fn compare(run: &StoredGuardRun, draft: &Value, then: Said<'_>, now: Said<'_>) -> Difference {
    let person: Person = serde_json::from_str(&run.actor).unwrap_or_default();
    let (was_refused, would_be_refused) = (refusal(then), refusal(now));
    // Of what is refused, nothing is amended, ticked or locked.
    let changes = match &would_be_refused {
        Some(_) => Vec::new(),
        None => changes(draft, then.0, now.0),
    };
    Difference {
        run: run.id.clone(),
        action: run.action.clone(),
        at: run.at,
        who: if person.email.is_empty() { person.name } else { person.email },
        subject: subject(draft),
        was_refused,
        would_be_refused,
        changes,
        fails: failures(now.1, then.1),
        mended: failures(then.1, now.1),
    }
}

fn refusal((answer, steps): Said<'_>) -> Option<Refusal> {
    let reason = answer["denied"].as_str()?.to_owned();
    // A hook that fails may refuse as well.
    let of = |outcome: &str| steps.iter().find(|step| step.outcome == outcome);
    let by = of("denied").or_else(|| of("failed")).map(|step| step.place.clone()).unwrap_or_default();
    Some(Refusal { reason, by })
}

/// What an answer sets, locks and ticks, each under its part and name.
fn told(answer: &Value) -> BTreeMap<(&'static str, String), Value> {
    let mut told = BTreeMap::new();
    if answer["denied"].is_string() {
        return told;
    }
    let list = |name: &str| answer[name].as_array().cloned().unwrap_or_default();
    for (name, value) in answer["set"].as_object().into_iter().flatten() {
        told.insert(("field", name.clone()), value.clone());
    }
    for lock in list("locked") {
        for field in lock["fields"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            told.insert(("lock", field.to_owned()), lock["reason"].clone());
        }
    }
    for key in list("preselect").iter().filter_map(Value::as_str) {
        told.insert(("preselect", key.to_owned()), json!(true));
    }
    for (part, name) in [("require", "require"), ("forbid", "forbid"), ("preset", "presets")] {
        for pair in list(name) {
            told.insert((part, pair[0].as_str().unwrap_or_default().to_owned()), pair[1].clone());
        }
    }
    if answer["incomplete"] == true {
        told.insert(("incomplete", String::new()), json!(true));
    }
    told
}

fn changes(draft: &Value, then: &Value, now: &Value) -> Vec<Change> {
    let (was, is) = (told(then), told(now));
    let names: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    // A field that no hook sets stays as it was typed.
    let value = |told: &BTreeMap<(&'static str, String), Value>, key: &(&'static str, String)| {
        let typed = || if key.0 == "field" { draft[&key.1].clone() } else { Value::Null };
        told.get(key).cloned().unwrap_or_else(typed)
    };
    let each = names.into_iter().map(|key| Change {
        part: key.0,
        name: key.1.clone(),
        was: value(&was, key),
        would_be: value(&is, key),
    });
    each.filter(|change| change.was != change.would_be).collect()
}

/// The hooks that fail among `these` and not among `others`.
fn failures(these: &[Step], others: &[Step]) -> Vec<Fails> {
    let failed =
        |steps: &[Step], hook: &str| steps.iter().any(|step| step.hook == hook && step.error.is_some());
    let new = these.iter().filter(|step| !failed(others, &step.hook));
    new.filter_map(|step| Some(Fails { hook: step.hook.clone(), error: step.error.clone()? })).collect()
}

/// What an action is about, in a few words.
fn subject(draft: &Value) -> String {
    let text = |pointer: &str| draft.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    let ticket = text("/ticket/subject")
        .map(|subject| format!("[{}] {subject}", text("/ticket/reference").unwrap_or_default()));
    let other = ["/subject", "/email", "/user/email", "/account/name"];
    ticket.or_else(|| other.into_iter().find_map(text).map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_locked_and_ticked_is_compared_part_by_part() {
        let draft = json!({"priority": "Low", "subject": "Slow"});
        let then = json!({"denied": null, "set": {"priority": "Medium"}, "locked": [{"fields": ["cc"], "reason": "No."}]});
        let now = json!({"denied": null, "set": {"subject": "Slow!"}, "locked": [{"fields": ["cc"], "reason": "Ask us."}]});
        let found = changes(&draft, &then, &now);
        let found: Vec<_> =
            found.iter().map(|c| (c.part, c.name.as_str(), c.was.clone(), c.would_be.clone())).collect();
        assert_eq!(
            found,
            [
                ("field", "priority", json!("Medium"), json!("Low")),
                ("field", "subject", json!("Slow"), json!("Slow!")),
                ("lock", "cc", json!("No."), json!("Ask us.")),
            ]
        );
        let then =
            json!({"preselect": ["invoices", "quotes"], "require": [["emails", "For all."]], "presets": []});
        let now = json!({"preselect": ["quotes", "invoices"], "forbid": [["orders", "Not here."]], "incomplete": true});
        let parts: Vec<_> =
            changes(&draft, &then, &now).into_iter().map(|change| (change.part, change.name)).collect();
        let expected = [("forbid", "orders"), ("incomplete", ""), ("require", "emails")];
        assert_eq!(parts, expected.map(|(part, name)| (part, name.to_owned())));
    }
}
