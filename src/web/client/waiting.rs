//! Invites that wait for the user who is logged in.

use crate::{
    error::{Error, Kind, Result},
    model::{
        account,
        invite::{self, Acceptor, Opened},
        session,
        user::User,
    },
    web::{
        access::{LoggedIn, Me},
        trouble::Answer,
        visit::Visit,
    },
};
use axum::extract::Path;
use minijinja::{Value, context};

/// The invites that wait for this user, as pages show them. There are none for an address that is
/// not confirmed.
///
/// # Errors
/// If the database is away.
pub async fn list(visit: &Visit, user: &User) -> Result<Vec<Value>> {
    let waiting = invite::waiting(&visit.app().db, user, visit.at()).await?;
    let shown = waiting.iter().map(|one| {
        context! {
            id => &one.invite.id,
            account => one.account_name(),
            inviter => &one.invite.inviter_name,
            expires_at => &one.invite.expires_at,
            acceptable => true,
        }
    });
    Ok(shown.collect())
}

/// `POST /invites/{id}/accept`
pub async fn accept(visit: LoggedIn, Path(id): Path<String>) -> Answer {
    match take(&visit, &id).await {
        Ok(account) => Ok(visit.done("/", "flash-invite-accepted", &[("account", account.into())])),
        Err(error) => visit.back("/switch-account", error),
    }
}

async fn take(visit: &LoggedIn, id: &str) -> Result<String> {
    let user = visit.me()?;
    let current = visit.current().ok_or_else(|| Error::new(Kind::Unauthorized, "log-in"))?;
    let waiting = invite::waiting(&visit.app().db, user, visit.at()).await?;
    let found =
        waiting.into_iter().find(|one| one.invite.id == id).ok_or_else(|| Error::not_found("invite"))?;
    let account = account::snapshot(&visit.app().db, &found.invite.account_id).await?;
    let approved = visit.ask(&account, invite::accept_draft(&found.invite, true, &user.email)).await?;
    let mut tx = visit.begin().await?;
    let opened = Opened::Waiting(id, user);
    let accepted =
        invite::accept(&mut tx, &visit.act(), opened, &approved, Acceptor::User(user), false).await?;
    session::choose_account(&mut tx, &visit.act(), &current.session, user, &accepted.account).await?;
    tx.commit().await?;
    Ok(accepted.account.name)
}

/// `POST /invites/{id}/decline`
pub async fn decline(visit: LoggedIn, Path(id): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    match invite::decline(&mut tx, &visit.act(), Opened::Waiting(&id, visit.me()?)).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done("/", "flash-invite-declined", &[]))
        }
        Err(error) => visit.back("/switch-account", error),
    }
}
