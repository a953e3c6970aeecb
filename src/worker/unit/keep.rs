//! Writing what came of hooks on events.

use super::Unit;
use crate::{
    app::App,
    db::Tx,
    effect::{
        Effect,
        store::{self, NewEffect, NewEmail, Run},
    },
    error::{Error, Result},
    event::outbox,
    id, plugin,
    worker::{say_failed, unit::Stores},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Unit {
    /// The stores that its plan writes: its script's own, if it writes at all.
    fn writes(&self) -> impl Iterator<Item = &str> {
        self.at_once.iter().filter_map(|effect| match effect {
            Effect::StoreSet { plugin, .. } => Some(plugin.as_str()),
            _ => None,
        })
    }

    /// True if what it read of the store that it writes stands there still.
    fn is_fresh(&self, stores: &Stores) -> bool {
        let Some(store) = self.writes().next().and_then(|name| stores.get(name)) else { return true };
        let mut read = self.detail.stored.as_object().into_iter().flatten();
        read.all(|(key, value)| store.get(key).unwrap_or(&Value::Null) == value)
    }
}

/// Takes the stores that units write for this transaction, and says whether all that they read of them stands there
/// still: if not, somebody else wrote meanwhile, and they must run again, or a count would lose what the other counted.
/// Comes first in a transaction: those who hold a stream never wait for a store.
///
/// # Errors
/// If the database is away.
pub async fn take_stores(tx: &mut Tx, Ready { units, .. }: &Ready<'_>) -> Result<bool> {
    let names: BTreeSet<String> = units.iter().flat_map(|unit| unit.writes()).map(str::to_owned).collect();
    if names.is_empty() {
        return Ok(true);
    }
    for name in &names {
        tx.alone(&format!("store {name}")).await?;
    }
    let mut stores = plugin::store::load(&mut *tx, names).await?;
    for unit in units {
        if !unit.is_fresh(&stores) {
            return Ok(false);
        }
        unit.store_into(&mut stores);
    }
    Ok(true)
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

/// Units with their runs as they are written: made before the transaction, which others wait for.
#[derive(Debug)]
pub struct Ready<'a> {
    units: Vec<&'a Unit>,
    runs: Vec<Run>,
}

impl<'a> Ready<'a> {
    /// Makes them ready.
    ///
    /// # Errors
    /// Never, for what hooks saw and said.
    pub fn of(units: impl IntoIterator<Item = &'a Unit>) -> Result<Self> {
        let units: Vec<&Unit> = units.into_iter().collect();
        let runs = units.iter().map(|unit| row(unit)).collect::<Result<Vec<Run>>>()?;
        Ok(Self { units, runs })
    }
}

/// Writes units: each run, and with it, or not at all, everything that it asks for.
///
/// # Errors
/// If the database is away.
pub async fn keep(app: &App, tx: &mut Tx, Ready { units, runs }: Ready<'_>) -> Result<()> {
    let mut kept = store::keep_runs(tx, &runs).await?;
    // A run that was settled before, here or by another node, has its plan already.
    let units: Vec<&Unit> = units
        .into_iter()
        .filter(|unit| kept.remove(&(unit.run.event_id.clone(), unit.run.hook.clone())))
        .collect();
    store::keep_emails(tx, units.iter().flat_map(|unit| mails(unit)).collect()).await?;
    store::keep_effects(tx, units.iter().flat_map(|unit| effects(unit)).collect()).await?;
    for unit in units {
        for effect in &unit.at_once {
            carry_out(app, tx, unit, effect).await?;
        }
        tell(app, tx, unit).await?;
    }
    Ok(())
}

fn row(unit: &Unit) -> Result<Run> {
    let detail = serde_json::to_string(&unit.detail).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Run { detail, ..unit.run.clone() })
}

fn mails(unit: &Unit) -> impl Iterator<Item = NewEmail<'_>> {
    let run = &unit.run;
    unit.mails.iter().map(|mail| NewEmail {
        id: id::new("em", run.at),
        event_id: &run.event_id,
        cause: store::cause_of(&run.verb, &run.hook, &mail.template, mail.again),
        ordinal: mail.ordinal,
        account_id: run.account_id.as_deref(),
        thread: (!unit.ticket.is_empty()).then_some((unit.ticket.as_str(), run.seq)),
        template: &mail.template,
        category: mail.category.key(),
        to: &mail.recipient.target,
        reason: &mail.recipient.reason,
        by: &mail.recipient.by,
        vars: &mail.vars,
        at: run.at,
    })
}

fn effects(unit: &Unit) -> impl Iterator<Item = NewEffect<'_>> {
    unit.effects.iter().map(|(ordinal, effect)| NewEffect {
        id: id::new("eff", unit.run.at),
        run: &unit.run,
        ordinal: *ordinal,
        kind: effect.name(),
        body: json!(effect).to_string(),
    })
}

/// Tells operators what failed.
async fn tell(app: &App, tx: &mut Tx, unit: &Unit) -> Result<()> {
    for failure in &unit.failures {
        let act = app.act_of_system(&unit.run.event_id, unit.depth + 1);
        say_failed(app, tx, &act, failure.clone()).await?;
    }
    Ok(())
}
