//! The part of the handbook's reference page that is made from the catalogue: events, guarded actions, and the fields of
//! everything that they carry.

use super::{
    catalogue::{self, ENVELOPE, EVENTS},
    guard::{CONTEXT, DEFAULTS, GUARDS},
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
            page.push_str(
                " Its form asks, too, when it is shown (`draft.composing`), and fields can be locked.",
            );
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
    page.push_str("\n## Objects\n");
    for shape in catalogue::shapes() {
        let _ = write!(page, "\n### {}\n\n{}\n\n", shape.name, shape.doc.trim());
        fields(&mut page, shape.fields);
    }
    page
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
