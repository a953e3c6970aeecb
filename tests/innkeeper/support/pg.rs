//! A PostgreSQL server of our own, that is gone when the tests are.
//!
//! [`Pg::shared`] is started once for a run, and hands out databases; [`Pg::start`] is a server for one test,
//! which may stop it and start it again.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::{mpsc, oneshot};

use super::at_exit::AtExit;

/// A running server. It has no durability: a crash of the machine loses everything, which a test does not mind.
pub struct Pg {
    folder: PathBuf,
    bin: PathBuf,
    port: u16,
    /// Statements about whole databases go through one connection, one after the other: a template that is
    /// being cloned cannot be cloned a second time.
    admin: mpsc::UnboundedSender<Statement>,
    named: AtomicU64,
    _cleanup: AtExit,
}

struct Statement {
    sql: String,
    done: oneshot::Sender<Result<(), sqlx::Error>>,
}

impl Pg {
    /// The server of this run; the first test that asks starts it, which takes about a second.
    pub fn shared() -> &'static Self {
        // Nothing in a `static` is dropped: this server ends because the process does.
        static SHARED: LazyLock<Pg> = LazyLock::new(Pg::start);
        &SHARED
    }

    /// A server for one test, ended when it is dropped.
    ///
    /// # Panics
    /// When PostgreSQL is not installed, or does not start; the message says which, and what to do.
    pub fn start() -> Self {
        let bin = programs();
        let folder = tempfile::Builder::new().prefix("innkeeper-pg-").tempdir().unwrap().keep();
        if is_root() {
            // The server refuses to run as root; the package made this user.
            done(Command::new("chown").arg("postgres").arg(&folder));
        }
        let cleanup = AtExit::run(
            "cd \"$2\"; if [ \"$(id -u)\" = 0 ]; then set -- \"$@\" runuser -u postgres --; fi; pg_ctl=$1; folder=$2; \
             shift 2; \"$@\" \"$pg_ctl\" -D \"$folder/data\" -m immediate -w stop; cd /; rm -rf \"$folder\"",
            &[bin.join("pg_ctl").to_str().unwrap(), folder.to_str().unwrap()],
        );
        let init = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-D"];
        done(as_postgres(&folder, &bin.join("initdb")).args(init).arg(folder.join("data")));
        let (admin, statements) = mpsc::unbounded_channel();
        let mut pg = Self { folder, bin, port: 0, admin, named: AtomicU64::new(0), _cleanup: cleanup };
        // Between finding a free port and taking it, somebody else may have it.
        let running = (0..3).any(|_| {
            pg.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            pg.try_start()
        });
        assert!(running, "PostgreSQL does not start; its log says:\n{}", pg.log());
        let url = pg.url("postgres");
        std::thread::spawn(move || administer(&url, statements));
        pg
    }

    /// The address of one of its databases, over loopback TCP.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database, or a copy of `template`, to which nobody may be connected; returns its name.
    pub async fn create(&self, template: Option<&str>) -> String {
        let name = format!("test_{}", self.named.fetch_add(1, Ordering::Relaxed));
        let template = template.unwrap_or("template0");
        self.administer(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        name
    }

    /// Ends all connections to a database and lets nobody connect again, so that it can be a template.
    pub async fn freeze(&self, database: &str) {
        self.administer(format!("ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false")).await;
        self.administer(format!(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{database}'"
        ))
        .await;
    }

    /// Drops a database, whoever is connected to it, some time soon.
    pub fn drop_soon(&self, database: &str) {
        let (done, _) = oneshot::channel();
        let sql = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
        // The receiver is gone only when the server is.
        let _ = self.admin.send(Statement { sql, done });
    }

    /// Stops the server as an operator would, ending its connections; [`Pg::start_again`] brings it back.
    pub fn stop(&self) {
        let data = self.folder.join("data");
        done(self.pg_ctl().args(["-m", "fast", "-w", "stop", "-D"]).arg(data));
    }

    /// Starts the server again after [`Pg::stop`], at the same address.
    pub fn start_again(&self) {
        assert!(self.try_start(), "PostgreSQL does not start again; its log says:\n{}", self.log());
    }

    fn try_start(&self) -> bool {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c autovacuum=off",
            self.port,
            self.folder.display(),
        );
        let mut start = self.pg_ctl();
        start.args(["-w", "-t", "30", "-l"]).arg(self.folder.join("log"));
        start.args(["-o", &options, "start", "-D"]).arg(self.folder.join("data"));
        // The server would keep a pipe open; it writes to its log file instead.
        start.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }

    fn pg_ctl(&self) -> Command {
        as_postgres(&self.folder, &self.bin.join("pg_ctl"))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_else(|error| error.to_string())
    }

    async fn administer(&self, sql: String) {
        let (done, answer) = oneshot::channel();
        let shown = sql.clone();
        self.admin
            .send(Statement { sql, done })
            .expect("the thread that administers lives as long as the server");
        answer.await.unwrap().unwrap_or_else(|error| panic!("{shown}: {error}"));
    }
}

