//! Samples run where a bomb cannot hurt: in a child process whose memory and time are limited.
//!
//! A template's fuel does not bound its memory, and running out of memory ends a process. The child
//! is this same program (`innkeeper try-samples`): it reads a [`Question`] and answers with reports.

use super::{Bundle, Files, Source, child, known};
use crate::{hook, mail, report::Report};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{sync::Arc, time::Duration};

/// Memory that the child may use beyond what it starts with, in bytes.
const MEMORY: u64 = 512 * 1024 * 1024;
/// The folder of the templates.
const MAIL: &str = "email-templates/";
/// How long the child may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the child is asked to try.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    /// The scripts to try, with all that scripts stand on; and the templates, if they are to be tried.
    pub files: Files,
    /// `[settings]`.
    pub settings: Map<String, Value>,
    /// `[plugins]`.
    pub plugins: Map<String, Value>,
    /// Hosts that web-hooks may reach.
    pub outgoing_allow: Vec<String>,
    /// All templates, as far as scripts are concerned.
    pub known: Vec<hook::Template>,
    /// True if all of it is only to be built, which runs the top level of scripts, and no samples.
    #[serde(default)]
    pub build: bool,
}

impl Question {
    /// What is not as it was in `previous`, or stands on something that is not; nothing if nothing is to be tried.
    fn about(bundle: &Bundle, source: &Source, previous: Option<&Bundle>) -> Option<Self> {
        let scripts = bundle.hooks.to_try(previous.map(|previous| &*previous.hooks));
        let of_mail = |bundle: &Bundle| -> Files {
            let all = bundle.files.iter().filter(|(path, _)| path.starts_with(MAIL));
            all.map(|(path, text)| (path.clone(), Arc::clone(text))).collect()
        };
        // Templates inherit from, include and fall back to each other: one for all, and all for one.
        let mut files = of_mail(bundle);
        if previous.is_some_and(|previous| of_mail(previous) == files) {
            files.clear();
        }
        if scripts.is_empty() && files.is_empty() {
            return None;
        }
        let wanted = |path: &String| match hook::role(path) {
            hook::Role::Active => scripts.contains(path),
            hook::Role::Library | hook::Role::Manifest => true,
            hook::Role::Ignored => false,
        };
        let all = bundle.files.iter().filter(|(path, _)| wanted(path));
        files.extend(all.map(|(path, text)| (path.clone(), Arc::clone(text))));
        Some(Self {
            files,
            settings: source.settings.clone(),
            plugins: source.plugins.clone(),
            outgoing_allow: source.outgoing_allow.clone(),
            known: known(&bundle.templates),
            build: false,
        })
    }
}

/// Runs in the child: limits itself, then tries everything that it was asked about.
///
/// # Errors
/// If the limit cannot be set.
pub fn answer_samples(question: Question) -> std::io::Result<Vec<Report>> {
    child::limit(MEMORY, PATIENCE)?;
    let source = Source {
        files: question.files,
        settings: question.settings,
        plugins: question.plugins,
        outgoing_allow: question.outgoing_allow,
        unreadable: Vec::new(),
        last_settings: None,
    };
    let nothing = Files::new();
    if question.build {
        // Whatever is wrong with it, the parent finds as well; here counts only that it comes to an end.
        drop(Bundle::build(&source, &nothing, None));
        return Ok(Vec::new());
    }
    let scripts = source.hooks(&question.known, &nothing, None);
    let mut reports = hook::run_samples(&scripts.set);
    reports.extend(mail::load(&source.files, &nothing, &nothing).set.run_samples());
    Ok(reports)
}

/// Lets a child build all that `source` holds, before this process does; `changed` are the scripts that run more than
/// registrations when they are loaded, and were never live.
pub(super) async fn build(source: &Source, changed: &[String]) -> Vec<Report> {
    if changed.is_empty() {
        return Vec::new();
    }
    let question = Question {
        files: source.files.clone(),
        settings: source.settings.clone(),
        plugins: source.plugins.clone(),
        outgoing_allow: source.outgoing_allow.clone(),
        known: Vec::new(),
        build: true,
    };
    match child::ask::<Vec<Report>>("try-samples", &question, PATIENCE).await {
        Ok(_) => Vec::new(),
        Err(why) => trouble(changed, &why),
    }
}

/// Asks a child to try a bundle, without what was tried in `previous`; `changed` are the files that were never live. What
/// it could not say stands as reports, too.
pub(super) async fn run(
    bundle: &Bundle,
    source: &Source,
    changed: &[String],
    previous: Option<&Bundle>,
) -> Vec<Report> {
    let Some(question) = Question::about(bundle, source, previous) else { return Vec::new() };
    match child::ask::<Vec<Report>>("try-samples", &question, PATIENCE).await {
        Ok(reports) => {
            let lined = |report: Report| match bundle.files.get(&report.file) {
                Some(text) => report.shown_in(text),
                None => report,
            };
            reports.into_iter().map(lined).collect()
        }
        Err(why) => trouble(changed, &why),
    }
}

/// Where the child died, nobody knows which of the changed files did it: none of them goes live.
fn trouble(changed: &[String], why: &str) -> Vec<Report> {
    let report = |file: &String| {
        let others = match changed.len() {
            1 => String::new(),
            n => format!("; {n} files changed at once, and it may be another of them: save them one by one"),
        };
        Report::error(file, "", 0, 0, "samples", format!("its samples could not be run: {why}")).help(format!(
            "a script or template that needs more than 512 MiB or 20 seconds is stopped; look for endless growth{others}"
        ))
    };
    changed.iter().map(report).collect()
}
