//! Staff log in apart from users.

use crate::{
    model::login::{self, StaffOutcome},
    web::{
        access::{AnyStaff, Anyone},
        client::login::{end, needs, throttled},
        fields::{Echo, Fields, Wrong},
        next,
        pager::ListQuery,
        trouble::Answer,
    },
};
use axum::extract::Query;
use minijinja::context;

/// `GET /admin/login`
pub async fn show(visit: Anyone, Query(query): Query<ListQuery>) -> Answer {
    let next = staff_path(&query.next);
    if visit.staff().is_some() {
        return Ok(visit.go(next));
    }
    let form = Echo::default().with("email", "").with("next", next);
    visit.form("admin/login.html", context! { form }, &Wrong::nothing())
}

/// A page of the admin area; its start if it is none.
fn staff_path(path: &str) -> &str {
    next::safe(path).filter(|path| path.starts_with("/admin")).unwrap_or("/admin")
}

/// `POST /admin/login`
pub async fn submit(visit: Anyone, fields: Fields) -> Answer {
    let (email, password) = (fields.get("email"), fields.get("password"));
    let outcome =
        login::check_staff_password(&needs(&visit), &visit.act(), visit.visitor(), email, password).await?;
    let wrong = match outcome {
        StaffOutcome::In { token, .. } => {
            let mut response = visit.go(staff_path(fields.get("next")));
            visit.keep_session(&mut response, Some(token.reveal()));
            return Ok(response);
        }
        StaffOutcome::Wrong => Wrong::field("", visit.text("invalid-login", &[])),
        StaffOutcome::Throttled { until } => Wrong::field("", throttled(&visit, until)),
    };
    visit.form("admin/login.html", context! { form => fields.echo(&["email", "next"]) }, &wrong)
}

/// `POST /admin/logout`
pub async fn out(visit: AnyStaff) -> Answer {
    end(&visit).await?;
    let mut response = visit.done("/admin/login", "flash-logged-out", &[]);
    visit.keep_session(&mut response, None);
    Ok(response)
}
