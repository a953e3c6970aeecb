//! Mail that was not taken, with the reason; and the button that takes it all the same.

use crate::{
    error::Kind,
    intake::{self, Outcome},
    mail::inbound::{self, Limits},
    model::{self, intake::IncomingMail},
    web::{access::StaffOnly, pager::ListQuery, trouble::Answer, visit::Visit},
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};

/// Headers that a page shows.
const HEADERS: usize = 60;

/// `GET /admin/mail/rejected`
pub async fn list(visit: StaffOnly, Query(query): Query<ListQuery>) -> Answer {
    let search = query.search();
    let listed = model::intake::rejected(&visit.app().db, &search, &query.page()).await?;
    let pager = query.pager("/admin/mail/rejected", &listed);
    let mails: Vec<Value> = listed.rows.iter().map(|mail| line(&visit, mail)).collect();
    visit.page("admin/rejected.html", context! { mails, query => search, pager })
}

/// `GET /admin/mail/rejected/{id}`
pub async fn show(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let app = visit.app();
    let mail = model::intake::find(&app.db, &id).await?;
    let original = match intake::original(app, &mail).await {
        Ok(raw) => Some(raw),
        Err(error) if error.kind == Kind::Gone => None,
        Err(error) => return Err(error.into()),
    };
    let limits = Limits { bytes: app.config.intake.most_bytes(), ..Limits::default() };
    let read = original.as_ref().map(|raw| inbound::read(raw, &limits));
    let (headers, files) = match &read {
        Some(Ok(read)) => {
            let files = read.attachments.iter().map(|file| format!("{} ({} B)", file.name, file.bytes.len()));
            (read.headers.clone(), files.collect::<Vec<_>>())
        }
        Some(Err((_, head))) => (head.headers.clone(), Vec::new()),
        None => (Vec::new(), Vec::new()),
    };
    let headers: Vec<Value> =
        headers.into_iter().take(HEADERS).map(|(name, value)| context! { name, value }).collect();
    let values = context! {
        mail => line(&visit, &mail),
        text => &mail.body,
        headers,
        files,
        may_accept => mail.state == "rejected" && matches!(read, Some(Ok(_))) && mail.kind != "bounce",
        gone => original.is_none(),
        kept => original.as_ref().filter(|raw| intake::is_cut(&mail, raw)).map(Vec::len),
    };
    visit.page("admin/rejected-mail.html", values)
}

/// `POST /admin/mail/rejected/{id}/accept`
pub async fn accept(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    match intake::accept(visit.app(), &visit.act(), &id).await? {
        Outcome::Opened(reference) | Outcome::Replied(reference) => {
            let path = format!("/admin/tickets/{reference}");
            Ok(visit.done(&path, "flash-mail-accepted", &[("reference", reference.into())]))
        }
        _ => Ok(visit.done("/admin/mail/rejected", "flash-mail-not-accepted", &[])),
    }
}

fn line(visit: &Visit, mail: &IncomingMail) -> Value {
    context! {
        id => &mail.id,
        name => &mail.sender_name,
        email => &mail.sender_email,
        to => &mail.to_email,
        subject => &mail.subject,
        reason => visit.reader().text(&format!("mail-reason-{}", mail.reason), &[]),
        detail => &mail.detail,
        at => &mail.at,
        size => &mail.size,
        ticket => &mail.ticket_reference,
        accepted_by => &mail.accepted_by,
        accepted_at => &mail.accepted_at,
    }
}
