//! How long to wait before the next try, as data.

use backon::{BackoffBuilder, ExponentialBuilder};
use std::time::Duration;

/// How often a mail is tried before it is given up: some three days of trying.
pub const MAX_ATTEMPTS: i64 = 16;

/// Milliseconds to wait after so many tries: five seconds, then about twice as long each time up to eight hours, and jitter of up
/// to as much again, so that many failures do not come back together.
pub fn delay(attempts: i64) -> i64 {
    let tries = usize::try_from(attempts).unwrap_or(0).min(32);
    let mut delays = ExponentialBuilder::new()
        .with_min_delay(Duration::from_secs(5))
        .with_factor(2.2)
        .with_max_delay(Duration::from_secs(8 * 3600))
        .with_max_times(64)
        .with_jitter()
        .build();
    let delay = delays.nth(tries).unwrap_or(Duration::from_secs(8 * 3600));
    i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_from_seconds_to_hours() {
        assert!((5_000..=10_000).contains(&delay(0)), "{}", delay(0));
        assert!(delay(3) > delay(0));
        assert!(delay(30) <= 16 * 3_600_000, "{}", delay(30));
        assert!((1..=MAX_ATTEMPTS).map(delay).sum::<i64>() > 24 * 3_600_000);
    }
}
