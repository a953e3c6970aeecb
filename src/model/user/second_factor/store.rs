//! The SQL of second factors.

use crate::{
    args,
    db::{Query, Tx},
    error::Result,
};

/// False if a second factor is in force.
pub(super) async fn set_secret(tx: &mut Tx, user_id: &str, sealed: &str) -> Result<bool> {
    Ok(tx
        .execute(
            "UPDATE users SET totp_secret = $2 WHERE id = $1 AND totp_enabled_at IS NULL",
            args![user_id, sealed],
        )
        .await?
        == 1)
}

/// False if one is in force, or the secret was replaced meanwhile.
pub(super) async fn enable(tx: &mut Tx, user_id: &str, sealed: &str, step: i64, at: i64) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE users SET totp_enabled_at = $4, totp_last_step = $3 WHERE id = $1 AND totp_secret = $2 AND totp_enabled_at IS NULL",
            args![user_id, sealed, step, at],
        )
        .await?;
    Ok(rows == 1)
}

/// False if none is in force.
pub(super) async fn disable(tx: &mut Tx, user_id: &str) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE users SET totp_secret = NULL, totp_enabled_at = NULL, totp_last_step = 0 WHERE id = $1 AND totp_enabled_at IS NOT NULL",
            args![user_id],
        )
        .await?;
    Ok(rows == 1)
}

/// False if a code of this half-minute or a later one was used before.
pub(super) async fn use_step(tx: &mut Tx, user_id: &str, step: i64) -> Result<bool> {
    Ok(tx
        .execute(
            "UPDATE users SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2",
            args![user_id, step],
        )
        .await?
        == 1)
}

pub(super) async fn insert_code(tx: &mut Tx, user_id: &str, hash: &str) -> Result<()> {
    tx.execute("INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)", args![user_id, hash])
        .await?;
    Ok(())
}

pub(super) async fn drop_codes(tx: &mut Tx, user_id: &str) -> Result<()> {
    tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", args![user_id]).await?;
    Ok(())
}

/// False if there is no such code, or it was used.
pub(super) async fn use_code(tx: &mut Tx, user_id: &str, hash: &str, at: i64) -> Result<bool> {
    let rows = tx
        .execute("UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL", args![user_id, hash, at])
        .await?;
    Ok(rows == 1)
}

pub(super) async fn codes_left(mut q: impl Query, user_id: &str) -> Result<i64> {
    q.number("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL", args![user_id])
        .await
}
