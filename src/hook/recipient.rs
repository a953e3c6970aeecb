//! Whom a script means when it names somebody.

use super::node::{View, is_somebody, same_address};
use super::value::kind_of;
use crate::effect::Target;
use crate::event::data::{Account, Contact, Department, User};
use rhai::{Array, Dynamic, ImmutableString};

/// The people that a value names: an object, an address, or a list of those. Absent people are none.
///
/// # Errors
/// A sentence if the value names nobody.
pub fn targets(value: &Dynamic) -> Result<Vec<Target>, String> {
    if value.is_shared() {
        return targets(&value.flatten_clone());
    }
    if let Some(list) = value.read_lock::<Array>() {
        let each: Result<Vec<_>, _> = list.iter().map(one).collect();
        return Ok(each?.into_iter().flatten().collect());
    }
    Ok(one(value)?.into_iter().collect())
}

fn one(value: &Dynamic) -> Result<Option<Target>, String> {
    if let Some(text) = value.read_lock::<ImmutableString>() {
        let email = text.trim();
        if email.is_empty() {
            return Ok(None);
        }
        if !email.contains('@') || email.contains(char::is_whitespace) {
            return Err(format!("{email:?} is no e-mail address"));
        }
        return Ok(Some(Target { kind: "address".into(), email: email.into(), ..Target::default() }));
    }
    let Some(view) = value.read_lock::<View>() else {
        return Err(format!("expected a person, an address or a list of those, found {}", kind_of(value)));
    };
    if !is_somebody(view.fields()) {
        return Err(format!("`{}` is nobody who gets mail", view.fields().title()));
    }
    if !view.exists() || view.text("email").is_empty() {
        return Ok(None);
    }
    let kind = if view.fields().is(&User::SHAPE) {
        "user".to_owned()
    } else if view.fields().is(&Contact::SHAPE) {
        "contact".to_owned()
    } else if view.fields().is(&Account::SHAPE) {
        "account".to_owned()
    } else if view.fields().is(&Department::SHAPE) {
        "address".to_owned()
    } else {
        match view.text("kind").as_str() {
            kind @ ("user" | "staff" | "contact") => kind.to_owned(),
            _ => "address".to_owned(),
        }
    };
    let id = if kind == "address" { String::new() } else { view.text("id") };
    Ok(Some(Target {
        kind,
        id,
        name: view.text("name"),
        email: view.text("email"),
        locale: view.text("locale"),
        time_zone: view.text("time_zone"),
    }))
}

/// Fills in what the account knows about a user who was named by less: language and zone. The account's own address and its contacts
/// have the zone of its owner.
pub fn complete(target: &mut Target, account: Option<&View>) {
    if matches!(target.kind.as_str(), "contact" | "account") && target.time_zone.is_empty() {
        let owner = account.and_then(|account| account.object("owner"));
        target.time_zone = owner.map(|owner| owner.text("time_zone")).unwrap_or_default();
    }
    if target.kind != "user" || !target.locale.is_empty() {
        return;
    }
    let users = account.map(|account| account.objects("users")).unwrap_or_default();
    if let Some(user) = users.iter().find(|user| user.text("id") == target.id) {
        target.locale = user.text("locale");
        target.time_zone = user.text("time_zone");
    }
}

/// True if both are the same person: by id, or by e-mail address in any spelling.
pub fn same(a: &Target, b: &Target) -> bool {
    (!a.id.is_empty() && a.id == b.id && a.kind == b.kind) || same_address(&a.email, &b.email)
}
