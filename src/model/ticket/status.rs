//! Statuses: where a ticket stands. Six are ours; operators have their own beside them.

use super::{STATUSES, Ticket, badge::badge_of, history, hold, reachable, staff_only, store};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{
            TicketClosed, TicketReopened, TicketStatusChanged, TicketStatusRemoved, TicketStatusSaved,
        },
        data::{self, Account},
        outbox::{self, Act},
    },
    model::required_line,
};
use sqlx::FromRow;

/// How long a status may be, in characters.
pub const LONGEST_STATUS: usize = 40;

/// For whom a ticket waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Staff must do something.
    Staff,
    /// The customer must.
    Customer,
    /// Nobody: it is closed.
    Nobody,
}

impl Waits {
    /// All of them.
    pub const ALL: [Waits; 3] = [Waits::Staff, Waits::Customer, Waits::Nobody];

    /// The key in the database, in events and in message files.
    pub const fn key(self) -> &'static str {
        match self {
            Waits::Staff => "staff",
            Waits::Customer => "customer",
            Waits::Nobody => "nobody",
        }
    }

    /// The one of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|waits| waits.key() == key)
    }
}

/// Where a ticket may stand.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Status {
    /// Its name, which tickets bear.
    pub name: String,
    /// Its colour, as `#rrggbb`.
    pub colour: String,
    /// Its place in lists.
    pub position: i64,
    pub(super) waits: String,
    /// True for the six that the house itself sets, which cannot be removed.
    pub ours: bool,
}

impl Status {
    /// For whom tickets of this status wait.
    pub fn waits(&self) -> Waits {
        Waits::from_key(&self.waits).unwrap_or(Waits::Staff)
    }

    fn seen(&self) -> data::Status {
        data::Status {
            exists: true,
            name: self.name.clone(),
            waits_for: self.waits.clone(),
            colour: self.colour.clone(),
        }
    }
}

/// All statuses, in the operator's order.
///
/// # Errors
/// If the database is away.
pub async fn statuses(mut q: impl Query) -> Result<Vec<Status>> {
    store::statuses(&mut q).await
}

/// A status as staff type it.
#[derive(Clone, Debug)]
pub struct NewStatus {
    /// Its name.
    pub name: String,
    /// Its colour, as `#rrggbb`.
    pub colour: String,
    /// Its place in lists.
    pub position: i64,
    /// For whom tickets of this status wait; of ours this stays as it is.
    pub waits: Waits,
}

/// Adds a status of the operator's own, or changes colour, place and meaning of the one of this name.
/// Tickets that have it follow.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `name` or `colour`.
pub async fn save_status(tx: &mut Tx, act: &Act, typed: &NewStatus) -> Result<Status> {
    let stored = keep(tx, typed).await?;
    let event = TicketStatusSaved { status: stored.seen(), before: String::new() };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(stored)
}

/// As [`save_status`], for one that is not there yet.
///
/// # Errors
/// As [`save_status`]; [`Kind::Conflict`](crate::error::Kind::Conflict) `status-taken` on `name`.
pub async fn add_status(mut tx: &mut Tx, act: &Act, typed: &NewStatus) -> Result<Status> {
    if store::status(&mut tx, &named(&typed.name)?).await?.is_some() {
        return Err(Error::conflict("status-taken").and_field("name", "status-taken"));
    }
    save_status(tx, act, typed).await
}

async fn keep(tx: &mut Tx, typed: &NewStatus) -> Result<Status> {
    let name = named(&typed.name)?;
    let colour = typed.colour.trim().to_lowercase();
    let digits = colour.strip_prefix('#').unwrap_or_default();
    if digits.len() != 6 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Error::field("colour", "choice"));
    }
    let waits = typed.waits.key().to_owned();
    let new = Status { name, colour, position: typed.position, waits, ours: false };
    store::save_status(tx, &new).await?;
    let stored = store::status(&mut &mut *tx, &new.name).await?.unwrap_or(new);
    store::align_tickets(tx, &stored).await?;
    Ok(stored)
}

fn named(typed: &str) -> Result<String> {
    status(typed).map_err(|error| Error::field("name", error.fields.first().map_or("required", |f| f.code)))
}

/// As [`save_status`], for a status of the operator's own that has another name from now on, on all tickets
/// that have it.
///
/// # Errors
/// As [`save_status`]; [`Kind::NotFound`](crate::error::Kind::NotFound) `status`;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `status-ours`, or `status-taken` on `name`.
pub async fn rename_status(mut tx: &mut Tx, act: &Act, name: &str, typed: &NewStatus) -> Result<Status> {
    let found = own(tx, name).await?;
    let taken = store::status(&mut tx, &named(&typed.name)?).await?.is_some_and(|one| one.name != found.name);
    if taken {
        return Err(Error::conflict("status-taken").and_field("name", "status-taken"));
    }
    let stored = keep_beside(tx, &found, typed).await?;
    let event = TicketStatusSaved { status: stored.seen(), before: found.name };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(stored)
}

