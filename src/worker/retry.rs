//! Runs that wait: for another try, or behind an earlier event of their stream; and web-hooks.

use super::{
    Stop, backoff,
    unit::{self, Unit},
    webhook::{Failure, Webhooks},
};
use crate::{
    app::App,
    clock::MINUTE,
    effect::store::{self, WaitingEffect},
    error::Result,
    event::outbox,
};
use serde_json::Value;
use std::time::Duration;

const LEASE: i64 = 2 * MINUTE;

/// Tries what waits, until told to stop.
pub async fn run(app: App, webhooks: Webhooks, mut stop: Stop) {
    while !stop.is_asked() {
        let woken = app.db.wake().effects.notified();
        let tried = drain(&app, &webhooks).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "effect queue");
            0
        });
        if tried == 0 {
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(Duration::from_millis(1_000)) => {}
                () = stop.asked() => {}
            }
        }
    }
}

/// Tries everything that is due, once; gives how much there was.
///
/// # Errors
/// If the database is away.
pub async fn drain(app: &App, webhooks: &Webhooks) -> Result<usize> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let runs = store::claim_runs(&mut tx, &app.node, now, LEASE, 10).await?;
    let effects = store::claim_effects(&mut tx, &app.node, now, LEASE, 10).await?;
    tx.commit().await?;
    let count = runs.len() + effects.len();
    for (event_id, hook) in runs {
        try_run(app, &event_id, &hook).await?;
    }
    let mut under_way = tokio::task::JoinSet::new();
    for effect in effects {
        let (app, webhooks) = (app.clone(), webhooks.clone());
        under_way.spawn(async move { try_effect(&app, &webhooks, effect).await });
    }
    while let Some(ended) = under_way.join_next().await {
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the outcome of a web-hook was not written down; it is sent again when its lease ends");
        }
    }
    Ok(count)
}

async fn try_run(app: &App, event_id: &str, hook: &str) -> Result<()> {
    let Some(event) = outbox::lookup(&app.db, event_id).await? else { return Ok(()) };
    let Some(before) = store::runs(&app.db, event_id).await?.into_iter().find(|run| run.hook == hook) else {
        return Ok(());
    };
    // A retry sees what its first try saw: the bundle of then.
    let bundle = app.bundle_of(&before.bundle).await?;
    let unit = unit::again(app, bundle, event, hook.to_owned(), before.attempts).await?;
    let unit = unit.unwrap_or_else(|| Unit::gone(before));
    let mut tx = app.db.begin().await?;
    unit::keep(app, &mut tx, &unit).await?;
    tx.commit().await
}

async fn try_effect(app: &App, webhooks: &Webhooks, effect: WaitingEffect) -> Result<()> {
    let body: Value = serde_json::from_str(&effect.body).unwrap_or(Value::Null);
    let url = body["url"].as_str().unwrap_or_default();
    let now = app.clock.now();
    let outcome = webhooks.send(&app.config.outgoing, &effect.id, url, &body["body"], now).await;
    let mut tx = app.db.begin().await?;
    match outcome {
        Ok(()) => store::settle_effect(&mut tx, &effect.id, "done", now, None, now).await?,
        Err(Failure::Retry(why)) if effect.attempts + 1 < backoff::MAX_ATTEMPTS => {
            tracing::warn!(effect = %effect.id, hook = %effect.hook, why, "web-hook not taken; it is sent again");
            let next = now + backoff::delay(effect.attempts);
            store::settle_effect(&mut tx, &effect.id, "waiting", next, Some(&why), now).await?;
        }
        Err(Failure::Retry(why) | Failure::Reject(why)) => {
            tracing::error!(effect = %effect.id, hook = %effect.hook, why, "web-hook given up");
            store::settle_effect(&mut tx, &effect.id, "dead", now, Some(&why), now).await?;
        }
    }
    tx.commit().await
}
