//! Watches one run: steps, clock and memory, on the thread on which it runs.
//!
//! Rhai's own count of operations starts anew in every native callback (`list.for_each(…)`), and
//! its progress hook gets no context; so the meter is a thread-local that a guard sets up.
//!
//! The clock is the thread's own: on a machine that has no time for it, a run waits and is not
//! stopped. Steps decide; the clock is a net for a native function that is slow.

use super::{limits, memory};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// Why a run was stopped from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Too many steps.
    Operations,
    /// Too long by the clock: the machine may just have been busy.
    Clock(Duration),
    /// Too much memory.
    Memory,
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stop::Operations => write!(f, "stopped after {} steps", limits::OPERATIONS),
            Stop::Clock(limit) => write!(f, "stopped after {} ms", limit.as_millis()),
            Stop::Memory => {
                write!(f, "stopped because it took more than {} MB of memory", limits::MEMORY >> 20)
            }
        }
    }
}

/// The monotonic clock: it stops runs and is never told to them.
#[expect(clippy::disallowed_methods, reason = "a deadline must pass though the app's clock stands still")]
fn now() -> Instant {
    Instant::now()
}

/// Processor time that this thread has used: it does not pass while others have the machine.
pub(super) fn used() -> Duration {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
    }
    #[cfg(not(unix))]
    {
        static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        now().duration_since(*BEGUN.get_or_init(now))
    }
}

/// What a run is measured by, but for its steps.
#[derive(Clone, Copy)]
struct Frame {
    started: Instant,
    limit: Duration,
    held: i64,
    taken: u64,
    stop: Option<Stop>,
    /// Processor time used when the limit had passed on the wall's clock. Asking for it at the start
    /// of every run would cost more than many a run; so a run gets the limit twice at most.
    since: Option<Duration>,
}

/// The meter of a thread.
struct Meter {
    operations: Cell<u64>,
    /// The step at which something is to be looked at.
    look: Cell<u64>,
    /// Bytes held at which memory is looked at.
    most: Cell<i64>,
    frame: Cell<Option<Frame>>,
}

thread_local! {
    static METER: Meter = const {
        Meter { operations: Cell::new(0), look: Cell::new(u64::MAX), most: Cell::new(i64::MAX), frame: Cell::new(None) }
    };
    static PRINTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What a run used.
#[derive(Debug, Default)]
pub struct Reading {
    /// Steps taken.
    pub operations: u64,
    /// Time taken.
    pub time: Duration,
    /// Why it was stopped, if it was.
    pub stop: Option<Stop>,
    /// What `print` and `debug` wrote.
    pub printed: Vec<String>,
}

/// Runs `work` under the meter, on a stack that is deep enough.
pub fn measure<T>(limit: Duration, work: impl FnOnce() -> T) -> (T, Reading) {
    let frame = Frame {
        started: now(),
        limit,
        held: memory::held(),
        taken: memory::taken(),
        stop: None,
        since: None,
    };
    let _outer = METER.with(|meter| Outer {
        operations: meter.operations.replace(0),
        look: meter.look.replace(LOOK),
        most: meter.most.replace(frame.held.saturating_add(limits::MEMORY)),
        frame: meter.frame.replace(Some(frame)),
        printed: PRINTED.with(RefCell::take),
    });
    let result = roomy(work);
    let reading = METER.with(|meter| Reading {
        operations: meter.operations.get(),
        time: now().duration_since(frame.started),
        stop: meter.frame.get().and_then(|frame| frame.stop),
        printed: PRINTED.with(RefCell::take),
    });
    (result, reading)
}

/// Does work that may go deep, such as following a script's functions. A thread that has the room
/// does it where it is; for any other a stack is made, which takes longer than most hooks.
pub fn roomy<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(limits::STACK, limits::THREAD, work)
}

/// Puts back what was metered before, also when `work` panics.
struct Outer {
    operations: u64,
    look: u64,
    most: i64,
    frame: Option<Frame>,
    printed: Vec<String>,
}

impl Drop for Outer {
    fn drop(&mut self) {
        METER.with(|meter| {
            meter.operations.set(self.operations);
            meter.look.set(self.look);
            meter.most.set(self.most);
            meter.frame.set(self.frame);
        });
        PRINTED.with(|printed| printed.replace(std::mem::take(&mut self.printed)));
    }
}

/// So many steps are taken between two looks at the memory.
const LOOK: u64 = 16;
/// So many between two looks at the clock.
const CLOCK: u64 = 64;

/// One step of a script; says why to stop, if it is to stop.
pub fn step() -> Option<Stop> {
    METER.with(|meter| {
        let operations = meter.operations.get() + 1;
        meter.operations.set(operations);
        // What is held is looked at in each step: a step may double it.
        let fine = operations < meter.look.get() && memory::held() <= meter.most.get();
        if fine { None } else { meter.inspect(operations) }
    })
}

impl Meter {
    #[cold]
    fn inspect(&self, operations: u64) -> Option<Stop> {
        let mut frame = self.frame.get()?;
        if frame.stop.is_some() {
            return frame.stop;
        }
        if operations > limits::OPERATIONS {
            frame.stop = Some(Stop::Operations);
        } else if memory::held() - frame.held > limits::MEMORY
            || memory::taken() - frame.taken > limits::MEMORY_TAKEN
        {
            frame.stop = Some(Stop::Memory);
        } else if operations.is_multiple_of(CLOCK) && now().duration_since(frame.started) > frame.limit {
            let used = used();
            let since = *frame.since.get_or_insert(used);
            if used.saturating_sub(since) > frame.limit {
                frame.stop = Some(Stop::Clock(frame.limit));
            }
        }
        self.look.set(match frame.stop {
            // Nothing that catches errors runs on.
            Some(_) => 0,
            None => (operations + LOOK).min(limits::OPERATIONS + 1),
        });
        self.frame.set(Some(frame));
        frame.stop
    }
}

/// Keeps a line that a script printed.
pub fn print(line: &str) {
    if METER.with(|meter| meter.frame.get().is_none()) {
        return;
    }
    PRINTED.with(|printed| {
        let mut printed = printed.borrow_mut();
        if printed.len() < limits::LOG_LINES {
            printed.push(line.chars().take(limits::LOG_LINE).collect());
        }
    });
}
