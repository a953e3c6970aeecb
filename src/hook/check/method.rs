//! Fields and functions of a value: `value.field`, `value.function(…)`.

use super::super::engine::functions;
use super::super::function;
use super::super::mail::{FIELDS as MAIL_FIELDS, FUNCTIONS as MAIL_FUNCTIONS};
use super::super::node::{Argument, METHODS, Method, is_somebody};
use super::super::time::{LENGTH_FIELDS, MOMENT_FIELDS};
use super::super::{defaults, draft, value};
use super::habits;
use super::kind::{Known, Meaning, TEXT};
use super::walk::{Scope, Walk};
use crate::event::shape::Field;
use crate::event::words::{self, Words};
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

impl Walk<'_> {
    /// What a field holds; reports one that is not there.
    pub fn field(&mut self, base: &Known, name: &str, position: Position) -> Known {
        let base = base.there();
        if let Some(field) = base.own_field(name) {
            return match base {
                Known::Event(_) if name == "name" => Known::Text(Meaning::EventName),
                _ => Known::of_field(field),
            };
        }
        if let Some((title, fields)) = base.fields() {
            let message = match title.strip_prefix("no ") {
                Some(rest) => format!("no {rest} has a field `{name}`"),
                None => format!("{title} has no field `{name}`"),
            };
            let help =
                self.field_help(base, name, &fields.iter().map(|field| field.name).collect::<Vec<_>>());
            self.report(position, "unknown-field", message, help);
            return Known::Nothing;
        }
        let (title, known): (_, Vec<&str>) = match base {
            Known::Mail => ("mail", MAIL_FIELDS.to_vec()),
            Known::Time => ("a time", MOMENT_FIELDS.to_vec()),
            Known::Span => ("a length of time", LENGTH_FIELDS.to_vec()),
            Known::Text(_) => ("a text", vec!["len", "bytes", "is_empty", "chars"]),
            Known::List(_) => ("a list", vec!["len", "is_empty"]),
            Known::Map(entries) => ("this map", entries.iter().map(String::as_str).collect()),
            Known::Int | Known::Bool => (base.title().unwrap_or_default(), vec![]),
            _ => return Known::Nothing,
        };
        // A map may have got more entries since.
        let more = matches!(base, Known::Map(_)) && self.unit.fields_set.contains(name);
        let plain = matches!(base, Known::Int | Known::Bool) && functions().contains_key(name);
        if !known.contains(&name) && !more && !plain {
            let help = self.field_help(base, name, &known);
            self.report(position, "unknown-field", format!("{title} has no field `{name}`"), help);
            return Known::Nothing;
        }
        match (base, name) {
            (Known::Mail, "recipients") => Known::List(Box::new(Known::Nothing)),
            (Known::Mail, "category") => Known::Text(Meaning::Words(Words::Category)),
            (Known::Mail, "template") => Known::Text(Meaning::Template),
            (Known::Time, "weekday") => Known::Text(Meaning::Words(words::WEEKDAYS)),
            (Known::Mail, _) | (Known::Time, "date" | "time") => TEXT,
            (Known::Time | Known::Span, _) | (_, "len" | "bytes") => Known::Int,
            _ => Known::Nothing,
        }
    }

    /// The mend for a field that is not there.
    fn field_help(&self, base: &Known, name: &str, known: &[&str]) -> String {
        if let Some(near) = did_you_mean(name, known.iter().copied()) {
            return format!("did you mean `{near}`?");
        }
        if let Known::List(item) = base
            && item.own_field(name).is_some()
        {
            return format!("it belongs to each of its items: for one in list {{ one.{name} }}");
        }
        // A field of something inside, or of the event itself.
        if let Some((_, fields)) = base.fields() {
            let inside = fields.iter().find(|field| Known::of_field(field).own_field(name).is_some());
            if let Some(inside) = inside {
                return format!("did you mean `.{}.{name}`?", inside.name);
            }
        }
        match (base, name) {
            (Known::Time, "days" | "hours" | "minutes") => {
                "that is a part of a length of time, which two times give: event.at - then".to_owned()
            }
            (Known::Map(_), _) => match known {
                [] => "this map is empty".to_owned(),
                known => format!("it has {}", known.join(", ")),
            },
            (Known::Text(_) | Known::List(_), _) if habits::instead_near(name).is_some() => {
                habits::instead_near(name).unwrap_or_default().to_owned()
            }
            _ => match habits::instead(name) {
                Some(mend) => mend.to_owned(),
                None if known.len() <= 14 && !known.is_empty() => format!("there are {}", known.join(", ")),
                None => String::new(),
            },
        }
    }

    /// Setting a field: of drafts only, and of those only some.
    pub fn set_field(&mut self, base: &Known, name: &str, position: Position, new: (&Expr, &Known, bool)) {
        match base.there() {
            Known::Draft(kinds) => {
                let Some(field) = base.there().own_field(name) else {
                    self.field(base, name, position);
                    return;
                };
                if !kinds.iter().any(|kind| kind.amends.contains(&name)) {
                    self.report(
                        position,
                        "read-only",
                        draft::read_only(kinds[0], name),
                        "refuse with deny(), or leave it as it is",
                    );
                    return;
                }
                self.fits(field, position, new);
            }
            Known::Event(_) | Known::Object(_) | Known::Form | Known::Mail | Known::Time | Known::Span => {
                let before = self.count_reports();
                self.field(base, name, position);
                if self.count_reports() > before {
                    return;
                }
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

    /// What is put into a draft's field must be of its kind, and one of its words.
    fn fits(&mut self, field: &Field, position: Position, (written, new, adds): (&Expr, &Known, bool)) {
        let wants = Known::of_field(field);
        if let (false, Some(title), Some(want)) = (adds, new.title(), wants.title())
            && !wants.comparable(new)
        {
            let such = match &wants {
                Known::Span => "days(3)",
                Known::List(_) => "[\"one\", \"other\"]",
                Known::Bool => "true",
                Known::Int => "3",
                _ => "\"text\"",
            };
            let message = format!("`draft.{}` holds {want}, and this is {title}", field.name);
            self.report(
                position,
                "wrong-kind",
                message,
                format!("write it as in draft.{} = {such}", field.name),
            );
            return;
        }
        if let Some(words) = field.meaning() {
            for (word, place) in constants(Some(written)) {
                self.can_be(Meaning::Words(words), &word, place);
            }
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
        let base = base.there();
        match base {
            Known::Mail => return self.mail(call, &arguments, position),
            Known::Form => return self.form(call, &arguments, position),
            Known::Menu => return self.menu(call, &arguments, position),
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
                self.reason(
                    "draft.lock",
                    "([\"company\"], \"Please ask our support.\")",
                    call,
                    &arguments,
                    position,
                );
                return Known::Nothing;
            }
            Known::Object(_) | Known::Event(_) | Known::Draft(_) => {
                return self.of_object(base, call, position);
            }
            Known::List(_) if name == "contains" && call.args.len() == 1 => {
                self.contained(base, None, &arguments[0], &call.args[0]);
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
            for function in &arguments {
                self.closure(name, function, &given, position);
            }
        } else if name == "call" {
            self.apply(base, &arguments);
        }
        self.exists(call, position, true);
        gives(base, name)
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
            if !all.iter().any(|word| fits(&word)) {
                let message = format!("this never {} {part:?}", name.replace('_', " ").replace("s ", "s "));
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

    fn mail(&mut self, call: &FnCallExpr, arguments: &[Known], position: Position) -> Known {
        let name = call.name.as_str();
        let Some((_, names_somebody)) = MAIL_FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let known = || MAIL_FUNCTIONS.iter().map(|(known, _)| *known);
            let help = match (habits::of_mail(name), did_you_mean(name, known())) {
                (Some(mend), _) => mend.to_owned(),
                (None, Some(near)) => format!("did you mean `{near}`?"),
                (None, None) if MAIL_FIELDS.contains(&name) => {
                    format!("it is a field: write .{name} without ()")
                }
                _ => format!("it has {}", known().collect::<Vec<_>>().join(", ")),
            };
            self.report(position, "unknown-function", format!("mail has no function `{name}`"), help);
            return Known::Nothing;
        };
        let usage = if *names_somebody { "(who, \"why\")" } else { "(\"why\")" };
        self.reason(&format!("mail.{name}"), usage, call, arguments, position);
        if let (true, Some(who), Some(known)) = (*names_somebody, call.args.first(), arguments.first()) {
            self.somebody(who, known);
        }
        Known::Nothing
    }

    fn menu(&mut self, call: &FnCallExpr, arguments: &[Known], position: Position) -> Known {
        let (usage, takes, link) = match call.name.as_str() {
            "add" => ("(\"Label\", \"/path\")", 2, 1),
            "remove" => ("(\"/path\")", 1, 0),
            name => {
                let help = "it has add(\"Label\", \"/path\") and remove(\"/path\")";
                self.report(position, "unknown-function", format!("the menu has no function `{name}`"), help);
                return Known::Nothing;
            }
        };
        let full = format!("menu.{}", call.name);
        self.count(&full, usage, call, &[takes], position);
        for (known, written) in arguments.iter().zip(&call.args) {
            if let (false, Some(title)) = (matches!(known, Known::Text(_)), known.title()) {
                let message = format!("{full} takes texts, and this is {title}");
                self.report(written.start_position(), "wrong-kind", message, format!("{full}{usage}"));
            }
        }
        for (url, place) in constants(call.args.get(link)) {
            let right = if link == 0 { url.starts_with('/') } else { crate::event::page::is_link(&url) };
            if !right && call.args.len() == takes {
                let message = format!("{url:?} is no link");
                let help = match link {
                    0 => "write a path of this server, such as \"/contacts\"",
                    _ => {
                        "write a path such as \"/tickets\", or an address that begins with https://; the label stands first"
                    }
                };
                self.report(place, "wrong-address", message, help);
            }
        }
        Known::Nothing
    }

    /// The last value of such a call is a reason, which people read: a text that says something.
    fn reason(
        &mut self,
        name: &str,
        usage: &str,
        call: &FnCallExpr,
        arguments: &[Known],
        position: Position,
    ) {
        let takes = usage.matches(", ").count().min(1) + 1;
        if call.args.len() != takes {
            let message = format!(
                "{name} is called with {}, and takes {takes}: a reason is always asked for",
                values(call.args.len())
            );
            self.report(position, "wrong-arguments", message, format!("{name}{usage}"));
            return;
        }
        let (Some(reason), Some(known)) = (call.args.last(), arguments.last()) else { return };
        if matches!(reason, Expr::StringConstant(text, _) if text.trim().is_empty()) {
            let help = "say why in a few words: people read it";
            self.report(
                reason.position(),
                "missing-reason",
                format!("{name} asks for a reason, and this is empty"),
                help,
            );
        } else if !matches!(known, Known::Text(_))
            && let Some(title) = known.title()
        {
            let message = format!("{name} asks for a reason in words, and this is {title}");
            self.report(reason.start_position(), "wrong-kind", message, format!("{name}{usage}"));
        }
    }

    /// Whom a mail can go to: a person, an address, or a list of those.
    pub fn somebody(&mut self, written: &Expr, known: &Known) {
        for (address, position) in constants(Some(written)) {
            let address = address.trim();
            if !address.contains('@') || address.contains(char::is_whitespace) {
                let message = match address {
                    "" => "this names nobody".to_owned(),
                    address => format!("{address:?} is no e-mail address"),
                };
                let help = "name a person such as event.user, or an address such as \"sales@host.example\"";
                self.report(position, "wrong-recipient", message, help);
            }
        }
        let one = match known {
            Known::List(item) => item.there(),
            other => other.there(),
        };
        let (what, help) = match one {
            Known::Object(fields) if !is_somebody(*fields) => {
                let inside: Vec<_> = fields
                    .all()
                    .filter(
                        |field| matches!(Known::of_field(field), Known::Object(inner) if is_somebody(inner)),
                    )
                    .map(|field| format!(".{}", field.name))
                    .collect();
                let help = match inside.is_empty() {
                    true => "name a person such as event.user".to_owned(),
                    false => format!("name one of its people: {}", inside.join(", ")),
                };
                (format!("`{}` is nobody who gets mail", fields.title()), help)
            }
            Known::Text(Meaning::Words(Words::Id)) => {
                ("an id is no address".to_owned(), "hand over the person: without .id".to_owned())
            }
            Known::Text(Meaning::Words(Words::Name)) => {
                ("a name is no address".to_owned(), "hand over the person: without .name".to_owned())
            }
            Known::Text(Meaning::Words(Words::Permission)) => (
                "a permission is nobody who gets mail".to_owned(),
                "event.account.users_with(\"tickets\") gives its people".to_owned(),
            ),
            Known::Event(_) => (
                "an event is nobody who gets mail".to_owned(),
                "name one of its people, such as event.user".to_owned(),
            ),
            Known::Bool | Known::Int | Known::Time | Known::Span | Known::Map(_) => (
                format!("{} is nobody who gets mail", one.title().unwrap_or_default()),
                "name a person such as event.user, or an address".to_owned(),
            ),
            _ => return,
        };
        self.report(written.start_position(), "wrong-recipient", what, help);
    }

    fn form(&mut self, call: &FnCallExpr, arguments: &[Known], position: Position) -> Known {
        let name = call.name.as_str();
        let Some((_, usage)) = defaults::FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let known = || defaults::FUNCTIONS.iter().map(|(known, _)| *known);
            let help = match did_you_mean(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", known().collect::<Vec<_>>().join(", ")),
            };
            self.report(position, "unknown-function", format!("the form has no function `{name}`"), help);
            return Known::Nothing;
        };
        let full = format!("invite.{name}");
        match name {
            "require" | "forbid" => self.reason(&full, usage, call, arguments, position),
            _ => self.count(&full, usage, call, &[if name == "preselect" { 1 } else { 2 }], position),
        }
        let place = usize::from(name == "preset");
        if let (Some(keys), Some(known)) = (call.args.get(place), arguments.get(place)) {
            self.words(Argument::Permission, keys);
            if !matches!(known, Known::List(_) | Known::Nothing | Known::Maybe(_)) {
                let message = format!(
                    "{full} takes a list of permissions, and this is {}",
                    known.title().unwrap_or_default()
                );
                self.report(keys.start_position(), "wrong-kind", message, format!("{full}{usage}"));
            }
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
                let help = match (habits::instead(name), did_you_mean(name, known.into_iter())) {
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
        ) => TEXT,
        (Known::Text(_), "split") => Known::List(Box::new(TEXT)),
        (Known::List(_), "filter" | "drain" | "retain" | "extract") => base.clone(),
        (Known::List(_), "map") => Known::List(Box::new(Known::Nothing)),
        (Known::List(_), "find" | "pop" | "shift" | "get" | "remove") => Known::Maybe(Box::new(base.item())),
        (Known::Time, "in_zone") => Known::Time,
        _ => Known::Nothing,
    }
}
