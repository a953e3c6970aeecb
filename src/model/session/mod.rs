//! Log-ins that last: who it is, and which account they act for, read anew at every request.
//!
//! The browser holds a token, the database its hash. Permissions are never kept in a session, so
//! that what an owner changes counts at the next request.

mod current;
mod store;

pub use current::{Current, Entered, Who, authenticate, awaiting};

use super::user::{self, User, acting, alone};
use crate::{
    clock::{DAY, HOUR, MINUTE},
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{StaffLoggedOut, UserLoggedOut, UserSessionsEnded, UserSwitchedAccount},
        data::{self, Account},
        outbox::{Act, emit},
    },
    id,
    permission::{Category, Permissions},
    secret::Token,
};
use sqlx::FromRow;

/// A user's session ends after so long without a request, in milliseconds.
pub const USER_IDLE: i64 = 30 * DAY;
/// A member of staff's session ends after so long without a request.
pub const STAFF_IDLE: i64 = 12 * HOUR;
/// Any session ends so long after the log-in.
pub const LONGEST: i64 = 90 * DAY;
/// The second factor is awaited for so long.
pub const AWAITING: i64 = 10 * MINUTE;
/// A request writes that it was seen at most this often.
const SEEN_EVERY: i64 = MINUTE;

/// A log-in.
#[derive(Clone, Debug, FromRow)]
pub struct Session {
    /// Stable id, `ses_…`; no secret.
    pub id: String,
    /// The user, or
    pub user_id: Option<String>,
    /// the member of staff.
    pub staff_id: Option<String>,
    /// The account that was chosen; whether it may still be entered is another question.
    pub account_id: Option<String>,
    /// True while the second factor is awaited: the session opens nothing else.
    pub awaits_second_factor: bool,
    /// Network address of the log-in.
    pub ip: String,
    /// What the browser calls itself.
    pub user_agent: String,
    /// When it began.
    pub created_at: i64,
    /// When the last request came, to the minute.
    pub seen_at: i64,
    /// When it ends unless another request comes.
    pub expires_at: i64,
}

impl Session {
    /// When the session ends if `now` is the last request.
    fn ends(&self, now: i64) -> i64 {
        if self.awaits_second_factor {
            return self.created_at + AWAITING;
        }
        let idle = if self.staff_id.is_some() { STAFF_IDLE } else { USER_IDLE };
        (now + idle).min(self.created_at + LONGEST)
    }
}

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Network address of the browser.
    pub ip: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

impl Visitor {
    /// The form that events carry.
    pub fn data(&self) -> data::Session {
        data::Session { exists: true, ip: self.ip.clone(), user_agent: self.agent() }
    }

    fn agent(&self) -> String {
        self.user_agent.chars().filter(|sign| !sign.is_control()).take(300).collect()
    }
}

