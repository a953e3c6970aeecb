//! Lets edited hooks, templates and messages go live: when the watcher hints at it, when SIGHUP
//! asks for it, and every few seconds in any case, since watchers miss things.

use super::Stop;
use crate::{app::App, hook::watch::Watch};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// Network disks tell nothing: so often the folders are read without a hint.
const PAUSE: Duration = Duration::from_secs(10);

/// Reloads until told to stop.
pub async fn run(app: App, mut stop: Stop) {
    let hint = Arc::new(Notify::new());
    let told = Arc::clone(&hint);
    // Held for as long as we listen to it.
    let watch = Watch::start(&app.paths.data, move || told.notify_one())
        .inspect_err(|error| tracing::warn!(%error, "the folders cannot be watched; they are read every {} seconds instead", PAUSE.as_secs()));
    let mut hang_up = hang_up();
    loop {
        tokio::select! {
            () = hint.notified() => {}
            () = hang_up.received() => tracing::info!("SIGHUP: reading hooks, templates and messages again"),
            () = tokio::time::sleep(PAUSE) => {
                if let Ok(watch) = &watch {
                    watch.follow();
                }
            }
            () = stop.asked() => return,
        }
        if let Err(error) = app.reload().await {
            tracing::error!(%error, "the live hooks, templates and messages stay as they are");
        }
    }
}

/// SIGHUP, where the system has it.
struct HangUp(#[cfg(unix)] Option<tokio::signal::unix::Signal>);

fn hang_up() -> HangUp {
    #[cfg(unix)]
    return HangUp(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok());
    #[cfg(not(unix))]
    HangUp()
}

impl HangUp {
    async fn received(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.0 {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    }
}
