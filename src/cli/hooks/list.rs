//! `innkeeper hooks list`.

use super::folder::about;
use crate::{
    bundle::{self, Bundle, Files, Source, store as bundles},
    cli::{Done, Trouble, doctor, load_config, open_database, say, show},
    clock::Clock,
    config::Paths,
    effect::{
        store::{Detail, Lost, Step, lost},
        trace::{Tally, store as traces},
    },
    hook::Hook,
    trace::store as guard_runs,
};
use clap::Args;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::ExitCode,
};

/// How many routes and guarded actions are looked through for the runs of their hooks, which share a row.
const LATEST: i64 = 2_000;

/// Lists hooks.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    output: show::Output,
}

/// A hook, or a script that does not run, as `hooks list --format json` says it.
#[derive(Clone, Debug, Serialize)]
struct Row {
    /// `active`; `last-good` or `shipped` if that version runs in place of the file, which has a mistake; `broken` if
    /// nothing of it runs; `out-of-service` for a hook that kept failing; `available` in hooks/available/; `disabled` if it was shipped active and is switched off.
    state: &'static str,
    /// Empty, as `verb` and `point`, for a script that does not run.
    id: String,
    verb: String,
    point: String,
    /// Lower runs first.
    priority: i64,
    file: String,
    line: usize,
    /// Its label, or what the script says of itself in its first line.
    label: String,
    /// How often it ran since runs are kept; nothing without a database, or for hooks of which no runs are kept.
    runs: Option<i64>,
    /// How often it failed for good.
    failed: Option<i64>,
    /// How many web-hooks that it asked for were given up.
    webhooks_given_up: i64,
    /// How many other effects that it asked for were refused.
    effects_refused: i64,
    last_run_at: Option<String>,
    /// Why it is out of service; empty otherwise.
    why: String,
    #[serde(skip)]
    last: Option<i64>,
}

/// What the database adds to what the folder says.
#[derive(Default)]
struct Known {
    last_good: Files,
    tallies: BTreeMap<String, Tally>,
    lost: BTreeMap<String, Lost>,
}

impl List {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        crate::cli::folder(paths)?;
        let config = load_config(paths)?;
        let source = Source::read(&paths.data, &config)?;
        let db = open_database(paths, &config).await;
        // The list is worth having without a database, too.
        let known = match &db {
            Ok(db) => known(db).await.unwrap_or_default(),
            Err(_) => Known::default(),
        };
        let bundle = Bundle::tried(&source, &known.last_good, None).await;
        let mut running: Vec<Row> =
            bundle.hooks.hooks().iter().map(|hook| row(hook, &bundle, &source, &known)).collect();
        if let Ok(db) = &db {
            for (hook, why) in doctor::out_of_service(db, &bundle).await {
                for row in running.iter_mut().filter(|row| row.id == hook) {
                    row.state = "out-of-service";
                    row.why.clone_from(&why);
                }
            }
        }
        let mut off = broken(&bundle, &source);
        off.extend(waiting(paths, &source));
        if self.output.is_json() {
            show::json(&[running, off].concat())?;
            return Ok(ExitCode::SUCCESS);
        }
        print(&running, &off, self.output)
    }
}

async fn known(db: &crate::db::Db) -> Result<Known, Trouble> {
    let last_good = match bundles::latest(db).await? {
        Some(stored) => bundles::files(db, &stored).await?,
        None => Files::new(),
    };
    let mut tallies: BTreeMap<String, Tally> =
        traces::tallies(db).await?.into_iter().map(|tally| (tally.hook.clone(), tally)).collect();
    let routes = traces::latest_routes(db, LATEST).await?.into_iter();
    let routes =
        routes.map(|(at, told)| (at, serde_json::from_str::<Detail>(&told).unwrap_or_default().steps));
    let guards = guard_runs::newest(db, "", false, LATEST).await?.into_iter();
    let guards =
        guards.map(|run| (run.at, serde_json::from_str::<Vec<Step>>(&run.steps).unwrap_or_default()));
    for (at, steps) in routes.chain(guards) {
        for step in steps {
            let fresh = || Tally { hook: step.hook.clone(), runs: 0, failed: 0, last_at: at };
            let tally = tallies.entry(step.hook.clone()).or_insert_with(fresh);
            tally.runs += 1;
            tally.failed += i64::from(step.error.is_some());
        }
    }
    Ok(Known { last_good, tallies, lost: lost(db).await? })
}

