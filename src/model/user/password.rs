//! Passwords: the rules, setting another, and setting one by mail after it was forgotten.

use super::{
    User, acting, address, alone, find,
    link::{self, Purpose, State},
    lookup_by_email, store,
};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::{UserPasswordChanged, UserPasswordResetRequested},
        data::Account,
        outbox::{Act, SecretLink, emit},
    },
    model::{email_key, login, session, throttle},
    secret::Passwords,
};

/// The shortest password, in characters.
pub const SHORTEST: usize = 10;
/// The longest password, in characters.
pub const LONGEST: usize = 200;

/// Those of at least ten characters that people choose most, and therefore guess first.
const COMMON: &[&str] = &[
    "0123456789",
    "1234567890",
    "12345678910",
    "123456789a",
    "123456789q",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "0987654321",
    "9876543210",
    "1212121212",
    "1231231231",
    "123123123123",
    "1234512345",
    "abcdefghij",
    "abcdefghijk",
    "abc1234567",
    "abcd123456",
    "abcd1234567",
    "administrator",
    "admin12345",
    "admin123456",
    "adminadmin",
    "asdfghjkl1",
    "asdfghjkl;",
    "asdfghjkl123",
    "asdfasdfasdf",
    "basketball",
    "bismillah1",
    "changeme123",
    "changemenow",
    "chocolate1",
    "computer123",
    "football123",
    "hello12345",
    "helloworld",
    "helloworld1",
    "hosting123",
    "iloveyou12",
    "iloveyou123",
    "iloveyou1234",
    "innkeeper1",
    "innkeeper123",
    "letmein123",
    "letmein1234",
    "liverpool1",
    "loveyou123",
    "manchester",
    "michael123",
    "minecraft1",
    "monkey1234",
    "passw0rd12",
    "passw0rd123",
    "password!1",
    "password00",
    "password01",
    "password10",
    "password11",
    "password12",
    "password123",
    "password1234",
    "password12345",
    "password99",
    "passwordpassword",
    "p@ssw0rd12",
    "p@ssw0rd123",
    "p@ssword123",
    "pokemon123",
    "princess123",
    "qazwsxedc1",
    "qazwsxedcrfv",
    "qwerasdfzxcv",
    "qwert12345",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "qwertyqwerty",
    "qwertyuiop",
    "qwertyuiop1",
    "qwertyuiop123",
    "qwertzuiop",
    "secret1234",
    "sunshine123",
    "superman123",
    "test123456",
    "testtest123",
    "trustno1trustno1",
    "unbelievable",
    "welcome123",
    "welcome1234",
    "welcome12345",
    "zaq12wsxcde3",
    "zxcvbnm123",
    "zxcvbnmasdf",
    "zxcvbnm,./",
];

/// What is wrong with a password, as the code of a field error; nothing if it will do.
pub fn fault(password: &str, email: &str) -> Option<&'static str> {
    let length = password.chars().count();
    let lower = password.trim().to_lowercase();
    let email = email_key(email);
    let local = email.split('@').next().unwrap_or_default();
    let mut signs = lower.chars();
    let first = signs.next();
    if length < SHORTEST {
        Some("password-short")
    } else if length > LONGEST {
        Some("password-long")
    } else if lower == email || lower == local {
        Some("password-is-email")
    } else if COMMON.contains(&lower.as_str()) || signs.all(|sign| Some(sign) == first) {
        Some("password-common")
    } else {
        None
    }
}

/// The hash to keep for a password that keeps the rules. Takes a while: call it before the transaction.
///
/// # Errors
/// [`Invalid`](crate::error::Kind::Invalid) naming `field`, with the code of [`fault`]; `busy` if the server is stopping.
pub async fn hashed(passwords: &Passwords, field: &str, password: &str, email: &str) -> Result<String> {
    if let Some(code) = fault(password, email) {
        return Err(Error::field(field, code));
    }
    Ok(passwords.hash(password).await?)
}

