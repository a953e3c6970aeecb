//! The mail by which a message came: as a page, and as a file for what no page can show.

use super::{path, reached};
use crate::{
    error::{Error, Result},
    intake,
    model::ticket::{Reply, Ticket},
    web::{access::AnyStaff, client::tickets::served, original, trouble::Answer},
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
    let base = path(&ticket.reference);
    let raw = if is_open(&reply) { format!("{base}/replies/{}/mail/raw", reply.id) } else { String::new() };
    original::page(&visit, "admin/ticket-mail.html", (&base, &raw), &ticket, &reply).await
}

/// True if colleagues may have the mail as a file. What one of them wrote by mail may hold what makes its writer known as staff.
fn is_open(reply: &Reply) -> bool {
    !reply.from_staff()
}

/// `GET /admin/tickets/{reference}/replies/{id}/mail/raw`: the mail as a file, for what is encrypted or was not kept with the
/// message.
pub async fn mail_raw(visit: AnyStaff, Path((reference, id)): Path<(String, String)>) -> Answer {
    let (ticket, reply) = found(&visit, &reference, &id).await?;
    if !is_open(&reply) {
        return Err(Error::not_found("mail").into());
    }
    let raw = intake::raw(visit.app(), &reply).await?;
    let name = format!("{}-{}.eml", ticket.reference, reply.id);
    Ok(served(&name, "application/octet-stream", "attachment", raw))
}

/// `GET /admin/tickets/{reference}/replies/{id}/mail/html`: the mail's HTML and nothing round it, for the frame on its page.
pub async fn mail_html(visit: AnyStaff, Path((reference, id)): Path<(String, String)>) -> Answer {
    let (_, reply) = found(&visit, &reference, &id).await?;
    original::framed(&visit, &reply).await
}
