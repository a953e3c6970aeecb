//! The desk: queues, tickets, and what staff do with them.
//!
//! An agent reaches the tickets that they serve, an admin all: every handler finds its ticket with [`find`],
//! or with [`reached`] where a merged one leads on.

mod bulk;
mod change;
mod mail;
mod merge;
mod new;
mod one;
mod presence;
mod queue;
mod reply;
mod split;
mod told;
mod whose;

pub use bulk::bulk;
pub use change::{cc, change, close, reopen};
pub use mail::{mail, mail_html, mail_raw};
pub use merge::{merge, show_merge};
pub use new::{open, show_new};
pub use one::{file, show};
pub use presence::presence;
pub use queue::list;
pub use reply::{canned, note, reply};
pub use split::{show_split, split};
pub use whose::{give, show_account};

use crate::{
    db::Query,
    error::Result,
    event::data::Account,
    model::{
        account,
        staff::Role,
        ticket::{self, Scope, Ticket},
    },
    web::{access::AnyStaff, access::OnDuty},
};

/// Which tickets this member of staff reaches.
fn scope(visit: &AnyStaff) -> Result<Scope<'_>> {
    let me = visit.me()?;
    Ok(if me.role == Role::Admin { Scope::Staff } else { Scope::Desk(&me.id) })
}

/// The ticket of this reference, if this member of staff reaches it.
async fn find(visit: &AnyStaff, reference: &str) -> Result<Ticket> {
    ticket::find(&visit.app().db, scope(visit)?, reference).await
}

/// The ticket that the one of this reference is part of now, if this member of staff reaches both: who serves the one need
/// not serve the other.
async fn reached(visit: &AnyStaff, reference: &str) -> Result<Ticket> {
    let found = find(visit, reference).await?;
    let standing = ticket::standing(&visit.app().db, found).await?;
    if standing.reference == reference { Ok(standing) } else { find(visit, &standing.reference).await }
}

/// The account of a ticket as hooks see it; empty for a guest's.
async fn account_of(q: impl Query, ticket: &Ticket) -> Result<Account> {
    match &ticket.account_id {
        Some(id) => account::snapshot(q, id).await,
        None => Ok(Account::default()),
    }
}

fn path(reference: &str) -> String {
    format!("/admin/tickets/{reference}")
}
