//! One ticket: read it, answer, close, open again, rate, copy others.

use super::{
    super::outreach,
    mail::is_open,
    message,
    new::{addresses, may_copy},
    whole,
};
use crate::{
    clock::DAY,
    error::Result,
    event::guard::TicketReply,
    model::{
        account,
        attachment::Attachment,
        email_key, throttle,
        ticket::{self, Arrival, Scope, Ticket},
    },
    web::{
        access::{Can, Here, Me, may::Tickets},
        fields::{Echo, Fields, Wrong},
        goes_to::goes_to,
        original,
        trouble::Answer,
        upload::{Upload, Writing},
    },
};
use axum::extract::Path;
use minijinja::{Value, context};

/// `GET /tickets/{reference}`
pub async fn show(visit: Can<Tickets>, Path(reference): Path<String>) -> Answer {
    page(&visit, &reference, &Writing::default(), Echo::default(), &Wrong::nothing()).await
}

async fn page(visit: &Can<Tickets>, reference: &str, writing: &Writing, form: Echo, wrong: &Wrong) -> Answer {
    let db = &visit.app().db;
    let found = ticket::find(db, Scope::Account(&visit.here()?.id), reference).await?;
    let ticket = ticket::standing(db, found).await?;
    if ticket.reference != reference {
        return Ok(visit.go(&path(&ticket.reference)));
    }
    let base = path(reference);
    let mut messages: Vec<Value> = Vec::new();
    for reply in ticket::replies(db, &ticket).await? {
        let may_rate = reply.rating.is_none() && reply.author().kind == "staff";
        let rate = if may_rate { format!("{base}/replies/{}/rate", reply.id) } else { String::new() };
        let mail = if is_open(&reply) { original::link(visit, &reply, &base).await? } else { String::new() };
        // What staff quoted may be what they wrote among themselves.
        let quoted = if is_open(&reply) { reply.quoted.as_str() } else { "" };
        messages.push(context! { rate, mail, quoted, ..message(&reply, &base) });
    }
    let account = account::snapshot(db, &visit.here()?.id).await?;
    let foreseen = ticket::foresee_reply(db, &visit.act(), &account, &ticket).await?;
    let goes_to = goes_to(visit, &account, &foreseen).await?;
    let form = if wrong.errors.contains_key("cc") { form } else { form.with("cc", ticket.cc().join("\n")) };
    let reopens = ticket.reopens(visit.at(), visit.app().config.tickets.reopen_days.max(0) * DAY);
    visit.form(
        "client/ticket.html",
        context! {
            ticket => context! { reopens, ..whole(&ticket) },
            messages, form, goes_to, refused => "", ..writing.values(visit)
        },
        wrong,
    )
}

fn path(reference: &str) -> String {
    format!("/tickets/{reference}")
}

/// `POST /tickets/{reference}/reply`
pub async fn reply(visit: Can<Tickets>, Path(reference): Path<String>, upload: Upload) -> Answer {
    // Nothing of a stranger is kept: first the ticket, then what came along.
    ticket::find(&visit.app().db, Scope::Account(&visit.here()?.id), &reference).await?;
    let writing = Writing::take(&visit, upload).await?;
    let echo = writing.fields.echo(&["message"]);
    if writing.is_preview() || !writing.wrong.errors_list.is_empty() {
        return page(&visit, &reference, &writing, echo, &writing.wrong).await;
    }
    match write(&visit, &reference, &writing).await {
        Ok(ticket) => Ok(visit.done(&path(&ticket.reference), "flash-ticket-replied", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error.about("body", "reply_title"))?;
            let wrong = wrong.renamed("reply_title", "message");
            page(&visit, &reference, &writing, echo, &wrong).await
        }
    }
}

async fn write(visit: &Can<Tickets>, reference: &str, writing: &Writing) -> Result<Ticket> {
    let db = &visit.app().db;
    let account = account::snapshot(db, &visit.here()?.id).await?;
    throttle::count(db, &format!("reply-{}", visit.me()?.id), &throttle::REPLY, visit.at()).await?;
    let found = ticket::find(db, Scope::Account(&account.id), reference).await?;
    let found = ticket::standing(db, found).await?;
    let draft = TicketReply {
        ticket: ticket::snapshot(db, &found, visit.at()).await?,
        body: writing.fields.get("message").to_owned(),
        origin: "web".to_owned(),
        attachments: writing.files.iter().map(Attachment::seen).collect(),
    };
    let approved = visit.ask(&account, draft).await?;
    let arrival = Arrival::of(&visit.app().config.tickets);
    let mut tx = visit.begin().await?;
    let ticket = ticket::reply_from(&mut tx, &visit.act(), &approved, &arrival).await?;
    tx.commit().await?;
    Ok(ticket)
}

/// `POST /tickets/{reference}/close`
pub async fn close(visit: Can<Tickets>, Path(reference): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    match ticket::close(&mut tx, &visit.act(), Scope::Account(&visit.here()?.id), &reference).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done(&path(&reference), "flash-ticket-closed", &[("reference", reference.into())]))
        }
        Err(error) => visit.back(&path(&reference), error),
    }
}

/// `POST /tickets/{reference}/reopen`
pub async fn reopen(visit: Can<Tickets>, Path(reference): Path<String>) -> Answer {
    let (scope, rules) = (Scope::Account(&visit.here()?.id), &visit.app().config.tickets);
    let mut tx = visit.begin().await?;
    match ticket::reopen(&mut tx, &visit.act(), scope, &reference, rules).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done(&path(&reference), "flash-ticket-reopened", &[("reference", reference.into())]))
        }
        Err(error) => visit.back(&path(&reference), error),
    }
}

/// `POST /tickets/{reference}/cc`
pub async fn cc(visit: Can<Tickets>, Path(reference): Path<String>, fields: Fields) -> Answer {
    match copy(&visit, &reference, &addresses(fields.get("cc"))).await {
        Ok(()) => Ok(visit.done(&path(&reference), "flash-ticket-cc", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, &reference, &Writing::default(), fields.echo(&["cc"]), &wrong).await
        }
    }
}

async fn copy(visit: &Can<Tickets>, reference: &str, typed: &[String]) -> Result<()> {
    let scope = Scope::Account(&visit.here()?.id);
    may_copy(visit, typed)?;
    throttle::count(&visit.app().db, &format!("reply-{}", visit.me()?.id), &throttle::REPLY, visit.at())
        .await?;
    let mut tx = visit.begin().await?;
    let copied = ticket::find(&mut tx, scope, reference).await?.cc();
    let is_new = |email: &&String| !copied.iter().any(|one| email_key(one) == email_key(email));
    let new: Vec<String> = typed.iter().filter(is_new).cloned().collect();
    outreach(visit, &visit.here()?.id)?.name(&mut tx, "cc", &new).await?;
    ticket::change_cc(&mut tx, &visit.act(), scope, reference, typed).await?;
    tx.commit().await
}

/// `POST /tickets/{reference}/replies/{id}/rate`
pub async fn rate(
    visit: Can<Tickets>,
    Path((reference, id)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let scope = Scope::Account(&visit.here()?.id);
    let stars = fields.get("stars").parse().unwrap_or_default();
    let (act, comment) = (visit.act(), fields.get("comment"));
    let mut tx = visit.begin().await?;
    match ticket::rate(&mut tx, &act, scope, &reference, &id, stars, comment).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(visit.done(&path(&reference), "flash-ticket-rated", &[]))
        }
        Err(error) => visit.back(&path(&reference), error),
    }
}
