//! The rows of schedules.

use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};
use sqlx::FromRow;

/// A schedule as the database keeps it.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// Id of the hook.
    pub hook: String,
    /// Milliseconds between two rounds.
    pub period: i64,
    /// `ticket`, `account`, `invite`, or empty for one run in all.
    pub subject: String,
    /// When the next round is due, or since when the present one is under way.
    pub due_at: i64,
    /// The last subject that had its turn in the present round.
    pub cursor: Option<String>,
}

/// All schedules, the next due first.
///
/// # Errors
/// If the database is away.
pub async fn all(mut q: impl Query) -> Result<Vec<Row>> {
    q.all("SELECT hook, period, subject, due_at, cursor FROM schedules ORDER BY due_at, hook", args![]).await
}

/// Keeps a schedule that is new, or whose period or subject changed; its first round is at `due_at`.
///
/// # Errors
/// If the database is away.
pub async fn put(tx: &mut Tx, hook: &str, period: i64, subject: &str, due_at: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO schedules (hook, period, subject, due_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (hook) DO UPDATE SET period = excluded.period, subject = excluded.subject, due_at = excluded.due_at,
           cursor = NULL
         WHERE schedules.period <> excluded.period OR schedules.subject <> excluded.subject",
        args![hook, period, subject, due_at],
    )
    .await?;
    Ok(())
}

/// Forgets a schedule.
///
/// # Errors
/// If the database is away.
pub async fn forget(tx: &mut Tx, hook: &str) -> Result<()> {
    tx.execute("DELETE FROM schedules WHERE hook = $1", args![hook]).await?;
    Ok(())
}

/// Takes a schedule whose time has come, and holds it until the transaction ends; other nodes pass it over.
///
/// # Errors
/// If the database is away.
pub async fn hold_due(tx: &mut Tx, now: i64) -> Result<Option<Row>> {
    let mut rows: Vec<Row> = tx
        .claim(
            "UPDATE schedules SET period = period WHERE hook IN (
               SELECT hook FROM schedules WHERE due_at <= $1 ORDER BY due_at, hook LIMIT 1 {{skip_locked}})
             RETURNING hook, period, subject, due_at, cursor",
            args![now],
        )
        .await?;
    Ok(rows.pop())
}

/// Writes down how far a schedule has come.
///
/// # Errors
/// If the database is away.
pub async fn advance(tx: &mut Tx, hook: &str, due_at: i64, cursor: Option<&str>) -> Result<()> {
    tx.execute(
        "UPDATE schedules SET due_at = $2, cursor = $3 WHERE hook = $1",
        args![hook, due_at, cursor.map(str::to_owned)],
    )
    .await?;
    Ok(())
}
