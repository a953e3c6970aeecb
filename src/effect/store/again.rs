//! What was given up, and running it again.

use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};
use std::collections::BTreeMap;

/// Lets runs that were given up be tried again, with the scripts of today: of a hook, of an event, or all. They asked for
/// nothing when they failed, so nothing doubles.
///
/// # Errors
/// If the database is away.
pub async fn run_again(tx: &mut Tx, hook: Option<&str>, event: Option<&str>, now: i64) -> Result<i64> {
    let again = tx
        .execute(
            "UPDATE hook_runs SET state = 'waiting', attempts = 0, next_at = $1, bundle = '', lease_until = 0, claims = 0
             WHERE state = 'dead' AND verb <> 'route' AND ($2 IS NULL OR hook = $2) AND ($3 IS NULL OR event_id = $3)",
            args![now, hook.map(str::to_owned), event.map(str::to_owned)],
        )
        .await?;
    tx.wake_deliveries();
    Ok(i64::try_from(again).unwrap_or(i64::MAX))
}

/// Lets effects that were given up or refused be carried out again: of a hook, of an event, or all. They keep their id,
/// by which the other side knows a repetition.
///
/// # Errors
/// If the database is away.
pub async fn carry_again(tx: &mut Tx, hook: Option<&str>, event: Option<&str>, now: i64) -> Result<i64> {
    let again = tx
        .execute(
            "UPDATE effects SET state = 'waiting', attempts = 0, next_at = $1, lease_until = 0, done_at = NULL
             WHERE state = 'dead' AND ($2 IS NULL OR hook = $2) AND ($3 IS NULL OR event_id = $3)",
            args![now, hook.map(str::to_owned), event.map(str::to_owned)],
        )
        .await?;
    tx.wake_deliveries();
    Ok(i64::try_from(again).unwrap_or(i64::MAX))
}

/// How many runs of each hook were given up.
///
/// # Errors
/// If the database is away.
pub async fn given_up(mut q: impl Query) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = q
        .all(
            "SELECT hook, COUNT(*) FROM hook_runs WHERE state = 'dead' AND verb <> 'route' GROUP BY hook",
            args![],
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// How many runs of each hook on an event were given up.
///
/// # Errors
/// If the database is away.
pub async fn given_up_on(mut q: impl Query, event: &str) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = q
        .all(
            "SELECT hook, COUNT(*) FROM hook_runs WHERE state = 'dead' AND verb <> 'route' AND event_id = $1 GROUP BY hook",
            args![event],
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Effects of a hook that were not carried out, for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Web-hooks that nobody took.
    pub webhooks: i64,
    /// Other effects, which were refused.
    pub refused: i64,
}

/// How many effects of each hook were given up or refused.
///
/// # Errors
/// If the database is away.
pub async fn lost(mut q: impl Query) -> Result<BTreeMap<String, Lost>> {
    let rows: Vec<(String, i64, i64)> = q
        .all(
            "SELECT hook, CAST(SUM(CASE WHEN kind = 'webhook' THEN 1 ELSE 0 END) AS BIGINT),
               CAST(SUM(CASE WHEN kind = 'webhook' THEN 0 ELSE 1 END) AS BIGINT)
             FROM effects WHERE state = 'dead' GROUP BY hook",
            args![],
        )
        .await?;
    Ok(rows.into_iter().map(|(hook, webhooks, refused)| (hook, Lost { webhooks, refused })).collect())
}
