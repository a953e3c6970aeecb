//! What the frame round every page reads: who is logged in, what they may open, what just happened.

use super::visit::{CARRIED, Visit};
use crate::{
    model::{session::Who, staff::Role},
    permission::Permission,
};
use minijinja::{Value, context, value::Serde};
use std::collections::BTreeMap;

/// An entry of the navigation at the side.
struct Entry {
    href: &'static str,
    message: &'static str,
    needs: Needed,
}

enum Needed {
    Nothing,
    Permission(Permission),
    Owner,
}

/// To add an entry for customers, add it here, with what its page needs.
const MENU: &[Entry] = &[
    Entry { href: "/", message: "menu-home", needs: Needed::Nothing },
    Entry { href: "/tickets", message: "menu-tickets", needs: Needed::Permission(Permission::Tickets) },
    Entry { href: "/users", message: "menu-user-management", needs: Needed::Owner },
    Entry { href: "/contacts", message: "menu-contacts", needs: Needed::Permission(Permission::Contacts) },
    Entry { href: "/emails", message: "menu-email-history", needs: Needed::Permission(Permission::Emails) },
    Entry {
        href: "/account",
        message: "menu-account-details",
        needs: Needed::Permission(Permission::Profile),
    },
];

/// The object `page` of a request.
pub fn values(visit: &Visit) -> Value {
    let config = &visit.app().config;
    let user = visit
        .user()
        .map(|user| context! { name => greeting(&user.first_name, &user.email), email => &user.email });
    let staff = visit.staff().map(
        |staff| context! { name => &staff.name, email => &staff.email, admin => staff.role == Role::Admin },
    );
    let role = |owner: bool| visit.text(if owner { "role-owner" } else { "role-user" }, &[]);
    let account = visit.account();
    let account = account.map(
        |one| context! { id => &one.id, name => &one.name, owner => &one.owner, role => role(one.owner) },
    );
    let accounts_count = match visit.current().map(|current| &current.who) {
        Some(Who::User { accounts, .. }) => *accounts,
        _ => 0,
    };
    let brand = &config.brand;
    context! {
        request_id => visit.id(),
        path => visit.path(),
        locale => visit.reader().locale(),
        brand => context! { name => &brand.name, logo_url => &brand.logo_url, accent => &brand.accent, accent_dark => &brand.accent_dark },
        user,
        staff,
        account,
        accounts_count,
        may => may(visit),
        client_menu => menu(visit),
        unlisted => visit.menu().map(|menu| menu.removed.clone()).unwrap_or_default(),
        flash => visit.flash().filter(|flash| flash.kind != CARRIED).map(|flash| Value::from(Serde(flash))).into_iter().collect::<Vec<_>>(),
        demo => super::dev::is_open(config),
    }
}

fn greeting<'a>(first_name: &'a str, email: &'a str) -> &'a str {
    if first_name.is_empty() { email } else { first_name }
}

/// Permission key → whether the user holds it here; and `owner`.
fn may(visit: &Visit) -> BTreeMap<&'static str, bool> {
    let account = visit.account();
    let permissions = Permission::ALL
        .into_iter()
        .map(|permission| (permission.key(), account.is_some_and(|a| a.may(permission))));
    permissions.chain([("owner", account.is_some_and(|a| a.owner))]).collect()
}

fn menu(visit: &Visit) -> Vec<Value> {
    let Some(account) = visit.account() else { return Vec::new() };
    let open = MENU.iter().filter(|entry| match entry.needs {
        Needed::Nothing => true,
        Needed::Permission(permission) => account.may(permission),
        Needed::Owner => account.owner,
    });
    let is_current =
        |href: &str| visit.path() == href || (href != "/" && visit.path().starts_with(&format!("{href}/")));
    let offered = visit.menu();
    let stays = |href: &str| offered.is_none_or(|menu| !menu.removed.iter().any(|gone| gone == href));
    let ours = open.filter(|entry| stays(entry.href)).map(|entry| context! { href => entry.href, label => visit.text(entry.message, &[]), current => is_current(entry.href) });
    let theirs = offered.map(|menu| menu.added.as_slice()).unwrap_or_default();
    let theirs = theirs.iter().map(
        |entry| context! { href => &entry.url, label => &entry.label, current => is_current(&entry.url) },
    );
    ours.chain(theirs).collect()
}
