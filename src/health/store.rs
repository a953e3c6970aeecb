//! The rows of how hooks fare.

use super::{Health, Out, TRIAL};
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};
use std::collections::BTreeMap;

/// The hook's row, locked until the transaction ends; made if it is not there.
///
/// # Errors
/// If the database is away.
pub async fn locked(tx: &mut Tx, hook: &str, version: &str, now: i64) -> Result<Health> {
    tx.execute(
        "INSERT INTO hook_health (hook, verb, file, version, since, runs, failures, half, half_runs, half_failures, before_runs,
           before_failures, said_at, retry_at, outs, trial_until, back_at)
         VALUES ($1, '', '', $2, $3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT (hook) DO UPDATE SET hook = excluded.hook",
        args![hook, version, now],
    )
    .await?;
    let row = (&mut *tx).optional("SELECT * FROM hook_health WHERE hook = $1", args![hook]).await?;
    Ok(row.unwrap_or_else(|| Health::fresh(hook, version, now)))
}

/// Writes a row that was read as [`locked`].
///
/// # Errors
/// If the database is away.
pub async fn keep(tx: &mut Tx, row: &Health) -> Result<()> {
    tx.execute(
        "UPDATE hook_health SET verb = $1, file = $2, version = $3, since = $4, runs = $5, failures = $6, half = $7, half_runs = $8,
           half_failures = $9, before_runs = $10, before_failures = $11, failed_at = $12, failure = $13, report = $14, said_at = $15,
           out_at = $16, retry_at = $17, outs = $18, trial_until = $19, back_at = $20, whose = $21 WHERE hook = $22",
        args![
            &row.verb,
            &row.file,
            &row.version,
            row.since,
            row.runs,
            row.failures,
            row.half,
            row.half_runs,
            row.half_failures,
            row.before_runs,
            row.before_failures,
            row.failed_at,
            row.failure.clone(),
            row.report.clone(),
            row.said_at,
            row.out_at,
            row.retry_at,
            row.outs,
            row.trial_until,
            row.back_at,
            &row.whose,
            &row.hook
        ],
    )
    .await?;
    Ok(())
}

/// Every hook that was ever counted and still is.
///
/// # Errors
/// If the database is away.
pub async fn list(mut q: impl Query) -> Result<Vec<Health>> {
    q.all("SELECT * FROM hook_health ORDER BY hook", args![]).await
}

/// Who is out.
///
/// # Errors
/// If the database is away.
pub async fn out(mut q: impl Query) -> Result<BTreeMap<String, Out>> {
    let rows: Vec<(String, String, i64, i64)> = q
        .all("SELECT hook, version, retry_at, trial_until FROM hook_health WHERE out_at IS NOT NULL", args![])
        .await?;
    Ok(rows
        .into_iter()
        .map(|(hook, version, retry_at, trial_until)| {
            (hook, Out { version, retry_at: retry_at.max(trial_until) })
        })
        .collect())
}

/// True for the one who may try a hook whose pause is over.
///
/// # Errors
/// If the database is away.
pub async fn claim_trial(tx: &mut Tx, hook: &str, now: i64) -> Result<bool> {
    let claimed = tx
        .execute(
            "UPDATE hook_health SET trial_until = $1 WHERE hook = $2 AND out_at IS NOT NULL AND retry_at <= $3 AND trial_until <= $3",
            args![now + TRIAL, hook, now],
        )
        .await?;
    Ok(claimed > 0)
}

/// Ends the pause of a hook that is out, or of all; gives how many that were.
///
/// # Errors
/// If the database is away.
pub async fn try_now(tx: &mut Tx, hook: Option<&str>, now: i64) -> Result<u64> {
    tx.execute(
        "UPDATE hook_health SET retry_at = $1, trial_until = 0 WHERE out_at IS NOT NULL AND ($2 IS NULL OR hook = $2)",
        args![now, hook.map(str::to_owned)],
    )
    .await
}

/// Forgets a hook that is no more.
///
/// # Errors
/// If the database is away.
pub async fn remove(tx: &mut Tx, hook: &str) -> Result<()> {
    tx.execute("DELETE FROM hook_health WHERE hook = $1", args![hook]).await?;
    Ok(())
}
