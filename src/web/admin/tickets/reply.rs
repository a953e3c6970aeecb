//! Answering, and notes. A reply waits if somebody else wrote meanwhile.

use super::{account_of, find, one::Shown, path, reached};
use crate::{
    error::Result,
    event::guard::TicketReply,
    model::{
        attachment::Attachment,
        canned::{self, Filled},
        presence,
        ticket::{self, Arrival, CLOSED, Reply, Ticket},
    },
    web::{
        access::{AnyStaff, OnDuty},
        fields::{Fields, Wrong},
        trouble::Answer,
        upload::{Upload, Writing},
    },
};
use axum::{extract::Path, http::header, response::IntoResponse};
use std::collections::BTreeSet;

/// What came of sending a reply.
enum Outcome {
    /// It stands on the ticket of this reference.
    Sent(String),
    /// Somebody else wrote meanwhile: their messages. Nothing was sent.
    Overtaken(Vec<Reply>),
}

/// True if something is being written.
pub fn with_text(writing: &Writing) -> bool {
    !writing.fields.get("message").trim().is_empty()
}

/// `POST /admin/tickets/{reference}/reply`: `act` is send, close, preview or insert.
pub async fn reply(visit: AnyStaff, Path(reference): Path<String>, upload: Upload) -> Answer {
    let ticket = reached(&visit, &reference).await?;
    let writing = Writing::take(&visit, upload).await?;
    let mut form = writing.fields.echo(&["message", "status", "canned"]);
    if writing.fields.get("act") == "insert" {
        let message = inserted(&visit, &ticket, &writing.fields).await?;
        form = form.with("message", message);
        return Shown { form, writing, ..Shown::of(ticket) }.page(&visit).await;
    }
    if writing.is_preview() || !writing.wrong.errors_list.is_empty() {
        let wrong = writing.wrong.clone();
        return Shown { form, writing, wrong, ..Shown::of(ticket) }.page(&visit).await;
    }
    match send(&visit, &ticket, &writing).await {
        Ok(Outcome::Sent(reference)) => Ok(visit.done(&path(&reference), "flash-ticket-replied", &[])),
        Ok(Outcome::Overtaken(newer)) => {
            let names: BTreeSet<&str> = newer.iter().map(|reply| reply.author_name.as_str()).collect();
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            let wrong = Wrong::field("", visit.text("ticket-overtaken", &[("names", names.into())]));
            let fresh = newer.into_iter().map(|reply| reply.id).collect();
            Shown { form, writing, wrong, fresh, ..Shown::of(ticket) }.page(&visit).await
        }
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error.about("body", "reply_title"))?;
            let wrong = wrong.renamed("reply_title", "message");
            let now = find(&visit, &ticket.reference).await?;
            Shown { form, writing, wrong, ..Shown::of(now) }.page(&visit).await
        }
    }
}

async fn send(visit: &AnyStaff, found: &Ticket, writing: &Writing) -> Result<Outcome> {
    let (db, me, fields) = (&visit.app().db, visit.me()?, &writing.fields);
    let account = account_of(db, found).await?;
    let draft = TicketReply {
        ticket: ticket::snapshot(db, found, visit.at()).await?,
        body: fields.get("message").to_owned(),
        origin: "web".to_owned(),
        attachments: writing.files.iter().map(Attachment::seen).collect(),
    };
    let approved = visit.ask(&account, draft).await?;
    let (act, arrival) = (visit.act(), Arrival::of(&visit.app().config.tickets));
    let mut tx = visit.begin().await?;
    let replied = ticket::reply_from(&mut tx, &act, &approved, &arrival).await?;
    // Only now is the ticket held: whoever wrote before us is seen, nobody can write between.
    let newer = newer(ticket::replies(&mut tx, &replied).await?, fields.get("seen"), &me.id);
    if !newer.is_empty() {
        return Ok(Outcome::Overtaken(newer));
    }
    let status = if fields.get("act") == "close" { CLOSED } else { fields.get("status") };
    if !status.is_empty() {
        ticket::set_status(&mut tx, &act, &account, &replied.id, status).await?;
    }
    presence::leave(&mut tx, &replied.id, &me.id).await?;
    tx.commit().await?;
    Ok(Outcome::Sent(replied.reference))
}

/// Messages of others after the one that was the last when the page was made. When that one stands here no more, nobody knows
/// what its reader saw: all are new.
fn newer(replies: Vec<Reply>, seen: &str, me: &str) -> Vec<Reply> {
    if seen.is_empty() {
        return Vec::new();
    }
    let begin = replies.iter().position(|reply| reply.id == seen).map_or(0, |place| place + 1);
    replies.into_iter().skip(begin).filter(|reply| reply.author().id != me).collect()
}

/// What was typed, with an answer that was ready behind it.
async fn inserted(visit: &AnyStaff, ticket: &Ticket, fields: &Fields) -> Result<String> {
    let typed = fields.get("message");
    if fields.get("canned").is_empty() {
        return Ok(typed.to_owned());
    }
    let text = filled(visit, ticket, fields.get("canned")).await?;
    Ok(if typed.trim().is_empty() { text } else { format!("{}\n\n{text}", typed.trim_end()) })
}

async fn filled(visit: &AnyStaff, ticket: &Ticket, id: &str) -> Result<String> {
    let db = &visit.app().db;
    let (canned, account) = (canned::find(db, id).await?, account_of(db, ticket).await?);
    let filled = Filled {
        name: &ticket.opener_name,
        account: &account.name,
        reference: &ticket.reference,
        subject: &ticket.subject,
        department: &ticket.department,
        me: &visit.me()?.name,
    };
    Ok(filled.fill(&canned.body))
}

/// `GET /admin/tickets/{reference}/canned/{id}`: the text, for the page's script.
pub async fn canned(visit: AnyStaff, Path((reference, id)): Path<(String, String)>) -> Answer {
    let ticket = find(&visit, &reference).await?;
    let text = filled(&visit, &ticket, &id).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// `POST /admin/tickets/{reference}/note`
pub async fn note(visit: AnyStaff, Path(reference): Path<String>, fields: Fields) -> Answer {
    let ticket = reached(&visit, &reference).await?;
    match write_note(&visit, &ticket, fields.get("note")).await {
        Ok(()) => Ok(visit.done(&path(&ticket.reference), "flash-ticket-noted", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error.about("body", "note"))?;
            let form = fields.echo(&["note"]);
            Shown { form, wrong, ..Shown::of(ticket) }.page(&visit).await
        }
    }
}

async fn write_note(visit: &AnyStaff, ticket: &Ticket, body: &str) -> Result<()> {
    let account = account_of(&visit.app().db, ticket).await?;
    let mut tx = visit.begin().await?;
    ticket::note(&mut tx, &visit.act(), &account, &ticket.id, body).await?;
    tx.commit().await
}
