//! Runs that are given up without being tried (again): what hooks caused without end, and what ended the server.

use super::{DEEPEST, Detail, Round, Run, Snapshot, Unit, Work};
use crate::{bundle::Bundle, event::outbox::StoredEvent, hook::Hook};
use std::sync::Arc;

impl Unit {
    /// A run that waited, and is given up.
    pub fn dead(run: Run, why: String) -> Self {
        Self {
            run: Run { state: "dead".to_owned(), error: Some(why), ..run },
            detail: Detail::default(),
            mails: Vec::new(),
            records: Vec::new(),
            input: None,
            effects: Vec::new(),
            at_once: Vec::new(),
            failures: Vec::new(),
            depth: 0,
            account: Arc::default(),
            ticket: String::new(),
        }
    }

    /// Gives it up, with all that it asks for.
    pub fn give_up(&mut self, why: &str) {
        let failure = crate::event::data::Failure {
            subject: self.run.hook.clone(),
            file: self.run.file.clone(),
            line: self.run.line,
            message: why.to_owned(),
            event_id: self.run.event_id.clone(),
        };
        let tell = !self.run.event_name.starts_with("hook.");
        let depth = self.depth;
        *self = Self::dead(self.run.clone(), why.to_owned());
        self.depth = depth;
        self.failures.extend(tell.then_some(failure));
    }

    /// An event that cannot be read: it is passed by, and says so.
    pub(super) fn damaged(bundle: &Bundle, event: &StoredEvent, why: String, now: i64) -> Self {
        let run = Run {
            event_id: event.id.clone(),
            hook: "event".to_owned(),
            stream: event.stream.clone(),
            seq: event.seq,
            event_name: event.name.clone(),
            account_id: event.account_id.clone(),
            verb: "on".to_owned(),
            state: "dead".to_owned(),
            attempts: 0,
            next_at: now,
            bundle: bundle.hash.clone(),
            error: None,
            file: String::new(),
            line: 0,
            operations: 0,
            micros: 0,
            detail: String::new(),
            at: now,
        };
        Self::dead(run, why)
    }
}

impl Work<'_> {
    /// Why no hook runs on the event, if hooks have caused too much already; and whether that is to be told.
    pub(super) fn too_much(&self) -> Option<(String, bool)> {
        if self.event.depth > DEEPEST {
            let why = format!(
                "hooks caused each other {DEEPEST} times over; the chain is cut here, and this hook did not run"
            );
            return Some((why, true));
        }
        let why = "hooks caused event after event, more than may come of one act; the chain is cut here, and this hook did not run";
        self.cut.map(|first| (why.to_owned(), first))
    }

    /// A hook that does not run.
    pub(super) fn given_up(&self, hook: &Hook, why: String, tell: bool) -> Unit {
        let mut unit = self.unit(&hook.id, hook.verb.word(), &hook.file, hook.line);
        if tell {
            unit.failures.extend(self.told(&hook.id, &hook.file, hook.line, why.clone()));
        }
        unit.run.state = "dead".to_owned();
        unit.run.error = Some(why);
        unit
    }
}

/// Everything that the bundle has for an event over which the server ended so many times: no script runs on it any more.
/// Mail that the core itself sends goes out.
pub(super) fn all(
    bundle: &Bundle,
    event: &StoredEvent,
    snapshot: Option<&Snapshot>,
    round: Round<'_>,
    times: i64,
) -> Vec<Unit> {
    let now = round.now;
    let why = format!(
        "the server ended {times} times while its hooks met this event; none of them runs on it any more"
    );
    let work = match Work::new(bundle, event, snapshot, round) {
        Ok(Some(work)) => work,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![Unit::damaged(bundle, event, error.to_string(), now)],
    };
    let routes = bundle.templates.notifications(&event.name).map(|info| work.routed(info, Err(why.clone())));
    let mut units: Vec<Unit> = routes.collect();
    for hook in bundle.hooks.for_event(&work.input) {
        let is_first = units.iter().all(|unit| unit.failures.is_empty());
        units.push(work.given_up(hook, why.clone(), is_first));
    }
    units
}
