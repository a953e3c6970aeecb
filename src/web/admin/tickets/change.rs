//! What a ticket is besides its messages: whose, where, how urgent, in which state, with which copies.

use super::{account_of, find, one::Shown, path, scope};
use crate::{
    error::{Kind, Result},
    model::ticket,
    web::{
        access::AnyStaff,
        client::tickets::addresses,
        fields::{Fields, Wrong},
        trouble::Answer,
    },
};
use axum::extract::Path;

/// `POST /admin/tickets/{reference}/change`: only what the form has is changed.
pub async fn change(visit: AnyStaff, Path(reference): Path<String>, fields: Fields) -> Answer {
    find(&visit, &reference).await?;
    match apply(&visit, &reference, &fields).await {
        Ok(()) => {
            // An agent may have sent it where they do not serve.
            let there = match find(&visit, &reference).await {
                Err(error) if error.kind == Kind::NotFound => "/admin/tickets".to_owned(),
                found => path(&found?.reference),
            };
            Ok(visit.done(&there, "flash-ticket-changed", &[("reference", reference.into())]))
        }
        Err(error) => visit.back(&path(&reference), error),
    }
}

async fn apply(visit: &AnyStaff, reference: &str, fields: &Fields) -> Result<()> {
    let act = visit.act();
    let mut tx = visit.begin().await?;
    if fields.has("assignee") {
        let to = Some(fields.get("assignee")).filter(|id| !id.is_empty());
        ticket::assign(&mut tx, &act, reference, to).await?;
    }
    if fields.has("priority") {
        ticket::set_priority(&mut tx, &act, reference, fields.get("priority")).await?;
    }
    if fields.has("status") {
        let found = ticket::find(&mut tx, scope(visit)?, reference).await?;
        let account = account_of(&mut tx, &found).await?;
        ticket::set_status(&mut tx, &act, &account, &found.id, fields.get("status")).await?;
    }
    if fields.has("department") {
        ticket::move_to(&mut tx, &act, reference, fields.get("department")).await?;
    }
    tx.commit().await
}

/// `POST /admin/tickets/{reference}/close`
pub async fn close(visit: AnyStaff, Path(reference): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    match ticket::close(&mut tx, &visit.act(), scope(&visit)?, &reference).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done(&path(&reference), "flash-ticket-closed", &[("reference", reference.into())]))
        }
        Err(error) => visit.back(&path(&reference), error),
    }
}

/// `POST /admin/tickets/{reference}/reopen`
pub async fn reopen(visit: AnyStaff, Path(reference): Path<String>) -> Answer {
    let rules = &visit.app().config.tickets;
    let mut tx = visit.begin().await?;
    match ticket::reopen(&mut tx, &visit.act(), scope(&visit)?, &reference, rules).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done(&path(&reference), "flash-ticket-reopened", &[("reference", reference.into())]))
        }
        Err(error) => visit.back(&path(&reference), error),
    }
}

/// `POST /admin/tickets/{reference}/cc`
pub async fn cc(visit: AnyStaff, Path(reference): Path<String>, fields: Fields) -> Answer {
    let found = find(&visit, &reference).await?;
    let typed = addresses(fields.get("cc"));
    let mut tx = visit.begin().await?;
    match ticket::change_cc(&mut tx, &visit.act(), scope(&visit)?, &reference, &typed).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done(&path(&reference), "flash-ticket-cc", &[]))
        }
        Err(error) => {
            drop(tx);
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            let form = fields.echo(&["cc"]);
            Shown { form, wrong, ..Shown::of(found) }.page(&visit).await
        }
    }
}
