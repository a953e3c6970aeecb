//! What readers get who never asked for mail: that there is a ticket, and none of the words of whoever had it sent to them.
//!
//! Otherwise anybody could have the house write to strangers: a mail in somebody's name gets them a receipt, a copied address
//! gets what a customer wrote. And whoever is invited or registered gets no link that somebody has for a name.

use super::make::Loaded;
use crate::{
    app::App,
    error::Result,
    event::Whole,
    mail::store::WaitingEmail,
    model::{email_key, outreach, user},
};
use serde_json::{Value, json};
use std::{cmp::Reverse, mem};

/// The event of a mail as its reader may see it, if that is not all of it; the mail itself then names nobody by a link either.
///
/// # Errors
/// If the database is away.
pub(super) async fn veiled(
    app: &App,
    mail: &mut WaitingEmail,
    loaded: Option<&Loaded>,
) -> Result<Option<Loaded>> {
    let Some(loaded) = loaded else { return Ok(None) };
    let event = loaded.event();
    let veiled = match trust(mail, event) {
        Trust::Full => {
            if !is_stranger(app, mail, event).await? {
                return Ok(None);
            }
            let (event, names) = without_links(event.to_value());
            mail.vars = without(&names, &mail.vars);
            event
        }
        Trust::OnceWrittenTo
            if outreach::wrote_to(&app.db, mail.account_id.as_deref(), &mail.to_email).await? =>
        {
            return Ok(None);
        }
        Trust::OnceWrittenTo | Trust::None => without_words(event.to_value()),
    };
    if is_like_a_link(&mail.to_name) {
        mail.to_name.clear();
    }
    Ok(Some(loaded.with(veiled)))
}

/// Whether a reader may get words of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// They may.
    Full,
    /// Once a mail went there before, by which they could say that they want none.
    OnceWrittenTo,
    /// They may not.
    None,
}

fn trust(mail: &WaitingEmail, event: &Whole) -> Trust {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    // What staff send they have seen.
    if mail.to_kind == "staff" || !text("/name").starts_with("ticket.") || text("/actor/kind") == "staff" {
        return Trust::Full;
    }
    let key = email_key(&mail.to_email);
    let is_theirs = |one: &Value| one["email"].as_str().is_some_and(|email| email_key(email) == key);
    let among = |pointer: &str| event.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    if among("/account/users").any(|one| one["email_verified"] == false && is_theirs(one)) {
        return Trust::None;
    }
    // A guest's address is whatever stood in a mail's `From`, until staff made their mind up to answer.
    if text("/ticket/opener/kind") == "guest" && is_theirs(&event["ticket"]["opener"]) {
        let answered = among("/ticket/participants").any(|one| one["kind"] == "staff");
        return if answered { Trust::Full } else { Trust::None };
    }
    let known = || among("/account/users").chain(among("/account/contacts")).any(is_theirs);
    if mail.to_kind != "address" || known() { Trust::Full } else { Trust::OnceWrittenTo }
}

/// An event without what customers wrote; a name that a mail program would make a link counts as written.
fn without_words(mut event: Value) -> Value {
    let department = event["ticket"]["department"]["name"].clone();
    let put = |event: &mut Value, pointer: &str, value: Value| {
        if let Some(place) = event.pointer_mut(pointer) {
            *place = value;
        }
    };
    put(&mut event, "/ticket/subject", department);
    put(&mut event, "/ticket/related/exists", json!(false));
    put(&mut event, "/ticket/related/name", json!(""));
    if event["reply"]["from_staff"] != true {
        put(&mut event, "/reply/body", json!(""));
        put(&mut event, "/reply/attachments", json!([]));
    }
    for name in ["/ticket/opener/name", "/reply/author/name", "/actor/name"] {
        if event.pointer(name).and_then(Value::as_str).is_some_and(is_like_a_link) {
            put(&mut event, name, json!(""));
        }
    }
    for name in ["/account/name", "/account/company"] {
        if event.pointer(name).and_then(Value::as_str).is_some_and(is_like_a_link) {
            put(&mut event, name, json!("…"));
        }
    }
    event
}

