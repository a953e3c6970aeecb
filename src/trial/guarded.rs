//! The guarded actions of a period once more: what was asked before something was done, beside what the hooks said.

use super::{
    guard::{Again, once_more},
    replay::{Bundles, Options, Outcome, PAGE, work},
    store::Which,
};
use crate::{
    bundle::Bundle,
    db::Db,
    error::Result,
    trace::{compare::Difference, store},
};
use serde::Serialize;
use std::sync::Arc;

/// What the hooks would say to guarded actions, counted.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Guarded {
    /// Actions that were asked once more.
    pub asked: usize,
    /// Of those, how many would come out otherwise.
    pub differ: usize,
    /// Those that would be refused and were not.
    pub refused: usize,
    /// Those that were refused and would not be.
    pub let_through: usize,
    /// Those that would be refused as they were, in other words.
    pub other_reason: usize,
    /// Those that would be allowed as they were, amended, locked or ticked otherwise.
    pub amended: usize,
    /// Hooks that would fail and did not, counted for each action.
    pub fails: usize,
    /// The first of those that differ.
    pub differences: Vec<Difference>,
}

fn meant(which: &Which) -> store::Which<'_> {
    store::Which {
        since: which.since,
        until: which.until,
        action: &which.name,
        account_id: &which.account_id,
    }
}

/// How many guarded actions are meant, those that were only shown as a form among them.
///
/// # Errors
/// If the database is away.
pub async fn count(db: &Db, which: &Which) -> Result<i64> {
    store::count(db, &meant(which)).await
}

/// Asks once more, page by page, and adds what is found to the outcome.
///
/// # Errors
/// If the database is away, or a trace is damaged.
pub(super) async fn replay(
    outcome: &mut Outcome,
    bundles: &mut Bundles<'_>,
    options: &Options,
    progress: impl Fn(usize),
) -> Result<()> {
    let which = meant(&options.which);
    let (mut after, mut left) = (String::new(), options.limit);
    loop {
        let runs = store::list(bundles.db, &which, &after, PAGE.min(left)).await?;
        let Some(last) = runs.last() else { return Ok(()) };
        after.clone_from(&last.id);
        let count = runs.len();
        left -= i64::try_from(count).unwrap_or(i64::MAX);
        let mut page = Vec::with_capacity(count);
        for run in runs {
            let bundle = bundles.facing(&run.bundle).await?;
            page.push((run, bundle));
        }
        let once = |(run, bundle): &(store::StoredGuardRun, Arc<Bundle>)| once_more(bundle, run);
        for again in work(page, options.threads, once).await? {
            outcome.unrecorded.extend(again.unrecorded.iter().cloned());
            outcome.guards.add(again, options.show);
        }
        progress(count);
    }
}

impl Guarded {
    fn add(&mut self, again: Again, show: usize) {
        if again.shown {
            return;
        }
        self.asked += 1;
        let Some(difference) = again.difference else { return };
        self.differ += 1;
        self.fails += difference.fails.len();
        match (&difference.was_refused, &difference.would_be_refused) {
            (None, Some(_)) => self.refused += 1,
            (Some(_), None) => self.let_through += 1,
            (Some(was), Some(is)) => self.other_reason += usize::from(was.reason != is.reason),
            (None, None) => self.amended += usize::from(!difference.changes.is_empty()),
        }
        if self.differences.len() < show {
            self.differences.push(difference);
        }
    }
}
