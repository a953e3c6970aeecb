//! Links of one use that belong to a user. The database keeps their hash only.
//!
//! To add a purpose, add it to [`Purpose`] and use the link in the verb that it is for.

use super::{User, store};
use crate::{
    clock::{DAY, HOUR},
    db::{Query, Tx},
    error::Result,
    secret::{self, Token},
};
use sqlx::FromRow;

/// No more links of one purpose in an hour: nobody fills a mailbox by asking again and again.
const PER_HOUR: i64 = 5;
/// How long a used or dead link is remembered, so that its page can say what became of it.
const REMEMBERED: i64 = 30 * DAY;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Confirm the present address.
    Verify,
    /// Confirm another address, which becomes the present one.
    ChangeEmail,
    /// Set a new password.
    Reset,
}

impl Purpose {
    const ALL: [Purpose; 3] = [Purpose::Verify, Purpose::ChangeEmail, Purpose::Reset];

    /// What the database keeps.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Purpose::Verify => "verify",
            Purpose::ChangeEmail => "change-email",
            Purpose::Reset => "reset",
        }
    }

    /// How long such a link works, in milliseconds.
    pub const fn lasts(self) -> i64 {
        match self {
            Purpose::Verify | Purpose::ChangeEmail => 3 * DAY,
            Purpose::Reset => HOUR,
        }
    }
}

/// A link as the database keeps it.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Link {
    pub user_id: String,
    pub purpose: String,
    pub email: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
}

impl Link {
    pub(super) fn is_for(&self, purpose: Purpose) -> bool {
        self.purpose == purpose.key()
    }

    fn state(&self, now: i64) -> State {
        match self.used_at {
            Some(_) => State::Used,
            None if self.expires_at <= now => State::Expired,
            None => State::Live { email: self.email.clone() },
        }
    }
}

/// What a link is good for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It works.
    Live {
        /// The address that it was made for.
        email: String,
    },
    /// It ran out, or a later step made it void.
    Expired,
    /// It was used.
    Used,
    /// There is no such link.
    Unknown,
}

/// What the page behind a link may say before it is used. `verify` links are of two purposes; ask
/// for either and both are found.
///
/// # Errors
/// If the database is away.
pub async fn look(q: impl Query, purpose: Purpose, token: &str, now: i64) -> Result<State> {
    let reset = purpose == Purpose::Reset;
    let found = store::link(q, &secret::hash(token)).await?;
    Ok(found
        .filter(|link| link.is_for(Purpose::Reset) == reset)
        .map_or(State::Unknown, |link| link.state(now)))
}

/// Makes a link for `user` to `email`; nothing if there were too many within an hour.
pub(super) async fn make(
    tx: &mut Tx,
    user: &User,
    purpose: Purpose,
    email: &str,
    now: i64,
) -> Result<Option<Token>> {
    if store::links_made_since(&mut *tx, &user.id, purpose, now - HOUR).await? >= PER_HOUR {
        return Ok(None);
    }
    let token = Token::generate();
    let link = Link {
        user_id: user.id.clone(),
        purpose: purpose.key().to_owned(),
        email: email.to_owned(),
        created_at: now,
        expires_at: now + purpose.lasts(),
        used_at: None,
    };
    store::insert_link(tx, &token.hash(), &link).await?;
    Ok(Some(token))
}

/// The link of this token if it works, else what became of it.
pub(super) async fn open(q: impl Query, token: &str, now: i64) -> Result<std::result::Result<Link, State>> {
    let Some(link) = store::link(q, &secret::hash(token)).await? else { return Ok(Err(State::Unknown)) };
    Ok(match link.state(now) {
        State::Live { .. } => Ok(link),
        over => Err(over),
    })
}

/// Uses a link up; false if somebody else just did.
pub(super) async fn spend(tx: &mut Tx, token: &str, now: i64) -> Result<bool> {
    store::use_link(tx, &secret::hash(token), now).await
}

/// Makes all unused links of a purpose void, as if they had run out.
pub(super) async fn void(tx: &mut Tx, user_id: &str, purpose: Purpose, now: i64) -> Result<()> {
    store::expire_links(tx, user_id, purpose, now).await
}

/// Makes all unused links of a user void: whatever was under way before began with an address or a
/// password that counts no more.
pub(super) async fn void_all(tx: &mut Tx, user_id: &str, now: i64) -> Result<()> {
    for purpose in Purpose::ALL {
        void(tx, user_id, purpose, now).await?;
    }
    Ok(())
}

/// Forgets links that are long dead; gives how many.
///
/// # Errors
/// If the database is away.
pub async fn sweep(tx: &mut Tx, now: i64) -> Result<u64> {
    store::sweep_links(tx, now - REMEMBERED).await
}
