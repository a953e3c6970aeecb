//! What the frame round every page reads: who is logged in, what they may open, what just happened.

use super::visit::Visit;
use crate::permission::Permission;
use minijinja::{Value, context, value::Serde};
use std::collections::BTreeMap;

/// An entry of the navigation at the side.
struct Entry {
    href: &'static str,
    message: &'static str,
    needs: Option<Permission>,
}

/// To add an entry for customers, add it here, with the permission that its page needs.
const MENU: &[Entry] = &[
    Entry { href: "/", message: "menu-home", needs: None },
    Entry { href: "/tickets", message: "menu-tickets", needs: Some(Permission::Tickets) },
];

/// The object `page` of a request.
pub fn values(visit: &Visit) -> Value {
    let config = &visit.app().config;
    let user = visit.user().map(|user| context! { name => greeting(&user.first_name, &user.email), email => user.email });
    let staff = visit.staff().map(|staff| context! { name => staff.name, email => staff.email });
    let account = visit.account().map(|account| context! { id => account.id, name => account.name, owner => account.owner });
    context! {
        request_id => visit.id(),
        path => visit.path(),
        locale => visit.reader().locale(),
        brand => context! { name => config.brand.name, logo_url => config.brand.logo_url },
        user,
        staff,
        account,
        may => may(visit),
        client_menu => menu(visit),
        flash => visit.flash().map(|flash| Value::from(Serde(flash))).into_iter().collect::<Vec<_>>(),
        demo => super::dev::is_open(config),
        has_email_history => false,
    }
}

fn greeting<'a>(first_name: &'a str, email: &'a str) -> &'a str {
    if first_name.is_empty() { email } else { first_name }
}

/// Permission key → whether the user holds it here; and `owner`.
fn may(visit: &Visit) -> BTreeMap<&'static str, bool> {
    let account = visit.account();
    let permissions = Permission::ALL.into_iter().map(|permission| (permission.key(), account.is_some_and(|a| a.may(permission))));
    permissions.chain([("owner", account.is_some_and(|a| a.owner))]).collect()
}

fn menu(visit: &Visit) -> Vec<Value> {
    let Some(account) = visit.account() else { return Vec::new() };
    let open = MENU.iter().filter(|entry| entry.needs.is_none_or(|permission| account.may(permission)));
    let is_current = |href: &str| if href == "/" { visit.path() == "/" } else { visit.path().starts_with(href) };
    open.map(|entry| context! { href => entry.href, label => visit.text(entry.message, &[]), current => is_current(entry.href) }).collect()
}
