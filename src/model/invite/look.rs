//! Opening an invite's link.

use super::{Invite, State, over, store};
use crate::{
    db::{Query, Tx},
    error::{Error, Kind, Result},
    model::{account, user::User},
    secret,
};

/// What a link leads to. All but the first reveal nothing else.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of these in a request")]
pub enum Looked {
    /// An invite that can be accepted.
    Pending(Pending),
    /// The link has run out.
    Expired,
    /// Somebody accepted.
    Used,
    /// The owner withdrew it.
    Cancelled,
    /// The invitee declined.
    Declined,
    /// It was sent again, with another link.
    Replaced,
    /// There never was such a link.
    Unknown,
}

/// An invite that can be accepted, with what its page shows.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The invite.
    pub invite: Invite,
    /// The account's name.
    pub account_name: String,
    /// True if a user with the invited address exists, who logs in to accept.
    pub known: bool,
}

/// What the link with this token leads to.
///
/// # Errors
/// If the database is away.
pub async fn look(mut q: impl Query, token: &str, now: i64) -> Result<Looked> {
    let hash = secret::hash(token);
    let Some(invite) = store::by_token(&mut q, &hash).await? else {
        let replaced = store::was_replaced(&mut q, &hash).await?;
        return Ok(if replaced { Looked::Replaced } else { Looked::Unknown });
    };
    Ok(match invite.state(now) {
        State::Expired => Looked::Expired,
        State::Used => Looked::Used,
        State::Cancelled => Looked::Cancelled,
        State::Declined => Looked::Declined,
        State::Pending => {
            let known = store::known(&mut q, &invite).await?;
            let account_name = account::find(q, &invite.account_id).await?.name();
            Looked::Pending(Pending { invite, account_name, known })
        }
    })
}

/// How somebody came to an invite.
#[derive(Clone, Copy, Debug)]
pub enum Opened<'a> {
    /// By the link of its mail, with this token: whoever has it can read that mail.
    Link(&'a str),
    /// From the list of invites that wait for this user ([`waiting`](super::waiting)), by the invite's id.
    Waiting(&'a str, &'a User),
}

/// The pending invite that was opened.
///
/// # Errors
/// [`Kind::Gone`] `invite-expired`, `invite-used`, `invite-cancelled`, `invite-declined` or
/// `invite-replaced`; [`Kind::NotFound`] `invite`; [`Kind::Forbidden`] `email-unverified`.
pub(super) async fn open(mut tx: &mut Tx, opened: Opened<'_>, now: i64) -> Result<Invite> {
    let invite = match opened {
        Opened::Link(token) => {
            let hash = secret::hash(token);
            if store::was_replaced(&mut tx, &hash).await? {
                return Err(Error::new(Kind::Gone, "invite-replaced"));
            }
            store::by_token(&mut tx, &hash).await?
        }
        Opened::Waiting(id, user) => {
            let invite = store::by_id(&mut tx, id).await?.filter(|invite| invite.is_for(user));
            if invite.is_some() && !user.email_verified() {
                return Err(Error::new(Kind::Forbidden, "email-unverified"));
            }
            invite
        }
    };
    let invite = invite.ok_or_else(|| Error::not_found("invite"))?;
    match invite.state(now) {
        State::Pending => Ok(invite),
        state => Err(over(state)),
    }
}
