//! Hooks behind one that refuses everything.

use super::super::call::Verb;
use super::super::compile::Script;
use super::super::register::Point;
use super::super::{Hook, error};
use crate::event::guard::GUARDS;
use crate::report::Report;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reports `before` hooks that never run; `hooks` stand in the order in which they run.
pub fn shadowed(hooks: &[Arc<Hook>], scripts: &BTreeMap<String, Arc<Script>>) -> Vec<Report> {
    let guards: Vec<_> = hooks.iter().filter(|hook| hook.verb == Verb::Before).collect();
    let mut found = Vec::new();
    for (n, first) in guards.iter().enumerate().filter(|(_, hook)| hook.refuses_all) {
        for later in
            guards[n + 1..].iter().filter(|later| covers(&first.point, &later.point) && !speaks(later))
        {
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

/// True if the hook has something to say to a form, although the action is refused already.
fn speaks(hook: &Hook) -> bool {
    hook.locks && GUARDS.iter().any(|kind| kind.form && hook.point.serves(kind.name))
}

fn covers(wide: &Point, narrow: &Point) -> bool {
    match (wide, narrow) {
        (Point::Family(word), Point::Exactly(name)) => name.split('.').next() == Some(word),
        (wide, narrow) => wide == narrow,
    }
}
