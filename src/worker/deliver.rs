//! Sends mail: render with today's template, hand over outside any transaction, write down how it went.
//!
//! Delivery is at least once: a try whose outcome nobody knows is tried again with the same
//! Message-ID, and marked so.

use super::{Stop, backoff};
use crate::{
    app::{App, Mailer},
    bundle,
    clock::{HOUR, MINUTE, SECOND},
    db::Tx,
    effect::Target,
    error::Result,
    event::{
        catalogue::{EmailFailed, TemplateFailed},
        data::{Account, Failure},
        outbox::{self, Act},
    },
    mail::{
        Addressee, Composed, Envelope, MessageContext, SendError, compose,
        store::{self, DevMail, SentCopy, WaitingEmail},
    },
    model::email_key,
    permission::Category,
    report::Report,
};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use tokio::{sync::Semaphore, task::JoinSet};

/// How many mails are under way at once.
const PLACES: usize = 16;
/// Longer than the slowest try, so that no second node takes a mail that is being sent.
const LEASE: i64 = 10 * MINUTE;

/// Sends what waits, until told to stop; what is under way is finished then.
pub async fn run(app: App, mut stop: Stop) {
    let places = Arc::new(Semaphore::new(PLACES));
    let mut under_way = JoinSet::new();
    loop {
        while under_way.try_join_next().is_some() {}
        // Ready to be woken before looking, so that nothing committed in between is missed.
        let woken = app.db.wake().deliveries.notified();
        let free = i64::try_from(places.available_permits()).unwrap_or(1).max(1);
        let claimed = claim(&app, free).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "mail queue");
            Vec::new()
        });
        if claimed.is_empty() {
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(std::time::Duration::from_millis(1_000)) => {}
                () = stop.asked() => break,
            }
        }
        for mail in claimed {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            let app = app.clone();
            under_way.spawn(async move {
                let id = mail.id.clone();
                if let Err(error) = deliver(&app, mail).await {
                    tracing::warn!(%error, email = %id, "the outcome of a mail was not written down; it is tried again when its lease ends");
                }
                drop(place);
            });
        }
        if stop.is_asked() {
            break;
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Sends everything that is due now, and returns; for tests and for the command line.
///
/// # Errors
/// If the database is away.
pub async fn drain(app: &App) -> Result<usize> {
    let mut count = 0;
    loop {
        let claimed = claim(app, 50).await?;
        if claimed.is_empty() {
            return Ok(count);
        }
        for mail in claimed {
            deliver(app, mail).await?;
            count += 1;
        }
    }
}

/// Takes mails that are due and that their addresses may get now; none only if none is due.
async fn claim(app: &App, limit: i64) -> Result<Vec<WaitingEmail>> {
    loop {
        let mut tx = app.db.begin().await?;
        let taken = store::claim(&mut tx, &app.node, app.clock.now(), LEASE, limit).await?;
        let none = taken.is_empty();
        let mails = within_the_hour(app, &mut tx, taken).await?;
        tx.commit().await?;
        if none || !mails.is_empty() {
            return Ok(mails);
        }
    }
}

/// Holds back until the next hour what an address would get beyond its number of mails an hour.
/// Security mail always goes; a mail that is tried again was counted before.
async fn within_the_hour(app: &App, tx: &mut Tx, mut mails: Vec<WaitingEmail>) -> Result<Vec<WaitingEmail>> {
    let most = app.config.mail.per_address_per_hour;
    let hour = app.clock.now().div_euclid(HOUR);
    // Always in the same order, so that two nodes at once wait for each other and not both for ever.
    mails.sort_by_cached_key(|mail| (email_key(&mail.to_email), mail.created_at, mail.id.clone()));
    let mut free = Vec::with_capacity(mails.len());
    for mail in mails {
        let counts = most > 0 && mail.category != Category::Security.key() && mail.attempts == 0;
        if !counts || store::count_in_hour(tx, &email_key(&mail.to_email), hour, most).await? {
            free.push(mail);
            continue;
        }
        let why = format!(
            "held back: {} got {most} mails within the hour ([mail] per_address_per_hour)",
            mail.to_email
        );
        tracing::warn!(email = %mail.id, event = %mail.event_id, "{why}");
        store::hold(tx, &mail.id, (hour + 1) * HOUR, &why).await?;
    }
    Ok(free)
}

async fn deliver(app: &App, mail: WaitingEmail) -> Result<()> {
    let made = match make(app, &mail).await? {
        Ok(made) => made,
        Err(report) => return template_failed(app, &mail, &report).await,
    };
    match &*app.mailer {
        Mailer::Mailbox => sent(app, &mail, &made, true).await,
        Mailer::Smtp(smtp) => {
            match smtp.send(&made.message.from, &made.message.to, &made.message.raw).await {
                Ok(accepted) => {
                    tracing::info!(email = %mail.id, event = %mail.event_id, answer = %accepted.answer, "mail accepted");
                    sent(app, &mail, &made, false).await
                }
                Err(SendError::Reject(answer)) => give_up(app, &mail, &answer).await,
                Err(SendError::Retry(answer)) => postpone(app, &mail, &answer, false).await,
                Err(SendError::Unknown(answer)) => postpone(app, &mail, &answer, true).await,
            }
        }
    }
}

struct Made {
    subject: String,
    html: String,
    text: String,
    message: Composed,
    /// What must not stay in the history.
    secrets: Vec<String>,
}

async fn make(app: &App, mail: &WaitingEmail) -> Result<std::result::Result<Made, Report>> {
    let file = format!("email-templates/default/{}.html", mail.template);
    let Some(event) = outbox::lookup(&app.db, &mail.event_id).await? else {
        return Ok(Err(Report::error(
            &file,
            "",
            0,
            0,
            "no-event",
            format!("its event {} is gone", mail.event_id),
        )));
    };
    let links = outbox::links(&app.db, &mail.event_id, &app.key).await?;
    let url = app.config.public_url();
    let live = app.bundle();
    let context = MessageContext {
        event: Arc::new(event.whole()?),
        to: Target {
            kind: mail.to_kind.clone(),
            id: mail.to_id.clone(),
            name: mail.to_name.clone(),
            email: mail.to_email.clone(),
            locale: mail.locale.clone(),
            time_zone: mail.time_zone.clone(),
        },
        reason: mail.reason.clone(),
        vars: serde_json::from_str(&mail.vars).unwrap_or_else(|_| json!({})),
        brand: Arc::new(bundle::brand(&app.config)),
        links: links
            .iter()
            .map(|(name, token)| (name.clone(), bundle::link(&url, name, token)))
            .collect::<BTreeMap<_, _>>(),
        words: live.words(&mail.locale),
    };
    let rendered = match live.templates.render(&mail.template, &context) {
        Ok(rendered) => rendered,
        Err(report) => return Ok(Err(report)),
    };
    let redirected = &app.config.mail_redirect_to;
    let mut envelope = Envelope {
        from: app.config.mail_from.clone(),
        to: Addressee { name: mail.to_name.clone(), email: mail.to_email.clone() },
        message_id: message_id(app, &mail.id),
        at: app.clock.now(),
        ..Envelope::default()
    };
    if !redirected.is_empty() {
        envelope.headers.push(("X-Original-To".into(), mail.to_email.clone()));
        envelope.to = Addressee { name: String::new(), email: redirected.clone() };
    }
    if let Some(ticket) = context.event["ticket"]["id"].as_str().filter(|id| !id.is_empty()) {
        // A root that all mails of the ticket name keeps them together in mail programs.
        envelope.in_reply_to = Some(message_id(app, ticket));
        envelope.references = vec![message_id(app, ticket)];
    }
    match compose(&rendered, &envelope) {
        Ok(message) => Ok(Ok(Made {
            subject: rendered.subject,
            html: rendered.html,
            text: rendered.text,
            message,
            secrets: links.into_iter().map(|(_, token)| token).collect(),
        })),
        Err(why) => Ok(Err(Report::error(&file, "", 0, 0, "unsendable", why.to_string()))),
    }
}

fn message_id(app: &App, id: &str) -> String {
    let domain = app.config.mail_from.rsplit('@').next().unwrap_or("localhost");
    format!("{id}@{domain}")
}

async fn sent(app: &App, mail: &WaitingEmail, made: &Made, keep: bool) -> Result<()> {
    let headers = json!(made.message.headers).to_string();
    let now = app.clock.now();
    let hide =
        |text: &str| made.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "…"));
    let copy = SentCopy {
        subject: made.subject.clone(),
        html: hide(&made.html),
        text: hide(&made.text),
        headers: headers.clone(),
    };
    let mut tx = app.db.begin().await?;
    if keep {
        let header = |name: &str| {
            made.message.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
        };
        let mail = DevMail {
            id: mail.id.clone(),
            at: now,
            sender: header("From").unwrap_or_else(|| made.message.from.clone()),
            recipient: made.message.to.clone(),
            subject: made.subject.clone(),
            body_text: made.text.clone(),
            html: made.html.clone(),
            headers,
        };
        store::keep_dev_mail(&mut tx, &mail).await?;
    }
    store::sent(&mut tx, mail, &copy, now).await?;
    tx.commit().await?;
    app.metrics.mails_sent.inc();
    Ok(())
}

