//! "User Management": who has access, who is invited, and inviting.

use super::outreach;
use crate::{
    clock::DAY,
    error::{Error, Kind, Result},
    event::{
        data::Account,
        guard::{InviteSend, UserRemove},
    },
    model::{
        access::{self, Bounds},
        account, email_key,
        invite::{self, Chosen, Invite},
        throttle,
    },
    web::{
        access::{Here, Me, Owner},
        choice,
        drafts::compose,
        fields::{Fields, Wrong},
        trouble::{Answer, Trouble},
    },
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};

/// `GET /users`: the query fills the form, so that presets work without scripts in the browser.
pub async fn show(visit: Owner, Query(typed): Query<Vec<(String, String)>>) -> Answer {
    page(&visit, &typed.into(), &Wrong::nothing()).await
}

async fn page(visit: &Owner, typed: &Fields, wrong: &Wrong) -> Answer {
    let (db, gate) = (&visit.app().db, &*visit.app().gate);
    let (here, me) = (visit.here()?, visit.me()?);
    let account = account::snapshot(db, &here.id).await?;
    let bounds = Bounds::for_invite(gate, &visit.act(), &account, typed.get("email"), true).await;
    let draft = InviteSend { email: typed.get("email").to_owned(), ..InviteSend::default() };
    let composed = compose(visit, &account, &draft).await;
    let people: Vec<Value> =
        access::members(db, &here.id).await?.iter().map(|member| person(member, &me.id)).collect();
    let invites: Vec<Value> = invite::pending(db, &here.id).await?.iter().map(line).collect();
    let values = context! {
        people,
        invites,
        form => typed.echo(&["email"]),
        choice => choice::shown(&bounds, typed, &Chosen::These(bounds.preselected())),
        refused => composed.refused,
    };
    visit.form("client/users.html", values, wrong)
}

/// A user of the account as pages show them.
pub fn person(member: &access::Member, me: &str) -> Value {
    let permissions = member.permissions();
    context! {
        id => &member.user.id,
        name => member.user.name(),
        email => &member.user.email,
        owner => &member.owner,
        you => member.user.id == me,
        all => permissions.is_all(),
        permissions => permissions.keys(),
        last_login_at => &member.entered_at,
        two_factor => member.user.two_factor(),
    }
}

/// A pending invite as pages show it.
pub fn line(invite: &Invite) -> Value {
    context! {
        id => &invite.id,
        email => &invite.email,
        all => &invite.all_permissions,
        permissions => invite.permissions().keys(),
        sent_at => &invite.sent_at,
        expires_at => &invite.expires_at,
    }
}

/// `POST /users/invite`
pub async fn invite(visit: Owner, fields: Fields) -> Answer {
    match send(&visit, &fields).await {
        Ok(invite) => Ok(sent(&visit, "flash-invite-sent", &invite)),
        Err(error) => {
            let wrong = refused(&visit, fields.get("email"), error)?;
            page(&visit, &fields, &wrong).await
        }
    }
}

fn sent(visit: &Owner, message: &str, invite: &Invite) -> axum::response::Response {
    let until = visit.reader().when(invite.expires_at, "long");
    visit.done("/users", message, &[("email", invite.email.as_str().into()), ("until", until.into())])
}

/// Invites mail people who did not ask: only from a confirmed address, and not without end.
async fn may_mail(visit: &Owner) -> Result<()> {
    if !visit.me()?.email_verified() {
        return Err(Error::new(Kind::Refused, "refused").detail(visit.text("invalid-email-unverified", &[])));
    }
    let key = format!("invite-{}", visit.here()?.id);
    throttle::count(&visit.app().db, &key, &throttle::INVITE, visit.at()).await
}

async fn send(visit: &Owner, fields: &Fields) -> Result<Invite> {
    may_mail(visit).await?;
    let app = visit.app();
    let account = account::snapshot(&app.db, &visit.here()?.id).await?;
    let bounds = Bounds::for_invite(&*app.gate, &visit.act(), &account, fields.get("email"), false).await;
    let chosen = choice::chosen(fields);
    let draft = invite::send_draft(&app.db, &bounds, fields.get("email"), &chosen, validity(visit)).await?;
    already(&account, &draft.email)?;
    let approved = visit.ask(&account, draft).await?;
    let mut tx = visit.begin().await?;
    // Sent again it names nobody new.
    outreach(visit, &account.id)?.name(&mut tx, "email", &[approved.draft().email.clone()]).await?;
    let invite = invite::send(&mut tx, &visit.act(), &approved, &bounds).await?;
    tx.commit().await?;
    Ok(invite)
}