fn row(hook: &Hook, bundle: &Bundle, source: &Source, known: &Known) -> Row {
    let (on_disk, in_use) = (source.files.get(&hook.file), bundle.files.get(&hook.file));
    let state = match (on_disk == in_use, known.last_good.get(&hook.file) == in_use) {
        (true, _) => "active",
        (false, true) => "last-good",
        (false, false) => "shipped",
    };
    let tally = known.tallies.get(&hook.id);
    let lost = known.lost.get(&hook.id).copied().unwrap_or_default();
    Row {
        state,
        id: hook.id.clone(),
        verb: hook.verb.to_string(),
        point: hook.point.to_string(),
        priority: hook.priority,
        file: hook.file.clone(),
        line: hook.line,
        label: hook.label.clone(),
        runs: tally.map(|tally| tally.runs),
        failed: tally.map(|tally| tally.failed),
        webhooks_given_up: lost.webhooks,
        effects_refused: lost.refused,
        last_run_at: tally.map(|tally| show::stamp(tally.last_at)),
        why: String::new(),
        last: tally.map(|tally| tally.last_at),
    }
}

fn off(state: &'static str, file: &str, label: String) -> Row {
    Row {
        state,
        id: String::new(),
        verb: String::new(),
        point: String::new(),
        priority: 0,
        file: file.to_owned(),
        line: 0,
        label,
        runs: None,
        failed: None,
        webhooks_given_up: 0,
        effects_refused: 0,
        last_run_at: None,
        why: String::new(),
        last: None,
    }
}

/// Scripts with a mistake of which no version runs.
fn broken(bundle: &Bundle, source: &Source) -> Vec<Row> {
    let failed = bundle.failed();
    let gone = failed.iter().filter(|file| file.starts_with("hooks/") && !bundle.files.contains_key(*file));
    gone.map(|file| off("broken", file, source.files.get(file).map_or(String::new(), |text| about(text))))
        .collect()
}

/// Scripts that are switched off: in `available/`, or shipped and gone from the folder.
fn waiting(paths: &Paths, source: &Source) -> Vec<Row> {
    let folder = paths.data.join("hooks");
    let shipped = bundle::shipped();
    let mut found: BTreeMap<String, Row> = BTreeMap::new();
    for name in super::folder::names(&folder.join("available")).unwrap_or_default() {
        let plugin = folder.join("available").join(&name).is_dir();
        let file = format!("hooks/available/{name}{}", if plugin { "/plugin.toml" } else { ".rhai" });
        let text = fs::read_to_string(paths.data.join(&file)).unwrap_or_default();
        let state =
            if shipped.contains_key(&format!("hooks/{name}.rhai")) { "disabled" } else { "available" };
        found.insert(
            name.clone(),
            off(state, &format!("hooks/available/{name}{}", if plugin { "" } else { ".rhai" }), about(&text)),
        );
    }
    let active =
        |path: &str| path.starts_with("hooks/") && path.ends_with(".rhai") && path.matches('/').count() == 1;
    for (path, text) in shipped.iter().filter(|(path, _)| active(path) && folder.is_dir()) {
        let name = super::folder::bare(path).to_owned();
        found.entry(name).or_insert_with(|| off("disabled", path, about(text)));
    }
    found
        .into_iter()
        .filter(|(name, _)| {
            let on = |file: String| source.files.contains_key(&file);
            !on(format!("hooks/{name}.rhai")) && !on(format!("hooks/{name}/plugin.toml"))
        })
        .map(|(_, row)| row)
        .collect()
}

