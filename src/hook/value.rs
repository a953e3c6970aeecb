//! Values between scripts and JSON, and the words that must be one of a known list.

use super::limits;
use super::node::{Argument, View};
use super::sealed::Sealed;
use super::time::{Length, Moment};
use crate::permission::{Category, Permission};
use crate::report::did_you_mean;
use rhai::{Array, Dynamic, ImmutableString};
use serde_json::Value;

/// JSON as scripts see it.
pub fn dynamic(json: Value) -> Dynamic {
    match json {
        Value::Null => Dynamic::UNIT,
        Value::Bool(yes) => yes.into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Value::String(text) => text.into(),
        Value::Array(list) => list.into_iter().map(dynamic).collect::<Array>().into(),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key.into(), dynamic(value))).collect::<rhai::Map>().into()
        }
    }
}

/// A script's value as JSON; times and lengths are milliseconds, as in events.
///
/// # Errors
/// A sentence if the value has no JSON form (a function, say) or is nested too deep.
pub fn json(value: &Dynamic) -> Result<Value, String> {
    nested(value, 0, &mut { limits::TEXT })
}

/// `budget` is how many bytes may still be made: handles are small where they stand and large where
/// they are written out.
fn nested(value: &Dynamic, depth: usize, budget: &mut usize) -> Result<Value, String> {
    spend(budget, 8)?;
    if depth > limits::NESTING {
        return Err(format!("this is nested deeper than {} levels", limits::NESTING));
    }
    if value.is_shared() {
        return nested(&value.flatten_clone(), depth, budget);
    }
    if value.is_unit() {
        Ok(Value::Null)
    } else if let Ok(yes) = value.as_bool() {
        Ok(yes.into())
    } else if let Ok(whole) = value.as_int() {
        Ok(whole.into())
    } else if let Ok(number) = value.as_float() {
        Ok(number.into())
    } else if let Ok(letter) = value.as_char() {
        Ok(letter.to_string().into())
    } else if let Some(text) = value.read_lock::<ImmutableString>() {
        spend(budget, text.len())?;
        Ok(text.as_str().into())
    } else if let Some(list) = value.read_lock::<Array>() {
        list.iter().map(|entry| nested(entry, depth + 1, budget)).collect()
    } else if let Some(map) = value.read_lock::<rhai::Map>() {
        let entries = map.iter().map(|(key, value)| Ok((key.to_string(), nested(value, depth + 1, budget)?)));
        entries.collect::<Result<serde_json::Map<_, _>, String>>().map(Value::Object)
    } else if let Some(view) = value.read_lock::<View>() {
        let json = view.json();
        spend(budget, json.to_string().len())?;
        Ok(json)
    } else if let Some(moment) = value.read_lock::<Moment>() {
        Ok(moment.ms().into())
    } else if let Some(length) = value.read_lock::<Length>() {
        Ok(length.0.into())
    } else if value.is::<Sealed>() {
        Err("a secret may stand only in a header".to_owned())
    } else {
        Err(format!("{} cannot be handed out of a script", kind_of(value)))
    }
}

fn spend(budget: &mut usize, bytes: usize) -> Result<(), String> {
    *budget = budget.checked_sub(bytes).ok_or_else(|| format!("this is more than {} bytes", limits::TEXT))?;
    Ok(())
}

/// A value in the words of a log line. Deep data is cut, so that printing it needs no deep stack.
pub fn shown(value: &Dynamic) -> String {
    match value.read_lock::<ImmutableString>() {
        Some(text) => text.to_string(),
        None => match json(value) {
            Ok(json) => json.to_string(),
            Err(_) if value.is::<Sealed>() => "(a secret)".to_owned(),
            Err(_) => format!("({})", value.type_name()),
        },
    }
}

/// Texts of a list.
///
/// # Errors
/// A sentence if it is no list of texts.
pub fn texts(value: &Dynamic) -> Result<Vec<String>, String> {
    let list = value
        .read_lock::<Array>()
        .ok_or_else(|| format!("expected a list of texts, found {}", kind_of(value)))?;
    let text = |entry: &Dynamic| {
        entry
            .read_lock::<ImmutableString>()
            .map(|text| text.to_string())
            .ok_or_else(|| format!("expected a text, found {}", kind_of(entry)))
    };
    list.iter().map(text).collect()
}

/// The kind of a value, in an operator's words.
pub fn kind_of(value: &Dynamic) -> &'static str {
    match value.type_name() {
        "()" => "nothing",
        "string" => "a text",
        "i64" => "a number",
        "f64" => "a number with a fraction",
        "bool" => "true or false",
        "array" => "a list",
        "map" => "a map",
        "Fn" => "a function",
        _ if value.is::<Moment>() => "a time",
        _ if value.is::<Length>() => "a length of time",
        _ if value.is::<View>() => "an object",
        _ if value.is::<Sealed>() => "a secret",
        _ => "another kind of value",
    }
}

/// Permission keys of a list.
///
/// # Errors
/// A sentence if one is unknown.
pub fn permissions(value: &Dynamic) -> Result<Vec<Permission>, String> {
    texts(value)?.iter().map(|key| permission(key)).collect()
}

/// The permission of this key.
///
/// # Errors
/// A sentence if there is none.
pub fn permission(key: &str) -> Result<Permission, String> {
    key.parse().map_err(|error: crate::permission::UnknownPermission| {
        match did_you_mean(key, Permission::ALL.iter().map(|p| p.key())) {
            Some(near) => format!("{key:?} is no permission; did you mean {near:?}?"),
            None => error.to_string(),
        }
    })
}

/// The category of this key, security included.
///
/// # Errors
/// A sentence if there is none.
pub fn category(key: &str) -> Result<Category, String> {
    Category::from_key(key).ok_or_else(|| {
        let keys = || Category::CHOICES.iter().map(|c| c.key());
        match did_you_mean(key, keys()) {
            Some(near) => format!("{key:?} is no mail category; did you mean {near:?}?"),
            None => format!(
                "{key:?} is no mail category; the categories are {}",
                keys().collect::<Vec<_>>().join(", ")
            ),
        }
    })
}

/// Checks a word against the list that it must be in.
///
/// # Errors
/// A sentence if it is not in it.
pub fn word(argument: Argument, word: &str) -> Result<(), String> {
    match argument {
        Argument::Permission => permission(word).map(|_| ()),
        Argument::Category => category(word).map(|_| ()),
    }
}
