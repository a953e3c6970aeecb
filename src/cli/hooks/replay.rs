//! `innkeeper hooks replay`: real history through the scripts on disk, beside what really happened.

use super::guarded;
use crate::{
    cli::{
        Done, Trouble,
        events::filter::{self, Since},
        load_config, open_database, say, show,
    },
    clock::{Clock, DAY},
    config::Paths,
    effect::{
        compare::{Asked, Change, Difference},
        trace::store as traces,
    },
    report::Severity,
    trial::{self, Options, Outcome, Scripts, Which},
};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::process::ExitCode;

/// The exit code if something would differ.
const DIFFERS: u8 = 3;

/// Runs history once more.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  innkeeper hooks replay                                   the last 30 days
  innkeeper hooks replay --since 7d --event 'ticket.*'
  innkeeper hooks replay --since 2026-11-01 --until 2026-11-08 --format json

Nothing is sent or stored. Exit codes: 0 nothing would differ, 3 something would, 1 trouble.")]
pub(super) struct Replay {
    /// From when on: a length of time (30d, 2h), or a date (2026-11-01, in UTC)
    #[arg(long, value_name = "WHEN", default_value = "30d")]
    since: Since,
    /// Until when [default: now]
    #[arg(long, value_name = "WHEN")]
    until: Option<Since>,
    /// Only events and guarded actions of this name, or of a family: ticket.replied, invite.send, 'ticket.*'
    #[arg(long, value_name = "NAME", value_parser = filter::point)]
    event: Option<String>,
    /// Only events of this account: its id, or its name or a part of it
    #[arg(long, value_name = "ID|NAME")]
    account: Option<String>,
    /// How many events, and how many guarded actions, at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    limit: Option<i64>,
    /// How many differences to show; all are counted
    #[arg(long, value_name = "N", default_value_t = 50)]
    show: usize,
    /// Which settings scripts read: those on disk, or those that were live then
    #[arg(long, value_enum, default_value_t)]
    settings: Settings,
    /// How many events to run at once [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    #[command(flatten)]
    output: show::Output,
}

/// Which settings scripts read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Settings {
    /// Those on disk
    #[default]
    Now,
    /// Those that were live when the event happened
    Then,
}

/// What `--format json` gives.
#[derive(Serialize)]
struct Said {
    /// From when on: RFC 3339, UTC.
    since: String,
    until: String,
    #[serde(flatten)]
    outcome: Outcome,
    seconds: f64,
    events_per_second: f64,
}

impl Replay {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let config = load_config(paths)?;
        let scripts = Scripts::read(&paths.data, &config)?;
        refuse_broken(&scripts)?;
        let db = open_database(paths, &config).await?;
        let now = Clock::system().now();
        let account_id = match &self.account {
            Some(words) => filter::account_id(&db, words).await?,
            None => String::new(),
        };
        let (since, until) = (self.since.at(now)?, self.until.map_or(Ok(now + 1), |until| until.at(now))?);
        if since >= until {
            return Err(Trouble::usage("--since is not before --until, so there is nothing between them"));
        }
        let which = Which { since, until, name: self.event.clone().unwrap_or_default(), account_id };
        let limit = self.limit.unwrap_or(i64::MAX);
        let events = trial::count(&db, &which).await?.min(limit);
        let total = events + trial::count_guarded(&db, &which).await?.min(limit);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let keep = &config.retention;
        let whole = traces::whole_since(&db, keep.traces_most).await?.unwrap_or(i64::MIN);
        let traced_since = whole.max(now - keep.traces_days * DAY);
        let options = Options {
            which,
            limit,
            show: self.show,
            threads: self.threads.map_or(cores, usize::from),
            settings_then: self.settings == Settings::Then,
            traced_since,
        };
        let bar = show::progress(u64::try_from(total).unwrap_or_default(), "events and actions");
        let begun = Clock::system().now();
        let outcome = trial::replay(&db, &scripts, &options, |done| bar.inc(done as u64)).await;
        bar.finish_and_clear();
        let (outcome, seconds) = (outcome?, (Clock::system().now() - begun) as f64 / 1_000.0);
        db.close().await;
        let code = if outcome.differs() { ExitCode::from(DIFFERS) } else { ExitCode::SUCCESS };
        if self.output.is_json() {
            let events_per_second = (outcome.events as f64 / seconds.max(0.001)).round();
            show::json(&Said {
                since: show::stamp(since),
                until: show::stamp(until),
                outcome,
                seconds,
                events_per_second,
            })?;
        } else {
            print(&outcome, now, seconds);
        }
        Ok(code)
    }
}

/// What does not load cannot be tried.
pub(super) fn refuse_broken(scripts: &Scripts) -> Result<(), Trouble> {
    let wrong = scripts.base().reports.iter().filter(|report| report.severity == Severity::Error);
    let shown: Vec<String> = wrong.map(ToString::to_string).collect();
    if shown.is_empty() {
        return Ok(());
    }
    Err(Trouble::new(format!(
        "{}\n\nNothing was run, because not all files load; mend them first (`innkeeper check` says the same).",
        shown.join("\n\n")
    )))
}

