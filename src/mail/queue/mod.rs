//! The queue and the history as staff see them: what waits, what went out, what did not; and helping a
//! mail along.
//!
//! A list goes page by page along an index, whatever the number of mails.

pub mod store;

use crate::{
    db::{Db, Tx},
    error::{Error, Kind, Result},
    event::{
        catalogue::{self, EmailDropped, EmailRetried},
        data::Account,
        outbox::{self, Act},
    },
    id,
};
use sqlx::FromRow;

/// What a mail has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is to be sent, or tried again.
    Waiting,
    /// It waits for a digest, or because its address has had its share of this hour; one of those that wait.
    Held,
    /// A mail server took it.
    Sent,
    /// It was given up.
    Dead,
    /// Its address gets no mail.
    Suppressed,
    /// Staff gave it up.
    Dropped,
    /// It went out, or is to go out, within a digest.
    Digested,
    /// Its reader wants none of its kind.
    Declined,
}

impl State {
    /// All, in the order in which lists name them.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Held,
        Self::Dead,
        Self::Suppressed,
        Self::Sent,
        Self::Dropped,
        Self::Digested,
        Self::Declined,
    ];

    /// The name that is stored, typed and shown in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Sent => "sent",
            Self::Dead => "dead",
            Self::Suppressed => "suppressed",
            Self::Dropped => "dropped",
            Self::Digested => "digested",
            Self::Declined => "declined",
        }
    }

    /// The state of a mail by what is stored of it: one that waits, or stands in a digest that has not gone, may be held.
    pub fn of(stored: &str, held: bool, attempts: i64, sent_at: Option<i64>) -> Self {
        match Self::from_key(stored) {
            Some(Self::Waiting) | None if held && attempts == 0 => Self::Held,
            Some(Self::Digested) if sent_at.is_none() => Self::Held,
            Some(state) => state,
            None => Self::Waiting,
        }
    }

    /// The state of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A mail as a list shows it.
#[derive(Clone, Debug, FromRow)]
pub struct Line {
    /// Stable id, also the Message-ID.
    pub id: String,
    /// Address of the recipient.
    pub to_email: String,
    /// Name of the template.
    pub template: String,
    /// Its subject, once it was made.
    pub subject: Option<String>,
    /// The stored state: never `held`, which [`Line::state`] tells.
    pub stored: String,
    /// Why it was held back, if it ever was.
    pub held: Option<String>,
    /// True if a try whose outcome nobody knows may have succeeded.
    pub unsure: bool,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, if it waits.
    pub next_at: i64,
    /// When it was asked for.
    pub created_at: i64,
    /// When it went out.
    pub sent_at: Option<i64>,
    /// When it came back.
    pub bounced_at: Option<i64>,
    /// What went wrong last.
    pub error: Option<String>,
    /// The digest in which it went out.
    pub digest_id: Option<String>,
}

impl Line {
    /// What it has come to.
    pub fn state(&self) -> State {
        State::of(&self.stored, self.held.is_some(), self.attempts, self.sent_at)
    }
}

/// A mail with all that is known of it.
#[derive(Clone, Debug, FromRow)]
pub struct Mail {
    /// What a list shows of it.
    #[sqlx(flatten)]
    pub line: Line,
    /// The event it is about.
    pub event_id: String,
    /// Key of the category.
    pub category: String,
    /// Name of the recipient.
    pub to_name: String,
    /// The address in small letters.
    pub to_key: String,
    /// Why the recipient gets it.
    pub reason: String,
    /// `file:line` of the hook that chose them, or `core`.
    pub chosen_by: String,
    /// HTML part as it went out, secret links taken out.
    pub html: Option<String>,
    /// Text part.
    pub body_text: Option<String>,
    /// Headers as JSON: a list of name and value.
    pub headers: Option<String>,
    /// The relay that took it.
    pub relay: Option<String>,
    /// What the relay said.
    pub answer: Option<String>,
    /// What was said when it came back.
    pub bounced: Option<String>,
}

/// A try that did not end with the mail being taken.
#[derive(Clone, Debug, FromRow)]
pub struct Tried {
    /// When.
    pub at: i64,
    /// The relay, if one was asked.
    pub relay: String,
    /// `later`, `refused`, `unknown` or `template`.
    pub outcome: String,
    /// What the relay said, or what went wrong.
    pub answer: String,
}

