//! Trying every hook on the samples of its point: what the check cannot see, a run may.
//!
//! A script may be a bomb until it is known not to be; the server runs this in a child process.

use super::call::Verb;
use super::register::Point;
use super::set::{Hook, HookSet};
use super::{Input, Notice, Outcome, RunError, RunRecord, error};
use crate::effect::validate::{self, Asked};
use crate::event::{catalogue, data::Account, driver, guard, page};
use crate::permission::Category;
use crate::report::Report;
use serde_json::Value;
use std::sync::Arc;

/// Runs every hook on its point's samples and reports what failed, once for each place.
pub fn run_samples(set: &HookSet) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    for hook in set.hooks() {
        for (sample, record) in tried(set, hook) {
            let Some(error) = record.error.filter(|_| record.outcome == Outcome::Failed) else { continue };
            let mut report = error.report;
            // What an event of the operator's own carries, no sample knows.
            if report.code == "unknown-field" && catalogue::is_custom(&hook.point.to_string()) {
                continue;
            }
            if reports.iter().any(|other| {
                (&other.file, other.line, other.column) == (&report.file, report.line, report.column)
            }) {
                continue;
            }
            if report.help.is_empty() {
                // That a hook's own function was called says nothing.
                let call = error.trace.first().filter(|call| !call.starts_with("in the function called at"));
                report.help = of_family(hook, &report.message).or(call.cloned()).unwrap_or_default();
            }
            report.message = format!("{} (on a sample of {sample})", report.message);
            reports.push(report);
        }
    }
    reports
}

/// The mend for a field that some events of the hook's family have, and this one lacks.
fn of_family(hook: &Hook, message: &str) -> Option<String> {
    let Point::Family(word) = &hook.point else { return None };
    let field = message.split("has no field `").nth(1)?.split('`').next()?;
    let have = catalogue::EVENTS.iter().filter(|kind| hook.point.serves_kind(kind));
    let have: Vec<_> = have.filter(|kind| kind.field(field).is_some()).map(|kind| kind.name).collect();
    let first = have.first()?;
    Some(format!("not every event of {word}.* has it: ask first, as in if event.name == {first:?} {{ … }}"))
}

/// What every hook logs on its samples, for tests that ask where samples come.
#[cfg(test)]
pub fn sample_logs(set: &HookSet) -> Vec<String> {
    let runs = set.hooks().iter().flat_map(|hook| tried(set, hook));
    runs.flat_map(|(_, record)| record.log).collect()
}

fn tried(set: &HookSet, hook: &Arc<Hook>) -> Vec<(&'static str, RunRecord)> {
    // Alone, so that each is tried on the plain sample.
    let one = set.only(|other| other.id == hook.id);
    let given = &set.given;
    let events = || catalogue::EVENTS.iter().copied().filter(|kind| hook.point.serves_kind(kind));
    let inputs = || {
        let fits = |sample: &Value| fits(hook, sample);
        events().flat_map(move |kind| {
            let samples = (kind.samples)().into_iter().filter(fits).map(|sample| named(hook, sample));
            samples.map(move |sample| (kind.name, Input::of(kind, sample)))
        })
    };
    match hook.verb {
        Verb::On | Verb::Every => inputs().map(|(name, event)| (name, planned(set, hook, &event))).collect(),
        Verb::Route => inputs()
            .flat_map(|(name, event)| {
                let runs = notices(set, name)
                    .into_iter()
                    .flat_map(|notice| one.route(&event, &notice, given).records);
                runs.map(|record| (name, record)).collect::<Vec<_>>()
            })
            .collect(),
        Verb::Before => guard::GUARDS
            .iter()
            .filter(|kind| hook.point.serves(kind.name))
            .flat_map(|kind| (kind.samples)().into_iter().map(move |draft| (*kind, draft)))
            .flat_map(|(kind, draft)| {
                one.before(kind, draft, given).records.into_iter().map(|record| (kind.name, record))
            })
            .collect(),
        Verb::PermissionDefaults => guard::defaults_samples()
            .into_iter()
            .flat_map(|draft| one.permission_defaults(draft, given).records)
            .map(|record| ("permission_defaults", record))
            .collect(),
        Verb::Menu => {
            let names = page::MENUS.iter().map(|place| place.name).filter(|name| hook.point.serves(name));
            let runs = names.flat_map(|name| page::samples().into_iter().map(move |view| (name, view)));
            runs.flat_map(|(name, view)| {
                one.menu(name, view, given).records.into_iter().map(move |r| (name, r))
            })
            .collect()
        }
        Verb::Panel => {
            let names = page::PANELS.iter().map(|place| place.name).filter(|name| hook.point.serves(name));
            let runs = names.flat_map(|name| page::samples().into_iter().map(move |view| (name, view)));
            runs.flat_map(|(name, view)| {
                one.panels(name, view, given).records.into_iter().map(move |r| (name, r))
            })
            .collect()
        }
        Verb::Driver => asked(&one, hook),
    }
}

