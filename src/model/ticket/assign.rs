//! Who does what next: assignee, department, priority.

use super::{
    PRIORITIES, Scope, Ticket, around::member_of_staff, badge::badge_of, held, history, staff_only, store,
};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::{TicketAssigned, TicketMoved, TicketPriorityChanged},
        data::Person,
        outbox::Act,
    },
};

/// Gives the ticket to a member of staff, or to nobody; nothing if it is so already.
///
/// # Errors
/// As [`find`](super::find); [`Kind::NotFound`](crate::error::Kind::NotFound) `staff`;
/// [`Kind::Forbidden`](crate::error::Kind::Forbidden) `staff-only`; else as
/// [`hold`](crate::model::account::hold).
pub async fn assign(
    tx: &mut Tx,
    act: &Act,
    reference: &str,
    staff_id: Option<&str>,
) -> Result<Option<Ticket>> {
    staff_only(act)?;
    let (mut ticket, account) = held(tx, Scope::Staff, reference).await?;
    if ticket.assignee_id.as_deref() == staff_id {
        return Ok(None);
    }
    if let Some(staff_id) = staff_id {
        ticket.is_whole()?;
        member_of_staff(&mut *tx, staff_id).await?;
    }
    let before = match &ticket.assignee_id {
        Some(id) => store::member(&mut &mut *tx, id).await?.map(|row| row.person("staff")),
        None => None,
    };
    ticket.assignee_id = staff_id.map(str::to_owned);
    store::set_assignee(tx, &ticket).await?;
    let event = TicketAssigned {
        ticket: ticket.seen(&mut *tx, act.at).await?,
        before: before.unwrap_or_else(Person::default),
        badge: badge_of(tx, act, &account).await?,
    };
    history::tell(tx, act, &account, &event, &ticket.id).await?;
    Ok(Some(ticket))
}

/// Gives the open tickets that a member of staff has to nobody, for they leave.
///
/// # Errors
/// As [`assign`].
pub async fn let_go(tx: &mut Tx, act: &Act, staff_id: &str) -> Result<()> {
    for reference in store::held_by(&mut &mut *tx, staff_id).await? {
        assign(tx, act, &reference, None).await?;
    }
    Ok(())
}

/// Moves the ticket to the department of this id; nothing if it is there already. Its assignee keeps it.
///
/// # Errors
/// As [`find`](super::find); [`Kind::Invalid`](crate::error::Kind::Invalid) naming `department`;
/// [`Kind::Forbidden`](crate::error::Kind::Forbidden) `staff-only`; else as
/// [`hold`](crate::model::account::hold).
pub async fn move_to(tx: &mut Tx, act: &Act, reference: &str, department_id: &str) -> Result<Option<Ticket>> {
    staff_only(act)?;
    let (mut ticket, account) = held(tx, Scope::Staff, reference).await?;
    ticket.is_whole()?;
    if ticket.department_id == department_id {
        return Ok(None);
    }
    let department = store::department_by_id(&mut &mut *tx, department_id).await?;
    let department = department.ok_or_else(|| Error::field("department", "choice"))?;
    let before = ticket.seen(&mut *tx, act.at).await?.department;
    ticket.goes_to(department);
    store::set_department(tx, &ticket).await?;
    let event = TicketMoved {
        ticket: ticket.seen(&mut *tx, act.at).await?,
        before,
        badge: badge_of(tx, act, &account).await?,
    };
    history::tell(tx, act, &account, &event, &ticket.id).await?;
    Ok(Some(ticket))
}

/// Gives the ticket another priority; nothing if it has that one already.
///
/// # Errors
/// As [`find`](super::find); [`Kind::Invalid`](crate::error::Kind::Invalid) naming `priority`;
/// [`Kind::Forbidden`](crate::error::Kind::Forbidden) `staff-only`; else as
/// [`hold`](crate::model::account::hold).
pub async fn set_priority(tx: &mut Tx, act: &Act, reference: &str, priority: &str) -> Result<Option<Ticket>> {
    staff_only(act)?;
    let (mut ticket, account) = held(tx, Scope::Staff, reference).await?;
    if !PRIORITIES.contains(&priority) {
        return Err(Error::field("priority", "choice"));
    }
    ticket.is_whole()?;
    if ticket.priority == priority {
        return Ok(None);
    }
    let before = std::mem::replace(&mut ticket.priority, priority.to_owned());
    store::set_priority(tx, &ticket).await?;
    let event = TicketPriorityChanged {
        ticket: ticket.seen(&mut *tx, act.at).await?,
        before,
        badge: badge_of(tx, act, &account).await?,
    };
    history::tell(tx, act, &account, &event, &ticket.id).await?;
    Ok(Some(ticket))
}
