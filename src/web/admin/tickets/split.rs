//! Messages about another matter become a ticket of their own.

use super::{find, path};
use crate::{
    error::Result,
    model::ticket::{self, Ticket},
    web::{
        access::AnyStaff,
        client::tickets::{message, whole},
        fields::{Fields, Wrong},
        trouble::Answer,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};

/// `GET /admin/tickets/{reference}/split`
pub async fn show_split(visit: AnyStaff, Path(reference): Path<String>) -> Answer {
    page(&visit, &reference, &Fields::default(), &Wrong::nothing()).await
}

async fn page(visit: &AnyStaff, reference: &str, typed: &Fields, wrong: &Wrong) -> Answer {
    let ticket = find(visit, reference).await?;
    let chosen = typed.all("replies");
    let base = path(reference);
    let replies = ticket::replies(&visit.app().db, &ticket).await?;
    let messages = replies.iter().map(|reply| {
        let checked = chosen.contains(&reply.id);
        context! { checked, ..message(reply, &base) }
    });
    let messages: Vec<Value> = messages.collect();
    let form = typed.echo(&["subject"]);
    visit.form("admin/ticket-split.html", context! { ticket => whole(&ticket), messages, form }, wrong)
}

/// `POST /admin/tickets/{reference}/split`
pub async fn split(visit: AnyStaff, Path(reference): Path<String>, fields: Fields) -> Answer {
    match part(&visit, &reference, &fields).await {
        Ok(made) => {
            let args = [("reference", made.reference.as_str().into()), ("from", reference.into())];
            Ok(visit.done(&path(&made.reference), "flash-ticket-split", &args))
        }
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, &reference, &fields, &wrong).await
        }
    }
}

async fn part(visit: &AnyStaff, reference: &str, fields: &Fields) -> Result<Ticket> {
    find(visit, reference).await?;
    let mut tx = visit.begin().await?;
    let (replies, subject) = (fields.all("replies"), fields.get("subject"));
    let made = ticket::split(&mut tx, &visit.act(), reference, &replies, subject).await?;
    tx.commit().await?;
    Ok(made)
}
