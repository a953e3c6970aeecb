//! Logging in: password, second factor, what hooks say, and then a session.
//!
//! Each step counts the try before it judges it, compares the password before it opens a
//! transaction, asks hooks before it writes, and takes the same way for users that do not exist.

mod factor;
mod staff;

pub use factor::check_second_factor;
pub use staff::{StaffOutcome, check_staff_password};

use super::{
    email_key,
    session::{self, Begins, Session, Visitor},
    staff::Staff,
    throttle,
    user::{self, User, acting, alone},
};
use crate::{
    clock,
    db::{Db, Tx},
    error::{Error, Kind, Result},
    event::{
        catalogue::{UserLoggedIn, UserLoginFailed},
        data::Account,
        guard::{Approved, Gate, UserLogIn},
        outbox::{Act, emit},
    },
    secret::{self, Passwords, Token},
};

/// What a log-in needs beside what was typed. It opens its own transactions: neither the comparing
/// of a password nor a hook may run inside one.
#[derive(Clone, Copy)]
pub struct Needs<'a> {
    /// The database.
    pub db: &'a Db,
    /// Compares passwords.
    pub passwords: &'a Passwords,
    /// Reaches the hooks.
    pub gate: &'a dyn Gate,
}

/// What came of a step of a user's log-in.
#[derive(Debug)]
pub enum Outcome {
    /// Password or code are wrong, or there is no such user: nobody learns which.
    Wrong,
    /// Too many failures: nothing was tried.
    Throttled {
        /// When the next try is heard.
        until: i64,
    },
    /// The password was right. The token goes into the cookie and opens [`session::awaiting`] only.
    NeedsSecondFactor(Token),
    /// The user is logged in.
    In(Box<Entrance>),
}

/// A log-in that went well.
#[derive(Debug)]
pub struct Entrance {
    /// Goes into the cookie.
    pub token: Token,
    /// The session; its account is set if the user can enter exactly one.
    pub session: Session,
    /// The user.
    pub user: User,
}

/// The keys under which the tries of one log-in are counted.
struct Keys {
    address: String,
    person: String,
}

/// Under which failures of a user's password are counted, for everybody who is not known at their address.
pub(super) fn user_key(email: &str) -> String {
    format!("user:{}", secret::hash(&email_key(email)))
}

/// The first step: address and password.
///
/// # Errors
/// [`Refused`](Kind::Refused) with a hook's message; [`Unavailable`](Kind::Unavailable) if the database is away.
pub async fn check_password(
    needs: &Needs<'_>,
    act: &Act,
    visitor: &Visitor,
    email: &str,
    password: &str,
) -> Result<Outcome> {
    let user = user::lookup_by_email(needs.db, email).await?;
    let keys = keys_for(needs.db, act, visitor, email, user.as_ref()).await?;
    if let Some(until) = take(needs.db, &keys, &throttle::USER, act.at).await? {
        return Ok(Outcome::Throttled { until });
    }
    let hash = user.as_ref().map(|user| user.password_hash.as_str());
    let right = needs.passwords.verify(password, hash).await?;
    match user {
        Some(user) if right => go_on(needs, act, visitor, user, &keys).await,
        user => fail(needs.db, act, visitor, user.as_ref(), &keys).await,
    }
}

/// Where a user has a session already, strangers' failures do not slow them down: nobody can be
/// locked out of their own desk by somebody far away.
async fn keys_for(db: &Db, act: &Act, visitor: &Visitor, email: &str, user: Option<&User>) -> Result<Keys> {
    let address = throttle::address_key(&visitor.ip);
    // Asked for unknown users too, so that it takes as long.
    let known = session::known_at(db, user.map_or("", |user| &user.id), &visitor.ip, act.at).await?;
    let person = user_key(email);
    Ok(Keys { person: if known { format!("{person}@{address}") } else { person }, address })
}

async fn take(db: &Db, keys: &Keys, policy: &throttle::Policy, now: i64) -> Result<Option<i64>> {
    let mut tx = db.begin().await?;
    let by_address = throttle::take(&mut tx, &keys.address, &throttle::ADDRESS, now).await?;
    let by_person = throttle::take(&mut tx, &keys.person, policy, now).await?;
    if by_address.is_some() || by_person.is_some() {
        // Not committed: a try that is not heard is not counted either.
        return Ok(by_address.max(by_person));
    }
    tx.commit().await?;
    Ok(None)
}

async fn fail(db: &Db, act: &Act, visitor: &Visitor, user: Option<&User>, keys: &Keys) -> Result<Outcome> {
    let mut tx = db.begin().await?;
    match user {
        Some(user) => {
            let failed = UserLoginFailed { user: alone(user), session: visitor.data() };
            emit(&mut tx, act, &Account::default(), &failed, &[]).await?;
        }
        // Writes as well, so that the clock does not tell who is a user.
        None => throttle::touch(&mut tx, &keys.person).await?,
    }
    tx.commit().await?;
    Ok(Outcome::Wrong)
}

