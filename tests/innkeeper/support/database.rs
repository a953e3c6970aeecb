//! A database for each test, of the kind that `INNKEEPER_TEST_DB` names.

use std::{
    collections::{HashMap, hash_map::Entry},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions,
};
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::{at_exit::AtExit, pg::Pg};

/// The two databases on which everything runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// The kind under test: `INNKEEPER_TEST_DB`, or SQLite when that is unset.
    pub fn under_test() -> Self {
        match std::env::var("INNKEEPER_TEST_DB").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok(other) => panic!("INNKEEPER_TEST_DB is `{other}`; it can be `sqlite` or `postgres`"),
        }
    }
}

/// A database that nobody else uses, gone when it is dropped.
pub struct Database {
    url: String,
    home: Home,
}

enum Home {
    Sqlite(TempDir),
    Postgres(String),
}

impl Database {
    /// An empty database of the kind under test.
    pub async fn fresh() -> Self {
        match Kind::under_test() {
            Kind::Sqlite => Self::sqlite(|_| ()),
            Kind::Postgres => Self::postgres(Pg::shared().create(None).await),
        }
    }

    /// A copy of a database that `fill` filled, once in a run for each `name`; `fill` is given its URL, and
    /// closes its connections.
    pub async fn filled(name: &'static str, fill: impl AsyncFnOnce(&str)) -> Self {
        static TEMPLATES: LazyLock<Mutex<HashMap<&str, Template>>> = LazyLock::new(Mutex::default);
        let mut templates = TEMPLATES.lock().await;
        let template = match templates.entry(name) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Template::fill(Self::fresh().await, fill).await),
        };
        match &template.database.home {
            Home::Sqlite(folder) => Self::sqlite(|copy| {
                std::fs::copy(file_in(folder.path()), copy).unwrap();
            }),
            Home::Postgres(name) => Self::postgres(Pg::shared().create(Some(name)).await),
        }
    }

    /// What to write after `database_url`: `sqlite://FILE` or `postgres://…`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The number that a query with one column and one row gives, past the product's own code.
    pub async fn count(&self, sql: impl Into<String>) -> i64 {
        let sql = AssertSqlSafe(format!("SELECT CAST(({}) AS BIGINT)", sql.into()));
        match &self.home {
            Home::Sqlite(folder) => {
                sqlx::query_scalar(sql).fetch_one(&mut Self::open(&file_in(folder.path())).await).await
            }
            Home::Postgres(_) => sqlx::query_scalar(sql).fetch_one(&mut self.connect().await).await,
        }
        .unwrap()
    }

    /// Runs statements, past the product's own code: to make an invite old, or to break a row.
    pub async fn execute(&self, sql: impl Into<String>) {
        let sql = AssertSqlSafe(sql.into());
        match &self.home {
            Home::Sqlite(folder) => {
                Self::open(&file_in(folder.path())).await.execute(sql).await.unwrap();
            }
            Home::Postgres(_) => {
                self.connect().await.execute(sql).await.unwrap();
            }
        }
    }

    fn sqlite(fill: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::Builder::new().prefix("innkeeper-db-").tempdir().unwrap();
        let file = file_in(folder.path());
        fill(&file);
        Self { url: format!("sqlite://{}", file.display()), home: Home::Sqlite(folder) }
    }

    fn postgres(name: String) -> Self {
        Self { url: Pg::shared().url(&name), home: Home::Postgres(name) }
    }

    async fn open(file: &Path) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        SqliteConnection::connect_with(&options).await.unwrap()
    }

    async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }
}

/// A database that was filled once, of which tests take copies. It stays for the run.
struct Template {
    database: Database,
    /// Nothing in a `static` is dropped, so the folder of an SQLite template goes when the process does.
    _cleanup: Option<AtExit>,
}

impl Template {
    async fn fill(database: Database, fill: impl AsyncFnOnce(&str)) -> Self {
        fill(database.url()).await;
        let cleanup = match &database.home {
            Home::Sqlite(folder) => {
                // What stands in the write-ahead log belongs into the copies, too.
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
                Some(AtExit::run("rm -rf \"$1\"", &[folder.path().to_str().unwrap()]))
            }
            Home::Postgres(name) => {
                Pg::shared().freeze(name).await;
                None
            }
        };
        Self { database, _cleanup: cleanup }
    }
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("innkeeper.db")
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Home::Postgres(name) = &self.home {
            Pg::shared().drop_soon(name);
        }
    }
}

#[tokio::test]
async fn filled_databases_are_separate_copies() {
    let fill = async |url: &str| {
        let statements = "CREATE TABLE guest (name TEXT); INSERT INTO guest VALUES ('Anna')";
        if let Some(file) = url.strip_prefix("sqlite://") {
            Database::open(Path::new(file)).await.execute(statements).await.unwrap();
        } else {
            PgConnection::connect(url).await.unwrap().execute(statements).await.unwrap();
        }
    };
    let one = Database::filled("one guest", fill).await;
    one.execute("INSERT INTO guest VALUES ('Berta')").await;
    let other = Database::filled("one guest", async |_| panic!("it is filled only once")).await;
    assert_ne!(one.url(), other.url());
    assert_eq!(one.count("SELECT count(*) FROM guest").await, 2);
    assert_eq!(other.count("SELECT count(*) FROM guest").await, 1);
}

#[tokio::test]
async fn a_fresh_database_is_empty_and_of_the_kind_under_test() {
    let database = Database::fresh().await;
    let (scheme, tables) = match Kind::under_test() {
        Kind::Sqlite => ("sqlite:", "SELECT count(*) FROM sqlite_master"),
        Kind::Postgres => ("postgres:", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
    };
    assert!(database.url().starts_with(scheme), "{}", database.url());
    assert_eq!(database.count(tables).await, 0);
}
