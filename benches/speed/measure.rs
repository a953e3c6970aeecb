//! Measuring two things in turn, by the processor time of the thread: whatever else the machine does
//! hits both, and little of it hits either.

use std::time::{Duration, Instant};

/// How often each side is measured.
const ROUNDS: usize = 41;

/// Median nanoseconds of one call of each, and the median of the rounds' ratios (first by second).
pub fn against(times: usize, mut first: impl FnMut(), mut second: impl FnMut()) -> (f64, f64, f64) {
    let mut rounds: Vec<(f64, f64)> = Vec::new();
    for n in 0..=ROUNDS {
        let one = timed(times, &mut first);
        let other = timed(times, &mut second);
        // The first round warms up.
        if n > 0 {
            rounds.push((one, other));
        }
    }
    let ratios = rounds.iter().map(|(one, other)| one / other).collect();
    let (ones, others) = rounds.iter().copied().unzip();
    (median(ones), median(others), median(ratios))
}

/// Median nanoseconds of one call.
pub fn alone(times: usize, mut work: impl FnMut()) -> f64 {
    timed(times, &mut work);
    median((0..ROUNDS).map(|_| timed(times, &mut work)).collect())
}

/// What something takes of this thread's processor time, once, in milliseconds.
pub fn worked<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = used();
    let result = work();
    (result, (used() - start).as_secs_f64() * 1e3)
}

/// How long something takes by the wall's clock, once.
pub fn once<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// The same of something that waits.
pub async fn once_async<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let result = work.await;
    (result, start.elapsed())
}

fn timed(times: usize, work: &mut impl FnMut()) -> f64 {
    let start = used();
    for _ in 0..times {
        work();
    }
    (used() - start).as_nanos() as f64 / times as f64
}

/// Processor time of this thread.
fn used() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The middle one.
pub fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
