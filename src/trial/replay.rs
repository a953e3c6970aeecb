//! History once more: the events of the outbox through other scripts, beside what really happened.
//!
//! Events are read page by page and run on all cores; whatever the number of threads, the answer is the same. Nothing
//! is stored or sent.

use super::{
    guarded::{self, Guarded},
    past::{Again, Past, once_more},
    scripts::Scripts,
    store::{self, Which},
};
use crate::{
    bundle::{self, Bundle},
    db::Db,
    effect::compare::Difference,
    error::{Error, Result},
    worker::decoded::Snapshot,
};
use serde::Serialize;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Events that are in memory at once, twice: one page runs while the next is read.
pub(super) const PAGE: i64 = 1_000;

/// How history is run once more.
#[derive(Debug)]
pub struct Options {
    /// Which events.
    pub which: Which,
    /// How many of them at most, and how many guarded actions.
    pub limit: i64,
    /// How many differences are kept; all are counted.
    pub show: usize,
    /// How many run at once.
    pub threads: usize,
    /// True if scripts read the settings of then, not those of today.
    pub settings_then: bool,
    /// Events older than this without any run have lost their trace.
    pub traced_since: i64,
}

/// What came of it.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// Events that were run once more.
    pub events: usize,
    /// Mails that templates make of them.
    pub notifications: usize,
    /// Of those, how many would go to others, or for other reasons.
    pub notifications_differ: usize,
    /// Recipients who would get mail and did not.
    pub more: usize,
    /// Recipients who did and would not.
    pub fewer: usize,
    /// Recipients who would get it for another reason.
    pub other: usize,
    /// Runs of `on` and `every` hooks.
    pub plans: usize,
    /// Of those, how many would ask for something else.
    pub plans_differ: usize,
    /// Effects that would be asked for and were not.
    pub more_effects: usize,
    /// Effects that were and would not be.
    pub fewer_effects: usize,
    /// Hooks that would fail and did not, counted for each event.
    pub fails: usize,
    /// Events that differ.
    pub differ: usize,
    /// The first of them.
    pub differences: Vec<Difference>,
    /// Runs that still wait, and are left out.
    pub waiting: usize,
    /// Events of whose runs no trace is left, and that are left out.
    pub untraced: usize,
    /// Stored values that scripts read now and that were not recorded then; they were taken as absent.
    pub unrecorded: BTreeSet<String>,
    /// What hooks would say to guarded actions.
    pub guards: Guarded,
}

impl Outcome {
    /// True if anything would come out otherwise.
    pub fn differs(&self) -> bool {
        self.differ + self.guards.differ > 0
    }
}

/// Runs history once more through the scripts on disk: events, and then guarded actions. `progress` is told how many
/// are done.
///
/// # Errors
/// If the database is away, or an event is damaged.
pub async fn replay(
    db: &Db,
    scripts: &Scripts,
    options: &Options,
    progress: impl Fn(usize),
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut reader = Reader::new(db, options, scripts);
    let mut page = reader.next().await?;
    while let Some(now) = page {
        let count = now.len();
        let traced_since = options.traced_since;
        let once = move |(past, bundle): &(Past, Arc<Bundle>)| once_more(bundle, past, traced_since);
        let (done, next) = tokio::join!(work(now, options.threads, once), reader.next());
        for again in done? {
            outcome.add(again, options.show);
        }
        progress(count);
        page = next?;
    }
    guarded::replay(&mut outcome, &mut reader.bundles, options, progress).await?;
    Ok(outcome)
}

/// A page: each event with the scripts that it is to meet.
type Page = Vec<(Past, Arc<Bundle>)>;

/// All of a page, each run once more, in order, on so many threads.
pub(super) async fn work<T, A>(
    page: Vec<T>,
    threads: usize,
    one: impl Fn(&T) -> Result<A> + Send + Sync + 'static,
) -> Result<Vec<A>>
where
    T: Send + Sync + 'static,
    A: Send + 'static,
{
    let size = page.len().div_ceil(threads.max(1)).max(1);
    let work = move || {
        let one = &one;
        std::thread::scope(|scope| {
            let parts: Vec<_> = page
                .chunks(size)
                .map(|part| scope.spawn(move || part.iter().map(one).collect::<Result<Vec<_>>>()))
                .collect();
            let mut all = Vec::with_capacity(page.len());
            for part in parts {
                all.extend(part.join().map_err(|_| Error::internal("a thread of the replay ended"))??);
            }
            Ok(all)
        })
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal(format!("replay: {e}")))?
}

/// Reads history, page by page.
struct Reader<'a> {
    db: &'a Db,
    options: &'a Options,
    bundles: Bundles<'a>,
    after: i64,
    left: i64,
    /// The accounts of the page before, of which this one has most again.
    accounts: HashMap<String, Snapshot>,
}

