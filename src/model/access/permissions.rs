//! "Manage Permissions".

use super::{Bounds, bounds, owner_or_house, store};
use crate::{
    db::Tx,
    error::{Error, Kind, Result},
    event::{
        catalogue::UserPermissionsChanged,
        guard::{Approved, UserChangePermissions},
        outbox::{self, Act},
    },
    model::{account, locks::locked, user},
    permission::{Permission, Permissions},
};

/// What a change of permissions came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What the user may do now.
    pub permissions: Permissions,
    /// What they may do since now.
    pub granted: Vec<Permission>,
    /// What they may do no more.
    pub revoked: Vec<Permission>,
}

impl Changed {
    /// True if everything stayed as it was; nothing was announced then.
    pub fn is_nothing(&self) -> bool {
        self.granted.is_empty() && self.revoked.is_empty()
    }
}

/// Gives the draft's user the draft's permissions, within the bounds that hooks set.
///
/// # Errors
/// [`Kind::Forbidden`] `owner-only`, or `owner-keeps-all` for the owner's own; [`Kind::NotFound`] `user`;
/// [`Kind::Invalid`] naming `permissions`; else as [`account::hold`].
pub async fn change_permissions(
    mut tx: &mut Tx,
    act: &Act,
    approved: &Approved<UserChangePermissions>,
    bounds: &Bounds,
) -> Result<Changed> {
    let account_id = &approved.context().account.id;
    let user_id = &approved.draft().user.id;
    account::hold(tx, account_id).await?;
    owner_or_house(tx, act, account_id).await?;
    let member =
        store::member(&mut tx, account_id, user_id).await?.ok_or_else(|| Error::not_found("user"))?;
    if member.owner {
        return Err(Error::new(Kind::Forbidden, "owner-keeps-all"));
    }
    bounds.are_about(account_id, user_id)?;
    let before = member.permissions();
    let after = bounds.bound(&bounds::parse(&approved.draft().permissions)?);
    let changed = Changed {
        granted: after.iter().filter(|permission| !before.has(*permission)).collect(),
        revoked: before.iter().filter(|permission| !after.has(*permission)).collect(),
        permissions: after,
    };
    if changed.is_nothing() {
        return Ok(changed);
    }
    if !changed.granted.is_empty() {
        bounds.are_sure()?;
    }
    locked(approved.locked(), |field| field == "permissions")?;
    store::set_permissions(tx, account_id, user_id, &changed.permissions).await?;
    let seen = account::snapshot(&mut *tx, account_id).await?;
    let payload = UserPermissionsChanged {
        user: user::seen(&member.user, false, &changed.permissions, &member.categories()),
        granted: keys(&changed.granted),
        revoked: keys(&changed.revoked),
    };
    outbox::emit(tx, act, &seen, &payload, &[]).await?;
    Ok(changed)
}

fn keys(permissions: &[Permission]) -> Vec<String> {
    permissions.iter().map(|permission| permission.key().to_owned()).collect()
}
