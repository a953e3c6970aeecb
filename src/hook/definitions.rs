//! Definition files for Rhai's language server (`.d.rhai`): every field, function, option and verb, described.
//!
//! Made from the catalogue and from [`describe`](super::describe), so that there is nothing to keep in step.

use super::call::Verb;
use super::describe;
use super::mail;
use super::register::option_words;
use super::time::{LENGTH_FIELDS, MOMENT_FIELDS};
use crate::event::{
    catalogue::{self, ENVELOPE, EVENTS},
    driver::{DRIVERS, RESPONSE},
    guard::{CONTEXT, DEFAULTS, GUARDS},
    page::VIEW,
    shape::{Field, Kind},
};
use std::fmt::Write;

/// The files: name and text.
pub fn files() -> Vec<(&'static str, String)> {
    vec![("innkeeper-types.d.rhai", types()), ("innkeeper-functions.d.rhai", functions())]
}

const HEAD: &str =
    "module static;\n\n// Made by `innkeeper hooks definitions`; make it anew after an update.\n";

/// What each event, draft and object holds.
fn types() -> String {
    let mut text = String::from(HEAD);
    for shape in catalogue::shapes() {
        object(&mut text, shape.name, shape.doc, shape.fields.iter());
    }
    for event in EVENTS {
        let doc = format!("The event `{}`: {}", event.name, event.doc.trim());
        object(&mut text, &camel(event.name, ""), &doc, event.fields.iter().chain(ENVELOPE));
    }
    for guard in GUARDS {
        let may = match guard.amends {
            [] => "Nothing can be set.".to_owned(),
            names => format!("May be set: {}.", names.join(", ")),
        };
        let doc = format!("The draft of `{}`: {} {may}", guard.name, guard.doc.trim());
        object(&mut text, &camel(guard.name, "Draft"), &doc, guard.fields.iter().chain(CONTEXT));
    }
    object(&mut text, "InviteForm", "What `permission_defaults` hooks get.", DEFAULTS.iter().chain(CONTEXT));
    object(&mut text, "View", "What `menu` and `panel` hooks see of the page.", VIEW.iter());
    for kind in DRIVERS {
        for action in kind.actions {
            let point = format!("{}.{}", kind.name, action.name);
            let doc = format!("The request of `{point}`: {}", action.doc.trim());
            object(&mut text, &camel(&point, "Request"), &doc, action.request.iter());
        }
    }
    object(&mut text, "Response", "What the second half of a driver sees of the answer.", RESPONSE.iter());
    let plain =
        |text: &mut String, name: &str, doc: &str, fields: &[&str], of: &dyn Fn(&str) -> &'static str| {
            let _ = write!(text, "\n/// {doc}\ntype {name} = #{{\n");
            for field in fields {
                let _ = writeln!(text, "    {field}: {},", of(field));
            }
            text.push_str("};\n");
        };
    plain(
        &mut text,
        "Mail",
        "What `route` hooks get: a mail that looks for recipients.",
        mail::FIELDS,
        &|field| {
            if field == "recipients" { "Array" } else { "String" }
        },
    );
    plain(&mut text, "Time", "A moment; in UTC unless `in_zone` says otherwise.", MOMENT_FIELDS, &|field| {
        if matches!(field, "weekday" | "date" | "time") { "String" } else { "int" }
    });
    plain(&mut text, "Span", "A length of time: `days(3)`.", LENGTH_FIELDS, &|_| "int");
    options(&mut text);
    text
}

fn options(text: &mut String) {
    text.push_str("\n/// What a hook is registered with; each may be left out.\ntype HookOptions = #{\n");
    for (name, only, doc) in option_words() {
        let only = only.map_or(String::new(), |verb: Verb| format!(" For `{verb}` hooks."));
        let kind = if name == "priority" { "int" } else { "String" };
        let _ = writeln!(text, "    /// {doc}{only}\n    {name}: {kind},");
    }
    text.push_str("};\n");
}

