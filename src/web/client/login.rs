//! Logging in, by password and second factor, and out.

use crate::{
    model::{
        login::{self, Needs, Outcome},
        session,
    },
    secret,
    web::{
        access::{Anyone, LoggedIn},
        fields::{Echo, Fields, Wrong},
        next,
        pager::{ListQuery, encode},
        trouble::Answer,
        visit::Visit,
    },
};
use axum::{extract::Query, http::StatusCode, response::Response};
use minijinja::context;

/// `GET /login`
pub async fn show(visit: Anyone, Query(query): Query<ListQuery>) -> Answer {
    let next = next::safe(&query.next).unwrap_or_default();
    if visit.user().is_some() {
        return Ok(visit.go(if next.is_empty() { "/" } else { next }));
    }
    let form = Echo::default().with("email", "").with("next", next);
    visit.page("entry/login.html", context! { form, ..Wrong::nothing().values() })
}

/// `POST /login`
pub async fn submit(visit: Anyone, fields: Fields) -> Answer {
    let outcome = login::check_password(
        &needs(&visit),
        &visit.act(),
        visit.visitor(),
        fields.get("email"),
        fields.get("password"),
    )
    .await;
    let wrong = match outcome {
        Ok(outcome) => match arrive(&visit, outcome, fields.get("next")) {
            Ok(response) => return Ok(response),
            Err(wrong) => wrong,
        },
        Err(error) => Wrong::from_error(&visit.reader(), error)?,
    };
    let form = fields.echo(&["email", "next"]);
    visit.page_as(StatusCode::UNPROCESSABLE_ENTITY, "entry/login.html", context! { form, ..wrong.values() })
}

/// What a log-in needs of the server.
pub fn needs(visit: &Visit) -> Needs<'_> {
    let app = visit.app();
    Needs { db: &app.db, passwords: &app.passwords, gate: &*app.gate }
}

/// Where a step of the log-in leads, with its cookie; or what the form says is wrong.
pub fn arrive(visit: &Visit, outcome: Outcome, next: &str) -> Result<Response, Wrong> {
    let next = next::safe(next);
    match outcome {
        Outcome::Wrong => Err(Wrong::field("", visit.text("invalid-login", &[]))),
        Outcome::Throttled { until } => Err(Wrong::field("", throttled(visit, until))),
        Outcome::NeedsSecondFactor(token) => {
            let query =
                next.map(|next| format!("?{}", encode(&[("next", next.to_owned())]))).unwrap_or_default();
            let mut response = visit.go(&format!("/login/second-factor{query}"));
            visit.keep_session(&mut response, Some(token.reveal()));
            Ok(response)
        }
        Outcome::In(entrance) => {
            let mut response = visit.go(next.unwrap_or("/"));
            visit.keep_session(&mut response, Some(entrance.token.reveal()));
            Ok(response)
        }
    }
}

/// "Too many attempts", with the minutes to wait.
pub fn throttled(visit: &Visit, until: i64) -> String {
    let minutes = ((until - visit.at()) + crate::clock::MINUTE - 1).max(1) / crate::clock::MINUTE;
    visit.text("invalid-throttled", &[("minutes", minutes.max(1).into())])
}

/// `GET /login/second-factor`
pub async fn show_second_factor(visit: Anyone, Query(query): Query<ListQuery>) -> Answer {
    if visit.user().is_some() {
        return Ok(visit.go(next::safe(&query.next).unwrap_or("/")));
    }
    if awaiting(&visit).await?.is_none() {
        return Ok(visit.go("/login"));
    }
    let form = Echo::default().with("code", "").with("next", next::safe(&query.next).unwrap_or_default());
    visit.page("entry/second-factor.html", context! { form, ..Wrong::nothing().values() })
}

/// `POST /login/second-factor`
pub async fn submit_second_factor(visit: Anyone, fields: Fields) -> Answer {
    let stale = || visit.go_saying("/login", "warning", visit.text("invalid-code-stale", &[]));
    let Some(awaited) = awaiting(&visit).await? else { return Ok(stale()) };
    let outcome = login::check_second_factor(
        &needs(&visit),
        &visit.act(),
        visit.visitor(),
        &awaited,
        fields.get("code"),
    )
    .await;
    let wrong = match outcome {
        Ok(Outcome::Wrong) => Wrong::field("code", visit.text("invalid-code", &[])),
        Ok(outcome) => match arrive(&visit, outcome, fields.get("next")) {
            Ok(response) => return Ok(response),
            Err(wrong) => wrong,
        },
        Err(error) if error.code == "session" => return Ok(stale()),
        Err(error) => Wrong::from_error(&visit.reader(), error)?,
    };
    let form =
        Echo::default().with("code", "").with("next", next::safe(fields.get("next")).unwrap_or_default());
    visit.page_as(
        StatusCode::UNPROCESSABLE_ENTITY,
        "entry/second-factor.html",
        context! { form, ..wrong.values() },
    )
}

async fn awaiting(
    visit: &Visit,
) -> crate::error::Result<Option<(session::Session, crate::model::user::User)>> {
    match visit.token() {
        Some(token) => session::awaiting(&visit.app().db, &secret::hash(token), visit.at()).await,
        None => Ok(None),
    }
}

/// `POST /logout`
pub async fn out(visit: LoggedIn) -> Answer {
    end(&visit).await?;
    let mut response = visit.done("/login", "flash-logged-out", &[]);
    visit.keep_session(&mut response, None);
    Ok(response)
}

/// Ends the session of this request, if it is one.
///
/// # Errors
/// If the database is away.
pub async fn end(visit: &Visit) -> crate::error::Result<()> {
    let Some(current) = visit.current() else { return Ok(()) };
    let mut tx = visit.app().db.begin().await?;
    session::end(&mut tx, &visit.act(), current).await?;
    tx.commit().await
}
