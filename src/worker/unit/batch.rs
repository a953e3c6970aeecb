//! The events of a batch, one after the other, each met by all its hooks.

use super::{Round, Stores, Unit, blocking, meet};
use crate::{
    app::App,
    bundle::Bundle,
    clock::SECOND,
    error::Result,
    event::outbox::StoredEvent,
    health::TRIAL,
    hook::{Hook, Verb},
    worker::{decoded::Snapshot, recent::Recent, shadow::Seen},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

/// How long a batch may grow before what there is of it is written.
const PATIENCE: i64 = 20 * SECOND;

/// What a batch begins with.
#[derive(Debug)]
pub(in crate::worker) struct Start {
    /// The events, in order.
    pub events: Vec<StoredEvent>,
    /// Hooks with an earlier event of the stream still to come: their events wait behind it.
    pub held: HashSet<String>,
    /// What plugins stored.
    pub stores: Arc<Stores>,
    /// Events of chains that are too long; true for the first that is too much.
    pub cut: BTreeMap<String, bool>,
    /// How often the server ended over the one event that there is, if that is too often.
    pub deadly: Option<i64>,
    /// True if what was met is to be looked at by shadows.
    pub shown: bool,
}

/// What came of a batch.
#[derive(Debug, Default)]
pub(in crate::worker) struct Met {
    /// Every run.
    pub units: Vec<Unit>,
    /// Numbers of the events that were met; those beyond had no time any more.
    pub seqs: Vec<i64>,
    /// For shadows, if they look.
    pub seen: Vec<Seen>,
}

/// Runs everything that the bundle has for these events, off the threads that serve requests.
///
/// # Errors
/// If the database is away.
pub(in crate::worker) async fn batch(app: &App, bundle: &Arc<Bundle>, start: Start) -> Result<Met> {
    let concerned = concerned(bundle, &start);
    let Some(concerned) = concerned else {
        // Not even decoded: most events of a large house concern no script.
        let seqs = start.events.iter().map(|event| event.seq).collect();
        let unheard = |event| Seen::new(event, &start.stores, &[]);
        let seen = start.shown.then(|| start.events.into_iter().map(unheard).collect());
        return Ok(Met { seqs, seen: seen.unwrap_or_default(), ..Met::default() });
    };
    let (now, version) = (app.clock.now(), |file: &str| bundle.version(file));
    let known = app.breaker.known_out(concerned.iter().copied(), version);
    let out = app.breaker.out_of(&app.db, now, concerned, version).await?;
    let trials = known.into_iter().filter(|hook| !out.contains_key(hook)).collect();
    let (app, bundle) = (app.clone(), Arc::clone(bundle));
    blocking(move || Ok(run(&app, &bundle, start, Turns { out, trials }))).await
}

/// Hooks that are out, with the time of their next try; and those that may be tried on one event.
struct Turns {
    out: BTreeMap<String, i64>,
    trials: BTreeSet<String>,
}

fn run(app: &App, bundle: &Bundle, mut start: Start, mut turns: Turns) -> Met {
    let mut met = Met::default();
    let begun = app.clock.now();
    let mut accounts = Accounts { recent: &app.recent, last: None };
    for event in start.events {
        let now = app.clock.now();
        let units = match is_heard(bundle, &event) {
            true => {
                let out = turns.out.clone();
                let (cut, deadly) = (start.cut.get(&event.id).copied(), start.deadly);
                let round = Round { stores: &start.stores, breaker: &app.breaker, out, now, cut, deadly };
                // One event that cannot be read holds up no other.
                let units = accounts
                    .of(&event)
                    .and_then(|snapshot| meet(bundle, &event, Some(snapshot), &start.held, round));
                units.unwrap_or_else(|error| {
                    tracing::error!(%error, event = %event.id, "the stored event is damaged and is passed by");
                    vec![Unit::damaged(bundle, &event, error.to_string(), now)]
                })
            }
            false => Vec::new(),
        };
        met.seqs.push(event.seq);
        for record in units.iter().flat_map(Unit::records) {
            if turns.trials.remove(&record.hook) {
                turns.out.insert(record.hook.clone(), now + TRIAL);
            }
        }
        if start.shown {
            met.seen.push(Seen::new(event.clone(), &start.stores, &units));
        }
        if units.iter().any(|unit| !unit.mails.is_empty()) {
            app.recent.keep(event);
        }
        for unit in units.iter().filter(|unit| unit.stores()) {
            // Nobody has it beside us between two events, so nothing is copied.
            unit.store_into(Arc::make_mut(&mut start.stores));
        }
        let waiting = units.iter().filter(|unit| unit.run.state == "waiting");
        start.held.extend(waiting.map(|unit| unit.run.hook.clone()));
        met.units.extend(units);
        if app.clock.now() - begun > PATIENCE {
            break;
        }
    }
    met
}

/// The account that events carry: it seldom changes from one event of a stream to the next, and is read once until it does.
struct Accounts<'a> {
    recent: &'a Recent,
    last: Option<(Option<String>, Snapshot)>,
}

impl Accounts<'_> {
    fn of(&mut self, event: &StoredEvent) -> Result<&Snapshot> {
        if self.last.as_ref().is_none_or(|(body, _)| *body != event.account) {
            self.last = None;
        }
        let last = match self.last.take() {
            Some(last) => last,
            None => (event.account.clone(), self.recent.snapshot(event)?),
        };
        Ok(&self.last.insert(last).1)
    }
}

fn is_heard(bundle: &Bundle, event: &StoredEvent) -> bool {
    event.name == "schedule.due"
        || bundle.templates.notifications(&event.name).next().is_some()
        || bundle.hooks.on_for(&event.name).next().is_some()
}

/// The hooks that the events concern and that need not wait; nothing if no script and no template hears any of them.
fn concerned<'a>(bundle: &'a Bundle, start: &Start) -> Option<Vec<&'a Arc<Hook>>> {
    let mut heard = false;
    let (mut names, mut hooks) = (HashSet::new(), Vec::new());
    for event in start.events.iter().filter(|event| is_heard(bundle, event)) {
        heard = true;
        if event.name == "schedule.due" {
            // A damaged one is dealt with when its turn comes.
            let due = event.whole().unwrap_or_default();
            let every = due["hook"].as_str().and_then(|id| bundle.hooks.find(id));
            hooks.extend(every.filter(|hook| hook.verb == Verb::Every));
        }
        if names.insert(event.name.as_str()) {
            hooks.extend(bundle.hooks.serving(Verb::Route, &event.name));
            hooks.extend(bundle.hooks.on_for(&event.name).filter(|hook| !start.held.contains(&hook.id)));
        }
    }
    heard.then_some(hooks)
}