/// Who begins a session.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begins<'a> {
    /// A user, with the one account that can be meant, if it is one.
    User { id: &'a str, account: Option<&'a str> },
    /// A user whose second factor is awaited.
    Awaiting { id: &'a str },
    /// A member of staff.
    Staff { id: &'a str },
}

/// Begins a session; only log-in does.
pub(super) async fn start(
    tx: &mut Tx,
    act: &Act,
    visitor: &Visitor,
    who: Begins<'_>,
) -> Result<(Token, Session)> {
    let (user, staff, account) = match who {
        Begins::User { id, account } => (Some(id), None, account),
        Begins::Awaiting { id } => (Some(id), None, None),
        Begins::Staff { id } => (None, Some(id), None),
    };
    let mut session = Session {
        id: id::new("ses", act.at),
        user_id: user.map(str::to_owned),
        staff_id: staff.map(str::to_owned),
        account_id: account.map(str::to_owned),
        awaits_second_factor: matches!(who, Begins::Awaiting { .. }),
        ip: visitor.ip.clone(),
        user_agent: visitor.agent(),
        created_at: act.at,
        seen_at: act.at,
        expires_at: 0,
    };
    session.expires_at = session.ends(act.at);
    let token = Token::generate();
    store::insert(tx, &token.hash(), &session).await?;
    if let (Some(user), Some(account)) = (user, account) {
        store::entered(tx, account, user, act.at).await?;
    }
    Ok((token, session))
}

/// The account that a log-in goes straight into: the only one that the user can enter.
pub(super) async fn only_account(tx: &mut Tx, user_id: &str) -> Result<Option<String>> {
    let accounts = store::two_accounts(tx, user_id).await?;
    Ok(if accounts.len() == 1 { accounts.into_iter().next() } else { None })
}

/// True if the user has a session that began at this network address.
pub(super) async fn known_at(q: impl Query, user_id: &str, ip: &str, now: i64) -> Result<bool> {
    store::known_at(q, user_id, ip, now).await
}

/// Turns a user's session to `account`, of which the caller has the snapshot.
///
/// # Errors
/// `account` if the user may not enter it; `session` if the session has ended.
pub async fn choose_account(
    tx: &mut Tx,
    act: &Act,
    session: &Session,
    user: &User,
    account: &Account,
) -> Result<()> {
    let access =
        store::access(&mut *tx, &account.id, &user.id).await?.ok_or_else(|| Error::not_found("account"))?;
    let before =
        store::by_id(&mut *tx, &session.id).await?.filter(|before| before.user_id.as_ref() == Some(&user.id));
    let before = before.ok_or_else(|| Error::not_found("session"))?.account_id;
    if before.as_ref() == Some(&account.id) {
        return Ok(());
    }
    store::set_account(tx, &session.id, &account.id).await?;
    store::entered(tx, &account.id, &user.id, act.at).await?;
    if before.is_some() {
        let user = user::seen(
            user,
            access.owner,
            &Permissions::from_column(&access.permissions),
            &Category::from_column(&access.categories),
        );
        emit(tx, act, account, &UserSwitchedAccount { user }, &[]).await?;
    }
    Ok(())
}

/// Logs out. A session that has ended already is no error.
///
/// # Errors
/// If the database is away.
pub async fn end(tx: &mut Tx, act: &Act, current: &Current) -> Result<()> {
    if !store::delete(tx, &current.session.id).await? {
        return Ok(());
    }
    match &current.who {
        Who::User { user, .. } => {
            emit(tx, act, &Account::default(), &UserLoggedOut { user: alone(user) }, &[]).await?
        }
        Who::Staff(staff) => {
            emit(tx, act, &Account::default(), &StaffLoggedOut { staff: super::staff::person(staff) }, &[])
                .await?
        }
    };
    Ok(())
}

/// A user's sessions, the last seen first; those that await a second factor are left out.
///
/// # Errors
/// If the database is away.
pub async fn list(q: impl Query, user_id: &str, now: i64) -> Result<Vec<Session>> {
    store::list(q, user_id, now).await
}

/// "Log out everywhere": ends all sessions of the user but the one to keep; gives how many.
///
/// # Errors
/// If the database is away.
pub async fn end_others(tx: &mut Tx, act: &Act, user: &User, keep: &str) -> Result<u64> {
    let ended = drop_all(tx, &user.id, Some(keep)).await?;
    if ended > 0 {
        emit(tx, &acting(act, user), &Account::default(), &UserSessionsEnded { user: alone(user) }, &[])
            .await?;
    }
    Ok(ended)
}

/// Ends one session of the user's list.
///
/// # Errors
/// `session` if the user has no such session.
pub async fn end_one(tx: &mut Tx, act: &Act, user: &User, session_id: &str) -> Result<()> {
    if !store::delete_of(tx, &user.id, session_id).await? {
        return Err(Error::not_found("session"));
    }
    emit(tx, &acting(act, user), &Account::default(), &UserSessionsEnded { user: alone(user) }, &[]).await?;
    Ok(())
}

/// Ends all sessions of a user but the one to keep, and says nothing: what ended them does.
pub(super) async fn drop_all(tx: &mut Tx, user_id: &str, keep: Option<&str>) -> Result<u64> {
    store::delete_all(tx, user_id, keep.unwrap_or_default()).await
}

/// As [`drop_all`], of a member of staff.
pub(super) async fn drop_all_of_staff(tx: &mut Tx, staff_id: &str, keep: Option<&str>) -> Result<u64> {
    store::delete_all_of_staff(tx, staff_id, keep.unwrap_or_default()).await
}

/// Ends a session that awaited its second factor.
pub(super) async fn drop_one(tx: &mut Tx, session_id: &str) -> Result<bool> {
    store::delete(tx, session_id).await
}

/// Forgets sessions that have run out; gives how many.
///
/// # Errors
/// If the database is away.
pub async fn sweep(tx: &mut Tx, now: i64) -> Result<u64> {
    store::sweep(tx, now).await
}

#[cfg(test)]
mod tests;
