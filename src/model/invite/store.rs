//! The SQL of invites, of their dead links, and of consents.

use super::{Invite, Waiting};
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
    model::user::User,
};
use sqlx::FromRow;

macro_rules! select {
    ($tail:literal) => {
        select!("", "", $tail)
    };
    ($more:literal, $join:literal, $tail:literal) => {
        concat!(
            "SELECT i.id, i.account_id, i.email, i.email_key, i.permissions, i.all_permissions, i.inviter_id, i.inviter_name,
               i.inviter_email, i.created_at, i.sent_at, i.expires_at, i.accepted_at, i.cancelled_at, i.declined_at",
            $more,
            " FROM invites i ",
            $join,
            $tail
        )
    };
}

pub(super) async fn by_id(q: &mut impl Query, id: &str) -> Result<Option<Invite>> {
    q.optional(select!("WHERE i.id = $1"), args![id]).await
}

pub(super) async fn by_token(q: &mut impl Query, hash: &str) -> Result<Option<Invite>> {
    q.optional(select!("WHERE i.token_hash = $1"), args![hash]).await
}

/// True if this is the hash of a link that sending again has killed.
pub(super) async fn was_replaced(q: &mut impl Query, hash: &str) -> Result<bool> {
    Ok(q.number("SELECT COUNT(*) FROM invite_old_links WHERE token_hash = $1", args![hash]).await? > 0)
}

pub(super) async fn pending(q: &mut impl Query, account_id: &str) -> Result<Vec<Invite>> {
    q.all(
        select!(
            "WHERE i.account_id = $1 AND i.accepted_at IS NULL AND i.cancelled_at IS NULL AND i.declined_at IS NULL
             ORDER BY i.sent_at DESC, i.id DESC"
        ),
        args![account_id],
    )
    .await
}

pub(super) async fn pending_after(
    q: &mut impl Query,
    after: &str,
    limit: i64,
) -> Result<Vec<(Invite, bool)>> {
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        invite: Invite,
        users: i64,
    }
    let rows: Vec<Row> = q
        .all(
            select!(
                ", (SELECT COUNT(*) FROM users u WHERE u.email_key = i.email_key) AS users",
                "",
                "WHERE i.id > $1 AND i.accepted_at IS NULL AND i.cancelled_at IS NULL AND i.declined_at IS NULL
                 ORDER BY i.id LIMIT $2"
            ),
            args![after, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.invite, row.users > 0)).collect())
}

pub(super) async fn pending_for(
    q: &mut impl Query,
    account_id: &str,
    email_key: &str,
) -> Result<Option<Invite>> {
    q.optional(
        select!(
            "WHERE i.account_id = $1 AND i.email_key = $2
             AND i.accepted_at IS NULL AND i.cancelled_at IS NULL AND i.declined_at IS NULL"
        ),
        args![account_id, email_key],
    )
    .await
}

pub(super) async fn waiting(q: &mut impl Query, email_key: &str, now: i64) -> Result<Vec<Waiting>> {
    q.all(
        select!(
            ", a.company, a.first_name, a.last_name, a.email AS account_email",
            "JOIN accounts a ON a.id = i.account_id ",
            "WHERE i.email_key = $1 AND i.expires_at > $2 AND a.closed_at IS NULL
             AND i.accepted_at IS NULL AND i.cancelled_at IS NULL AND i.declined_at IS NULL
             ORDER BY i.sent_at DESC, i.id DESC LIMIT 100"
        ),
        args![email_key, now],
    )
    .await
}

/// Pending invites whose links have run out without that having been announced.
pub(super) async fn due(q: &mut impl Query, now: i64, limit: i64) -> Result<Vec<Invite>> {
    q.all(
        select!(
            "WHERE i.expires_at <= $1 AND i.expired_at IS NULL
             AND i.accepted_at IS NULL AND i.cancelled_at IS NULL AND i.declined_at IS NULL
             ORDER BY i.expires_at LIMIT $2"
        ),
        args![now, limit],
    )
    .await
}

/// True if a user with the invited address exists.
pub(super) async fn known(q: &mut impl Query, invite: &Invite) -> Result<bool> {
    Ok(q.number("SELECT COUNT(*) FROM users WHERE email_key = $1", args![&invite.email_key]).await? > 0)
}

