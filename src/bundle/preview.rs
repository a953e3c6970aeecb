//! Mail that somebody is writing, rendered in a child process: what comes from a browser may be a bomb.

use super::child::{self, Failed};
use crate::{
    mail::{Trial, Tried},
    report::Report,
};
use std::{io, time::Duration};
use tokio::sync::Semaphore;

/// Memory that the child may use beyond what it starts with, in bytes.
const MEMORY: u64 = 256 * 1024 * 1024;
/// How much of the processor's time a preview may use.
const TIME: Duration = Duration::from_secs(8);
/// How long somebody waits for one; a request ends a little later.
const PATIENCE: Duration = Duration::from_secs(25);
/// So many at once, whoever types how fast.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Checks and renders a message where a bomb cannot hurt; what could not be done stands in the reports.
pub async fn preview(trial: &Trial) -> Tried {
    // The semaphore is never closed.
    let _place = PLACES.acquire().await.ok();
    let mut tried = child::ask("try-mail", trial, TIME, PATIENCE).await.unwrap_or_else(|failed| {
        let (code, why, help) = match failed {
            Failed::Asked(why) => (
                "samples",
                why,
                "a template that needs more than 256 MiB or 8 seconds is stopped; look for endless growth",
            ),
            Failed::Machine(why) => {
                ("not-tried", why, "this says nothing about the template: try again in a moment")
            }
        };
        let report = Report::error(&trial.file, "", 0, 0, code, format!("the mail could not be made: {why}"));
        Tried { reports: vec![report.help(help)], ..Tried::default() }
    });
    for report in &mut tried.reports {
        // Lines do not travel.
        let text = trial.files.get(&report.file).map_or("", |text| text);
        let line = report.line.checked_sub(1).and_then(|n| text.lines().nth(n));
        report.snippet = line.unwrap_or_default().to_owned();
    }
    tried
}

/// Runs in the child, before it reads what it is asked.
///
/// # Errors
/// If a limit cannot be set.
pub fn limit_preview() -> io::Result<()> {
    child::limit(MEMORY, TIME)
}
