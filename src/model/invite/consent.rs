//! Accepting with another address than the invited one: the account's owner agrees by one click.

use super::{Invite, Opened, State, look as looking, store};
use crate::{
    clock::HOUR,
    db::{Query, Tx},
    error::{Error, Kind, Result},
    event::{
        catalogue::{InviteConsentGiven, InviteConsentRefused, InviteConsentRequested},
        outbox::{self, Act, SecretLink},
    },
    id,
    model::{
        access, account,
        user::{self, User},
    },
    secret::{self, Token},
};

/// The owner is not mailed again about the same question before this time has passed.
const PAUSE: i64 = HOUR;

/// How a user stands to a pending invite whose link they opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was sent to their address: they may accept.
    Invited,
    /// The owner agreed, or the operator's setting allows any address: they may accept.
    Allowed,
    /// The owner has been asked, and has not answered.
    Asked,
    /// Somebody else, who may ask the owner.
    Other,
}

/// A question to the owner.
#[derive(Clone, Debug)]
pub struct Consent {
    /// The invite.
    pub invite: Invite,
    /// The account's name.
    pub account_name: String,
    /// Who wants to accept it.
    pub user: User,
}

/// How this user stands to this invite.
///
/// # Errors
/// If the database is away.
pub async fn standing(
    mut q: impl Query,
    invite: &Invite,
    user: &User,
    allow_any_address: bool,
) -> Result<Standing> {
    if invite.is_for(user) {
        return Ok(Standing::Invited);
    }
    let asked = store::consent(&mut q, &invite.id, &user.id).await?;
    Ok(match asked {
        _ if allow_any_address => Standing::Allowed,
        Some(asked) if asked.given_at.is_some() => Standing::Allowed,
        Some(_) => Standing::Asked,
        None => Standing::Other,
    })
}

pub(super) async fn was_given(mut tx: &mut Tx, invite: &Invite, user: &User) -> Result<bool> {
    Ok(store::consent(&mut tx, &invite.id, &user.id).await?.is_some_and(|asked| asked.given_at.is_some()))
}

/// Asks the owner whether this user may accept the invite behind the link. Asking again within the
/// hour, or after the owner agreed, does nothing.
///
/// # Errors
/// As [`open`](looking::open); [`Kind::Forbidden`] `email-unverified`, so that the owner reads a true
/// address; [`Kind::Conflict`] `consent-needless` for the invitee, `already-has-access`; else as [`account::hold`].
pub async fn request(mut tx: &mut Tx, act: &Act, token: &str, user: &User) -> Result<()> {
    let account_id = looking::open(tx, Opened::Link(token), act.at).await?.account_id;
    account::hold(tx, &account_id).await?;
    // Whoever held the account before us may have ended the invite.
    let invite = looking::open(tx, Opened::Link(token), act.at).await?;
    if !user.email_verified() {
        return Err(Error::new(Kind::Forbidden, "email-unverified"));
    }
    if invite.is_for(user) {
        return Err(Error::conflict("consent-needless"));
    }
    if access::store::member(&mut tx, &account_id, &user.id).await?.is_some() {
        return Err(Error::conflict("already-has-access"));
    }
    let asked = store::consent(&mut tx, &invite.id, &user.id).await?;
    if asked.is_some_and(|asked| asked.given_at.is_some() || act.at - asked.requested_at < PAUSE) {
        return Ok(());
    }
    let token = Token::generate();
    store::ask_consent(tx, &id::new("cns", act.at), &invite.id, &user.id, &token.hash(), act.at).await?;
    let known = store::known(&mut tx, &invite).await?;
    let seen = account::snapshot(&mut *tx, &account_id).await?;
    let payload = InviteConsentRequested { invite: invite.seen(known), user: user::alone(user) };
    outbox::emit(tx, act, &seen, &payload, &[SecretLink { name: "consent", token: &token }]).await?;
    Ok(())
}

/// The question behind a `consent` link; nothing if it is answered, the invite is pending no more,
/// there is no such link, or `viewer` does not own the account.
///
/// # Errors
/// If the database is away.
pub async fn look(mut q: impl Query, token: &str, viewer: &User, now: i64) -> Result<Option<Consent>> {
    let Some(asked) =
        store::consent_by_token(&mut q, &secret::hash(token)).await?.filter(|asked| asked.given_at.is_none())
    else {
        return Ok(None);
    };
    let invite =
        store::by_id(&mut q, &asked.invite_id).await?.filter(|invite| invite.state(now) == State::Pending);
    let Some(invite) = invite else { return Ok(None) };
    let viewer = access::store::member(&mut q, &invite.account_id, &viewer.id).await?;
    if !viewer.is_some_and(|viewer| viewer.owner) {
        return Ok(None);
    }
    let user = store::asker(&mut q, &asked.user_id).await?;
    let account_name = account::find(q, &invite.account_id).await?.name();
    Ok(user.map(|user| Consent { invite, account_name, user }))
}

/// The owner agrees.
///
/// # Errors
/// [`Kind::Gone`] `consent-over` where [`look`] gives nothing; else as [`account::hold`].
pub async fn give(mut tx: &mut Tx, act: &Act, token: &str, owner: &User) -> Result<Consent> {
    let consent = asked(tx, act, token, owner).await?;
    if !store::give_consent(tx, &secret::hash(token), act.at).await? {
        return Err(Error::new(Kind::Gone, "consent-over"));
    }
    let known = store::known(&mut tx, &consent.invite).await?;
    let seen = account::snapshot(&mut *tx, &consent.invite.account_id).await?;
    let payload = InviteConsentGiven { invite: consent.invite.seen(known), user: user::alone(&consent.user) };
    outbox::emit(tx, act, &seen, &payload, &[]).await?;
    Ok(consent)
}

/// The owner does not agree: the question is forgotten, and the invite stays open for its address.
///
/// # Errors
/// As [`give`].
pub async fn refuse(mut tx: &mut Tx, act: &Act, token: &str, owner: &User) -> Result<Consent> {
    let consent = asked(tx, act, token, owner).await?;
    store::forget_consent(tx, &secret::hash(token)).await?;
    let known = store::known(&mut tx, &consent.invite).await?;
    let seen = account::snapshot(&mut *tx, &consent.invite.account_id).await?;
    let payload =
        InviteConsentRefused { invite: consent.invite.seen(known), user: user::alone(&consent.user) };
    outbox::emit(tx, act, &seen, &payload, &[]).await?;
    Ok(consent)
}

async fn asked(tx: &mut Tx, act: &Act, token: &str, owner: &User) -> Result<Consent> {
    let over = || Error::new(Kind::Gone, "consent-over");
    let account_id = look(&mut *tx, token, owner, act.at).await?.ok_or_else(over)?.invite.account_id;
    account::hold(tx, &account_id).await?;
    look(&mut *tx, token, owner, act.at).await?.ok_or_else(over)
}
