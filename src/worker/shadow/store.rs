//! The rows of shadows and of what they would have done otherwise.

use crate::{
    args,
    db::{Query, Tx},
    effect::compare::Difference,
    error::{Error, Result},
    trace::compare::Difference as ActDifference,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;

/// Characters of a text in a difference; what customers wrote may be longer.
const TEXT: usize = 2_000;

/// Something that a shadow would have done otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Found {
    /// What would have come of an event.
    Event(Difference),
    /// What its guards would have said to an act.
    Act(ActDifference),
}

impl Found {
    /// The event, or the trace of the act; and when it was.
    fn of(&self) -> (&str, i64) {
        match self {
            Self::Event(difference) => (&difference.event, difference.at),
            Self::Act(difference) => (&difference.run, difference.at),
        }
    }
}

/// A new version of a script that runs beside the live one.
#[derive(Clone, Debug, FromRow)]
pub struct Shadow {
    /// What the operator calls it: the script's name.
    pub name: String,
    /// Where it would stand, such as `hooks/ticket-mail.rhai`.
    pub file: String,
    /// The new version.
    pub body: String,
    /// Hash of what stood there when it began; empty if nothing did.
    pub base: String,
    /// When it began.
    pub started_at: i64,
    /// Events and acts that it met since.
    pub met: i64,
    /// Why it does not run now, if it does not.
    pub error: Option<String>,
}

/// All shadows, by name.
///
/// # Errors
/// If the database is away.
pub async fn list(mut q: impl Query) -> Result<Vec<Shadow>> {
    q.all(
        "SELECT name, file, body, base, started_at, events AS met, error FROM shadows ORDER BY name",
        args![],
    )
    .await
}

/// Begins a shadow; one of that name is replaced, and what it had found is forgotten.
///
/// # Errors
/// If the database is away.
pub async fn begin(tx: &mut Tx, shadow: &Shadow) -> Result<()> {
    drop(tx, &shadow.name).await?;
    tx.execute(
        "INSERT INTO shadows (name, file, body, base, started_at, events) VALUES ($1, $2, $3, $4, $5, 0)",
        args![&shadow.name, &shadow.file, &shadow.body, &shadow.base, shadow.started_at],
    )
    .await?;
    Ok(())
}

/// Ends a shadow and forgets what it found; false if there was none.
///
/// # Errors
/// If the database is away.
pub async fn drop(tx: &mut Tx, name: &str) -> Result<bool> {
    tx.execute("DELETE FROM shadow_differences WHERE shadow = $1", args![name]).await?;
    Ok(tx.execute("DELETE FROM shadows WHERE name = $1", args![name]).await? > 0)
}

/// Counts events and acts that a shadow met; `error` says why it met none. One that was replaced meanwhile counts nothing.
///
/// # Errors
/// If the database is away.
pub async fn met(tx: &mut Tx, shadow: &Shadow, met: i64, error: Option<&str>) -> Result<()> {
    tx.execute(
        "UPDATE shadows SET events = events + $1, error = $2 WHERE name = $3 AND started_at = $4",
        args![met, error.map(str::to_owned), &shadow.name, shadow.started_at],
    )
    .await?;
    Ok(())
}

/// Keeps a difference, once for each event or act; not if the shadow was dropped or replaced meanwhile.
///
/// # Errors
/// If the database is away.
pub async fn keep(tx: &mut Tx, shadow: &Shadow, found: &Found) -> Result<()> {
    let mut detail = serde_json::to_value(found).map_err(|e| Error::internal(e.to_string()))?;
    shorten(&mut detail);
    let (of, at) = found.of();
    tx.execute(
        "INSERT INTO shadow_differences (shadow, event_id, at, detail)
         SELECT s.name, $2, $3, $4 FROM shadows s WHERE s.name = $1 AND s.started_at = $5
         ON CONFLICT (shadow, event_id) DO NOTHING",
        args![&shadow.name, of, at, detail.to_string(), shadow.started_at],
    )
    .await?;
    Ok(())
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(TEXT) {
                text.truncate(end);
                text.push('…');
            }
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        _ => {}
    }
}

/// Forgets all but the newest differences of a shadow.
///
/// # Errors
/// If the database is away.
pub async fn trim(tx: &mut Tx, name: &str, most: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM shadow_differences WHERE shadow = $1 AND at <
           (SELECT at FROM shadow_differences WHERE shadow = $1 ORDER BY at DESC LIMIT 1 OFFSET $2)",
        args![name, most],
    )
    .await?;
    Ok(())
}

/// How many events and acts a shadow would have dealt with otherwise.
///
/// # Errors
/// If the database is away.
pub async fn count(mut q: impl Query, name: &str) -> Result<i64> {
    q.number("SELECT COUNT(*) FROM shadow_differences WHERE shadow = $1", args![name]).await
}

/// The newest differences of a shadow.
///
/// # Errors
/// If the database is away.
pub async fn differences(mut q: impl Query, name: &str, limit: i64) -> Result<Vec<Found>> {
    let rows: Vec<(String,)> = q
        .all(
            "SELECT detail FROM shadow_differences WHERE shadow = $1 ORDER BY at DESC, event_id DESC LIMIT $2",
            args![name, limit],
        )
        .await?;
    Ok(rows.iter().filter_map(|(detail,)| serde_json::from_str(detail).ok()).collect())
}
