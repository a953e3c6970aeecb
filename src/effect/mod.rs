//! What a plan may ask for: data that the core validates, stores and carries out.

pub mod store;
pub mod trace;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything one hook asks for on one event, in the order in which it asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The effects; the position is the ordinal that makes each unique.
    pub effects: Vec<Effect>,
}

/// One thing that a hook asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// An extra mail, past `route`, but not past preferences, leak guard and budget.
    Email {
        /// Name of the template.
        template: String,
        /// Who gets it.
        to: Vec<Target>,
        /// What the template sees as `vars`.
        #[serde(default)]
        vars: Value,
        /// Why, shown to the reader and in the trace.
        #[serde(default)]
        reason: String,
    },
    /// A signed request to an address whose host the operator allows.
    Webhook {
        /// `https://…`
        url: String,
        /// JSON body.
        body: Value,
    },
}

/// Somebody whom a hook names as recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// `user`, `contact`, `account`, `staff`, or `address` for one that the hook wrote itself.
    pub kind: String,
    /// Id of the user, contact, account or member of staff; empty for an address.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// Where it goes.
    pub email: String,
    /// Language; empty if unknown.
    pub locale: String,
    /// Time zone; empty if unknown.
    pub time_zone: String,
}

/// A recipient that `route` hooks chose, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Who.
    pub target: Target,
    /// Why, in words that follow the recipient's address, such as "may open tickets".
    pub reason: String,
    /// As a copy rather than as one of those addressed.
    pub cc: bool,
    /// Past the leak guard, which is audited.
    pub disclose: bool,
    /// Which hook chose it: `file:line`.
    pub by: String,
}

/// Somebody whom a hook or the core left out, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Who.
    pub target: Target,
    /// Why not.
    pub reason: String,
    /// `file:line` of the hook, or `core`.
    pub by: String,
}
