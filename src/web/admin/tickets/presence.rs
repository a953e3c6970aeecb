//! Two people at one ticket see each other: who looks, who writes, and whether something new came in.

use super::find;
use crate::{
    error::Result,
    model::{
        presence::{self, Present},
        ticket::{self, Ticket},
    },
    web::{
        access::{AnyStaff, OnDuty},
        fields::Fields,
        trouble::Answer,
        visit::Visit,
    },
};
use axum::{Json, extract::Path, response::IntoResponse};
use serde_json::json;

/// Notes that this member of staff is at the ticket, and gives who else is.
pub async fn look(visit: &AnyStaff, ticket: &Ticket, writing: bool) -> Result<Vec<Present>> {
    let me = visit.me()?;
    let mut tx = visit.begin().await?;
    presence::note(&mut tx, &ticket.id, &me.id, writing, visit.at()).await?;
    let others = presence::others(&mut tx, &ticket.id, &me.id, visit.at()).await?;
    tx.commit().await?;
    Ok(others)
}

/// Who else is here, in a sentence; "" if nobody.
pub fn sentence(visit: &Visit, others: &[Present]) -> String {
    let names = |writing: bool| -> Vec<&str> {
        others.iter().filter(|one| one.writing == writing).map(|one| one.name.as_str()).collect()
    };
    let said = |id: &str, names: Vec<&str>| {
        let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
        match names.is_empty() {
            true => String::new(),
            false => visit.text(id, &[("names", names.join(", ").into()), ("count", count.into())]),
        }
    };
    let (writing, looking) = (said("presence-writing", names(true)), said("presence-looking", names(false)));
    format!("{writing} {looking}").trim().to_owned()
}

/// `POST /admin/tickets/{reference}/presence`: asked by the page's script, every few seconds.
pub async fn presence(visit: AnyStaff, Path(reference): Path<String>, fields: Fields) -> Answer {
    let ticket = find(&visit, &reference).await?;
    if fields.get("state") == "gone" {
        let mut tx = visit.begin().await?;
        presence::leave(&mut tx, &ticket.id, &visit.me()?.id).await?;
        tx.commit().await?;
        return Ok(Json(json!({})).into_response());
    }
    let others = look(&visit, &ticket, fields.get("state") == "writing").await?;
    let latest = ticket::replies(&visit.app().db, &ticket).await?.pop();
    let newer = latest.filter(|reply| !fields.get("seen").is_empty() && reply.id != fields.get("seen"));
    let newer = newer.filter(|reply| reply.author().id != visit.me().map_or("", |me| &me.id));
    let newer = newer.map(|reply| {
        let author = if reply.author_name.is_empty() { reply.author().email } else { reply.author_name };
        visit.text("presence-newer", &[("name", author.into())])
    });
    let answer = json!({ "present": sentence(&visit, &others), "newer": newer.unwrap_or_default() });
    Ok(Json(answer).into_response())
}
