//! The SQL of tickets, their messages and departments.

use super::list::Answered;
use super::{ANSWERED, Department, Line, Note, Reply, Scope, Show, Ticket};
use crate::{
    args,
    db::{Query, Tx, Value},
    error::Result,
    model::page::{self, Key, Listed, Page, Statements},
};

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT t.id, t.reference, t.account_id, t.department_id, d.name AS department, d.email AS department_email,
               t.subject, t.status, t.priority, t.opener_kind, t.opener_id, t.opener_name, t.opener_email, t.assignee_id, t.cc,
               t.opened_at, t.changed_at, t.closed_at,
               COALESCE((SELECT MAX(r.at) FROM ticket_replies r WHERE r.ticket_id = t.id), t.opened_at) AS written_at
             FROM tickets t JOIN departments d ON d.id = t.department_id ",
            $tail
        )
    };
}

/// Answered tickets by account, for the accounts that a user can enter.
pub(super) async fn answered(q: &mut impl Query, user_id: &str) -> Result<Vec<Answered>> {
    q.all(
        "SELECT a.account_id, a.owner, a.permissions, COUNT(*) AS tickets
         FROM access a JOIN tickets t ON t.account_id = a.account_id
         WHERE a.user_id = $1 AND t.status = $2 AND t.closed_at IS NULL
         GROUP BY a.account_id, a.owner, a.permissions",
        args![user_id, ANSWERED],
    )
    .await
}

pub(super) async fn by_id(q: &mut impl Query, id: &str) -> Result<Option<Ticket>> {
    q.optional(select!("WHERE t.id = $1"), args![id]).await
}

pub(super) async fn by_reference(q: &mut impl Query, reference: &str) -> Result<Option<Ticket>> {
    q.optional(select!("WHERE t.reference = $1"), args![reference]).await
}

pub(super) async fn open_after(q: &mut impl Query, after: &str, limit: i64) -> Result<Vec<Ticket>> {
    q.all(select!("WHERE t.closed_at IS NULL AND t.id > $1 ORDER BY t.id LIMIT $2"), args![after, limit])
        .await
}

/// False if the reference is taken.
pub(super) async fn insert(tx: &mut Tx, ticket: &Ticket) -> Result<bool> {
    let rows = tx
        .execute(
            "INSERT INTO tickets (id, reference, account_id, department_id, subject, status, priority, opener_kind, opener_id,
               opener_name, opener_email, cc, opened_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (reference) DO NOTHING",
            args![
                &ticket.id,
                &ticket.reference,
                ticket.account_id.clone(),
                &ticket.department_id,
                &ticket.subject,
                &ticket.status,
                &ticket.priority,
                &ticket.opener_kind,
                &ticket.opener_id,
                &ticket.opener_name,
                &ticket.opener_email,
                &ticket.cc,
                ticket.opened_at,
                ticket.changed_at
            ],
        )
        .await?;
    Ok(rows == 1)
}

/// False if the ticket was closed meanwhile.
pub(super) async fn replied(tx: &mut Tx, ticket: &Ticket) -> Result<bool> {
    let sql = "UPDATE tickets SET status = $2, changed_at = $3 WHERE id = $1 AND closed_at IS NULL";
    Ok(tx.execute(sql, args![&ticket.id, &ticket.status, ticket.changed_at]).await? == 1)
}

/// False if the ticket was closed meanwhile.
pub(super) async fn closed(tx: &mut Tx, ticket: &Ticket) -> Result<bool> {
    let sql =
        "UPDATE tickets SET status = $2, changed_at = $3, closed_at = $3 WHERE id = $1 AND closed_at IS NULL";
    Ok(tx.execute(sql, args![&ticket.id, &ticket.status, ticket.changed_at]).await? == 1)
}

