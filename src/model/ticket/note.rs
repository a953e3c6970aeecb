//! Notes: what staff and scripts write on a ticket for staff. Customers never see them.

use super::{Ticket, hold, reachable, reply::message, search, staff_only, store};
use crate::{
    db::{Query, Tx},
    error::Result,
    event::{
        catalogue::TicketNoted,
        data::{self, Account, Person},
        outbox::{self, Act},
    },
    id,
};
use sqlx::FromRow;

/// A note on a ticket.
#[derive(Clone, Debug, FromRow)]
pub struct Note {
    /// Stable id.
    pub id: String,
    pub(super) author_kind: String,
    pub(super) author_id: String,
    /// The name of who wrote it.
    pub author_name: String,
    pub(super) author_email: String,
    /// The text.
    pub body: String,
    /// When it was written.
    pub at: i64,
}

impl Note {
    fn new(act: &Act, body: String) -> Self {
        let Person { kind, id, name, email, .. } = act.actor.clone();
        Self {
            id: id::new("not", act.at),
            author_kind: kind,
            author_id: id,
            author_name: name,
            author_email: email,
            body,
            at: act.at,
        }
    }

    fn seen(&self) -> data::Note {
        data::Note {
            exists: true,
            id: self.id.clone(),
            author: Person {
                exists: true,
                kind: self.author_kind.clone(),
                id: self.author_id.clone(),
                name: self.author_name.clone(),
                email: self.author_email.clone(),
            },
            body: self.body.clone(),
        }
    }
}

/// Writes a note on a ticket of `account` (empty for a guest's), open or closed. The ticket stays as it
/// is: nobody but staff is to see that anything happened.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `ticket`; [`Kind::Forbidden`](crate::error::Kind::Forbidden)
/// `staff-only`; [`Kind::Invalid`](crate::error::Kind::Invalid) naming `body`; else as
/// [`hold`](crate::model::account::hold).
pub async fn note(tx: &mut Tx, act: &Act, account: &Account, ticket_id: &str, body: &str) -> Result<Note> {
    staff_only(act)?;
    let ticket = reachable(tx, act, account, ticket_id).await?;
    let account = hold(tx, &ticket).await?;
    let ticket = reachable(tx, act, &account, ticket_id).await?;
    let note = Note::new(act, message(body)?);
    store::insert_note(tx, &ticket.id, &note).await?;
    search::note(tx, &ticket, &note).await?;
    let seen = ticket.seen(&mut *tx, act.at).await?;
    outbox::emit(tx, act, &account, &TicketNoted { ticket: seen, note: note.seen() }, &[]).await?;
    Ok(note)
}

/// The notes on a ticket, oldest first: for staff.
///
/// # Errors
/// If the database is away.
pub async fn notes(mut q: impl Query, ticket: &Ticket) -> Result<Vec<Note>> {
    store::notes(&mut q, &ticket.id).await
}
