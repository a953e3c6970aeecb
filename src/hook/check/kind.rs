//! What the check knows of a value: enough to tell which fields and functions it has.

use super::super::call::Verb;
use super::super::node::Fields;
use super::super::register::Point;
use crate::event::catalogue::{self, EventKind};
use crate::event::driver;
use crate::event::guard::{self, GuardKind};
use crate::event::shape::{Field, Kind};
use crate::event::words::Words;
use rhai::Position;
use std::collections::BTreeSet;

/// What a text is, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    /// Any text.
    Plain,
    /// Such words.
    Words(Words),
    /// The name of an event.
    EventName,
    /// The name of a template.
    Template,
}

/// A value's kind, as far as it can be known without running.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// Nothing is known; nothing is reported.
    Nothing,
    /// The value `()`, which says that there is none.
    Unit,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// Text.
    Text(Meaning),
    /// A moment.
    Time,
    /// A length of time.
    Span,
    /// An event of one of these kinds.
    Event(Vec<&'static EventKind>),
    /// The draft of one of these actions.
    Draft(Vec<&'static GuardKind>),
    /// What `permission_defaults` hooks get.
    Form,
    /// What `route` hooks get first.
    Mail,
    /// What `menu` hooks get first.
    Menu,
    /// An object inside an event or draft.
    Object(Fields),
    /// The subject of an event that never has one, and where it was read: `event.ticket` of an `every` without `over`.
    Absent(&'static str, Position),
    /// A list whose items are of one kind.
    List(Box<Known>),
    /// A map with these entries.
    Map(BTreeSet<String>),
    /// A function of the script, with what it captured.
    Function(String, Vec<Known>),
    /// This, or nothing.
    Maybe(Box<Known>),
}

/// Any text.
pub const TEXT: Known = Known::Text(Meaning::Plain);

impl Known {
    /// The kind of a field.
    pub fn of_field(field: &Field) -> Self {
        Self::of(&field.kind, field.meaning())
    }

    /// What a value of this kind is.
    pub fn of(kind: &Kind, words: Option<Words>) -> Self {
        match kind {
            Kind::Text => Known::Text(words.map_or(Meaning::Plain, Meaning::Words)),
            Kind::Int => Known::Int,
            Kind::Bool => Known::Bool,
            Kind::Time => Known::Time,
            Kind::Span => Known::Span,
            Kind::Object(shape) => Known::Object(Fields::Shape(shape)),
            Kind::List(item) => Known::List(Box::new(Known::of(item, words))),
            Kind::Any => Known::Nothing,
        }
    }

    /// What messages call it; none if too little is known.
    pub fn title(&self) -> Option<&'static str> {
        Some(match self {
            Known::Nothing | Known::Maybe(_) | Known::Absent(..) => return None,
            Known::Unit => "nothing",
            Known::Bool => "true or false",
            Known::Int => "a number",
            Known::Text(Meaning::Words(Words::Id)) => "an id",
            Known::Text(_) => "a text",
            Known::Time => "a time",
            Known::Span => "a length of time",
            Known::Event(_) => "an event",
            Known::Draft(_) => "a draft",
            Known::Form => "a form",
            Known::Mail => "a mail",
            Known::Menu => "a menu",
            Known::Object(_) => "an object",
            Known::List(_) => "a list",
            Known::Map(_) => "a map",
            Known::Function(..) => "a function",
        })
    }

    /// True if both are of one class, so that they can be equal.
    pub fn comparable(&self, other: &Known) -> bool {
        let class = std::mem::discriminant(self) == std::mem::discriminant(other);
        class || self.title().is_none() || other.title().is_none()
    }

    /// What is known where either may stand.
    pub fn or(self, other: &Known) -> Self {
        match (self, other) {
            (one, other) if one == *other => one,
            (Known::Text(_), Known::Text(_)) => TEXT,
            (Known::List(_), Known::List(_)) => Known::List(Box::new(Known::Nothing)),
            (one, Known::Unit) => Known::Maybe(Box::new(one)),
            (Known::Unit, other) => Known::Maybe(Box::new(other.clone())),
            _ => Known::Nothing,
        }
    }

    /// What it is if it is there.
    pub fn there(&self) -> &Self {
        match self {
            Known::Maybe(inner) => inner.there(),
            other => other,
        }
    }

    /// What the function of a hook gets, in order.
    pub fn arguments(verb: Verb, point: Option<&Point>) -> Vec<Self> {
        let serves = |name: &str| point.is_some_and(|point| point.serves(name));
        let serves_kind = |kind: &EventKind| point.is_some_and(|point| point.serves_kind(kind));
        let events =
            || match catalogue::EVENTS.iter().copied().filter(|kind| serves_kind(kind)).collect::<Vec<_>>() {
                none if none.is_empty() => Known::Nothing,
                kinds => Known::Event(kinds),
            };
        match verb {
            Verb::On | Verb::Every => vec![events()],
            Verb::Menu => vec![Known::Menu, Known::Object(Fields::Page)],
            Verb::Panel => vec![Known::Object(Fields::Page)],
            Verb::Driver => match point {
                Some(Point::Driver(half)) => {
                    let action = driver::find(half.kind).and_then(|kind| kind.action(half.action));
                    let request =
                        action.map_or(Known::Nothing, |action| Known::Object(Fields::Request(action)));
                    let response = half.done.then_some(Known::Object(Fields::Response));
                    std::iter::once(request).chain(response).collect()
                }
                _ => vec![Known::Nothing],
            },
            Verb::Route => vec![Known::Mail, events()],
            Verb::PermissionDefaults => vec![Known::Form],
            Verb::Before => {
                match guard::GUARDS.iter().copied().filter(|kind| serves(kind.name)).collect::<Vec<_>>() {
                    none if none.is_empty() => vec![Known::Nothing],
                    kinds => vec![Known::Draft(kinds)],
                }
            }
        }
    }

    /// True for handles, which a closure may capture while it works on them.
    pub fn is_handle(&self) -> bool {
        matches!(
            self,
            Known::Event(_) | Known::Draft(_) | Known::Form | Known::Mail | Known::Menu | Known::Object(_)
        )
    }

    /// The kind of an item, if it is a list.
    pub fn item(&self) -> Self {
        match self {
            Known::List(item) => (**item).clone(),
            _ => Known::Nothing,
        }
    }

    /// The field of this name of an object.
    pub fn own_field(&self, name: &str) -> Option<&'static Field> {
        match self {
            Known::Event(kinds) => kinds.iter().find_map(|kind| Fields::Event(kind).field(name)),
            Known::Draft(kinds) => kinds.iter().find_map(|kind| Fields::Draft(kind).field(name)),
            Known::Form => Fields::Defaults.field(name),
            Known::Object(fields) => fields.field(name),
            _ => None,
        }
    }

    /// What messages call it, and its fields, if it has fields.
    pub fn fields(&self) -> Option<(String, Vec<&'static Field>)> {
        let list = |all: Vec<Fields>| {
            let mut fields: Vec<&'static Field> = Vec::new();
            for field in all.into_iter().flat_map(Fields::all) {
                if !fields.iter().any(|known| known.name == field.name) {
                    fields.push(field);
                }
            }
            fields
        };
        Some(match self {
            Known::Event(kinds) => (
                one_of(kinds.iter().map(|kind| kind.name)),
                list(kinds.iter().map(|kind| Fields::Event(kind)).collect()),
            ),
            Known::Draft(kinds) => {
                ("the draft".to_owned(), list(kinds.iter().map(|kind| Fields::Draft(kind)).collect()))
            }
            Known::Form => ("the form".to_owned(), list(vec![Fields::Defaults])),
            Known::Object(fields) => (format!("`{}`", fields.title()), list(vec![*fields])),
            _ => return None,
        })
    }
}

fn one_of(mut names: impl Iterator<Item = &'static str>) -> String {
    let first = names.next().unwrap_or_default();
    match names.next() {
        None => format!("`{first}`"),
        Some(_) => format!("no event of `{}.*`", first.split('.').next().unwrap_or_default()),
    }
}