/// Which mails a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this state.
    pub state: Option<State>,
    /// Only to this address, in full; empty for all.
    pub to: String,
}

/// The mail of this id.
///
/// # Errors
/// `NotFound`, or if the database is away.
pub async fn find(q: impl crate::db::Query, id: &str) -> Result<Mail> {
    store::lookup(q, id).await?.ok_or_else(|| {
        Error::new(Kind::NotFound, "email")
            .detail(format!("there is no mail {id}; `innkeeper mail queue` lists those that wait or failed"))
    })
}

/// Has a mail sent: one that waits, at once; one that was given up or held back, anew and with its own
/// Message-ID; one that was sent, as another mail. Gives the id of the mail that goes out.
///
/// # Errors
/// `NotFound`; `Conflict` `email-link-gone` if it shows a secret link that is forgotten by now, or
/// `email-under-way` if it is being sent; or if the database is away.
pub async fn send_again(tx: &mut Tx, act: &Act, id: &str) -> Result<String> {
    let mail = find(&mut *tx, id).await?;
    if mail.line.state() != State::Waiting && !has_links(tx, &mail.event_id).await? {
        return Err(Error::conflict("email-link-gone").detail(format!(
            "{id} shows a link that works once, which is forgotten; the person has to ask for another one"
        )));
    }
    let goes = match mail.line.stored.as_str() {
        "sent" | "digested" => {
            let copy = id::new("em", act.at);
            store::copy(tx, id, &copy, act.at).await?;
            copy
        }
        _ => {
            if !store::retry(tx, id, act.at).await? {
                return Err(
                    Error::conflict("email-under-way").detail(format!("{id} is being sent right now"))
                );
            }
            id.to_owned()
        }
    };
    tx.wake_deliveries();
    let event = EmailRetried { to: mail.line.to_email, template: mail.line.template };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(goes)
}

/// So many mails are put back in one transaction, so that nobody waits long for the writer.
const CHUNK: i64 = 500;

/// Has all mails tried at once that wait after a failed try or were given up, those that were asked for first at first. Gives their
/// number.
///
/// # Errors
/// If the database is away; those that were put back before stay so.
pub async fn send_all_again(db: &Db, act: &Act) -> Result<i64> {
    let (mut count, mut after) = (0, (i64::MIN, String::new()));
    loop {
        let mut tx = db.begin().await?;
        let chunk = store::failed(&mut tx, after, CHUNK).await?;
        let Some(last) = chunk.last().cloned() else { return Ok(count) };
        for (_, id) in &chunk {
            match send_again(&mut tx, act, id).await {
                Ok(_) => count += 1,
                Err(error) if ["email-link-gone", "email-under-way"].contains(&error.code) => {}
                Err(error) => return Err(error),
            }
        }
        tx.commit().await?;
        after = last;
    }
}

/// How many mails [`send_all_again`] would look at; counts no further than `most`.
///
/// # Errors
/// If the database is away.
pub async fn count_failed(q: impl crate::db::Query, most: i64) -> Result<usize> {
    Ok(store::failed(q, (i64::MIN, String::new()), most).await?.len())
}

/// Gives up a mail that waits.
///
/// # Errors
/// `NotFound`; `Conflict` `email-settled` if it does not wait; or if the database is away.
pub async fn drop_one(tx: &mut Tx, act: &Act, id: &str) -> Result<Mail> {
    let mail = find(&mut *tx, id).await?;
    let who = if act.actor.name.is_empty() { "staff" } else { &act.actor.name };
    if !store::drop_one(tx, &mail.event_id, id, &format!("dropped by {who}"), act.at).await? {
        return Err(Error::conflict("email-settled").detail(format!(
            "{id} does not wait: it is {}, or being sent right now",
            mail.line.state().key()
        )));
    }
    let event = EmailDropped { to: mail.line.to_email.clone(), template: mail.line.template.clone() };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(mail)
}

/// True if mail about the event can still be made: it shows no secret link, or the link is still known.
async fn has_links(tx: &mut Tx, event_id: &str) -> Result<bool> {
    let Some(event) = outbox::lookup(&mut *tx, event_id).await? else { return Ok(false) };
    let needs = catalogue::find(&event.name).is_some_and(|kind| !kind.links.is_empty());
    Ok(!needs || store::has_links(tx, event_id).await?)
}
