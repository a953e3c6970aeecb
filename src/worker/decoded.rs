//! An event, read once for all its hooks; and accounts, read once for all events that carry the same snapshot.

use crate::{
    error::{Error, Result},
    event::{data::Account, outbox::StoredEvent},
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
}

impl Snapshot {
    /// From its JSON; an empty one where an event has no account.
    ///
    /// # Errors
    /// If the text is damaged.
    pub fn new(body: Option<&str>) -> Result<Self> {
        let damaged = |e: serde_json::Error| Error::internal(format!("a snapshot of an account: {e}"));
        let (json, data) = match body {
            Some(text) => {
                let json: Value = serde_json::from_str(text).map_err(damaged)?;
                let data = serde_json::from_str(text).unwrap_or_default();
                (json, data)
            }
            None => (json!(Account::default()), Account::default()),
        };
        Ok(Self { view: SharedAccount::new(json), data: Arc::new(data) })
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
                read = Snapshot::new(event.account.as_deref())?;
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
