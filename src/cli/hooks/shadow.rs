//! `innkeeper hooks shadow`: a new version of a script beside the live one, on live events, without any effect.

use super::{guarded, replay};
use crate::{
    bundle::{Bundle, Files, Source, store as bundles},
    cli::{
        Done, Trouble, load_config, open_database, reload, say,
        show::{self, Tone, paint},
    },
    clock::Clock,
    config::{Config, Paths},
    db::Db,
    report::{Severity, did_you_mean},
    secret,
    worker::shadow::store::{self, Found, Shadow},
};
use clap::{ArgGroup, Args};
use serde::Serialize;
use std::{fs, path::Path, process::ExitCode, sync::Arc};

/// Tries a new version of a script on live events.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("what").required(true).args(["name", "list", "promote", "drop"])),
    after_help = "Examples:
  innkeeper hooks shadow ticket-mail --from draft.rhai    begin
  innkeeper hooks shadow ticket-mail                      what it would have done otherwise so far
  innkeeper hooks shadow --promote ticket-mail            make it the live version, and end the shadow
  innkeeper hooks shadow --drop ticket-mail               end it

A shadow sends and stores nothing of its own. Running servers take it up with the next event."
)]
pub(super) struct Shadows {
    /// The script's name, such as ticket-mail
    name: Option<String>,
    /// Begin with this file as the new version
    #[arg(long, value_name = "FILE", requires = "name")]
    from: Option<String>,
    /// List all shadows
    #[arg(long)]
    list: bool,
    /// Write the new version into hooks/, tell the server, and end the shadow
    #[arg(long, value_name = "NAME")]
    promote: Option<String>,
    /// End a shadow, and forget what it found
    #[arg(long, value_name = "NAME")]
    drop: Option<String>,
    /// Begin although no live script has this name
    #[arg(long, requires = "from")]
    new: bool,
    /// How many differences to show, the newest first
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    show: i64,
    /// Promote although the script in hooks/ was edited since the shadow began
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: show::Output,
}

/// A shadow, as `--format json` says it.
#[derive(Serialize)]
struct Row {
    name: String,
    file: String,
    /// RFC 3339, UTC.
    started_at: String,
    /// Events and guarded actions that it met.
    met: i64,
    /// Of those, how many it would have dealt with otherwise; of many, the newest are kept.
    differ: i64,
    error: Option<String>,
    /// As those of `replay`: of an event, or of a guarded action, which has an `action`.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<Found>>,
    #[serde(skip)]
    at: i64,
}

impl Shadows {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let config = load_config(paths)?;
        let db = open_database(paths, &config).await?;
        let done = match (&self.name, &self.from, &self.promote, &self.drop) {
            (Some(name), Some(from), ..) => self.begin(&db, paths, &config, (bare(name), from)).await,
            (Some(name), None, ..) => self.look(&db, bare(name)).await,
            (_, _, Some(name), _) => promote(&db, paths, bare(name), self.yes).await,
            (_, _, _, Some(name)) => end(&db, bare(name)).await,
            _ => self.all(&db).await,
        };
        db.close().await;
        done
    }

    async fn all(&self, db: &Db) -> Done {
        let mut rows = Vec::new();
        for shadow in store::list(db).await? {
            rows.push(row(db, shadow).await?);
        }
        let now = Clock::system().now();
        show::List::of(&rows)
            .columns(&["NAME", "FILE", "BEGAN", "MET", "WOULD DIFFER"], |row| {
                let differ = match &row.error {
                    Some(_) => show::bad("does not load"),
                    None if row.differ == 0 => show::plain("0"),
                    None => show::look(row.differ.to_string()),
                };
                vec![
                    show::strong(&row.name),
                    show::plain(&row.file),
                    show::faint(show::ago(row.at, now)),
                    show::plain(row.met.to_string()),
                    differ,
                ]
            })
            .empty("No script runs as a shadow. Begin one: innkeeper hooks shadow NAME --from FILE")
            .print(&self.output)?;
        Ok(ExitCode::SUCCESS)
    }

    async fn begin(&self, db: &Db, paths: &Paths, config: &Config, (name, from): (&str, &str)) -> Done {
        let body = fs::read_to_string(from).map_err(|e| Trouble::new(format!("{from}: {e}")))?;
        let body = crate::hook::unmarked(&body).to_owned();
        let file = format!("hooks/{name}.rhai");
        if crate::hook::role(&file) != crate::hook::Role::Active {
            return Err(Trouble::usage(format!(
                "{name:?} is no name for a script that runs; write it as in hooks/, such as ticket-mail"
            )));
        }
        let mut source = Source::read(&paths.data, config)?;
        let base = source.files.get(&file).map(|text| secret::hash(text)).unwrap_or_default();
        let live = match bundles::latest(db).await? {
            Some(stored) => bundles::files(db, &stored).await?,
            None => source.files.clone(),
        };
        if !self.new && !live.contains_key(&file) {
            return Err(unknown(name, &live));
        }
        source.files.insert(file.clone(), Arc::from(body.as_str()));
        // As a file that is saved: what does not load, or fails on its samples, does not run.
        let tried = Bundle::tried(&source, &Files::new(), None).await;
        let wrong: Vec<String> = tried
            .reports
            .iter()
            .filter(|report| report.severity == Severity::Error && report.file == file)
            .map(ToString::to_string)
            .collect();
        if !wrong.is_empty() {
            return Err(Trouble::new(format!("{}\n\nThe shadow was not begun.", wrong.join("\n\n"))));
        }
        if live.get(&file).is_some_and(|live| **live == *body) {
            return Err(Trouble::new(format!(
                "{from} is what is live as {file}; a shadow of it would never differ"
            )));
        }
        let shadow = Shadow {
            name: name.to_owned(),
            file: file.clone(),
            body,
            base,
            started_at: Clock::system().now(),
            met: 0,
            error: None,
        };
        let mut tx = db.begin().await?;
        store::begin(&mut tx, &shadow).await?;
        tx.commit().await?;
        let what = if live.contains_key(&file) {
            format!("beside the live {file}")
        } else {
            format!("as if it were {file}")
        };
        say(format!(
            "{from} runs as a shadow from now on, {what}: on live events, without any effect.\nSee what it would have done otherwise: innkeeper hooks shadow {name}"
        ));
        Ok(ExitCode::SUCCESS)
    }

    async fn look(&self, db: &Db, name: &str) -> Done {
        let shadow = find(db, name).await?;
        let differences = store::differences(db, name, self.show).await?;
        let mut row = row(db, shadow).await?;
        if self.output.is_json() {
            row.differences = Some(differences);
            show::json(&row)?;
            return Ok(ExitCode::SUCCESS);
        }
        let now = Clock::system().now();
        for found in &differences {
            let text = match found {
                Found::Event(difference) => replay::one(difference, now),
                Found::Act(difference) => guarded::one(difference, now),
            };
            say(format!("{text}\n"));
        }
        if let Some(error) = &row.error {
            say(format!(
                "{}\n",
                paint(Tone::Bad, format!("It does not load beside the live scripts:\n{error}"))
            ));
        }
        let met = match row.met {
            1 => "1 event or guarded action".to_owned(),
            met => format!("{met} events and guarded actions"),
        };
        say(format!("{} of {met} since {} would differ.", row.differ, show::moment(row.at, now)));
        say(paint(
            Tone::Faint,
            format!(
                "Make it live: innkeeper hooks shadow --promote {name}. End it: innkeeper hooks shadow --drop {name}."
            ),
        ));
        Ok(ExitCode::SUCCESS)
    }
}

