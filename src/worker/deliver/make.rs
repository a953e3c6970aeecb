//! Makes a mail: its event, today's template, the message.

use crate::{
    app::App,
    bundle,
    effect::Target,
    error::Result,
    event::outbox,
    intake,
    mail::{Addressee, Composed, Envelope, MessageContext, compose_signed, store::WaitingEmail},
    permission::Category,
    report::Report,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::OnceCell;

/// The event that mails are about, read once for all of them.
#[derive(Debug, Default)]
pub(super) struct Subject(OnceCell<Option<Loaded>>);

/// An event with its secret links.
#[derive(Debug)]
pub(super) struct Loaded {
    event: Arc<Value>,
    links: Vec<(String, String)>,
}

impl Subject {
    /// The event; nothing if it is gone.
    pub(super) async fn load(&self, app: &App, event_id: &str) -> Result<Option<&Loaded>> {
        let read = || async {
            let Some(event) = outbox::lookup(&app.db, event_id).await? else { return Ok(None) };
            let links = match event.kind().is_some_and(|kind| !kind.links.is_empty()) {
                true => outbox::links(&app.db, event_id, &app.key).await?,
                false => Vec::new(),
            };
            Ok(Some(Loaded { event: Arc::new(event.whole()?), links }))
        };
        self.0.get_or_try_init(read).await.map(Option::as_ref)
    }
}

impl Loaded {
    /// The event's name.
    pub(super) fn name(&self) -> &str {
        self.event["name"].as_str().unwrap_or_default()
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
}

/// Makes a mail.
///
/// # Errors
/// A report of what is wrong with its template, or with what it is about.
pub(super) fn make(
    app: &App,
    mail: &WaitingEmail,
    loaded: Option<&Loaded>,
) -> std::result::Result<Made, Report> {
    let file = format!("email-templates/default/{}.html", mail.template);
    let wrong = |code: &str, why: String| Report::error(&file, "", 0, 0, code, why);
    let loaded = loaded.ok_or_else(|| wrong("no-event", format!("its event {} is gone", mail.event_id)))?;
    let links = &loaded.links;
    let url = app.config.public_url();
    let live = app.bundle();
    let context = MessageContext {
        event: Arc::clone(&loaded.event),
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
    let mut rendered = live.templates.render(&mail.template, &context)?;
    rendered.reply_to = intake::answers_to(app, &loaded.event, rendered.reply_to, &mail.to_email);
    let envelope = envelope(app, mail, &loaded.event);
    let message = compose_signed(&rendered, &envelope, app.signer.as_deref())
        .map_err(|why| wrong("unsendable", why.to_string()))?;
    Ok(Made {
        subject: rendered.subject,
        html: rendered.html,
        text: rendered.text,
        message,
        secrets: links.iter().map(|(_, token)| token.clone()).collect(),
    })
}

fn envelope(app: &App, mail: &WaitingEmail, event: &Value) -> Envelope {
    let mut envelope = Envelope {
        from: app.config.mail_from.clone(),
        to: Addressee { name: mail.to_name.clone(), email: mail.to_email.clone() },
        message_id: message_id(app, &mail.id),
        at: app.clock.now(),
        ..Envelope::default()
    };
    let redirected = &app.config.mail_redirect_to;
    if !redirected.is_empty() {
        envelope.headers.push(("X-Original-To".into(), mail.to_email.clone()));
        envelope.to = Addressee { name: String::new(), email: redirected.clone() };
    }
    if mail.category != Category::Security.key() {
        // Readers and providers sort by it. Security mail is nobody's list.
        let id = format!("<{}.{}>", mail.category, sender_domain(app));
        envelope.headers.push(("List-Id".into(), id));
    }
    if let Some(ticket) = event["ticket"]["id"].as_str().filter(|id| !id.is_empty()) {
        // A root that all mails of the ticket name keeps them together in mail programs.
        envelope.in_reply_to = Some(message_id(app, ticket));
        envelope.references = vec![message_id(app, ticket)];
    }
    envelope
}

fn message_id(app: &App, id: &str) -> String {
    format!("{id}@{}", sender_domain(app))
}

fn sender_domain(app: &App) -> &str {
    app.config.mail_from.rsplit('@').next().unwrap_or("localhost")
}
