//! Mail that comes in: bytes become an [`Incoming`], by rules that know no database, no clock and no network.
//!
//! [`read`] never fails on what a stranger may send: what cannot be understood is said in [`Incoming::notes`].
//! Each rule has its file: `bounds` (how much is looked at), `kind` (who sent it: a person or a program),
//! `bounce`, `quote` (what the person wrote, without what they quoted), `html`, `token` (whose reply it is).
//! To teach it another mail program, put a mail of it into `tests/mail/inbound` and see what comes of it.

mod authentic;
mod bounce;
mod bounds;
mod html;
mod kind;
mod loops;
mod part;
mod quote;
mod read;
mod refer;
mod tame;
#[cfg(test)]
mod tests;
mod token;
mod words;

pub use authentic::is_authentic;
pub use bounce::{Bounce, Failed};
pub use html::safe as safe_html;
pub use kind::{Automatic, Complaint, Kind};
pub use loops::{MOST_HOPS, Own, Reason, refusal};
pub use quote::cut;
pub use read::{Unreadable, read, with_envelope};
pub use refer::{own_ids, subject_tags};
pub use token::{Reader, ReplyKey, plus, token_in};

/// How much of one mail is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the whole mail.
    pub bytes: usize,
    /// MIME parts, nested messages among them.
    pub parts: usize,
    /// Lines of the header; what comes after is not looked at.
    pub header_lines: usize,
    /// Characters of text that are kept.
    pub text: usize,
    /// Attachments that are kept; the rest are named in a note.
    pub attachments: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 32 << 20, parts: 200, header_lines: 1_000, text: 50_000, attachments: 50 }
    }
}

/// An address with the name beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, or empty.
    pub name: String,
    /// The address, as it was written.
    pub email: String,
}

/// A file that came with a mail. It is never opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// What the sender called it, without folders and control characters.
    pub name: String,
    /// What the sender says it is, such as `image/png`.
    pub content_type: String,
    /// The id by which the HTML shows it, without angle brackets.
    pub content_id: String,
    /// True if it is shown within the text.
    pub inline: bool,
    /// What is in it, with the transfer encoding taken off.
    pub bytes: Vec<u8>,
}

/// Something about a mail that its reader should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The header was longer than [`Limits::header_lines`].
    HeaderCut,
    /// The text was longer than [`Limits::text`].
    TextCut,
    /// There were more attachments than [`Limits::attachments`].
    AttachmentsLeftOut,
    /// A part was not encoded as it said.
    BadEncoding,
    /// The mail is encrypted: only its attachment can tell.
    Encrypted,
    /// The mail is signed, which nobody checked.
    Signed,
    /// Outlook packed what it sent into `winmail.dat`.
    Tnef,
    /// There is no text in it.
    NoText,
    /// Only its beginning was kept.
    BeginningAlone,
}

/// A mail as it was understood.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// What sort of mail it is.
    pub kind: Kind,
    /// Who says to have written it.
    pub from: Mailbox,
    /// Where they want answers, if elsewhere.
    pub reply_to: Vec<Mailbox>,
    /// Whom it is addressed to.
    pub to: Vec<Mailbox>,
    /// Who got a copy.
    pub cc: Vec<Mailbox>,
    /// Addresses that servers on the way wrote down as those it was delivered to, the last first.
    pub delivered_to: Vec<String>,
    /// The sender's address on the envelope, as the server wrote it down; empty for the null sender.
    pub return_path: Option<String>,
    /// The subject, on one line.
    pub subject: String,
    /// Its own id, without angle brackets; empty if it has none.
    pub message_id: String,
    /// The ids that it answers, the nearest first, without angle brackets.
    pub answers: Vec<String>,
    /// When it was written, by its own account, in milliseconds.
    pub written_at: Option<i64>,
    /// What the person wrote.
    pub text: String,
    /// All of the text, with what was quoted, as far as [`Limits::text`].
    pub whole: String,
    /// All of the text, however long, if it is longer than [`Limits::text`].
    pub long_text: Option<String>,
    /// The HTML as it came, if it has any: not safe to show before [`safe_html`].
    pub html: Option<String>,
    /// Files that came with it.
    pub attachments: Vec<Attached>,
    /// How many servers it came through.
    pub hops: usize,
    /// Addresses and ids in `X-Loop`.
    pub loops: Vec<String>,
    /// The header, decoded, for people to look at.
    pub headers: Vec<(String, String)>,
    /// What its reader should know.
    pub notes: Vec<Note>,
}

impl Incoming {
    /// True if somebody passes on a mail that they got, and means the quoted part.
    pub fn is_forwarded(&self) -> bool {
        words::is_forward(&self.subject)
    }

    /// True if it answers another mail: it says so, or its subject does, or it came to a reply address.
    pub fn is_answer(&self) -> bool {
        !self.answers.is_empty()
            || words::is_reply(&self.subject)
            || self.recipients().any(|address| token_in(address).is_some())
    }

    /// True if it came from the null sender, to whom nobody may answer.
    pub fn has_null_sender(&self) -> bool {
        self.return_path.as_deref().is_some_and(str::is_empty)
    }

    /// True if its sender asks programs not to answer it.
    pub fn wants_no_answer(&self) -> bool {
        let asked = self.header("X-Auto-Response-Suppress").unwrap_or_default().to_ascii_lowercase();
        asked.split(',').any(|word| ["all", "oof", "autoreply"].contains(&word.trim()))
    }

    /// Every address that the mail says it is for: what the servers wrote down first, then its own header.
    pub fn recipients(&self) -> impl Iterator<Item = &str> {
        let header = self.to.iter().chain(&self.cc).map(|mailbox| mailbox.email.as_str());
        self.delivered_to.iter().map(String::as_str).chain(header)
    }

    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}
