//! Sends web-hooks: signed, bounded in time, and only to hosts that the operator allows.

use crate::config::Outgoing;
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use serde_json::Value;
use std::time::Duration;

/// How a try ended that did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// It may go better later.
    Retry(String),
    /// It never will.
    Reject(String),
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
    /// JSON.
    pub body: &'a Value,
}

/// Sends web-hooks; keeps connections.
#[derive(Clone, Debug)]
pub struct Webhooks {
    client: Client,
}

impl Webhooks {
    /// A client that follows no redirect, since only the first address was allowed, and gives up after 15 seconds.
    ///
    /// # Errors
    /// If the system's certificates cannot be read.
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(15))
            .user_agent(concat!("innkeeper/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client })
    }

    /// Sends a message, signed as Standard Webhooks say.
    ///
    /// # Errors
    /// [`Failure`], with words for the trace.
    pub async fn send(&self, outgoing: &Outgoing, message: Message<'_>, now: i64) -> Result<(), Failure> {
        let Message { id, url, headers, body } = message;
        let url = allowed(url, &outgoing.allow).map_err(Failure::Reject)?;
        if outgoing.webhook_secret.is_empty() {
            return Err(Failure::Retry(
                "outgoing.webhook_secret is not set in innkeeper.toml, and unsigned web-hooks are not sent"
                    .into(),
            ));
        }
        let signer = standardwebhooks::Webhook::new(&outgoing.webhook_secret)
            .map_err(|e| Failure::Retry(format!("outgoing.webhook_secret: {e}")))?;
        let (text, seconds) = (body.to_string(), now / 1000);
        let signature =
            signer.sign(id, seconds, text.as_bytes()).map_err(|e| Failure::Reject(e.to_string()))?;
        let mut request = self.client.post(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signature)
            .body(text);
        match request.send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) if response.status() == StatusCode::GONE => {
                Err(Failure::Reject("the receiver says 410 Gone".into()))
            }
            Ok(response) => Err(Failure::Retry(format!("the receiver says {}", response.status()))),
            Err(error) => Err(Failure::Retry(error.without_url().to_string())),
        }
    }
}

/// The address, if it is one that the operator allows: `https`, or `http` where `allow` names host and port.
pub fn allowed(url: &str, allow: &[String]) -> Result<Url, String> {
    let url = Url::parse(url).map_err(|e| format!("{url:?} is no address: {e}"))?;
    let host = url.host_str().unwrap_or_default();
    let with_port = format!("{host}:{}", url.port_or_known_default().unwrap_or(0));
    let by_host = url.scheme() == "https" && url.port().is_none() && allow.iter().any(|entry| entry == host);
    let by_port = ["http", "https"].contains(&url.scheme()) && allow.contains(&with_port);
    if by_host || by_port {
        Ok(url)
    } else {
        Err(format!(
            "{with_port} is not among the hosts that hooks may call; add {host:?} (https) or {with_port:?} to [outgoing] allow in innkeeper.toml"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_hosts_are_reached() {
        let allow = vec!["crm.example.com".to_owned(), "127.0.0.1:9000".to_owned()];
        assert!(allowed("https://crm.example.com/in", &allow).is_ok());
        assert!(allowed("http://127.0.0.1:9000/in", &allow).is_ok());
        for url in [
            "http://crm.example.com/",
            "https://crm.example.com:8443/",
            "https://crm.example.com.evil.example/",
            "http://127.0.0.1:9001/",
            "https://user@evil.example/crm.example.com",
            "file:///etc/passwd",
            "nonsense",
        ] {
            assert!(allowed(url, &allow).is_err(), "{url}");
        }
    }
}
