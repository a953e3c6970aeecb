//! What the operator sets: `innkeeper.toml` in the data folder, and the environment over it.
//!
//! To add a key, add a field and a line in [`KEYS`], which is also the commented file that
//! `innkeeper init` writes. `INNKEEPER_DATABASE_URL` sets `database_url`, `INNKEEPER_BRAND_NAME`
//! sets `name` in `[brand]`, and so on.

mod changed;
mod delivery;
mod intake;
mod keys;
mod outgoing;
mod paths;
#[cfg(test)]
mod tests;
mod tickets;

pub use changed::{changed, values};
pub use delivery::{Dkim, Relay};
pub use intake::Intake;
pub use keys::{KEYS, Key};
pub use outgoing::{Outgoing, Refused, permitted, secret_bytes};
pub use paths::Paths;
pub use tickets::{Attachments, Tickets};

use crate::report::did_you_mean;
use ipnet::IpNet;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::Path,
};

/// Everything that can be set, with what holds where nothing is set.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the server listens.
    pub bind: SocketAddr,
    /// The address that links in mail begin with; `http://` and `bind` if empty.
    pub public_url: String,
    /// `sqlite://PATH` or `postgres://…`; a file in the data folder if empty.
    pub database_url: String,
    /// The mail server; without one, mail is kept for `/dev/mailbox`.
    pub smtp_url: String,
    /// Further mail servers, tried in order when those before them are away.
    pub relays: Vec<Relay>,
    /// What mail is signed with.
    pub dkim: Dkim,
    /// The address that mail comes from.
    pub mail_from: String,
    /// All mail goes here instead, for staging.
    pub mail_redirect_to: String,
    /// The time zone of the house, such as `Europe/Berlin`; UTC if empty.
    pub time_zone: String,
    /// Shows `/dev/mailbox` although the server listens on more than loopback.
    pub dev_mailbox: bool,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Seals second factors and waiting links; `secret.key` in the data folder if empty.
    pub secret_key: String,
    /// What is logged, such as `info` or `innkeeper=debug`.
    pub log: String,
    /// `text` or `json`.
    pub log_format: LogFormat,
    /// How the client area looks.
    pub brand: Brand,
    /// How invitations work.
    pub invites: Invites,
    /// How much mail goes out.
    pub mail: Mail,
    /// How tickets work.
    pub tickets: Tickets,
    /// Which files may come with messages.
    pub attachments: Attachments,
    /// How mail comes in.
    pub intake: Intake,
    /// How long things are kept, in days.
    pub retention: Retention,
    /// What web-hooks and drivers may reach.
    pub outgoing: Outgoing,
    /// The operator's own values, which scripts read with `setting("name")`.
    pub settings: BTreeMap<String, toml::Value>,
    /// Settings of plugins, by plugin and name, as its `plugin.toml` declares them.
    pub plugins: BTreeMap<String, BTreeMap<String, toml::Value>>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Name, logo and colours of the host.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// The host's name.
    pub name: String,
    /// Address of a logo; the name stands there if empty.
    pub logo_url: String,
    /// Accent colour on light pages, as `#rrggbb`.
    pub accent: String,
    /// Accent colour on dark pages, as `#rrggbb`.
    pub accent_dark: String,
    /// Last line of every mail, such as the postal address.
    pub footer: String,
}

/// How invitations work.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Invites {
    /// Days for which an invite is valid.
    pub valid_days: i64,
    /// Lets anybody with the link accept, whatever their address.
    pub allow_any_address: bool,
}

