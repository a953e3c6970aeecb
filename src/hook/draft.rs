//! What `before` hooks get as `draft`: every field readable, some to be set, some to be locked.

use super::call::{Call, Verb};
use super::node::{Fields, View, no_field};
use super::time::Length;
use super::{fail, value};
use crate::event::guard::{GuardKind, Lock};
use crate::event::shape::Kind;
use rhai::{Dynamic, Engine, EvalAltResult, FuncRegistration, ImmutableString, NativeCallContext};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The handle that scripts see.
#[derive(Clone)]
pub struct Draft(Arc<State>);

struct State {
    kind: &'static GuardKind,
    base: View,
    changes: Mutex<Changes>,
}

/// What hooks did to a draft so far.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Fields that were set.
    pub set: BTreeMap<&'static str, Dynamic>,
    /// Fields that were locked.
    pub locked: Vec<Lock>,
}

impl Draft {
    /// The draft as it stands after the hooks that ran before.
    pub fn new(kind: &'static GuardKind, base: View, changes: Changes) -> Self {
        Draft(Arc::new(State { kind, base, changes: Mutex::new(changes) }))
    }

    /// What was done to it.
    pub fn changes(&self) -> Changes {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Changes> {
        self.0.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, name: &str) -> Result<Dynamic, Box<EvalAltResult>> {
        if let Some(value) = self.lock().set.get(name) {
            return Ok(value.clone());
        }
        self.0
            .base
            .read(name)
            .map_err(|_| no_field("the draft", name, Fields::Draft(self.0.kind).all().map(|f| f.name)))
    }

    fn set(&self, name: &str, new: Dynamic) -> Result<(), Box<EvalAltResult>> {
        let new = new.flatten();
        let Some(field) = self.0.kind.field(name) else {
            return Err(no_field("the draft", name, self.0.kind.amends.iter().copied()));
        };
        if !self.0.kind.amends.contains(&name) {
            // Rhai writes back what a method may have changed; unchanged values are no amendment.
            let unchanged = value::json(&self.get(name)?).ok() == value::json(&new).ok();
            return if unchanged { Ok(()) } else { Err(fail(read_only(self.0.kind, name))) };
        }
        fits(&field.kind, name, &new).map_err(|problem| fail(format!("`draft.{name}`: {problem}")))?;
        self.lock().set.insert(field.name, new);
        Ok(())
    }

    fn lock_fields(&self, fields: &Dynamic, reason: &str) -> Result<(), Box<EvalAltResult>> {
        let fields = match fields.read_lock::<ImmutableString>() {
            Some(one) => vec![one.to_string()],
            None => value::texts(fields).map_err(|e| fail(format!("draft.lock: {e}")))?,
        };
        if reason.trim().is_empty() {
            return Err(fail(
                "draft.lock asks for a reason, which people read: draft.lock([\"company\"], \"Please ask our support.\")",
            ));
        }
        for name in &fields {
            if !self.0.kind.fields.iter().any(|field| field.name == name) {
                return Err(no_field("the draft", name, self.0.kind.fields.iter().map(|f| f.name)));
            }
        }
        let mut changes = self.lock();
        changes.locked.push(Lock { fields, reason: reason.into() });
        Ok(())
    }
}

/// Why a field may not be set.
pub fn read_only(kind: &GuardKind, name: &str) -> String {
    match kind.amends {
        [] => {
            format!("`draft.{name}` cannot be set: nothing of `{}` can be, it can only be refused", kind.name)
        }
        amends => {
            format!("`draft.{name}` cannot be set; `{}` lets a hook set {}", kind.name, amends.join(", "))
        }
    }
}

fn fits(kind: &Kind, name: &str, new: &Dynamic) -> Result<(), String> {
    let right = match kind {
        Kind::Text => new.is_string(),
        Kind::Int => new.is_int(),
        Kind::Bool => new.is_bool(),
        Kind::Span => match new.read_lock::<Length>() {
            Some(length) if length.0 <= 0 => return Err("a length of time must be more than nothing".into()),
            length => length.is_some(),
        },
        Kind::List(_) => {
            let texts = value::texts(new)?;
            match name {
                "permissions" => texts.iter().try_for_each(|key| value::permission(key).map(|_| ()))?,
                "categories" => texts.iter().try_for_each(|key| value::category(key).map(|_| ()))?,
                _ => {}
            }
            true
        }
        Kind::Time | Kind::Object(_) | Kind::Any => false,
    };
    match (right, kind) {
        (true, _) => Ok(()),
        (false, Kind::Span) => {
            Err(format!("expected a length of time, such as days(3), found {}", value::kind_of(new)))
        }
        (false, kind) => Err(format!("expected {kind}, found {}", value::kind_of(new))),
    }
}

/// The draft's JSON with what hooks set.
pub fn amended(mut draft: Value, changes: &Changes) -> Value {
    for (name, new) in &changes.set {
        // What `set` let through has a JSON form.
        draft[*name] = value::json(new).unwrap_or_default();
    }
    draft
}

/// Makes `draft`, and `deny`, known to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Draft>("Draft");
    engine.register_indexer_get(|draft: &mut Draft, name: &str| draft.get(name));
    // Handles come from the variable resolver as constants; setting a field of what they point to is fine.
    FuncRegistration::new_index_setter()
        .with_purity(true)
        .register_into_engine(engine, |draft: &mut Draft, name: &str, new: Dynamic| draft.set(name, new));
    engine.register_fn("lock", |draft: Draft, fields: Dynamic, reason: &str| {
        draft.lock_fields(&fields, reason)
    });
    engine.register_fn("lock", |_: Draft, _: Dynamic| -> Result<(), Box<EvalAltResult>> {
        Err(fail("draft.lock asks for a reason, which people read: draft.lock([\"company\"], \"Please ask our support.\")"))
    });
    engine.register_fn(
        "deny",
        |context: NativeCallContext<'_>, message: &str| -> Result<(), Box<EvalAltResult>> {
            let call = Call::of(&context)?;
            call.must_be(&[Verb::Before], "deny")?;
            if message.trim().is_empty() {
                return Err(fail("deny() asks for a message for the person who is refused"));
            }
            call.kept().denied = Some(super::error::short(message));
            // No `try` of a script catches this.
            Err(Box::new(EvalAltResult::ErrorTerminated(Dynamic::UNIT, rhai::Position::NONE)))
        },
    );
}
