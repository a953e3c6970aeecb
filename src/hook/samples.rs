//! Trying every hook on the samples of its point: what the check cannot see, a run may.
//!
//! A script may be a bomb until it is known not to be; the server runs this in a child process.

use super::call::Verb;
use super::register::Point;
use super::set::{Hook, HookSet};
use super::{Input, Notice, Outcome, RunRecord};
use crate::event::{catalogue, driver, guard, page};
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
            report.message = format!("{} (on a sample of {sample})", report.message);
            if let Some(first) = error.trace.first().filter(|_| report.help.is_empty()) {
                report.help.clone_from(first);
            }
            reports.push(report);
        }
    }
    reports
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
        Verb::On | Verb::Every => {
            inputs().map(|(name, event)| (name, set.run_on(hook, &event, given).record)).collect()
        }
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
