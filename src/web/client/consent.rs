//! The owner agrees, by one click, that somebody accepts an invite with another address.

use crate::{
    error::Kind,
    model::invite::{self, Consent},
    web::{
        access::{LoggedIn, Me},
        fields::Fields,
        trouble::Answer,
        visit::Visit,
    },
};
use axum::extract::Path;
use minijinja::context;

/// `GET /invite-consent/{token}`
pub async fn show(visit: LoggedIn, Path(token): Path<String>) -> Answer {
    let found = invite::look_consent(&visit.app().db, &token, visit.me()?, visit.at()).await?;
    page(&visit, if found.is_some() { "ask" } else { "expired" }, &token, found.as_ref())
}

fn page(visit: &Visit, state: &str, token: &str, consent: Option<&Consent>) -> Answer {
    let request = consent.map(|consent| {
        context! {
            account => &consent.account_name,
            invited_email => &consent.invite.email,
            user_name => consent.user.name(),
            user_email => &consent.user.email,
            all => &consent.invite.all_permissions,
            permissions => consent.invite.permissions().keys(),
        }
    });
    visit.page("invite/consent.html", context! { state, token, request })
}

/// `POST /invite-consent/{token}`
pub async fn answer(visit: LoggedIn, Path(token): Path<String>, fields: Fields) -> Answer {
    let owner = visit.me()?;
    let allow = fields.get("answer") == "allow";
    let mut tx = visit.begin().await?;
    let answered = match allow {
        true => invite::give_consent(&mut tx, &visit.act(), &token, owner).await,
        false => invite::refuse_consent(&mut tx, &visit.act(), &token, owner).await,
    };
    match answered {
        Ok(consent) => {
            tx.commit().await?;
            page(&visit, if allow { "allowed" } else { "refused" }, &token, Some(&consent))
        }
        Err(error) if error.kind == Kind::Gone => page(&visit, "expired", &token, None),
        Err(error) => Err(error.into()),
    }
}
