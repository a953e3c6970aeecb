//! What waits for its hooks: claiming a stream, marking its events done, giving it back, and forgetting what is long over.

use super::StoredEvent;
use crate::{
    args,
    db::{Db, Query, Tx},
    error::Result,
};
use sqlx::FromRow;

/// A stream that was taken.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Claim {
    /// Its key.
    pub key: String,
    /// How often it was taken since something of it got done, or it was given back: more than once if a process ended over it.
    pub tries: i64,
}

/// Takes up to `limit` streams that have events waiting, for as long as `lease` milliseconds.
///
/// # Errors
/// If the database is away.
pub async fn claim_streams(db: &Db, node: &str, now: i64, lease: i64, limit: i64) -> Result<Vec<Claim>> {
    let mut tx = db.begin_fleeting().await?;
    let claims = tx
        .claim(
            "UPDATE streams SET lease_by = $1, lease_until = $2, tries = tries + 1 WHERE key IN (
               SELECT key FROM streams WHERE pending > 0 AND ready_at <= $3 AND lease_until < $3
               ORDER BY ready_at LIMIT $4 {{skip_locked}}) RETURNING key, tries",
            args![node, now + lease, now, limit],
        )
        .await?;
    tx.commit().await?;
    Ok(claims)
}

/// The next events of a stream that wait for their hooks, in order.
///
/// # Errors
/// If the database is away.
pub async fn waiting(mut q: impl Query, stream: &str, limit: i64) -> Result<Vec<StoredEvent>> {
    q.all(
        select_events!("WHERE e.stream = $1 AND e.dispatched_at IS NULL ORDER BY e.seq LIMIT $2"),
        args![stream, limit],
    )
    .await
}

/// How many events hooks have caused one from another since a person's act, this one among them, counted up to `most`; and
/// how many of these came no later than this one.
///
/// # Errors
/// If the database is away.
pub async fn chain(mut q: impl Query, event_id: &str, most: i64) -> Result<(i64, i64)> {
    let found: Option<(i64, i64)> = q
        .optional(
            "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM events c WHERE c.root = e.root LIMIT $2) few),
               (SELECT COUNT(*) FROM (SELECT 1 FROM events c WHERE c.root = e.root AND c.seq <= e.seq LIMIT $2) few)
             FROM events e WHERE e.id = $1",
            args![event_id, most],
        )
        .await?;
    Ok(found.unwrap_or_default())
}

/// Marks events of a stream, those that [`waiting`] gave first, as done, if the lease is still `node`'s; nothing if it is not, and then
/// the caller must roll back: another node works on them. Gives the number of events that wait still: if none, the stream is given
/// back; else the lease begins anew, for as long as `lease` milliseconds.
///
/// # Errors
/// If the database is away.
pub async fn dispatched(
    mut tx: &mut Tx,
    stream: &str,
    node: &str,
    seqs: &[i64],
    (now, lease): (i64, i64),
) -> Result<Option<i64>> {
    // Whoever emits holds the stream's row: no number between two that were seen is still to come.
    let (first, last) = (seqs.iter().min().copied(), seqs.iter().max().copied());
    let marked = tx
        .execute(
            "UPDATE events SET dispatched_at = $1
             WHERE stream = $2 AND seq BETWEEN $3 AND $4 AND dispatched_at IS NULL",
            args![now, stream, first.unwrap_or_default(), last.unwrap_or_default()],
        )
        .await?;
    // Not more than were marked: below nothing, later events would be passed by.
    let marked = i64::try_from(marked).unwrap_or(i64::MAX);
    let left: Option<(i64,)> = tx
        .optional(
            "UPDATE streams SET pending = pending - $1, ready_at = $2, tries = 0,
               lease_until = CASE WHEN pending > $1 THEN $3 ELSE 0 END
             WHERE key = $4 AND lease_by = $5 AND lease_until > $2 RETURNING pending",
            args![marked, now, now + lease, stream, node],
        )
        .await?;
    Ok(left.map(|(left,)| left))
}

/// Gives a stream back before its lease ends, to be worked from `ready_at` on.
///
/// # Errors
/// If the database is away; the lease ends by itself then.
pub async fn release(db: &Db, stream: &str, node: &str, ready_at: i64) -> Result<()> {
    let mut tx = db.begin_fleeting().await?;
    tx.execute(
        "UPDATE streams SET lease_until = 0, ready_at = $1, tries = 0 WHERE key = $2 AND lease_by = $3",
        args![ready_at, stream, node],
    )
    .await?;
    tx.commit().await
}

/// Forgets up to `limit` events that happened before `before` and that nothing waits for, with the
/// snapshots that no event uses any more. Gives the number of events.
///
/// # Errors
/// If the database is away.
pub async fn forget(tx: &mut Tx, before: i64, limit: i64) -> Result<u64> {
    let gone = tx
        .execute(
            "DELETE FROM events WHERE seq IN (
               SELECT e.seq FROM events e WHERE e.at < $1 AND e.dispatched_at IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM emails m LEFT JOIN emails d ON d.id = m.digest_id AND m.state = 'digested'
                   WHERE m.event_id = e.id AND (m.state = 'waiting' OR d.state = 'waiting'))
                 AND NOT EXISTS (SELECT 1 FROM effects f WHERE f.event_id = e.id AND f.state = 'waiting')
                 AND NOT EXISTS (SELECT 1 FROM hook_runs r WHERE r.event_id = e.id AND (r.state = 'waiting' OR r.error IS NOT NULL))
               ORDER BY e.at LIMIT $2)",
            args![before, limit],
        )
        .await?;
    tx.execute(
        "DELETE FROM snapshots WHERE hash IN (
           SELECT s.hash FROM snapshots s WHERE s.used_at < $1
             AND NOT EXISTS (SELECT 1 FROM events e WHERE e.snapshot_hash = s.hash AND e.at >= $1) LIMIT $2)
           AND NOT EXISTS (SELECT 1 FROM events e WHERE e.snapshot_hash = snapshots.hash)
           AND NOT EXISTS (SELECT 1 FROM guard_runs g WHERE g.snapshot_hash = snapshots.hash)",
        args![before, limit],
    )
    .await?;
    tx.execute(
        "DELETE FROM event_links WHERE created_at < $1 AND NOT EXISTS (
           SELECT 1 FROM emails m LEFT JOIN emails d ON d.id = m.digest_id AND m.state = 'digested'
             WHERE m.event_id = event_links.event_id AND (m.state = 'waiting' OR d.state = 'waiting'))",
        args![before],
    )
    .await?;
    // A stream's row holds no history: the next event makes it again.
    tx.execute("DELETE FROM streams WHERE pending = 0 AND ready_at < $1 AND lease_until < $1", args![before])
        .await?;
    Ok(gone)
}

/// Gives back the streams that `node` had when it ended without a word: nobody else may be that node.
///
/// # Errors
/// If the database is away; the leases end by themselves then.
pub async fn release_all(tx: &mut Tx, node: &str) -> Result<()> {
    tx.execute("UPDATE streams SET lease_until = 0 WHERE lease_by = $1 AND lease_until > 0", args![node])
        .await?;
    Ok(())
}
