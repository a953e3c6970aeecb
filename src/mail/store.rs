//! The mail queue: what waits, what was sent, what was given up.

use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};
use sqlx::FromRow;

/// A mail that waits to be sent.
#[derive(Clone, Debug, FromRow)]
pub struct WaitingEmail {
    /// Stable id, also the Message-ID.
    pub id: String,
    /// The event it is about.
    pub event_id: String,
    /// The account in whose history it stands.
    pub account_id: Option<String>,
    /// Name of the template.
    pub template: String,
    /// Key of the category.
    pub category: String,
    /// Kind of recipient.
    pub to_kind: String,
    /// Id of the recipient.
    pub to_id: String,
    /// Name of the recipient.
    pub to_name: String,
    /// Address of the recipient.
    pub to_email: String,
    /// Language of the recipient.
    pub locale: String,
    /// Time zone of the recipient.
    pub time_zone: String,
    /// Why this recipient gets it.
    pub reason: String,
    /// What the template sees as `vars`, as JSON.
    pub vars: String,
    /// How often it was tried.
    pub attempts: i64,
    /// True if an earlier try may have succeeded.
    pub unsure: bool,
    /// When it was asked for.
    pub created_at: i64,
    /// Why its address gets no mail, if it gets none.
    pub suppressed: Option<String>,
    /// What it waits to be gathered with; empty if somebody wants it sent alone.
    pub gather: Option<String>,
    /// How soon its reader wants mail of its kind: `hourly`, `daily`, or at once.
    pub pace: Option<String>,
    /// True if its reader wants none of its kind.
    pub declined: bool,
    /// True if it does not count yet among the mails that its address got within the hour.
    pub uncounted: bool,
}

/// Takes mails that are due.
///
/// # Errors
/// If the database is away.
pub async fn claim(tx: &mut Tx, node: &str, now: i64, lease: i64, limit: i64) -> Result<Vec<WaitingEmail>> {
    tx.claim(
        "UPDATE emails SET lease_by = $1, lease_until = $2 WHERE id IN (
           SELECT id FROM emails {{indexed_by email_waiting}} WHERE state = 'waiting' AND next_at <= $3 AND lease_until < $3
           ORDER BY next_at, id LIMIT $4 {{skip_locked}})
         RETURNING id, event_id, account_id, template, category, to_kind, to_id, to_name, to_email, locale, time_zone, reason, vars, attempts, unsure, created_at, gather,
           (SELECT c.pace FROM mail_choices c WHERE c.account_id = COALESCE(emails.account_id, '') AND c.to_key = emails.to_key AND c.category = emails.category) AS pace,
           COALESCE((SELECT c.off_at IS NOT NULL FROM mail_choices c WHERE c.account_id = COALESCE(emails.account_id, '') AND c.to_key = emails.to_key AND c.category = emails.category), FALSE) AS declined,
           (SELECT s.reason FROM suppressions s WHERE s.to_key = emails.to_key AND (s.until_at IS NULL OR s.until_at > $3)) AS suppressed,
           COALESCE(attempts = 0 AND (error IS NULL OR error = held), FALSE) AS uncounted",
        args![node, now + lease, now, limit],
    )
    .await
}

/// Counts one mail more for an address in an hour (counted since 1970); false if it has had `most` already.
///
/// # Errors
/// If the database is away.
pub async fn count_in_hour(tx: &mut Tx, to_key: &str, hour: i64, most: i64) -> Result<bool> {
    let counted = tx
        .execute(
            "INSERT INTO mail_hours (to_key, hour, mails) VALUES ($1, $2, 1)
             ON CONFLICT (to_key, hour) DO UPDATE SET mails = mail_hours.mails + 1 WHERE mail_hours.mails < $3",
            args![to_key, hour, most],
        )
        .await?;
    Ok(counted > 0)
}

/// Forgets the counts of hours before `hour`.
///
/// # Errors
/// If the database is away.
pub async fn forget_hours(tx: &mut Tx, hour: i64) -> Result<u64> {
    tx.execute("DELETE FROM mail_hours WHERE hour < $1", args![hour]).await
}

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

