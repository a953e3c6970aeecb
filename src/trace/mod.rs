//! What guards saw and said, kept for those who ask why.
//!
//! Runs on events are rows of their own in the transaction of their plan (`effect::store`). A guard
//! has no transaction: it runs before one opens. Its trace is gathered here and written a moment
//! later, many at once, so that asking a guard costs no commit.

pub mod compare;
pub mod store;

use crate::{
    clock::MINUTE,
    effect::store::{Step, bounded},
    event::{
        data::Person,
        guard::{Answer, Defaults, GuardKind},
    },
    hook::{Outcome, RunRecord},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};
use tokio::sync::Notify;

/// What a trace of `permission_defaults` hooks calls its action.
pub const DEFAULTS: &str = "permission_defaults";

/// Traces that wait at most; beyond, those of runs without a failure are let go first.
const MOST: usize = 5_000;

/// One asking of the hooks of an action.
#[derive(Clone, Debug)]
pub struct GuardRun {
    /// The action, or `permission_defaults`.
    pub action: &'static str,
    /// `allowed`, `amended` or `denied`.
    pub verdict: &'static str,
    /// True if a hook failed.
    pub failed: bool,
    /// The bundle that was live.
    pub bundle: String,
    /// What the hooks saw, the account included.
    pub draft: Value,
    /// What came of it.
    pub answer: Value,
    /// Each hook that had a say.
    pub steps: Vec<Step>,
    /// The clock.
    pub at: i64,
}

impl GuardRun {
    /// What `before` hooks said.
    pub fn before(
        kind: &'static GuardKind,
        draft: Value,
        answer: &Answer,
        records: &[RunRecord],
        bundle: &str,
        at: i64,
    ) -> Self {
        let verdict = if answer.denied.is_some() {
            "denied"
        } else if answer.draft == draft && answer.locked.is_empty() {
            "allowed"
        } else {
            "amended"
        };
        let said = json!({
            "denied": answer.denied, "locked": answer.locked,
            "set": changed(&draft, &answer.draft),
        });
        Self::told(kind.name, verdict, draft, said, records, bundle, at)
    }

    /// What `permission_defaults` hooks said, as [`GuardRun::before`].
    pub fn defaults(draft: Value, said: &Defaults, records: &[RunRecord], bundle: &str, at: i64) -> Self {
        let verdict = if *said == Defaults::default() { "allowed" } else { "amended" };
        Self::told(DEFAULTS, verdict, draft, json!(said), records, bundle, at)
    }

    /// What `menu` or `panel` hooks made of a page, if one of them failed: pages are shown too often to
    /// keep what went well.
    pub fn shown(
        action: &'static str,
        view: Value,
        made: Value,
        records: &[RunRecord],
        bundle: &str,
        at: i64,
    ) -> Option<Self> {
        Some(Self::told(action, "allowed", view, made, records, bundle, at)).filter(|run| run.failed)
    }

    /// True if there is something to tell. A form that was only shown, and well, is nobody's act. An act that no
    /// hook met is told all the same: a hook that is written later can be tried on it.
    pub fn tells(&self) -> bool {
        self.failed || self.draft["composing"] != true
    }

    fn told(
        action: &'static str,
        verdict: &'static str,
        draft: Value,
        answer: Value,
        records: &[RunRecord],
        bundle: &str,
        at: i64,
    ) -> Self {
        // That a hook is out is known, and told once.
        let failed = records.iter().any(|record| record.outcome == Outcome::Failed && !record.is_out());
        let steps = records.iter().map(step).collect();
        Self { action, verdict, failed, bundle: bundle.to_owned(), draft, answer, steps, at }
    }

    /// Who asked.
    pub fn actor(&self) -> Person {
        serde_json::from_value(self.draft["actor"].clone()).unwrap_or_default()
    }
}

/// A hook's run, as one among several that had a say.
pub fn step(record: &RunRecord) -> Step {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let outcome = match record.outcome {
        Outcome::Ok => "ok",
        Outcome::Failed => "failed",
        Outcome::Denied => "denied",
    };
    Step {
        hook: record.hook.clone(),
        place: format!("{}:{}", record.file, record.line),
        outcome: outcome.to_owned(),
        error: record.error.as_ref().map(ToString::to_string),
        operations: count(record.operations),
        micros: count(record.micros),
        log: bounded(&record.log),
        settings: json!(record.settings_read),
        stored: json!(record.stored_read),
    }
}

/// The fields that hooks set, as they are now.
fn changed(before: &Value, after: &Value) -> Value {
    let fields = after.as_object().into_iter().flatten();
    let differ = fields.filter(|(name, value)| before.get(name) != Some(value));
    Value::Object(differ.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Traces that wait to be written.
#[derive(Debug, Default)]
pub struct Traces {
    waiting: Mutex<VecDeque<GuardRun>>,
    /// When a form that was only shown was last kept, by action.
    shown: Mutex<BTreeMap<&'static str, i64>>,
    /// Wakes the writer.
    pub wake: Notify,
}

impl Traces {
    /// Keeps a trace until it is written. Where too many wait, one that tells of no failure goes.
    /// A form can be shown as often as somebody likes: of those that failed, one a minute is kept of each action.
    pub fn keep(&self, run: GuardRun) {
        if run.draft["composing"] == true {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            if shown.get(run.action).is_some_and(|last| (0..MINUTE).contains(&(run.at - last))) {
                return;
            }
            shown.insert(run.action, run.at);
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST {
            match waiting.iter().position(|run| !run.failed) {
                Some(place) => drop(waiting.remove(place)),
                None if !run.failed => return,
                None => drop(waiting.pop_front()),
            }
        }
        waiting.push_back(run);
        drop(waiting);
        self.wake.notify_one();
    }

    /// Takes up to `most` of those that wait.
    pub fn take(&self, most: usize) -> Vec<GuardRun> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let most = most.min(waiting.len());
        waiting.drain(..most).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(failed: bool) -> GuardRun {
        let (draft, answer) = (json!({}), json!({}));
        let bundle = String::new();
        GuardRun {
            action: "invite.send",
            verdict: "allowed",
            failed,
            bundle,
            draft,
            answer,
            steps: vec![],
            at: 0,
        }
    }

    #[test]
    fn a_form_that_is_shown_a_thousand_times_leaves_one_trace_a_minute() {
        let traces = Traces::default();
        for n in 0..1_000 {
            traces.keep(GuardRun { draft: json!({"composing": true}), at: n * MINUTE / 500, ..run(true) });
        }
        assert_eq!(traces.take(usize::MAX).len(), 2);
    }

    #[test]
    fn failures_are_never_pushed_out_by_successes() {
        let traces = Traces::default();
        traces.keep(run(true));
        for _ in 0..MOST + 10 {
            traces.keep(run(false));
        }
        let kept = traces.take(usize::MAX);
        assert_eq!(kept.len(), MOST);
        assert!(kept[0].failed);
    }
}
