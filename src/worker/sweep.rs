//! Tidies up: invites that ran out, sessions and links that are over, history past its retention.

use super::Stop;
use crate::{
    app::App,
    bundle,
    clock::{DAY, HOUR},
    db::Tx,
    effect,
    error::Result,
    event::outbox,
    mail,
    model::{invite, session, throttle, user},
    trace,
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

/// What there is to tidy up.
#[derive(Clone, Copy, Debug)]
enum Chore {
    Invites,
    Sessions,
    Links,
    Throttles,
    Files,
    Incoming,
    Traces,
    Failures,
    Mails,
    MailHours,
    Suppressions,
    Events,
    Bundles,
}

const CHORES: [Chore; 13] = [
    Chore::Invites,
    Chore::Sessions,
    Chore::Links,
    Chore::Throttles,
    Chore::Files,
    Chore::Incoming,
    Chore::Traces,
    Chore::Failures,
    Chore::Mails,
    Chore::MailHours,
    Chore::Suppressions,
    Chore::Events,
    Chore::Bundles,
];

/// Sweeps everything that is due, in small transactions.
///
/// # Errors
/// If the database is away; what was swept until then stays swept.
pub async fn once(app: &App) -> Result<()> {
    for chore in CHORES {
        loop {
            let gone = match chore {
                // Their bytes go after the transaction.
                Chore::Files => app.sweep_files(CHUNK).await?,
                Chore::Incoming => {
                    let before = app.clock.now() - app.config.intake.keep_days.max(1) * DAY;
                    crate::intake::sweep(app, before, CHUNK).await?
                }
                _ => {
                    let mut tx = app.db.begin().await?;
                    let gone = sweep(app, &mut tx, chore).await?;
                    tx.commit().await?;
                    gone
                }
            };
            if gone < CHUNK.unsigned_abs() {
                break;
            }
        }
    }
    Ok(())
}

async fn sweep(app: &App, tx: &mut Tx, chore: Chore) -> Result<u64> {
    let now = app.clock.now();
    let keep = &app.config.retention;
    match chore {
        Chore::Invites => Ok(invite::expire_due(tx, &app.act_of_system("sweep", 0), CHUNK).await? as u64),
        Chore::Sessions => session::sweep(tx, now).await,
        Chore::Links => user::link::sweep(tx, now).await,
        Chore::Throttles => throttle::sweep(tx, now).await,
        Chore::Files | Chore::Incoming => Ok(0),
        Chore::Traces => {
            let (before, most) = (now - keep.traces_days * DAY, keep.traces_most);
            let runs = effect::store::forget_done(tx, before, most, CHUNK).await?;
            Ok(runs.max(trace::store::forget(tx, false, before, most, CHUNK).await?))
        }
        Chore::Failures => {
            let before = now - keep.failures_days * DAY;
            let runs = effect::store::forget_failed(tx, before, keep.traces_most, CHUNK).await?;
            Ok(runs.max(trace::store::forget(tx, true, before, keep.traces_most, CHUNK).await?))
        }
        Chore::Mails => mail::store::forget(tx, now - keep.mails_days * DAY, CHUNK).await,
        Chore::MailHours => mail::store::forget_hours(tx, now / HOUR - 24).await.map(|_| 0),
        Chore::Suppressions => {
            let before = now - keep.mails_days * DAY;
            mail::suppression::store::forget(tx, now, before).await.map(|_| 0)
        }
        Chore::Events => outbox::forget(tx, now - keep.events_days * DAY, CHUNK).await,
        Chore::Bundles => bundle::store::forget(tx, now - keep.events_days * DAY).await.map(|()| 0),
    }
}
