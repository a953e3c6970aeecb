//! "Invite New User" and "Resend".

use super::{Invite, store};
use crate::{
    clock::{DAY, HOUR},
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{InviteResent, InviteSent},
        data::Span,
        guard::{Approved, InviteSend},
        outbox::{self, Act, SecretLink},
    },
    id,
    model::{
        access::{self, Bounds},
        account, customer_address, email_address, email_key, user,
    },
    permission::Permissions,
    secret::Token,
};

/// How long a link works unless a setting or a hook says otherwise.
pub const DEFAULT_VALIDITY: i64 = 7 * DAY;
const SHORTEST: i64 = HOUR;
const LONGEST: i64 = 90 * DAY;

/// What the owner chose for the invitee.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// "All Permissions": all that are not forbidden.
    All,
    /// "Choose Permissions".
    These(Permissions),
}

/// The draft of an invite, to be shown to the hooks. `validity` is the setting, in milliseconds.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `email` if no mail could reach it.
pub async fn draft(
    q: impl Query,
    bounds: &Bounds,
    email: &str,
    chosen: &Chosen,
    validity: i64,
) -> Result<InviteSend> {
    let email = email_address("email", email)?;
    let known = user::lookup_by_email(q, &email).await?.is_some();
    let permissions = match chosen {
        Chosen::All => bounds.all(),
        Chosen::These(permissions) => bounds.bound(permissions),
    };
    Ok(InviteSend {
        email,
        permissions: permissions.keys(),
        all_permissions: matches!(chosen, Chosen::All),
        expires_in: Span(validity),
        known,
        resend: false,
    })
}

/// The draft of sending an invite again.
///
/// # Errors
/// As [`draft`].
pub async fn redraft(q: impl Query, bounds: &Bounds, invite: &Invite, validity: i64) -> Result<InviteSend> {
    let chosen = if invite.all_permissions { Chosen::All } else { Chosen::These(invite.permissions()) };
    Ok(InviteSend { resend: true, ..draft(q, bounds, &invite.email, &chosen, validity).await? })
}

/// Sends an invite.
///
/// # Errors
/// [`Kind::Forbidden`](crate::error::Kind::Forbidden) `owner-only`;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `already-has-access` or `already-invited`, naming `email`;
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `email` or `permissions`; else as [`account::hold`].
pub async fn send(
    mut tx: &mut Tx,
    act: &Act,
    approved: &Approved<InviteSend>,
    bounds: &Bounds,
) -> Result<Invite> {
    let (account_id, draft) = (&approved.context().account.id, approved.draft());
    account::hold(tx, account_id).await?;
    let owner = access::only_owner(tx, act, account_id).await?.user;
    let email = customer_address(tx, "email", &draft.email).await?;
    let key = email_key(&email);
    bounds.are_about(account_id, &key)?;
    bounds.are_sure()?;
    lacks_access(tx, account_id, &key).await?;
    if store::pending_for(&mut tx, account_id, &key).await?.is_some() {
        return Err(Error::conflict("already-invited").and_field("email", "already-invited"));
    }
    let (permissions, all_permissions) = granted(draft, bounds)?;
    let invite = Invite {
        id: id::new("inv", act.at),
        account_id: account_id.clone(),
        email,
        email_key: key,
        permissions: permissions.to_column(),
        all_permissions,
        inviter_name: owner.name(),
        inviter_id: owner.id,
        inviter_email: owner.email,
        created_at: act.at,
        sent_at: act.at,
        expires_at: act.at + validity(draft),
        accepted_at: None,
        cancelled_at: None,
        declined_at: None,
    };
    let token = Token::generate();
    store::insert(tx, &invite, &token.hash()).await?;
    let known = store::known(&mut tx, &invite).await?;
    let seen = account::snapshot(&mut *tx, account_id).await?;
    let links = [SecretLink { name: "invite", token: &token }];
    outbox::emit(tx, act, &seen, &InviteSent { invite: invite.seen(known) }, &links).await?;
    Ok(invite)
}

/// Sends the pending invite to the draft's address again: with a new link, of new validity. The
/// earlier link is dead, and its page says so. Whoever owns the account now is the inviter.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `invite` if none is pending; else as [`send`].
pub async fn resend(
    mut tx: &mut Tx,
    act: &Act,
    approved: &Approved<InviteSend>,
    bounds: &Bounds,
) -> Result<Invite> {
    let (account_id, draft) = (&approved.context().account.id, approved.draft());
    account::hold(tx, account_id).await?;
    let owner = access::only_owner(tx, act, account_id).await?.user;
    let key = email_key(&draft.email);
    bounds.are_about(account_id, &key)?;
    bounds.are_sure()?;
    let mut invite =
        store::pending_for(&mut tx, account_id, &key).await?.ok_or_else(|| Error::not_found("invite"))?;
    lacks_access(tx, account_id, &key).await?;
    let (permissions, all_permissions) = granted(draft, bounds)?;
    invite.permissions = permissions.to_column();
    invite.all_permissions = all_permissions;
    invite.inviter_name = owner.name();
    invite.inviter_id = owner.id;
    invite.inviter_email = owner.email;
    invite.sent_at = act.at;
    invite.expires_at = act.at + validity(draft);
    let token = Token::generate();
    store::renew(tx, &invite, &token.hash()).await?;
    let known = store::known(&mut tx, &invite).await?;
    let seen = account::snapshot(&mut *tx, account_id).await?;
    let links = [SecretLink { name: "invite", token: &token }];
    outbox::emit(tx, act, &seen, &InviteResent { invite: invite.seen(known) }, &links).await?;
    Ok(invite)
}

async fn lacks_access(mut tx: &mut Tx, account_id: &str, email_key: &str) -> Result<()> {
    match access::store::has_address(&mut tx, account_id, email_key).await? {
        true => Err(Error::conflict("already-has-access").and_field("email", "already-has-access")),
        false => Ok(()),
    }
}

/// What accepting will give, and whether that is all that can be given.
fn granted(draft: &InviteSend, bounds: &Bounds) -> Result<(Permissions, bool)> {
    let permissions = bounds.bound(&access::parse(&draft.permissions)?);
    if permissions.is_empty() {
        return Err(Error::field("permissions", "permissions-none"));
    }
    // A hook may have taken some away from "All Permissions".
    let all = draft.all_permissions && permissions == bounds.all();
    Ok((permissions, all))
}

/// How long the link will work: what the draft says, but neither minutes nor years.
fn validity(draft: &InviteSend) -> i64 {
    draft.expires_in.0.clamp(SHORTEST, LONGEST)
}
