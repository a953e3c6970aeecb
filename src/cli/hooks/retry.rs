//! `innkeeper hooks retry`: runs again what was given up, and tries hooks that are out.

use crate::{
    app,
    bundle::{Bundle, Source, store as bundles},
    cli::{Done, Trouble, events::trace::find, has_database, load_config, say, show},
    clock::Clock,
    config::{Config, Paths},
    db::Db,
    effect::store::{carry_again, given_up, given_up_on, lost, run_again},
    health,
    report::did_you_mean,
};
use clap::Args;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
};

/// Runs again what was given up: of one hook, of one event, or everything.
#[derive(Debug, Args)]
#[command(
    after_help = "Runs that failed for good, web-hooks that were given up and effects that were refused are taken up again, \
with the scripts of today. What a hook asked for that is no more stays as it is."
)]
pub(super) struct Retry {
    /// Only what this hook did, by the id that `hooks list` and the mail show
    #[arg(long, value_name = "ID")]
    hook: Option<String>,
    /// Only what came of this event
    #[arg(long, value_name = "ID")]
    event: Option<String>,
}

impl Retry {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        crate::cli::folder(paths)?;
        let config = load_config(paths)?;
        has_database(paths, &config)?;
        let (db, now) = (app::open(paths, &config).await?, Clock::system().now());
        let event = match &self.event {
            Some(id) => Some(find(&db, id).await?.id),
            None => None,
        };
        let known = hooks_of_today(paths, &config, &db).await?;
        let mut dead = match &event {
            Some(event) => given_up_on(&db, event).await?,
            None => given_up(&db).await?,
        };
        if let Some(hook) = &self.hook {
            self.refuse_unknown(hook, &known, &db).await?;
            dead.retain(|id, _| id == hook);
        }
        let (alive, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
            dead.into_iter().partition(|(hook, _)| known.contains(hook));
        let (hook, event) = (self.hook.as_deref(), event.as_deref());
        let mut tx = db.begin().await?;
        let mut runs = 0;
        for id in alive.keys() {
            runs += run_again(&mut tx, Some(id), event, now).await?;
        }
        let effects = carry_again(&mut tx, hook, event, now).await?;
        // Asking for one event says nothing about the hook's other events.
        let tried = if event.is_none() { health::try_now(&mut tx, hook, now).await? } else { 0 };
        tx.commit().await?;
        db.close().await;
        tell(runs, effects, tried, &gone);
        Ok(ExitCode::SUCCESS)
    }

    /// A hook that nobody knows is a slip of the pen, not a hook without failures.
    async fn refuse_unknown(&self, hook: &str, known: &BTreeSet<String>, db: &Db) -> Result<(), Trouble> {
        let left = given_up(db).await?.contains_key(hook) || lost(db).await?.contains_key(hook);
        if known.contains(hook) || left {
            return Ok(());
        }
        let hint = did_you_mean(hook, known.iter().map(String::as_str)).map_or_else(
            || "`innkeeper hooks list --format json` has the ids of all".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        Err(Trouble::new(format!("there is no hook {hook:?}; {hint}")))
    }
}

/// The ids of the hooks that run today.
async fn hooks_of_today(paths: &Paths, config: &Config, db: &Db) -> Result<BTreeSet<String>, Trouble> {
    let mut last_good = Default::default();
    if let Some(stored) = bundles::latest(db).await? {
        last_good = bundles::files(db, &stored).await?;
    }
    let bundle = Bundle::build(&Source::read(&paths.data, config)?, &last_good, None);
    Ok(bundle.hooks.hooks().iter().map(|hook| hook.id.clone()).collect())
}

fn tell(runs: i64, effects: i64, tried: u64, gone: &BTreeMap<String, i64>) {
    let size = |n: i64| usize::try_from(n).unwrap_or_default();
    if runs == 0 && effects == 0 && gone.is_empty() {
        say("Nothing was given up.");
    }
    if runs > 0 {
        say(format!("{} again, with the scripts of today.", show::count(size(runs), "run")));
    }
    if effects > 0 {
        say(format!("{} again that had been given up or refused.", show::count(size(effects), "effect")));
    }
    for (hook, count) in gone {
        say(format!(
            "{hook}: {} not tried: there is no such hook any more.",
            show::count(size(*count), "run")
        ));
    }
    if tried > 0 {
        say(format!("{tried} out of service: tried with the next event."));
    }
}
