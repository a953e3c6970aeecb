//! What a text in an event or draft can be: one of a known list, an id, a code of so many letters.
//!
//! Scripts compare such texts with words that somebody typed; the check tells of those that can
//! never come.

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// One of these, and nothing else (or empty, where nobody stands).
    OneOf(&'static [&'static str]),
    /// Usually one of these; the operator may have made others.
    Usually(&'static [&'static str]),
    /// So many letters, such as `DE`.
    Letters(usize),
    /// An id: no name and no address.
    Id,
    /// A name to show: no id and no address.
    Name,
    /// An e-mail address.
    Address,
    /// A permission key.
    Permission,
    /// A mail category.
    Category,
}

/// Kinds of people.
pub const PEOPLE: Words = Words::OneOf(&["user", "staff", "contact", "guest", "system"]);
/// Where a ticket stands.
pub const STATUSES: Words =
    Words::Usually(&["Open", "Answered", "Customer-Reply", "On Hold", "In Progress", "Closed"]);
/// For whom a ticket waits.
pub const WAITS: Words = Words::OneOf(&["staff", "customer", "nobody"]);
/// What members of staff may do.
pub const ROLES: Words = Words::OneOf(&["admin", "agent"]);
/// Where a message came from.
pub const ORIGINS: Words = Words::OneOf(&["web", "mail", "hook", "api"]);
/// How much a ticket hurries.
pub const PRIORITIES: Words = Words::OneOf(&["Low", "Medium", "High"]);
/// Who wrote a reply.
pub const BADGES: Words = Words::OneOf(&[
    "Operator",
    "Owner",
    "Authorized User",
    "Sub-account",
    "Registered User",
    "External User",
    "Guest",
]);
/// Days of the week, as times have them.
pub const WEEKDAYS: Words =
    Words::OneOf(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]);
/// A country's code.
pub const COUNTRY: Words = Words::Letters(2);
/// A currency's code.
pub const CURRENCY: Words = Words::Letters(3);
/// Why an address gets no mail.
pub const SUPPRESSED: Words = Words::OneOf(&["bounce", "complaint", "hand"]);
/// Why a mail was not taken.
pub const MAIL_REASONS: Words = Words::OneOf(&[
    "unreadable",
    "automatic",
    "list",
    "own",
    "hops",
    "no-sender",
    "clients-only",
    "replies-only",
    "sender-rate",
    "ticket-rate",
    "ticket-closed",
    "refused",
    "invalid",
    "bounce-unknown",
]);
/// An e-mail address.
pub const ADDRESS: Words = Words::Address;
/// Permission keys.
pub const PERMISSION: Words = Words::Permission;
/// Mail categories.
pub const CATEGORY: Words = Words::Category;

impl Words {
    /// What a text field of this name is, where the shape does not say.
    pub fn of_name(field: &str) -> Option<Self> {
        match field {
            "id" => Some(Words::Id),
            "name" => Some(Words::Name),
            "email" | "old_email" | "new_email" | "cc" => Some(Words::Address),
            _ => None,
        }
    }
}