async fn postpone(app: &App, mail: &WaitingEmail, answer: &str, unsure: bool) -> Result<()> {
    if mail.attempts + 1 >= backoff::MAX_ATTEMPTS {
        return give_up(
            app,
            mail,
            &format!("given up after {} tries; the last: {answer}", mail.attempts + 1),
        )
        .await;
    }
    let wait = backoff::delay(mail.attempts);
    tracing::warn!(email = %mail.id, answer, unsure, again_in_s = wait / SECOND, "mail not taken; it is tried again");
    let mut tx = app.db.begin().await?;
    store::postpone(&mut tx, &mail.id, app.clock.now() + wait, answer, unsure).await?;
    tx.commit().await
}

async fn give_up(app: &App, mail: &WaitingEmail, answer: &str) -> Result<()> {
    tracing::error!(email = %mail.id, event = %mail.event_id, answer, "mail given up");
    let event =
        EmailFailed { to: mail.to_email.clone(), template: mail.template.clone(), error: answer.to_owned() };
    let mut tx = app.db.begin().await?;
    store::give_up(&mut tx, mail, answer).await?;
    outbox::emit(&mut tx, &cause(app, mail), &Account::default(), &event, &[]).await?;
    tx.commit().await?;
    app.metrics.mails_dead.inc();
    Ok(())
}

/// A template that fails on a real event holds its mail back until somebody mends it.
async fn template_failed(app: &App, mail: &WaitingEmail, report: &Report) -> Result<()> {
    tracing::error!(email = %mail.id, event = %mail.event_id, "a mail could not be made: {report}");
    let answer = format!("{}:{}:{}: {}", report.file, report.line, report.column, report.message);
    if mail.attempts + 1 >= backoff::MAX_ATTEMPTS {
        return give_up(app, mail, &answer).await;
    }
    let mut tx = app.db.begin().await?;
    store::postpone(&mut tx, &mail.id, app.clock.now() + backoff::delay(mail.attempts), &answer, false)
        .await?;
    if mail.attempts == 0 {
        let failure = Failure {
            subject: mail.template.clone(),
            file: report.file.clone(),
            line: i64::try_from(report.line).unwrap_or(0),
            message: report.message.clone(),
            event_id: mail.event_id.clone(),
        };
        outbox::emit(&mut tx, &cause(app, mail), &Account::default(), &TemplateFailed { failure }, &[])
            .await?;
    }
    tx.commit().await
}

fn cause(app: &App, mail: &WaitingEmail) -> Act {
    app.act_of_system(&mail.event_id, 1)
}
