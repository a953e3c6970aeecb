//! The client home: what waits for the reader in the current account.

use super::{tickets, waiting};
use crate::{
    error::Result,
    model::{
        access, invite,
        page::{Page, Place},
        ticket::{self, Filter, Scope, Show},
    },
    permission::Permission,
    web::{
        access::{Here, InAccount, Me},
        trouble::Answer,
    },
};
use minijinja::{Value, context, value::Serde};

/// So many tickets are shown.
const TICKETS: usize = 5;

/// `GET /`
pub async fn show(visit: InAccount) -> Answer {
    let user = visit.me()?;
    let (open, waiting) = tickets_of(&visit).await?;
    let (people_count, pending_count) = people_of(&visit).await?;
    let values = context! {
        verified => user.email_verified(),
        two_factor => user.two_factor(),
        waiting,
        invites => waiting::list(&visit, user).await?,
        tickets => open,
        people_count,
        pending_count,
        panels => visit.panels("client.home").await?.into_iter().map(|panel| Value::from(Serde(panel))).collect::<Vec<_>>(),
    };
    visit.page("client/home.html", values)
}

/// The latest tickets, and those that staff answered.
async fn tickets_of(visit: &InAccount) -> Result<(Vec<Value>, Vec<Value>)> {
    let account = visit.here()?;
    if !account.may(Permission::Tickets) {
        return Ok((Vec::new(), Vec::new()));
    }
    let page = Page { place: Place::Start, size: 50 };
    let listed =
        ticket::list(&visit.app().db, Scope::Account(&account.id), &Filter::new(Show::Open, ""), &page)
            .await?;
    let answered = listed.rows.iter().filter(|line| line.status == ticket::ANSWERED).take(TICKETS).map(|line| {
        let args = [("reference", line.reference.as_str().into()), ("subject", line.subject.as_str().into())];
        context! { href => format!("/tickets/{}", line.reference), text => visit.text("waiting-ticket-answered", &args) }
    });
    let latest = ticket::list(
        &visit.app().db,
        Scope::Account(&account.id),
        &Filter::new(Show::All, ""),
        &Page { size: 5, ..page },
    )
    .await?;
    Ok((latest.rows.iter().map(tickets::line).collect(), answered.collect()))
}

/// How many have access, and how many are invited; only the owner's business.
async fn people_of(visit: &InAccount) -> Result<(usize, usize)> {
    let account = visit.here()?;
    if !account.owner {
        return Ok((0, 0));
    }
    let people = access::members(&visit.app().db, &account.id).await?.len();
    Ok((people, invite::pending(&visit.app().db, &account.id).await?.len()))
}
