//! Reading the rows of a trace.

use super::{Asked, Filter, Head, Mail, Tally};
use crate::{args, db::Query, error::Result};

macro_rules! heads {
    ($tail:literal) => {
        concat!(
            "SELECT e.seq, e.id, e.name, e.at, e.account_id, e.actor, e.dispatched_at,
               CASE WHEN a.company <> '' THEN a.company ELSE a.first_name || ' ' || a.last_name END AS account_name,
               (SELECT COUNT(*) FROM hook_runs r WHERE r.event_id = e.id) AS runs,
               (SELECT COUNT(*) FROM hook_runs r WHERE r.event_id = e.id
                 AND (r.state = 'dead' OR (r.verb = 'route' AND r.error IS NOT NULL AND r.state <> 'waiting'))) AS failed,
               (SELECT COUNT(*) FROM emails m WHERE m.event_id = e.id) AS mails,
               (SELECT COUNT(*) FROM effects f WHERE f.event_id = e.id AND f.state = 'dead' AND f.kind = 'webhook') AS webhooks_lost,
               (SELECT COUNT(*) FROM effects f WHERE f.event_id = e.id AND f.state = 'dead' AND f.kind <> 'webhook') AS refused
             FROM events e LEFT JOIN accounts a ON a.id = e.account_id
             WHERE ($1 = '' OR e.name = $1) AND ($2 = '' OR substr(e.name, 1, length($2)) = $2)
               AND ($3 = '' OR e.account_id = $3) AND e.at >= $4 ",
            $tail
        )
    };
}

/// A name that is meant exactly, and one that names must begin with; the other is empty.
fn pattern(name: &str) -> (&str, &str) {
    name.strip_suffix('*').map_or((name, ""), |family| ("", family))
}

/// The newest events that the filter lets through, before the number `before`, newest first.
///
/// # Errors
/// If the database is away.
pub async fn newest(mut q: impl Query, filter: &Filter, before: i64, limit: i64) -> Result<Vec<Head>> {
    let (exactly, family) = pattern(&filter.name);
    q.all(
        heads!("AND e.seq < $5 ORDER BY e.seq DESC LIMIT $6"),
        args![exactly, family, &filter.account_id, filter.since, before, limit],
    )
    .await
}

/// The events after the number `after` that the filter lets through, oldest first.
///
/// # Errors
/// If the database is away.
pub async fn after(mut q: impl Query, filter: &Filter, after: i64, limit: i64) -> Result<Vec<Head>> {
    let (exactly, family) = pattern(&filter.name);
    q.all(
        heads!("AND e.seq > $5 ORDER BY e.seq LIMIT $6"),
        args![exactly, family, &filter.account_id, filter.since, after, limit],
    )
    .await
}

/// The number of the newest event; 0 if there is none.
///
/// # Errors
/// If the database is away.
pub async fn last_seq(mut q: impl Query) -> Result<i64> {
    q.number("SELECT COALESCE(MAX(seq), 0) FROM events", args![]).await
}

/// The mails of an event, in the order in which they were asked for.
///
/// # Errors
/// If the database is away.
pub async fn mails(mut q: impl Query, event_id: &str) -> Result<Vec<Mail>> {
    q.all(
        "SELECT id, event_id, cause, template, to_email, to_name, reason, chosen_by, state, unsure, bounced_at, bounced, attempts, next_at, error, subject, sent_at, held, digest_id
         FROM emails WHERE event_id = $1 ORDER BY cause, ordinal, id",
        args![event_id],
    )
    .await
}

/// One mail by its id.
///
/// # Errors
/// If the database is away.
pub async fn mail(mut q: impl Query, id: &str) -> Result<Option<Mail>> {
    q.optional(
        "SELECT id, event_id, cause, template, to_email, to_name, reason, chosen_by, state, unsure, bounced_at, bounced, attempts, next_at, error, subject, sent_at, held, digest_id
         FROM emails WHERE id = $1",
        args![id],
    )
    .await
}

/// What the plans of an event asked for beyond mail, in order.
///
/// # Errors
/// If the database is away.
pub async fn asked(mut q: impl Query, event_id: &str) -> Result<Vec<Asked>> {
    q.all(
        "SELECT id, hook, kind, body, state, attempts, next_at, error, note, done_at
         FROM effects WHERE event_id = $1 ORDER BY hook, ordinal",
        args![event_id],
    )
    .await
}

/// How each hook has fared.
///
/// # Errors
/// If the database is away.
pub async fn tallies(mut q: impl Query) -> Result<Vec<Tally>> {
    q.all(
        "SELECT hook, COUNT(*) AS runs, CAST(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END) AS BIGINT) AS failed, MAX(at) AS last_at
         FROM hook_runs WHERE bundle <> '' GROUP BY hook",
        args![],
    )
    .await
}

/// The id of the event with this number.
///
/// # Errors
/// If the database is away.
pub async fn id_of(mut q: impl Query, seq: i64) -> Result<Option<String>> {
    Ok(q.optional::<(String,)>("SELECT id FROM events WHERE seq = $1", args![seq]).await?.map(|row| row.0))
}

/// The latest routes: when each ran, and what it saw and said, as JSON. The hooks of a route share its row.
///
/// # Errors
/// If the database is away.
pub async fn latest_routes(mut q: impl Query, limit: i64) -> Result<Vec<(i64, String)>> {
    q.all(
        "SELECT at, detail FROM hook_runs WHERE verb = 'route' AND bundle <> '' ORDER BY at DESC LIMIT $1",
        args![limit],
    )
    .await
}

/// Since when every trace of a run that went well is there, if the oldest were forgotten because there were more than
/// `most`; nothing if there never were.
///
/// # Errors
/// If the database is away.
pub async fn whole_since(mut q: impl Query, most: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = q
        .optional(
            "SELECT at FROM hook_runs WHERE error IS NULL AND state = 'done' ORDER BY at DESC LIMIT 1 OFFSET $1",
            args![(most - 1).max(0)],
        )
        .await?;
    Ok(row.map(|row| row.0))
}
