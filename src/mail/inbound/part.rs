//! The parts of a mail: what is attached, and how plain text was broken into lines.

use super::{
    Attached, Incoming, Limits, Note,
    bounds::western,
    read::{content_type, one_line},
};
use mail_parser::{Message, MimeHeaders, PartType};
use std::borrow::Cow;

/// Takes along what is attached, and notes what is encrypted, signed or packed.
pub(super) fn attachments(incoming: &mut Incoming, message: &Message<'_>, limits: &Limits) {
    let mut notes = Vec::new();
    for part in &message.parts {
        match content_type(part).as_str() {
            "multipart/encrypted" => notes.push(Note::Encrypted),
            "multipart/signed" => notes.push(Note::Signed),
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                let signed = part.content_type().and_then(|kind| kind.attribute("smime-type"));
                let signed = signed.is_some_and(|kind| kind.eq_ignore_ascii_case("signed-data"));
                notes.push(if signed { Note::Signed } else { Note::Encrypted });
            }
            "application/ms-tnef" | "application/vnd.ms-tnef" => notes.push(Note::Tnef),
            _ => {}
        }
        if part.is_encoding_problem {
            notes.push(Note::BadEncoding);
        }
    }
    for id in &message.attachments {
        let Some(part) = message.parts.get(*id as usize) else { continue };
        if incoming.attachments.len() == limits.attachments {
            notes.push(Note::AttachmentsLeftOut);
            break;
        }
        incoming.attachments.extend(attached(message, part, incoming.attachments.len() + 1));
    }
    for note in notes {
        if !incoming.notes.contains(&note) {
            incoming.notes.push(note);
        }
    }
}

fn attached(message: &Message<'_>, part: &mail_parser::MessagePart<'_>, number: usize) -> Option<Attached> {
    let bytes = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_bytes().to_vec(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        PartType::Message(_) => {
            let place = part.offset_body as usize..part.offset_end as usize;
            message.raw_message.get(place).unwrap_or_default().to_vec()
        }
        PartType::Multipart(_) => return None,
    };
    let kind = content_type(part);
    // Parts without parts are read as text.
    if kind.starts_with("multipart/") {
        return None;
    }
    // Headers of a returned mail, status reports and signatures are no files that anybody attached.
    let machinery = [
        "message/delivery-status",
        "message/feedback-report",
        "message/disposition-notification",
        "text/rfc822-headers",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
    ];
    if machinery.contains(&kind.as_str()) || (bytes.is_empty() && part.attachment_name().is_none()) {
        return None;
    }
    let content_id = part.content_id().map(|id| one_line(id, 300)).unwrap_or_default();
    let disposed = part.content_disposition();
    let kind = if kind.is_empty() { "application/octet-stream".to_owned() } else { kind };
    Some(Attached {
        name: file_name(part, &kind, number),
        inline: disposed.is_some_and(mail_parser::ContentType::is_inline)
            || (disposed.is_none() && !content_id.is_empty()),
        content_type: kind,
        content_id,
        bytes,
    })
}

/// A name without folders, control characters and marks that turn the direction of reading.
fn file_name(part: &mail_parser::MessagePart<'_>, kind: &str, number: usize) -> String {
    let given = part.attachment_name().unwrap_or_default();
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .take(120)
        .collect();
    let name = name.trim().trim_start_matches('.');
    if !name.is_empty() {
        return name.to_owned();
    }
    let end = match kind {
        "message/rfc822" | "encoded/rfc822" => "eml",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "application/pdf" => "pdf",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        _ => "bin",
    };
    format!("attachment-{number}.{end}")
}

/// The text of a part whose charset is missing or a lie, as far as the bytes tell.
pub(super) fn recovered<'a>(message: &Message<'_>, id: u32, text: &'a str) -> Cow<'a, str> {
    let Some(part) = message.parts.get(id as usize) else { return text.into() };
    let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
    let vague =
        charset.is_none_or(|name| ["us-ascii", "ascii"].iter().any(|known| name.eq_ignore_ascii_case(known)));
    if !vague || text.is_ascii() || part.encoding != mail_parser::Encoding::None {
        return text.into();
    }
    let place = part.offset_body as usize..part.offset_end as usize;
    message.raw_message.get(place).map_or(text.into(), |bytes| western(bytes).into())
}

/// Text as it was before its lines were broken for sending (RFC 3676, `format=flowed`).
pub(super) fn unflowed(message: &Message<'_>, id: u32, text: &str) -> String {
    let kind = message.parts.get(id as usize).and_then(MimeHeaders::content_type);
    let is = |name: &str, value: &str| {
        kind.and_then(|kind| kind.attribute(name)).is_some_and(|given| given.eq_ignore_ascii_case(value))
    };
    if !is("format", "flowed") {
        return text.to_owned();
    }
    let drop_blank = is("delsp", "yes");
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.len() - line.trim_start_matches('>').len();
        let words = &line[depth..];
        let words = words.strip_prefix(' ').unwrap_or(words);
        let signature = words == "-- ";
        if open == Some(depth) && !signature {
            out.push_str(words);
        } else {
            if open.is_some() || !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&">".repeat(depth));
            if depth > 0 {
                out.push(' ');
            }
            out.push_str(words);
        }
        let flows = words.ends_with(' ') && !signature;
        if flows && drop_blank {
            out.pop();
        }
        open = flows.then_some(depth);
    }
    out.push('\n');
    out
}
