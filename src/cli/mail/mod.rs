//! `innkeeper mail`: the messages, what they say, and who has edited them.

mod check;
mod diff;
mod dkim;
mod fields;
mod intake_key;
mod list;
mod occasion;
mod preview;
mod queue;
mod send_test;
mod suppressions;

use super::{Done, Trouble, block_on, load_config};
use crate::{
    bundle::{Bundle, Files, Source},
    config::{Config, Paths},
    mail::{TemplateInfo, is_part, name_of},
    report::{Report, Severity, did_you_mean},
};
use clap::{Args, Subcommand};

/// Looks at messages, and tries them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  innkeeper mail list --matrix
  innkeeper mail preview ticket-replied --locale de
  innkeeper mail preview ticket-replied --event evt_01kxyz --open
  innkeeper mail send-test welcome --to you@host.example
  innkeeper mail fields invite
  innkeeper mail diff invite                 your edit, and what the release changed
  innkeeper mail queue                       what waits, and what was given up
  innkeeper mail suppressions                addresses that get no mail")]
pub(super) struct Mail {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all messages: category, event, languages, which files are edited here
    List(list::List),
    /// Say what is wrong with templates; each is rendered on every sample of its event, in every language
    Check(check::Check),
    /// List every field that a template may print, with its meaning
    Fields(fields::Fields),
    /// Show what a message looks like, on a sample or on an event that happened; sends nothing
    Preview(preview::Preview),
    /// Send a message to one address, by the mail server that is configured
    SendTest(send_test::SendTest),
    /// List mails that wait or were given up, or show one with its tries
    Queue(queue::Queue),
    /// Have a mail sent again, or all that failed
    Retry(queue::Retry),
    /// Give up a mail that waits
    Drop(queue::Drop),
    /// List addresses that get no mail; add and lift
    Suppressions(suppressions::Suppressions),
    /// Make the key that signs mail, and say what to enter in the DNS
    Dkim(dkim::Dkim),
    /// Print the secret address that providers post mail to
    IntakeKey,
    /// Show your edits of a shipped template, and those of the release since
    Diff(diff::Diff),
}

impl Mail {
    pub(super) fn run(self, paths: &Paths) -> Done {
        match self.command {
            Command::Queue(queue) => block_on(queue.run(paths)),
            Command::Retry(retry) => block_on(retry.run(paths.clone())),
            Command::Drop(drop) => block_on(drop.run(paths.clone())),
            Command::Suppressions(suppressions) => block_on(suppressions.run(paths.clone())),
            Command::Dkim(dkim) => dkim.run(paths),
            Command::IntakeKey => intake_key::run(paths),
            Command::List(list) => block_on(list.run(paths)),
            Command::Check(check) => block_on(check.run(paths)),
            Command::Fields(fields) => fields.run(paths),
            Command::Preview(preview) => block_on(preview.run(paths)),
            Command::SendTest(send) => block_on(send.run(paths)),
            Command::Diff(diff) => block_on(diff.run(paths)),
        }
    }
}

/// The data folder as it stands on disk, with its mistakes; samples are not run.
fn on_disk(paths: &Paths) -> Result<(Config, Source, Bundle), Trouble> {
    crate::cli::folder(paths)?;
    let config = load_config(paths)?;
    let source = Source::read(&paths.data, &config)?;
    let bundle = Bundle::build(&source, &Files::new(), None);
    Ok((config, source, bundle))
}

/// Says what is wrong with what the message is made of in this language: another version stands in for a file with a mistake, and
/// showing that would show what is not on disk.
fn sound(bundle: &Bundle, name: &str, locale: &str) -> Result<(), Trouble> {
    let is_used = |report: &&Report| {
        let file = name_of(&report.file);
        let own = file.is_some_and(|(folder, own)| folder == locale && own.trim_end_matches(".txt") == name);
        report.severity == Severity::Error && (own || is_part(&report.file))
    };
    match bundle.reports.iter().find(is_used) {
        Some(report) => Err(Trouble::new(report.to_string())),
        None => Ok(()),
    }
}

/// The message of this name.
fn find<'a>(bundle: &'a Bundle, name: &str) -> Result<&'a TemplateInfo, Trouble> {
    let name = name.trim_end_matches(".html");
    bundle.templates.find(name).ok_or_else(|| {
        // It is there, and cannot be read.
        let its = |report: &&Report| name_of(&report.file).is_some_and(|(_, own)| own == name);
        if let Some(report) = bundle.reports.iter().find(its) {
            return Trouble::new(report.to_string());
        }
        let known = bundle.templates.infos().iter().map(|info| info.name.as_str());
        let help = match did_you_mean(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`innkeeper mail list` has them all".to_owned(),
        };
        Trouble::new(format!("there is no message `{name}`; {help}"))
    })
}
