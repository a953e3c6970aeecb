//! Where providers post mail.

use super::{Web, access::Anonymous, trouble::Trouble};
use crate::intake::{self, Door, Outcome};
use axum::{
    Json,
    body::to_bytes,
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

/// Forms carry a little more than the mail.
const AROUND: usize = 1 << 20;

/// A mail with what the provider says of its envelope.
#[derive(Default)]
struct Posted {
    raw: Vec<u8>,
    to: Option<String>,
    from: Option<String>,
}

/// `POST /intake/mail/{key}`: a raw mail, or a form with one. Providers try again after 5xx, and not after 406.
pub async fn take(
    visit: Anonymous,
    State(web): State<Web>,
    Path(key): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let app = visit.app();
    let ours = intake::key(&app.key, app.config.intake.key);
    if !bool::from(ours.as_bytes().ct_eq(key.as_bytes())) {
        return Err(Trouble::not_found());
    }
    let Ok(posted) = posted(&web, request, app.config.intake.most_bytes()).await else {
        return Ok(
            (StatusCode::PAYLOAD_TOO_LARGE, "the mail is too large, or the form is broken\n").into_response()
        );
    };
    if posted.raw.is_empty() {
        return Ok((
            StatusCode::NOT_ACCEPTABLE,
            "there is no mail: post it as message/rfc822, or in the field email or body-mime\n",
        )
            .into_response());
    }
    let outcome =
        intake::take(app, Door::Http, posted.raw, posted.to.as_deref(), posted.from.as_deref()).await?;
    let (status, word, more) = match outcome {
        Outcome::Opened(reference) => (StatusCode::OK, "opened", reference),
        Outcome::Replied(reference) => (StatusCode::OK, "replied", reference),
        Outcome::Rejected(reason) => (StatusCode::OK, "rejected", reason.key().to_owned()),
        Outcome::Noted => (StatusCode::OK, "noted", String::new()),
        Outcome::Twice => (StatusCode::OK, "twice", String::new()),
        Outcome::NotAMail => (StatusCode::NOT_ACCEPTABLE, "not-a-mail", String::new()),
        Outcome::NoDepartment => (StatusCode::NOT_ACCEPTABLE, "no-department", String::new()),
    };
    Ok((status, Json(json!({ "outcome": word, "detail": more }))).into_response())
}

/// The mail in a request: all of it, or the field of a form.
async fn posted(web: &Web, request: Request, most: usize) -> Result<Posted, ()> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("multipart/form-data") {
        return multipart(Multipart::from_request(request, web).await.map_err(|_| ())?, most).await;
    }
    let bytes = to_bytes(request.into_body(), most + AROUND).await.map_err(|_| ())?;
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok(Posted { raw: bytes.to_vec(), ..Posted::default() });
    }
    let mut posted = Posted::default();
    for (name, value) in url::form_urlencoded::parse(&bytes) {
        posted.take(&name, value.into_owned().into_bytes());
    }
    Ok(posted)
}

async fn multipart(mut form: Multipart, most: usize) -> Result<Posted, ()> {
    let (mut posted, mut size) = (Posted::default(), 0);
    while let Some(mut field) = form.next_field().await.map_err(|_| ())? {
        let name = field.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| ())? {
            size += chunk.len();
            if size > most + AROUND {
                return Err(());
            }
            bytes.extend_from_slice(&chunk);
        }
        posted.take(&name, bytes);
    }
    Ok(posted)
}

impl Posted {
    /// Takes a field by the names that providers give it.
    fn take(&mut self, name: &str, bytes: Vec<u8>) {
        let text = || Some(String::from_utf8_lossy(&bytes).trim().to_owned());
        match name {
            "email" | "body-mime" | "message" | "rfc822" => self.raw = bytes,
            "recipient" => self.to = text(),
            "sender" => self.from = text(),
            "envelope" => {
                let envelope: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let to = envelope["to"].as_array().and_then(|all| all.first()).unwrap_or(&envelope["to"]);
                self.to = to.as_str().map(str::to_owned).or(self.to.take());
                self.from = envelope["from"].as_str().map(str::to_owned).or(self.from.take());
            }
            _ => {}
        }
    }
}
