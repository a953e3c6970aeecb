//! Forgotten passwords.

use crate::{
    error::Result,
    model::{
        email_address,
        user::{
            link::{self, Purpose, State},
            password::{self, Reset},
        },
    },
    web::{
        access::Anyone,
        fields::{Echo, Fields, Wrong},
        trouble::{Answer, Trouble},
        visit::Visit,
    },
};
use axum::extract::Path;
use minijinja::context;

/// `GET /password/forgot`
pub async fn show_forgot(visit: Anyone) -> Answer {
    visit.form(
        "entry/forgot-password.html",
        context! { form => Echo::default(), sent => false },
        &Wrong::nothing(),
    )
}

/// `POST /password/forgot`: says the same whether a user exists or not.
pub async fn submit_forgot(visit: Anyone, fields: Fields) -> Answer {
    let form = fields.echo(&["email"]);
    match request(&visit, fields.get("email")).await {
        Ok(()) => {
            visit.form("entry/forgot-password.html", context! { form, sent => true }, &Wrong::nothing())
        }
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            visit.form("entry/forgot-password.html", context! { form, sent => false }, &wrong)
        }
    }
}

async fn request(visit: &Visit, typed: &str) -> Result<()> {
    let email = email_address("email", typed)?;
    let mut tx = visit.begin().await?;
    password::request_reset(&mut tx, &visit.act(), &visit.visitor().ip, &email).await?;
    tx.commit().await
}

/// `GET /password/reset/{token}`
pub async fn show_reset(visit: Anyone, Path(token): Path<String>) -> Answer {
    form(&visit, &token, &Wrong::nothing()).await
}

async fn form(visit: &Visit, token: &str, wrong: &Wrong) -> Answer {
    let (state, email) = match link::look(&visit.app().db, Purpose::Reset, token, visit.at()).await? {
        State::Live { email } => ("form", email),
        State::Expired => ("expired", String::new()),
        State::Used => ("used", String::new()),
        State::Unknown => return Err(Trouble::not_found()),
    };
    visit.form("entry/reset-password.html", context! { state, token, email }, wrong)
}

/// `POST /password/reset/{token}`
pub async fn submit_reset(visit: Anyone, Path(token): Path<String>, fields: Fields) -> Answer {
    match reset(&visit, &token, fields.get("password")).await {
        Ok(Some(Reset::Done(_))) => Ok(visit.done("/login", "flash-password-reset", &[])),
        Ok(_) => form(&visit, &token, &Wrong::nothing()).await,
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            form(&visit, &token, &wrong).await
        }
    }
}

async fn reset(visit: &Visit, token: &str, typed: &str) -> Result<Option<Reset>> {
    let app = visit.app();
    let State::Live { email } = link::look(&app.db, Purpose::Reset, token, visit.at()).await? else {
        return Ok(None);
    };
    let hash = password::hashed(&app.passwords, "password", typed, &email).await?;
    let mut tx = visit.begin().await?;
    let reset = password::reset(&mut tx, &visit.act(), token, &hash).await?;
    tx.commit().await?;
    Ok(Some(reset))
}
