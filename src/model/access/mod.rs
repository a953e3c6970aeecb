//! Who may enter which account, and what for: the owner, and the users whom the owner invited.
//!
//! Getting in is the matter of [`invite`](super::invite); what hooks preselect, require and forbid
//! is in [`Bounds`]; what a request may do is read with its [`session`](super::session).

mod bounds;
mod permissions;
mod preferences;
mod remove;
pub(super) mod store;
#[cfg(test)]
mod tests;

pub use bounds::Bounds;
pub(super) use bounds::parse;
pub use permissions::{Changed, change_permissions};
pub use preferences::change_preferences;
pub use remove::{leave, remove};

use super::{
    account,
    page::{Listed, Page},
    user::{self, User},
};
use crate::{
    db::{Query, Tx},
    error::{Error, Kind, Result},
    event::{data, outbox::Act},
    permission::{Category, Permissions},
};
use sqlx::FromRow;

/// A user of an account.
#[derive(Clone, Debug, FromRow)]
pub struct Member {
    /// Who.
    #[sqlx(flatten)]
    pub user: User,
    /// True if they own the account.
    pub owner: bool,
    permissions: String,
    categories: String,
    /// When they last entered this account. What they do elsewhere is nobody's business here.
    pub entered_at: Option<i64>,
}

impl Member {
    /// What they may do: everything, for the owner.
    pub fn permissions(&self) -> Permissions {
        if self.owner { Permissions::all() } else { Permissions::from_column(&self.permissions) }
    }

    /// Mail categories that they ticked for this account.
    pub fn categories(&self) -> Vec<Category> {
        Category::from_column(&self.categories)
    }

    /// The user as events and hooks see it from this account.
    pub fn seen(&self) -> data::User {
        user::seen(&self.user, self.owner, &self.permissions(), &self.categories())
    }
}

/// An account that a user can reach.
#[derive(Clone, Debug, FromRow)]
pub struct Reachable {
    /// The account.
    pub id: String,
    sort: String,
    company: String,
    first_name: String,
    last_name: String,
    email: String,
    /// True if the user owns it.
    pub owner: bool,
    permissions: String,
    /// When the user last entered it.
    pub entered_at: Option<i64>,
}

impl Reachable {
    /// The account's name.
    pub fn name(&self) -> String {
        account::name(&self.company, &self.first_name, &self.last_name, &self.email)
    }

    /// What the user may do there: everything, for the owner.
    pub fn permissions(&self) -> Permissions {
        if self.owner { Permissions::all() } else { Permissions::from_column(&self.permissions) }
    }
}

/// The users of an account, the owner first, then by name.
///
/// # Errors
/// If the database is away.
pub async fn members(mut q: impl Query, account_id: &str) -> Result<Vec<Member>> {
    store::members(&mut q, account_id).await
}

/// One user of an account.
///
/// # Errors
/// [`Kind::NotFound`] `user` if nobody of this id has access, whoever they may be elsewhere.
pub async fn member(mut q: impl Query, account_id: &str, user_id: &str) -> Result<Member> {
    store::member(&mut q, account_id, user_id).await?.ok_or_else(|| Error::not_found("user"))
}

/// The accounts that a user can enter: their own first, the rest by name; all, or those whose name
/// holds the words of `search`.
///
/// # Errors
/// If the database is away.
pub async fn reachable(
    mut q: impl Query,
    user_id: &str,
    search: &str,
    page: &Page,
) -> Result<Listed<Reachable>> {
    store::reachable(&mut q, user_id, search, page).await
}

/// Lets nobody but the account's owner go on, or the house itself, for a script of the operator's.
pub(super) async fn owner_or_house(tx: &mut Tx, act: &Act, account_id: &str) -> Result<()> {
    if act.actor.kind == "system" { Ok(()) } else { only_owner(tx, act, account_id).await.map(drop) }
}

/// Lets nobody but the account's owner go on.
///
/// # Errors
/// [`Kind::Forbidden`] `owner-only` for other users of the account; [`Kind::NotFound`] `account` for all others.
pub(super) async fn only_owner(mut tx: &mut Tx, act: &Act, account_id: &str) -> Result<Member> {
    let stranger = || Error::not_found("account");
    if act.actor.kind != "user" {
        return Err(stranger());
    }
    let member = store::member(&mut tx, account_id, &act.actor.id).await?.ok_or_else(stranger)?;
    if member.owner { Ok(member) } else { Err(Error::new(Kind::Forbidden, "owner-only")) }
}
