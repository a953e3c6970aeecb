//! The SQL of digests.

use super::{DIGEST, MOST};
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
    mail::store::{Said, WaitingEmail, keep_copies, lost},
    model::email_key,
};

/// Lets a mail wait until `next_at` for others with the same `key`, without counting that as a try; why stays with it. One that
/// somebody wants sent alone waits alone.
///
/// # Errors
/// If the database is away.
pub async fn hold(tx: &mut Tx, id: &str, next_at: i64, why: &str, key: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET lease_until = 0, next_at = $1, error = $2, held = $2, gather = COALESCE(gather, $3) WHERE id = $4",
        args![next_at, why, key, id],
    )
    .await?;
    Ok(())
}

/// Gives a claimed mail back, so that it can become part of a digest.
///
/// # Errors
/// If the database is away.
pub async fn give_back(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("UPDATE emails SET lease_until = 0 WHERE id = $1", args![id]).await?;
    Ok(())
}

/// Lets the mails of an account for an address that come late, and were never tried, wait together from now on; but for those whose reader wants none
/// of their kind, or wants it at a pace of its own.
///
/// # Errors
/// If the database is away.
pub async fn join(
    tx: &mut Tx,
    (to_key, account_id): (&str, &str),
    (now, late): (i64, i64),
    key: &str,
    why: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE emails SET gather = $1, held = $2, error = $2, next_at = $3 WHERE to_key = $4 AND COALESCE(account_id, '') = $6
           AND state = 'waiting' AND attempts = 0
           AND NOT unsure AND gather IS NULL AND category <> 'security' AND created_at < $5 AND lease_until < $3
           AND NOT EXISTS (SELECT 1 FROM mail_choices c WHERE c.account_id = COALESCE(emails.account_id, '')
             AND c.to_key = emails.to_key AND c.category = emails.category AND (c.off_at IS NOT NULL OR c.pace <> ''))",
        args![key, why, now, to_key, late, account_id],
    )
    .await?;
    Ok(())
}

/// Makes mails of an address that wait with this key, and are due, part of the digest `digest_id`; gives their ids. What its reader
/// wants no more stays, for whoever looks at it alone.
///
/// # Errors
/// If the database is away.
pub async fn gather(tx: &mut Tx, to_key: &str, key: &str, digest_id: &str, now: i64) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx
        .claim(
            concat!("UPDATE emails SET state = 'digested', digest_id = $1 WHERE id IN (
               SELECT id FROM emails {{indexed_by email_gathering}} WHERE to_key = $2 AND gather = $3 AND state = 'waiting' AND attempts = 0
                 AND next_at <= $4 AND lease_until < $4
                 AND NOT EXISTS (SELECT 1 FROM mail_choices c WHERE c.account_id = COALESCE(emails.account_id, '')
                   AND c.to_key = emails.to_key AND c.category = emails.category AND c.off_at IS NOT NULL)
                 AND NOT ", lost!(), "
               ORDER BY created_at, id LIMIT $5 {{skip_locked}}) RETURNING id"),
            args![digest_id, to_key, key, now, MOST],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Takes back that a mail became part of a digest, because it was the only one or cannot be made, and lets it wait alone.
///
/// # Errors
/// If the database is away.
pub async fn scatter(tx: &mut Tx, id: &str, now: i64) -> Result<()> {
    tx.execute(
        "UPDATE emails SET state = 'waiting', digest_id = NULL, gather = '', next_at = $2 WHERE id = $1 AND sent_at IS NULL",
        args![id, now],
    )
    .await?;
    Ok(())
}

/// Makes what a digest is to hold part of it again, if it shared its end.
///
/// # Errors
/// If the database is away.
pub async fn take_back(tx: &mut Tx, digest_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET state = 'digested', error = NULL WHERE digest_id = $1 AND sent_at IS NULL",
        args![digest_id],
    )
    .await?;
    Ok(())
}

/// Gives up a digest of which nothing is left.
///
/// # Errors
/// If the database is away.
pub async fn dissolve(tx: &mut Tx, digest_id: &str, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET state = 'dropped', lease_until = 0, error = $1 WHERE id = $2",
        args![why, digest_id],
    )
    .await?;
    Ok(())
}

