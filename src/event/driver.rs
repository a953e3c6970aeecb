//! What drivers answer: each kind of outside system, and what is asked of it.
//!
//! A driver is two pure halves: what to ask the outside system, and what its answer means. The core
//! makes the call between them.

use super::data::*;
use super::sample;
use super::shape::{Described, Field, record};
use serde_json::{Value, json};

record! {
    /// A machine of the operator's.
    Server {
        /// False where no server stands here.
        exists: bool,
        /// The name that staff gave it.
        name: String,
        /// Where it is reached.
        host: String,
        /// The user that logs in there.
        username: String,
    }
}

/// A kind of driver.
#[derive(Debug)]
pub struct DriverKind {
    /// Its name in scripts.
    pub name: &'static str,
    /// What such systems do, in a sentence.
    pub doc: &'static str,
    /// What may be asked of them.
    pub actions: &'static [DriverAction],
}

/// Something that is asked of an outside system.
#[derive(Debug)]
pub struct DriverAction {
    /// Its name: the key of the first half; that of the second is this and `_done`.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub doc: &'static str,
    /// What the request carries.
    pub request: &'static [Field],
    /// Realistic requests.
    pub samples: fn() -> Vec<Value>,
}

/// Every kind of driver.
pub static DRIVERS: &[DriverKind] = &[DriverKind {
    name: "provisioning",
    doc: "Runs services: hosting panels and the like.",
    actions: &[DriverAction {
        name: "single_sign_on",
        doc: "A customer wants into the service's panel without its password; the answer is `redirect(url)`, or `refuse(why)`.",
        request: &[
            Field::new("at", "The clock.", Time::KIND),
            Field::new("actor", "Who wants in.", Person::KIND),
            Field::new("account", "The account whose service it is.", Account::KIND),
            Field::new("server", "Where the service runs.", Server::KIND),
        ],
        samples: || {
            let server = Server {
                exists: true,
                name: "Berlin 1".into(),
                host: "panel.host.example".into(),
                username: "bakery".into(),
            };
            vec![
                json!({ "at": sample::AT, "actor": sample::person(&sample::owner()), "account": sample::account(), "server": server }),
            ]
        },
    }],
}];

/// What the second half sees of the outside system's answer.
pub static RESPONSE: &[Field] = &[
    Field::new("status", "The HTTP status, such as 200; 0 if no answer came.", i64::KIND),
    Field::new("json", "The body, if it is JSON; else nothing.", Value::KIND),
    Field::new("text", "The body as text.", String::KIND),
    Field::new("error", "Why no answer came; else empty.", String::KIND),
];

/// What an outside system is asked.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// Where to.
    pub url: String,
    /// Header names, with texts or secrets.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, Value>,
    /// The JSON body; null for none.
    #[serde(default)]
    pub body: Value,
}

/// What a driver makes of an answer.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DriverAnswer {
    /// The browser goes there.
    Redirect {
        /// `https://…`
        url: String,
    },
    /// It cannot be done.
    Refuse {
        /// What the customer reads.
        message: String,
    },
    /// It was done.
    Done {
        /// What came of it.
        data: Value,
    },
}

/// The kind of this name.
pub fn find(name: &str) -> Option<&'static DriverKind> {
    DRIVERS.iter().find(|kind| kind.name == name)
}

impl DriverKind {
    /// The action of this name.
    pub fn action(&self, name: &str) -> Option<&'static DriverAction> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// The keys of a driver's map: both halves of each action.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        self.actions.iter().flat_map(|action| [action.name.to_owned(), format!("{}_done", action.name)])
    }
}
