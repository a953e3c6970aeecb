//! Whether a map that a test made is an event, draft, page or request: a misspelt field would be read by no hook,
//! and the test would pass for the wrong reason.

use crate::event::data::{Person, User};
use crate::event::shape::{Field, Kind};
use crate::hook::node::Fields;
use crate::report::did_you_mean;
use serde_json::Value;

/// Looks through the whole input; `point` and the like may stand beside the fields.
///
/// # Errors
/// A sentence that names the first field that is not as the catalogue says.
pub fn input_fits(fields: Fields, input: &Value) -> Result<(), String> {
    object(fields, input, fields.title())
}

fn object(fields: Fields, input: &Value, path: &str) -> Result<(), String> {
    let Some(map) = input.as_object() else { return Err(format!("`{path}` must be a map #{{…}}")) };
    for (key, value) in map {
        let Some(field) = fields.field(key) else {
            // Drafts say what they are for; and a user may stand where anybody may: event.actor = event.account.owner.
            if key == "point" || (fields.is(&Person::SHAPE) && User::SHAPE.field(key).is_some()) {
                continue;
            }
            let near = did_you_mean(key, fields.all().map(|field| field.name));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("`{path}` has no field `{key}`{hint}"));
        };
        value_fits(field, value, &format!("{path}.{key}"))?;
    }
    Ok(())
}

fn value_fits(field: &Field, value: &Value, path: &str) -> Result<(), String> {
    fits(&field.kind, value, path)
}

fn fits(kind: &Kind, value: &Value, path: &str) -> Result<(), String> {
    let right = match kind {
        Kind::Text => value.is_string(),
        Kind::Int | Kind::Time | Kind::Span => value.is_i64() || value.is_u64(),
        Kind::Bool => value.is_boolean(),
        Kind::Any => true,
        Kind::Object(shape) => return object(Fields::Shape(shape), value, path),
        Kind::List(item) => match value.as_array() {
            Some(list) => return list.iter().try_for_each(|one| fits(item, one, &format!("{path}[…]"))),
            None => false,
        },
    };
    if right { Ok(()) } else { Err(format!("`{path}` holds {value}, which is no {kind}")) }
}
