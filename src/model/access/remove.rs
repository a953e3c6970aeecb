//! "Remove Access", and leaving.

use super::{Member, only_owner, store};
use crate::{
    db::Tx,
    error::{Error, Kind, Result},
    event::{
        catalogue::UserRemoved,
        data,
        guard::{Approved, UserRemove},
        outbox::{self, Act},
    },
    model::{account, user},
    permission::Permissions,
};

/// Takes the access of the draft's user away, on the owner's wish. It acts on that user's next
/// request; sessions that stood in the account stand in none.
///
/// # Errors
/// [`Kind::Forbidden`] `owner-only`, or `owner-stays` for the owner themselves; [`Kind::NotFound`] `user`;
/// else as [`account::hold`].
pub async fn remove(tx: &mut Tx, act: &Act, approved: &Approved<UserRemove>) -> Result<data::User> {
    let account_id = &approved.context().account.id;
    account::hold(tx, account_id).await?;
    only_owner(tx, act, account_id).await?;
    end(tx, act, account_id, &approved.draft().user.id, false).await
}

/// Leaves the account, of the user's own will.
///
/// # Errors
/// [`Kind::Forbidden`] `owner-stays` for the owner; [`Kind::NotFound`] `user` for anybody but the user
/// themselves; else as [`account::hold`].
pub async fn leave(tx: &mut Tx, act: &Act, approved: &Approved<UserRemove>) -> Result<data::User> {
    let account_id = &approved.context().account.id;
    let user_id = &approved.draft().user.id;
    account::hold(tx, account_id).await?;
    if act.actor.kind != "user" || act.actor.id != *user_id {
        return Err(Error::not_found("user"));
    }
    end(tx, act, account_id, user_id, true).await
}

async fn end(mut tx: &mut Tx, act: &Act, account_id: &str, user_id: &str, left: bool) -> Result<data::User> {
    let member: Member =
        store::member(&mut tx, account_id, user_id).await?.ok_or_else(|| Error::not_found("user"))?;
    if member.owner {
        return Err(Error::new(Kind::Forbidden, "owner-stays"));
    }
    store::delete(tx, account_id, user_id).await?;
    store::leave_sessions(tx, account_id, user_id).await?;
    let former = user::seen(&member.user, false, &Permissions::default(), &[]);
    let seen = account::snapshot(&mut *tx, account_id).await?;
    outbox::emit(tx, act, &seen, &UserRemoved { user: former.clone(), left }, &[]).await?;
    Ok(former)
}
