//! The SQL of facts.

use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};

pub(super) async fn get(mut q: impl Query, key: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = q.optional("SELECT value FROM facts WHERE key = $1", args![key]).await?;
    Ok(row.map(|row| row.0))
}

pub(super) async fn set(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO facts (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        args![key, value],
    )
    .await?;
    Ok(())
}
