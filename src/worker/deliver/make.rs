//! Makes a mail: its event, today's template, the message.

use super::choices;
use crate::{
    app::App,
    bundle,
    effect::Target,
    error::Result,
    event::{
        Whole,
        outbox::{self, StoredEvent},
    },
    intake,
    mail::{
        Addressee, Composed, Envelope, MessageContext, MessageKey, Rendered, compose_signed, find::find,
        gather::store::Part, list, store::WaitingEmail,
    },
    model::email_key,
    report::Report,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use tokio::sync::OnceCell;

/// Longer Message-IDs are nobody's.
const LONGEST_ID: usize = 250;

/// The event that mails are about, read once for all of them.
#[derive(Debug, Default)]
pub(super) struct Subject {
    /// The event, if it was read with the mails.
    stored: Option<StoredEvent>,
    loaded: OnceCell<Option<Loaded>>,
}

/// An event with its secret links. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    event: Whole,
    links: Arc<[(String, String)]>,
}

impl From<StoredEvent> for Subject {
    fn from(stored: StoredEvent) -> Self {
        Self { stored: Some(stored), loaded: OnceCell::new() }
    }
}

impl Subject {
    /// The event; nothing if it is gone.
    pub(super) async fn load(&self, app: &App, event_id: &str) -> Result<Option<&Loaded>> {
        let read = || async {
            let looked_up;
            let event = match &self.stored {
                Some(stored) => stored,
                None => {
                    looked_up = outbox::lookup(&app.db, event_id).await?;
                    let Some(event) = &looked_up else { return Ok(None) };
                    event
                }
            };
            let links = match event.kind().is_some_and(|kind| !kind.links.is_empty()) {
                true => outbox::links(&app.db, event_id, &app.key).await?,
                false => Vec::new(),
            };
            Ok(Some(Loaded { event: app.recent.snapshot(event)?.whole(event)?, links: links.into() }))
        };
        self.loaded.get_or_try_init(read).await.map(Option::as_ref)
    }
}

impl Loaded {
    /// The event's name.
    pub(super) fn name(&self) -> &str {
        self.event["name"].as_str().unwrap_or_default()
    }

    /// A text of the event; empty if it has none there.
    pub(super) fn text(&self, pointer: &str) -> &str {
        self.event.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// When it happened.
    pub(super) fn at(&self) -> i64 {
        self.event["at"].as_i64().unwrap_or_default()
    }

    /// The same links with another event.
    pub(super) fn with(&self, event: Value) -> Self {
        Self { event: event.into(), links: Arc::clone(&self.links) }
    }

    /// The event.
    pub(super) fn event(&self) -> &Whole {
        &self.event
    }
}

/// A mail that is ready to go.
#[derive(Debug)]
pub(super) struct Made {
    /// Subject line.
    pub(super) subject: String,
    /// HTML part.
    pub(super) html: String,
    /// Text part.
    pub(super) text: String,
    /// The message.
    pub(super) message: Composed,
    /// What must not stay in the history.
    pub(super) secrets: Vec<String>,
    /// The mails of a digest.
    pub(super) parts: Vec<Part>,
}

/// Why a mail could not be made.
#[derive(Debug)]
pub(super) enum Unmade {
    /// Its template is wrong, which somebody may mend.
    Template(Box<Report>),
    /// It can never be made: its address cannot stand in a mail, or what it is about is gone.
    Never(String),
}

impl From<Report> for Unmade {
    fn from(report: Report) -> Self {
        Self::Template(Box::new(report))
    }
}

/// A mail before it has addresses and headers.
#[derive(Debug)]
pub(super) struct Rendering {
    /// What its template made.
    pub(super) rendered: Rendered,
    /// What must not stay in the history.
    pub(super) secrets: Vec<String>,
    /// Its text as it stands within a digest, if it was asked for and says so.
    pub(super) excerpt: Option<String>,
}

impl Rendering {
    /// A text of it as the history keeps it.
    pub(super) fn hidden(&self, text: &str) -> String {
        hide(&self.secrets, text)
    }
}

/// A text without these secrets.
pub(super) fn hide(secrets: &[String], text: &str) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| match find(&text, secret) {
        Some(_) => text.replace(secret, "…"),
        None => text,
    })
}

/// Makes a mail.
///
/// # Errors
/// [`Unmade`], which says whether to try again.
pub(super) fn make(
    app: &App,
    mail: &WaitingEmail,
    loaded: Option<&Loaded>,
) -> std::result::Result<Made, Unmade> {
    let rendering = render(app, mail, loaded, None, false)?;
    let event = loaded.map(|loaded| &loaded.event);
    composed(app, mail, event, rendering, true, answers(mail, loaded))
}

/// The mail of its own that a reader's ticket began with: their program shows ours below it. Others need not learn its id.
fn answers(mail: &WaitingEmail, loaded: Option<&Loaded>) -> Option<String> {
    let loaded = loaded.filter(|_| mail.to_kind != "staff")?;
    let reader = email_key(&mail.to_email);
    let is_theirs = |address: &str| email_key(address) == reader;
    if !is_theirs(loaded.text("/ticket/opener/email")) || !is_theirs(mail.opened_by.as_deref()?) {
        return None;
    }
    // Strangers write what they like there; what is no id stands in no header of ours.
    let is_sign = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>');
    let is_id = |id: &&String| id.len() <= LONGEST_ID && id.contains('@') && id.chars().all(is_sign);
    mail.opening_mail.as_ref().filter(is_id).cloned()
}

