//! Hooks, and the set of those that are live together.

use super::Files;
use super::call::Verb;
use super::compile::Script;
use super::index::Index;
use super::plugin::{Manifest, store_of};
use super::ready::Pool;
use super::register::{OnFailure, Point};
use super::schedule::Schedule;
use super::{Given, Input, Names, Settings, Template};
use rhai::{FnPtr, GlobalRuntimeState, Position};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One hook: a function of a script, and where it stands.
pub struct Hook {
    /// Its identity: the option `id`, else `file:point:n`.
    pub id: String,
    /// The script, such as `hooks/vip.rhai`.
    pub file: String,
    /// The line of its registration.
    pub line: usize,
    /// What kind of hook it is.
    pub verb: Verb,
    /// What it serves.
    pub point: Point,
    /// Lower runs first.
    pub priority: i64,
    /// What lists call it; may be empty.
    pub label: String,
    /// What happens when it fails, if it says so.
    pub on_failure: Option<OnFailure>,
    /// True if it calls `deny` or `lock` anywhere: if it fails, the action is refused, unless it says otherwise.
    pub can_refuse: bool,
    /// True if it refuses whatever it is asked.
    pub(super) refuses_all: bool,
    /// True if it calls `lock`, which a form asks for even when somebody refused already.
    pub(super) locks: bool,
    /// True if it reads stored values: whoever runs it brings them.
    pub reads_store: bool,
    pub(super) owner: Arc<Owner>,
    pub(super) position: Position,
    pub(super) function: FnPtr,
    pub(super) state: GlobalRuntimeState,
    pub(super) pool: Pool,
}

/// Whose script a hook stands in.
pub(super) struct Owner {
    /// The plugin's folder, if the script stands in one.
    pub plugin: Option<String>,
    /// Whose store the script reads and writes.
    pub store: String,
    /// What the plugin may do, if it says so.
    pub manifest: Option<Arc<Manifest>>,
}

impl Owner {
    /// The owner of the script at this path.
    pub fn of(path: &str, manifest: Option<&Arc<Manifest>>) -> Self {
        let plugin = super::plugin::of(path).map(str::to_owned);
        Self { plugin, store: store_of(path).to_owned(), manifest: manifest.cloned() }
    }
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} ({} {} at {}:{}, priority {})",
            self.id, self.verb, self.point, self.file, self.line, self.priority
        )
    }
}

/// All hooks that are live together, in the order in which they run.
pub struct HookSet {
    pub(super) hooks: Vec<Arc<Hook>>,
    pub(super) index: Index,
    pub(super) scripts: Arc<BTreeMap<String, Arc<Script>>>,
    pub(super) libraries: Arc<Files>,
    pub(super) given: Given,
    /// The manifests of plugins, by folder.
    pub(super) manifests: Arc<BTreeMap<String, Arc<Manifest>>>,
    pub(super) known: Arc<Known>,
}

/// The names that the scripts of a set were checked with.
#[derive(Default, PartialEq)]
pub(super) struct Known {
    pub templates: Vec<Template>,
    settings: Option<Settings>,
    plugins: Option<serde_json::Map<String, Value>>,
    outgoing_allow: Vec<String>,
}

impl From<&Names<'_>> for Known {
    fn from(names: &Names<'_>) -> Self {
        Self {
            templates: names.templates.to_vec(),
            settings: names.settings.cloned(),
            plugins: names.plugins.cloned(),
            outgoing_allow: names.outgoing_allow.to_vec(),
        }
    }
}

impl Known {
    /// True if those are the names.
    pub fn is(&self, names: &Names<'_>) -> bool {
        self.templates == names.templates
            && self.settings.as_ref() == names.settings
            && self.plugins.as_ref() == names.plugins
            && self.outgoing_allow == names.outgoing_allow
    }
}

impl std::fmt::Debug for HookSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.hooks).finish()
    }
}

impl HookSet {
    /// All hooks, in the order in which they run.
    pub fn hooks(&self) -> &[Arc<Hook>] {
        &self.hooks
    }

