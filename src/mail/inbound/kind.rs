//! What sort of mail it is: written by a person, or by a program, and by which kind of program.

use super::{
    Incoming,
    bounce::{self, Bounce},
    read::{content_type, one_line},
    words,
};
use mail_parser::{Message, MimeHeaders, PartType};

/// What sort of mail it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Somebody wrote it.
    #[default]
    Message,
    /// A server says that a mail of ours did not arrive.
    Bounce(Bounce),
    /// A provider says that a reader of ours called a mail spam.
    Complaint(Complaint),
    /// A program answered by itself.
    Automatic(Automatic),
    /// It came by a mailing list, whose name this is, if it has one.
    List(String),
}

impl Kind {
    /// The name by which tables and logs know it.
    pub fn key(&self) -> &'static str {
        match self {
            Kind::Message => "message",
            Kind::Bounce(_) => "bounce",
            Kind::Complaint(_) => "complaint",
            Kind::Automatic(_) => "automatic",
            Kind::List(_) => "list",
        }
    }
}

/// How one knows that a program wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Automatic {
    /// `Auto-Submitted` says so (RFC 3834).
    AutoSubmitted,
    /// A header of a mail program's own says so.
    AutoReplyHeader,
    /// `Precedence: bulk`, `junk` or `auto_reply`.
    Precedence,
    /// Its subject is what holiday notices begin with.
    Subject,
    /// It came from the null sender, to whom nobody may answer.
    NullSender,
    /// It only says that a mail was opened (RFC 8098).
    ReadReceipt,
    /// It was written by a mail server, but is no bounce that we understand.
    MailServer,
}

impl Automatic {
    /// The name by which tables and logs know it.
    pub fn key(self) -> &'static str {
        match self {
            Automatic::AutoSubmitted => "auto-submitted",
            Automatic::AutoReplyHeader => "auto-reply-header",
            Automatic::Precedence => "precedence",
            Automatic::Subject => "subject",
            Automatic::NullSender => "null-sender",
            Automatic::ReadReceipt => "read-receipt",
            Automatic::MailServer => "mail-server",
        }
    }
}

/// A complaint (RFC 5965).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    /// `abuse`, `fraud`, `not-spam` and the like.
    pub feedback: String,
    /// Who complains, where the provider tells.
    pub addresses: Vec<String>,
    /// Id of the mail that they complain about, without angle brackets.
    pub original_id: String,
}

/// What sort of mail this is.
pub(super) fn of(incoming: &Incoming, message: &Message<'_>) -> Kind {
    if let Some(kind) = report(message) {
        return kind;
    }
    if let Some(bounce) = bounce::informal(incoming) {
        return Kind::Bounce(bounce);
    }
    if let Some(name) = list(incoming) {
        return Kind::List(name);
    }
    match automatic(incoming, false) {
        Some(how) => Kind::Automatic(how),
        None => Kind::Message,
    }
}

/// What a `multipart/report` reports.
fn report(message: &Message<'_>) -> Option<Kind> {
    let root = message.parts.first()?;
    let reports = message.parts.iter().take(50).map(content_type);
    let reports: Vec<String> = reports.collect();
    let has = |kind: &str| reports.iter().any(|known| known == kind);
    // Some servers forget the outer type and send the parts all the same.
    let report_type = root.content_type().and_then(|kind| kind.attribute("report-type"));
    if !content_type(root).starts_with("multipart/") {
        return None;
    }
    if has("message/feedback-report") {
        return Some(Kind::Complaint(complaint(message)));
    }
    if has("message/delivery-status") || has("message/global-delivery-status") {
        return bounce::formal(message).map(Kind::Bounce);
    }
    let receipt = report_type.is_some_and(|kind| kind.eq_ignore_ascii_case("disposition-notification"));
    (receipt || has("message/disposition-notification")).then_some(Kind::Automatic(Automatic::ReadReceipt))
}

