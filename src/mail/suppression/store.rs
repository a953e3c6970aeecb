//! The rows of addresses that get no mail, and of mail that came back.

use super::Suppression;
use crate::{
    args,
    db::{Query, Tx, like},
    error::Result,
};
use sqlx::FromRow;

/// What a report about a mail needs to know of it.
#[derive(Clone, Debug, FromRow)]
pub struct Sent {
    /// Stable id.
    pub id: String,
    /// Address of the recipient.
    pub to_email: String,
    /// The same in small letters.
    pub to_key: String,
    /// Kind of the recipient.
    pub to_kind: String,
    /// Name of the template.
    pub template: String,
    /// Its headers as JSON, once it went out.
    pub headers: Option<String>,
}

/// A mail that has gone out, or may have.
///
/// # Errors
/// If the database is away.
pub async fn sent(mut q: impl Query, id: &str) -> Result<Option<Sent>> {
    q.optional(
        "SELECT id, to_email, to_key, to_kind, template, headers FROM emails LEFT JOIN email_copies ON email_id = id WHERE id = $1 AND (state = 'sent' OR unsure OR attempts > 0)",
        args![id],
    )
    .await
}

/// Keeps that a mail came back; false if that is known, and not worse than before.
///
/// # Errors
/// If the database is away.
pub async fn keep_bounce(tx: &mut Tx, mail: &Sent, permanent: bool, detail: &str, at: i64) -> Result<bool> {
    let kept = tx
        .execute(
            "INSERT INTO bounces (email_id, to_key, permanent, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (email_id) DO UPDATE SET permanent = excluded.permanent, at = excluded.at
             WHERE excluded.permanent AND NOT bounces.permanent",
            args![&mail.id, &mail.to_key, permanent, at],
        )
        .await?;
    if kept == 0 {
        return Ok(false);
    }
    tx.execute("UPDATE emails SET bounced_at = $1, bounced = $2 WHERE id = $3", args![at, detail, &mail.id])
        .await?;
    Ok(true)
}

/// How many mails to an address came back since then.
///
/// # Errors
/// If the database is away.
pub async fn count_bounces(mut q: impl Query, to_key: &str, since: i64) -> Result<i64> {
    q.number("SELECT COUNT(*) FROM bounces WHERE to_key = $1 AND at >= $2", args![to_key, since]).await
}

/// Keeps that an address gets no mail; false if it gets none already, and for as long. What ends later wins.
///
/// # Errors
/// If the database is away.
pub async fn suppress(tx: &mut Tx, row: &Suppression) -> Result<bool> {
    let changed = tx
        .execute(
            "INSERT INTO suppressions (to_key, email, reason, detail, email_id, since, until_at, by_name)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (to_key) DO UPDATE SET email = excluded.email, reason = excluded.reason, detail = excluded.detail,
               email_id = excluded.email_id, since = excluded.since, until_at = excluded.until_at, by_name = excluded.by_name
             WHERE suppressions.until_at IS NOT NULL AND (excluded.until_at IS NULL OR excluded.until_at > suppressions.until_at)",
            args![
                &row.to_key,
                &row.email,
                &row.reason,
                &row.detail,
                row.email_id.clone(),
                row.since,
                row.until_at,
                &row.by_name
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// What is known of an address that gets no mail at `now`.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, to_key: &str, now: i64) -> Result<Option<Suppression>> {
    q.optional(
        "SELECT to_key, email, reason, detail, email_id, since, until_at, by_name FROM suppressions
         WHERE to_key = $1 AND (until_at IS NULL OR until_at > $2)",
        args![to_key, now],
    )
    .await
}

/// The addresses that get no mail at `now` and that contain `part`, newest first: those that follow
/// the one of `before` (its `since` and address), or the first ones.
///
/// # Errors
/// If the database is away.
pub async fn list(
    mut q: impl Query,
    now: i64,
    part: &str,
    before: Option<(i64, String)>,
    limit: i64,
) -> Result<Vec<Suppression>> {
    let (since, to_key) = before.unwrap_or((i64::MAX, String::new()));
    q.all(
        "SELECT to_key, email, reason, detail, email_id, since, until_at, by_name FROM suppressions
         WHERE (until_at IS NULL OR until_at > $1) AND ($2 = '' OR to_key LIKE '%' || $2 || '%' ESCAPE '\\')
           AND (since < $3 OR (since = $3 AND to_key < $4))
         ORDER BY since DESC, to_key DESC LIMIT $5",
        args![now, like::escaped(part), since, to_key, limit],
    )
    .await
}

/// How many addresses get no mail at `now`.
///
/// # Errors
/// If the database is away.
pub async fn count(mut q: impl Query, now: i64) -> Result<i64> {
    q.number("SELECT COUNT(*) FROM suppressions WHERE until_at IS NULL OR until_at > $1", args![now]).await
}

/// Forgets that an address gets no mail, and what led to it: it begins anew.
///
/// # Errors
/// If the database is away.
pub async fn lift(tx: &mut Tx, to_key: &str) -> Result<()> {
    tx.execute("DELETE FROM suppressions WHERE to_key = $1", args![to_key]).await?;
    tx.execute("DELETE FROM bounces WHERE to_key = $1 AND NOT permanent", args![to_key]).await?;
    Ok(())
}

/// Forgets what has ended, and mails that came back before `before`.
///
/// # Errors
/// If the database is away.
pub async fn forget(tx: &mut Tx, now: i64, before: i64) -> Result<u64> {
    tx.execute("DELETE FROM bounces WHERE at < $1", args![before]).await?;
    tx.execute("DELETE FROM suppressions WHERE until_at IS NOT NULL AND until_at <= $1", args![now]).await
}

/// A mail that was sent.
#[cfg(test)]
pub async fn pretend_sent(tx: &mut Tx, id: &str, to: &str, at: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO emails (id, event_id, cause, ordinal, template, category, to_kind, to_id, to_name, to_email, to_key, locale,
           time_zone, reason, chosen_by, vars, state, attempts, next_at, unsure, created_at, sent_at)
         VALUES ($1, $1, 'route:welcome', 0, 'welcome', 'general', 'user', '', '', $2, $3, '', '', '', 'core', '{}', 'sent', 1, $4,
           FALSE, $4, $4)",
        args![id, to, to.to_lowercase(), at],
    )
    .await?;
    Ok(())
}