/// True for who never said that the address is theirs: a user who has not confirmed it, the one that is to become a log-in's, and
/// whoever is invited and has no log-in.
async fn is_stranger(app: &App, mail: &WaitingEmail, event: &Whole) -> Result<bool> {
    if mail.to_kind == "staff" {
        return Ok(false);
    }
    let key = email_key(&mail.to_email);
    let is_theirs =
        |email: Option<&Value>| email.and_then(Value::as_str).is_some_and(|one| email_key(one) == key);
    if is_theirs(event.pointer("/new_email")) && event["name"] == "user.email_change_requested" {
        return Ok(true);
    }
    let users = event.pointer("/account/users").and_then(Value::as_array);
    let mut users = event.pointer("/user").into_iter().chain(users.into_iter().flatten());
    if let Some(user) = users.find(|user| is_theirs(user.get("email"))) {
        return Ok(user["email_verified"] == false);
    }
    if !event["name"].as_str().is_some_and(|name| name.starts_with("invite."))
        || !is_theirs(event.pointer("/invite/email"))
    {
        return Ok(false);
    }
    let user = user::lookup_by_email(&app.db, &mail.to_email).await?;
    Ok(!user.is_some_and(|user| user.email_verified()))
}

/// An event in which no customer has a name that a mail program would make a link, and those names, the longest first.
fn without_links(mut event: Value) -> (Value, Vec<String>) {
    let mut names = Vec::new();
    unname(&mut event, "", &mut names);
    names.sort_unstable_by_key(|name| Reverse(name.len()));
    (event, names)
}

/// People are called by their addresses then, which stand in such mails anyhow.
fn unname(value: &mut Value, place: &str, names: &mut Vec<String>) {
    if let Value::Array(all) = value {
        return all.iter_mut().for_each(|one| unname(one, place, names));
    }
    let Value::Object(parts) = value else { return };
    let email = parts.get("email").and_then(Value::as_str).map(str::to_owned);
    let is_the_houses = place == "department" || parts.get("kind").is_some_and(|kind| kind == "staff");
    if let (Some(email), false) = (email, is_the_houses) {
        let name = if place == "account" || email.is_empty() { "…".to_owned() } else { email };
        let instead = [("name", name.as_str()), ("company", "…"), ("first_name", ""), ("last_name", "")];
        for (field, instead) in instead {
            if let Some(Value::String(text)) =
                parts.get_mut(field).filter(|text| text.as_str().is_some_and(is_like_a_link))
            {
                names.push(mem::replace(text, instead.to_owned()));
            }
        }
    }
    parts.iter_mut().for_each(|(place, part)| unname(part, place, names));
}

/// What a script gave its template, without these names.
fn without(names: &[String], vars: &str) -> String {
    fn hide(value: &mut Value, names: &[String]) {
        match value {
            Value::String(text) => {
                *text = names.iter().fold(mem::take(text), |text, name| text.replace(name, "…"));
            }
            Value::Array(all) => all.iter_mut().for_each(|one| hide(one, names)),
            Value::Object(parts) => parts.values_mut().for_each(|part| hide(part, names)),
            _ => (),
        }
    }
    match serde_json::from_str::<Value>(vars) {
        Ok(mut value) if !names.is_empty() => {
            hide(&mut value, names);
            value.to_string()
        }
        _ => vars.to_owned(),
    }
}

