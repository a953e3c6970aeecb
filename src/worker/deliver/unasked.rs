//! What readers get who never asked for mail: that there is a ticket, and none of the words of whoever had it sent to them.
//!
//! Otherwise anybody could have the house write to strangers: a mail in somebody's name gets them a receipt, a copied address
//! gets what a customer wrote.

use super::make::Loaded;
use crate::{
    app::App,
    error::Result,
    mail::store::WaitingEmail,
    model::{email_key, outreach},
};
use serde_json::{Value, json};

/// The event of a mail as its reader may see it, if that is not all of it.
///
/// # Errors
/// If the database is away.
pub(super) async fn veiled(
    app: &App,
    mail: &WaitingEmail,
    loaded: Option<&Loaded>,
) -> Result<Option<Loaded>> {
    let Some(loaded) = loaded else { return Ok(None) };
    let veil = match trust(mail, loaded.event()) {
        Trust::Full => false,
        Trust::None => true,
        Trust::OnceWrittenTo => {
            !outreach::wrote_to(&app.db, mail.account_id.as_deref(), &mail.to_email).await?
        }
    };
    Ok(veil.then(|| loaded.with(without_words(loaded.event()))))
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

fn trust(mail: &WaitingEmail, event: &Value) -> Trust {
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
fn without_words(event: &Value) -> Value {
    let mut event = event.clone();
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

/// True for names such as `evil.example/prize` and `www.evil.example`.
pub(super) fn is_like_a_link(name: &str) -> bool {
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
        trust(&mail, event)
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
        let left = without_words(&event);
        assert!(!left.to_string().contains("PRIZE"), "{left:#}");
        assert!(!["Olive Baker", "J. R. Smith", "Baker Ltd."].into_iter().any(is_like_a_link));
    }
}
