//! What events carry of tickets: departments, messages, files, notes.

use super::{Person, Span, Time};
use crate::event::shape::record;

record! {
    /// A file that came with a message.
    Attachment {
        /// False where no file stands here.
        exists: bool,
        /// Stable id of the file.
        id: String,
        /// Its name, as it was sent.
        name: String,
        /// What it is, such as `image/png`.
        media_type: String,
        /// How many bytes it has.
        size: i64,
    }
}

record! {
    /// What a ticket is about, as it was called when the ticket was opened.
    Related {
        /// False if the ticket is about nothing in particular.
        exists: bool,
        /// What it is, such as `service` or `domain`.
        kind: String,
        /// Its id.
        id: String,
        /// Its name.
        name: String,
    }
}

record! {
    /// Where a ticket goes.
    Department {
        /// False where no department stands here.
        exists: bool,
        /// Stable id of the department.
        id: String,
        /// The name that customers see.
        name: String,
        /// The address that mail goes to and comes from.
        email: String,
        /// True if customers cannot choose it.
        hidden: bool,
    }
}

record! {
    /// A support ticket, as it was right after the event.
    Ticket {
        /// False where no ticket stands here.
        exists: bool,
        /// Stable id of the ticket.
        id: String,
        /// The reference printed in subjects.
        reference: String,
        /// Subject as typed.
        subject: String,
        /// `Open`, `Answered`, `Customer-Reply`, `On Hold`, `In Progress`, `Closed`, or the operator's own.
        status: String as STATUSES,
        /// For whom it waits: `staff`, `customer`, or `nobody` once it is closed.
        waits_for: String as WAITS,
        /// `Low`, `Medium` or `High`.
        priority: String as PRIORITIES,
        /// Where it goes.
        department: Department,
        /// Who opened it, or whom staff opened it for.
        opener: Person,
        /// True if staff opened it for the opener, or the house itself.
        opened_by_staff: bool,
        /// The member of staff who has it.
        assignee: Person,
        /// Members of the department, or all of the staff if it has none.
        staff: Vec<Person>,
        /// The opener, and everybody who has written on it, the earliest first.
        participants: Vec<Person>,
        /// Copied addresses.
        cc: Vec<String>,
        /// The service or domain that it is about, as whoever opened it typed it: of kind `text`, without an id; empty if they named none.
        related: Related,
        /// When it was opened.
        opened_at: Time,
        /// How long nobody had written before this event.
        quiet_for: Span,
    }
}

record! {
    /// One message of a ticket.
    Reply {
        /// False where no reply stands here.
        exists: bool,
        /// Stable id of the reply.
        id: String,
        /// Who wrote it.
        author: Person,
        /// `Operator`, `Owner`, `Authorized User`, `Sub-account`, `Registered User`, `External User` or `Guest`.
        badge: String as BADGES,
        /// True if staff wrote it, or the house itself.
        from_staff: bool,
        /// The text, without what it quoted.
        body: String,
        /// Where it came from: `web`, `mail`, `hook` or `api`.
        origin: String as ORIGINS,
        /// True if it came by mail in the name of somebody whom we know, and nothing in that mail proves it.
        unproved: bool,
        /// Files that came with it.
        attachments: Vec<Attachment>,
    }
}

record! {
    /// A note on a ticket, which staff write for each other.
    Note {
        /// False where no note stands here.
        exists: bool,
        /// Stable id of the note.
        id: String,
        /// Who wrote it.
        author: Person,
        /// The text.
        body: String,
    }
}

record! {
    /// A mail that was not taken.
    RejectedMail {
        /// False where no mail stands here.
        exists: bool,
        /// Stable id of the mail.
        id: String,
        /// The address that it came to.
        to: String as ADDRESS,
        /// Its subject.
        subject: String,
        /// Why it was not taken, such as `clients-only`, `automatic` or `sender-rate`.
        reason: String as MAIL_REASONS,
        /// How one knows, or the words of the hook that refused it.
        detail: String,
        /// True if a polite answer does no harm: a person sent it, and got none within a day.
        answerable: bool,
    }
}