/// True for names such as `evil.example/prize` and `www.evil.example`.
fn is_like_a_link(name: &str) -> bool {
    let mut signs = name.chars().peekable();
    let mut before = ' ';
    while let Some(sign) = signs.next() {
        let inside = before.is_alphanumeric() && signs.peek().is_some_and(|next| next.is_alphanumeric());
        if sign == '/' || sign == '@' || (sign == '.' && inside) {
            return true;
        }
        before = sign;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::catalogue;

    fn event(name: &str, sample: usize) -> Value {
        (catalogue::find(name).unwrap().samples)().remove(sample)
    }

    fn trusted(event: &Value, kind: &str, email: &str) -> Trust {
        let mail = WaitingEmail { to_kind: kind.into(), to_email: email.into(), ..WaitingEmail::default() };
        trust(&mail, &event.clone().into())
    }

    #[test]
    fn words_of_customers_go_to_those_who_asked() {
        let replied = event("ticket.replied", 0);
        assert_eq!(trusted(&replied, "user", "owner@bakery.example"), Trust::Full);
        assert_eq!(trusted(&replied, "address", "Owner@bakery.example"), Trust::Full, "copied, and known");
        assert_eq!(trusted(&replied, "address", "agency@partner.example"), Trust::OnceWrittenTo);
        let mut unproved = replied.clone();
        unproved["account"]["users"][0]["email_verified"] = json!(false);
        for kind in ["user", "account", "contact", "address"] {
            assert_eq!(trusted(&unproved, kind, "owner@bakery.example"), Trust::None, "{kind}");
        }
        let mut by_staff = replied;
        by_staff["actor"]["kind"] = json!("staff");
        assert_eq!(trusted(&by_staff, "address", "agency@partner.example"), Trust::Full);
    }

    #[test]
    fn a_guest_gets_no_words_before_staff_answer() {
        let mut opened = event("ticket.opened", 1);
        let guest = opened["ticket"]["opener"]["email"].as_str().unwrap().to_owned();
        assert_eq!(trusted(&opened, "address", &guest), Trust::None);
        opened["ticket"]["participants"].as_array_mut().unwrap().push(json!({ "kind": "staff" }));
        assert_eq!(trusted(&opened, "address", &guest), Trust::Full);
    }

    #[test]
    fn what_is_left_has_nothing_that_a_customer_wrote() {
        let mut event = event("ticket.opened", 0);
        event["ticket"]["subject"] = json!("Click PRIZE");
        event["reply"]["body"] = json!("PRIZE");
        event["actor"]["name"] = json!("PRIZE www.evil.example");
        event["account"]["name"] = json!("evil.example/PRIZE");
        event["account"]["company"] = json!("evil.example/PRIZE");
        event["reply"]["author"] = event["actor"].clone();
        event["ticket"]["opener"] = event["actor"].clone();
        event["reply"]["attachments"] = json!([{ "name": "PRIZE.pdf" }]);
        event["ticket"]["participants"] = json!([]);
        event["ticket"]["related"] = json!({ "exists": true, "kind": "", "id": "", "name": "PRIZE" });
        let left = without_words(event);
        assert!(!left.to_string().contains("PRIZE"), "{left:#}");
        assert!(!["Olive Baker", "J. R. Smith", "Baker Ltd."].into_iter().any(is_like_a_link));
    }

    #[test]
    fn names_that_are_links_are_left_out_wherever_a_customer_has_one() {
        let mut event = event("invite.sent", 0);
        let link = "Prize https://evil.example/p";
        event["account"]["name"] = json!(link);
        event["account"]["company"] = json!(link);
        event["account"]["users"][0]["first_name"] = json!("www.evil.example");
        event["invite"]["inviter"]["name"] = json!(format!("{link} Baker"));
        event["invite"]["inviter"]["email"] = json!("p@mail.example");
        event["actor"] = json!({ "kind": "staff", "name": "Sam @ Support", "email": "sam@host.example" });
        let (left, names) = without_links(event.clone());
        assert!(!left.to_string().contains("evil"), "{left:#}");
        assert_eq!(left["account"]["name"], "…");
        assert_eq!(left["invite"]["inviter"]["name"], "p@mail.example");
        assert_eq!(
            (&left["actor"], &left["account"]["email"]),
            (&event["actor"], &event["account"]["email"])
        );
        let vars = json!({ "account": link, "text": format!("Ask {link} Baker."), "count": 1.5 }).to_string();
        assert_eq!(
            without(&names, &vars),
            json!({ "account": "…", "text": "Ask ….", "count": 1.5 }).to_string()
        );
    }
}
