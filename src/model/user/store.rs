//! The SQL of users and of their links.

use super::{
    User,
    link::{Link, Purpose},
    profile::Profile,
};
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};

/// False if the address is taken.
pub(super) async fn insert(tx: &mut Tx, user: &User) -> Result<bool> {
    let rows = tx
        .execute(
            "INSERT INTO users (id, email, email_key, first_name, last_name, password_hash, locale, time_zone, email_verified_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (email_key) DO NOTHING",
            args![
                &user.id,
                &user.email,
                &user.email_key,
                &user.first_name,
                &user.last_name,
                &user.password_hash,
                &user.locale,
                &user.time_zone,
                user.email_verified_at,
                user.created_at
            ],
        )
        .await?;
    Ok(rows == 1)
}

pub(super) async fn by_id(mut q: impl Query, id: &str) -> Result<Option<User>> {
    q.optional("SELECT * FROM users WHERE id = $1", args![id]).await
}

pub(super) async fn by_email_key(mut q: impl Query, key: &str) -> Result<Option<User>> {
    q.optional("SELECT * FROM users WHERE email_key = $1", args![key]).await
}

/// False if the password is another one now. Whoever changes it waits for this transaction.
pub(super) async fn hold(tx: &mut Tx, id: &str, password_hash: &str) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE users SET password_hash = password_hash WHERE id = $1 AND password_hash = $2",
            args![id, password_hash],
        )
        .await?;
    Ok(rows == 1)
}

pub(super) async fn logged_in(tx: &mut Tx, id: &str, at: i64) -> Result<()> {
    tx.execute("UPDATE users SET last_login_at = $2 WHERE id = $1", args![id, at]).await?;
    Ok(())
}

pub(super) async fn set_profile(tx: &mut Tx, id: &str, profile: &Profile) -> Result<()> {
    tx.execute(
        "UPDATE users SET first_name = $2, last_name = $3, locale = $4, time_zone = $5 WHERE id = $1",
        args![id, &profile.first_name, &profile.last_name, &profile.locale, &profile.time_zone],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_password(tx: &mut Tx, id: &str, hash: &str) -> Result<()> {
    tx.execute("UPDATE users SET password_hash = $2 WHERE id = $1", args![id, hash]).await?;
    Ok(())
}

/// False if the address was confirmed before.
pub(super) async fn set_verified(tx: &mut Tx, id: &str, at: i64) -> Result<bool> {
    Ok(tx
        .execute(
            "UPDATE users SET email_verified_at = $2 WHERE id = $1 AND email_verified_at IS NULL",
            args![id, at],
        )
        .await?
        == 1)
}

/// False if another user has the address.
pub(super) async fn set_email(tx: &mut Tx, id: &str, email: &str, key: &str, at: i64) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE users SET email = $2, email_key = $3, email_verified_at = $4
             WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users other WHERE other.email_key = $3 AND other.id <> $1)",
            args![id, email, key, at],
        )
        .await?;
    Ok(rows == 1)
}

pub(super) async fn insert_link(tx: &mut Tx, token_hash: &str, link: &Link) -> Result<()> {
    tx.execute(
        "INSERT INTO user_links (token_hash, user_id, purpose, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![token_hash, &link.user_id, &link.purpose, &link.email, link.created_at, link.expires_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn link(mut q: impl Query, token_hash: &str) -> Result<Option<Link>> {
    q.optional("SELECT user_id, purpose, email, created_at, expires_at, used_at FROM user_links WHERE token_hash = $1", args![token_hash])
        .await
}

/// False if the link was used or ran out meanwhile: of two who use it at once, one does.
pub(super) async fn use_link(tx: &mut Tx, token_hash: &str, now: i64) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE user_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
            args![token_hash, now],
        )
        .await?;
    Ok(rows == 1)
}

pub(super) async fn links_made_since(
    mut q: impl Query,
    user_id: &str,
    purpose: Purpose,
    since: i64,
) -> Result<i64> {
    q.number(
        "SELECT COUNT(*) FROM user_links WHERE user_id = $1 AND purpose = $2 AND created_at > $3",
        args![user_id, purpose.key(), since],
    )
    .await
}

/// The address of the newest link of this purpose that still works.
pub(super) async fn live_link(
    mut q: impl Query,
    user_id: &str,
    purpose: Purpose,
    now: i64,
) -> Result<Option<String>> {
    let sql = "SELECT email FROM user_links WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
               ORDER BY created_at DESC LIMIT 1";
    let found: Option<(String,)> = q.optional(sql, args![user_id, purpose.key(), now]).await?;
    Ok(found.map(|(email,)| email))
}

pub(super) async fn count(mut q: impl Query) -> Result<i64> {
    q.number("SELECT COUNT(*) FROM users", args![]).await
}

pub(super) async fn expire_links(tx: &mut Tx, user_id: &str, purpose: Purpose, now: i64) -> Result<()> {
    tx.execute(
        "UPDATE user_links SET expires_at = $3 WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
        args![user_id, purpose.key(), now],
    )
    .await?;
    Ok(())
}

pub(super) async fn sweep_links(tx: &mut Tx, created_before: i64) -> Result<u64> {
    tx.execute("DELETE FROM user_links WHERE created_at < $1", args![created_before]).await
}
