//! Choosing an account, switching, opening a further one, leaving one.

use super::{details, outreach, waiting};
use crate::{
    error::{Error, Kind, Result},
    event::{data::Account, guard::UserRemove},
    model::{
        access,
        account::{self, Owner},
        email_key, session, ticket,
    },
    web::{
        access::{LoggedIn, Me},
        drafts::compose,
        fields::{Echo, Fields, Wrong},
        next,
        pager::ListQuery,
        trouble::{Answer, Trouble},
        visit::Visit,
    },
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};

/// `GET /choose-account`
pub async fn show_choose(visit: LoggedIn, Query(query): Query<ListQuery>) -> Answer {
    let next = next::safe(&query.next).unwrap_or_default();
    visit.page("accounts/choose.html", context! { next, ..list(&visit, &query, "/choose-account").await? })
}

/// `GET /switch-account`
pub async fn show_switch(visit: LoggedIn, Query(query): Query<ListQuery>) -> Answer {
    visit.page("accounts/switch.html", list(&visit, &query, "/switch-account").await?)
}

async fn list(visit: &LoggedIn, query: &ListQuery, path: &str) -> Result<Value> {
    let user = visit.me()?;
    let search = query.search();
    let accounts = access::reachable(&visit.app().db, &user.id, &search, &query.page()).await?;
    let pager = query.pager(path, &accounts);
    let is_current = |id: &str| visit.account().is_some_and(|current| current.id == id);
    let answered = ticket::answered(&visit.app().db, &user.id).await?;
    let waits = |id: &str| {
        answered
            .get(id)
            .map(|count| visit.text("waits-tickets-answered", &[("count", (*count).into())]))
            .unwrap_or_default()
    };
    let shown = accounts.rows.iter().map(|one| {
        context! {
            id => &one.id,
            name => one.name(),
            owner => one.owner,
            current => is_current(&one.id),
            waits => waits(&one.id),
        }
    });
    let accounts: Vec<Value> = shown.collect();
    Ok(context! { accounts, query => search, pager, invites => waiting::list(visit, user).await? })
}

/// `POST /choose-account`
pub async fn choose(visit: LoggedIn, fields: Fields) -> Answer {
    enter(&visit, fields.get("account")).await?;
    Ok(visit.go(next::safe(fields.get("next")).unwrap_or("/")))
}

/// `POST /switch-account`
pub async fn switch(visit: LoggedIn, fields: Fields) -> Answer {
    let account = enter(&visit, fields.get("account")).await?;
    Ok(visit.done("/", "flash-account-switched", &[("account", account.name.into())]))
}

async fn enter(visit: &LoggedIn, account_id: &str) -> Result<Account> {
    let current = visit.current().ok_or_else(|| Error::new(Kind::Unauthorized, "log-in"))?;
    let mut tx = visit.begin().await?;
    let account = account::snapshot(&mut tx, account_id).await?;
    session::choose_account(&mut tx, &visit.act(), &current.session, visit.me()?, &account).await?;
    tx.commit().await?;
    Ok(account)
}

/// `GET /no-accounts`
pub async fn none(visit: LoggedIn) -> Answer {
    let user = visit.me()?;
    let invites = waiting::list(&visit, user).await?;
    visit.page("accounts/none.html", context! { invites, verified => user.email_verified() })
}

/// `GET /accounts/new`
pub async fn show_new(visit: LoggedIn) -> Answer {
    let user = visit.me()?;
    let form = Echo::default()
        .with("first_name", user.first_name.as_str())
        .with("last_name", user.last_name.as_str())
        .with("email", user.email.as_str());
    new_form(&visit, form, &Fields::default(), &Wrong::nothing()).await
}

async fn new_form(visit: &Visit, form: Echo, fields: &Fields, wrong: &Wrong) -> Answer {
    let composed = compose(visit, &Account::default(), &details::registering(visit, fields)).await;
    let countries = details::countries(visit);
    let values = context! { form, countries, locks => composed.locks, refused => composed.refused };
    visit.form("accounts/new.html", values, wrong)
}

/// `POST /accounts/new`
pub async fn submit_new(visit: LoggedIn, fields: Fields) -> Answer {
    match open(&visit, &fields).await {
        Ok(account) => Ok(visit.done("/", "flash-account-created", &[("account", account.name.into())])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            new_form(&visit, fields.echo(&details::FIELDS), &fields, &wrong).await
        }
    }
}

async fn open(visit: &LoggedIn, fields: &Fields) -> Result<Account> {
    let current = visit.current().ok_or_else(|| Error::new(Kind::Unauthorized, "log-in"))?;
    let user = visit.me()?;
    let approved = visit.ask(&Account::default(), details::registering(visit, fields)).await?;
    let mut tx = visit.begin().await?;
    let email = approved.draft().email.clone();
    if email_key(&email) != email_key(&user.email) {
        outreach(visit, "")?.name(&mut tx, "email", &[email]).await?;
    }
    let registered = account::register(&mut tx, &visit.act(), &approved, Owner::Known(user)).await?;
    session::choose_account(&mut tx, &visit.act(), &current.session, user, &registered.account).await?;
    tx.commit().await?;
    Ok(registered.account)
}

/// `GET /accounts/{id}/leave`
pub async fn show_leave(visit: LoggedIn, Path(id): Path<String>) -> Answer {
    let member = access::member(&visit.app().db, &id, &visit.me()?.id).await?;
    if member.owner {
        return Err(Trouble::from(Error::new(Kind::Forbidden, "owner-stays")));
    }
    let name = account::find(&visit.app().db, &id).await?.name();
    visit.page("accounts/leave.html", context! { account => context! { id, name } })
}

/// `POST /accounts/{id}/leave`
pub async fn leave(visit: LoggedIn, Path(id): Path<String>) -> Answer {
    match go_out(&visit, &id).await {
        Ok(name) => Ok(visit.done("/switch-account", "flash-account-left", &[("account", name.into())])),
        Err(error) => visit.back("/switch-account", error),
    }
}

async fn go_out(visit: &LoggedIn, id: &str) -> Result<String> {
    let db = &visit.app().db;
    let member = access::member(db, id, &visit.me()?.id).await?;
    let account = account::snapshot(db, id).await?;
    let approved = visit.ask(&account, UserRemove { user: member.seen(), left: true }).await?;
    let mut tx = visit.begin().await?;
    access::leave(&mut tx, &visit.act(), &approved).await?;
    tx.commit().await?;
    Ok(account.name)
}
