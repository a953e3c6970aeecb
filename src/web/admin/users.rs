//! Users as staff see them, and help for one who lost the second factor.

use crate::{
    error::Result,
    model::{
        access,
        page::{Page, Place},
        user::{self, User, second_factor},
    },
    web::{
        access::{AnyStaff, StaffOnly},
        trouble::Answer,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};

/// `GET /admin/users/{id}`
pub async fn show(visit: AnyStaff, Path(id): Path<String>) -> Answer {
    let db = &visit.app().db;
    let user = user::find(db, &id).await?;
    let all = Page { place: Place::Start, size: 200 };
    let accounts = access::reachable(db, &id, "", &all).await?.rows;
    let accounts = accounts.iter().map(|one| {
        let permissions = one.permissions();
        context! { id => &one.id, name => one.name(), owner => &one.owner, all => permissions.is_all(), permissions => permissions.keys() }
    });
    let accounts: Vec<Value> = accounts.collect();
    visit.page("admin/user.html", context! { user => shown(&user), accounts })
}

fn shown(user: &User) -> Value {
    context! {
        id => &user.id,
        name => user.name(),
        email => &user.email,
        verified => user.email_verified(),
        two_factor => user.two_factor(),
        last_login_at => &user.last_login_at,
        created_at => &user.created_at,
    }
}

/// `GET /admin/users/{id}/reset-two-factor`
pub async fn show_reset(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let user = user::find(&visit.app().db, &id).await?;
    visit.page("admin/user-reset-two-factor.html", context! { user => shown(&user) })
}

/// `POST /admin/users/{id}/reset-two-factor`
pub async fn reset(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let path = format!("/admin/users/{id}");
    match take_away(&visit, &id).await {
        Ok(user) => Ok(visit.done(&path, "flash-two-factor-reset", &[("email", user.email.into())])),
        Err(error) => visit.back(&path, error),
    }
}

async fn take_away(visit: &StaffOnly, id: &str) -> Result<User> {
    let user = user::find(&visit.app().db, id).await?;
    let mut tx = visit.begin().await?;
    second_factor::disable_by_staff(&mut tx, &visit.act(), id).await?;
    tx.commit().await?;
    Ok(user)
}
