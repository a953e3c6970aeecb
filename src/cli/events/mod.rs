//! `innkeeper events`: what happened, what came of it, and what events look like.

pub(in crate::cli) mod filter;
pub(in crate::cli) mod guard;
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
  innkeeper events guards --verdict denied --since 7d
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
    /// Show one event whole, and draw what came of it: hooks, plans, mails, web-hooks; or a guarded action, by its id
    Show(trace::Show),
    /// List guarded actions, newest first: what was asked of `before` hooks, and what they said
    Guards(guard::Guards),
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
            Command::Guards(guards) => block_on(guards.run(paths)),
            Command::Schema(schema) => schema.run(),
            Command::Tail(tail) => block_on(tail.run(paths)),
        }
    }
}
