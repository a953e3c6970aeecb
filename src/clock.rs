//! The only place that asks what time it is.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// One second, in the milliseconds that all times are kept in.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// Tells the time, in milliseconds since 1970 UTC; tests hold or move it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    held: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { held: None }
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn held_at(at: i64) -> Self {
        Self { held: Some(Arc::new(AtomicI64::new(at))) }
    }

    /// Moves a held clock on by so many milliseconds; the machine's clock is not ours to move.
    pub fn advance(&self, by: i64) {
        if let Some(held) = &self.held {
            held.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// Milliseconds since 1970 UTC.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
    pub fn now(&self) -> i64 {
        match &self.held {
            Some(held) => held.load(Ordering::SeqCst),
            None => jiff::Timestamp::now().as_millisecond(),
        }
    }
}

/// The date and time of `at` in words that sort, in UTC: `2026-11-22 10:15:00Z`.
pub fn utc(at: i64) -> String {
    match jiff::Timestamp::from_millisecond(at) {
        Ok(stamp) => stamp.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        Err(_) => at.to_string(),
    }
}
