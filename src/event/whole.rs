//! An event as templates see it, with an account that many events share.

use serde_json::Value;
use std::{ops::Index, sync::Arc};
use yoke::Yoke;

/// The name under which an event has its account.
const ACCOUNT: &str = "account";

/// A place in JSON that many share, kept together with all of it.
pub type Part = Yoke<&'static Value, Arc<Value>>;

/// The JSON of an event: what is its own, and its account, which may name thousands of people and is the same for many events. Cheap to
/// clone.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    own: Arc<Value>,
    /// Stands in the place of the account that `own` has.
    account: Option<Arc<Value>>,
}

impl From<Value> for Whole {
    fn from(event: Value) -> Self {
        Self { own: Arc::new(event), account: None }
    }
}

impl From<Arc<Value>> for Whole {
    fn from(event: Arc<Value>) -> Self {
        Self { own: event, account: None }
    }
}

impl Whole {
    /// An event with an account that others share; where `own` has its account stands anything.
    pub fn sharing(own: Value, account: Arc<Value>) -> Self {
        Self { own: Arc::new(own), account: Some(account) }
    }

    fn field(&self, name: &str) -> Option<&Value> {
        match &self.account {
            Some(account) if name == ACCOUNT => Some(account),
            _ => self.own.get(name),
        }
    }

    /// A field, to be kept.
    pub fn part(&self, name: &str) -> Option<Part> {
        let whole = |json: &Arc<Value>| Yoke::attach_to_cart(Arc::clone(json), |json| json);
        match &self.account {
            Some(account) if name == ACCOUNT => Some(whole(account)),
            _ => whole(&self.own).try_map_project(|own, _| own.get(name).ok_or(())).ok(),
        }
    }

    /// The names of its fields, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.own.as_object().into_iter().flat_map(|fields| fields.keys().map(String::as_str))
    }

    /// What stands at a JSON pointer, such as `/account/users`.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        let path = pointer.strip_prefix('/')?;
        let (name, rest) = path.find('/').map_or((path, ""), |end| path.split_at(end));
        self.field(name)?.pointer(rest)
    }

    /// A copy of all of it.
    pub fn to_value(&self) -> Value {
        let mut event = (*self.own).clone();
        if let (Some(account), Value::Object(fields)) = (&self.account, &mut event) {
            fields.insert(ACCOUNT.to_owned(), (**account).clone());
        }
        event
    }
}

/// A field; null if there is none of that name.
impl Index<&str> for Whole {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        self.field(name).unwrap_or(&Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_shared_account_stands_where_the_event_has_its_own() {
        let account = Arc::new(json!({ "name": "Bakery", "users": [{ "id": "usr_1" }] }));
        let own = json!({ "id": "evt_1", "account": null, "ticket": { "id": "tkt_1" } });
        let event = Whole::sharing(own, account);
        let alone = json!({
            "id": "evt_1",
            "account": { "name": "Bakery", "users": [{ "id": "usr_1" }] },
            "ticket": { "id": "tkt_1" },
        });
        assert_eq!(event.to_value().to_string(), alone.to_string());
        for event in [event, Whole::from(alone)] {
            assert_eq!(event.pointer("/account/users/0/id"), Some(&json!("usr_1")));
            assert_eq!(event.pointer("/ticket/id"), Some(&json!("tkt_1")));
            assert_eq!(event.pointer("/id"), Some(&json!("evt_1")));
            assert_eq!(event.pointer("/nothing"), None);
            assert_eq!(event["account"]["name"], "Bakery");
            assert_eq!(event["nothing"], Value::Null);
            assert_eq!(event.names().collect::<Vec<_>>(), ["id", "account", "ticket"]);
        }
    }
}
