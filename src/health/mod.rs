//! The circuit breaker: which hooks keep failing, and are out until they are mended or a while has passed.
//!
//! Runs are tallied in memory, by the nodes that make them, and folded into one row for each hook. The fold is pure;
//! `worker/health.rs` stores it and says what happened. All nodes read from the rows who is out.

mod again;
pub mod store;
#[cfg(test)]
mod tests;

pub use again::try_now;

use crate::{
    clock::{HOUR, MINUTE},
    db::Db,
    error::Result,
    event::{data::Failure, outbox::StoredEvent},
    hook::{Hook, Outcome, RunRecord, Verb},
};
use arc_swap::ArcSwap;
use sqlx::FromRow;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Notify;

/// So many failures within the window, and no fewer: one bad event that is tried a few times puts no hook out.
const FAILURES: i64 = 5;
/// And this share of the runs in it, so that a busy hook that fails on a few odd events goes on.
const SHARE: (i64, i64) = (1, 2);
/// And for so many accounts, where a failure may come of what a customer typed and would touch others: nobody puts a guard
/// or a route out of service for everybody.
const ACCOUNTS: usize = 2;
/// Accounts that are kept in mind.
const NAMED: usize = 8;
/// The window is the present half and the one before it: between five and ten minutes.
const HALF: i64 = 5 * MINUTE;
/// Out for five minutes at first, as long as a restart of what it depends on takes; then twice as long each time.
const PAUSE: i64 = 5 * MINUTE;
/// Never longer than that, so that a hook whose cause has gone is back the same day.
const LONGEST: i64 = 6 * HOUR;
/// A hook that was back for less is as good as never back.
const STEADY: i64 = HOUR;
/// How long the one run that tries may take to be counted.
pub const TRIAL: i64 = MINUTE;

/// What the runs of a hook came to since the last fold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// The kind of hook.
    pub verb: String,
    /// Its script.
    pub file: String,
    /// How many runs.
    pub runs: i64,
    /// How many of them failed.
    pub failures: i64,
    /// How many of them came to a good end. Of the rest, some count as no failure.
    pub good: i64,
    /// The last failure.
    pub last: Option<Last>,
    /// True if a run failed that no outbox knows of, and nobody was told.
    pub unsaid: bool,
    /// For whom it failed: accounts, or people without one; a handful is enough.
    pub whose: BTreeSet<String>,
    /// True if it must not run again as it is.
    pub leaks: bool,
}

/// What a run was for.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// An event.
    Event(&'a StoredEvent),
    /// An act or a page of this account, or person without one.
    Act(&'a str),
    /// A form that was only shown: it fails or not by what was typed so far, and decides nothing.
    Form,
}

impl Occasion<'_> {
    /// The account, else who acts; guests are all the same, since nobody knows how many they are.
    fn whose(self) -> String {
        match self {
            Self::Event(event) => match &event.account_id {
                Some(account) => account.clone(),
                None if event.actor.contains(r#""kind":"guest""#) => "guest".to_owned(),
                None => event.stream.clone(),
            },
            Self::Act(who) => who.to_owned(),
            Self::Form => String::new(),
        }
    }
}

/// A failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    /// As events carry it.
    pub failure: Failure,
    /// As people read it, with the line.
    pub report: String,
}

/// A hook's row.
#[derive(Clone, Debug, Default, PartialEq, FromRow)]
pub struct Health {
    /// The hook's id.
    pub hook: String,
    /// The kind of hook.
    pub verb: String,
    /// Its script.
    pub file: String,
    /// Hash of what it stands on.
    pub version: String,
    /// Since when it is counted.
    pub since: i64,
    /// Runs since then.
    pub runs: i64,
    /// Failed ones.
    pub failures: i64,
    half: i64,
    half_runs: i64,
    half_failures: i64,
    before_runs: i64,
    before_failures: i64,
    /// When it last failed.
    pub failed_at: Option<i64>,
    /// The last [`Failure`] as JSON.
    pub failure: Option<String>,
    /// The same for people, with the line.
    pub report: Option<String>,
    /// When `hook.failed` was last emitted for a run outside the outbox.
    pub said_at: i64,
    /// Since when it is out, if it is.
    pub out_at: Option<i64>,
    /// When it may be tried again.
    pub retry_at: i64,
    /// How often it was put out in a row.
    pub outs: i64,
    trial_until: i64,
    back_at: i64,
    /// For whom it failed in the window, a line each.
    whose: String,
}

/// What a fold changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing that anybody waits for.
    None,
    /// It is out from now on.
    Out,
    /// The trial failed: it stays out, for longer.
    StillOut,
    /// It is back; the words say why.
    Back(&'static str),
}

