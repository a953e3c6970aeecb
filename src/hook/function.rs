//! THE list of effects that scripts may ask for: name, what each takes, and where it works.
//!
//! To add an effect, add an entry here, a variant to `effect::Effect`, its making in `effects`, and
//! its carrying out in the worker. The check, the manifests of plugins and the editor's definitions
//! are made from this list.

use super::call::Verb;

/// A function that asks for an effect.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// What it is called with.
    pub takes: Takes,
}

impl Function {
    /// True if it does nothing where the event belongs to no account.
    pub fn needs_account(&self) -> bool {
        matches!(self.name, "open_ticket" | "grant" | "revoke" | "add_contact")
    }
}

/// How a function is called.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// With one map: `email(#{ template: …, to: … })`.
    Map(&'static [Value]),
    /// With values in order: `set_status(event.ticket, "Closed")`.
    Values(&'static [Value]),
}

/// One value that a function takes.
#[derive(Debug)]
pub struct Value {
    /// Its key in the map, or the parameter's name.
    pub name: &'static str,
    /// False if it may be left out.
    pub needed: bool,
    /// What it must hold.
    pub holds: Holds,
    /// What it is for, in a sentence.
    pub doc: &'static str,
}

/// What a value must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// Name of a template.
    Template,
    /// A person, an address, or a list of those.
    People,
    /// A user or contact of the account.
    Person,
    /// A ticket, such as `event.ticket`.
    Ticket,
    /// A user, such as `event.user`.
    User,
    /// A web address.
    Url,
    /// A ticket's status.
    Status,
    /// A ticket's priority.
    Priority,
    /// A list of permission keys.
    Permissions,
    /// A list of mail categories.
    Categories,
    /// A map.
    Map,
    /// A map of header names to texts or `secret("name")`.
    Headers,
    /// The name of an event of the operator's own: `custom.word`.
    Custom,
    /// Anything that JSON can say.
    Anything,
}

const fn needed(name: &'static str, holds: Holds, doc: &'static str) -> Value {
    Value { name, needed: true, holds, doc }
}

const fn option(name: &'static str, holds: Holds, doc: &'static str) -> Value {
    Value { name, needed: false, holds, doc }
}

/// Every effect. They work in `on` and `every` hooks.
pub static EFFECTS: &[Function] = &[
    Function {
        name: "email",
        doc: "Sends an extra mail: past `route`, but not past preferences, suppression, leak guard and budget.",
        takes: Takes::Map(&[
            needed("template", Holds::Template, "Name of the template, without folder and ending."),
            needed("to", Holds::People, "Who gets it."),
            option("vars", Holds::Map, "What the template sees as `vars`."),
            option("reason", Holds::Text, "Why they get it, shown to the reader and in the trace."),
        ]),
    },
    Function {
        name: "webhook",
        doc: "Sends a signed request (Standard Webhooks) to a host that `[outgoing] allow` names.",
        takes: Takes::Map(&[
            needed("url", Holds::Url, "Where to: `https://…`."),
            option("body", Holds::Anything, "The JSON body; `{}` if left out."),
            option("headers", Holds::Headers, "Further headers; a secret is `secret(\"name\")`."),
        ]),
    },
    Function {
        name: "ticket_note",
        doc: "Writes a note on a ticket that only staff see.",
        takes: Takes::Values(&[
            needed("ticket", Holds::Ticket, "The ticket."),
            needed("text", Holds::Text, "The note."),
        ]),
    },
    Function {
        name: "ticket_reply",
        doc: "Writes a reply on a ticket, by the house; who is mailed about it, `route` hooks decide.",
        takes: Takes::Values(&[
            needed("ticket", Holds::Ticket, "The ticket."),
            needed("text", Holds::Text, "The reply."),
        ]),
    },
    Function {
        name: "open_ticket",
        doc: "Opens a ticket for the event's account.",
        takes: Takes::Map(&[
            needed("department", Holds::Text, "Name of the department."),
            needed("subject", Holds::Text, "Its subject."),
            needed("body", Holds::Text, "Its first message."),
            option("priority", Holds::Priority, "`Low`, `Medium` (if left out) or `High`."),
            option(
                "opener",
                Holds::Person,
                "For whom: a user or contact of the account; the owner if left out.",
            ),
        ]),
    },
    Function {
        name: "set_status",
        doc: "Gives a ticket another status.",
        takes: Takes::Values(&[
            needed("ticket", Holds::Ticket, "The ticket."),
            needed("status", Holds::Status, "The status, such as `Closed`."),
        ]),
    },
    Function {
        name: "grant",
        doc: "Gives a user of the account more permissions; never the owner, never what a `permission_defaults` hook forbids.",
        takes: Takes::Values(&[
            needed("user", Holds::User, "The user."),
            needed("permissions", Holds::Permissions, "Permission keys."),
        ]),
    },
    Function {
        name: "revoke",
        doc: "Takes permissions away from a user of the account; never from the owner.",
        takes: Takes::Values(&[
            needed("user", Holds::User, "The user."),
            needed("permissions", Holds::Permissions, "Permission keys."),
        ]),
    },
    Function {
        name: "add_contact",
        doc: "Adds a contact to the event's account.",
        takes: Takes::Map(&[
            needed("name", Holds::Text, "The name to show."),
            needed("email", Holds::Text, "Where mail goes."),
            option("categories", Holds::Categories, "Mail categories to tick; none if left out."),
        ]),
    },
    Function {
        name: "store_set",
        doc: "Keeps a small value for this plugin (or script) alone; `()` removes it.",
        takes: Takes::Values(&[
            needed("key", Holds::Text, "The key."),
            needed("value", Holds::Anything, "The value."),
        ]),
    },
    Function {
        name: "emit",
        doc: "Announces an event of the operator's own, which other hooks may serve.",
        takes: Takes::Values(&[
            needed("name", Holds::Custom, "`custom.` and a word."),
            option("data", Holds::Anything, "What it carries as `event.data`."),
        ]),
    },
];

/// The verbs whose hooks may ask for effects.
pub const EFFECTFUL: [Verb; 2] = [Verb::On, Verb::Every];

/// The effect of this name.
pub fn find(name: &str) -> Option<&'static Function> {
    EFFECTS.iter().find(|function| function.name == name)
}

impl Function {
    /// What it takes, by name or in order.
    pub fn values(&self) -> &'static [Value] {
        match self.takes {
            Takes::Map(values) | Takes::Values(values) => values,
        }
    }
}
