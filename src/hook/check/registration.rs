//! The calls that register hooks: their points, options and functions.

use super::super::call::Verb;
use super::super::compile::Script;
use super::super::register::{OPTIONS, Point, point};
use super::super::{Names, error};
use super::kind::Known;
use super::walk::{Scope, Walk};
use crate::report::Report;
use rhai::{Expr, FnCallExpr, Position};

impl Walk<'_> {
    /// A registration: looks at its parts, then into its function.
    pub fn registration(
        &mut self,
        verb: Verb,
        call: &FnCallExpr,
        position: Position,
        scope: &mut Scope,
    ) -> Known {
        if self.inside && self.verb.is_some() {
            self.report(
                position,
                "not-allowed-here",
                format!("{verb}() does not work inside a hook"),
                "register hooks at the top level of the file",
            );
            return Known::Nothing;
        }
        if self.unit.is_library() {
            self.report(
                position,
                "not-allowed-here",
                format!("{verb}() does not work in lib/: scripts there only hold functions for others"),
                "register the hook in a file of hooks/, which imports this one",
            );
            return Known::Nothing;
        }
        self.registered = true;
        let names_point = verb != Verb::PermissionDefaults;
        let most = 2 + usize::from(names_point);
        if call.args.len() + 1 < most || call.args.len() > most {
            let usage = if names_point {
                "(\"point\", #{ options }, |…| { … })"
            } else {
                "(#{ options }, |invite| { … })"
            };
            self.count(verb.word(), usage, call, &[most - 1, most], position);
            return Known::Nothing;
        }
        let Some((function, rest)) = call.args.split_last() else { return Known::Nothing };
        let point = if names_point { self.point(verb, &call.args[0]) } else { Some(Point::Boxes) };
        if rest.len() + 1 == most {
            self.options(verb, &call.args[most - 2]);
        }
        let function = self.value(function, scope);
        self.handler(verb, &function, point.as_ref(), position);
        Known::Nothing
    }

    fn point(&mut self, verb: Verb, name: &Expr) -> Option<Point> {
        let Expr::StringConstant(text, position) = name else { return None };
        match point(verb, text) {
            Ok(point) => Some(point),
            Err(problem) => {
                let (message, help) = problem.split_once("; ").unwrap_or((&problem, ""));
                self.report(*position, "unknown-point", message, help);
                None
            }
        }
    }

    fn options(&mut self, verb: Verb, options: &Expr) {
        let Expr::Map(entries, _) = options else { return };
        for (key, value) in &entries.0 {
            let name = key.name.as_str();
            if !OPTIONS.contains(&name) {
                self.unknown(
                    key.pos,
                    "unknown-option",
                    format!("there is no option `{name}`"),
                    name,
                    OPTIONS.iter().copied(),
                );
            } else if name == "on_failure" && verb != Verb::Before {
                self.report(
                    key.pos,
                    "unknown-option",
                    format!("the option `on_failure` is for `before` hooks, not for `{verb}`"),
                    "leave it out",
                );
            } else if name == "on_failure" {
                if let Expr::StringConstant(text, position) = value
                    && !matches!(text.as_str(), "allow" | "deny")
                {
                    self.report(
                        *position,
                        "wrong-option",
                        format!("the option `on_failure` is \"allow\" or \"deny\", not {text:?}"),
                        "",
                    );
                }
            } else if (name == "priority") == matches!(value, Expr::StringConstant(..)) {
                let wants = if name == "priority" { "a whole number" } else { "a text" };
                if !matches!(
                    value,
                    Expr::Variable(..) | Expr::FnCall(..) | Expr::InterpolatedString(..) | Expr::Dot(..)
                ) {
                    self.report(
                        value.position(),
                        "wrong-option",
                        format!("the option `{name}` must be {wants}"),
                        "",
                    );
                }
            }
        }
    }

    fn handler(&mut self, verb: Verb, function: &Known, point: Option<&Point>, position: Position) {
        let Known::Function(name, captured) = function else { return };
        let takes: Vec<_> =
            self.unit.counts(name).into_iter().map(|count| count.saturating_sub(captured.len())).collect();
        if !takes.is_empty() && !takes.contains(&verb.arguments()) {
            let wants = if verb == Verb::Route { "two parameters: |mail, event|" } else { "one parameter" };
            self.report(
                position,
                "wrong-arguments",
                format!("the function of a `{verb}` hook takes {wants}; this one takes {}", takes[0]),
                "",
            );
            return;
        }
        let outer = self.verb.replace(verb);
        let arguments: Vec<_> = captured.iter().cloned().chain(Known::arguments(verb, point)).collect();
        self.events = arguments
            .iter()
            .find_map(|known| if let Known::Event(kinds) = known { Some(kinds.clone()) } else { None })
            .unwrap_or_default();
        self.frozen(name, captured.len(), verb.arguments());
        if verb == Verb::Before {
            self.answers(name, arguments.len());
        }
        self.function(&name.clone(), arguments);
        self.verb = outer;
        self.events.clear();
    }
}

/// Routes whose event no template is about: they decide nothing.
pub fn idle(script: &Script, names: &Names<'_>) -> Vec<Report> {
    let written = |name: &str| names.templates.iter().any(|template| template.event.as_deref() == Some(name));
    let idle = script.hooks.iter().filter(|hook| hook.verb == Verb::Route);
    let report = |hook: &super::super::Hook, name: &str| {
        let message =
            format!("this route can never run: no template says `event: {name}`, so there is no such mail");
        let report =
            error::report(&|_| Some(script.text.clone()), &hook.file, hook.position, "never-runs", message);
        report.warning().help("write a template for the event, or remove the route")
    };
    idle.filter_map(|hook| match &hook.point {
        Point::Exactly(name) if !names.templates.is_empty() && !written(name) => Some(report(hook, name)),
        _ => None,
    })
    .collect()
}