/// Why a hook is back whose file changed.
pub const MENDED: &str = "its file changed";
const TRIED: &str = "it worked when it was tried again";

impl Health {
    /// A hook nobody has counted yet.
    pub fn fresh(hook: &str, version: &str, now: i64) -> Self {
        Self { hook: hook.to_owned(), version: version.to_owned(), since: now, ..Self::default() }
    }

    /// Takes up what was tallied of the hook in this version.
    pub fn fold(&mut self, tally: &Tally, version: &str, now: i64) -> Turn {
        let mended = self.renew(version, now);
        self.verb.clone_from(&tally.verb);
        self.file.clone_from(&tally.file);
        self.count(tally, now);
        if mended {
            return Turn::Back(MENDED);
        }
        let keeps_failing = tally.leaks || self.keeps_failing();
        match self.out_at {
            Some(_) if self.trial_until == 0 => Turn::None,
            Some(_) if tally.failures > 0 => {
                self.put_out(now);
                Turn::StillOut
            }
            Some(_) if tally.good > 0 => {
                self.put_back(now);
                Turn::Back(TRIED)
            }
            // What the clock stopped, or a limit on what somebody typed, shows neither; it has another trial soon.
            Some(_) => Turn::None,
            None if keeps_failing => {
                self.outs = if now - self.back_at < STEADY { self.outs } else { 0 };
                self.out_at = Some(now);
                self.put_out(now);
                Turn::Out
            }
            None => Turn::None,
        }
    }

    /// Begins anew if the hook has another version; true if that brings it back.
    pub fn renew(&mut self, version: &str, now: i64) -> bool {
        if self.version == version {
            return false;
        }
        let was_out = self.out_at.is_some();
        *self = Self { said_at: self.said_at, ..Self::fresh(&self.hook, version, now) };
        was_out
    }

    fn count(&mut self, tally: &Tally, now: i64) {
        let half = now / HALF;
        if half != self.half {
            let follows = half == self.half + 1;
            (self.before_runs, self.before_failures) =
                if follows { (self.half_runs, self.half_failures) } else { (0, 0) };
            (self.half, self.half_runs, self.half_failures) = (half, 0, 0);
            if !follows {
                self.whose.clear();
            }
        }
        self.runs += tally.runs;
        self.failures += tally.failures;
        self.half_runs += tally.runs;
        self.half_failures += tally.failures;
        let known: BTreeSet<String> = self.whose.lines().map(str::to_owned).collect();
        let all: Vec<&str> = known.union(&tally.whose).map(String::as_str).take(NAMED).collect();
        self.whose = all.join("\n");
        if let Some(last) = &tally.last {
            self.failed_at = Some(now);
            self.failure = serde_json::to_string(&last.failure).ok();
            self.report = Some(last.report.clone());
        }
    }

    fn keeps_failing(&self) -> bool {
        let (runs, failures) = (self.half_runs + self.before_runs, self.half_failures + self.before_failures);
        let many = failures >= FAILURES && failures * SHARE.1 >= runs * SHARE.0;
        match self.verb.as_str() {
            // While it fails, nothing is given; were it out, that would be so for those as well for whom it works.
            "permission_defaults" => false,
            "before" | "route" => many && self.whose.lines().count() >= ACCOUNTS,
            _ => many,
        }
    }

    fn put_out(&mut self, now: i64) {
        let pause = PAUSE.saturating_mul(1 << self.outs.clamp(0, 20)).min(LONGEST);
        self.outs += 1;
        self.retry_at = now + pause;
        self.trial_until = 0;
    }

    fn put_back(&mut self, now: i64) {
        let kept = Self {
            outs: self.outs,
            since: self.since,
            runs: self.runs,
            failures: self.failures,
            ..Self::default()
        };
        *self = Self {
            hook: std::mem::take(&mut self.hook),
            verb: std::mem::take(&mut self.verb),
            file: std::mem::take(&mut self.file),
            version: std::mem::take(&mut self.version),
            failed_at: self.failed_at,
            failure: self.failure.take(),
            report: self.report.take(),
            said_at: self.said_at,
            back_at: now,
            ..kept
        };
    }

    /// The last failure, if any.
    pub fn last_failure(&self) -> Option<Failure> {
        serde_json::from_str(self.failure.as_deref()?).ok()
    }
}

/// A hook that is out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Out {
    /// In which version.
    pub version: String,
    /// When it may be tried again.
    pub retry_at: i64,
}

/// Tallies by hook and bundle.
pub type Tallies = BTreeMap<(String, String), Tally>;

