//! The SQL of sessions, and what it reads of accounts and access to say who stands behind one.

use super::{Current, Entered, Session, Who};
use crate::{
    args,
    db::{Db, Query, Tx},
    error::Result,
    model::{
        staff::{Role, Staff},
        user::User,
    },
    permission::{Category, Permissions},
};
use sqlx::FromRow;

pub(super) async fn insert(tx: &mut Tx, token_hash: &str, session: &Session) -> Result<()> {
    tx.execute(
        "INSERT INTO sessions (id, token_hash, user_id, staff_id, account_id, awaits_second_factor, ip, user_agent, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            &session.id,
            token_hash,
            session.user_id.clone(),
            session.staff_id.clone(),
            session.account_id.clone(),
            session.awaits_second_factor,
            &session.ip,
            &session.user_agent,
            session.created_at,
            session.seen_at,
            session.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// What the one read of a request gives: the session's columns, and those of whoever stands behind it.
#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    session: Session,
    accounts: i64,
    u_email: Option<String>,
    u_email_key: Option<String>,
    u_first_name: Option<String>,
    u_last_name: Option<String>,
    u_password_hash: Option<String>,
    u_locale: Option<String>,
    u_time_zone: Option<String>,
    u_email_verified_at: Option<i64>,
    u_totp_secret: Option<String>,
    u_totp_enabled_at: Option<i64>,
    u_totp_last_step: Option<i64>,
    u_last_login_at: Option<i64>,
    u_created_at: Option<i64>,
    m_owner: Option<bool>,
    m_permissions: Option<String>,
    m_categories: Option<String>,
    a_company: Option<String>,
    a_first_name: Option<String>,
    a_last_name: Option<String>,
    a_closed_at: Option<i64>,
    t_email: Option<String>,
    t_name: Option<String>,
    t_password_hash: Option<String>,
    t_role: Option<String>,
    t_last_login_at: Option<i64>,
    t_created_at: Option<i64>,
}

pub(super) async fn current(mut db: &Db, token_hash: &str, now: i64) -> Result<Option<Current>> {
    let row: Option<Row> = db
        .optional(
            "SELECT s.id, s.user_id, s.staff_id, s.account_id, s.awaits_second_factor, s.ip, s.user_agent, s.created_at, s.seen_at, s.expires_at,
               u.email AS u_email, u.email_key AS u_email_key, u.first_name AS u_first_name, u.last_name AS u_last_name,
               u.password_hash AS u_password_hash, u.locale AS u_locale, u.time_zone AS u_time_zone,
               u.email_verified_at AS u_email_verified_at, u.totp_secret AS u_totp_secret, u.totp_enabled_at AS u_totp_enabled_at,
               u.totp_last_step AS u_totp_last_step, u.last_login_at AS u_last_login_at, u.created_at AS u_created_at,
               m.owner AS m_owner, m.permissions AS m_permissions, m.categories AS m_categories,
               a.company AS a_company, a.first_name AS a_first_name, a.last_name AS a_last_name, a.closed_at AS a_closed_at,
               t.email AS t_email, t.name AS t_name, t.password_hash AS t_password_hash, t.role AS t_role,
               t.last_login_at AS t_last_login_at, t.created_at AS t_created_at,
               (SELECT COUNT(*) FROM access r WHERE r.user_id = s.user_id) AS accounts
             FROM sessions s
             LEFT JOIN users u ON u.id = s.user_id
             LEFT JOIN access m ON m.account_id = s.account_id AND m.user_id = s.user_id
             LEFT JOIN accounts a ON a.id = m.account_id
             LEFT JOIN staff t ON t.id = s.staff_id
             WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.awaits_second_factor = FALSE",
            args![token_hash, now],
        )
        .await?;
    Ok(row.and_then(Row::current))
}

impl Row {
    fn current(mut self) -> Option<Current> {
        let who = match (self.session.user_id.clone(), self.session.staff_id.clone()) {
            (Some(id), _) => {
                Who::User { account: self.entered(), accounts: self.accounts, user: self.user(id)? }
            }
            (None, Some(id)) => Who::Staff(self.staff(id)?),
            (None, None) => return None,
        };
        Some(Current { session: self.session, who })
    }

    fn user(&mut self, id: String) -> Option<User> {
        Some(User {
            id,
            email: self.u_email.take()?,
            email_key: self.u_email_key.take()?,
            first_name: self.u_first_name.take()?,
            last_name: self.u_last_name.take()?,
            password_hash: self.u_password_hash.take()?,
            locale: self.u_locale.take()?,
            time_zone: self.u_time_zone.take()?,
            email_verified_at: self.u_email_verified_at,
            totp_secret: self.u_totp_secret.take(),
            totp_enabled_at: self.u_totp_enabled_at,
            totp_last_step: self.u_totp_last_step?,
            last_login_at: self.u_last_login_at,
            created_at: self.u_created_at?,
        })
    }

    fn entered(&mut self) -> Option<Entered> {
        let owner = self.m_owner?;
        let permissions =
            if owner { Permissions::all() } else { Permissions::from_column(self.m_permissions.as_deref()?) };
        let company = self.a_company.take()?;
        let person = format!("{} {}", self.a_first_name.take()?, self.a_last_name.take()?);
        Some(Entered {
            id: self.session.account_id.clone()?,
            name: if company.is_empty() { person.trim().to_owned() } else { company },
            owner,
            permissions,
            categories: Category::from_column(self.m_categories.as_deref()?),
            closed: self.a_closed_at.is_some(),
        })
    }

    fn staff(&mut self, id: String) -> Option<Staff> {
        Some(Staff {
            id,
            email: self.t_email.take()?,
            name: self.t_name.take()?,
            password_hash: self.t_password_hash.take()?,
            role: Role::from_key(self.t_role.as_deref()?)?,
            last_login_at: self.t_last_login_at,
            created_at: self.t_created_at?,
        })
    }
}

pub(super) async fn awaiting(mut q: impl Query, token_hash: &str, now: i64) -> Result<Option<Session>> {
    q.optional(
        "SELECT * FROM sessions WHERE token_hash = $1 AND expires_at > $2 AND awaits_second_factor = TRUE",
        args![token_hash, now],
    )
    .await
}

pub(super) async fn by_id(mut q: impl Query, id: &str) -> Result<Option<Session>> {
    q.optional("SELECT * FROM sessions WHERE id = $1", args![id]).await
}

pub(super) async fn list(mut q: impl Query, user_id: &str, now: i64) -> Result<Vec<Session>> {
    q.all(
        "SELECT * FROM sessions WHERE user_id = $1 AND expires_at > $2 AND awaits_second_factor = FALSE ORDER BY seen_at DESC, id DESC",
        args![user_id, now],
    )
    .await
}

pub(super) async fn known_at(mut q: impl Query, user_id: &str, ip: &str, now: i64) -> Result<bool> {
    let count = q
        .number(
            "SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ip = $2 AND expires_at > $3 AND awaits_second_factor = FALSE",
            args![user_id, ip, now],
        )
        .await?;
    Ok(count > 0)
}

/// Of two requests at once, one writes.
pub(super) async fn seen(tx: &mut Tx, id: &str, now: i64, expires_at: i64, seen_before: i64) -> Result<()> {
    tx.execute(
        "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1 AND seen_at <= $4",
        args![id, now, expires_at, seen_before],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_account(tx: &mut Tx, id: &str, account_id: &str) -> Result<()> {
    tx.execute("UPDATE sessions SET account_id = $2 WHERE id = $1", args![id, account_id]).await?;
    Ok(())
}

/// How a user stands to an account.
#[derive(FromRow)]
pub(super) struct Access {
    pub owner: bool,
    pub permissions: String,
    pub categories: String,
}

pub(super) async fn access(mut q: impl Query, account_id: &str, user_id: &str) -> Result<Option<Access>> {
    q.optional(
        "SELECT owner, permissions, categories FROM access WHERE account_id = $1 AND user_id = $2",
        args![account_id, user_id],
    )
    .await
}

/// Two at most: it only matters whether there is exactly one.
pub(super) async fn two_accounts(mut tx: &mut Tx, user_id: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx
        .all("SELECT account_id FROM access WHERE user_id = $1 ORDER BY account_id LIMIT 2", args![user_id])
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub(super) async fn entered(tx: &mut Tx, account_id: &str, user_id: &str, at: i64) -> Result<()> {
    tx.execute(
        "UPDATE access SET last_login_at = $3 WHERE account_id = $1 AND user_id = $2",
        args![account_id, user_id, at],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM sessions WHERE id = $1", args![id]).await? == 1)
}

pub(super) async fn delete_of(tx: &mut Tx, user_id: &str, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM sessions WHERE id = $1 AND user_id = $2", args![id, user_id]).await? == 1)
}

/// `keep` is no id if all are meant.
pub(super) async fn delete_all(tx: &mut Tx, user_id: &str, keep: &str) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE user_id = $1 AND id <> $2", args![user_id, keep]).await
}

pub(super) async fn delete_all_of_staff(tx: &mut Tx, staff_id: &str, keep: &str) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE staff_id = $1 AND id <> $2", args![staff_id, keep]).await
}

pub(super) async fn sweep(tx: &mut Tx, now: i64) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE expires_at <= $1", args![now]).await
}
