//! `innkeeper bundle diff`.

use super::side::{Change, Places, Side};
use crate::{
    cli::{Done, show},
    config::Paths,
};
use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};
use std::process::ExitCode;

/// Compares two bundles.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The first letters of a hash; or live, disk, shipped
    #[arg(default_value = "live")]
    old: String,
    /// The same
    #[arg(default_value = "disk")]
    new: String,
    /// Only name the files, with the number of lines
    #[arg(long)]
    stat: bool,
    #[command(flatten)]
    output: show::Output,
}

/// A file that differs, as `bundle diff --format json` says it.
#[derive(Serialize)]
struct Row {
    /// Below the data folder; `[settings]` for the settings.
    file: String,
    /// `added`, `changed` or `removed`.
    change: &'static str,
    lines_added: usize,
    lines_removed: usize,
    /// Unified; empty with --stat.
    diff: String,
}

impl Diff {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let mut places = Places::of(paths)?;
        let (old, new) = (places.side(&self.old).await?, places.side(&self.new).await?);
        let rows = rows(&old, &new, self.stat);
        if self.output.is_json() {
            let plain = |row: Row| Row { diff: anstream::adapter::strip_str(&row.diff).to_string(), ..row };
            show::json(&rows.into_iter().map(plain).collect::<Vec<_>>())?;
            return Ok(ExitCode::SUCCESS);
        }
        if rows.is_empty() {
            show::line(format!("{} and {} are the same.", old.name, new.name));
            return Ok(ExitCode::SUCCESS);
        }
        if !self.stat {
            for row in &rows {
                show::line(format!("{}\n", row.diff));
            }
        }
        show::List::of(&rows)
            .columns(&["FILE", "CHANGE", "LINES"], |row| {
                let lines = format!("+{} -{}", row.lines_added, row.lines_removed);
                vec![show::strong(&row.file), show::plain(row.change), show::faint(lines)]
            })
            .after(format!("{} → {}", old.name, new.name))
            .print(&self.output)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Everything that differs, in order of name.
fn rows(old: &Side, new: &Side, stat: bool) -> Vec<Row> {
    let change = Change::between(&old.files, &new.files);
    let row = |file: &str, change: &'static str, before: &str, after: &str| {
        let (lines_added, lines_removed) = show::changed_lines(before, after);
        let name = |side: &Side| format!("{}: {file}", side.name);
        let diff = if stat { String::new() } else { show::diff(&name(old), &name(new), before, after) };
        Row { file: file.to_owned(), change, lines_added, lines_removed, diff }
    };
    let text = |side: &Side, path: &str| side.files.get(path).map_or(String::new(), ToString::to_string);
    let mut rows: Vec<Row> = Vec::new();
    for (paths, what) in
        [(&change.added, "added"), (&change.changed, "changed"), (&change.removed, "removed")]
    {
        rows.extend(paths.iter().map(|path| row(path, what, &text(old, path), &text(new, path))));
    }
    rows.sort_by(|a, b| a.file.cmp(&b.file));
    // What the binary carries has no settings to compare with.
    let compared = [old, new].iter().all(|side| side.name != "shipped");
    if compared && old.settings != new.settings {
        rows.push(row("[settings]", "changed", &lines(&old.settings), &lines(&new.settings)));
    }
    rows
}

/// Settings as text with a line for each.
pub(super) fn lines(settings: &Map<String, Value>) -> String {
    settings.iter().map(|(name, value)| format!("{name} = {value}\n")).collect()
}
