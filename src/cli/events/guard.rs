//! Guarded actions of the past: one with all that its hooks saw and said, and a list of them.

use super::{
    filter::{Since, account_id},
    tree::steps,
};
use crate::{
    cli::{
        Done, Trouble, load_config, open_database,
        show::{self, Tone, Tree, clean, paint},
    },
    clock::Clock,
    config::Paths,
    db::Db,
    effect::store::Step,
    event::{
        data::Person,
        guard::{self, GUARDS},
    },
    report::did_you_mean,
    trace::{
        DEFAULTS,
        store::{self, StoredGuardRun},
    },
};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;
use std::process::ExitCode;

/// Lists guarded actions: what was asked of `before` and `permission_defaults` hooks.
#[derive(Debug, Args)]
pub(super) struct Guards {
    /// Only this action, or a family: invite.send, 'ticket.*', permission_defaults
    #[arg(long, value_name = "NAME", value_parser = action)]
    action: Option<String>,
    /// Only actions of this account: its id, or its name or a part of it
    #[arg(long, value_name = "ID|NAME")]
    account: Option<String>,
    /// Only those of which that became
    #[arg(long, value_enum)]
    verdict: Option<Verdict>,
    /// Only those in which a hook failed
    #[arg(long)]
    failed: bool,
    /// Only actions since then: a length of time (30d, 2h), or a date (2026-11-01, in UTC)
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// How many, at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    #[command(flatten)]
    output: show::Output,
}

/// What the hooks made of an action.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Verdict {
    /// It passed as it was
    Allowed,
    /// Hooks set or locked something
    Amended,
    /// A hook refused it
    Denied,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Amended => "amended",
            Self::Denied => "denied",
        }
    }
}

/// A guarded action, as `events guards` and `events show grd_… --format json` say it.
#[derive(Serialize)]
struct Told {
    id: String,
    action: String,
    /// RFC 3339, UTC.
    at: String,
    account_id: Option<String>,
    actor: Person,
    /// `allowed`, `amended` or `denied`.
    verdict: String,
    failed: bool,
    bundle: String,
    /// What the hooks saw, the account included.
    draft: Value,
    /// What came of it: `denied`, `locked`, `set`; of `permission_defaults` what they ticked and locked.
    answer: Value,
    /// Each hook that had a say.
    hooks: Vec<Step>,
    #[serde(skip)]
    when: i64,
}

impl Told {
    fn of(run: &StoredGuardRun) -> Result<Self, Trouble> {
        Ok(Self {
            id: run.id.clone(),
            action: run.action.clone(),
            at: show::stamp(run.at),
            account_id: run.account_id.clone(),
            actor: serde_json::from_str(&run.actor).unwrap_or_default(),
            verdict: run.verdict.clone(),
            failed: run.failed,
            bundle: run.bundle.clone(),
            draft: run.whole()?,
            answer: serde_json::from_str(&run.answer)?,
            hooks: serde_json::from_str(&run.steps)?,
            when: run.at,
        })
    }

    /// Who asked, in a word or two.
    fn who(&self) -> &str {
        let words = [&self.actor.name, &self.actor.email, &self.actor.kind];
        words.into_iter().find(|word| !word.is_empty()).map_or("", String::as_str)
    }

    /// What the hooks said, in a few words.
    fn said(&self) -> show::Cell {
        match (self.failed, self.refusal()) {
            (_, Some(why)) => show::bad(format!("refused: {why}")),
            (true, None) => show::bad("a hook failed"),
            (false, None) if self.hooks.is_empty() => show::faint("no hook met it"),
            (false, None) => show::plain(&self.verdict),
        }
    }

    /// Why it was refused, and by which line.
    fn refusal(&self) -> Option<String> {
        let why = self.answer["denied"].as_str()?;
        let by = self.hooks.iter().find(|step| step.outcome == "denied");
        let by = by.or_else(|| self.hooks.iter().find(|step| step.outcome == "failed"));
        Some(by.map_or_else(|| why.to_owned(), |step| format!("{why} ({})", step.place)))
    }

