//! Opening a ticket.

use super::{super::outreach, chosen};
use crate::{
    error::{Error, Result},
    event::guard::TicketOpen,
    model::{
        account,
        attachment::Attachment,
        throttle,
        ticket::{self, Arrival, Department, PRIORITIES, Scope, Ticket},
    },
    web::{
        access::{Can, Here, Me, may::Tickets},
        drafts::compose,
        fields::{Echo, Wrong},
        goes_to::goes_to,
        trouble::Answer,
        upload::{Upload, Writing},
    },
};
use axum::extract::Query;
use minijinja::{Value, context};
use serde::Deserialize;

/// What the address of the blank form may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Begun {
    /// The reference of a closed ticket that this one follows.
    follows: String,
}

/// `GET /tickets/new`
pub async fn show_new(visit: Can<Tickets>, Query(begun): Query<Begun>) -> Answer {
    let mut form = Echo::default();
    if !begun.follows.is_empty() {
        let scope = Scope::Account(&visit.here()?.id);
        let earlier = ticket::find(&visit.app().db, scope, &begun.follows).await?;
        let subject = format!("{} ({})", earlier.subject, earlier.reference);
        form = form.with("subject", subject).with("department", earlier.department.clone());
    }
    page(&visit, &Writing::default(), form, &Wrong::nothing()).await
}

async fn page(visit: &Can<Tickets>, writing: &Writing, form: Echo, wrong: &Wrong) -> Answer {
    let db = &visit.app().db;
    let account = account::snapshot(db, &visit.here()?.id).await?;
    let departments = ticket::departments(db).await?;
    let draft = draft(&departments, writing);
    let composed = compose(visit, &account, &draft).await;
    let goes_to = match departments.iter().find(|one| one.name == draft.department) {
        Some(one) => {
            let foreseen = ticket::foresee_opening(db, &visit.act(), &account, one.clone(), &draft).await?;
            goes_to(visit, &account, &foreseen).await?
        }
        None => Vec::new(),
    };
    let departments: Vec<Value> = chosen(&departments).collect();
    let priorities = PRIORITIES
        .map(|one| context! { value => one, label => visit.text(&format!("priority-{}", one.to_lowercase()), &[]) });
    visit.form(
        "client/ticket-new.html",
        context! { form, departments, priorities, refused => composed.refused, goes_to, ..writing.values(visit) },
        wrong,
    )
}

/// What was typed, as the page shows it again.
fn echo(writing: &Writing) -> Echo {
    writing.fields.echo(&["subject", "message", "department", "priority", "related", "cc"])
}

/// The draft as typed; the first department that customers may choose, where the form had no choice.
fn draft(departments: &[Department], writing: &Writing) -> TicketOpen {
    let typed = &writing.fields;
    let or = |name: &str, other: &str| match typed.get(name) {
        "" => other.to_owned(),
        typed => typed.to_owned(),
    };
    let first = departments.iter().find(|one| !one.hidden).map_or("", |one| one.name.as_str());
    TicketOpen {
        subject: typed.get("subject").to_owned(),
        body: typed.get("message").to_owned(),
        department: or("department", first),
        priority: or("priority", "Medium"),
        cc: addresses(typed.get("cc")),
        related: typed.get("related").to_owned(),
        origin: "web".to_owned(),
        attachments: writing.files.iter().map(Attachment::seen).collect(),
    }
}

/// Addresses as people type several: between commas, semicolons, blanks or on lines of their own.
pub fn addresses(typed: &str) -> Vec<String> {
    let between = |c: char| c.is_whitespace() || c == ',' || c == ';';
    typed.split(between).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// Lets nobody have mail sent to others who has not proved an address of their own.
pub fn may_copy(visit: &Can<Tickets>, cc: &[String]) -> Result<()> {
    let proved = visit.me()?.email_verified_at.is_some();
    if proved || cc.is_empty() { Ok(()) } else { Err(Error::field("cc", "cc-unverified")) }
}

/// `POST /tickets/new`
pub async fn open(visit: Can<Tickets>, upload: Upload) -> Answer {
    let writing = Writing::take(&visit, upload).await?;
    if writing.is_preview() || !writing.wrong.errors_list.is_empty() {
        return page(&visit, &writing, echo(&writing), &writing.wrong).await;
    }
    match store(&visit, &writing).await {
        Ok(ticket) => {
            let path = format!("/tickets/{}", ticket.reference);
            Ok(visit.done(&path, "flash-ticket-opened", &[("reference", ticket.reference.into())]))
        }
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?.renamed("body", "message");
            page(&visit, &writing, echo(&writing), &wrong).await
        }
    }
}

async fn store(visit: &Can<Tickets>, writing: &Writing) -> Result<Ticket> {
    let db = &visit.app().db;
    let account = account::snapshot(db, &visit.here()?.id).await?;
    let departments = ticket::departments(db).await?;
    let draft = draft(&departments, writing);
    if departments.iter().any(|one| one.hidden && one.name == draft.department) {
        return Err(Error::field("department", "choice"));
    }
    may_copy(visit, &draft.cc)?;
    throttle::count(db, &format!("ticket-{}", visit.me()?.id), &throttle::TICKET, visit.at()).await?;
    let typed = draft.cc.clone();
    let approved = visit.ask(&account, draft).await?;
    let (act, arrival) = (visit.act(), Arrival::of(&visit.app().config.tickets));
    let mut tx = visit.begin().await?;
    ticket::may_be_copied(&mut tx, &typed).await?;
    outreach(visit, &account.id)?.name(&mut tx, "cc", &approved.draft().cc).await?;
    let ticket = ticket::open_from(&mut tx, &act, &act.actor, &approved, &arrival).await?;
    tx.commit().await?;
    Ok(ticket)
}
