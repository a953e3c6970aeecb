//! "Accept".

use super::{Invite, Opened, consent, look, over, store};
use crate::{
    db::Tx,
    error::{Error, Kind, Result},
    event::{
        catalogue::{InviteAccepted, UserAdded, UserRegistered},
        data,
        guard::{Approved, InviteAccept},
        outbox::{self, Act},
    },
    model::{
        access, account, email_key,
        user::{self, NewUser, User},
    },
};

/// Who accepts.
#[derive(Clone, Debug)]
pub enum Acceptor<'a> {
    /// The user who is logged in.
    User(&'a User),
    /// The invitee, who has no user yet and gets one, with the invited address. Its confirmation is the link.
    New {
        /// First name, as typed.
        first_name: String,
        /// Last name, as typed; may be empty.
        last_name: String,
        /// What [`Passwords::hash`](crate::secret::Passwords::hash) gave.
        password_hash: String,
        /// Language.
        locale: String,
        /// Time zone, such as `Europe/Berlin`; empty for UTC.
        time_zone: String,
    },
}

/// What accepting made.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The account, with its new user.
    pub account: data::Account,
    /// Who has access now.
    pub user: User,
    /// The invite.
    pub invite: Invite,
}

/// The draft of accepting, to be shown to the hooks, with the account's
/// [`snapshot`](account::snapshot). `email` is the address of the user who accepts.
pub fn draft(invite: &Invite, known: bool, email: &str) -> InviteAccept {
    InviteAccept {
        invite: invite.seen(known),
        email: email.to_owned(),
        permissions: invite.permissions().keys(),
    }
}

/// Accepts an invite: the user gets the draft's permissions on the account. Of two who accept at
/// once, one does. `allow_any_address` is the operator's setting that makes the owner's consent
/// needless when somebody accepts with another address than the invited one.
///
/// # Errors
/// As [`open`](look::open) where the invite cannot be accepted any more; [`Kind::Gone`] `inviter-left` if
/// the inviter no longer owns the account; [`Kind::Forbidden`] `consent-needed` or `email-unverified`
/// with another address; [`Kind::Conflict`] `already-has-access`, or `email-taken` if the invitee has
/// a user after all; [`Kind::Invalid`] with a new user's fields; else as [`account::hold`].
pub async fn accept(
    mut tx: &mut Tx,
    act: &Act,
    opened: Opened<'_>,
    approved: &Approved<InviteAccept>,
    acceptor: Acceptor<'_>,
    allow_any_address: bool,
) -> Result<Accepted> {
    let (account_id, draft) = (&approved.context().account.id, approved.draft());
    account::hold(tx, account_id).await?;
    let invite = look::open(tx, opened, act.at).await?;
    if invite.id != draft.invite.id || invite.account_id != *account_id {
        return Err(Error::internal(format!(
            "hooks were asked about {} and not about {}",
            draft.invite.id, invite.id
        )));
    }
    inviter_owns(tx, &invite).await?;
    let known = store::known(&mut tx, &invite).await?;
    let new = matches!(acceptor, Acceptor::New { .. });
    let user = settle(tx, act, &invite, opened, acceptor, allow_any_address).await?;
    if email_key(&draft.email) != user.email_key {
        return Err(Error::internal(format!(
            "hooks were asked about {} and not about {}",
            draft.email, user.email
        )));
    }
    if access::store::member(&mut tx, account_id, &user.id).await?.is_some() {
        return Err(Error::conflict("already-has-access"));
    }
    if !store::accept(tx, &invite.id, &user.id, act.at).await? {
        return Err(over(super::State::Used));
    }
    let permissions = access::parse(&draft.permissions)?;
    access::store::insert(tx, account_id, &user.id, false, &permissions, act.at).await?;
    let account = account::snapshot(&mut *tx, account_id).await?;
    let seen = user::seen(&user, false, &permissions, &[]);
    let act = user::acting(act, &user);
    if new {
        outbox::emit(tx, &act, &account, &UserRegistered { user: seen.clone() }, &[]).await?;
    }
    let taken = invite.seen(known);
    outbox::emit(tx, &act, &account, &InviteAccepted { invite: taken.clone(), user: seen.clone() }, &[])
        .await?;
    outbox::emit(tx, &act, &account, &UserAdded { user: seen, invite: taken }, &[]).await?;
    Ok(Accepted { account, user, invite })
}

async fn inviter_owns(mut tx: &mut Tx, invite: &Invite) -> Result<()> {
    let inviter = access::store::member(&mut tx, &invite.account_id, &invite.inviter_id).await?;
    if inviter.is_some_and(|inviter| inviter.owner) {
        Ok(())
    } else {
        Err(Error::new(Kind::Gone, "inviter-left"))
    }
}

/// The user who may accept: made, or found to be the invitee or somebody who may stand in for them.
async fn settle(
    tx: &mut Tx,
    act: &Act,
    invite: &Invite,
    opened: Opened<'_>,
    acceptor: Acceptor<'_>,
    allow_any_address: bool,
) -> Result<User> {
    let by_link = matches!(opened, Opened::Link(_));
    match acceptor {
        Acceptor::New { first_name, last_name, password_hash, locale, time_zone } if by_link => {
            let email = invite.email.clone();
            let person = NewUser {
                email,
                first_name,
                last_name,
                password_hash,
                locale,
                time_zone,
                email_verified: true,
            };
            user::create(tx, act, person).await
        }
        // The list of waiting invites is a user's own.
        Acceptor::New { .. } => Err(Error::not_found("invite")),
        Acceptor::User(user) if invite.is_for(user) => user::address::verified(tx, act, user.clone()).await,
        Acceptor::User(user) => {
            if !user.email_verified() {
                return Err(Error::new(Kind::Forbidden, "email-unverified"));
            }
            if !allow_any_address && !consent::was_given(tx, invite, user).await? {
                return Err(Error::new(Kind::Forbidden, "consent-needed"));
            }
            Ok(user.clone())
        }
    }
}
