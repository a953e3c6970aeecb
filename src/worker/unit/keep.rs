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
    event::{catalogue::HookFailed, data::Account, outbox},
    id, plugin,
};
use serde_json::json;

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

/// Writes units: each run, and with it, or not at all, everything that it asks for.
///
/// # Errors
/// If the database is away.
pub async fn keep(app: &App, tx: &mut Tx, units: &[Unit]) -> Result<()> {
    let runs = units.iter().map(row).collect::<Result<Vec<Run>>>()?;
    let mut kept = store::keep_runs(tx, &runs).await?;
    // A run that was settled before, here or by another node, has its plan already.
    let units: Vec<&Unit> = units
        .iter()
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
        let event = &unit.run.event_id;
        tracing::error!(event, hook = %failure.subject, file = %failure.file, line = failure.line, "hook failed: {:?}", failure.message);
        let act = app.act_of_system(event, unit.depth + 1);
        outbox::emit(tx, &act, &Account::default(), &HookFailed { failure: failure.clone() }, &[]).await?;
        app.metrics.hooks_failed.inc();
    }
    Ok(())
}
