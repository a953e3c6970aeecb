//! `innkeeper check`: everything that can be known about hooks, templates and messages before they go live.

use super::{Done, load_config, say, show};
use crate::{
    bundle::{self, Bundle, Files, Source},
    config::Paths,
    mail,
    report::{Report, Severity},
};
use clap::Args;
use std::{collections::BTreeSet, process::ExitCode};

/// Checks the data folder's hooks, templates and messages.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    output: show::Output,
}

impl Check {
    pub(super) fn run(self, paths: &Paths) -> Done {
        super::folder(paths)?;
        let config = load_config(paths)?;
        let source = Source::read(&paths.data, &config)?;
        let reports =
            super::block_on_value(async move { Bundle::tried(&source, &Files::new(), None).await.reports })?;
        let errors = reports.iter().filter(|report| report.severity == Severity::Error).count();
        if self.output.is_json() {
            show::json(&reports)?;
        } else {
            print(&reports, errors);
        }
        Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print(reports: &[Report], errors: usize) {
    for report in reports {
        say(format!("{}\n", show::report(report)));
    }
    let files: BTreeSet<_> = reports.iter().map(|report| &report.file).collect();
    match (errors, reports.len()) {
        (0, 0) => say("All hooks, templates and messages are fine."),
        (0, n) => say(format!("No errors, {}. Everything can go live.", show::count(n, "warning"))),
        (e, n) => say(format!(
            "{}{} in {}. A file with an error stays as it was live last.",
            show::count(e, "error"),
            if n > e { format!(", {}", show::count(n - e, "warning")) } else { String::new() },
            show::count(files.len(), "file")
        )),
    }
}

/// `innkeeper try-samples`: the child process that runs samples with limited memory.
pub(super) fn try_samples() -> Done {
    let question: bundle::Question = serde_json::from_reader(std::io::stdin().lock())?;
    let reports = bundle::answer_samples(question)?;
    say(serde_json::to_string(&reports)?);
    Ok(ExitCode::SUCCESS)
}

/// `innkeeper try-mail`: the child process that renders what somebody is writing.
pub(super) fn try_mail() -> Done {
    bundle::limit_preview()?;
    let trial: mail::Trial = serde_json::from_reader(std::io::stdin().lock())?;
    say(serde_json::to_string(&mail::try_out(&trial))?);
    Ok(ExitCode::SUCCESS)
}
