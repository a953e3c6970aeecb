//! Departments: where tickets go. Staff edit them.

use super::{Ticket, store};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{DepartmentAdded, DepartmentChanged, DepartmentRemoved},
        data::{self, Account, Person},
        outbox::{Act, emit},
    },
    id,
    model::{email_address, email_key, line, required_line},
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
    /// What it is for, in a sentence; may be empty.
    pub description: String,
    /// Its place in lists.
    pub position: i64,
    /// True if customers cannot choose it.
    pub hidden: bool,
    /// True if mail opens tickets only for people whom an account knows.
    pub clients_only: bool,
    /// True if mail opens no tickets, and only answers them.
    pub replies_only: bool,
}

impl Department {
    /// The department as events and hooks see it.
    pub fn seen(&self) -> data::Department {
        data::Department {
            exists: true,
            id: self.id.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            hidden: self.hidden,
        }
    }
}

/// The departments, in the operator's order; hidden ones too.
///
/// # Errors
/// If the database is away.
pub async fn departments(mut q: impl Query) -> Result<Vec<Department>> {
    store::departments(&mut q).await
}

/// The department of a ticket.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `department`.
pub async fn department_of(mut q: impl Query, ticket: &Ticket) -> Result<Department> {
    let found = store::department_by_id(&mut q, &ticket.department_id).await?;
    found.ok_or_else(|| Error::not_found("department"))
}

/// The department of this name, which is made, last in the order, if there is none yet. A department
/// that exists keeps its address.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `name` or `email`.
pub async fn ensure_department(mut tx: &mut Tx, name: &str, email: &str, at: i64) -> Result<Department> {
    let typed = NewDepartment { name: name.to_owned(), email: email.to_owned(), ..NewDepartment::default() };
    let department = typed.checked(id::new("dep", at))?;
    store::ensure_department(tx, &department).await?;
    let stored = store::department(&mut tx, &department.name).await?;
    Ok(stored.unwrap_or(department))
}

/// A department as staff type it.
#[derive(Clone, Debug, Default)]
pub struct NewDepartment {
    /// The name that customers see.
    pub name: String,
    /// The address that mail goes to and comes from.
    pub email: String,
    /// What it is for, in a sentence.
    pub description: String,
    /// Its place in lists.
    pub position: i64,
    /// True if customers cannot choose it.
    pub hidden: bool,
    /// True if mail opens tickets only for people whom an account knows.
    pub clients_only: bool,
    /// True if mail opens no tickets, and only answers them.
    pub replies_only: bool,
    /// Ids of the staff who serve it; none means that all do.
    pub members: Vec<String>,
}

impl NewDepartment {
    fn checked(&self, id: String) -> Result<Department> {
        Ok(Department {
            id,
            name: required_line("name", &self.name, 60)?,
            email: email_address("email", &self.email)?,
            description: line("description", &self.description, 200)?,
            position: self.position,
            hidden: self.hidden,
            clients_only: self.clients_only,
            replies_only: self.replies_only,
        })
    }
}

/// Adds a department, last in the order unless its place is said.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `name`, `email` or `description`;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `department-taken`, on `name`, `department-address-taken`, on `email`, or
/// if a member is no member of staff.
pub async fn add_department(mut tx: &mut Tx, act: &Act, typed: &NewDepartment) -> Result<Department> {
    let department = typed.checked(id::new("dep", act.at))?;
    if store::department(&mut tx, &department.name).await?.is_some() {
        return Err(taken());
    }
    of_its_own(tx, &department).await?;
    store::ensure_department(tx, &department).await?;
    store::change_department(tx, &department).await?;
    set_members(tx, &department.id, &typed.members).await?;
    let event = DepartmentAdded { department: department.seen() };
    emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(department)
}

/// Changes a department. Its tickets keep to it, under whatever name.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `department`; else as [`add_department`].
pub async fn change_department(
    mut tx: &mut Tx,
    act: &Act,
    id: &str,
    typed: &NewDepartment,
) -> Result<Department> {
    let department = typed.checked(id.to_owned())?;
    let same_name = store::department(&mut tx, &department.name).await?;
    if same_name.is_some_and(|other| other.id != id) {
        return Err(taken());
    }
    of_its_own(tx, &department).await?;
    if !store::change_department(tx, &department).await? {
        return Err(Error::not_found("department"));
    }
    set_members(tx, id, &typed.members).await?;
    let event = DepartmentChanged { department: department.seen() };
    emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(department)
}

/// No two departments share an address: only one of them would ever get its mail.
async fn of_its_own(mut tx: &mut Tx, department: &Department) -> Result<()> {
    let key = email_key(&department.email);
    let all = store::departments(&mut tx).await?;
    match all.iter().any(|other| other.id != department.id && email_key(&other.email) == key) {
        true => {
            Err(Error::conflict("department-address-taken").and_field("email", "department-address-taken"))
        }
        false => Ok(()),
    }
}

fn taken() -> Error {
    Error::conflict("department-taken").and_field("name", "department-taken")
}

/// Removes a department. Its tickets, open and closed, go to the department of the id `to`, all at once:
/// one event tells of it.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `department`;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `department-used` if it has tickets and they go nowhere,
/// `department-last`; [`Kind::Invalid`](crate::error::Kind::Invalid) naming `to`.
pub async fn remove_department(mut tx: &mut Tx, act: &Act, id: &str, to: Option<&str>) -> Result<()> {
    let gone = store::department_by_id(&mut tx, id).await?.ok_or_else(|| Error::not_found("department"))?;
    if !store::has_other(&mut tx, id).await? {
        return Err(Error::conflict("department-last"));
    }
    let to = match to {
        None => None,
        Some(to) => store::department_by_id(&mut tx, to).await?.filter(|to| to.id != id),
    };
    let used = store::has_tickets(&mut tx, id).await?;
    match &to {
        Some(to) if used => store::move_all(tx, id, &to.id).await?,
        None if used => return Err(Error::conflict("department-used").and_field("to", "department-used")),
        _ => {}
    }
    store::remove_department(tx, id).await?;
    let tickets_to = to.filter(|_| used).map(|to| to.seen()).unwrap_or_default();
    let event = DepartmentRemoved { department: gone.seen(), tickets_to };
    emit(tx, act, &Account::default(), &event, &[]).await.map(drop)
}

/// The members of a department, by name; none means that all of the staff serve it.
///
/// # Errors
/// If the database is away.
pub async fn members(mut q: impl Query, department_id: &str) -> Result<Vec<Person>> {
    let rows = store::members(&mut q, department_id).await?;
    Ok(rows.into_iter().map(|row| row.person("staff")).collect())
}

/// Makes these members of staff, by their ids, the members of a department.
async fn set_members(tx: &mut Tx, department_id: &str, staff_ids: &[String]) -> Result<()> {
    store::clear_members(tx, department_id).await?;
    for staff_id in staff_ids {
        store::add_member(tx, department_id, staff_id).await?;
    }
    Ok(())
}
