//! What a run is given beside its arguments, and nothing else: settings, and the values that its
//! plugin stored.

use super::Settings;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The values that one plugin stored, by key.
pub type Stored = BTreeMap<String, Value>;

/// Settings and stored values. Cheap to clone, never changed: a run sees one state of them.
#[derive(Clone, Debug, Default)]
pub struct Given {
    settings: Settings,
    plugins: Arc<BTreeMap<String, Settings>>,
    stores: Arc<BTreeMap<String, Stored>>,
    out: Arc<BTreeSet<String>>,
}

impl From<Settings> for Given {
    fn from(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }
}

impl Given {
    /// `[settings]`, and each plugin's own.
    pub fn new(settings: Settings, plugins: BTreeMap<String, Settings>) -> Self {
        Self { settings, plugins: Arc::new(plugins), ..Self::default() }
    }

    /// The same, with what plugins stored.
    pub fn with_stores(&self, stores: BTreeMap<String, Stored>) -> Self {
        Self { stores: Arc::new(stores), ..self.clone() }
    }

    /// The same, while the hooks of these ids are out: each counts as failed without running.
    pub fn without(&self, out: BTreeSet<String>) -> Self {
        Self { out: Arc::new(out), ..self.clone() }
    }

    /// True if that hook does not run for now.
    pub(super) fn is_out(&self, hook: &str) -> bool {
        self.out.contains(hook)
    }

    /// What `setting` reads in a script of that plugin; a script outside any reads `[settings]`.
    pub(super) fn settings(&self, plugin: Option<&str>) -> &Settings {
        plugin.and_then(|name| self.plugins.get(name)).unwrap_or(&self.settings)
    }

    /// A stored value.
    pub(super) fn stored(&self, store: &str, key: &str) -> Option<&Value> {
        self.stores.get(store)?.get(key)
    }
}
