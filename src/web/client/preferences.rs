//! Which mail of an account a user wants for themselves.

use super::choices;
use crate::{
    error::Result,
    model::{
        access::{self, Member},
        account, preference,
    },
    web::{
        access::{Here, InAccount, Me},
        fields::Fields,
        trouble::Answer,
    },
};
use axum::extract::Query;
use minijinja::context;
use serde::Deserialize;

/// What the address bar says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    account: String,
}

/// The account that is named, if the user has access to it; else the chosen one. So a link in a mail leads to the right
/// page without changing where the user is.
async fn member(visit: &InAccount, named: &str) -> Result<(String, Member)> {
    let (here, me) = (visit.here()?, visit.me()?);
    let id = if named.is_empty() { &here.id } else { named };
    let member = access::member(&visit.app().db, id, &me.id).await?;
    Ok((id.to_owned(), member))
}

/// `GET /preferences`
pub async fn show(visit: InAccount, Query(which): Query<Which>) -> Answer {
    let (id, member) = member(&visit, &which.account).await?;
    let db = &visit.app().db;
    let account = account::find(db, &id).await?;
    let choices = preference::choices(db, &id, &member.user.email).await?;
    let rows = choices::rows(&visit, &visit.app().mail_policy(), &choices, &member.categories());
    visit.page(
        "client/preferences.html",
        context! { account => context! { id, name => account.name() }, rows },
    )
}

/// `POST /preferences`
pub async fn save(visit: InAccount, fields: Fields) -> Answer {
    let (id, member) = member(&visit, fields.get("account")).await?;
    let (act, user) = (visit.act(), &member.user);
    let mut tx = visit.begin().await?;
    access::change_preferences(&mut tx, &act, &id, &user.id, &choices::switched_on(&fields)).await?;
    let wanted = choices::wanted(&fields);
    preference::set(&mut tx, &act, &visit.app().mail_policy(), &id, &user.email, &wanted).await?;
    tx.commit().await?;
    let back = if fields.get("account").is_empty() {
        "/preferences".to_owned()
    } else {
        format!("/preferences?account={id}")
    };
    Ok(visit.done(&back, "flash-preferences-saved", &[]))
}
