//! "Your Profile": name, language, time zone.

use super::{User, alone, find, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::UserProfileChanged,
        data::{Account, Change},
        outbox::{Act, emit},
    },
    model::{line, required_line},
};

/// What "Your Profile" asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// First name.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// Language; the caller has checked that it is one of those known.
    pub locale: String,
    /// Time zone, such as `Europe/Berlin`; empty for UTC.
    pub time_zone: String,
}

/// A profile as typed, trimmed, with the time zone's name as its authority writes it.
///
/// # Errors
/// [`Invalid`](crate::error::Kind::Invalid) naming `first_name`, `last_name`, `locale` or `time_zone`.
pub fn checked(typed: &Profile) -> Result<Profile> {
    let first_name = required_line("first_name", &typed.first_name, 100)?;
    let last_name = line("last_name", &typed.last_name, 100)?;
    let locale = required_line("locale", &typed.locale, 35)?;
    Ok(Profile { first_name, last_name, locale, time_zone: time_zone(&typed.time_zone)? })
}

fn time_zone(typed: &str) -> Result<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok("UTC".to_owned());
    }
    let known = jiff::tz::TimeZone::get(typed).ok();
    known
        .as_ref()
        .and_then(|zone| zone.iana_name())
        .map(str::to_owned)
        .ok_or_else(|| Error::field("time_zone", "time-zone"))
}

/// Changes name, language and time zone; a profile that is as it was emits nothing.
///
/// # Errors
/// As [`checked`]; `user` if there is no such user.
pub async fn change_profile(tx: &mut Tx, act: &Act, user_id: &str, typed: &Profile) -> Result<User> {
    let wanted = checked(typed)?;
    let mut user = find(&mut *tx, user_id).await?;
    let changes = differences(&user, &wanted);
    if changes.is_empty() {
        return Ok(user);
    }
    store::set_profile(tx, user_id, &wanted).await?;
    Profile {
        first_name: user.first_name,
        last_name: user.last_name,
        locale: user.locale,
        time_zone: user.time_zone,
    } = wanted;
    emit(tx, act, &Account::default(), &UserProfileChanged { user: alone(&user), changes }, &[]).await?;
    Ok(user)
}

fn differences(user: &User, wanted: &Profile) -> Vec<Change> {
    [
        ("first_name", &user.first_name, &wanted.first_name),
        ("last_name", &user.last_name, &wanted.last_name),
        ("locale", &user.locale, &wanted.locale),
        ("time_zone", &user.time_zone, &wanted.time_zone),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(field, before, after)| Change {
        field: field.into(),
        before: before.clone(),
        after: after.clone(),
    })
    .collect()
}
