//! How many mails a relay takes in a time.

use crate::config::Relay;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use std::{num::NonZeroU32, time::Duration};

type Limiter<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The limits of one relay; none if it has none.
#[derive(Debug)]
pub(super) struct Limit<C: Clock = DefaultClock> {
    limiters: Vec<Limiter<C>>,
    clock: C,
}

impl<C: Clock + Clone> Limit<C> {
    /// What the configuration says.
    pub(super) fn of(relay: &Relay, clock: &C) -> Self {
        let quotas = [
            NonZeroU32::new(relay.per_second).map(Quota::per_second),
            NonZeroU32::new(relay.per_minute).map(Quota::per_minute),
        ];
        let limiters = quotas.into_iter().flatten();
        Self {
            limiters: limiters.map(|quota| Limiter::direct_with_clock(quota, clock.clone())).collect(),
            clock: clock.clone(),
        }
    }

    /// Takes a turn.
    ///
    /// # Errors
    /// How long to wait until it is worth asking again.
    pub(super) fn take(&self) -> Result<(), Duration> {
        for limiter in &self.limiters {
            limiter.check().map_err(|later| later.wait_time_from(self.clock.now()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn taken(limit: &Limit<FakeRelativeClock>, tries: usize) -> usize {
        (0..tries).filter(|_| limit.take().is_ok()).count()
    }

    #[test]
    fn a_relay_gets_so_many_mails_a_second_and_so_many_a_minute() {
        let clock = FakeRelativeClock::default();
        let relay = Relay { per_second: 5, per_minute: 12, ..Relay::default() };
        let limit = Limit::of(&relay, &clock);
        assert_eq!(taken(&limit, 100), 5);
        clock.advance(Duration::from_secs(1));
        assert_eq!(taken(&limit, 100), 5);
        clock.advance(Duration::from_secs(1));
        assert!(taken(&limit, 100) <= 3, "the minute's are used up");
        assert!(limit.take().unwrap_err() > Duration::from_millis(100));
        clock.advance(Duration::from_secs(120));
        assert_eq!(taken(&limit, 100), 5);
    }

    #[test]
    fn without_a_limit_all_go() {
        assert_eq!(taken(&Limit::of(&Relay::default(), &FakeRelativeClock::default()), 1000), 1000);
    }
}
