//! Who stands behind a request: one read gives all that a page needs to know.

use super::{SEEN_EVERY, Session, store};
use crate::{
    db::Db,
    error::Result,
    event::data::Person,
    model::{
        staff::{self, Staff},
        user::{self, User},
    },
    permission::{Category, Permission, Permissions},
};

/// A request's session with everything about it.
#[derive(Clone, Debug)]
pub struct Current {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub who: Who,
}

/// Whose session it is.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of these in a request")]
pub enum Who {
    /// A user's.
    User {
        /// The user.
        user: User,
        /// The account they act for; nothing before the choice, and once access was taken away.
        account: Option<Entered>,
        /// How many accounts they can enter.
        accounts: i64,
    },
    /// A member of staff's.
    Staff(Staff),
}

/// An account as its current user stands to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Id of the account.
    pub id: String,
    /// Company, or else the person's name.
    pub name: String,
    /// True if the user owns it.
    pub owner: bool,
    /// What the user may do; everything for the owner.
    pub permissions: Permissions,
    /// Mail categories that the user ticked for this account.
    pub categories: Vec<Category>,
    /// True if the account is closed.
    pub closed: bool,
}

impl Entered {
    /// True if the user may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.owner || self.permissions.has(permission)
    }
}

impl Current {
    /// The person, as the actor of what the request does.
    pub fn actor(&self) -> Person {
        match &self.who {
            Who::User { user, .. } => user::person(user),
            Who::Staff(staff) => staff::person(staff),
        }
    }

    /// The user, if it is one.
    pub fn user(&self) -> Option<&User> {
        match &self.who {
            Who::User { user, .. } => Some(user),
            Who::Staff(_) => None,
        }
    }

    /// The account that the user acts for.
    pub fn account(&self) -> Option<&Entered> {
        match &self.who {
            Who::User { account, .. } => account.as_ref(),
            Who::Staff(_) => None,
        }
    }

    /// The member of staff, if it is one.
    pub fn staff(&self) -> Option<&Staff> {
        match &self.who {
            Who::User { .. } => None,
            Who::Staff(staff) => Some(staff),
        }
    }
}

/// The session behind a token's hash, with its person, account and permissions as they are now.
/// Nothing if it has ended, or still awaits its second factor.
///
/// # Errors
/// If the database is away.
pub async fn authenticate(db: &Db, token_hash: &str, now: i64) -> Result<Option<Current>> {
    let Some(current) = store::current(db, token_hash, now).await? else { return Ok(None) };
    if now - current.session.seen_at >= SEEN_EVERY
        && let Err(error) = note_seen(db, &current.session, now).await
    {
        // The request itself may well be answered; the session only looks older than it is.
        tracing::warn!(%error, session = %current.session.id, "could not note that a session was seen");
    }
    Ok(Some(current))
}

async fn note_seen(db: &Db, session: &Session, now: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    store::seen(&mut tx, &session.id, now, session.ends(now), now - SEEN_EVERY).await?;
    tx.commit().await
}

/// The session behind a token's hash, with its user, if it awaits the second factor.
///
/// # Errors
/// If the database is away.
pub async fn awaiting(db: &Db, token_hash: &str, now: i64) -> Result<Option<(Session, User)>> {
    let Some(session) = store::awaiting(db, token_hash, now).await? else { return Ok(None) };
    let Some(user_id) = &session.user_id else { return Ok(None) };
    Ok(user::lookup(db, user_id).await?.map(|user| (session, user)))
}
