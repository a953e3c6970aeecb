//! Writes down that mails were taken: those that were taken meanwhile, in one transaction.

use super::make::{Made, hide};
use crate::{
    app::App,
    error::Result,
    mail::{
        Accepted,
        gather::store::{Part, sent as keep_parts},
        store::{self, DevMail, SentCopy, WaitingEmail},
    },
};
use serde_json::json;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    task::JoinHandle,
};

/// The most that one transaction writes.
const TOGETHER: usize = 64;

/// What is written down about a mail that was taken.
#[derive(Debug)]
pub(super) struct Mark {
    mail: WaitingEmail,
    copy: SentCopy,
    parts: Vec<Part>,
    had_links: bool,
    /// For the built-in mailbox: as it would have gone out.
    kept: Option<DevMail>,
}

impl Mark {
    /// A mail that a relay took, or that stays in the built-in mailbox.
    pub(super) fn of(app: &App, mail: WaitingEmail, made: Made, accepted: Option<Accepted>) -> Self {
        let headers = json!(made.message.headers).to_string();
        // Whoever sees the history must not choose for the reader.
        let secrets =
            [made.secrets.clone(), super::choices::tokens([&headers, &made.html, &made.text])].concat();
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
    writer: std::sync::Arc<std::sync::Mutex<Option<JoinHandle<()>>>>,
}

impl Marks {
    /// Begins to write.
    pub(super) fn start(app: &App) -> Self {
        let (queue, mut marks) = mpsc::unbounded_channel::<(Mark, OwnedSemaphorePermit)>();
        let app = app.clone();
        let writer = tokio::spawn(async move {
            let mut taken = Vec::with_capacity(TOGETHER);
            // Bounded by the places, which the permits are.
            while marks.recv_many(&mut taken, TOGETHER).await > 0 {
                let (marks, _places): (Vec<Mark>, Vec<_>) = taken.drain(..).unzip();
                if let Err(error) = write(&app, &marks).await {
                    marks.iter().for_each(|mark| super::unwritten(&mark.mail.id, &error));
                }
            }
        });
        Self { queue, writer: std::sync::Arc::new(std::sync::Mutex::new(Some(writer))) }
    }

    /// Has a mark written soon; then its place is free.
    pub(super) fn write(&self, mark: Mark, place: OwnedSemaphorePermit) {
        // The writer ends after us.
        let _ = self.queue.send((mark, place));
    }

    /// Waits until all is written. Nobody may hold another handle.
    pub(super) async fn finish(self) {
        let writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        drop(self.queue);
        if let Some(writer) = writer {
            // It ends with the queue; if it panicked, that was logged, and the leases end.
            let _ = writer.await;
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
    store::sent(&mut tx, marks.iter().map(|mark| (&mark.mail, &mark.copy))).await?;
    for mark in marks.iter().filter(|mark| mark.had_links) {
        store::forget_links(&mut tx, &mark.mail.event_id).await?;
    }
    tx.commit().await?;
    app.metrics.mails_sent.inc_by(marks.len() as u64);
    Ok(())
}
