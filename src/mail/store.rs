//! The mail queue: what waits, what was sent, what was given up.

use crate::{
    args,
    clock::{DAY, MINUTE},
    db::{Query, Tx},
    error::Result,
    mail::gather,
};
use sqlx::FromRow;

mod sent;

pub(super) use sent::{Said, keep_copies};
pub use sent::{SentCopy, sent};

/// A mail that goes out so long after it was asked for comes late: mail servers were away. What would come to an address all at
/// once then goes out together.
pub const LATE: i64 = 15 * MINUTE;
/// No mail waits for mail servers much longer.
const LONGEST: i64 = 5 * DAY;

/// So often a mail is tried before those that follow it about its ticket overtake it: it may be the one that no server takes.
const HOLDS_UP: i64 = 5;

/// A mail that waits to be sent.
#[derive(Clone, Debug, Default, FromRow)]
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
    /// True if it waited, and its reader may read no more what it is about.
    pub lost: bool,
    /// True if its reader wants none of its kind.
    pub declined: bool,
    /// True if it does not count yet among the mails that its address got within the hour.
    pub uncounted: bool,
    /// True if it comes late, as do others of its account for its address.
    pub crowded: bool,
    /// The ticket that it is about, if it is about one.
    pub thread: Option<String>,
    /// So many mails about its ticket went to its address within a minute.
    pub lately: i64,
    /// The number of its event, if it is about a ticket.
    pub thread_seq: Option<i64>,
    /// The mail before it to its address about its ticket, if that waits still.
    pub behind: Option<String>,
    /// So often in a row it was begun and never came to an end.
    pub claims: i64,
    /// Since when it waits for mail servers that are away.
    pub away_since: Option<i64>,
    /// Who wrote the first message of the ticket that it is about.
    pub opened_by: Option<String>,
    /// The Message-ID of that, if it came by mail.
    pub opening_mail: Option<String>,
}

/// True of a mail in `emails` that waited to be gathered, about a ticket that its reader may read no more: it is another account's now, or
/// they are none of its account's people.
macro_rules! lost {
    () => {
        "(emails.gather IS NOT NULL AND emails.gather <> '' AND emails.thread IS NOT NULL AND emails.account_id IS NOT NULL
           AND emails.to_kind IN ('user', 'contact', 'account') AND (
             EXISTS (SELECT 1 FROM tickets t WHERE t.id = emails.thread AND COALESCE(t.account_id, '') <> emails.account_id)
             OR (emails.to_kind = 'user' AND NOT EXISTS (SELECT 1 FROM access a WHERE a.user_id = emails.to_id AND a.account_id = emails.account_id))
             OR (emails.to_kind = 'contact' AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = emails.to_id))))"
    };
}
pub(super) use lost;

