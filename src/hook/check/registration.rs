//! The calls that register hooks: their points, options and functions.

use super::super::bodies::nodes;
use super::super::call::Verb;
use super::super::compile::Script;
use super::super::register::{OPTIONS, Point, halves, option_names, parameters, point, wrong_arity};
use super::super::schedule::{self, Schedule};
use super::super::{Names, error};
use super::call::article;
use super::habits;
use super::kind::Known;
use super::walk::{Scope, Walk};
use crate::report::{Report, did_you_mean};
use rhai::{ASTNode, Expr, FnCallExpr, Position, Stmt};

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
        if verb == Verb::Driver {
            return self.driver(call, position, scope);
        }
        let names_point = verb != Verb::PermissionDefaults;
        let most = 2 + usize::from(names_point);
        if call.args.len() + 1 < most || call.args.len() > most {
            let usage = if names_point {
                "(\"point\", #{ options }, |…| { … })"
            } else if verb == Verb::Every {
                "(\"1 hour\", #{ options }, |event| { … })"
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
        let place = function.start_position();
        let function = self.value(function, scope);
        if let (false, Some(title)) = (matches!(function, Known::Function(..)), function.title()) {
            let first = if names_point { "…, " } else { "" };
            let message = format!("{verb}() asks for a function at its end, and this is {title}");
            let help = format!("{verb}({first}#{{ … }}, |{}| {{ … }})", verb.parameters().join(", "));
            self.report(place, "wrong-arguments", message, help);
            return Known::Nothing;
        }
        self.subjects(verb, point.as_ref(), rest.get(1));
        self.handler(verb, &function, point.as_ref(), position);
        self.lacking.clear();
        Known::Nothing
    }

    fn driver(&mut self, call: &FnCallExpr, position: Position, scope: &mut Scope) -> Known {
        let [Expr::StringConstant(kind, kind_at), name, Expr::Map(entries, map_at)] = &call.args[..] else {
            let usage = "(\"provisioning\", \"name\", #{ … })";
            if call.args.len() != 3 {
                self.count(Verb::Driver.word(), usage, call, &[3], position);
            }
            return Known::Nothing;
        };
        let name = if let Expr::StringConstant(name, _) = name { name.as_str() } else { "…" };
        let keys: Vec<&str> = entries.0.iter().map(|(key, _)| key.name.as_str()).collect();
        let halves = match halves(kind, name, &keys) {
            Ok(halves) => halves,
            Err(problem) => {
                let (message, help) = problem.split_once("; ").unwrap_or((&problem, ""));
                let at = if problem.contains("kind of driver") { *kind_at } else { *map_at };
                self.report(at, "wrong-driver", message, help);
                return Known::Nothing;
            }
        };
        for (half, (_, function)) in halves.into_iter().zip(&entries.0) {
            let function = self.value(function, scope);
            self.handler(Verb::Driver, &function, Some(&Point::Driver(half)), position);
        }
        Known::Nothing
    }

    fn point(&mut self, verb: Verb, name: &Expr) -> Option<Point> {
        let Expr::StringConstant(text, position) = name else { return None };
        if verb == Verb::Every {
            let period = schedule::period(text);
            let period = period.inspect_err(|problem| {
                let (message, help) = problem.split_once("; ").unwrap_or((problem, ""));
                self.report(*position, "wrong-period", message, help);
            });
            return Some(Point::Schedule(Schedule {
                text: text.to_string(),
                period: period.ok()?,
                over: None,
            }));
        }
        match point(verb, text) {
            Ok(point) => Some(point),
            Err(problem) => {
                let (message, help) = problem.split_once("; ").unwrap_or((&problem, ""));
                self.report(*position, "unknown-point", message, habits::point(text).unwrap_or(help));
                None
            }
        }
    }

    fn options(&mut self, verb: Verb, options: &Expr) {
        let Expr::Map(entries, _) = options else { return };
        for (key, value) in &entries.0 {
            let name = key.name.as_str();
            if !option_names().any(|known| known == name) {
                let own = || OPTIONS.iter().filter(|(_, only)| only.is_none_or(|only| only == verb));
                let help = match did_you_mean(name, option_names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        let all: Vec<_> = own().map(|(own, _)| *own).collect();
                        format!("{} {verb} has {}", article(verb.word()), all.join(", "))
                    }
                };
                self.report(key.pos, "unknown-option", format!("there is no option `{name}`"), help);
            } else if let Some(only) = OPTIONS
                .iter()
                .find_map(|(own, only)| (*own == name).then_some(*only).flatten())
                .filter(|only| *only != verb)
            {
                self.report(
                    key.pos,
                    "unknown-option",
                    format!("the option `{name}` is for `{only}` hooks, not for `{verb}`"),
                    "leave it out",
                );
            } else if name == "over" {
                if let Expr::StringConstant(text, position) = value
                    && let Err(problem) = schedule::over(text)
                {
                    let (message, help) = problem.split_once("; ").unwrap_or((&problem, ""));
                    self.report(*position, "wrong-option", message, help);
                }
            } else if name == "on_failure" {
                if let Expr::StringConstant(text, position) = value
                    && !matches!(text.as_str(), "allow" | "deny")
                {
                    self.report(
                        *position,
                        "wrong-option",
                        format!("the option `on_failure` is \"allow\" or \"deny\", not {text:?}"),
                        "\"deny\" refuses when the hook fails, \"allow\" passes it over",
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
                        if name == "priority" {
                            "write priority: 10; lower runs first"
                        } else {
                            "put quotes around it"
                        },
                    );
                }
            }
        }
    }

    fn handler(&mut self, verb: Verb, function: &Known, point: Option<&Point>, position: Position) {
        let Known::Function(name, captured) = function else { return };
        let takes: Vec<_> =
            self.unit.counts(name).into_iter().map(|count| count.saturating_sub(captured.len())).collect();
        let wanted = match point {
            Some(point) => parameters(verb, point),
            None => verb.parameters().to_vec(),
        };
        if !takes.is_empty() && !takes.contains(&wanted.len()) {
            let help = format!("write |{}| {{ … }}", wanted.join(", "));
            self.report(position, "wrong-arguments", wrong_arity(verb, &wanted, takes[0]), help);
            return;
        }
        if let Some(body) = self.unit.body(name, captured.len() + wanted.len()) {
            let own = &body.params[captured.len()..];
            let swapped = own.iter().zip(&wanted).any(|(own, wanted)| own != wanted)
                && wanted.iter().all(|wanted| own.iter().any(|own| own == wanted));
            if swapped {
                let message =
                    format!("the parameters are swapped: {verb}() hands over {}", wanted.join(", "));
                let help = format!("write |{}| {{ … }}", wanted.join(", "));
                self.report(position, "wrong-arguments", message, help);
                return;
            }
        }
        let outer = self.verb.replace(verb);
        let arguments: Vec<_> = captured.iter().cloned().chain(Known::arguments(verb, point)).collect();
        self.events = arguments
            .iter()
            .find_map(|known| if let Known::Event(kinds) = known { Some(kinds.clone()) } else { None })
            .unwrap_or_default();
        self.frozen(name, captured.len(), wanted.len());
        match verb {
            Verb::Before => self.answers(name, arguments.len()),
            Verb::Panel => self.panel(name, arguments.len()),
            _ => {}
        }
        self.function(&name.clone(), arguments);
        self.verb = outer;
        self.events.clear();
    }
}

