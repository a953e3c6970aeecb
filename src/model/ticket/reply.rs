//! Somebody writes on a ticket.

use super::{
    ANSWERED, Arrival, Badge, CUSTOMER_REPLY, Rating, Ticket, Waits, badge::author_badge, hold, reachable,
    search, store, veil::veiled,
};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{TicketReopened, TicketReplied},
        data::{self, Person},
        guard::{Approved, TicketReply},
        outbox::{self, Act},
    },
    id,
    model::attachment::{self, Attachment},
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
    /// The text, without what it quoted.
    pub body: String,
    /// When it was written.
    pub at: i64,
    /// Where it came from: `web`, `mail`, `hook` or `api`.
    pub origin: String,
    /// The mail's own `Message-ID`, if it came by mail.
    pub message_id: Option<String>,
    /// Where the original mail is kept, below the data folder.
    pub raw_path: Option<String>,
    /// What it quoted; empty if nothing.
    pub quoted: String,
    /// True if it came by mail in the name of somebody whom we know, and nothing in that mail proves it.
    pub unproved: bool,
    /// Files that came with it.
    #[sqlx(skip)]
    pub attachments: Vec<Attachment>,
    /// What a customer thinks of it.
    #[sqlx(skip)]
    pub rating: Option<Rating>,
}

impl Reply {
    pub(super) fn new(act: &Act, badge: Badge, body: String, origin: &str, arrival: &Arrival) -> Self {
        let Person { kind, id, name, email, .. } = act.actor.clone();
        Self {
            id: id::new("rep", act.at),
            author_kind: kind,
            author_id: id,
            author_name: name,
            author_email: email,
            badge: badge.key().into(),
            body: veiled(&body),
            at: act.at,
            origin: if origin.is_empty() { "web".into() } else { origin.into() },
            message_id: arrival.message_id.clone(),
            raw_path: arrival.raw_path.clone(),
            quoted: veiled(&arrival.quoted),
            // Of strangers nothing is claimed that could be untrue.
            unproved: arrival.unproved && !matches!(badge, Badge::ExternalUser | Badge::Guest),
            attachments: Vec::new(),
            rating: None,
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

    /// The status of a ticket once this is written on it, and for whom it waits then; nothing if it stays as it is: what a
    /// script says by itself is no answer that anybody gave.
    pub(super) fn turns(&self) -> Option<(&'static str, Waits)> {
        match self.author_kind.as_str() {
            "system" => None,
            "staff" => Some((ANSWERED, Waits::Customer)),
            _ => Some((CUSTOMER_REPLY, Waits::Staff)),
        }
    }

    pub(super) fn seen(&self) -> data::Reply {
        data::Reply {
            exists: true,
            id: self.id.clone(),
            author: self.author(),
            badge: self.badge().map_or_else(|| self.badge.clone(), |badge| badge.label().to_owned()),
            from_staff: self.from_staff(),
            body: self.body.clone(),
            origin: self.origin.clone(),
            unproved: self.unproved,
            attachments: self.attachments.iter().map(Attachment::seen).collect(),
        }
    }
}

/// Writes on the draft's ticket, by whoever acts: staff on any, others on tickets of the account
/// that the hooks were asked about. The ticket is `Answered` then, or `Customer-Reply`; what a script writes leaves it
/// as it is.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `ticket` also for another account's;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-closed`;
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `body`; else as [`hold`](crate::model::account::hold).
pub async fn reply(tx: &mut Tx, act: &Act, approved: &Approved<TicketReply>) -> Result<Ticket> {
    reply_from(tx, act, approved, &Arrival::default()).await
}

/// As [`reply`], with what is known of how the message came in. A closed ticket is opened again if a
/// customer writes soon enough.
///
/// # Errors
/// As [`reply`].
pub async fn reply_from(
    tx: &mut Tx,
    act: &Act,
    approved: &Approved<TicketReply>,
    arrival: &Arrival,
) -> Result<Ticket> {
    let (asked, draft) = (&approved.context().account, approved.draft());
    let ticket = reachable(tx, act, asked, &draft.ticket.id).await?;
    let account = hold(tx, &ticket).await?;
    // Whoever held it before us may have closed the ticket.
    let mut ticket = reachable(tx, act, asked, &draft.ticket.id).await?;
    let badge = author_badge(tx, &act.actor, &account).await?;
    let mut reply = Reply::new(act, badge, message(&draft.body)?, &draft.origin, arrival);
    // Of two who write at once, the one who was here first is shown first, whoever began earlier.
    reply.at = act.at.max(store::last_at(&mut &mut *tx, &ticket.id).await?);
    let closed_at = ticket.closed_at;
    if closed_at.is_some() && (reply.from_staff() || !ticket.reopens(act.at, arrival.reopens_within)) {
        return Err(Error::conflict("ticket-closed"));
    }
    let before = ticket.status.clone();
    let mut written_at = ticket.written_at;
    if let Some((status, waits)) = reply.turns() {
        (ticket.status, ticket.waits) = (status.into(), waits.key().into());
        written_at = reply.at;
    }
    (ticket.changed_at, ticket.closed_at) = (reply.at, None);
    if !store::replied(tx, &ticket, written_at, closed_at).await? {
        return Err(Error::conflict("ticket-closed"));
    }
    store::insert_reply(tx, &ticket.id, &reply).await?;
    reply.attachments = attachment::bind(tx, act, &ticket.id, &reply.id, &draft.attachments).await?;
    search::message(tx, &ticket, &reply).await?;
    // How long it was quiet counts from the message before this one.
    let seen = ticket.seen(&mut *tx, act.at).await?;
    let replied = TicketReplied { ticket: seen.clone(), reply: reply.seen() };
    outbox::emit(tx, act, &account, &replied, &[]).await?;
    if closed_at.is_some() {
        let reopened = TicketReopened { ticket: seen, before, badge: badge.label().to_owned() };
        outbox::emit(tx, act, &account, &reopened, &[]).await?;
    }
    Ok(Ticket { written_at, ..ticket })
}

/// The messages of a ticket with their files and ratings, oldest first.
///
/// # Errors
/// If the database is away.
pub async fn replies(mut q: impl Query, ticket: &Ticket) -> Result<Vec<Reply>> {
    let mut replies = store::replies(&mut q, &ticket.id).await?;
    let mut files = attachment::of_ticket(&mut q, &ticket.id).await?;
    let mut ratings = store::ratings(&mut q, &ticket.id).await?;
    for reply in &mut replies {
        reply.attachments = files.extract_if(.., |file| file.reply_id() == Some(&reply.id)).collect();
        reply.rating = ratings.extract_if(.., |rating| rating.reply_id == reply.id).next();
    }
    Ok(replies)
}

/// The ticket on which a mail with this `Message-ID` (without angle brackets) stands.
///
/// # Errors
/// If the database is away.
pub async fn by_message_id(mut q: impl Query, message_id: &str) -> Result<Option<Ticket>> {
    store::by_message_id(&mut q, message_id).await
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
