//! What mail has no recipients any more once a script is off.

use crate::{
    bundle::Bundle,
    event::catalogue,
    hook::{Verb, test::Setup},
    trial,
};
use std::path::Path;

/// Sentences about what the script at `off` decided and nothing decides after it: found by routing each event's samples.
pub(super) fn between(before: &Bundle, after: &Bundle, off: &Path) -> Vec<String> {
    let name = off.file_name().unwrap_or_default().to_string_lossy();
    let (script, plugin) = (format!("hooks/{name}"), format!("hooks/{name}/"));
    let (mut customers, mut staff) = (Vec::new(), Vec::new());
    for kind in catalogue::EVENTS {
        let mut routes = before.hooks.serving(Verb::Route, kind.name);
        if !routes.any(|hook| hook.file == script || hook.file.starts_with(&plugin)) {
            continue;
        }
        let (was, is) = (gets(before, kind), gets(after, kind));
        if was.customers && !is.customers {
            customers.push(kind.name);
        }
        if was.staff && !is.staff {
            staff.push(kind.name);
        }
    }
    let words = |who: &str, events: &[&str]| {
        (!events.is_empty()).then(|| format!("{who} mailed about {} now.", events.join(", ")))
    };
    [words("No customer is", &customers), words("No staff are", &staff)].into_iter().flatten().collect()
}

/// Whether anybody gets the mail about an event.
struct Gets {
    customers: bool,
    staff: bool,
}

fn gets(bundle: &Bundle, kind: &catalogue::EventKind) -> Gets {
    let mut gets = Gets { customers: false, staff: false };
    if bundle.templates.notifications(kind.name).next().is_none() {
        return gets;
    }
    for sample in (kind.samples)() {
        // A script that fails on a sample names nobody; the check says so.
        let Ok(ran) = trial::run(bundle, &sample, None, &Setup::default()) else { continue };
        let of_staff = |kind: &str| kind == "staff";
        gets.customers |= ran.recipients.iter().any(|one| !of_staff(&one.kind));
        gets.staff |= ran.recipients.iter().any(|one| of_staff(&one.kind));
    }
    gets
}
