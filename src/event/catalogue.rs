//! THE list of events: name, when each happens, what it carries, and which links its mail may use.
//!
//! To add an event, add an entry to its family's file and emit it from the model verb that changes the state; a
//! test fails while nothing emits it. The checker, the handbook's reference, editor definitions,
//! sample data and the template check are all made from this list.

use super::data::{Account, Person};
use super::shape::{Described, Field, Kind};
use serde::Serialize;
use serde_json::Value;

/// One kind of event.
#[derive(Debug)]
pub struct EventKind {
    /// The dotted name, in the past tense.
    pub name: &'static str,
    /// When it happens, in a sentence.
    pub doc: &'static str,
    /// Its own subjects, beside the fields that every event has ([`ENVELOPE`]).
    pub fields: &'static [Field],
    /// Secret links that a mail about this event may show, and no script ever sees.
    pub links: &'static [Link],
    /// Realistic events of this kind, as scripts see them: the first is complete, further ones lack optional parts.
    pub samples: fn() -> Vec<Value>,
}

/// A link with a secret in it, which only templates can print (`{{ links.NAME }}`).
#[derive(Debug)]
pub struct Link {
    /// The name after `links.`.
    pub name: &'static str,
    /// Where it leads.
    pub doc: &'static str,
}

/// What a model verb hands to the outbox: one struct for each kind of event.
pub trait Payload: Serialize + Send + Sync {
    /// The kind of event that this is the payload of.
    const KIND: &'static EventKind;
}

/// The fields that every event has.
pub static ENVELOPE: &[Field] = &[
    Field::new("id", "Stable id of the event.", Kind::Text),
    Field::new("name", "The event's name, such as `ticket.replied`.", Kind::Text),
    Field::new("at", "When it happened: the only clock that scripts have.", Kind::Time),
    Field::new("actor", "Who did it.", Kind::Object(&Person::SHAPE)),
    Field::new("account", "The account it belongs to; empty if none.", Kind::Object(&Account::SHAPE)),
    Field::new("correlation", "Id of what caused it: the request, or the event whose hook did.", Kind::Text),
    Field::new("depth", "How many hooks stand between a person's act and this event.", Kind::Int),
];

macro_rules! catalogue {
    ($kinds:ident; $(
        $(#[doc = $doc:literal])+
        $name:literal $payload:ident { $( $(#[doc = $fdoc:literal])+ $field:ident : $ty:ty $(as $words:ident)? = $sample:expr ),* $(,)? }
        $(links { $($link:ident : $ldoc:literal),+ })?
        $(also $($more:path),+)? ;
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, Serialize)]
            pub struct $payload { $( $(#[doc = $fdoc])+ pub $field: $ty, )* }
            impl Payload for $payload {
                const KIND: &'static EventKind = &EventKind {
                    name: $name,
                    doc: concat!($($doc),+),
                    fields: &[ $( Field::new(stringify!($field), concat!($($fdoc),+), <$ty as Described>::KIND)$(.of($crate::event::words::$words))? ),* ],
                    links: &[ $($( Link { name: stringify!($link), doc: $ldoc } ),+)? ],
                    samples: || {
                        let full = $crate::event::sample::event($name, &$payload { $( $field: $sample ),* });
                        #[allow(unused_mut, reason = "only some events have further samples")]
                        let mut all = vec![full];
                        $($( all.push($more(&all[0])); )+)?
                        all
                    },
                };
            }
        )+
        /// The kinds of events of this file.
        pub(super) const $kinds: &[&EventKind] = &[ $( <$payload as Payload>::KIND ),+ ];
    };
}

mod desk;
mod look;
mod others;
mod ticket;

pub use desk::*;
pub use look::{find, heard, is_custom, shapes, whole};
pub use others::*;
pub use ticket::*;

const FAMILIES: [&[&EventKind]; 3] = [OTHERS, TICKETS, DESK];
const COUNT: usize = OTHERS.len() + TICKETS.len() + DESK.len();
static ALL: [&EventKind; COUNT] = {
    let mut all = [OTHERS[0]; COUNT];
    let (mut i, mut family, mut place) = (0, 0, 0);
    while i < COUNT {
        if place == FAMILIES[family].len() {
            (family, place) = (family + 1, 0);
        } else {
            all[i] = FAMILIES[family][place];
            (i, place) = (i + 1, place + 1);
        }
    }
    all
};

/// Every event that the core emits.
pub static EVENTS: &[&EventKind] = &ALL;

#[cfg(test)]
mod tests;
