//! What a run needs beside its arguments, kept from one run of a hook to the next: Rhai then finds
//! again which native function each call means, and copies no state.

use super::engine::engine;
use super::set::Hook;
use rhai::{Caches, Dynamic, EvalAltResult, EvalContext, GlobalRuntimeState, Scope};
use std::sync::{Mutex, PoisonError};

/// How many a hook keeps: as many runs of it as go on at once without making a new one.
const KEPT: usize = 4;

/// The state of the file's functions, and what calls were found to mean.
pub(super) struct Ready {
    state: GlobalRuntimeState,
    caches: Caches,
}

impl Ready {
    /// Calls a hook's function; `tag` is what native functions find.
    pub fn call(
        &mut self,
        hook: &Hook,
        tag: Dynamic,
        mut arguments: Vec<Dynamic>,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        self.state.tag = tag;
        if hook.function.is_curried() {
            arguments.splice(0..0, hook.function.curry().iter().cloned());
        }
        // Nearly all take one argument or two, and a list for them would be one allocation more.
        match arguments.as_mut_slice() {
            [one] => self.with(hook, &mut [one]),
            [one, two] => self.with(hook, &mut [one, two]),
            more => self.with(hook, &mut more.iter_mut().collect::<Vec<_>>()),
        }
    }

    fn with(&mut self, hook: &Hook, arguments: &mut [&mut Dynamic]) -> Result<Dynamic, Box<EvalAltResult>> {
        // The lowest cache lives on; without this it would be made inside the call, and end with it.
        let _ = self.caches.fn_resolution_cache_mut();
        EvalContext::new(engine(), &mut self.state, &mut self.caches, &mut Scope::new(), None).call_fn_raw(
            hook.function.fn_name(),
            false,
            false,
            arguments,
        )
    }
}

/// What is ready for the next runs of a hook: behind pointers, since copying the whole of it would cost as much as a small script.
#[derive(Default)]
#[expect(clippy::vec_box, reason = "one moves in and out with each run, and is large")]
pub(super) struct Pool(Mutex<Vec<Box<Ready>>>);

impl Pool {
    /// One for a run that begins.
    pub fn take(&self, hook: &Hook) -> Box<Ready> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| Box::new(Ready { state: hook.state.clone(), caches: Caches::new() }))
    }

    /// Takes it back after a run that came to its end; one that failed may have left anything.
    pub fn give(&self, hook: &Hook, mut ready: Box<Ready>) {
        let state = &mut ready.state;
        state.tag = Dynamic::UNIT;
        state.num_operations = Default::default();
        state.num_modules_loaded = hook.state.num_modules_loaded;
        let same = (state.level, state.lib.len(), state.num_imports())
            == (hook.state.level, hook.state.lib.len(), hook.state.num_imports());
        // Inside a library's function a name may mean another function than outside, and Rhai's cache
        // does not know that: what it learnt in one run must not reach the next.
        if !same || state.num_imports() > 0 {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(ready);
        }
    }
}
