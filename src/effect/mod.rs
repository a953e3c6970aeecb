//! What a plan may ask for: data that the core validates, stores and carries out.

pub mod compare;
pub mod store;
pub mod trace;
pub mod validate;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

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
        /// Further headers: a text each, or a secret of the plugin's ([`Secret`] as JSON), which is
        /// opened when the request leaves and stands nowhere else.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, Value>,
    },
    /// A note on a ticket that only staff see.
    TicketNote {
        /// Id of the ticket.
        ticket: String,
        /// The text.
        body: String,
    },
    /// A reply on a ticket, written by the house.
    TicketReply {
        /// Id of the ticket.
        ticket: String,
        /// The text.
        body: String,
    },
    /// A new ticket of the event's account.
    OpenTicket {
        /// Name of the department.
        department: String,
        /// Its subject.
        subject: String,
        /// Its first message.
        body: String,
        /// `Low`, `Medium` or `High`.
        priority: String,
        /// For whom: a user or contact of the account; the owner if empty.
        opener: Option<Target>,
    },
    /// Another status for a ticket.
    SetStatus {
        /// Id of the ticket.
        ticket: String,
        /// The status.
        status: String,
    },
    /// More permissions for a user of the event's account; never the owner, never what hooks forbid.
    Grant {
        /// Id of the user.
        user: String,
        /// Permission keys.
        permissions: Vec<String>,
    },
    /// Fewer permissions for a user of the event's account; never the owner.
    Revoke {
        /// Id of the user.
        user: String,
        /// Permission keys.
        permissions: Vec<String>,
    },
    /// A contact for the event's account.
    AddContact {
        /// The name to show.
        name: String,
        /// Where mail goes.
        email: String,
        /// Mail categories to tick.
        categories: Vec<String>,
    },
    /// A value that the plugin keeps for itself; null removes it.
    StoreSet {
        /// Whose store: the plugin's folder, or the script's file name.
        plugin: String,
        /// The key.
        key: String,
        /// The value.
        value: Value,
    },
    /// An event of the operator's own.
    Emit {
        /// `custom.…`
        name: String,
        /// What it carries as `event.data`.
        data: Value,
    },
}

impl Effect {
    /// The function that asks for it, which is also what rows and manifests call it.
    pub const fn name(&self) -> &'static str {
        match self {
            Effect::Email { .. } => "email",
            Effect::Webhook { .. } => "webhook",
            Effect::TicketNote { .. } => "ticket_note",
            Effect::TicketReply { .. } => "ticket_reply",
            Effect::OpenTicket { .. } => "open_ticket",
            Effect::SetStatus { .. } => "set_status",
            Effect::Grant { .. } => "grant",
            Effect::Revoke { .. } => "revoke",
            Effect::AddContact { .. } => "add_contact",
            Effect::StoreSet { .. } => "store_set",
            Effect::Emit { .. } => "emit",
        }
    }
}

/// Where a secret of a plugin's belongs in a header, as a script may hand it on without ever seeing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// The plugin.
    pub plugin: String,
    /// The setting's name in its manifest.
    pub secret: String,
    /// Text before it, such as `Bearer `.
    #[serde(default)]
    pub before: String,
    /// Text after it.
    #[serde(default)]
    pub after: String,
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
