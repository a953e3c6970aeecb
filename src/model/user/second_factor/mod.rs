//! The second factor: codes by time from an authenticator, and recovery codes for when it is lost.

mod store;

use super::{User, alone, find};
use crate::{
    db::{Query, Tx},
    error::{Error, Kind, Result},
    event::{
        catalogue::{
            UserRecoveryCodeUsed, UserRecoveryCodesRenewed, UserTwoFactorDisabled, UserTwoFactorEnabled,
        },
        data::Account,
        outbox::{Act, emit},
    },
    secret::{self, SealingKey, totp},
};

/// How many recovery codes a user gets.
pub const CODES: usize = 10;

/// Begins to set a second factor up: a new secret in base32, to show as text and (by
/// [`totp::address`]) as a picture. Log-in does not ask for it before [`enable`].
///
/// # Errors
/// [`Conflict`](Kind::Conflict) `two-factor-on` if one is in force, `user` if there is no such user.
pub async fn begin(tx: &mut Tx, act: &Act, user_id: &str) -> Result<String> {
    let secret = totp::generate();
    find(&mut *tx, user_id).await?;
    if !store::set_secret(tx, user_id, &act.key.seal(&secret)).await? {
        return Err(Error::conflict("two-factor-on"));
    }
    Ok(secret)
}

/// The secret that [`begin`] gave and that is not in force yet, to show the page again.
pub fn pending(user: &User, key: &SealingKey) -> Option<String> {
    if user.two_factor() {
        return None;
    }
    key.open(user.totp_secret.as_deref()?)
}

/// Puts the second factor in force, with a code that shows that the authenticator has the secret.
/// Gives the recovery codes, which are shown this once.
///
/// # Errors
/// [`Invalid`](Kind::Invalid) naming `code` (`code-wrong`), [`Conflict`](Kind::Conflict) `two-factor-on` or
/// `two-factor-not-begun`, `user` if there is no such user.
pub async fn enable(tx: &mut Tx, act: &Act, user_id: &str, code: &str) -> Result<Vec<String>> {
    let mut user = find(&mut *tx, user_id).await?;
    if user.two_factor() {
        return Err(Error::conflict("two-factor-on"));
    }
    let sealed = user.totp_secret.clone().ok_or_else(|| Error::conflict("two-factor-not-begun"))?;
    let secret = act.key.open(&sealed).ok_or_else(|| Error::conflict("two-factor-not-begun"))?;
    let step = totp::step(&secret, code, act.at).ok_or_else(|| Error::field("code", "code-wrong"))?;
    if !store::enable(tx, user_id, &sealed, step, act.at).await? {
        return Err(Error::conflict("two-factor-on"));
    }
    user.totp_enabled_at = Some(act.at);
    let codes = make_codes(tx, user_id, &secret).await?;
    emit(tx, act, &Account::default(), &UserTwoFactorEnabled { user: alone(&user) }, &[]).await?;
    Ok(codes)
}

/// The user gives the second factor up. The caller has checked the password.
///
/// # Errors
/// [`Conflict`](Kind::Conflict) `two-factor-off` if none is in force, `user` if there is no such user.
pub async fn disable(tx: &mut Tx, act: &Act, user_id: &str) -> Result<()> {
    take_away(tx, act, user_id).await
}

/// Staff help a user who lost both the authenticator and the recovery codes.
///
/// # Errors
/// [`Forbidden`](Kind::Forbidden) `staff-only` unless the actor is staff; else as [`disable`].
pub async fn disable_by_staff(tx: &mut Tx, act: &Act, user_id: &str) -> Result<()> {
    if act.actor.kind != "staff" {
        return Err(Error::new(Kind::Forbidden, "staff-only"));
    }
    take_away(tx, act, user_id).await
}

async fn take_away(tx: &mut Tx, act: &Act, user_id: &str) -> Result<()> {
    let mut user = find(&mut *tx, user_id).await?;
    if !store::disable(tx, user_id).await? {
        return Err(Error::conflict("two-factor-off"));
    }
    store::drop_codes(tx, user_id).await?;
    user.totp_enabled_at = None;
    emit(tx, act, &Account::default(), &UserTwoFactorDisabled { user: alone(&user) }, &[]).await?;
    Ok(())
}

/// Makes new recovery codes, which are shown this once; the old ones are dead. The caller has
/// checked the password.
///
/// # Errors
/// [`Conflict`](Kind::Conflict) `two-factor-off` if no second factor is in force, `user` if there is no such user.
pub async fn renew(tx: &mut Tx, act: &Act, user_id: &str) -> Result<Vec<String>> {
    let user = find(&mut *tx, user_id).await?;
    let secret = in_force(&user, &act.key)?.ok_or_else(|| Error::conflict("two-factor-off"))?;
    store::drop_codes(tx, user_id).await?;
    let codes = make_codes(tx, user_id, &secret).await?;
    emit(tx, act, &Account::default(), &UserRecoveryCodesRenewed { user: alone(&user) }, &[]).await?;
    Ok(codes)
}

/// How many recovery codes are left.
///
/// # Errors
/// If the database is away.
pub async fn codes_left(q: impl Query, user_id: &str) -> Result<i64> {
    store::codes_left(q, user_id).await
}

/// True if `typed` is the authenticator's code or a recovery code of the user. What was right once
/// is wrong ever after. False too if no second factor is in force.
///
/// # Errors
/// If the database is away, or the server's key is not the one that sealed the secret.
pub async fn check(tx: &mut Tx, act: &Act, user_id: &str, typed: &str) -> Result<bool> {
    let user = find(&mut *tx, user_id).await?;
    let Some(secret) = in_force(&user, &act.key)? else { return Ok(false) };
    let signs = signs(typed);
    if signs.len() == 6 && signs.chars().all(|sign| sign.is_ascii_digit()) {
        let Some(step) = totp::step(&secret, &signs, act.at) else { return Ok(false) };
        return store::use_step(tx, user_id, step).await;
    }
    if !store::use_code(tx, user_id, &code_hash(user_id, &secret, &signs), act.at).await? {
        return Ok(false);
    }
    let left = store::codes_left(&mut *tx, user_id).await?;
    emit(tx, act, &Account::default(), &UserRecoveryCodeUsed { user: alone(&user), left }, &[]).await?;
    Ok(true)
}

fn in_force(user: &User, key: &SealingKey) -> Result<Option<String>> {
    if !user.two_factor() {
        return Ok(None);
    }
    let opened = user.totp_secret.as_deref().and_then(|sealed| key.open(sealed));
    opened.map(Some).ok_or_else(|| {
        Error::internal(format!("the server's key does not open the second factor of {}", user.id))
    })
}

async fn make_codes(tx: &mut Tx, user_id: &str, secret: &str) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..CODES).map(|_| secret::recovery_code()).collect();
    for code in &codes {
        store::insert_code(tx, user_id, &code_hash(user_id, secret, &signs(code))).await?;
    }
    Ok(codes)
}

/// What was typed, without the spaces and hyphens that people add or leave out.
fn signs(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_lowercase()).collect()
}

/// The shared secret, which the database holds sealed, stands in for the strength that a code of
/// ten letters lacks: whoever has the database alone cannot try them all.
fn code_hash(user_id: &str, secret: &str, signs: &str) -> String {
    secret::hash(&format!("{user_id}:{secret}:{signs}"))
}

#[cfg(test)]
mod tests;
