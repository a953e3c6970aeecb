//! The real binary as a server of its own, on a free port, with data of its own.
//!
//! ```ignore
//! let server = Server::demo().start().await;
//! let server = Server::empty().env("SMTP_URL", sink.url()).start().await;
//! ```

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::Child,
};

use super::{at_exit::AtExit, command, database::Database, wait};

/// How to start a server; see [`Server::demo`] and [`Server::empty`].
pub struct Start {
    demo: bool,
    arguments: Vec<OsString>,
    environment: Vec<(String, String)>,
    database: Option<Arc<Database>>,
    data: Data,
}

enum Data {
    Own(TempDir),
    Given(PathBuf),
}

impl Data {
    fn path(&self) -> &Path {
        match self {
            Self::Own(folder) => folder.path(),
            Self::Given(folder) => folder,
        }
    }
}

/// A running server, ended when it is dropped. Its data goes then, too.
pub struct Server {
    start: Start,
    url: String,
    log: Arc<Mutex<String>>,
    /// In this order: it is ended while its id is still its own, then waited for.
    process: Option<(AtExit, Child)>,
}

impl Server {
    /// A server with the demo's cast (see [`super::PASSWORD`]) and no mail server.
    pub fn demo() -> Start {
        Start::new(true)
    }

    /// A server with nothing in it.
    pub fn empty() -> Start {
        Start::new(false)
    }

    /// Where it listens: `http://127.0.0.1:PORT`, also after a restart.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its data folder: `innkeeper.toml`, `hooks/`, `email-templates/`.
    pub fn data(&self) -> &Path {
        self.start.data.path()
    }

    /// The database that it uses.
    pub fn database(&self) -> &Database {
        self.start.database.as_ref().expect("a server starts with a database")
    }

    /// All that it said so far, on both outputs, over all its starts.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log contains these words.
    pub async fn logged(&self, words: &str) {
        let found = wait::within(wait::PATIENCE, || async { self.log().contains(words).then_some(()) }).await;
        assert!(found.is_some(), "the log never said “{words}”; it says:\n{}", self.log());
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        let (_, process) = self.process.as_ref().expect("the server is stopped");
        process.id().expect("the server is still to be waited for")
    }

    /// Sends it a signal by name (`TERM`, `HUP`, `STOP`, `CONT` …).
    pub async fn signal(&self, name: &str) {
        let mut kill = tokio::process::Command::new("kill");
        command::run(kill.arg(format!("-{name}")).arg(self.pid().to_string())).await.ok();
    }

    /// Asks it to stop (SIGTERM) and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.signal("TERM").await;
        let Ok(status) = tokio::time::timeout(wait::PATIENCE, self.ended()).await else {
            panic!("the server does not stop; its log says:\n{}", self.log());
        };
        status
    }

    /// Ends it at once (SIGKILL), in the middle of whatever it does.
    pub async fn kill(&mut self) {
        let (_, process) = self.process.as_mut().expect("the server is stopped");
        process.start_kill().unwrap();
        self.ended().await;
    }

    /// Starts it again after [`Server::stop`] or [`Server::kill`]: same data, same address, same environment.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "the server still runs: stop or kill it first");
        self.spawn().await;
        self.ready().await;
    }

    async fn ended(&mut self) -> ExitStatus {
        let (cleanup, mut process) = self.process.take().expect("the server is stopped");
        let status = process.wait().await.unwrap();
        cleanup.disarm();
        status
    }

    async fn spawn(&mut self) {
        let said_before = self.log.lock().unwrap().len();
        let mut command = self.start.command();
        // On its first start it finds a port; later it keeps that, so that links and cookies stay good.
        let bind = self.url.strip_prefix("http://").unwrap_or("127.0.0.1:0").to_owned();
        command.arg("--bind").arg(bind);
        let mut process = command.spawn().unwrap();
        let cleanup = AtExit::run("kill_tree \"$1\"", &[&process.id().unwrap().to_string()]);
        tokio::spawn(keep(process.stdout.take().unwrap(), Arc::clone(&self.log)));
        tokio::spawn(keep(process.stderr.take().unwrap(), Arc::clone(&self.log)));
        self.process = Some((cleanup, process));

        let log = Arc::clone(&self.log);
        let listening = wait::within(wait::PATIENCE, || async {
            let log = log.lock().unwrap();
            let said = &log[said_before..];
            let (_, after) = said.split_once("listening on ")?;
            Some(after.lines().next()?.trim().to_owned())
        });
        let (_, process) = self.process.as_mut().expect("it was started just now");
        // When it ends instead, the log says why; it needs a moment to be read.
        let url = tokio::select! {
            url = listening => url,
            _ = process.wait() => { tokio::time::sleep(Duration::from_millis(100)).await; None }
        };
        self.url = url.unwrap_or_else(|| panic!("the server does not listen; its log says:\n{}", self.log()));
    }

    async fn ready(&self) {
        let ready = format!("{}/readyz", self.url);
        let client = super::client::plain();
        let answered = wait::within(wait::PATIENCE, || async {
            client.get(&ready).send().await.ok().filter(|answer| answer.status().is_success())
        });
        assert!(answered.await.is_some(), "{ready} is never ready; the log says:\n{}", self.log());
    }
}

