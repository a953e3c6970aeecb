//! More permissions for a user, or fewer.

use super::{Job, Outcome};
use crate::{
    error::{Error, Kind, Result},
    event::guard::UserChangePermissions,
    model::{
        self,
        access::{self, Bounds},
        account,
    },
    permission::{Permission, Permissions},
};

pub(super) async fn grant(job: &Job<'_>, user_id: &str, keys: &[String]) -> Result<Outcome> {
    change(job, user_id, keys, true).await
}

pub(super) async fn revoke(job: &Job<'_>, user_id: &str, keys: &[String]) -> Result<Outcome> {
    change(job, user_id, keys, false).await
}

async fn change(job: &Job<'_>, user_id: &str, keys: &[String], give: bool) -> Result<Outcome> {
    let account = job.account().await?;
    let Some(user) = account.users.iter().find(|user| user.id == user_id) else {
        return Ok(Outcome::Nothing("the user has no access to the account any more"));
    };
    if user.owner {
        return Err(Error::new(Kind::Forbidden, "owner-keeps-all"));
    }
    let bounds = Bounds::for_user(&*job.app.gate, &job.act, &account, user, false).await;
    let asked: Vec<Permission> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    keeps_to(&bounds, &asked, give)?;
    let held: Permissions =
        user.permissions.iter().filter_map(|key| key.parse::<Permission>().ok()).collect();
    let mut wanted = held.clone();
    asked.iter().for_each(|one| if give { wanted.insert(*one) } else { wanted.remove(*one) });
    if wanted == held {
        return Ok(Outcome::Nothing(if give {
            "the user may do that already"
        } else {
            "the user may not do that anyway"
        }));
    }
    let draft = UserChangePermissions { user: user.clone(), permissions: wanted.keys() };
    let approved = model::ask(&*job.app.gate, &job.act, &account, draft).await?;
    let Some(mut tx) = job.begin().await? else { return Ok(Outcome::Done) };
    account::hold(&mut tx, &account.id).await?;
    if access::member(&mut tx, &account.id, user_id).await?.permissions() != held {
        let why = "somebody else changes this user's permissions at the same moment";
        return Err(Error::new(Kind::Unavailable, "changed-meanwhile").detail(why));
    }
    access::change_permissions(&mut tx, &job.act, &approved, &bounds).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// Scripts are told where a person's form would not even have the box.
fn keeps_to(bounds: &Bounds, asked: &[Permission], give: bool) -> Result<()> {
    let defaults = bounds.defaults();
    let (locked, what) = if give { (&defaults.forbid, "forbidden") } else { (&defaults.require, "required") };
    let hit = locked
        .iter()
        .find(|(permission, _)| asked.contains(permission) && (give || bounds.requires(*permission)));
    match hit {
        None => Ok(()),
        Some((permission, reason)) => Err(Error::new(Kind::Refused, "refused")
            .detail(format!("a permission_defaults hook says that `{permission}` is {what}: {reason}"))),
    }
}
