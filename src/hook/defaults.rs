//! What `permission_defaults` hooks get: an invite form, or "Manage Permissions", and its boxes.

use super::node::View;
use super::{fail, value};
use crate::event::guard::Defaults;
use crate::permission::Permission;
use rhai::{Dynamic, Engine, EvalAltResult};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The handle that scripts see.
#[derive(Clone)]
pub struct Form(Arc<State>);

struct State {
    base: View,
    said: Mutex<Defaults>,
}

/// Its functions, with the arguments that each asks for.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("preselect", "([keys])"),
    ("require", "([keys], reason)"),
    ("forbid", "([keys], reason)"),
    ("preset", "(name, [keys])"),
];

impl Form {
    /// The form, with what the hooks before said.
    pub fn new(base: View, said: Defaults) -> Self {
        Form(Arc::new(State { base, said: Mutex::new(said) }))
    }

    /// What was said so far.
    pub fn said(&self) -> Defaults {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Defaults> {
        self.0.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn preselect(&self, keys: &Dynamic) -> Result<(), Box<EvalAltResult>> {
        for permission in read("preselect", keys)? {
            let mut said = self.lock();
            if !said.preselect.contains(&permission) {
                said.preselect.push(permission);
            }
        }
        Ok(())
    }

    fn require(&self, keys: &Dynamic, reason: &str) -> Result<(), Box<EvalAltResult>> {
        add(&mut self.lock().require, read("require", keys)?, reason, "require")
    }

    fn forbid(&self, keys: &Dynamic, reason: &str) -> Result<(), Box<EvalAltResult>> {
        add(&mut self.lock().forbid, read("forbid", keys)?, reason, "forbid")
    }

    fn preset(&self, name: &str, keys: &Dynamic) -> Result<(), Box<EvalAltResult>> {
        if name.trim().is_empty() {
            return Err(fail("invite.preset asks for a name: invite.preset(\"Accountant\", [\"invoices\"])"));
        }
        let keys = read("preset", keys)?;
        let mut said = self.lock();
        match said.presets.iter_mut().find(|(there, _)| there == name) {
            Some((_, set)) => *set = keys,
            None => said.presets.push((name.to_owned(), keys)),
        }
        Ok(())
    }
}

fn read(function: &str, keys: &Dynamic) -> Result<Vec<Permission>, Box<EvalAltResult>> {
    value::permissions(keys).map_err(|problem| fail(format!("invite.{function}: {problem}")))
}

fn add(
    to: &mut Vec<(Permission, String)>,
    keys: Vec<Permission>,
    reason: &str,
    function: &str,
) -> Result<(), Box<EvalAltResult>> {
    if reason.trim().is_empty() {
        return Err(ask_reason(function));
    }
    for permission in keys {
        if !to.iter().any(|(there, _)| *there == permission) {
            to.push((permission, reason.to_owned()));
        }
    }
    Ok(())
}

fn ask_reason(function: &str) -> Box<EvalAltResult> {
    fail(format!(
        "invite.{function} asks for a reason, which people read: invite.{function}([\"emails\"], \"why\")"
    ))
}

/// Makes the form known to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Form>("Invite");
    engine.register_indexer_get(|form: &mut Form, name: &str| form.0.base.read(name));
    engine.register_fn("preselect", |form: Form, keys: Dynamic| form.preselect(&keys));
    engine.register_fn("require", |form: Form, keys: Dynamic, reason: &str| form.require(&keys, reason));
    engine.register_fn("forbid", |form: Form, keys: Dynamic, reason: &str| form.forbid(&keys, reason));
    engine.register_fn("require", |_: Form, _: Dynamic| -> Result<(), Box<EvalAltResult>> {
        Err(ask_reason("require"))
    });
    engine.register_fn("forbid", |_: Form, _: Dynamic| -> Result<(), Box<EvalAltResult>> {
        Err(ask_reason("forbid"))
    });
    engine.register_fn("preset", |form: Form, name: &str, keys: Dynamic| form.preset(name, &keys));
}
