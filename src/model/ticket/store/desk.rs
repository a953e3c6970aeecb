//! The SQL of the staff's side: who serves what, what waits where, what happened to a ticket.

use crate::{
    args,
    db::{Query, Tx},
    error::Result,
    model::ticket::counts::Counted,
};
use sqlx::FromRow;

/// An event in a ticket's history.
#[derive(FromRow)]
pub(in crate::model::ticket) struct EventRow {
    pub id: String,
    pub name: String,
    pub at: i64,
    pub actor: String,
    pub body: String,
    pub company: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub account_email: Option<String>,
}

async fn ids(q: &mut impl Query, sql: &'static str, values: Vec<crate::db::Value>) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = q.all(sql, values).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Departments that a member of staff belongs to.
pub(in crate::model::ticket) async fn departments_of(
    q: &mut impl Query,
    staff_id: &str,
) -> Result<Vec<String>> {
    ids(q, "SELECT department_id FROM department_members WHERE staff_id = $1", args![staff_id]).await
}

/// Departments that nobody belongs to, so that all serve them.
pub(in crate::model::ticket) async fn departments_of_all(q: &mut impl Query) -> Result<Vec<String>> {
    let sql = "SELECT d.id FROM departments d
         WHERE NOT EXISTS (SELECT 1 FROM department_members m WHERE m.department_id = d.id)";
    ids(q, sql, args![]).await
}

/// Each count stops at `most`, so that a page costs the same however long the queues are.
pub(in crate::model::ticket) async fn counts(q: &mut impl Query, most: i64) -> Result<Vec<Counted>> {
    q.all(
        "SELECT c.department_id, c.status, c.waits, c.tickets FROM (
           SELECT d.id AS department_id, d.position AS d_position, d.name AS d_name, s.name AS status, s.waits,
             s.position AS s_position,
             (SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.department_id = d.id AND t.status = s.name
                AND t.closed_at IS NULL LIMIT $1) AS found) AS tickets
           FROM departments d CROSS JOIN ticket_statuses s WHERE s.waits <> 'nobody') AS c
         WHERE c.tickets > 0 ORDER BY c.d_position, c.d_name, c.s_position, c.status",
        args![most],
    )
    .await
}

/// Open tickets that nobody has, by department.
pub(in crate::model::ticket) async fn unassigned(
    q: &mut impl Query,
    most: i64,
) -> Result<Vec<(String, i64)>> {
    q.all(
        "SELECT d.id, (SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.department_id = d.id
           AND t.assignee_id IS NULL AND t.closed_at IS NULL LIMIT $1) AS found) AS tickets FROM departments d",
        args![most],
    )
    .await
}

/// Open tickets that a member of staff has.
pub(in crate::model::ticket) async fn mine(q: &mut impl Query, staff_id: &str, most: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.assignee_id = $1 AND t.closed_at IS NULL LIMIT $2) AS found";
    q.number(sql, args![staff_id, most]).await
}

/// References of open tickets that a member of staff has.
pub(in crate::model::ticket) async fn held_by(q: &mut impl Query, staff_id: &str) -> Result<Vec<String>> {
    let sql = "SELECT reference FROM tickets WHERE assignee_id = $1 AND closed_at IS NULL ORDER BY id";
    ids(q, sql, args![staff_id]).await
}

pub(in crate::model::ticket) async fn remember(tx: &mut Tx, event_id: &str, ticket_id: &str) -> Result<()> {
    let sql = "INSERT INTO ticket_history (event_id, ticket_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(sql, args![event_id, ticket_id]).await.map(drop)
}

/// True if an event of this name stands in the history of a ticket.
pub(in crate::model::ticket) async fn remembers(
    q: &mut impl Query,
    ticket_id: &str,
    event: &str,
) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM ticket_history h JOIN events e ON e.id = h.event_id
         WHERE h.ticket_id = $1 AND e.name = $2";
    Ok(q.number(sql, args![ticket_id, event]).await? > 0)
}

/// The newest first.
pub(in crate::model::ticket) async fn history(
    q: &mut impl Query,
    ticket_id: &str,
    limit: i64,
) -> Result<Vec<EventRow>> {
    q.all(
        "SELECT e.id, e.name, e.at, e.actor, e.body, a.company, a.first_name, a.last_name, a.email AS account_email
         FROM ticket_history h JOIN events e ON e.id = h.event_id LEFT JOIN accounts a ON a.id = e.account_id
         WHERE h.ticket_id = $1 ORDER BY e.seq DESC LIMIT $2",
        args![ticket_id, limit],
    )
    .await
}

/// Events of messages that are as old as this message or note of the ticket, with their bodies: the one that told of it is among
/// them as long as it is kept.
pub(in crate::model::ticket) async fn events_with(
    q: &mut impl Query,
    ticket_id: &str,
    id: &str,
) -> Result<Vec<(String, String)>> {
    q.all(
        "SELECT id, body FROM events WHERE name IN ('ticket.opened', 'ticket.replied', 'ticket.noted') AND at =
           (SELECT at FROM ticket_replies WHERE id = $1 AND ticket_id = $2
            UNION ALL SELECT at FROM ticket_notes WHERE id = $1 AND ticket_id = $2)
         ORDER BY seq",
        args![id, ticket_id],
    )
    .await
}

/// Lets the tickets of a department go to another one.
pub(in crate::model::ticket) async fn move_all(tx: &mut Tx, from: &str, to: &str) -> Result<()> {
    tx.execute("UPDATE tickets SET department_id = $2 WHERE department_id = $1", args![from, to])
        .await
        .map(drop)
}

/// Lets all tickets of a status have another one, as it stands in the list of statuses.
pub(in crate::model::ticket) async fn restatus_all(tx: &mut Tx, from: &str, to: &str) -> Result<()> {
    let sql = "UPDATE tickets SET status = $2 WHERE status = $1";
    tx.execute(sql, args![from, to]).await.map(drop)
}

/// True if there is a department beside this one.
pub(in crate::model::ticket) async fn has_other(q: &mut impl Query, department_id: &str) -> Result<bool> {
    Ok(q.number("SELECT COUNT(*) FROM departments WHERE id <> $1", args![department_id]).await? > 0)
}
