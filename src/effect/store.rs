//! The rows of hook runs and of what they ask for.

mod again;
mod naming;
mod rows;

pub use again::{Lost, carry_again, given_up, given_up_on, lost, run_again};
pub use naming::{Mark, Named, naming};
pub use rows::{NewEffect, NewEmail, cause_of, keep_effects, keep_emails, keep_runs};

use super::{Effect, LeftOut, Recipient};
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;

/// One hook that met one event: a line of the trace.
#[derive(Clone, Debug, Default, FromRow)]
pub struct Run {
    /// The event.
    pub event_id: String,
    /// The hook's id; for a notification's route, `route:` and the template's name.
    pub hook: String,
    /// What the event keeps its order with.
    pub stream: String,
    /// The event's number.
    pub seq: i64,
    /// The event's kind.
    pub event_name: String,
    /// The event's account, if any.
    pub account_id: Option<String>,
    /// `on`, `every` or `route`.
    pub verb: String,
    /// `done`, `waiting` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is to be tried again.
    pub next_at: i64,
    /// The bundle it ran in; empty while it only waits for its turn.
    pub bundle: String,
    /// Why it failed, with the line.
    pub error: Option<String>,
    /// The script's path.
    pub file: String,
    /// The line of the registration.
    pub line: i64,
    /// Operations used.
    pub operations: i64,
    /// Time used, in microseconds.
    pub micros: i64,
    /// [`Detail`] as JSON.
    pub detail: String,
    /// When it ran last.
    pub at: i64,
}

/// What a run saw and said.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// Settings that it read.
    pub settings: Value,
    /// Stored values that it read.
    pub stored: Value,
    /// Lines that it logged.
    pub log: Vec<String>,
    /// What it asked for.
    pub effects: Vec<Effect>,
    /// Of a route: who gets the mail.
    pub recipients: Vec<Recipient>,
    /// Of a route: who does not, and why.
    pub left_out: Vec<LeftOut>,
    /// Of a route: whom no hook named although the mail might have been theirs, and why; of a large account not all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unnamed: Vec<LeftOut>,
    /// Of a route: each hook that had a say, as `file:line`, with its error if it failed.
    pub steps: Vec<Step>,
}

/// One hook among several that had a say: of a route, or of a guarded action.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// The hook's id.
    pub hook: String,
    /// `file:line`.
    pub place: String,
    /// `ok`, `failed` or `denied`.
    pub outcome: String,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// Operations used.
    pub operations: i64,
    /// Time used, in microseconds.
    pub micros: i64,
    /// Lines that it logged.
    pub log: Vec<String>,
    /// Settings that it read, with their values then.
    pub settings: Value,
    /// Stored values that it read, as they were then.
    pub stored: Value,
}

/// Bytes of log lines that one step or run keeps.
const LOG: usize = 16 * 1024;

/// Log lines as far as there is room for them, with a line that says how many there were beyond.
pub fn bounded(log: &[String]) -> Vec<String> {
    let mut room = LOG;
    let fits = log.iter().take_while(|line| {
        room = room.saturating_sub(line.len());
        room > 0
    });
    let mut kept: Vec<String> = fits.cloned().collect();
    if kept.len() < log.len() {
        kept.push(format!("… and {} more lines", log.len() - kept.len()));
    }
    kept
}

const RUN: &str = "SELECT event_id, hook, stream, seq, event_name, account_id, verb, state, attempts, next_at, bundle, error,
    file, line, operations, micros, detail, at FROM hook_runs WHERE event_id = $1 ORDER BY at, hook";

/// All runs of an event.
///
/// # Errors
/// If the database is away.
pub async fn runs(mut q: impl Query, event_id: &str) -> Result<Vec<Run>> {
    q.all(RUN, args![event_id]).await
}

