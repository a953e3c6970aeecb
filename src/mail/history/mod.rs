//! What an account was mailed, as its users may read it: each message as it went out, and what became of it.
//!
//! A user reads mail to the account's people: its own address, its contacts, its users. Mail to staff and to addresses
//! that only a script knows is the host's own, and security mail belongs to the person it went to.

pub mod store;

use super::queue::State;
use crate::{
    db::Query,
    error::{Error, Result},
};
use sqlx::FromRow;

/// Which mails a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this account.
    pub account_id: String,
    /// The reader's own address, in small letters: its security mail is theirs to see.
    pub own_key: String,
    /// Only of this category; empty for all.
    pub category: String,
    /// Words of the subject or of an address; empty for all.
    pub search: String,
}

/// A mail as the list shows it.
#[derive(Clone, Debug, FromRow)]
pub struct Line {
    /// Stable id.
    pub id: String,
    /// Name of the recipient; may be empty.
    pub to_name: String,
    /// Address of the recipient.
    pub to_email: String,
    /// Key of the category.
    pub category: String,
    /// Name of the template.
    pub template: String,
    /// Its subject, once it was made.
    pub subject: Option<String>,
    /// The state as it is stored.
    pub stored: String,
    /// Why it was held back, if it ever was.
    pub held: Option<String>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is to go out, if it waits.
    pub next_at: i64,
    /// When it was asked for.
    pub created_at: i64,
    /// When it went out.
    pub sent_at: Option<i64>,
    /// When it came back.
    pub bounced_at: Option<i64>,
    /// The digest in which it went out.
    pub digest_id: Option<String>,
}

impl Line {
    /// What it has come to, as a key that pages have words for.
    pub fn state(&self) -> &'static str {
        if self.bounced_at.is_some() {
            return "bounced";
        }
        match State::from_key(&self.stored) {
            Some(State::Waiting) | None if self.held.is_some() && self.attempts == 0 => State::Held.key(),
            Some(State::Digested) if self.sent_at.is_none() => State::Held.key(),
            Some(state) => state.key(),
            None => State::Waiting.key(),
        }
    }
}

/// A mail with what it said.
#[derive(Clone, Debug, FromRow)]
pub struct Message {
    /// What the list shows of it.
    #[sqlx(flatten)]
    pub line: Line,
    /// Why the recipient got it.
    pub reason: String,
    /// HTML part as it went out, secret links taken out.
    pub html: Option<String>,
    /// Text part.
    pub body_text: Option<String>,
    /// Headers as JSON: a list of name and value.
    pub headers: Option<String>,
}

/// A mail of an account that the reader may see.
///
/// # Errors
/// `NotFound` `mail` if there is none of this id, or it is another account's, or not theirs to see.
pub async fn find(q: impl Query, filter: &Filter, id: &str) -> Result<Message> {
    store::lookup(q, filter, id).await?.ok_or_else(|| Error::not_found("mail"))
}
