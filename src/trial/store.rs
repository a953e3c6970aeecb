//! Reading history, page by page: events, the runs that met them, and accounts' snapshots once each.

use crate::{args, db::Query, effect::store::Run, error::Result, event::outbox::StoredEvent};
use sqlx::FromRow;

/// Which part of history is meant.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Events that happened then or later.
    pub since: i64,
    /// And before this moment.
    pub until: i64,
    /// A name, or its first word and a star (`ticket.*`); empty for all.
    pub name: String,
    /// Only of this account; empty for all.
    pub account_id: String,
}

impl Which {
    /// A name that is meant exactly, and one that names must begin with; the other is empty.
    fn names(&self) -> (&str, &str) {
        self.name.strip_suffix('*').map_or((self.name.as_str(), ""), |family| ("", family))
    }
}

/// An event without its account, which many share.
#[derive(Clone, Debug, FromRow)]
pub struct Head {
    #[sqlx(flatten)]
    pub event: StoredEvent,
    /// Hash of the account's snapshot.
    pub snapshot_hash: Option<String>,
}

macro_rules! meant {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " WHERE ($1 = '' OR e.name = $1) AND ($2 = '' OR substr(e.name, 1, length($2)) = $2)
               AND ($3 = '' OR e.account_id = $3) AND e.at >= $4 AND e.at < $5 AND e.dispatched_at IS NOT NULL ",
            $tail
        )
    };
}

/// The conditions of [`meant!`], and two numbers more.
fn range(which: &Which, from: i64, to: i64) -> Vec<crate::db::Value> {
    let (exactly, family) = which.names();
    args![exactly, family, &which.account_id, which.since, which.until, from, to]
}

/// How many events are meant.
///
/// # Errors
/// If the database is away.
pub async fn count(mut q: impl Query, which: &Which) -> Result<i64> {
    let (exactly, family) = which.names();
    let args = args![exactly, family, &which.account_id, which.since, which.until];
    q.number(meant!("SELECT COUNT(*) FROM events e", ""), args).await
}

/// The events that are meant, after the number `after`, in order; those whose hooks have not run yet are no history.
///
/// # Errors
/// If the database is away.
pub async fn page(mut q: impl Query, which: &Which, after: i64, limit: i64) -> Result<Vec<Head>> {
    q.all(
        meant!(
            "SELECT e.seq, e.id, e.stream, e.name, e.at, e.account_id, e.actor, e.correlation, e.depth, e.body,
               e.dispatched_at, CAST(NULL AS TEXT) AS account, e.snapshot_hash FROM events e",
            "AND e.seq > $6 ORDER BY e.seq LIMIT $7"
        ),
        range(which, after, limit),
    )
    .await
}

/// The runs of those events that are numbered after `after`, up to `last`.
///
/// # Errors
/// If the database is away.
pub async fn runs(mut q: impl Query, which: &Which, after: i64, last: i64) -> Result<Vec<Run>> {
    q.all(
        meant!(
            "SELECT r.event_id, r.hook, r.stream, r.seq, r.event_name, r.account_id, r.verb, r.state, r.attempts, r.next_at,
               r.bundle, r.error, r.file, r.line, r.operations, r.micros, r.detail, r.at
             FROM events e JOIN hook_runs r ON r.event_id = e.id",
            "AND e.seq > $6 AND e.seq <= $7 ORDER BY e.seq, r.hook"
        ),
        range(which, after, last),
    )
    .await
}

/// The accounts' snapshots of those events that are numbered after `after`, up to `last`: hash and text, each once.
///
/// # Errors
/// If the database is away.
pub async fn snapshots(
    mut q: impl Query,
    which: &Which,
    after: i64,
    last: i64,
) -> Result<Vec<(String, String)>> {
    q.all(
        concat!(
            "SELECT s.hash, s.body FROM snapshots s WHERE s.hash IN (",
            meant!("SELECT e.snapshot_hash FROM events e", "AND e.seq > $6 AND e.seq <= $7"),
            ")"
        ),
        range(which, after, last),
    )
    .await
}