/// Takes mails of the index of those that wait, in their order, however many there are.
macro_rules! claim {
    () => {
        concat!("UPDATE emails SET lease_by = $1, lease_until = $2, unsure = (unsure OR lease_until > 0),
           claims = CASE WHEN lease_until > 0 THEN claims + 1 ELSE 0 END WHERE id IN (
           SELECT id FROM emails {{indexed_by email_waiting}} WHERE state = 'waiting' AND next_at <= $3 AND lease_until < $3
           ORDER BY next_at, id LIMIT $4 {{skip_locked}})
         RETURNING id, event_id, account_id, template, category, to_kind, to_id, to_name, to_email, locale, time_zone, reason, vars, attempts, unsure, created_at, gather, claims, away_since,
           (SELECT c.pace FROM mail_choices c WHERE c.account_id = COALESCE(emails.account_id, '') AND c.to_key = emails.to_key AND c.category = emails.category) AS pace,
           COALESCE((SELECT c.off_at IS NOT NULL FROM mail_choices c WHERE c.account_id = COALESCE(emails.account_id, '') AND c.to_key = emails.to_key AND c.category = emails.category), FALSE) AS declined,
           (SELECT s.reason FROM suppressions s WHERE s.to_key = emails.to_key AND (s.until_at IS NULL OR s.until_at > $3)) AS suppressed,
           COALESCE(attempts = 0 AND (error IS NULL OR error = held), FALSE) AS uncounted,
           COALESCE(created_at < $5 AND attempts = 0 AND NOT unsure AND gather IS NULL AND category <> 'security' AND (
             SELECT COUNT(*) FROM (SELECT 1 AS one FROM emails o WHERE o.to_key = emails.to_key AND o.created_at >= $6 AND o.created_at < $5
               AND COALESCE(o.account_id, '') = COALESCE(emails.account_id, '') AND o.state = 'waiting' AND o.attempts = 0 AND NOT o.unsure AND o.gather IS NULL AND o.category <> 'security' AND o.id <> emails.id
               LIMIT 2) AS others) = 2, FALSE) AS crowded,
           thread, thread_seq,
           (SELECT COUNT(*) FROM emails o {{indexed_by email_of_thread}} WHERE o.to_key = emails.to_key AND o.thread = emails.thread AND o.thread IS NOT NULL AND o.sent_at > $8) AS lately,
           (SELECT o.id FROM emails o {{indexed_by email_of_thread}} WHERE o.to_key = emails.to_key AND o.thread = emails.thread AND o.thread_seq < emails.thread_seq AND o.state = 'waiting'
             AND o.thread IS NOT NULL AND o.gather IS NULL AND o.attempts < $7 ORDER BY o.thread_seq DESC LIMIT 1) AS behind,
           (SELECT r.author_email FROM ticket_replies r WHERE r.ticket_id = emails.thread ORDER BY r.at, r.seq, r.id LIMIT 1) AS opened_by,
           (SELECT r.message_id FROM ticket_replies r WHERE r.ticket_id = emails.thread ORDER BY r.at, r.seq, r.id LIMIT 1) AS opening_mail,
           ", lost!(), " AS lost")
    };
}

/// Takes mails that are due. One whose lease ended was on its way when its node fell silent: it may have gone out, and is marked so.
///
/// # Errors
/// If the database is away.
pub async fn claim(tx: &mut Tx, node: &str, now: i64, lease: i64, limit: i64) -> Result<Vec<WaitingEmail>> {
    tx.claim(
        claim!(),
        args![node, now + lease, now, limit, now - LATE, now - LONGEST, HOLDS_UP, now - MINUTE],
    )
    .await
}

/// Lets a mail wait for the one before it to its address about its ticket; that was no try.
///
/// # Errors
/// If the database is away.
pub async fn stand_behind(tx: &mut Tx, id: &str, before: &str, soon: i64) -> Result<()> {
    tx.execute(
        "UPDATE emails SET lease_until = 0, error = $1, next_at = COALESCE((SELECT CASE WHEN p.next_at > $2 THEN p.next_at + 1 END
           FROM emails p WHERE p.id = $3 AND p.state = 'waiting' AND p.lease_until < $2), $2) WHERE id = $4 AND state = 'waiting'",
        args!["waits for the mail before it about its ticket", soon, before, id],
    )
    .await?;
    Ok(())
}

