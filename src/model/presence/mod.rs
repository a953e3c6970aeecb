//! Who of the staff looks at a ticket now, or writes on it: so that two do not answer at once.
//!
//! It is kept in the database, for a minute after it was last said, so that all nodes know it.

mod store;

use crate::{
    clock::MINUTE,
    db::{Query, Tx},
    error::Result,
};
use sqlx::FromRow;

/// Somebody counts as there for so long after they were last seen, in milliseconds.
pub const LASTS: i64 = MINUTE;

/// A member of staff who is at a ticket now.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Present {
    /// Their id.
    pub staff_id: String,
    /// Their name.
    pub name: String,
    /// True if they write; else they only look.
    pub writing: bool,
}

/// Notes that a member of staff looks at the ticket, or writes on it.
///
/// # Errors
/// If the database is away.
pub async fn note(tx: &mut Tx, ticket_id: &str, staff_id: &str, writing: bool, at: i64) -> Result<()> {
    store::sweep(tx, at - LASTS).await?;
    store::note(tx, ticket_id, staff_id, writing, at).await
}

/// Notes that they left.
///
/// # Errors
/// If the database is away.
pub async fn leave(tx: &mut Tx, ticket_id: &str, staff_id: &str) -> Result<()> {
    store::leave(tx, ticket_id, staff_id).await
}

/// Who is at the ticket beside this member of staff; those who write first.
///
/// # Errors
/// If the database is away.
pub async fn others(mut q: impl Query, ticket_id: &str, staff_id: &str, at: i64) -> Result<Vec<Present>> {
    store::others(&mut q, ticket_id, staff_id, at - LASTS).await
}
