//! New versions of scripts beside the live ones: they see live events and guarded actions, ask for nothing, and what they
//! would have done otherwise is kept to be looked at.
//!
//! All of it happens after the live transaction, in a loop of its own: nothing live waits for it. What comes faster than
//! shadows can look is passed by. Whatever goes wrong here is logged and costs a difference, never mail.

mod compiled;
mod meet;
pub mod store;

pub use compiled::beside;
pub(super) use meet::{Heard, Met, Seen};

use super::Stop;
use crate::{app::App, bundle::Bundle, error::Result};
use compiled::Compiled;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use store::Shadow;
use tokio::sync::Notify;

/// Events and acts that wait at most to be met.
const MOST: usize = 1_000;
/// Differences that are kept of each shadow, the newest.
const KEPT: i64 = 10_000;

/// What waits to be met by shadows, and shadows that are compiled.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: Mutex<VecDeque<Round>>,
    wake: Notify,
    /// Held by whoever lets shadows look: one at a time, in order.
    compiled: tokio::sync::Mutex<Compiled>,
}

/// What was met beside one live bundle, and the shadows of that time.
#[derive(Debug)]
struct Round {
    live: Arc<Bundle>,
    shadows: Vec<Shadow>,
    met: Met,
}

/// The shadows that there are. Trouble means none: nothing live waits for it.
pub(super) async fn active(app: &App) -> Vec<Shadow> {
    store::list(&app.db).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "shadows cannot be read");
        Vec::new()
    })
}

/// Lets shadows meet, soon, what the live scripts have met.
pub(super) fn offer(app: &App, live: &Arc<Bundle>, shadows: Vec<Shadow>, met: Met) {
    if shadows.is_empty() || met.count() == 0 {
        return;
    }
    let queue = &app.shadows;
    let mut waiting = queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
    if waiting.iter().map(|round| round.met.count()).sum::<usize>() >= MOST {
        tracing::warn!(missed = met.count(), "shadows cannot keep up, and pass events by");
        return;
    }
    waiting.push_back(Round { live: Arc::clone(live), shadows, met });
    drop(waiting);
    queue.wake.notify_one();
}

/// Lets shadows look until told to stop. What waits then is passed by.
pub async fn run(app: App, mut stop: Stop) {
    while !stop.is_asked() {
        let look = async {
            drain(&app).await;
            app.shadows.wake.notified().await;
        };
        tokio::select! {
            () = look => {}
            () = stop.asked() => {}
        }
    }
}

/// Lets shadows look at all that waits; gives how much there was.
pub(super) async fn drain(app: &App) -> usize {
    let mut done = 0;
    let mut compiled = app.shadows.compiled.lock().await;
    loop {
        let next = app.shadows.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(Round { live, shadows, met }) = next else { return done };
        done += met.count();
        let met = Arc::new(met);
        for shadow in shadows {
            if let Err(error) = look(app, &mut compiled, &live, &shadow, &met).await {
                tracing::warn!(%error, shadow = %shadow.name, "a shadow missed events");
            }
        }
    }
}

async fn look(
    app: &App,
    compiled: &mut Compiled,
    live: &Arc<Bundle>,
    shadow: &Shadow,
    met: &Arc<Met>,
) -> Result<()> {
    let (found, error) = match compiled.get(app, live, shadow).await {
        Ok(bundle) => (meet::differences(app, bundle, live, &shadow.file, met).await?, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    let count = if error.is_none() { i64::try_from(met.count()).unwrap_or_default() } else { 0 };
    let mut tx = app.db.begin().await?;
    store::met(&mut tx, shadow, count, error.as_deref()).await?;
    for difference in &found {
        store::keep(&mut tx, shadow, difference).await?;
    }
    if !found.is_empty() {
        store::trim(&mut tx, &shadow.name, KEPT).await?;
    }
    tx.commit().await
}
