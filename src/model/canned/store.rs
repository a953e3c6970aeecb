//! The SQL of canned answers.

use super::Canned;
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};

pub(super) async fn list(q: &mut impl Query) -> Result<Vec<Canned>> {
    q.all("SELECT id, title, body, changed_at FROM canned_answers ORDER BY LOWER(title), id", args![]).await
}

pub(super) async fn by_id(q: &mut impl Query, id: &str) -> Result<Option<Canned>> {
    q.optional("SELECT id, title, body, changed_at FROM canned_answers WHERE id = $1", args![id]).await
}

pub(super) async fn titled(q: &mut impl Query, title: &str) -> Result<Option<Canned>> {
    q.optional("SELECT id, title, body, changed_at FROM canned_answers WHERE title = $1", args![title]).await
}

pub(super) async fn save(tx: &mut Tx, canned: &Canned) -> Result<()> {
    tx.execute(
        "INSERT INTO canned_answers (id, title, body, changed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body, changed_at = excluded.changed_at",
        args![&canned.id, &canned.title, &canned.body, canned.changed_at],
    )
    .await
    .map(drop)
}

pub(super) async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM canned_answers WHERE id = $1", args![id]).await.map(drop)
}