/// Renders a mail with its template, on `vars` instead of its own if there are any; with what stands `within` a digest if asked for.
///
/// # Errors
/// [`Unmade`], which says whether to try again.
pub(super) fn render(
    app: &App,
    mail: &WaitingEmail,
    loaded: Option<&Loaded>,
    vars: Option<Value>,
    within: bool,
) -> std::result::Result<Rendering, Unmade> {
    let gone = || Unmade::Never(format!("its event {} is gone", mail.event_id));
    let loaded = loaded.ok_or_else(gone)?;
    let links = &loaded.links;
    let url = app.config.public_url();
    let live = app.bundle();
    let context = MessageContext {
        event: loaded.event.clone(),
        to: Target {
            kind: mail.to_kind.clone(),
            id: mail.to_id.clone(),
            name: mail.to_name.clone(),
            email: mail.to_email.clone(),
            locale: mail.locale.clone(),
            time_zone: app.config.zone_of(&mail.time_zone).to_owned(),
        },
        reason: mail.reason.clone(),
        vars: vars.unwrap_or_else(|| serde_json::from_str(&mail.vars).unwrap_or_else(|_| json!({}))),
        brand: Arc::new(bundle::brand(&app.config)),
        links: links
            .iter()
            .map(|(name, token)| (name.clone(), bundle::link(&url, name, token)))
            .collect::<BTreeMap<_, _>>(),
        words: live.words(&mail.locale),
        preferences: choices::preferences(app, mail, &loaded.event),
    };
    let (mut rendered, excerpt) = caught(&mail.template, || {
        let excerpt = match within {
            true => live.templates.within_digest(&mail.template, &context)?,
            false => None,
        };
        Ok((live.templates.render(&mail.template, &context)?, excerpt))
    })?;
    rendered.reply_to =
        intake::answers_to(app, &loaded.event, rendered.reply_to, (&mail.to_kind, &mail.to_email));
    Ok(Rendering { rendered, secrets: links.iter().map(|(_, token)| token.clone()).collect(), excerpt })
}

/// A renderer that panics is a template that fails, not a task that ends without a word.
pub(super) fn caught<T>(
    template: &str,
    render: impl FnOnce() -> std::result::Result<T, Report>,
) -> std::result::Result<T, Report> {
    catch_unwind(AssertUnwindSafe(render)).unwrap_or_else(|_| {
        let file = format!("email-templates/default/{template}.html");
        let message = "rendering it ended in a panic, which the log has".to_owned();
        Err(Report::error(&file, "", 0, 0, "panic", message))
    })
}

/// Gives a mail its addresses, its headers, those of the ticket that its `event` is about, and what it `answers`. It can be unsubscribed from if it is all `of_one_kind`.
///
/// # Errors
/// [`Unmade::Never`] for what cannot be written into a header.
pub(super) fn composed(
    app: &App,
    mail: &WaitingEmail,
    event: Option<&Whole>,
    rendering: Rendering,
    of_one_kind: bool,
    answers: Option<String>,
) -> std::result::Result<Made, Unmade> {
    let Rendering { rendered, secrets, .. } = rendering;
    let mut envelope = envelope(app, mail, event);
    if let Some(id) = answers {
        envelope.references.push(id.clone());
        envelope.in_reply_to = Some(id);
    }
    if of_one_kind {
        envelope.headers.extend(choices::unsubscribe(app, mail));
    }
    let message = compose_signed(&rendered, &envelope, app.signer.as_deref())
        .map_err(|why| Unmade::Never(why.to_string()))?;
    Ok(Made {
        subject: rendered.subject,
        html: rendered.html,
        text: rendered.text,
        message,
        secrets,
        parts: Vec::new(),
    })
}

fn envelope(app: &App, mail: &WaitingEmail, event: Option<&Whole>) -> Envelope {
    let mut envelope = Envelope {
        from: app.config.mail_from.clone(),
        to: Addressee { name: mail.to_name.clone(), email: mail.to_email.clone() },
        message_id: MessageKey::of(&app.key).message_id(&mail.id, app.config.sender_domain()),
        at: app.clock.now(),
        ..Envelope::default()
    };
    let redirected = &app.config.mail_redirect_to;
    if !redirected.is_empty() {
        envelope.headers.push(("X-Original-To".into(), mail.to_email.clone()));
        envelope.to = Addressee { name: String::new(), email: redirected.clone() };
    }
    envelope.headers.extend(list::id(&mail.category, app.config.sender_domain()));
    let ticket = event.and_then(|event| event["ticket"]["id"].as_str());
    if let Some(ticket) = ticket.filter(|id| !id.is_empty()) {
        // A root that all mails of the ticket name keeps them together in mail programs.
        envelope.in_reply_to = Some(root_id(app, ticket));
        envelope.references = vec![root_id(app, ticket)];
    }
    envelope
}

/// What all mails of a ticket name as their beginning; no mail has it.
fn root_id(app: &App, ticket: &str) -> String {
    format!("{ticket}@{}", app.config.sender_domain())
}