/// After a right password: the second factor if there is one, else in.
async fn go_on(needs: &Needs<'_>, act: &Act, visitor: &Visitor, user: User, keys: &Keys) -> Result<Outcome> {
    if user.two_factor() {
        return await_second_factor(needs.db, act, visitor, &user, Some(keys)).await;
    }
    let approved = match ask(needs, act, visitor, &user).await {
        Ok(approved) => approved,
        Err(refused) => {
            let mut tx = needs.db.begin().await?;
            give_back(&mut tx, keys).await?;
            tx.commit().await?;
            return Err(refused);
        }
    };
    let mut tx = needs.db.begin().await?;
    throttle::give_back(&mut tx, &keys.address).await?;
    throttle::clear(&mut tx, &keys.person).await?;
    let Some(entrance) = let_in(&mut tx, act, visitor, &user, &approved, None).await? else {
        return Ok(Outcome::Wrong);
    };
    tx.commit().await?;
    Ok(Outcome::In(Box::new(entrance)))
}

async fn await_second_factor(
    db: &Db,
    act: &Act,
    visitor: &Visitor,
    user: &User,
    keys: Option<&Keys>,
) -> Result<Outcome> {
    let mut tx = db.begin().await?;
    if let Some(keys) = keys {
        give_back(&mut tx, keys).await?;
    }
    if user::still(&mut tx, user).await?.is_none() {
        return Ok(Outcome::Wrong);
    }
    let (token, _) = session::start(&mut tx, act, visitor, Begins::Awaiting { id: &user.id }).await?;
    tx.commit().await?;
    Ok(Outcome::NeedsSecondFactor(token))
}

async fn give_back(tx: &mut Tx, keys: &Keys) -> Result<()> {
    throttle::give_back(tx, &keys.address).await?;
    throttle::give_back(tx, &keys.person).await
}

async fn ask(needs: &Needs<'_>, act: &Act, visitor: &Visitor, user: &User) -> Result<Approved<UserLogIn>> {
    let draft = UserLogIn { user: alone(user), session: visitor.data() };
    super::ask(needs.gate, &acting(act, user), &Account::default(), draft).await
}

/// Begins the session of a user whom hooks let in; nothing if password or second factor changed
/// since they were checked.
async fn let_in(
    tx: &mut Tx,
    act: &Act,
    visitor: &Visitor,
    checked: &User,
    _approved: &Approved<UserLogIn>,
    account: Option<&str>,
) -> Result<Option<Entrance>> {
    let Some(mut user) =
        user::still(tx, checked).await?.filter(|user| user.totp_enabled_at == checked.totp_enabled_at)
    else {
        return Ok(None);
    };
    let only = match account {
        Some(account) => Some(account.to_owned()),
        None => session::only_account(tx, &user.id).await?,
    };
    let begins = Begins::User { id: &user.id, account: only.as_deref() };
    let (token, session) = session::start(tx, act, visitor, begins).await?;
    user::logged_in(tx, &user.id, act.at).await?;
    user.last_login_at = Some(act.at);
    let logged_in = UserLoggedIn { user: alone(&user), session: visitor.data() };
    emit(tx, &acting(act, &user), &Account::default(), &logged_in, &[]).await?;
    Ok(Some(Entrance { token, session, user }))
}

/// Logs in somebody who has just shown by other means that they are the user: by registering, or by
/// accepting an invite. The second factor is due all the same. `account` is the one to begin with.
///
/// # Errors
/// [`Refused`](Kind::Refused) with a hook's message; `user` if there is no such user.
pub async fn enter(
    needs: &Needs<'_>,
    act: &Act,
    visitor: &Visitor,
    user_id: &str,
    account: Option<&str>,
) -> Result<Outcome> {
    let user = user::find(needs.db, user_id).await?;
    if user.two_factor() {
        return await_second_factor(needs.db, act, visitor, &user, None).await;
    }
    let approved = ask(needs, act, visitor, &user).await?;
    let mut tx = needs.db.begin().await?;
    let Some(entrance) = let_in(&mut tx, act, visitor, &user, &approved, account).await? else {
        return Ok(Outcome::Wrong);
    };
    tx.commit().await?;
    Ok(Outcome::In(Box::new(entrance)))
}

/// Checks the present password of somebody who is logged in, before what a stolen session must not
/// do. Counted apart from log-ins, so that those who guess outside disturb nobody inside.
///
/// # Errors
/// [`Invalid`](Kind::Invalid) naming `field` (`password-wrong`), [`TooMany`](Kind::TooMany) `too-many-tries`.
pub async fn confirm_password(
    db: &Db,
    passwords: &Passwords,
    act: &Act,
    user: &User,
    field: &str,
    password: &str,
) -> Result<()> {
    confirm(db, passwords, act, (&user.id, &user.password_hash), field, password).await
}

/// As [`confirm_password`], for staff.
///
/// # Errors
/// As [`confirm_password`].
pub async fn confirm_staff_password(
    db: &Db,
    passwords: &Passwords,
    act: &Act,
    staff: &Staff,
    field: &str,
    password: &str,
) -> Result<()> {
    confirm(db, passwords, act, (&staff.id, &staff.password_hash), field, password).await
}

async fn confirm(
    db: &Db,
    passwords: &Passwords,
    act: &Act,
    (id, hash): (&str, &str),
    field: &str,
    password: &str,
) -> Result<()> {
    let key = format!("confirm:{id}");
    let mut tx = db.begin().await?;
    if let Some(until) = throttle::take(&mut tx, &key, &throttle::USER, act.at).await? {
        return Err(
            Error::new(Kind::TooMany, "too-many-tries").detail(format!("until {}", clock::utc(until)))
        );
    }
    tx.commit().await?;
    if !passwords.verify(password, Some(hash)).await? {
        return Err(Error::field(field, "password-wrong"));
    }
    let mut tx = db.begin().await?;
    throttle::clear(&mut tx, &key).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests;
