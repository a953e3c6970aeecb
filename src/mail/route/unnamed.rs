//! Those of an account whom no script named for a mail: nobody disappears in silence, and why is mostly a tick or a permission.

use super::{CORE, Settled, Subjects};
use crate::{
    effect::{LeftOut, Target},
    event::data::User,
    model::email_key,
    permission::{Category, Permission},
};
use std::collections::BTreeSet;

/// So many stand in a trace at most: an account may have thousands of users.
const MOST: usize = 100;

/// Adds the account's own address, its contacts and its users to those who are left out, if nobody named their address.
pub fn with_unnamed(subjects: &Subjects, category: Category, settled: &mut Settled) {
    // Security mail and notes of staff are no business of the account's.
    if !subjects.account.exists || category == Category::Security || subjects.name == "ticket.noted" {
        return;
    }
    let account = &subjects.account;
    let named = settled.recipients.iter().map(|one| &one.target);
    let named = named.chain(settled.left_out.iter().map(|one| &one.target));
    let mut seen: BTreeSet<String> = named.map(|target| email_key(&target.email)).collect();
    let own = Target {
        kind: "account".into(),
        id: account.id.clone(),
        name: account.name.clone(),
        email: account.email.clone(),
        ..Target::default()
    };
    let contacts = account.contacts.iter().map(|one| {
        let (id, name, email) = (one.id.clone(), one.name.clone(), one.email.clone());
        let target = Target { kind: "contact".into(), id, name, email, ..Target::default() };
        (target, not_ticked(&one.categories, category))
    });
    let users = account.users.iter().map(|one| (super::of_user(one), of_user(subjects, one, category)));
    let all = std::iter::once((own, not_ticked(&account.categories, category))).chain(contacts).chain(users);
    let declined =
        |key: &str| account.declined.iter().any(|one| one.category == category.key() && one.email == key);
    let mut left = Vec::new();
    for (target, reason) in all {
        let key = email_key(&target.email);
        if left.len() == MOST || key.is_empty() || !seen.insert(key.clone()) {
            continue;
        }
        let reason = if declined(&key) { super::switched_off(category) } else { reason };
        left.push(LeftOut { target, reason, by: CORE.to_owned() });
    }
    settled.left_out.extend(left);
}

fn not_ticked(categories: &[String], category: Category) -> String {
    match categories.iter().any(|key| key == category.key()) {
        true => "no script named them".to_owned(),
        false => format!("has not ticked {} mail", category.key()),
    }
}

fn of_user(subjects: &Subjects, user: &User, category: Category) -> String {
    let about = subjects.ticket.exists.then_some(Permission::Tickets);
    let mut needed = [super::needed(category), about].into_iter().flatten();
    match needed.find(|permission| !user.owner && !user.permissions.iter().any(|key| key == permission.key()))
    {
        Some(lacks) => format!("has no permission for {}", lacks.key()),
        None => not_ticked(&user.categories, category),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{catalogue, sample};

    #[test]
    fn everybody_of_the_account_is_named_with_why_they_get_nothing() {
        let event = (catalogue::find("ticket.replied").unwrap().samples)().remove(0);
        let mut settled = Settled::default();
        with_unnamed(&Subjects::of(&event), Category::Support, &mut settled);
        let account = sample::account();
        assert_eq!(settled.left_out.len(), 1 + account.contacts.len() + account.users.len());
        let why = |email: &str| {
            settled.left_out.iter().find(|one| one.target.email == email).map(|one| one.reason.as_str())
        };
        assert_eq!(why("accountant@bakery.example"), Some("has no permission for tickets"));
        assert_eq!(why("bills@bakery.example"), Some("has not ticked support mail"));
        assert_eq!(why("shop@bakery.example"), Some("no script named them"));
        let before = settled.left_out.len();
        with_unnamed(&Subjects::of(&event), Category::Support, &mut settled);
        assert_eq!(settled.left_out.len(), before, "each address once");
    }
}
