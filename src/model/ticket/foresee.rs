//! What would be announced if somebody wrote now, so that pages can say beforehand who would be told.

use super::{Arrival, Badge, Department, Reply, Ticket, badge, open::begun};
use crate::{
    db::Query,
    error::Result,
    event::{
        catalogue::{TicketOpened, TicketReplied},
        data::{Account, Person},
        guard::TicketOpen,
        outbox::Act,
    },
};

/// What would be announced if whoever acts wrote on the ticket, which is `account`'s (empty for a guest's).
///
/// # Errors
/// If the database is away.
pub async fn foresee_reply(
    q: impl Query,
    act: &Act,
    account: &Account,
    ticket: &Ticket,
) -> Result<TicketReplied> {
    let reply = Reply::new(act, badge_of(act, account), String::new(), "web", &Arrival::default());
    let mut ticket = Ticket { changed_at: act.at, closed_at: None, ..ticket.clone() };
    if let Some((status, waits)) = reply.turns() {
        (ticket.status, ticket.waits) = (status.into(), waits.key().into());
    }
    Ok(TicketReplied { ticket: ticket.seen(q, act.at).await?, reply: reply.seen() })
}

/// What would be announced if whoever acts opened a ticket as drafted with `department`.
///
/// # Errors
/// If the database is away.
pub async fn foresee_opening(
    q: impl Query,
    act: &Act,
    account: &Account,
    department: Department,
    draft: &TicketOpen,
) -> Result<TicketOpened> {
    foresee_opening_for(q, act, &act.actor, account, department, draft).await
}

/// As [`foresee_opening`], if whoever acts opened it for `opener`.
///
/// # Errors
/// If the database is away.
pub async fn foresee_opening_for(
    q: impl Query,
    act: &Act,
    opener: &Person,
    account: &Account,
    department: Department,
    draft: &TicketOpen,
) -> Result<TicketOpened> {
    let reply =
        Reply::new(act, badge_of(act, account), draft.body.clone(), &draft.origin, &Arrival::default());
    let ticket = begun(act.at, opener, account, department, draft);
    Ok(TicketOpened { ticket: ticket.seen(q, act.at).await?, reply: reply.seen() })
}

fn badge_of(act: &Act, account: &Account) -> Badge {
    badge(&act.actor, account, act.actor.kind == "user")
}
