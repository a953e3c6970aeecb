//! What an event is about: the ticket, account or invite that a hook reads must be one that its
//! events have.

use super::super::call::Verb;
use super::super::register::Point;
use super::super::schedule::{self, OVER};
use super::call::article;
use super::kind::Known;
use super::walk::Walk;
use crate::event::catalogue::{self, EventKind};
use rhai::{Expr, Position};

/// How a hook gets a subject that it has not.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Mend {
    /// Its schedule goes over nothing.
    #[default]
    AddOver,
    /// Its schedule goes over something else.
    ChangeOver(&'static str),
    /// It serves events that have none: the words for them.
    OtherEvent(String),
}

impl Walk<'_> {
    /// Notes which subjects the hook that is registered here will never see.
    pub fn subjects(&mut self, verb: Verb, point: Option<&Point>, options: Option<&Expr>) {
        self.lacking.clear();
        match (verb, point) {
            (Verb::Every, _) => {
                // Options that are not written out here may say anything.
                let Some(over) = over(options) else { return };
                let has = |subject: &str| over == Some(subject) || (over.is_some() && subject == "account");
                self.lacking = OVER.iter().map(|(_, field)| *field).filter(|field| !has(field)).collect();
                self.mend = over.map_or(Mend::AddOver, Mend::ChangeOver);
            }
            (Verb::On | Verb::Route, Some(point)) => {
                let kinds: Vec<&EventKind> =
                    catalogue::EVENTS.iter().copied().filter(|kind| point.serves_kind(kind)).collect();
                let all = |subject: &&str| {
                    !kinds.is_empty()
                        && kinds.iter().all(|kind| kind.lacks().contains(subject))
                        && kinds.iter().any(|kind| kind.field(subject).is_some())
                };
                self.lacking = ["ticket", "account"].into_iter().filter(all).collect();
                self.mend = Mend::OtherEvent(point.to_string());
            }
            _ => {}
        }
    }

    /// A field of what is not there, or that very thing; nothing for all others.
    pub fn of_absent(&mut self, base: &Known, name: &str, position: Position) -> Option<Known> {
        match base {
            Known::Event(_) => {
                let subject = self.lacking.iter().find(|lacking| **lacking == name).copied();
                subject.map(|subject| Known::Absent(subject, position))
            }
            Known::Absent(subject, read_at) => {
                // A function that serves several hooks asks, and does right.
                if name == "exists" && self.shared {
                    self.lacking.retain(|lacking| lacking != subject);
                    return Some(Known::Bool);
                }
                self.there_is_none(subject, *read_at);
                Some(Known::Nothing)
            }
            _ => None,
        }
    }

    /// Reports an effect that needs what the hook's events have not.
    pub fn needs(&mut self, subject: &'static str, position: Position) {
        if self.lacking.contains(&subject) {
            self.there_is_none(subject, position);
        }
    }

    /// Reports the use of a subject that is never there, once for each hook.
    pub fn there_is_none(&mut self, subject: &'static str, position: Position) {
        if !self.lacking.contains(&subject) {
            return;
        }
        self.lacking.retain(|lacking| *lacking != subject);
        let article = article(subject);
        let (message, help) = match &self.mend {
            Mend::AddOver => (
                format!("there is no {subject} here: this `every` hook runs once for all"),
                format!(
                    "add `over: \"{subject}\"`, and it runs once for each: every(\"1 hour\", #{{ over: \"{subject}\" }}, |event| {{ … }})"
                ),
            ),
            Mend::ChangeOver(over) => (
                format!("there is no {subject} here: this `every` hook goes over each {over}"),
                format!("write `over: \"{subject}\"` for one that goes over each {subject}"),
            ),
            Mend::OtherEvent(point) => (
                format!("there is no {subject} here: `{point}` never has one"),
                format!("serve an event that has {article} {subject}, or leave this out"),
            ),
        };
        // A library serves many hooks: the mistake is in the one that calls it.
        let (unit, position) = self.left_at.clone().unwrap_or_else(|| (self.unit.clone(), position));
        let here = std::mem::replace(&mut self.unit, unit);
        self.report(position, "no-subject", message, help);
        self.unit = here;
    }
}

/// What a schedule goes over: nothing if its options say none; none at all if they cannot be read here.
fn over(options: Option<&Expr>) -> Option<Option<&'static str>> {
    match options {
        None => Some(None),
        Some(Expr::Map(entries, _)) => match entries.0.iter().find(|(key, _)| key.name.as_str() == "over") {
            None => Some(None),
            Some((_, Expr::StringConstant(text, _))) => schedule::over(text).ok().map(Some),
            Some(_) => None,
        },
        Some(_) => None,
    }
}