/// The first half of a driver on its sample requests; what a second half reads, only the outside system knows.
fn asked(one: &HookSet, hook: &Hook) -> Vec<(&'static str, RunRecord)> {
    let Point::Driver(half) = &hook.point else { return Vec::new() };
    let action = driver::find(half.kind).and_then(|kind| kind.action(half.action)).filter(|_| !half.done);
    let samples = action.into_iter().flat_map(|action| (action.samples)());
    let run = |request| one.drive(half.kind, &half.name, half.action, request, &one.given);
    samples.filter_map(|request| Some((half.action, run(request)?.record))).collect()
}

/// Runs a hook that asks for effects. A plan that may not be is carried out nowhere, and so is a failure of the hook.
fn planned(set: &HookSet, hook: &Hook, event: &Arc<Input>) -> RunRecord {
    let run = set.run_on(hook, event, &set.given);
    let mut record = run.record;
    // To which account an operator's own event belongs, no sample knows.
    let Some(plan) = run.plan.filter(|_| !catalogue::is_custom(event.name())) else { return record };
    let account = event.view().object("account").map(|account| account.json()).unwrap_or_default();
    let account: Account = serde_json::from_value(account).unwrap_or_default();
    let ticket = event.view().object("ticket").map(|ticket| ticket.text("id")).unwrap_or_default();
    let asked = Asked { account: &account, ticket: &ticket, store: &hook.owner.store };
    if let Err(forbidden) = validate::validate(&plan.effects, &asked) {
        let sources = |file: &str| set.source(file);
        let message = forbidden.to_string();
        let report = error::report(&sources, &hook.file, hook.position, "forbidden-effect", message);
        record.outcome = Outcome::Failed;
        record.error = Some(RunError {
            report: report.help("ask before the call, with `if`: live, nothing of such a plan happens"),
            trace: Vec::new(),
            passing: false,
        });
    }
    record
}

/// A schedule runs on the subject that it goes over, and on no other.
fn fits(hook: &Hook, sample: &Value) -> bool {
    hook.point.schedule().is_none_or(|schedule| match schedule.over {
        Some("account") => sample["account"]["exists"] == true,
        Some(subject) => sample[subject]["exists"] == true,
        None => sample["ticket"]["exists"] == false,
    })
}

/// The sample as this hook would meet it: an operator's own event has the name that the hook serves.
fn named(hook: &Hook, mut sample: Value) -> Value {
    if let (Point::Exactly(name), Some(event)) = (&hook.point, sample.get_mut("name"))
        && catalogue::is_custom(name)
    {
        *event = Value::String(name.clone());
    }
    sample
}

/// The mails about an event; one that might be, if there is none yet.
fn notices(set: &HookSet, event: &str) -> Vec<Notice> {
    let about = set.known.templates.iter().filter(|template| template.event.as_deref() == Some(event));
    let mut all: Vec<_> = about
        .map(|template| Notice {
            template: template.name.clone(),
            category: template.category,
            fixed: Vec::new(),
        })
        .collect();
    if all.is_empty() {
        all.push(Notice { template: "sample".to_owned(), category: Category::General, fixed: Vec::new() });
    }
    all
}
