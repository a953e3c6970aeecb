//! `innkeeper bundle`: the sets of hooks, templates, messages and settings that were live together.

mod diff;
mod list;
mod one;
mod rollback;
mod side;
mod write;

use super::{Done, block_on};
use crate::config::Paths;
use clap::{Args, Subcommand};

/// Looks at bundles, and goes back to one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  innkeeper bundle list
  innkeeper bundle diff                    what a reload would change: live against disk
  innkeeper bundle diff 3f2a9c51 live      what changed since then
  innkeeper bundle diff shipped disk       what was edited here
  innkeeper bundle rollback 3f2a9c51")]
pub(super) struct Bundles {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the bundles that were live, newest first, each with what changed against the one before
    List(list::List),
    /// Show the files and settings of a bundle, and whether the data folder still holds them
    Show(one::Show),
    /// Show what differs between two bundles, file by file, settings too
    Diff(diff::Diff),
    /// Write the files of an earlier bundle back into the data folder, and tell the running server
    Rollback(rollback::Rollback),
}

impl Bundles {
    pub(super) fn run(self, paths: Paths) -> Done {
        match self.command {
            Command::List(list) => block_on(list.run(&paths)),
            Command::Show(show) => block_on(show.run(&paths)),
            Command::Diff(diff) => block_on(diff.run(&paths)),
            Command::Rollback(rollback) => block_on(rollback.run(paths)),
        }
    }
}
