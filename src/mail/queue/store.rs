//! Reading the queue's rows, and helping a mail along.

use super::{Filter, Line, Mail, State, Tried};
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
    mail::gather,
};

macro_rules! lines {
    ($tail:literal) => {
        concat!(
            "SELECT id, to_email, template, subject, state AS stored, held, unsure, attempts, next_at, created_at, sent_at,
               bounced_at, error, digest_id FROM emails ",
            $tail
        )
    };
}

/// Mails that the filter lets through, newest first: those that follow `before` (when it was asked
/// for, and its id), or the first ones.
///
/// # Errors
/// If the database is away.
pub async fn list(
    mut q: impl Query,
    filter: &Filter,
    before: Option<(i64, String)>,
    limit: i64,
) -> Result<Vec<Line>> {
    let (at, id) = before.unwrap_or((i64::MAX, String::new()));
    let held = filter.state == Some(State::Held);
    let state = match filter.state {
        None => "",
        Some(State::Held) => State::Waiting.key(),
        Some(state) => state.key(),
    };
    let to = filter.to.trim().to_lowercase();
    match (to.is_empty(), state.is_empty()) {
        (false, _) => {
            q.all(
                lines!(
                    "WHERE to_key = $1 AND (created_at, id) < ($2, $3) AND ($4 = '' OR state = $4)
                       AND (NOT $5 OR (held IS NOT NULL AND attempts = 0)) ORDER BY created_at DESC, id DESC LIMIT $6"
                ),
                args![to, at, id, state, held, limit],
            )
            .await
        }
        (true, false) if held => {
            q.all(
                lines!(
                    "WHERE state = 'waiting' AND held IS NOT NULL AND attempts = 0 AND (created_at, id) < ($1, $2)
                     ORDER BY created_at DESC, id DESC LIMIT $3"
                ),
                args![at, id, limit],
            )
            .await
        }
        (true, false) => {
            q.all(
                lines!("WHERE state = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4"),
                args![state, at, id, limit],
            )
            .await
        }
        (true, true) => {
            q.all(
                lines!("WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3"),
                args![at, id, limit],
            )
            .await
        }
    }
}

/// So many of the newest mails are looked through for those of a template.
const LOOKED_THROUGH: i64 = 20_000;

/// The events of the newest mails that were made with a template, the newest first.
///
/// # Errors
/// If the database is away.
pub async fn events_of(mut q: impl Query, template: &str, most: usize) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = q
        .all(
            "SELECT event_id FROM (SELECT event_id, template FROM emails ORDER BY created_at DESC, id DESC LIMIT $2) AS newest
             WHERE template = $1",
            args![template, LOOKED_THROUGH],
        )
        .await?;
    let mut events: Vec<String> = Vec::new();
    for (id,) in rows {
        if events.len() < most && !events.contains(&id) {
            events.push(id);
        }
    }
    Ok(events)
}

/// How many mails have come to this; counts no further than `most`.
///
/// # Errors
/// If the database is away.
pub async fn count(mut q: impl Query, state: State, most: i64) -> Result<i64> {
    q.number(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM emails WHERE state = $1 LIMIT $2) AS found",
        args![state.key(), most],
    )
    .await
}

/// A mail with all that is known of it.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, id: &str) -> Result<Option<Mail>> {
    q.optional(
        "SELECT id, to_email, template, subject, state AS stored, held, unsure, attempts, next_at, created_at, sent_at,
           bounced_at, error, digest_id, event_id, category, to_name, to_key, reason, chosen_by, html, body_text, headers, relay, answer, bounced
         FROM emails LEFT JOIN email_copies ON email_id = id WHERE id = $1",
        args![id],
    )
    .await
}

/// The tries that did not end with the mail being taken, in order.
///
/// # Errors
/// If the database is away.
pub async fn tries(mut q: impl Query, id: &str) -> Result<Vec<Tried>> {
    q.all("SELECT at, relay, outcome, answer FROM email_tries WHERE email_id = $1 ORDER BY number", args![id])
        .await
}

/// When those mails were asked for that were given up or wait after a failed try, and their ids, oldest first: those that follow
/// `after`. By the index of mails with an error: that of states would have all that wait looked at.
///
/// # Errors
/// If the database is away.
pub async fn failed(mut q: impl Query, after: (i64, String), limit: i64) -> Result<Vec<(i64, String)>> {
    q.all(
        "SELECT created_at, id FROM emails WHERE error IS NOT NULL AND (created_at, id) > ($1, $2)
           AND (state || '' = 'dead' OR (state || '' = 'waiting' AND held IS NULL)) ORDER BY created_at, id LIMIT $3",
        args![after.0, after.1, limit],
    )
    .await
}

/// Lets a mail that is not being sent wait from `now` on, as if it had never been tried, a digest with all that it is to hold;
/// false if it is being sent, or was sent meanwhile.
///
/// # Errors
/// If the database is away.
pub async fn retry(tx: &mut Tx, id: &str, now: i64) -> Result<bool> {
    let again = tx.execute(
        "UPDATE emails SET state = 'waiting', attempts = 0, next_at = $1, held = NULL, error = 'to be sent again', gather = '',
           digest_id = NULL, claims = 0, away_since = NULL, unsure = (unsure OR lease_until > 0), lease_until = 0
         WHERE id = $2 AND (state IN ('dead', 'dropped', 'suppressed', 'declined') OR (state = 'waiting' AND lease_until < $1))",
        args![now, id],
    )
    .await?;
    if again > 0 {
        gather::store::take_back(tx, id).await?;
    }
    Ok(again > 0)
}

/// Has what a mail was made of made again, as another mail. That of a digest says whose mails it is to hold.
///
/// # Errors
/// If the database is away.
pub async fn copy(tx: &mut Tx, id: &str, copy_id: &str, now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO emails (id, event_id, cause, ordinal, account_id, template, category, to_kind, to_id, to_name, to_email,
           to_key, locale, time_zone, reason, chosen_by, vars, state, attempts, next_at, unsure, created_at, gather)
         SELECT $1, event_id, 'again:' || $1, ordinal, account_id, template, category, to_kind, to_id, to_name, to_email,
           to_key, locale, time_zone, reason, chosen_by,
           CASE WHEN template = 'digest' AND vars = '{}' THEN '{\"of\": \"' || id || '\"}' ELSE vars END, 'waiting', 0, $2, FALSE, $2, '' FROM emails WHERE id = $3",
        args![copy_id, now, id],
    )
    .await?;
    Ok(())
}

/// Gives up a mail that waits and is not being sent; false if it does not.
///
/// # Errors
/// If the database is away.
pub async fn drop_one(tx: &mut Tx, event_id: &str, id: &str, why: &str, now: i64) -> Result<bool> {
    let dropped = tx
        .execute(
            "UPDATE emails SET state = 'dropped', error = $1 WHERE id = $2 AND state = 'waiting' AND lease_until < $3",
            args![why, id, now],
        )
        .await?;
    if dropped > 0 {
        gather::store::settle(tx, id, "dropped", why).await?;
        crate::mail::store::forget_links(tx, event_id).await?;
    }
    Ok(dropped > 0)
}

/// True if the event has secret links that are still known.
///
/// # Errors
/// If the database is away.
pub async fn has_links(mut q: impl Query, event_id: &str) -> Result<bool> {
    Ok(q.number("SELECT COUNT(*) FROM event_links WHERE event_id = $1", args![event_id]).await? > 0)
}