/// Sends a link that sets a new password; it works for one hour, once. An unknown address, a sixth
/// request within an hour, and too many from one network address are passed over in silence.
///
/// # Errors
/// If the database is away.
pub async fn request_reset(tx: &mut Tx, act: &Act, ip: &str, email: &str) -> Result<()> {
    // Counting by address also writes for unknown users, so that the clock does not tell them apart.
    let key = format!("reset-{}", throttle::address_key(ip));
    if throttle::take(tx, &key, &throttle::RESET, act.at).await?.is_some() {
        return Ok(());
    }
    let Some(user) = lookup_by_email(&mut *tx, email).await? else { return Ok(()) };
    let Some(token) = link::make(tx, &user, Purpose::Reset, &user.email, act.at).await? else {
        return Ok(());
    };
    let links = [SecretLink { name: "reset", token: &token }];
    emit(tx, act, &Account::default(), &UserPasswordResetRequested { user: alone(&user) }, &links).await?;
    Ok(())
}

/// What came of a `reset` link.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of these in a request")]
pub enum Reset {
    /// The password is set, and all sessions have ended. The link showed that the address is the user's.
    Done(User),
    /// The link ran out, or was made void.
    Expired,
    /// The link was used.
    Used,
    /// There is no such link.
    Unknown,
}

/// Sets a new password by a `reset` link. It logs nobody in: the second factor is still due.
///
/// # Errors
/// If the database is away.
pub async fn reset(tx: &mut Tx, act: &Act, token: &str, password_hash: &str) -> Result<Reset> {
    let link = match link::open(&mut *tx, token, act.at).await? {
        Ok(link) if link.is_for(Purpose::Reset) => link,
        Err(State::Used) => return Ok(Reset::Used),
        Err(State::Expired) => return Ok(Reset::Expired),
        Ok(_) | Err(State::Live { .. } | State::Unknown) => return Ok(Reset::Unknown),
    };
    if !link::spend(tx, token, act.at).await? {
        return Ok(Reset::Used);
    }
    let user = find(&mut *tx, &link.user_id).await?;
    // Whoever reads the user's mail is let past those who guess. First, as in a log-in, so that the
    // two never wait for each other.
    throttle::clear(tx, &login::user_key(&user.email)).await?;
    let user = address::verified(tx, act, user).await?;
    set(tx, &acting(act, &user), user, password_hash, None).await.map(Reset::Done)
}

/// Sets another password and ends all sessions but the one to `keep`. The caller has checked the
/// present password.
///
/// # Errors
/// `user` if there is no such user.
pub async fn change(
    tx: &mut Tx,
    act: &Act,
    user_id: &str,
    password_hash: &str,
    keep: Option<&str>,
) -> Result<User> {
    let user = find(&mut *tx, user_id).await?;
    set(tx, act, user, password_hash, keep).await
}

async fn set(
    tx: &mut Tx,
    act: &Act,
    mut user: User,
    password_hash: &str,
    keep: Option<&str>,
) -> Result<User> {
    store::set_password(tx, &user.id, password_hash).await?;
    user.password_hash = password_hash.to_owned();
    link::void(tx, &user.id, Purpose::Reset, act.at).await?;
    // Whoever knew the old password may have asked for another address.
    link::void(tx, &user.id, Purpose::ChangeEmail, act.at).await?;
    session::drop_all(tx, &user.id, keep).await?;
    emit(tx, act, &Account::default(), &UserPasswordChanged { user: alone(&user) }, &[]).await?;
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_neither_common_nor_the_address() {
        let fault = |password: &str| fault(password, "Owner.Baker@bakery.example");
        assert_eq!(fault("nine char"), Some("password-short"));
        assert_eq!(fault("äöüäöüäöü"), Some("password-short"));
        assert_eq!(fault(&"ab".repeat(101)), Some("password-long"));
        assert_eq!(fault("owner.baker@BAKERY.example"), Some("password-is-email"));
        assert_eq!(fault("owner.baker"), Some("password-is-email"));
        assert_eq!(fault("Password123"), Some("password-common"));
        assert_eq!(fault("aaaaaaaaaaaa"), Some("password-common"));
        assert_eq!(fault("innkeeper-demo"), None);
        assert_eq!(fault(&"ab".repeat(100)), None);
    }

    #[test]
    fn every_common_password_would_pass_the_other_rules() {
        for password in COMMON {
            assert!(
                password.chars().count() >= SHORTEST && password.to_lowercase() == *password,
                "{password}"
            );
        }
    }
}
