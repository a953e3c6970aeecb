//! Functions called by their bare name: effects, settings, the script's own, those of libraries.

use super::super::call::Verb;
use super::super::function::{self, EFFECTFUL, Takes};
use super::kind::Known;
use super::method::constants;
use super::walk::{Scope, Walk};
use crate::config::permitted;
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
            return self.operator(name, call, &arguments);
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
            self.function(name, arguments);
            return Known::Nothing;
        }
        if scope.iter().any(|(known, _)| known == name) {
            return Known::Nothing;
        }
        self.exists(call, position, false);
        self.built_in(name, call, position, &arguments)
    }

    fn of_library(&mut self, call: &FnCallExpr, position: Position, scope: &mut Scope) -> Known {
        let arguments: Vec<_> = call.args.iter().map(|argument| self.value(argument, scope)).collect();
        let (alias, name) = (call.namespace.root().to_owned(), call.name.as_str());
        // An alias that is not there, and a library that is not, the load itself reports.
        let Some(Some(unit)) = self.unit.imports.get(&alias).cloned() else { return Known::Nothing };
        let counts = unit.counts(name);
        if counts.is_empty() {
            let known =
                unit.bodies.iter().map(|body| body.name.as_str()).filter(|name| !name.starts_with("anon$"));
            self.unknown(
                position,
                "unknown-function",
                format!("{} has no function `{name}`", unit.file),
                name,
                known,
            );
        } else if counts.contains(&arguments.len()) {
            self.elsewhere(&unit, name, arguments);
        } else {
            self.count(&format!("{alias}::{name}"), "", call, &counts, position);
        }
        Known::Nothing
    }

    fn operator(&mut self, name: &str, call: &FnCallExpr, arguments: &[Known]) -> Known {
        // `"x" in list` arrives as contains(list, "x").
        if name == "contains"
            && let Some(Known::Words(argument)) = arguments.first()
        {
            self.words(*argument, &call.args[1]);
        }
        match (name, arguments) {
            ("==" | "!=" | "<" | ">" | "<=" | ">=" | "!" | "contains", _) => Known::Bool,
            ("-", [Known::Time, Known::Time]) => Known::Span,
            ("+" | "-", [Known::Time, _]) => Known::Time,
            ("+", [Known::Text, _] | [_, Known::Text]) => Known::Text,
            ("+" | "-" | "*" | "/" | "%", [Known::Int, Known::Int]) => Known::Int,
            _ => Known::Nothing,
        }
    }

    fn built_in(&mut self, name: &str, call: &FnCallExpr, position: Position, arguments: &[Known]) -> Known {
        match name {
            "minutes" | "hours" | "days" => return Known::Span,
            "deny" => self.belongs(&[Verb::Before], "deny()", "only a `before` hook can refuse", position),
            _ if function::find(name).is_some() => self.effect(name, call, position),
            "setting" if arguments.len() == 1 => self.setting(call),
            "contains" if matches!(arguments.first(), Some(Known::Words(_))) => {
                self.operator("contains", call, arguments);
            }
            _ => {}
        }
        Known::Nothing
    }

    /// A call that asks for an effect.
    fn effect(&mut self, name: &str, call: &FnCallExpr, position: Position) {
        let Some(function) = function::find(name) else { return };
        let help = match name {
            "email" => "who gets a notification, `route` hooks decide; `on` hooks send extra mail",
            _ => "only `on` and `every` hooks have effects",
        };
        self.belongs(&EFFECTFUL, &format!("{name}()"), help, position);
        if let Some(manifest) = self.names.manifest.filter(|manifest| !manifest.allows(name)) {
            let message = format!("the plugin {} may not ask for {name}()", manifest.name);
            let help = format!("name it in its plugin.toml: [may] effects = [\"{name}\"]");
            self.report(position, "not-in-manifest", message, help);
        }
        if let Takes::Map(values) = function.takes {
            let known: Vec<_> = values.iter().map(|value| value.name).collect();
            let needed: Vec<_> = values.iter().filter(|value| value.needed).map(|value| value.name).collect();
            self.keys(name, &known, &needed, call, position);
        }
        match name {
            "email" => self.template(call),
            "webhook" => self.host(call),
            _ => {}
        }
    }

    /// Reports a function that hooks of this kind must not call.
    fn belongs(&mut self, verbs: &[Verb], function: &str, help: &str, position: Position) {
        match self.verb {
            Some(own) if verbs.contains(&own) => {}
            Some(own) => self.report(
                position,
                "not-allowed-here",
                format!("{function} does not work in a `{own}` hook"),
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

    fn keys(
        &mut self,
        function: &str,
        known: &[&str],
        needed: &[&str],
        call: &FnCallExpr,
        position: Position,
    ) {
        let Some(Expr::Map(entries, _)) = call.args.first() else { return };
        for (key, _) in &entries.0 {
            if !known.contains(&key.name.as_str()) {
                self.unknown(
                    key.pos,
                    "unknown-option",
                    format!("{function}() has no option `{}`", key.name),
                    &key.name,
                    known.iter().copied(),
                );
            }
        }
        for key in needed {
            if !entries.0.iter().any(|(there, _)| there.name.as_str() == *key) {
                self.report(
                    position,
                    "missing-option",
                    format!("{function}() asks for `{key}`"),
                    format!("{function}(#{{ {}: … }})", needed.join(": …, ")),
                );
            }
        }
    }

    fn entry<'e>(call: &'e FnCallExpr, key: &str) -> Option<&'e Expr> {
        match call.args.first() {
            Some(Expr::Map(entries, _)) => {
                entries.0.iter().find(|(there, _)| there.name.as_str() == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    fn template(&mut self, call: &FnCallExpr) {
        let names = self.names;
        for (name, position) in constants(Self::entry(call, "template")) {
            if !names.templates.iter().any(|template| template.name == name) {
                let known = names.templates.iter().map(|template| template.name.as_str());
                self.unknown(
                    position,
                    "unknown-template",
                    format!("there is no template {name:?}"),
                    &name,
                    known,
                );
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
                None => format!(
                    "add it under [settings] in innkeeper.toml, or give a value to use without it: setting({name:?}, …)"
                ),
            };
            self.report(position, "unknown-setting", format!("there is no setting {name:?}"), help);
        }
    }

    fn host(&mut self, call: &FnCallExpr) {
        let url = match Self::entry(call, "url") {
            Some(Expr::StringConstant(text, position)) => Some((text.to_string(), *position)),
            Some(Expr::FnCall(setting, position)) if setting.name.as_str() == "setting" => {
                let name = constants(setting.args.first()).pop().map(|(name, _)| name).unwrap_or_default();
                let value = self
                    .names
                    .settings
                    .and_then(|settings| settings.get(&name))
                    .and_then(|value| value.as_str());
                value.map(|value| (value.to_owned(), *position))
            }
            _ => None,
        };
        let Some((url, position)) = url else { return };
        if let Err(refused) = permitted(&url, self.names.outgoing_allow) {
            self.warn(position, "host-not-allowed", refused.why, refused.mend);
        }
    }
}
