//! The rows of what plugins keep.

use crate::{
    args,
    db::{Query, Tx},
    error::{Error, Result},
    hook::Stored,
    secret::SealingKey,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Values that one plugin may keep.
pub const MOST: i64 = 1_000;

/// The stores of these names, whole.
///
/// # Errors
/// If the database is away.
pub async fn load(mut q: impl Query, names: BTreeSet<String>) -> Result<BTreeMap<String, Stored>> {
    let mut stores = BTreeMap::new();
    for name in names {
        let rows: Vec<(String, String)> =
            q.all("SELECT key, value FROM plugin_values WHERE plugin = $1", args![&name]).await?;
        let value = |text: String| serde_json::from_str(&text).unwrap_or_default();
        stores.insert(name, rows.into_iter().map(|(key, text)| (key, value(text))).collect());
    }
    Ok(stores)
}

/// Keeps a value, or removes it if it is null.
///
/// # Errors
/// If the database is away, or the plugin keeps [`MOST`] values already.
pub async fn set(tx: &mut Tx, plugin: &str, key: &str, value: &Value, at: i64) -> Result<()> {
    if value.is_null() {
        tx.execute("DELETE FROM plugin_values WHERE plugin = $1 AND key = $2", args![plugin, key]).await?;
        return Ok(());
    }
    let kept = tx
        .execute(
            "INSERT INTO plugin_values (plugin, key, value, changed_at)
             SELECT $1, $2, $3, $4 WHERE (SELECT COUNT(*) FROM plugin_values WHERE plugin = $1 AND key <> $2) < $5
             ON CONFLICT (plugin, key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
            args![plugin, key, value.to_string(), at, MOST],
        )
        .await?;
    if kept == 0 {
        tracing::error!(
            plugin,
            key,
            "not stored: the plugin keeps {MOST} values already; store_set(key, ()) removes one"
        );
    }
    Ok(())
}

/// Keeps a secret, sealed.
///
/// # Errors
/// If the database is away.
pub async fn set_secret(
    tx: &mut Tx,
    plugin: &str,
    name: &str,
    secret: &str,
    key: &SealingKey,
    at: i64,
) -> Result<()> {
    tx.execute(
        "INSERT INTO plugin_secrets (plugin, name, sealed, set_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (plugin, name) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at",
        args![plugin, name, key.seal(secret), at],
    )
    .await?;
    Ok(())
}

/// Forgets a secret; false if there was none.
///
/// # Errors
/// If the database is away.
pub async fn unset_secret(tx: &mut Tx, plugin: &str, name: &str) -> Result<bool> {
    let gone =
        tx.execute("DELETE FROM plugin_secrets WHERE plugin = $1 AND name = $2", args![plugin, name]).await?;
    Ok(gone > 0)
}

/// A secret in the clear, for a request that is about to leave.
///
/// # Errors
/// If the database is away, or the key of then is lost.
pub async fn secret(mut q: impl Query, plugin: &str, name: &str, key: &SealingKey) -> Result<Option<String>> {
    let row: Option<(String,)> = q
        .optional("SELECT sealed FROM plugin_secrets WHERE plugin = $1 AND name = $2", args![plugin, name])
        .await?;
    let opened = row.map(|(sealed,)| {
        key.open(&sealed).ok_or_else(|| {
            Error::internal(format!(
                "the secret {name} of {plugin} was sealed with another key; set it again"
            ))
        })
    });
    opened.transpose()
}

/// Which secrets are set: plugin, name, and when.
///
/// # Errors
/// If the database is away.
pub async fn secrets(mut q: impl Query) -> Result<Vec<(String, String, i64)>> {
    q.all("SELECT plugin, name, set_at FROM plugin_secrets ORDER BY plugin, name", args![]).await
}
