//! Hooks, and the set of those that are live together.

use super::Files;
use super::call::Verb;
use super::compile::Script;
use super::plugin::{Manifest, store_of};
use super::register::{OnFailure, Point};
use super::schedule::Schedule;
use super::{Given, Input};
use rhai::{FnPtr, GlobalRuntimeState, Position};
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
    /// True if it reads stored values: whoever runs it brings them.
    pub reads_store: bool,
    /// What its plugin may do, if it stands in one with a manifest.
    pub(super) manifest: Option<Arc<Manifest>>,
    pub(super) position: Position,
    pub(super) function: FnPtr,
    pub(super) state: GlobalRuntimeState,
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
    pub(super) scripts: BTreeMap<String, Arc<Script>>,
    pub(super) libraries: Files,
    pub(super) given: Given,
    /// The manifests of plugins, by folder.
    pub(super) manifests: BTreeMap<String, Arc<Manifest>>,
    pub(super) templates: Vec<super::Template>,
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
        self.hooks.iter().filter(move |hook| hook.verb == verb && hook.point.serves(name))
    }

    /// The `on` hooks of an event, in order.
    pub fn on_for(&self, event: &str) -> impl Iterator<Item = &Arc<Hook>> {
        self.serving(Verb::On, event)
    }

    /// The hooks that ask for effects on this event, in order: `on` hooks, and the `every` hook whose time it is.
    pub fn for_event<'a>(&'a self, event: &'a Input) -> impl Iterator<Item = &'a Arc<Hook>> {
        let name = event.name();
        let due = event.due_hook();
        self.hooks.iter().filter(move |hook| match hook.verb {
            Verb::On => hook.point.serves(&name),
            Verb::Every => due.as_deref() == Some(hook.id.as_str()),
            _ => false,
        })
    }

    /// The settings that scripts read, and no stored values.
    pub fn given(&self) -> &Given {
        &self.given
    }

    /// The hooks that run on a schedule.
    pub fn scheduled(&self) -> impl Iterator<Item = (&Arc<Hook>, &Schedule)> {
        self.hooks.iter().filter_map(|hook| Some((hook, hook.point.schedule()?)))
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
        self.hooks.iter().find(|hook| hook.id == id)
    }

    /// The same with some of its hooks only.
    pub fn only(&self, wanted: impl Fn(&Hook) -> bool) -> Self {
        Self {
            hooks: self.hooks.iter().filter(|hook| wanted(hook)).cloned().collect(),
            scripts: self.scripts.clone(),
            libraries: self.libraries.clone(),
            given: self.given.clone(),
            manifests: self.manifests.clone(),
            templates: self.templates.clone(),
        }
    }

    pub(super) fn source(&self, file: &str) -> Option<Arc<str>> {
        self.scripts.get(file).map(|script| script.text.clone()).or_else(|| self.libraries.get(file).cloned())
    }
}
