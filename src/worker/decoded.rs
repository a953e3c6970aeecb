//! An event, read once for all its hooks; and accounts, read once for all events that carry the same snapshot.

use crate::{
    error::{Error, Result},
    event::{Whole, data::Account, outbox::StoredEvent},
    hook::{Input, SharedAccount},
    mail::route::Subjects,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// An account as it stands in events. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Snapshot {
    view: SharedAccount,
    data: Arc<Account>,
    json: Arc<Value>,
}

impl Snapshot {
    /// From its JSON.
    ///
    /// # Errors
    /// If the text is damaged.
    pub fn new(text: &str) -> Result<Self> {
        let damaged = |e: serde_json::Error| Error::internal(format!("a snapshot of an account: {e}"));
        let json: Value = serde_json::from_str(text).map_err(damaged)?;
        Ok(Self::of(json, serde_json::from_str(text).unwrap_or_default()))
    }

    /// An empty one, for events that have no account.
    pub fn nobody() -> Self {
        Self::of(json!(Account::default()), Account::default())
    }

    fn of(json: Value, data: Account) -> Self {
        Self { view: SharedAccount::new(json.clone()), data: Arc::new(data), json: Arc::new(json) }
    }

    /// The event that carries it, as templates see it.
    ///
    /// # Errors
    /// If the stored text is damaged.
    pub fn whole(&self, event: &StoredEvent) -> Result<Whole> {
        Ok(Whole::sharing(event.with_account(Value::Null)?, Arc::clone(&self.json)))
    }
}

/// What hooks and the leak guard see of an event.
#[derive(Debug)]
pub(super) struct Decoded {
    /// For hooks; nothing for an event that a later release wrote.
    pub input: Option<Arc<Input>>,
    /// For the leak guard.
    pub subjects: Subjects,
    /// Its account.
    pub account: Arc<Account>,
    /// Id of its ticket; empty if it has none.
    pub ticket: String,
}

impl Decoded {
    /// Reads an event; `snapshot` is its account's, if somebody has read that already.
    ///
    /// # Errors
    /// If the stored text is damaged.
    pub fn of(event: &StoredEvent, snapshot: Option<&Snapshot>) -> Result<Self> {
        let read;
        let snapshot = match snapshot {
            Some(snapshot) => snapshot,
            None => {
                read = event.account.as_deref().map_or_else(|| Ok(Snapshot::nobody()), Snapshot::new)?;
                &read
            }
        };
        let whole = event.with_account(Value::Null)?;
        let account = Arc::clone(&snapshot.data);
        let ticket = whole["ticket"]["id"].as_str().unwrap_or_default().to_owned();
        let subjects = Subjects::with_account(&whole, Arc::clone(&account));
        Ok(Self { input: Input::sharing(whole, &snapshot.view), subjects, account, ticket })
    }
}
