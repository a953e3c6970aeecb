//! The log of mail that came in: what became of each, and why.
//!
//! A mail is written down in the transaction that takes it, so that no server can deliver it twice. Whether it is
//! taken, `crate::intake` decides.

mod store;

use super::page::{Listed, Page};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::TicketMailRejected,
        data::{self, Account, Person},
        outbox::{self, Act},
    },
};
use sqlx::FromRow;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It opened a ticket, or is a message of one.
    Taken,
    /// It is kept with the reason why it was not taken.
    Rejected,
    /// It was rejected, and staff took it all the same.
    Accepted,
    /// It told us of another mail: it came back, or somebody complained.
    Noted,
}

impl State {
    /// The name in the database.
    pub fn key(self) -> &'static str {
        match self {
            State::Taken => "taken",
            State::Rejected => "rejected",
            State::Accepted => "accepted",
            State::Noted => "noted",
        }
    }
}

/// A mail that came in.
#[derive(Clone, Debug, Default, FromRow)]
pub struct IncomingMail {
    /// Stable id.
    pub id: String,
    /// What tells it from any other.
    pub digest: String,
    /// By which door: `pipe` or `http`.
    pub door: String,
    /// When it came.
    pub at: i64,
    /// `taken`, `rejected`, `accepted` or `noted`.
    pub state: String,
    /// What sort of mail it is, such as `message` or `bounce`.
    pub kind: String,
    /// Why it was rejected; empty if it was not.
    pub reason: String,
    /// How one knows, or a hook's own words.
    pub detail: String,
    /// The sender's name.
    pub sender_name: String,
    /// The sender's address.
    pub sender_email: String,
    /// The sender's address as it is compared.
    pub sender_key: String,
    /// The address that it came to, as far as we know.
    pub to_email: String,
    /// Its subject.
    pub subject: String,
    /// Its `Message-ID` without angle brackets.
    pub message_id: String,
    /// The start of its text.
    pub body: String,
    /// How many bytes it has.
    pub size: i64,
    /// The hash under which the mail itself is kept.
    pub sha256: String,
    /// The ticket that it is on.
    pub ticket_id: Option<String>,
    /// That ticket's reference.
    pub ticket_reference: Option<String>,
    /// How the ticket was found: `token`, `thread`, `message`, `tag` or `new`.
    pub matched: String,
    /// Who of the staff took it all the same.
    pub accepted_by: String,
    /// When they did.
    pub accepted_at: Option<i64>,
    /// True if it knew what only its sender was told; anybody may have written any other.
    pub proved: bool,
}

impl IncomingMail {
    /// The mail as events and hooks see it; `answerable` if an answer would do no harm.
    fn seen(&self, answerable: bool) -> data::RejectedMail {
        data::RejectedMail {
            exists: true,
            id: self.id.clone(),
            to: self.to_email.clone(),
            subject: self.subject.clone(),
            reason: self.reason.clone(),
            detail: self.detail.clone(),
            answerable,
        }
    }
}

/// The row of a mail that came in before; nothing if it is new.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, digest: &str) -> Result<Option<IncomingMail>> {
    store::by_digest(&mut q, digest).await
}

/// The mail of this id.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `mail`.
pub async fn find(mut q: impl Query, id: &str) -> Result<IncomingMail> {
    store::by_id(&mut q, id).await?.ok_or_else(|| Error::not_found("mail"))
}

/// Writes a mail down; false if it came in before, and then nothing else of the transaction may stand.
///
/// # Errors
/// If the database is away.
pub async fn record(tx: &mut Tx, mail: &IncomingMail) -> Result<bool> {
    store::insert(tx, mail).await
}

