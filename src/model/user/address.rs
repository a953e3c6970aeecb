//! The log-in address: confirming it, and changing it.
//!
//! Nobody is told whether an address belongs to a user, except whoever can read its mail.

use super::{
    User, acting, alone, find,
    link::{self, Purpose, State},
    store,
};
use crate::{
    db::{Query, Tx},
    error::{Error, Kind, Result},
    event::{
        catalogue::{
            UserEmailChangeRequested, UserEmailChanged, UserEmailVerified, UserVerificationRequested,
        },
        data::Account,
        outbox::{Act, SecretLink, emit},
    },
    model::{customer_address, email_key},
};

/// What came of a `verify` link.
#[derive(Clone, Debug)]
pub enum Verification {
    /// The address is confirmed.
    Verified(User),
    /// The address is confirmed, and the user logs in with it from now on.
    Changed {
        /// The user, with the new address.
        user: User,
        /// The address before.
        old_email: String,
    },
    /// The address is another user's: only its holder can come to read this.
    Taken {
        /// The address asked for.
        email: String,
    },
    /// The link ran out, or was made void.
    Expired,
    /// The link was used.
    Used,
    /// There is no such link.
    Unknown,
}

/// Sends a link that confirms the user's address; it works for three days, once.
///
/// # Errors
/// [`Conflict`](Kind::Conflict) `email-verified` if that is done already, [`TooMany`](Kind::TooMany) `too-many-mails`
/// after five within an hour, `user` if there is no such user.
pub async fn request_verification(tx: &mut Tx, act: &Act, user_id: &str) -> Result<()> {
    let user = find(&mut *tx, user_id).await?;
    if user.email_verified() {
        return Err(Error::conflict("email-verified"));
    }
    let token = link::make(tx, &user, Purpose::Verify, &user.email, act.at).await?.ok_or_else(too_many)?;
    let links = [SecretLink { name: "verify", token: &token }];
    emit(tx, act, &Account::default(), &UserVerificationRequested { user: alone(&user) }, &links).await?;
    Ok(())
}

/// Sends a link to `new_email` that makes it the log-in address. The caller has checked the present
/// password. Whether the new address is another user's, its own mail tells: see [`Verification::Taken`].
///
/// # Errors
/// [`Invalid`](Kind::Invalid) naming `email` (also `email-same`), [`TooMany`](Kind::TooMany) `too-many-mails` after five
/// within an hour, `user` if there is no such user.
pub async fn request_email_change(tx: &mut Tx, act: &Act, user_id: &str, new_email: &str) -> Result<()> {
    let new_email = customer_address(tx, "email", new_email).await?;
    let user = find(&mut *tx, user_id).await?;
    if email_key(&new_email) == user.email_key {
        return Err(Error::field("email", "email-same"));
    }
    link::void(tx, user_id, Purpose::ChangeEmail, act.at).await?;
    let token =
        link::make(tx, &user, Purpose::ChangeEmail, &new_email, act.at).await?.ok_or_else(too_many)?;
    let links = [SecretLink { name: "verify", token: &token }];
    emit(tx, act, &Account::default(), &UserEmailChangeRequested { user: alone(&user), new_email }, &links)
        .await?;
    Ok(())
}

/// The address that waits to be confirmed before it becomes the log-in address.
///
/// # Errors
/// If the database is away.
pub async fn pending_change(q: impl Query, user_id: &str, now: i64) -> Result<Option<String>> {
    store::live_link(q, user_id, Purpose::ChangeEmail, now).await
}

/// Gives a change of address up: its link is dead, and the present address stays, so that nothing has happened.
///
/// # Errors
/// If the database is away.
pub async fn cancel_change(tx: &mut Tx, user_id: &str, now: i64) -> Result<()> {
    link::void(tx, user_id, Purpose::ChangeEmail, now).await
}

fn too_many() -> Error {
    Error::new(Kind::TooMany, "too-many-mails")
}

/// Uses a `verify` link, of either kind.
///
/// # Errors
/// If the database is away.
pub async fn verify_email(tx: &mut Tx, act: &Act, token: &str) -> Result<Verification> {
    let link = match link::open(&mut *tx, token, act.at).await? {
        Ok(link) if link.is_for(Purpose::Reset) => return Ok(Verification::Unknown),
        Ok(link) => link,
        Err(State::Used) => return Ok(Verification::Used),
        Err(State::Expired) => return Ok(Verification::Expired),
        Err(State::Live { .. } | State::Unknown) => return Ok(Verification::Unknown),
    };
    if !link::spend(tx, token, act.at).await? {
        return Ok(Verification::Used);
    }
    let user = find(&mut *tx, &link.user_id).await?;
    if link.is_for(Purpose::ChangeEmail) {
        return change_email(tx, act, user, &link.email).await;
    }
    verified(tx, act, user).await.map(Verification::Verified)
}

/// Notes that the present address is the user's own, if that was not known before.
pub(in crate::model) async fn verified(tx: &mut Tx, act: &Act, mut user: User) -> Result<User> {
    if store::set_verified(tx, &user.id, act.at).await? {
        user.email_verified_at = Some(act.at);
        emit(tx, &acting(act, &user), &Account::default(), &UserEmailVerified { user: alone(&user) }, &[])
            .await?;
    }
    Ok(user)
}

async fn change_email(tx: &mut Tx, act: &Act, mut user: User, new_email: &str) -> Result<Verification> {
    let key = email_key(new_email);
    if !store::set_email(tx, &user.id, new_email, &key, act.at).await? {
        return Ok(Verification::Taken { email: new_email.to_owned() });
    }
    // Links that wait in the old mailbox open nothing any more.
    link::void_all(tx, &user.id, act.at).await?;
    let old_email = std::mem::replace(&mut user.email, new_email.to_owned());
    user.email_key = key;
    user.email_verified_at = Some(act.at);
    let payload = UserEmailChanged { user: alone(&user), old_email: old_email.clone() };
    emit(tx, &acting(act, &user), &Account::default(), &payload, &[]).await?;
    Ok(Verification::Changed { user, old_email })
}
