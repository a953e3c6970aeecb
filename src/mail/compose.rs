//! From a rendered mail to the bytes that go over the line.

use super::{dkim::Signer, render::Rendered};
use lettre::Address;
use lettre::message::header::{Date, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::fmt;
use std::time::{Duration, SystemTime};

/// A name and an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addressee {
    /// The name to show; may be empty.
    pub name: String,
    /// The address.
    pub email: String,
}

/// What a mail needs besides what its template says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The address it comes from; the name is the template's.
    pub from: String,
    /// Who gets it.
    pub to: Addressee,
    /// The stable id, with or without its angle brackets: the same on every attempt.
    pub message_id: String,
    /// When it was made, in milliseconds since 1970 UTC.
    pub at: i64,
    /// The message that it answers, so that mail programs show a thread.
    pub in_reply_to: Option<String>,
    /// The messages of the thread, the first one first.
    pub references: Vec<String>,
    /// Further headers, such as `List-Unsubscribe`.
    pub headers: Vec<(String, String)>,
}

/// A mail ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// The sender's address on the envelope, in ASCII where the domain is concerned.
    pub from: String,
    /// The recipient's address on the envelope.
    pub to: String,
    /// The headers as people read them, in order, without MIME's own.
    pub headers: Vec<(String, String)>,
    /// The whole message, lines ended by CR LF.
    pub raw: Vec<u8>,
}

/// Why no message can be made: an address or a header that no mail server would take. Trying again is no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsendable(pub String);

impl fmt::Display for Unsendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsendable {}

/// Makes the message: `multipart/alternative` of text and HTML, in UTF-8, with encoded headers. The
/// same input gives the same bytes.
///
/// # Errors
/// [`Unsendable`] if an address or a header cannot be written.
pub fn compose(rendered: &Rendered, envelope: &Envelope) -> Result<Composed, Unsendable> {
    compose_signed(rendered, envelope, None)
}

/// As [`compose`], signed if there is a key. The signature says when it was made: only then are two
/// tries not the same bytes.
///
/// # Errors
/// [`Unsendable`] if an address or a header cannot be written.
pub fn compose_signed(
    rendered: &Rendered,
    envelope: &Envelope,
    signer: Option<&Signer>,
) -> Result<Composed, Unsendable> {
    let from = mailbox(&rendered.from_name, &envelope.from, "sender")?;
    let to = mailbox(&envelope.to.name, &envelope.to.email, "recipient")?;
    let reply_to =
        rendered.reply_to.as_deref().map(|address| mailbox("", address, "Reply-To")).transpose()?;
    let message_id = bracketed(&envelope.message_id);
    let mut headers: Vec<(String, String)> = vec![
        ("Auto-Submitted".into(), "auto-generated".into()),
        // No answers from machines, whichever rule they go by; but bounces, which `All` would switch off.
        ("X-Auto-Response-Suppress".into(), "DR, RN, NRN, OOF, AutoReply".into()),
    ];
    if let Some(parent) = &envelope.in_reply_to {
        headers.push(("In-Reply-To".into(), bracketed(parent)));
    }
    if !envelope.references.is_empty() {
        headers.push((
            "References".into(),
            envelope.references.iter().map(|id| bracketed(id)).collect::<Vec<_>>().join(" "),
        ));
    }
    headers.extend(envelope.headers.iter().map(|(name, value)| (name.clone(), one_line(value))));
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(envelope.at.try_into().unwrap_or(0));
    let subject = literal(&rendered.subject);
    let mut builder = Message::builder()
        .message_id(Some(message_id.clone()))
        .header(Date::new(at))
        .from(from.clone())
        .to(to.clone())
        .subject(subject.clone());
    if let Some(reply_to) = &reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    for (name, value) in &headers {
        let header = HeaderName::new_from_ascii(name.clone())
            .map_err(|_| Unsendable(format!("{name:?} cannot name a header")))?;
        builder = builder.raw_header(HeaderValue::new(header, value.clone()));
    }
    // Without a boundary of its own lettre draws a random one, and no two attempts would be alike.
    let body = MultiPart::alternative()
        .boundary(boundary(&message_id))
        .singlepart(SinglePart::plain(rendered.text.clone()))
        .singlepart(SinglePart::html(rendered.html.clone()));
    // Otherwise lettre reads the addresses back from the headers that it has just written.
    let line = lettre::address::Envelope::new(Some(from.email.clone()), vec![to.email.clone()])
        .map_err(|error| Unsendable(error.to_string()))?;
    let mut message =
        builder.envelope(line).multipart(body).map_err(|error| Unsendable(error.to_string()))?;
    let mut shown = vec![
        ("Message-ID".to_owned(), message_id),
        ("From".to_owned(), from.to_string()),
        ("To".to_owned(), to.to_string()),
        ("Subject".to_owned(), subject),
    ];
    shown.extend(reply_to.map(|address| ("Reply-To".to_owned(), address.to_string())));
    shown.extend(message.headers().get_raw("Date").map(|date| ("Date".to_owned(), date.to_owned())));
    shown.extend(headers);
    if let Some(signer) = signer {
        signer.sign(&mut message);
        let signature = message.headers().get_raw("DKIM-Signature").unwrap_or_default();
        shown.push(("DKIM-Signature".to_owned(), signature.to_owned()));
    }
    Ok(Composed {
        from: from.email.to_string(),
        to: to.email.to_string(),
        headers: shown,
        raw: message.formatted(),
    })
}

fn mailbox(name: &str, email: &str, whose: &str) -> Result<Mailbox, Unsendable> {
    let name = literal(name);
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address(email, whose)?))
}

/// An address whose domain is written in ASCII, as every server takes it.
pub(super) fn address(email: &str, whose: &str) -> Result<Address, Unsendable> {
    let wrong = || Unsendable(format!("{email:?} is no e-mail address ({whose})"));
    let (local, domain) = email.trim().rsplit_once('@').ok_or_else(wrong)?;
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        idna::domain_to_ascii(domain).map_err(|_| wrong())?
    };
    // Quoted local parts may hold line ends, which no header survives.
    if local.chars().any(char::is_control) {
        return Err(wrong());
    }
    Address::new(local, domain).map_err(|_| wrong())
}

/// The text without anything that could end a header.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// One line that means itself: what looks encoded (RFC 2047) would be shown as something else than was typed.
fn literal(text: &str) -> String {
    one_line(text).replace("=?", "= ?")
}

fn bracketed(id: &str) -> String {
    let id: String =
        id.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>')).collect();
    format!("<{id}>")
}

fn boundary(message_id: &str) -> String {
    let hash = Sha256::digest(message_id.as_bytes());
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
