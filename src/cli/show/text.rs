//! Words, moments and paint.

use crate::{
    clock::{self, DAY, HOUR, MINUTE, SECOND},
    report::{Report, Severity},
};
use anstyle::{AnsiColor, Style};

/// What a text is, which decides its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) enum Tone {
    /// As the terminal prints.
    #[default]
    Plain,
    /// What one looks for: a name.
    Strong,
    /// What one reads last: a time, a place.
    Faint,
    /// It worked.
    Good,
    /// Somebody should look.
    Look,
    /// It failed.
    Bad,
}

impl Tone {
    fn style(self) -> Style {
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => color(AnsiColor::Green),
            Self::Look => color(AnsiColor::Yellow),
            Self::Bad => color(AnsiColor::Red),
        }
    }
}

/// A text in its colour, cleaned; [`super::line`] takes the colour off again where it does not belong.
pub(in crate::cli) fn paint(tone: Tone, text: impl Into<String>) -> String {
    let (text, style) = (clean(&text.into()), tone.style());
    format!("{style}{text}{style:#}")
}

/// A report about a file of the operator's, with its first word in colour.
pub(in crate::cli) fn report(report: &Report) -> String {
    let tone = if report.severity == Severity::Error { Tone::Bad } else { Tone::Look };
    let text = report.to_string();
    match text.split_once(": ") {
        Some((kind, rest)) => format!("{}: {}", paint(tone, kind), clean(rest)),
        None => clean(&text),
    }
}

/// A heading above a part of the output.
pub(in crate::cli) fn title(text: impl Into<String>) -> String {
    paint(Tone::Strong, text)
}

/// One field of a table.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Cell {
    pub(super) text: String,
    pub(super) tone: Tone,
}

macro_rules! cells {
    ($($(#[doc = $doc:literal])+ $name:ident $tone:ident;)+) => { $(
        $(#[doc = $doc])+
        pub(in crate::cli) fn $name(text: impl Into<String>) -> Cell {
            Cell { text: clean(&text.into()), tone: Tone::$tone }
        }
    )+ };
}
cells! {
    /// A field without colour.
    plain Plain;
    /// A field that one looks for.
    strong Strong;
    /// A field that one reads last.
    faint Faint;
    /// A field about something that worked.
    good Good;
    /// A field that somebody should look at.
    look Look;
    /// A field about something that failed.
    bad Bad;
}

/// The text without what would steer the terminal: escape sequences, other controls, and marks that turn the
/// direction of writing. Ends of lines stay.
pub(in crate::cli) fn clean(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    text.replace("\r\n", "\n").replace(steers, "\u{fffd}")
}

/// A moment for programs: `2026-11-22T10:15:00.250Z`.
pub(in crate::cli) fn stamp(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |stamp| format!("{stamp:.3}"))
}

/// A moment for people, in both ways: `2026-11-22 10:15:00Z (3 hours ago)`.
pub(in crate::cli) fn moment(at: i64, now: i64) -> String {
    format!("{} ({})", clock::utc(at), ago(at, now))
}

/// How long ago, in the largest unit that says something: `3 hours ago`, `in 2 days`, `now`.
pub(in crate::cli) fn ago(at: i64, now: i64) -> String {
    let distance = (now - at).abs();
    let (size, unit) = match distance {
        d if d < SECOND => return "now".to_owned(),
        d if d < 2 * MINUTE => (d / SECOND, "second"),
        d if d < 2 * HOUR => (d / MINUTE, "minute"),
        d if d < 2 * DAY => (d / HOUR, "hour"),
        d => (d / DAY, "day"),
    };
    let words = count(usize::try_from(size).unwrap_or_default(), unit);
    if at > now { format!("in {words}") } else { format!("{words} ago") }
}

/// `1 file`, `2 files`, `1,204 entries`.
pub(in crate::cli) fn count(n: usize, noun: &str) -> String {
    let noun = match (n, noun.strip_suffix('y')) {
        (1, _) => noun.to_owned(),
        (_, Some(stem)) if !noun.ends_with("ay") => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    let digits = n.to_string();
    let mut number = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            number.push(',');
        }
        number.push(digit);
    }
    format!("{number} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_from_outside_steers_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\r\nc\u{202e}d\te"), "a\u{fffd}[2Jb\nc\u{fffd}d\te");
        assert!(paint(Tone::Plain, "\u{1b}]0;x\u{7}").chars().all(|c| !c.is_control()));
    }

    #[test]
    fn times_are_said_in_the_largest_unit_that_says_something() {
        let now = 1_795_426_200_000;
        for (at, words) in [
            (now, "now"),
            (now - 1_000, "1 second ago"),
            (now - 90 * SECOND, "90 seconds ago"),
            (now - 3 * HOUR, "3 hours ago"),
            (now - 26 * HOUR, "26 hours ago"),
            (now + 5 * DAY, "in 5 days"),
        ] {
            assert_eq!(ago(at, now), words);
        }
        assert_eq!(stamp(now), "2026-11-23T09:30:00.000Z");
        assert_eq!(moment(now - DAY, now), "2026-11-22 09:30:00Z (24 hours ago)");
    }

    #[test]
    fn numbers_are_read_aloud() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(1_234_567, "entry"), "1,234,567 entries");
        assert_eq!(count(0, "day"), "0 days");
    }
}
