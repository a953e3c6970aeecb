//! Writes what guards saw and said, many at once.

use super::{
    Stop,
    shadow::{self, Heard, Met},
};
use crate::{app::App, error::Result, trace::store};
use std::time::Duration;

/// Traces that share a transaction.
const BATCH: usize = 200;
/// How long traces gather before they are written.
const GATHER: Duration = Duration::from_millis(200);

/// Writes until told to stop, and then what is left.
pub async fn run(app: App, mut stop: Stop) {
    while !stop.is_asked() {
        tokio::select! {
            () = app.traces.wake.notified() => {}
            () = stop.asked() => {}
        }
        if !stop.is_asked() {
            tokio::time::sleep(GATHER).await;
        }
        if let Err(error) = drain(&app).await {
            tracing::warn!(%error, "traces of guards were not written");
        }
    }
}

/// Writes all that wait; gives how many there were. Those of a transaction that fails are lost.
///
/// # Errors
/// If the database is away.
pub async fn drain(app: &App) -> Result<usize> {
    let mut count = 0;
    loop {
        let runs = app.traces.take(BATCH);
        if runs.is_empty() {
            return Ok(count);
        }
        count += runs.len();
        let mut ids = Vec::with_capacity(runs.len());
        let mut tx = app.db.begin().await?;
        for run in &runs {
            ids.push(store::keep(&mut tx, run).await?);
        }
        tx.commit().await?;
        let shadows = shadow::active(app).await;
        if !shadows.is_empty() {
            let live = app.bundle();
            let heard = ids.into_iter().zip(runs).filter_map(|(id, run)| Heard::new(id, run, &live));
            shadow::offer(app, &live, shadows, Met::Acts(heard.collect()));
        }
    }
}
