//! When a web-hook that was not taken is sent again, as data.

use crate::{
    clock::{HOUR, MINUTE, SECOND},
    secret,
};

/// Milliseconds between one try and the next: the schedule that Standard Webhooks give, some three days in all.
pub const PAUSES: [i64; 9] =
    [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/// The longest that a receiver may ask us to wait.
const LONGEST: i64 = 24 * HOUR;

/// Milliseconds to wait after so many failed tries, at least as long as the receiver asks for (within a day), with up to
/// a tenth more so that many do not come back together; nothing if there were enough.
pub fn pause(tries: i64, asked: Option<i64>) -> Option<i64> {
    let after_this = usize::try_from(tries).ok()?.checked_sub(1)?;
    let pause = (*PAUSES.get(after_this)?).max(asked.unwrap_or(0).min(LONGEST));
    let chance = i64::from(u16::from_le_bytes(secret::random::<2>()));
    Some(pause + pause / 10 * chance / i64::from(u16::MAX))
}

/// What `Retry-After` asks for, in milliseconds from `now`: seconds, or a date.
pub fn retry_after(value: &str, now: i64) -> Option<i64> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(i64::from(seconds) * SECOND);
    }
    let date = jiff::fmt::rfc2822::parse(value.trim()).ok()?;
    Some((date.timestamp().as_millisecond() - now).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_are_spread_over_three_days() {
        assert_eq!(PAUSES.iter().sum::<i64>(), 75 * HOUR + 35 * MINUTE + 5 * SECOND);
        for (tries, pause) in (1..).zip(PAUSES) {
            let waits = super::pause(tries, None).unwrap();
            assert!((pause..=pause + pause / 10).contains(&waits), "{tries}: {waits}");
        }
        assert_eq!(pause(10, None), None);
        assert_eq!(pause(10, Some(SECOND)), None, "asking for more does not lengthen it for ever");
        assert_eq!(pause(0, None), None);
    }

    #[test]
    fn a_receiver_is_waited_for_within_bounds() {
        assert!(pause(1, Some(HOUR)).unwrap() >= HOUR);
        assert!(pause(4, Some(SECOND)).unwrap() >= 2 * HOUR, "it cannot hurry us");
        assert!(pause(1, Some(1_000 * HOUR)).unwrap() <= 27 * HOUR);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = 784_111_777_000;
        assert_eq!(retry_after("120", now), Some(120_000));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:51:37 GMT", now), Some(120_000));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(0));
        for nonsense in ["", "soon", "-1", "1.5"] {
            assert_eq!(retry_after(nonsense, now), None, "{nonsense}");
        }
    }
}
