//! What is wrong with a file of the operator's: where, why, and the mend.
//!
//! The same report is printed by `innkeeper check`, shown in the admin area and kept with a failed
//! run, as text or as JSON.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether a report stops its file from going live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file does not go live.
    Error,
    /// The file goes live; somebody should look.
    Warning,
}

/// One thing that is wrong with one place of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Path below the data folder, such as `hooks/vip.rhai`.
    pub file: String,
    /// Line, counted from 1 from the top of the file; 0 if the whole file is meant.
    pub line: usize,
    /// Column in characters, counted from 1; 0 if the whole line is meant.
    pub column: usize,
    /// Whether the file may go live.
    pub severity: Severity,
    /// Stable short name of the kind of mistake, such as `unknown-field`.
    pub code: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// The line itself; not part of the JSON.
    #[serde(skip)]
    pub snippet: String,
}

impl Report {
    /// An error at a place of a file whose text is `source`.
    pub fn error(
        file: &str,
        source: &str,
        line: usize,
        column: usize,
        code: &str,
        message: impl Into<String>,
    ) -> Self {
        let snippet = line.checked_sub(1).and_then(|n| source.lines().nth(n)).unwrap_or_default().to_owned();
        Self {
            file: file.to_owned(),
            line,
            column,
            severity: Severity::Error,
            code: code.to_owned(),
            message: message.into(),
            help: String::new(),
            snippet,
        }
    }

    /// The same report with its line of `source`, which the JSON leaves out.
    pub fn shown_in(mut self, source: &str) -> Self {
        let line = self.line.checked_sub(1).and_then(|n| source.lines().nth(n));
        self.snippet = line.unwrap_or_default().to_owned();
        self
    }

    /// The same report as a warning.
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Adds what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(f, "{severity}[{}]: {}", self.code, self.message)?;
        write!(f, "  --> {}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        if !self.snippet.is_empty() {
            let number = self.line.to_string();
            let gutter = " ".repeat(number.len());
            write!(f, "\n {gutter} |\n {number} | {}", self.snippet.trim_end())?;
            if self.column > 0 {
                // Tabs are kept, so that the caret stands under its character in any terminal.
                let pad: String = self
                    .snippet
                    .chars()
                    .take(self.column - 1)
                    .map(|c| if c == '\t' { '\t' } else { ' ' })
                    .collect();
                write!(f, "\n {gutter} | {pad}^")?;
            }
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// The nearest of `known` to `word`, if one is near enough to be what was meant.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(word.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_shows_the_line_with_a_caret() {
        let report =
            Report::error("hooks/a.rhai", "one\n\tt.titel", 2, 4, "unknown-field", "no field `titel`")
                .help("did you mean `title`?");
        assert_eq!(
            report.to_string(),
            "error[unknown-field]: no field `titel`\n  --> hooks/a.rhai:2:4\n   |\n 2 | \tt.titel\n   | \t  ^\n  help: did you mean `title`?"
        );
    }

    #[test]
    fn near_words_are_offered_and_far_ones_are_not() {
        assert_eq!(
            did_you_mean("ticket.replyed", ["ticket.opened", "ticket.replied"]),
            Some("ticket.replied")
        );
        assert_eq!(did_you_mean("banana", ["ticket.opened"]), None);
    }
}
