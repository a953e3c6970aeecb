//! Running hooks: each over its input, under the meter, with what it did written down.

use super::call::{Call, Kept, Verb};
use super::defaults::Form;
use super::draft::{Changes, Draft, amended};
use super::engine::engine;
use super::error::{REFUSED, RunError, explain, panicked};
use super::mail::{Mail, Notice, Routing};
use super::meter::{self, Reading};
use super::node::{Fields, View};
use super::register::OnFailure;
use super::set::{Hook, HookSet};
use super::{Input, Settings, limits};
use crate::effect::Plan;
use crate::event::guard::{Answer, Defaults, GuardKind};
use rhai::{Dynamic, EvalAltResult, NativeCallContext};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It came to its end.
    Ok,
    /// It failed; see the error.
    Failed,
    /// It refused the action.
    Denied,
}

/// One run of one hook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The hook's id.
    pub hook: String,
    /// Its file.
    pub file: String,
    /// The line of its registration.
    pub line: usize,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed.
    pub error: Option<RunError>,
    /// Steps taken: the same on every machine.
    pub operations: u64,
    /// Time taken, in microseconds.
    pub micros: u64,
    /// What it logged and printed.
    pub log: Vec<String>,
    /// Settings that it read, with their values then; null for one that was not there.
    pub settings_read: BTreeMap<String, Value>,
}

/// What an `on` hook asks for.
#[derive(Clone, Debug)]
pub struct OnRun {
    /// Its plan; none if it failed.
    pub plan: Option<Plan>,
    /// How the run went.
    pub record: RunRecord,
}

/// What the `route` hooks decided.
#[derive(Clone, Debug)]
pub struct RouteRun {
    /// Who gets the mail, who does not, and why.
    pub routing: Routing,
    /// How each hook's run went.
    pub records: Vec<RunRecord>,
}

/// What the `before` hooks say.
#[derive(Clone, Debug)]
pub struct GuardRun {
    /// Their answer.
    pub answer: Answer,
    /// How each hook's run went.
    pub records: Vec<RunRecord>,
}

/// What the `permission_defaults` hooks say.
#[derive(Clone, Debug)]
pub struct DefaultsRun {
    /// What they say about the boxes.
    pub defaults: Defaults,
    /// How each hook's run went.
    pub records: Vec<RunRecord>,
}

/// One finished run, with the handle that the script worked on.
struct Done<T> {
    record: RunRecord,
    kept: Kept,
    handle: T,
}

impl HookSet {
    /// Runs one `on` hook on an event.
    pub fn run_on(&self, hook: &Hook, event: &Arc<Input>, settings: &Settings) -> OnRun {
        let call = || Call::new(Verb::On, settings, Some(event.clone()));
        let done = self.run(hook, limits::SLOW, call, || ((), vec![Dynamic::from(event.view().clone())]));
        let plan = (done.record.outcome == Outcome::Ok).then_some(Plan { effects: done.kept.effects });
        OnRun { plan, record: done.record }
    }

    /// Lets the `route` hooks of the event decide who gets a mail about it. A hook that fails leaves
    /// what earlier ones chose.
    pub fn route(&self, event: &Arc<Input>, notice: &Notice, settings: &Settings) -> RouteRun {
        let notice = Arc::new(notice.clone());
        let account = event.view().object("account");
        let mut run = RouteRun {
            routing: Routing { recipients: notice.fixed.clone(), ..Routing::default() },
            records: Vec::new(),
        };
        for hook in self.serving(Verb::Route, event.kind().name) {
            let call = || Call::new(Verb::Route, settings, Some(event.clone()));
            let done = self.run(hook, limits::QUICK, call, || {
                let mail = Mail::new(notice.clone(), account.clone(), run.routing.clone());
                (mail.clone(), vec![Dynamic::from(mail), Dynamic::from(event.view().clone())])
            });
            if done.record.outcome == Outcome::Ok {
                run.routing = done.handle.routing();
            }
            run.records.push(done.record);
        }
        run
    }

