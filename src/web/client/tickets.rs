//! Tickets of the account: all of them, whoever opened them.

use crate::{
    error::Result,
    event::guard::{TicketOpen, TicketReply},
    model::{
        account,
        ticket::{self, Department, Filter, Line, Reply, Scope, Show, Ticket},
    },
    web::{
        access::{Can, Here, may::Tickets},
        drafts::compose,
        fields::{Echo, Fields, Wrong},
        goes_to::goes_to,
        pager::ListQuery,
        trouble::Answer,
    },
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};

/// `GET /tickets`
pub async fn list(visit: Can<Tickets>, Query(query): Query<ListQuery>) -> Answer {
    let show = Show::from_key(&query.status).filter(|show| *show != Show::Waiting).unwrap_or_default();
    let search = query.search();
    let scope = Scope::Account(&visit.here()?.id);
    let listed = ticket::list(&visit.app().db, scope, &Filter::new(show, &search), &query.page()).await?;
    let pager = query.pager("/tickets", &listed);
    let tickets: Vec<Value> = listed.rows.iter().map(line).collect();
    visit.page("client/tickets.html", context! { tickets, show => show.key(), query => search, pager })
}

/// A line of a list of tickets as pages show it.
pub fn line(line: &Line) -> Value {
    let account = line.account_id.as_ref().map(|id| context! { id, name => line.account_name() });
    context! {
        reference => &line.reference,
        subject => &line.subject,
        status => status(&line.status),
        opener => &line.opener_name,
        account,
        opened_at => &line.opened_at,
        updated_at => &line.changed_at,
        replies => &line.replies,
    }
}

/// A status as pages show it: ours have a message, the operator's own are shown as they are.
fn status(status: &str) -> Value {
    let ours = ["Open", "Answered", "Customer-Reply", "On Hold", "In Progress", "Closed"].contains(&status);
    let key: String =
        status.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    context! { key, label => if ours { "" } else { status } }
}

/// A ticket as its page shows it.
pub fn whole(ticket: &Ticket) -> Value {
    context! {
        reference => &ticket.reference,
        subject => &ticket.subject,
        status => status(&ticket.status),
        department => &ticket.department,
        opened_at => &ticket.opened_at,
        closed => ticket.is_closed(),
        opener => &ticket.opener_name,
    }
}

/// A message as pages show it.
pub fn message(reply: &Reply) -> Value {
    let badge = reply.badge().map_or("guest", |badge| badge.key());
    context! {
        id => &reply.id,
        author => if reply.author_name.is_empty() { reply.author().email } else { reply.author_name.clone() },
        badge => context! { kind => badge, label => "" },
        at => &reply.at,
        body => &reply.body,
        staff => reply.from_staff(),
        note => false,
    }
}

/// `GET /tickets/new`
pub async fn show_new(visit: Can<Tickets>) -> Answer {
    new_form(&visit, &Fields::default(), &Wrong::nothing()).await
}

async fn new_form(visit: &Can<Tickets>, typed: &Fields, wrong: &Wrong) -> Answer {
    let db = &visit.app().db;
    let account = account::snapshot(db, &visit.here()?.id).await?;
    let departments = ticket::departments(db).await?;
    let draft = draft(&departments, typed);
    let composed = compose(visit, &account, &draft).await;
    let goes_to = match departments.iter().find(|one| one.name == draft.department) {
        Some(chosen) => {
            goes_to(
                visit,
                &account,
                &ticket::foresee_opening(db, &visit.act(), &account, chosen.clone(), &draft).await?,
            )
            .await?
        }
        None => Vec::new(),
    };
    let departments: Vec<Value> =
        departments.iter().map(|one| context! { value => &one.name, label => &one.name }).collect();
    let form = typed.echo(&["subject", "message", "department"]);
    visit.form(
        "client/ticket-new.html",
        context! { form, departments, refused => composed.refused, goes_to },
        wrong,
    )
}

/// The draft as typed; the first department, where the form had no choice of them.
fn draft(departments: &[Department], typed: &Fields) -> TicketOpen {
    let first = departments.first().map(|first| first.name.as_str()).unwrap_or_default();
    let department = if typed.get("department").is_empty() { first } else { typed.get("department") };
    TicketOpen {
        subject: typed.get("subject").to_owned(),
        body: typed.get("message").to_owned(),
        department: department.to_owned(),
        priority: "Medium".to_owned(),
        ..TicketOpen::default()
    }
}

/// `POST /tickets/new`
pub async fn open(visit: Can<Tickets>, fields: Fields) -> Answer {
    match store(&visit, &fields).await {
        Ok(ticket) => {
            let path = format!("/tickets/{}", ticket.reference);
            Ok(visit.done(&path, "flash-ticket-opened", &[("reference", ticket.reference.into())]))
        }
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?.renamed("body", "message");
            new_form(&visit, &fields, &wrong).await
        }
    }
}

async fn store(visit: &Can<Tickets>, fields: &Fields) -> Result<Ticket> {
    let db = &visit.app().db;
    let account = account::snapshot(db, &visit.here()?.id).await?;
    let approved = visit.ask(&account, draft(&ticket::departments(db).await?, fields)).await?;
    let mut tx = visit.begin().await?;
    let ticket = ticket::open(&mut tx, &visit.act(), &approved).await?;
    tx.commit().await?;
    Ok(ticket)
}

/// `GET /tickets/{reference}`
pub async fn show(visit: Can<Tickets>, Path(reference): Path<String>) -> Answer {
    page(&visit, &reference, Echo::default(), &Wrong::nothing()).await
}

async fn page(visit: &Can<Tickets>, reference: &str, form: Echo, wrong: &Wrong) -> Answer {
    let db = &visit.app().db;
    let ticket = ticket::find(db, Scope::Account(&visit.here()?.id), reference).await?;
    let messages: Vec<Value> = ticket::replies(db, &ticket).await?.iter().map(message).collect();
    let account = account::snapshot(db, &visit.here()?.id).await?;
    let goes_to =
        goes_to(visit, &account, &ticket::foresee_reply(db, &visit.act(), &account, &ticket).await?).await?;
    visit.form(
        "client/ticket.html",
        context! { ticket => whole(&ticket), messages, form, goes_to, refused => "" },
        wrong,
    )
}

/// `POST /tickets/{reference}/reply`
pub async fn reply(visit: Can<Tickets>, Path(reference): Path<String>, fields: Fields) -> Answer {
    match write(&visit, &reference, fields.get("message")).await {
        Ok(()) => Ok(visit.done(&format!("/tickets/{reference}"), "flash-ticket-replied", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?.renamed("body", "message");
            page(&visit, &reference, fields.echo(&["message"]), &wrong).await
        }
    }
}

async fn write(visit: &Can<Tickets>, reference: &str, body: &str) -> Result<()> {
    let db = &visit.app().db;
    let account = account::snapshot(db, &visit.here()?.id).await?;
    let found = ticket::find(db, Scope::Account(&account.id), reference).await?;
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

/// `POST /tickets/{reference}/close`
pub async fn close(visit: Can<Tickets>, Path(reference): Path<String>) -> Answer {
    let path = format!("/tickets/{reference}");
    let mut tx = visit.begin().await?;
    match ticket::close(&mut tx, &visit.act(), Scope::Account(&visit.here()?.id), &reference).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done(&path, "flash-ticket-closed", &[("reference", reference.into())]))
        }
        Err(error) => visit.back(&path, error),
    }
}