pub(super) async fn insert(tx: &mut Tx, invite: &Invite, token_hash: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO invites (id, account_id, email, email_key, permissions, all_permissions, inviter_id, inviter_name,
           inviter_email, token_hash, created_at, sent_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            &invite.id,
            &invite.account_id,
            &invite.email,
            &invite.email_key,
            &invite.permissions,
            invite.all_permissions,
            &invite.inviter_id,
            &invite.inviter_name,
            &invite.inviter_email,
            token_hash,
            invite.created_at,
            invite.sent_at,
            invite.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Gives the invite a new link, and remembers the hash of the old one.
pub(super) async fn renew(tx: &mut Tx, invite: &Invite, token_hash: &str) -> Result<()> {
    tx.execute("INSERT INTO invite_old_links (token_hash, invite_id) SELECT token_hash, id FROM invites WHERE id = $1", args![&invite.id])
        .await?;
    tx.execute(
        "UPDATE invites SET token_hash = $2, permissions = $3, all_permissions = $4, inviter_id = $5, inviter_name = $6,
           inviter_email = $7, sent_at = $8, expires_at = $9, expired_at = NULL WHERE id = $1",
        args![
            &invite.id,
            token_hash,
            &invite.permissions,
            invite.all_permissions,
            &invite.inviter_id,
            &invite.inviter_name,
            &invite.inviter_email,
            invite.sent_at,
            invite.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// False if the invite was pending no more: of two who accept at once, one does.
pub(super) async fn accept(tx: &mut Tx, id: &str, user_id: &str, at: i64) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE invites SET accepted_at = $2, accepted_by = $3
             WHERE id = $1 AND accepted_at IS NULL AND cancelled_at IS NULL AND declined_at IS NULL AND expires_at > $2",
            args![id, at, user_id],
        )
        .await?;
    Ok(rows == 1)
}

/// False if the invite was pending no more.
pub(super) async fn cancel(tx: &mut Tx, id: &str, at: i64) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE invites SET cancelled_at = $2
             WHERE id = $1 AND accepted_at IS NULL AND cancelled_at IS NULL AND declined_at IS NULL",
            args![id, at],
        )
        .await?;
    Ok(rows == 1)
}

/// False if the invite was pending no more.
pub(super) async fn decline(tx: &mut Tx, id: &str, at: i64) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE invites SET declined_at = $2
             WHERE id = $1 AND accepted_at IS NULL AND cancelled_at IS NULL AND declined_at IS NULL",
            args![id, at],
        )
        .await?;
    Ok(rows == 1)
}

/// False if the invite was sent again, is pending no more, or was announced already.
pub(super) async fn expire(tx: &mut Tx, id: &str, at: i64) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE invites SET expired_at = $2 WHERE id = $1 AND expired_at IS NULL AND expires_at <= $2
             AND accepted_at IS NULL AND cancelled_at IS NULL AND declined_at IS NULL",
            args![id, at],
        )
        .await?;
    Ok(rows == 1)
}

/// A user's question to the owner.
#[derive(FromRow)]
pub(super) struct Asked {
    pub invite_id: String,
    pub user_id: String,
    pub requested_at: i64,
    pub given_at: Option<i64>,
}

pub(super) async fn consent(q: &mut impl Query, invite_id: &str, user_id: &str) -> Result<Option<Asked>> {
    let sql = "SELECT invite_id, user_id, requested_at, given_at FROM invite_consents WHERE invite_id = $1 AND user_id = $2";
    q.optional(sql, args![invite_id, user_id]).await
}

pub(super) async fn consent_by_token(q: &mut impl Query, hash: &str) -> Result<Option<Asked>> {
    q.optional(
        "SELECT invite_id, user_id, requested_at, given_at FROM invite_consents WHERE token_hash = $1",
        args![hash],
    )
    .await
}

/// Puts the question, or puts it again with a new link.
pub(super) async fn ask_consent(
    tx: &mut Tx,
    id: &str,
    invite_id: &str,
    user_id: &str,
    hash: &str,
    at: i64,
) -> Result<()> {
    tx.execute(
        "INSERT INTO invite_consents (id, invite_id, user_id, token_hash, requested_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (invite_id, user_id) DO UPDATE SET token_hash = excluded.token_hash, requested_at = excluded.requested_at",
        args![id, invite_id, user_id, hash, at],
    )
    .await?;
    Ok(())
}

/// False if it was answered already.
pub(super) async fn give_consent(tx: &mut Tx, hash: &str, at: i64) -> Result<bool> {
    let sql = "UPDATE invite_consents SET given_at = $2 WHERE token_hash = $1 AND given_at IS NULL";
    Ok(tx.execute(sql, args![hash, at]).await? == 1)
}

pub(super) async fn forget_consent(tx: &mut Tx, hash: &str) -> Result<()> {
    tx.execute("DELETE FROM invite_consents WHERE token_hash = $1 AND given_at IS NULL", args![hash]).await?;
    Ok(())
}

/// Who asked.
pub(super) async fn asker(q: &mut impl Query, user_id: &str) -> Result<Option<User>> {
    q.optional("SELECT * FROM users WHERE id = $1", args![user_id]).await
}
