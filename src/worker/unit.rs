//! The unit of work: one hook (or one notification's route) on one event, and what came of it.

use super::{
    backoff,
    decoded::{Decoded, Snapshot},
    dispatch::waiting,
};
use crate::{
    app::App,
    bundle::Bundle,
    db::Tx,
    effect::{
        Effect, Recipient,
        store::{self, Detail, NewEmail, Run},
    },
    error::{Error, Result},
    event::{
        catalogue::HookFailed,
        data::{Account, Failure},
        outbox::{self, StoredEvent},
    },
    hook::{Given, Hook, Input, Notice, Outcome, RunRecord, Stored},
    id,
    mail::{TemplateInfo, route},
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
}

#[derive(Debug)]
struct Mail {
    ordinal: i64,
    template: String,
    category: Category,
    recipient: Recipient,
    vars: Value,
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

    /// A run whose hook was removed while it waited: it is given up, and says so.
    pub fn gone(run: Run) -> Self {
        let error = Some("the hook was removed while this event waited for it".to_owned());
        Self {
            run: Run { state: "dead".to_owned(), error, ..run },
            detail: Detail::default(),
            mails: Vec::new(),
            records: Vec::new(),
            input: None,
            effects: Vec::new(),
            at_once: Vec::new(),
            failures: Vec::new(),
            depth: 0,
            account: Arc::default(),
        }
    }
}

/// Runs everything that the bundle has for an event, off the threads that serve requests; hooks in
/// `held` wait for their turn.
///
/// # Errors
/// If the stored event is damaged.
pub async fn all(
    app: &App,
    bundle: &Arc<Bundle>,
    event: StoredEvent,
    held: &HashSet<String>,
    stores: &Stores,
) -> Result<Vec<Unit>> {
    let (bundle, held, now) = (Arc::clone(bundle), held.clone(), app.clock.now());
    let stores = stores.clone();
    blocking(move || meet(&bundle, &event, None, &held, &stores, now)).await
}

