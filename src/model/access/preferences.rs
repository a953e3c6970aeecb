//! Which mail of an account a user wants for themselves.

use super::store;
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::UserPreferencesChanged,
        outbox::{self, Act},
    },
    model::{account, user},
    permission::Category,
};

/// Changes which mail of the account the user wants; nothing happens if they chose just that before.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `account` if they have no access to it; else as [`account::hold`].
pub async fn change_preferences(
    mut tx: &mut Tx,
    act: &Act,
    account_id: &str,
    user_id: &str,
    categories: &[Category],
) -> Result<()> {
    account::hold(tx, account_id).await?;
    let member =
        store::member(&mut tx, account_id, user_id).await?.ok_or_else(|| Error::not_found("account"))?;
    let after = account::chosen(categories);
    if member.categories() == after {
        return Ok(());
    }
    store::set_categories(tx, account_id, user_id, &Category::to_column(&after)).await?;
    let seen = account::snapshot(&mut *tx, account_id).await?;
    let payload = UserPreferencesChanged {
        user: user::seen(&member.user, member.owner, &member.permissions(), &after),
    };
    outbox::emit(tx, act, &seen, &payload, &[]).await?;
    Ok(())
}
