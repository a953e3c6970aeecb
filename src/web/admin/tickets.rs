//! The queue, and answering.

use crate::{
    error::Result,
    event::{data::Account, guard::TicketReply},
    model::{
        account, attachment,
        ticket::{self, Filter, Note, Scope, Show, Ticket},
    },
    web::{
        access::StaffOnly,
        client::tickets::{line, message, sent, whole},
        fields::{Echo, Fields, Wrong},
        goes_to::goes_to,
        pager::ListQuery,
        trouble::Answer,
    },
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};

/// `GET /admin/tickets`
pub async fn list(visit: StaffOnly, Query(query): Query<ListQuery>) -> Answer {
    let show = Show::from_key(&query.status).unwrap_or(Show::Waiting);
    let search = query.search();
    let listed =
        ticket::list(&visit.app().db, Scope::Staff, &Filter::new(show, &search), &query.page()).await?;
    let pager = query.pager("/admin/tickets", &listed);
    let tickets: Vec<Value> = listed.rows.iter().map(line).collect();
    visit.page("admin/tickets.html", context! { tickets, show => show.key(), query => search, pager })
}

/// `GET /admin/tickets/{reference}`
pub async fn show(visit: StaffOnly, Path(reference): Path<String>) -> Answer {
    page(&visit, &reference, Echo::default(), &Wrong::nothing()).await
}

async fn page(visit: &StaffOnly, reference: &str, form: Echo, wrong: &Wrong) -> Answer {
    let db = &visit.app().db;
    let ticket = ticket::find(db, Scope::Staff, reference).await?;
    let account = account_of(visit, &ticket).await?;
    let goes_to =
        goes_to(visit, &account, &ticket::foresee_reply(db, &visit.act(), &account, &ticket).await?).await?;
    let account = account.exists.then(|| context! { id => account.id, name => account.name });
    let replies = ticket::replies(db, &ticket).await?;
    let notes = ticket::notes(db, &ticket).await?;
    let base = format!("/admin/tickets/{reference}");
    let mut messages: Vec<(i64, Value)> =
        replies.iter().map(|reply| (reply.at, message(reply, &base))).collect();
    messages.extend(notes.iter().map(|note| (note.at, noted(note))));
    messages.sort_by_key(|(at, _)| *at);
    let messages: Vec<Value> = messages.into_iter().map(|(_, message)| message).collect();
    visit.form(
        "admin/ticket.html",
        context! { ticket => context! { account, ..whole(&ticket) }, messages, form, goes_to },
        wrong,
    )
}

/// `GET /admin/tickets/{reference}/files/{id}`
pub async fn file(visit: StaffOnly, Path((reference, id)): Path<(String, String)>) -> Answer {
    let db = &visit.app().db;
    let ticket = ticket::find(db, Scope::Staff, &reference).await?;
    let ticket = ticket::standing(db, ticket).await?;
    sent(&visit, &attachment::find(db, &ticket, &id).await?).await
}

/// A note as the page shows it, among the messages.
fn noted(note: &Note) -> Value {
    context! { id => &note.id, author => &note.author_name, at => &note.at, body => &note.body, note => true }
}

/// `POST /admin/tickets/{reference}/note`
pub async fn note(visit: StaffOnly, Path(reference): Path<String>, fields: Fields) -> Answer {
    match write_note(&visit, &reference, fields.get("note")).await {
        Ok(()) => Ok(visit.done(&format!("/admin/tickets/{reference}"), "flash-ticket-noted", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?.renamed("body", "note");
            page(&visit, &reference, fields.echo(&["note"]), &wrong).await
        }
    }
}

async fn write_note(visit: &StaffOnly, reference: &str, body: &str) -> Result<()> {
    let found = ticket::find(&visit.app().db, Scope::Staff, reference).await?;
    let account = account_of(visit, &found).await?;
    let mut tx = visit.begin().await?;
    ticket::note(&mut tx, &visit.act(), &account, &found.id, body).await?;
    tx.commit().await
}

/// `POST /admin/tickets/{reference}/reply`
pub async fn reply(visit: StaffOnly, Path(reference): Path<String>, fields: Fields) -> Answer {
    match write(&visit, &reference, fields.get("message")).await {
        Ok(()) => Ok(visit.done(&format!("/admin/tickets/{reference}"), "flash-ticket-replied", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?.renamed("body", "message");
            page(&visit, &reference, fields.echo(&["message"]), &wrong).await
        }
    }
}

async fn write(visit: &StaffOnly, reference: &str, body: &str) -> Result<()> {
    let db = &visit.app().db;
    let found = ticket::find(db, Scope::Staff, reference).await?;
    let account = account_of(visit, &found).await?;
    let draft = TicketReply {
        ticket: ticket::snapshot(db, &found, visit.at()).await?,
        body: body.to_owned(),
        ..TicketReply::default()
    };
    let approved = visit.ask(&account, draft).await?;
    let mut tx = visit.begin().await?;
    ticket::reply(&mut tx, &visit.act(), &approved).await?;
    tx.commit().await
}

/// The account of a ticket as hooks see it; empty for a guest's.
async fn account_of(visit: &StaffOnly, ticket: &Ticket) -> Result<Account> {
    match &ticket.account_id {
        Some(id) => account::snapshot(&visit.app().db, id).await,
        None => Ok(Account::default()),
    }
}

/// `POST /admin/tickets/{reference}/close`
pub async fn close(visit: StaffOnly, Path(reference): Path<String>) -> Answer {
    let path = format!("/admin/tickets/{reference}");
    let mut tx = visit.begin().await?;
    match ticket::close(&mut tx, &visit.act(), Scope::Staff, &reference).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done(&path, "flash-ticket-closed", &[("reference", reference.into())]))
        }
        Err(error) => visit.back(&path, error),
    }
}
