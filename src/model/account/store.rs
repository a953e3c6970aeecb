//! The SQL of accounts.

use super::Line;
use crate::{
    args,
    db::{Query, Tx, Value, like},
    error::{Error, Result},
    model::page::{Key, Listed, Page, Statements},
};
use sqlx::FromRow;

/// An account as the database keeps it.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// Stable id.
    pub id: String,
    /// Company; may be empty.
    pub company: String,
    /// First name of the person to address.
    pub first_name: String,
    /// Last name of the person to address.
    pub last_name: String,
    /// The account's own address; no login.
    pub email: String,
    /// Phone number as typed.
    pub phone: String,
    /// Street and number.
    pub address1: String,
    /// Second line of the address.
    pub address2: String,
    /// City of the address.
    pub city: String,
    /// State or region.
    pub state: String,
    /// Post code.
    pub postcode: String,
    /// Two-letter country code; may be empty.
    pub country: String,
    /// Tax id as typed.
    pub tax_id: String,
    /// Three-letter currency code.
    pub currency: String,
    /// Language of the account's own mail.
    pub locale: String,
    /// Mail categories of the account's own address, as stored.
    pub categories: String,
    /// What the operator lays down about mail, as stored.
    pub policy: String,
    /// When it was created.
    pub created_at: i64,
    /// When it was closed, if it was.
    pub closed_at: Option<i64>,
}

pub(super) async fn lookup(q: &mut impl Query, id: &str) -> Result<Option<Row>> {
    q.optional(
        "SELECT id, company, first_name, last_name, email, phone, address1, address2, city, state, postcode, country,
           tax_id, currency, locale, categories, created_at, closed_at,
           COALESCE((SELECT value FROM facts WHERE key = 'mail_policy'), '') AS policy
         FROM accounts WHERE id = $1",
        args![id],
    )
    .await
}

pub(super) async fn open_after(q: &mut impl Query, after: &str, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT id FROM accounts WHERE closed_at IS NULL AND id > $1 ORDER BY id LIMIT $2";
    let rows: Vec<(String,)> = q.all(sql, args![after, limit]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Takes the row's lock without changing anything.
pub(super) async fn hold(tx: &mut Tx, id: &str) -> Result<()> {
    match tx.execute("UPDATE accounts SET closed_at = closed_at WHERE id = $1", args![id]).await? {
        0 => Err(Error::not_found("account")),
        _ => Ok(()),
    }
}

pub(super) async fn insert(tx: &mut Tx, row: &Row) -> Result<()> {
    tx.execute(
        "INSERT INTO accounts (id, company, first_name, last_name, email, phone, address1, address2, city, state,
           postcode, country, tax_id, currency, locale, categories, sort_name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        args![
            &row.id,
            &row.company,
            &row.first_name,
            &row.last_name,
            &row.email,
            &row.phone,
            &row.address1,
            &row.address2,
            &row.city,
            &row.state,
            &row.postcode,
            &row.country,
            &row.tax_id,
            &row.currency,
            &row.locale,
            &row.categories,
            row.name().to_lowercase(),
            row.created_at,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn update_details(tx: &mut Tx, row: &Row) -> Result<()> {
    tx.execute(
        "UPDATE accounts SET company = $2, first_name = $3, last_name = $4, email = $5, phone = $6, address1 = $7,
           address2 = $8, city = $9, state = $10, postcode = $11, country = $12, tax_id = $13, currency = $14,
           locale = $15, sort_name = $16 WHERE id = $1",
        args![
            &row.id,
            &row.company,
            &row.first_name,
            &row.last_name,
            &row.email,
            &row.phone,
            &row.address1,
            &row.address2,
            &row.city,
            &row.state,
            &row.postcode,
            &row.country,
            &row.tax_id,
            &row.currency,
            &row.locale,
            row.name().to_lowercase(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_categories(tx: &mut Tx, id: &str, categories: &str) -> Result<()> {
    tx.execute("UPDATE accounts SET categories = $2 WHERE id = $1", args![id, categories]).await?;
    Ok(())
}

macro_rules! select_lines {
    ($columns:literal, $tail:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM accounts a
             LEFT JOIN access x ON x.account_id = a.id AND x.owner = TRUE
             LEFT JOIN users o ON o.id = x.user_id
             WHERE (a.sort_name LIKE $1 ESCAPE '\\' OR LOWER(a.email) LIKE $1 ESCAPE '\\'
               OR LOWER(a.first_name || ' ' || a.last_name) LIKE $1 ESCAPE '\\'
               OR EXISTS (SELECT 1 FROM access m JOIN users u ON u.id = m.user_id
                          WHERE m.account_id = a.id AND u.email_key LIKE $1 ESCAPE '\\')) ",
            $tail
        )
    };
}
macro_rules! lines {
    ($tail:literal) => {
        select_lines!(
            "a.id, a.sort_name, a.company, a.first_name, a.last_name, a.email, a.created_at,
             COALESCE(o.first_name || ' ' || o.last_name, '') AS owner_name, COALESCE(o.email, '') AS owner_email,
             (SELECT COUNT(*) FROM access m WHERE m.account_id = a.id) AS users",
            $tail
        )
    };
}

const LINES: Statements = Statements {
    forward: lines!("AND (a.sort_name, a.id) > ($2, $3) ORDER BY a.sort_name, a.id LIMIT $4"),
    backward: lines!("AND (a.sort_name, a.id) < ($2, $3) ORDER BY a.sort_name DESC, a.id DESC LIMIT $4"),
    preceding: select_lines!("COUNT(*)", "AND (a.sort_name, a.id) < ($2, $3)"),
    total: select_lines!("COUNT(*)", ""),
    sort: |sort| Value::from(sort),
};

pub(super) async fn list(q: &mut impl Query, search: &str, page: &Page) -> Result<Listed<Line>> {
    LINES
        .page(q, args![like::anywhere(search)], page, |row: &Line| Key {
            sort: row.sort_name.clone(),
            id: row.id.clone(),
        })
        .await
}
