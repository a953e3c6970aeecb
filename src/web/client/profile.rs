//! "Your Profile": name, language, time zone, and the log-in address.

use super::details;
use crate::{
    error::{Error, Result},
    model::{
        login,
        user::{
            address,
            profile::{self, Profile},
        },
    },
    web::{
        access::{LoggedIn, Me},
        fields::{Echo, Fields, Wrong},
        trouble::Answer,
    },
};
use minijinja::{Value, context};

/// `GET /profile`
pub async fn show(visit: LoggedIn) -> Answer {
    page(&visit, &Fields::default(), &Wrong::nothing()).await
}

async fn page(visit: &LoggedIn, typed: &Fields, wrong: &Wrong) -> Answer {
    let user = visit.me()?;
    let name = user.name();
    let stored = [
        ("name", name.as_str()),
        ("locale", user.locale.as_str()),
        ("time_zone", user.time_zone.as_str()),
        ("email", ""),
    ];
    let form = stored.into_iter().fold(Echo::default(), |form, (field, stored)| {
        form.with(field, if typed.has(field) { typed.get(field) } else { stored })
    });
    let pending = address::pending_change(&visit.app().db, &user.id, visit.at()).await?;
    let values = context! {
        form,
        locales => details::locales(visit),
        time_zones => time_zones(&user.time_zone),
        pending_email => pending.unwrap_or_default(),
        verified => user.email_verified(),
    };
    visit.form("client/profile.html", values, wrong)
}

/// The zones by their places; the reader's own is among them, whatever it is called.
fn time_zones(own: &str) -> Vec<Value> {
    let areas = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let known = jiff::tz::db().available().map(|name| name.to_string());
    let mut zones: Vec<String> =
        known.filter(|name| areas.iter().any(|area| name.starts_with(area))).collect();
    zones.push("UTC".to_owned());
    if !own.is_empty() && !zones.iter().any(|zone| zone == own) {
        zones.push(own.to_owned());
    }
    zones.sort();
    zones.iter().map(|zone| context! { value => zone, label => zone.replace('_', " ") }).collect()
}

/// A name as one types it: the first word, and the rest.
pub fn split_name(typed: &str) -> (String, String) {
    let typed = typed.trim();
    let (first, last) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    (first.to_owned(), last.trim().to_owned())
}

/// `POST /profile`
pub async fn save(visit: LoggedIn, fields: Fields) -> Answer {
    match change(&visit, &fields).await {
        Ok(words) => Ok(visit.go_saying("/profile", "success", words)),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            let wrong = wrong.renamed("first_name", "name").renamed("last_name", "name");
            page(&visit, &fields, &wrong).await
        }
    }
}

async fn change(visit: &LoggedIn, fields: &Fields) -> Result<String> {
    let (first_name, last_name) = split_name(fields.get("name"));
    let locale = fields.get("locale").to_owned();
    if !visit.reader().locales().any(|known| known == locale) {
        return Err(Error::field("locale", "choice"));
    }
    let typed = Profile { first_name, last_name, locale, time_zone: fields.get("time_zone").to_owned() };
    let mut tx = visit.begin().await?;
    let user = profile::change_profile(&mut tx, &visit.act(), &visit.me()?.id, &typed).await?;
    tx.commit().await?;
    // In the language just chosen.
    Ok(visit.reader().speaking(&user.locale).text("flash-profile-saved", &[]))
}

/// `POST /profile/email`
pub async fn change_email(visit: LoggedIn, fields: Fields) -> Answer {
    match request(&visit, &fields).await {
        Ok(()) => Ok(visit.done(
            "/profile",
            "flash-email-change-sent",
            &[("email", fields.get("email").trim().into())],
        )),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, &fields, &wrong).await
        }
    }
}

async fn request(visit: &LoggedIn, fields: &Fields) -> Result<()> {
    let (app, user) = (visit.app(), visit.me()?);
    let password = fields.get("current_password");
    login::confirm_password(&app.db, &app.passwords, &visit.act(), user, "current_password", password)
        .await?;
    let mut tx = visit.begin().await?;
    address::request_email_change(&mut tx, &visit.act(), &user.id, fields.get("email")).await?;
    tx.commit().await
}

/// `POST /profile/email/cancel`
pub async fn cancel_email(visit: LoggedIn) -> Answer {
    let user = visit.me()?;
    let mut tx = visit.begin().await?;
    address::cancel_change(&mut tx, &user.id, visit.at()).await?;
    tx.commit().await?;
    Ok(visit.done("/profile", "flash-email-change-cancelled", &[("email", user.email.as_str().into())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_first_word_and_the_rest() {
        assert_eq!(split_name("  Olive  van Baker "), ("Olive".into(), "van Baker".into()));
        assert_eq!(split_name("Prince"), ("Prince".into(), String::new()));
    }
}
