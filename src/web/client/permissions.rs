//! "Manage Permissions" of one user of the account.

use crate::{
    error::{Error, Kind, Result},
    event::guard::UserChangePermissions,
    model::{
        access::{self, Bounds, Changed, Member},
        account,
        invite::Chosen,
    },
    web::{
        access::{Here, Me, Owner},
        choice,
        fields::{Fields, Wrong},
        trouble::Answer,
    },
};
use axum::extract::{Path, Query};
use minijinja::context;

/// `GET /users/{id}/permissions`
pub async fn show(
    visit: Owner,
    Path(id): Path<String>,
    Query(typed): Query<Vec<(String, String)>>,
) -> Answer {
    page(&visit, &id, &typed.into(), &Wrong::nothing()).await
}

async fn page(visit: &Owner, id: &str, typed: &Fields, wrong: &Wrong) -> Answer {
    let app = visit.app();
    let account = account::snapshot(&app.db, &visit.here()?.id).await?;
    let member = managed(visit, id).await?;
    let bounds = Bounds::for_user(&*app.gate, &visit.act(), &account, &member.seen(), true).await;
    let held = member.permissions();
    let at_first = if held == bounds.all() { Chosen::All } else { Chosen::These(held) };
    let values = context! {
        person => super::users::person(&member, &visit.me()?.id),
        choice => choice::shown(&bounds, typed, &at_first),
    };
    visit.form("client/permissions.html", values, wrong)
}

/// The user, who must not be the owner: an owner keeps everything.
async fn managed(visit: &Owner, id: &str) -> Result<Member> {
    let member = access::member(&visit.app().db, &visit.here()?.id, id).await?;
    if member.owner { Err(Error::new(Kind::Forbidden, "owner-keeps-all")) } else { Ok(member) }
}

/// `POST /users/{id}/permissions`
pub async fn save(visit: Owner, Path(id): Path<String>, fields: Fields) -> Answer {
    match change(&visit, &id, &fields).await {
        Ok((name, changed)) if changed.is_nothing() => {
            Ok(visit.done("/users", "flash-permissions-same", &[("name", name.into())]))
        }
        Ok((name, changed)) => {
            let words = choice::in_words(&visit, &changed.permissions);
            Ok(visit.done(
                "/users",
                "flash-permissions-saved",
                &[("name", name.into()), ("permissions", words.into())],
            ))
        }
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, &id, &fields, &wrong).await
        }
    }
}

async fn change(visit: &Owner, id: &str, fields: &Fields) -> Result<(String, Changed)> {
    let app = visit.app();
    let account = account::snapshot(&app.db, &visit.here()?.id).await?;
    let member = managed(visit, id).await?;
    let bounds = Bounds::for_user(&*app.gate, &visit.act(), &account, &member.seen(), false).await;
    let wanted = match choice::chosen(fields) {
        Chosen::All => bounds.all(),
        Chosen::These(permissions) => bounds.bound(&permissions),
    };
    let draft = UserChangePermissions { user: member.seen(), permissions: wanted.keys() };
    let approved = visit.ask(&account, draft).await?;
    let mut tx = visit.begin().await?;
    let changed = access::change_permissions(&mut tx, &visit.act(), &approved, &bounds).await?;
    tx.commit().await?;
    Ok((member.user.name(), changed))
}
