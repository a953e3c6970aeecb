//! What happened to a ticket beside messages: assigned, moved, merged. It stands among the messages, for staff.

use super::{Ticket, store};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::Payload,
        data::{Account, Person},
        outbox::{Act, emit},
    },
    model::account,
};
use serde_json::Value;

/// So many of the newest are shown.
const MOST: i64 = 500;

/// Something that happened to a ticket.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Id of the event.
    pub id: String,
    /// The event's name, such as `ticket.assigned`.
    pub name: String,
    /// When.
    pub at: i64,
    /// Who did it.
    pub actor: Person,
    /// The name of the account that it belonged to; empty if none.
    pub account: String,
    /// The event's own subjects.
    pub body: Value,
}

/// Announces `event`, and lets it stand in the history of this ticket.
pub(super) async fn tell<P: Payload>(
    tx: &mut Tx,
    act: &Act,
    account: &Account,
    event: &P,
    ticket_id: &str,
) -> Result<String> {
    let id = emit(tx, act, account, event, &[]).await?;
    remember(tx, &id, ticket_id).await?;
    Ok(id)
}

/// Lets an event stand in the history of a ticket, too.
pub(super) async fn remember(tx: &mut Tx, event_id: &str, ticket_id: &str) -> Result<()> {
    store::remember(tx, event_id, ticket_id).await
}

/// Id of the event that told of this message or note of a ticket; nothing if it is forgotten.
///
/// # Errors
/// If the database is away.
pub async fn told_by(mut q: impl Query, ticket: &Ticket, id: &str) -> Result<Option<String>> {
    let is_of = |body: &str| {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        [&body["reply"]["id"], &body["note"]["id"]].contains(&&Value::from(id))
    };
    let events = store::events_with(&mut q, &ticket.id, id).await?;
    Ok(events.into_iter().find(|(_, body)| is_of(body)).map(|(event, _)| event))
}

/// What happened to a ticket, oldest first, as long as events are kept.
///
/// # Errors
/// If the database is away.
pub async fn history(mut q: impl Query, ticket: &Ticket) -> Result<Vec<Happened>> {
    let mut rows = store::history(&mut q, &ticket.id, MOST).await?;
    rows.reverse();
    rows.into_iter()
        .map(|row| {
            let damaged = |e: serde_json::Error| Error::internal(format!("event {}: {e}", row.id));
            let actor = serde_json::from_str(&row.actor).map_err(damaged)?;
            let body = serde_json::from_str(&row.body).map_err(damaged)?;
            let text = |part: &Option<String>| part.clone().unwrap_or_default();
            let (first, last) = (text(&row.first_name), text(&row.last_name));
            let account = account::name(&text(&row.company), &first, &last, &text(&row.account_email));
            Ok(Happened { id: row.id, name: row.name, at: row.at, actor, account, body })
        })
        .collect()
}
