//! That mails went out, and what they said.

use super::WaitingEmail;
use crate::{args, db::Tx, error::Result};

/// A mail as it went out, for the history.
#[derive(Clone, Debug, Default)]
pub struct SentCopy {
    /// Subject line.
    pub subject: String,
    /// HTML part, with secret links taken out.
    pub html: String,
    /// Text part, with secret links taken out.
    pub text: String,
    /// All headers as JSON.
    pub headers: String,
    /// The relay that took it, if one did.
    pub relay: Option<String>,
    /// What the relay said.
    pub answer: Option<String>,
    /// When.
    pub at: i64,
}

/// Marks mails as sent, each as it went out. Secret links are another matter: see [`forget_links`](super::forget_links).
///
/// # Errors
/// If the database is away; the mails are sent again when their leases end, with the same Message-ID.
pub async fn sent(tx: &mut Tx, mails: impl Iterator<Item = (&WaitingEmail, &SentCopy)>) -> Result<()> {
    let (mut marks, mut copies) = (Vec::new(), Vec::new());
    for (mail, copy) in mails {
        marks.push(args![&mail.id, &copy.subject, copy.at, copy.relay.clone(), copy.answer.clone()]);
        let SentCopy { html, text, headers, .. } = copy;
        copies.push(Said { email_id: &mail.id, html, text, headers: Some(headers) });
    }
    tx.write_rows(
        "WITH taken (id, subject, at, relay, answer) AS (VALUES {{rows}})
         UPDATE emails SET state = 'sent', attempts = attempts + 1, lease_until = 0, error = NULL, subject = taken.subject,
           sent_at = taken.at, relay = taken.relay, answer = taken.answer
         FROM taken WHERE emails.id = taken.id",
        "$1, $2, $3, $4, $5",
        marks,
    )
    .await?;
    keep_copies(tx, copies).await
}

/// What a mail said.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The mail's id.
    pub email_id: &'a str,
    /// HTML part, with secret links taken out.
    pub html: &'a str,
    /// Text part, with secret links taken out.
    pub text: &'a str,
    /// All headers as JSON; nothing for a mail that went out within a digest.
    pub headers: Option<&'a str>,
}

/// Keeps what mails said.
///
/// # Errors
/// If the database is away.
pub async fn keep_copies(tx: &mut Tx, copies: Vec<Said<'_>>) -> Result<()> {
    let row = |said: Said<'_>| args![said.email_id, said.html, said.text, said.headers.map(str::to_owned)];
    // The last of two nodes that sent the same mail, since neither knew how it went, stands in the history.
    tx.write_rows(
        "INSERT INTO email_copies (email_id, html, body_text, headers) VALUES {{rows}}
         ON CONFLICT (email_id) DO UPDATE SET html = excluded.html, body_text = excluded.body_text, headers = excluded.headers",
        "$1, $2, $3, $4",
        copies.into_iter().map(row).collect(),
    )
    .await
}
