//! Events of the staff's own house: members, departments, statuses, answers that are ready.

use super::*;
use crate::event::{data::*, sample};

catalogue! {
    DESK;

    /// A member of staff got another role.
    "staff.role_changed" StaffRoleChanged {
        /// Who.
        staff: Person = sample::staff(),
        /// The role before: `admin` or `agent`.
        before: String as ROLES = "agent".into(),
        /// The role now.
        role: String as ROLES = "admin".into(),
    } also sample::without_account;
    /// A member of staff has another name.
    "staff.renamed" StaffRenamed {
        /// Who, with the new name.
        staff: Person = sample::staff(),
        /// The name before.
        before: String = "Samira Staff".into(),
    } also sample::without_account;
    /// A member of staff has another password; their other sessions have ended.
    "staff.password_changed" StaffPasswordChanged {
        /// Who.
        staff: Person = sample::staff(),
    } also sample::without_account;
    /// A member of staff was removed, and can log in no more.
    "staff.removed" StaffRemoved {
        /// Who.
        staff: Person = sample::staff(),
    } also sample::without_account;

    /// Staff made a department.
    "department.added" DepartmentAdded {
        /// The department.
        department: Department = sample::billing(),
    } also sample::without_account;
    /// Staff changed a department: its name, its address, its rules, its members or its place.
    "department.changed" DepartmentChanged {
        /// The department, after the change.
        department: Department = sample::billing(),
    } also sample::without_account;
    /// Staff removed a department. Its tickets were moved together: no event tells of each.
    "department.removed" DepartmentRemoved {
        /// The department.
        department: Department = sample::billing(),
        /// Where its tickets went; empty if it had none.
        tickets_to: Department = sample::department(),
    } also sample::without_account;

    /// Staff made a status of tickets, or changed one. Tickets that have it follow: no event tells of each.
    "ticket_status.saved" TicketStatusSaved {
        /// The status, after the change.
        status: Status = sample::status(),
        /// Its name before; empty if it was not renamed.
        before: String = "Waiting".into(),
    } also sample::without_account;
    /// Staff removed a status of tickets. Tickets that had it got another one together: no event tells of each.
    "ticket_status.removed" TicketStatusRemoved {
        /// The status.
        status: Status = sample::status(),
        /// The status that its tickets got; empty if it had none.
        tickets_to: String as STATUSES = "On Hold".into(),
    } also sample::without_account;

    /// Staff wrote an answer that is ready for use, or changed one.
    "canned_answer.saved" CannedAnswerSaved {
        /// The answer.
        answer: CannedAnswer = sample::canned_answer(),
    } also sample::without_account;
    /// Staff removed an answer that was ready for use.
    "canned_answer.removed" CannedAnswerRemoved {
        /// The answer.
        answer: CannedAnswer = sample::canned_answer(),
    } also sample::without_account;
}
