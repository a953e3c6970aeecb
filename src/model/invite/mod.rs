//! Invites: how somebody gets access to an account.
//!
//! An invite is pending until it is accepted, declined or cancelled. Its link runs out earlier, and
//! "Resend" makes a new one. The database keeps only the hash of a link's token.

mod accept;
mod consent;
mod end;
mod look;
mod send;
mod store;
#[cfg(test)]
mod tests;

pub use accept::{Accepted, Acceptor, accept, draft as accept_draft};
pub use consent::{
    Consent, Standing, give as give_consent, look as look_consent, refuse as refuse_consent,
    request as request_consent, standing,
};
pub use end::{cancel, decline, expire_due};
pub use look::{Looked, Opened, Pending, look};
pub use send::{Chosen, DEFAULT_VALIDITY, draft as send_draft, redraft as resend_draft, resend, send};

use super::{account, user::User};
use crate::{
    db::Query,
    error::{Error, Kind, Result},
    event::data::{self, Person, Time},
    permission::Permissions,
};
use sqlx::FromRow;

/// An invite to an account.
#[derive(Clone, Debug, FromRow)]
pub struct Invite {
    /// Stable id.
    pub id: String,
    /// The account.
    pub account_id: String,
    /// The address it was sent to.
    pub email: String,
    email_key: String,
    permissions: String,
    /// True if everything that is not forbidden was granted.
    pub all_permissions: bool,
    inviter_id: String,
    /// Name of the user who sent it last.
    pub inviter_name: String,
    inviter_email: String,
    /// When it was first sent.
    pub created_at: i64,
    /// When it was last sent.
    pub sent_at: i64,
    /// When the link stops working.
    pub expires_at: i64,
    accepted_at: Option<i64>,
    cancelled_at: Option<i64>,
    declined_at: Option<i64>,
}

/// What an invite has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can be accepted.
    Pending,
    /// The link has run out; the owner can send it again.
    Expired,
    /// Somebody accepted it.
    Used,
    /// The owner withdrew it.
    Cancelled,
    /// The invitee declined.
    Declined,
}

impl Invite {
    /// What accepting gives.
    pub fn permissions(&self) -> Permissions {
        Permissions::from_column(&self.permissions)
    }

    /// What it has come to by `now`.
    pub fn state(&self, now: i64) -> State {
        match self {
            Self { accepted_at: Some(_), .. } => State::Used,
            Self { cancelled_at: Some(_), .. } => State::Cancelled,
            Self { declined_at: Some(_), .. } => State::Declined,
            _ if self.expires_at <= now => State::Expired,
            _ => State::Pending,
        }
    }

    /// True if it was sent to this user's address.
    pub fn is_for(&self, user: &User) -> bool {
        self.email_key == user.email_key
    }

    /// The invite as events and hooks see it; `known` if a user with its address exists.
    pub fn seen(&self, known: bool) -> data::Invite {
        data::Invite {
            exists: true,
            id: self.id.clone(),
            email: self.email.clone(),
            permissions: self.permissions().keys(),
            all_permissions: self.all_permissions,
            inviter: self.inviter(),
            sent_at: Time(self.sent_at),
            expires_at: Time(self.expires_at),
            known,
        }
    }

    /// Who sent it last.
    pub fn inviter(&self) -> Person {
        Person {
            exists: true,
            kind: "user".into(),
            id: self.inviter_id.clone(),
            name: self.inviter_name.clone(),
            email: self.inviter_email.clone(),
        }
    }
}

/// A pending invite with the name of its account, for the invitee.
#[derive(Clone, Debug, FromRow)]
pub struct Waiting {
    /// The invite.
    #[sqlx(flatten)]
    pub invite: Invite,
    company: String,
    first_name: String,
    last_name: String,
    account_email: String,
}

impl Waiting {
    /// The account's name.
    pub fn account_name(&self) -> String {
        account::name(&self.company, &self.first_name, &self.last_name, &self.account_email)
    }
}

/// The pending invites of an account, the last sent first; those whose link has run out too.
///
/// # Errors
/// If the database is away.
pub async fn pending(mut q: impl Query, account_id: &str) -> Result<Vec<Invite>> {
    store::pending(&mut q, account_id).await
}

/// A pending invite of this account.
///
/// # Errors
/// [`Kind::NotFound`] `invite` if there is none of this id, or it is another account's;
/// [`Kind::Gone`] `invite-used`, `invite-cancelled` or `invite-declined` if it is pending no more.
pub async fn find(mut q: impl Query, account_id: &str, invite_id: &str) -> Result<Invite> {
    let invite = store::by_id(&mut q, invite_id).await?.filter(|invite| invite.account_id == account_id);
    let invite = invite.ok_or_else(|| Error::not_found("invite"))?;
    // A link that has run out leaves the invite pending, whatever the hour.
    match invite.state(i64::MIN) {
        State::Pending => Ok(invite),
        state => Err(over(state)),
    }
}

/// Up to `limit` pending invites of all accounts whose ids come after `after`, each with whether a
/// user of its address exists.
///
/// # Errors
/// If the database is away.
pub async fn pending_after(mut q: impl Query, after: &str, limit: i64) -> Result<Vec<(Invite, bool)>> {
    store::pending_after(&mut q, after, limit).await
}

/// The invites that wait for this user and whose links work, newest first. None for a user whose
/// address is not confirmed: it may be somebody else's, and so may the invites.
///
/// # Errors
/// If the database is away.
pub async fn waiting(mut q: impl Query, user: &User, now: i64) -> Result<Vec<Waiting>> {
    if !user.email_verified() {
        return Ok(Vec::new());
    }
    store::waiting(&mut q, &user.email_key, now).await
}

/// What is said about an invite that is pending no more.
fn over(state: State) -> Error {
    let code = match state {
        State::Pending => return Error::internal("a pending invite is not over"),
        State::Expired => "invite-expired",
        State::Used => "invite-used",
        State::Cancelled => "invite-cancelled",
        State::Declined => "invite-declined",
    };
    Error::new(Kind::Gone, code)
}
