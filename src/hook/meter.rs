//! Watches one run: steps, clock and memory, on the thread on which it runs.
//!
//! Rhai's own count of operations starts anew in every native callback (`list.for_each(…)`), and
//! its progress hook gets no context; so the meter is a thread-local that a guard sets up.

use super::{limits, memory};
use std::cell::RefCell;
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

struct State {
    operations: u64,
    started: Instant,
    limit: Duration,
    held: i64,
    taken: u64,
    stop: Option<Stop>,
    printed: Vec<String>,
}

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
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

/// Runs `work` under the meter, on a stack of its own.
pub fn measure<T>(limit: Duration, work: impl FnOnce() -> T) -> (T, Reading) {
    let _outer = Outer(STATE.with(|state| {
        state.replace(Some(State {
            operations: 0,
            started: now(),
            limit,
            held: memory::held(),
            taken: memory::taken(),
            stop: None,
            printed: Vec::new(),
        }))
    }));
    let result = stacker::grow(limits::STACK, work);
    let reading = STATE.with(|state| {
        let state = state.borrow();
        match &*state {
            Some(state) => Reading {
                operations: state.operations,
                time: now().duration_since(state.started),
                stop: state.stop,
                printed: state.printed.clone(),
            },
            None => Reading { operations: 0, time: Duration::ZERO, stop: None, printed: Vec::new() },
        }
    });
    (result, reading)
}

/// Does work that may go deep, such as following a script's functions, on a stack of its own.
pub fn roomy<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(limits::STACK, work)
}

/// Puts back what was metered before, also when `work` panics.
struct Outer(Option<State>);

impl Drop for Outer {
    fn drop(&mut self) {
        let outer = self.0.take();
        STATE.with(|state| *state.borrow_mut() = outer);
    }
}

/// One step of a script; says why to stop, if it is to stop.
pub fn step() -> Option<Stop> {
    STATE.with(|state| {
        let mut state = state.borrow_mut();
        let state = state.as_mut()?;
        state.operations += 1;
        if state.stop.is_none() {
            if state.operations > limits::OPERATIONS {
                state.stop = Some(Stop::Operations);
            } else if state.operations.is_multiple_of(16)
                && (memory::held() - state.held > limits::MEMORY
                    || memory::taken() - state.taken > limits::MEMORY_TAKEN)
            {
                state.stop = Some(Stop::Memory);
            } else if state.operations.is_multiple_of(64) && now().duration_since(state.started) > state.limit
            {
                state.stop = Some(Stop::Clock(state.limit));
            }
        }
        state.stop
    })
}

/// Keeps a line that a script printed.
pub fn print(line: &str) {
    STATE.with(|state| {
        if let Some(state) = state.borrow_mut().as_mut()
            && state.printed.len() < limits::LOG_LINES
        {
            state.printed.push(line.chars().take(limits::LOG_LINE).collect());
        }
    });
}
