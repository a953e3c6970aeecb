//! Where mail goes and what it is signed with: `[[relays]]` and `[dkim]`.

use super::Config;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// A mail server among several.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// What it is called in lists and messages.
    pub name: String,
    /// As `smtp_url`.
    pub url: String,
    /// Mails a second that it takes; 0 for no limit.
    #[serde(default)]
    pub per_second: u32,
    /// Mails a minute that it takes; 0 for no limit.
    #[serde(default)]
    pub per_minute: u32,
    /// Domains of senders that it takes mail of; empty for all.
    #[serde(default)]
    pub from_domains: Vec<String>,
}

/// What mail is signed with.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dkim {
    /// The domain that signs; without one, nothing is signed.
    pub domain: String,
    /// The name of the key below `_domainkey`.
    pub selector: String,
    /// The private key's file, below the data folder unless absolute.
    pub key_file: String,
}

impl Default for Dkim {
    fn default() -> Self {
        Self { domain: String::new(), selector: "innkeeper".to_owned(), key_file: "dkim.key".to_owned() }
    }
}

impl Dkim {
    /// The key that cannot be used, and why.
    pub(super) fn wrong(&self) -> Option<(&'static str, &'static str)> {
        let label = |text: &str| {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        };
        if !self.domain.is_empty() && !label(&self.domain) {
            return Some(("domain", "must be a domain such as \"host.example\""));
        }
        if !label(&self.selector) {
            return Some(("selector", "must be a name such as \"innkeeper\""));
        }
        self.key_file.is_empty().then_some(("key_file", "must name a file such as \"dkim.key\""))
    }
}

impl Config {
    /// The time zone in which a reader sees dates: their own, else that of the house, else UTC.
    pub fn zone_of<'a>(&'a self, own: &'a str) -> &'a str {
        if own.is_empty() { &self.time_zone } else { own }
    }
}

/// The key that cannot be used, and why: never what a relay's address says, which may hold a password.
pub(super) fn wrong(config: &Config) -> Option<(String, &'static str)> {
    if !config.time_zone.is_empty() && TimeZone::get(&config.time_zone).is_err() {
        return Some(("time_zone".to_owned(), "must be the name of a time zone, such as \"Europe/Berlin\""));
    }
    let relays = &config.relays;
    for (place, relay) in relays.iter().enumerate() {
        if relay.name.trim().is_empty() {
            return Some((format!("relays[{place}].name"), "must be a name such as \"main\""));
        }
        if relay.name == "smtp_url" || relays[..place].iter().any(|other| other.name == relay.name) {
            return Some((format!("relays[{place}].name"), "must be another name than those before it"));
        }
        if relay.url.trim().is_empty() {
            return Some((format!("relays[{place}].url"), "must be a mail server, as for smtp_url"));
        }
    }
    None
}
