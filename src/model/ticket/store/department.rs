//! The SQL of departments, their members, and statuses.

use super::PersonRow;
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
    model::ticket::{Department, Status},
};

macro_rules! department {
    ($tail:literal) => {
        concat!(
            "SELECT id, name, email, description, position, hidden, clients_only, replies_only FROM departments ",
            $tail
        )
    };
}

pub(in crate::model::ticket) async fn departments(q: &mut impl Query) -> Result<Vec<Department>> {
    q.all(department!("ORDER BY position, name"), args![]).await
}

pub(in crate::model::ticket) async fn department(
    q: &mut impl Query,
    name: &str,
) -> Result<Option<Department>> {
    q.optional(department!("WHERE name = $1"), args![name]).await
}

pub(in crate::model::ticket) async fn department_by_id(
    q: &mut impl Query,
    id: &str,
) -> Result<Option<Department>> {
    q.optional(department!("WHERE id = $1"), args![id]).await
}

pub(in crate::model::ticket) async fn ensure_department(tx: &mut Tx, department: &Department) -> Result<()> {
    tx.execute(
        "INSERT INTO departments (id, name, email, position)
         SELECT $1, $2, $3, COALESCE(MAX(position), 0) + 1 FROM departments WHERE TRUE
         ON CONFLICT (name) DO NOTHING",
        args![&department.id, &department.name, &department.email],
    )
    .await?;
    Ok(())
}

/// False if there is none of this id. A place of 0 leaves it where it is.
pub(in crate::model::ticket) async fn change_department(
    tx: &mut Tx,
    department: &Department,
) -> Result<bool> {
    let sql =
        "UPDATE departments SET name = $2, email = $3, description = $4, hidden = $5, clients_only = $6,
           replies_only = $7, position = CASE WHEN $8 = 0 THEN position ELSE $8 END WHERE id = $1";
    let values = args![
        &department.id,
        &department.name,
        &department.email,
        &department.description,
        department.hidden,
        department.clients_only,
        department.replies_only,
        department.position
    ];
    Ok(tx.execute(sql, values).await? == 1)
}

pub(in crate::model::ticket) async fn has_tickets(q: &mut impl Query, department_id: &str) -> Result<bool> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM tickets WHERE department_id = $1 LIMIT 1) AS found";
    Ok(q.number(sql, args![department_id]).await? > 0)
}

pub(in crate::model::ticket) async fn remove_department(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM departments WHERE id = $1", args![id]).await? == 1)
}

pub(in crate::model::ticket) async fn members(
    q: &mut impl Query,
    department_id: &str,
) -> Result<Vec<PersonRow>> {
    q.all(
        "SELECT '' AS kind, s.id, s.name, s.email FROM staff s JOIN department_members m ON m.staff_id = s.id
         WHERE m.department_id = $1 ORDER BY s.name, s.id",
        args![department_id],
    )
    .await
}

pub(in crate::model::ticket) async fn everybody(q: &mut impl Query) -> Result<Vec<PersonRow>> {
    q.all("SELECT '' AS kind, id, name, email FROM staff ORDER BY name, id", args![]).await
}

pub(in crate::model::ticket) async fn member(
    q: &mut impl Query,
    staff_id: &str,
) -> Result<Option<PersonRow>> {
    q.optional("SELECT '' AS kind, id, name, email FROM staff WHERE id = $1", args![staff_id]).await
}

pub(in crate::model::ticket) async fn clear_members(tx: &mut Tx, department_id: &str) -> Result<()> {
    tx.execute("DELETE FROM department_members WHERE department_id = $1", args![department_id])
        .await
        .map(drop)
}

pub(in crate::model::ticket) async fn add_member(
    tx: &mut Tx,
    department_id: &str,
    staff_id: &str,
) -> Result<()> {
    let sql =
        "INSERT INTO department_members (department_id, staff_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(sql, args![department_id, staff_id]).await.map(drop)
}

pub(in crate::model::ticket) async fn statuses(q: &mut impl Query) -> Result<Vec<Status>> {
    q.all("SELECT name, colour, position, waits, ours FROM ticket_statuses ORDER BY position, name", args![])
        .await
}

/// The status of this name, whatever its capitals.
pub(in crate::model::ticket) async fn status(q: &mut impl Query, name: &str) -> Result<Option<Status>> {
    q.optional(
        "SELECT name, colour, position, waits, ours FROM ticket_statuses WHERE LOWER(name) = LOWER($1)
         ORDER BY name LIMIT 1",
        args![name],
    )
    .await
}

/// Of ours, the meaning stays.
pub(in crate::model::ticket) async fn save_status(tx: &mut Tx, status: &Status) -> Result<()> {
    tx.execute(
        "INSERT INTO ticket_statuses (name, colour, position, waits, ours) VALUES ($1, $2, $3, $4, FALSE)
         ON CONFLICT (name) DO UPDATE SET colour = excluded.colour, position = excluded.position,
           waits = CASE WHEN ticket_statuses.ours THEN ticket_statuses.waits ELSE excluded.waits END",
        args![&status.name, &status.colour, status.position, &status.waits],
    )
    .await
    .map(drop)
}

/// Lets the tickets of a status wait for whom it says now.
pub(in crate::model::ticket) async fn align_tickets(tx: &mut Tx, status: &Status) -> Result<()> {
    tx.execute(
        "UPDATE tickets SET waits = $2,
           closed_at = CASE WHEN $2 = 'nobody' THEN COALESCE(closed_at, changed_at) ELSE NULL END
         WHERE status = $1 AND waits <> $2 AND merged_into IS NULL",
        args![&status.name, &status.waits],
    )
    .await
    .map(drop)
}

pub(in crate::model::ticket) async fn has_status(q: &mut impl Query, name: &str) -> Result<bool> {
    let sql =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM tickets WHERE status = $1 LIMIT 1) AS found";
    Ok(q.number(sql, args![name]).await? > 0)
}

pub(in crate::model::ticket) async fn remove_status(tx: &mut Tx, name: &str) -> Result<()> {
    tx.execute("DELETE FROM ticket_statuses WHERE name = $1 AND ours = FALSE", args![name]).await.map(drop)
}
