//! Running hooks: each over its input, under the meter, with what it did written down.

use super::call::{Call, Kept, Verb};
use super::defaults::Form;
use super::draft::{Changes, Draft, amended};
use super::drive;
use super::error::{REFUSED, RunError, explain, panicked};
use super::mail::{Mail, Notice, Routing};
use super::menu;
use super::meter::{self, Reading};
use super::node::{Fields, View};
use super::panel;
use super::register::{Half, OnFailure, Point};
use super::set::{Hook, HookSet};
use super::{Given, Input, limits, memory};
use crate::effect::Plan;
use crate::event::driver::{self, DriverAnswer, HttpRequest};
use crate::event::guard::{Answer, Defaults, GuardKind};
use crate::event::page::{Menu, Panel};
use crate::report::Report;
use rhai::{Dynamic, EvalAltResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The code of the report of a hook that is out.
const QUARANTINE: &str = "quarantine";

/// The code of the report of a hook that leaves memory behind.
const LEAK: &str = "leak";

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
    /// Stored values that it read, as they were then; null for one that was not there.
    #[serde(default)]
    pub stored_read: BTreeMap<String, Value>,
}

impl RunRecord {
    /// True if it must not run again as it is.
    pub fn leaks(&self) -> bool {
        self.error.as_ref().is_some_and(|error| error.report.code == LEAK)
    }

    /// True if it met a limit: what somebody typed was more than it can bear.
    pub fn met_a_limit(&self) -> bool {
        self.error.as_ref().is_some_and(|error| error.report.code == "limit")
    }

    /// True if it did not run at all, because the hook is out.
    pub fn is_out(&self) -> bool {
        self.error.as_ref().is_some_and(|error| error.report.code == QUARANTINE)
    }
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

/// What the `menu` hooks made of a menu.
#[derive(Clone, Debug)]
pub struct MenuRun {
    /// The entries to add and to leave out.
    pub menu: Menu,
    /// How each hook's run went.
    pub records: Vec<RunRecord>,
}

/// What the `panel` hooks show in one place.
#[derive(Clone, Debug)]
pub struct PanelRun {
    /// The panels, in order.
    pub panels: Vec<Panel>,
    /// How each hook's run went.
    pub records: Vec<RunRecord>,
}

/// What the first half of a driver asks.
#[derive(Clone, Debug)]
pub struct AskRun {
    /// The request; none if it failed.
    pub request: Option<HttpRequest>,
    /// How the run went.
    pub record: RunRecord,
}

/// What the second half of a driver makes of the answer.
#[derive(Clone, Debug)]
pub struct AnswerRun {
    /// What it says; none if it failed.
    pub answer: Option<DriverAnswer>,
    /// How the run went.
    pub record: RunRecord,
}

/// One finished run, with the handle that the script worked on.
struct Done<T> {
    record: RunRecord,
    kept: Kept,
    handle: T,
    /// What the function gave.
    gave: Dynamic,
}

impl HookSet {
    /// Runs one `on` or `every` hook on an event.
    pub fn run_on(&self, hook: &Hook, event: &Arc<Input>, given: &Given) -> OnRun {
        let call = || Call::new(hook, given, Some(event.clone()));
        let done = self.run(hook, limits::SLOW, call, || ((), vec![Dynamic::from(event.view().clone())]));
        let plan = (done.record.outcome == Outcome::Ok).then_some(Plan { effects: done.kept.effects });
        OnRun { plan, record: done.record }
    }

