//! Hooks, and the set of those that are live together.

use super::Files;
use super::call::Verb;
use super::compile::Script;
use super::register::{OnFailure, Point};
use rhai::{FnPtr, GlobalRuntimeState, Position};
use std::collections::BTreeMap;
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
    /// What samples run with.
    pub(super) settings: super::Settings,
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

    /// The hook of this identity.
    pub fn find(&self, id: &str) -> Option<&Arc<Hook>> {
        self.hooks.iter().find(|hook| hook.id == id)
    }

    pub(super) fn source(&self, file: &str) -> Option<Arc<str>> {
        self.scripts.get(file).map(|script| script.text.clone()).or_else(|| self.libraries.get(file).cloned())
    }
}
