//! Gives a guest's ticket to the account that it is about: choose the account, see who will read it, do it. And takes it back.

use super::{account_of, path, reached};
use crate::{
    error::{Error, Result},
    event::data::Account,
    model::{
        account, email_key, intake,
        page::{Page, Place},
        ticket::{self, Badge, Ticket},
    },
    permission::Permission,
    web::{access::AnyStaff, client::tickets::whole, fields::Fields, goes_to::goes_to, trouble::Answer},
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};
use serde::Deserialize;

/// So many accounts are offered.
const OFFERED: i64 = 10;
/// In the form: no account, which takes the ticket back.
const NONE: &str = "none";

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// Words of the account's name or address.
    q: String,
    /// Id of the account.
    account: String,
}

/// `GET /admin/tickets/{reference}/account`
pub async fn show_account(
    visit: AnyStaff,
    Path(reference): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Answer {
    let ticket = reached(&visit, &reference).await?;
    page(&visit, &ticket, &chosen).await
}

async fn page(visit: &AnyStaff, ticket: &Ticket, chosen: &Chosen) -> Answer {
    let db = &visit.app().db;
    let theirs = account_of(db, ticket).await?;
    let to = match chosen.account.as_str() {
        "" => Account::default(),
        id => account::snapshot(db, &account::find(db, id).await?.id).await?,
    };
    let asked = if !theirs.exists && to.exists { Some(asked(visit, ticket, &to).await?) } else { None };
    let search: String = chosen.q.trim().chars().take(200).collect();
    let offering = !theirs.exists && asked.is_none();
    let (known, found) = if offering {
        (known(visit, ticket).await?, found(visit, &search).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let values = context! {
        ticket => whole(ticket), opener_email => ticket.opener().email, theirs => theirs.name, to => asked,
        known, found, query => search,
        stays => theirs.exists && !ticket::was_given(db, ticket).await?,
    };
    visit.page("admin/ticket-account.html", values)
}

/// What will be if the ticket is this account's.
async fn asked(visit: &AnyStaff, ticket: &Ticket, to: &Account) -> Result<Value> {
    let db = &visit.app().db;
    let given = ticket::as_of(ticket, to);
    let foreseen = ticket::foresee_reply(db, &visit.act(), to, &given).await?;
    let readers = to.users.iter().filter(|one| one.may(Permission::Tickets));
    let name = |name: &str, email: &str| if name.is_empty() { email.to_owned() } else { name.to_owned() };
    Ok(context! {
        id => &to.id,
        name => &to.name,
        readers => readers.map(|one| name(&one.name, &one.email)).collect::<Vec<_>>(),
        messages => ticket::replies(db, ticket).await?.len(),
        knows => knows(to, ticket).is_some(),
        proved => ticket::is_proved(ticket, to),
        goes_to => goes_to(visit, to, &foreseen).await?,
    })
}

/// What the opener's address is to this account: the key of a badge, or `account` for the account's own address.
fn knows(account: &Account, ticket: &Ticket) -> Option<&'static str> {
    let opener = ticket.opener();
    match ticket::badge(&opener, account, false) {
        badge @ (Badge::Owner | Badge::AuthorizedUser | Badge::SubAccount) => Some(badge.key()),
        _ if email_key(&account.email) == email_key(&opener.email) => Some("account"),
        _ => None,
    }
}

/// Accounts that name the opener's address.
async fn known(visit: &AnyStaff, ticket: &Ticket) -> Result<Vec<Value>> {
    let db = &visit.app().db;
    let mut known = Vec::new();
    for id in intake::accounts_naming(db, &email_key(&ticket.opener().email)).await? {
        let account = account::snapshot(db, &id).await?;
        let as_what = knows(&account, ticket).unwrap_or_default();
        known.push(context! { id, name => account.name, email => account.email, as_what });
    }
    Ok(known)
}

async fn found(visit: &AnyStaff, search: &str) -> Result<Vec<Value>> {
    if search.is_empty() {
        return Ok(Vec::new());
    }
    let page = Page { place: Place::Start, size: OFFERED };
    let listed = account::list(&visit.app().db, search, &page).await?;
    let rows = listed.rows.iter();
    Ok(rows
        .map(|one| context! { id => &one.id, name => one.name(), email => &one.email, as_what => "" })
        .collect())
}

/// `POST /admin/tickets/{reference}/account`
pub async fn give(visit: AnyStaff, Path(reference): Path<String>, fields: Fields) -> Answer {
    let ticket = reached(&visit, &reference).await?;
    let there = path(&ticket.reference);
    let before = account_of(&visit.app().db, &ticket).await?;
    match write(&visit, &ticket.reference, fields.get("account")).await {
        Ok(given) => {
            let name = account_of(&visit.app().db, &given).await?.name;
            let said =
                if given.account_id.is_some() { "flash-ticket-given" } else { "flash-ticket-taken-back" };
            let name = if given.account_id.is_some() { name } else { before.name };
            let args = [("reference", given.reference.into()), ("account", name.into())];
            Ok(visit.done(&there, said, &args))
        }
        Err(error) => visit.back(&there, error),
    }
}

async fn write(visit: &AnyStaff, reference: &str, account_id: &str) -> Result<Ticket> {
    let act = visit.act();
    let mut tx = visit.begin().await?;
    let given = match account_id {
        "" => return Err(Error::field("account", "choice")),
        NONE => ticket::take_back(&mut tx, &act, reference).await?,
        id => match ticket::give_to(&mut tx, &act, reference, id).await? {
            Some(given) => given,
            None => ticket::find(&mut tx, ticket::Scope::Staff, reference).await?,
        },
    };
    tx.commit().await?;
    Ok(given)
}
