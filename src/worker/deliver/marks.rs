//! Writes down that mails were taken: those that were taken meanwhile, in one transaction.

use super::make::{Made, hide};
use crate::{
    app::App,
    error::{Kind, Result},
    mail::{
        Accepted,
        gather::store::{Part, sent as keep_parts},
        store::{self, DevMail, SentCopy, WaitingEmail},
    },
    worker::Stop,
};
use serde_json::json;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    task::JoinHandle,
};

/// How long to wait before writing once more; then twice as long each time, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long to go on: less than leases last.
const PATIENCE: Duration = Duration::from_secs(180);
/// The same once the server is to stop.
const LAST_PATIENCE: Duration = Duration::from_secs(10);
/// The most that one transaction writes.
const TOGETHER: usize = 64;

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
        let secrets =
            [made.secrets.clone(), super::choices::tokens([headers.as_str(), &made.html, &made.text])]
                .concat();
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

/// Hands marks to the task that writes them.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    queue: mpsc::UnboundedSender<(Mark, OwnedSemaphorePermit)>,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Marks {
    /// Begins to write.
    pub(super) fn start(app: &App, stop: Stop) -> Self {
        let (queue, mut marks) = mpsc::unbounded_channel::<(Mark, OwnedSemaphorePermit)>();
        let app = app.clone();
        let writer = tokio::spawn(async move {
            let mut taken = Vec::with_capacity(TOGETHER);
            // Bounded by the places, which the permits are.
            while marks.recv_many(&mut taken, TOGETHER).await > 0 {
                let (marks, _places): (Vec<Mark>, Vec<_>) = taken.drain(..).unzip();
                write_surely(&app, &marks, &stop).await;
            }
        });
        Self { queue, writer: Arc::new(Mutex::new(Some(writer))) }
    }

    /// Has a mark written soon; then its place is free.
    pub(super) fn write(&self, mark: Mark, place: OwnedSemaphorePermit) {
        // The writer ends after us.
        let _ = self.queue.send((mark, place));
    }

    /// Waits until all is written. Nobody may hold another handle.
    pub(super) async fn finish(self) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(self.queue);
        if let Some(writer) = writer {
            // It ends with the queue; if it panicked, that was logged, and the leases end.
            let _ = writer.await;
        }
    }
}

/// Writes marks, again and again while the database is away: a mail that was taken and is not marked goes out twice. One that cannot
/// be written is no reason to lose the others.
async fn write_surely(app: &App, marks: &[Mark], stop: &Stop) {
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

/// Writes marks in one transaction.
///
/// # Errors
/// If the database is away; the mails are sent again when their leases end, with the same Message-ID.
pub(super) async fn write(app: &App, marks: &[Mark]) -> Result<()> {
    let mut tx = app.db.begin().await?;
    for mark in marks {
        if let Some(mail) = &mark.kept {
            store::keep_dev_mail(&mut tx, mail).await?;
        }
        keep_parts(&mut tx, &mark.parts, mark.copy.at).await?;
    }
    store::sent(&mut tx, marks.iter().map(|mark| (&*mark.mail, &mark.copy))).await?;
    for mark in marks.iter().filter(|mark| mark.had_links) {
        store::forget_links(&mut tx, &mark.mail.event_id).await?;
    }
    tx.commit().await?;
    app.metrics.mails_sent.inc_by(marks.len() as u64);
    Ok(())
}
