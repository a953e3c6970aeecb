//! From bytes to an [`Incoming`].

use super::{
    Incoming, Limits, Mailbox, Note,
    bounds::{Bounded, bound},
    html, kind, part, quote,
};
use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser, MimeHeaders, PartType};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why bytes are no mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is not a single header.
    NotAMail,
    /// It is larger than [`Limits::bytes`].
    TooLarge,
    /// It has more parts than [`Limits::parts`].
    TooManyParts,
    /// The parser gave up on it.
    Broken,
}

impl Unreadable {
    /// The reason, as the log of rejected mails keeps it.
    pub fn key(self) -> &'static str {
        match self {
            Unreadable::NotAMail => "not-a-mail",
            Unreadable::TooLarge => "too-large",
            Unreadable::TooManyParts => "too-many-parts",
            Unreadable::Broken => "broken",
        }
    }
}

/// How many headers are kept for people to look at.
const MOST_HEADERS: usize = 1_000;
/// Characters of one header that are kept.
const LONGEST_HEADER: usize = 998;
/// Recipients that are kept.
const MOST_RECIPIENTS: usize = 50;

/// Understands a mail as far as its limits allow. With [`Unreadable`], what its header says comes along, so
/// that a log can name it.
///
/// # Errors
/// [`Unreadable`], which no other try changes, and the header if there is one.
pub fn read(raw: &[u8], limits: &Limits) -> Result<Incoming, (Unreadable, Box<Incoming>)> {
    let raw = without_envelope_line(raw);
    let head = |why| (why, Box::new(header_of(raw, limits)));
    if raw.len() > limits.bytes {
        return Err(head(Unreadable::TooLarge));
    }
    let bounded = bound(raw, limits);
    if bounded.too_many_parts {
        return Err(head(Unreadable::TooManyParts));
    }
    let read = catch_unwind(AssertUnwindSafe(|| understand(&bounded, limits)));
    match read {
        Ok(Some(incoming)) => Ok(incoming),
        Ok(None) => Err(head(Unreadable::NotAMail)),
        Err(_) => Err(head(Unreadable::Broken)),
    }
}

/// Without the line `From address date` that mailboxes and some servers put in front.
fn without_envelope_line(raw: &[u8]) -> &[u8] {
    if !(raw.starts_with(b"From ") || raw.starts_with(b">From ")) {
        return raw;
    }
    let end = raw.iter().position(|byte| *byte == b'\n').map_or(raw.len(), |place| place + 1);
    &raw[end..]
}

