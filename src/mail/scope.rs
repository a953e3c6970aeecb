//! What names mean in a template: the event's shape, and the tables of `to`, `brand`, `vars`, `links`.

use super::context::{BRAND_FIELDS, TO_FIELDS};
use super::front_matter::FrontMatter;
use crate::event::catalogue::{ENVELOPE, EVENTS, EventKind};
use crate::event::shape::{Field, Kind};
use serde::Serialize;
use serde_json::{Map, Value};

/// The names that a template begins with.
pub(super) const ROOTS: [&str; 6] = ["event", "to", "reason", "vars", "brand", "links"];

/// A field that a template may print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldInfo {
    /// As a template writes it, such as `event.ticket.subject`; `[]` after a list.
    pub path: String,
    /// What it holds.
    pub kind: String,
    /// Meaning, in a sentence.
    pub doc: String,
}

/// What is known about a value before anything is rendered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Type {
    /// The event itself.
    Event,
    /// A value of the catalogue.
    Of(Kind),
    /// An object with fixed text fields.
    Table(Root),
    /// Anything: nothing is known, nothing is reported.
    Unknown,
}

/// The objects that are not the event's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// The recipient.
    To,
    /// The host.
    Brand,
    /// What `email()` passes.
    Vars,
    /// Secret links.
    Links,
    /// Where a loop is.
    Loop,
}

/// What a loop says of itself.
const LOOP_FIELDS: [&str; 11] = [
    "index",
    "index0",
    "first",
    "last",
    "length",
    "revindex",
    "revindex0",
    "previtem",
    "nextitem",
    "depth",
    "depth0",
];

impl Type {
    /// What is known of a value that is the one or the other.
    pub fn either(self, other: Self) -> Self {
        match (self, other) {
            (Type::Event, Type::Event) => self,
            (Type::Table(one), Type::Table(two)) if one == two => self,
            (Type::Of(one), Type::Of(two)) if one.is_same(&two) => self,
            _ => Type::Unknown,
        }
    }
}

/// What the names mean in one message.
pub(super) struct Scope<'a> {
    /// The message's event, if it is a notification.
    pub event: Option<&'static EventKind>,
    /// The example of `vars`, if the front matter has one.
    pub vars: Option<&'a Map<String, Value>>,
}

/// Why a field is not there.
pub(super) struct Missing {
    /// Stable code of the report.
    pub code: &'static str,
    /// What has no such field, as a subject of a sentence.
    pub owner: String,
    /// What there is instead.
    pub known: Vec<String>,
}

impl<'a> Scope<'a> {
    /// The scope of a message.
    pub fn of(front: &'a FrontMatter) -> Self {
        Self { event: front.event, vars: front.vars.as_ref().and_then(Value::as_object) }
    }

    /// The type of a name at the beginning of a path.
    pub fn root(&self, name: &str) -> Option<Type> {
        Some(match name {
            "event" => Type::Event,
            "reason" => Type::Of(Kind::Text),
            "to" => Type::Table(Root::To),
            "brand" => Type::Table(Root::Brand),
            "vars" => Type::Table(Root::Vars),
            "links" => Type::Table(Root::Links),
            _ => return None,
        })
    }