fn bare(name: &str) -> &str {
    let name = name.strip_prefix("hooks/").unwrap_or(name);
    name.strip_suffix(".rhai").unwrap_or(name)
}

async fn row(db: &Db, shadow: Shadow) -> Result<Row, Trouble> {
    let differ = store::count(db, &shadow.name).await?;
    Ok(Row {
        name: shadow.name,
        file: shadow.file,
        started_at: show::stamp(shadow.started_at),
        at: shadow.started_at,
        met: shadow.met,
        differ,
        error: shadow.error,
        differences: None,
    })
}

async fn find(db: &Db, name: &str) -> Result<Shadow, Trouble> {
    let all = store::list(db).await?;
    let names: Vec<&str> = all.iter().map(|shadow| shadow.name.as_str()).collect();
    let hint = match (did_you_mean(name, names.iter().copied()), names.as_slice()) {
        (Some(near), _) => format!("did you mean {near}?"),
        (None, []) => format!("begin one: innkeeper hooks shadow {name} --from FILE"),
        (None, names) => format!("there is {}", names.join(", ")),
    };
    let found = all.iter().find(|shadow| shadow.name == name).cloned();
    found.ok_or_else(|| Trouble::new(format!("no shadow is called {name}; {hint}")))
}

/// A name that no live script has: a slip of the pen, as a rule.
fn unknown(name: &str, live: &Files) -> Trouble {
    let active = live.keys().filter(|path| crate::hook::role(path) == crate::hook::Role::Active);
    let hint = did_you_mean(name, active.map(|path| bare(path)))
        .map(|near| format!(" Did you mean {near}?"))
        .unwrap_or_default();
    Trouble::new(format!("no live script is called {name}.{hint} To try one that is new, say --new."))
}

async fn promote(db: &Db, paths: &Paths, name: &str, agreed: bool) -> Done {
    let shadow = find(db, name).await?;
    let place = paths.data.join(&shadow.file);
    super::hooks_folder(paths)?;
    let there = fs::read_to_string(&place).map(|text| secret::hash(&text)).unwrap_or_default();
    if there != shadow.base && there != secret::hash(&shadow.body) && !agreed {
        return Err(Trouble::new(format!(
            "{} was edited since the shadow began, and that edit would be lost; compare them, and say --yes if the shadow is the one to keep",
            shadow.file
        )));
    }
    replace(&place, &shadow.body)?;
    let mut tx = db.begin().await?;
    store::drop(&mut tx, name).await?;
    tx.commit().await?;
    say(format!("{} is the new version now, and the shadow has ended.", shadow.file));
    if reload::server(paths).is_some() {
        return reload::run(paths.clone()).await;
    }
    say("No server runs on this folder; it takes effect when one starts.");
    Ok(ExitCode::SUCCESS)
}

/// Puts a text in the place of a file at once: whoever reads it sees the old or the new one, never half.
fn replace(place: &Path, text: &str) -> Result<(), Trouble> {
    let named = |e: std::io::Error| Trouble::new(format!("{}: {e}", place.display()));
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(named)?;
    }
    let file = place.file_name().unwrap_or_default().to_string_lossy();
    // A name that begins with a point is no script to anybody who looks meanwhile.
    let beside = place.with_file_name(format!(".{file}.next"));
    fs::write(&beside, text).map_err(named)?;
    fs::rename(&beside, place).map_err(named)
}

async fn end(db: &Db, name: &str) -> Done {
    find(db, name).await?;
    let mut tx = db.begin().await?;
    store::drop(&mut tx, name).await?;
    tx.commit().await?;
    say(format!("The shadow {name} has ended, and what it found is forgotten."));
    Ok(ExitCode::SUCCESS)
}