/// The newest installation below `/usr/lib/postgresql`, else the one on the `PATH`.
fn programs() -> PathBuf {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = installed
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let newest_first = versions.into_iter().rev().map(|(_, folder)| folder);
    newest_first.chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").exists()).expect(
        "PostgreSQL's `initdb` is neither below /usr/lib/postgresql nor on the PATH: install the package \
         `postgresql` (`apt-get install postgresql`), or run `bin/test`, which does it",
    )
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn as_postgres(folder: &Path, program: &Path) -> Command {
    let mut command = Command::new(if is_root() { Path::new("runuser") } else { program });
    if is_root() {
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    // The caller's own folder may be closed to that user.
    command.current_dir(folder);
    command
}

fn done(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said}");
}

fn administer(url: &str, mut statements: mpsc::UnboundedReceiver<Statement>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut kept: Option<PgConnection> = None;
    while let Some(Statement { sql, done }) = statements.blocking_recv() {
        let outcome = runtime.block_on(async {
            let mut connection = match kept.take() {
                Some(connection) => connection,
                None => PgConnection::connect(url).await?,
            };
            connection.execute(AssertSqlSafe(sql)).await?;
            kept = Some(connection);
            Ok(())
        });
        // Who dropped a database does not wait for the answer.
        let _ = done.send(outcome);
    }
}

#[tokio::test]
async fn postgres_answers_a_query() {
    let pg = Pg::shared();
    let mut connection = PgConnection::connect(&pg.url("postgres")).await.unwrap();
    let answer: i32 = sqlx::query_scalar("SELECT 6 * 7").fetch_one(&mut connection).await.unwrap();
    assert_eq!(answer, 42);
}

#[tokio::test]
async fn a_copy_has_what_its_template_had_and_is_separate() {
    let pg = Pg::shared();
    let template = pg.create(None).await;
    let mut writer = PgConnection::connect(&pg.url(&template)).await.unwrap();
    writer.execute("CREATE TABLE guest (name TEXT); INSERT INTO guest VALUES ('Anna')").await.unwrap();
    pg.freeze(&template).await;

    let (one, other) = tokio::join!(pg.create(Some(&template)), pg.create(Some(&template)));
    let mut one = PgConnection::connect(&pg.url(&one)).await.unwrap();
    one.execute("INSERT INTO guest VALUES ('Berta')").await.unwrap();
    let mut other = PgConnection::connect(&pg.url(&other)).await.unwrap();
    let names: Vec<String> =
        sqlx::query_scalar("SELECT name FROM guest").fetch_all(&mut other).await.unwrap();
    assert_eq!(names, ["Anna"]);
}

#[tokio::test]
async fn a_server_of_its_own_goes_away_and_comes_back() {
    let pg = Pg::start();
    let folder = pg.folder.clone();
    let url = pg.url("postgres");
    pg.stop();
    PgConnection::connect(&url).await.expect_err("nobody is there");
    pg.start_again();
    PgConnection::connect(&url).await.unwrap();

    drop(pg);
    PgConnection::connect(&url).await.expect_err("dropped is stopped");
    assert!(!folder.exists(), "{} is left", folder.display());
}
