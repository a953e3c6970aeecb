//! "All Permissions" or "Choose Permissions": the thirteen boxes as a form shows and sends them.

use super::{fields::Fields, visit::Visit};
use crate::{
    model::{access::Bounds, invite::Chosen},
    permission::{Permission, Permissions},
};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// What was chosen in the form.
pub fn chosen(fields: &Fields) -> Chosen {
    if fields.get("scope") == "all" { Chosen::All } else { Chosen::These(ticked(fields)) }
}

fn ticked(fields: &Fields) -> Permissions {
    fields.all("permissions").iter().filter_map(|key| key.parse().ok()).collect()
}

/// The form as it stands: what was typed into it, else a preset, else `at_first`.
pub fn shown(bounds: &Bounds, typed: &Fields, at_first: &Chosen) -> Value {
    let preset =
        bounds.defaults().presets.iter().find(|(label, _)| !label.is_empty() && label == typed.get("preset"));
    let chosen = match preset {
        Some((_, permissions)) => Chosen::These(permissions.iter().copied().collect()),
        None if typed.has("scope") => chosen(typed),
        None => at_first.clone(),
    };
    form(bounds, &chosen)
}

fn form(bounds: &Bounds, chosen: &Chosen) -> Value {
    let defaults = bounds.defaults();
    let ticked = match chosen {
        Chosen::All => bounds.all(),
        Chosen::These(permissions) => bounds.bound(permissions),
    };
    let reason = |list: &[(Permission, String)], permission| {
        list.iter().find(|(one, _)| *one == permission).map(|(_, reason)| reason.clone()).unwrap_or_default()
    };
    let boxes = Permission::ALL.into_iter().map(|permission| {
        let (lock, reason) = if bounds.forbids(permission) {
            ("forbidden", reason(&defaults.forbid, permission))
        } else if bounds.requires(permission) {
            ("required", reason(&defaults.require, permission))
        } else {
            ("", String::new())
        };
        (permission.key(), context! { checked => ticked.has(permission), lock, reason })
    });
    let presets = defaults.presets.iter().map(|(label, permissions)| {
        let keys: Vec<&str> = permissions.iter().map(|permission| permission.key()).collect();
        context! { label, permissions => keys }
    });
    context! {
        scope => if matches!(chosen, Chosen::All) { "all" } else { "choose" },
        boxes => boxes.collect::<BTreeMap<_, _>>(),
        presets => presets.collect::<Vec<_>>(),
        some_forbidden => !defaults.forbid.is_empty(),
        defaults_missing => defaults.incomplete,
    }
}

/// Permissions in a sentence: "All permissions", "Invoices, Quotes", "No permissions".
pub fn in_words(visit: &Visit, permissions: &Permissions) -> String {
    if permissions.is_all() {
        return visit.text("permissions-all", &[]);
    }
    if permissions.is_empty() {
        return visit.text("permissions-none", &[]);
    }
    let words =
        permissions.iter().map(|permission| visit.text(&format!("permission-{permission}-short"), &[]));
    words.collect::<Vec<_>>().join(", ")
}