/// Marks mails as sent, each as it went out. Secret links are another matter: see [`forget_links`].
///
/// # Errors
/// If the database is away; the mails are sent again when their leases end, with the same Message-ID.
pub async fn sent(tx: &mut Tx, mails: impl Iterator<Item = (&WaitingEmail, &SentCopy)>) -> Result<()> {
    let rows = mails.map(|(mail, copy)| {
        args![
            &mail.id,
            &copy.subject,
            &copy.html,
            &copy.text,
            &copy.headers,
            copy.at,
            copy.relay.clone(),
            copy.answer.clone()
        ]
    });
    let _: Vec<(String,)> = tx
        .for_rows(
            "WITH taken (id, subject, html, body_text, headers, at, relay, answer) AS (VALUES {{rows}})
             UPDATE emails SET state = 'sent', attempts = attempts + 1, lease_until = 0, error = NULL, subject = taken.subject,
               html = taken.html, body_text = taken.body_text, headers = taken.headers, sent_at = taken.at,
               relay = taken.relay, answer = taken.answer
             FROM taken WHERE emails.id = taken.id RETURNING emails.id",
            "$1, $2, $3, $4, $5, $6, $7, $8",
            rows.collect(),
        )
        .await?;
    Ok(())
}

/// How a try ended that did not end with the mail being taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// Not now.
    Later,
    /// Never.
    Refused,
    /// Nobody knows.
    Unknown,
    /// The mail could not be made.
    Template,
}

/// Keeps a try that did not end with the mail being taken.
///
/// # Errors
/// If the database is away.
pub async fn keep_try(tx: &mut Tx, id: &str, at: i64, relay: &str, outcome: Try, answer: &str) -> Result<()> {
    let outcome = match outcome {
        Try::Later => "later",
        Try::Refused => "refused",
        Try::Unknown => "unknown",
        Try::Template => "template",
    };
    tx.execute(
        "INSERT INTO email_tries (email_id, number, at, relay, outcome, answer)
         VALUES ($1, (SELECT COUNT(*) + 1 FROM email_tries WHERE email_id = $1), $2, $3, $4, $5)",
        args![id, at, relay, outcome, answer],
    )
    .await?;
    Ok(())
}

/// Puts a mail back until `next_at` because nobody could be asked to take it; that was no try.
///
/// # Errors
/// If the database is away.
pub async fn put_back(tx: &mut Tx, id: &str, next_at: i64, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET lease_until = 0, next_at = $1, error = $2 WHERE id = $3",
        args![next_at, why, id],
    )
    .await?;
    Ok(())
}

/// Holds a mail back for good because its address gets none.
///
/// # Errors
/// If the database is away.
pub async fn suppress(tx: &mut Tx, mail: &WaitingEmail, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET state = 'suppressed', lease_until = 0, error = $1 WHERE id = $2",
        args![why, &mail.id],
    )
    .await?;
    forget_links(tx, &mail.event_id).await
}

/// Puts a mail back until `next_at`; `unsure` if the try may have succeeded all the same.
///
/// # Errors
/// If the database is away.
pub async fn postpone(tx: &mut Tx, id: &str, next_at: i64, error: &str, unsure: bool) -> Result<()> {
    tx.execute(
        "UPDATE emails SET attempts = attempts + 1, lease_until = 0, next_at = $1, error = $2, unsure = (unsure OR $3) WHERE id = $4",
        args![next_at, error, unsure, id],
    )
    .await?;
    Ok(())
}

/// Gives a mail up: it is kept, with the reason, and not tried again; `unsure` if the last try may have
/// succeeded all the same.
///
/// # Errors
/// If the database is away.
pub async fn give_up(tx: &mut Tx, mail: &WaitingEmail, error: &str, unsure: bool) -> Result<()> {
    tx.execute(
        "UPDATE emails SET state = 'dead', attempts = attempts + 1, lease_until = 0, error = $1, unsure = (unsure OR $2) WHERE id = $3",
        args![error, unsure, &mail.id],
    )
    .await?;
    forget_links(tx, &mail.event_id).await
}

/// Drops the secret links of an event, if it has any, once nobody waits for them.
///
/// # Errors
/// If the database is away.
pub async fn forget_links(tx: &mut Tx, event_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM event_links WHERE event_id = $1 AND NOT EXISTS (SELECT 1 FROM emails WHERE event_id = $1 AND (state = 'waiting' OR (state = 'digested' AND sent_at IS NULL)))",
        args![event_id],
    )
    .await?;
    Ok(())
}

/// A mail of the built-in mailbox: as it would have been sent, links and all.
#[derive(Clone, Debug, FromRow)]
pub struct DevMail {
    /// The mail's id.
    pub id: String,
    /// When it would have been sent.
    pub at: i64,
    /// From.
    pub sender: String,
    /// To.
    pub recipient: String,
    /// Subject line.
    pub subject: String,
    /// Text part.
    pub body_text: String,
    /// HTML part.
    pub html: String,
    /// Headers as JSON: a list of name and value.
    pub headers: String,
}

