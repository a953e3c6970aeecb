//! What an account was mailed, as its users may read it: each message as it went out, and what became of it.
//!
//! A user reads mail to the account's people: its own address, its contacts, its users. Mail to staff and to addresses
//! that only a script knows is the host's own, and security mail belongs to the person it went to.

mod store;

use super::queue::State;
use crate::{
    db::{Db, Query},
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
        State::of(&self.stored, self.held.is_some(), self.attempts, self.sent_at).key()
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

/// So many mails are looked through for words at most, those after `before`; databases differ in what they call a small letter.
const LOOKED_THROUGH: usize = 5_000;
/// So many of them are read at once.
const AT_ONCE: usize = 500;

/// Mails that the filter lets through, newest first: those that follow `before` (when it was asked for, and its id), or the first
/// ones. Words are looked for among the newest 5,000 of those.
///
/// # Errors
/// If the database is away.
pub async fn list(
    db: &Db,
    filter: &Filter,
    mut before: Option<(i64, String)>,
    limit: usize,
) -> Result<Vec<Line>> {
    let words = filter.search.trim().to_lowercase();
    if words.is_empty() {
        return store::list(db, filter, before, i64::try_from(limit).unwrap_or(i64::MAX)).await;
    }
    let mut found = Vec::new();
    for _ in 0..LOOKED_THROUGH / AT_ONCE {
        let lines = store::list(db, filter, before, i64::try_from(AT_ONCE).unwrap_or(i64::MAX)).await?;
        let whole = lines.len() == AT_ONCE;
        before = lines.last().map(|line| (line.created_at, line.id.clone()));
        let is_it = |line: &Line| {
            let subject = line.subject.as_deref().unwrap_or_default().to_lowercase();
            subject.contains(&words) || line.to_email.to_lowercase().contains(&words)
        };
        found.extend(lines.into_iter().filter(is_it));
        if !whole || found.len() >= limit {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// A mail of an account that the reader may see.
///
/// # Errors
/// `NotFound` `mail` if there is none of this id, or it is another account's, or not theirs to see.
pub async fn find(q: impl Query, filter: &Filter, id: &str) -> Result<Message> {
    store::lookup(q, filter, id).await?.ok_or_else(|| Error::not_found("mail"))
}
