//! One ticket: everything that staff see of it.

use super::{account_of, path, presence, queue::members, reached, reply::with_text, told::told};
use crate::{
    error::Result,
    event::data::Account,
    model::{
        attachment, canned,
        page::{Page, Place},
        staff::{Role, Staff},
        ticket::{self, Filter, Note, PRIORITIES, Reply, Scope, Show, Ticket},
    },
    web::{
        access::{AnyStaff, OnDuty},
        client::tickets::{line, message, sent, status, whole},
        fields::{Echo, Wrong},
        goes_to::goes_to,
        original,
        trouble::Answer,
        upload::Writing,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};
use std::collections::BTreeSet;

/// So many other tickets of the customer are shown.
const OTHERS: i64 = 6;

/// `GET /admin/tickets/{reference}`
pub async fn show(visit: AnyStaff, Path(reference): Path<String>) -> Answer {
    let standing = reached(&visit, &reference).await?;
    if standing.reference != reference {
        let args = [("reference", reference.into()), ("into", standing.reference.as_str().into())];
        return Ok(visit.go_saying(&path(&standing.reference), "info", visit.text("ticket-is-part", &args)));
    }
    Shown::of(standing).page(&visit).await
}

/// `GET /admin/tickets/{reference}/files/{id}`
pub async fn file(visit: AnyStaff, Path((reference, id)): Path<(String, String)>) -> Answer {
    let db = &visit.app().db;
    let ticket = reached(&visit, &reference).await?;
    sent(&visit, &attachment::find(db, &ticket, &id).await?).await
}

/// The page of a ticket, with what is being written and what is wrong with it.
pub struct Shown {
    pub ticket: Ticket,
    pub writing: Writing,
    pub form: Echo,
    pub wrong: Wrong,
    /// Ids of messages that came in while the reader wrote.
    pub fresh: BTreeSet<String>,
}

impl Shown {
    /// The page as it is opened.
    pub fn of(ticket: Ticket) -> Self {
        Self {
            ticket,
            writing: Writing::default(),
            form: Echo::default(),
            wrong: Wrong::nothing(),
            fresh: BTreeSet::new(),
        }
    }

    /// Draws it.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn page(self, visit: &AnyStaff) -> Answer {
        let (db, ticket) = (&visit.app().db, &self.ticket);
        let account = account_of(db, ticket).await?;
        let foreseen = ticket::foresee_reply(db, &visit.act(), &account, ticket).await?;
        let replies = ticket::replies(db, ticket).await?;
        let writes = with_text(&self.writing) || !self.fresh.is_empty();
        let others = presence::look(visit, ticket, writes).await?;
        let form = if self.wrong.errors.contains_key("cc") {
            self.form.clone()
        } else {
            self.form.clone().with("cc", ticket.cc().join("\n"))
        };
        let values = context! {
            ticket => self.head(visit, &account).await?,
            entries => self.entries(visit, &replies).await?,
            seen => replies.last().map_or("", |reply| reply.id.as_str()),
            form,
            goes_to => goes_to(visit, &account, &foreseen).await?,
            present => presence::sentence(visit, &others),
            overtaken => !self.fresh.is_empty(),
            others => others_of(visit, ticket).await?,
            may_split => replies.len() > 1,
            ..context! { ..choices(visit).await?, ..self.writing.values(visit) }
        };
        visit.form("admin/ticket.html", values, &self.wrong)
    }

    async fn head(&self, visit: &AnyStaff, account: &Account) -> Result<Value> {
        let (ticket, me) = (&self.ticket, visit.me()?);
        let opener = ticket.opener();
        let shown = account.exists.then(|| context! { id => &account.id, name => &account.name });
        Ok(context! {
            account => shown,
            may_give => ticket.merged_into.is_none()
                && (!account.exists || ticket::was_given(&visit.app().db, ticket).await?),
            opener_email => opener.email,
            opener_user => if opener.kind == "user" { opener.id } else { String::new() },
            assignee => ticket.assignee_id.clone().unwrap_or_default(),
            mine => ticket.assignee_id.as_ref() == Some(&me.id),
            me => &me.id,
            department_id => ticket.department_id(),
            status_name => &ticket.status,
            changed_at => ticket.changed_at,
            ..whole(ticket)
        })
    }

    /// Messages, notes and what happened, oldest first.
    async fn entries(&self, visit: &AnyStaff, replies: &[Reply]) -> Result<Vec<Value>> {
        let (db, ticket) = (&visit.app().db, &self.ticket);
        let base = path(&ticket.reference);
        let mut entries: Vec<(i64, Value)> = Vec::new();
        for reply in replies {
            let fresh = self.fresh.contains(&reply.id);
            let mail = original::link(visit, reply, &base).await?;
            entries.push((reply.at, context! { kind => "reply", fresh, mail, ..message(reply, &base) }));
        }
        entries.extend(ticket::notes(db, ticket).await?.iter().map(|note| (note.at, noted(note))));
        for happened in ticket::history(db, ticket).await? {
            entries.extend(told(visit, &happened, &ticket.reference).map(|told| (happened.at, told)));
        }
        entries.sort_by_key(|(at, _)| *at);
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }
}

/// A note as the page shows it, among the messages.
fn noted(note: &Note) -> Value {
    context! { kind => "note", id => &note.id, author => &note.author_name, at => &note.at, body => &note.body }
}

/// What staff choose from on the page.
async fn choices(visit: &AnyStaff) -> Result<Value> {
    let db = &visit.app().db;
    let statuses = ticket::statuses(db).await?;
    let option = |name: &str| context! { value => name, label => visit.reader().word(name) };
    let departments = ticket::departments(db).await?;
    let departments: Vec<Value> =
        departments.iter().map(|one| context! { value => &one.id, label => &one.name }).collect();
    let canned = canned::list(db).await?;
    Ok(context! {
        staff => members(visit).await?,
        statuses => statuses.iter().map(|one| option(&one.name)).collect::<Vec<_>>(),
        departments,
        priorities => PRIORITIES.map(option),
        canned => canned.iter().map(|one| context! { value => &one.id, label => &one.title }).collect::<Vec<_>>(),
        writes_canned => is_admin(visit.me()?),
        explains => is_admin(visit.me()?),
    })
}

fn is_admin(me: &Staff) -> bool {
    me.role == Role::Admin
}

/// Other open tickets of the customer, as far as this member of staff reaches them.
async fn others_of(visit: &AnyStaff, ticket: &Ticket) -> Result<Vec<Value>> {
    let db = &visit.app().db;
    let Some(account_id) = &ticket.account_id else { return Ok(Vec::new()) };
    let served = ticket::served(db, visit.me()?).await?;
    let departments = ticket::departments(db).await?;
    let reached = |name: &str| departments.iter().any(|one| one.name == name && served.has(&one.id));
    let page = Page { place: Place::Start, size: OTHERS };
    let open = ticket::list(db, Scope::Account(account_id), &Filter::new(Show::Open, ""), &page).await?;
    let others = open.rows.iter().filter(|one| one.id != ticket.id && reached(&one.department));
    Ok(others.map(|one| context! { status => status(&one.status, one.waits()), ..line(one) }).collect())
}