/// A line of the table: the point stands once above its hooks.
#[derive(Serialize)]
struct Line<'a> {
    point: String,
    row: &'a Row,
}

fn print(running: &[Row], off: &[Row], output: show::Output) -> Done {
    let now = Clock::system().now();
    let lines = by_point(running);
    show::List::of(&lines)
        .columns(&["POINT", "PRIORITY", "HOOK", "WHERE", "STATE", "LAST RUN"], |line| {
            let row = line.row;
            let name = if row.label.is_empty() { &row.id } else { &row.label };
            vec![
                show::strong(&line.point),
                show::faint(row.priority.to_string()),
                show::plain(name),
                show::faint(format!("{}:{}", row.file, row.line)),
                state(row.state),
                last(row, now),
            ]
        })
        .empty("No hook is on: nobody is told anything, and no box is ticked. Switch one on with `innkeeper hooks enable NAME`.")
        .print(&output)?;
    for row in running.iter().filter(|row| row.state == "out-of-service") {
        let said = format!(
            "\n{} is out of service: {}. Mend its file, or try it with `innkeeper hooks retry`.",
            row.id, row.why
        );
        say(show::paint(show::Tone::Bad, said));
    }
    if running.iter().any(|row| ["last-good", "shipped"].contains(&row.state)) {
        say(show::paint(
            show::Tone::Look,
            "\nA file has a mistake, and an earlier version of it runs; see `innkeeper check`.",
        ));
    }
    if off.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    say(format!("\n{}", show::title("Off")));
    show::List::of(off)
        .columns(&["SCRIPT", "STATE", "WHAT IT IS FOR"], |row| {
            vec![show::strong(super::folder::bare(&row.file)), state(row.state), show::plain(&row.label)]
        })
        .after("Switch one on with `innkeeper hooks enable SCRIPT`, or begin your own with `innkeeper hooks new`.")
        .print(&output)?;
    Ok(ExitCode::SUCCESS)
}

/// Hooks by point, each point's in the order in which they run; those of a family stand with every point of theirs.
fn by_point(running: &[Row]) -> Vec<Line<'_>> {
    let points: BTreeSet<(&str, &str)> =
        running.iter().map(|row| (row.verb.as_str(), row.point.as_str())).collect();
    let mut lines = Vec::new();
    for (verb, point) in points {
        let serves = |row: &&Row| {
            row.verb == verb
                && (row.point == point
                    || row.point.strip_suffix('*').is_some_and(|family| point.starts_with(family)))
        };
        for (place, row) in running.iter().filter(serves).enumerate() {
            // The point of a schedule says that it is one: `every 1 hour over ticket`.
            let said = point == verb || point.strip_prefix(verb).is_some_and(|rest| rest.starts_with(' '));
            let title = if said { point.to_owned() } else { format!("{verb} {point}") };
            lines.push(Line { point: if place == 0 { title } else { String::new() }, row });
        }
    }
    lines
}

fn state(state: &str) -> show::Cell {
    match state {
        "active" => show::good("active"),
        "last-good" => show::look("runs last good version"),
        "shipped" => show::look("runs shipped version"),
        "out-of-service" => show::bad("out of service"),
        "broken" => show::bad("broken, does not run"),
        other => show::faint(other),
    }
}

fn last(row: &Row, now: i64) -> show::Cell {
    let Some(at) = row.last else { return show::plain("") };
    let ago = show::ago(at, now);
    let said = |n: i64, words: &str| (n > 0).then(|| format!("{n} {words}"));
    let failed = row.failed.unwrap_or_default();
    let parts: Vec<String> = [
        said(failed, &format!("of {} failed", row.runs.unwrap_or_default())),
        said(row.webhooks_given_up, "web-hooks given up"),
        said(row.effects_refused, "effects refused"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { show::faint(ago) } else { show::bad(format!("{ago}, {}", parts.join(", "))) }
}
