//! Functions called by their bare name: effects, settings, the script's own, those of libraries.

use super::super::call::Verb;
use super::super::engine::functions;
use super::super::function::{self, Takes};
use super::kind::{Known, TEXT};
use super::method::constants;
use super::walk::{Scope, Walk};
use rhai::{Expr, FnCallExpr, Position};

impl Walk<'_> {
    /// A call, and what it gives.
    pub fn call(&mut self, call: &FnCallExpr, position: Position, scope: &mut Scope) -> Known {
        let name = call.name.as_str();
        if !call.namespace.is_empty() {
            return self.of_library(call, position, scope);
        }
        if let Some(verb) = Verb::ALL.into_iter().find(|verb| verb.word() == name) {
            return self.registration(verb, call, position, scope);
        }
        let arguments: Vec<_> = call.args.iter().map(|argument| self.value(argument, scope)).collect();
        if call.is_operator_call() {
            return self.operator(name, call, &arguments, position);
        }
        if name == "curry" {
            return match arguments.split_first() {
                Some((Known::Function(function, captured), more)) => {
                    Known::Function(function.clone(), captured.iter().chain(more).cloned().collect())
                }
                _ => Known::Nothing,
            };
        }
        if self.unit.body(name, arguments.len()).is_some() {
            return self.function(name, arguments);
        }
        if scope.iter().any(|(known, _)| known == name) {
            return Known::Nothing;
        }
        let takes_map = function::find(name).is_some_and(|function| matches!(function.takes, Takes::Map(_)));
        if !takes_map || call.args.is_empty() {
            self.exists(call, position, false);
        }
        self.built_in(name, call, position, &arguments, scope)
    }

    fn of_library(&mut self, call: &FnCallExpr, position: Position, scope: &mut Scope) -> Known {
        let arguments: Vec<_> = call.args.iter().map(|argument| self.value(argument, scope)).collect();
        let (alias, name) = (call.namespace.root().to_owned(), call.name.as_str());
        // A library that is not there the load itself reports.
        let Some(found) = self.unit.imports.get(&alias).cloned() else {
            if alias != "global" && !self.unit.imported_inside.contains(&alias) {
                let near = crate::report::did_you_mean(&alias, self.unit.imports.keys().map(String::as_str));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("write import \"lib/{alias}\" as {alias}; at the top of the file"),
                };
                self.report(position, "unknown-module", format!("nothing is imported as `{alias}`"), help);
            }
            return Known::Nothing;
        };
        let Some(unit) = found else { return Known::Nothing };
        let counts = unit.counts(name);
        if counts.is_empty() {
            let known =
                unit.bodies.iter().map(|body| body.name.as_str()).filter(|name| !name.starts_with("anon$"));
            let known: Vec<_> = known.collect();
            let help = match crate::report::did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", known.join(", ")),
            };
            let message = format!("{} has no function `{name}`", unit.file);
            self.report(position, "unknown-function", message, help);
        } else if counts.contains(&arguments.len()) {
            return self.elsewhere(&unit, name, arguments, position);
        } else {
            let params = unit.bodies.iter().find(|body| body.name == name).map(|body| body.params.join(", "));
            let usage = format!("({})", params.unwrap_or_default());
            self.count(&format!("{alias}::{name}"), &usage, call, &counts, position);
        }
        Known::Nothing
    }

    fn operator(&mut self, name: &str, call: &FnCallExpr, arguments: &[Known], position: Position) -> Known {
        match name {
            "==" | "!=" | "<" | ">" | "<=" | ">=" => self.compare(name, call, arguments, position),
            "!" => self.yes_or_no(&arguments[0], "!", call.args[0].start_position()),
            // `"x" in list` arrives as contains(list, "x").
            "contains" if arguments.len() == 2 => {
                self.contained(&arguments[0], call.args.first(), &arguments[1], &call.args[1]);
            }
            "+" => self.number_as_text(call, arguments, position),
            _ => {}
        }
        match (name, arguments) {
            ("==" | "!=" | "<" | ">" | "<=" | ">=" | "!" | "contains", _) => Known::Bool,
            ("-", [Known::Time, Known::Time]) => Known::Span,
            ("+" | "-", [Known::Time, Known::Span]) => Known::Time,
            ("+" | "-", [Known::Span, Known::Span])
            | ("*", [Known::Span, Known::Int] | [Known::Int, Known::Span]) => Known::Span,
            (
                "+" | "-",
                [one @ (Known::Time | Known::Span), other @ (Known::Int | Known::Text(_) | Known::Time)],
            ) if !matches!((one, other), (Known::Time | Known::Span, Known::Text(_)) if name == "+") => {
                let (one, other) = (one.title().unwrap_or_default(), other.title().unwrap_or_default());
                let message = format!("{one} {name} {other} does not add up");
                let help = "add or take away a length of time: event.at - days(7)";
                self.report(position, "wrong-arguments", message, help);
                Known::Nothing
            }
            ("+", [Known::Text(_), _] | [_, Known::Text(_)]) => TEXT,
            ("-" | "*" | "/" | "%", [Known::Text(_), Known::Int] | [Known::Int, Known::Text(_)]) => {
                let help = "text.parse_int() makes a number of a text";
                self.report(position, "wrong-arguments", "this counts with a text".to_owned(), help);
                Known::Nothing
            }
            ("+" | "-" | "*" | "/" | "%", [Known::Int, Known::Int]) => Known::Int,
            _ => Known::Nothing,
        }
    }

    /// `"3" + 1` is `"31"`.
    fn number_as_text(&mut self, call: &FnCallExpr, arguments: &[Known], position: Position) {
        let digits =
            |n: usize| matches!(&call.args[n], Expr::StringConstant(text, _) if text.parse::<f64>().is_ok());
        let number = |n: usize| matches!(arguments[n], Known::Int);
        if arguments.len() == 2 && ((digits(0) && number(1)) || (number(0) && digits(1))) {
            let help = "leave out the quotes to count";
            self.warn(
                position,
                "number-as-text",
                "a text and a number are put side by side, not added",
                help,
            );
        }
    }

    fn built_in(
        &mut self,
        name: &str,
        call: &FnCallExpr,
        position: Position,
        arguments: &[Known],
        scope: &mut Scope,
    ) -> Known {
        match name {
            "minutes" | "hours" | "days" => {
                self.takes(name, call, arguments, &Known::Int, "(3)");
                return Known::Span;
            }
            "deny" => {
                self.belongs(&[Verb::Before], "deny()", "only a `before` hook can refuse", position);
                self.says_why(name, "the person who is refused reads it", call, arguments);
            }
            "refuse" => {
                self.belongs(
                    &[Verb::Driver],
                    "refuse()",
                    "a `before` hook refuses with deny(\"why\")",
                    position,
                );
                self.says_why(name, "the customer reads it", call, arguments);
            }
            "http_get" | "http_post" => {
                let help = "it is what the first half of a driver gives; hooks send with webhook(#{ url: …, body: … })";
                self.belongs(&[Verb::Driver], &format!("{name}()"), help, position);
                self.host(call.args.first(), arguments.first());
            }
            "redirect" | "done" => {
                let help = "it is what the second half of a driver gives";
                self.belongs(&[Verb::Driver], &format!("{name}()"), help, position);
            }
            "secret" => self.secret(call, position),
            _ if function::find(name).is_some() => self.effect(name, call, position, arguments, scope),
            "setting" | "store_get" if !arguments.is_empty() => {
                self.takes(name, call, arguments, &TEXT, "(\"name\")");
                if arguments.len() == 1 && name == "setting" {
                    self.setting(call);
                }
            }
            "contains" if arguments.len() == 2 => {
                self.contained(&arguments[0], call.args.first(), &arguments[1], &call.args[1]);
                return Known::Bool;
            }
            "Fn" => {
                if let Some(Expr::StringConstant(text, place)) = call.args.first() {
                    self.named(text, *place);
                    return Known::Function(text.to_string(), vec![]);
                }
            }
            _ => {}
        }
        Known::Nothing
    }

    /// A function that `Fn` finds by its name.
    fn named(&mut self, name: &str, position: Position) {
        if !self.unit.counts(name).is_empty() || functions().contains_key(name) {
            return;
        }
        let unit = self.unit.clone();
        let own = unit.bodies.iter().filter(|body| !body.is_closure()).map(|body| body.name.as_str());
        self.unknown(position, "unknown-function", format!("there is no function `{name}`"), name, own);
    }

    /// A refusal says why, in a text that is not empty.
    fn says_why(&mut self, name: &str, who: &str, call: &FnCallExpr, arguments: &[Known]) {
        self.takes(name, call, arguments, &TEXT, "(\"why\")");
        if let Some(Expr::StringConstant(text, place)) = call.args.first()
            && text.trim().is_empty()
        {
            let message = format!("{name}() asks for a message, and this is empty");
            self.report(*place, "missing-reason", message, format!("say why in a sentence: {who}"));
        }
    }

    /// Reports a first value of another kind than the function takes.
    fn takes(&mut self, name: &str, call: &FnCallExpr, arguments: &[Known], wants: &Known, usage: &str) {
        let (Some(known), Some(written)) = (arguments.first(), call.args.first()) else { return };
        if let (Some(title), Some(want)) = (known.title(), wants.title())
            && !known.comparable(wants)
        {
            let message = format!("{name}() takes {want}, and this is {title}");
            self.report(written.start_position(), "wrong-kind", message, format!("{name}{usage}"));
        }
    }

    /// Reports a function that hooks of this kind must not call.
    pub fn belongs(&mut self, verbs: &[Verb], function: &str, help: &str, position: Position) {
        match self.verb {
            Some(own) if verbs.contains(&own) => {}
            Some(own) => self.report(
                position,
                "not-allowed-here",
                format!("{function} does not work in {} `{own}` hook", article(own.word())),
                help,
            ),
            None if !self.inside => {
                self.report(
                    position,
                    "not-allowed-here",
                    format!("{function} does not work at the top level, which only registers hooks"),
                    help,
                );
            }
            None => {}
        }
    }

    fn secret(&mut self, call: &FnCallExpr, position: Position) {
        let Some(manifest) = self.names.manifest else {
            let help = "put the script into a folder with a plugin.toml that declares the secret";
            self.report(position, "unknown-setting", "secret() works in plugins only", help);
            return;
        };
        for (name, place) in constants(call.args.first()) {
            if !manifest.has_secret(&name) {
                let help = match crate::report::did_you_mean(&name, manifest.secrets()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("declare it in plugin.toml: [settings.{name}] type = \"secret\""),
                };
                let message = format!("the plugin {} has no secret {name:?}", manifest.name);
                self.report(place, "unknown-setting", message, help);
            }
        }
    }

    fn setting(&mut self, call: &FnCallExpr) {
        let Some(settings) = self.names.settings else { return };
        for (name, position) in constants(call.args.first()) {
            if settings.get(&name).is_some() {
                continue;
            }
            let help = match crate::report::did_you_mean(&name, settings.names()) {
                Some(near) => format!("did you mean {near:?}?"),
                None if self.names.manifest.is_some() => {
                    format!("declare it in the plugin's plugin.toml: [settings.{name}] type = \"text\"")
                }
                None => format!(
                    "add it under [settings] in innkeeper.toml, or give a value to use without it: setting({name:?}, …)"
                ),
            };
            self.report(position, "unknown-setting", format!("there is no setting {name:?}"), help);
        }
    }
}

/// The article before this word.
pub fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
