//! Mail that says that a mail of ours did not arrive: by RFC 3464, or in some server's own words.

use super::{
    Incoming,
    kind::{fields, part_text},
    read::{content_type, one_line},
};
use mail_parser::{Message, PartType};

/// Mail of ours that did not arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounce {
    /// Whom it did not reach.
    pub failed: Vec<Failed>,
    /// Id of the mail that came back, without angle brackets; empty if the bounce does not tell.
    pub original_id: String,
}

/// Whom a mail did not reach, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failed {
    /// The address.
    pub email: String,
    /// `failed`, or `delayed` if the server goes on trying.
    pub action: String,
    /// Such as `5.1.1`; empty if the server does not tell.
    pub status: String,
    /// What the server said, on one line.
    pub said: String,
}

impl Failed {
    /// True if it will never arrive: no such mailbox, no such domain, refused for good.
    pub fn is_final(&self) -> bool {
        self.action != "delayed" && !self.status.starts_with('4')
    }
}

/// What a report by RFC 3464 says; nothing if all went well, as in a report of success.
pub(super) fn formal(message: &Message<'_>) -> Option<Bounce> {
    let mut bounce = Bounce::default();
    for part in &message.parts {
        if !["message/delivery-status", "message/global-delivery-status"]
            .contains(&content_type(part).as_str())
        {
            continue;
        }
        for group in fields(&part_text(message, part)).split(|(name, _)| name.is_empty()) {
            bounce.failed.extend(recipient(group));
        }
    }
    bounce.failed.truncate(50);
    bounce.original_id = returned_id(message).unwrap_or_default();
    (!bounce.failed.is_empty()).then_some(bounce)
}

/// One recipient's group of fields, if it tells of a failure.
fn recipient(group: &[(String, String)]) -> Option<Failed> {
    let field = |wanted: &str| group.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let action =
        field("action").unwrap_or("failed").split_whitespace().next().unwrap_or("failed").to_lowercase();
    if !["failed", "delayed"].contains(&action.as_str()) {
        return None;
    }
    // Whom we wrote to, rather than where a server passed it on.
    let named = field("original-recipient").or_else(|| field("final-recipient"))?;
    let address = named.split_once(';').map_or(named, |(_, address)| address);
    let status = field("status").and_then(enhanced).unwrap_or_default();
    let said = field("diagnostic-code").unwrap_or_default();
    let said = said.split_once(';').map_or(said, |(_, said)| said);
    Some(Failed {
        email: address.trim_matches(|c: char| c.is_whitespace() || "<>".contains(c)).to_owned(),
        action,
        status,
        said: one_line(said, 500),
    })
}

/// The id of the mail that came back with a report, whole or only its header.
pub(super) fn returned_id(message: &Message<'_>) -> Option<String> {
    for part in message.parts.iter().skip(1) {
        if let PartType::Message(returned) = &part.body
            && let Some(id) = returned.parts.first().and_then(|_| returned.message_id())
        {
            return Some(one_line(id, 998));
        }
        let kind = content_type(part);
        if ["text/rfc822-headers", "message/rfc822-headers", "message/rfc822", "message/global-headers"]
            .contains(&kind.as_str())
        {
            let found = fields(&part_text(message, part)).into_iter().find(|(name, _)| name == "message-id");
            if let Some((_, id)) = found {
                return Some(bare_id(&id));
            }
        }
    }
    None
}

/// True if the sender is a mail server and not a person. Postmasters are people, unless nobody may answer them.
pub(super) fn from_mail_server(incoming: &Incoming) -> bool {
    let local = incoming.from.email.split('@').next().unwrap_or_default().to_lowercase();
    ["mailer-daemon", "mail-daemon", "mdaemon"].contains(&local.as_str())
        || (local == "postmaster" && incoming.has_null_sender())
}

/// Subjects that mail servers give to what they send back.
const SUBJECTS: [&str; 15] = [
    "undelivered mail",
    "undeliverable",
    "undeliverable mail",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery system",
    "delivery status notification",
    "delivery failure",
    "failure notice",
    "returned mail",
    "message delivery failure",
    "unzustellbar",
    "non remis",
    "no se puede entregar",
    "non recapitabile",
];