impl Walk<'_> {
    /// The map that a panel is: its keys.
    fn panel(&mut self, name: &str, count: usize) {
        const KEYS: [&str; 4] = ["title", "text", "rows", "links"];
        let unit = self.unit.clone();
        let Some(body) = unit.body(name, count) else { return };
        let mut wrong = Vec::new();
        let mut look = |value: &Expr| {
            let Expr::Map(entries, position) = value else { return };
            let keys = entries.0.iter().map(|(key, _)| key);
            wrong.extend(keys.clone().filter(|key| !KEYS.contains(&key.name.as_str())).map(|key| {
                (key.pos, "unknown-option", format!("a panel has no `{}`", key.name), key.name.to_string())
            }));
            if !keys.clone().any(|key| key.name == "title") {
                let message = "a panel asks for `title`".to_owned();
                wrong.push((*position, "missing-option", message, String::new()));
            }
        };
        if let Some(Stmt::Expr(value)) = body.statements.last() {
            look(value);
        }
        nodes(&body.statements, |path| {
            if let Some(ASTNode::Stmt(Stmt::Return(Some(value), ..))) = path.last() {
                look(value);
            }
        });
        for (position, code, message, word) in wrong {
            let help = match did_you_mean(&word, KEYS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", KEYS.join(", ")),
            };
            self.report(position, code, message, help);
        }
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
