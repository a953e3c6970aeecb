//! Runs hooks on events: claims streams, works each in order, writes plans and marks in one
//! transaction.
//!
//! The unit is (event, hook): order holds for each stream and hook, so a hook that fails holds up
//! only itself on later events of its stream. Hooks run outside any transaction.

use super::{
    Stop,
    at_work::AtWork,
    shadow,
    together::{Batch, Together},
    unit::{self, Met, Ready, Start, Unit},
};
use crate::{
    app::App,
    clock::{MINUTE, SECOND},
    effect::store::{self, Run},
    error::{Kind, Result},
    event::outbox::{self, Claim, StoredEvent},
    plugin,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::JoinSet};

/// How many streams are worked at once.
const PLACES: usize = 8;
/// Longer than a batch takes, which ends when its patience does.
const LEASE: i64 = 2 * MINUTE;
/// Events that share a transaction.
const BATCH: i64 = 50;
/// A stream that was taken so often without anything of it getting done is worked event by event: one of them may end the
/// server, and nobody knows which.
const CAREFUL: i64 = 2;
/// And after so often its first event is given up.
const DEADLY: i64 = 4;
/// Events that hooks may cause one from another since a person's act. Depth alone bounds nothing: each may cause many.
const CHAIN: i64 = 1_000;

/// Dispatches until told to stop; claimed streams are finished or given back then.
pub async fn run(app: App, stop: Stop) {
    let places = Arc::new(Semaphore::new(PLACES));
    let mut under_way = JoinSet::new();
    let (at_work, together) = (AtWork::default(), Together::default());
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
        for claim in streams {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            let Some(mut turn) = at_work.begin(claim) else { continue };
            let (app, together, stop) = (app.clone(), together.clone(), stop.clone());
            under_way.spawn(async move {
                while let Some(claim) = turn.next() {
                    work(&app, &together, &claim, &stop).await;
                }
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
        for claim in streams {
            count += 1;
            work(app, &Together::default(), &claim, &Stop::never()).await;
        }
    }
}

/// Works a claimed stream until nothing of it waits, and gives it back.
async fn work(app: &App, together: &Together, claim: &Claim, stop: &Stop) {
    let stream = claim.key.as_str();
    let (mut ready_at, mut tries) = (app.clock.now(), claim.tries);
    let mut most = BATCH;
    while !stop.is_asked() {
        match batch(app, together, stream, tries, most).await {
            Ok(Came::Empty) => return,
            Ok(Came::Nothing) => break,
            Ok(Came::More) => (tries, most) = (tries.min(CAREFUL), (2 * most).min(BATCH)),
            // Whoever came between got on, so this comes to an end; one event gives the least room for it.
            Ok(Came::Overtaken) => most = 1,
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

/// What came of a batch, or of writing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// It is written, and more events wait.
    More,
    /// It is written, no event waits any more, and the stream is given back.
    Empty,
    /// Nothing: no event was found, or the lease is not ours any more.
    Nothing,
    /// Nothing: another stream's hooks wrote what its own had read of stores. They run again.
    Overtaken,
}

impl Came {
    fn is_written(self) -> bool {
        matches!(self, Came::More | Came::Empty)
    }

    /// It is written, and so many events wait.
    pub fn with(left: i64) -> Self {
        if left > 0 { Came::More } else { Came::Empty }
    }
}

/// One transaction's worth of a stream: `most` events, or fewer.
async fn batch(app: &App, together: &Together, stream: &str, tries: i64, most: i64) -> Result<Came> {
    let most = if tries < CAREFUL { most } else { 1 };
    let events = outbox::waiting(&app.db, stream, most).await?;
    if events.is_empty() {
        return Ok(Came::Nothing);
    }
    let bundle = app.bundle();
    // Hooks with an earlier event of this stream still to come: their later events wait behind it.
    let held = store::waiting_hooks(&app.db, stream).await?.into_iter().collect();
    let stores = Arc::new(plugin::stores_for(&app.db, bundle.hooks.hooks().iter()).await?);
    let shadows = shadow::active(app).await;
    let cut = cut(app, &events).await?;
    let deadly = tries > DEADLY;
    let start =
        Start { events, held, stores, shown: !shadows.is_empty(), cut, deadly: deadly.then_some(tries - 1) };
    let Met { units, seqs, seen } = unit::batch(app, &bundle, start).await?;
    let all = seqs.len();
    let (met, came) = together.write(app, Batch { stream: stream.to_owned(), seqs, units }, LEASE).await?;
    let (done, came) = match came {
        Err(error) if error.kind != Kind::Unavailable => {
            tracing::warn!(%error, stream, "what came of several events cannot be written at once; each is written by itself");
            one_by_one(app, together, met).await?
        }
        came => {
            let came = came?;
            (if came.is_written() { all } else { 0 }, came)
        }
    };
    app.metrics.events_dispatched.inc_by(done as u64);
    if done == all {
        shadow::offer(app, &bundle, shadows, shadow::Met::Events(seen));
    }
    // What was written before something came between is done all the same.
    Ok(if came == Came::Overtaken && done > 0 { Came::More } else { came })
}

/// Which of these events stand in a chain that is too long, and which of them is the first that is too much.
async fn cut(app: &App, events: &[StoredEvent]) -> Result<BTreeMap<String, bool>> {
    let mut cut = BTreeMap::new();
    for event in events.iter().filter(|event| event.depth > 0) {
        let (all, place) = outbox::chain(&app.db, &event.id, CHAIN + 2).await?;
        if all > CHAIN {
            cut.insert(event.id.clone(), place == CHAIN + 1);
        }
    }
    Ok(cut)
}

/// Writes what came of each event by itself, and gives up those runs that cannot be written: they hold up nobody else.
/// Gives the number of events done, and what stopped it.
async fn one_by_one(app: &App, together: &Together, batch: Batch) -> Result<(usize, Came)> {
    let Batch { stream, seqs, units } = batch;
    let mut by_event: BTreeMap<i64, Vec<Unit>> = BTreeMap::new();
    for unit in units {
        by_event.entry(unit.run.seq).or_default().push(unit);
    }
    let mut came = Came::Nothing;
    for (done, seq) in seqs.iter().enumerate() {
        let units = by_event.remove(seq).unwrap_or_default();
        let one = Batch { stream: stream.clone(), seqs: vec![*seq], units };
        let (mut one, written) = together.write(app, one, LEASE).await?;
        came = match written {
            Err(error) if error.kind != Kind::Unavailable => {
                for unit in &mut one.units {
                    let ready = Ready::of([&*unit])?;
                    // Rolled back when it is dropped.
                    let mut tx = app.db.begin().await?;
                    if let Err(error) = unit::keep(app, &mut tx, ready).await {
                        unit.give_up(&format!("what it asks for cannot be written: {error}"));
                    }
                }
                together.write(app, one, LEASE).await?.1?
            }
            came => came?,
        };
        if !came.is_written() {
            return Ok((done, came));
        }
    }
    Ok((seqs.len(), came))
}

/// What a run looks like while it waits for its turn.
pub(super) fn waiting(run: &mut Run, next_at: i64) {
    run.state = "waiting".to_owned();
    run.next_at = next_at;
}