/// A bounce in some server's own words: qmail, exim, old Exchange.
pub(super) fn informal(incoming: &Incoming) -> Option<Bounce> {
    let subject = incoming.subject.to_lowercase();
    let told = incoming.header("X-Failed-Recipients");
    let by_server = from_mail_server(incoming) || incoming.has_null_sender();
    if told.is_none() && !(by_server && SUBJECTS.iter().any(|known| subject.starts_with(known))) {
        return None;
    }
    let text = &incoming.whole;
    let mut addresses: Vec<String> =
        told.map(|told| told.split(',').map(|one| one.trim().to_owned()).collect()).unwrap_or_default();
    if addresses.is_empty() {
        addresses = failing_addresses(text);
    }
    addresses.retain(|address| address.contains('@'));
    addresses.truncate(50);
    let status = text.lines().take(200).find_map(enhanced).unwrap_or_default();
    let said = text.lines().find(|line| enhanced(line).is_some() || smtp_code(line));
    let delayed = ["delayed", "warning:", "will be retried", "no need to resend"]
        .iter()
        .any(|word| subject.contains(word) || text.to_lowercase().contains(word));
    let failed = |email| Failed {
        email,
        action: if delayed { "delayed" } else { "failed" }.into(),
        status: status.clone(),
        said: one_line(said.unwrap_or_default(), 500),
    };
    let original_id = returned_in_text(text).unwrap_or_default();
    (!addresses.is_empty() || !original_id.is_empty())
        .then(|| Bounce { failed: addresses.into_iter().map(failed).collect(), original_id })
}

/// Addresses that stand alone on a line before the mail that came back, as `<address>:` or indented.
fn failing_addresses(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().take(100) {
        let begins_copy =
            ["--- Below this line", "------ This is a copy", "Original message", "Return-Path:"];
        if begins_copy
            .iter()
            .any(|start| line.trim_start_matches(['-', ' ']).starts_with(start.trim_matches(['-', ' '])))
        {
            break;
        }
        // Old Exchange writes the time beside it.
        let words =
            line.split_once(" on ").filter(|_| line.starts_with(' ')).map_or(line, |(before, _)| before);
        let words = words.trim().trim_end_matches(':');
        let address = words.strip_prefix('<').and_then(|rest| rest.split('>').next()).unwrap_or(words);
        let alone = address.contains('@') && !address.contains(char::is_whitespace);
        if alone && !found.iter().any(|known| known == address) {
            found.push(address.to_owned());
        }
    }
    found
}

/// The `Message-ID` within a text that has the returned mail below it.
fn returned_in_text(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| {
        let line = line.trim_start_matches(['>', ' ']);
        line.get(..11).filter(|name| name.eq_ignore_ascii_case("message-id:")).map(|_| &line[11..])
    })?;
    Some(bare_id(line)).filter(|id| id.contains('@'))
}

fn bare_id(text: &str) -> String {
    let inner = text.split_once('<').map_or(text, |(_, rest)| rest);
    one_line(inner.split('>').next().unwrap_or_default(), 998)
}

/// The first status such as `5.1.1` in a text.
fn enhanced(text: &str) -> Option<String> {
    let is_edge = |c: char| !(c.is_ascii_digit() || c == '.');
    text.split(is_edge).find_map(|word| {
        let word = word.trim_end_matches('.');
        let mut numbers = word.split('.');
        let class = numbers.next().is_some_and(|class| ["2", "4", "5"].contains(&class));
        let rest: Vec<&str> = numbers.collect();
        let fine = rest.len() == 2 && rest.iter().all(|number| (1..=3).contains(&number.len()));
        (class && fine).then(|| word.to_owned())
    })
}

fn smtp_code(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_digit())
        .any(|word| word.len() == 3 && (word.starts_with('5') || word.starts_with('4')))
}
