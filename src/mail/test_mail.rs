//! One mail to one address, to see it arrive: made and handed over as all mail is, and in no history.

use super::{
    Accepted, Addressee, Composed, Envelope, NotSent, Relays, Rendered, Unsendable, compose_signed,
    dkim::Signer,
    store::{self, DevMail},
};
use crate::{config::Config, db::Tx, error::Result, id};
use serde_json::json;

/// A mail that is ready to go.
#[derive(Clone, Debug)]
pub struct TestMail {
    id: String,
    at: i64,
    mail: Rendered,
    message: Composed,
}

impl TestMail {
    /// Addresses what a template made, with these headers beside the usual ones; in staging it goes where all mail goes.
    ///
    /// # Errors
    /// What cannot stand in a header, or be an address.
    pub fn new(
        config: &Config,
        signer: Option<&Signer>,
        mail: Rendered,
        headers: Vec<(String, String)>,
        to: &str,
        now: i64,
    ) -> std::result::Result<Self, Unsendable> {
        let id = id::new("test", now);
        let to = if config.mail_redirect_to.is_empty() { to } else { &config.mail_redirect_to };
        let envelope = Envelope {
            from: config.mail_from.clone(),
            to: Addressee { name: String::new(), email: to.to_owned() },
            message_id: format!("{id}@{}", config.sender_domain()),
            at: now,
            headers,
            ..Envelope::default()
        };
        let message = compose_signed(&mail, &envelope, signer)?;
        Ok(Self { id, at: now, mail, message })
    }

    /// Where it goes.
    pub fn to(&self) -> &str {
        &self.message.to
    }

    /// Hands it over.
    ///
    /// # Errors
    /// [`NotSent`], which says why.
    pub async fn send(&self, relays: &Relays) -> std::result::Result<Accepted, NotSent> {
        relays.send(&self.message.from, &self.message.to, &self.message.raw).await
    }

    /// Puts it into the built-in mailbox, which stands for mail servers where there are none.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn keep(&self, tx: &mut Tx) -> Result<()> {
        let from =
            self.message.headers.iter().find(|(name, _)| name == "From").map(|(_, value)| value.clone());
        let kept = DevMail {
            id: self.id.clone(),
            at: self.at,
            sender: from.unwrap_or_else(|| self.message.from.clone()),
            recipient: self.message.to.clone(),
            subject: self.mail.subject.clone(),
            body_text: self.mail.text.clone(),
            html: self.mail.html.clone(),
            headers: json!(self.message.headers).to_string(),
        };
        store::keep_dev_mail(tx, &kept).await
    }
}