impl Start {
    fn new(demo: bool) -> Self {
        let folder = tempfile::Builder::new().prefix("innkeeper-data-").tempdir().unwrap();
        let data = Data::Own(folder);
        Self { demo, arguments: Vec::new(), environment: Vec::new(), database: None, data }
    }

    /// A setting by environment: `env("SMTP_URL", …)` sets `INNKEEPER_SMTP_URL`.
    pub fn env(mut self, key: &str, value: impl Into<String>) -> Self {
        self.environment.push((format!("INNKEEPER_{key}"), value.into()));
        self
    }

    /// An environment variable that is not ours.
    pub fn foreign_env(mut self, key: &str, value: impl Into<String>) -> Self {
        self.environment.push((key.to_owned(), value.into()));
        self
    }

    /// A further argument of `innkeeper serve`.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Writes a file into the data folder before the start: `file("innkeeper.toml", "…")`.
    pub fn file(self, path: &str, text: &str) -> Self {
        let path = self.data.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Uses this data folder, which stays when the server is dropped: for two servers, or one that was prepared.
    pub fn data(mut self, folder: &Path) -> Self {
        self.data = Data::Given(folder.to_owned());
        self
    }

    /// Uses this database, not a fresh one: for two servers that share it.
    pub fn database(mut self, database: Arc<Database>) -> Self {
        self.database = Some(database);
        self
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Panics
    /// When it ends or is not ready in time; the message has its log.
    pub async fn start(mut self) -> Server {
        if self.database.is_none() {
            self.database = Some(Arc::new(Database::fresh().await));
        }
        let mut server = Server { start: self, url: String::new(), log: Arc::default(), process: None };
        server.spawn().await;
        server.ready().await;
        server
    }

    /// Runs a server that is expected not to start, to its end.
    pub async fn fails(mut self) -> command::Outcome {
        if self.database.is_none() {
            self.database = Some(Arc::new(Database::fresh().await));
        }
        command::run(self.command().args(["--bind", "127.0.0.1:0"])).await
    }

    fn command(&self) -> tokio::process::Command {
        let mut command = command::binary();
        command.arg("serve").arg("--data").arg(self.data.path()).args(&self.arguments);
        if self.demo {
            command.arg("--demo");
        }
        if let Some(database) = &self.database {
            command.env("INNKEEPER_DATABASE_URL", database.url());
        }
        // Last, so that a test can say otherwise.
        command.envs(self.environment.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }
}

async fn keep(output: impl AsyncRead + Unpin, log: Arc<Mutex<String>>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut log = log.lock().unwrap();
        log.push_str(&line);
        log.push('\n');
    }
}

#[tokio::test]
async fn a_server_stops_starts_again_and_stays_where_it_was() {
    let mut server = Server::demo().env("SMTP_URL", "smtp://127.0.0.1:9").start().await;
    let (url, pid) = (server.url().to_owned(), server.pid());
    assert!(server.stop().await.success(), "{}", server.log());
    super::client::plain().get(&url).send().await.expect_err("nobody is there");

    server.start_again().await;
    assert_eq!(server.url(), url);
    assert_ne!(server.pid(), pid);
    server.kill().await;
    server.start_again().await;
    server.logged("listening on").await;
}

#[tokio::test]
async fn a_dropped_server_is_gone_and_so_is_its_data() {
    let server = Server::empty().file("hooks/note.txt", "kept").start().await;
    let (url, data) = (server.url().to_owned(), server.data().to_owned());
    assert!(data.join("hooks/note.txt").exists());
    server.database().count("SELECT 1").await;
    drop(server);
    super::client::plain().get(&url).send().await.expect_err("nobody is there");
    assert!(!data.exists());
}

#[tokio::test]
async fn a_folder_and_a_database_that_are_given_stay() {
    let folder = tempfile::tempdir().unwrap();
    let database = Arc::new(Database::fresh().await);
    let mut server = Server::empty().data(folder.path()).database(Arc::clone(&database)).start().await;
    server.stop().await;
    drop(server);
    assert!(folder.path().exists());
    assert_eq!(database.count("SELECT 1").await, 1);
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let outcome = Server::empty().arg("--surely-unknown").fails().await;
    assert!(outcome.failed_with(2).contains("--surely-unknown"));
}
