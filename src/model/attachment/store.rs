//! The SQL of files that come with messages.

use super::Attachment;
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};

macro_rules! columns {
    ($before:literal, $after:literal) => {
        concat!($before, " id, reply_id, name, media_type, size, sha256 ", $after)
    };
}

pub(super) async fn insert(tx: &mut Tx, file: &Attachment, holder: &str, at: i64) -> Result<()> {
    let sql = "INSERT INTO attachments (id, holder, name, media_type, size, sha256, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = args![&file.id, holder, &file.name, &file.media_type, file.size, &file.sha256, at];
    tx.execute(sql, values).await.map(drop)
}

pub(super) async fn pending(q: &mut impl Query, id: &str, holder: &str) -> Result<Option<Attachment>> {
    q.optional(
        columns!("SELECT", "FROM attachments WHERE id = $1 AND holder = $2 AND reply_id IS NULL"),
        args![id, holder],
    )
    .await
}

pub(super) async fn waiting_bytes(q: &mut impl Query, holder: &str) -> Result<i64> {
    q.number(
        "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachments WHERE reply_id IS NULL AND holder = $1",
        args![holder],
    )
    .await
}

/// Files that this holder brought before then and no message has, the oldest first.
pub(super) async fn waiting(q: &mut impl Query, holder: &str, before: i64) -> Result<Vec<Attachment>> {
    q.all(
        columns!(
            "SELECT",
            "FROM attachments WHERE reply_id IS NULL AND holder = $1 AND created_at < $2 ORDER BY created_at, id"
        ),
        args![holder, before],
    )
    .await
}

/// False if a message has it by now.
pub(super) async fn withdraw(tx: &mut Tx, id: &str, holder: &str) -> Result<bool> {
    let sql = "DELETE FROM attachments WHERE id = $1 AND holder = $2 AND reply_id IS NULL";
    Ok(tx.execute(sql, args![id, holder]).await? == 1)
}

pub(super) async fn bind(
    mut tx: &mut Tx,
    id: &str,
    holder: &str,
    ticket_id: &str,
    reply_id: &str,
) -> Result<Option<Attachment>> {
    tx.optional(
        columns!(
            "UPDATE attachments SET ticket_id = $3, reply_id = $4
             WHERE id = $1 AND holder = $2 AND reply_id IS NULL RETURNING",
            ""
        ),
        args![id, holder, ticket_id, reply_id],
    )
    .await
}

pub(super) async fn of_id(q: &mut impl Query, ticket_id: &str, id: &str) -> Result<Option<Attachment>> {
    q.optional(
        columns!("SELECT", "FROM attachments WHERE id = $2 AND ticket_id = $1 AND reply_id IS NOT NULL"),
        args![ticket_id, id],
    )
    .await
}

pub(super) async fn of_ticket(q: &mut impl Query, ticket_id: &str) -> Result<Vec<Attachment>> {
    q.all(columns!("SELECT", "FROM attachments WHERE ticket_id = $1 ORDER BY name, id"), args![ticket_id])
        .await
}

pub(super) async fn sweep(mut tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<String>> {
    let gone: Vec<(String,)> = tx
        .all(
            "DELETE FROM attachments WHERE reply_id IS NULL AND created_at < $1 AND id IN
               (SELECT id FROM attachments WHERE reply_id IS NULL AND created_at < $1 ORDER BY created_at LIMIT $2)
             RETURNING sha256",
            args![before, limit],
        )
        .await?;
    Ok(gone.into_iter().map(|row| row.0).collect())
}

pub(super) async fn is_kept(q: &mut impl Query, sha256: &str) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM attachments WHERE sha256 = $1 LIMIT 1) AS found";
    Ok(q.number(sql, args![sha256]).await? > 0)
}
