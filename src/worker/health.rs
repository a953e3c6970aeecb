//! Folds what was tallied of hooks into their rows, puts out those that keep failing, and brings back those that are mended.

#[cfg(test)]
mod tests;

use super::Stop;
use crate::{
    app::App,
    bundle::Bundle,
    clock::MINUTE,
    db::Tx,
    effect,
    error::Result,
    event::{
        catalogue::{HookQuarantined, HookRecovered},
        data::{Account, Person, Time},
        outbox,
    },
    health::{Health, MENDED, Tally, Turn, store},
    model::staff,
};
use std::time::Duration;

/// How often this node looks who is out, and writes down what it tallied.
const PAUSE: Duration = Duration::from_secs(2);
/// Failures that come together are folded together.
const BREATH: Duration = Duration::from_millis(200);
/// Between two `hook.failed` of a hook whose runs are no events': a form that is looked at a thousand times fails as often.
const QUIET: i64 = MINUTE;

/// Folds until told to stop, and once more then.
pub async fn run(app: App, mut stop: Stop) {
    while !stop.is_asked() {
        if let Err(error) = once(&app).await {
            tracing::warn!(%error, "how hooks fare was not written down");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.breaker.failed.notified() => tokio::time::sleep(BREATH).await,
            () = stop.asked() => {}
        }
    }
    if let Err(error) = once(&app).await {
        tracing::warn!(%error, "how hooks fare was not written down");
    }
}

/// Folds what was tallied, and learns who is out; gives how many hooks were put out or brought back.
///
/// # Errors
/// If the database is away; what was tallied is lost then, and nothing else.
pub async fn once(app: &App) -> Result<usize> {
    let mut turns = 0;
    let tallies = app.breaker.take();
    let live = app.bundle();
    if !tallies.is_empty() && super::is_latest(app, &live).await? {
        let mut counted = Vec::new();
        for ((hook, bundle), tally) in tallies {
            // What another version did says nothing about the one that is live.
            let ran = app.bundle_of(&bundle).await?;
            if ran.hash == live.hash || ran.version(&tally.file) == live.version(&tally.file) {
                counted.push((hook, tally));
            }
        }
        let mut tx = app.db.begin().await?;
        for (hook, tally) in &counted {
            turns += usize::from(fold(app, &mut tx, &live, hook, tally).await?);
        }
        tx.commit().await?;
    }
    turns += look(app).await?;
    Ok(turns)
}

async fn fold(app: &App, tx: &mut Tx, live: &Bundle, hook: &str, tally: &Tally) -> Result<bool> {
    let (now, version) = (app.clock.now(), live.version(&tally.file));
    let mut row = store::locked(tx, hook, &version, now).await?;
    let turn = row.fold(tally, &version, now);
    if let Some(last) = tally.last.as_ref().filter(|_| tally.unsaid && now - row.said_at >= QUIET) {
        row.said_at = now;
        super::say_failed(app, tx, &app.act_of_system(hook, 0), last.failure.clone()).await?;
    }
    store::keep(tx, &row).await?;
    say(app, tx, &row, turn).await
}

/// Brings back what changed, forgets what is gone, and tells this node who is out.
async fn look(app: &App) -> Result<usize> {
    let mut turns = 0;
    let (live, now) = (app.bundle(), app.clock.now());
    let out = store::out(&app.db).await?;
    if !out.is_empty() && super::is_latest(app, &live).await? {
        for (hook, known) in &out {
            let Some(found) = live.hooks.find(hook) else {
                let mut tx = app.db.begin().await?;
                store::remove(&mut tx, hook).await?;
                tx.commit().await?;
                continue;
            };
            let version = live.version(&found.file);
            if known.version != version {
                let mut tx = app.db.begin().await?;
                let mut row = store::locked(&mut tx, hook, &version, now).await?;
                let file = found.file.clone();
                if row.renew(&version, now) {
                    row.file = file;
                    row.verb = found.verb.to_string();
                    store::keep(&mut tx, &row).await?;
                    turns += usize::from(say(app, &mut tx, &row, Turn::Back(MENDED)).await?);
                }
                tx.commit().await?;
            }
        }
    }
    app.learn_who_is_out().await?;
    Ok(turns)
}

/// Says what a fold changed, in the transaction that changes it; true if it is more than a number.
async fn say(app: &App, tx: &mut Tx, row: &Health, turn: Turn) -> Result<bool> {
    let (hook, file, act) = (row.hook.as_str(), row.file.as_str(), app.act_of_system(&row.hook, 0));
    match turn {
        Turn::None => return Ok(false),
        Turn::Out => {
            tracing::error!(
                hook,
                file,
                failures = row.failures,
                runs = row.runs,
                "the hook keeps failing and is out of service"
            );
            app.metrics.hooks_quarantined.inc();
            let admins: Vec<Person> = staff::list(&mut *tx).await?.iter().map(staff::person).collect();
            let event = HookQuarantined {
                failure: row.last_failure().unwrap_or_default(),
                runs: row.runs,
                failures: row.failures,
                retry_at: Time(row.retry_at),
                staff: admins,
            };
            outbox::emit(tx, &act, &Account::default(), &event, &[]).await?;
        }
        Turn::StillOut => {
            tracing::warn!(hook, file, "the hook was tried again and failed; it stays out of service");
            effect::store::hold(tx, hook, row.retry_at).await?;
        }
        Turn::Back(reason) => {
            tracing::info!(hook, file, reason, "the hook is back in service");
            let event =
                HookRecovered { hook: hook.to_owned(), file: file.to_owned(), reason: reason.to_owned() };
            outbox::emit(tx, &act, &Account::default(), &event, &[]).await?;
            effect::store::release(tx, hook, act.at).await?;
        }
    }
    Ok(true)
}