/// The hooks of a stream that have an event waiting: later events of the stream wait behind it.
///
/// # Errors
/// If the database is away.
pub async fn waiting_hooks(mut q: impl Query, stream: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = q
        .all("SELECT DISTINCT hook FROM hook_runs WHERE stream = $1 AND state = 'waiting'", args![stream])
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Takes runs that are due to be tried (again), each the first of its hook and stream; gives with each how often it was taken
/// since it was last settled: more than once if a process ended over it.
///
/// # Errors
/// If the database is away.
pub async fn claim_runs(
    tx: &mut Tx,
    node: &str,
    now: i64,
    lease: i64,
    limit: i64,
) -> Result<Vec<(String, String, i64)>> {
    tx.claim(
        "UPDATE hook_runs SET lease_by = $1, lease_until = $2, claims = claims + 1 WHERE (event_id, hook) IN (
           SELECT r.event_id, r.hook FROM hook_runs r
           WHERE r.state = 'waiting' AND r.next_at <= $3 AND r.lease_until < $3 AND NOT EXISTS (
             SELECT 1 FROM hook_runs p WHERE p.stream = r.stream AND p.hook = r.hook AND p.state = 'waiting' AND p.seq < r.seq)
           ORDER BY r.next_at LIMIT $4 {{skip_locked}}) RETURNING event_id, hook, claims",
        args![node, now + lease, now, limit],
    )
    .await
}

/// Lets runs that wait for a hook wait until then.
///
/// # Errors
/// If the database is away.
pub async fn hold(tx: &mut Tx, hook: &str, until: i64) -> Result<u64> {
    tx.execute(
        "UPDATE hook_runs SET next_at = $1 WHERE hook = $2 AND state = 'waiting' AND next_at < $1",
        args![until, hook],
    )
    .await
}

/// Lets runs that wait for a hook be tried now, in their order.
///
/// # Errors
/// If the database is away.
pub async fn release(tx: &mut Tx, hook: &str, now: i64) -> Result<u64> {
    let released = tx
        .execute(
            "UPDATE hook_runs SET next_at = $1 WHERE hook = $2 AND state = 'waiting' AND next_at > $1",
            args![now, hook],
        )
        .await?;
    tx.wake_deliveries();
    Ok(released)
}

/// An effect that waits to be carried out.
#[derive(Clone, Debug, FromRow)]
pub struct WaitingEffect {
    /// Stable id, sent along so that the other side knows a repetition.
    pub id: String,
    /// The event that caused it.
    pub event_id: String,
    /// The hook that asked for it.
    pub hook: String,
    /// What it is, such as `webhook`.
    pub kind: String,
    /// What it needs, as JSON.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
}

/// Takes effects that are due. Those of one plan that change our own state are taken in its order:
/// each waits for those before it. Web-hooks wait for nobody, and nobody for them.
///
/// # Errors
/// If the database is away.
pub async fn claim_effects(
    tx: &mut Tx,
    node: &str,
    now: i64,
    lease: i64,
    limit: i64,
) -> Result<Vec<WaitingEffect>> {
    tx.claim(
        "UPDATE effects SET lease_by = $1, lease_until = $2 WHERE id IN (
           SELECT e.id FROM effects e WHERE e.state = 'waiting' AND e.next_at <= $3 AND e.lease_until < $3
             AND (e.kind = 'webhook' OR NOT EXISTS (
               SELECT 1 FROM effects p WHERE p.event_id = e.event_id AND p.hook = e.hook AND p.ordinal < e.ordinal
                 AND p.kind <> 'webhook' AND p.state = 'waiting'))
           ORDER BY e.next_at, e.id LIMIT $4 {{skip_locked}}) RETURNING id, event_id, hook, kind, body, attempts",
        args![node, now + lease, now, limit],
    )
    .await
}

/// Writes down how a try ended: `done`, `dead`, or `waiting` until `next_at`. An effect that is settled stays so: a try that
/// took longer than its lease may come home after the one that succeeded.
///
/// # Errors
/// If the database is away; the lease ends by itself then, and the effect is tried again.
pub async fn settle_effect(
    tx: &mut Tx,
    id: &str,
    state: &str,
    next_at: i64,
    error: Option<&str>,
    now: i64,
) -> Result<()> {
    let done_at = (state != "waiting").then_some(now);
    tx.execute(
        "UPDATE effects SET state = $1, next_at = $2, error = $3, attempts = attempts + 1, lease_until = 0, done_at = $4
         WHERE id = $5 AND state = 'waiting'",
        args![state, next_at, error, done_at, id],
    )
    .await?;
    Ok(())
}

