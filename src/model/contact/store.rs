//! The SQL of contacts. Each statement names the account, so that none reaches another's.

use super::Contact;
use crate::{
    args,
    db::{Query, Tx, Value, like},
    error::Result,
    model::{
        email_key,
        page::{Key, Listed, Page, Statements},
    },
};

macro_rules! select {
    ($columns:literal, $tail:literal) => {
        concat!("SELECT ", $columns, " FROM contacts WHERE account_id = $1 ", $tail)
    };
    ($tail:literal) => {
        select!("id, name, email, categories, created_at", $tail)
    };
}

/// All contacts, by name.
pub(in crate::model) async fn all(q: &mut impl Query, account_id: &str) -> Result<Vec<Contact>> {
    q.all(select!("ORDER BY LOWER(name), id"), args![account_id]).await
}

pub(super) async fn lookup(q: &mut impl Query, account_id: &str, id: &str) -> Result<Option<Contact>> {
    q.optional(select!("AND id = $2"), args![account_id, id]).await
}

pub(super) async fn by_email(
    q: &mut impl Query,
    account_id: &str,
    email_key: &str,
) -> Result<Option<Contact>> {
    q.optional(select!("AND email_key = $2"), args![account_id, email_key]).await
}

macro_rules! found {
    ($columns:literal, $tail:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM (SELECT id, name, email, categories, created_at, LOWER(name) AS sort FROM contacts
              WHERE account_id = $1 AND (LOWER(name) LIKE $2 ESCAPE '\\' OR email_key LIKE $2 ESCAPE '\\')) c ",
            $tail
        )
    };
}

/// A contact with what the list sorts by: the database's own idea of lower case.
#[derive(sqlx::FromRow)]
struct Sorted {
    #[sqlx(flatten)]
    contact: Contact,
    sort: String,
}

const SORTED: Statements = Statements {
    forward: found!("*", "WHERE (sort, id) > ($3, $4) ORDER BY sort, id LIMIT $5"),
    backward: found!("*", "WHERE (sort, id) < ($3, $4) ORDER BY sort DESC, id DESC LIMIT $5"),
    preceding: found!("COUNT(*)", "WHERE (sort, id) < ($3, $4)"),
    total: found!("COUNT(*)", ""),
    sort: |sort| Value::from(sort),
};

pub(super) async fn list(
    q: &mut impl Query,
    account_id: &str,
    search: &str,
    page: &Page,
) -> Result<Listed<Contact>> {
    let values = args![account_id, like::anywhere(search)];
    let key = |row: &Sorted| Key { sort: row.sort.clone(), id: row.contact.id.clone() };
    Ok(SORTED.page(q, values, page, key).await?.map(|row| row.contact))
}

pub(super) async fn insert(tx: &mut Tx, account_id: &str, contact: &Contact) -> Result<()> {
    tx.execute(
        "INSERT INTO contacts (account_id, id, name, email, email_key, categories, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            account_id,
            &contact.id,
            &contact.name,
            &contact.email,
            email_key(&contact.email),
            &contact.categories,
            contact.created_at
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn update(tx: &mut Tx, account_id: &str, contact: &Contact) -> Result<()> {
    tx.execute(
        "UPDATE contacts SET name = $3, email = $4, email_key = $5, categories = $6 WHERE account_id = $1 AND id = $2",
        args![account_id, &contact.id, &contact.name, &contact.email, email_key(&contact.email), &contact.categories],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, account_id: &str, id: &str) -> Result<()> {
    tx.execute("DELETE FROM contacts WHERE account_id = $1 AND id = $2", args![account_id, id]).await?;
    Ok(())
}
