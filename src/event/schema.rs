//! JSON Schema of every event and draft, made from the catalogue: for programs that receive or send them.

use super::{
    catalogue::{self, ENVELOPE, EVENTS},
    driver::{self, DRIVERS},
    guard::{self, CONTEXT, DEFAULTS, GUARDS},
    page::{MENUS, PANELS, VIEW},
    shape::{Field, Kind, Shape},
};
use serde_json::{Map, Value, json};

const PERMISSION_DEFAULTS: &str = "permission_defaults";
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// One schema that every event and every draft fulfils; each stands under `$defs` by its name.
pub fn all() -> Value {
    let mut defs = shapes();
    let events = EVENTS.iter().map(|kind| (kind.name, event(kind)));
    let drafts = GUARDS.iter().map(|kind| (kind.name, draft(kind)));
    let mut names = Vec::new();
    for (name, schema) in events.chain(drafts) {
        names.push(reference(name));
        defs.insert(name.to_owned(), schema);
    }
    json!({
        "$schema": DIALECT,
        "title": "Events and drafts",
        "description": "What hooks see: an event, which has happened, or the draft of an action, which has not.",
        "anyOf": names,
        "$defs": defs,
    })
}

/// What [`one`] knows beside events and guarded actions: `permission_defaults`, places of the web area, and what drivers
/// are asked.
pub fn further() -> Vec<String> {
    let places = MENUS.iter().chain(PANELS).map(|place| place.name.to_owned());
    let asked = DRIVERS
        .iter()
        .flat_map(|kind| kind.actions.iter().map(move |action| format!("{}.{}", kind.name, action.name)));
    std::iter::once(PERMISSION_DEFAULTS.to_owned()).chain(places).chain(asked).collect()
}

/// The schema of what hooks get at one event, guarded action or other point; nothing if there is none of this name.
pub fn one(name: &str) -> Option<Value> {
    let schema =
        catalogue::find(name).map(event).or_else(|| guard::find(name).map(draft)).or_else(|| other(name))?;
    let Value::Object(own) = schema else { return None };
    let mut whole = Map::new();
    whole.insert("$schema".to_owned(), json!(DIALECT));
    whole.extend(own);
    whole.insert("$defs".to_owned(), Value::Object(shapes()));
    Some(Value::Object(whole))
}

/// What hooks get that are neither at an event nor before an action.
fn other(name: &str) -> Option<Value> {
    if name == PERMISSION_DEFAULTS {
        let doc = "What `permission_defaults` hooks get.";
        return Some(object(name, doc, CONTEXT.iter().chain(DEFAULTS)));
    }
    if let Some(place) = MENUS.iter().chain(PANELS).find(|place| place.name == name) {
        return Some(object(name, place.doc, VIEW.iter()));
    }
    let (kind, action) = name.split_once('.')?;
    let action = driver::find(kind)?.action(action)?;
    Some(object(name, action.doc, action.request.iter()))
}

fn event(kind: &catalogue::EventKind) -> Value {
    let mut schema = object(kind.name, kind.doc, ENVELOPE.iter().chain(kind.fields));
    schema["properties"]["name"]["const"] = json!(kind.name);
    schema
}

fn draft(kind: &guard::GuardKind) -> Value {
    object(kind.name, kind.doc, CONTEXT.iter().chain(kind.fields))
}

fn shapes() -> Map<String, Value> {
    let of =
        |shape: &&'static Shape| (shape.name.to_owned(), object(shape.name, shape.doc, shape.fields.iter()));
    catalogue::shapes().iter().map(of).collect()
}

/// Fields may be added by a later release, so more than these are allowed; those named are always there.
fn object<'a>(title: &str, doc: &str, fields: impl Iterator<Item = &'a Field>) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = value(&field.kind);
        schema["description"] = json!(field.doc.trim());
        properties.insert(field.name.to_owned(), schema);
    }
    let names: Vec<&String> = properties.keys().collect();
    json!({
        "title": title,
        "description": doc.trim(),
        "type": "object",
        "required": names,
        "properties": properties,
    })
}

fn value(kind: &Kind) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Int => json!({ "type": "integer" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Time => json!({ "type": "integer", "$comment": "milliseconds since 1970 UTC" }),
        Kind::Span => json!({ "type": "integer", "$comment": "milliseconds" }),
        Kind::Object(shape) => reference(shape.name),
        Kind::List(item) => json!({ "type": "array", "items": value(item) }),
        Kind::Any => json!({}),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_fulfils_the_schema_of_its_event_or_action() {
        let whole = jsonschema::validator_for(&all()).unwrap();
        let events = EVENTS.iter().map(|kind| (kind.name, (kind.samples)()));
        let drafts = GUARDS.iter().map(|kind| (kind.name, (kind.samples)()));
        for (name, samples) in events.chain(drafts) {
            let schema = one(name).unwrap();
            assert!(jsonschema::meta::is_valid(&schema), "{name}");
            let own = jsonschema::validator_for(&schema).unwrap();
            for sample in samples {
                let wrong: Vec<String> = own.iter_errors(&sample).map(|e| e.to_string()).collect();
                assert!(wrong.is_empty(), "{name}: {wrong:?}");
                assert!(whole.is_valid(&sample), "{name}");
                for field in sample.as_object().unwrap().keys() {
                    assert!(schema["properties"].get(field).is_some(), "{name} does not say {field}");
                }
            }
        }
    }

    #[test]
    fn what_pages_and_drivers_hand_to_hooks_fulfils_its_schema() {
        let requests = DRIVERS[0].actions[0].samples;
        for (name, samples) in [
            ("permission_defaults", guard::defaults_samples()),
            ("client", crate::event::page::samples()),
            ("client.home", crate::event::page::samples()),
            ("provisioning.single_sign_on", requests()),
        ] {
            assert!(further().iter().any(|further| further == name), "{name}");
            let own = jsonschema::validator_for(&one(name).unwrap()).unwrap();
            for sample in samples {
                let wrong: Vec<String> = own.iter_errors(&sample).map(|e| e.to_string()).collect();
                assert!(wrong.is_empty(), "{name}: {wrong:?}");
            }
        }
    }

    #[test]
    fn a_schema_refuses_what_is_no_such_event() {
        let own = jsonschema::validator_for(&one("ticket.replied").unwrap()).unwrap();
        let good = (catalogue::find("ticket.replied").unwrap().samples)().remove(0);
        for break_it in [
            |event: &mut Value| event["name"] = json!("ticket.opened"),
            |event: &mut Value| event["ticket"]["subject"] = json!(7),
            |event: &mut Value| event["account"]["users"][0]["email"] = json!(null),
            |event: &mut Value| drop(event.as_object_mut().unwrap().remove("reply")),
        ] {
            let mut event = good.clone();
            break_it(&mut event);
            assert!(!own.is_valid(&event), "{event}");
        }
        assert!(one("ticket.replyed").is_none());
    }
}
