//! Runs hooks on events: claims streams, works each in order, writes plans and marks in one
//! transaction.
//!
//! The unit is (event, hook): order holds for each stream and hook, so a hook that fails holds up
//! only itself on later events of its stream. Hooks run outside any transaction.

use super::{
    Stop, shadow,
    unit::{self, Start},
};
use crate::{
    app::App,
    clock::{MINUTE, SECOND},
    effect::store::{self, Run},
    error::Result,
    event::outbox,
    plugin,
};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::JoinSet};

/// How many streams are worked at once.
const PLACES: usize = 8;
/// Longer than a batch takes, which ends when its patience does.
const LEASE: i64 = 2 * MINUTE;
/// Events that share a transaction.
const BATCH: i64 = 50;

/// Dispatches until told to stop; claimed streams are finished or given back then.
pub async fn run(app: App, stop: Stop) {
    let places = Arc::new(Semaphore::new(PLACES));
    let mut under_way = JoinSet::new();
    while !stop.is_asked() {
        while under_way.try_join_next().is_some() {}
        // Ready to be woken before looking, so that nothing committed in between is missed.
        let woken = app.db.wake().events.notified();
        let free = i64::try_from(places.available_permits()).unwrap_or(1).max(1);
        let streams = outbox::claim_streams(&app.db, &app.node, app.clock.now(), LEASE, free)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "event queue");
                Vec::new()
            });
        if streams.is_empty() {
            let mut stop = stop.clone();
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(Duration::from_millis(1_000)) => {}
                () = stop.asked() => {}
            }
        }
        for stream in streams {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            let (app, stop) = (app.clone(), stop.clone());
            under_way.spawn(async move {
                work(&app, &stream, &stop).await;
                drop(place);
            });
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Dispatches everything that waits, and returns; for tests and for the command line.
///
/// # Errors
/// If the database is away.
pub async fn drain(app: &App) -> Result<usize> {
    let mut count = 0;
    loop {
        let streams = outbox::claim_streams(&app.db, &app.node, app.clock.now(), LEASE, 100).await?;
        if streams.is_empty() {
            return Ok(count);
        }
        for stream in streams {
            count += 1;
            work(app, &stream, &Stop::never()).await;
        }
    }
}

/// Works a claimed stream until nothing of it waits, and gives it back.
async fn work(app: &App, stream: &str, stop: &Stop) {
    let mut ready_at = app.clock.now();
    while !stop.is_asked() {
        match batch(app, stream).await {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, stream, "events stay where they are and are tried again");
                ready_at = app.clock.now() + 5 * SECOND;
                break;
            }
        }
    }
    if let Err(error) = outbox::release(&app.db, stream, &app.node, ready_at).await {
        tracing::warn!(%error, stream, "the stream is free again when its lease ends");
    }
}

/// One transaction's worth of a stream; gives the number of events done.
async fn batch(app: &App, stream: &str) -> Result<usize> {
    let events = outbox::waiting(&app.db, stream, BATCH).await?;
    if events.is_empty() {
        return Ok(0);
    }
    let bundle = app.bundle();
    // Hooks with an earlier event of this stream still to come: their later events wait behind it.
    let held = store::waiting_hooks(&app.db, stream).await?.into_iter().collect();
    let stores = plugin::stores_for(&app.db, bundle.hooks.hooks().iter()).await?;
    let shadows = shadow::active(app).await;
    let start = Start { events, held, stores, shown: !shadows.is_empty() };
    let met = unit::batch(app, &bundle, start).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !outbox::dispatched(&mut tx, stream, &app.node, &met.seqs, now).await? {
        tracing::warn!(stream, "the lease ran out; another node works on these events");
        return Ok(0);
    }
    unit::keep(app, &mut tx, &met.units).await?;
    tx.commit().await?;
    app.metrics.events_dispatched.inc_by(met.seqs.len() as u64);
    shadow::look(app, &bundle, shadows, met.seen).await;
    Ok(met.seqs.len())
}

/// What a run looks like while it waits for its turn.
pub(super) fn waiting(run: &mut Run, next_at: i64) {
    run.state = "waiting".to_owned();
    run.next_at = next_at;
}
