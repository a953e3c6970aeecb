//! Samples run where a bomb cannot hurt: in a child process whose memory and time are limited.
//!
//! A template's fuel does not bound its memory, and running out of memory ends a process. The child
//! is this same program (`innkeeper try-samples`): it reads a [`Question`] and answers with reports.

use super::{Bundle, Files, Source, child};
use crate::{hook, report::Report};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// Memory that the child may use beyond what it starts with, in bytes.
const MEMORY: u64 = 512 * 1024 * 1024;
/// How long the child may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the child is asked to try.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    /// The files in use.
    pub files: Files,
    /// `[settings]`.
    pub settings: Map<String, Value>,
    /// `[plugins]`.
    pub plugins: Map<String, Value>,
    /// Hosts that web-hooks may reach.
    pub outgoing_allow: Vec<String>,
}

/// Runs in the child: limits itself, then tries everything.
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
    };
    let bundle = Bundle::build(&source, &Files::new(), None);
    let mut reports = hook::run_samples(&bundle.hooks);
    reports.extend(bundle.templates.run_samples());
    Ok(reports)
}

/// Asks a child to try a bundle; `changed` are the files that were never live. What it could not say
/// stands as reports, too.
pub(super) async fn run(bundle: &Bundle, source: &Source, changed: &[String]) -> Vec<Report> {
    let question = Question {
        files: bundle.files.clone(),
        settings: source.settings.clone(),
        plugins: source.plugins.clone(),
        outgoing_allow: source.outgoing_allow.clone(),
    };
    match child::ask("try-samples", &question, PATIENCE).await {
        Ok(reports) => reports,
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
