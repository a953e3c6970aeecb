//! Finds the hooks of a point without a look at any other: what stands on other points costs nothing.

use super::call::Verb;
use super::register::Point;
use super::set::Hook;
use std::collections::HashMap;
use std::sync::Arc;

/// Where the hooks of each point stand in a set's order.
#[derive(Default)]
pub(super) struct Index {
    exact: ByName,
    families: ByName,
    ids: HashMap<String, usize>,
    scheduled: Vec<usize>,
    drivers: Vec<usize>,
}

/// Places by verb and name, in order.
#[derive(Default)]
struct ByName([HashMap<String, Vec<usize>>; Verb::ALL.len()]);

impl ByName {
    fn add(&mut self, verb: Verb, name: &str, at: usize) {
        self.0[verb as usize].entry(name.to_owned()).or_default().push(at);
    }

    fn get(&self, verb: Verb, name: &str) -> &[usize] {
        let names = &self.0[verb as usize];
        if names.is_empty() { &[] } else { names.get(name).map_or(&[], Vec::as_slice) }
    }
}

impl Index {
    /// The index of hooks that run in this order.
    pub fn new(hooks: &[Arc<Hook>]) -> Self {
        let mut index = Self::default();
        for (at, hook) in hooks.iter().enumerate() {
            index.ids.entry(hook.id.clone()).or_insert(at);
            match &hook.point {
                Point::Exactly(name) => index.exact.add(hook.verb, name, at),
                Point::Family(word) => index.families.add(hook.verb, word, at),
                Point::Boxes => index.exact.add(hook.verb, "permission_defaults", at),
                Point::Schedule(_) => index.scheduled.push(at),
                Point::Driver(_) => index.drivers.push(at),
            }
        }
        index
    }

    /// Those of a verb that serve the event or action of this name, in order.
    pub fn serving(&self, verb: Verb, name: &str) -> impl Iterator<Item = usize> + use<'_> {
        let word = name.split('.').next().unwrap_or_default();
        merged(self.exact.get(verb, name), self.families.get(verb, word))
    }

    /// The one of this identity.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// Those that run on a schedule, in order.
    pub fn scheduled(&self) -> &[usize] {
        &self.scheduled
    }

    /// The halves of drivers, in order.
    pub fn drivers(&self) -> &[usize] {
        &self.drivers
    }
}

/// Two ascending lists as one.
fn merged<'a>(mut one: &'a [usize], mut other: &'a [usize]) -> impl Iterator<Item = usize> + use<'a> {
    std::iter::from_fn(move || {
        let from = match (one.first(), other.first()) {
            (Some(a), Some(b)) if b < a => &mut other,
            (Some(_), _) => &mut one,
            (None, _) => &mut other,
        };
        let (first, rest) = from.split_first()?;
        *from = rest;
        Some(*first)
    })
}
