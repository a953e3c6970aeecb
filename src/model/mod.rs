//! What the house knows: one folder for each noun, with its types and verbs in `mod.rs` and its SQL
//! in `store.rs`.
//!
//! A verb is: load, guard, change, emit. It takes the open transaction and the [`Act`] of whoever
//! does it; where hooks have a say it takes an [`Approved`] draft, which only [`ask`] gives. To add
//! a verb, declare its event in the catalogue, write the SQL in `store.rs`, and emit last.

pub mod access;
pub mod account;
pub mod attachment;
#[cfg(test)]
mod bakery;
pub mod canned;
pub mod contact;
pub mod fact;
pub mod intake;
pub mod invite;
mod locks;
pub mod login;
pub mod outreach;
pub mod page;
pub mod preference;
pub mod presence;
pub mod session;
pub mod staff;
#[cfg(test)]
#[path = "tests/house.rs"]
mod testing;
pub mod throttle;
pub mod ticket;
pub mod user;

use crate::{
    db::Tx,
    error::{Error, Kind, Result},
    event::{
        data::Account,
        guard::{self, Approved, Context, Draft, Gate, Refusal},
        outbox::Act,
    },
};

/// Asks the hooks about a draft, before any transaction is open.
///
/// # Errors
/// [`Kind::Refused`] with the hook's message, or [`Kind::Internal`] if a hook made the draft unusable.
pub async fn ask<D: Draft>(gate: &dyn Gate, act: &Act, account: &Account, draft: D) -> Result<Approved<D>> {
    let context = Context {
        at: crate::event::data::Time(act.at),
        actor: act.actor.clone(),
        account: account.clone(),
        composing: false,
    };
    guard::ask(gate, context, draft).await.map_err(|refusal| match refusal {
        Refusal::Denied(message) => Error::new(Kind::Refused, "refused").detail(message),
        Refusal::Unusable(why) => Error::internal(why),
        Refusal::TooLong(field) => {
            let code = if field == "email" { "email" } else { "too-long" };
            Error::field(&field, code)
        }
    })
}

/// The form of an e-mail address that is compared: one user for each, whatever the capitals.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A typed e-mail address, checked and trimmed.
///
/// # Errors
/// [`Kind::Invalid`] naming the field if it is no address that mail could reach.
pub fn email_address(field: &str, typed: &str) -> Result<String> {
    let typed = typed.trim();
    let fine = typed.len() <= 254
        && !typed.chars().any(|c| c.is_control() || c.is_whitespace())
        && email_address::EmailAddress::is_valid(typed)
        && typed.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    if fine {
        Ok(typed.to_owned())
    } else {
        Err(Error::field(field, if typed.is_empty() { "required" } else { "email" }))
    }
}

/// A typed address that is to be a customer's: their own, an account's, a contact's, somebody's whom they invite. It may be none
/// of the house's, since mail to it would be read by staff, and mail from it would seem to be theirs.
///
/// # Errors
/// As [`email_address`]; `email-of-house` if it is a member of staff's or a department's.
pub async fn customer_address(tx: &mut Tx, field: &str, typed: &str) -> Result<String> {
    let email = email_address(field, typed)?;
    if is_of_house(tx, &email).await? { Err(Error::field(field, "email-of-house")) } else { Ok(email) }
}

/// True if this is the address of a member of staff, or of a department.
///
/// # Errors
/// If the database is away.
pub async fn is_of_house(tx: &mut Tx, email: &str) -> Result<bool> {
    let key = email_key(email);
    let departments = ticket::departments(&mut *tx).await?;
    Ok(departments.iter().any(|one| email_key(&one.email) == key)
        || staff::lookup_by_email(&mut *tx, email).await?.is_some())
}

/// A typed line of text: trimmed, without control characters, not longer than `max` characters.
///
/// # Errors
/// [`Kind::Invalid`] naming the field if it is too long.
pub fn line(field: &str, typed: &str, max: usize) -> Result<String> {
    let text: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.trim().to_owned();
    if text.chars().count() > max { Err(Error::field(field, "too-long")) } else { Ok(text) }
}

/// As [`line`], and not empty.
///
/// # Errors
/// [`Kind::Invalid`] naming the field if it is empty or too long.
pub fn required_line(field: &str, typed: &str, max: usize) -> Result<String> {
    let text = line(field, typed, max)?;
    if text.is_empty() { Err(Error::field(field, "required")) } else { Ok(text) }
}
