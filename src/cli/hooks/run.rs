//! `innkeeper hooks run`: one script on one event, with everything that it read and asked for.

use crate::{
    cli::{
        Done, Trouble,
        events::{guard, trace::find},
        load_config, open_database, say,
        show::{self, Tone, paint},
    },
    config::Paths,
    effect::store,
    event::page,
    hook::{
        Point, Verb,
        test::{Ran, Setup, input_fits, point, sample},
        unmarked,
    },
    report::did_you_mean,
    trial::{self, Scripts},
};
use clap::Args;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, process::ExitCode, sync::Arc};

/// Runs a script once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  innkeeper hooks run hooks/vip.rhai --event evt_01k…       an event that happened
  innkeeper hooks run invite-domain --event grd_01k…        an action that was asked about: `events guards` lists them
  innkeeper hooks run hooks/vip.rhai --event sample         the first sample of what it serves
  innkeeper hooks run draft.rhai --event draft.json         {\"point\": \"invite.send\", …}, or as `events show --format json` prints it

Nothing is sent or stored, and the script need not be active. Exit codes: 0 it ran, 1 it failed.")]
pub(super) struct Run {
    /// The script: a path, or the name of an active one
    file: String,
    /// The event's id or number; the id of a guarded action (grd_…); a JSON file; or `sample`, or a point such as ticket.replied for its sample
    #[arg(long, value_name = "EVENT")]
    event: String,
    /// Only the hook of this id
    #[arg(long, value_name = "ID")]
    hook: Option<String>,
    #[command(flatten)]
    output: show::Output,
}

impl Run {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let config = load_config(paths)?;
        let scripts = Scripts::read(&paths.data, &config)?;
        let (path, text) = script(&paths.data, &self.file)?;
        let bundle = scripts.alone(&path, text).map_err(|wrong| {
            let shown: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            Trouble::new(format!("{}\n\nIt was not run, because it does not load.", shown.join("\n\n")))
        })?;
        let mut setup = Setup::default();
        let input = match self.event.as_str() {
            "sample" => {
                let hooks = bundle.hooks.hooks();
                let wanted = |id: &str| self.hook.as_ref().is_none_or(|hook| hook == id);
                let hook = hooks.iter().find(|hook| wanted(&hook.id));
                let name = hook.map(|hook| point_of(hook)).ok_or_else(|| {
                    Trouble::new(format!(
                        "{path} registers no such hook; `innkeeper hooks list` has their ids"
                    ))
                })??;
                sample(&name, 1).map_err(Trouble::usage)?
            }
            name if point(name).is_ok() => sample(name, 1).map_err(Trouble::usage)?,
            file if file.ends_with(".json") || Path::new(file).is_file() => from_file(file)?,
            // A name with a point in it is none of an event that happened.
            name if name.contains('.') => return Err(Trouble::usage(point(name).err().unwrap_or_default())),
            id if guard::is_one(id) => {
                let db = open_database(paths, &config).await?;
                let run = guard::find(&db, id).await?;
                db.close().await;
                for (store, values) in trial::stored_for_guard(&run)? {
                    setup.stored.insert(store, values.into_iter().collect());
                }
                let mut draft = run.whole()?;
                draft["point"] = asked_at(&run.action).into();
                draft
            }
            id => {
                let db = open_database(paths, &config).await?;
                let event = find(&db, id).await?;
                for (store, values) in trial::stored(&store::runs(&db, &event.id).await?) {
                    setup.stored.insert(store, values.into_iter().collect());
                }
                db.close().await;
                event.whole()?
            }
        };
        let ran = trial::run(&bundle, &input, self.hook.as_deref(), &setup).map_err(Trouble::new)?;
        if self.output.is_json() {
            show::json(&ran)?;
        } else {
            print(&ran);
        }
        Ok(if ran.error.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The point of which a hook can have a sample.
fn point_of(hook: &crate::hook::Hook) -> Result<String, Trouble> {
    match (&hook.point, hook.verb) {
        (Point::Exactly(name), _) => Ok(name.clone()),
        (Point::Boxes, _) => Ok("permission_defaults".to_owned()),
        (Point::Driver(half), _) if !half.done => Ok(format!("{}.{}", half.kind, half.action)),
        (Point::Family(word), Verb::On | Verb::Route) => {
            let kind = crate::event::catalogue::EVENTS.iter().find(|kind| hook.point.serves(kind.name));
            kind.map(|kind| kind.name.to_owned())
                .ok_or_else(|| Trouble::new(format!("no event is called {word}.…")))
        }
        _ => Err(Trouble::usage(format!(
            "a hook for {} has no sample of its own here; name an event with --event, or write a test with due(\"{}\")",
            hook.point, hook.id
        ))),
    }
}

/// The point of which a trace tells. Those of pages say only that it was a menu or a panel: there is one place for each.
fn asked_at(action: &str) -> &str {
    match action {
        "menu" => page::MENUS.first().map_or(action, |place| place.name),
        "panel" => page::PANELS.first().map_or(action, |place| place.name),
        action => action,
    }
}

/// The script's text, and the path where it is, or would be, active.
fn script(data: &Path, name: &str) -> Result<(String, Arc<str>), Trouble> {
    let bare = name.trim_end_matches(".rhai");
    let places = [
        Path::new(name).to_path_buf(),
        data.join(name),
        data.join(format!("{name}.rhai")),
        data.join(format!("hooks/{bare}.rhai")),
        data.join(format!("hooks/available/{bare}.rhai")),
    ];
    let Some(place) = places.iter().find(|place| place.is_file()) else {
        let (hooks, mut known) = (data.join("hooks"), Vec::new());
        for folder in [hooks.clone(), hooks.join("available")] {
            known.extend(super::folder::names(&folder)?);
        }
        let hint = did_you_mean(super::folder::bare(name), known.iter().map(String::as_str)).map_or_else(
            || format!("name a file, or a script of {}", hooks.display()),
            |near| format!("did you mean {near}?"),
        );
        return Err(Trouble::new(format!("there is no script {name}; {hint}")));
    };
    let text = fs::read_to_string(place)?;
    let whole = place.to_string_lossy().replace('\\', "/");
    // Below the hooks folder a script keeps its place, which says whose settings it reads.
    let below = whole.rsplit_once("hooks/").map(|(_, below)| below.trim_start_matches("available/"));
    let file = whole.rsplit('/').next().unwrap_or(&whole).to_owned();
    let below = below.filter(|below| below.split('/').count() <= 2).map_or(file, str::to_owned);
    let below = if below.ends_with(".rhai") { below } else { format!("{below}.rhai") };
    Ok((format!("hooks/{below}"), Arc::from(unmarked(&text))))
}

fn from_file(file: &str) -> Result<Value, Trouble> {
    let text = fs::read_to_string(file).map_err(|e| Trouble::new(format!("{file}: {e}")))?;
    let mut input: Value =
        serde_json::from_str(&text).map_err(|e| Trouble::new(format!("{file} is no JSON: {e}")))?;
    // As `events show --format json` prints it: the event stands inside.
    if let Some(event) = input.get_mut("event").filter(|event| event.is_object()) {
        input = event.take();
    }
    let name = input.get("point").or_else(|| input.get("name")).and_then(Value::as_str);
    let name = name.ok_or_else(|| {
        Trouble::new(format!(
            "{file} is no event: it has no `name`. Print one with `innkeeper events show ID --format json`; a draft says what it is for: {{\"point\": \"invite.send\", …}}"
        ))
    })?;
    let fields = point(name).map_err(|why| Trouble::new(format!("{file}: {why}")))?.fields();
    input_fits(fields, &input).map_err(|why| Trouble::new(format!("{file}: {why}")))?;
    Ok(input)
}

fn print(ran: &Ran) {
    for record in &ran.hooks {
        let used = format!(
            "{}, {}.{:03} ms",
            show::count(usize::try_from(record.operations).unwrap_or_default(), "operation"),
            record.micros / 1000,
            record.micros % 1000
        );
        let tone = if record.error.is_some() { Tone::Bad } else { Tone::Good };
        let outcome = format!("{:?}", record.outcome).to_lowercase();
        say(format!(
            "{}  {}  {}  {}",
            paint(tone, outcome),
            show::title(&record.hook),
            show::clean(&format!("{}:{}", record.file, record.line)),
            paint(Tone::Faint, used)
        ));
        reads("setting", &record.settings_read);
        reads("stored", &record.stored_read);
    }
    if !ran.read.is_empty() {
        say(format!("read {}", paint(Tone::Faint, ran.read.join(", "))));
    }
    say(format!("\n{}", show::clean(ran.text().trim_end())));
}

fn reads(what: &str, values: &BTreeMap<String, Value>) {
    for (name, value) in values {
        say(format!("  {what} {} = {}", show::clean(name), show::clean(&value.to_string())));
    }
}
