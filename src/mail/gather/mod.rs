//! Mails that wait to go out together: what their reader wants by the hour or the day, and what an address would get beyond its share.
//!
//! A mail that waits for others has a key in `emails.gather`; those of one address and one key become a digest, a mail of
//! its own, in one transaction that also marks them as gone out within it. So each of them goes out once, whatever crashes.

pub mod store;

/// The template of digests.
pub const DIGEST: &str = "digest";
/// What the key begins with of what an address would get beyond its share of an hour.
pub const FLOOD: &str = "flood";
/// What the key begins with of what an address would get beyond its share about one ticket.
pub const BURST: &str = "burst";
/// What the key begins with of what comes late, all at once.
pub const LATE: &str = "late";
/// So many mails stand in one digest at most; the rest make another.
pub const MOST: i64 = 100;

/// The key of a flood, or of what comes late: one for each account, so that whoever wants less of it is asked about one account.
pub fn key_within(account_id: Option<&str>, what: &str) -> String {
    format!("{what}:{}", account_id.unwrap_or_default())
}

/// The key of a burst: one for each ticket.
pub fn key_of_burst(ticket: &str) -> String {
    format!("{BURST}:{ticket}")
}

/// The key of what a reader wants in digests: one for each account and kind.
pub fn key_of(account_id: Option<&str>, category: &str) -> String {
    format!("{}:{category}", account_id.unwrap_or_default())
}
