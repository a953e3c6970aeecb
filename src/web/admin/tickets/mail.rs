//! The mail by which a message came.

use super::{path, reached};
use crate::{
    error::Result,
    model::ticket::{Reply, Ticket},
    web::{access::AnyStaff, original, trouble::Answer},
};
use axum::extract::Path;

async fn found(visit: &AnyStaff, reference: &str, id: &str) -> Result<(Ticket, Reply)> {
    let ticket = reached(visit, reference).await?;
    let reply = original::find(visit, &ticket, id, |_| true).await?;
    Ok((ticket, reply))
}

/// `GET /admin/tickets/{reference}/replies/{id}/mail`
pub async fn mail(visit: AnyStaff, Path((reference, id)): Path<(String, String)>) -> Answer {
    let (ticket, reply) = found(&visit, &reference, &id).await?;
    original::page(&visit, "admin/ticket-mail.html", &path(&ticket.reference), &ticket, &reply).await
}

/// `GET /admin/tickets/{reference}/replies/{id}/mail/html`: the mail's HTML and nothing round it, for the frame on its page.
pub async fn mail_html(visit: AnyStaff, Path((reference, id)): Path<(String, String)>) -> Answer {
    let (_, reply) = found(&visit, &reference, &id).await?;
    original::framed(&visit, &reply).await
}

/// `GET /admin/tickets/{reference}/replies/{id}/mail/raw`: the mail itself, as a download.
pub async fn mail_raw(visit: AnyStaff, Path((reference, id)): Path<(String, String)>) -> Answer {
    let (ticket, reply) = found(&visit, &reference, &id).await?;
    original::download(&visit, &ticket, &reply).await
}
