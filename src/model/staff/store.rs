//! The SQL of staff.

use super::Staff;
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};

/// False if the address is taken.
pub(super) async fn insert(tx: &mut Tx, staff: &Staff, key: &str) -> Result<bool> {
    let rows = tx
        .execute(
            "INSERT INTO staff (id, email, email_key, name, password_hash, role, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (email_key) DO NOTHING",
            args![&staff.id, &staff.email, key, &staff.name, &staff.password_hash, staff.role.key(), staff.created_at],
        )
        .await?;
    Ok(rows == 1)
}

pub(super) async fn by_id(mut q: impl Query, id: &str) -> Result<Option<Staff>> {
    q.optional("SELECT * FROM staff WHERE id = $1", args![id]).await
}

pub(super) async fn by_email_key(mut q: impl Query, key: &str) -> Result<Option<Staff>> {
    q.optional("SELECT * FROM staff WHERE email_key = $1", args![key]).await
}

pub(super) async fn list(mut q: impl Query) -> Result<Vec<Staff>> {
    q.all("SELECT * FROM staff ORDER BY name, id", args![]).await
}

pub(super) async fn logged_in(tx: &mut Tx, id: &str, at: i64) -> Result<()> {
    tx.execute("UPDATE staff SET last_login_at = $2 WHERE id = $1", args![id, at]).await?;
    Ok(())
}

pub(super) async fn set_role(tx: &mut Tx, id: &str, role: &str) -> Result<()> {
    tx.execute("UPDATE staff SET role = $2 WHERE id = $1", args![id, role]).await.map(drop)
}

pub(super) async fn set_name(tx: &mut Tx, id: &str, name: &str) -> Result<()> {
    tx.execute("UPDATE staff SET name = $2 WHERE id = $1", args![id, name]).await.map(drop)
}

pub(super) async fn set_password(tx: &mut Tx, id: &str, hash: &str) -> Result<()> {
    tx.execute("UPDATE staff SET password_hash = $2 WHERE id = $1", args![id, hash]).await.map(drop)
}

pub(super) async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM staff WHERE id = $1", args![id]).await.map(drop)
}

/// How many admins there are beside this one, whose rows are held until the transaction ends.
pub(super) async fn other_admins(mut tx: &mut Tx, id: &str) -> Result<i64> {
    tx.execute("UPDATE staff SET role = role WHERE role = 'admin'", args![]).await?;
    tx.number("SELECT COUNT(*) FROM staff WHERE role = 'admin' AND id <> $1", args![id]).await
}
