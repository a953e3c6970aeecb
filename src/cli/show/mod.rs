//! Output for people and for programs, the same way in every command.
//!
//! # How to print a list
//!
//! ```ignore
//! /// Doc: what `--format json` gives, field by field. Names are stable.
//! #[derive(Serialize)]
//! struct Row { name: String, at: String }        // times by `show::stamp`
//!
//! #[derive(Args)]
//! struct List { #[command(flatten)] output: show::Output }
//!
//! show::List::of(&rows)
//!     .columns(&["NAME", "WHEN"], |row| vec![show::strong(&row.name), show::faint(show::ago(row.at, now))])
//!     .empty("Nothing has happened yet. Run `innkeeper serve` and click.")   // words and the next step
//!     .after("Older ones: --before 17")                                      // below the table, for people
//!     .print(&self.output)?;                                                 // `[]` in JSON when empty
//! ```
//!
//! One thing instead of a list: [`json`] for programs, [`line`] and [`Tree`] for people. Text that comes from
//! outside (subjects, addresses, errors) goes through a [`Cell`] or [`clean`], so that no escape sequence in it
//! reaches the terminal. Paint with [`paint`]; what is no terminal, or `NO_COLOR`, or `--color never`, gets
//! plain text, without a look at it here. Long work: [`progress`]. Changes of a text: [`diff`]. A question
//! before something that cannot be taken back: [`confirm`].
//!
//! What went wrong is a [`Trouble`](super::Trouble) on stderr, as text whatever the format: exit code 1, or 2
//! if the command line itself was wrong.

mod diff;
mod list;
mod mail;
mod text;
mod tree;
mod work;

pub(super) use diff::{changed_lines, diff};
pub(super) use list::List;
pub(super) use mail::mail_state;
pub(super) use text::{
    Cell, Tone, ago, bad, clean, count, faint, good, look, moment, paint, plain, report, stamp, strong, title,
};
pub(super) use tree::Tree;
pub(super) use work::confirm;
pub(super) use work::progress;

use super::Trouble;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::{fmt, io::Write};

/// How a command prints.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Output {
    /// How to print: text for people, json for programs
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

impl Output {
    /// True if a program reads it.
    pub(super) fn is_json(self) -> bool {
        self.format == Format::Json
    }
}

/// How lists are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Also into a file or a pipe
    Always,
    /// Never
    Never,
}

impl Color {
    /// Holds from now on, for all that this process prints.
    pub(super) fn hold(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// Prints a line; a reader that has gone away (`| head`) is no error.
pub(super) fn line(line: impl fmt::Display) {
    let _ = writeln!(anstream::stdout(), "{line}");
}

/// Prints something for programs.
///
/// # Errors
/// If it has no JSON form.
pub(super) fn json(what: &impl Serialize) -> Result<(), Trouble> {
    line(serde_json::to_string_pretty(what)?);
    Ok(())
}

/// How many columns the terminal has; nothing if stdout is no terminal, where lines end where they end.
fn width() -> Option<u16> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.max(40))
}
