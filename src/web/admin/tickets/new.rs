//! Opening a ticket for a customer: one who telephoned, say.

use super::path;
use crate::{
    error::{Error, Result},
    event::{
        data::{Account, Person},
        guard::TicketOpen,
    },
    model::{
        access, account,
        attachment::Attachment,
        email_address, line,
        page::{Page, Place},
        ticket::{self, Arrival, Department, PRIORITIES, Ticket},
        user,
    },
    web::{
        access::{AnyStaff, OnDuty},
        client::tickets::addresses,
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

/// So many accounts are offered.
const OFFERED: i64 = 10;
/// In the address and the form: a customer without an account.
const GUEST: &str = "guest";

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// Words of the account's name or address.
    q: String,
    /// Id of the account, or `guest`.
    account: String,
}

/// `GET /admin/tickets/new`
pub async fn show_new(visit: AnyStaff, Query(chosen): Query<Chosen>) -> Answer {
    if chosen.account.is_empty() {
        return choose(&visit, chosen.q.trim()).await;
    }
    page(&visit, &chosen.account, &Writing::default(), &Wrong::nothing()).await
}

/// Asks for whom.
async fn choose(visit: &AnyStaff, search: &str) -> Answer {
    let search: String = search.chars().take(200).collect();
    let page = Page { place: Place::Start, size: OFFERED };
    let listed = account::list(&visit.app().db, &search, &page).await?;
    let accounts =
        listed.rows.iter().map(|one| context! { id => &one.id, name => one.name(), email => &one.email });
    let accounts: Vec<Value> = accounts.collect();
    visit.page("admin/ticket-for.html", context! { accounts, query => search })
}

async fn page(visit: &AnyStaff, account_id: &str, writing: &Writing, wrong: &Wrong) -> Answer {
    let db = &visit.app().db;
    let account = account_of(visit, account_id).await?;
    let members = if account.exists { access::members(db, &account.id).await? } else { Vec::new() };
    let openers = members.iter().map(|one| {
        let label = format!("{} <{}>", one.user.name(), one.user.email);
        context! { value => &one.user.id, label => label.trim_start().to_owned() }
    });
    let contacts = account.contacts.iter().map(|one| {
        context! { value => &one.id, label => format!("{} <{}> ({})", one.name, one.email, visit.text("badge-sub_account", &[])) }
    });
    let openers: Vec<Value> = openers.chain(contacts).collect();
    let departments = served(visit).await?;
    let draft = draft(&departments, writing);
    let composed = compose(visit, &account, &draft).await;
    // Before it is known for whom, the account's owner stands for them.
    let opener = match opener(visit, &account, writing).await {
        Ok(opener) => opener,
        Err(_) => members.iter().find(|one| one.owner).map(|one| user::person(&one.user)).unwrap_or_default(),
    };
    let goes_to = match departments.iter().find(|one| one.name == draft.department) {
        Some(one) => {
            let (act, one) = (visit.act(), one.clone());
            let foreseen = ticket::foresee_opening_for(db, &act, &opener, &account, one, &draft).await?;
            goes_to(visit, &account, &foreseen).await?
        }
        None => Vec::new(),
    };
    let option = |name: &str| context! { value => name, label => visit.reader().word(name) };
    let values = context! {
        account => context! { id => account_id, name => &account.name, exists => account.exists },
        openers,
        departments => departments.iter().map(|one| context! { value => &one.name, label => &one.name }).collect::<Vec<_>>(),
        priorities => PRIORITIES.map(option),
        form => echo(writing),
        refused => composed.refused,
        goes_to,
        ..writing.values(visit)
    };
    visit.form("admin/ticket-new.html", values, wrong)
}

fn echo(writing: &Writing) -> Echo {
    let typed = &writing.fields;
    let form = typed.echo(&["opener", "name", "email", "subject", "message", "department", "related", "cc"]);
    let priority = if typed.get("priority").is_empty() { "Medium" } else { typed.get("priority") };
    form.with("priority", priority)
}

/// Departments that this member of staff serves.
async fn served(visit: &AnyStaff) -> Result<Vec<Department>> {
    let db = &visit.app().db;
    let served = ticket::served(db, visit.me()?).await?;
    let mut departments = ticket::departments(db).await?;
    departments.retain(|one| served.has(&one.id));
    Ok(departments)
}

async fn account_of(visit: &AnyStaff, account_id: &str) -> Result<Account> {
    if account_id == GUEST {
        return Ok(Account::default());
    }
    let known = account::find(&visit.app().db, account_id).await?;
    account::snapshot(&visit.app().db, &known.id).await
}

/// For whom: a user or a contact of the account, or whoever a guest says to be.
async fn opener(visit: &AnyStaff, account: &Account, writing: &Writing) -> Result<Person> {
    let typed = &writing.fields;
    if !account.exists {
        let email = email_address("email", typed.get("email"))?;
        let name = line("name", typed.get("name"), 100)?;
        return Ok(Person { exists: true, kind: "guest".into(), id: String::new(), name, email });
    }
    let members = access::members(&visit.app().db, &account.id).await?;
    let chosen = typed.get("opener");
    if let Some(contact) = account.contacts.iter().find(|one| one.id == chosen) {
        return Ok(Person {
            exists: true,
            kind: "contact".into(),
            id: contact.id.clone(),
            name: contact.name.clone(),
            email: contact.email.clone(),
        });
    }
    let user = members.iter().find(|one| one.user.id == chosen);
    user.map(|one| user::person(&one.user)).ok_or_else(|| Error::field("opener", "choice"))
}

fn draft(departments: &[Department], writing: &Writing) -> TicketOpen {
    let typed = &writing.fields;
    let or = |name: &str, other: &str| match typed.get(name) {
        "" => other.to_owned(),
        typed => typed.to_owned(),
    };
    TicketOpen {
        subject: typed.get("subject").to_owned(),
        body: typed.get("message").to_owned(),
        department: or("department", departments.first().map_or("", |one| one.name.as_str())),
        priority: or("priority", "Medium"),
        cc: addresses(typed.get("cc")),
        related: typed.get("related").to_owned(),
        origin: "web".to_owned(),
        attachments: writing.files.iter().map(Attachment::seen).collect(),
    }
}

/// `POST /admin/tickets/new`
pub async fn open(visit: AnyStaff, upload: Upload) -> Answer {
    let writing = Writing::take(&visit, upload).await?;
    let account_id = writing.fields.get("account").to_owned();
    if writing.is_preview() || !writing.wrong.errors_list.is_empty() {
        return page(&visit, &account_id, &writing, &writing.wrong).await;
    }
    match store(&visit, &account_id, &writing).await {
        Ok(ticket) => {
            let there = path(&ticket.reference);
            let args = [("reference", ticket.reference.as_str().into()), ("name", ticket.opener_name.into())];
            Ok(visit.done(&there, "flash-ticket-opened-for", &args))
        }
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?.renamed("body", "message");
            page(&visit, &account_id, &writing, &wrong).await
        }
    }
}

async fn store(visit: &AnyStaff, account_id: &str, writing: &Writing) -> Result<Ticket> {
    let account = account_of(visit, account_id).await?;
    let opener = opener(visit, &account, writing).await?;
    let departments = served(visit).await?;
    let draft = draft(&departments, writing);
    if !departments.iter().any(|one| one.name == draft.department) {
        return Err(Error::field("department", "choice"));
    }
    let typed = draft.cc.clone();
    let approved = visit.ask(&account, draft).await?;
    let arrival = Arrival::of(&visit.app().config.tickets);
    let mut tx = visit.begin().await?;
    ticket::may_be_copied(&mut tx, &typed).await?;
    let ticket = ticket::open_from(&mut tx, &visit.act(), &opener, &approved, &arrival).await?;
    tx.commit().await?;
    Ok(ticket)
}