fn complaint(message: &Message<'_>) -> Complaint {
    let mut complaint = Complaint::default();
    for part in &message.parts {
        if content_type(part) == "message/feedback-report" {
            for (name, value) in fields(&part_text(message, part)) {
                match name.as_str() {
                    "feedback-type" => complaint.feedback = value.to_ascii_lowercase(),
                    "original-rcpt-to" | "removal-recipient" => {
                        let address = value.trim_matches(|c| "<>; ".contains(c)).to_owned();
                        if !complaint.addresses.contains(&address) {
                            complaint.addresses.push(address);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    complaint.original_id = bounce::returned_id(message).unwrap_or_default();
    complaint
}

/// The name of the list by which it came, if it did.
fn list(incoming: &Incoming) -> Option<String> {
    let named = incoming.header("List-Id").or_else(|| incoming.header("List-Post"));
    let mailing = incoming.header("Mailing-List").or_else(|| incoming.header("X-Mailing-List"));
    if let Some(name) = named.or(mailing) {
        let inner = name.rsplit_once('<').and_then(|(_, rest)| rest.split('>').next()).unwrap_or(name);
        return Some(one_line(inner, 200));
    }
    let is_list = incoming.header("Precedence").is_some_and(|word| word.eq_ignore_ascii_case("list"));
    let may_leave = incoming.header("List-Unsubscribe").is_some();
    (is_list || may_leave).then(String::new)
}

/// How one knows that a program wrote it, if it did. Lists call whatever they pass on bulk.
pub(super) fn automatic(incoming: &Incoming, by_list: bool) -> Option<Automatic> {
    let header = |name: &str| incoming.header(name).map(str::to_ascii_lowercase);
    let submitted = header("Auto-Submitted");
    if submitted.is_some_and(|value| value.split([';', ' ']).next().is_none_or(|word| word != "no")) {
        return Some(Automatic::AutoSubmitted);
    }
    let own = [
        "X-Autoreply",
        "X-Autorespond",
        "X-Auto-Reply-From",
        "X-Autogenerated",
        "X-Mail-Autoreply",
        "X-Automatic-Reply",
        "X-FC-MachineGenerated",
        "X-POST-MessageClass",
    ];
    let told = own.iter().any(|name| header(name).is_some_and(|value| value != "no"));
    if told {
        return Some(Automatic::AutoReplyHeader);
    }
    let marks = if by_list {
        &["auto_reply", "auto-reply"][..]
    } else {
        &["auto_reply", "auto-reply", "bulk", "junk"]
    };
    if header("Precedence").is_some_and(|value| marks.contains(&value.trim())) {
        return Some(Automatic::Precedence);
    }
    if words::is_absence(&incoming.subject) {
        return Some(Automatic::Subject);
    }
    if bounce::from_mail_server(incoming) {
        return Some(Automatic::MailServer);
    }
    incoming.has_null_sender().then_some(Automatic::NullSender)
}

/// The text of a part that the parser may have taken for a file.
pub(super) fn part_text(message: &Message<'_>, part: &mail_parser::MessagePart<'_>) -> String {
    const MOST: usize = 64 << 10;
    let bytes = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
        PartType::Message(_) | PartType::Multipart(_) => {
            let place = part.offset_body as usize..part.offset_end as usize;
            message.raw_message.get(place).unwrap_or_default()
        }
    };
    String::from_utf8_lossy(&bytes[..bytes.len().min(MOST)]).into_owned()
}

/// Fields `Name: value`, names in small letters, continued lines joined. An empty line is `("", "")`.
pub(super) fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines().take(2_000) {
        if line.trim().is_empty() {
            fields.push((String::new(), String::new()));
        } else if line.starts_with([' ', '\t']) {
            if let Some(last) = fields.last_mut().filter(|(name, _)| !name.is_empty()) {
                last.1.push(' ');
                last.1.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}
