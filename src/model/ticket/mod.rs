//! Tickets: a customer asks, staff answer.
//!
//! A ticket belongs to an account, or to nobody when a guest opened it. Every user of the account
//! with the permission sees and answers all of its tickets, whoever opened them.

mod around;
mod arrival;
mod assign;
mod badge;
mod cc;
mod close;
mod counts;
mod department;
mod foresee;
mod history;
mod list;
mod merge;
mod note;
mod open;
mod rate;
mod reply;
mod search;
mod served;
mod status;
mod store;
#[cfg(test)]
mod tests;
mod veil;
mod whose;

pub use arrival::Arrival;
pub use assign::{assign, let_go, move_to, set_priority};
pub use badge::{Badge, badge};
pub use cc::{MOST_CC, change_cc, may_be_copied};
pub use close::{close, reopen};
pub use counts::{Counted, Counts, MOST_IN_QUEUE, counts};
pub use department::{
    Department, NewDepartment, add_department, change_department, department_of, departments,
    ensure_department, members, remove_department,
};
pub use foresee::{foresee_opening, foresee_opening_for, foresee_reply};
pub use history::{Happened, history, told_by};
pub use list::{Assigned, Filter, Line, Show, answered, list};
pub use merge::{may_merge, merge, split, standing};
pub use note::{Note, note, notes};
pub use open::{LONGEST_SUBJECT, PRIORITIES, open, open_for, open_from};
pub use rate::{LONGEST_COMMENT, Rating, rate};
pub use reply::{LONGEST, Reply, by_message_id, replies, reply, reply_from};
pub use served::{Served, served};
pub use status::{
    LONGEST_STATUS, NewStatus, Status, Waits, add_status, remove_status, rename_status, save_status,
    set_status, status, statuses,
};
pub(crate) use veil::{veiled, veiled_bytes};
pub use whose::{as_of, give_to, is_proved, take_back, was_given};

use super::account;
use crate::{
    db::{Query, Tx},
    error::{Error, Kind, Result},
    event::{
        data::{self, Person},
        outbox::Act,
    },
};
use around::Crews;
use sqlx::FromRow;

/// The status of a ticket just opened.
pub const OPEN: &str = "Open";
/// The status after staff wrote.
pub const ANSWERED: &str = "Answered";
/// The status after a customer wrote.
pub const CUSTOMER_REPLY: &str = "Customer-Reply";
/// The status of a ticket that takes no more replies.
pub const CLOSED: &str = "Closed";
/// Our own statuses; operators may have others.
pub const STATUSES: [&str; 6] = [OPEN, ANSWERED, CUSTOMER_REPLY, "On Hold", "In Progress", CLOSED];

/// A ticket.
#[derive(Clone, Debug, FromRow)]
pub struct Ticket {
    /// Stable id.
    pub id: String,
    /// What is printed in subjects and addresses of pages.
    pub reference: String,
    /// The account, unless a guest opened it.
    pub account_id: Option<String>,
    department_id: String,
    /// The department's name.
    pub department: String,
    department_email: String,
    department_hidden: bool,
    /// Subject as typed.
    pub subject: String,
    /// `Open`, `Answered`, `Customer-Reply`, `On Hold`, `In Progress`, `Closed`, or the operator's own.
    pub status: String,
    waits: String,
    /// `Low`, `Medium` or `High`.
    pub priority: String,
    opener_kind: String,
    opener_id: String,
    /// The name of who opened it.
    pub opener_name: String,
    opener_email: String,
    /// The member of staff who has it.
    pub assignee_id: Option<String>,
    cc: String,
    related_kind: String,
    related_id: String,
    /// The service or domain that it is about; empty if none was named.
    pub related_name: String,
    /// When it was opened.
    pub opened_at: i64,
    /// When somebody last wrote, or changed the status.
    pub changed_at: i64,
    /// When it was closed, if it is.
    pub closed_at: Option<i64>,
    /// When somebody last wrote.
    written_at: i64,
    /// Id of the ticket that it is part of now; see [`standing`].
    pub merged_into: Option<String>,
}

impl Ticket {
    /// True if it takes no more replies.
    pub fn is_closed(&self) -> bool {
        self.closed_at.is_some()
    }

    /// Lets nobody change a ticket that is part of another one now.
    fn is_whole(&self) -> Result<()> {
        if self.merged_into.is_some() { Err(Error::conflict("ticket-merged")) } else { Ok(()) }
    }

    /// Who opened it.
    pub fn opener(&self) -> Person {
        Person {
            exists: true,
            kind: self.opener_kind.clone(),
            id: self.opener_id.clone(),
            name: self.opener_name.clone(),
            email: self.opener_email.clone(),
        }
    }

    /// Copied addresses.
    pub fn cc(&self) -> Vec<String> {
        self.cc.lines().map(str::to_owned).collect()
    }

    /// For whom it waits.
    pub fn waits(&self) -> Waits {
        Waits::from_key(&self.waits).unwrap_or(Waits::Staff)
    }

    /// Id of its department.
    pub fn department_id(&self) -> &str {
        &self.department_id
    }

    fn goes_to(&mut self, department: Department) {
        self.department_id = department.id;
        self.department = department.name;
        self.department_email = department.email;
        self.department_hidden = department.hidden;
    }
}

