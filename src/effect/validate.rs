//! What a plan may ask for: the whole of it is held against its event before anything is stored.
//!
//! A plan with one forbidden effect is not carried out at all. What only the database knows (whether
//! a department exists, whether a user still has access) is looked at when an effect is carried out.

use super::{Effect, Secret, Target};
use crate::{
    event::{
        catalogue,
        data::{Account, Person},
    },
    model::{email_address, email_key, required_line, ticket},
    permission::{Category, Permission},
};
use serde_json::Value;
use std::fmt;

/// Effects that one run may ask for.
pub const EFFECTS: usize = 100;
/// Recipients that one run may name.
pub const RECIPIENTS: usize = 1_000;
/// How long the name of a contact may be, in characters.
const LONGEST_NAME: usize = 100;

/// Characters of why an effect may not be.
const REASON: usize = 300;

/// What a plan is held against.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The event's account; empty if it has none.
    pub account: &'a Account,
    /// Id of the event's ticket; empty if it has none.
    pub ticket: &'a str,
    /// Whose store the hook reads and writes.
    pub store: &'a str,
}

/// An effect that may not be, which spoils its plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forbidden {
    /// Its place in the plan, counted from 1.
    pub place: usize,
    /// The function that asked for it.
    pub effect: &'static str,
    /// Why not.
    pub reason: String,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, effect, reason } = self;
        write!(
            f,
            "{effect}() is forbidden here: {reason}; it was effect {place} of the plan, of which nothing is carried out"
        )
    }
}

/// Holds a plan against its event.
///
/// # Errors
/// The first effect that may not be.
pub fn validate(effects: &[Effect], asked: &Asked<'_>) -> Result<(), Forbidden> {
    let mut recipients = 0;
    for (place, effect) in (1..).zip(effects) {
        if let Effect::Email { to, .. } = effect {
            recipients += to.len();
        }
        let allowed = match () {
            () if place > EFFECTS => Err(format!("one run may ask for {EFFECTS} effects, no more")),
            () if recipients > RECIPIENTS => {
                Err(format!("one run may name {RECIPIENTS} recipients, no more"))
            }
            () => asked.allows(effect),
        };
        allowed.map_err(|reason| Forbidden { place, effect: effect.name(), reason: short(reason) })?;
    }
    Ok(())
}

/// A reason may quote what a customer wrote, and stands in logs, events and mails.
fn short(mut reason: String) -> String {
    if let Some((end, _)) = reason.char_indices().nth(REASON) {
        reason.truncate(end);
        reason.push('…');
    }
    reason
}

/// For whom a ticket is opened: the user or contact of the account that a hook named, or its owner.
///
/// # Errors
/// A sentence if there is no account, or the named one does not belong to it.
pub fn opener(account: &Account, target: Option<&Target>) -> Result<Person, String> {
    has_account(account)?;
    let user = |user: &crate::event::data::User| Person {
        exists: true,
        kind: "user".into(),
        id: user.id.clone(),
        name: user.name.clone(),
        email: user.email.clone(),
    };
    let Some(target) = target else { return Ok(user(&account.owner)) };
    let is = |id: &str, email: &str, kind: &str| match target.kind.as_str() {
        "address" => !target.email.is_empty() && email_key(&target.email) == email_key(email),
        named => named == kind && target.id == id,
    };
    if let Some(found) = account.users.iter().find(|one| is(&one.id, &one.email, "user")) {
        return Ok(user(found));
    }
    let contact = account.contacts.iter().find(|one| is(&one.id, &one.email, "contact"));
    let person = contact.map(|contact| Person {
        exists: true,
        kind: "contact".into(),
        id: contact.id.clone(),
        name: contact.name.clone(),
        email: contact.email.clone(),
    });
    person.ok_or_else(|| format!("{} is no user or contact of {}", named(target), account.name))
}

fn named(target: &Target) -> &str {
    [&target.email, &target.name, &target.id]
        .into_iter()
        .find(|word| !word.is_empty())
        .map_or("the opener", |w| w)
}

