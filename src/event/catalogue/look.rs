//! Finding one's way in the catalogue: by name, by field, by shape.

use super::{CustomEvent, ENVELOPE, EVENTS, EventKind, Payload};
use crate::event::{
    driver::DRIVERS,
    guard::GUARDS,
    shape::{Field, Kind, Shape},
};
use serde_json::{Map, Value};

/// Families about the house itself, whose events belong to no account.
const HOUSE: &[&str] =
    &["staff", "department", "ticket_status", "canned_answer", "hook", "hooks", "template"];
/// What a user does for all their accounts at once, and so for none.
const OF_NO_ACCOUNT: &[&str] = &[
    "user.verification_requested",
    "user.email_verified",
    "user.email_change_requested",
    "user.email_changed",
    "user.profile_changed",
    "user.logged_in",
    "user.login_failed",
    "user.logged_out",
    "user.sessions_ended",
    "user.password_reset_requested",
    "user.password_changed",
    "user.two_factor_enabled",
    "user.two_factor_disabled",
    "user.recovery_code_used",
    "user.recovery_codes_renewed",
];

/// The kind of this name; operators' own events are all of one kind.
pub fn find(name: &str) -> Option<&'static EventKind> {
    let known = EVENTS.iter().find(|kind| kind.name == name).copied();
    known.or_else(|| is_custom(name).then_some(CustomEvent::KIND))
}

/// The kinds that `on` and `route` hooks and templates may name.
pub fn heard() -> impl Iterator<Item = &'static EventKind> {
    EVENTS.iter().copied().filter(|kind| kind.is_heard())
}

/// True for names that operators may give to events of their own: `custom.` and a word.
pub fn is_custom(name: &str) -> bool {
    name.strip_prefix("custom.").is_some_and(|word| {
        !word.is_empty()
            && word.len() <= 60
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    })
}

impl PartialEq for EventKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl EventKind {
    /// The field of this name: its own, or one that every event has.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        ENVELOPE.iter().chain(self.fields).find(|field| field.name == name)
    }

    /// The subjects that events of this kind have a field for and never have: there it is always empty.
    pub fn lacks(&self) -> &'static [&'static str] {
        match self.name {
            "ticket.mail_rejected" => &["ticket", "account"],
            name if OF_NO_ACCOUNT.contains(&name) => &["account"],
            name if HOUSE.iter().any(|family| name.split('.').next() == Some(family)) => &["account"],
            _ => &[],
        }
    }

    /// False for the event of schedules: the `every` hook that it names runs on it, and nothing else.
    pub fn is_heard(&self) -> bool {
        self.name != "schedule.due"
    }

    /// All field names, own ones first.
    pub fn field_names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().chain(ENVELOPE).map(|field| field.name)
    }
}

/// Every shape that some event or guard uses, each once.
pub fn shapes() -> Vec<&'static Shape> {
    fn add(kind: &Kind, found: &mut Vec<&'static Shape>) {
        match kind {
            Kind::Object(shape) if !found.iter().any(|s| s.name == shape.name) => {
                found.push(shape);
                shape.fields.iter().for_each(|field| add(&field.kind, found));
            }
            Kind::List(item) => add(item, found),
            _ => {}
        }
    }
    let mut found = Vec::new();
    let events = EVENTS.iter().flat_map(|event| event.fields);
    let requests = DRIVERS.iter().flat_map(|kind| kind.actions).flat_map(|action| action.request);
    let drafts = GUARDS.iter().flat_map(|guard| guard.fields);
    for field in ENVELOPE.iter().chain(events).chain(drafts).chain(requests) {
        add(&field.kind, &mut found);
    }
    found
}

/// An event as scripts and templates see it, from its envelope and its own subjects.
pub fn whole(envelope: Map<String, Value>, subjects: Value) -> Value {
    let mut event = envelope;
    if let Value::Object(subjects) = subjects {
        event.extend(subjects);
    }
    Value::Object(event)
}
