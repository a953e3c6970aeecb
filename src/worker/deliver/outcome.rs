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
        gather,
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
        return give_up(app, mail, relay, outcome, &why, false).await;
    }
    let wait = backoff::delay(mail.attempts);
    tracing::warn!(email = %mail.id, relay, answer, unsure, again_in_s = wait / SECOND, "mail not taken; it is tried again");
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    store::keep_try(&mut tx, &mail.id, now, relay, outcome, answer).await?;
    store::postpone(&mut tx, &mail.id, now + wait, answer, unsure).await?;
    tx.commit().await
}

/// A mail that nobody could be asked to take: that was no try, and no reason to give it up for days. `away` is the time if mail
/// servers are away; if they only take no more so soon, it waits for as long as that takes.
pub(super) async fn put_back(
    app: &App,
    mail: &WaitingEmail,
    wait: Duration,
    why: &str,
    away: Option<i64>,
) -> Result<()> {
    let now = app.clock.now();
    if away.is_some() && mail.away_since.is_some_and(|since| now - since > LONGEST_WAIT) {
        let why = format!("given up after four days without a mail server; the last: {why}");
        return give_up(app, mail, "", Try::Later, &why, false).await;
    }
    let wait = i64::try_from(wait.as_millis()).unwrap_or(SECOND).max(1);
    tracing::warn!(email = %mail.id, why, again_in_ms = wait, "mail waits for a mail server");
    let mut tx = app.db.begin().await?;
    store::put_back(&mut tx, &mail.id, now + wait, why, away).await?;
    tx.commit().await
}

/// A mail that was refused for good. If it was its recipient that was refused, and the answer says that there is no such address,
/// that gets no more.
pub(super) async fn refused(
    app: &App,
    mail: &WaitingEmail,
    relay: &str,
    answer: &str,
    recipient: bool,
) -> Result<()> {
    let no_such = recipient && mail.to_kind != "staff" && suppression::says_no_such_address(answer);
    let silences = no_such && app.config.mail_redirect_to.is_empty();
    give_up(app, mail, relay, Try::Refused, answer, silences).await
}

/// A mail that cannot be written down as one, whatever is tried.
pub(super) async fn unsendable(app: &App, mail: &WaitingEmail, why: &str) -> Result<()> {
    give_up(app, mail, "", Try::Refused, why, false).await
}

/// A mail that was begun again and again, and never came to an end.
pub(super) async fn never_ends(app: &App, mail: &WaitingEmail) -> Result<()> {
    let why =
        format!("it was begun {} times and never came to an end: the server ended over it", mail.claims);
    give_up(app, mail, "", Try::Unknown, &why, false).await
}

/// Lets these mails of a digest go alone; if nothing is left of it, it is no more.
pub(super) async fn apart(app: &App, digest: &WaitingEmail, alone: &[String], whole: bool) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    for id in alone {
        gather::store::scatter(&mut tx, id, now).await?;
    }
    if whole {
        gather::store::dissolve(&mut tx, &digest.id, "its mails go out alone").await?;
    }
    tx.commit().await
}

async fn give_up(
    app: &App,
    mail: &WaitingEmail,
    relay: &str,
    outcome: Try,
    answer: &str,
    silences: bool,
) -> Result<()> {
    tracing::error!(email = %mail.id, event = %mail.event_id, relay, answer, "mail given up");
    let act = cause(app, mail).await?;
    let event =
        EmailFailed { to: mail.to_email.clone(), template: mail.template.clone(), error: answer.to_owned() };
    let mut tx = app.db.begin().await?;
    store::keep_try(&mut tx, &mail.id, act.at, relay, outcome, answer).await?;
    store::give_up(&mut tx, mail, answer, outcome == Try::Unknown).await?;
    if silences {
        suppression::record_refusal(&mut tx, &act, mail, answer).await?;
    }
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
        return give_up(app, mail, "", Try::Template, &answer, false).await;
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
