//! Addresses that get no mail: those whose mail comes back, whose owners complained, or that staff
//! entered.
//!
//! Sending on to them costs the host its good name with other servers. Only what a person asked for
//! just now, such as a link for a new password, goes out all the same ([`goes_all_the_same`]). Reports
//! come from anybody on the internet: one counts only if it names a mail of ours by its sealed Message-ID, and then only for the
//! very address that mail went to, whatever address the report itself names.
//!
//! An address is left alone for all accounts, not for the one whose mail came back: other servers judge the host and not its
//! customers, and an address that does not exist for one does not exist for any. So one account could silence an address
//! everywhere only by knowing the seal of a mail to it. Nobody is shown that of another's mail (the history and tickets leave it
//! out), staff are never silenced by what comes in, whoever complained can be let in again with a button, and what a person asks for
//! themselves goes out all the same.

pub mod store;

use crate::{
    clock::DAY,
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::{EmailBounced, EmailComplained, EmailSuppressionAdded, EmailSuppressionLifted},
        data::Account,
        outbox::{self, Act},
    },
    mail::{MessageKey, store::WaitingEmail},
    model::{email_address, email_key},
    permission::Category,
};
use sqlx::FromRow;

/// How long an address is left alone after a server said that it does not exist: addresses come back.
pub const BOUNCE_LASTS: i64 = 180 * DAY;
/// How long an address is left alone whose mail keeps coming back for reasons that may pass.
pub const FULL_LASTS: i64 = 14 * DAY;
/// So many mails that came back, within [`FULL_WINDOW`], are enough.
pub const FULL_COUNT: i64 = 5;
/// The time in which they are counted.
pub const FULL_WINDOW: i64 = 14 * DAY;
/// How much of what another server said is kept, in characters.
const DETAIL: usize = 500;

/// Why an address gets no mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Mail to it came back.
    Bounce,
    /// Its owner called a mail spam.
    Complaint,
    /// Staff entered it.
    Hand,
}

impl Reason {
    /// The name that is stored and that scripts see.
    pub fn key(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
            Self::Hand => "hand",
        }
    }
}

/// An address that gets no mail.
#[derive(Clone, Debug, FromRow)]
pub struct Suppression {
    /// The address, in small letters.
    pub to_key: String,
    /// The address as it was written.
    pub email: String,
    /// `bounce`, `complaint` or `hand`.
    pub reason: String,
    /// What the other server said, or what the person who did it wrote.
    pub detail: String,
    /// The mail that it came of, if one did.
    pub email_id: Option<String>,
    /// Since when.
    pub since: i64,
    /// When it ends by itself; nothing for never.
    pub until_at: Option<i64>,
    /// Who did it; empty for the server itself.
    pub by_name: String,
}

/// What a report says about a mail that came back, or that somebody complained about.
#[derive(Clone, Copy, Debug)]
pub struct Returned<'a> {
    /// Our id of the mail, or its Message-ID in whatever brackets.
    pub message_id: &'a str,
    /// The address that the report names, if it names one. Only for the log: reports of forwarded mail name others.
    pub to: &'a str,
    /// True if the other server will never take it; false if it may later. No matter for complaints.
    pub permanent: bool,
    /// What the other server said, such as `550 5.1.1 no such user`.
    pub detail: &'a str,
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It is kept, and the address still gets mail.
    Kept,
    /// The address gets no mail from now on.
    Suppressed,
    /// It names no mail that we sent, or one that was reported before: nothing changed.
    Ignored,
}

/// Keeps that a mail came back. If its address does not exist, that gets no more mail for [`BOUNCE_LASTS`]; after [`FULL_COUNT`]
/// mails that came back for whatever reason within [`FULL_WINDOW`], for [`FULL_LASTS`]. Staff go on getting mail.
///
/// # Errors
/// If the database is away.
pub async fn record_bounce(tx: &mut Tx, act: &Act, returned: &Returned<'_>) -> Result<Noted> {
    let Some(mail) = known(tx, act, returned).await? else { return Ok(Noted::Ignored) };
    let detail = short(returned.detail);
    if !store::keep_bounce(tx, &mail, returned.permanent, &detail, act.at).await? {
        return Ok(Noted::Ignored);
    }
    let count = store::count_bounces(&mut *tx, &mail.to_key, act.at - FULL_WINDOW).await?;
    let lasts = match says_no_such_address(&detail) {
        // Who works for the host is not silenced by what comes in from outside.
        _ if mail.to_kind == "staff" => None,
        true if returned.permanent => Some(BOUNCE_LASTS),
        _ => (count >= FULL_COUNT).then_some(FULL_LASTS),
    };
    if let Some(lasts) = lasts {
        store::suppress(tx, &of_mail(&mail, Reason::Bounce, &detail, act, Some(act.at + lasts))).await?;
    }
    let event = EmailBounced {
        to: mail.to_email,
        template: mail.template,
        permanent: returned.permanent,
        error: detail,
        suppressed: lasts.is_some(),
    };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(if lasts.is_some() { Noted::Suppressed } else { Noted::Kept })
}

