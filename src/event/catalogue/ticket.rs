//! Events of tickets.

use super::*;
use crate::event::{data::*, sample};

catalogue! {
    TICKETS;

    /// A ticket was opened.
    "ticket.opened" TicketOpened {
        /// The ticket.
        ticket: Ticket = sample::ticket(),
        /// Its first message.
        reply: Reply = sample::reply(),
    } also sample::guest_ticket, sample::staff_reply;
    /// Somebody wrote on a ticket: a customer, or staff.
    "ticket.replied" TicketReplied {
        /// The ticket, with the status after the reply.
        ticket: Ticket = sample::ticket(),
        /// The message.
        reply: Reply = sample::reply(),
    } also sample::staff_reply, sample::guest_ticket;
    /// Staff or a script wrote a note on a ticket. Only staff are told: the leak guard leaves all others out.
    "ticket.noted" TicketNoted {
        /// The ticket, which stays as it is.
        ticket: Ticket = sample::ticket(),
        /// The note.
        note: Note = sample::note(),
    } also sample::guest_ticket_noted;
    /// A ticket's status changed other than by a reply. Closing is one such change, and tells of itself by `ticket.closed`, too.
    "ticket.status_changed" TicketStatusChanged {
        /// The ticket, with the new status.
        ticket: Ticket = sample::ticket(),
        /// The status before.
        before: String as STATUSES = "Answered".into(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Authorized User".into(),
    } also sample::guest_ticket;
    /// A ticket was closed, by its status; `ticket.status_changed` tells of the same act just before.
    "ticket.closed" TicketClosed {
        /// The ticket.
        ticket: Ticket = sample::closed_ticket(),
        /// The status before.
        before: String as STATUSES = "Answered".into(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Authorized User".into(),
    } also sample::guest_ticket;
    /// A closed ticket is open again: by its button, by a customer's reply in time, or by its status.
    "ticket.reopened" TicketReopened {
        /// The ticket.
        ticket: Ticket = sample::ticket(),
        /// The status before.
        before: String as STATUSES = "Closed".into(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Authorized User".into(),
    } also sample::guest_ticket;
    /// A ticket was given to a member of staff, to another one, or to nobody.
    "ticket.assigned" TicketAssigned {
        /// The ticket; who has it now stands in `ticket.assignee`.
        ticket: Ticket = sample::assigned_ticket(),
        /// Who had it before; empty if nobody.
        before: Person = Person::default(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Operator".into(),
    } also sample::by_staff_for_guest;
    /// A ticket went to another department.
    "ticket.moved" TicketMoved {
        /// The ticket, in its new department.
        ticket: Ticket = sample::ticket(),
        /// The department before.
        before: Department = sample::billing(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Operator".into(),
    } also sample::by_staff_for_guest;
    /// Staff gave a guest's ticket to an account, or took it back: it is a guest's again then.
    "ticket.account_changed" TicketAccountChanged {
        /// The ticket; whose it is now stands in `account`, which is empty for a guest's.
        ticket: Ticket = sample::ticket(),
        /// The account that it was taken from; empty if it was a guest's.
        before: Account = Account::default(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Operator".into(),
    } also sample::by_staff_for_guest;
    /// A ticket got another priority.
    "ticket.priority_changed" TicketPriorityChanged {
        /// The ticket, with its new priority.
        ticket: Ticket = sample::ticket(),
        /// The priority before.
        before: String as PRIORITIES = "Low".into(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Operator".into(),
    } also sample::by_staff_for_guest;
    /// The addresses that are copied on a ticket changed.
    "ticket.cc_changed" TicketCcChanged {
        /// The ticket, with the addresses that are copied now.
        ticket: Ticket = sample::ticket(),
        /// Addresses that came.
        added: Vec<String> as ADDRESS = vec!["agency@partner.example".into()],
        /// Addresses that went.
        removed: Vec<String> as ADDRESS = vec![],
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Authorized User".into(),
    } also sample::guest_ticket;
    /// A ticket became part of another one, which has all messages now.
    "ticket.merged" TicketMerged {
        /// The ticket that goes on.
        ticket: Ticket = sample::ticket(),
        /// The ticket that is closed and leads to the other one.
        merged: Ticket = sample::merged_ticket(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Operator".into(),
    } also sample::by_staff_for_guest;
    /// Some messages of a ticket became a ticket of their own.
    "ticket.split" TicketSplit {
        /// The ticket that came into being.
        ticket: Ticket = sample::merged_ticket(),
        /// The ticket that the messages stood on.
        from: Ticket = sample::ticket(),
        /// What whoever acts is to the account, as on replies.
        badge: String as BADGES = "Operator".into(),
    } also sample::by_staff_for_guest;
    /// A customer said how good an answer of staff was.
    "ticket.rated" TicketRated {
        /// The ticket.
        ticket: Ticket = sample::ticket(),
        /// The answer.
        reply: Reply = sample::answer(),
        /// From 1, poor, to 5, very good.
        stars: i64 = 5,
        /// What the customer said; may be empty.
        comment: String = "Quick and kind.".into(),
        /// What whoever rates is to the account, as on replies.
        badge: String as BADGES = "Authorized User".into(),
    } also sample::guest_rated;
    /// A mail that wanted to open a ticket, or to answer on one, was not taken. It is kept, with the reason.
    "ticket.mail_rejected" TicketMailRejected {
        /// The mail.
        mail: RejectedMail = sample::rejected_mail(),
        /// Empty: such a mail is on no ticket. It stands here for hooks on all events of tickets.
        ticket: Ticket = Ticket::default(),
        /// Who says to have sent it. Nobody checked that.
        sender: Person = sample::guest(),
        /// The department that it was for, as far as we know.
        department: Department = sample::ticket().department,
    } also sample::without_account;
}