/// How long things are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days for which events are kept.
    pub events_days: i64,
    /// Days for which sent mail is kept.
    pub mails_days: i64,
    /// Days for which traces of hook runs are kept.
    pub traces_days: i64,
    /// Days for which traces of runs with a failure are kept.
    pub failures_days: i64,
    /// Traces of each kind of outcome that are kept at most.
    pub traces_most: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            database_url: String::new(),
            smtp_url: String::new(),
            relays: Vec::new(),
            dkim: Dkim::default(),
            mail_from: "no-reply@host.example".to_owned(),
            mail_redirect_to: String::new(),
            time_zone: String::new(),
            dev_mailbox: false,
            trusted_proxies: Vec::new(),
            secret_key: String::new(),
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            brand: Brand::default(),
            invites: Invites::default(),
            mail: Mail::default(),
            tickets: Tickets::default(),
            attachments: Attachments::default(),
            intake: Intake::default(),
            retention: Retention::default(),
            outgoing: Outgoing::default(),
            settings: BTreeMap::new(),
            plugins: BTreeMap::new(),
        }
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            name: "Innkeeper".to_owned(),
            logo_url: String::new(),
            accent: "#1d6f5f".to_owned(),
            accent_dark: "#5cc4ae".to_owned(),
            footer: String::new(),
        }
    }
}

impl Default for Invites {
    fn default() -> Self {
        Self { valid_days: 7, allow_any_address: false }
    }
}

/// How much mail goes out.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// Mails that an address gets within an hour, security mail aside; the rest waits. 0 for no limit.
    pub per_address_per_hour: i64,
    /// Mails about one ticket that an address gets within a minute; the rest comes as one when it ends. 0 for no limit.
    pub per_ticket_per_minute: i64,
    /// Addresses that an account, and a user, may name within an hour to which it never wrote before: copies, contacts, its own. 0
    /// for no limit.
    pub new_addresses_per_hour: i64,
    /// Seconds to wait for a mail server's line, encryption and log-in included.
    pub connect_seconds: u64,
    /// Seconds to wait until a mail server is ready for a message.
    pub ready_seconds: u64,
    /// Seconds to wait for its answer to a message. Many, because giving up means not knowing.
    pub answer_seconds: u64,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            per_address_per_hour: 60,
            per_ticket_per_minute: 3,
            new_addresses_per_hour: 20,
            connect_seconds: 20,
            ready_seconds: 60,
            answer_seconds: 180,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { events_days: 400, mails_days: 400, traces_days: 60, failures_days: 180, traces_most: 500_000 }
    }
}

