//! Writes down what became of a mail that was not taken.

use crate::{
    app::App,
    clock::{DAY, SECOND},
    error::Result,
    event::{
        catalogue::{EmailFailed, EmailSuppressed, TemplateFailed},
        data::{Account, Failure},
        outbox::{self, Act},
    },
    mail::{
        store::{self, Try, WaitingEmail},
        suppression,
    },
    model::email_key,
    report::Report,
    worker::backoff,
};
use std::time::Duration;

/// How long a mail waits for mail servers that are away, before it is given up.
const LONGEST_WAIT: i64 = 4 * DAY;

/// A mail that was not taken, and may be later; `unsure` if it may have been taken all the same.
pub(super) async fn postponed(
    app: &App,
    mail: &WaitingEmail,
    relay: &str,
    answer: &str,
    unsure: bool,
) -> Result<()> {
    let outcome = if unsure { Try::Unknown } else { Try::Later };
    if mail.attempts + 1 >= backoff::MAX_ATTEMPTS {
        let why = format!("given up after {} tries; the last: {answer}", mail.attempts + 1);
        return give_up(app, mail, relay, outcome, &why).await;
    }
    let wait = backoff::delay(mail.attempts);
    tracing::warn!(email = %mail.id, relay, answer, unsure, again_in_s = wait / SECOND, "mail not taken; it is tried again");
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    store::keep_try(&mut tx, &mail.id, now, relay, outcome, answer).await?;
    store::postpone(&mut tx, &mail.id, now + wait, answer, unsure).await?;
    tx.commit().await
}

/// A mail that nobody could be asked to take: that was no try, and no reason to give it up for days.
pub(super) async fn put_back(
    app: &App,
    mail: &WaitingEmail,
    wait: Duration,
    why: &str,
    now: i64,
) -> Result<()> {
    if now - mail.created_at > LONGEST_WAIT {
        return give_up(app, mail, "", Try::Later, &format!("given up after four days; the last: {why}"))
            .await;
    }
    let wait = i64::try_from(wait.as_millis()).unwrap_or(SECOND).max(1);
    tracing::warn!(email = %mail.id, why, again_in_ms = wait, "mail waits for a mail server");
    let mut tx = app.db.begin().await?;
    store::put_back(&mut tx, &mail.id, now + wait, why).await?;
    tx.commit().await
}

/// A mail that was refused for good. If the answer says that there is no such address, it gets no more.
pub(super) async fn refused(app: &App, mail: &WaitingEmail, relay: &str, answer: &str) -> Result<()> {
    give_up(app, mail, relay, Try::Refused, answer).await?;
    if suppression::says_no_such_address(answer) && app.config.mail_redirect_to.is_empty() {
        let mut tx = app.db.begin().await?;
        let act = cause(app, mail).await?;
        suppression::record_refusal(&mut tx, &act, &mail.id, &mail.to_email, answer).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn give_up(app: &App, mail: &WaitingEmail, relay: &str, outcome: Try, answer: &str) -> Result<()> {
    tracing::error!(email = %mail.id, event = %mail.event_id, relay, answer, "mail given up");
    let act = cause(app, mail).await?;
    let event =
        EmailFailed { to: mail.to_email.clone(), template: mail.template.clone(), error: answer.to_owned() };
    let mut tx = app.db.begin().await?;
    store::keep_try(&mut tx, &mail.id, act.at, relay, outcome, answer).await?;
    store::give_up(&mut tx, mail, answer, outcome == Try::Unknown).await?;
    outbox::emit(&mut tx, &act, &Account::default(), &event, &[]).await?;
    tx.commit().await?;
    app.metrics.mails_dead.inc();
    Ok(())
}

/// A mail whose address gets none; it stays in the history with the reason.
pub(super) async fn suppressed(app: &App, mail: &WaitingEmail, reason: &str) -> Result<()> {
    let row = suppression::store::lookup(&app.db, &email_key(&mail.to_email), app.clock.now()).await?;
    let detail = row.map(|row| row.detail).unwrap_or_default();
    let why = format!("{} gets no mail ({reason}): {detail}", mail.to_email);
    let why = why.trim_end_matches(": ");
    tracing::warn!(email = %mail.id, event = %mail.event_id, "held back: {why}");
    let act = cause(app, mail).await?;
    let event = EmailSuppressed {
        to: mail.to_email.clone(),
        template: mail.template.clone(),
        reason: reason.to_owned(),
        detail,
    };
    let mut tx = app.db.begin().await?;
    store::suppress(&mut tx, mail, why).await?;
    outbox::emit(&mut tx, &act, &Account::default(), &event, &[]).await?;
    tx.commit().await
}

/// A template that fails on a real event holds its mail back until somebody mends it.
pub(super) async fn template_failed(app: &App, mail: &WaitingEmail, report: &Report) -> Result<()> {
    tracing::error!(email = %mail.id, event = %mail.event_id, "a mail could not be made: {report}");
    let answer = format!("{}:{}:{}: {}", report.file, report.line, report.column, report.message);
    if mail.attempts + 1 >= backoff::MAX_ATTEMPTS {
        return give_up(app, mail, "", Try::Template, &answer).await;
    }
    let act = cause(app, mail).await?;
    let mut tx = app.db.begin().await?;
    store::keep_try(&mut tx, &mail.id, act.at, "", Try::Template, &answer).await?;
    store::postpone(&mut tx, &mail.id, act.at + backoff::delay(mail.attempts), &answer, false).await?;
    if mail.attempts == 0 {
        let failure = Failure {
            subject: mail.template.clone(),
            file: report.file.clone(),
            line: i64::try_from(report.line).unwrap_or(0),
            message: report.message.clone(),
            event_id: mail.event_id.clone(),
        };
        outbox::emit(&mut tx, &act, &Account::default(), &TemplateFailed { failure }, &[]).await?;
    }
    tx.commit().await
}

/// What the server does because of a mail: a step deeper than the mail's event, so that mail about mail has an end.
async fn cause(app: &App, mail: &WaitingEmail) -> Result<Act> {
    let depth = outbox::lookup(&app.db, &mail.event_id).await?.map_or(0, |event| event.depth);
    Ok(app.act_of_system(&mail.event_id, depth + 1))
}
