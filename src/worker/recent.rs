//! What was read a moment ago and is wanted again soon: accounts, whose next event mostly carries the same snapshot, and events that
//! ask for mail, which is made next.

use super::decoded::Snapshot;
use crate::{error::Result, event::outbox::StoredEvent};
use quick_cache::{Weighter, sync::Cache};

/// So much JSON of accounts is kept, in bytes; decoded it takes some ten times as much.
const ACCOUNTS: u64 = 512 << 10;
/// So much JSON of events, in bytes, which is kept as it is.
const EVENTS: u64 = 4 << 20;
/// What an account and an event usually have, in bytes.
const USUAL: u64 = 2 << 10;

/// Accounts and events that this process has seen. They never change, so what is kept is never wrong.
#[derive(Debug)]
pub struct Recent {
    /// Under their JSON.
    accounts: Cache<String, Snapshot, Length>,
    /// Under their ids.
    events: Cache<String, StoredEvent, Length>,
    nobody: Snapshot,
}

impl Default for Recent {
    fn default() -> Self {
        let cache = |bytes: u64| usize::try_from(bytes / USUAL).unwrap_or_default();
        Self {
            accounts: Cache::with_weighter(cache(ACCOUNTS), ACCOUNTS, Length),
            events: Cache::with_weighter(cache(EVENTS), EVENTS, Length),
            nobody: Snapshot::nobody(),
        }
    }
}

impl Recent {
    /// The account of an event.
    ///
    /// # Errors
    /// If the stored text is damaged.
    pub(super) fn snapshot(&self, event: &StoredEvent) -> Result<Snapshot> {
        let Some(text) = &event.account else { return Ok(self.nobody.clone()) };
        if let Some(known) = self.accounts.get(text) {
            return Ok(known);
        }
        let read = Snapshot::new(text)?;
        self.accounts.insert(text.clone(), read.clone());
        Ok(read)
    }

    /// Keeps an event for the mail that is made of it.
    pub(super) fn keep(&self, event: StoredEvent) {
        self.events.insert(event.id.clone(), event);
    }

    /// An event that was kept, for all its mails that are made now. Those that are made later find it in the database: what nobody
    /// comes for a second time would only be in the way.
    pub(super) fn take(&self, event_id: &str) -> Option<StoredEvent> {
        self.events.remove(event_id).map(|(_, event)| event)
    }
}

/// Weighs by length.
#[derive(Clone, Debug)]
struct Length;

impl Weighter<String, Snapshot> for Length {
    fn weight(&self, text: &String, _: &Snapshot) -> u64 {
        text.len() as u64
    }
}

impl Weighter<String, StoredEvent> for Length {
    fn weight(&self, _: &String, event: &StoredEvent) -> u64 {
        let account = event.account.as_ref().map_or(0, String::len);
        (event.body.len() + event.actor.len() + account) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{catalogue, data::Account};
    use serde_json::json;

    fn event(id: &str, text: usize) -> StoredEvent {
        let mut whole = (catalogue::find("ticket.replied").unwrap().samples)().remove(0);
        whole["id"] = json!(id);
        whole["reply"]["body"] = json!("x".repeat(text));
        StoredEvent::from(&whole)
    }

    #[test]
    fn an_event_is_there_once() {
        let recent = Recent::default();
        recent.keep(event("evt_1", 10));
        assert_eq!(recent.take("evt_1").map(|event| event.id).as_deref(), Some("evt_1"));
        assert!(recent.take("evt_1").is_none());
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let recent = Recent::default();
        for number in 0..1_000 {
            recent.keep(event(&format!("evt_{number}"), 100 << 10));
            let mut other = event("evt_a", 0);
            let name = format!("{number}").repeat(10 << 10);
            other.account = Some(json!(Account { name, ..Account::default() }).to_string());
            assert!(recent.snapshot(&other).is_ok());
        }
        assert!(recent.events.weight() <= EVENTS && recent.events.len() > 10);
        assert!(recent.accounts.weight() <= ACCOUNTS && recent.accounts.len() > 2);
    }

    #[test]
    fn accounts_are_told_apart() {
        let recent = Recent::default();
        let name = |event: &StoredEvent| {
            let snapshot = recent.snapshot(event).unwrap();
            snapshot.whole(event).unwrap()["account"]["name"].as_str().unwrap().to_owned()
        };
        let one = event("evt_1", 10);
        let (mut other, mut none) = (one.clone(), one.clone());
        other.account = Some(json!(Account { name: "Other".into(), ..Account::default() }).to_string());
        none.account = None;
        for _ in 0..2 {
            assert_eq!([name(&one), name(&other), name(&none)], ["Blue Bakery", "Other", ""]);
        }
    }

    #[test]
    fn a_damaged_account_is_an_error_each_time() {
        let mut damaged = event("evt_1", 10);
        damaged.account = Some("{".into());
        let recent = Recent::default();
        assert!(recent.snapshot(&damaged).is_err() && recent.snapshot(&damaged).is_err());
    }
}
