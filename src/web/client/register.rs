//! Registering, and confirming the address.

use super::details;
use crate::{
    error::{Error, Result},
    event::{data::Account, guard::AccountRegister},
    model::{
        account::{self, Owner},
        email_address, required_line, throttle,
        user::{
            address::{self, Verification},
            link::{self, Purpose},
            password,
        },
    },
    web::{
        access::{Anyone, LoggedIn, Me},
        drafts::compose,
        fields::{Echo, Fields, Wrong},
        trouble::{Answer, Trouble},
        visit::{CARRIED, Visit},
    },
};
use axum::extract::Path;
use minijinja::context;

/// `GET /register`
pub async fn show(visit: Anyone) -> Answer {
    form(&visit, Echo::default(), &Fields::default(), &Wrong::nothing()).await
}

async fn form(visit: &Visit, form: Echo, fields: &Fields, wrong: &Wrong) -> Answer {
    let composed = compose(visit, &Account::default(), &details::registering(visit, fields)).await;
    let countries = details::countries(visit);
    let values = context! { form, countries, locks => composed.locks, refused => composed.refused };
    visit.form("entry/register.html", values, wrong)
}

/// `POST /register`
pub async fn submit(visit: Anyone, fields: Fields) -> Answer {
    let draft = details::registering(&visit, &fields);
    let email = draft.email.clone();
    match register(&visit, draft, fields.get("password")).await {
        Ok(()) => Ok(visit.go_saying("/register/done", CARRIED, email)),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            form(&visit, fields.echo(&details::FIELDS), &fields, &wrong).await
        }
    }
}

async fn register(visit: &Visit, draft: AccountRegister, typed_password: &str) -> Result<()> {
    check(&draft, typed_password)?;
    let email = draft.email.clone();
    let app = visit.app();
    let key = format!("register-{}", throttle::address_key(&visit.visitor().ip));
    throttle::count(&app.db, &key, &throttle::REGISTER, visit.at()).await?;
    let approved = visit.ask(&Account::default(), draft).await?;
    let password_hash = password::hashed(&app.passwords, "password", typed_password, &email).await?;
    let mut tx = visit.begin().await?;
    let owner = Owner::New { password_hash, time_zone: String::new() };
    match account::register(&mut tx, &visit.act(), &approved, owner).await {
        Ok(_) => tx.commit().await,
        // Whoever holds the address hears of it by mail; the page says the same as ever.
        Err(error) if error.code == "email-taken" => {
            drop(tx);
            let mut tx = visit.begin().await?;
            password::request_reset(&mut tx, &visit.act(), &visit.visitor().ip, &email).await?;
            tx.commit().await
        }
        Err(error) => Err(error),
    }
}

/// What can be seen to be wrong without the database, all at once.
fn check(draft: &AccountRegister, typed_password: &str) -> Result<()> {
    let checked = [
        required_line("first_name", &draft.first_name, 60).err(),
        required_line("last_name", &draft.last_name, 60).err(),
        email_address("email", &draft.email).err(),
        password::fault(typed_password, &draft.email).map(|code| Error::field("password", code)),
    ];
    let all = checked.into_iter().flatten().reduce(|mut first, mut next| {
        first.fields.append(&mut next.fields);
        first
    });
    all.map_or(Ok(()), Err)
}

/// `GET /register/done`
pub async fn done(visit: Anyone) -> Answer {
    match visit.carried() {
        "" => Ok(visit.go("/login")),
        email => visit.page("entry/register-done.html", context! { email }),
    }
}

/// `GET /verify-email/{token}`: asks. Opening a link is no act: programs that look through mail open links, too, and
/// would confirm an address that somebody else has registered.
pub async fn ask_to_verify(visit: Anyone, Path(token): Path<String>) -> Answer {
    match link::look(&visit.app().db, Purpose::Verify, &token, visit.at()).await? {
        link::State::Live { email } => verification(&visit, "ask", &email),
        link::State::Expired => verification(&visit, "expired", ""),
        link::State::Used => verification(&visit, "used", ""),
        link::State::Unknown => Err(Trouble::not_found()),
    }
}

/// `POST /verify-email/{token}`
pub async fn verify(visit: Anyone, Path(token): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    let outcome = address::verify_email(&mut tx, &visit.act(), &token).await?;
    tx.commit().await?;
    match outcome {
        Verification::Verified(user) | Verification::Changed { user, .. } => {
            verification(&visit, "ok", &user.email)
        }
        Verification::Expired => verification(&visit, "expired", ""),
        Verification::Used => verification(&visit, "used", ""),
        Verification::Taken { .. } => {
            Ok(visit.go_saying("/profile", "error", visit.text("invalid-email-taken", &[])))
        }
        Verification::Unknown => Err(Trouble::not_found()),
    }
}

fn verification(visit: &Anyone, state: &str, email: &str) -> Answer {
    visit.page("entry/verify-email.html", context! { state, email })
}

/// `POST /verify-email/resend`
pub async fn resend(visit: LoggedIn) -> Answer {
    let user = visit.me()?;
    let mut tx = visit.begin().await?;
    match address::request_verification(&mut tx, &visit.act(), &user.id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(visit.done("/", "flash-verify-sent", &[("email", user.email.as_str().into())]))
        }
        Err(error) => visit.back("/", error),
    }
}
