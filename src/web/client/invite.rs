//! The page behind an invite's link: for the invited, for somebody else, for links that are over.

use super::login::{needs, throttled};
use crate::{
    error::{Error, Kind, Result},
    event::data::Account,
    model::{
        account,
        invite::{self, Acceptor, Looked, Opened, Pending, Standing},
        login::{self, Outcome},
        session::{self, Session},
        user::{self, User, password},
    },
    web::{
        access::{Anyone, LoggedIn, Me},
        fields::{Echo, Fields, Wrong},
        pager::encode,
        trouble::{Answer, Trouble},
        visit::Visit,
    },
};
use axum::{extract::Path, http::StatusCode, response::Response};
use minijinja::context;

/// `GET /invite/{token}`
pub async fn show(visit: Anyone, Path(token): Path<String>) -> Answer {
    page(&visit, &token, Echo::default(), &Wrong::nothing()).await
}

async fn page(visit: &Visit, token: &str, form: Echo, wrong: &Wrong) -> Answer {
    let state = match invite::look(&visit.app().db, token, visit.at()).await? {
        Looked::Pending(pending) => return pending_page(visit, token, &pending, form, wrong).await,
        Looked::Expired => "expired",
        Looked::Used => "used",
        Looked::Cancelled | Looked::Replaced => "cancelled",
        Looked::Declined => "declined",
        Looked::Unknown => return Err(Trouble::not_found()),
    };
    // The link was good once and is over: the page says how.
    visit.page_as(
        StatusCode::GONE,
        "invite/invite.html",
        context! { state, form, may_accept => false, ..wrong.values() },
    )
}

async fn pending_page(visit: &Visit, token: &str, pending: &Pending, form: Echo, wrong: &Wrong) -> Answer {
    let standing = standing(visit, pending).await?;
    let state = match standing {
        None if pending.known => "log_in",
        None => "create",
        Some(Standing::Invited) => "accept",
        Some(Standing::Asked) => "consent_requested",
        Some(Standing::Allowed | Standing::Other) => "other",
    };
    let invited = &pending.invite;
    let values = context! {
        state,
        token,
        form,
        invite => context! {
            email => &invited.email,
            account => &pending.account_name,
            inviter => &invited.inviter_name,
            expires_at => &invited.expires_at,
            all => &invited.all_permissions,
            permissions => invited.permissions().keys(),
        },
        may_accept => standing == Some(Standing::Allowed),
    };
    visit.form("invite/invite.html", values, wrong)
}

/// How whoever is logged in stands to the invite.
async fn standing(visit: &Visit, pending: &Pending) -> Result<Option<Standing>> {
    let Some(user) = visit.user() else { return Ok(None) };
    let any_address = visit.app().config.invites.allow_any_address;
    Ok(Some(invite::standing(&visit.app().db, &pending.invite, user, any_address).await?))
}

/// `POST /invite/{token}/accept`
pub async fn accept(visit: Anyone, Path(token): Path<String>, fields: Fields) -> Answer {
    let Looked::Pending(pending) = invite::look(&visit.app().db, &token, visit.at()).await? else {
        return page(&visit, &token, Echo::default(), &Wrong::nothing()).await;
    };
    let accepted = match (standing(&visit, &pending).await?, visit.user()) {
        (Some(Standing::Invited | Standing::Allowed), Some(user)) => {
            accept_here(&visit, &token, &pending, user).await
        }
        (None, _) if pending.known => log_in(&visit, &token, &pending, fields.get("password")).await,
        (None, _) => create(&visit, &token, &pending, &fields).await,
        // The page for somebody else has no such button; whoever asks all the same is told no.
        _ => return Err(Error::new(Kind::Forbidden, "consent-needed").into()),
    };
    match accepted {
        Ok(response) => Ok(response),
        Err(Failed::Form(wrong)) => page(&visit, &token, fields.echo(&["name"]), &wrong).await,
        // Somebody was quicker, or it has just ended: the page says which.
        Err(Failed::Other(error)) if error.kind == Kind::Gone && error.code.starts_with("invite-") => {
            page(&visit, &token, Echo::default(), &Wrong::nothing()).await
        }
        Err(Failed::Other(error)) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?
                .renamed("first_name", "name")
                .renamed("last_name", "name");
            page(&visit, &token, fields.echo(&["name"]), &wrong).await
        }
    }
}

