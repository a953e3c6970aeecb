//! Counters that `/metrics` shows.

use prometheus_client::{encoding::text::encode, metrics::counter::Counter, registry::Registry};
use std::sync::Mutex;

/// What the server counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    /// Events whose hooks have run.
    pub events_dispatched: Counter,
    /// Runs of hooks that failed for good.
    pub hooks_failed: Counter,
    /// Times that a hook was put out of service because it kept failing.
    pub hooks_quarantined: Counter,
    /// Mails that the mail server took.
    pub mails_sent: Counter,
    /// Mails that were given up.
    pub mails_dead: Counter,
    /// Web-hooks that their receivers took.
    pub webhooks_sent: Counter,
    /// Web-hooks that were given up.
    pub webhooks_dead: Counter,
    /// Times that a changed set of hooks, templates, messages and settings went live.
    pub bundles_activated: Counter,
}

impl Metrics {
    /// All at nought.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("innkeeper");
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::<u64>::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let events_dispatched = counter("events_dispatched", "Events whose hooks have run");
        let hooks_failed = counter("hooks_failed", "Runs of hooks that failed for good");
        let hooks_quarantined =
            counter("hooks_quarantined", "Times that a hook was put out of service because it kept failing");
        let mails_sent = counter("mails_sent", "Mails that the mail server took");
        let mails_dead = counter("mails_dead", "Mails that were given up");
        let webhooks_sent = counter("webhooks_sent", "Web-hooks that their receivers took");
        let webhooks_dead = counter("webhooks_dead", "Web-hooks that were given up");
        let bundles_activated = counter(
            "bundles_activated",
            "Changed sets of hooks, templates, messages and settings that went live",
        );
        Self {
            registry: Mutex::new(registry),
            events_dispatched,
            hooks_failed,
            hooks_quarantined,
            mails_sent,
            mails_dead,
            webhooks_sent,
            webhooks_dead,
            bundles_activated,
        }
    }

    /// Lets another part of the server count something of its own.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    /// Everything in Prometheus' text format.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
