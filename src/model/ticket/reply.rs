//! Somebody writes on a ticket.

use super::{ANSWERED, Badge, CUSTOMER_REPLY, Ticket, account_of, badge, everybody, reachable, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::TicketReplied,
        data::{self, Account, Person},
        guard::{Approved, TicketReply},
        outbox::{self, Act},
    },
    id,
    model::user,
};
use sqlx::FromRow;

/// How long a message may be, in characters.
pub const LONGEST: usize = 65_536;

/// One message of a ticket.
#[derive(Clone, Debug, FromRow)]
pub struct Reply {
    /// Stable id.
    pub id: String,
    pub(super) author_kind: String,
    pub(super) author_id: String,
    /// The name of who wrote it.
    pub author_name: String,
    pub(super) author_email: String,
    pub(super) badge: String,
    /// The text.
    pub body: String,
    /// When it was written.
    pub at: i64,
}

impl Reply {
    pub(super) fn new(act: &Act, badge: Badge, body: String) -> Self {
        let Person { kind, id, name, email, .. } = act.actor.clone();
        Self {
            id: id::new("rep", act.at),
            author_kind: kind,
            author_id: id,
            author_name: name,
            author_email: email,
            badge: badge.key().into(),
            body,
            at: act.at,
        }
    }

    /// Who wrote it.
    pub fn author(&self) -> Person {
        Person {
            exists: true,
            kind: self.author_kind.clone(),
            id: self.author_id.clone(),
            name: self.author_name.clone(),
            email: self.author_email.clone(),
        }
    }

    /// What the author was to the account when it was written; nothing for a badge that a later release wrote.
    pub fn badge(&self) -> Option<Badge> {
        Badge::from_key(&self.badge)
    }

    /// True if staff wrote it, or the house itself.
    pub fn from_staff(&self) -> bool {
        ["staff", "system"].contains(&self.author_kind.as_str())
    }

    /// The status of a ticket once this is written on it.
    pub(super) fn status(&self) -> &'static str {
        if self.from_staff() { ANSWERED } else { CUSTOMER_REPLY }
    }

    pub(super) fn seen(&self) -> data::Reply {
        data::Reply {
            exists: true,
            id: self.id.clone(),
            author: self.author(),
            badge: self.badge().map_or_else(|| self.badge.clone(), |badge| badge.label().to_owned()),
            from_staff: self.from_staff(),
            body: self.body.clone(),
        }
    }
}

/// Writes on the draft's ticket, by whoever acts: staff on any, others on tickets of the account
/// that the hooks were asked about. The ticket is `Answered` then, or `Customer-Reply`.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `ticket` also for another account's;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-closed`;
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `body`; else as [`hold`](crate::model::account::hold).
pub async fn reply(tx: &mut Tx, act: &Act, approved: &Approved<TicketReply>) -> Result<Ticket> {
    let (asked, draft) = (&approved.context().account, approved.draft());
    let account_id = reachable(tx, act, asked, &draft.ticket.id).await?.account_id;
    let account = account_of(tx, account_id.as_deref()).await?;
    // Whoever held the account before us may have closed the ticket.
    let mut ticket = reachable(tx, act, asked, &draft.ticket.id).await?;
    if ticket.is_closed() {
        return Err(Error::conflict("ticket-closed"));
    }
    let reply = Reply::new(act, author_badge(tx, &act.actor, &account).await?, message(&draft.body)?);
    ticket.status = reply.status().into();
    ticket.changed_at = act.at;
    if !store::replied(tx, &ticket).await? {
        return Err(Error::conflict("ticket-closed"));
    }
    store::insert_reply(tx, &ticket.id, &reply).await?;
    // How long it was quiet counts from the message before this one.
    let seen = ticket.seen(&everybody(&mut *tx).await?, act.at);
    outbox::emit(tx, act, &account, &TicketReplied { ticket: seen, reply: reply.seen() }, &[]).await?;
    Ok(Ticket { written_at: act.at, ..ticket })
}

/// The badge of what this person writes now.
pub(super) async fn author_badge(tx: &mut Tx, author: &Person, account: &Account) -> Result<Badge> {
    let registered = author.kind == "user" || user::lookup_by_email(&mut *tx, &author.email).await?.is_some();
    Ok(badge(author, account, registered))
}

/// A typed message: with its lines, without other control characters.
pub(super) fn message(typed: &str) -> Result<String> {
    let text = typed.replace("\r\n", "\n");
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let text = text.trim_end().trim_start_matches('\n').to_owned();
    if text.trim().is_empty() {
        return Err(Error::field("body", "required"));
    }
    if text.chars().count() > LONGEST { Err(Error::field("body", "too-long")) } else { Ok(text) }
}
