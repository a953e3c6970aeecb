//! Fields and functions of a value: `value.field`, `value.function(…)`.

use super::super::engine::functions;
use super::super::mail::{FIELDS as MAIL_FIELDS, FUNCTIONS as MAIL_FUNCTIONS};
use super::super::node::{Argument, METHODS, Method};
use super::super::time::{LENGTH_FIELDS, MOMENT_FIELDS};
use super::super::{defaults, draft, value};
use super::kind::Known;
use super::walk::{Scope, Walk};
use rhai::{Dynamic, Expr, FnCallExpr, Position};

/// Functions of lists that call a function with each item, and what they give.
const EACH: &[&str] = &[
    "all",
    "drain",
    "filter",
    "find",
    "find_map",
    "for_each",
    "index_of",
    "map",
    "retain",
    "some",
    "dedup",
    "sort",
    "order_by",
    "reduce",
    "reduce_rev",
    "zip",
];

impl Walk<'_> {
    /// What a field holds; reports one that is not there.
    pub fn field(&mut self, base: &Known, name: &str, position: Position) -> Known {
        if let Some((title, fields)) = base.fields() {
            return match fields.iter().find(|(known, _)| *known == name) {
                Some((name, kind)) => Known::of_field(name, kind),
                None => {
                    let message = match title.strip_prefix("no ") {
                        Some(rest) => format!("no {rest} has a field `{name}`"),
                        None => format!("{title} has no field `{name}`"),
                    };
                    self.unknown(
                        position,
                        "unknown-field",
                        message,
                        name,
                        fields.iter().map(|(known, _)| *known),
                    );
                    Known::Nothing
                }
            };
        }
        let (title, known, gives): (_, Vec<&str>, _) = match base {
            Known::Mail => ("mail", MAIL_FIELDS.to_vec(), Known::Text),
            Known::Time => (
                "a time",
                MOMENT_FIELDS.to_vec(),
                if matches!(name, "weekday" | "date" | "time") { Known::Text } else { Known::Int },
            ),
            Known::Span => ("a length of time", LENGTH_FIELDS.to_vec(), Known::Int),
            Known::Text => ("a text", vec!["len", "bytes", "is_empty", "chars"], Known::Nothing),
            Known::List(_) | Known::Words(_) => ("a list", vec!["len", "is_empty"], Known::Nothing),
            Known::Map(entries) => ("this map", entries.iter().map(String::as_str).collect(), Known::Nothing),
            _ => return Known::Nothing,
        };
        // A map may have got more entries since.
        if !known.contains(&name) && !matches!(base, Known::Map(_)) {
            self.unknown(
                position,
                "unknown-field",
                format!("{title} has no field `{name}`"),
                name,
                known.iter().copied(),
            );
        }
        if matches!(base, Known::Mail) && name == "recipients" {
            Known::List(Box::new(Known::Nothing))
        } else {
            gives
        }
    }

    /// Setting a field: of drafts only, and of those only some.
    pub fn set_field(&mut self, base: &Known, name: &str, position: Position, new: &Expr) {
        match base {
            Known::Draft(kinds) => {
                if matches!(self.field(base, name, position), Known::Nothing)
                    && !kinds.iter().any(|kind| kind.field(name).is_some())
                {
                    return;
                }
                if !kinds.iter().any(|kind| kind.amends.contains(&name)) {
                    self.report(
                        position,
                        "read-only",
                        draft::read_only(kinds[0], name),
                        "refuse with deny(), or leave it as it is",
                    );
                }
                match name {
                    "permissions" => self.words(Argument::Permission, new),
                    "categories" => self.words(Argument::Category, new),
                    _ => {}
                }
            }
            Known::Event(_) | Known::Object(_) | Known::Form | Known::Mail | Known::Time | Known::Span => {
                self.field(base, name, position);
                self.report(
                    position,
                    "read-only",
                    format!("`{name}` cannot be set: what scripts get is a snapshot"),
                    "only some fields of a `before` hook's draft can be set",
                );
            }
            _ => {}
        }
    }

    /// A function called on a value.
    pub fn method(
        &mut self,
        base: &Known,
        call: &FnCallExpr,
        position: Position,
        scope: &mut Scope,
    ) -> Known {
        let name = call.name.as_str();
        let arguments: Vec<_> = call.args.iter().map(|argument| self.value(argument, scope)).collect();
        match base {
            Known::Mail => return self.mail(call, position),
            Known::Form => return self.form(call, position),
            Known::Draft(kinds) if name == "lock" => {
                let known: Vec<_> =
                    kinds.iter().flat_map(|kind| kind.fields).map(|field| field.name).collect();
                for (word, position) in constants(call.args.first()) {
                    if !known.contains(&word.as_str()) {
                        self.unknown(
                            position,
                            "unknown-field",
                            format!("the draft has no field `{word}`"),
                            &word,
                            known.iter().copied(),
                        );
                    }
                }
                self.count("draft.lock", "([fields], reason)", call, &[2], position);
                return Known::Nothing;
            }
            Known::Object(_) | Known::Event(_) | Known::Draft(_) => {
                return self.of_object(base, call, position);
            }
            Known::Words(argument) if name == "contains" => self.words(*argument, &call.args[0]),
            _ => {}
        }
        if let Some(function) = METHODS.iter().find(|method| method.name == name) {
            self.method_word(function, call);
            return Known::of_field("", &function.gives);
        }
        if EACH.contains(&name) {
            // What each gives to the function that it calls; `for_each` binds the item to `this`.
            let given = match name {
                "for_each" => vec![Known::Int],
                "sort" | "order_by" | "dedup" => vec![base.item(), base.item()],
                "reduce" | "reduce_rev" => vec![Known::Nothing, base.item(), Known::Int],
                _ => vec![base.item(), Known::Int],
            };
            for function in &arguments {
                self.apply(function, &given);
            }
        } else if name == "call" {
            self.apply(base, &arguments);
        }
        self.exists(call, position, true);
        gives(base, name)
    }

    fn of_object(&mut self, base: &Known, call: &FnCallExpr, position: Position) -> Known {
        let name = call.name.as_str();
        let own = METHODS.iter().find(|method| method.name == name);
        if let (Some(method), Known::Object(fields)) = (own, base)
            && method.of.iter().any(|shape| fields.is(shape))
        {
            self.count(name, "(key)", call, &[1], position);
            self.method_word(method, call);
            return Known::of_field("", &method.gives);
        }
        let plain = ["to_string", "to_debug", "type_of", "is_shared"];
        if !plain.contains(&name) && self.unit.counts(name).is_empty() {
            let title = base.fields().map(|(title, _)| title).unwrap_or_default();
            let title = title.strip_prefix("no event of ").unwrap_or(&title).to_owned();
            let has = METHODS.iter().filter(|method| matches!(base, Known::Object(fields) if method.of.iter().any(|shape| fields.is(shape))));
            let known: Vec<_> = has
                .map(|method| method.name)
                .chain(if matches!(base, Known::Draft(_)) { vec!["lock"] } else { vec![] })
                .collect();
            self.unknown(
                position,
                "unknown-function",
                format!("{title} has no function `{name}`"),
                name,
                known.into_iter(),
            );
        }
        Known::Nothing
    }

    fn method_word(&mut self, method: &Method, call: &FnCallExpr) {
        if let Some(word) = call.args.first() {
            self.words(method.takes, word);
        }
    }

    fn mail(&mut self, call: &FnCallExpr, position: Position) -> Known {
        let name = call.name.as_str();
        match MAIL_FUNCTIONS.iter().find(|(known, _)| *known == name) {
            Some((_, true)) => self.count(&format!("mail.{name}"), "(who, reason)", call, &[2], position),
            Some((_, false)) => self.count(&format!("mail.{name}"), "(reason)", call, &[1], position),
            None => self.unknown(
                position,
                "unknown-function",
                format!("mail has no function `{name}`"),
                name,
                MAIL_FUNCTIONS.iter().map(|(known, _)| *known),
            ),
        }
        Known::Nothing
    }

    fn form(&mut self, call: &FnCallExpr, position: Position) -> Known {
        let name = call.name.as_str();
        let Some((_, usage)) = defaults::FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let known = defaults::FUNCTIONS.iter().map(|(known, _)| *known);
            self.unknown(
                position,
                "unknown-function",
                format!("the form has no function `{name}`"),
                name,
                known,
            );
            return Known::Nothing;
        };
        self.count(
            &format!("invite.{name}"),
            usage,
            call,
            &[if name == "preselect" { 1 } else { 2 }],
            position,
        );
        if let Some(keys) = call.args.get(usize::from(name == "preset")) {
            self.words(Argument::Permission, keys);
        }
        Known::Nothing
    }

    /// Reports a call with another number of values than it takes.
    pub fn count(&mut self, name: &str, usage: &str, call: &FnCallExpr, takes: &[usize], position: Position) {
        if !takes.contains(&call.args.len()) {
            let message =
                format!("{name} is called with {}, and takes {}", values(call.args.len()), or(takes));
            self.report(position, "wrong-arguments", message, format!("{name}{usage}"));
        }
    }

    /// Reports words that are not in the list from which they must be: those that are written out.
    pub fn words(&mut self, argument: Argument, expression: &Expr) {
        for (word, position) in constants(Some(expression)) {
            if let Err(problem) = value::word(argument, &word) {
                let code =
                    if argument == Argument::Permission { "unknown-permission" } else { "unknown-category" };
                let (message, help) = problem.split_once("; ").unwrap_or((&problem, ""));
                self.report(position, code, message, help);
            }
        }
    }

    /// Reports a function that is not there, or not for so many values.
    pub fn exists(&mut self, call: &FnCallExpr, position: Position, on_value: bool) {
        let (name, given) = (call.name.as_str(), call.args.len());
        let own = self.unit.counts(name);
        if own.contains(&given) || KEYWORDS.contains(&name) {
            return;
        }
        let more = usize::from(on_value);
        let takes: Vec<usize> = match functions().get(name) {
            Some(counts) if counts.is_empty() || counts.contains(&(given + more)) => return,
            Some(counts) => {
                counts.iter().filter(|count| **count >= more).map(|count| count - more).chain(own).collect()
            }
            None if own.is_empty() => {
                let unit = self.unit.clone();
                let known = functions()
                    .keys()
                    .map(String::as_str)
                    .chain(unit.bodies.iter().map(|body| body.name.as_str()));
                let known: Vec<_> =
                    known.filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_')).collect();
                return self.unknown(
                    position,
                    "unknown-function",
                    format!("there is no function `{name}`"),
                    name,
                    known.into_iter(),
                );
            }
            None => own,
        };
        self.report(
            position,
            "wrong-arguments",
            format!("{name} is called with {}, and takes {}", values(given), or(&takes)),
            "",
        );
    }
}