    /// Lets the `before` hooks speak on a draft: the first that refuses ends it, except while a form
    /// is only being shown, when all may say what they lock.
    pub fn before(&self, action: &'static GuardKind, draft: Value, settings: &Settings) -> GuardRun {
        let composing = draft.get("composing").and_then(Value::as_bool).unwrap_or_default();
        let base = View::new(Fields::Draft(action), draft.clone());
        let mut changes = Changes::default();
        let mut denied: Option<String> = None;
        let mut records = Vec::new();
        for hook in self.serving(Verb::Before, action.name) {
            let call = || Call::new(Verb::Before, settings, None);
            let done = self.run(hook, limits::QUICK, call, || {
                let draft = Draft::new(action, base.clone(), changes.clone());
                (draft.clone(), vec![Dynamic::from(draft)])
            });
            match done.record.outcome {
                Outcome::Ok => changes = done.handle.changes(),
                Outcome::Denied => denied = denied.or(done.kept.denied),
                Outcome::Failed if refuses(hook) => denied = denied.or_else(|| Some(REFUSED.to_owned())),
                Outcome::Failed => {}
            }
            records.push(done.record);
            if denied.is_some() && !composing {
                break;
            }
        }
        let locked = changes.locked.clone();
        GuardRun { answer: Answer { denied, draft: amended(draft, &changes), locked }, records }
    }

    /// Lets the `permission_defaults` hooks speak. If one fails, nothing is preselected, and what the
    /// others forbid or require stands.
    pub fn permission_defaults(&self, draft: Value, settings: &Settings) -> DefaultsRun {
        let base = View::new(Fields::Defaults, draft);
        let mut run = DefaultsRun { defaults: Defaults::default(), records: Vec::new() };
        for hook in self.hooks.iter().filter(|hook| hook.verb == Verb::PermissionDefaults) {
            let call = || Call::new(Verb::PermissionDefaults, settings, None);
            let done = self.run(hook, limits::QUICK, call, || {
                let form = Form::new(base.clone(), run.defaults.clone());
                (form.clone(), vec![Dynamic::from(form)])
            });
            match done.record.outcome {
                Outcome::Ok => run.defaults = done.handle.said(),
                _ => run.defaults.incomplete = true,
            }
            run.records.push(done.record);
        }
        if run.defaults.incomplete {
            run.defaults.preselect.clear();
        }
        run
    }

    /// Runs a hook; a run that only the clock stopped is tried once more, from the start.
    fn run<T>(
        &self,
        hook: &Hook,
        limit: std::time::Duration,
        call: impl Fn() -> Call,
        make: impl Fn() -> (T, Vec<Dynamic>),
    ) -> Done<T> {
        let first = self.once(hook, limit, call(), make());
        if first.record.error.as_ref().is_some_and(|error| error.passing) {
            return self.once(hook, limit, call(), make());
        }
        first
    }

    fn once<T>(
        &self,
        hook: &Hook,
        limit: std::time::Duration,
        call: Call,
        (handle, arguments): (T, Vec<Dynamic>),
    ) -> Done<T> {
        let mut state = hook.state.clone();
        state.num_operations = 0;
        state.level = 0;
        state.tag = Dynamic::from(call.clone());
        let work = || {
            let context = NativeCallContext::new_with_all_fields(
                engine(),
                hook.function.fn_name(),
                Some(&hook.file),
                &state,
                hook.position,
            );
            catch_unwind(AssertUnwindSafe(|| hook.function.call_raw(&context, None, arguments).map(|_| ())))
        };
        let (result, reading) = meter::measure(limit, work);
        let kept = std::mem::take(&mut *call.kept());
        let sources = |file: &str| self.source(file);
        let error = match result {
            Ok(Ok(())) => None,
            Ok(Err(error)) if matches!(*error, EvalAltResult::Exit(..)) => None,
            Ok(Err(_)) if kept.denied.is_some() && reading.stop.is_none() => None,
            Ok(Err(error)) => Some(explain(&error, &hook.file, reading.stop, &sources)),
            Err(payload) => Some(panicked(&*payload, &hook.file, hook.position, &sources)),
        };
        Done { record: record(hook, error, &kept, reading), kept, handle }
    }
}

fn record(hook: &Hook, error: Option<RunError>, kept: &Kept, reading: Reading) -> RunRecord {
    let outcome = match (&error, &kept.denied) {
        (Some(_), _) => Outcome::Failed,
        (None, Some(_)) => Outcome::Denied,
        (None, None) => Outcome::Ok,
    };
    let mut log = kept.log.clone();
    log.extend(reading.printed);
    RunRecord {
        hook: hook.id.clone(),
        file: hook.file.clone(),
        line: hook.line,
        outcome,
        error,
        operations: reading.operations,
        micros: u64::try_from(reading.time.as_micros()).unwrap_or(u64::MAX),
        log,
        settings_read: kept.settings.clone(),
    }
}

fn refuses(hook: &Hook) -> bool {
    match hook.on_failure {
        Some(choice) => choice == OnFailure::Deny,
        None => hook.can_refuse,
    }
}
