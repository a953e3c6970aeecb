//! Accounts as staff see them.

use crate::{
    error::Result,
    event::outbox::{self, StoredEvent},
    model::{
        access,
        account::{self, Account},
        contact, invite,
        page::{Page, Place},
    },
    web::{access::AnyStaff, client, pager::ListQuery, trouble::Answer, visit::Visit},
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};

/// `GET /admin/accounts`
pub async fn list(visit: AnyStaff, Query(query): Query<ListQuery>) -> Answer {
    let search = query.search();
    let listed = account::list(&visit.app().db, &search, &query.page()).await?;
    let pager = query.pager("/admin/accounts", &listed);
    let accounts = listed.rows.iter().map(|one| {
        context! {
            id => &one.id,
            name => one.name(),
            email => &one.email,
            owner => context! { name => &one.owner_name, email => &one.owner_email },
            users => &one.users,
            created_at => &one.created_at,
        }
    });
    let accounts: Vec<Value> = accounts.collect();
    visit.page("admin/accounts.html", context! { accounts, query => search, pager })
}

/// `GET /admin/accounts/{id}`
pub async fn show(visit: AnyStaff, Path(id): Path<String>) -> Answer {
    let db = &visit.app().db;
    let account = account::find(db, &id).await?;
    let users: Vec<Value> =
        access::members(db, &id).await?.iter().map(|one| client::users::person(one, "")).collect();
    let invites: Vec<Value> = invite::pending(db, &id).await?.iter().map(client::users::line).collect();
    let all = Page { place: Place::Start, size: 200 };
    let contacts: Vec<Value> =
        contact::list(db, &id, "", &all).await?.rows.iter().map(client::contacts::line).collect();
    let events = outbox::list(db, Some(&id), i64::MAX, 20).await?;
    let values = context! {
        account => context! { id, name => account.name(), created_at => &account.created_at, currency => &account.currency },
        details => details(&visit, &account),
        users,
        invites,
        contacts,
        events => events.iter().map(event).collect::<Result<Vec<_>>>()?,
    };
    visit.page("admin/account.html", values)
}

/// The details that are filled in.
fn details(visit: &Visit, account: &Account) -> Vec<Value> {
    let reader = visit.reader();
    let country = reader
        .lookup(&format!("country-{}", account.country), &[])
        .unwrap_or_else(|| account.country.clone());
    let person = format!("{} {}", account.first_name, account.last_name).trim().to_owned();
    let all = [
        ("field-company", &account.company),
        ("field-name", &person),
        ("field-email", &account.email),
        ("field-phone", &account.phone),
        ("field-address1", &account.address1),
        ("field-address2", &account.address2),
        ("field-postcode", &account.postcode),
        ("field-city", &account.city),
        ("field-state", &account.state),
        ("field-country", &country),
        ("field-tax-id", &account.tax_id),
        ("account-locale", &account.locale),
    ];
    let filled = all.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(label, value)| context! { label => reader.text(label, &[]), value }).collect()
}

/// An event in a line: what the catalogue says first about its kind, and who did it.
fn event(stored: &StoredEvent) -> Result<Value> {
    let whole = stored.whole()?;
    let actor = &whole["actor"];
    let name = [&actor["name"], &actor["email"]]
        .into_iter()
        .filter_map(|text| text.as_str())
        .find(|text| !text.is_empty());
    let actor = name.or_else(|| actor["kind"].as_str()).unwrap_or_default().to_owned();
    // What follows in the catalogue's sentence is for those who write hooks.
    let text = stored.kind().and_then(|kind| kind.doc.split([';', ':', '.']).next()).unwrap_or(&stored.name);
    Ok(context! { id => &stored.id, name => &stored.name, actor, at => &stored.at, text })
}
