//! Runs that wait: for another try, or behind an earlier event of their stream; and effects.

use super::{
    Stop, carry, headers,
    unit::{self, Ready, Unit},
};
use crate::{
    app::App,
    clock::MINUTE,
    effect::store::{self, WaitingEffect},
    error::Result,
    event::outbox,
    outgoing::{
        schedule,
        webhook::{Failure, Message, Webhooks},
    },
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::JoinSet};

const LEASE: i64 = 2 * MINUTE;
/// So often a run is begun without being settled. Then it is given up: it may be what ends the server.
const CLAIMS: i64 = 5;
/// How many effects are under way at once.
const PLACES: usize = 16;

/// Tries what waits, until told to stop; a receiver that is slow holds up nobody but itself.
pub async fn run(app: App, webhooks: Webhooks, mut stop: Stop) {
    let places = Arc::new(Semaphore::new(PLACES));
    let mut under_way = JoinSet::new();
    while !stop.is_asked() {
        while under_way.try_join_next().is_some() {}
        let woken = app.db.wake().effects.notified();
        let claimed = claim(&app, places.available_permits()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "effect queue");
            Claimed::default()
        });
        if claimed.is_empty() {
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(Duration::from_millis(1_000)) => {}
                () = stop.asked() => {}
            }
        }
        for effect in claimed.effects {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            let (app, webhooks) = (app.clone(), webhooks.clone());
            under_way.spawn(async move {
                try_effect(&app, &webhooks, effect).await;
                drop(place);
            });
        }
        try_runs(&app, claimed.runs).await;
    }
    while under_way.join_next().await.is_some() {}
}

/// Tries everything that is due, once; gives how much there was.
///
/// # Errors
/// If the database is away.
pub async fn drain(app: &App, webhooks: &Webhooks) -> Result<usize> {
    let claimed = claim(app, PLACES).await?;
    let count = claimed.runs.len() + claimed.effects.len();
    try_runs(app, claimed.runs).await;
    for effect in claimed.effects {
        try_effect(app, webhooks, effect).await;
    }
    Ok(count)
}

#[derive(Default)]
struct Claimed {
    /// Event, hook, and how often the run was taken.
    runs: Vec<(String, String, i64)>,
    effects: Vec<WaitingEffect>,
}

impl Claimed {
    fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.effects.is_empty()
    }
}

async fn claim(app: &App, places: usize) -> Result<Claimed> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let runs = store::claim_runs(&mut tx, &app.node, now, LEASE, 10).await?;
    let places = i64::try_from(places).unwrap_or(1);
    let effects = store::claim_effects(&mut tx, &app.node, now, LEASE, places).await?;
    tx.commit().await?;
    Ok(Claimed { runs, effects })
}

async fn try_runs(app: &App, runs: Vec<(String, String, i64)>) {
    for (event, hook, claims) in runs {
        if let Err(error) = try_run(app, &event, &hook, claims).await {
            tracing::warn!(%error, event, hook, "a run stays as it is and is tried again when its lease ends");
        }
    }
}

async fn try_run(app: &App, event_id: &str, hook: &str, claims: i64) -> Result<()> {
    // Each time somebody else came between and got on.
    while !try_once(app, event_id, hook, claims).await? {}
    Ok(())
}

/// False if what the hook had read of its store was other by the time that its plan was to be written.
async fn try_once(app: &App, event_id: &str, hook: &str, claims: i64) -> Result<bool> {
    let Some(event) = outbox::lookup(&app.db, event_id).await? else { return Ok(true) };
    let Some(before) = store::runs(&app.db, event_id).await?.into_iter().find(|run| run.hook == hook) else {
        return Ok(true);
    };
    let unit = if claims > CLAIMS {
        Unit::dead(
            before,
            format!(
                "it was begun {} times and never came to an end: the server ended over it, or what it asks for cannot be written",
                claims - 1
            ),
        )
    } else {
        // A retry sees what its first try saw: the bundle of then.
        let bundle = app.bundle_of(&before.bundle).await?;
        let unit = unit::again(app, bundle, event, hook.to_owned(), before.attempts).await?;
        unit.unwrap_or_else(|| {
            Unit::dead(before, "the hook was removed while this event waited for it".to_owned())
        })
    };
    let ready = Ready::of([&unit])?;
    let mut tx = app.db.begin().await?;
    if !unit::take_stores(&mut tx, &ready).await? {
        return Ok(false);
    }
    unit::keep(app, &mut tx, ready).await?;
    tx.commit().await?;
    Ok(true)
}

async fn try_effect(app: &App, webhooks: &Webhooks, effect: WaitingEffect) {
    let id = effect.id.clone();
    if let Err(error) = send(app, webhooks, effect).await {
        tracing::warn!(%error, effect = id, "the outcome of an effect was not written down; it is tried again when its lease ends");
    }
}

async fn send(app: &App, webhooks: &Webhooks, effect: WaitingEffect) -> Result<()> {
    if effect.kind != "webhook" {
        return carry::carry(app, effect).await;
    }
    let body: Value = serde_json::from_str(&effect.body).unwrap_or(Value::Null);
    let url = body["url"].as_str().unwrap_or_default();
    let now = app.clock.now();
    let outcome = match headers::open(app, &effect, url, &body["headers"]).await? {
        Ok(headers) => {
            let message = Message {
                id: &effect.id,
                url,
                headers: &headers,
                sealed: headers::sealed(&body["headers"]),
                body: &body["body"],
            };
            webhooks.send(message, now).await
        }
        Err(why) => Err(why),
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let (why, pause) = match outcome {
        Ok(status) => {
            tracing::debug!(effect = %effect.id, hook = %effect.hook, status, "web-hook taken");
            app.metrics.webhooks_sent.inc();
            store::settle_effect(&mut tx, &effect.id, "done", now, None, now).await?;
            return tx.commit().await;
        }
        Err(Failure::Retry { why, after }) => (why, schedule::pause(effect.attempts + 1, after)),
        Err(Failure::Reject(why)) => (why, None),
    };
    if let Some(pause) = pause {
        tracing::warn!(effect = %effect.id, hook = %effect.hook, why, "web-hook not taken; it is sent again");
        store::settle_effect(&mut tx, &effect.id, "waiting", now + pause, Some(&why), now).await?;
    } else {
        tracing::error!(effect = %effect.id, hook = %effect.hook, why, "web-hook given up");
        app.metrics.webhooks_dead.inc();
        store::settle_effect(&mut tx, &effect.id, "dead", now, Some(&why), now).await?;
    }
    tx.commit().await
}
