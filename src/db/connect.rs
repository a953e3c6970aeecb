//! Connecting, and what is said where that does not work.

use super::{Db, Pools};
use crate::error::{Error, Kind, Result};
use sqlx::{
    ConnectOptions, Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{str::FromStr, sync::Arc, time::Duration};

/// How long PostgreSQL may take to answer at all.
const FIRST_ANSWER: Duration = Duration::from_secs(5);

impl Db {
    /// Connects to `sqlite://PATH` or `postgres://…`.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] with words that name the database and the mend.
    pub async fn connect(url: &str) -> Result<Self> {
        let pools = if url.starts_with("sqlite:") {
            sqlite(url).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let away = |e: &sqlx::Error| unreachable_database("PostgreSQL", &without_password(url), e);
            let options = PgConnectOptions::from_str(url).map_err(|e| away(&e))?;
            // The pool tries again until its time is up, even where nobody listens: one try beforehand tells at once.
            let first = tokio::time::timeout(FIRST_ANSWER, options.connect()).await;
            let _ = first.map_err(|_| away(&sqlx::Error::PoolTimedOut))?.map_err(|e| away(&e))?.close().await;
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options)
                .await
                .map_err(|e| away(&e))?;
            Pools::Postgres(pool)
        } else {
            return Err(Error::new(Kind::Unavailable, "database").detail(format!(
                "database_url: {:?} is neither sqlite://PATH nor postgres://USER@HOST/NAME",
                without_password(url)
            )));
        };
        Ok(Self { pools, wake: Arc::default() })
    }
}

async fn sqlite(url: &str) -> Result<Pools> {
    let trouble = |e: &sqlx::Error| unreachable_database("SQLite", url, e);
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|e| trouble(&e))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(256)
        // Pages that are written again and again, as those of queues are, are copied back into the file once in a while, not each time.
        .pragma("wal_autocheckpoint", "4000")
        .disable_statement_logging();
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        // A file does not go away; asking before each statement whether it did costs as much as the statement.
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10))
        // In KiB: what many mails under way are written to stays at hand.
        .connect_with(options.clone().pragma("cache_size", "-8000"))
        .await
        .map_err(|e| trouble(&e))?;
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.pragma("query_only", "ON"))
        .await
        .map_err(|e| trouble(&e))?;
    Ok(Pools::Sqlite { writer, readers })
}

fn unreachable_database(what: &str, url: &str, error: &sqlx::Error) -> Error {
    Error::new(Kind::Unavailable, "database")
        .detail(format!("database_url: {what} at {url} does not open: {error}"))
}

/// The address with its password left out, for messages and logs.
pub fn without_password(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
        Some((scheme, (login, host))) => {
            format!("{scheme}://{}:***@{host}", login.split(':').next().unwrap_or_default())
        }
        None => url.to_owned(),
    }
}
