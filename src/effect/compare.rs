//! Two accounts of what came of one event, compared: what happened, and what other scripts would have done. Pure.

use super::{
    Recipient,
    store::{Detail, Run},
};
use crate::{event::outbox::StoredEvent, model::email_key};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who would, or would not, get a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Name of the mail's template; empty for a mail that an `on` hook asked for.
    pub template: String,
    /// The address.
    pub email: String,
    /// Why they get it, or why not.
    pub reason: String,
    /// `file:line` of the hook that decided it, or `core`; empty if no hook names them any more.
    pub by: String,
}

/// An effect that would, or would not, be asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The hook.
    pub hook: String,
    /// What it asks for.
    pub effect: Value,
}

/// A hook that fails on an event on which it did not fail then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fails {
    /// The hook.
    pub hook: String,
    /// Why.
    pub error: String,
}

/// An event of which something else would come now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Number of the event.
    pub seq: i64,
    /// Its id.
    pub event: String,
    /// Its kind.
    pub name: String,
    /// When it happened.
    pub at: i64,
    /// What it is about.
    pub subject: String,
    /// Who would get mail and did not.
    pub more: Vec<Change>,
    /// Who did and would not.
    pub fewer: Vec<Change>,
    /// Who would get it for another reason, or as copy instead of addressed.
    pub other: Vec<Change>,
    /// What would be asked for and was not.
    pub more_effects: Vec<Asked>,
    /// What was and would not be.
    pub fewer_effects: Vec<Asked>,
    /// What fails now and did not.
    pub fails: Vec<Fails>,
    /// What failed then and does not now.
    pub mended: Vec<Fails>,
}

/// What came of one event, counted.
#[derive(Debug, Default)]
pub struct Compared {
    /// Mails that templates make of the event, now or then.
    pub notifications: usize,
    /// Of those, how many go to others.
    pub notifications_differ: usize,
    /// `on` and `every` hooks that met it, now or then.
    pub plans: usize,
    /// Of those, how many ask for something else.
    pub plans_differ: usize,
    /// What is different, if anything is.
    pub difference: Option<Difference>,
}

/// Compares the runs of then with those of now.
pub fn compare(event: &StoredEvent, then: &[Side<'_>], now: &[Side<'_>]) -> Compared {
    let mut compared = Compared::default();
    let mut difference = nothing(event);
    mails(then, now, &mut compared, &mut difference);
    effects(then, now, &mut compared, &mut difference);
    difference.fails = failures(now, then);
    difference.mended = failures(then, now);
    if difference != nothing(event) {
        difference.subject = subject(event);
        compared.difference = Some(difference);
    }
    compared
}

/// One run, then or now.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The row.
    pub run: &'a Run,
    /// What it saw and said.
    pub detail: &'a Detail,
}

impl Side<'_> {
    /// The template, for the route of a mail; nothing for hooks that ask for effects.
    fn template(&self) -> Option<&str> {
        self.run.hook.strip_prefix("route:").filter(|_| self.run.verb == "route")
    }

    fn place(&self) -> String {
        format!("{} ({}:{})", self.run.hook, self.run.file, self.run.line)
    }
}

/// Recipients by template and address.
type Gets<'a> = BTreeMap<(String, String), &'a Recipient>;

