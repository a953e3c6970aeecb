//! How a message comes in, beside what hooks see of it.

use crate::{clock::DAY, config::Tickets};

/// How a message comes in. By default: typed into a page, and closed tickets stay closed.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// The mail's own `Message-ID`, without angle brackets.
    pub message_id: Option<String>,
    /// Where the original mail is kept, below the data folder.
    pub raw_path: Option<String>,
    /// What the mail quoted, which was cut from the message; empty if nothing.
    pub quoted: String,
    /// True if nothing proves that its author wrote it.
    pub unproved: bool,
    /// For so long after it was closed, in milliseconds, a customer's reply opens a ticket again.
    pub reopens_within: i64,
}

impl Arrival {
    /// A page's, by the operator's rules.
    pub fn of(rules: &Tickets) -> Self {
        Self { reopens_within: rules.reopen_days.max(0).saturating_mul(DAY), ..Self::default() }
    }
}
