//! What the check knows of a value: enough to tell which fields and functions it has.

use super::super::call::Verb;
use super::super::node::{Argument, Fields};
use super::super::register::Point;
use crate::event::catalogue::{self, EventKind};
use crate::event::driver;
use crate::event::guard::{self, GuardKind};
use crate::event::shape::Kind;
use std::collections::BTreeSet;

/// A value's kind, as far as it can be known without running.
#[derive(Clone, Debug)]
pub enum Known {
    /// Nothing is known; nothing is reported.
    Nothing,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// Text.
    Text,
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
    /// An object inside an event or draft.
    Object(Fields),
    /// A list whose items are of one kind.
    List(Box<Known>),
    /// A list of words from a known list.
    Words(Argument),
    /// A map with these entries.
    Map(BTreeSet<String>),
    /// A function of the script, with what it captured.
    Function(String, Vec<Known>),
}

impl Known {
    /// The kind of a field of an event or draft.
    pub fn of_field(name: &str, kind: &Kind) -> Self {
        match kind {
            Kind::Text => Known::Text,
            Kind::Int => Known::Int,
            Kind::Bool => Known::Bool,
            Kind::Time => Known::Time,
            Kind::Span => Known::Span,
            Kind::Object(shape) => Known::Object(Fields::Shape(shape)),
            Kind::List(_) if name == "permissions" => Known::Words(Argument::Permission),
            Kind::List(_) if name == "categories" => Known::Words(Argument::Category),
            Kind::List(item) => Known::List(Box::new(Known::of_field("", item))),
            Kind::Any => Known::Nothing,
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
            Verb::Menu => vec![Known::Nothing, Known::Object(Fields::Page)],
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
        matches!(self, Known::Event(_) | Known::Draft(_) | Known::Form | Known::Mail | Known::Object(_))
    }

    /// The kind of an item, if it is a list.
    pub fn item(&self) -> Self {
        match self {
            Known::List(item) => (**item).clone(),
            Known::Words(_) => Known::Text,
            _ => Known::Nothing,
        }
    }

    /// What messages call it, and its fields, if it has fields.
    pub fn fields(&self) -> Option<(String, Vec<(&'static str, Kind)>)> {
        let list = |all: Vec<Fields>| {
            let mut fields: Vec<(&'static str, Kind)> = Vec::new();
            for field in all.into_iter().flat_map(Fields::all) {
                if !fields.iter().any(|(name, _)| *name == field.name) {
                    fields.push((field.name, field.kind));
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
