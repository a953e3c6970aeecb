//! The loops: run hooks on events, deliver what they ask for, try again, tidy up.

mod at_work;
pub mod backoff;
pub mod carry;
pub mod decoded;
pub mod deliver;
pub mod dispatch;
pub mod headers;
pub mod health;
pub mod recent;
pub mod reload;
pub mod retry;
pub mod schedule;
pub mod shadow;
pub mod sweep;
mod together;
pub mod trace;
pub mod unit;

use crate::{
    app::App,
    bundle::{self, Bundle},
    db::Tx,
    effect,
    error::Result,
    event::{
        catalogue::HookFailed,
        data::{Account, Failure},
        outbox::{self, Act},
    },
    mail,
    outgoing::webhook::Webhooks,
};
use std::time::Duration;
use tokio::{sync::watch, task::JoinSet};

/// How long a lost connection to PostgreSQL's notices rests before the next try; polling goes on meanwhile.
const LISTEN_PAUSE: Duration = Duration::from_secs(5);

/// Tells operators that a hook failed.
async fn say_failed(app: &App, tx: &mut Tx, act: &Act, failure: Failure) -> Result<()> {
    let Failure { subject, file, line, message, event_id } = &failure;
    tracing::error!(event = event_id, hook = %subject, file, line, "hook failed: {message:?}");
    outbox::emit(tx, act, &Account::default(), &HookFailed { failure }, &[]).await?;
    app.metrics.hooks_failed.inc();
    Ok(())
}

/// While nodes change over to another bundle, only those that have it may judge by it.
async fn is_latest(app: &App, live: &Bundle) -> Result<bool> {
    Ok(bundle::store::latest(&app.db).await?.is_none_or(|latest| latest.hash == live.hash))
}

/// Tells workers that the server wants to stop.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

/// Asks workers to stop; dropping it asks, too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// A stopper, and what workers hold of it.
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stop(receiver))
    }

    /// Asks all workers to stop.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// One that is never asked for.
    pub fn never() -> Self {
        let (sender, receiver) = watch::channel(false);
        // Kept for as long as the process runs, so that the receiver does not see it go.
        drop(tokio::spawn(async move { sender.closed().await }));
        Self(receiver)
    }

    /// True once it was asked for.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when it is asked for.
    pub async fn asked(&mut self) {
        // An error means that the stopper is gone, which is as good as asking.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

/// Starts all loops.
pub(crate) fn start(app: &App, stop: &Stop) -> JoinSet<()> {
    let webhooks = webhooks(app);
    let mut loops = JoinSet::new();
    loops.spawn(dispatch::run(app.clone(), stop.clone()));
    loops.spawn(deliver::run(app.clone(), stop.clone()));
    loops.spawn(retry::run(app.clone(), webhooks, stop.clone()));
    loops.spawn(schedule::run(app.clone(), stop.clone()));
    loops.spawn(health::run(app.clone(), stop.clone()));
    loops.spawn(sweep::run(app.clone(), stop.clone()));
    loops.spawn(reload::run(app.clone(), stop.clone()));
    loops.spawn(trace::run(app.clone(), stop.clone()));
    loops.spawn(shadow::run(app.clone(), stop.clone()));
    loops.spawn(listen(app.clone(), stop.clone()));
    loops
}

/// Takes back what this node had claimed when it was killed, so that nothing waits for leases to end.
/// Only for a process that alone serves its data folder.
pub(crate) async fn take_back(app: &App) -> Result<()> {
    let mut tx = app.db.begin().await?;
    outbox::release_all(&mut tx, &app.node).await?;
    effect::store::release_all(&mut tx, &app.node).await?;
    mail::store::release_all(&mut tx, &app.node).await?;
    tx.commit().await
}

/// Works until nothing is due.
pub(crate) async fn settle(app: &App) -> Result<()> {
    let webhooks = webhooks(app);
    loop {
        let done = schedule::drain(app).await?
            + dispatch::drain(app).await?
            + retry::drain(app, &webhooks).await?
            + deliver::drain(app).await?
            + trace::drain(app).await?
            + shadow::drain(app).await
            + health::once(app).await?;
        if done == 0 {
            return Ok(());
        }
    }
}

fn webhooks(app: &App) -> Webhooks {
    Webhooks::new(app.outgoing.clone(), &app.config.outgoing, &app.key)
}

async fn listen(app: App, mut stop: Stop) {
    loop {
        tokio::select! {
            ended = app.db.listen() => {
                if let Err(error) = ended {
                    tracing::warn!(%error, "notices between nodes are interrupted; polling goes on");
                }
                tokio::select! {
                    () = tokio::time::sleep(LISTEN_PAUSE) => {}
                    () = stop.asked() => return,
                }
            }
            () = stop.asked() => return,
        }
    }
}