fn gets<'a>(sides: &'a [Side<'a>]) -> Gets<'a> {
    let mut found = Gets::new();
    for side in sides {
        let template = side.template().unwrap_or_default();
        for recipient in &side.detail.recipients {
            found.insert((template.to_owned(), email_key(&recipient.target.email)), recipient);
        }
    }
    found
}

fn mails(then: &[Side<'_>], now: &[Side<'_>], compared: &mut Compared, difference: &mut Difference) {
    let (was, is) = (gets(then), gets(now));
    let change = |template: &str, recipient: &Recipient, reason: &str, by: &str| Change {
        template: template.to_owned(),
        email: recipient.target.email.clone(),
        reason: reason.to_owned(),
        by: by.to_owned(),
    };
    let mut touched = BTreeSet::new();
    for (key, recipient) in &is {
        match was.get(key) {
            None => difference.more.push(change(&key.0, recipient, &recipient.reason, &recipient.by)),
            Some(before) if (&before.reason, before.cc) != (&recipient.reason, recipient.cc) => {
                difference.other.push(change(&key.0, recipient, &recipient.reason, &recipient.by));
            }
            Some(_) => continue,
        }
        touched.insert(key.0.as_str());
    }
    for (key, recipient) in was.iter().filter(|(key, _)| !is.contains_key(*key)) {
        let sides = now.iter().filter(|side| side.template().unwrap_or_default() == key.0);
        let mut left = sides.flat_map(|side| side.detail.left_out.iter().chain(&side.detail.unnamed));
        let why = left.find(|left| email_key(&left.target.email) == key.1);
        difference.fewer.push(match why {
            Some(left) => change(&key.0, recipient, &left.reason, &left.by),
            None => change(&key.0, recipient, "no hook names them", ""),
        });
        touched.insert(key.0.as_str());
    }
    let templates: BTreeSet<&str> = then.iter().chain(now).filter_map(Side::template).collect();
    compared.notifications = templates.len();
    compared.notifications_differ = templates.intersection(&touched).count();
}

fn effects(then: &[Side<'_>], now: &[Side<'_>], compared: &mut Compared, difference: &mut Difference) {
    let asked = |sides: &[Side<'_>]| -> Vec<Asked> {
        let each = |side: &Side<'_>| -> Vec<Asked> {
            let hook = side.place();
            side.detail
                .effects
                .iter()
                .map(|effect| Asked { hook: hook.clone(), effect: json!(effect) })
                .collect()
        };
        sides.iter().filter(|side| side.run.state == "done").flat_map(each).collect()
    };
    let (was, is) = (asked(then), asked(now));
    difference.more_effects = without(&is, &was);
    difference.fewer_effects = without(&was, &is);
    let hooks: BTreeSet<&str> = then
        .iter()
        .chain(now)
        .filter(|side| side.template().is_none())
        .map(|side| side.run.hook.as_str())
        .collect();
    compared.plans = hooks.len();
    let touched = difference.more_effects.iter().chain(&difference.fewer_effects);
    // The place stands behind the id, and a line that moved makes no second hook.
    let id =
        |asked: &'_ Asked| asked.hook.rsplit_once(" (").map_or(asked.hook.clone(), |(id, _)| id.to_owned());
    compared.plans_differ = touched.map(id).collect::<BTreeSet<_>>().len();
}

/// What `these` ask for beyond `others`, whichever hook it is that asks.
fn without(these: &[Asked], others: &[Asked]) -> Vec<Asked> {
    let mut rest: Vec<&Value> = others.iter().map(|asked| &asked.effect).collect();
    let mut found = Vec::new();
    for asked in these {
        match rest.iter().position(|other| **other == asked.effect) {
            Some(place) => {
                rest.swap_remove(place);
            }
            None => found.push(asked.clone()),
        }
    }
    found
}

/// The hooks that fail among `these` and not among `others`.
fn failures(these: &[Side<'_>], others: &[Side<'_>]) -> Vec<Fails> {
    fn failing(sides: &[Side<'_>]) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for side in sides {
            let steps = side.detail.steps.iter();
            found.extend(steps.filter_map(|step| Some((step.hook.clone(), step.error.clone()?))));
            if let Some(error) = side.run.error.as_ref().filter(|_| side.template().is_none()) {
                found.insert(side.run.hook.clone(), error.clone());
            }
        }
        found
    }
    let known = failing(others);
    let new = failing(these).into_iter().filter(|(hook, _)| !known.contains_key(hook));
    new.map(|(hook, error)| Fails { hook, error }).collect()
}

fn nothing(event: &StoredEvent) -> Difference {
    Difference {
        seq: event.seq,
        event: event.id.clone(),
        name: event.name.clone(),
        at: event.at,
        subject: String::new(),
        more: Vec::new(),
        fewer: Vec::new(),
        other: Vec::new(),
        more_effects: Vec::new(),
        fewer_effects: Vec::new(),
        fails: Vec::new(),
        mended: Vec::new(),
    }
}

/// What an event is about, in a few words.
fn subject(event: &StoredEvent) -> String {
    let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    let ticket = text("/ticket/subject")
        .map(|subject| format!("[{}] {subject}", text("/ticket/reference").unwrap_or_default()));
    let other = ["/invite/email", "/user/email", "/contact/email", "/staff/email", "/to"];
    ticket.or_else(|| other.into_iter().find_map(text).map(str::to_owned)).unwrap_or_default()
}