/// Stores the status under its new name; the old one, which may differ by capitals alone, goes first.
async fn keep_beside(tx: &mut Tx, found: &Status, typed: &NewStatus) -> Result<Status> {
    store::remove_status(tx, &found.name).await?;
    let stored = keep(tx, typed).await?;
    if stored.name != found.name {
        store::restatus_all(tx, &found.name, &stored.name).await?;
    }
    store::align_tickets(tx, &stored).await?;
    Ok(stored)
}

/// Removes a status of the operator's own. Tickets that have it get the status `to`, all at once: one event
/// tells of it.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `status`; [`Kind::Conflict`](crate::error::Kind::Conflict)
/// `status-ours`, or `status-used` if tickets have it and get no other.
pub async fn remove_status(mut tx: &mut Tx, act: &Act, name: &str, to: Option<&str>) -> Result<()> {
    let found = own(tx, name).await?;
    let to = match to {
        None => None,
        Some(to) => store::status(&mut tx, to).await?.filter(|to| to.name != found.name),
    };
    let used = store::has_status(&mut tx, &found.name).await?;
    match &to {
        Some(to) if used => {
            store::restatus_all(tx, &found.name, &to.name).await?;
            store::align_tickets(tx, to).await?;
        }
        None if used => return Err(Error::conflict("status-used").and_field("to", "status-used")),
        _ => {}
    }
    store::remove_status(tx, &found.name).await?;
    let tickets_to = to.filter(|_| used).map(|to| to.name).unwrap_or_default();
    let event = TicketStatusRemoved { status: found.seen(), tickets_to };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await.map(drop)
}

/// The status of this name, which must be the operator's own.
async fn own(mut tx: &mut Tx, name: &str) -> Result<Status> {
    let found = store::status(&mut tx, name).await?.ok_or_else(|| Error::not_found("status"))?;
    if found.ours { Err(Error::conflict("status-ours")) } else { Ok(found) }
}

/// A typed status: ours in our spelling, whatever the capitals; the operator's own as it is.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `status` if it is empty or too long.
pub fn status(typed: &str) -> Result<String> {
    let typed = required_line("status", typed, LONGEST_STATUS)?;
    let ours = STATUSES.into_iter().find(|ours| ours.eq_ignore_ascii_case(&typed));
    Ok(ours.map_or(typed, str::to_owned))
}

/// Gives a ticket of `account` (empty for a guest's) another status; nothing if it has that one
/// already. One that closes closes it, any other opens it again. A name that nobody has made a status
/// yet becomes one that waits for staff, so that no ticket falls out of every queue.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `ticket`; [`Kind::Forbidden`](crate::error::Kind::Forbidden)
/// `staff-only`; [`Kind::Invalid`](crate::error::Kind::Invalid) naming `status`;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-merged`; else as
/// [`hold`](crate::model::account::hold).
pub async fn set_status(
    tx: &mut Tx,
    act: &Act,
    account: &Account,
    ticket_id: &str,
    typed: &str,
) -> Result<Option<Ticket>> {
    staff_only(act)?;
    let name = status(typed)?;
    let ticket = reachable(tx, act, account, ticket_id).await?;
    let account = hold(tx, &ticket).await?;
    let ticket = reachable(tx, act, &account, ticket_id).await?;
    let status = ensured(tx, &name).await?;
    if ticket.status == status.name {
        return Ok(None);
    }
    Ok(Some(turn(tx, act, &account, ticket, &status).await?))
}

/// The status of this name, whatever its capitals; made if there is none.
pub(super) async fn ensured(mut tx: &mut Tx, name: &str) -> Result<Status> {
    if let Some(known) = store::status(&mut tx, name).await? {
        return Ok(known);
    }
    let new =
        NewStatus { name: name.to_owned(), colour: "#525b66".to_owned(), position: 100, waits: Waits::Staff };
    keep(tx, &new).await
}

/// Gives the ticket this status, and tells of it; of closing and opening again, too.
pub(super) async fn turn(
    tx: &mut Tx,
    act: &Act,
    account: &Account,
    mut ticket: Ticket,
    status: &Status,
) -> Result<Ticket> {
    ticket.is_whole()?;
    let was_closed = ticket.is_closed();
    let closed = status.waits() == Waits::Nobody;
    let before = std::mem::replace(&mut ticket.status, status.name.clone());
    ticket.waits.clone_from(&status.waits);
    ticket.closed_at = closed.then(|| ticket.closed_at.unwrap_or(act.at));
    ticket.changed_at = act.at;
    if !store::set_status(tx, &ticket, &before).await? {
        return Err(Error::conflict(if closed { "ticket-closed" } else { "ticket-changed" }));
    }
    let badge = badge_of(tx, act, account).await?;
    let seen = ticket.seen(&mut *tx, act.at).await?;
    let changed = TicketStatusChanged { ticket: seen.clone(), before: before.clone(), badge: badge.clone() };
    history::tell(tx, act, account, &changed, &ticket.id).await?;
    if closed && !was_closed {
        outbox::emit(tx, act, account, &TicketClosed { ticket: seen, before, badge }, &[]).await?;
    } else if was_closed && !closed {
        outbox::emit(tx, act, account, &TicketReopened { ticket: seen, before, badge }, &[]).await?;
    }
    Ok(ticket)
}
