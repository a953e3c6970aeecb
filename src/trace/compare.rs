//! One guarded action, asked of other scripts, and what they say beside what was said. Pure.

use super::{DEFAULTS, GuardRun};
use crate::{
    effect::{compare::Fails, store::Step},
    event::{
        data::Person,
        guard::{self, GuardKind},
    },
    hook::{Given, HookSet, RunRecord, Stored, plugin::store_of},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// How often an action is asked about on which only the clock stopped a hook.
const TRIES: usize = 6;

/// Something that a hook would set, lock, tick or forbid, and did not; or the other way round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// `field` of the draft, `lock`, or of the boxes `preselect`, `require`, `forbid`, `preset`, `incomplete`.
    pub part: Cow<'static, str>,
    /// The field, the permission, or the name of the set.
    pub name: String,
    /// What it was; null for nothing.
    pub was: Value,
    /// What it would be; null for nothing.
    pub would_be: Value,
}

/// A refusal: the words that the person reads, and the hook that said them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The words.
    pub reason: String,
    /// `file:line` of the hook.
    pub by: String,
}

/// A guarded action to which something else would be said now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// An action of which it is known what the hooks said.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Id of its trace.
    pub run: &'a str,
    /// The action, or `permission_defaults`.
    pub action: &'a str,
    /// When it was asked.
    pub at: i64,
    /// Who asked.
    pub actor: &'a Person,
    /// What the hooks saw, the account included.
    pub draft: &'a Value,
    /// What came of it, as traces keep it.
    pub answer: &'a Value,
    /// Each hook that had a say.
    pub steps: &'a [Step],
}

impl Asked<'_> {
    /// True if it is an act on which hooks decide: not a form that was only shown, a page, or an action that this
    /// release does not know.
    pub fn is_act(&self) -> bool {
        self.draft["composing"] != true && Served::of(self.action).is_some()
    }

    /// The stored values that its hooks read, where there were any, and the store and key of all that they looked for.
    pub fn stored(&self) -> (BTreeMap<String, Stored>, BTreeSet<(String, String)>) {
        let (mut stores, mut known) = (BTreeMap::<String, Stored>::new(), BTreeSet::new());
        for step in self.steps {
            let store = store_of(step.place.rsplit_once(':').map_or("", |(file, _)| file));
            for (key, value) in step.stored.as_object().into_iter().flatten() {
                known.insert((store.to_owned(), key.clone()));
                if !value.is_null() {
                    stores.entry(store.to_owned()).or_default().insert(key.clone(), value.clone());
                }
            }
        }
        (stores, known)
    }

    /// What these hooks say to it, and how each of them ran; nothing if it [is no act](Asked::is_act) of which this release
    /// knows. A busy machine is no difference: where only the clock stopped a hook, they are asked again.
    pub fn again(
        &self,
        (hooks, bundle): (&HookSet, &str),
        given: &Given,
    ) -> Option<(GuardRun, Vec<RunRecord>)> {
        let served = Served::of(self.action)?;
        let once = || match served {
            Served::Defaults => {
                let said = hooks.permission_defaults(self.draft.clone(), given);
                let told =
                    GuardRun::defaults(self.draft.clone(), &said.defaults, &said.records, bundle, self.at);
                (told, said.records)
            }
            Served::Guard(kind) => {
                let said = hooks.before(kind, self.draft.clone(), given);
                let told =
                    GuardRun::before(kind, self.draft.clone(), &said.answer, &said.records, bundle, self.at);
                (told, said.records)
            }
        };
        let slow = |records: &[RunRecord]| {
            records.iter().filter_map(|record| record.error.as_ref()).any(|error| error.passing)
        };
        let mut said = once();
        for _ in 1..TRIES {
            if !slow(&said.1) {
                break;
            }
            said = once();
        }
        Some(said)
    }

    /// What is different in what is said now, if anything is.
    pub fn compare(&self, now: &GuardRun) -> Option<Difference> {
        let (then, now) = ((self.answer, self.steps), (&now.answer, now.steps.as_slice()));
        let (was_refused, would_be_refused) = (refusal(then), refusal(now));
        // Of what is refused, nothing is amended, ticked or locked.
        let changes = match &would_be_refused {
            Some(_) => Vec::new(),
            None => changes(self.draft, then.0, now.0),
        };
        let (fails, mended) = (failures(now.1, then.1), failures(then.1, now.1));
        let words = |refusal: &Option<Refusal>| refusal.as_ref().map(|refusal| refusal.reason.clone());
        let is_same = words(&was_refused) == words(&would_be_refused)
            && changes.is_empty()
            && fails.is_empty()
            && mended.is_empty();
        if is_same {
            return None;
        }
        let Person { email, name, .. } = self.actor;
        Some(Difference {
            run: self.run.to_owned(),
            action: self.action.to_owned(),
            at: self.at,
            who: if email.is_empty() { name.clone() } else { email.clone() },
            subject: subject(self.draft),
            was_refused,
            would_be_refused,
            changes,
            fails,
            mended,
        })
    }
}

/// Which hooks an action asks.
#[derive(Clone, Copy)]
enum Served {
    Defaults,
    Guard(&'static GuardKind),
}

impl Served {
    fn of(action: &str) -> Option<Self> {
        if action == DEFAULTS { Some(Self::Defaults) } else { guard::find(action).map(Self::Guard) }
    }
}

/// An answer as traces keep it, with the hooks that had a say.
type Said<'a> = (&'a Value, &'a [Step]);

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
        part: Cow::Borrowed(key.0),
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
        let found: Vec<_> = found
            .iter()
            .map(|c| (c.part.as_ref(), c.name.as_str(), c.was.clone(), c.would_be.clone()))
            .collect();
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
        let parts: Vec<_> = changes(&draft, &then, &now)
            .into_iter()
            .map(|change| (change.part.into_owned(), change.name))
            .collect();
        let expected = [("forbid", "orders"), ("incomplete", ""), ("require", "emails")];
        assert_eq!(parts, expected.map(|(part, name)| (part.to_owned(), name.to_owned())));
    }
}