/// What this node has tallied, and what it knows of who is out.
#[derive(Debug, Default)]
pub struct Breaker {
    tallies: Mutex<Tallies>,
    out: ArcSwap<BTreeMap<String, Out>>,
    /// Told when a run failed, so that it is folded soon.
    pub failed: Notify,
}

impl Breaker {
    /// Tallies a run on an event, or on none. Runs that did not happen, because the hook is out, and those on events about
    /// hooks are not counted: they would feed on themselves. What only the clock stopped counts as no failure: a machine
    /// that has much to do must put no hook out. A form that is only shown counts as no run: what it shows decides nothing.
    pub fn note(&self, bundle: &str, verb: Verb, record: &RunRecord, occasion: Occasion<'_>) {
        let event = match occasion {
            Occasion::Event(event) => Some(event),
            _ => None,
        };
        if record.is_out() || event.is_some_and(|event| event.name.starts_with("hook.")) {
            return;
        }
        let counts = !matches!(occasion, Occasion::Form);
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = tallies.entry((record.hook.clone(), bundle.to_owned())).or_default();
        tally.runs += i64::from(counts);
        tally.good += i64::from(counts && record.outcome != Outcome::Failed);
        if tally.file.is_empty() {
            (tally.verb, tally.file) = (verb.to_string(), record.file.clone());
        }
        let failed = record.error.as_ref().filter(|_| record.outcome == Outcome::Failed);
        let Some(error) = failed.filter(|error| !error.passing) else { return };
        // Where a guard meets a limit, it refuses the one request that was too much for it.
        let guards = matches!(verb, Verb::Before | Verb::PermissionDefaults);
        if counts && !(guards && record.met_a_limit()) {
            tally.failures += 1;
            if tally.whose.len() < NAMED {
                tally.whose.insert(occasion.whose());
            }
        }
        tally.leaks |= record.leaks();
        tally.unsaid |= event.is_none();
        tally.last = Some(Last {
            failure: Failure {
                subject: record.hook.clone(),
                file: record.file.clone(),
                line: i64::try_from(error.report.line).unwrap_or(0),
                message: error.report.message.clone(),
                event_id: event.map(|event| event.id.clone()).unwrap_or_default(),
            },
            report: error.to_string(),
        });
        self.failed.notify_one();
    }

    /// What was tallied since the last time, in order of hooks.
    pub fn take(&self) -> Tallies {
        std::mem::take(&mut *self.tallies.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces what this node knows of who is out.
    pub fn learn(&self, out: BTreeMap<String, Out>) {
        self.out.store(Arc::new(out));
    }

    /// Which of these hooks are out in their present version, as far as this node knows.
    pub fn known_out<'a>(
        &self,
        hooks: impl IntoIterator<Item = &'a Arc<Hook>>,
        version: impl Fn(&str) -> String,
    ) -> BTreeSet<String> {
        self.those_out(hooks, version).into_iter().map(|(hook, _)| hook).collect()
    }

    /// Which of these hooks are out, each with the time of its next try; one whose time has come is left in for this once, if
    /// no other run has it.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn out_of<'a>(
        &self,
        db: &Db,
        now: i64,
        hooks: impl IntoIterator<Item = &'a Arc<Hook>>,
        version: impl Fn(&str) -> String,
    ) -> Result<BTreeMap<String, i64>> {
        let mut out = BTreeMap::new();
        for (hook, retry_at) in self.those_out(hooks, version) {
            if retry_at > now {
                out.insert(hook, retry_at);
                continue;
            }
            let mut tx = db.begin().await?;
            let ours = store::claim_trial(&mut tx, &hook, now).await?;
            tx.commit().await?;
            self.rest(&hook, now + TRIAL);
            if !ours {
                out.insert(hook, now + TRIAL);
            }
        }
        Ok(out)
    }

    fn those_out<'a>(
        &self,
        hooks: impl IntoIterator<Item = &'a Arc<Hook>>,
        version: impl Fn(&str) -> String,
    ) -> Vec<(String, i64)> {
        let out = self.out.load();
        // Nearly always nobody is, and then nothing is asked of anybody.
        if out.is_empty() {
            return Vec::new();
        }
        let known = |hook: &Arc<Hook>| {
            let known = out.get(&hook.id).filter(|known| known.version == version(&hook.file))?;
            Some((hook.id.clone(), known.retry_at))
        };
        hooks.into_iter().filter_map(known).collect()
    }

    /// Lets this node not ask again for a trial before `until`.
    fn rest(&self, hook: &str, until: i64) {
        self.out.rcu(|out| {
            let mut out = BTreeMap::clone(out);
            if let Some(one) = out.get_mut(hook) {
                one.retry_at = one.retry_at.max(until);
            }
            out
        });
    }
}
