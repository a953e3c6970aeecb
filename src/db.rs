//! The database: connect, read, begin, commit and wake. The only file that says which one it is.
//!
//! Every statement is written once and runs on SQLite and PostgreSQL (`$1`, `RETURNING`,
//! `ON CONFLICT`). Reads go through `&Db` or `&mut Tx`; writes exist on [`Tx`] only.

use crate::error::{Error, Kind, Result};
use sqlx::{
    AssertSqlSafe, ConnectOptions, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::{PgListener, PgRow},
    sqlite::SqliteRow,
};
use std::{borrow::Cow, path::Path, sync::Arc};
use tokio::sync::Notify;

mod connect;
pub mod like;
mod migrate;

pub use connect::without_password;

/// The channel on which PostgreSQL nodes wake each other.
const CHANNEL: &str = "innkeeper";

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    wake: Arc<Wake>,
}

#[derive(Clone, Debug)]
enum Pools {
    /// One connection that writes, several that only read.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// Wakes workers when something was committed for them.
#[derive(Debug, Default)]
pub struct Wake {
    /// An event waits for its hooks.
    pub events: Notify,
    /// A mail waits for its delivery.
    pub deliveries: Notify,
    /// A run waits for its turn, or an effect for being carried out.
    pub effects: Notify,
}

/// An open transaction; gone without a trace unless committed.
#[derive(Debug)]
pub struct Tx {
    inner: Inner,
    wake: Arc<Wake>,
    woken: Woken,
}

#[derive(Debug)]
enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

#[derive(Debug, Default, Clone, Copy)]
struct Woken {
    events: bool,
    deliveries: bool,
}

/// A value for a placeholder. Absent values keep their type, which PostgreSQL insists on.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    Text(Option<String>),
    /// A whole number.
    Int(Option<i64>),
    /// True or false.
    Bool(Option<bool>),
}

macro_rules! values {
    ($($from:ty => $variant:ident($convert:expr);)+) => {
        $(
            impl From<$from> for Value { fn from(value: $from) -> Self { Value::$variant(Some($convert(value))) } }
            impl From<Option<$from>> for Value { fn from(value: Option<$from>) -> Self { Value::$variant(value.map($convert)) } }
        )+
    };
}
values! {
    String => Text(keepable);
    &String => Text(|s: &String| keepable(s.clone()));
    &str => Text(|s: &str| keepable(s.to_owned()));
    i64 => Int(|n| n);
    bool => Bool(|b| b);
}

/// PostgreSQL keeps no NUL in a text and refuses the whole statement; so that none of a script's or visitor's making holds
/// up what stands beside it, it becomes the sign for what cannot be shown. SQLite does the same, to be the same.
fn keepable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// The values of a statement, in the order of `$1`, `$2`, ….
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Value::from($value)),*] };
}

/// A row that both databases can fill: `#[derive(FromRow)]` gives it.
pub trait Row: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}
impl<T> Row for T where T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

macro_rules! bound {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for value in $args {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
                Value::Bool(truth) => query.bind(truth),
            };
        }
        query
    }};
}

mod rows;

