//! The mail by which a message came, as it was written: in a frame that runs nothing, asks nobody and loads nothing.

use crate::{
    error::{Error, Result},
    intake,
    mail::inbound::{Incoming, safe_html},
    model::{
        attachment,
        ticket::{self, Reply, Ticket},
    },
    web::{trouble::Answer, visit::Visit},
};
use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use minijinja::context;

/// Pictures of one mail are shown up to so many bytes together.
const PICTURES: usize = 8 << 20;
/// Nothing is loaded, from us or from elsewhere: pictures that came with the mail stand in the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; \
                      sandbox allow-popups allow-popups-to-escape-sandbox";

/// Where the page of a message's mail is, if that is kept; `base` is the address of the ticket.
///
/// # Errors
/// If the data folder cannot be read.
pub async fn link(visit: &Visit, reply: &Reply, base: &str) -> Result<String> {
    let kept = intake::is_kept(visit.app(), reply).await?;
    Ok(if kept { format!("{base}/replies/{}/mail", reply.id) } else { String::new() })
}

/// The page of a mail; `base` is the address of its ticket, `raw` that of the mail as a file, or empty.
///
/// # Errors
/// As [`intake::came_as`].
pub async fn page(
    visit: &Visit,
    page: &str,
    (base, raw): (&str, &str),
    ticket: &Ticket,
    reply: &Reply,
) -> Answer {
    let mail = intake::came_as(visit.app(), reply).await?;
    let values = context! {
        base,
        raw,
        ticket => context! { reference => &ticket.reference, subject => &ticket.subject },
        mail => context! {
            id => &reply.id,
            from => format!("{} <{}>", mail.from.name, mail.from.email).trim().to_owned(),
            subject => &mail.subject,
            at => mail.written_at.unwrap_or(reply.at),
            text => ticket::veiled(&mail.whole),
            has_html => mail.html.is_some(),
        },
    };
    visit.page(page, values)
}

/// The mail's HTML and nothing round it, for the frame on its page.
///
/// # Errors
/// As [`intake::came_as`].
pub async fn framed(visit: &Visit, reply: &Reply) -> Answer {
    let mail = intake::came_as(visit.app(), reply).await?;
    // A long page takes a moment.
    let html = tokio::task::spawn_blocking(move || drawn(&mail)).await;
    Ok(in_frame(&html.map_err(|e| Error::internal(format!("drawing a mail: {e}")))?))
}

/// The message of this id, if `may` lets it be seen.
///
/// # Errors
/// [`NotFound`](crate::error::Kind::NotFound) `reply`.
pub async fn find(visit: &Visit, ticket: &Ticket, id: &str, may: impl Fn(&Reply) -> bool) -> Result<Reply> {
    let all = ticket::replies(&visit.app().db, ticket).await?;
    all.into_iter().find(|reply| reply.id == id && may(reply)).ok_or_else(|| Error::not_found("reply"))
}

fn drawn(mail: &Incoming) -> String {
    let mut left = PICTURES;
    let mut pictures = std::collections::BTreeMap::new();
    for file in mail.attachments.iter().filter(|file| attachment::may_be_shown(&file.content_type)) {
        if !file.content_id.is_empty() && file.bytes.len() <= left {
            left -= file.bytes.len();
            let data = BASE64_STANDARD.encode(&file.bytes);
            pictures
                .insert(file.content_id.to_lowercase(), format!("data:{};base64,{data}", file.content_type));
        }
    }
    let page = ticket::veiled(mail.html.as_deref().unwrap_or_default());
    safe_html(&page, &|id| pictures.get(&id.to_lowercase()).cloned())
}

fn in_frame(html: &str) -> Response {
    let style = "body { font: 15px/1.5 system-ui, sans-serif; margin: 1rem; overflow-wrap: anywhere } img { max-width: 100%; height: auto }";
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><base target=\"_blank\"><style>{style}</style>{html}"
    );
    let mut response = Html(page).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
