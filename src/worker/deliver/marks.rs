//! Writes down that mails were taken: those that were taken meanwhile, together.

use super::make::{Made, hide};
use crate::{
    app::App,
    db::Tx,
    error::{Kind, Result},
    mail::{
        Accepted,
        gather::store::{Part, sent as keep_parts},
        store::{self, DevMail, SentCopy, WaitingEmail},
    },
    worker::Stop,
};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// How long to wait before writing once more; then twice as long each time, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long to go on: less than leases last.
const PATIENCE: Duration = Duration::from_secs(180);
/// The same once the server is to stop.
const LAST_PATIENCE: Duration = Duration::from_secs(10);
/// The most that one transaction writes.
pub(super) const TOGETHER: usize = 256;

/// What is written down about a mail that was taken.
#[derive(Debug)]
pub(super) struct Mark {
    mail: Arc<WaitingEmail>,
    copy: SentCopy,
    parts: Vec<Part>,
    had_links: bool,
    /// For the built-in mailbox: as it would have gone out.
    kept: Option<DevMail>,
}

impl Mark {
    /// A mail that a relay took, or that stays in the built-in mailbox.
    pub(super) fn of(app: &App, mail: Arc<WaitingEmail>, made: Made, accepted: Option<Accepted>) -> Self {
        let headers = json!(made.message.headers).to_string();
        // Whoever sees the history must not choose for the reader.
        let of_choices = super::choices::tokens([headers.as_str(), &made.html, &made.text]);
        let secrets: Vec<String> = made.secrets.iter().cloned().chain(of_choices).collect();
        let hide = |text: &str| hide(&secrets, text);
        let now = app.clock.now();
        let copy = SentCopy {
            subject: made.subject.clone(),
            html: hide(&made.html),
            text: hide(&made.text),
            headers: hide(&headers),
            relay: accepted.as_ref().map(|accepted| accepted.relay.clone()),
            answer: accepted.as_ref().map(|accepted| accepted.answer.clone()),
            at: now,
        };
        let header = |name: &str| {
            made.message.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
        };
        let kept = accepted.is_none().then(|| DevMail {
            id: mail.id.clone(),
            at: now,
            sender: header("From").unwrap_or_else(|| made.message.from.clone()),
            recipient: made.message.to.clone(),
            subject: made.subject,
            body_text: made.text,
            html: made.html,
            headers,
        });
        Self {
            mail,
            copy,
            parts: made.parts.into_iter().map(super::choices::hidden).collect(),
            had_links: !made.secrets.is_empty(),
            kept,
        }
    }
}

/// Writes marks, again and again while the database is away: a mail that was taken and is not marked goes out twice. One that cannot
/// be written is no reason to lose the others.
pub(super) async fn write_surely(app: &App, marks: &[Mark], stop: &Stop) {
    let (mut wait, mut waited) = (FIRST_WAIT, Duration::ZERO);
    loop {
        let error = match write(app, marks).await {
            Ok(()) => return,
            Err(error) => error,
        };
        let patience = if stop.is_asked() { LAST_PATIENCE } else { PATIENCE };
        match (error.kind, marks) {
            (Kind::Unavailable, _) if waited < patience => {
                tracing::warn!(%error, mails = marks.len(), "mails were taken, and that is not written down yet");
                tokio::time::sleep(wait).await;
                waited += wait;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            (Kind::Unavailable, _) | (_, [_]) => {
                marks.iter().for_each(|mark| super::unwritten(&mark.mail.id, &error));
                return;
            }
            _ => {
                for mark in marks {
                    if let Err(error) = write(app, std::slice::from_ref(mark)).await {
                        super::unwritten(&mark.mail.id, &error);
                    }
                }
                return;
            }
        }
    }
}

/// Writes marks in a transaction of their own.
///
/// # Errors
/// As [`keep`].
pub(super) async fn write(app: &App, marks: &[Mark]) -> Result<()> {
    let mut tx = app.db.begin().await?;
    keep(&mut tx, marks).await?;
    tx.commit().await?;
    app.metrics.mails_sent.inc_by(marks.len() as u64);
    Ok(())
}

/// Writes marks.
///
/// # Errors
/// If the database is away; the mails are sent again when their leases end, with the same Message-ID.
pub(super) async fn keep(tx: &mut Tx, marks: &[Mark]) -> Result<()> {
    for mark in marks {
        if let Some(mail) = &mark.kept {
            store::keep_dev_mail(tx, mail).await?;
        }
        keep_parts(tx, &mark.parts, mark.copy.at).await?;
    }
    store::sent(tx, marks.iter().map(|mark| (&*mark.mail, &mark.copy))).await?;
    for mark in marks.iter().filter(|mark| mark.had_links) {
        store::forget_links(tx, &mark.mail.event_id).await?;
    }
    Ok(())
}
