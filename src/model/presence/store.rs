//! The SQL of presence.

use super::Present;
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};

pub(super) async fn note(tx: &mut Tx, ticket_id: &str, staff_id: &str, writing: bool, at: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO ticket_presence (ticket_id, staff_id, writing, seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ticket_id, staff_id) DO UPDATE SET writing = excluded.writing, seen_at = excluded.seen_at",
        args![ticket_id, staff_id, writing, at],
    )
    .await
    .map(drop)
}

pub(super) async fn leave(tx: &mut Tx, ticket_id: &str, staff_id: &str) -> Result<()> {
    let sql = "DELETE FROM ticket_presence WHERE ticket_id = $1 AND staff_id = $2";
    tx.execute(sql, args![ticket_id, staff_id]).await.map(drop)
}

pub(super) async fn sweep(tx: &mut Tx, before: i64) -> Result<()> {
    tx.execute("DELETE FROM ticket_presence WHERE seen_at < $1", args![before]).await.map(drop)
}

pub(super) async fn others(
    q: &mut impl Query,
    ticket_id: &str,
    staff_id: &str,
    since: i64,
) -> Result<Vec<Present>> {
    q.all(
        "SELECT p.staff_id, s.name, p.writing FROM ticket_presence p JOIN staff s ON s.id = p.staff_id
         WHERE p.ticket_id = $1 AND p.staff_id <> $2 AND p.seen_at >= $3 ORDER BY p.writing DESC, s.name, p.staff_id",
        args![ticket_id, staff_id, since],
    )
    .await
}
