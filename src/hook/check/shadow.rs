//! Hooks behind one that refuses everything.

use super::super::bodies::bodies;
use super::super::call::Verb;
use super::super::compile::Script;
use super::super::register::Point;
use super::super::{Hook, error};
use super::flow::always_refuses;
use crate::report::Report;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reports `before` hooks that never run; `hooks` stand in the order in which they run.
pub fn shadowed(hooks: &[Arc<Hook>], scripts: &BTreeMap<String, Arc<Script>>) -> Vec<Report> {
    let guards: Vec<_> = hooks.iter().filter(|hook| hook.verb == Verb::Before).collect();
    let mut found = Vec::new();
    for (n, first) in guards.iter().enumerate().filter(|(_, hook)| hook.can_refuse && refuses(hook, scripts)) {
        for later in guards[n + 1..].iter().filter(|later| covers(&first.point, &later.point)) {
            let text = scripts.get(&later.file).map(|script| script.text.clone());
            let message = format!(
                "this hook never runs: the one at {}:{} refuses every `{}` before it",
                first.file, first.line, later.point
            );
            let report = error::report(&|_| text.clone(), &later.file, later.position, "never-runs", message);
            let help = "remove one of the two, or give this one a lower `priority`, which runs first";
            found.push(report.warning().help(help));
        }
    }
    found
}

fn refuses(hook: &Hook, scripts: &BTreeMap<String, Arc<Script>>) -> bool {
    let Some(script) = scripts.get(&hook.file) else { return false };
    bodies(&script.ast)
        .iter()
        .find(|body| body.name == hook.function.fn_name())
        .is_some_and(|body| always_refuses(&body.statements))
}

fn covers(wide: &Point, narrow: &Point) -> bool {
    match (wide, narrow) {
        (Point::Family(word), Point::Exactly(name)) => name.split('.').next() == Some(word),
        (wide, narrow) => wide == narrow,
    }
}