/// What Rhai itself answers without a function of that name.
const KEYWORDS: &[&str] =
    &["Fn", "call", "curry", "type_of", "is_shared", "is_def_var", "is_def_fn", "print", "debug", "exit"];

/// The texts that are written out: one, or those of a list.
pub fn constants(expression: Option<&Expr>) -> Vec<(String, Position)> {
    match expression {
        Some(Expr::StringConstant(text, position)) => vec![(text.to_string(), *position)],
        Some(Expr::Array(items, _)) => items.iter().flat_map(|item| constants(Some(item))).collect(),
        Some(Expr::DynamicConstant(value, position)) => {
            let texts = value.read_lock::<rhai::Array>().map(|list| {
                list.iter().filter_map(|item: &Dynamic| item.clone().into_string().ok()).collect::<Vec<_>>()
            });
            texts.unwrap_or_default().into_iter().map(|text| (text, *position)).collect()
        }
        _ => vec![],
    }
}

fn values(count: usize) -> String {
    match count {
        0 => "no value".to_owned(),
        1 => "one value".to_owned(),
        count => format!("{count} values"),
    }
}

fn or(counts: &[usize]) -> String {
    let all: Vec<_> = counts.iter().map(ToString::to_string).collect();
    all.join(" or ")
}

fn gives(base: &Known, name: &str) -> Known {
    match (base, name) {
        (_, "len" | "index_of" | "parse_int") => Known::Int,
        (_, "contains" | "starts_with" | "ends_with" | "is_empty" | "some" | "all") => Known::Bool,
        (
            _,
            "to_lower" | "to_upper" | "trim" | "replace" | "domain" | "join" | "sub_string" | "to_string",
        ) => Known::Text,
        (Known::Text, "split") => Known::List(Box::new(Known::Text)),
        (Known::List(_) | Known::Words(_), "filter" | "drain" | "retain" | "extract") => base.clone(),
        (Known::List(_) | Known::Words(_), "map") => Known::List(Box::new(Known::Nothing)),
        (Known::List(_) | Known::Words(_), "find" | "pop" | "shift" | "get" | "remove") => base.item(),
        (Known::Time, "in_zone") => Known::Time,
        _ => Known::Nothing,
    }
}
