//! `innkeeper hooks retry`: runs again what was given up, and tries hooks that are out.

use crate::{
    app,
    cli::{Done, load_config, say},
    clock::Clock,
    config::Paths,
    effect, health,
};
use clap::Args;
use std::process::ExitCode;

/// Runs again what was given up: of one hook, of one event, or everything.
#[derive(Debug, Args)]
pub(super) struct Retry {
    /// Only runs of this hook, by the id that `hooks list` and the mail show
    #[arg(long, value_name = "ID")]
    hook: Option<String>,
    /// Only runs on this event
    #[arg(long, value_name = "ID")]
    event: Option<String>,
}

impl Retry {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let config = load_config(paths)?;
        let (db, now) = (app::open(paths, &config).await?, Clock::system().now());
        let (hook, event) = (self.hook.as_deref(), self.event.as_deref());
        let mut tx = db.begin().await?;
        let runs = effect::store::run_again(&mut tx, hook, event, now).await?;
        // Asking for one event says nothing about the hook's other events.
        let tried = if event.is_none() { health::store::try_now(&mut tx, hook, now).await? } else { 0 };
        tx.commit().await?;
        say(match runs {
            0 => "No run was given up.".to_owned(),
            1 => "1 run is run again, with the script of today.".to_owned(),
            n => format!("{n} runs are run again, with the scripts of today."),
        });
        if tried > 0 {
            say(format!("{tried} out of service: tried with the next event."));
        }
        Ok(ExitCode::SUCCESS)
    }
}