/// Lets go of a mail that `node` took and did not begin.
///
/// # Errors
/// If the database is away.
pub async fn give_back(tx: &mut Tx, id: &str, node: &str) -> Result<()> {
    let sql = "UPDATE emails SET lease_until = 0 WHERE id = $1 AND state = 'waiting' AND lease_by = $2";
    tx.execute(sql, args![id, node]).await?;
    Ok(())
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

/// Puts a mail back until `next_at` because nobody could be asked to take it; that was no try. `away` is the time if mail servers are
/// away, and nothing if they only take no more so soon.
///
/// # Errors
/// If the database is away.
pub async fn put_back(tx: &mut Tx, id: &str, next_at: i64, why: &str, away: Option<i64>) -> Result<()> {
    tx.execute(
        "UPDATE emails SET lease_until = 0, next_at = $1, error = $2, away_since = CASE WHEN CAST($3 AS BIGINT) IS NULL THEN NULL
           ELSE COALESCE(away_since, $3) END WHERE id = $4 AND state = 'waiting'",
        args![next_at, why, away, id],
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
        "UPDATE emails SET state = 'suppressed', lease_until = 0, error = $1 WHERE id = $2 AND state = 'waiting'",
        args![why, &mail.id],
    )
    .await?;
    gather::store::settle(tx, &mail.id, "suppressed", why).await?;
    forget_links(tx, &mail.event_id).await
}

/// Puts a mail back until `next_at`; `unsure` if the try may have succeeded all the same.
///
/// # Errors
/// If the database is away.
pub async fn postpone(tx: &mut Tx, id: &str, next_at: i64, error: &str, unsure: bool) -> Result<()> {
    tx.execute(
        "UPDATE emails SET attempts = attempts + 1, lease_until = 0, next_at = $1, error = $2, unsure = (unsure OR $3),
           away_since = NULL WHERE id = $4 AND state = 'waiting'",
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
        "UPDATE emails SET state = 'dead', attempts = attempts + 1, lease_until = 0, error = $1, unsure = (unsure OR $2)
           WHERE id = $3 AND state = 'waiting'",
        args![error, unsure, &mail.id],
    )
    .await?;
    gather::store::settle(tx, &mail.id, "dead", error).await?;
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

/// Forgets all mail that waits, and all secret links: the demo's mail of long ago goes to nobody.
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

/// Mails that nobody waits for: the parts of a digest go with it.
macro_rules! settled {
    () => {
        "SELECT m.id FROM emails m WHERE m.created_at < $1 AND m.state <> 'waiting' AND NOT (m.state = 'digested' AND EXISTS (
           SELECT 1 FROM emails d WHERE d.id = m.digest_id AND d.state = 'waiting')) ORDER BY m.created_at, m.id LIMIT $2"
    };
}

/// Forgets up to `limit` mails that were settled before `before`, and all but the newest 1,000 of
/// the built-in mailbox.
///
/// # Errors
/// If the database is away.
pub async fn forget(tx: &mut Tx, before: i64, limit: i64) -> Result<u64> {
    // Another node's would change between our statements which mails are the oldest, and leave what those said for good.
    tx.alone("forget mails").await?;
    tx.execute("DELETE FROM dev_mails WHERE id IN (SELECT id FROM dev_mails ORDER BY at DESC, id DESC LIMIT 1000 OFFSET 1000)", args![]).await?;
    tx.execute(concat!("DELETE FROM email_tries WHERE email_id IN (", settled!(), ")"), args![before, limit])
        .await?;
    tx.execute(
        concat!("DELETE FROM email_copies WHERE email_id IN (", settled!(), ")"),
        args![before, limit],
    )
    .await?;
    tx.execute(concat!("DELETE FROM emails WHERE id IN (", settled!(), ")"), args![before, limit]).await
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
/// have gone out: they are marked so, and go out again with the same Message-ID. A lease that ended long ago stays, since it counts.
///
/// # Errors
/// If the database is away; the leases end by themselves then.
pub async fn release_all(tx: &mut Tx, node: &str) -> Result<()> {
    tx.execute(
        "UPDATE emails SET lease_until = 1, unsure = TRUE WHERE state = 'waiting' AND lease_by = $1 AND lease_until > 0",
        args![node],
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    #[tokio::test]
    async fn however_much_waits_a_claim_sorts_nothing_and_reads_what_it_takes() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&format!("sqlite://{}", folder.path().join("db").display())).await.unwrap();
        db.migrate().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let steps: Vec<(i64, i64, i64, String)> = tx
            .claim(concat!("EXPLAIN QUERY PLAN ", claim!()), args!["node", 2_i64, 1_i64, 9_i64, 0_i64, 0_i64])
            .await
            .unwrap();
        let plan: Vec<&str> = steps.iter().map(|step| step.3.as_str()).collect();
        assert!(plan.iter().any(|step| step.contains("USING INDEX email_waiting (next_at<?)")), "{plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }
}
