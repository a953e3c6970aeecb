//! Functions of a value: `value.function(…)`.

use super::super::engine::functions;
use super::super::function;
use super::super::node::{Argument, METHODS, Method};
use super::super::time::{LENGTH_FIELDS, MOMENT_FIELDS};
use super::super::value;
use super::habits;
use super::kind::{Known, Meaning, TEXT};
use super::walk::{Scope, Walk};
use crate::event::guard::GuardKind;
use crate::event::words::Words;
use crate::report::did_you_mean;
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

/// Those of them that hand over more than one item, and bind none to `this`.
const PAIRS: &[&str] = &["dedup", "sort", "order_by", "reduce", "reduce_rev", "zip"];
/// Functions by which a list gets one item more: the last value of the call.
const ADDS: &[&str] = &["push", "insert"];

impl Walk<'_> {
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
        let base = base.there();
        match base {
            Known::Absent(subject, read_at) => {
                self.there_is_none(subject, *read_at);
                return Known::Nothing;
            }
            Known::Mail => return self.mail(call, &arguments, position),
            Known::Form => return self.form(call, &arguments, position),
            Known::Menu => return self.menu(call, &arguments, position),
            Known::Draft(kinds) if name == "lock" => {
                self.lock(kinds, call, &arguments, position);
                return Known::Nothing;
            }
            Known::Object(_) | Known::Event(_) | Known::Draft(_) => {
                return self.of_object(base, call, position);
            }
            Known::List(_) if name == "contains" && call.args.len() == 1 => {
                self.contained(base, None, &arguments[0], &call.args[0]);
            }
            Known::List(item)
                if **item == Known::Text(Meaning::Words(Words::Permission)) && ADDS.contains(&name) =>
            {
                if let Some(word) = call.args.last() {
                    self.words(Argument::Permission, word);
                }
            }
            Known::Text(meaning) if name == "contains" && meaning.is_key() => {}
            Known::Text(meaning) if matches!(name, "starts_with" | "ends_with") => {
                self.part_of(*meaning, name, call);
            }
            Known::Time if name == "in_zone" => self.zone(call),
            _ => {}
        }
        if let Some(function) = METHODS.iter().find(|method| method.name == name) {
            if let Some(title) = base.title() {
                let of: Vec<_> = function.of.iter().map(|shape| shape.name).collect();
                let help = match base {
                    Known::List(_) => {
                        format!("it belongs to each of its items: for one in list {{ one.{name}(…) }}")
                    }
                    _ => String::new(),
                };
                self.report(
                    position,
                    "unknown-function",
                    format!("{title} has no function `{name}`: that is one of {}", of.join(", ")),
                    help,
                );
                return Known::Nothing;
            }
            self.method_word(function, call);
            return Known::of(&function.gives, None);
        }
        if EACH.contains(&name) {
            // What each gives to the function that it calls; `for_each` binds the item to `this`.
            let given = match name {
                "for_each" => vec![Known::Int],
                "sort" | "order_by" | "dedup" => vec![base.item(), base.item()],
                "reduce" | "reduce_rev" => vec![Known::Nothing, base.item(), Known::Int],
                _ => vec![base.item(), Known::Int],
            };
            let bound = if PAIRS.contains(&name) { Known::Nothing } else { base.item() };
            let outer = std::mem::replace(&mut self.this, bound);
            for function in &arguments {
                self.closure(name, function, &given, position);
            }
            self.this = outer;
        } else if name == "call" {
            self.apply(base, &arguments);
        }
        let fields = match base {
            Known::Time => MOMENT_FIELDS,
            Known::Span => LENGTH_FIELDS,
            _ => &[],
        };
        if fields.contains(&name) && self.unit.counts(name).is_empty() {
            let message = format!("{} has no function `{name}`", base.title().unwrap_or_default());
            self.report(
                position,
                "unknown-function",
                message,
                format!("it is a field: write .{name} without ()"),
            );
            return Known::Nothing;
        }
        self.exists(call, position, true);
        gives(base, name)
    }

    /// `draft.lock`: fields that the draft has, a reason, and something stored to keep.
    fn lock(
        &mut self,
        kinds: &[&'static GuardKind],
        call: &FnCallExpr,
        arguments: &[Known],
        position: Position,
    ) {
        if !kinds.iter().any(|kind| kind.keeps()) {
            self.keeps_nothing(kinds, call, position);
        }
        let known: Vec<_> = kinds.iter().flat_map(|kind| kind.fields).map(|field| field.name).collect();
        for (word, position) in constants(call.args.first()) {
            if !known.contains(&word.as_str()) {
                let message = format!("the draft has no field `{word}`");
                self.unknown(position, "unknown-field", message, &word, known.iter().copied());
            }
        }
        self.reason("draft.lock", "([\"company\"], \"Please ask our support.\")", call, arguments, position);
    }

    /// A lock keeps what is stored, and before these actions nothing is.
    fn keeps_nothing(&mut self, kinds: &[&GuardKind], call: &FnCallExpr, position: Position) {
        let point = kinds.first().map_or("", |kind| kind.name);
        let locked = constants(call.args.first());
        let may_be_set = |field: &str| kinds.iter().all(|kind| kind.amends.contains(&field));
        let help = match locked.iter().find(|(field, _)| may_be_set(field)) {
            Some((field, _)) => format!("set it: draft.{field} = …"),
            None => "refuse with deny(\"why\")".to_owned(),
        };
        let message = format!("draft.lock keeps what is stored, and `{point}` has nothing stored to keep");
        self.report(position, "not-allowed-here", message, help);
    }

    /// A function that is called with each item must not want more than it gets.
    fn closure(&mut self, name: &str, function: &Known, given: &[Known], position: Position) {
        if let Known::Function(closure, captured) = function {
            let takes: Vec<_> = self
                .unit
                .counts(closure)
                .into_iter()
                .map(|count| count.saturating_sub(captured.len()))
                .collect();
            if let Some(least) = takes.iter().min().filter(|least| **least > given.len()) {
                let message =
                    format!("the function in .{name}(…) gets {}, and takes {least}", values(given.len()));
                let help = match given.len() {
                    2 => "the item, and its place if it takes two: |one| … or |one, place| …",
                    _ => "",
                };
                self.report(position, "wrong-arguments", message, help);
                return;
            }
        }
        self.apply(function, given);
    }

    fn zone(&mut self, call: &FnCallExpr) {
        for (name, position) in constants(call.args.first()) {
            if super::super::time::zone(&name).is_none() {
                let all = super::super::time::zones();
                let last = |zone: &str| zone.rsplit('/').next().unwrap_or_default().to_lowercase();
                let near = all
                    .iter()
                    .find(|zone| last(zone) == name.to_lowercase().replace(' ', "_"))
                    .map(String::as_str)
                    .or_else(|| did_you_mean(&name, all.iter().map(String::as_str)));
                let help = match near {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => "names look like \"Europe/Berlin\"".to_owned(),
                };
                self.report(position, "unknown-time-zone", format!("there is no time zone {name:?}"), help);
            }
        }
    }

    /// A text that can only be some words begins and ends as those do.
    fn part_of(&mut self, meaning: Meaning, name: &str, call: &FnCallExpr) {
        let Meaning::Words(Words::OneOf(all)) = meaning else { return };
        for (part, position) in constants(call.args.first()) {
            let fits = |word: &&str| {
                if name == "starts_with" { word.starts_with(&*part) } else { word.ends_with(&*part) }
            };
            if !all.iter().any(fits) {
                let message = format!("this never {} {part:?}", name.replace('_', " "));
                self.report(position, "unknown-value", message, format!("it is one of {}", all.join(", ")));
            }
        }
    }

    fn of_object(&mut self, base: &Known, call: &FnCallExpr, position: Position) -> Known {
        let name = call.name.as_str();
        let own = METHODS.iter().find(|method| method.name == name);
        if let (Some(method), Known::Object(fields)) = (own, base)
            && method.of.iter().any(|shape| fields.is(shape))
        {
            self.count(name, "(key)", call, &[1], position);
            self.method_word(method, call);
            return Known::of(&method.gives, None);
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
            let help = match did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if base.own_field(name).is_some() => format!("it is a field: write .{name} without ()"),
                None => match own {
                    Some(method) => {
                        let of: Vec<_> = method.of.iter().map(|shape| shape.name).collect();
                        format!("that is one of {}", of.join(", "))
                    }
                    None => self.function_help(name),
                },
            };
            self.report(position, "unknown-function", format!("{title} has no function `{name}`"), help);
        }
        Known::Nothing
    }

    /// The mend for a function that nobody has.
    fn function_help(&self, name: &str) -> String {
        match habits::instead(name) {
            Some(mend) => mend.to_owned(),
            None if name == "deny" || function::find(name).is_some() => {
                format!("it stands by itself: {name}(…)")
            }
            None => String::new(),
        }
    }

    fn method_word(&mut self, method: &Method, call: &FnCallExpr) {
        if let Some(word) = call.args.first() {
            self.words(method.takes, word);
        }
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
        // The engine knows `sleep` only to refuse it.
        let takes: Vec<usize> = match functions().get(name).filter(|_| name != "sleep") {
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
                let help = match (habits::instead(name), did_you_mean(name, known)) {
                    (Some(mend), _) => mend.to_owned(),
                    (None, Some(near)) => format!("did you mean `{near}`?"),
                    (None, None) => String::new(),
                };
                return self.report(
                    position,
                    "unknown-function",
                    format!("there is no function `{name}`"),
                    help,
                );
            }
            None => own,
        };
        let help = match self.unit.bodies.iter().find(|body| body.name == name) {
            Some(body) => format!("{name}({})", body.params.join(", ")),
            None => habits::usage(name).map(str::to_owned).unwrap_or_default(),
        };
        let message = format!("{name} is called with {}, and takes {}", values(given), or(&takes));
        self.report(position, "wrong-arguments", message, help);
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

/// A number of values, in words.
pub fn values(count: usize) -> String {
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
        ) => TEXT,
        (Known::Text(_), "split") => Known::List(Box::new(TEXT)),
        (Known::List(_), "filter" | "drain" | "retain" | "extract") => base.clone(),
        (Known::List(_), "map") => Known::List(Box::new(Known::Nothing)),
        (Known::List(_), "find" | "pop" | "shift" | "get" | "remove") => Known::Maybe(Box::new(base.item())),
        (Known::Time, "in_zone") => Known::Time,
        _ => Known::Nothing,
    }
}
