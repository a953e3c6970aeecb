//! Addresses that get no mail.

use crate::{
    mail::suppression::{self, Suppression},
    web::{
        access::StaffOnly,
        fields::{Echo, Fields, Wrong},
        pager::{ListQuery, encode},
        trouble::Answer,
    },
};
use axum::extract::Query;
use minijinja::{Value, context};

/// So many stand on a page.
const SIZE: i64 = 50;

/// `GET /admin/mail/suppressions`
pub async fn list(visit: StaffOnly, Query(query): Query<ListQuery>) -> Answer {
    page(&visit, &query, Echo::default(), &Wrong::nothing()).await
}

async fn page(visit: &StaffOnly, query: &ListQuery, form: Echo, wrong: &Wrong) -> Answer {
    let (db, part) = (&visit.app().db, query.search());
    // The cursor stands where other lists say where to go afterwards.
    let before = query.next.split_once('~').and_then(|(at, key)| Some((at.parse().ok()?, key.to_owned())));
    let mut rows = suppression::store::list(db, visit.at(), &part, before, SIZE + 1).await?;
    let more = rows.len() > usize::try_from(SIZE).unwrap_or_default();
    rows.truncate(usize::try_from(SIZE).unwrap_or_default());
    let next_href = match rows.last().filter(|_| more) {
        None => String::new(),
        Some(last) => {
            let kept = [("q", part.clone()), ("next", format!("{}~{}", last.since, last.to_key))];
            let kept: Vec<_> = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            format!("/admin/mail/suppressions?{}", encode(&kept))
        }
    };
    let rows: Vec<Value> = rows.iter().map(shown).collect();
    visit.form("admin/suppressions.html", context! { rows, query => part, next_href, form }, wrong)
}

/// An address that gets no mail, as pages show it.
pub(super) fn shown(row: &Suppression) -> Value {
    context! {
        email => &row.email,
        reason => &row.reason,
        detail => &row.detail,
        mail => row.email_id.clone().unwrap_or_default(),
        since => row.since,
        until => row.until_at,
        by => &row.by_name,
    }
}

/// `POST /admin/mail/suppressions`
pub async fn add(visit: StaffOnly, fields: Fields) -> Answer {
    let mut tx = visit.begin().await?;
    match suppression::add(&mut tx, &visit.act(), fields.get("email"), fields.get("why")).await {
        Ok(()) => {
            tx.commit().await?;
            let args = [("email", fields.get("email").trim().into())];
            Ok(visit.done("/admin/mail/suppressions", "flash-suppression-added", &args))
        }
        Err(error) if error.code == "suppressed" => visit.back("/admin/mail/suppressions", error),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, &ListQuery::default(), fields.echo(&["email", "why"]), &wrong).await
        }
    }
}

/// `POST /admin/mail/suppressions/lift`
pub async fn lift(visit: StaffOnly, fields: Fields) -> Answer {
    let email = fields.get("email");
    let mut tx = visit.begin().await?;
    suppression::lift(&mut tx, &visit.act(), email).await?;
    tx.commit().await?;
    Ok(visit.done("/admin/mail/suppressions", "flash-suppression-lifted", &[("email", email.into())]))
}
