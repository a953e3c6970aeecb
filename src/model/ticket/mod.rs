//! Tickets: a customer asks, staff answer.
//!
//! A ticket belongs to an account, or to nobody when a guest opened it. Every user of the account
//! with the permission sees and answers all of its tickets, whoever opened them.

mod badge;
mod close;
mod department;
mod foresee;
mod list;
mod note;
mod open;
mod reply;
mod status;
mod store;
#[cfg(test)]
mod tests;

pub use badge::{Badge, badge};
pub use close::close;
pub use department::{Department, departments, ensure_department};
pub use foresee::{foresee_opening, foresee_reply};
pub use list::{Line, Show, answered, list};
pub use note::{Note, note, notes};
pub use open::{LONGEST_SUBJECT, PRIORITIES, open, open_for};
pub use reply::{LONGEST, Reply, reply};
pub use status::{LONGEST_STATUS, set_status, status};

use super::{account, staff};
use crate::{
    db::{Query, Tx},
    error::{Error, Kind, Result},
    event::{
        data::{self, Person, Span, Time},
        outbox::Act,
    },
};
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
    /// Subject as typed.
    pub subject: String,
    /// `Open`, `Answered`, `Customer-Reply`, `On Hold`, `In Progress`, `Closed`, or the operator's own.
    pub status: String,
    /// `Low`, `Medium` or `High`.
    pub priority: String,
    opener_kind: String,
    opener_id: String,
    /// The name of who opened it.
    pub opener_name: String,
    opener_email: String,
    assignee_id: Option<String>,
    cc: String,
    /// When it was opened.
    pub opened_at: i64,
    /// When somebody last wrote, or changed the status.
    pub changed_at: i64,
    /// When it was closed, if it is.
    pub closed_at: Option<i64>,
    /// When somebody last wrote.
    written_at: i64,
}

impl Ticket {
    /// True if it takes no more replies.
    pub fn is_closed(&self) -> bool {
        self.closed_at.is_some()
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

    /// The ticket as events and hooks see it at `at`, with the members of `staff`.
    fn seen(&self, staff: &[Person], at: i64) -> data::Ticket {
        let assignee = staff.iter().find(|person| Some(&person.id) == self.assignee_id.as_ref());
        data::Ticket {
            exists: true,
            id: self.id.clone(),
            reference: self.reference.clone(),
            subject: self.subject.clone(),
            status: self.status.clone(),
            priority: self.priority.clone(),
            department: data::Department {
                exists: true,
                id: self.department_id.clone(),
                name: self.department.clone(),
                email: self.department_email.clone(),
            },
            opener: self.opener(),
            assignee: assignee.cloned().unwrap_or_default(),
            staff: staff.to_vec(),
            cc: self.cc(),
            opened_at: Time(self.opened_at),
            quiet_for: Span((at - self.written_at).max(0)),
        }
    }
}

/// Whose tickets are meant.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// This account's: a customer looks.
    Account(&'a str),
    /// Everybody's: staff look.
    Staff,
}

impl Scope<'_> {
    fn covers(self, ticket: &Ticket) -> bool {
        match self {
            Scope::Account(account_id) => ticket.account_id.as_deref() == Some(account_id),
            Scope::Staff => true,
        }
    }
}

/// The ticket of this reference.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `ticket` if there is none, or it is another account's.
pub async fn find(mut q: impl Query, scope: Scope<'_>, reference: &str) -> Result<Ticket> {
    let ticket = store::by_reference(&mut q, reference).await?.filter(|ticket| scope.covers(ticket));
    ticket.ok_or_else(|| Error::not_found("ticket"))
}

/// The ticket of this id, whosever it is.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, ticket_id: &str) -> Result<Option<Ticket>> {
    store::by_id(&mut q, ticket_id).await
}

/// The messages of a ticket, oldest first.
///
/// # Errors
/// If the database is away.
pub async fn replies(mut q: impl Query, ticket: &Ticket) -> Result<Vec<Reply>> {
    store::replies(&mut q, &ticket.id).await
}

/// The ticket as hooks see it at `at`, for the draft of a reply.
///
/// # Errors
/// If the database is away.
pub async fn snapshot(q: impl Query, ticket: &Ticket, at: i64) -> Result<data::Ticket> {
    Ok(ticket.seen(&everybody(q).await?, at))
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
pub async fn snapshots(q: impl Query, tickets: &[Ticket], at: i64) -> Result<Vec<data::Ticket>> {
    let staff = everybody(q).await?;
    Ok(tickets.iter().map(|ticket| ticket.seen(&staff, at)).collect())
}

/// All members of staff; all see all departments' tickets.
async fn everybody(q: impl Query) -> Result<Vec<Person>> {
    Ok(staff::list(q).await?.iter().map(staff::person).collect())
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
        None => {
            !ticket.opener_email.is_empty()
                && ticket.opener_email.to_lowercase() == act.actor.email.to_lowercase()
        }
    });
    ticket.ok_or_else(|| Error::not_found("ticket"))
}