/// Why the configuration cannot be used: names the file or variable, the key, and the mend.
#[derive(Debug)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads `file` if it is there, and puts `env` (names and values of environment variables) over it.
    ///
    /// # Errors
    /// [`ConfigError`] for anything that is not understood; nothing is guessed.
    pub fn load(file: &Path, env: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(ConfigError(format!("{}: cannot be read: {e}", file.display()))),
        };
        Self::parse(&text, &file.display().to_string(), env)
    }

    fn parse(
        text: &str,
        file: &str,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        // Read once as it stands, so that errors show its lines; then again with the environment over it.
        let config: Config =
            toml::from_str(text).map_err(|e| ConfigError(format!("{file}: {}", in_words(&e))))?;
        let mut table: toml::Table = toml::from_str(text).map_err(|e| ConfigError(format!("{file}: {e}")))?;
        let mut over = Vec::new();
        for (name, value) in env {
            if let Some(path) = key_of(&name)? {
                put(&mut table, &path, &value);
                over.push(name);
            }
        }
        if over.is_empty() {
            config.checked(file)
        } else {
            let config: Config = table.try_into().map_err(|e: toml::de::Error| {
                ConfigError(format!("environment ({}): {}", over.join(", "), e.message()))
            })?;
            config.checked(&format!("{file} and the environment"))
        }
    }

    fn checked(self, from: &str) -> Result<Self, ConfigError> {
        let wrong = |key: &str, why: &str| Err(ConfigError(format!("{from}: {key}: {why}")));
        let url = &self.public_url;
        if !(url.is_empty() || url.starts_with("http://") || url.starts_with("https://")) {
            return wrong("public_url", "must begin with http:// or https://");
        }
        for (key, colour) in
            [("brand.accent", &self.brand.accent), ("brand.accent_dark", &self.brand.accent_dark)]
        {
            let hex = colour.strip_prefix('#').unwrap_or_default();
            if hex.len() != 6 || !hex.chars().all(|c| c.is_ascii_hexdigit()) {
                return wrong(key, "must be a colour such as \"#1d6f5f\"");
            }
        }
        if !(1..=90).contains(&self.invites.valid_days) {
            return wrong("invites.valid_days", "must be from 1 to 90");
        }
        if self.mail.per_address_per_hour < 0 {
            return wrong("mail.per_address_per_hour", "must be at least 1, or 0 for no limit");
        }
        if self.mail.per_ticket_per_minute < 0 {
            return wrong("mail.per_ticket_per_minute", "must be at least 1, or 0 for no limit");
        }
        if self.mail.new_addresses_per_hour < 0 {
            return wrong("mail.new_addresses_per_hour", "must be at least 1, or 0 for no limit");
        }
        for (key, seconds) in [
            ("connect_seconds", self.mail.connect_seconds),
            ("ready_seconds", self.mail.ready_seconds),
            ("answer_seconds", self.mail.answer_seconds),
        ] {
            if !(1..=600).contains(&seconds) {
                return wrong(&format!("mail.{key}"), "must be from 1 to 600");
            }
        }
        let r = &self.retention;
        for (key, days) in [
            ("events_days", r.events_days),
            ("mails_days", r.mails_days),
            ("traces_days", r.traces_days),
            ("failures_days", r.failures_days),
            ("traces_most", r.traces_most),
        ] {
            if days < 1 {
                return wrong(&format!("retention.{key}"), "must be at least 1");
            }
        }
        for (key, address) in [("mail_from", &self.mail_from), ("mail_redirect_to", &self.mail_redirect_to)] {
            if !address.is_empty() && !email_address::EmailAddress::is_valid(address) {
                return wrong(key, "must be an e-mail address");
            }
        }
        if let Some((key, why)) = delivery::wrong(&self) {
            return wrong(&key, why);
        }
        if let Some((key, why)) = self.dkim.wrong() {
            return wrong(&format!("dkim.{key}"), why);
        }
        if !self.secret_key.is_empty() && crate::secret::SealingKey::parse(&self.secret_key).is_none() {
            return wrong(
                "secret_key",
                "must be 32 bytes in URL-safe base64; leave it out to have secret.key made",
            );
        }
        if let Some((key, why)) = self.outgoing.wrong() {
            return wrong(&format!("outgoing.{key}"), &why);
        }
        Ok(self)
    }

    /// True if mail leaves the house, and does not only go to `/dev/mailbox`.
    pub fn has_mail_server(&self) -> bool {
        !self.smtp_url.is_empty() || !self.relays.is_empty()
    }

    /// The domain that mail comes from.
    pub fn sender_domain(&self) -> &str {
        self.mail_from.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }

    /// The address that links begin with, without a slash at its end.
    pub fn public_url(&self) -> String {
        if self.public_url.is_empty() {
            format!("http://{}", self.bind)
        } else {
            self.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// True if only this machine reaches us: neither do we listen elsewhere, nor does a proxy stand
    /// before us, as far as the settings tell.
    pub fn is_local(&self) -> bool {
        let rest = self.public_url.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
        let loopback = name.parse::<IpAddr>().map_or(name == "localhost", |ip| ip.is_loopback());
        self.bind.ip().is_loopback() && (self.public_url.is_empty() || loopback)
    }

    /// True if browsers reach us by https, so that cookies may insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The database to open, by default a file in `data`.
    pub fn database_url(&self, data: &Path) -> String {
        if self.database_url.is_empty() {
            format!("sqlite://{}", data.join("innkeeper.db").display())
        } else {
            self.database_url.clone()
        }
    }

    /// True if `ip` is a reverse proxy of the operator's.
    pub fn trusts(&self, ip: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|net| net.contains(&ip))
    }

    /// The commented file that `innkeeper init` writes: every key, with its meaning, set to nothing.
    pub fn commented() -> String {
        let mut text = String::from(
            "# Innkeeper. Every key can also be set by the environment: INNKEEPER_DATABASE_URL, INNKEEPER_BRAND_NAME, …\n# Changes here need a restart; `[settings]`, `[plugins]`, hooks, templates and messages do not.\n",
        );
        let mut section = "";
        for key in KEYS {
            let (in_section, name) = key.path.split_once('.').unwrap_or(("", key.path));
            if in_section != section {
                section = in_section;
                text.push_str(&format!("\n[{section}]\n"));
            }
            text.push('\n');
            for line in key.doc.lines() {
                text.push_str(&format!("# {line}\n"));
            }
            text.push_str(&format!("# {name} = {}\n", key.example));
        }
        text.push_str("\n# Values of your own, which scripts read with setting(\"name\"). They take effect without a restart.\n[settings]\n# invite_domain = \"example.com\"\n\n# Settings of a plugin, as its plugin.toml names them; secrets are set by `innkeeper plugins set`.\n# [plugins.NAME]\n# region = \"eu\"\n");
        text
    }
}