    /// The type of a field, or what there is instead.
    pub fn field(&self, of: Type, name: &str) -> Result<Type, Missing> {
        let missing = |code, owner: String, known: Vec<String>| Err(Missing { code, owner, known });
        match of {
            Type::Unknown | Type::Of(Kind::Any) => Ok(Type::Unknown),
            Type::Event => match self.event_field(name) {
                Some(of) => Ok(of),
                None => missing(
                    "unknown-field",
                    self.event.map_or("an event".into(), |e| format!("`{}`", e.name)),
                    self.event_fields(),
                ),
            },
            Type::Of(Kind::Object(shape)) => match shape.field(name) {
                Some(field) => Ok(Type::Of(field.kind)),
                None => missing(
                    "unknown-field",
                    format!("`{}`", shape.name),
                    shape.fields.iter().map(|f| f.name.into()).collect(),
                ),
            },
            Type::Of(kind) => missing("unknown-field", format!("a {kind}"), Vec::new()),
            Type::Table(Root::Vars) => match self.vars {
                Some(vars) if !vars.contains_key(name) => missing(
                    "unknown-field",
                    "the front matter's `vars`".into(),
                    vars.keys().cloned().collect(),
                ),
                _ => Ok(Type::Unknown),
            },
            Type::Table(Root::Links) => {
                let links = self.event.map_or(&[][..], |event| event.links);
                if links.iter().any(|link| link.name == name) {
                    return Ok(Type::Of(Kind::Text));
                }
                let owner =
                    self.event.map_or("a message without an event".into(), |e| format!("`{}`", e.name));
                missing("unknown-link", owner, links.iter().map(|link| link.name.into()).collect())
            }
            Type::Table(Root::Loop) => match LOOP_FIELDS.contains(&name) {
                true => Ok(Type::Unknown),
                false => missing("unknown-field", "`loop`".into(), LOOP_FIELDS.map(str::to_owned).to_vec()),
            },
            Type::Table(root) => {
                let (name_of, fields) =
                    if root == Root::To { ("`to`", TO_FIELDS) } else { ("`brand`", BRAND_FIELDS) };
                if fields.iter().any(|(field, _)| *field == name) {
                    return Ok(Type::Of(Kind::Text));
                }
                missing(
                    "unknown-field",
                    name_of.into(),
                    fields.iter().map(|(field, _)| (*field).into()).collect(),
                )
            }
        }
    }

    /// Without an event of its own a message may meet any, so any event's field will do; of what they disagree about nothing is
    /// known.
    fn event_field(&self, name: &str) -> Option<Type> {
        let of = |field: &Field| Type::Of(field.kind);
        match self.event {
            Some(event) => event.field(name).map(of),
            None => ENVELOPE
                .iter()
                .chain(EVENTS.iter().flat_map(|event| event.fields))
                .filter(|field| field.name == name)
                .map(of)
                .reduce(Type::either),
        }
    }

    fn event_fields(&self) -> Vec<String> {
        let mut names: Vec<String> = match self.event {
            Some(event) => event.field_names().map(str::to_owned).collect(),
            None => ENVELOPE
                .iter()
                .chain(EVENTS.iter().flat_map(|event| event.fields))
                .map(|field| field.name.to_owned())
                .collect(),
        };
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Every field that the message may print.
    pub fn fields(&self) -> Vec<FieldInfo> {
        let mut all = Vec::new();
        let own = self.event.map_or(&[][..], |event| event.fields);
        for field in own.iter().chain(ENVELOPE) {
            walk(&format!("event.{}", field.name), field, 0, &mut all);
        }
        let mut text = |path: String, doc: &str| {
            all.push(FieldInfo { path, kind: Kind::Text.to_string(), doc: doc.trim().to_owned() });
        };
        for (name, doc) in TO_FIELDS {
            text(format!("to.{name}"), doc);
        }
        text("reason".into(), "Why this recipient gets it.");
        for (name, value) in self.vars.into_iter().flatten() {
            text(format!("vars.{name}"), &format!("Passed by `email()`, for example {value}."));
        }
        for (name, doc) in BRAND_FIELDS {
            text(format!("brand.{name}"), doc);
        }
        for link in self.event.map_or(&[][..], |event| event.links) {
            text(format!("links.{}", link.name), link.doc);
        }
        all
    }
}

/// Shapes do not contain themselves; the limit only keeps a future one from filling the list.
const DEEPEST: usize = 5;

fn walk(path: &str, field: &Field, depth: usize, all: &mut Vec<FieldInfo>) {
    all.push(FieldInfo {
        path: path.to_owned(),
        kind: field.kind.to_string(),
        doc: field.doc.trim().to_owned(),
    });
    let (shape, path) = match field.kind {
        Kind::Object(shape) => (shape, path.to_owned()),
        Kind::List(Kind::Object(shape)) => (*shape, format!("{path}[]")),
        _ => return,
    };
    if depth < DEEPEST {
        for inner in shape.fields {
            walk(&format!("{path}.{}", inner.name), inner, depth + 1, all);
        }
    }
}
