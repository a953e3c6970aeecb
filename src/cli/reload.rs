//! `innkeeper reload`: tells the running server to read its folders again, and says what came of it.

use super::{Done, Trouble, load_config, say, show};
use crate::{
    bundle::{Bundle, Source, store},
    config::Paths,
    db::Db,
    report::Severity,
};
use std::{fs, process::ExitCode, time::Duration};

/// Where a running server leaves its process id, in the data folder.
pub(super) const PID_FILE: &str = "innkeeper.pid";

pub(super) async fn run(paths: Paths) -> Done {
    let config = load_config(&paths)?;
    // The number in the file may be another program's by now; the lock tells.
    let Some(pid) = server(&paths) else {
        return Err(Trouble::new(format!(
            "no server runs on {}. A server that starts reads everything anyway.",
            paths.data.display()
        )));
    };
    hang_up(pid)?;
    let db = Db::connect(&config.database_url(&paths.data)).await?;
    let mut source = Source::read(&paths.data, &config)?;
    let mut last_good = Default::default();
    if let Some(stored) = store::latest(&db).await? {
        last_good = store::files(&db, &stored).await?;
        source.last_settings = Some(stored.last_settings());
    }
    let wanted = Bundle::tried(&source, &last_good, None).await;
    let errors = wanted.reports.iter().filter(|report| report.severity == Severity::Error).count();
    for report in &wanted.reports {
        say(format!("{}\n", show::report(report)));
    }
    if let Some(words) = super::pending::words(&paths) {
        say(format!("{words}.\n"));
    }
    for _ in 0..100 {
        if store::latest(&db).await?.is_some_and(|live| live.hash == wanted.hash) {
            say(format!(
                "Bundle {} is live: {} hooks, {} messages.",
                wanted.hash,
                wanted.hooks.hooks().len(),
                wanted.templates.infos().len()
            ));
            return Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Trouble::new(
        "the server was told, and the new bundle is not live after ten seconds; its log says why",
    ))
}

/// The process that serves this folder, if one does.
pub(super) fn server(paths: &Paths) -> Option<u32> {
    let pid = fs::read_to_string(paths.data.join(PID_FILE)).ok()?.trim().parse().ok()?;
    // The server holds this lock for as long as it lives, however it ends.
    let lock = fs::File::open(paths.data.join(".serve.lock")).ok()?;
    matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)).then_some(pid)
}

/// Tells the server of this folder, if one runs, that another process wrote something for it. Without, it would find
/// out within a second.
#[cfg(unix)]
pub(super) fn wake(paths: &Paths) {
    let number =
        server(paths).and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(number) = number {
        let _ = rustix::process::kill_process(number, rustix::process::Signal::USR1);
    }
}

#[cfg(not(unix))]
pub(super) fn wake(_: &Paths) {}

/// Asks the server to read its folders again.
#[cfg(unix)]
pub(super) fn hang_up(pid: u32) -> Result<(), Trouble> {
    let gone = || Trouble::new(format!("no server runs as process {pid}; it left its {PID_FILE} behind"));
    let number = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw).ok_or_else(gone)?;
    rustix::process::kill_process(number, rustix::process::Signal::HUP).map_err(|_| gone())
}

/// Asks the server to read its folders again.
#[cfg(not(unix))]
pub(super) fn hang_up(_: u32) -> Result<(), Trouble> {
    Err(Trouble::new("this system has no signals; the server reads its folders every ten seconds by itself"))
}