    /// Lets the `route` hooks of the event decide who gets a mail about it. A hook that fails leaves
    /// what earlier ones chose.
    pub fn route(&self, event: &Arc<Input>, notice: &Notice, given: &Given) -> RouteRun {
        let notice = Arc::new(notice.clone());
        let account = event.view().object("account");
        let mut run = RouteRun {
            routing: Routing { recipients: notice.fixed.clone(), ..Routing::default() },
            records: Vec::new(),
        };
        for hook in self.serving(Verb::Route, event.name()) {
            let call = || Call::new(hook, given, Some(event.clone()));
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
    pub fn before(&self, action: &'static GuardKind, draft: Value, given: &Given) -> GuardRun {
        let composing = draft.get("composing").and_then(Value::as_bool).unwrap_or_default();
        let base = View::new(Fields::Draft(action), draft.clone());
        let mut changes = Changes::default();
        let mut denied: Option<String> = None;
        let mut records = Vec::new();
        for hook in self.serving(Verb::Before, action.name) {
            let call = || Call::new(hook, given, None);
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
    pub fn permission_defaults(&self, draft: Value, given: &Given) -> DefaultsRun {
        let base = View::new(Fields::Defaults, draft);
        let mut run = DefaultsRun { defaults: Defaults::default(), records: Vec::new() };
        for hook in self.serving(Verb::PermissionDefaults, "permission_defaults") {
            let call = || Call::new(hook, given, None);
            let done = self.run(hook, limits::QUICK, call, || {
                let form = Form::new(base.clone(), run.defaults.clone());
                (form.clone(), vec![Dynamic::from(form)])
            });
            match done.record.outcome {
                Outcome::Ok => run.defaults = done.handle.said(),
                _ => {
                    run.defaults.incomplete = true;
                    run.defaults.unsure |= hook.can_refuse;
                }
            }
            run.records.push(done.record);
        }
        if run.defaults.incomplete {
            run.defaults.preselect.clear();
        }
        run
    }

    /// Lets the `menu` hooks of a menu speak; one that fails changes nothing.
    pub fn menu(&self, name: &str, view: Value, given: &Given) -> MenuRun {
        let view = View::new(Fields::Page, view);
        let mut run = MenuRun { menu: Menu::default(), records: Vec::new() };
        for hook in self.serving(Verb::Menu, name) {
            let done = self.run(
                hook,
                limits::QUICK,
                || Call::new(hook, given, None),
                || {
                    let handle = menu::Handle::new(run.menu.clone());
                    (handle.clone(), vec![Dynamic::from(handle), Dynamic::from(view.clone())])
                },
            );
            if done.record.outcome == Outcome::Ok {
                run.menu = done.handle.menu();
            }
            run.records.push(done.record);
        }
        run
    }

    /// Asks the `panel` hooks of a place; one that fails shows nothing.
    pub fn panels(&self, place: &str, view: Value, given: &Given) -> PanelRun {
        let view = View::new(Fields::Page, view);
        let mut run = PanelRun { panels: Vec::new(), records: Vec::new() };
        for hook in self.serving(Verb::Panel, place) {
            let call = || Call::new(hook, given, None);
            let done = self.run(hook, limits::QUICK, call, || ((), vec![Dynamic::from(view.clone())]));
            let (shown, record) = self.given_by(hook, done, panel::panel);
            run.panels.extend(shown.flatten());
            run.records.push(record);
        }
        run
    }

    /// Lets a driver say what to ask an outside system. `None` if there is no such driver.
    pub fn drive(
        &self,
        kind: &str,
        name: &str,
        action: &str,
        request: Value,
        given: &Given,
    ) -> Option<AskRun> {
        let hook = self.half(kind, name, action, false)?;
        let fields = Fields::Request(driver::find(kind)?.action(action)?);
        let view = View::new(fields, request);
        let call = || Call::new(hook, given, None);
        let done = self.run(hook, limits::SLOW, call, || ((), vec![Dynamic::from(view.clone())]));
        let (request, record) = self.given_by(hook, done, drive::request);
        Some(AskRun { request, record })
    }

    /// Lets a driver say what the outside system's answer means. `None` if there is no such driver.
    pub fn drive_done(
        &self,
        kind: &str,
        name: &str,
        action: &str,
        (request, response): (Value, Value),
        given: &Given,
    ) -> Option<AnswerRun> {
        let hook = self.half(kind, name, action, true)?;
        let fields = Fields::Request(driver::find(kind)?.action(action)?);
        let (request, response) = (View::new(fields, request), View::new(Fields::Response, response));
        let call = || Call::new(hook, given, None);
        let both = || vec![Dynamic::from(request.clone()), Dynamic::from(response.clone())];
        let done = self.run(hook, limits::SLOW, call, || ((), both()));
        let (answer, record) = self.given_by(hook, done, drive::answer);
        Some(AnswerRun { answer, record })
    }

    fn half(&self, kind: &str, name: &str, action: &str, done: bool) -> Option<&Arc<Hook>> {
        let wanted = |half: &Half| {
            (half.kind, half.name.as_str(), half.action, half.done) == (kind, name, action, done)
        };
        self.drivers().find(|hook| matches!(&hook.point, Point::Driver(half) if wanted(half)))
    }

    /// What a function gave, read as what it should be; the run failed if it is something else.
    fn given_by<G>(
        &self,
        hook: &Hook,
        done: Done<()>,
        read: impl Fn(&Dynamic) -> Result<G, String>,
    ) -> (Option<G>, RunRecord) {
        let mut record = done.record;
        if record.outcome != Outcome::Ok {
            return (None, record);
        }
        match read(&done.gave) {
            Ok(given) => (Some(given), record),
            Err(problem) => {
                let sources = |file: &str| self.source(file);
                let report =
                    super::error::report(&sources, &hook.file, hook.position, "wrong-result", problem);
                record.outcome = Outcome::Failed;
                record.error = Some(RunError { report, trace: Vec::new(), passing: false });
                (None, record)
            }
        }
    }

    /// Runs a hook; a run that only the clock stopped is tried once more, from the start, with time
    /// enough that its steps decide: what a hook says must not hang on how fast or busy the machine is.
    fn run<T>(
        &self,
        hook: &Hook,
        limit: std::time::Duration,
        call: impl Fn() -> Call,
        make: impl Fn() -> (T, Vec<Dynamic>),
    ) -> Done<T> {
        let held = memory::held();
        let mut done = self.once(hook, limit, call(), make());
        if done.record.error.as_ref().is_some_and(|error| error.passing) {
            done = self.once(hook, limit.max(limits::SLOW), call(), make());
        }
        if memory::held() - held > limits::LEFT {
            // What was decoded for the first time and what the run said stays as well: only a run of which
            // everything goes shows what it leaves.
            let held = memory::held();
            drop(self.once(hook, limit.max(limits::SLOW), call(), make()));
            let left = memory::held() - held;
            if left > limits::LEFT {
                done.record.outcome = Outcome::Failed;
                done.record.error = Some(self.leak(hook, left));
            }
        }
        done
    }

    fn leak(&self, hook: &Hook, left: i64) -> RunError {
        let message = format!("each run leaves {} KB of memory behind, which nobody can free", left / 1024);
        let report =
            super::error::report(&|file| self.source(file), &hook.file, hook.position, LEAK, message);
        RunError {
            report: report.help("a function that uses a list or map in which it stands itself is never let go: keep them apart"),
            trace: Vec::new(),
            passing: false,
        }
    }

    fn once<T>(
        &self,
        hook: &Hook,
        limit: std::time::Duration,
        call: Call,
        (handle, arguments): (T, Vec<Dynamic>),
    ) -> Done<T> {
        if call.is_out(hook) {
            let (mut kept, error) = (Kept::default(), Some(quarantined(hook)));
            let record = record(hook, error, &mut kept, Reading::default());
            return Done { record, kept, handle, gave: Dynamic::UNIT };
        }
        let mut ready = hook.pool.take(hook);
        let tag = Dynamic::from(call.clone());
        let work = || catch_unwind(AssertUnwindSafe(|| ready.call(hook, tag, arguments)));
        let (result, reading) = meter::measure(limit, work);
        if matches!(result, Ok(Ok(_))) {
            hook.pool.give(hook, ready);
        }
        let mut kept = std::mem::take(&mut *call.kept());
        let sources = |file: &str| self.source(file);
        let mut gave = Dynamic::UNIT;
        let error = match result {
            Ok(Ok(value)) => {
                gave = value;
                None
            }
            Ok(Err(error)) if matches!(*error, EvalAltResult::Exit(..)) => None,
            Ok(Err(_)) if kept.denied.is_some() && reading.stop.is_none() => None,
            Ok(Err(error)) => Some(explain(&error, (&hook.file, hook.position), reading.stop, &sources)),
            Err(payload) => Some(panicked(&*payload, &hook.file, hook.position, &sources)),
        };
        Done { record: record(hook, error, &mut kept, reading), kept, handle, gave }
    }
}

/// Why a hook did not run that is out.
fn quarantined(hook: &Hook) -> RunError {
    let message = "the hook kept failing and is out of service";
    let report = Report::error(&hook.file, "", hook.line, 0, QUARANTINE, message).help(
        "it is back when its file changes, or when a later try works; `innkeeper hooks retry` tries at once",
    );
    RunError { report, trace: Vec::new(), passing: false }
}

fn record(hook: &Hook, error: Option<RunError>, kept: &mut Kept, reading: Reading) -> RunRecord {
    let outcome = match (&error, &kept.denied) {
        (Some(_), _) => Outcome::Failed,
        (None, Some(_)) => Outcome::Denied,
        (None, None) => Outcome::Ok,
    };
    let mut log = std::mem::take(&mut kept.log);
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
        settings_read: std::mem::take(&mut kept.settings),
        stored_read: std::mem::take(&mut kept.stored),
    }
}

fn refuses(hook: &Hook) -> bool {
    match hook.on_failure {
        Some(choice) => choice == OnFailure::Deny,
        None => hook.can_refuse,
    }
}
