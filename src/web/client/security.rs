//! "Security": the password, and where one is logged in.

use crate::{
    error::{Error, Kind, Result},
    model::{
        login,
        session::{self, Session},
        user::{password, second_factor},
    },
    web::{
        access::{LoggedIn, Me},
        fields::{Fields, Wrong},
        trouble::Answer,
        visit::Visit,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};

/// `GET /security`
pub async fn show(visit: LoggedIn) -> Answer {
    page(&visit, &Wrong::nothing()).await
}

async fn page(visit: &LoggedIn, wrong: &Wrong) -> Answer {
    let (db, user) = (&visit.app().db, visit.me()?);
    let codes_left = if user.two_factor() { second_factor::codes_left(db, &user.id).await? } else { 0 };
    let mut sessions = session::list(db, &user.id, visit.at()).await?;
    sessions.sort_by_key(|session| session.id != current(visit).unwrap_or_default());
    let values = context! {
        two_factor => user.two_factor(),
        two_factor_at => &user.totp_enabled_at,
        codes_left,
        sessions => sessions.iter().map(|session| line(visit, session)).collect::<Vec<_>>(),
    };
    visit.form("client/security.html", values, wrong)
}

/// The id of the session of this very request.
fn current(visit: &Visit) -> Result<&str> {
    let current = visit.current().ok_or_else(|| Error::new(Kind::Unauthorized, "log-in"))?;
    Ok(&current.session.id)
}

fn line(visit: &Visit, session: &Session) -> Value {
    context! {
        id => &session.id,
        device => device(visit, &session.user_agent),
        address => &session.ip,
        seen_at => &session.seen_at,
        begun_at => &session.created_at,
        current => current(visit).is_ok_and(|id| id == session.id),
    }
}

/// "Firefox on Linux", as far as the browser says so.
fn device(visit: &Visit, agent: &str) -> String {
    // The first that fits: many browsers also call themselves by the names further down.
    let browsers = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => {
            visit.text("session-device", &[("browser", browser.into()), ("system", system.into())])
        }
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => visit.text("session-device-unknown", &[]),
    }
}

/// `POST /security/password`
pub async fn change_password(visit: LoggedIn, fields: Fields) -> Answer {
    match change(&visit, fields.get("current_password"), fields.get("password")).await {
        Ok(()) => Ok(visit.done("/security", "flash-password-changed", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, &wrong).await
        }
    }
}

async fn change(visit: &LoggedIn, present: &str, wanted: &str) -> Result<()> {
    let (app, user) = (visit.app(), visit.me()?);
    login::confirm_password(&app.db, &app.passwords, &visit.act(), user, "current_password", present).await?;
    if present == wanted {
        return Err(Error::field("password", "password-same"));
    }
    let hash = password::hashed(&app.passwords, "password", wanted, &user.email).await?;
    let mut tx = visit.begin().await?;
    password::change(&mut tx, &visit.act(), &user.id, &hash, Some(current(visit)?)).await?;
    tx.commit().await
}

/// `POST /security/sessions/{id}/end`
pub async fn end_session(visit: LoggedIn, Path(id): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    session::end_one(&mut tx, &visit.act(), visit.me()?, &id).await?;
    tx.commit().await?;
    Ok(visit.done("/security", "flash-session-ended", &[]))
}

/// `POST /security/sessions/end-all`: here too.
pub async fn end_all(visit: LoggedIn) -> Answer {
    let mut tx = visit.begin().await?;
    session::end_others(&mut tx, &visit.act(), visit.me()?, current(&visit)?).await?;
    if let Some(current) = visit.current() {
        session::end(&mut tx, &visit.act(), current).await?;
    }
    tx.commit().await?;
    let mut response = visit.done("/login", "flash-logged-out-everywhere", &[]);
    visit.keep_session(&mut response, None);
    Ok(response)
}