/// The words of a statement. Only this file makes one, so none holds what somebody wrote.
#[derive(Debug)]
pub struct Text(Cow<'static, str>);

impl Text {
    fn of(words: impl Into<Cow<'static, str>>) -> Self {
        Self(words.into())
    }
}

/// Something that can be read from: `&Db`, or `&mut Tx` to see what the transaction has written.
pub trait Query: Send {
    /// True on SQLite: for the few statements, such as full-text search, that each database says in words of its own.
    fn is_sqlite(&self) -> bool;

    /// All rows.
    fn all<T: Row>(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>>> + Send {
        self.all_of(sql, Text::of(sql), args)
    }

    /// As [`Query::all`], by a `text` that was made here from `sql`, which errors name.
    fn all_of<T: Row>(
        &mut self,
        sql: &'static str,
        text: Text,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// The first row, if any.
    fn optional<T: Row>(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>>> + Send;

    /// Runs a statement for many rows at once. `sql` says `VALUES {{rows}}`; `row` is what stands in the brackets of one row, with
    /// its own values as `$1`, `$2`, …. All rows have equally many values. Gives what the statement gives; one that writes wants a [`Tx`].
    fn for_rows<T: Row>(
        &mut self,
        sql: &'static str,
        row: &'static str,
        rows: Vec<Vec<Value>>,
    ) -> impl Future<Output = Result<Vec<T>>> + Send {
        async move {
            let mut found = Vec::new();
            for (text, args) in rows::statements(sql, row, rows, self.is_sqlite()) {
                found.extend(self.all_of(sql, Text::of(text), args).await?);
            }
            Ok(found)
        }
    }

    /// The single number that the statement gives.
    fn number(&mut self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Result<i64>> + Send {
        async move { Ok(self.optional::<(i64,)>(sql, args).await?.map_or(0, |row| row.0)) }
    }
}

impl Query for &Db {
    fn is_sqlite(&self) -> bool {
        Db::is_sqlite(self)
    }

    async fn all_of<T: Row>(&mut self, sql: &'static str, text: Text, args: Vec<Value>) -> Result<Vec<T>> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => {
                bound!(sqlx::query_as::<Sqlite, T>(AssertSqlSafe(text.0)), args).fetch_all(readers).await
            }
            Pools::Postgres(pool) => {
                bound!(sqlx::query_as::<Postgres, T>(AssertSqlSafe(text.0)), args).fetch_all(pool).await
            }
        }
        .map_err(|e| failure(sql, e))
    }

    async fn optional<T: Row>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<T>> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => {
                bound!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_optional(readers).await
            }
            Pools::Postgres(pool) => {
                bound!(sqlx::query_as::<Postgres, T>(sql), args).fetch_optional(pool).await
            }
        }
        .map_err(|e| failure(sql, e))
    }
}

impl Query for &mut Tx {
    fn is_sqlite(&self) -> bool {
        matches!(self.inner, Inner::Sqlite(_))
    }

    async fn all_of<T: Row>(&mut self, sql: &'static str, text: Text, args: Vec<Value>) -> Result<Vec<T>> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                bound!(sqlx::query_as::<Sqlite, T>(AssertSqlSafe(text.0)), args).fetch_all(&mut **tx).await
            }
            Inner::Postgres(tx) => {
                bound!(sqlx::query_as::<Postgres, T>(AssertSqlSafe(text.0)), args).fetch_all(&mut **tx).await
            }
        }
        .map_err(|e| failure(sql, e))
    }

    async fn optional<T: Row>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<T>> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                bound!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_optional(&mut **tx).await
            }
            Inner::Postgres(tx) => {
                bound!(sqlx::query_as::<Postgres, T>(sql), args).fetch_optional(&mut **tx).await
            }
        }
        .map_err(|e| failure(sql, e))
    }
}

impl Db {
    /// True on SQLite, where everything runs in this one process.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// What wakes the workers of this process.
    pub fn wake(&self) -> &Wake {
        &self.wake
    }

