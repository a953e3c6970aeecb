//! How often an `every` hook runs, and over what.

use crate::report::did_you_mean;
use jiff::{SignedDuration, Span};

/// What a schedule may go over: the word, and the field of `schedule.due` in which each stands.
pub const OVER: &[(&str, &str)] = &[("ticket", "ticket"), ("account", "account"), ("invite", "invite")];
/// The shortest time between two runs, in milliseconds.
const SHORTEST: i64 = 60_000;
/// The longest.
const LONGEST: i64 = 366 * 86_400_000;

/// How often, and over what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// As written, such as `1 hour`.
    pub text: String,
    /// Milliseconds between two runs. Times are multiples of it since 1970 UTC: `1 day` is midnight, `1 hour` the full hour.
    pub period: i64,
    /// `ticket` (each open one), `account` (each that is not closed) or `invite` (each pending one); nothing for one run in all.
    pub over: Option<&'static str>,
}

impl Schedule {
    /// The next time after `now`, in milliseconds since 1970 UTC.
    pub fn after(&self, now: i64) -> i64 {
        next_time(self.period, now)
    }
}

/// The next multiple of `period` after `now`, both in milliseconds.
pub const fn next_time(period: i64, now: i64) -> i64 {
    (now.div_euclid(period) + 1) * period
}

/// Reads `15 minutes`, `1 hour`, `2 days`, `1 week`.
///
/// # Errors
/// A sentence if it is none, or too short or long.
pub fn period(text: &str) -> Result<i64, String> {
    let wrong = || {
        format!(
            "{text:?} is no length of time; write it as \"15 minutes\", \"1 hour\", \"1 day\" or \"1 week\""
        )
    };
    let span: Span = text.trim().parse().map_err(|_| wrong())?;
    // Days of 24 hours, weeks of seven days: the clock is UTC's.
    let length: SignedDuration =
        span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    let ms = i64::try_from(length.as_millis()).map_err(|_| wrong())?;
    if !(SHORTEST..=LONGEST).contains(&ms) {
        return Err(format!("{text:?} is out of range: an `every` hook runs once a minute to once a year"));
    }
    Ok(ms)
}

/// Looks up what a schedule goes over.
///
/// # Errors
/// A sentence if there is no such thing.
pub fn over(word: &str) -> Result<&'static str, String> {
    let known = || OVER.iter().map(|(word, _)| *word);
    known().find(|known| *known == word).ok_or_else(|| {
        let hint = did_you_mean(word, known()).map(|near| format!("; did you mean {near:?}?"));
        let all = known().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        format!("`over` is one of {all}, not {word:?}{}", hint.unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_people_write_them() {
        for (text, minutes) in [
            ("1 minute", 1),
            ("15 minutes", 15),
            ("1 hour", 60),
            ("1h 30m", 90),
            ("1 day", 1440),
            ("1 week", 10080),
        ] {
            assert_eq!(period(text), Ok(minutes * 60_000), "{text}");
        }
        for text in ["", "hour", "0 minutes", "10 seconds", "-1 hour", "1 month", "1 fortnight", "2 years"] {
            assert!(period(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_next_time_is_a_full_period() {
        let hourly = Schedule { text: "1 hour".into(), period: 3_600_000, over: None };
        assert_eq!(hourly.after(3_600_000), 7_200_000);
        assert_eq!(hourly.after(3_599_999), 3_600_000);
    }
}
