//! The mail servers that take our mail, in order: the next stands in while those before it are away.
//!
//! A relay is left out only for what is its own fault: no connection, no log-in, a line that breaks,
//! `421`. What it says about one mail is about that mail. A mail whose outcome nobody knows is not
//! given to another relay at once, because it may be on its way.

mod health;
mod limit;

use super::smtp::{Accepted, Patience, SendError, Smtp};
use crate::config::{Config, Relay as Setting};
use governor::clock::DefaultClock;
use health::{Admitted, Health};
use limit::Limit;
use std::{fmt, time::Duration};

/// How long a mail waits for its turn at a relay that takes only so many in a time, before it goes
/// back to the queue.
const TURN: Duration = Duration::from_secs(60);

/// All relays.
#[derive(Debug)]
pub struct Relays {
    relays: Vec<Relay>,
    /// What our mail is from.
    domain: String,
}

#[derive(Debug)]
struct Relay {
    setting: Setting,
    smtp: Smtp,
    health: Health,
    limit: Limit,
}

/// A mail that was not handed over, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSent {
    /// The relay that said so; empty if none was asked.
    pub relay: String,
    /// Why, and what to do.
    pub error: SendError,
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for NotSent {}

/// How a relay stands, for those who look after the server.
#[derive(Clone, Debug)]
pub struct RelayStanding {
    /// Its name.
    pub name: String,
    /// Host and port.
    pub place: String,
    /// True if it failed and has not answered since.
    pub away: bool,
    /// How long it still rests; nothing if the next mail may try it.
    pub rests: Option<Duration>,
    /// What was last wrong with it; empty if nothing ever was.
    pub error: String,
    /// Mails a second, a minute; 0 for no limit.
    pub limits: (u32, u32),
    /// Domains of senders that it takes mail of; empty for all.
    pub from_domains: Vec<String>,
}

