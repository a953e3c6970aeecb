//! What waits for staff.

use crate::{
    model::{
        account,
        page::{Page, Place},
        staff::Role,
        ticket::{self, Filter, Scope, Show},
        user,
    },
    web::{
        access::{AnyStaff, OnDuty},
        client::tickets::line,
        trouble::Answer,
    },
};
use minijinja::{Value, context};

/// `GET /admin`
pub async fn show(visit: AnyStaff) -> Answer {
    let db = &visit.app().db;
    let page = |size| Page { place: Place::Start, size };
    let me = visit.me()?;
    let scope = if me.role == Role::Admin { Scope::Staff } else { Scope::Desk(&me.id) };
    let filter = Filter { oldest_first: true, ..Filter::new(Show::Waiting, "") };
    let waiting = ticket::list(db, scope, &filter, &page(5)).await?;
    let longest: Vec<Value> = waiting.rows.iter().map(line).collect();
    let values = context! {
        accounts_count => account::list(db, "", &page(1)).await?.total,
        users_count => user::count(db).await?,
        open_count => waiting.total,
        tickets => longest.into_iter().map(|line| context! { account => name(&line), ..line }).collect::<Vec<_>>(),
    };
    visit.page("admin/home.html", values)
}

/// The account's name alone, or "".
fn name(line: &Value) -> Value {
    let account = line.get_attr("account").unwrap_or_default();
    if account.is_none() { Value::from("") } else { account.get_attr("name").unwrap_or_default() }
}
