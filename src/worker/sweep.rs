//! Tidies up: invites that ran out, sessions and links that are over, history past its retention.

use super::Stop;
use crate::{
    app::App,
    bundle,
    clock::DAY,
    db::Tx,
    effect,
    error::Result,
    event::outbox,
    mail,
    model::{invite, session, throttle, user},
};
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(60);
/// Rows that one transaction forgets at most, so that it never holds others up.
const CHUNK: i64 = 500;

/// Sweeps every minute until told to stop.
pub async fn run(app: App, mut stop: Stop) {
    while !stop.is_asked() {
        if let Err(error) = once(&app).await {
            tracing::warn!(%error, "sweep");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.asked() => {}
        }
    }
}

/// Sweeps everything that is due, in small transactions.
///
/// # Errors
/// If the database is away; what was swept until then stays swept.
pub async fn once(app: &App) -> Result<()> {
    let now = app.clock.now();
    let keep = app.config.retention.clone();
    chunks(app, async |tx| Ok(invite::expire_due(tx, &app.act_of_system("sweep", 0), CHUNK).await? as u64)).await?;
    chunks(app, async |tx| session::sweep(tx, now).await).await?;
    chunks(app, async |tx| user::link::sweep(tx, now).await).await?;
    chunks(app, async |tx| throttle::sweep(tx, now).await).await?;
    chunks(app, async |tx| effect::store::forget(tx, now - keep.traces_days * DAY, CHUNK).await).await?;
    chunks(app, async |tx| mail::store::forget(tx, now - keep.mails_days * DAY, CHUNK).await).await?;
    chunks(app, async |tx| outbox::forget(tx, now - keep.events_days * DAY, CHUNK).await).await?;
    chunks(app, async |tx| bundle::store::forget(tx, now - keep.events_days * DAY).await.map(|()| 0)).await
}

async fn chunks(app: &App, sweep: impl AsyncFn(&mut Tx) -> Result<u64>) -> Result<()> {
    loop {
        let mut tx = app.db.begin().await?;
        let gone = sweep(&mut tx).await?;
        tx.commit().await?;
        if gone < CHUNK.unsigned_abs() {
            return Ok(());
        }
    }
}
