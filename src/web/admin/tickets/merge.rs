//! Two tickets about one matter become one: choose the other, see what will happen, do it.

use super::{account_of, find, path};
use crate::{
    error::{Error, Kind, Result},
    model::{
        page::{Page, Place},
        ticket::{self, Filter, Scope, Show, Ticket},
    },
    web::{
        access::AnyStaff,
        client::tickets::{line, whole},
        fields::{Fields, Wrong},
        trouble::Answer,
    },
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};
use serde::Deserialize;

/// So many tickets are offered.
const OFFERED: i64 = 15;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// Words of the other ticket, or its reference.
    q: String,
    /// The other ticket.
    other: String,
}

/// `GET /admin/tickets/{reference}/merge`
pub async fn show_merge(
    visit: AnyStaff,
    Path(reference): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Answer {
    page(&visit, &reference, &chosen, Wrong::nothing()).await
}

async fn page(visit: &AnyStaff, reference: &str, chosen: &Chosen, mut wrong: Wrong) -> Answer {
    let db = &visit.app().db;
    let ticket = find(visit, reference).await?;
    let search: String = chosen.q.trim().chars().take(200).collect();
    let offered = offered(visit, &ticket, &search).await?;
    let other = match other(visit, &ticket, &chosen.other).await {
        Ok(other) => other,
        Err(error) => {
            if wrong.errors_list.is_empty() {
                wrong = Wrong::from_error(&visit.reader(), error)?;
            }
            None
        }
    };
    let other = match other {
        None => None,
        Some(other) => {
            let messages = ticket::replies(db, &other).await?.len();
            Some(context! { messages, closed_now => !other.is_closed(), ..whole(&other) })
        }
    };
    let account = account_of(db, &ticket).await?;
    visit.form(
        "admin/ticket-merge.html",
        context! { ticket => whole(&ticket), account => account.name, tickets => offered, query => search, other },
        &wrong,
    )
}

/// The other ticket that was chosen, if it may be merged.
async fn other(visit: &AnyStaff, ticket: &Ticket, reference: &str) -> Result<Option<Ticket>> {
    let typed = reference.trim().to_uppercase();
    if typed.is_empty() {
        return Ok(None);
    }
    let other = find(visit, &typed).await.map_err(|error| match error.kind {
        Kind::NotFound => Error::conflict("ticket-unknown"),
        _ => error,
    })?;
    ticket::may_merge(ticket, &other)?;
    Ok(Some(other))
}

/// Tickets that might be about the same matter: of the same account, or those of this reference.
async fn offered(visit: &AnyStaff, ticket: &Ticket, search: &str) -> Result<Vec<Value>> {
    let db = &visit.app().db;
    let page = Page { place: Place::Start, size: OFFERED };
    let rows = match &ticket.account_id {
        Some(id) => ticket::list(db, Scope::Account(id), &Filter::new(Show::All, search), &page).await?.rows,
        // A guest's other tickets are found by the address that they write from.
        None => {
            let address = ticket.opener().email;
            let words = if search.is_empty() { address.as_str() } else { search };
            ticket::list(db, super::scope(visit)?, &Filter::new(Show::All, words), &page).await?.rows
        }
    };
    let mut offered = Vec::new();
    for row in rows.iter().filter(|row| row.id != ticket.id) {
        if other(visit, ticket, &row.reference).await.is_ok_and(|one| one.is_some()) {
            offered.push(line(row));
        }
    }
    Ok(offered)
}

/// `POST /admin/tickets/{reference}/merge`
pub async fn merge(visit: AnyStaff, Path(reference): Path<String>, fields: Fields) -> Answer {
    match join(&visit, &reference, fields.get("other")).await {
        Ok(other) => {
            let args = [("reference", other.into()), ("into", reference.as_str().into())];
            Ok(visit.done(&path(&reference), "flash-ticket-merged", &args))
        }
        Err(error) => {
            let chosen = Chosen { q: String::new(), other: fields.get("other").to_owned() };
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, &reference, &chosen, wrong).await
        }
    }
}

async fn join(visit: &AnyStaff, reference: &str, typed: &str) -> Result<String> {
    let ticket = find(visit, reference).await?;
    let other = other(visit, &ticket, typed).await?;
    let other = other.ok_or_else(|| Error::conflict("ticket-unknown"))?;
    let mut tx = visit.begin().await?;
    ticket::merge(&mut tx, &visit.act(), reference, &other.reference).await?;
    tx.commit().await?;
    Ok(other.reference)
}
