//! The places of the web area that scripts may add to: menus and panels, and what they see there.

use super::data::*;
use super::sample;
use super::shape::{Described, Field};
use serde_json::{Value, json};

/// A menu or a spot for panels.
#[derive(Debug)]
pub struct Place {
    /// Its name in scripts.
    pub name: &'static str,
    /// Where it is, in a sentence.
    pub doc: &'static str,
}

/// Menus, for `menu` hooks.
pub static MENUS: &[Place] = &[Place { name: "client", doc: "The navigation of the client area." }];

/// Spots for panels, for `panel` hooks.
pub static PANELS: &[Place] =
    &[Place { name: "client.home", doc: "The first page after log-in, below what stands there already." }];

/// What `menu` and `panel` hooks see of the page.
pub static VIEW: &[Field] = &[
    Field::new("at", "The clock.", Time::KIND),
    Field::new("user", "Who looks at the page, with the permissions held.", User::KIND),
    Field::new("account", "The account that the user acts for.", Account::KIND),
    Field::new("locale", "The language of the page, such as `en`.", String::KIND),
];

/// A page as hooks see it.
pub fn view(at: Time, user: &User, account: &Account, locale: &str) -> Value {
    json!({ "at": at, "user": user, "account": account, "locale": locale })
}

/// Pages on which `menu` and `panel` hooks are tried: the owner's, and that of a user with few permissions.
pub fn samples() -> Vec<Value> {
    let account = sample::account();
    vec![
        view(sample::AT, &sample::owner(), &account, "en"),
        view(sample::AT, &sample::accountant(), &account, "de"),
    ]
}

/// One entry of a menu.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MenuEntry {
    /// What it says.
    pub label: String,
    /// Where it leads: a path of this server, or an `https://` address.
    pub url: String,
}

/// What `menu` hooks make of a menu.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Menu {
    /// Entries to add after those that stand there.
    pub added: Vec<MenuEntry>,
    /// Paths of entries to leave out. Pages behind them stay reachable: permissions guard pages, not menus.
    pub removed: Vec<String>,
}

/// What a `panel` hook shows: data, never HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Panel {
    /// Its heading.
    pub title: String,
    /// A paragraph; may be empty.
    pub text: String,
    /// Lines of a small table.
    pub rows: Vec<Row>,
    /// Links below it.
    pub links: Vec<MenuEntry>,
}

/// One line of a panel.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// What it says.
    pub value: String,
}

/// True for what a link of a script may lead to: a path of this server, or another site by https.
pub fn is_link(url: &str) -> bool {
    let path = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    (path || url.starts_with("https://")) && !url.contains(|c: char| c.is_control() || c.is_whitespace())
}
