//! Answers that are ready, which staff edit.

use crate::{
    error::Result,
    model::canned::{self, PLACEHOLDERS},
    web::{
        access::StaffOnly,
        fields::{Echo, Fields, Wrong},
        trouble::Answer,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};

const LIST: &str = "/admin/canned";

/// `GET /admin/canned`
pub async fn list(visit: StaffOnly) -> Answer {
    let answers = canned::list(&visit.app().db).await?;
    let answers = answers.iter().map(|one| {
        context! { id => &one.id, title => &one.title, begins => begins(&one.body), changed_at => one.changed_at }
    });
    let answers: Vec<Value> = answers.collect();
    visit.page("admin/canned.html", context! { answers })
}

/// The beginning of a text, for a list.
fn begins(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(140).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}

/// `GET /admin/canned/new`
pub async fn show_new(visit: StaffOnly) -> Answer {
    form(&visit, "", Echo::default(), &Wrong::nothing())
}

/// `POST /admin/canned/new`
pub async fn add(visit: StaffOnly, fields: Fields) -> Answer {
    save(&visit, None, &fields).await
}

/// `GET /admin/canned/{id}`
pub async fn show(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let one = canned::find(&visit.app().db, &id).await?;
    let echo = Echo::default().with("title", one.title).with("body", one.body);
    form(&visit, &id, echo, &Wrong::nothing())
}

/// `POST /admin/canned/{id}`
pub async fn change(visit: StaffOnly, Path(id): Path<String>, fields: Fields) -> Answer {
    canned::find(&visit.app().db, &id).await?;
    save(&visit, Some(&id), &fields).await
}

fn form(visit: &StaffOnly, id: &str, form: Echo, wrong: &Wrong) -> Answer {
    visit.form("admin/canned-answer.html", context! { id, form, placeholders => PLACEHOLDERS }, wrong)
}

async fn save(visit: &StaffOnly, id: Option<&str>, fields: &Fields) -> Answer {
    match store(visit, id, fields).await {
        Ok(title) => Ok(visit.done(LIST, "flash-canned-saved", &[("title", title.into())])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            form(visit, id.unwrap_or_default(), fields.echo(&["title", "body"]), &wrong)
        }
    }
}

async fn store(visit: &StaffOnly, id: Option<&str>, fields: &Fields) -> Result<String> {
    let mut tx = visit.begin().await?;
    let saved = canned::save(&mut tx, &visit.act(), id, fields.get("title"), fields.get("body")).await?;
    tx.commit().await?;
    Ok(saved.title)
}

/// `GET /admin/canned/{id}/remove`
pub async fn show_remove(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let one = canned::find(&visit.app().db, &id).await?;
    let values = context! {
        title => visit.text("canned-remove-title", &[("title", one.title.into())]),
        text => visit.text("canned-remove-text", &[]),
        label => "",
        choices => Vec::<Value>::new(),
        action => format!("{LIST}/{id}/remove"),
        back => LIST,
    };
    visit.form("admin/remove.html", values, &Wrong::nothing())
}

/// `POST /admin/canned/{id}/remove`
pub async fn remove(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    let gone = canned::remove(&mut tx, &visit.act(), &id).await?;
    tx.commit().await?;
    Ok(visit.done(LIST, "flash-removed", &[("name", gone.title.into())]))
}
