//! The unit of work: one hook (or one notification's route) on one event, and what came of it.

mod batch;
mod given_up;
mod keep;

pub(super) use batch::{Met, Start, batch};
pub use keep::{Ready, keep, take_stores};

use super::{
    backoff,
    decoded::{Decoded, Snapshot},
    dispatch::waiting,
};
use crate::{
    app::App,
    bundle::Bundle,
    clock::{DAY, MINUTE},
    effect::{
        Effect, LeftOut, Recipient,
        store::{self, Detail, Run},
        validate::{self, Asked},
    },
    error::{Error, Result},
    event::{
        data::{Account, Failure},
        outbox::StoredEvent,
    },
    health::{Breaker, Occasion},
    hook::{Given, Hook, Input, Notice, Outcome, RouteRun, Routing, RunRecord, Stored, Verb},
    mail::{TemplateInfo, route},
    model::email_key,
    permission::Category,
    plugin, trace,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

/// Events that hooks caused one after the other are followed so far, and no further.
pub const DEEPEST: i64 = 8;
/// How often a run is tried that only the clock stopped.
const TRIES: i64 = 4;
/// How often an event is tried for looking only.
const REHEARSALS: usize = 6;
/// How long an event waits for a hook that is out: as long as a web-hook for its receiver.
const PATIENCE: i64 = 3 * DAY;

/// One run, and everything that is written with it.
#[derive(Debug)]
pub struct Unit {
    /// The line of the trace.
    pub run: Run,
    detail: Detail,
    mails: Vec<Mail>,
    /// How each hook of it ran.
    records: Vec<RunRecord>,
    /// What its hooks saw, if they ran.
    input: Option<Arc<Input>>,
    /// What waits to be carried out, by its place in the plan.
    effects: Vec<(i64, Effect)>,
    /// What takes effect with the plan itself.
    at_once: Vec<Effect>,
    failures: Vec<Failure>,
    depth: i64,
    /// The event's account, for events that the plan announces.
    account: Arc<Account>,
    /// Id of the event's ticket; empty if it has none.
    ticket: String,
}

#[derive(Debug)]
struct Mail {
    ordinal: i64,
    template: String,
    category: Category,
    recipient: Recipient,
    vars: Value,
    /// How many of its template its address gets before it, with other words, from the same plan.
    again: usize,
}

/// What plugins stored, by plugin.
pub type Stores = BTreeMap<String, Stored>;

impl Unit {
    /// What it saw and said.
    pub fn detail(&self) -> &Detail {
        &self.detail
    }

    /// How each of its hooks ran.
    pub fn records(&self) -> &[RunRecord] {
        &self.records
    }

    /// The fields of the event that its hooks, or the core, have read.
    pub fn mentioned(&self) -> Vec<String> {
        self.input.as_ref().map(|input| input.mentioned()).unwrap_or_default()
    }

    /// Who gets a mail, each with the name of its template.
    pub fn mails(&self) -> impl Iterator<Item = (&str, &Recipient)> {
        self.mails.iter().map(|mail| (mail.template.as_str(), &mail.recipient))
    }

    /// True if the plan stores anything.
    fn stores(&self) -> bool {
        self.at_once.iter().any(|effect| matches!(effect, Effect::StoreSet { .. }))
    }

    /// What the plan stores, for the runs that come after it in the same transaction.
    pub fn store_into(&self, stores: &mut Stores) {
        for effect in &self.at_once {
            if let Effect::StoreSet { plugin, key, value } = effect
                && let Some(store) = stores.get_mut(plugin)
            {
                store.insert(key.clone(), value.clone());
                store.retain(|_, value| !value.is_null());
            }
        }
    }
}

/// Runs everything that the bundle has for an event, and stores nothing: what comes of it is the caller's.
/// `snapshot` is the event's account, if it was read already.
///
/// # Errors
/// If the stored event is damaged.
fn meet(
    bundle: &Bundle,
    event: &StoredEvent,
    snapshot: Option<&Snapshot>,
    held: &HashSet<String>,
    round: Round<'_>,
) -> Result<Vec<Unit>> {
    let now = round.now;
    if let Some(times) = round.deadly {
        return Ok(given_up::all(bundle, event, snapshot, round, times));
    }
    let Some(work) = Work::new(bundle, event, snapshot, round)? else { return Ok(Vec::new()) };
    let mut units: Vec<Unit> =
        bundle.templates.notifications(&event.name).map(|info| work.route(info)).collect();
    for hook in bundle.hooks.for_event(&work.input) {
        if let Some((why, tell)) = work.too_much() {
            let is_first = units.iter().all(|unit| unit.failures.is_empty());
            units.push(work.given_up(hook, why, tell && is_first));
        } else if held.contains(&hook.id) {
            let mut unit = work.unit(&hook.id, hook.verb.word(), &hook.file, hook.line);
            waiting(&mut unit.run, now);
            unit.run.bundle.clear();
            units.push(unit);
        } else {
            units.push(work.on(hook, 0));
        }
    }
    Ok(units)
}

/// As [`meet`], for looking only: an event on which just the clock stopped a hook is tried again, since a busy
/// machine is no difference.
///
/// # Errors
/// If the stored event is damaged.
pub fn rehearse(
    bundle: &Bundle,
    event: &StoredEvent,
    snapshot: Option<&Snapshot>,
    stores: &Stores,
) -> Result<Vec<Unit>> {
    let (none, idle, stores) = (HashSet::new(), Breaker::default(), Arc::new(stores.clone()));
    let mut tries = 0;
    loop {
        let round = Round {
            stores: &stores,
            breaker: &idle,
            out: BTreeMap::new(),
            now: event.at,
            cut: None,
            deadly: None,
        };
        let units = meet(bundle, event, snapshot, &none, round)?;
        tries += 1;
        let records = units.iter().flat_map(Unit::records);
        let slow = records.filter_map(|record| record.error.as_ref()).any(|error| error.passing);
        if !slow || tries == REHEARSALS {
            return Ok(units);
        }
    }
}

/// Runs one hook that waited for its turn or for another try; nothing if the bundle has it no more.
///
/// # Errors
/// If the stored event is damaged.
pub async fn again(
    app: &App,
    bundle: Arc<Bundle>,
    event: StoredEvent,
    hook: String,
    attempts: i64,
) -> Result<Option<Unit>> {
    let now = app.clock.now();
    let stores = Arc::new(plugin::stores_for(&app.db, bundle.hooks.find(&hook).into_iter()).await?);
    let out = app.breaker.out_of(&app.db, now, bundle.hooks.find(&hook), |file| bundle.version(file)).await?;
    let breaker = Arc::clone(&app.breaker);
    blocking(move || {
        let round = Round { stores: &stores, breaker: &breaker, out, now, cut: None, deadly: None };
        let Some(work) = Work::new(&bundle, &event, None, round)? else { return Ok(None) };
        let found = bundle.hooks.for_event(&work.input).find(|known| known.id == hook);
        Ok(found.map(|hook| work.on(hook, attempts)))
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal(format!("hooks: {e}")))?
}

/// What stands around a run: stored values, hooks that are out, the clock.
struct Round<'a> {
    stores: &'a Arc<Stores>,
    breaker: &'a Breaker,
    /// Hooks that are out, with the time of their next try.
    out: BTreeMap<String, i64>,
    now: i64,
    /// Set if the event stands in a chain that is too long; true for the first that is too much.
    cut: Option<bool>,
    /// How often the server ended over the event, if that is too often.
    deadly: Option<i64>,
}

/// One event, decoded once for all its hooks.
struct Work<'a> {
    bundle: &'a Bundle,
    event: &'a StoredEvent,
    input: Arc<Input>,
    subjects: route::Subjects,
    account: Arc<Account>,
    /// Id of the event's ticket; empty if it has none.
    ticket: String,
    given: Given,
    breaker: &'a Breaker,
    /// Hooks that are out, with the time of their next try.
    out: BTreeMap<String, i64>,
    now: i64,
    cut: Option<bool>,
}

