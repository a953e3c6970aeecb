//! The state of one run of one hook: what it read, logged and asked for.

use super::plugin::Manifest;
use super::set::{Hook, Owner};
use super::{Given, Input, Settings, limits, value};
use crate::effect::Effect;
use rhai::{Dynamic, EvalAltResult, NativeCallContext};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What kind of hook something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Refuses or amends an action before it happens.
    Before,
    /// Decides which permission boxes are ticked and locked.
    PermissionDefaults,
    /// Decides who gets a mail.
    Route,
    /// Asks for effects after an event.
    On,
    /// Asks for effects on a schedule.
    Every,
    /// Speaks with an outside system, in two halves.
    Driver,
    /// Adds to a menu.
    Menu,
    /// Shows a panel on a page.
    Panel,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Verb; 8] = [
        Verb::Before,
        Verb::PermissionDefaults,
        Verb::Route,
        Verb::On,
        Verb::Every,
        Verb::Driver,
        Verb::Menu,
        Verb::Panel,
    ];

    /// The word in scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Verb::Before => "before",
            Verb::PermissionDefaults => "permission_defaults",
            Verb::Route => "route",
            Verb::On => "on",
            Verb::Every => "every",
            Verb::Driver => "driver",
            Verb::Menu => "menu",
            Verb::Panel => "panel",
        }
    }

    /// What the parameters of its function are called; the second half of a driver has one more.
    pub const fn parameters(self) -> &'static [&'static str] {
        match self {
            Verb::Before => &["draft"],
            Verb::PermissionDefaults => &["invite"],
            Verb::Route => &["mail", "event"],
            Verb::On | Verb::Every => &["event"],
            Verb::Driver => &["request"],
            Verb::Menu => &["menu", "view"],
            Verb::Panel => &["view"],
        }
    }

    /// How many arguments its function takes.
    pub const fn arguments(self) -> usize {
        self.parameters().len()
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Handle on the state of a run; stands in the tag of its evaluation.
#[derive(Clone)]
pub struct Call(Arc<State>);

struct State {
    verb: Verb,
    given: Given,
    owner: Arc<Owner>,
    event: Option<Arc<Input>>,
    kept: Mutex<Kept>,
}

/// What a run leaves behind.
#[derive(Debug, Default)]
pub struct Kept {
    /// What `deny` said, if it was called.
    pub denied: Option<String>,
    /// What the hook asked for.
    pub effects: Vec<Effect>,
    /// Lines of `log`.
    pub log: Vec<String>,
    /// Settings that were read.
    pub settings: BTreeMap<String, Value>,
    /// Stored values that were read.
    pub stored: BTreeMap<String, Value>,
    recipients: usize,
}

impl Call {
    /// The state of a run that is about to begin.
    pub fn new(hook: &Hook, given: &Given, event: Option<Arc<Input>>) -> Self {
        Call(Arc::new(State {
            verb: hook.verb,
            given: given.clone(),
            owner: hook.owner.clone(),
            event,
            kept: Mutex::default(),
        }))
    }

    /// The state of the run that calls a native function.
    ///
    /// # Errors
    /// If no hook runs: at the top level of a file.
    pub fn of(context: &NativeCallContext<'_>) -> Result<Self, Box<EvalAltResult>> {
        let call = context.tag().and_then(|tag| tag.read_lock::<Call>().map(|call| call.clone()));
        call.ok_or_else(|| {
            super::fail(format!(
                "{}() works inside a hook's function, not at the top level, which only registers hooks",
                context.fn_name()
            ))
        })
    }

    /// True if its hook does not run for now.
    pub fn is_out(&self, hook: &Hook) -> bool {
        self.0.given.is_out(&hook.id)
    }

    /// What it left so far.
    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails unless a hook of one of those verbs runs.
    pub fn must_be(&self, verbs: &[Verb], function: &str) -> Result<(), Box<EvalAltResult>> {
        if verbs.contains(&self.0.verb) {
            return Ok(());
        }
        let words = verbs.iter().map(|verb| format!("`{verb}`")).collect::<Vec<_>>().join(" and ");
        Err(super::fail(format!(
            "{function}() works in {words} hooks only; this is {} `{}` hook",
            super::check::article(self.0.verb.word()),
            self.0.verb
        )))
    }

    /// Fails if the plugin's manifest does not name the effect.
    pub fn must_be_allowed(&self, effect: &str) -> Result<(), Box<EvalAltResult>> {
        match &self.0.owner.manifest {
            Some(manifest) if !manifest.allows(effect) => Err(super::fail(format!(
                "the plugin {} may not ask for {effect}(): its plugin.toml does not name it under [may] effects",
                manifest.name
            ))),
            _ => Ok(()),
        }
    }

    /// The manifest of the plugin whose script runs, if it has one.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.0.owner.manifest.as_deref()
    }

    /// The plugin whose script runs, if it stands in one's folder.
    pub fn plugin(&self) -> Option<&str> {
        self.0.owner.plugin.as_deref()
    }

    /// Whose store the script reads and writes.
    pub fn store(&self) -> &str {
        &self.0.owner.store
    }

    /// A stored value; reading it is recorded, also that it is not there. What the run itself asked to
    /// store is not there yet: it takes effect with the plan.
    pub fn stored(&self, key: &str) -> Option<Dynamic> {
        let found = self.0.given.stored(&self.0.owner.store, key);
        self.kept().stored.insert(key.to_owned(), found.cloned().unwrap_or_default());
        found.map(|found| value::dynamic(found.clone()))
    }

    fn settings(&self) -> &Settings {
        self.0.given.settings(self.0.owner.plugin.as_deref())
    }

    /// The event that the hook runs on, if it runs on one.
    pub fn event(&self) -> Option<&Arc<Input>> {
        self.0.event.as_ref()
    }

    /// A setting; reading it is recorded, also that it is not there.
    pub fn setting(&self, name: &str) -> Option<Dynamic> {
        let found = self.settings().get(name);
        self.kept().settings.insert(name.to_owned(), found.cloned().unwrap_or_default());
        found.map(|found| value::dynamic(found.clone()))
    }

    /// Names of all settings.
    pub fn setting_names(&self) -> impl Iterator<Item = &str> {
        self.settings().names()
    }

    /// Keeps a line.
    pub fn log(&self, line: &str) {
        let mut kept = self.kept();
        if kept.log.len() < limits::LOG_LINES {
            kept.log.push(line.chars().take(limits::LOG_LINE).collect());
        }
    }

    /// Adds an effect to the plan.
    pub fn ask(&self, effect: Effect) -> Result<(), Box<EvalAltResult>> {
        if let Effect::Email { to, .. } = &effect {
            self.name_recipients(to.len())?;
        }
        let mut kept = self.kept();
        if kept.effects.len() >= limits::EFFECTS {
            return Err(super::fail(format!(
                "one hook may ask for {} effects on one event, no more",
                limits::EFFECTS
            )));
        }
        kept.effects.push(effect);
        Ok(())
    }

    /// Counts recipients against the budget.
    pub fn name_recipients(&self, more: usize) -> Result<(), Box<EvalAltResult>> {
        let mut kept = self.kept();
        kept.recipients += more;
        if kept.recipients > limits::RECIPIENTS {
            return Err(super::fail(format!(
                "one hook may name {} recipients on one event, no more",
                limits::RECIPIENTS
            )));
        }
        Ok(())
    }
}
