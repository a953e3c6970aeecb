//! Web-hooks as Standard Webhooks say: three headers, a signature for each secret, and what an answer means.

use super::{Client, Method, Request, Response, schedule::retry_after};
use crate::{
    config::{Outgoing, secret_bytes},
    secret::SealingKey,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use std::{fmt, sync::Arc};

/// How a try ended that did not succeed, with words for the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may go better later; `after` are the milliseconds that the receiver asks us to wait.
    Retry {
        /// What came of it.
        why: String,
        /// `Retry-After`.
        after: Option<i64>,
    },
    /// It never will.
    Reject(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Retry { why, .. } | Self::Reject(why)) = self;
        f.write_str(why)
    }
}

/// What is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Stays the same when it is sent again, so that the receiver knows a repetition.
    pub id: &'a str,
    /// Where to.
    pub url: &'a str,
    /// Further headers, in the clear.
    pub headers: &'a [(String, String)],
    /// True if a header holds a secret: what the receiver says is kept nowhere then, since it may say it back.
    pub sealed: bool,
    /// JSON.
    pub body: &'a Value,
}

/// The secret that receivers check signatures with: the operator's, or one made from `key`, so that all nodes agree and
/// nothing more needs a backup.
pub fn secret(outgoing: &Outgoing, key: &SealingKey) -> String {
    if outgoing.webhook_secret.is_empty() {
        format!("whsec_{}", BASE64_STANDARD.encode(key.derive("web-hooks")))
    } else {
        outgoing.webhook_secret.clone()
    }
}

/// Sends web-hooks; cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    client: Client,
    secrets: Arc<[Vec<u8>]>,
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("client", &self.client).finish_non_exhaustive()
    }
}

impl Webhooks {
    /// Web-hooks by `client`, signed with the present secret and, during a change, with the one before.
    pub fn new(client: Client, outgoing: &Outgoing, key: &SealingKey) -> Self {
        let secrets = [secret(outgoing, key), outgoing.webhook_secret_previous.clone()];
        Self { client, secrets: secrets.iter().filter_map(|secret| secret_bytes(secret)).collect() }
    }

    /// Sends a message; `now` is the time of this try.
    ///
    /// # Errors
    /// [`Failure`], which says whether another try makes sense.
    pub async fn send(&self, message: Message<'_>, now: i64) -> Result<u16, Failure> {
        let (text, seconds) = (message.body.to_string(), now / 1000);
        let signature = self.sign(message.id, seconds, &text).map_err(Failure::Reject)?;
        let ours = |name: &str| name == "content-type" || name.starts_with("webhook-");
        if let Some((name, _)) = message.headers.iter().find(|(name, _)| ours(&name.to_lowercase())) {
            return Err(Failure::Reject(format!(
                "the header {name:?} is part of the signature's and not the hook's to set"
            )));
        }
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", message.id),
            ("webhook-timestamp", &seconds.to_string()),
            ("webhook-signature", &signature),
        ];
        let request = Request {
            method: Method::Post,
            url: message.url.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
                .chain(message.headers.iter().cloned())
                .collect(),
            body: text.into_bytes(),
            // Asked for already, and a web-hook is not redirected.
            hosts: None,
        };
        match self.client.send(request).await {
            Ok(response) => verdict(&response, message.sealed, now),
            Err(super::Failure::Refused(why)) => Err(Failure::Reject(why)),
            Err(super::Failure::Failed(why)) => Err(Failure::Retry { why, after: None }),
        }
    }

    /// `v1,…` for each secret, with a space between.
    fn sign(&self, id: &str, seconds: i64, text: &str) -> Result<String, String> {
        let one = |secret: &Vec<u8>| {
            let signer = standardwebhooks::Webhook::from_bytes(secret.clone());
            signer
                .and_then(|signer| signer.sign(id, seconds, text.as_bytes()))
                .map_err(|error| error.to_string())
        };
        let signatures = self.secrets.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        Ok(signatures.join(" "))
    }
}

/// What an answer means: 2xx is taken, 410 is never, all else is not yet.
fn verdict(response: &Response, sealed: bool, now: i64) -> Result<u16, Failure> {
    let why = match response.status {
        status @ 200..300 => return Ok(status),
        410 => {
            return Err(Failure::Reject("the receiver says 410 Gone: it wants no more of these".to_owned()));
        }
        status @ 300..400 => format!(
            "the receiver redirects ({status}), and web-hooks follow no redirect: give the hook the address that it leads to"
        ),
        status if sealed => format!("the receiver says {status}"),
        status => format!("the receiver says {status}{}", first_words(&response.body)),
    };
    let after = response.header("retry-after").and_then(|value| retry_after(value, now));
    Err(Failure::Retry { why, after })
}

/// The beginning of what the receiver says about its refusal, fit for one line of a log.
fn first_words(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(1_000)]);
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let line: String = words.collect::<Vec<_>>().join(" ").chars().take(200).collect();
    if line.is_empty() || line.starts_with('<') { String::new() } else { format!(": {line}") }
}