    /// The hooks of a verb that serve the event or action of this name, in order.
    pub fn serving(&self, verb: Verb, name: &str) -> impl Iterator<Item = &Arc<Hook>> {
        self.index.serving(verb, name).map(|at| &self.hooks[at])
    }

    /// The `on` hooks of an event, in order.
    pub fn on_for(&self, event: &str) -> impl Iterator<Item = &Arc<Hook>> {
        self.serving(Verb::On, event)
    }

    /// The hooks that ask for effects on this event, in order: `on` hooks, and the `every` hook whose time it is.
    pub fn for_event<'a>(&'a self, event: &'a Input) -> impl Iterator<Item = &'a Arc<Hook>> {
        let due = event.due_hook().and_then(|id| self.index.find(&id));
        let mut due = due.filter(|at| self.hooks[*at].verb == Verb::Every);
        let mut on = self.index.serving(Verb::On, event.name()).peekable();
        // The one `every` hook takes its place among the others.
        let next = move || match (on.peek(), due) {
            (Some(at), Some(every)) if *at < every => on.next(),
            (_, Some(_)) => due.take(),
            (_, None) => on.next(),
        };
        std::iter::from_fn(next).map(|at| &self.hooks[at])
    }

    /// The settings that scripts read, and no stored values.
    pub fn given(&self) -> &Given {
        &self.given
    }

    /// The hooks that run on a schedule.
    pub fn scheduled(&self) -> impl Iterator<Item = (&Arc<Hook>, &Schedule)> {
        self.index.scheduled().iter().filter_map(|at| {
            let hook = &self.hooks[*at];
            Some((hook, hook.point.schedule()?))
        })
    }

    /// The plugins that have a manifest, by folder.
    pub fn manifests(&self) -> impl Iterator<Item = &Arc<Manifest>> {
        self.manifests.values()
    }

    /// Names of the stores that hooks of these read, each once.
    pub fn stores<'a>(hooks: impl Iterator<Item = &'a Arc<Hook>>) -> BTreeSet<String> {
        hooks.filter(|hook| hook.reads_store).map(|hook| store_of(&hook.file).to_owned()).collect()
    }

    /// The hook of this identity.
    pub fn find(&self, id: &str) -> Option<&Arc<Hook>> {
        self.index.find(id).map(|at| &self.hooks[at])
    }

    /// The halves of drivers.
    pub(super) fn drivers(&self) -> impl Iterator<Item = &Arc<Hook>> {
        self.index.drivers().iter().map(|at| &self.hooks[*at])
    }

    /// The same with some of its hooks only.
    pub fn only(&self, wanted: impl Fn(&Hook) -> bool) -> Self {
        let hooks: Vec<_> = self.hooks.iter().filter(|hook| wanted(hook)).cloned().collect();
        Self {
            index: Index::new(&hooks),
            hooks,
            scripts: self.scripts.clone(),
            libraries: self.libraries.clone(),
            given: self.given.clone(),
            manifests: self.manifests.clone(),
            known: self.known.clone(),
        }
    }

    /// The scripts that may do otherwise on their samples than in an earlier set: those whose text is another; all of them
    /// if libraries, manifests, settings or the templates that scripts know are others.
    pub fn to_try(&self, earlier: Option<&HookSet>) -> BTreeSet<String> {
        let stands_alike = |earlier: &&HookSet| {
            earlier.libraries == self.libraries
                && earlier.manifests == self.manifests
                && earlier.known == self.known
        };
        let earlier = earlier.filter(stands_alike);
        let as_before = |path: &str, script: &Script| {
            earlier
                .and_then(|earlier| earlier.scripts.get(path))
                .is_some_and(|before| before.text == script.text)
        };
        let all = self.scripts.iter();
        all.filter(|(path, script)| !as_before(path, script)).map(|(path, _)| path.clone()).collect()
    }

    pub(super) fn source(&self, file: &str) -> Option<Arc<str>> {
        self.scripts.get(file).map(|script| script.text.clone()).or_else(|| self.libraries.get(file).cloned())
    }
}
