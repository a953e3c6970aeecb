//! The SQL of throttles.

use super::Count;
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};

/// The count of a key, and its row held until the transaction ends.
pub(super) async fn lock(mut tx: &mut Tx, key: &str, now: i64) -> Result<Count> {
    let rows: Vec<Count> = tx
        .all(
            "INSERT INTO throttles (key, failures, first_at, until_at) VALUES ($1, 0, $2, 0)
             ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING failures, first_at, until_at",
            args![key, now],
        )
        .await?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

pub(super) async fn keep(tx: &mut Tx, key: &str, count: Count) -> Result<()> {
    tx.execute(
        "UPDATE throttles SET failures = $2, first_at = $3, until_at = $4 WHERE key = $1",
        args![key, count.failures, count.first_at, count.until_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn give_back(tx: &mut Tx, key: &str) -> Result<()> {
    tx.execute(
        "UPDATE throttles SET failures = failures - 1, until_at = 0 WHERE key = $1 AND failures > 0",
        args![key],
    )
    .await?;
    Ok(())
}

pub(super) async fn touch(tx: &mut Tx, key: &str) -> Result<()> {
    tx.execute("UPDATE throttles SET failures = failures WHERE key = $1", args![key]).await?;
    Ok(())
}

pub(super) async fn clear(tx: &mut Tx, key: &str) -> Result<()> {
    tx.execute("DELETE FROM throttles WHERE key = $1", args![key]).await?;
    Ok(())
}

pub(super) async fn sweep(tx: &mut Tx, now: i64, first_before: i64) -> Result<u64> {
    tx.execute("DELETE FROM throttles WHERE until_at <= $1 AND first_at <= $2", args![now, first_before])
        .await
}