impl Relays {
    /// Prepares those that the configuration names, `smtp_url` first; no connection is made before the
    /// first mail.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub fn new(config: &Config) -> Result<Self, String> {
        Self::with_patience(config, Patience::of(&config.mail))
    }

    /// The same with other waits, so that tests need not be patient.
    pub(super) fn with_patience(config: &Config, patience: Patience) -> Result<Self, String> {
        let simple = Setting { name: "smtp_url".into(), url: config.smtp_url.clone(), ..Setting::default() };
        let simple = (!simple.url.is_empty()).then_some(simple);
        let relay = |setting: Setting| {
            let key = match setting.name.as_str() {
                "smtp_url" => "smtp_url".to_owned(),
                name => format!("relays: {name}"),
            };
            Ok(Relay {
                smtp: Smtp::with_patience(&key, &setting.url, patience)?,
                health: Health::default(),
                limit: Limit::of(&setting, &DefaultClock::default()),
                setting,
            })
        };
        let relays: Vec<Relay> = simple
            .into_iter()
            .chain(config.relays.iter().cloned())
            .map(relay)
            .collect::<Result<_, String>>()?;
        let domain = domain_of(&config.mail_from);
        if !relays.is_empty() && !relays.iter().any(|relay| relay.takes(domain)) {
            return Err(format!(
                "relays: none takes mail from {domain}, which mail_from is of: see from_domains of [[relays]]"
            ));
        }
        Ok(Self { relays, domain: domain.to_owned() })
    }

    /// Hands one mail over to the first relay that is there. Bounded in time, whatever they do.
    ///
    /// # Errors
    /// [`NotSent`], which says whether to try again, and when.
    pub async fn send(&self, from: &str, to: &str, raw: &[u8]) -> Result<Accepted, NotSent> {
        let domain = domain_of(from);
        let (mut away, mut soonest) = (Vec::new(), None::<Duration>);
        let mut sooner = |wait: Duration| soonest = Some(soonest.map_or(wait, |so_far| so_far.min(wait)));
        for relay in self.relays.iter().filter(|relay| relay.takes(domain)) {
            let name = &relay.setting.name;
            let how = match relay.health.admit() {
                Admitted::No(wait) => {
                    sooner(wait);
                    away.push(format!("{name} rests ({})", relay.health.error()));
                    continue;
                }
                how => how,
            };
            let failed = |error| NotSent { relay: name.clone(), error };
            if let Err(wait) = relay.turn().await {
                relay.health.undecided(how);
                let text = format!("{name} takes only so many mails in a time");
                return Err(failed(SendError::Busy(wait, text)));
            }
            match relay.smtp.send(from, to, raw).await {
                Ok(accepted) => {
                    relay.health.well();
                    return Ok(Accepted { relay: name.clone(), ..accepted });
                }
                Err(SendError::Away(text)) => {
                    tracing::warn!(relay = %name, "a mail server is away: {text}");
                    relay.health.failed(how, &text);
                    sooner(relay.health.rests().unwrap_or_default());
                    away.push(text);
                }
                Err(error) => {
                    match &error {
                        SendError::Unknown(text) => relay.health.failed(how, text),
                        _ => relay.health.well(),
                    }
                    return Err(failed(error));
                }
            }
        }
        let error = match soonest {
            Some(wait) => SendError::Later(wait, away.join("; ")),
            None => SendError::Retry(format!(
                "no mail server takes mail from {domain}: see from_domains of [[relays]]"
            )),
        };
        Err(NotSent { relay: String::new(), error })
    }

    /// How long all relays still rest; nothing if one may be asked. Nobody need take a mail from the
    /// queue before then.
    pub fn rest(&self) -> Option<Duration> {
        let mut rests = Vec::with_capacity(self.relays.len());
        for relay in self.ours() {
            rests.push(relay.health.rests()?);
        }
        rests.into_iter().min()
    }

    /// True if all failed and none has answered since: one mail is enough to find out more.
    pub fn are_away(&self) -> bool {
        self.ours().all(|relay| relay.health.is_away())
    }

    /// Those that take our mail: what others do is nothing to wait for.
    fn ours(&self) -> impl Iterator<Item = &Relay> {
        self.relays.iter().filter(|relay| relay.takes(&self.domain))
    }

    /// How they stand now, in order.
    pub fn standing(&self) -> Vec<RelayStanding> {
        let standing = |relay: &Relay| RelayStanding {
            name: relay.setting.name.clone(),
            place: relay.smtp.place(),
            away: relay.health.is_away(),
            rests: relay.health.rests(),
            error: relay.health.error(),
            limits: (relay.setting.per_second, relay.setting.per_minute),
            from_domains: relay.setting.from_domains.clone(),
        };
        self.relays.iter().map(standing).collect()
    }

    /// Connects to each, logs in, and says goodbye: its name, and in words how that went.
    pub async fn probe(&self) -> Vec<(String, Result<String, String>)> {
        let mut found = Vec::with_capacity(self.relays.len());
        for relay in &self.relays {
            found.push((relay.setting.name.clone(), relay.smtp.probe().await));
        }
        found
    }

    /// Says goodbye on the connections that are open and quiet.
    pub async fn close(&self) {
        for relay in &self.relays {
            relay.smtp.close().await;
        }
    }
}

fn domain_of(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

impl Relay {
    fn takes(&self, domain: &str) -> bool {
        let domains = &self.setting.from_domains;
        domains.is_empty() || domains.iter().any(|one| one.eq_ignore_ascii_case(domain))
    }

    /// Waits for a turn, but not for long.
    async fn turn(&self) -> Result<(), Duration> {
        let mut waited = Duration::ZERO;
        while let Err(wait) = self.limit.take() {
            // Never nothing, or a clock that stands still would keep a thread busy.
            let wait = wait.max(Duration::from_millis(5));
            if waited + wait > TURN {
                return Err(wait);
            }
            tokio::time::sleep(wait).await;
            waited += wait;
        }
        Ok(())
    }
}
