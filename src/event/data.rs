//! What events carry: complete snapshots of people, accounts, invites and tickets.
//!
//! To add a field, add a line here and fill it where the snapshot is taken. Fields are added and
//! never renamed: stored events and operators' scripts rely on the names. An absent subject is an
//! empty object (`exists` is false), never nothing. No secret is ever a field.

mod desk;
mod ticket;

pub use desk::*;
pub use ticket::*;

use super::shape::{Described, Kind, record};
use crate::permission::Permission;
use serde::{Deserialize, Serialize};

/// A moment, in milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Time(pub i64);

/// A length of time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span(pub i64);

impl Described for Time {
    const KIND: Kind = Kind::Time;
}
impl Described for Span {
    const KIND: Kind = Kind::Span;
}

record! {
    /// Somebody who did something: a user, a member of staff, a contact, a guest, or the system itself.
    Person {
        /// False where nobody stands here.
        exists: bool,
        /// One of `user`, `staff`, `contact`, `guest`, `system`.
        kind: String as PEOPLE,
        /// The person's id; empty for guests and the system.
        id: String,
        /// The name to show.
        name: String,
        /// The e-mail address; empty for the system.
        email: String,
    }
}

record! {
    /// A user (somebody who can log in), as seen from the event's account.
    User {
        /// False where no user stands here.
        exists: bool,
        /// Stable id of the user.
        id: String,
        /// First and last name.
        name: String,
        /// First name, for greetings.
        first_name: String,
        /// Log-in address.
        email: String,
        /// True once the address was confirmed.
        email_verified: bool,
        /// Language of the user's mail, such as `en` or `pt-BR`.
        locale: String,
        /// Time zone, such as `Europe/Berlin`.
        time_zone: String,
        /// True if this user owns the event's account.
        owner: bool,
        /// Permission keys held on the event's account; all thirteen for the owner.
        permissions: Vec<String> as PERMISSION,
        /// Mail categories that the user ticked for this account.
        categories: Vec<String> as CATEGORY,
        /// True if log-in asks for a second factor.
        two_factor: bool,
    }
}

impl User {
    /// True if the user holds the permission on the event's account.
    pub fn may(&self, permission: Permission) -> bool {
        self.owner || self.permissions.iter().any(|key| key == permission.key())
    }
}

record! {
    /// Somebody who receives mail of an account and cannot log in.
    Contact {
        /// False where no contact stands here.
        exists: bool,
        /// Stable id of the contact.
        id: String,
        /// The name to show.
        name: String,
        /// Where the mail goes.
        email: String,
        /// Mail categories ticked for this contact.
        categories: Vec<String> as CATEGORY,
    }
}

record! {
    /// An address that wants none of a kind of the account's mail, whatever it is ticked for.
    Declined {
        /// The address, in small letters.
        email: String,
        /// The kind of mail.
        category: String as CATEGORY,
    }
}

record! {
    /// The billable party: who owns it, who may enter it, who is told what.
    Account {
        /// False where the event belongs to no account.
        exists: bool,
        /// Stable id of the account.
        id: String,
        /// Company, or else the person's name.
        name: String,
        /// Company; may be empty.
        company: String,
        /// First name of the person to address.
        first_name: String,
        /// Last name of the person to address.
        last_name: String,
        /// The account's own address; no login.
        email: String,
        /// Phone number as typed.
        phone: String,
        /// City of the address.
        city: String,
        /// Two-letter country code, such as `DE`.
        country: String as COUNTRY,
        /// Tax id as typed.
        tax_id: String,
        /// Three-letter currency code, such as `EUR`.
        currency: String as CURRENCY,
        /// Language of the account's own mail.
        locale: String,
        /// Mail categories ticked for the account's own address.
        categories: Vec<String> as CATEGORY,
        /// The one user who owns the account.
        owner: User,
        /// All users with access, the owner first.
        users: Vec<User>,
        /// All contacts.
        contacts: Vec<Contact>,
        /// Addresses that want none of a kind of mail, as their readers chose: they get none of it.
        declined: Vec<Declined>,
        /// When the account was created.
        created_at: Time,
    }
}

record! {
    /// An invitation to an account.
    Invite {
        /// False where no invite stands here.
        exists: bool,
        /// Stable id of the invite.
        id: String,
        /// The address it was sent to.
        email: String,
        /// Permission keys that accepting will give.
        permissions: Vec<String> as PERMISSION,
        /// True if everything that is not forbidden was granted.
        all_permissions: bool,
        /// The user who sent it.
        inviter: Person,
        /// When it was last sent.
        sent_at: Time,
        /// When the link stops working.
        expires_at: Time,
        /// True if a user with this address exists already.
        known: bool,
    }
}

record! {
    /// One field that changed.
    Change {
        /// The field's name.
        field: String,
        /// The text before.
        before: String,
        /// The text after.
        after: String,
    }
}

record! {
    /// A log-in: where it came from.
    Session {
        /// False where no session stands here.
        exists: bool,
        /// Network address of the browser.
        ip: String,
        /// What the browser calls itself.
        user_agent: String,
    }
}

record! {
    /// A failure of a hook or template, for those who run the server.
    Failure {
        /// The hook's id or the template's name.
        subject: String,
        /// File below the data folder.
        file: String,
        /// Line, counted from 1; 0 if unknown.
        line: i64,
        /// What went wrong, in one line.
        message: String,
        /// Id of the event that was being worked on; may be empty.
        event_id: String,
    }
}
