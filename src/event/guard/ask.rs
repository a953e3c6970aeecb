//! Asking: what hooks see of a draft, what they say, and what a draft is that they have let through.

use super::{Draft, GuardKind};
use crate::{
    event::{
        data::{Account, Person, Time},
        shape::Field,
    },
    permission::Permission,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::{future::Future, pin::Pin};

/// Who asks, about which account, when.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The clock.
    pub at: Time,
    /// Who wants to do it.
    pub actor: Person,
    /// The account it is about; empty if none.
    pub account: Account,
    /// True while a form is only being shown.
    pub composing: bool,
}

/// A draft as scripts see it.
pub fn with_context(draft: &impl Serialize, context: &Context) -> Value {
    let mut whole = json!({"at": context.at, "actor": context.actor, "account": context.account, "composing": context.composing});
    // Drafts are structs of plain data, which always have a JSON form.
    if let (Value::Object(whole), Ok(Value::Object(draft))) = (&mut whole, serde_json::to_value(draft)) {
        whole.extend(draft);
    }
    whole
}

/// Characters that hooks see of a typed text at most, so that nobody brings a guard to its limits with what the verb
/// refuses anyway: a message's as the model takes it, and of a line more than of any that the model takes.
fn longest(field: &str) -> usize {
    if field == "body" { BODY } else { LINE }
}
const BODY: usize = 65_536;
const LINE: usize = 300;
/// Items of a typed list.
const ITEMS: usize = 100;

fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().count() > most
}

/// The first field of a draft with more in it than any that the model takes.
pub fn too_long(kind: &'static GuardKind, draft: &Value) -> Option<&'static str> {
    let over = |field: &&Field| match &draft[field.name] {
        Value::String(text) => is_longer(text, longest(field.name)),
        Value::Array(list) => {
            list.len() > ITEMS || list.iter().filter_map(Value::as_str).any(|text| is_longer(text, LINE))
        }
        _ => false,
    };
    kind.fields.iter().find(over).map(|field| field.name)
}

/// A draft of which every typed text is cut to what hooks see of it: for a form that is only being shown.
pub fn cut(kind: &'static GuardKind, mut draft: Value) -> Value {
    let cut = |text: &mut String, most: usize| {
        if let Some((end, _)) = text.char_indices().nth(most) {
            text.truncate(end);
        }
    };
    for field in kind.fields {
        match draft.get_mut(field.name) {
            Some(Value::String(text)) => cut(text, longest(field.name)),
            Some(Value::Array(list)) => {
                list.truncate(ITEMS);
                for item in list {
                    if let Value::String(text) = item {
                        cut(text, LINE);
                    }
                }
            }
            _ => {}
        }
    }
    draft
}

/// What the hooks say to a draft.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The message of the first hook that refused.
    pub denied: Option<String>,
    /// The draft as amended; context fields may be among it and are ignored.
    pub draft: Value,
    /// Fields that may not be changed, with the reason to show.
    pub locked: Vec<Lock>,
}

/// Fields that a hook locked, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// Names of the draft's fields.
    pub fields: Vec<String>,
    /// The sentence to show.
    pub reason: String,
}

/// What `permission_defaults` hooks say about the thirteen boxes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Defaults {
    /// Ticked at first.
    pub preselect: Vec<Permission>,
    /// Ticked and locked, with the reason to show.
    pub require: Vec<(Permission, String)>,
    /// Unticked and locked, with the reason to show.
    pub forbid: Vec<(Permission, String)>,
    /// Named sets to choose from.
    pub presets: Vec<(String, Vec<Permission>)>,
    /// True if a hook failed, so that defaults are missing.
    pub incomplete: bool,
    /// True if a hook failed that requires or forbids: nobody knows what it would have said.
    #[serde(skip)]
    pub unsure: bool,
}

/// A future that a [`Gate`] gives.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How the model reaches the hooks without knowing their engine; the app fills it in.
pub trait Gate: Send + Sync {
    /// Lets the `before` hooks of an action speak on a draft.
    fn ask<'a>(&'a self, kind: &'static GuardKind, draft: Value) -> Asked<'a, Answer>;
    /// Lets the `permission_defaults` hooks speak.
    fn defaults<'a>(&'a self, draft: Value) -> Asked<'a, Defaults>;
}

/// A draft that the hooks have seen and not refused. Only [`ask`] makes one.
#[derive(Debug)]
pub struct Approved<D> {
    draft: D,
    locked: Vec<Lock>,
    context: Context,
}

impl<D> Approved<D> {
    /// The draft, with what hooks amended.
    pub fn draft(&self) -> &D {
        &self.draft
    }

    /// Fields that may not differ from what is stored; the verb holds to it.
    pub fn locked(&self) -> &[Lock] {
        &self.locked
    }

    /// Who asked, about which account.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

/// Why a draft may not go on.
#[derive(Debug)]
pub enum Refusal {
    /// A hook refused, with this message for the person who asked.
    Denied(String),
    /// A hook set a field to something that it cannot hold.
    Unusable(String),
    /// What was typed into this field is longer than any that the model takes; hooks were not asked.
    TooLong(String),
}

/// Asks the hooks about a draft.
///
/// # Errors
/// [`Refusal`] if a hook refuses, or amends the draft to something that is no draft any more.
pub async fn ask<D: Draft>(gate: &dyn Gate, context: Context, draft: D) -> Result<Approved<D>, Refusal> {
    let asked = with_context(&draft, &context);
    if let Some(field) = too_long(D::KIND, &asked) {
        return Err(Refusal::TooLong(field.to_owned()));
    }
    let answer = gate.ask(D::KIND, asked).await;
    if let Some(message) = answer.denied {
        return Err(Refusal::Denied(message));
    }
    let draft = serde_json::from_value(answer.draft)
        .map_err(|e| Refusal::Unusable(format!("{}: {e}", D::KIND.name)))?;
    Ok(Approved { draft, locked: answer.locked, context })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::guard::{AccountRegister, TicketOpen};

    #[test]
    fn what_is_typed_beyond_all_measure_reaches_no_hook() {
        let long = "a".repeat(300_000);
        let draft = AccountRegister { company: long.clone(), ..AccountRegister::default() };
        let seen = with_context(&draft, &Context::default());
        assert_eq!(too_long(AccountRegister::KIND, &seen), Some("company"));
        let cut = cut(AccountRegister::KIND, seen);
        assert_eq!(cut["company"].as_str().map(str::len), Some(LINE));
        assert_eq!(too_long(AccountRegister::KIND, &cut), None);
        let open = |body: &str, cc: &str| {
            let draft = TicketOpen { body: body.into(), cc: vec![cc.into()], ..TicketOpen::default() };
            too_long(TicketOpen::KIND, &with_context(&draft, &Context::default()))
        };
        assert_eq!(open(&"ü".repeat(BODY), "a@b.example"), None);
        assert_eq!(open(&long, ""), Some("body"));
        assert_eq!(open("", &long), Some("cc"));
    }
}