impl<'a> Reader<'a> {
    fn new(db: &'a Db, options: &'a Options, scripts: &'a Scripts) -> Self {
        let (after, left) = (i64::MIN, options.limit);
        let bundles = Bundles { db, scripts, settings_then: options.settings_then, then: HashMap::new() };
        Self { db, options, bundles, after, left, accounts: HashMap::new() }
    }

    /// The next page; nothing at the end.
    async fn next(&mut self) -> Result<Option<Page>> {
        let heads = store::page(self.db, &self.options.which, self.after, PAGE.min(self.left)).await?;
        let Some(last) = heads.last().map(|head| head.event.seq) else { return Ok(None) };
        let first = heads.first().map_or(last, |head| head.event.seq) - 1;
        let mut runs: HashMap<String, Vec<_>> = HashMap::new();
        for run in store::runs(self.db, &self.options.which, first, last).await? {
            runs.entry(run.event_id.clone()).or_default().push(run);
        }
        let mut accounts = HashMap::new();
        for (hash, body) in store::snapshots(self.db, &self.options.which, first, last).await? {
            let known = self.accounts.remove(&hash);
            let snapshot = known.map_or_else(|| Snapshot::new(&body), Ok)?;
            accounts.insert(hash, snapshot);
        }
        self.accounts = accounts;
        self.after = last;
        self.left -= i64::try_from(heads.len()).unwrap_or(i64::MAX);
        let nobody = Snapshot::nobody();
        let mut page = Page::with_capacity(heads.len());
        for head in heads {
            let snapshot = head.snapshot_hash.as_ref().and_then(|hash| self.accounts.get(hash));
            let snapshot = snapshot.unwrap_or(&nobody).clone();
            let runs = runs.remove(&head.event.id).unwrap_or_default();
            let ran = runs.iter().map(|run| run.bundle.as_str()).find(|hash| !hash.is_empty());
            let bundle = self.bundles.facing(ran.unwrap_or_default()).await?;
            page.push((Past { event: head.event, snapshot, runs }, bundle));
        }
        Ok(Some(page))
    }
}

/// The scripts on disk, with the settings of today or those of then.
pub(super) struct Bundles<'a> {
    pub db: &'a Db,
    scripts: &'a Scripts,
    settings_then: bool,
    /// The scripts with the settings of then, by the bundle that ran then.
    then: HashMap<String, Arc<Bundle>>,
}

impl Bundles<'_> {
    /// The scripts that face what happened while the bundle of that hash was live.
    pub async fn facing(&mut self, hash: &str) -> Result<Arc<Bundle>> {
        if hash.is_empty() || !self.settings_then {
            return Ok(self.scripts.today());
        }
        if let Some(bundle) = self.then.get(hash) {
            return Ok(Arc::clone(bundle));
        }
        let bundle = match bundle::store::lookup(self.db, hash).await? {
            Some(stored) => Arc::new(self.scripts.with_settings(
                serde_json::from_str(&stored.settings).unwrap_or_default(),
                serde_json::from_str(&stored.plugins).unwrap_or_default(),
            )),
            None => self.scripts.today(),
        };
        self.then.insert(hash.to_owned(), Arc::clone(&bundle));
        Ok(bundle)
    }
}

impl Outcome {
    fn add(&mut self, again: Again, show: usize) {
        self.waiting += again.waiting;
        self.unrecorded.extend(again.unrecorded);
        if again.untraced {
            self.untraced += 1;
            return;
        }
        let compared = again.what;
        self.events += 1;
        self.notifications += compared.notifications;
        self.notifications_differ += compared.notifications_differ;
        self.plans += compared.plans;
        self.plans_differ += compared.plans_differ;
        let Some(difference) = compared.difference else { return };
        self.differ += 1;
        self.more += difference.more.len();
        self.fewer += difference.fewer.len();
        self.other += difference.other.len();
        self.more_effects += difference.more_effects.len();
        self.fewer_effects += difference.fewer_effects.len();
        self.fails += difference.fails.len();
        if self.differences.len() < show {
            self.differences.push(difference);
        }
    }
}

/// What [`exactly`] found.
#[derive(Debug, Default)]
pub struct Exact {
    /// Runs that were compared.
    pub runs: usize,
    /// Those that did not come out word for word: event and hook.
    pub different: Vec<String>,
}

/// Runs history once more and compares each run word for word with its trace, reasons, lines and logs included: what a
/// replay through unchanged scripts must come to.
///
/// # Errors
/// If the database is away, or an event is damaged.
pub async fn exactly(db: &Db, scripts: &Scripts, which: &Which) -> Result<Exact> {
    let options = Options {
        which: which.clone(),
        limit: i64::MAX,
        show: 0,
        threads: 1,
        settings_then: false,
        traced_since: 0,
    };
    let mut reader = Reader::new(db, &options, scripts);
    let mut exact = Exact::default();
    while let Some(page) = reader.next().await? {
        for (past, bundle) in &page {
            let (found, runs) = super::past::word_for_word(bundle, past)?;
            exact.runs += runs;
            exact.different.extend(found);
        }
    }
    Ok(exact)
}
