//! What a `panel` hook's function gives: a map of plain data, which the page shows in its own way.

use super::{menu, value};
use crate::event::page::Panel;
use rhai::Dynamic;

/// Lines, and links, of one panel.
const MOST: usize = 50;

/// The panel that a hook gave; nothing if it gave nothing.
///
/// # Errors
/// A sentence if it is no panel.
pub fn panel(given: &Dynamic) -> Result<Option<Panel>, String> {
    if given.is_unit() {
        return Ok(None);
    }
    if !given.is_map() {
        return Err(format!(
            "a panel is a map #{{ title: …, rows: [#{{ label: …, value: … }}], links: [#{{ label: …, url: … }}] }}, or nothing; this is {}",
            value::kind_of(given)
        ));
    }
    let panel: Panel =
        serde_json::from_value(value::json(given)?).map_err(|e| format!("this is no panel: {e}"))?;
    if panel.title.trim().is_empty() {
        return Err("a panel asks for `title`".to_owned());
    }
    if panel.rows.len() > MOST || panel.links.len() > MOST {
        return Err(format!("a panel has {MOST} rows and {MOST} links at most"));
    }
    for link in &panel.links {
        menu::entry("panel", &link.label, &link.url)
            .map_err(|e| e.to_string().replace("Runtime error: ", ""))?;
    }
    Ok(Some(panel))
}
