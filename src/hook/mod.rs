//! The hook engine: policy in scripts, pure and synchronous.
//!
//! [`load`] turns files into a [`HookSet`], in which every file that is broken runs in its last
//! good version. The set runs hooks over events and drafts and says what they decided; it knows no
//! database, no network and no clock. Same input, same plan.
//!
//! To add a function for scripts: register it in the file of its subject (`effects`, `mail`,
//! `draft`, `defaults`, `node`, or `engine` for plain values); the check learns it from the engine.

pub mod definitions;
pub mod describe;
pub mod memory;
mod plain;
pub mod plugin;
pub mod reference;
pub mod test;
pub mod time;
pub mod watch;

mod bodies;
mod call;
mod check;
mod compile;
mod defaults;
mod draft;
mod drive;
mod effects;
mod engine;
mod error;
mod folder;
mod function;
mod given;
mod index;
mod library;
mod limits;
mod load;
mod mail;
mod menu;
mod meter;
mod node;
mod panel;
mod ready;
mod recipient;
mod register;
mod run;
mod samples;
mod schedule;
mod sealed;
mod set;
mod syntax;
mod tokens;
mod value;

#[cfg(test)]
mod tests;

pub use call::Verb;
pub use check::check;
pub use error::RunError;
pub use folder::{Folder, Role, content, embedded, read_folder, role, unmarked};
pub use function::{EFFECTS, Function, Holds, Takes};
pub use given::{Given, Stored};
pub use load::{Loaded, Runs, load};
pub use mail::{Also, Notice, Routing};
pub use plain::works_when_loaded;
pub use register::{Half, OnFailure, Point};
pub use run::{
    AnswerRun, AskRun, DefaultsRun, GuardRun, MenuRun, OnRun, Outcome, PanelRun, RouteRun, RunRecord,
};
pub use samples::run_samples;
#[cfg(test)]
pub use samples::sample_logs;
pub use schedule::{OVER, Schedule, next_time};
pub use set::{Hook, HookSet};
#[cfg(test)]
pub use tokens::{Sort, tokens};

use crate::event::catalogue::{self, EventKind};
use crate::permission::Category;
use error::fail;
use node::{Fields, View};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of stack that make a thread fit to run hooks where it stands. On any other they run as well,
/// on a stack that is made for each run, which takes longer than most hooks.
pub const THREAD_STACK: usize = limits::THREAD;
/// True if an `every` hook may run so often: `15 minutes`, `1 hour`.
pub fn is_period(text: &str) -> bool {
    schedule::period(text).is_ok()
}

/// Scripts by path below the data folder, such as `hooks/a.rhai`.
pub type Files = BTreeMap<String, Arc<str>>;

/// What `[settings]` holds, for `setting("name")`. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings(Arc<BTreeMap<String, Value>>);

impl Settings {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, Value)> for Settings {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(iter: I) -> Self {
        Self(Arc::new(iter.into_iter().collect()))
    }
}

/// A template, as far as hooks are concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name, without folder and ending.
    pub name: String,
    /// The event whose notification it is, if it is one.
    pub event: Option<String>,
    /// Its category.
    pub category: Category,
    /// What it prints of `vars` whatever else is the case: `email()` must give these.
    pub vars: Vec<String>,
    /// Fields of the event that it prints whatever else is the case.
    pub fields: Vec<String>,
    /// Those of them of which it does not ask whether they are there.
    pub presumes: Vec<String>,
}

/// What the check compares scripts with: the names that stand outside the scripts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// All templates.
    pub templates: &'a [Template],
    /// Keys and values of `[settings]`, or of the plugin whose script is checked.
    pub settings: Option<&'a Settings>,
    /// What the operator set under `[plugins.NAME]`.
    pub plugins: Option<&'a serde_json::Map<String, Value>>,
    /// What the plugin whose script is checked may do.
    pub manifest: Option<&'a plugin::Manifest>,
    /// `[outgoing] allow`: hosts that web-hooks may reach.
    pub outgoing_allow: &'a [String],
}

/// One event, ready for hooks: made once, shared by all of them. Only the parts that a script
/// mentions are decoded.
pub struct Input {
    kind: &'static EventKind,
    name: String,
    view: View,
}

/// An account's snapshot, decoded once for all events that carry it. Cheap to clone.
#[derive(Clone)]
pub struct SharedAccount(View);

impl std::fmt::Debug for SharedAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SharedAccount({})", self.0.text("id"))
    }
}

impl SharedAccount {
    /// From the snapshot's JSON.
    pub fn new(account: Value) -> Self {
        Self(View::new(Fields::Shape(&crate::event::data::Account::SHAPE), account))
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Input({} {})", self.name(), self.view.text("id"))
    }
}

impl Input {
    /// As [`Input::new`], with an account that others share.
    pub fn sharing(event: Value, account: &SharedAccount) -> Option<Arc<Self>> {
        let kind = catalogue::find(event.get("name")?.as_str()?)?;
        let view = View::sharing(Fields::Event(kind), event, "account", account.0.clone());
        Some(Arc::new(Self { kind, name: view.text("name"), view }))
    }

    /// An event from its JSON, as the outbox stores it and `event::catalogue::whole` makes it.
    ///
    /// `None` if the catalogue has no event of its name.
    pub fn new(event: Value) -> Option<Arc<Self>> {
        let kind = catalogue::find(event.get("name")?.as_str()?)?;
        Some(Self::of(kind, event))
    }

    /// An event of a known kind.
    pub fn of(kind: &'static EventKind, event: Value) -> Arc<Self> {
        let view = View::new(Fields::Event(kind), event);
        Arc::new(Self { kind, name: view.text("name"), view })
    }

    /// Its name: that of its kind, but for an operator's own event.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The `every` hook whose time has come, if the event says so.
    fn due_hook(&self) -> Option<String> {
        (self.kind.name == "schedule.due").then(|| self.view.text("hook"))
    }

    /// The fields that hooks, or the core, have read so far: `event.ticket.subject`.
    pub fn mentioned(&self) -> Vec<String> {
        self.view.mentioned("event").into_iter().collect()
    }

    /// Its kind.
    pub fn kind(&self) -> &'static EventKind {
        self.kind
    }

    fn view(&self) -> &View {
        &self.view
    }
}