/// Keeps that somebody called a mail spam: its address gets no more mail until somebody lifts that.
///
/// # Errors
/// If the database is away.
pub async fn record_complaint(tx: &mut Tx, act: &Act, returned: &Returned<'_>) -> Result<Noted> {
    let Some(mail) = known(tx, act, returned).await? else { return Ok(Noted::Ignored) };
    let detail = short(returned.detail);
    if mail.to_kind == "staff" {
        tracing::warn!(to = %mail.to_email, "a complaint about mail to staff changes nothing: {detail}");
        return Ok(Noted::Ignored);
    }
    if !store::suppress(tx, &of_mail(&mail, Reason::Complaint, &detail, act, None)).await? {
        return Ok(Noted::Ignored);
    }
    let event = EmailComplained { to: mail.to_email, template: mail.template, detail };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(Noted::Suppressed)
}

/// Keeps that a server refused a mail because its address does not exist; the mail itself is given up
/// by the caller, who says so.
///
/// # Errors
/// If the database is away.
pub async fn record_refusal(tx: &mut Tx, act: &Act, mail: &WaitingEmail, answer: &str) -> Result<()> {
    let row = Suppression {
        to_key: email_key(&mail.to_email),
        email: mail.to_email.clone(),
        reason: Reason::Bounce.key().to_owned(),
        detail: short(answer),
        email_id: Some(mail.id.clone()),
        since: act.at,
        until_at: Some(act.at + BOUNCE_LASTS),
        by_name: String::new(),
    };
    if !store::suppress(tx, &row).await? {
        return Ok(());
    }
    let event = EmailBounced {
        to: mail.to_email.clone(),
        template: mail.template.clone(),
        permanent: true,
        error: row.detail,
        suppressed: true,
    };
    outbox::emit(tx, act, &Account::default(), &event, &[]).await.map(|_| ())
}

/// Enters an address by hand, for ever; `why` is shown wherever the address is.
///
/// # Errors
/// `Invalid` if it is no address; `Conflict` `suppressed` if it gets no mail already; or if the
/// database is away.
pub async fn add(tx: &mut Tx, act: &Act, email: &str, why: &str) -> Result<()> {
    let email = email_address("email", email)?;
    let row = Suppression {
        to_key: email_key(&email),
        email: email.clone(),
        reason: Reason::Hand.key().to_owned(),
        detail: short(why),
        email_id: None,
        since: act.at,
        until_at: None,
        by_name: act.actor.name.clone(),
    };
    if !store::suppress(tx, &row).await? {
        return Err(Error::conflict("suppressed")
            .detail(format!("{email} gets no mail already; see `innkeeper mail suppressions`")));
    }
    outbox::emit(tx, act, &Account::default(), &EmailSuppressionAdded { to: email }, &[]).await.map(|_| ())
}

/// Lets an address get mail again; false if it did so before. What was held back stays held back.
///
/// # Errors
/// If the database is away.
pub async fn lift(tx: &mut Tx, act: &Act, email: &str) -> Result<bool> {
    let Some(row) = store::lookup(&mut *tx, &email_key(email), 0).await? else { return Ok(false) };
    store::lift(tx, &row.to_key).await?;
    let live = row.until_at.is_none_or(|until| until > act.at);
    if live {
        let event = EmailSuppressionLifted { to: row.email, reason: row.reason };
        outbox::emit(tx, act, &Account::default(), &event, &[]).await?;
    }
    Ok(live)
}

/// True for mail that goes to a suppressed address all the same: what the person asked for just now,
/// and cannot log in or be reached without. It stands in the event, not in a script, because a script
/// could undo what the list is for.
pub fn goes_all_the_same(category: &str, event_name: &str) -> bool {
    category == Category::Security.key()
        && matches!(
            event_name,
            "user.password_reset_requested" | "user.verification_requested" | "user.email_change_requested"
        )
}

/// True if the answer of a server says that the address does not exist or takes no mail ever: what
/// RFC 3463 calls 5.1.1, 5.1.6, 5.1.10 and 5.2.1.
pub fn says_no_such_address(answer: &str) -> bool {
    // An answer begins with its code, a report with the status.
    let status = answer.split_whitespace().take(2).find(|word| word.contains('.')).unwrap_or_default();
    answer.trim_start().starts_with('5') && matches!(status, "5.1.1" | "5.1.6" | "5.1.10" | "5.2.1")
}

async fn known(tx: &mut Tx, act: &Act, returned: &Returned<'_>) -> Result<Option<store::Sent>> {
    let mail = match MessageKey::of(&act.key).read(returned.message_id) {
        Some(id) => store::sent(&mut *tx, &id).await?,
        None => None,
    };
    // In staging the mail went to somebody else than the one whom it was for.
    let mail = mail.filter(|mail| !mail.headers.as_deref().unwrap_or_default().contains("X-Original-To"));
    if mail.is_none() {
        tracing::info!(message_id = returned.message_id, to = returned.to, "a report about no mail of ours");
    }
    Ok(mail)
}

fn of_mail(
    mail: &store::Sent,
    reason: Reason,
    detail: &str,
    act: &Act,
    until_at: Option<i64>,
) -> Suppression {
    Suppression {
        to_key: mail.to_key.clone(),
        email: mail.to_email.clone(),
        reason: reason.key().to_owned(),
        detail: detail.to_owned(),
        email_id: Some(mail.id.clone()),
        since: act.at,
        until_at,
        by_name: String::new(),
    }
}

/// One line, and not too much of it: it comes from anybody.
fn short(text: &str) -> String {
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    line.collect::<Vec<_>>().join(" ").chars().take(DETAIL).collect()
}

#[cfg(test)]
mod tests;
