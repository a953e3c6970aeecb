//! `innkeeper mail check`.

use crate::{
    bundle::{Bundle, Files},
    cli::{Done, show},
    config::Paths,
    mail,
    report::{Report, Severity},
};
use clap::Args;
use std::process::ExitCode;

/// Checks templates.
#[derive(Debug, Args)]
#[command(after_help = "As `innkeeper check` does it, for templates alone.")]
pub(super) struct Check {
    /// Only this message, in every language, with what it extends
    name: Option<String>,
    #[command(flatten)]
    output: show::Output,
}

impl Check {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let (_, source, bundle) = super::on_disk(paths)?;
        if let Some(name) = &self.name {
            let known =
                source.files.keys().filter_map(|path| mail::name_of(path)).any(|(_, own)| own == *name);
            if !known {
                super::find(&bundle, name)?;
            }
        }
        let tried = Bundle::tried(&source, &Files::new(), None).await;
        let about = |report: &Report| {
            let name = mail::name_of(&report.file).map(|(_, name)| name);
            report.file.starts_with("email-templates/")
                && self.name.as_ref().is_none_or(|wanted| {
                    mail::is_part(&report.file)
                        || name.is_some_and(|name| name.trim_end_matches(".txt") == wanted.as_str())
                })
        };
        let reports: Vec<Report> = tried.reports.into_iter().filter(about).collect();
        let errors = reports.iter().filter(|report| report.severity == Severity::Error).count();
        if self.output.is_json() {
            show::json(&reports)?;
        } else {
            for report in &reports {
                show::line(format!("{}\n", show::report(report)));
            }
            let what =
                self.name.as_deref().map_or("All templates are".to_owned(), |name| format!("`{name}` is"));
            show::line(match (errors, reports.len()) {
                (0, 0) => format!("{what} fine."),
                (0, n) => format!("No errors, {}.", show::count(n, "warning")),
                (e, _) => {
                    format!("{}. A file with an error stays as it was live last.", show::count(e, "error"))
                }
            });
        }
        Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
