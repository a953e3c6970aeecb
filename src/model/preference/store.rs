//! The SQL of what addresses chose.

use super::Choice;
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};
use sqlx::FromRow;

/// A row.
#[derive(Debug, FromRow)]
pub(super) struct Row {
    pub to_key: String,
    pub category: String,
    pub off_at: Option<i64>,
    pub pace: String,
}

pub(super) async fn of_address(q: &mut impl Query, account_id: &str, to_key: &str) -> Result<Vec<Row>> {
    q.all(
        "SELECT to_key, category, off_at, pace FROM mail_choices WHERE account_id = $1 AND to_key = $2",
        args![account_id, to_key],
    )
    .await
}

/// Those that want none of a kind of the account's mail, always in the same order.
pub(super) async fn off(q: &mut impl Query, account_id: &str) -> Result<Vec<Row>> {
    q.all(
        "SELECT to_key, category, off_at, pace FROM mail_choices WHERE account_id = $1 AND off_at IS NOT NULL
         ORDER BY to_key, category",
        args![account_id],
    )
    .await
}

pub(super) async fn keep(tx: &mut Tx, account_id: &str, to_key: &str, choice: &Choice) -> Result<()> {
    tx.execute(
        "INSERT INTO mail_choices (account_id, to_key, category, off_at, pace) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, to_key, category) DO UPDATE SET off_at = excluded.off_at, pace = excluded.pace",
        args![account_id, to_key, choice.category.key(), choice.off_at, choice.pace.key()],
    )
    .await?;
    Ok(())
}
