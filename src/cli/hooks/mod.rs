//! `innkeeper hooks`: which scripts run, switching shipped ones on and off, beginning a new one.
//!
//! A file for each subcommand; what several of them need stands in `folder`.

mod definitions;
mod folder;
mod guarded;
mod list;
mod lost;
mod replay;
mod retry;
mod run;
mod shadow;
mod skeleton;
mod start;
mod switch;
mod test;

use super::{Done, Trouble, block_on};
use crate::config::Paths;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Lists, switches and begins hook scripts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  innkeeper hooks list
  innkeeper hooks enable invite-domain
  innkeeper hooks enable wp-net --instead-of ticket-mail
  innkeeper hooks new vip --point ticket.replied --verb route
  innkeeper hooks definitions --out data/.rhai
  innkeeper hooks test
  innkeeper hooks run vip --event sample
  innkeeper hooks replay --since 30d
  innkeeper hooks shadow vip --from draft.rhai")]
pub(super) struct Hooks {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all hooks by point, in the order in which they run, and the scripts that are off
    List(list::List),
    /// Run again what was given up, and try hooks that are out of service
    Retry(retry::Retry),
    /// Switch a script or plugin of hooks/available/ on: copies it to hooks/
    Enable(switch::Enable),
    /// Switch a script off: moves it to hooks/available/, or removes the copy if it is the one from there
    Disable(switch::Disable),
    /// Begin a script: writes hooks/NAME.rhai, commented and ready to run, and a test for it
    New(start::New),
    /// Write definition files for Rhai's language server: completion and help in editors
    Definitions(definitions::Definitions),
    /// Run your own tests of the hooks, in hooks/tests/
    Test(test::Test),
    /// Run one script on one event, and say what it read, decided and asked for; sends and stores nothing
    Run(run::Run),
    /// Say what the scripts on disk would have done to real history; sends and stores nothing
    Replay(replay::Replay),
    /// Try a new version of a script on live events, beside the live one and without any effect
    Shadow(shadow::Shadows),
}

impl Hooks {
    pub(super) fn run(self, paths: &Paths) -> Done {
        match self.command {
            Command::List(list) => block_on(list.run(paths)),
            Command::Retry(retry) => block_on(retry.run(paths)),
            Command::Enable(enable) => enable.run(paths),
            Command::Disable(disable) => disable.run(paths),
            Command::New(new) => new.run(paths),
            Command::Definitions(definitions) => definitions.run(),
            Command::Test(test) => test.run(paths),
            Command::Run(run) => block_on(run.run(paths)),
            Command::Replay(replay) => block_on(replay.run(paths)),
            Command::Shadow(shadow) => block_on(shadow.run(paths)),
        }
    }
}

/// The hooks folder, which must be there.
fn hooks_folder(paths: &Paths) -> Result<PathBuf, Trouble> {
    let folder = paths.data.join("hooks");
    if folder.is_dir() {
        return Ok(folder);
    }
    crate::cli::folder(paths)?;
    Err(Trouble::new(format!(
        "there is no folder {}; the shipped scripts run from the binary. Make the folder to have scripts of your own (the shipped ones do not run then), or a whole data folder with `innkeeper init`",
        folder.display()
    )))
}
