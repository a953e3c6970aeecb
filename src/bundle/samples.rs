//! Samples run where a bomb cannot hurt: in a child process whose memory and time are limited.
//!
//! A template's fuel does not bound its memory, and running out of memory ends a process. The child
//! is this same program (`innkeeper try-samples`): it reads a [`Question`] and answers with reports.

use super::{Bundle, Files, Source};
use crate::{hook, report::Report};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{path::PathBuf, process::Stdio, time::Duration};
use tokio::io::AsyncWriteExt;

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
    let (soft, hard) = rlimit::Resource::AS.get()?;
    // Address space counts what is mapped and never touched, too: start from what there is already.
    let base = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or(MEMORY, |pages| pages * 4096);
    let limit = (base + MEMORY).min(soft);
    rlimit::Resource::AS.set(limit, hard.min(limit.max(1)))?;
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
    match tokio::time::timeout(PATIENCE, ask(&question)).await {
        Ok(Ok(reports)) => reports,
        Ok(Err(why)) => trouble(changed, &why),
        Err(_) => trouble(changed, &format!("they did not end within {} seconds", PATIENCE.as_secs())),
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

async fn ask(question: &Question) -> Result<Vec<Report>, String> {
    let text = serde_json::to_vec(question).map_err(|e| e.to_string())?;
    let mut child = tokio::process::Command::new(program()?)
        .arg("try-samples")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| format!("the child process does not start: {e}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(&text).await.map_err(|e| e.to_string())?;
    }
    let output = child.wait_with_output().await.map_err(|e| e.to_string())?;
    if !output.status.success() {
        let last = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
        return Err(format!("the child process ended with {}: {last}", output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|e| format!("the child process answered nonsense: {e}"))
}

/// This program; tests, which are another program, name it in the environment.
fn program() -> Result<PathBuf, String> {
    // Cargo puts the program above the folder with the tests of the library.
    #[cfg(test)]
    if let Some(folder) = std::env::current_exe().ok().as_deref().and_then(|tests| tests.ancestors().nth(2)) {
        return Ok(folder.join("innkeeper"));
    }
    match option_env!("CARGO_BIN_EXE_innkeeper") {
        Some(path) => Ok(path.into()),
        None => std::env::var_os("INNKEEPER_TEST_PROGRAM")
            .map_or_else(|| std::env::current_exe().map_err(|e| e.to_string()), |path| Ok(path.into())),
    }
}
