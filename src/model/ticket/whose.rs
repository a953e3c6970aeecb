//! Whose a ticket is: staff give a guest's to the account that it is about, and take it back if that was wrong.

use super::{Happened, Scope, Ticket, account_of, badge::badge_of, held, history, search, staff_only, store};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{Payload, TicketAccountChanged},
        data::{Account, Person, User},
        outbox::Act,
    },
    model::email_key,
    permission::Permission,
};

/// Gives a guest's ticket to an account: from then on all who may see the account's tickets see it, with all its messages.
/// Badges stay as they were when the messages were written. Nothing happens if it is that account's already.
///
/// # Errors
/// As [`find`](super::find); [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-has-account` if it is another
/// account's, `ticket-merged` if it is part of another ticket;
/// [`Kind::Forbidden`](crate::error::Kind::Forbidden) `staff-only`; else as [`hold`](crate::model::account::hold).
pub async fn give_to(tx: &mut Tx, act: &Act, reference: &str, account_id: &str) -> Result<Option<Ticket>> {
    staff_only(act)?;
    let (ticket, _) = held(tx, Scope::Staff, reference).await?;
    ticket.is_whole()?;
    match ticket.account_id.as_deref() {
        Some(known) if known == account_id => return Ok(None),
        Some(_) => return Err(Error::conflict("ticket-has-account")),
        None => {}
    }
    let account = account_of(tx, Some(account_id)).await?;
    let ticket = as_of(&ticket, &account);
    told(tx, act, ticket, &account, Account::default()).await.map(Some)
}

/// Takes a ticket back that staff gave to an account: it is a guest's again. What its people wrote and read meanwhile stays; whom
/// they copied on it hears no more of it.
///
/// # Errors
/// As [`find`](super::find); [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-not-given` if nobody gave it to the account,
/// `ticket-merged` if it is part of another ticket;
/// [`Kind::Forbidden`](crate::error::Kind::Forbidden) `staff-only`; else as [`hold`](crate::model::account::hold).
pub async fn take_back(tx: &mut Tx, act: &Act, reference: &str) -> Result<Ticket> {
    staff_only(act)?;
    let (ticket, before) = held(tx, Scope::Staff, reference).await?;
    ticket.is_whole()?;
    if !was_given(&mut *tx, &ticket).await? {
        return Err(Error::conflict("ticket-not-given"));
    }
    let then = copied_when_given(&mut *tx, &ticket).await?;
    let mut ticket = as_of(&ticket, &Account::default());
    ticket.cc = ticket.cc().into_iter().filter(|email| then.contains(email)).collect::<Vec<_>>().join("\n");
    store::set_cc(tx, &ticket).await?;
    told(tx, act, ticket, &Account::default(), before).await
}

/// Who was copied on the ticket when it was given to its account.
async fn copied_when_given(q: impl Query, ticket: &Ticket) -> Result<Vec<String>> {
    let given = history(q, ticket).await?.into_iter().rev().find(is_giving);
    let cc = given.map(|given| given.body["ticket"]["cc"].clone()).unwrap_or_default();
    Ok(serde_json::from_value(cc).unwrap_or_default())
}

async fn told(tx: &mut Tx, act: &Act, ticket: Ticket, account: &Account, before: Account) -> Result<Ticket> {
    store::set_account(tx, &ticket).await?;
    search::renew(tx, &ticket).await?;
    let event = TicketAccountChanged {
        ticket: ticket.seen(&mut *tx, act.at).await?,
        before,
        badge: badge_of(tx, act, account).await?,
    };
    history::tell(tx, act, account, &event, &ticket.id).await?;
    Ok(ticket)
}

/// True if the opener's address is that of a user of the account who confirmed it and may see its tickets: anybody can register with, or
/// enter, any other.
pub fn is_proved(ticket: &Ticket, account: &Account) -> bool {
    user_in(account, &ticket.opener().email).is_some()
}

/// The ticket as it would be if it were this account's (empty for nobody's), with its opener as the account knows them.
pub fn as_of(ticket: &Ticket, account: &Account) -> Ticket {
    let opener = opener_in(account, &ticket.opener());
    Ticket {
        account_id: account.exists.then(|| account.id.clone()),
        opener_kind: opener.kind,
        opener_id: opener.id,
        ..ticket.clone()
    }
}

/// The user of the account who confirmed this address, and may see its tickets.
fn user_in<'a>(account: &'a Account, email: &str) -> Option<&'a User> {
    account.users.iter().find(|one| {
        one.email_verified && email_key(&one.email) == email_key(email) && one.may(Permission::Tickets)
    })
}

/// The opener as such a user, or as one of the account's contacts; else as they were. A contact of another account is a guest.
fn opener_in(account: &Account, opener: &Person) -> Person {
    let contact = account.contacts.iter().find(|one| email_key(&one.email) == email_key(&opener.email));
    let (kind, id) = match (user_in(account, &opener.email), contact) {
        (Some(user), _) => ("user", user.id.as_str()),
        (None, Some(contact)) => ("contact", contact.id.as_str()),
        (None, None) if opener.kind == "contact" => ("guest", ""),
        (None, None) => (opener.kind.as_str(), opener.id.as_str()),
    };
    Person { kind: kind.to_owned(), id: id.to_owned(), ..opener.clone() }
}

/// True if this is staff giving a ticket to an account.
pub(super) fn is_giving(happened: &Happened) -> bool {
    happened.name == TicketAccountChanged::KIND.name && happened.body["before"]["exists"] == false
}

/// True if staff gave the ticket to the account that it is of, as far as events are kept.
///
/// # Errors
/// If the database is away.
pub async fn was_given(mut q: impl Query, ticket: &Ticket) -> Result<bool> {
    match ticket.account_id {
        Some(_) => store::remembers(&mut q, &ticket.id, TicketAccountChanged::KIND.name).await,
        None => Ok(false),
    }
}
