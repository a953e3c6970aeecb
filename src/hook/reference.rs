//! The handbook's reference page: what the catalogue says of events and actions, and what scripts may call.

use super::call::Verb;
use super::describe;
use super::register::option_words;
use crate::event::reference;
use std::fmt::Write;

/// The whole page as Markdown.
pub fn markdown() -> String {
    let mut page = reference::markdown();
    page.push_str("\n## Options of hooks\n\nIn a map before the function: `on(\"user.added\", #{ id: \"crm\", priority: 50 }, |event| { … })`.\n\n| option | for | meaning |\n| --- | --- | --- |\n");
    for (name, only, doc) in option_words() {
        let _ = writeln!(page, "| `{name}` | {} | {doc} |", only.map_or("all", Verb::word));
    }
    page.push_str(
        "\n## Functions\n\nThe first value may also stand before a dot: `event.account.users_with(\"tickets\")`. `?` is any type.\n",
    );
    for group in describe::groups() {
        let _ = write!(page, "\n### {}\n\n| call | what it does |\n| --- | --- |\n", group.title);
        for function in &group.functions {
            let call = function.call.strip_suffix(" -> ()").unwrap_or(&function.call);
            let _ =
                writeln!(page, "| `{}` | {} |", call.replace('|', "\\|"), function.doc.replace('|', "\\|"));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_reference_page_is_in_step_with_the_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference.md");
        let page = super::markdown();
        if std::env::var_os("INNKEEPER_TEST_UPDATE").is_some() {
            std::fs::write(file, &page).unwrap();
        }
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            kept == page,
            "docs/reference.md is stale; write it anew with: INNKEEPER_TEST_UPDATE=1 cargo test --lib reference"
        );
    }
}
