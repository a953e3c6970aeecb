//! A ticket gets another status, one of ours or the operator's own.

use super::{CLOSED, STATUSES, Ticket, account_of, everybody, reachable, staff_only, store};
use crate::{
    db::Tx,
    error::Result,
    event::{
        catalogue::TicketStatusChanged,
        data::Account,
        outbox::{self, Act},
    },
    model::required_line,
};

/// How long a status may be, in characters.
pub const LONGEST_STATUS: usize = 40;

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
/// already. `Closed` closes it, any other opens it again.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `ticket`; [`Kind::Forbidden`](crate::error::Kind::Forbidden)
/// `staff-only`; [`Kind::Invalid`](crate::error::Kind::Invalid) naming `status`; else as
/// [`hold`](crate::model::account::hold).
pub async fn set_status(
    tx: &mut Tx,
    act: &Act,
    account: &Account,
    ticket_id: &str,
    typed: &str,
) -> Result<Option<Ticket>> {
    staff_only(act)?;
    let status = status(typed)?;
    let account_id = reachable(tx, act, account, ticket_id).await?.account_id;
    let account = account_of(tx, account_id.as_deref()).await?;
    let mut ticket = reachable(tx, act, &account, ticket_id).await?;
    if ticket.status == status {
        return Ok(None);
    }
    let closed_at = (status == CLOSED).then_some(act.at);
    let before = std::mem::replace(&mut ticket.status, status);
    (ticket.changed_at, ticket.closed_at) = (act.at, closed_at);
    store::set_status(tx, &ticket).await?;
    let seen = ticket.seen(&everybody(&mut *tx).await?, act.at);
    outbox::emit(tx, act, &account, &TicketStatusChanged { ticket: seen, before }, &[]).await?;
    Ok(Some(ticket))
}