    /// Begins a transaction that may write. On SQLite it holds the one write lock from its first
    /// moment: a deferred one that turns to writing fails at once, whatever the time-out.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] if no connection is free in time or the database is away.
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_with("PRAGMA synchronous = FULL; BEGIN IMMEDIATE", "BEGIN").await
    }

    /// As [`Db::begin`], for what may be forgotten if the power fails, such as who works on what: the commit does not wait for
    /// the disk. The next one that does takes it along, and a process that ends loses nothing.
    ///
    /// # Errors
    /// As [`Db::begin`].
    pub async fn begin_fleeting(&self) -> Result<Tx> {
        let postgres = "BEGIN; SET LOCAL synchronous_commit = off";
        self.begin_with("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE", postgres).await
    }

    async fn begin_with(&self, sqlite: &'static str, postgres: &'static str) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let mut begun = writer.begin_with(sqlite).await;
                if matches!(begun, Err(sqlx::Error::InvalidSavePointStatement)) {
                    // SQLite ended the last transaction by itself, as it does when the disk is full, and the driver counts on.
                    let lost = writer.acquire().await.map_err(|e| failure("BEGIN", e))?;
                    lost.close().await.map_err(|e| failure("BEGIN", e))?;
                    begun = writer.begin_with(sqlite).await;
                }
                Inner::Sqlite(begun.map_err(|e| failure("BEGIN", e))?)
            }
            Pools::Postgres(pool) => {
                Inner::Postgres(pool.begin_with(postgres).await.map_err(|e| failure("BEGIN", e))?)
            }
        };
        Ok(Tx { inner, wake: Arc::clone(&self.wake), woken: Woken::default() })
    }

    /// Wakes this process's workers whenever another node commits something for them; runs until
    /// the connection is lost. Polling is the net beneath it.
    ///
    /// # Errors
    /// When listening fails; the caller waits a little and calls again.
    pub async fn listen(&self) -> Result<()> {
        let Pools::Postgres(pool) = &self.pools else { return std::future::pending().await };
        let mut listener = PgListener::connect_with(pool).await.map_err(|e| failure("LISTEN", e))?;
        listener.listen(CHANNEL).await.map_err(|e| failure("LISTEN", e))?;
        loop {
            listener.recv().await.map_err(|e| failure("LISTEN", e))?;
            self.wake.events.notify_one();
            self.wake.deliveries.notify_one();
            self.wake.effects.notify_one();
        }
    }

    /// Copies a SQLite database to a new file while it is in use.
    ///
    /// # Errors
    /// If the file exists, cannot be written, or the database is PostgreSQL.
    pub async fn backup(&self, file: &Path) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => {
                // VACUUM INTO reads one consistent snapshot; `query_only` does not forbid it a new file.
                let mut connection = readers
                    .connect_options()
                    .as_ref()
                    .clone()
                    .pragma("query_only", "OFF")
                    .connect()
                    .await
                    .map_err(|e| failure("VACUUM INTO", e))?;
                let path = file.to_string_lossy().into_owned();
                sqlx::query("VACUUM INTO $1")
                    .bind(path)
                    .execute(&mut connection)
                    .await
                    .map_err(|e| failure("VACUUM INTO", e))?;
                Ok(())
            }
            Pools::Postgres(_) => {
                Err(Error::new(Kind::Invalid, "backup").detail("the database is PostgreSQL"))
            }
        }
    }

    /// Ends all connections, after what they are doing.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Runs a statement that changes something; gives the number of rows.
    ///
    /// # Errors
    /// [`Kind::Conflict`] if a unique key is taken, [`Kind::Unavailable`] if the database is away.
    pub async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                bound!(sqlx::query(sql), args).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Inner::Postgres(tx) => {
                bound!(sqlx::query(sql), args).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
        .map_err(|e| failure(sql, e))
    }

    /// Waits until no other transaction holds this name, and holds it until this one ends. On SQLite all wait anyway.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] if the database is away.
    pub async fn alone(&mut self, name: &str) -> Result<()> {
        let Inner::Postgres(tx) = &mut self.inner else { return Ok(()) };
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        let held = sqlx::query(sql).bind(name).execute(&mut **tx).await;
        held.map(|_| ()).map_err(|e| failure(sql, e))
    }

    /// Runs a claim: rows that another node is claiming at this moment are passed over. The
    /// statement says `{{skip_locked}}` where PostgreSQL needs the words; SQLite has one writer. And it says
    /// `{{indexed_by NAME}}` where SQLite, which knows nothing of how values are spread, would take a worse one.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] if the database is away.
    pub async fn claim<T: Row>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<T>> {
        let mut tx = self;
        let text = claiming(sql, tx.is_sqlite());
        tx.all_of(sql, Text::of(text), args).await
    }

    /// Commit will wake whoever runs hooks on events.
    pub fn wake_events(&mut self) {
        self.woken.events = true;
    }

    /// Commit will wake whoever delivers mails and web-hooks.
    pub fn wake_deliveries(&mut self) {
        self.woken.deliveries = true;
    }

    /// Makes it so, and wakes those who have work now.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] if the database did not confirm; nothing is announced then.
    pub async fn commit(mut self) -> Result<()> {
        let woken = self.woken;
        if let Inner::Postgres(tx) = &mut self.inner
            && (woken.events || woken.deliveries)
        {
            // Sent by the server when the transaction commits, to every node.
            sqlx::query("SELECT pg_notify($1, '')")
                .bind(CHANNEL)
                .execute(&mut **tx)
                .await
                .map_err(|e| failure("NOTIFY", e))?;
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        }
        .map_err(|e| failure("COMMIT", e))?;
        if woken.events {
            self.wake.events.notify_one();
        }
        if woken.deliveries {
            self.wake.deliveries.notify_one();
            self.wake.effects.notify_one();
        }
        Ok(())
    }
}

/// The text of a claim in the words of one of the databases.
fn claiming(sql: &str, on_sqlite: bool) -> String {
    let sql = sql.replace("{{skip_locked}}", if on_sqlite { "" } else { "FOR UPDATE SKIP LOCKED" });
    match sql.split_once("{{indexed_by ").and_then(|(before, rest)| Some((before, rest.split_once("}}")?))) {
        Some((before, (index, after))) if on_sqlite => {
            format!("{before}INDEXED BY {index}{}", claiming(after, on_sqlite))
        }
        Some((before, (_, after))) => format!("{before}{}", claiming(after, on_sqlite)),
        None => sql,
    }
}

fn failure(sql: &str, error: sqlx::Error) -> Error {
    let kind = match &error {
        sqlx::Error::Database(db) if db.is_unique_violation() || db.is_foreign_key_violation() => {
            Kind::Conflict
        }
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Tls(_) => Kind::Unavailable,
        // PostgreSQL says with classes 57 and 08 that it is going away or refusing; SQLite with 5, 10, 13 and 14 that the file is busy, broken or full.
        sqlx::Error::Database(db) => match db.code().as_deref() {
            Some(code) if code.starts_with("57") || code.starts_with("08") || code.starts_with("53") => {
                Kind::Unavailable
            }
            Some("5" | "10" | "13" | "14" | "8") => Kind::Unavailable,
            _ => Kind::Internal,
        },
        _ => Kind::Internal,
    };
    let code = match kind {
        Kind::Conflict => "conflict",
        Kind::Unavailable => "database",
        _ => "internal",
    };
    let first_line = sql.trim().lines().next().unwrap_or_default();
    Error { source: Some(Box::new(error)), ..Error::new(kind, code).detail(first_line) }
}