    fn draw(&self) -> Tree {
        let mut tree = Tree::new(format!(
            "{} {}",
            show::title(&self.action),
            paint(Tone::Faint, format!("{}, bundle {}", self.id, self.bundle))
        ));
        if self.hooks.is_empty() {
            tree.leaf("no hook met it");
        }
        steps(&mut tree, &self.hooks);
        match self.refusal() {
            Some(why) => tree.leaf(paint(Tone::Bad, format!("refused: {}", clean(&why)))),
            None => tree.leaf(paint(Tone::Good, &self.verdict)),
        }
        for (what, said) in
            self.answer.as_object().into_iter().flatten().filter(|(what, _)| *what != "denied")
        {
            match said {
                Value::Object(map) => {
                    map.iter().for_each(|(name, value)| tree.leaf(clean(&format!("{what} {name}: {value}"))));
                }
                Value::Array(list) if !list.is_empty() => tree.leaf(clean(&format!("{what}: {said}"))),
                Value::Bool(true) => tree.leaf(clean(what)),
                _ => {}
            }
        }
        tree
    }
}

/// A guarded action's name, or a family of them.
fn action(text: &str) -> Result<String, String> {
    let names = || GUARDS.iter().map(|kind| kind.name).chain([DEFAULTS]);
    let family =
        |name: &str| text.strip_suffix(".*").is_some_and(|word| name.split('.').next() == Some(word));
    if names().any(|name| name == text || family(name)) {
        return Ok(text.to_owned());
    }
    let hint = did_you_mean(text, names())
        .map_or("docs/reference.md has all of them".to_owned(), |near| format!("did you mean {near}?"));
    Err(format!("there is no such guarded action; {hint}"))
}

/// True for the id of a guarded action rather than that of an event.
pub(in crate::cli) fn is_one(id: &str) -> bool {
    id.starts_with("grd_")
}

/// The guarded action of this id.
///
/// # Errors
/// [`Trouble`] if there is none.
pub(in crate::cli) async fn find(db: &Db, id: &str) -> Result<StoredGuardRun, Trouble> {
    store::lookup(db, id).await?.ok_or_else(|| {
        Trouble::new(format!(
            "there is no guarded action {id:?}; `innkeeper events guards` has their ids. They are forgotten after the days that [retention] says."
        ))
    })
}

/// Prints one, whole.
///
/// # Errors
/// [`Trouble`] if it is damaged.
pub(super) fn show(run: &StoredGuardRun, output: show::Output) -> Result<(), Trouble> {
    let told = Told::of(run)?;
    if output.is_json() {
        return show::json(&told);
    }
    show::line(clean(&serde_json::to_string_pretty(&told.draft)?));
    let doc = guard::find(&told.action).map_or("", |kind| kind.doc.trim());
    show::line(format!("\n{}  {}", show::title(&told.action), paint(Tone::Faint, doc)));
    let when = show::moment(told.when, Clock::system().now());
    show::line(clean(&format!(
        "{when}, by {} <{}> ({})",
        told.actor.name, told.actor.email, told.actor.kind
    )));
    show::line(format!("\n{}", told.draw()));
    Ok(())
}

impl Guards {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let db = open_database(paths, &load_config(paths)?).await?;
        let now = Clock::system().now();
        let account = match &self.account {
            Some(words) => account_id(&db, words).await?,
            None => String::new(),
        };
        let which = store::Which {
            since: self.since.map(|since| since.at(now)).transpose()?.unwrap_or(i64::MIN),
            until: i64::MAX,
            action: self.action.as_deref().unwrap_or_default(),
            account_id: &account,
        };
        let verdict = self.verdict.map_or("", Verdict::word);
        let found = store::latest(&db, &which, verdict, self.failed, self.limit).await?;
        db.close().await;
        let rows = found.iter().map(Told::of).collect::<Result<Vec<_>, _>>()?;
        show::List::of(&rows)
            .columns(&["WHEN", "ACTION", "WHO", "WHAT WAS SAID", "ID"], |row| {
                vec![
                    show::faint(show::ago(row.when, now)),
                    show::strong(&row.action),
                    show::plain(row.who()),
                    row.said(),
                    show::faint(&row.id),
                ]
            })
            .empty("No such action. Leave out options to see more; an action that was asked about stands here a moment later.")
            .print(&self.output)?;
        Ok(ExitCode::SUCCESS)
    }
}
