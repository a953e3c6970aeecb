//! What became of an event: the hooks that met it, what they asked for, and what came of that.
//!
//! The command line, the admin area and tests read the same rows.

pub mod store;

use super::store::{Detail, Run};
use sqlx::FromRow;

/// An event as a list shows it, with how much hangs on it.
#[derive(Clone, Debug, FromRow)]
pub struct Head {
    /// Its number.
    pub seq: i64,
    /// Stable id.
    pub id: String,
    /// The kind's name.
    pub name: String,
    /// When it happened.
    pub at: i64,
    /// The account, if any.
    pub account_id: Option<String>,
    /// The account's name today; nothing if it is gone.
    pub account_name: Option<String>,
    /// Who did it, as JSON.
    pub actor: String,
    /// When its hooks had run; nothing while it waits.
    pub dispatched_at: Option<i64>,
    /// How many hooks and routes met it.
    pub runs: i64,
    /// How many of them failed for good, or, as routes do, went on without a hook that failed.
    pub failed: i64,
    /// How many mails it caused.
    pub mails: i64,
    /// How many web-hooks were given up.
    pub webhooks_lost: i64,
    /// How many other effects were refused.
    pub refused: i64,
}

/// Which events a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A name, or its first word and a star (`ticket.*`); empty for all.
    pub name: String,
    /// Only of this account; empty for all.
    pub account_id: String,
    /// Only those that happened then or later.
    pub since: i64,
}

/// A mail and what became of it.
#[derive(Clone, Debug, FromRow)]
pub struct Mail {
    /// Stable id, also the Message-ID.
    pub id: String,
    /// The event it is about.
    pub event_id: String,
    /// The run that asked for it, as [`cause_of`](super::store::cause_of) writes it.
    pub cause: String,
    /// Name of the template.
    pub template: String,
    /// Address of the recipient.
    pub to_email: String,
    /// Name of the recipient.
    pub to_name: String,
    /// Why they get it.
    pub reason: String,
    /// `file:line` of the hook that chose them, or `core`.
    pub chosen_by: String,
    /// `waiting`, `sent`, `dead`, `suppressed` (its address gets no mail), `dropped` (by staff), `digested` (part of a digest)
    /// or `declined` (its reader wants none of its kind).
    pub state: String,
    /// True if a try whose outcome nobody knows may have succeeded.
    pub unsure: bool,
    /// When it came back, if it did.
    pub bounced_at: Option<i64>,
    /// What was said when it came back.
    pub bounced: Option<String>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried again, if it waits.
    pub next_at: i64,
    /// Why the last try failed.
    pub error: Option<String>,
    /// Its subject, once it was rendered.
    pub subject: Option<String>,
    /// When it went out.
    pub sent_at: Option<i64>,
    /// Why it was held back, if it ever was.
    pub held: Option<String>,
    /// The digest in which it went out.
    pub digest_id: Option<String>,
}

impl Mail {
    /// True if this run asked for it: a mail names its route, or its template and its hook.
    pub fn is_of(&self, run: &Run) -> bool {
        let rest = self.cause.strip_prefix(&super::store::cause_of(&run.verb, &run.hook, &self.template, 0));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
    }
}

/// An effect that is no mail, and what became of it.
#[derive(Clone, Debug, FromRow)]
pub struct Asked {
    /// Stable id, which the other side sees, too.
    pub id: String,
    /// The run that asked for it.
    pub hook: String,
    /// What it is, such as `webhook`.
    pub kind: String,
    /// What it needs, as JSON.
    pub body: String,
    /// `waiting`, `done` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried again, if it waits.
    pub next_at: i64,
    /// Why the last try failed.
    pub error: Option<String>,
    /// Why there was nothing to do, if there was not.
    pub note: Option<String>,
    /// When it was done or given up.
    pub done_at: Option<i64>,
}

/// How a hook has fared since runs are kept.
#[derive(Clone, Debug, FromRow)]
pub struct Tally {
    /// The hook's id.
    pub hook: String,
    /// How often it ran.
    pub runs: i64,
    /// How often it failed for good.
    pub failed: i64,
    /// When it ran last.
    pub last_at: i64,
}

impl Run {
    /// What it saw and said; empty if the row is damaged.
    pub fn told(&self) -> Detail {
        serde_json::from_str(&self.detail).unwrap_or_default()
    }
}
