//! Writing what came of one hook on one event.

use super::Unit;
use crate::{
    app::App,
    db::Tx,
    effect::{
        Effect,
        store::{self, NewEmail},
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