/// Keys whose values must not show in a message.
const SECRETS: [&str; 6] =
    ["smtp_url", "smtp://", "smtps://", "database_url", "secret_key", "webhook_secret"];

/// The file's own words for what is wrong, with "did you mean".
fn in_words(error: &toml::de::Error) -> String {
    let mut text = error.to_string();
    let shows_line = text.lines().nth(2).is_some_and(|line| SECRETS.iter().any(|key| line.contains(key)));
    if shows_line && !text.contains("unknown field") {
        // The first line says where; the ones after it show what stands there.
        text = format!("{}: {}", text.lines().next().unwrap_or_default(), error.message());
    }
    for (theirs, plain) in
        [("expected a sequence", "expected a list, such as [\"…\"]"), ("expected a map", "expected a table")]
    {
        text = text.replace(theirs, plain);
    }
    let hint = text.split('`').nth(1).filter(|_| text.contains("unknown field")).and_then(|word| {
        did_you_mean(word, KEYS.iter().map(|key| key.path.rsplit('.').next().unwrap_or(key.path)))
    });
    match hint {
        Some(name) => format!("{}\ndid you mean `{name}`?", text.trim_end()),
        None => text.trim_end().to_owned(),
    }
}

/// The key that an environment variable sets, or nothing if it is not one of ours.
fn key_of(variable: &str) -> Result<Option<String>, ConfigError> {
    let Some(rest) = variable.strip_prefix("INNKEEPER_") else { return Ok(None) };
    if ["DATA", "CONFIG"].contains(&rest) || rest.starts_with("TEST") {
        return Ok(None);
    }
    if let Some(name) = rest.strip_prefix("SETTINGS_") {
        return Ok(Some(format!("settings.{}", name.to_lowercase())));
    }
    let spelt = |path: &str| path.replace('.', "_").to_uppercase();
    match KEYS.iter().find(|key| spelt(key.path) == rest) {
        Some(key) => Ok(Some(key.path.to_owned())),
        None => {
            let known: Vec<String> = KEYS.iter().map(|key| spelt(key.path)).collect();
            let hint = did_you_mean(rest, known.iter().map(String::as_str))
                .map(|name| format!("; did you mean INNKEEPER_{name}?"));
            Err(ConfigError(format!(
                "environment: {variable} sets no key of the configuration{}",
                hint.unwrap_or_default()
            )))
        }
    }
}

fn put(table: &mut toml::Table, path: &str, value: &str) {
    // `7`, `true` and `["a"]` are meant as such; anything else is text.
    let text_keys = ["brand.name", "brand.footer", "secret_key", "mail_from", "mail_redirect_to"];
    let parsed = format!("v = {value}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut t| t.remove("v"))
        .filter(|_| !text_keys.contains(&path));
    let value = parsed.unwrap_or_else(|| toml::Value::String(value.to_owned()));
    match path.split_once('.') {
        None => {
            table.insert(path.to_owned(), value);
        }
        Some((section, name)) => {
            let section = table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(section) = section {
                section.insert(name.to_owned(), value);
            }
        }
    }
}