/// What scripts may call.
fn functions() -> String {
    let mut text = String::from(HEAD);
    for group in describe::groups() {
        let _ = write!(text, "\n// {}\n", group.title);
        for function in &group.functions {
            let works = match group.verbs {
                [] => String::new(),
                verbs => format!(
                    " Works in {} hooks.",
                    verbs.iter().map(|verb| format!("`{verb}`")).collect::<Vec<_>>().join(" and ")
                ),
            };
            let _ = write!(text, "\n/// {}{works}\nfn {};\n", function.doc, function.call);
        }
    }
    text.push_str("\n// Reckoning with time\n\n");
    for (left, op, right, gives) in [
        ("Time", "+", "Span", "Time"),
        ("Time", "-", "Span", "Time"),
        ("Time", "-", "Time", "Span"),
        ("Span", "+", "Span", "Span"),
        ("Span", "-", "Span", "Span"),
        ("Span", "*", "int", "Span"),
        ("Time", "<", "Time", "bool"),
        ("Time", ">", "Time", "bool"),
        ("Span", "<", "Span", "bool"),
        ("Span", ">", "Span", "bool"),
    ] {
        let _ = writeln!(text, "op {op}({left}, {right}) -> {gives};");
    }
    text
}

fn object<'a>(text: &mut String, name: &str, doc: &str, fields: impl Iterator<Item = &'a Field>) {
    let _ = write!(text, "\n/// {}\ntype {name} = #{{\n", doc.trim());
    for field in fields {
        let _ = writeln!(text, "    /// {}\n    {}: {},", field.doc.trim(), field.name, type_of(&field.kind));
    }
    text.push_str("};\n");
}

fn type_of(kind: &Kind) -> String {
    match kind {
        Kind::Text => "String".to_owned(),
        Kind::Int => "int".to_owned(),
        Kind::Bool => "bool".to_owned(),
        Kind::Time => "Time".to_owned(),
        Kind::Span => "Span".to_owned(),
        Kind::Object(shape) => shape.name.to_owned(),
        Kind::List(item) => format!("Array<{}>", type_of(item)),
        Kind::Any => "?".to_owned(),
    }
}

/// `TicketReplied` of `ticket.replied`.
fn camel(name: &str, ending: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    name.split(['.', '_']).map(word).chain([ending.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::engine::functions as engine_functions;

    #[test]
    fn everything_that_scripts_can_name_is_defined_with_its_sentence() {
        let types = types();
        let fields = EVENTS.iter().flat_map(|event| event.fields);
        let fields = fields
            .chain(GUARDS.iter().flat_map(|guard| guard.fields))
            .chain(ENVELOPE)
            .chain(CONTEXT)
            .chain(DEFAULTS)
            .chain(VIEW)
            .chain(RESPONSE)
            .chain(DRIVERS.iter().flat_map(|kind| kind.actions).flat_map(|action| action.request));
        let fields = fields.chain(catalogue::shapes().into_iter().flat_map(|shape| shape.fields));
        for field in fields {
            let line =
                format!("    /// {}\n    {}: {},\n", field.doc.trim(), field.name, type_of(&field.kind));
            assert!(types.contains(&line), "{line}");
        }
        for name in EVENTS.iter().map(|event| event.name).chain(GUARDS.iter().map(|guard| guard.name)) {
            assert!(types.contains(&format!("`{name}`: ")), "{name}");
        }
        for (name, _, doc) in option_words() {
            assert!(
                !doc.is_empty()
                    && types.contains(&format!("    /// {doc}"))
                    && types.contains(&format!("    {name}: ")),
                "{name}"
            );
        }
        let functions = functions();
        for verb in Verb::ALL {
            assert!(functions.contains(&format!("\nfn {verb}(")), "{verb}");
        }
        for function in describe::groups().iter().flat_map(|group| &group.functions) {
            assert!(functions.contains(&format!("fn {};", function.call)), "{}", function.call);
            assert!(engine_functions().contains_key(function.name()));
        }
    }

    #[test]
    fn no_name_is_defined_twice_and_every_type_is_defined() {
        let types = types();
        let names: Vec<&str> =
            types.lines().filter_map(|line| line.strip_prefix("type ")?.split(' ').next()).collect();
        for (place, name) in names.iter().enumerate() {
            assert!(!names[..place].contains(name), "{name} stands twice");
        }
        let known = [
            "String", "int", "float", "bool", "?", "Array", "Map", "FnPtr", "()", "Secret", "Request",
            "Answer", "Draft", "Menu",
        ];
        for function in describe::groups().iter().flat_map(|group| &group.functions) {
            let types = function.call.split(": ").skip(1).filter_map(|rest| rest.split([',', ')']).next());
            for name in types.chain(function.call.split(" -> ").nth(1)) {
                assert!(
                    known.contains(&name) || names.contains(&name),
                    "{}: {name} is no type",
                    function.call
                );
            }
        }
    }
}
