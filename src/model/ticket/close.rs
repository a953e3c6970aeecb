//! A matter is settled, or turns out not to be.

use super::{CLOSED, OPEN, Scope, Ticket, held, status};
use crate::{
    clock::DAY,
    config::Tickets,
    db::Tx,
    error::{Error, Result},
    event::outbox::Act,
};

/// Closes the ticket of this reference: it takes no more replies, unless it is opened again.
///
/// # Errors
/// As [`find`](super::find); [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-closed` if it is
/// closed already; else as [`hold`](crate::model::account::hold).
pub async fn close(tx: &mut Tx, act: &Act, scope: Scope<'_>, reference: &str) -> Result<Ticket> {
    let (ticket, account) = held(tx, scope, reference).await?;
    if ticket.is_closed() {
        return Err(Error::conflict("ticket-closed"));
    }
    let closed = status::ensured(tx, CLOSED).await?;
    status::turn(tx, act, &account, ticket, &closed).await
}

/// Opens a closed ticket again. Staff may always; customers as long as the operator lets them.
///
/// # Errors
/// As [`find`](super::find); [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-open` if it is not
/// closed, `ticket-merged` if it is part of another one, `ticket-too-old` if it was closed too long ago;
/// else as [`hold`](crate::model::account::hold).
pub async fn reopen(
    tx: &mut Tx,
    act: &Act,
    scope: Scope<'_>,
    reference: &str,
    rules: &Tickets,
) -> Result<Ticket> {
    let (ticket, account) = held(tx, scope, reference).await?;
    if !ticket.is_closed() {
        return Err(Error::conflict("ticket-open"));
    }
    let staff = !matches!(scope, Scope::Account(_));
    if !staff && !ticket.reopens(act.at, rules.reopen_days.max(0).saturating_mul(DAY)) {
        return Err(Error::conflict("ticket-too-old"));
    }
    let open = status::ensured(tx, OPEN).await?;
    status::turn(tx, act, &account, ticket, &open).await
}

impl Ticket {
    /// True if it is closed, and a customer may still open it again: for `within` milliseconds.
    pub fn reopens(&self, at: i64, within: i64) -> bool {
        within > 0
            && self.merged_into.is_none()
            && self.closed_at.is_some_and(|closed_at| at - closed_at <= within)
    }
}
