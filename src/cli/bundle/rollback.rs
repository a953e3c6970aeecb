//! `innkeeper bundle rollback`: the data folder is the truth, so going back means writing it.

use super::{
    diff,
    side::{Places, Side},
    write::Work,
};
use crate::{
    bundle::{Bundle, Files, Source, store},
    cli::{Done, Trouble, reload, show},
    clock::{self, Clock},
    config::Paths,
    db::Db,
};
use clap::Args;
use serde::Serialize;
use std::{path::PathBuf, process::ExitCode};

/// Goes back to a bundle.
#[derive(Debug, Args)]
#[command(
    after_help = "The files of that bundle are written into the data folder; what stands there now is kept below \
rollbacks/ in it. Scripts in hooks/available/ and hooks/tests/ stay as they are. innkeeper.toml is never written: \
where [settings] differ, they are shown."
)]
pub(super) struct Rollback {
    /// The first letters of the bundle's hash, from `innkeeper bundle list`
    hash: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Go back although the folder holds edits that were never live; they are kept below rollbacks/, too
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: show::Output,
}

/// What was done, as `bundle rollback --format json` says it.
#[derive(Serialize)]
struct Told {
    bundle: String,
    written: Vec<String>,
    moved_away: Vec<String>,
    /// Where the files are that stood there before; nothing if nothing was changed.
    kept_in: Option<PathBuf>,
    settings_differ: bool,
    /// True if a running server was told to read the folder again.
    server_told: bool,
}

impl Rollback {
    pub(super) async fn run(self, paths: Paths) -> Done {
        let mut places = Places::of(&paths)?;
        let db = places.db().await?;
        let target = places.side(&self.hash).await?;
        let disk = places.disk()?;
        let work = Work::plan(&paths.data, &disk.files, &target.files);
        let differ = settings_differ(&target, &disk);
        let mut told = Told {
            bundle: target.name.clone(),
            written: work.write.clone(),
            moved_away: work.remove.clone(),
            kept_in: None,
            settings_differ: differ.is_some(),
            server_told: false,
        };
        if work.is_done() {
            return self.nothing_to_do(&told, differ.as_deref());
        }
        if !self.force {
            refuse_unseen(&db, &disk.files, &work).await?;
        }
        if !self.output.is_json() {
            announce(&work, differ.as_deref());
        }
        if !show::confirm(&format!("Write this into {}?", paths.data.display()), self.yes)? {
            show::line("Nothing was changed.");
            return Ok(ExitCode::FAILURE);
        }
        let aside = aside(&paths, Clock::system().now());
        work.carry_out(&paths.data, &target.files, &aside).map_err(|error| {
            Trouble::new(format!("{error}. What was replaced until then stands in {}", aside.display()))
        })?;
        told.kept_in = Some(aside);
        if self.output.is_json() {
            told.server_told = reload::server(&paths).is_some_and(|pid| reload::hang_up(pid).is_ok());
            show::json(&told)?;
            return Ok(ExitCode::SUCCESS);
        }
        told.server_told = reload::server(&paths).is_some();
        say(&told, &places, &paths)?;
        db.close().await;
        if told.server_told { reload::run(paths).await } else { Ok(ExitCode::SUCCESS) }
    }

    fn nothing_to_do(&self, told: &Told, differ: Option<&str>) -> Done {
        if self.output.is_json() {
            show::json(told)?;
        } else {
            show::line(format!(
                "The data folder holds the files of bundle {} already; nothing was changed.",
                told.bundle
            ));
            if let Some(differ) = differ {
                show::line(differ);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Refuses to take away what exists nowhere else.
async fn refuse_unseen(db: &Db, disk: &Files, work: &Work) -> Result<(), Trouble> {
    let mut unseen = Vec::new();
    for path in work.write.iter().chain(&work.remove) {
        if let Some(text) = disk.get(path)
            && !store::was_live(db, text).await?
        {
            unseen.push(path.as_str());
        }
    }
    if unseen.is_empty() {
        return Ok(());
    }
    Err(Trouble::new(format!(
        "the data folder holds edits that were never live, in {}. Let them go live first (`innkeeper check` says what is wrong with them), or say --force: they are kept aside then. Nothing was changed.",
        unseen.join(", ")
    )))
}

fn announce(work: &Work, differ: Option<&str>) {
    for path in &work.write {
        show::line(format!("  {} {}", show::paint(show::Tone::Good, "write"), show::clean(path)));
    }
    for path in &work.remove {
        show::line(format!("  {} {}", show::paint(show::Tone::Bad, "move away"), show::clean(path)));
    }
    if let Some(differ) = differ {
        show::line(differ);
    }
}

/// What differs in `[settings]`, in words; nothing if nothing does.
fn settings_differ(target: &Side, disk: &Side) -> Option<String> {
    (target.settings != disk.settings).then(|| {
        let (then, now) = (diff::lines(&target.settings), diff::lines(&disk.settings));
        format!(
            "[settings] in innkeeper.toml differ from those of that bundle, and stay as they are. To go back whole, edit them:\n{}",
            show::diff("innkeeper.toml now", "that bundle", &now, &then)
        )
    })
}

fn say(told: &Told, places: &Places<'_>, paths: &Paths) -> Result<(), Trouble> {
    let kept = told.kept_in.as_ref().map(|place| place.display().to_string()).unwrap_or_default();
    show::line(format!(
        "{} written, {} moved away; what stood there is in {kept}.",
        show::count(told.written.len(), "file"),
        show::count(told.moved_away.len(), "file")
    ));
    if told.server_told {
        return Ok(());
    }
    let hash = Bundle::build(&Source::read(&paths.data, &places.config)?, &Files::new(), None).hash;
    show::line(format!("No server runs on this folder; one that starts begins with bundle {hash}."));
    Ok(())
}

/// A folder of its own for each time, named by the moment.
fn aside(paths: &Paths, now: i64) -> PathBuf {
    let moment: String =
        clock::utc(now).chars().map(|c| if c == ' ' || c == ':' { '-' } else { c }).collect();
    paths.data.join("rollbacks").join(moment)
}
