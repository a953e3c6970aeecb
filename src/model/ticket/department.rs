//! Departments: where tickets go.

use super::store;
use crate::{
    db::{Query, Tx},
    error::Result,
    id,
    model::{email_address, required_line},
};
use sqlx::FromRow;

/// Where a ticket goes.
#[derive(Clone, Debug, FromRow)]
pub struct Department {
    /// Stable id.
    pub id: String,
    /// The name that customers see.
    pub name: String,
    /// The address that mail goes to and comes from.
    pub email: String,
}

/// The departments, in the operator's order.
///
/// # Errors
/// If the database is away.
pub async fn departments(mut q: impl Query) -> Result<Vec<Department>> {
    store::departments(&mut q).await
}

/// The department of this name, which is made, last in the order, if there is none yet. A department
/// that exists keeps its address.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `name` or `email`.
pub async fn ensure_department(mut tx: &mut Tx, name: &str, email: &str, at: i64) -> Result<Department> {
    let department = Department {
        id: id::new("dep", at),
        name: required_line("name", name, 60)?,
        email: email_address("email", email)?,
    };
    store::ensure_department(tx, &department).await?;
    let stored = store::department(&mut tx, &department.name).await?;
    Ok(stored.unwrap_or(department))
}