/// The mail with what only the envelope said in front, as servers write it down: who sent it, whom it is for.
pub fn with_envelope(raw: Vec<u8>, from: Option<&str>, to: Option<&str>) -> Vec<u8> {
    let mut head = String::new();
    for (name, value) in
        [("Return-Path", from.map(|from| format!("<{}>", bare(from)))), ("X-Original-To", to.map(bare))]
    {
        if let Some(value) = value {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    if head.is_empty() { raw } else { [head.as_bytes(), without_envelope_line(&raw)].concat() }
}

/// The header alone, of the first 256 KiB.
fn header_of(raw: &[u8], limits: &Limits) -> Incoming {
    let bounded = bound(&raw[..raw.len().min(256 << 10)], limits);
    let header = || {
        let message = MessageParser::default().parse_headers(&*bounded.bytes)?;
        (!message.parts.is_empty()).then(|| envelope(&message, bounded.header_cut))
    };
    catch_unwind(AssertUnwindSafe(header)).ok().flatten().unwrap_or_default()
}

fn understand(bounded: &Bounded<'_>, limits: &Limits) -> Option<Incoming> {
    let message = MessageParser::default().parse(&*bounded.bytes)?;
    let root = message.parts.first()?;
    // A text with a colon somewhere is not a mail: one of these has to be there.
    let known = [
        HeaderName::From,
        HeaderName::To,
        HeaderName::Subject,
        HeaderName::Date,
        HeaderName::MessageId,
        HeaderName::Received,
        HeaderName::ReturnPath,
        HeaderName::MimeVersion,
    ];
    if !root.headers.iter().any(|header| known.contains(&header.name)) {
        return None;
    }
    let mut incoming = envelope(&message, bounded.header_cut);
    text(&mut incoming, &message, limits);
    part::attachments(&mut incoming, &message, limits);
    if incoming.whole.trim().is_empty() {
        incoming.notes.push(Note::NoText);
    }
    incoming.kind = kind::of(&incoming, &message);
    Some(incoming)
}

/// What the header says.
fn envelope(message: &Message<'_>, header_cut: bool) -> Incoming {
    let headers = shown(message);
    let values = |name: &str| {
        let found = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned()).collect::<Vec<_>>()
    };
    let mut delivered_to = Vec::new();
    for name in ["X-Original-To", "Delivered-To", "X-Delivered-To", "Envelope-To", "X-Envelope-To"] {
        delivered_to.extend(values(name).iter().map(|value| bare(value)).filter(|value| !value.is_empty()));
    }
    delivered_to.truncate(MOST_RECIPIENTS);
    let mut answers = ids(message.in_reply_to());
    for id in ids(message.references()).into_iter().rev() {
        if !answers.contains(&id) && answers.len() < 60 {
            answers.push(id);
        }
    }
    let from = mailboxes(message.from()).into_iter().next();
    Incoming {
        from: from.or_else(|| mailboxes(message.sender()).into_iter().next()).unwrap_or_default(),
        reply_to: mailboxes(message.reply_to()),
        to: mailboxes(message.to()),
        cc: mailboxes(message.cc()),
        delivered_to,
        return_path: values("Return-Path").first().map(|value| bare(value)),
        subject: one_line(message.subject().unwrap_or_default(), 500),
        message_id: one_line(message.message_id().unwrap_or_default(), LONGEST_HEADER),
        answers,
        written_at: message.date().map(|date| date.to_timestamp().saturating_mul(1_000)),
        hops: message.header_values(HeaderName::Received).count(),
        loops: values("X-Loop"),
        headers,
        notes: if header_cut { vec![Note::HeaderCut] } else { Vec::new() },
        ..Incoming::default()
    }
}

/// The header for people: decoded, each value on one line, so many of them.
fn shown(message: &Message<'_>) -> Vec<(String, String)> {
    let root = message.parts.first();
    let mut shown = Vec::new();
    for header in root.map(|root| root.headers.as_slice()).unwrap_or_default().iter().take(MOST_HEADERS) {
        let place = header.offset_start as usize..header.offset_end as usize;
        let raw = String::from_utf8_lossy(message.raw_message.get(place).unwrap_or_default());
        let value = match &header.value {
            HeaderValue::Text(text) if header.name == HeaderName::Subject => one_line(text, LONGEST_HEADER),
            _ => one_line(&raw, LONGEST_HEADER),
        };
        shown.push((one_line(header.name.as_str(), 80), value));
    }
    shown
}

/// The text, by preference the plain one; else the HTML as text.
fn text(incoming: &mut Incoming, message: &Message<'_>, limits: &Limits) {
    let mut plain = Vec::new();
    let mut has_html = false;
    for id in message.text_body.iter().take(limits.parts) {
        match message.parts.get(*id as usize).map(|part| &part.body) {
            Some(PartType::Text(text)) => {
                plain.push(part::unflowed(message, *id, &part::recovered(message, *id, text)));
            }
            Some(PartType::Html(_)) => has_html = true,
            _ => {}
        }
    }
    let pages: Vec<&str> = message
        .html_body
        .iter()
        .filter_map(|id| match message.parts.get(*id as usize).map(|part| &part.body) {
            Some(PartType::Html(html)) => Some(html.as_ref()),
            _ => None,
        })
        .collect();
    let html = pages.join("\n");
    // A mail that says that it has parts, and has none.
    if plain.is_empty()
        && html.is_empty()
        && let Some(PartType::Text(text)) = message.parts.first().map(|part| &part.body)
        && content_type(&message.parts[0]).starts_with("multipart/")
    {
        plain.push(text.to_string());
    }
    let mut whole = plain.join("\n\n").replace(html::MARK, "");
    // Some programs send an empty text beside the page that says it all.
    if (whole.trim().is_empty() || (has_html && plain.is_empty())) && !html.is_empty() {
        whole = html::text(&html);
    }
    let whole = readable(&whole);
    incoming.whole = whole.chars().take(limits.text).collect();
    if whole.len() > incoming.whole.len() {
        incoming.notes.push(Note::TextCut);
        incoming.long_text = Some(whole.replace(html::MARK, ""));
    }
    // What a mail that answers nothing seems to quote is what its sender wants to show.
    let quotes = incoming.is_answer() && !incoming.is_forwarded();
    incoming.text = quote::cut(&incoming.whole, !quotes);
    incoming.whole = incoming.whole.replace(html::MARK, "");
    incoming.html = (!html.is_empty()).then_some(html);
}

/// Text with plain line ends and without characters that control anything.
fn readable(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    kept.filter(|c| !matches!(c, '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')).collect()
}

fn mailboxes(address: Option<&Address<'_>>) -> Vec<Mailbox> {
    let all = address.into_iter().flat_map(Address::iter);
    let all = all.filter_map(|one| {
        let email = bare(one.address.as_deref()?);
        (!email.is_empty())
            .then(|| Mailbox { name: one_line(one.name.as_deref().unwrap_or_default(), 200), email })
    });
    all.take(MOST_RECIPIENTS).collect()
}

/// An address without angle brackets, blanks and control characters.
fn bare(address: &str) -> String {
    let inner = address.rsplit_once('<').map_or(address, |(_, rest)| rest);
    let inner = inner.split('>').next().unwrap_or_default();
    inner.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(320).collect()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let ids: Vec<&str> = match value {
        HeaderValue::Text(id) => vec![id],
        HeaderValue::TextList(ids) => ids.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    // A thread may be long; its root and its end are what we look for.
    let skip = ids.len().saturating_sub(40);
    let kept = ids.iter().enumerate().filter(|(n, _)| *n == 0 || *n >= skip);
    kept.map(|(_, id)| one_line(id, LONGEST_HEADER)).filter(|id| !id.is_empty()).collect()
}

/// Text on one line, with single blanks, not longer than so many characters.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

/// The content type of a part, in small letters, such as `text/plain`.
pub(super) fn content_type(part: &mail_parser::MessagePart<'_>) -> String {
    part.content_type().map_or_else(String::new, |known| {
        let sub = known.subtype().map(|sub| format!("/{sub}")).unwrap_or_default();
        one_line(&format!("{}{sub}", known.ctype()).to_ascii_lowercase(), 100)
    })
}