/// Whose tickets are meant.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// This account's: a customer looks.
    Account(&'a str),
    /// Everybody's: staff look.
    Staff,
    /// Those that an agent of this id serves; see [`served`].
    Desk(&'a str),
}

impl Scope<'_> {
    fn covers(self, ticket: &Ticket) -> bool {
        match self {
            Scope::Account(account_id) => ticket.account_id.as_deref() == Some(account_id),
            Scope::Staff | Scope::Desk(_) => true,
        }
    }
}

/// The ticket of this reference.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `ticket` if there is none, or it is another account's,
/// or none that the agent serves.
pub async fn find(mut q: impl Query, scope: Scope<'_>, reference: &str) -> Result<Ticket> {
    let ticket = store::by_reference(&mut q, reference).await?.filter(|ticket| scope.covers(ticket));
    let ticket = ticket.ok_or_else(|| Error::not_found("ticket"))?;
    match scope {
        Scope::Desk(staff_id) if !served::reaches(&mut q, staff_id, &ticket).await? => {
            Err(Error::not_found("ticket"))
        }
        _ => Ok(ticket),
    }
}

/// The ticket of this id, whosever it is.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, ticket_id: &str) -> Result<Option<Ticket>> {
    store::by_id(&mut q, ticket_id).await
}

/// The ticket as hooks see it at `at`, for the draft of a reply.
///
/// # Errors
/// If the database is away.
pub async fn snapshot(q: impl Query, ticket: &Ticket, at: i64) -> Result<data::Ticket> {
    ticket.seen(q, at).await
}

/// Up to `limit` tickets that are not closed, of all accounts and of guests, whose ids come after `after`.
///
/// # Errors
/// If the database is away.
pub async fn open_after(mut q: impl Query, after: &str, limit: i64) -> Result<Vec<Ticket>> {
    store::open_after(&mut q, after, limit).await
}

/// Tickets as hooks see them at `at`, in the order given.
///
/// # Errors
/// If the database is away.
pub async fn snapshots(mut q: impl Query, tickets: &[Ticket], at: i64) -> Result<Vec<data::Ticket>> {
    let (mut crews, mut seen) = (Crews::default(), Vec::with_capacity(tickets.len()));
    for ticket in tickets {
        seen.push(ticket.seen_with(&mut q, &mut crews, at).await?);
    }
    Ok(seen)
}

/// The ticket of this reference, which is held, and its account (empty for a guest's).
async fn held(tx: &mut Tx, scope: Scope<'_>, reference: &str) -> Result<(Ticket, data::Account)> {
    let ticket = find(&mut *tx, scope, reference).await?;
    let account = hold(tx, &ticket).await?;
    // Whoever held it before us may have changed the ticket.
    Ok((find(&mut *tx, scope, reference).await?, account))
}

/// Holds a ticket until the transaction ends, so that what is read of it afterwards stays true: by its account, whose
/// snapshot this gives, or by itself if it has none. Whoever held it before us may have given it to another account: then
/// nothing of what was asked for may be done for this one.
async fn hold(tx: &mut Tx, ticket: &Ticket) -> Result<data::Account> {
    if ticket.account_id.is_none() {
        store::hold(tx, &ticket.id).await?;
    }
    let account = account_of(tx, ticket.account_id.as_deref()).await?;
    let now = store::by_id(&mut &mut *tx, &ticket.id).await?;
    match now.is_some_and(|now| now.account_id == ticket.account_id) {
        true => Ok(account),
        false => Err(Error::conflict("conflict")),
    }
}

/// Holds the account of a ticket, if it has one, and gives its snapshot, or an empty one.
async fn account_of(tx: &mut Tx, account_id: Option<&str>) -> Result<data::Account> {
    match account_id {
        Some(account_id) => {
            account::hold(tx, account_id).await?;
            account::snapshot(&mut *tx, account_id).await
        }
        None => Ok(data::Account::default()),
    }
}

/// Lets nobody but staff go on, or the house itself.
fn staff_only(act: &Act) -> Result<()> {
    let may = ["staff", "system"].contains(&act.actor.kind.as_str());
    if may { Ok(()) } else { Err(Error::new(Kind::Forbidden, "staff-only")) }
}

/// The ticket of this id, if whoever acts may write on it for `account`: staff on all, others on
/// tickets of the account that they act for, a guest on their own, and the house for no account on guests'.
async fn reachable(mut tx: &mut Tx, act: &Act, account: &data::Account, ticket_id: &str) -> Result<Ticket> {
    let ticket = store::by_id(&mut tx, ticket_id).await?.filter(|ticket| match &ticket.account_id {
        _ if act.actor.kind == "staff" => true,
        Some(account_id) => account.exists && account.id == *account_id,
        None if act.actor.kind == "system" => !account.exists,
        None if act.actor.email.is_empty() => false,
        None => {
            let theirs = |email: &str| email.to_lowercase() == act.actor.email.to_lowercase();
            theirs(&ticket.opener_email) || ticket.cc.lines().any(theirs)
        }
    });
    ticket.ok_or_else(|| Error::not_found("ticket"))
}
