//! Copied addresses: who else hears of a ticket.

use super::{Scope, Ticket, badge::badge_of, held, history, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{catalogue::TicketCcChanged, outbox::Act},
    model::{email_address, email_key, is_of_house},
};

/// So many addresses may be copied.
pub const MOST_CC: usize = 20;

/// Sets the addresses that are copied; nothing if they are so already.
///
/// # Errors
/// As [`find`](super::find); [`Kind::Invalid`](crate::error::Kind::Invalid) naming `cc`; else as
/// [`hold`](crate::model::account::hold).
pub async fn change_cc(
    tx: &mut Tx,
    act: &Act,
    scope: Scope<'_>,
    reference: &str,
    typed: &[String],
) -> Result<Option<Ticket>> {
    let (mut ticket, account) = held(tx, scope, reference).await?;
    ticket.is_whole()?;
    let (before, after) = (ticket.cc(), copied(typed)?);
    let (added, removed) = (without(&after, &before), without(&before, &after));
    may_be_copied(tx, &added).await?;
    if added.is_empty() && removed.is_empty() {
        return Ok(None);
    }
    ticket.cc = after.join("\n");
    store::set_cc(tx, &ticket).await?;
    let event = TicketCcChanged {
        ticket: ticket.seen(&mut *tx, act.at).await?,
        added,
        removed,
        badge: badge_of(tx, act, &account).await?,
    };
    history::tell(tx, act, &account, &event, &ticket.id).await?;
    Ok(Some(ticket))
}

/// Lets nobody copy the house: staff are told as staff, and what they answered as a copied address would be a stranger's.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `cc`, with the address.
pub async fn may_be_copied(tx: &mut Tx, typed: &[String]) -> Result<()> {
    for email in typed {
        if is_of_house(tx, email).await? {
            return Err(Error::field("cc", "cc-of-house").detail(email));
        }
    }
    Ok(())
}

/// Copied addresses as typed, each once.
pub(super) fn copied(typed: &[String]) -> Result<Vec<String>> {
    let mut copied: Vec<String> = Vec::new();
    for typed in typed.iter().filter(|typed| !typed.trim().is_empty()) {
        let email = email_address("cc", typed).map_err(|error| error.detail(typed.trim()))?;
        if !has(&copied, &email) {
            copied.push(email);
        }
    }
    if copied.len() > MOST_CC { Err(Error::field("cc", "too-many")) } else { Ok(copied) }
}

fn has(list: &[String], email: &str) -> bool {
    list.iter().any(|other| email_key(other) == email_key(email))
}

fn without(list: &[String], others: &[String]) -> Vec<String> {
    list.iter().filter(|email| !has(others, email)).cloned().collect()
}
