//! `innkeeper events`: what happened, what came of it, and what events look like.

pub(in crate::cli) mod filter;
mod list;
mod schema;
mod tail;
pub(in crate::cli) mod trace;
mod tree;

use super::{Done, block_on};
use crate::config::Paths;
use clap::{Args, Subcommand};

/// Looks at events.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  innkeeper events list --name 'ticket.*' --since 2d
  innkeeper events show evt_01kxyz
  innkeeper events tail --name user.added
  innkeeper events schema ticket.replied > ticket.replied.json")]
pub(super) struct Events {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List what happened, newest first
    List(list::List),
    /// Show one event whole, and draw what came of it: hooks, plans, mails, web-hooks
    Show(trace::Show),
    /// Print the JSON Schema of an event or guarded action, or of all
    Schema(schema::Schema),
    /// Print events as they happen, until Ctrl-C
    Tail(tail::Tail),
}

impl Events {
    pub(super) fn run(self, paths: &Paths) -> Done {
        match self.command {
            Command::List(list) => block_on(list.run(paths)),
            Command::Show(show) => block_on(show.run(paths)),
            Command::Schema(schema) => schema.run(),
            Command::Tail(tail) => block_on(tail.run(paths)),
        }
    }
}