impl<'a> Work<'a> {
    fn new(
        bundle: &'a Bundle,
        event: &'a StoredEvent,
        snapshot: Option<&Snapshot>,
        Round { stores, breaker, out, now, cut, .. }: Round<'a>,
    ) -> Result<Option<Self>> {
        let Decoded { input, subjects, account, ticket } = Decoded::of(event, snapshot)?;
        let given =
            bundle.hooks.given().with_stores(Arc::clone(stores)).without(out.keys().cloned().collect());
        // Nothing for an event that a later release wrote: this one has no hooks for it.
        Ok(input.map(|input| Self {
            bundle,
            event,
            input,
            subjects,
            account,
            ticket,
            given,
            breaker,
            out,
            now,
            cut,
        }))
    }

    /// Keeps the plan if all of it may be, and nothing of it otherwise.
    fn plan(&self, unit: &mut Unit, hook: &Hook, effects: Vec<Effect>) {
        let asked = Asked {
            account: &self.account,
            ticket: &self.ticket,
            store: crate::hook::plugin::store_of(&hook.file),
        };
        match validate::validate(&effects, &asked) {
            Ok(()) => self.carry(unit, hook, effects),
            Err(forbidden) => {
                unit.detail.effects = effects;
                unit.run.state = "dead".to_owned();
                unit.run.error = Some(format!("{}:{}: {forbidden}", hook.file, hook.line));
                unit.failures.extend(self.told(&hook.id, &hook.file, hook.line, forbidden.to_string()));
            }
        }
    }

