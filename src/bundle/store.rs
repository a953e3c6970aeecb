//! Bundles as the database keeps them: each text once by hash, so that history and retries can have
//! the set that they began with.

use super::{Bundle, Files, LastSettings};
use crate::{
    args,
    db::{Query, Tx},
    error::{Error, Result},
    secret,
};
use serde_json::json;
use sqlx::FromRow;
use std::{collections::BTreeMap, sync::Arc};

/// A bundle that was live once.
#[derive(Clone, Debug, FromRow)]
pub struct StoredBundle {
    /// Its hash.
    pub hash: String,
    /// Path → hash of the text, as JSON.
    pub files: String,
    /// `[settings]` as JSON.
    pub settings: String,
    /// `[plugins]` as JSON.
    pub plugins: String,
    /// When it went live last.
    pub activated_at: i64,
}

impl StoredBundle {
    /// Its settings, to fall back to.
    pub fn last_settings(&self) -> LastSettings {
        LastSettings {
            settings: serde_json::from_str(&self.settings).unwrap_or_default(),
            plugins: serde_json::from_str(&self.plugins).unwrap_or_default(),
        }
    }
}

/// Keeps a bundle as the one that is live from now on.
///
/// # Errors
/// If the database is away.
pub async fn activate(tx: &mut Tx, bundle: &Bundle, now: i64) -> Result<()> {
    let mut list = BTreeMap::new();
    for (path, text) in &bundle.files {
        let hash = secret::hash(text);
        tx.execute(
            "INSERT INTO bundle_files (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
            args![&hash, &**text],
        )
        .await?;
        list.insert(path, hash);
    }
    let list = serde_json::to_string(&list).map_err(|e| Error::internal(e.to_string()))?;
    tx.execute(
        "INSERT INTO bundles (hash, files, settings, plugins, activated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (hash) DO UPDATE SET activated_at = excluded.activated_at",
        args![&bundle.hash, list, bundle.settings_json(), json!(bundle.plugins).to_string(), now],
    )
    .await?;
    Ok(())
}

/// The bundle that went live last.
///
/// # Errors
/// If the database is away.
pub async fn latest(mut q: impl Query) -> Result<Option<StoredBundle>> {
    q.optional(
        "SELECT hash, files, settings, plugins, activated_at FROM bundles ORDER BY activated_at DESC LIMIT 1",
        args![],
    )
    .await
}

/// The bundles that were live, the latest first.
///
/// # Errors
/// If the database is away.
pub async fn list(mut q: impl Query, limit: i64) -> Result<Vec<StoredBundle>> {
    q.all(
        "SELECT hash, files, settings, plugins, activated_at FROM bundles ORDER BY activated_at DESC, hash LIMIT $1",
        args![limit],
    )
    .await
}

/// True if a file with this text was ever live.
///
/// # Errors
/// If the database is away.
pub async fn was_live(mut q: impl Query, text: &str) -> Result<bool> {
    let hash = secret::hash(text);
    Ok(q.number("SELECT COUNT(*) FROM bundle_files WHERE hash = $1", args![hash]).await? > 0)
}

/// The bundle of this hash.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, hash: &str) -> Result<Option<StoredBundle>> {
    q.optional(
        "SELECT hash, files, settings, plugins, activated_at FROM bundles WHERE hash = $1",
        args![hash],
    )
    .await
}

/// The files of a stored bundle.
///
/// # Errors
/// If the database is away or the list is damaged.
pub async fn files(mut q: impl Query, bundle: &StoredBundle) -> Result<Files> {
    let list: BTreeMap<String, String> =
        serde_json::from_str(&bundle.files).map_err(|e| Error::internal(e.to_string()))?;
    let mut files = Files::new();
    for (path, hash) in list {
        if let Some((body,)) =
            q.optional::<(String,)>("SELECT body FROM bundle_files WHERE hash = $1", args![&hash]).await?
        {
            files.insert(path, Arc::from(body));
        }
    }
    Ok(files)
}

/// Forgets bundles that were last live before `before` and that no run names any more. The texts of their files stay: what was
/// live once is known to have been.
///
/// # Errors
/// If the database is away.
pub async fn forget(tx: &mut Tx, before: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM bundles WHERE activated_at < $1 AND hash <> (SELECT hash FROM bundles ORDER BY activated_at DESC LIMIT 1)
           AND NOT EXISTS (SELECT 1 FROM hook_runs r WHERE r.bundle = bundles.hash)",
        args![before],
    )
    .await?;
    Ok(())
}
