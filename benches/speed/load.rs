//! Loading and checking many scripts.

use super::measure::{median, worked};
use innkeeper::hook::{Files, HookSet, Names, load};
use std::sync::Arc;

/// All figures.
pub fn all() {
    let files: Files = (0..1_000).map(|n| (format!("hooks/h{n:04}.rhai"), script(n, "seven"))).collect();
    let mut changed = files.clone();
    changed.insert("hooks/h0500.rhai".to_owned(), script(500, "eight"));
    let load = |files: &Files, previous: Option<&HookSet>| {
        let (loaded, time) =
            worked(|| load(files, &Files::new(), &Files::new(), &Names::default(), previous));
        assert!(loaded.reports.is_empty(), "{}", loaded.reports[0]);
        (loaded.set, time)
    };
    let (mut cold, mut again, mut one) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..7 {
        let (set, time) = load(&files, None);
        cold.push(time);
        again.push(load(&files, Some(&set)).1);
        one.push(load(&changed, Some(&set)).1);
    }
    let (cold, again, one) = (median(cold), median(again), median(one));
    println!(
        "1000 scripts loaded and checked: {cold:.0} ms cold, {again:.1} ms unchanged, {one:.1} ms after one changed"
    );
}

fn script(n: usize, word: &str) -> Arc<str> {
    let text = format!(
        r#"// Tells the department of important tickets.
on("ticket.opened", |event| {{
    let urgent = event.ticket.priority == "High" || event.ticket.subject.contains("{word} {n}");
    if urgent && event.account.exists {{
        for user in event.account.users_with("tickets") {{
            if user.email != event.actor.email {{ log(`${{user.email}} hears of ${{event.ticket.reference}}`); }}
        }}
    }}
}});
route("ticket.replied", |mail, event| {{
    if event.ticket.priority == "High" {{ mail.remove(event.actor, "wrote it"); }}
}});
"#
    );
    Arc::from(text)
}
