//! The mail by which a message came: as a page, and as a file for what no page can show.

use super::{path, reached};
use crate::{
    error::{Error, Result},
    intake,
    model::{
        staff::Role,
        ticket::{self, Reply, Scope, Ticket},
    },
    web::{
        access::{AnyStaff, StaffOnly},
        client::tickets::served,
        original,
        trouble::Answer,
    },
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
    let may = is_open(&reply) && visit.staff().is_some_and(|me| me.role == Role::Admin);
    let raw = if may { format!("{base}/replies/{}/mail/raw", reply.id) } else { String::new() };
    original::page(&visit, "admin/ticket-mail.html", (&base, &raw), &ticket, &reply).await
}

/// True if colleagues may have the mail as a file. What one of them wrote by mail may hold what makes its writer known as staff.
fn is_open(reply: &Reply) -> bool {
    !reply.from_staff()
}

/// `GET /admin/tickets/{reference}/replies/{id}/mail/raw`: the mail as a file, for what is encrypted or was not kept with the
/// message. For admins: what was for its reader alone is cut out of plain text only, and what a customer sends on may hold what
/// makes a colleague known as staff.
pub async fn mail_raw(visit: StaffOnly, Path((reference, id)): Path<(String, String)>) -> Answer {
    let db = &visit.app().db;
    let ticket = ticket::standing(db, ticket::find(db, Scope::Staff, &reference).await?).await?;
    let reply = original::find(&visit, &ticket, &id, |_| true).await?;
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
