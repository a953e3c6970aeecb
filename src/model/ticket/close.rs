//! A matter is settled.

use super::{CLOSED, Scope, Ticket, account_of, everybody, find, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::TicketStatusChanged,
        outbox::{self, Act},
    },
};

/// Closes the ticket of this reference: it takes no more replies.
///
/// # Errors
/// As [`find`]; [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-closed` if it is closed already;
/// else as [`hold`](crate::model::account::hold).
pub async fn close(tx: &mut Tx, act: &Act, scope: Scope<'_>, reference: &str) -> Result<Ticket> {
    let account_id = find(&mut *tx, scope, reference).await?.account_id;
    let account = account_of(tx, account_id.as_deref()).await?;
    let mut ticket = find(&mut *tx, scope, reference).await?;
    if ticket.is_closed() {
        return Err(Error::conflict("ticket-closed"));
    }
    let before = std::mem::replace(&mut ticket.status, CLOSED.into());
    ticket.changed_at = act.at;
    ticket.closed_at = Some(act.at);
    if !store::closed(tx, &ticket).await? {
        return Err(Error::conflict("ticket-closed"));
    }
    let seen = ticket.seen(&everybody(&mut *tx).await?, act.at);
    outbox::emit(tx, act, &account, &TicketStatusChanged { ticket: seen, before }, &[]).await?;
    Ok(ticket)
}
