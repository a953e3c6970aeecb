//! The SQL of access.

use super::{Member, Reachable};
use crate::{
    args,
    db::{Query, Tx, Value, like},
    error::Result,
    model::page::{Key, Listed, Page, Statements},
    permission::Permissions,
};

pub(in crate::model) async fn insert(
    tx: &mut Tx,
    account_id: &str,
    user_id: &str,
    owner: bool,
    permissions: &Permissions,
    at: i64,
) -> Result<()> {
    tx.execute(
        "INSERT INTO access (account_id, user_id, owner, permissions, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![account_id, user_id, owner, permissions.to_column(), at],
    )
    .await?;
    Ok(())
}

macro_rules! select_members {
    ($tail:literal) => {
        concat!(
            "SELECT u.*, x.owner, x.permissions, x.categories, x.last_login_at AS entered_at
             FROM access x JOIN users u ON u.id = x.user_id WHERE x.account_id = $1 ",
            $tail
        )
    };
}

/// The owner first, then by name.
pub(in crate::model) async fn members(q: &mut impl Query, account_id: &str) -> Result<Vec<Member>> {
    q.all(
        select_members!("ORDER BY x.owner DESC, LOWER(u.first_name), LOWER(u.last_name), u.id"),
        args![account_id],
    )
    .await
}

pub(in crate::model) async fn member(
    q: &mut impl Query,
    account_id: &str,
    user_id: &str,
) -> Result<Option<Member>> {
    q.optional(select_members!("AND x.user_id = $2"), args![account_id, user_id]).await
}

/// True if somebody with this address has access.
pub(in crate::model) async fn has_address(
    q: &mut impl Query,
    account_id: &str,
    email_key: &str,
) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM access x JOIN users u ON u.id = x.user_id WHERE x.account_id = $1 AND u.email_key = $2";
    Ok(q.number(sql, args![account_id, email_key]).await? > 0)
}

macro_rules! select_reachable {
    ($columns:literal, $tail:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM (SELECT a.id, (CASE WHEN x.owner THEN '0' ELSE '1' END) || a.sort_name AS sort, a.company, a.first_name,
                a.last_name, a.email, x.owner, x.permissions, x.last_login_at AS entered_at
              FROM access x JOIN accounts a ON a.id = x.account_id
              WHERE x.user_id = $1 AND a.closed_at IS NULL AND a.sort_name LIKE $2 ESCAPE '\\') r ",
            $tail
        )
    };
}

const REACHABLE: Statements = Statements {
    forward: select_reachable!("*", "WHERE (sort, id) > ($3, $4) ORDER BY sort, id LIMIT $5"),
    backward: select_reachable!("*", "WHERE (sort, id) < ($3, $4) ORDER BY sort DESC, id DESC LIMIT $5"),
    preceding: select_reachable!("COUNT(*)", "WHERE (sort, id) < ($3, $4)"),
    total: select_reachable!("COUNT(*)", ""),
    sort: |sort| Value::from(sort),
};

pub(super) async fn reachable(
    q: &mut impl Query,
    user_id: &str,
    search: &str,
    page: &Page,
) -> Result<Listed<Reachable>> {
    let values = args![user_id, like::anywhere(search)];
    REACHABLE
        .page(q, values, page, |row: &Reachable| Key { sort: row.sort.clone(), id: row.id.clone() })
        .await
}

pub(super) async fn set_permissions(
    tx: &mut Tx,
    account_id: &str,
    user_id: &str,
    permissions: &Permissions,
) -> Result<()> {
    let sql = "UPDATE access SET permissions = $3 WHERE account_id = $1 AND user_id = $2 AND owner = FALSE";
    tx.execute(sql, args![account_id, user_id, permissions.to_column()]).await?;
    Ok(())
}

pub(super) async fn set_categories(
    tx: &mut Tx,
    account_id: &str,
    user_id: &str,
    categories: &str,
) -> Result<()> {
    let sql = "UPDATE access SET categories = $3 WHERE account_id = $1 AND user_id = $2";
    tx.execute(sql, args![account_id, user_id, categories]).await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, account_id: &str, user_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM access WHERE account_id = $1 AND user_id = $2 AND owner = FALSE",
        args![account_id, user_id],
    )
    .await?;
    Ok(())
}

/// The user's sessions that stand in this account stand in none.
pub(super) async fn leave_sessions(tx: &mut Tx, account_id: &str, user_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE sessions SET account_id = NULL WHERE user_id = $2 AND account_id = $1",
        args![account_id, user_id],
    )
    .await?;
    Ok(())
}
