//! The SQL of mail that came in.

use super::{IncomingMail, SentMail};
use crate::{
    args,
    db::{Query, Tx, Value, like},
    error::Result,
    model::page::{Key, Listed, Page, Statements},
};

pub(super) async fn by_digest(q: &mut impl Query, digest: &str) -> Result<Option<IncomingMail>> {
    q.optional("SELECT * FROM incoming_mails WHERE digest = $1", args![digest]).await
}

pub(super) async fn by_id(q: &mut impl Query, id: &str) -> Result<Option<IncomingMail>> {
    q.optional("SELECT * FROM incoming_mails WHERE id = $1", args![id]).await
}

pub(super) async fn insert(tx: &mut Tx, mail: &IncomingMail) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO incoming_mails (id, digest, door, at, state, kind, reason, detail, sender_name, sender_email,
               sender_key, to_email, subject, message_id, body, size, sha256, ticket_id, ticket_reference, matched, proved)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
             ON CONFLICT (digest) DO NOTHING",
            args![
                &mail.id,
                &mail.digest,
                &mail.door,
                mail.at,
                &mail.state,
                &mail.kind,
                &mail.reason,
                &mail.detail,
                &mail.sender_name,
                &mail.sender_email,
                &mail.sender_key,
                &mail.to_email,
                &mail.subject,
                &mail.message_id,
                &mail.body,
                mail.size,
                &mail.sha256,
                mail.ticket_id.clone(),
                mail.ticket_reference.clone(),
                &mail.matched,
                mail.proved
            ],
        )
        .await?;
    Ok(inserted > 0)
}

pub(super) async fn accepted(tx: &mut Tx, mail: &IncomingMail, by: &str, at: i64) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE incoming_mails SET state = 'accepted', accepted_by = $2, accepted_at = $3, ticket_id = $4,
               ticket_reference = $5, matched = $6 WHERE id = $1 AND state = 'rejected'",
            args![&mail.id, by, at, mail.ticket_id.clone(), mail.ticket_reference.clone(), &mail.matched],
        )
        .await?;
    Ok(changed > 0)
}

macro_rules! rejected {
    ($columns:literal, $tail:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM incoming_mails WHERE state = 'rejected' AND LOWER(sender_email || ' ' || sender_name || ' ' ||
               to_email || ' ' || subject || ' ' || reason || ' ' || detail || ' ' || body) LIKE $1 ESCAPE '\\' ",
            $tail
        )
    };
}

/// Rejected mails, the last first: the whole list comes after the end of time.
const REJECTED: Statements = Statements {
    forward: rejected!("*", "AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4"),
    backward: rejected!("*", "AND (at, id) > ($2, $3) ORDER BY at, id LIMIT $4"),
    preceding: rejected!("COUNT(*)", "AND (at, id) > ($2, $3)"),
    total: rejected!("COUNT(*)", ""),
    sort: |sort| Value::from(sort.parse::<i64>().unwrap_or(i64::MAX)),
};

pub(super) async fn rejected(q: &mut impl Query, search: &str, page: &Page) -> Result<Listed<IncomingMail>> {
    let key = |row: &IncomingMail| Key { sort: row.at.to_string(), id: row.id.clone() };
    REJECTED.page(q, args![like::anywhere(search)], page, key).await
}

pub(super) async fn taken_from(
    q: &mut impl Query,
    sender_key: &str,
    proved: bool,
    since: i64,
) -> Result<i64> {
    q.number(
        "SELECT COUNT(*) FROM incoming_mails WHERE sender_key = $1 AND at > $2 AND state = 'taken' AND proved = $3",
        args![sender_key, since, proved],
    )
    .await
}

pub(super) async fn bytes_rejected(q: &mut impl Query, since: i64) -> Result<i64> {
    q.number(
        "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM incoming_mails
         WHERE state = 'rejected' AND at > $1 AND reason <> 'unreadable'",
        args![since],
    )
    .await
}

pub(super) async fn rejected_since(mut q: impl Query, sender_key: &str, since: i64) -> Result<i64> {
    q.number(
        "SELECT COUNT(*) FROM incoming_mails WHERE sender_key = $1 AND at > $2 AND state = 'rejected'",
        args![sender_key, since],
    )
    .await
}

pub(super) async fn on_ticket(q: &mut impl Query, ticket_id: &str, proved: bool, since: i64) -> Result<i64> {
    q.number(
        "SELECT COUNT(*) FROM incoming_mails WHERE ticket_id = $1 AND at > $2 AND state = 'taken' AND proved = $3",
        args![ticket_id, since, proved],
    )
    .await
}

pub(super) async fn sent(q: &mut impl Query, email_id: &str) -> Result<Option<SentMail>> {
    q.optional("SELECT event_id, to_email, to_kind FROM emails WHERE id = $1", args![email_id]).await
}

pub(super) async fn accounts_of_user(q: &mut impl Query, email_key: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = q
        .all(
            "SELECT a.account_id FROM access a JOIN users u ON u.id = a.user_id JOIN accounts c ON c.id = a.account_id
             WHERE u.email_key = $1 AND u.email_verified_at IS NOT NULL AND c.closed_at IS NULL
               AND (a.owner OR ',' || a.permissions || ',' LIKE '%,tickets,%') ORDER BY a.owner DESC, a.account_id",
            args![email_key],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn accounts_naming(q: &mut impl Query, email_key: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = q
        .all(
            "SELECT c.id FROM accounts c WHERE c.closed_at IS NULL AND c.id IN (
               SELECT a.account_id FROM access a JOIN users u ON u.id = a.user_id WHERE u.email_key = $1
               UNION SELECT account_id FROM contacts WHERE email_key = $1
               UNION SELECT id FROM accounts WHERE LOWER(email) = $1) ORDER BY c.id LIMIT 5",
            args![email_key],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn forget(tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx
        .claim(
            "DELETE FROM incoming_mails WHERE id IN (SELECT id FROM incoming_mails WHERE at < $1 ORDER BY at LIMIT $2)
             RETURNING sha256",
            args![before, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

pub(super) async fn is_kept(q: &mut impl Query, sha256: &str) -> Result<bool> {
    Ok(q.number("SELECT COUNT(*) FROM incoming_mails WHERE sha256 = $1", args![sha256]).await? > 0)
}