fn has_account(account: &Account) -> Result<(), String> {
    if account.exists { Ok(()) } else { Err("the event belongs to no account".to_owned()) }
}

impl Asked<'_> {
    fn allows(&self, effect: &Effect) -> Result<(), String> {
        match effect {
            // Who really gets it, the leak guard decides.
            Effect::Email { .. } => Ok(()),
            Effect::Webhook { headers, .. } => headers.values().try_for_each(|value| self.header(value)),
            Effect::TicketNote { ticket, body } | Effect::TicketReply { ticket, body } => {
                self.ticket(ticket)?;
                text("text", body, ticket::LONGEST)
            }
            Effect::SetStatus { ticket, status } => {
                self.ticket(ticket)?;
                line("status", status, ticket::LONGEST_STATUS)
            }
            Effect::OpenTicket { department, subject, body, priority, opener: named } => {
                opener(self.account, named.as_ref())?;
                line("department", department, LONGEST_NAME)?;
                line("subject", subject, ticket::LONGEST_SUBJECT)?;
                text("body", body, ticket::LONGEST)?;
                one_of("priority", priority, ticket::PRIORITIES.contains(&priority.as_str()))
            }
            Effect::Grant { user, permissions } | Effect::Revoke { user, permissions } => {
                self.user(user)?;
                permissions
                    .iter()
                    .try_for_each(|key| one_of("permission", key, key.parse::<Permission>().is_ok()))
            }
            Effect::AddContact { name, email, categories } => {
                has_account(self.account)?;
                line("name", name, LONGEST_NAME)?;
                email_address("email", email).map_err(|_| format!("{email:?} is no e-mail address"))?;
                let known = |key: &String| Category::CHOICES.into_iter().any(|choice| choice.key() == key);
                categories.iter().try_for_each(|key| one_of("category", key, known(key)))
            }
            Effect::StoreSet { plugin, .. } if plugin != self.store => {
                Err(format!("{plugin:?} is not its own store, which is {:?}", self.store))
            }
            Effect::StoreSet { .. } => Ok(()),
            Effect::Emit { name, .. } => {
                one_of("event of the operator's own", name, catalogue::is_custom(name))
            }
        }
    }

    /// The event's own ticket, and no other.
    fn ticket(&self, id: &str) -> Result<(), String> {
        if self.ticket.is_empty() {
            Err("the event has no ticket".to_owned())
        } else if id == self.ticket {
            Ok(())
        } else {
            Err(format!("{id:?} is not the event's ticket"))
        }
    }

    /// A user of the event's account, and not its owner, who keeps everything.
    fn user(&self, id: &str) -> Result<(), String> {
        has_account(self.account)?;
        let user = self.account.users.iter().find(|user| user.id == id);
        let user = user.ok_or_else(|| format!("{id:?} is no user of {}", self.account.name))?;
        if user.owner || self.account.owner.id == id {
            return Err(format!("{} owns {}, and keeps all permissions", user.name, self.account.name));
        }
        Ok(())
    }

    fn header(&self, value: &Value) -> Result<(), String> {
        if value.is_string() {
            return Ok(());
        }
        let secret: Secret = serde_json::from_value(value.clone())
            .map_err(|_| "a header is a text or secret(\"name\")".to_owned())?;
        if secret.plugin == self.store {
            Ok(())
        } else {
            Err(format!("{:?} is another plugin's secret", secret.secret))
        }
    }
}

fn line(what: &str, typed: &str, most: usize) -> Result<(), String> {
    required_line(what, typed, most)
        .map(drop)
        .map_err(|_| format!("the {what} must have from 1 to {most} characters"))
}

fn text(what: &str, typed: &str, most: usize) -> Result<(), String> {
    let fine = !typed.trim().is_empty() && typed.chars().count() <= most;
    if fine { Ok(()) } else { Err(format!("the {what} must have from 1 to {most} characters")) }
}

fn one_of(what: &str, word: &str, known: bool) -> Result<(), String> {
    if known { Ok(()) } else { Err(format!("{word:?} is no {what}")) }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