/// Closes an effect: as dead if there is an `error`, else as done, `note` saying why there was nothing
/// to do; false if it was closed before. What the same transaction changes happens with it, or not at all.
///
/// # Errors
/// If the database is away.
pub async fn close_effect(
    tx: &mut Tx,
    id: &str,
    note: Option<&str>,
    error: Option<&str>,
    now: i64,
) -> Result<bool> {
    let state = if error.is_some() { "dead" } else { "done" };
    let closed = tx
        .execute(
            "UPDATE effects SET state = $2, note = $3, error = $4, attempts = attempts + 1, lease_until = 0, done_at = $5
             WHERE id = $1 AND state = 'waiting'",
            args![id, state, note.map(str::to_owned), error.map(str::to_owned), now],
        )
        .await?;
    // The next of its plan may be taken.
    tx.wake_deliveries();
    Ok(closed > 0)
}

/// Forgets up to `limit` runs that went well: those from before `before`, and the oldest beyond `most`;
/// with the effects that were carried out. A run stays as long as an effect of its plan waits: what its plugin may do
/// stands with it.
///
/// # Errors
/// If the database is away.
pub async fn forget_done(tx: &mut Tx, before: i64, most: i64, limit: i64) -> Result<u64> {
    let runs = tx
        .execute(
            "DELETE FROM hook_runs WHERE (event_id, hook) IN (
               SELECT event_id, hook FROM hook_runs WHERE error IS NULL AND state = 'done'
                 AND NOT EXISTS (SELECT 1 FROM effects e WHERE e.event_id = hook_runs.event_id AND e.hook = hook_runs.hook AND e.state = 'waiting')
                 AND (at < $1 OR at <
                 (SELECT at FROM hook_runs WHERE error IS NULL AND state = 'done' ORDER BY at DESC LIMIT 1 OFFSET $2))
               ORDER BY at LIMIT $3)",
            args![before, most, limit],
        )
        .await?;
    let effects = tx
        .execute(
            "DELETE FROM effects WHERE id IN (SELECT id FROM effects WHERE created_at < $1 AND state = 'done' ORDER BY created_at LIMIT $2)",
            args![before, limit],
        )
        .await?;
    Ok(runs + effects)
}

/// Forgets up to `limit` runs with a failure, as [`forget_done`]; with the effects that were given up.
/// Successes never push them out: they are counted apart.
///
/// # Errors
/// If the database is away.
pub async fn forget_failed(tx: &mut Tx, before: i64, most: i64, limit: i64) -> Result<u64> {
    let runs = tx
        .execute(
            "DELETE FROM hook_runs WHERE (event_id, hook) IN (
               SELECT event_id, hook FROM hook_runs WHERE error IS NOT NULL AND state <> 'waiting'
                 AND NOT EXISTS (SELECT 1 FROM effects e WHERE e.event_id = hook_runs.event_id AND e.hook = hook_runs.hook AND e.state = 'waiting')
                 AND (at < $1 OR at <
                 (SELECT at FROM hook_runs WHERE error IS NOT NULL AND state <> 'waiting' ORDER BY at DESC LIMIT 1 OFFSET $2))
               ORDER BY at LIMIT $3)",
            args![before, most, limit],
        )
        .await?;
    let effects = tx
        .execute(
            "DELETE FROM effects WHERE id IN (SELECT id FROM effects WHERE created_at < $1 AND state = 'dead' ORDER BY created_at LIMIT $2)",
            args![before, limit],
        )
        .await?;
    Ok(runs + effects)
}

/// Gives back the runs and effects that `node` had when it ended without a word.
///
/// # Errors
/// If the database is away; the leases end by themselves then.
pub async fn release_all(tx: &mut Tx, node: &str) -> Result<()> {
    tx.execute("UPDATE hook_runs SET lease_until = 0 WHERE state = 'waiting' AND lease_by = $1", args![node])
        .await?;
    tx.execute("UPDATE effects SET lease_until = 0 WHERE state = 'waiting' AND lease_by = $1", args![node])
        .await?;
    Ok(())
}
