//! The mail by which a customer's message came. What staff wrote by mail is theirs to look at: here it has its text.

use crate::{
    error::Result,
    model::ticket::{self, Reply, Scope, Ticket},
    web::{
        access::{Can, Here, may::Tickets},
        original,
        trouble::Answer,
    },
};
use axum::extract::Path;

/// True if customers may look at the mail itself.
pub(super) fn is_open(reply: &Reply) -> bool {
    !reply.from_staff()
}

async fn found(visit: &Can<Tickets>, reference: &str, id: &str) -> Result<(Ticket, Reply)> {
    let db = &visit.app().db;
    let ticket = ticket::find(db, Scope::Account(&visit.here()?.id), reference).await?;
    let ticket = ticket::standing(db, ticket).await?;
    let reply = original::find(visit, &ticket, id, is_open).await?;
    Ok((ticket, reply))
}

/// `GET /tickets/{reference}/replies/{id}/mail`
pub async fn mail(visit: Can<Tickets>, Path((reference, id)): Path<(String, String)>) -> Answer {
    let (ticket, reply) = found(&visit, &reference, &id).await?;
    let base = format!("/tickets/{}", ticket.reference);
    original::page(&visit, "client/ticket-mail.html", (&base, ""), &ticket, &reply).await
}

/// `GET /tickets/{reference}/replies/{id}/mail/html`: the mail's HTML and nothing round it, for the frame on its page.
pub async fn mail_html(visit: Can<Tickets>, Path((reference, id)): Path<(String, String)>) -> Answer {
    let (_, reply) = found(&visit, &reference, &id).await?;
    original::framed(&visit, &reply).await
}
