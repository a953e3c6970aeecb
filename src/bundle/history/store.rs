//! Rows of what was shipped, what files were made from, and who saved what.

use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};
use sqlx::FromRow;

/// A text that a release has shipped here.
#[derive(Clone, Debug, FromRow)]
pub struct Shipped {
    /// Below the data folder.
    pub path: String,
    /// Of the text.
    pub hash: String,
    /// When it was seen first.
    pub seen_at: i64,
}

/// What a file was made from.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Origin {
    /// Below the data folder.
    pub path: String,
    /// Of the shipped text.
    pub hash: String,
    /// False where the file was edited before anybody looked: then it is the likeliest text.
    pub known: bool,
}

/// What a member of staff saved in the admin area.
#[derive(Clone, Debug, FromRow)]
pub struct Edit {
    /// Stable id, `edt_…`.
    pub id: String,
    /// Below the data folder.
    pub path: String,
    /// Of the text.
    pub hash: String,
    /// `edit`, `restore`, `shipped` or `merge`.
    pub kind: String,
    /// Who.
    pub staff_id: String,
    /// Who, as they were called then.
    pub staff_name: String,
    /// When.
    pub at: i64,
}

/// Every shipped text that was seen, the oldest first, without the texts.
///
/// # Errors
/// If the database is away.
pub async fn shipped(mut q: impl Query) -> Result<Vec<Shipped>> {
    q.all("SELECT path, hash, seen_at FROM shipped_files ORDER BY seen_at, path", args![]).await
}

/// A shipped text.
///
/// # Errors
/// If the database is away.
pub async fn shipped_text(mut q: impl Query, path: &str, hash: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        q.optional("SELECT body FROM shipped_files WHERE path = $1 AND hash = $2", args![path, hash]).await?;
    Ok(row.map(|(body,)| body))
}

/// Keeps shipped texts: path, hash, text.
///
/// # Errors
/// If the database is away.
pub async fn keep_shipped(tx: &mut Tx, texts: &[(&str, String, &str)], at: i64) -> Result<()> {
    for (path, hash, text) in texts {
        tx.execute(
            "INSERT INTO shipped_files (path, hash, body, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT (path, hash) DO NOTHING",
            args![*path, hash, *text, at],
        )
        .await?;
    }
    Ok(())
}

/// What the files were made from.
///
/// # Errors
/// If the database is away.
pub async fn origins(mut q: impl Query) -> Result<Vec<Origin>> {
    q.all("SELECT path, hash, known FROM file_origins", args![]).await
}

/// Keeps what files were made from.
///
/// # Errors
/// If the database is away.
pub async fn keep_origins(tx: &mut Tx, origins: &[Origin], at: i64) -> Result<()> {
    for one in origins {
        tx.execute(
            "INSERT INTO file_origins (path, hash, known, noted_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (path) DO UPDATE SET hash = excluded.hash, known = excluded.known, noted_at = excluded.noted_at",
            args![&one.path, &one.hash, one.known, at],
        )
        .await?;
    }
    Ok(())
}

/// Keeps who saved what.
///
/// # Errors
/// If the database is away.
pub async fn keep_edit(tx: &mut Tx, edit: &Edit) -> Result<()> {
    tx.execute(
        "INSERT INTO file_edits (id, path, hash, kind, staff_id, staff_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![&edit.id, &edit.path, &edit.hash, &edit.kind, &edit.staff_id, &edit.staff_name, edit.at],
    )
    .await?;
    Ok(())
}

/// What staff saved of a file, the oldest first.
///
/// # Errors
/// If the database is away.
pub async fn edits(mut q: impl Query, path: &str) -> Result<Vec<Edit>> {
    q.all(
        "SELECT id, path, hash, kind, staff_id, staff_name, at FROM file_edits WHERE path = $1 ORDER BY at, id",
        args![path],
    )
    .await
}

/// A text that was live once.
///
/// # Errors
/// If the database is away.
pub async fn live_text(mut q: impl Query, hash: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        q.optional("SELECT body FROM bundle_files WHERE hash = $1", args![hash]).await?;
    Ok(row.map(|(body,)| body))
}
