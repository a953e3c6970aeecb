//! People who can log in: one address, one password, one name each, whatever they may enter.
//!
//! Events about a user alone belong to no account, so that nothing of one account shows in
//! another. `profile`, `address`, `password` and `second_factor` hold the verbs; `link` the links of
//! one use that some of them need.

pub mod address;
pub mod link;
pub mod password;
pub mod profile;
pub mod second_factor;
mod store;

use super::{customer_address, email_key};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{data, outbox::Act},
    id,
    permission::{Category, Permissions},
};
use sqlx::FromRow;
use std::fmt;

/// Somebody who can log in.
#[derive(Clone, FromRow)]
pub struct User {
    /// Stable id, `usr_…`.
    pub id: String,
    /// Log-in address, as typed.
    pub email: String,
    /// The address in the form that is compared.
    pub email_key: String,
    /// First name.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// What [`Passwords::hash`](crate::secret::Passwords::hash) gave.
    pub password_hash: String,
    /// Language of pages and mail, such as `en` or `pt-BR`.
    pub locale: String,
    /// Time zone, such as `Europe/Berlin`.
    pub time_zone: String,
    /// When the address was confirmed.
    pub email_verified_at: Option<i64>,
    /// The second factor's secret, sealed; it counts once `totp_enabled_at` is set.
    pub totp_secret: Option<String>,
    /// Since when log-in asks for a second factor.
    pub totp_enabled_at: Option<i64>,
    /// The last half-minute whose code was used, so that none works twice.
    pub totp_last_step: i64,
    /// When they last logged in.
    pub last_login_at: Option<i64>,
    /// When they registered.
    pub created_at: i64,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "User({}, {})", self.id, self.email)
    }
}

impl User {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// True if log-in asks for a second factor.
    pub fn two_factor(&self) -> bool {
        self.totp_enabled_at.is_some()
    }

    /// True once the address was confirmed.
    pub fn email_verified(&self) -> bool {
        self.email_verified_at.is_some()
    }
}

/// Somebody who is to become a user.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// Log-in address, as typed.
    pub email: String,
    /// First name, as typed.
    pub first_name: String,
    /// Last name, as typed; may be empty.
    pub last_name: String,
    /// What [`password::hashed`] gave.
    pub password_hash: String,
    /// Language, one of those shipped or added by the operator; the caller has checked that.
    pub locale: String,
    /// Time zone, such as `Europe/Berlin`; empty for UTC.
    pub time_zone: String,
    /// True if it is known that the address is theirs, as it is of whoever accepts an invite by its link.
    pub email_verified: bool,
}

/// Makes a user and says nothing: the verb that needs the user (registration, accepting an invite)
/// emits `user.registered`, with the account that it knows.
///
/// # Errors
/// [`Invalid`](crate::error::Kind::Invalid) naming `email`, `first_name`, `last_name` or `time_zone`;
/// [`Conflict`](crate::error::Kind::Conflict) `email-taken` if a user has that address, with which the transaction may go on.
pub async fn create(tx: &mut Tx, act: &Act, typed: NewUser) -> Result<User> {
    let email = customer_address(tx, "email", &typed.email).await?;
    let profile = profile::checked(&profile::Profile {
        first_name: typed.first_name,
        last_name: typed.last_name,
        locale: typed.locale,
        time_zone: typed.time_zone,
    })?;
    let user = User {
        id: id::new("usr", act.at),
        email_key: email_key(&email),
        email,
        first_name: profile.first_name,
        last_name: profile.last_name,
        password_hash: typed.password_hash,
        locale: profile.locale,
        time_zone: profile.time_zone,
        email_verified_at: typed.email_verified.then_some(act.at),
        totp_secret: None,
        totp_enabled_at: None,
        totp_last_step: 0,
        last_login_at: None,
        created_at: act.at,
    };
    if !store::insert(tx, &user).await? {
        return Err(Error::conflict("email-taken").and_field("email", "email-taken"));
    }
    Ok(user)
}

/// The user of this id.
///
/// # Errors
/// `user` if there is none.
pub async fn find(q: impl Query, id: &str) -> Result<User> {
    lookup(q, id).await?.ok_or_else(|| Error::not_found("user"))
}

/// The user of this id, if there is one.
///
/// # Errors
/// If the database is away.
pub async fn lookup(q: impl Query, id: &str) -> Result<Option<User>> {
    store::by_id(q, id).await
}

/// The user with this address, whatever its capitals.
///
/// # Errors
/// If the database is away.
pub async fn lookup_by_email(q: impl Query, email: &str) -> Result<Option<User>> {
    store::by_email_key(q, &email_key(email)).await
}

/// How many users there are.
///
/// # Errors
/// If the database is away.
pub async fn count(q: impl Query) -> Result<i64> {
    store::count(q).await
}

/// The user as actors, authors and inviters are shown.
pub fn person(user: &User) -> data::Person {
    data::Person {
        exists: true,
        kind: "user".into(),
        id: user.id.clone(),
        name: user.name(),
        email: user.email.clone(),
    }
}

/// The user as seen from an account; the owner holds every permission, whatever `permissions` says.
pub fn seen(user: &User, owner: bool, permissions: &Permissions, categories: &[Category]) -> data::User {
    data::User {
        exists: true,
        id: user.id.clone(),
        name: user.name(),
        first_name: user.first_name.clone(),
        email: user.email.clone(),
        email_verified: user.email_verified(),
        locale: user.locale.clone(),
        time_zone: user.time_zone.clone(),
        owner,
        permissions: if owner { Permissions::all().keys() } else { permissions.keys() },
        categories: categories.iter().map(|category| category.key().to_owned()).collect(),
        two_factor: user.two_factor(),
    }
}

/// The user as seen from no account, as personal events carry them.
pub fn alone(user: &User) -> data::User {
    seen(user, false, &Permissions::default(), &[])
}

/// The same act, done by this user: for whoever shows by a link or a password that they are the user.
pub fn acting(act: &Act, user: &User) -> Act {
    Act { actor: person(user), ..act.clone() }
}

/// Reads the user again and holds their row until the transaction ends; nothing if the password is
/// not the one that was checked any more, as when it was changed at the same moment.
pub(super) async fn still(tx: &mut Tx, checked: &User) -> Result<Option<User>> {
    if !store::hold(tx, &checked.id, &checked.password_hash).await? {
        return Ok(None);
    }
    lookup(tx, &checked.id).await
}

/// Notes that they logged in.
pub(super) async fn logged_in(tx: &mut Tx, id: &str, at: i64) -> Result<()> {
    store::logged_in(tx, id, at).await
}

#[cfg(test)]
mod tests;