/// Puts a mail into the built-in mailbox.
///
/// # Errors
/// If the database is away.
pub async fn keep_dev_mail(tx: &mut Tx, mail: &DevMail) -> Result<()> {
    tx.execute(
        "INSERT INTO dev_mails (id, at, sender, recipient, subject, body_text, html, headers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO NOTHING",
        args![&mail.id, mail.at, &mail.sender, &mail.recipient, &mail.subject, &mail.body_text, &mail.html, &mail.headers],
    )
    .await?;
    Ok(())
}

/// Forgets all mail that waits.
///
/// # Errors
/// If the database is away.
pub async fn drop_waiting(tx: &mut Tx) -> Result<()> {
    tx.execute("DELETE FROM event_links", args![]).await?;
    tx.execute("DELETE FROM emails WHERE state = 'waiting'", args![]).await?;
    Ok(())
}

/// Empties the built-in mailbox, so that a test sees what comes next.
#[cfg(test)]
pub async fn empty_dev_mailbox(tx: &mut Tx) -> Result<()> {
    tx.execute("DELETE FROM dev_mails", args![]).await?;
    Ok(())
}

/// The newest mails of the built-in mailbox.
///
/// # Errors
/// If the database is away.
pub async fn dev_mails(mut q: impl Query, limit: i64) -> Result<Vec<DevMail>> {
    q.all(
        "SELECT id, at, sender, recipient, subject, body_text, html, headers FROM dev_mails ORDER BY at DESC, id DESC LIMIT $1",
        args![limit],
    )
    .await
}

/// One mail of the built-in mailbox.
///
/// # Errors
/// If the database is away.
pub async fn dev_mail(mut q: impl Query, id: &str) -> Result<Option<DevMail>> {
    q.optional(
        "SELECT id, at, sender, recipient, subject, body_text, html, headers FROM dev_mails WHERE id = $1",
        args![id],
    )
    .await
}

/// Forgets up to `limit` mails that were settled before `before`, and all but the newest 1,000 of
/// the built-in mailbox.
///
/// # Errors
/// If the database is away.
pub async fn forget(tx: &mut Tx, before: i64, limit: i64) -> Result<u64> {
    tx.execute("DELETE FROM dev_mails WHERE id IN (SELECT id FROM dev_mails ORDER BY at DESC, id DESC LIMIT 1000 OFFSET 1000)", args![]).await?;
    tx.execute("DELETE FROM email_tries WHERE email_id IN (SELECT id FROM emails WHERE created_at < $1 AND state <> 'waiting' ORDER BY created_at LIMIT $2)", args![before, limit]).await?;
    tx.execute(
        "DELETE FROM emails WHERE id IN (SELECT id FROM emails WHERE created_at < $1 AND state <> 'waiting' ORDER BY created_at LIMIT $2)",
        args![before, limit],
    )
    .await
}

/// Why an address gets no mail of this category about an account's matters now: `declined` or `suppressed`; empty if it does.
///
/// # Errors
/// If the database is away.
pub async fn silence(
    mut q: impl Query,
    account_id: &str,
    to_key: &str,
    category: &str,
    now: i64,
) -> Result<String> {
    let row: Option<(String,)> = q
        .optional(
            "SELECT CASE
               WHEN EXISTS (SELECT 1 FROM suppressions s WHERE s.to_key = $1 AND (s.until_at IS NULL OR s.until_at > $2)) THEN 'suppressed'
               WHEN EXISTS (SELECT 1 FROM mail_choices c WHERE c.account_id = $3 AND c.to_key = $1 AND c.category = $4 AND c.off_at IS NOT NULL) THEN 'declined'
               ELSE '' END",
            args![to_key, now, account_id, category],
        )
        .await?;
    Ok(row.map(|row| row.0).unwrap_or_default())
}

/// Gives back the mails that `node` had when it ended without a word. Those that were under way may
/// have gone out: they are marked so, and go out again with the same Message-ID.
///
/// # Errors
/// If the database is away; the leases end by themselves then.
pub async fn release_all(tx: &mut Tx, node: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET lease_until = 0, unsure = TRUE WHERE state = 'waiting' AND lease_by = $1 AND lease_until > 0",
        args![node],
    )
    .await?;
    Ok(())
}
