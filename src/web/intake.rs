//! Where providers post mail.

use super::{Web, access::Anonymous, trouble::Trouble};
use crate::{
    app::App,
    intake::{self, Door, Outcome},
};
use axum::{
    Json,
    body::{Body, HttpBody},
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{future::poll_fn, pin::Pin};
use subtle::ConstantTimeEq;

/// Forms carry a little more than the mail.
const AROUND: usize = 1 << 20;

/// Recipients of one mail that are looked at.
const MOST_RECIPIENTS: usize = 50;

/// A mail with what the provider says of its envelope.
#[derive(Default)]
struct Posted {
    /// No more than one byte above the limit, which is enough to know.
    raw: Vec<u8>,
    to: Vec<String>,
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
    let most = app.config.intake.most_bytes();
    let Ok(posted) = posted(&web, request, most).await else {
        return Ok(
            (StatusCode::PAYLOAD_TOO_LARGE, "the form is too large, or it is broken\n").into_response()
        );
    };
    if posted.raw.is_empty() {
        return Ok((
            StatusCode::NOT_ACCEPTABLE,
            "there is no mail: post it as message/rfc822, or in the field email or body-mime\n",
        )
            .into_response());
    }
    let too_large = posted.raw.len() > most;
    let outcome = Box::pin(take_for_one_of(app, posted)).await?;
    let (status, word, more) = match outcome {
        Outcome::Opened(reference) => (StatusCode::OK, "opened", reference),
        Outcome::Replied(reference) => (StatusCode::OK, "replied", reference),
        Outcome::Rejected(reason) if too_large => {
            (StatusCode::PAYLOAD_TOO_LARGE, "rejected", reason.key().to_owned())
        }
        Outcome::Rejected(reason) => (StatusCode::OK, "rejected", reason.key().to_owned()),
        Outcome::Noted => (StatusCode::OK, "noted", String::new()),
        Outcome::Twice => (StatusCode::OK, "twice", String::new()),
        Outcome::NotAMail => (StatusCode::NOT_ACCEPTABLE, "not-a-mail", String::new()),
        Outcome::NoDepartment => (StatusCode::NOT_ACCEPTABLE, "no-department", String::new()),
    };
    Ok((status, Json(json!({ "outcome": word, "detail": more }))).into_response())
}

/// Takes a mail for the first of its recipients who is one of ours.
async fn take_for_one_of(app: &App, posted: Posted) -> crate::error::Result<Outcome> {
    let Posted { raw, to, from } = posted;
    let (last, others) = match to.split_last() {
        Some((last, others)) => (Some(last.as_str()), others),
        None => (None, &[][..]),
    };
    for to in others.iter().take(MOST_RECIPIENTS) {
        let outcome = intake::take(app, Door::Http, raw.clone(), Some(to), from.as_deref()).await?;
        if outcome != Outcome::NoDepartment {
            return Ok(outcome);
        }
    }
    intake::take(app, Door::Http, raw, last, from.as_deref()).await
}

/// The mail in a request: all of it, or the field of a form.
async fn posted(web: &Web, request: Request, most: usize) -> Result<Posted, ()> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("multipart/form-data") {
        return multipart(Multipart::from_request(request, web).await.map_err(|_| ())?, most).await;
    }
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    // A form may need three signs for a byte.
    let room = if is_form { (most + AROUND).saturating_mul(3) } else { most + 1 };
    let raw = beginning(request.into_body(), room).await?;
    if !is_form {
        return Ok(Posted { raw, ..Posted::default() });
    }
    let mut posted = Posted::default();
    for field in raw.split(|byte| *byte == b'&') {
        let mut halves = field.splitn(2, |byte| *byte == b'=');
        let name = decoded(halves.next().unwrap_or_default(), 100);
        posted.take(&String::from_utf8_lossy(&name), decoded(halves.next().unwrap_or_default(), most + 1));
    }
    Ok(posted)
}

/// So many bytes of a body; the rest is read, too, so that whoever sends it hears the answer.
async fn beginning(mut body: Body, room: usize) -> Result<Vec<u8>, ()> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|task| Pin::new(&mut body).poll_frame(task)).await {
        let Ok(chunk) = frame.map_err(|_| ())?.into_data() else { continue };
        bytes.extend_from_slice(&chunk[..chunk.len().min(room - bytes.len())]);
    }
    Ok(bytes)
}

/// A value of a form as bytes: a mail need not be UTF-8.
fn decoded(value: &[u8], most: usize) -> Vec<u8> {
    let hex = |byte: Option<&u8>| {
        byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|n| u8::try_from(n).ok())
    };
    let (mut bytes, mut rest) = (Vec::new(), value);
    while let Some((first, more)) = rest.split_first().filter(|_| bytes.len() < most) {
        rest = more;
        bytes.push(match (first, hex(more.first()), hex(more.get(1))) {
            (b'%', Some(high), Some(low)) => {
                rest = &more[2..];
                high << 4 | low
            }
            (b'+', _, _) => b' ',
            (other, _, _) => *other,
        });
    }
    bytes
}

async fn multipart(mut form: Multipart, most: usize) -> Result<Posted, ()> {
    let (mut posted, mut around, mut fields) = (Posted::default(), 0, 0);
    while let Some(mut field) = form.next_field().await.map_err(|_| ())? {
        let name = field.name().unwrap_or_default().to_owned();
        fields += 1;
        around += name.len();
        let is_mail = MAIL_FIELDS.contains(&name.as_str());
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| ())? {
            let room = if is_mail { (most + 1).saturating_sub(bytes.len()) } else { chunk.len() };
            around += if is_mail { 0 } else { chunk.len() };
            if around > AROUND || fields > MOST_FIELDS {
                return Err(());
            }
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        posted.take(&name, bytes);
    }
    Ok(posted)
}

/// Fields in which providers post a mail.
const MAIL_FIELDS: [&str; 4] = ["email", "body-mime", "message", "rfc822"];
/// Fields of a form.
const MOST_FIELDS: usize = 200;

impl Posted {
    /// Takes a field by the names that providers give it.
    fn take(&mut self, name: &str, bytes: Vec<u8>) {
        let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
        match name {
            name if MAIL_FIELDS.contains(&name) => self.raw = bytes,
            "recipient" => self.to = text().split(',').map(|one| one.trim().to_owned()).collect(),
            "sender" => self.from = Some(text()),
            "envelope" => {
                let envelope: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let to = match &envelope["to"] {
                    Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
                    one => one.as_str().into_iter().collect::<Vec<_>>(),
                };
                if !to.is_empty() {
                    self.to = to.into_iter().map(str::to_owned).collect();
                }
                self.from = envelope["from"].as_str().map(str::to_owned).or(self.from.take());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_a_form_are_what_they_were() {
        assert_eq!(decoded(b"Gr%FC%c3%9f+e%2B%zz%4", 100), b"Gr\xfc\xc3\x9f e+%zz%4");
        assert_eq!(decoded(b"%41%42%43", 2), b"AB");
    }
}