    fn unit(&self, hook: &str, verb: &str, file: &str, line: usize) -> Unit {
        Unit {
            run: Run {
                event_id: self.event.id.clone(),
                hook: hook.to_owned(),
                stream: self.event.stream.clone(),
                seq: self.event.seq,
                event_name: self.event.name.clone(),
                account_id: self.event.account_id.clone(),
                verb: verb.to_owned(),
                state: "done".to_owned(),
                attempts: 0,
                next_at: self.now,
                bundle: self.bundle.hash.clone(),
                error: None,
                file: file.to_owned(),
                line: i64::try_from(line).unwrap_or(0),
                operations: 0,
                micros: 0,
                detail: String::new(),
                at: self.now,
            },
            detail: Detail::default(),
            mails: Vec::new(),
            records: Vec::new(),
            input: Some(Arc::clone(&self.input)),
            effects: Vec::new(),
            at_once: Vec::new(),
            failures: Vec::new(),
            depth: self.event.depth,
            account: Arc::clone(&self.account),
            ticket: self.ticket.clone(),
        }
    }

    fn route(&self, info: &TemplateInfo) -> Unit {
        let fixed = self.subjects.concerned(info.category);
        let notice = Notice { template: info.name.clone(), category: info.category, fixed };
        self.routed(info, Ok(self.bundle.hooks.route(&self.input, &notice, &self.given)))
    }

    /// What comes of a route's hooks; or, where they may not run and why, of the core's own choice.
    fn routed(&self, info: &TemplateInfo, run: std::result::Result<RouteRun, String>) -> Unit {
        let file = format!("email-templates/default/{}.html", info.name);
        let mut unit = self.unit(&format!("route:{}", info.name), "route", &file, 0);
        let failed = run.as_ref().err().cloned();
        let run = run.unwrap_or_else(|_| RouteRun {
            routing: Routing { recipients: self.subjects.concerned(info.category), ..Routing::default() },
            records: Vec::new(),
        });
        let settled =
            route::settle(&self.subjects, info.category, run.routing.recipients, run.routing.left_out);
        for record in &run.records {
            self.breaker.note(&self.bundle.hash, Verb::Route, record, Occasion::Event(self.event));
            unit.run.operations += count(record.operations);
            unit.run.micros += count(record.micros);
            unit.failures.extend(self.failure(record));
            unit.detail.steps.push(trace::step(record));
        }
        unit.records = run.records;
        unit.run.error =
            unit.records.iter().find_map(|record| record.error.as_ref().map(ToString::to_string)).or(failed);
        unit.detail.unnamed = route::unnamed(&self.subjects, info.category, &settled);
        unit.detail.left_out = settled.left_out;
        unit.detail.recipients.clone_from(&settled.recipients);
        for (n, recipient) in (0..).zip(settled.recipients) {
            let (template, category) = (info.name.clone(), info.category);
            unit.mails.push(Mail { ordinal: n, template, category, recipient, vars: json!({}), again: 0 });
        }
        unit
    }

