//! Notes, replies, statuses and new tickets.

use super::{Job, Outcome};
use crate::{
    effect::{Target, validate},
    error::{Error, Kind, Result},
    event::guard::{TicketOpen, TicketReply},
    model::{
        self,
        ticket::{self, Ticket},
    },
    report::did_you_mean,
};

const GONE: Outcome = Outcome::Nothing("the ticket is gone, or another account's now");

/// The ticket, if it is still the event's account's, or a guest's on an event without an account.
async fn find(job: &Job<'_>, ticket_id: &str) -> Result<Option<Ticket>> {
    let ticket = ticket::lookup(&job.app.db, ticket_id).await?;
    Ok(ticket.filter(|ticket| ticket.account_id == job.event.account_id))
}

pub(super) async fn note(job: &Job<'_>, ticket_id: &str, body: &str) -> Result<Outcome> {
    if find(job, ticket_id).await?.is_none() {
        return Ok(GONE);
    }
    let account = job.account().await?;
    let Some(mut tx) = job.begin().await? else { return Ok(Outcome::Done) };
    ticket::note(&mut tx, &job.act, &account, ticket_id, body).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

pub(super) async fn reply(job: &Job<'_>, ticket_id: &str, body: String) -> Result<Outcome> {
    let Some(ticket) = find(job, ticket_id).await? else { return Ok(GONE) };
    if ticket.is_closed() {
        return Err(Error::conflict("ticket-closed"));
    }
    let account = job.account().await?;
    let seen = ticket::snapshot(&job.app.db, &ticket, job.act.at).await?;
    let draft = TicketReply { ticket: seen, body, origin: "hook".to_owned(), ..TicketReply::default() };
    let approved = model::ask(&*job.app.gate, &job.act, &account, draft).await?;
    let Some(mut tx) = job.begin().await? else { return Ok(Outcome::Done) };
    ticket::reply(&mut tx, &job.act, &approved).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

pub(super) async fn set_status(job: &Job<'_>, ticket_id: &str, status: &str) -> Result<Outcome> {
    if find(job, ticket_id).await?.is_none() {
        return Ok(GONE);
    }
    let account = job.account().await?;
    let Some(mut tx) = job.begin().await? else { return Ok(Outcome::Done) };
    match ticket::set_status(&mut tx, &job.act, &account, ticket_id, status).await? {
        Some(_) => tx.commit().await.map(|()| Outcome::Done),
        None => Ok(Outcome::Nothing("the ticket has that status already")),
    }
}

/// A ticket that a hook asks for.
pub(super) struct Wanted {
    pub(super) department: String,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) priority: String,
    pub(super) opener: Option<Target>,
}

pub(super) async fn open(job: &Job<'_>, wanted: Wanted) -> Result<Outcome> {
    let refused = |why: String| Error::new(Kind::Refused, "refused").detail(why);
    let account = job.account().await?;
    let opener = validate::opener(&account, wanted.opener.as_ref()).map_err(refused)?;
    let departments = ticket::departments(&job.app.db).await?;
    let names = || departments.iter().map(|department| department.name.as_str());
    let Some(department) = names().find(|name| name.eq_ignore_ascii_case(wanted.department.trim())) else {
        let near = did_you_mean(&wanted.department, names());
        let hint = match near {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        };
        return Err(refused(format!("there is no department {:?}; {hint}", wanted.department)));
    };
    let draft = TicketOpen {
        department: department.to_owned(),
        subject: wanted.subject,
        body: wanted.body,
        priority: wanted.priority,
        origin: "hook".to_owned(),
        ..TicketOpen::default()
    };
    let approved = model::ask(&*job.app.gate, &job.act, &account, draft).await?;
    let Some(mut tx) = job.begin().await? else { return Ok(Outcome::Done) };
    ticket::open_for(&mut tx, &job.act, &opener, &approved).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}
