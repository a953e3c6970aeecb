//! What `hooks replay` and `hooks shadow` say about guarded actions.

use crate::{
    cli::show::{self, Tone, paint},
    trace::compare::{Change, Difference},
    trial::Guarded,
};
use serde_json::Value;

/// One action to which something else would be said.
pub(super) fn one(difference: &Difference, now: i64) -> String {
    let when =
        format!("{}, {}, {}", show::clean(&difference.who), show::ago(difference.at, now), difference.run);
    let mut text = format!(
        "{}  {}  {}",
        show::title(&difference.action),
        show::clean(&difference.subject),
        paint(Tone::Faint, when)
    );
    let (was, is) = (&difference.was_refused, &difference.would_be_refused);
    match (was, is) {
        (Some(was), Some(is)) if was.reason == is.reason => {}
        (_, Some(is)) => {
            let words = if was.is_some() { "refused otherwise" } else { "refused" };
            text.push_str(&format!(
                "\n  {} {} ({})",
                paint(Tone::Bad, words),
                show::clean(&is.reason),
                is.by
            ));
        }
        (Some(was), None) => {
            let was = format!("it was refused: {} ({})", show::clean(&was.reason), was.by);
            text.push_str(&format!("\n  {} {was}", paint(Tone::Good, "let through")));
        }
        (None, None) => {}
    }
    for change in &difference.changes {
        text.push_str(&format!("\n  {} {}", paint(Tone::Look, "~"), change_in_words(change)));
    }
    for fails in &difference.fails {
        let error = show::clean(&fails.error).replace('\n', "\n    ");
        text.push_str(&format!(
            "\n  {} {}\n    {error}",
            paint(Tone::Bad, "fails"),
            show::clean(&fails.hook)
        ));
    }
    for fails in &difference.mended {
        text.push_str(&format!("\n  {} {}", paint(Tone::Good, "no longer fails"), show::clean(&fails.hook)));
    }
    text
}

fn change_in_words(change: &Change) -> String {
    let words = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    };
    let (was, is) = (words(&change.was), words(&change.would_be));
    let (name, gone) = (&change.name, change.would_be.is_null());
    let sentence = match &*change.part {
        "field" => format!("{name}: {is} instead of {was}"),
        "preselect" if gone => format!("{name} no longer ticked at first"),
        "preselect" => format!("{name} ticked at first"),
        "incomplete" if gone => "no defaults missing any more".to_owned(),
        "incomplete" => "defaults missing, because a hook fails".to_owned(),
        part if gone => format!("no more {part} {name}: {was}"),
        part => format!("{part} {name}: {is}"),
    };
    show::clean(&sentence).chars().take(300).collect()
}

/// One line for all of them; none if nobody asked for anything.
pub(super) fn summary(guards: &Guarded) -> Option<String> {
    if guards.asked == 0 {
        return None;
    }
    let number = |n: usize| show::count(n, "x").split(' ').next().unwrap_or_default().to_owned();
    let kinds = [
        (guards.refused, "would be refused"),
        (guards.let_through, "would be let through"),
        (guards.other_reason, "would be refused in other words"),
        (guards.amended, "would be amended otherwise"),
    ];
    let told: Vec<String> =
        kinds.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{} {words}", number(*n))).collect();
    let kinds = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
    let all = show::count(guards.asked, "guarded action");
    Some(format!("{} of {all} would differ{kinds}.", number(guards.differ)))
}
