//! How many tickets wait where: the numbers above the queue.

use super::{Served, Waits, store};
use crate::{db::Query, error::Result};
use sqlx::FromRow;

/// Counting stops here; a larger number stands for "more than that".
pub const MOST_IN_QUEUE: i64 = 999;

/// Open tickets of a department that have a status.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Counted {
    /// Id of the department.
    pub department_id: String,
    /// The status.
    pub status: String,
    pub(super) waits: String,
    /// How many, up to [`MOST_IN_QUEUE`] and one.
    pub tickets: i64,
}

/// The numbers above the queue.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// By department and status, where there are any; both in the operator's order.
    pub queues: Vec<Counted>,
    /// Open tickets that the member of staff has.
    pub mine: i64,
    /// Open tickets that nobody has.
    pub unassigned: i64,
}

impl Counts {
    /// Tickets that wait for staff.
    pub fn waiting(&self) -> i64 {
        self.sum(|one| one.waits == Waits::Staff.key())
    }

    /// Tickets of these queues together.
    pub fn sum(&self, which: impl Fn(&Counted) -> bool) -> i64 {
        self.queues.iter().filter(|one| which(one)).map(|one| one.tickets).sum()
    }
}

/// What waits where, as far as a member of staff serves it.
///
/// # Errors
/// If the database is away.
pub async fn counts(mut q: impl Query, served: &Served, staff_id: &str) -> Result<Counts> {
    let queues = store::counts(&mut q, MOST_IN_QUEUE + 1).await?;
    let unassigned = store::unassigned(&mut q, MOST_IN_QUEUE + 1).await?;
    Ok(Counts {
        queues: queues.into_iter().filter(|one| served.has(&one.department_id)).collect(),
        mine: store::mine(&mut q, staff_id, MOST_IN_QUEUE + 1).await?,
        unassigned: unassigned.iter().filter(|(id, _)| served.has(id)).map(|(_, tickets)| tickets).sum(),
    })
}
