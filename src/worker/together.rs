//! Batches of several streams, written together: where one transaction is open at a time, those that wait for it share it, and with it
//! the wait for the disk.

use super::{
    dispatch::Came,
    unit::{self, Ready, Unit},
};
use crate::{
    app::App,
    error::{Error, Kind, Result},
    event::outbox,
};
use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::oneshot;

/// What hooks made of a stream's events.
#[derive(Debug)]
pub(super) struct Batch {
    /// The stream.
    pub stream: String,
    /// Numbers of the events, in order.
    pub seqs: Vec<i64>,
    /// All that came of them.
    pub units: Vec<Unit>,
}

/// Batches that wait for the one transaction. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Together(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    batches: Mutex<Vec<Job>>,
    /// Held by whoever writes.
    turn: tokio::sync::Mutex<()>,
}

/// A batch, and who waits to hear what came of it.
type Job = (Batch, oneshot::Sender<(Batch, Result<Came>)>);

impl Together {
    /// Writes a batch with the mark that its events are done, and gives it back with what came of that. It waits until whoever writes now
    /// is done; then all that wait are written by one of them.
    ///
    /// # Errors
    /// If it was lost: its events stay where they are.
    pub async fn write(&self, app: &App, batch: Batch, lease: i64) -> Result<(Batch, Result<Came>)> {
        if !app.db.is_sqlite() {
            let came = alone(app, &batch, lease).await;
            return Ok((batch, came));
        }
        let (done, mut written) = oneshot::channel();
        self.batches().push((batch, done));
        let _turn = self.0.turn.lock().await;
        if let Ok(written) = written.try_recv() {
            return Ok(written);
        }
        let (batches, waiting): (Vec<Batch>, Vec<_>) = mem::take(&mut *self.batches()).into_iter().unzip();
        let came = all(app, &batches, lease).await;
        for (batch, (came, done)) in batches.into_iter().zip(came.into_iter().zip(waiting)) {
            // Whoever waited may have gone.
            let _ = done.send((batch, came));
        }
        written.try_recv().map_err(|_| Error::internal("a batch was lost by whoever wrote it with others"))
    }

    fn batches(&self) -> std::sync::MutexGuard<'_, Vec<Job>> {
        self.0.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes batches in one transaction; each in its own if one of them stands in the way of the others.
async fn all(app: &App, batches: &[Batch], lease: i64) -> Vec<Result<Came>> {
    if let [only] = batches {
        return vec![alone(app, only, lease).await];
    }
    match at_once(app, batches, lease).await {
        Ok(Some(came)) => return came.into_iter().map(Ok).collect(),
        Ok(None) => (),
        Err(error) if error.kind == Kind::Unavailable => {
            let again = || Err(Error::new(Kind::Unavailable, error.code).detail(error.to_string()));
            return batches.iter().map(|_| again()).collect();
        }
        Err(error) => {
            tracing::warn!(%error, "what came of several streams cannot be written at once; each is written by itself");
        }
    }
    let mut came = Vec::with_capacity(batches.len());
    for batch in batches {
        came.push(alone(app, batch, lease).await);
    }
    came
}

/// Writes a batch in a transaction of its own.
async fn alone(app: &App, batch: &Batch, lease: i64) -> Result<Came> {
    let Batch { stream, seqs, units } = batch;
    let ready = Ready::of(units)?;
    let mut tx = app.db.begin().await?;
    if !unit::take_stores(&mut tx, &ready).await? {
        return Ok(Came::Overtaken);
    }
    let left = outbox::dispatched(&mut tx, stream, &app.node, seqs, (app.clock.now(), lease)).await?;
    let Some(left) = left else {
        tracing::warn!(stream, "the lease ran out; another node works on these events");
        return Ok(Came::Nothing);
    };
    unit::keep(app, &mut tx, ready).await?;
    tx.commit().await?;
    Ok(Came::with(left))
}

/// Writes batches in one transaction; nothing if one of them cannot be written now, and then none is.
async fn at_once(app: &App, batches: &[Batch], lease: i64) -> Result<Option<Vec<Came>>> {
    let ready = Ready::of(batches.iter().flat_map(|batch| &batch.units))?;
    let mut tx = app.db.begin().await?;
    if !unit::take_stores(&mut tx, &ready).await? {
        return Ok(None);
    }
    let mut came = Vec::with_capacity(batches.len());
    for Batch { stream, seqs, .. } in batches {
        let left = outbox::dispatched(&mut tx, stream, &app.node, seqs, (app.clock.now(), lease)).await?;
        let Some(left) = left else { return Ok(None) };
        came.push(Came::with(left));
    }
    unit::keep(app, &mut tx, ready).await?;
    tx.commit().await?;
    Ok(Some(came))
}

#[cfg(test)]
mod tests;
