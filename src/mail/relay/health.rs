//! Whether a relay is worth asking: one that failed rests, longer each time, and comes back by itself.

use backon::{BackoffBuilder, ExponentialBuilder};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The longest rest, jitter aside.
const LONGEST: Duration = Duration::from_secs(300);
/// How soon to ask again while one mail tries a relay: its answer decides for all.
const SOON: Duration = Duration::from_secs(1);
/// How long the one mail may take that tries a relay again; then another one may.
const TRIAL: Duration = Duration::from_secs(120);

/// What a relay's failures have come to.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// In a row.
    failures: usize,
    /// Nobody asks it before then.
    until: Option<Instant>,
    /// True while one mail tries it.
    trial: bool,
    /// What it last said or did; stays for those who look.
    error: String,
}

/// Whether a mail may go to a relay now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    /// All is well.
    Yes,
    /// It rested long enough: this mail tries it, alone.
    Trial,
    /// Not before so long.
    No(Duration),
}

impl Health {
    /// Asks for leave to send.
    pub(super) fn admit(&self) -> Admitted {
        let (mut state, now) = (self.lock(), now());
        match state.until {
            None => Admitted::Yes,
            Some(until) if until > now => Admitted::No(state.left(until, now)),
            Some(_) => {
                (state.until, state.trial) = (Some(now + TRIAL), true);
                Admitted::Trial
            }
        }
    }

    /// It answered.
    pub(super) fn well(&self) {
        let mut state = self.lock();
        (state.failures, state.until, state.trial) = (0, None, false);
    }

    /// It is away. Of many mails that find out at once, the first counts.
    pub(super) fn failed(&self, how: Admitted, error: &str) {
        let mut state = self.lock();
        error.clone_into(&mut state.error);
        if how == Admitted::Trial || state.until.is_none() {
            (state.until, state.trial) = (Some(now() + rest(state.failures)), false);
            state.failures += 1;
        }
    }

    /// A trial that came to nothing, neither good nor bad: the next mail is one.
    pub(super) fn undecided(&self, how: Admitted) {
        if how == Admitted::Trial {
            let mut state = self.lock();
            (state.until, state.trial) = (Some(now()), false);
        }
    }

    /// How long it still rests; nothing if it may be asked.
    pub(super) fn rests(&self) -> Option<Duration> {
        let (state, now) = (self.lock(), now());
        state.until.filter(|until| *until > now).map(|until| state.left(until, now))
    }

    /// True if it failed and has not answered since.
    pub(super) fn is_away(&self) -> bool {
        self.lock().until.is_some()
    }

    /// What it last said or did that was wrong; empty if nothing ever was.
    pub(super) fn error(&self) -> String {
        self.lock().error.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn left(&self, until: Instant, now: Instant) -> Duration {
        let left = until - now;
        if self.trial { left.min(SOON) } else { left }
    }
}

#[expect(clippy::disallowed_methods, reason = "the rest of a relay, not the time of anything that happened")]
fn now() -> Instant {
    Instant::now()
}

/// A second at first, then about twice as long each time, with jitter so that relays and nodes do
/// not come back together.
fn rest(failures: usize) -> Duration {
    let mut rests = ExponentialBuilder::new()
        .with_min_delay(Duration::from_secs(1))
        .with_factor(2.0)
        .with_max_delay(LONGEST)
        .with_max_times(64)
        .with_jitter()
        .build();
    rests.nth(failures.min(32)).unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_failures_at_once_one_counts() {
        let health = Health::default();
        assert_eq!(health.admit(), Admitted::Yes);
        for _ in 0..20 {
            health.failed(Admitted::Yes, "gone");
        }
        assert!(health.rests().unwrap() <= Duration::from_secs(2), "{health:?}");
        assert!(matches!(health.admit(), Admitted::No(_)));
        assert_eq!(health.error(), "gone");
    }

    #[test]
    fn one_mail_tries_a_relay_again_and_its_answer_opens_it() {
        let health = Health::default();
        health.failed(Admitted::Yes, "gone");
        health.lock().until = Some(now());
        assert_eq!(health.admit(), Admitted::Trial);
        assert!(
            matches!(health.admit(), Admitted::No(wait) if wait <= SOON),
            "the others wait for the trial"
        );
        health.undecided(Admitted::Trial);
        assert_eq!(health.admit(), Admitted::Trial);
        health.well();
        assert_eq!(health.admit(), Admitted::Yes);
        assert!(!health.is_away());
    }

    #[test]
    fn rests_grow_to_minutes_and_no_further() {
        assert!((1..=2).contains(&rest(0).as_secs()), "{:?}", rest(0));
        assert!(rest(6) > rest(1));
        assert!(rest(60) <= 2 * LONGEST);
    }
}