/// Told before hooks are asked: what they would say to it does not matter then.
fn already(account: &Account, email: &str) -> Result<()> {
    let has_access = account.users.iter().any(|user| email_key(&user.email) == email_key(email));
    if has_access {
        Err(Error::conflict("already-has-access").and_field("email", "already-has-access"))
    } else {
        Ok(())
    }
}

fn validity(visit: &Owner) -> i64 {
    visit.app().config.invites.valid_days * DAY
}

/// What is wrong with an invite; who has access or an invite already is named.
fn refused(visit: &Owner, email: &str, error: Error) -> std::result::Result<Wrong, Trouble> {
    let own = visit.user().is_some_and(|user| user.email_key == email_key(email));
    let message = match error.code {
        "already-has-access" if own => "invalid-invite-self",
        "already-has-access" => "invalid-invite-has-access",
        "already-invited" => "invalid-invite-pending",
        _ => return Wrong::from_error(&visit.reader(), error),
    };
    Ok(Wrong::field("email", visit.text(message, &[("email", email.trim().into())])))
}

/// `POST /users/invites/{id}/resend`
pub async fn resend(visit: Owner, Path(id): Path<String>) -> Answer {
    match send_again(&visit, &id).await {
        Ok(invite) => Ok(sent(&visit, "flash-invite-resent", &invite)),
        Err(error) => visit.back("/users", error),
    }
}

async fn send_again(visit: &Owner, id: &str) -> Result<Invite> {
    may_mail(visit).await?;
    let app = visit.app();
    let account_id = &visit.here()?.id;
    let pending = invite::find(&app.db, account_id, id).await?;
    let account = account::snapshot(&app.db, account_id).await?;
    let bounds = Bounds::for_invite(&*app.gate, &visit.act(), &account, &pending.email, false).await;
    let draft = invite::resend_draft(&app.db, &bounds, &pending, validity(visit)).await?;
    let approved = visit.ask(&account, draft).await?;
    let mut tx = visit.begin().await?;
    let invite = invite::resend(&mut tx, &visit.act(), &approved, &bounds).await?;
    tx.commit().await?;
    Ok(invite)
}

/// `GET /users/invites/{id}/cancel`
pub async fn show_cancel(visit: Owner, Path(id): Path<String>) -> Answer {
    let invite = invite::find(&visit.app().db, &visit.here()?.id, &id).await?;
    visit.page("client/invite-cancel.html", context! { invite => line(&invite) })
}

/// `POST /users/invites/{id}/cancel`
pub async fn cancel(visit: Owner, Path(id): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    match invite::cancel(&mut tx, &visit.act(), &visit.here()?.id, &id).await {
        Ok(invite) => {
            tx.commit().await?;
            Ok(visit.done("/users", "flash-invite-cancelled", &[("email", invite.email.into())]))
        }
        Err(error) => visit.back("/users", error),
    }
}

/// `GET /users/{id}/remove`
pub async fn show_remove(visit: Owner, Path(id): Path<String>) -> Answer {
    let member = access::member(&visit.app().db, &visit.here()?.id, &id).await?;
    visit.page("client/user-remove.html", context! { person => person(&member, &visit.me()?.id) })
}

/// `POST /users/{id}/remove`
pub async fn remove(visit: Owner, Path(id): Path<String>) -> Answer {
    match take_away(&visit, &id).await {
        Ok((name, email)) => {
            Ok(visit.done("/users", "flash-user-removed", &[("name", name.into()), ("email", email.into())]))
        }
        Err(error) => visit.back("/users", error),
    }
}

async fn take_away(visit: &Owner, id: &str) -> Result<(String, String)> {
    let db = &visit.app().db;
    let account = account::snapshot(db, &visit.here()?.id).await?;
    let member = access::member(db, &account.id, id).await?;
    let approved = visit.ask(&account, UserRemove { user: member.seen(), left: false }).await?;
    let mut tx = visit.begin().await?;
    let former = access::remove(&mut tx, &visit.act(), &approved).await?;
    tx.commit().await?;
    Ok((former.name, former.email))
}