/// Queues the digest of the mails that are part of it: for the reader of `first`, about its event. It stands in an account's
/// history only if all of them do, and is of their kind only if they are of one.
///
/// # Errors
/// If the database is away.
pub async fn queue(tx: &mut Tx, digest_id: &str, first: &str, reason: &str, now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO emails (id, event_id, cause, ordinal, account_id, template, category, to_kind, to_id, to_name, to_email,
           to_key, locale, time_zone, reason, chosen_by, vars, state, attempts, next_at, unsure, created_at, gather)
         SELECT $1, event_id, 'digest:' || $1, 0,
           (SELECT CASE WHEN COUNT(DISTINCT COALESCE(m.account_id, '')) = 1 THEN MIN(m.account_id) END FROM emails m WHERE m.digest_id = $1),
           $2,
           (SELECT CASE WHEN COUNT(DISTINCT m.category) = 1 THEN MIN(m.category) ELSE 'general' END FROM emails m WHERE m.digest_id = $1),
           to_kind, to_id, to_name, to_email, to_key, locale, time_zone, $3, 'core', '{}', 'waiting', 0, $4, FALSE, $4, ''
         FROM emails WHERE id = $5",
        args![digest_id, DIGEST, reason, now, first],
    )
    .await?;
    Ok(())
}

/// The mails of a digest, in the order of what they are about.
///
/// # Errors
/// If the database is away.
pub async fn members(mut q: impl Query, digest_id: &str) -> Result<Vec<WaitingEmail>> {
    q.all(
        "SELECT m.id, m.event_id, m.account_id, m.template, m.category, m.to_kind, m.to_id, m.to_name, m.to_email, m.locale,
           m.time_zone, m.reason, m.vars, m.attempts, m.unsure, m.created_at, m.gather, NULL AS suppressed, FALSE AS uncounted,
           NULL AS pace, FALSE AS declined, FALSE AS crowded, m.thread, m.thread_seq, NULL AS behind, CAST(0 AS BIGINT) AS lately, FALSE AS lost, m.claims, m.away_since,
           NULL AS opened_by, NULL AS opening_mail
         FROM emails m LEFT JOIN events e ON e.id = m.event_id WHERE m.digest_id = $1
         ORDER BY COALESCE(e.seq, 0), m.created_at, m.id",
        args![digest_id],
    )
    .await
}

/// A mail as it stands in a digest, secret links taken out.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its id.
    pub id: String,
    /// Subject line.
    pub subject: String,
    /// HTML part.
    pub html: String,
    /// Text part.
    pub text: String,
}

/// Keeps what a digest that went out said of each of its mails.
///
/// # Errors
/// If the database is away.
pub async fn sent(tx: &mut Tx, parts: &[Part], at: i64) -> Result<()> {
    for part in parts {
        tx.execute(
            "UPDATE emails SET state = 'digested', subject = $1, sent_at = $2, error = NULL WHERE id = $3",
            args![&part.subject, at, &part.id],
        )
        .await?;
    }
    let said =
        parts.iter().map(|Part { id, html, text, .. }| Said { email_id: id, html, text, headers: None });
    keep_copies(tx, said.collect()).await
}

/// Lets what was to go out within a digest share its end, since nobody else would see to it; nothing happens if it is none.
///
/// # Errors
/// If the database is away.
pub async fn settle(tx: &mut Tx, digest_id: &str, state: &str, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET state = $1, error = $2 WHERE digest_id = $3 AND sent_at IS NULL",
        args![state, why, digest_id],
    )
    .await?;
    Ok(())
}

/// Gives a mail up because its reader wants none of its kind.
///
/// # Errors
/// If the database is away.
pub async fn decline(tx: &mut Tx, id: &str, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET state = 'declined', lease_until = 0, error = $1 WHERE id = $2",
        args![why, id],
    )
    .await?;
    Ok(())
}

/// The key of the address of a ticket's opener, once staff wrote to them on a ticket without an account: on this one, or on another
/// on which they wrote by mail.
///
/// # Errors
/// If the database is away.
pub async fn guest(mut tx: &mut Tx, ticket_id: &str) -> Result<Option<String>> {
    let opener: Option<(String,)> =
        tx.optional("SELECT opener_email FROM tickets WHERE id = $1", args![ticket_id]).await?;
    let Some(key) = opener.map(|(email,)| email_key(&email)).filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    let answers = tx
        .number(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM ticket_replies r WHERE r.author_kind = 'staff' AND (r.ticket_id = $1
               OR r.ticket_id IN (SELECT m.ticket_id FROM incoming_mails m JOIN tickets t ON t.id = m.ticket_id
                 WHERE m.sender_key = $2 AND t.account_id IS NULL)) LIMIT 1) AS answers",
            args![ticket_id, &key],
        )
        .await?;
    Ok((answers > 0).then_some(key))
}