    fn on(&self, hook: &Hook, attempts: i64) -> Unit {
        let mut unit = self.unit(&hook.id, hook.verb.word(), &hook.file, hook.line);
        let run = self.bundle.hooks.run_on(hook, &self.input, &self.given);
        let record = &run.record;
        self.breaker.note(&self.bundle.hash, hook.verb, record, Occasion::Event(self.event));
        unit.run.attempts = attempts + 1;
        unit.run.operations = count(record.operations);
        unit.run.micros = count(record.micros);
        unit.detail.settings = json!(record.settings_read);
        unit.detail.stored = json!(record.stored_read);
        unit.detail.log = store::bounded(&record.log);
        unit.run.error = record.error.as_ref().map(ToString::to_string);
        match run.plan {
            Some(plan) => self.plan(&mut unit, hook, plan.effects),
            // It waits for the hook to be back, and then runs in the version of that day.
            None if record.is_out() && self.now - self.event.at < PATIENCE => {
                unit.run.attempts = attempts;
                unit.run.bundle.clear();
                waiting(&mut unit.run, self.out.get(&hook.id).copied().unwrap_or(self.now + MINUTE));
            }
            None if record.error.as_ref().is_some_and(|error| error.passing) && unit.run.attempts < TRIES => {
                waiting(&mut unit.run, self.now + backoff::delay(attempts));
            }
            None => {
                unit.run.state = "dead".to_owned();
                unit.failures.extend(self.failure(record));
            }
        }
        unit.records.push(run.record);
        unit
    }

    /// Turns a plan into rows: mails held to the leak guard and to preferences, web-hooks as they are.
    fn carry(&self, unit: &mut Unit, hook: &Hook, effects: Vec<Effect>) {
        let by = format!("{}:{}", hook.file, hook.line);
        let mut mails = 0;
        for (ordinal, effect) in (0..).zip(&effects) {
            match effect {
                Effect::StoreSet { .. } | Effect::Emit { .. } => unit.at_once.push(effect.clone()),
                Effect::Email { template, to, vars, reason } => {
                    let category =
                        self.bundle.templates.find(template).map_or(Category::General, |info| info.category);
                    let chosen = to.iter().map(|target| Recipient {
                        target: target.clone(),
                        reason: reason.clone(),
                        cc: false,
                        disclose: false,
                        by: by.clone(),
                    });
                    let settled = route::settle_asked(&self.subjects, category, chosen.collect());
                    unit.detail.left_out.extend(settled.left_out);
                    for recipient in settled.recipients {
                        let same = |mail: &&Mail| {
                            let key = email_key(&mail.recipient.target.email);
                            mail.template == *template && key == email_key(&recipient.target.email)
                        };
                        let before: Vec<&Mail> = unit.mails.iter().filter(same).collect();
                        if before.iter().any(|mail| mail.vars == *vars) {
                            let reason = "gets it already".to_owned();
                            let by = by.clone();
                            unit.detail.left_out.push(LeftOut { target: recipient.target, reason, by });
                            continue;
                        }
                        let again = before.len();
                        unit.detail.recipients.push(recipient.clone());
                        let (template, vars) = (template.clone(), vars.clone());
                        unit.mails.push(Mail { ordinal: mails, template, category, recipient, vars, again });
                        mails += 1;
                    }
                }
                other => unit.effects.push((ordinal, other.clone())),
            }
        }
        unit.detail.effects = effects;
    }

    /// What operators are told; failures on what tells of failures are not, or they would feed on themselves.
    fn failure(&self, record: &RunRecord) -> Option<Failure> {
        let failed = record.outcome == Outcome::Failed && !record.is_out();
        let error = record.error.as_ref().filter(|_| failed)?;
        self.told(&record.hook, &record.file, error.report.line, error.report.message.clone())
    }

    fn told(&self, hook: &str, file: &str, line: usize, message: String) -> Option<Failure> {
        (!self.event.name.starts_with("hook.")).then(|| Failure {
            subject: hook.to_owned(),
            file: file.to_owned(),
            line: i64::try_from(line).unwrap_or(0),
            message,
            event_id: self.event.id.clone(),
        })
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
