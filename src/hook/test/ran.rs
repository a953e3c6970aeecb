//! What a run came to, as tests and traces read it.

use crate::event::guard::Lock;
use crate::hook::RunRecord;
use serde::Serialize;
use serde_json::{Map, Value};

/// Somebody who gets a mail.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Told {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// `user`, `contact`, `account`, `staff` or `address`.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// `file:line` of the hook, or `core`.
    pub by: String,
    /// Name of the mail's template.
    pub template: String,
    /// True if it is a copy.
    pub cc: bool,
}

/// Somebody who was named and gets no mail.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Left {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Why not.
    pub reason: String,
    /// `file:line` of the hook, or `core`.
    pub by: String,
}

/// What one run of all hooks of a point came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ran {
    /// The event, action or place.
    pub point: String,
    /// Who gets mail: what hooks chose, held to the leak guard and to preferences.
    pub recipients: Vec<Told>,
    /// Who was named and gets none.
    pub left_out: Vec<Left>,
    /// What `on` and `every` hooks ask for: each a map with `kind`, `hook` and what its function was given.
    pub effects: Vec<Value>,
    /// The message of the hook that refused; empty if none did.
    pub denied: String,
    /// The draft as amended.
    pub draft: Value,
    /// Fields that were locked, with the reason.
    pub locked: Vec<Lock>,
    /// Permission keys that are ticked at first.
    pub preselected: Vec<String>,
    /// Permission key → reason.
    pub required: Map<String, Value>,
    /// Permission key → reason.
    pub forbidden: Map<String, Value>,
    /// Name → permission keys.
    pub presets: Map<String, Value>,
    /// What `menu` hooks add and leave out.
    pub menu: Value,
    /// What `panel` hooks show.
    pub panels: Vec<Value>,
    /// What the first half of a driver asks an outside system.
    pub http: Value,
    /// What its second half makes of the answer.
    pub answer: Value,
    /// What hooks logged.
    pub log: Vec<String>,
    /// What failed, with file and line; empty if nothing did.
    pub error: String,
    /// What is worth saying and no failure, such as that no template names the event.
    pub remarks: Vec<String>,
    /// Each hook that ran.
    pub hooks: Vec<RunRecord>,
    /// The fields of the event that hooks, or the core, read.
    pub read: Vec<String>,
    /// The hook whose request `http` is, and the request that it was given.
    #[serde(skip)]
    pub driver: Option<(String, Value)>,
}

impl Ran {
    /// True if that address gets a mail.
    pub fn mailed(&self, address: &str) -> bool {
        self.recipients.iter().any(|told| told.email.eq_ignore_ascii_case(address.trim()))
    }

    /// The run as text, without what changes from run to run: what snapshots keep, and failures show.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.point);
        let mut part = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                text.push_str(&format!("{title}:\n"));
                for line in lines {
                    text.push_str(&format!("  {}\n", line.trim_end().replace('\n', "\n  ")));
                }
            }
        };
        let mail = |told: &Told| {
            let cc = if told.cc { " (copy)" } else { "" };
            format!("{} gets {}{cc}: {} ({})", told.email, told.template, told.reason, file_of(&told.by))
        };
        part("mail", self.recipients.iter().map(mail).collect());
        let left = |left: &Left| format!("{}: {} ({})", left.email, left.reason, file_of(&left.by));
        part("left out", self.left_out.iter().map(left).collect());
        part("effects", self.effects.iter().map(effect).collect());
        part("refused", one(&self.denied));
        part("draft", entries(&self.draft));
        let locked = |lock: &Lock| format!("{}: {}", lock.fields.join(", "), lock.reason);
        part("locked", self.locked.iter().map(locked).collect());
        part("preselected", one(&self.preselected.join(", ")));
        part("required", pairs(&self.required));
        part("forbidden", pairs(&self.forbidden));
        part("presets", pairs(&self.presets));
        part("menu", entries(&self.menu));
        part("panels", self.panels.iter().flat_map(entries).collect());
        part("http", entries(&self.http));
        part("answer", entries(&self.answer));
        part("log", self.log.clone());
        part("failed", one(&self.error));
        part("note", self.remarks.clone());
        text
    }
}

/// The file of a `file:line`: lines move with every edit above them.
fn file_of(by: &str) -> &str {
    by.rsplit_once(':').map_or(by, |(file, _)| file)
}

fn one(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }
}

fn effect(effect: &Value) -> String {
    let mut rest = effect.clone();
    if let Some(map) = rest.as_object_mut() {
        map.retain(|key, _| key != "kind" && key != "hook");
    }
    format!("{} {rest}", effect["kind"].as_str().unwrap_or_default())
}

fn pairs(map: &Map<String, Value>) -> Vec<String> {
    map.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect()
}

/// The fields of an object that say something.
fn entries(value: &Value) -> Vec<String> {
    let Some(map) = value.as_object() else { return Vec::new() };
    let says = |value: &&Value| !value.is_null() && !matches!(value.as_str(), Some(""));
    let fields = map.iter().filter(|(key, value)| !CONTEXT.contains(&key.as_str()) && says(value));
    fields.map(|(key, value)| format!("{key}: {}", shown(value))).collect()
}

/// Fields of every draft, which no hook amends.
const CONTEXT: [&str; 5] = ["at", "actor", "account", "composing", "point"];

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