fn print(outcome: &Outcome, now: i64, seconds: f64) {
    for difference in &outcome.differences {
        say(format!("{}\n", one(difference, now)));
    }
    let hidden = outcome.differ - outcome.differences.len();
    if hidden > 0 {
        say(format!("… and {} more; --show {} lists all.\n", show::count(hidden, "event"), outcome.differ));
    }
    for difference in &outcome.guards.differences {
        say(format!("{}\n", guarded::one(difference, now)));
    }
    let hidden = outcome.guards.differ - outcome.guards.differences.len();
    if hidden > 0 {
        let all = outcome.guards.differ;
        say(format!("… and {} more; --show {all} lists all.\n", show::count(hidden, "guarded action")));
    }
    if outcome.events + outcome.untraced + outcome.guards.asked == 0 {
        say(
            "Nothing happened in that time. Try a longer one, such as --since 90d, or leave out --event and --account.",
        );
        return;
    }
    for line in summary(outcome) {
        say(line);
    }
    let mut met = show::count(outcome.events, "event");
    if outcome.guards.asked > 0 {
        met.push_str(&format!(" and {}", show::count(outcome.guards.asked, "guarded action")));
    }
    let speed = format!("{met} in {seconds:.1} s; nothing was sent or stored.");
    say(show::paint(show::Tone::Faint, speed));
}

/// `3 of 412 notifications would differ`.
fn of(differ: usize, all: usize, noun: &str) -> String {
    format!("{} of {} would differ", number(differ), show::count(all, noun))
}

fn mails(outcome: &Outcome) -> String {
    let mut mails = of(outcome.notifications_differ, outcome.notifications, "notification");
    if outcome.more + outcome.fewer + outcome.other > 0 {
        mails.push_str(&format!(": +{} recipients, −{}", number(outcome.more), number(outcome.fewer)));
        if outcome.other > 0 {
            mails.push_str(&format!(", {} with another reason", number(outcome.other)));
        }
    }
    mails
}

fn summary(outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    if outcome.events > 0 {
        lines.push(format!("{}.", mails(outcome)));
    }
    if outcome.plans > 0 {
        let mut plans = of(outcome.plans_differ, outcome.plans, "plan");
        if outcome.plans_differ > 0 {
            let (more, fewer) = (number(outcome.more_effects), number(outcome.fewer_effects));
            plans.push_str(&format!(": +{more} effects, −{fewer}"));
        }
        lines.push(format!("{plans}."));
    }
    lines.extend(guarded::summary(&outcome.guards));
    if outcome.fails + outcome.guards.fails > 0 {
        let times = show::count(outcome.fails + outcome.guards.fails, "time");
        let fails = format!("Hooks would fail {times} where they did not.");
        lines.push(show::paint(show::Tone::Bad, fails));
    }
    if outcome.waiting > 0 {
        lines.push(format!("Left out: {} that still wait to be tried.", show::count(outcome.waiting, "run")));
    }
    if outcome.untraced > 0 {
        let count = show::count(outcome.untraced, "event");
        lines.push(format!(
            "Left out: {count} whose traces are gone ([retention] traces_days keeps them longer)."
        ));
    }
    if !outcome.unrecorded.is_empty() {
        let keys = outcome.unrecorded.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
        let words = format!(
            "Scripts read stored values that no run recorded then, and found nothing: {keys}. What hangs on them may come out otherwise."
        );
        lines.push(show::paint(show::Tone::Look, words));
    }
    lines
}

/// A number as people read it.
fn number(n: usize) -> String {
    let words = show::count(n, "x");
    words.split(' ').next().unwrap_or_default().to_owned()
}

/// One event of which something else would come.
pub(super) fn one(difference: &Difference, now: i64) -> String {
    let mut text = format!(
        "{}  {}  {}",
        show::title(&difference.name),
        show::clean(&difference.subject),
        show::paint(show::Tone::Faint, format!("{}, {}", show::ago(difference.at, now), difference.event))
    );
    let who = |sign: &str, tone: show::Tone, change: &Change| {
        let by = if change.by.is_empty() { String::new() } else { format!(" ({})", change.by) };
        let template = if change.template.is_empty() { "mail" } else { &change.template };
        format!(
            "\n  {} {template}: {}{by}",
            show::paint(tone, format!("{sign} {}", change.email)),
            show::clean(&change.reason)
        )
    };
    for change in &difference.more {
        text.push_str(&who("+", show::Tone::Good, change));
    }
    for change in &difference.fewer {
        text.push_str(&who("−", show::Tone::Bad, change));
    }
    for change in &difference.other {
        text.push_str(&who("~", show::Tone::Look, change));
    }
    let effect = |sign: &str, tone: show::Tone, asked: &Asked| {
        let kind = asked.effect["kind"].as_str().unwrap_or_default();
        let body: String = asked.effect.to_string().chars().take(200).collect();
        format!(
            "\n  {} {}\n      {}",
            show::paint(tone, format!("{sign} {kind}")),
            show::clean(&asked.hook),
            show::clean(&body)
        )
    };
    for asked in &difference.more_effects {
        text.push_str(&effect("+", show::Tone::Good, asked));
    }
    for asked in &difference.fewer_effects {
        text.push_str(&effect("−", show::Tone::Bad, asked));
    }
    for fails in &difference.fails {
        let error = show::clean(&fails.error).replace('\n', "\n    ");
        text.push_str(&format!(
            "\n  {} {}\n    {error}",
            show::paint(show::Tone::Bad, "fails"),
            show::clean(&fails.hook)
        ));
    }
    for fails in &difference.mended {
        text.push_str(&format!(
            "\n  {} {}",
            show::paint(show::Tone::Good, "no longer fails"),
            show::clean(&fails.hook)
        ));
    }
    text
}