/// Writes down that a mail is not taken, and says so; false if it came in before.
///
/// # Errors
/// If the database is away.
pub async fn reject(
    tx: &mut Tx,
    act: &Act,
    mail: &IncomingMail,
    sender: Person,
    department: data::Department,
    answerable: bool,
) -> Result<bool> {
    // One answer a day is polite; more would be a loop with those who answer by themselves.
    let day = crate::clock::DAY;
    let answerable =
        answerable && store::rejected_since(&mut *tx, &mail.sender_key, act.at - day).await? == 0;
    if !store::insert(tx, mail).await? {
        return Ok(false);
    }
    let event = TicketMailRejected {
        mail: mail.seen(answerable),
        ticket: data::Ticket::default(),
        sender,
        department,
    };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(true)
}

/// Writes down that staff took a rejected mail all the same.
///
/// # Errors
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `mail-accepted` if somebody did so before.
pub async fn accepted(tx: &mut Tx, mail: &IncomingMail, by: &str, at: i64) -> Result<()> {
    if store::accepted(tx, mail, by, at).await? { Ok(()) } else { Err(Error::conflict("mail-accepted")) }
}

/// Rejected mails, the last first; `search` looks into addresses, subjects, reasons and texts.
///
/// # Errors
/// If the database is away.
pub async fn rejected(mut q: impl Query, search: &str, page: &Page) -> Result<Listed<IncomingMail>> {
    store::rejected(&mut q, search, page).await
}

/// How many mails of this sender were taken since then: of those that prove that they are, or of the others.
///
/// # Errors
/// If the database is away.
pub async fn from_sender(mut q: impl Query, sender_key: &str, proved: bool, since: i64) -> Result<i64> {
    store::taken_from(&mut q, sender_key, proved, since).await
}

/// How many mails a ticket took since then: of those that prove whose they are, or of the others. What staff took all the same
/// does not count.
///
/// # Errors
/// If the database is away.
pub async fn on_ticket(mut q: impl Query, ticket_id: &str, proved: bool, since: i64) -> Result<i64> {
    store::on_ticket(&mut q, ticket_id, proved, since).await
}

/// How many bytes mails have that were rejected since then, but for those that cannot be read, of which little is kept.
///
/// # Errors
/// If the database is away.
pub async fn bytes_rejected(mut q: impl Query, since: i64) -> Result<i64> {
    store::bytes_rejected(&mut q, since).await
}

/// A mail of ours that somebody answers.
#[derive(Clone, Debug, FromRow)]
pub struct SentMail {
    /// The event that it is about.
    pub event_id: String,
    /// Whom it went to.
    pub to_email: String,
    /// What they were: `user`, `contact`, `staff` and the like.
    pub to_kind: String,
}

/// The mail of ours with this id.
///
/// # Errors
/// If the database is away.
pub async fn sent(mut q: impl Query, email_id: &str) -> Result<Option<SentMail>> {
    store::sent(&mut q, email_id).await
}

/// The accounts for which somebody with this address opens tickets by mail: those where it is a user's with the permission
/// who confirmed it. What a customer typed as an address of a contact, or of the account, proves nothing.
///
/// # Errors
/// If the database is away.
pub async fn accounts_of(mut q: impl Query, email_key: &str) -> Result<Vec<String>> {
    store::accounts_of_user(&mut q, email_key).await
}

/// Some of the accounts that name this address: as a user's, a contact's or their own, proved or not.
///
/// # Errors
/// If the database is away.
pub async fn accounts_naming(mut q: impl Query, email_key: &str) -> Result<Vec<String>> {
    store::accounts_naming(&mut q, email_key).await
}

/// Forgets mails that came before `before`; gives the hashes of up to `limit` of them, whose bytes may go if
/// [`is_kept`] says that nobody else has the same.
///
/// # Errors
/// If the database is away.
pub async fn forget(tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<String>> {
    store::forget(tx, before, limit).await
}

/// True if some mail has these bytes.
///
/// # Errors
/// If the database is away.
pub async fn is_kept(mut q: impl Query, sha256: &str) -> Result<bool> {
    store::is_kept(&mut q, sha256).await
}
