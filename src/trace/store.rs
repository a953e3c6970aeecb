//! The rows of what guards saw and said.

use super::GuardRun;
use crate::{
    args,
    db::{Query, Tx},
    error::{Error, Result},
    event::{data::Account, outbox},
    id,
};
use serde_json::{Value, json};
use sqlx::FromRow;

/// A trace as the database keeps it.
#[derive(Clone, Debug, FromRow)]
pub struct StoredGuardRun {
    /// Stable id.
    pub id: String,
    /// The action, or `permission_defaults`.
    pub action: String,
    /// The account, if any.
    pub account_id: Option<String>,
    /// Who asked, as JSON.
    pub actor: String,
    /// `allowed`, `amended` or `denied`.
    pub verdict: String,
    /// True if a hook failed.
    pub failed: bool,
    /// The bundle that was live.
    pub bundle: String,
    /// The draft without its account, as JSON.
    pub draft: String,
    /// The account's snapshot, as JSON.
    pub account: Option<String>,
    /// What came of it, as JSON.
    pub answer: String,
    /// Each hook that had a say: a list of [`crate::effect::store::Step`] as JSON.
    pub steps: String,
    /// Operations used.
    pub operations: i64,
    /// Time used, in microseconds.
    pub micros: i64,
    /// When.
    pub at: i64,
}

impl StoredGuardRun {
    /// The draft as the hooks saw it.
    ///
    /// # Errors
    /// If the stored text is damaged.
    pub fn whole(&self) -> Result<Value> {
        let damaged = |e: serde_json::Error| Error::internal(format!("guard run {}: {e}", self.id));
        let mut draft: Value = serde_json::from_str(&self.draft).map_err(damaged)?;
        draft["account"] = match &self.account {
            Some(text) => serde_json::from_str(text).map_err(damaged)?,
            None => json!(Account::default()),
        };
        Ok(draft)
    }
}

/// Keeps a trace, and gives its id.
///
/// # Errors
/// If the database is away.
pub async fn keep(tx: &mut Tx, run: &GuardRun) -> Result<String> {
    let id = id::new("grd", run.at);
    let mut draft = run.draft.clone();
    let account: Account = serde_json::from_value(draft["account"].take()).unwrap_or_default();
    let snapshot = match account.exists {
        true => Some(outbox::keep_snapshot(tx, &account, run.at).await?),
        false => None,
    };
    let account_id = account.exists.then_some(account.id);
    let sum = |count: fn(&crate::effect::store::Step) -> i64| run.steps.iter().map(count).sum::<i64>();
    tx.execute(
        "INSERT INTO guard_runs (id, action, account_id, actor, verdict, failed, bundle, draft, snapshot_hash, answer, steps,
           operations, micros, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        args![
            &id,
            run.action,
            account_id,
            json!(run.actor()).to_string(),
            run.verdict,
            run.failed,
            &run.bundle,
            draft.to_string(),
            snapshot,
            run.answer.to_string(),
            json!(run.steps).to_string(),
            sum(|step| step.operations),
            sum(|step| step.micros),
            run.at
        ],
    )
    .await?;
    Ok(id)
}

macro_rules! select_runs {
    (meant $tail:literal) => { concat!(select_runs!(""), meant!($tail)) };
    ($tail:literal) => {
        concat!(
            "SELECT g.id, g.action, g.account_id, g.actor, g.verdict, g.failed, g.bundle, g.draft, s.body AS account, g.answer,
               g.steps, g.operations, g.micros, g.at
             FROM guard_runs g LEFT JOIN snapshots s ON s.hash = g.snapshot_hash ",
            $tail
        )
    };
}

/// Which traces are meant.
#[derive(Clone, Debug)]
pub struct Which<'a> {
    /// From then on.
    pub since: i64,
    /// And before this moment.
    pub until: i64,
    /// An action, or its first word and a star (`invite.*`); empty for all.
    pub action: &'a str,
    /// Only of this account; empty for all.
    pub account_id: &'a str,
}

macro_rules! meant {
    ($tail:literal) => {
        concat!(
            "WHERE ($1 = '' OR g.action = $1) AND ($2 = '' OR substr(g.action, 1, length($2)) = $2)
               AND ($3 = '' OR g.account_id = $3) AND g.at >= $4 AND g.at < $5 AND g.action NOT IN ('menu', 'panel') ",
            $tail
        )
    };
}

impl Which<'_> {
    fn args(&self) -> Vec<crate::db::Value> {
        let (exactly, family) =
            self.action.strip_suffix('*').map_or((self.action, ""), |family| ("", family));
        args![exactly, family, self.account_id, self.since, self.until]
    }
}

/// How many traces of guarded actions are meant.
///
/// # Errors
/// If the database is away.
pub async fn count(mut q: impl Query, which: &Which<'_>) -> Result<i64> {
    q.number(concat!("SELECT COUNT(*) FROM guard_runs g ", meant!("")), which.args()).await
}

/// Traces of guarded actions, in the order of their ids, after the id `after`.
///
/// # Errors
/// If the database is away.
pub async fn list(
    mut q: impl Query,
    which: &Which<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<StoredGuardRun>> {
    let args = [which.args(), args![after, limit]].concat();
    q.all(select_runs!(meant "AND g.id > $6 ORDER BY g.id LIMIT $7"), args).await
}

/// The newest traces of guarded actions that are meant: of one verdict unless `verdict` is empty, and only those with a
/// failure if `failed`.
///
/// # Errors
/// If the database is away.
pub async fn latest(
    mut q: impl Query,
    which: &Which<'_>,
    verdict: &str,
    failed: bool,
    limit: i64,
) -> Result<Vec<StoredGuardRun>> {
    let args = [which.args(), args![verdict, failed, limit]].concat();
    q.all(
        select_runs!(
            meant "AND ($6 = '' OR g.verdict = $6) AND (g.failed OR NOT $7) ORDER BY g.at DESC, g.id DESC LIMIT $8"
        ),
        args,
    )
    .await
}

/// The newest traces: of all actions if `action` is empty, and only those with a failure if `failed`.
///
/// # Errors
/// If the database is away.
pub async fn newest(
    mut q: impl Query,
    action: &str,
    failed: bool,
    limit: i64,
) -> Result<Vec<StoredGuardRun>> {
    q.all(
        select_runs!(
            "WHERE ($1 = '' OR g.action = $1) AND (g.failed OR NOT $2) ORDER BY g.at DESC, g.id DESC LIMIT $3"
        ),
        args![action, failed, limit],
    )
    .await
}

/// One trace by its id.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, id: &str) -> Result<Option<StoredGuardRun>> {
    q.optional(select_runs!("WHERE g.id = $1"), args![id]).await
}

/// Forgets up to `limit` traces of one outcome: those from before `before`, and the oldest beyond `most`.
///
/// # Errors
/// If the database is away.
pub async fn forget(tx: &mut Tx, failed: bool, before: i64, most: i64, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM guard_runs WHERE id IN (SELECT id FROM guard_runs WHERE failed = $1 AND (at < $2 OR at <
             (SELECT at FROM guard_runs WHERE failed = $1 ORDER BY at DESC LIMIT 1 OFFSET $3))
           ORDER BY at LIMIT $4)",
        args![failed, before, most, limit],
    )
    .await
}
