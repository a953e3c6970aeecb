//! `innkeeper serve`: the server, and the demo.

use super::{Done, Trouble, init, load_config, log, pending, reload::PID_FILE, say};
use crate::{
    app::App,
    clock::Clock,
    config::{Config, Paths},
    demo,
    model::{self, page::Page},
    web,
    worker::Stopper,
};
use clap::Args;
use std::{collections::BTreeMap, fs, net::SocketAddr, path::Path, process::ExitCode, time::Duration};
use tokio::net::TcpListener;

/// Marks a folder as the demo's, so that it is never mixed with real data.
const DEMO_MARK: &str = ".innkeeper-demo";
/// How long claimed work may take to end when the server stops.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the server.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Fill the data folder with demo data to play with: accounts, people, a ticket; mail stays in /dev/mailbox
    #[arg(long)]
    demo: bool,
    /// Where to listen, such as 127.0.0.1:8080; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<SocketAddr>,
    /// Let the demo listen on an address that other machines reach; its passwords are public
    #[arg(long, requires = "demo")]
    expose: bool,
}

impl Serve {
    pub(super) fn run(self, paths: Paths) -> Done {
        if self.demo {
            demo_folder(&paths.data)?;
        }
        // Before it is read: what is edited meanwhile waits for the next start, and is said to.
        let started_with = crate::config::values(&paths.config);
        let mut config = load_config(&paths)?;
        config.bind = self.bind.unwrap_or(config.bind);
        self.may_listen(&config)?;
        log::start(&config)?;
        super::block_on(self.serve(paths, config, started_with))
    }

    /// Refuses what would show everybody's mail or a demo's public passwords to the world.
    fn may_listen(&self, config: &Config) -> Result<(), Trouble> {
        if config.is_local() {
            return Ok(());
        }
        if self.demo && !self.expose {
            return Err(Trouble::new(format!(
                "the demo's passwords are public, and {} is reached from other machines. Use 127.0.0.1 and no public_url, or say --expose if you mean it.",
                config.public_url()
            )));
        }
        if !self.demo && !config.has_mail_server() && !config.dev_mailbox {
            return Err(Trouble::new(format!(
                "smtp_url is not set, so every mail would show at /dev/mailbox without log-in, and {} is reached from other machines. Set smtp_url; or bind to 127.0.0.1 and leave public_url out; or set dev_mailbox = true if you mean it.",
                config.public_url()
            )));
        }
        Ok(())
    }

    async fn serve(self, paths: Paths, mut config: Config, started_with: BTreeMap<String, String>) -> Done {
        let listener = TcpListener::bind(config.bind).await.map_err(|e| cannot_listen(config.bind, &e))?;
        config.bind = listener.local_addr()?;
        if !paths.data.is_dir() {
            return Err(Trouble::new(format!(
                "there is no folder {}; make one with `innkeeper init {}`",
                paths.data.display(),
                paths.data.display()
            )));
        }
        let pid_file = paths.data.join(PID_FILE);
        // Held for as long as we serve: two servers on one folder would take each other's work back.
        let lock = fs::File::create(paths.data.join(".serve.lock"))?;
        lock.try_lock().map_err(|_| {
            let other = fs::read_to_string(&pid_file).unwrap_or_default();
            Trouble::new(format!(
                "another innkeeper serves {} (process {}); end it, or name another folder with --data",
                paths.data.display(),
                other.trim()
            ))
        })?;
        pending::note(&paths, &started_with)?;
        let app = App::build(paths, config, Clock::system()).await?;
        app.take_back().await?;
        prepare(&app, self.demo).await?;
        // Before anybody can read our number: a signal that nobody waits for ends a process.
        wake_on_signal(&app)?;
        fs::write(&pid_file, std::process::id().to_string())?;
        let (stopper, stop) = Stopper::new();
        let mut workers = app.start_workers(&stop);
        say(format!("listening on http://{}", app.config.bind));
        let served = web::serve(app.clone(), listener, asked_to_stop()).await;
        tracing::info!("stopping: requests have ended; claimed work is finished or given back");
        stopper.stop();
        let ended =
            tokio::time::timeout(PATIENCE, async { while workers.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::warn!(
                "some work did not end in time; its leases run out by themselves and it is tried again"
            );
        }
        app.db.close().await;
        let _ = fs::remove_file(&pid_file);
        served?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What must be there before the first request.
async fn prepare(app: &App, with_demo: bool) -> Result<(), Trouble> {
    if with_demo && !demo::is_there(app).await? {
        if !model::account::list(&app.db, "", &Page::default()).await?.rows.is_empty() {
            return Err(Trouble::new(
                "the database holds accounts that are not the demo's; nothing was changed. Name another database_url, or leave it out.",
            ));
        }
        demo::make(app).await?;
    }
    if with_demo {
        say("Demo log-ins; everybody's password is innkeeper-demo:");
        for (email, what) in demo::LOGINS {
            say(format!("  {email:<28} {what}"));
        }
        say(format!("  {:<28} staff, at {}/admin", demo::STAFF, app.config.public_url()));
        say(format!("Hooks and templates to edit: {}", app.paths.data.display()));
        if !app.config.has_mail_server() {
            say(format!("Every mail:                  {}/dev/mailbox", app.config.public_url()));
        }
    }
    let mut tx = app.db.begin().await?;
    let from = app.config.sender_domain();
    if model::ticket::departments(&mut tx).await?.is_empty() {
        model::ticket::ensure_department(&mut tx, "Support", &format!("support@{from}"), app.clock.now())
            .await?;
    }
    Ok(tx.commit().await?)
}

/// Makes the demo's folder, or finds it again; refuses one that holds anything else.
fn demo_folder(data: &Path) -> Result<(), Trouble> {
    let trouble =
        |e: std::io::Error| Trouble::new(format!("{}: {e}; name another folder with --data", data.display()));
    let is_demo = data.join(DEMO_MARK).exists();
    if !is_demo && fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Trouble::new(format!(
            "{} holds data that is not a demo's; nothing was changed. Name an empty or a new folder with --data.",
            data.display()
        )));
    }
    if !is_demo {
        fs::create_dir_all(data).map_err(trouble)?;
        fs::write(data.join(DEMO_MARK), "This folder is a demo's: `innkeeper serve --demo` may use it.\n")
            .map_err(trouble)?;
        init::write_folder(data).map_err(trouble)?;
    }
    Ok(())
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Trouble {
    let mend = match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "another program listens there; end it, or choose another port with --bind or the key bind"
        }
        std::io::ErrorKind::PermissionDenied => {
            "ports below 1024 need rights; choose a higher one with --bind or the key bind"
        }
        std::io::ErrorKind::AddrNotAvailable => {
            "this machine has no such address; choose another with --bind or the key bind"
        }
        _ => "choose another address with --bind or the key bind",
    };
    Trouble::new(format!("cannot listen on {address}: {error}; {mend}"))
}

/// Looks for work when another process says that it wrote some, as `innkeeper pipe` does.
#[cfg(unix)]
fn wake_on_signal(app: &App) -> Result<(), Trouble> {
    let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1())?;
    let db = app.db.clone();
    tokio::spawn(async move {
        while signal.recv().await.is_some() {
            db.wake().events.notify_one();
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn wake_on_signal(_: &App) -> Result<(), Trouble> {
    Ok(())
}

/// Ends when the system asks the process to stop.
async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match terminated {
            Ok(mut terminated) => tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            },
            Err(_) => {
                let _ = interrupted.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupted.await;
    }
}