/// Why somebody did not get in.
enum Failed {
    Form(Wrong),
    Other(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

type Done = std::result::Result<Response, Failed>;

/// Whoever is logged in accepts, and acts for the account from now on.
async fn accept_here(visit: &Visit, token: &str, pending: &Pending, user: &User) -> Done {
    let current = visit.current().ok_or_else(|| Error::new(Kind::Unauthorized, "log-in"))?;
    let account = take(visit, token, pending, user, &current.session).await?;
    Ok(welcome(visit, &account))
}

/// The invitee has a user: their password logs them in, and accepts.
async fn log_in(visit: &Visit, token: &str, pending: &Pending, typed: &str) -> Done {
    let email = &pending.invite.email;
    let entrance = match login::check_password(&needs(visit), &visit.act(), visit.visitor(), email, typed)
        .await?
    {
        Outcome::Wrong => {
            return Err(Failed::Form(Wrong::field("password", visit.text("invalid-login", &[]))));
        }
        Outcome::Throttled { until } => return Err(Failed::Form(Wrong::field("", throttled(visit, until)))),
        Outcome::NeedsSecondFactor(awaiting) => {
            let next = encode(&[("next", format!("/invite/{token}"))]);
            let mut response = visit.go(&format!("/login/second-factor?{next}"));
            visit.keep_session(&mut response, Some(awaiting.reveal()));
            return Ok(response);
        }
        Outcome::In(entrance) => entrance,
    };
    let mut response = match take(visit, token, pending, &entrance.user, &entrance.session).await {
        Ok(account) => welcome(visit, &account),
        // They are logged in all the same; the page says why this did not go on.
        Err(error) => visit.go_saying(&format!("/invite/{token}"), "error", reason(visit, error)?),
    };
    visit.keep_session(&mut response, Some(entrance.token.reveal()));
    Ok(response)
}

fn reason(visit: &Visit, error: Error) -> Result<String> {
    match error.kind {
        Kind::Unavailable | Kind::Internal => Err(error),
        Kind::Refused => Ok(error.detail),
        _ => Ok(visit
            .reader()
            .lookup(&format!("invalid-{}", error.code), &[])
            .unwrap_or_else(|| visit.text("invalid-refused", &[]))),
    }
}

async fn take(
    visit: &Visit,
    token: &str,
    pending: &Pending,
    user: &User,
    session: &Session,
) -> Result<Account> {
    let act = visit.act_of(user::person(user));
    let account = account::snapshot(&visit.app().db, &pending.invite.account_id).await?;
    let draft = invite::accept_draft(&pending.invite, pending.known, &user.email);
    let approved = crate::model::ask(&*visit.app().gate, &act, &account, draft).await?;
    let any_address = visit.app().config.invites.allow_any_address;
    let mut tx = visit.begin().await?;
    let accepted =
        invite::accept(&mut tx, &act, Opened::Link(token), &approved, Acceptor::User(user), any_address)
            .await?;
    session::choose_account(&mut tx, &act, session, user, &accepted.account).await?;
    tx.commit().await?;
    Ok(accepted.account)
}

fn welcome(visit: &Visit, account: &Account) -> Response {
    visit.done("/", "flash-invite-accepted", &[("account", account.name.as_str().into())])
}

/// The invitee has no user yet: name and password make one, who has accepted and is logged in.
async fn create(visit: &Visit, token: &str, pending: &Pending, fields: &Fields) -> Done {
    let email = &pending.invite.email;
    let (first_name, last_name) = super::profile::split_name(fields.get("name"));
    if first_name.is_empty() {
        return Err(Error::field("name", "required").into());
    }
    let app = visit.app();
    let account = account::snapshot(&app.db, &pending.invite.account_id).await?;
    let mut actor = visit.act().actor;
    actor.email.clone_from(email);
    let act = visit.act_of(actor);
    let draft = invite::accept_draft(&pending.invite, false, email);
    let approved = crate::model::ask(&*app.gate, &act, &account, draft).await?;
    let password_hash = password::hashed(&app.passwords, "password", fields.get("password"), email).await?;
    let locale = visit.wished_locale().to_owned();
    let acceptor = Acceptor::New { first_name, last_name, password_hash, locale, time_zone: String::new() };
    let mut tx = visit.begin().await?;
    let accepted = invite::accept(&mut tx, &act, Opened::Link(token), &approved, acceptor, false).await?;
    tx.commit().await?;
    let mut response = welcome(visit, &accepted.account);
    let entered =
        login::enter(&needs(visit), &act, visit.visitor(), &accepted.user.id, Some(&accepted.account.id))
            .await;
    match entered {
        Ok(Outcome::In(entrance)) => visit.keep_session(&mut response, Some(entrance.token.reveal())),
        // Access is theirs; a hook that refuses log-ins sends them to the log-in page, which says so.
        Ok(_) | Err(Error { kind: Kind::Refused, .. }) => response = visit.go("/login"),
        Err(error) => return Err(error.into()),
    }
    Ok(response)
}

/// `POST /invite/{token}/decline`: whoever has the link can read the invited address's mail.
pub async fn decline(visit: Anyone, Path(token): Path<String>) -> Answer {
    let path = format!("/invite/{token}");
    let mut tx = visit.begin().await?;
    match invite::decline(&mut tx, &visit.act(), Opened::Link(&token)).await {
        Ok(_) => tx.commit().await?,
        Err(error) if error.kind == Kind::Gone => {}
        Err(error) => return Err(error.into()),
    }
    Ok(visit.go(&path))
}

/// `POST /invite/{token}/switch`: out, and back to the link as nobody.
pub async fn switch(visit: LoggedIn, Path(token): Path<String>) -> Answer {
    super::login::end(&visit).await?;
    let mut response = visit.go(&format!("/invite/{token}"));
    visit.keep_session(&mut response, None);
    Ok(response)
}

/// `POST /invite/{token}/ask-consent`
pub async fn ask_consent(visit: LoggedIn, Path(token): Path<String>) -> Answer {
    let path = format!("/invite/{token}");
    let mut tx = visit.begin().await?;
    match invite::request_consent(&mut tx, &visit.act(), &token, visit.me()?).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(visit.go(&path))
        }
        Err(error) => Ok(visit.go_saying(&path, "error", reason(&visit, error)?)),
    }
}
