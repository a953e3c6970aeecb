//! Files of tickets, as downloads: what people send never runs in our pages.

use crate::{
    model::{
        attachment::{self, Attachment},
        ticket::{self, Scope},
    },
    web::{
        access::{Can, Here, may::Tickets},
        pager::percent,
        trouble::Answer,
        visit::Visit,
    },
};
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

/// `GET /tickets/{reference}/files/{id}`
pub async fn file(visit: Can<Tickets>, Path((reference, id)): Path<(String, String)>) -> Answer {
    let db = &visit.app().db;
    let ticket = ticket::find(db, Scope::Account(&visit.here()?.id), &reference).await?;
    let ticket = ticket::standing(db, ticket).await?;
    sent(&visit, &attachment::find(db, &ticket, &id).await?).await
}

/// A file: a download, or a picture that can be nothing else. Even if a browser took it for a page, no
/// script of it would run.
///
/// # Errors
/// As [`App::file`](crate::app::App::file).
pub async fn sent(visit: &Visit, file: &Attachment) -> Answer {
    let bytes = visit.app().file(file).await?;
    let how = if attachment::may_be_shown(&file.media_type) { "inline" } else { "attachment" };
    Ok(served(&file.name, &file.media_type, how, bytes))
}

/// Bytes that some outsider wrote, which act nowhere: `how` is `inline` or `attachment`.
pub fn served(name: &str, media_type: &str, how: &str, bytes: Vec<u8>) -> Response {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' }).collect();
    let disposition = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{}", percent(name));
    let header = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, header(media_type)),
        (header::CONTENT_DISPOSITION, header(&disposition)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    (headers, bytes).into_response()
}
