//! How the reader of a mail says that they want none of its kind: the address in its foot, and the headers by which
//! mail programs unsubscribe with one click (RFC 8058).

use super::make::hide;
use crate::{
    app::App,
    event::Whole,
    mail::{find::apart, gather::store::Part, list, store::WaitingEmail},
    model::preference::{Addressed, UnsubscribeKey},
    permission::Category,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Where a token stands in an address of ours.
const UNSUBSCRIBE: &str = "/unsubscribe/";

/// What can be chosen about a mail: nothing for security mail, for staff, whose work it is, and for what the operator fixed.
fn kind(app: &App, mail: &WaitingEmail) -> Option<Category> {
    let category = Category::from_key(&mail.category)?;
    list::is_free(&app.mail_policy(), category, &mail.to_kind).then_some(category)
}

fn link(app: &App, mail: &WaitingEmail) -> String {
    let addressed = Addressed {
        account: mail.account_id.clone().unwrap_or_default(),
        email: mail.to_email.clone(),
        category: mail.category.clone(),
    };
    format!("{}{UNSUBSCRIBE}{}", app.config.public_url(), UnsubscribeKey::of(&app.key).token(&addressed))
}

/// Where the reader says which mail they get: on their own page for a user of the account, else by a link that needs no
/// log-in. Empty where nothing can be chosen.
pub(super) fn preferences(app: &App, mail: &WaitingEmail, event: &Whole) -> String {
    if mail.category == Category::Security.key() || mail.to_kind == "staff" {
        return String::new();
    }
    let users = event.pointer("/account/users").and_then(Value::as_array);
    let is_user = |user: &Value| mail.to_kind == "user" && user["id"].as_str() == Some(mail.to_id.as_str());
    match &mail.account_id {
        Some(account) if users.is_some_and(|users| users.iter().any(is_user)) => {
            format!("{}/preferences?account={account}", app.config.public_url())
        }
        _ => link(app, mail),
    }
}

/// The headers by which a mail program unsubscribes its reader from mail of this kind.
pub(super) fn unsubscribe(app: &App, mail: &WaitingEmail) -> Vec<(String, String)> {
    if kind(app, mail).is_none() {
        return Vec::new();
    }
    list::unsubscribe(&link(app, mail))
}

/// The tokens of such links in these texts, each once.
pub(super) fn tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let is_sign = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let token = |rest: &str| rest.chars().take_while(is_sign).collect::<String>();
    let mut found = BTreeSet::new();
    for mut rest in texts {
        while let Some((_, after)) = apart(rest, UNSUBSCRIBE) {
            found.insert(token(after));
            rest = after;
        }
    }
    found.remove("");
    found
}

/// A part of a digest without them.
pub(super) fn hidden(part: Part) -> Part {
    let secrets: Vec<String> = tokens([part.html.as_str(), &part.text]).into_iter().collect();
    Part { html: hide(&secrets, &part.html), text: hide(&secrets, &part.text), ..part }
}