pub(super) async fn set_status(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    tx.execute(
        "UPDATE tickets SET status = $2, changed_at = $3, closed_at = $4 WHERE id = $1",
        args![&ticket.id, &ticket.status, ticket.changed_at, ticket.closed_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn insert_note(tx: &mut Tx, ticket_id: &str, note: &Note) -> Result<()> {
    tx.execute(
        "INSERT INTO ticket_notes (id, ticket_id, author_kind, author_id, author_name, author_email, body, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            &note.id,
            ticket_id,
            &note.author_kind,
            &note.author_id,
            &note.author_name,
            &note.author_email,
            &note.body,
            note.at
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn notes(q: &mut impl Query, ticket_id: &str) -> Result<Vec<Note>> {
    q.all(
        "SELECT id, author_kind, author_id, author_name, author_email, body, at FROM ticket_notes
         WHERE ticket_id = $1 ORDER BY at, id",
        args![ticket_id],
    )
    .await
}

pub(super) async fn insert_reply(tx: &mut Tx, ticket_id: &str, reply: &Reply) -> Result<()> {
    tx.execute(
        "INSERT INTO ticket_replies (id, ticket_id, author_kind, author_id, author_name, author_email, badge, body, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            &reply.id,
            ticket_id,
            &reply.author_kind,
            &reply.author_id,
            &reply.author_name,
            &reply.author_email,
            &reply.badge,
            &reply.body,
            reply.at
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn replies(q: &mut impl Query, ticket_id: &str) -> Result<Vec<Reply>> {
    q.all(
        "SELECT id, author_kind, author_id, author_name, author_email, badge, body, at FROM ticket_replies
         WHERE ticket_id = $1 ORDER BY at, id",
        args![ticket_id],
    )
    .await
}

macro_rules! found {
    ($whose:literal, $columns:literal, $tail:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM tickets t JOIN departments d ON d.id = t.department_id LEFT JOIN accounts a ON a.id = t.account_id
             WHERE ",
            $whose,
            " AND (LOWER(t.subject) LIKE $2 ESCAPE '\\' OR LOWER(t.reference) LIKE $2 ESCAPE '\\'
               OR LOWER(t.opener_name) LIKE $2 ESCAPE '\\' OR LOWER(t.opener_email) LIKE $2 ESCAPE '\\')
             AND ($3 = 'all' OR ($3 = 'open' AND t.closed_at IS NULL) OR ($3 = 'closed' AND t.closed_at IS NOT NULL)
               OR ($3 = 'waiting' AND t.closed_at IS NULL AND t.status IN ('Open', 'Customer-Reply'))) ",
            $tail
        )
    };
}
macro_rules! lines {
    ($whose:literal, $tail:literal) => {
        found!(
            $whose,
            "t.id, t.reference, t.subject, t.status, t.priority, d.name AS department, t.opener_name, t.account_id, a.company,
             a.first_name, a.last_name, a.email AS account_email, t.opened_at, t.changed_at,
             (SELECT COUNT(*) - 1 FROM ticket_replies r WHERE r.ticket_id = t.id) AS replies",
            $tail
        )
    };
}
macro_rules! statements {
    ($whose:literal) => {
        Statements {
            forward: lines!(
                $whose,
                "AND (t.changed_at, t.id) < ($4, $5) ORDER BY t.changed_at DESC, t.id DESC LIMIT $6"
            ),
            backward: lines!(
                $whose,
                "AND (t.changed_at, t.id) > ($4, $5) ORDER BY t.changed_at, t.id LIMIT $6"
            ),
            preceding: found!($whose, "COUNT(*)", "AND (t.changed_at, t.id) > ($4, $5)"),
            total: found!($whose, "COUNT(*)", ""),
            sort: |sort| Value::from(sort.parse().unwrap_or(i64::MAX)),
        }
    };
}

const OF_ACCOUNT: Statements = statements!("t.account_id = $1");
// The same values in the same places; nothing is compared with the first.
const OF_ALL: Statements = statements!("$1 = ''");

pub(super) async fn list(
    q: &mut impl Query,
    scope: Scope<'_>,
    show: Show,
    search: &str,
    page: &Page,
) -> Result<Listed<Line>> {
    let (statements, account_id) = match scope {
        Scope::Account(account_id) => (OF_ACCOUNT, account_id),
        Scope::Staff => (OF_ALL, ""),
    };
    let values = args![account_id, page::pattern(search), show.key()];
    statements
        .page(q, values, page, |row: &Line| Key { sort: row.changed_at.to_string(), id: row.id.clone() })
        .await
}

pub(super) async fn departments(q: &mut impl Query) -> Result<Vec<Department>> {
    q.all("SELECT id, name, email FROM departments ORDER BY position, name", args![]).await
}

pub(super) async fn department(q: &mut impl Query, name: &str) -> Result<Option<Department>> {
    q.optional("SELECT id, name, email FROM departments WHERE name = $1", args![name]).await
}

pub(super) async fn ensure_department(tx: &mut Tx, department: &Department) -> Result<()> {
    tx.execute(
        "INSERT INTO departments (id, name, email, position)
         SELECT $1, $2, $3, COALESCE(MAX(position), 0) + 1 FROM departments WHERE TRUE
         ON CONFLICT (name) DO NOTHING",
        args![&department.id, &department.name, &department.email],
    )
    .await?;
    Ok(())
}
