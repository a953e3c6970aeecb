//! Says that something changed in the data folder's scripts, templates or messages: a hint, no more.
//!
//! Editors rename, mounted configuration swaps links, checkouts touch hundreds of files: what changed
//! is found by reading everything again. Network disks tell nothing at all, so whoever watches also
//! reads again from time to time.

use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer_opt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Folders of the data folder that matter.
pub const FOLDERS: [&str; 3] = ["hooks", "email-templates", "messages"];
/// Endings of the files that matter.
const ENDINGS: [&str; 5] = ["rhai", "toml", "html", "txt", "ftl"];
/// Changes within this time are one.
const DEBOUNCE: Duration = Duration::from_millis(100);

type Inner = Debouncer<RecommendedWatcher, RecommendedCache>;

/// Watches for as long as it lives.
pub struct Watch {
    shared: Arc<Mutex<Shared>>,
}

/// What the watcher's thread and the handle share.
struct Shared {
    root: PathBuf,
    watcher: Option<Inner>,
    /// Where the watched folders really are, as far as they are there.
    places: Vec<PathBuf>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("places", &lock(&self.shared).places).finish()
    }
}

fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch {
    /// Watches the data folder `root`; `rescan` is called on a thread of the watcher's when something
    /// may have changed, and must be quick (wake somebody who reads).
    ///
    /// # Errors
    /// If the system cannot watch: reading from time to time must do then.
    pub fn start(root: &Path, rescan: impl Fn() + Send + 'static) -> notify::Result<Self> {
        let shared =
            Arc::new(Mutex::new(Shared { root: root.to_owned(), watcher: None, places: Vec::new() }));
        let weak = Arc::downgrade(&shared);
        let told = move |events: DebounceEventResult| {
            if !matters(&events) {
                return;
            }
            if let Some(shared) = weak.upgrade() {
                lock(&shared).follow();
            }
            rescan();
        };
        let options = notify::Config::default().with_follow_symlinks(true);
        let watcher = new_debouncer_opt::<_, RecommendedWatcher, _>(
            DEBOUNCE,
            None,
            told,
            RecommendedCache::new(),
            options,
        )?;
        let mut locked = lock(&shared);
        locked.watcher = Some(watcher);
        locked.watch_all()?;
        drop(locked);
        Ok(Self { shared })
    }

    /// Watches anew if a folder has come, gone, or moved behind a link since. Call it with every slow
    /// rescan: a link that was swapped while nobody was told is found then.
    pub fn follow(&self) {
        lock(&self.shared).follow();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Outside the lock: the watcher's thread may wait for it.
        let watcher = lock(&self.shared).watcher.take();
        drop(watcher);
    }
}

impl Shared {
    fn real(&self) -> Vec<PathBuf> {
        let folders = FOLDERS.iter().map(|folder| self.root.join(folder)).chain([self.root.clone()]);
        folders.filter_map(|folder| folder.canonicalize().ok()).collect()
    }

    fn follow(&mut self) {
        if self.real() != self.places {
            // What cannot be watched now is tried again with the next change or slow rescan.
            let _ = self.watch_all();
        }
    }

    fn watch_all(&mut self) -> notify::Result<()> {
        let places = self.real();
        let Some(watcher) = &mut self.watcher else { return Ok(()) };
        for place in &self.places {
            // A folder that is gone is no longer watched anyway.
            let _ = watcher.unwatch(place);
        }
        let parent = self.root.parent().filter(|parent| !parent.as_os_str().is_empty()).map(Path::to_owned);
        if let Some(parent) = parent {
            // Tells when the data folder itself is swapped; not all systems let one look there.
            let _ = watcher.watch(&parent, RecursiveMode::NonRecursive);
        }
        let mut result = Ok(());
        for place in &places {
            let is_root = self.root.canonicalize().is_ok_and(|root| root == *place);
            let mode = if is_root { RecursiveMode::NonRecursive } else { RecursiveMode::Recursive };
            result = result.and(watcher.watch(place, mode));
        }
        self.places = places;
        result
    }
}

/// Whether a batch of events may concern a file that counts; errors and overflows always may.
fn matters(events: &DebounceEventResult) -> bool {
    let Ok(events) = events else { return true };
    events.iter().any(|event| {
        let changes = !matches!(event.kind, notify::EventKind::Access(_));
        changes
            && (event.need_rescan() || event.paths.is_empty() || event.paths.iter().any(|path| counts(path)))
    })
}

/// Files that count, and anything that may be a folder or a link to one; not what editors leave about.
fn counts(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return true };
    if name.starts_with("..") {
        // Mounted configuration swaps a link of such a name.
        return true;
    }
    if name.starts_with(['.', '#']) || name.ends_with('~') {
        return false;
    }
    match path.extension().and_then(|ending| ending.to_str()) {
        Some(ending) => ENDINGS.contains(&ending),
        None => name.chars().any(|c| !c.is_ascii_digit()),
    }
}
