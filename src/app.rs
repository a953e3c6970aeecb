//! What every part of the running server shares: built once, cloned into web and workers.

use crate::{
    clock::Clock,
    config::{Config, Paths},
    db::Db,
    event::guard::Gate,
    messages::Messages,
    secret::{Passwords, SealingKey},
};
use arc_swap::ArcSwap;
use std::sync::Arc;

/// A handle on the running server; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// What the operator set.
    pub config: Arc<Config>,
    /// Where the operator's files are.
    pub paths: Arc<Paths>,
    /// Seals second factors and waiting links.
    pub key: SealingKey,
    /// Hashes and compares passwords.
    pub passwords: Passwords,
    /// How the model asks the hooks.
    pub gate: Arc<dyn Gate>,
    bundle: Arc<ArcSwap<Bundle>>,
}

/// Hooks, templates, messages and settings that are live together.
#[derive(Debug)]
pub struct Bundle {
    /// The words of the web area.
    pub messages: Messages,
}

impl App {
    /// The set that is live now; whoever begins with it finishes with it.
    pub fn bundle(&self) -> Arc<Bundle> {
        self.bundle.load_full()
    }
}

#[cfg(test)]
impl App {
    /// A server for tests: a migrated SQLite database in `folder`, shipped words, hooks that `gate` stands for.
    pub async fn for_tests(folder: &std::path::Path, config: Config, clock: Clock, gate: Arc<dyn Gate>) -> Self {
        let db = Db::connect(&config.database_url(folder)).await.unwrap();
        db.migrate().await.unwrap();
        let messages = crate::messages::load(&Default::default(), &Default::default()).messages;
        Self {
            db,
            clock,
            config: Arc::new(config),
            paths: Arc::new(Paths::new(folder.to_owned(), None)),
            key: SealingKey::parse(&SealingKey::generate()).unwrap(),
            passwords: Passwords::new(),
            gate,
            bundle: Arc::new(ArcSwap::from_pointee(Bundle { messages })),
        }
    }
}
