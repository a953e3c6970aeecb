//! Which runs named an address.
//!
//! No index leads from an address to its runs: it would cost a row for each person of an account with each mail about it. The
//! newest runs are looked through instead, so many at a time, as far back as somebody asks.

use super::Run;
use crate::{args, db::Query, error::Result};
use serde_json::Value;

/// A place among the runs, which are ordered by time: those before it are older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When the run ended.
    pub at: i64,
    /// Its event; empty for a place before all runs of that time.
    pub event_id: String,
    /// Its hook.
    pub hook: String,
}

impl Mark {
    /// The form that stands in the address bar.
    pub fn to_cursor(&self) -> String {
        format!("{}~{}~{}", self.at, self.event_id, self.hook)
    }

    /// Reads what [`Mark::to_cursor`] wrote.
    pub fn from_cursor(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '~');
        let at = parts.next()?.parse().ok()?;
        Some(Self { at, event_id: parts.next()?.to_owned(), hook: parts.next()?.to_owned() })
    }
}

/// The runs that named an address, and how far back they were looked for.
#[derive(Clone, Debug)]
pub struct Named {
    /// The newest first.
    pub runs: Vec<Run>,
    /// Where to go on; nothing if all runs that are kept were looked through.
    pub older: Option<Mark>,
}

/// The newest runs before `before` that named an address (in small letters): `most` of them at most, and no more than about
/// `look` runs are looked through.
///
/// # Errors
/// If the database is away.
pub async fn naming(
    mut q: impl Query,
    to_key: &str,
    before: Option<Mark>,
    look: i64,
    most: usize,
) -> Result<Named> {
    let before = before.unwrap_or(Mark { at: i64::MAX, event_id: String::new(), hook: String::new() });
    // Each step goes back, however many runs share a millisecond.
    let until = if before.event_id.is_empty() { before.at - 1 } else { before.at };
    let last: Option<(i64,)> = q
        .optional(
            "SELECT at FROM hook_runs WHERE at <= $1 ORDER BY at DESC LIMIT 1 OFFSET $2",
            args![until, look],
        )
        .await?;
    let since = last.map(|row| row.0);
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let mut runs: Vec<Run> = q
        .all(
            "SELECT event_id, hook, stream, seq, event_name, account_id, verb, state, attempts, next_at, bundle, error,
               file, line, operations, micros, detail, at
             FROM hook_runs WHERE at >= $1 AND (at, event_id, hook) < ($2, $3, $4) AND LOWER(detail) LIKE $5 ESCAPE '~'
             ORDER BY at DESC, event_id DESC, hook DESC LIMIT $6",
            args![since.unwrap_or(i64::MIN), before.at, before.event_id, before.hook, pattern(to_key), limit],
        )
        .await?;
    let older = if runs.len() > most {
        runs.truncate(most);
        runs.last().map(|run| Mark { at: run.at, event_id: run.event_id.clone(), hook: run.hook.clone() })
    } else {
        since.map(|at| Mark { at, event_id: String::new(), hook: String::new() })
    };
    Ok(Named { runs, older })
}

/// The address as JSON writes it, within quotes, so that no longer one is meant.
fn pattern(to_key: &str) -> String {
    let quoted = Value::from(to_key).to_string();
    let sign = |c: char| if matches!(c, '%' | '_' | '~') { format!("~{c}") } else { c.to_string() };
    format!("%{}%", quoted.chars().map(sign).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::Db,
        effect::{Target, store},
    };
    use serde_json::json;

    fn run(number: i64, at: i64, to: &str) -> Run {
        let target = Target { email: to.into(), ..Target::default() };
        let left_out = json!([{ "target": target, "reason": "did it", "by": "core" }]);
        Run {
            event_id: format!("evt_{number:03}"),
            hook: "route:ticket-replied".into(),
            seq: number,
            state: "done".into(),
            detail: json!({ "left_out": left_out }).to_string(),
            at,
            ..Run::default()
        }
    }

    /// Forty runs, of which three share each millisecond; every fourth is about the address.
    async fn house() -> (Db, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&format!("sqlite://{}", folder.path().join("db").display())).await.unwrap();
        db.migrate().await.unwrap();
        let to = |n: i64| if n % 4 == 0 { "Ada@Bakery.example" } else { "nada@bakery.example" };
        let runs: Vec<Run> = (0..40).map(|n| run(n, n / 3, to(n))).collect();
        let mut tx = db.begin().await.unwrap();
        store::keep_runs(&mut tx, &runs).await.unwrap();
        tx.commit().await.unwrap();
        (db, folder)
    }

    #[tokio::test]
    async fn every_run_that_named_an_address_is_found_once_however_it_is_looked_for() {
        let (db, _folder) = house().await;
        let wanted: Vec<i64> = (0..40).rev().filter(|n| n % 4 == 0).collect();
        for (look, most) in [(1, 100), (2, 1), (5, 2), (7, 3), (100, 1), (100, 100)] {
            let (mut found, mut before) = (Vec::new(), None);
            for steps in 0.. {
                assert!(steps < 50, "it does not end with {look} and {most}");
                let named = naming(&db, "ada@bakery.example", before, look, most).await.unwrap();
                assert!(named.runs.len() <= most);
                found.extend(named.runs.iter().map(|run| run.seq));
                before = named.older.map(|mark| Mark::from_cursor(&mark.to_cursor()).unwrap());
                if before.is_none() {
                    break;
                }
            }
            assert_eq!(found, wanted, "looked through {look} at a time, at most {most}");
        }
    }

    #[tokio::test]
    async fn no_more_than_so_many_runs_are_looked_through_at_a_time() {
        let (db, _folder) = house().await;
        let named = naming(&db, "nobody@bakery.example", None, 10, 5).await.unwrap();
        assert!(named.runs.is_empty());
        // The tenth from the end; all of its millisecond were looked through with it.
        assert_eq!(named.older.unwrap().at, 29 / 3);
        assert_eq!(Mark::from_cursor("nonsense"), None);
    }
}
