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
pub struct Given(Arc<All>);

#[derive(Clone, Debug, Default)]
struct All {
    settings: Settings,
    plugins: Arc<BTreeMap<String, Settings>>,
    stores: Arc<BTreeMap<String, Stored>>,
    out: BTreeSet<String>,
}

impl From<Settings> for Given {
    fn from(settings: Settings) -> Self {
        Self::new(settings, BTreeMap::new())
    }
}

impl Given {
    /// `[settings]`, and each plugin's own.
    pub fn new(settings: Settings, plugins: BTreeMap<String, Settings>) -> Self {
        Self(Arc::new(All { settings, plugins: Arc::new(plugins), ..All::default() }))
    }

    /// The same, with what plugins stored.
    pub fn with_stores(&self, stores: impl Into<Arc<BTreeMap<String, Stored>>>) -> Self {
        let All { settings, plugins, out, .. } = &*self.0;
        Self(Arc::new(All {
            settings: settings.clone(),
            plugins: Arc::clone(plugins),
            out: out.clone(),
            stores: stores.into(),
        }))
    }

    /// The same, while the hooks of these ids are out: each counts as failed without running.
    pub fn without(mut self, out: BTreeSet<String>) -> Self {
        // Most often this is the only one of its kind, and nothing is copied.
        if self.0.out != out {
            Arc::make_mut(&mut self.0).out = out;
        }
        self
    }

    /// True if that hook does not run for now.
    pub(super) fn is_out(&self, hook: &str) -> bool {
        self.0.out.contains(hook)
    }

    /// What `setting` reads in a script of that plugin; a script outside any reads `[settings]`.
    pub(super) fn settings(&self, plugin: Option<&str>) -> &Settings {
        plugin.and_then(|name| self.0.plugins.get(name)).unwrap_or(&self.0.settings)
    }

    /// A stored value.
    pub(super) fn stored(&self, store: &str, key: &str) -> Option<&Value> {
        self.0.stores.get(store)?.get(key)
    }
}
