//! Lists: a table for people, an array for programs.

use super::{Cell, Output, Tone, line, text};
use crate::cli::Trouble;
use comfy_table::{Attribute, Cell as Field, Color, ContentArrangement, Table, presets::NOTHING};
use serde::Serialize;

/// What makes the cells of a row.
type Cells<'a, T> = Box<dyn Fn(&T) -> Vec<Cell> + 'a>;

/// A list to print; see the module's doc for how.
pub(in crate::cli) struct List<'a, T> {
    rows: &'a [T],
    columns: &'a [&'a str],
    cells: Option<Cells<'a, T>>,
    empty: String,
    after: String,
}

impl<'a, T: Serialize> List<'a, T> {
    /// The rows, each as programs read it.
    pub(in crate::cli) fn of(rows: &'a [T]) -> Self {
        Self { rows, columns: &[], cells: None, empty: String::new(), after: String::new() }
    }

    /// How people read a row: the heads, and a cell below each.
    pub(in crate::cli) fn columns(
        mut self,
        heads: &'a [&'a str],
        cells: impl Fn(&T) -> Vec<Cell> + 'a,
    ) -> Self {
        self.columns = heads;
        self.cells = Some(Box::new(cells));
        self
    }

    /// What people read where there is nothing: the fact, and the next step.
    pub(in crate::cli) fn empty(mut self, words: impl Into<String>) -> Self {
        self.empty = words.into();
        self
    }

    /// What people read below the rows; empty for nothing.
    pub(in crate::cli) fn after(mut self, words: impl Into<String>) -> Self {
        self.after = words.into();
        self
    }

    /// Prints it.
    ///
    /// # Errors
    /// If a row has no JSON form.
    pub(in crate::cli) fn print(self, output: &Output) -> Result<(), Trouble> {
        if output.is_json() {
            return super::json(&self.rows);
        }
        if self.rows.is_empty() {
            line(&self.empty);
            return Ok(());
        }
        line(self.table(super::width()));
        if !self.after.is_empty() {
            line(format!("\n{}", self.after));
        }
        Ok(())
    }

    fn table(&self, width: Option<u16>) -> String {
        let mut table = Table::new();
        table.load_style(NOTHING).enforce_styling();
        if let Some(width) = width {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        let faint = |head: &&str| field(&text::faint(*head));
        table.set_header(self.columns.iter().map(faint).collect::<Vec<_>>());
        for row in self.rows {
            let cells = self.cells.as_ref().map(|cells| cells(row)).unwrap_or_default();
            table.add_row(cells.iter().map(field).collect::<Vec<_>>());
        }
        table.column_iter_mut().for_each(|column| {
            column.set_padding((0, 2));
        });
        let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n")
    }
}

fn field(cell: &Cell) -> Field {
    let field = Field::new(&cell.text);
    match cell.tone {
        Tone::Plain => field,
        Tone::Strong => field.add_attribute(Attribute::Bold),
        Tone::Faint => field.add_attribute(Attribute::Dim),
        Tone::Good => field.fg(Color::DarkGreen),
        Tone::Look => field.fg(Color::DarkYellow),
        Tone::Bad => field.fg(Color::DarkRed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::show::{plain, strong};

    fn table(rows: &[(&str, &str)], width: Option<u16>) -> String {
        let list = List::of(rows).columns(&["NAME", "WHAT"], |row| vec![strong(row.0), plain(row.1)]);
        anstream::adapter::strip_str(&list.table(width)).to_string()
    }

    #[test]
    fn columns_stand_below_their_heads() {
        let shown = table(&[("a", "first"), ("longer", "second")], None);
        let lines: Vec<_> = shown.lines().map(str::trim_end).collect();
        assert_eq!(lines, ["NAME    WHAT", "a       first", "longer  second"]);
    }

    #[test]
    fn a_table_is_no_wider_than_the_terminal_and_loses_no_word() {
        let long = "one two three four five six seven eight nine ten eleven twelve";
        let shown = table(&[("a", long)], Some(40));
        assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
        assert!(long.split(' ').all(|word| shown.contains(word)), "{shown}");
        let shown = table(&[("a", long)], None);
        assert!(shown.contains(long), "what is no terminal has no width: {shown}");
    }

    #[test]
    fn a_cell_from_outside_paints_nothing() {
        let rows = [("\u{1b}[31mred", "\u{1b}]0;title\u{7}")];
        let list = List::of(&rows).columns(&["A", "B"], |row| vec![plain(row.0), plain(row.1)]);
        let shown = list.table(None);
        assert!(!shown.contains("\u{1b}[31m") && !shown.contains('\u{7}'), "{shown:?}");
    }
}
