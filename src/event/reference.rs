//! The part of the handbook's reference page that is made from the catalogue: events, guarded actions, and the fields of
//! everything that they carry.

use super::{
    catalogue::{self, ENVELOPE, EVENTS},
    driver::{DRIVERS, RESPONSE},
    guard::{CONTEXT, DEFAULTS, GUARDS},
    page::{MENUS, PANELS, VIEW},
    shape::Field,
};
use std::fmt::Write;

/// The page as Markdown, to which `hook` adds what scripts may call.
pub fn markdown() -> String {
    let mut page =
        String::from("# Reference\n\nMade from the code; a test keeps it in step.\n\n## Every event has\n\n");
    fields(&mut page, ENVELOPE);
    page.push_str(
        "\n## Events\n\n`on` and `route` hooks name these, or the first word and a star: `\"ticket.*\"`.\n",
    );
    for event in EVENTS {
        let _ = write!(page, "\n### `{}`\n\n{}\n\n", event.name, event.doc.trim());
        fields(&mut page, event.fields);
        for link in event.links {
            let _ = writeln!(page, "\nIts mail may show `{{{{ links.{} }}}}`: {}", link.name, link.doc);
        }
    }
    page.push_str("\n## Guarded actions\n\n`before` hooks name these. Every draft has:\n\n");
    fields(&mut page, CONTEXT);
    for guard in GUARDS {
        let _ = write!(page, "\n### `{}`\n\n{}", guard.name, guard.doc.trim());
        if guard.form {
            page.push_str(" Its form asks, too, when it is shown (`draft.composing`).");
        }
        if guard.keeps() {
            page.push_str(" Fields can be locked.");
        }
        page.push_str("\n\n");
        fields(&mut page, guard.fields);
        match guard.amends {
            [] => page.push_str("\nNothing can be amended.\n"),
            names => {
                let _ = writeln!(page, "\nMay be set: `{}`.", names.join("`, `"));
            }
        }
    }
    page.push_str("\n## Permission defaults\n\n`permission_defaults` hooks get:\n\n");
    fields(&mut page, DEFAULTS);
    places(&mut page);
    drivers(&mut page);
    page.push_str("\n## Objects\n");
    for shape in catalogue::shapes() {
        let _ = write!(page, "\n### {}\n\n{}\n\n", shape.name, shape.doc.trim());
        fields(&mut page, shape.fields);
    }
    page
}

/// Menus, spots for panels, and what their hooks see.
fn places(page: &mut String) {
    page.push_str("\n## Menus and panels\n\n| named by | place | where it is |\n| --- | --- | --- |\n");
    for (verb, list) in [("menu", MENUS), ("panel", PANELS)] {
        for place in list {
            let _ = writeln!(page, "| `{verb}` | `{}` | {} |", place.name, place.doc);
        }
    }
    page.push_str("\nTheir hooks see the page as `view`:\n\n");
    fields(page, VIEW);
}

/// What outside systems are asked, and what their answer holds.
fn drivers(page: &mut String) {
    page.push_str("\n## Drivers\n\n`driver(kind, name, #{ … })` has two functions for each action: what to ask the outside system, and, under the same name with `_done`, what its answer means.\n");
    for kind in DRIVERS {
        let _ = write!(page, "\n### `{}`\n\n{}\n", kind.name, kind.doc.trim());
        for action in kind.actions {
            let _ = write!(
                page,
                "\n#### `{0}`, `{0}_done`\n\n{1} `request` holds:\n\n",
                action.name,
                action.doc.trim()
            );
            fields(page, action.request);
        }
    }
    page.push_str("\n### The answer\n\nThe second function gets `request` and `response`, which holds:\n\n");
    fields(page, RESPONSE);
}

fn fields(page: &mut String, list: &[Field]) {
    if list.is_empty() {
        return;
    }
    page.push_str("| field | holds | meaning |\n| --- | --- | --- |\n");
    for field in list {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} |",
            field.name,
            field.kind,
            field.doc.trim().replace('|', "\\|")
        );
    }
}
