//! Trying every hook on the samples of its point: what the check cannot see, a run may.
//!
//! A script may be a bomb until it is known not to be; the server runs this in a child process.

use super::call::Verb;
use super::set::{Hook, HookSet};
use super::{Input, Notice, Outcome, RunRecord};
use crate::event::{catalogue, guard};
use crate::permission::Category;
use crate::report::Report;
use std::sync::Arc;

/// Runs every hook on its point's samples and reports what failed, once for each place.
pub fn run_samples(set: &HookSet) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    for hook in set.hooks() {
        for (sample, record) in tried(set, hook) {
            let Some(error) = record.error.filter(|_| record.outcome == Outcome::Failed) else { continue };
            let mut report = error.report;
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

/// A set with one hook alone, so that each is tried on the plain sample.
fn alone(set: &HookSet, hook: &Arc<Hook>) -> HookSet {
    HookSet {
        hooks: vec![hook.clone()],
        scripts: set.scripts.clone(),
        libraries: set.libraries.clone(),
        settings: set.settings.clone(),
        templates: Vec::new(),
    }
}

fn tried(set: &HookSet, hook: &Arc<Hook>) -> Vec<(&'static str, RunRecord)> {
    let one = alone(set, hook);
    let settings = &set.settings;
    let events = || catalogue::EVENTS.iter().copied().filter(|kind| hook.point.serves(kind.name));
    let inputs = || {
        events().flat_map(|kind| {
            (kind.samples)().into_iter().map(move |sample| (kind.name, Input::of(kind, sample)))
        })
    };
    match hook.verb {
        Verb::On => inputs().map(|(name, event)| (name, set.run_on(hook, &event, settings).record)).collect(),
        Verb::Route => inputs()
            .flat_map(|(name, event)| {
                let runs = notices(set, name)
                    .into_iter()
                    .flat_map(|notice| one.route(&event, &notice, settings).records);
                runs.map(|record| (name, record)).collect::<Vec<_>>()
            })
            .collect(),
        Verb::Before => guard::GUARDS
            .iter()
            .filter(|kind| hook.point.serves(kind.name))
            .flat_map(|kind| (kind.samples)().into_iter().map(move |draft| (*kind, draft)))
            .flat_map(|(kind, draft)| {
                one.before(kind, draft, settings).records.into_iter().map(|record| (kind.name, record))
            })
            .collect(),
        Verb::PermissionDefaults => guard::defaults_samples()
            .into_iter()
            .flat_map(|draft| one.permission_defaults(draft, settings).records)
            .map(|record| ("permission_defaults", record))
            .collect(),
    }
}

/// The mails about an event; one that might be, if there is none yet.
fn notices(set: &HookSet, event: &str) -> Vec<Notice> {
    let about = set.templates.iter().filter(|template| template.event.as_deref() == Some(event));
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
