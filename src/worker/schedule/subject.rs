//! What a schedule goes over.

use crate::{
    db::Tx,
    error::{Error, Result},
    event::data::{self, Account},
    model::{account, invite, ticket},
};
use std::collections::{BTreeMap, btree_map::Entry};

/// One thing that has its turn.
#[derive(Debug, Default)]
pub struct Subject {
    /// Its id, by which rounds go.
    pub id: String,
    /// Its account; none for a guest's ticket.
    pub account_id: Option<String>,
    /// The ticket, if it is one.
    pub ticket: data::Ticket,
    /// The invite, if it is one.
    pub invite: data::Invite,
}

impl Subject {
    /// What its events keep their order with.
    pub fn stream(&self) -> &str {
        self.account_id.as_deref().unwrap_or(&self.id)
    }
}

/// Up to `limit` subjects of this kind whose ids come after `after`, in order of their ids: open
/// tickets, accounts that are not closed, or pending invites.
///
/// # Errors
/// If the database is away.
pub async fn after(tx: &mut Tx, kind: &str, after: &str, limit: i64, at: i64) -> Result<Vec<Subject>> {
    Ok(match kind {
        "ticket" => {
            let tickets = ticket::open_after(&mut *tx, after, limit).await?;
            let seen = ticket::snapshots(&mut *tx, &tickets, at).await?;
            let both = tickets.into_iter().zip(seen);
            let subject = |(row, ticket): (ticket::Ticket, data::Ticket)| Subject {
                id: row.id,
                account_id: row.account_id,
                ticket,
                ..Subject::default()
            };
            both.map(subject).collect()
        }
        "account" => {
            let ids = account::open_after(&mut *tx, after, limit).await?;
            let subject = |id: String| Subject { account_id: Some(id.clone()), id, ..Subject::default() };
            ids.into_iter().map(subject).collect()
        }
        "invite" => {
            let invites = invite::pending_after(&mut *tx, after, limit).await?;
            let subject = |(row, known): (invite::Invite, bool)| Subject {
                invite: row.seen(known),
                id: row.id,
                account_id: Some(row.account_id),
                ..Subject::default()
            };
            invites.into_iter().map(subject).collect()
        }
        _ => Vec::new(),
    })
}

/// The accounts of a page, each held and read once.
#[derive(Debug, Default)]
pub struct Accounts(BTreeMap<String, Option<Account>>);

impl Accounts {
    /// The subject's account; an empty one for a guest's ticket; none if it is closed, since nothing
    /// happens there any more.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn of(&mut self, tx: &mut Tx, subject: &Subject) -> Result<Option<&Account>> {
        let id = subject.account_id.clone().unwrap_or_default();
        let entry = match self.0.entry(id) {
            Entry::Occupied(known) => return Ok(known.into_mut().as_ref()),
            Entry::Vacant(entry) => entry,
        };
        let account = match &subject.account_id {
            None => Some(Account::default()),
            Some(id) => match account::hold(tx, id).await {
                Ok(_) => Some(account::snapshot(&mut *tx, id).await?),
                Err(Error { code: "account-closed", .. }) => None,
                Err(error) => return Err(error),
            },
        };
        Ok(entry.insert(account).as_ref())
    }
}
