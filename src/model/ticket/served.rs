//! Which tickets a member of staff serves: all, or those of their departments.

use super::{Ticket, store};
use crate::{
    db::Query,
    error::Result,
    model::staff::{Role, Staff},
};
use std::collections::BTreeSet;

/// The departments that a member of staff serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Served {
    /// All of them.
    All,
    /// Those of these ids.
    These(BTreeSet<String>),
}

impl Served {
    /// True if they serve the department of this id.
    pub fn has(&self, department_id: &str) -> bool {
        match self {
            Served::All => true,
            Served::These(ids) => ids.contains(department_id),
        }
    }
}

/// What a member of staff serves: admins everything; agents the departments that they belong to and those
/// that nobody belongs to, or everything if they belong to none.
///
/// # Errors
/// If the database is away.
pub async fn served(mut q: impl Query, staff: &Staff) -> Result<Served> {
    if staff.role == Role::Admin { Ok(Served::All) } else { by(&mut q, &staff.id).await }
}

pub(super) async fn by(q: &mut impl Query, staff_id: &str) -> Result<Served> {
    let own = store::departments_of(q, staff_id).await?;
    if own.is_empty() {
        return Ok(Served::All);
    }
    let open = store::departments_of_all(q).await?;
    Ok(Served::These(own.into_iter().chain(open).collect()))
}

/// True if an agent may see the ticket: it is in a department that they serve, or theirs.
pub(super) async fn reaches(q: &mut impl Query, staff_id: &str, ticket: &Ticket) -> Result<bool> {
    let theirs = ticket.assignee_id.as_deref() == Some(staff_id);
    Ok(theirs || by(q, staff_id).await?.has(&ticket.department_id))
}