/// Runs everything that the bundle has for an event, and stores nothing: what comes of it is the caller's.
/// `snapshot` is the event's account, if it was read already.
///
/// # Errors
/// If the stored event is damaged.
pub fn meet(
    bundle: &Bundle,
    event: &StoredEvent,
    snapshot: Option<&Snapshot>,
    held: &HashSet<String>,
    stores: &Stores,
    now: i64,
) -> Result<Vec<Unit>> {
    let Some(work) = Work::new(bundle, event, snapshot, stores, now)? else { return Ok(Vec::new()) };
    let mut units: Vec<Unit> =
        bundle.templates.notifications(&event.name).map(|info| work.route(info)).collect();
    for hook in bundle.hooks.for_event(&work.input) {
        if held.contains(&hook.id) {
            let mut unit = work.unit(&hook.id, "on", &hook.file, hook.line);
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
    let none = HashSet::new();
    let mut tries = 0;
    loop {
        let units = meet(bundle, event, snapshot, &none, stores, event.at)?;
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
    let stores = plugin::stores_for(&app.db, bundle.hooks.find(&hook).into_iter()).await?;
    blocking(move || {
        let Some(work) = Work::new(&bundle, &event, None, &stores, now)? else { return Ok(None) };
        let found = bundle.hooks.for_event(&work.input).find(|known| known.id == hook);
        Ok(found.map(|hook| work.on(hook, attempts)))
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal(format!("hooks: {e}")))?
}

/// One event, decoded once for all its hooks.
struct Work<'a> {
    bundle: &'a Bundle,
    event: &'a StoredEvent,
    input: Arc<Input>,
    subjects: route::Subjects,
    account: Arc<Account>,
    given: Given,
    now: i64,
}

impl<'a> Work<'a> {
    fn new(
        bundle: &'a Bundle,
        event: &'a StoredEvent,
        snapshot: Option<&Snapshot>,
        stores: &Stores,
        now: i64,
    ) -> Result<Option<Self>> {
        if event.depth > DEEPEST {
            tracing::error!(event = %event.id, name = %event.name, "hooks caused each other {DEEPEST} times over; the chain is cut here");
            return Ok(None);
        }
        let Decoded { input, subjects, account } = Decoded::of(event, snapshot)?;
        let given = bundle.hooks.given().with_stores(stores.clone());
        // Nothing for an event that a later release wrote: this one has no hooks for it.
        Ok(input.map(|input| Self { bundle, event, input, subjects, account, given, now }))
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
            account: self.account.clone(),
        }
    }

    fn route(&self, info: &TemplateInfo) -> Unit {
        let file = format!("email-templates/default/{}.html", info.name);
        let mut unit = self.unit(&format!("route:{}", info.name), "route", &file, 0);
        let fixed = self.subjects.concerned(info.category);
        let notice = Notice { template: info.name.clone(), category: info.category, fixed };
        let run = self.bundle.hooks.route(&self.input, &notice, &self.given);
        let settled =
            route::settle(&self.subjects, info.category, run.routing.recipients, run.routing.left_out);
        for record in &run.records {
            unit.run.operations += count(record.operations);
            unit.run.micros += count(record.micros);
            unit.failures.extend(self.failure(record));
            unit.detail.steps.push(trace::step(record));
        }
        unit.records = run.records;
        unit.run.error =
            unit.records.iter().find_map(|record| record.error.as_ref().map(ToString::to_string));
        unit.detail.left_out = settled.left_out;
        unit.detail.recipients.clone_from(&settled.recipients);
        for (n, recipient) in (0..).zip(settled.recipients) {
            let (template, category) = (info.name.clone(), info.category);
            unit.mails.push(Mail { ordinal: n, template, category, recipient, vars: json!({}) });
        }
        unit
    }

    fn on(&self, hook: &Hook, attempts: i64) -> Unit {
        let mut unit = self.unit(&hook.id, "on", &hook.file, hook.line);
        let run = self.bundle.hooks.run_on(hook, &self.input, &self.given);
        let record = &run.record;
        unit.run.attempts = attempts + 1;
        unit.run.operations = count(record.operations);
        unit.run.micros = count(record.micros);
        unit.detail.settings = json!(record.settings_read);
        unit.detail.stored = json!(record.stored_read);
        unit.detail.log = store::bounded(&record.log);
        unit.run.error = record.error.as_ref().map(ToString::to_string);
        match run.plan {
            Some(plan) => self.carry(&mut unit, hook, plan.effects),
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
                    let settled = route::settle(&self.subjects, category, chosen.collect(), Vec::new());
                    unit.detail.left_out.extend(settled.left_out);
                    for recipient in settled.recipients {
                        unit.detail.recipients.push(recipient.clone());
                        let (template, vars) = (template.clone(), vars.clone());
                        unit.mails.push(Mail { ordinal: mails, template, category, recipient, vars });
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
        let error = record
            .error
            .as_ref()
            .filter(|_| record.outcome == Outcome::Failed && !self.event.name.starts_with("hook."))?;
        Some(Failure {
            subject: record.hook.clone(),
            file: record.file.clone(),
            line: i64::try_from(error.report.line).unwrap_or(0),
            message: error.report.message.clone(),
            event_id: self.event.id.clone(),
        })
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Effects that are rows of our own and nobody else's business: they stand or fall with the plan.
async fn carry_out(app: &App, tx: &mut Tx, unit: &Unit, effect: &Effect) -> Result<()> {
    match effect {
        Effect::StoreSet { plugin, key, value } => {
            plugin::store::set(tx, plugin, key, value, unit.run.at).await
        }
        Effect::Emit { name, data } => {
            let act = app.act_of_system(&unit.run.event_id, unit.depth + 1);
            outbox::emit_custom(tx, &act, &unit.account, name, data).await.map(|_| ())
        }
        _ => Ok(()),
    }
}

/// Writes a unit: the run, and with it, or not at all, everything that it asks for.
///
/// # Errors
/// If the database is away.
pub async fn keep(app: &App, tx: &mut Tx, unit: &Unit) -> Result<()> {
    let mut run = unit.run.clone();
    run.detail = serde_json::to_string(&unit.detail).map_err(|e| Error::internal(e.to_string()))?;
    if !store::keep_run(tx, &run).await? {
        return Ok(());
    }
    for mail in &unit.mails {
        let new = NewEmail {
            id: &id::new("em", run.at),
            event_id: &run.event_id,
            cause: if run.verb == "route" { &mail.template } else { &run.hook },
            ordinal: mail.ordinal,
            account_id: run.account_id.as_deref(),
            template: &mail.template,
            category: mail.category.key(),
            to: &mail.recipient.target,
            reason: &mail.recipient.reason,
            by: &mail.recipient.by,
            vars: &mail.vars,
            at: run.at,
        };
        store::keep_email(tx, &new).await?;
    }
    for (ordinal, effect) in &unit.effects {
        store::keep_effect(tx, &id::new("eff", run.at), &run, *ordinal, effect.name(), &json!(effect))
            .await?;
    }
    for effect in &unit.at_once {
        carry_out(app, tx, unit, effect).await?;
    }
    for failure in &unit.failures {
        tracing::error!(event = %run.event_id, hook = %failure.subject, file = %failure.file, line = failure.line, "hook failed: {:?}", failure.message);
        let act = app.act_of_system(&run.event_id, unit.depth + 1);
        outbox::emit(tx, &act, &Account::default(), &HookFailed { failure: failure.clone() }, &[]).await?;
        app.metrics.hooks_failed.inc();
    }
    Ok(())
}
