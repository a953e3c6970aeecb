//! Carries out the effects that change our own state: by the same verbs, guards and events as a person's act.
//!
//! The change and the mark that it is done are one transaction, so it happens exactly once, whatever
//! crashes. Guards are asked before that transaction opens. To add an effect, add a variant to
//! `effect::Effect` and its carrying out in the file of its subject.

mod access;
mod contact;
mod ticket;

use super::backoff;
use crate::{
    app::App,
    db::Tx,
    effect::{
        Effect,
        store::{self, WaitingEffect},
    },
    error::{Error, Kind, Result},
    event::{
        data::{Account, Failure},
        outbox::{self, Act, StoredEvent},
    },
    model::account,
};

/// How carrying out ended that did not fail.
enum Outcome {
    /// It took effect; or an earlier try did, whose word was lost.
    Done,
    /// There was nothing to do, and why.
    Nothing(&'static str),
}

/// One effect under way.
struct Job<'a> {
    app: &'a App,
    effect: &'a WaitingEffect,
    event: StoredEvent,
    act: Act,
}

impl Job<'_> {
    /// The event's account as it is now; an empty one if the event has none.
    async fn account(&self) -> Result<Account> {
        match &self.event.account_id {
            Some(id) => account::snapshot(&self.app.db, id).await,
            None => Ok(Account::default()),
        }
    }

    /// A transaction in which the effect is marked as done; none if it was done before.
    async fn begin(&self) -> Result<Option<Tx>> {
        let mut tx = self.app.db.begin().await?;
        let ours = store::close_effect(&mut tx, &self.effect.id, None, None, self.app.clock.now()).await?;
        Ok(ours.then_some(tx))
    }
}

/// Carries out one effect, and writes down how that ended.
///
/// # Errors
/// If the database is away; it is tried again when the lease ends.
pub async fn carry(app: &App, effect: WaitingEffect) -> Result<()> {
    let Some(event) = outbox::lookup(&app.db, &effect.event_id).await? else {
        return give_up(app, &effect, None, "its event is gone").await;
    };
    let mut act = app.act_of_system(&event.id, event.depth + 1);
    // What customers read as the author's name.
    act.actor.name.clone_from(&app.config.brand.name);
    let job = Job { app, effect: &effect, event, act };
    match attempt(&job).await {
        Ok(Outcome::Done) => Ok(()),
        Ok(Outcome::Nothing(why)) => nothing(app, &effect, why).await,
        Err(error) => match error.kind {
            Kind::NotFound => nothing(app, &effect, "what it is about is gone").await,
            Kind::Gone => nothing(app, &effect, "the account is closed").await,
            Kind::Unavailable | Kind::Internal | Kind::TooMany | Kind::Conflict
                if error.code != "ticket-closed" && effect.attempts + 1 < backoff::MAX_ATTEMPTS =>
            {
                postpone(app, &effect, &error.to_string()).await
            }
            _ => give_up(app, &effect, Some(&job.event), &words(&error)).await,
        },
    }
}

async fn attempt(job: &Job<'_>) -> Result<Outcome> {
    let effect = serde_json::from_str(&job.effect.body)
        .map_err(|e| Error::new(Kind::Invalid, "effect").detail(format!("it cannot be read: {e}")))?;
    match effect {
        Effect::TicketNote { ticket, body } => ticket::note(job, &ticket, &body).await,
        Effect::TicketReply { ticket, body } => ticket::reply(job, &ticket, body).await,
        Effect::SetStatus { ticket, status } => ticket::set_status(job, &ticket, &status).await,
        Effect::OpenTicket { department, subject, body, priority, opener } => {
            ticket::open(job, ticket::Wanted { department, subject, body, priority, opener }).await
        }
        Effect::Grant { user, permissions } => access::grant(job, &user, &permissions).await,
        Effect::Revoke { user, permissions } => access::revoke(job, &user, &permissions).await,
        Effect::AddContact { name, email, categories } => contact::add(job, name, email, categories).await,
        // These take effect with the plan, or are sent; no row of this kind is ever written.
        Effect::Email { .. } | Effect::Webhook { .. } | Effect::StoreSet { .. } | Effect::Emit { .. } => {
            Err(Error::new(Kind::Invalid, "effect").detail("it is none that is carried out here"))
        }
    }
}

/// Why a verb would not, for the trace.
fn words(error: &Error) -> String {
    match error.code {
        "refused" => format!("refused: {}", error.detail),
        "ticket-closed" => {
            "the ticket is closed and takes no more replies; set_status opens it again".to_owned()
        }
        "owner-keeps-all" => "the account's owner keeps all permissions".to_owned(),
        _ if !error.detail.is_empty() => error.detail.clone(),
        _ => error.to_string(),
    }
}

async fn nothing(app: &App, effect: &WaitingEffect, why: &str) -> Result<()> {
    tracing::info!(effect = %effect.id, hook = %effect.hook, kind = %effect.kind, why, "nothing to do");
    let mut tx = app.db.begin().await?;
    store::close_effect(&mut tx, &effect.id, Some(why), None, app.clock.now()).await?;
    tx.commit().await
}

async fn postpone(app: &App, effect: &WaitingEffect, why: &str) -> Result<()> {
    tracing::warn!(effect = %effect.id, hook = %effect.hook, kind = %effect.kind, why, "not carried out yet; it is tried again");
    let now = app.clock.now();
    let next_at = now + backoff::delay(effect.attempts);
    let mut tx = app.db.begin().await?;
    store::settle_effect(&mut tx, &effect.id, "waiting", next_at, Some(why), now).await?;
    tx.commit().await
}

/// Closes an effect that will never be carried out, and tells those who run the server.
async fn give_up(app: &App, effect: &WaitingEffect, event: Option<&StoredEvent>, why: &str) -> Result<()> {
    tracing::error!(effect = %effect.id, hook = %effect.hook, kind = %effect.kind, why, "not carried out");
    let now = app.clock.now();
    let runs = store::runs(&app.db, &effect.event_id).await?;
    let run = runs.into_iter().find(|run| run.hook == effect.hook);
    let mut tx = app.db.begin().await?;
    if !store::close_effect(&mut tx, &effect.id, None, Some(why), now).await? {
        return Ok(());
    }
    // Failures on what tells of failures are not told, or they would feed on themselves.
    if let Some(event) = event.filter(|event| !event.name.starts_with("hook.")) {
        let failure = Failure {
            subject: effect.hook.clone(),
            file: run.as_ref().map(|run| run.file.clone()).unwrap_or_default(),
            line: run.as_ref().map_or(0, |run| run.line),
            message: format!("{}(): {why}", effect.kind),
            event_id: event.id.clone(),
        };
        let act = app.act_of_system(&event.id, event.depth + 1);
        super::say_failed(app, &mut tx, &act, failure).await?;
    }
    tx.commit().await
}
