//! Whom no script named for a mail, and why: mostly for want of a tick or of a permission.

use super::{CORE, Settled, Subjects, needed, switched_off};
use crate::{
    effect::{LeftOut, Target},
    event::data::User,
    model::email_key,
    permission::{Category, Permission},
};
use std::collections::BTreeSet;

/// So many of them stand in a trace at most: an account may have thousands of users.
pub const MOST_UNNAMED: usize = 100;

/// Those whose mail it might have been and whom neither a hook nor the core named: the account's own address, its contacts, its
/// users, a ticket's opener and copies; each address once, and [`MOST_UNNAMED`] at most.
pub fn unnamed(subjects: &Subjects, category: Category, settled: &Settled) -> Vec<LeftOut> {
    // Security mail concerns one person, and notes are for staff alone: nobody else was ever meant.
    if category == Category::Security || subjects.name == "ticket.noted" {
        return Vec::new();
    }
    let account = &subjects.account;
    let named = settled.recipients.iter().map(|one| &one.target);
    let named = named.chain(settled.left_out.iter().map(|one| &one.target));
    let mut seen: BTreeSet<String> = named.map(|target| email_key(&target.email)).collect();
    let target = |kind: &str, id: &str, name: &str, email: &str| Target {
        kind: kind.to_owned(),
        id: id.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        ..Target::default()
    };
    let opener = &subjects.ticket.opener;
    let opener = (target(&opener.kind, &opener.id, &opener.name, &opener.email), nobody());
    let copies = subjects.ticket.cc.iter().map(|email| (target("address", "", "", email), nobody()));
    let own = target("account", &account.id, &account.name, &account.email);
    let own = (own, not_ticked(&account.categories, category));
    let contacts = account.contacts.iter().map(|one| {
        (target("contact", &one.id, &one.name, &one.email), not_ticked(&one.categories, category))
    });
    let users = account
        .users
        .iter()
        .map(|one| (target("user", &one.id, &one.name, &one.email), of_user(subjects, one, category)));
    let declined =
        |key: &str| account.declined.iter().any(|one| one.category == category.key() && one.email == key);
    let all = [opener, own].into_iter().chain(copies).chain(contacts).chain(users);
    all.filter_map(|(target, why)| {
        let key = email_key(&target.email);
        let reason = if declined(&key) { switched_off(category) } else { why };
        (!key.is_empty() && seen.insert(key)).then(|| LeftOut { target, reason, by: CORE.to_owned() })
    })
    .take(MOST_UNNAMED)
    .collect()
}

fn nobody() -> String {
    "no script named them".to_owned()
}

fn not_ticked(categories: &[String], category: Category) -> String {
    match ticked(categories, category) {
        true => nobody(),
        false => format!("has not ticked {} mail", category.key()),
    }
}

/// A user's tick gets them mail where a script looks at it; without one they may be named all the same.
fn of_user(subjects: &Subjects, user: &User, category: Category) -> String {
    let about = subjects.ticket.exists.then_some(Permission::Tickets);
    match [about, needed(category)].into_iter().flatten().find(|one| !user.may(*one)) {
        Some(permission) => format!("has no permission for {}", permission.key()),
        None if ticked(&user.categories, category) => nobody(),
        None => format!("no script named them, nor did they ask for {} mail", category.key()),
    }
}

fn ticked(categories: &[String], category: Category) -> bool {
    categories.iter().any(|key| key == category.key())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        effect::Recipient,
        event::{catalogue, sample},
        mail::route::settle,
    };
    use serde_json::{Value, json};

    fn event(name: &str) -> Value {
        (catalogue::find(name).unwrap().samples)().remove(0)
    }

    fn told(event: &Value, category: Category, settled: &Settled) -> Vec<(String, String)> {
        let all = unnamed(&Subjects::of(event), category, settled);
        assert!(all.iter().all(|one| one.by == "core"));
        all.into_iter().map(|one| (one.target.email, one.reason)).collect()
    }

    #[test]
    fn whom_no_script_named_is_known_with_what_they_lack() {
        let mut event = event("ticket.replied");
        event["account"]["declined"] = json!([{"email": "shop@bakery.example", "category": "support"}]);
        event["account"]["users"][3]["categories"] = json!(["support"]);
        let all = told(&event, Category::Support, &Settled::default());
        let why = |email: &str| all.iter().find(|one| one.0 == email).map_or("", |one| one.1.as_str());
        for (email, reason) in [
            ("developer@bakery.example", "no script named them"),
            ("agency@partner.example", "no script named them"),
            ("hello@bakery.example", "no script named them"),
            ("shop@bakery.example", "the reader switched support mail off for this address"),
            ("bills@bakery.example", "has not ticked support mail"),
            ("owner@bakery.example", "no script named them, nor did they ask for support mail"),
            ("designer@demo.example", "no script named them"),
            ("accountant@bakery.example", "has no permission for tickets"),
        ] {
            assert_eq!(why(email), reason, "{email}");
        }
        let mut emails: Vec<_> = all.iter().map(|one| one.0.to_lowercase()).collect();
        emails.sort();
        emails.dedup();
        assert_eq!(emails.len(), all.len(), "each address once");
    }

    #[test]
    fn who_was_named_in_any_spelling_is_not_told_again() {
        let event = event("ticket.replied");
        let to = |email: &str| Recipient {
            target: Target { kind: "address".into(), email: email.into(), ..Target::default() },
            reason: "was chosen".into(),
            cc: false,
            disclose: false,
            by: "hooks/a.rhai:1".into(),
        };
        // One gets it, the other is kept from it by the leak guard: both were named.
        let chosen = vec![to("OWNER@bakery.example"), to("accountant@bakery.example")];
        let settled = settle(&Subjects::of(&event), Category::Support, chosen, vec![]);
        assert_eq!((settled.recipients.len(), settled.left_out.len()), (1, 1));
        let all = told(&event, Category::Support, &settled);
        assert!(!all.iter().any(|one| one.0.starts_with("owner@") || one.0.starts_with("accountant@")));
        assert!(all.iter().any(|one| one.0 == "shop@bakery.example"));
    }

    #[test]
    fn mail_that_was_nobody_elses_names_nobody_else() {
        let nobody: &[(String, String)] = &[];
        assert_eq!(told(&event("user.password_changed"), Category::Security, &Settled::default()), nobody);
        assert_eq!(told(&event("ticket.noted"), Category::Support, &Settled::default()), nobody);
    }

    #[test]
    fn a_thousand_users_fill_no_trace() {
        let mut event = event("ticket.replied");
        let user = json!(sample::designer());
        let users = (0..1000).map(|n| {
            let mut user = user.clone();
            user["email"] = json!(format!("u{n}@bakery.example"));
            user
        });
        event["account"]["users"] = users.collect();
        assert_eq!(told(&event, Category::Support, &Settled::default()).len(), MOST_UNNAMED);
    }
}
