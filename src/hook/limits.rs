//! How much one run of one hook may use: the same in debug and release builds, on every machine.

pub use crate::effect::validate::{EFFECTS, RECIPIENTS};
use std::time::Duration;

/// Steps of the script, those of nested callbacks included: the limit that is the same everywhere.
pub const OPERATIONS: u64 = 200_000;
/// Processor time of `before`, `route` and `permission_defaults`, for which somebody waits: a net only.
pub const QUICK: Duration = Duration::from_millis(50);
/// Processor time of `on`, of a script's top level, and of a second try: a net only.
pub const SLOW: Duration = Duration::from_secs(1);
/// Functions calling functions.
pub const CALLS: usize = 24;
/// Expressions inside expressions, in one function.
pub const DEPTH: usize = 48;
/// Bytes of one text, or of all texts in one list or map.
pub const TEXT: usize = 256 * 1024;
/// Items of one list, those of lists inside it included.
pub const LIST: usize = 10_000;
/// Entries of one map, those of maps inside it included.
pub const MAP: usize = 2_000;
/// Variables alive at once.
pub const VARIABLES: usize = 256;
/// Functions in one file, closures included.
pub const FUNCTIONS: usize = 300;
/// Imports in one file.
pub const MODULES: usize = 16;
/// Bytes that a run may hold at once.
pub const MEMORY: i64 = 32 * 1024 * 1024;
/// Bytes that a run may take altogether, freed ones included. It also bounds how deep data can be
/// nested, since every way to nest deeper without a size check copies what is there already.
pub const MEMORY_TAKEN: u64 = 256 * 1024 * 1024;
/// Bytes that may stay behind when everything of a run is dropped: more is a leak.
pub const LEFT: i64 = 256 * 1024;
/// Stack that a run finds free, whatever thread it is on; only what is touched costs memory.
pub const STACK: usize = 64 * 1024 * 1024;
/// Stack of threads that run hooks, so that runs need none of their own: [`STACK`] and what stands above it.
pub const THREAD: usize = STACK + 4 * 1024 * 1024;
/// Bytes of the key of a stored value.
pub const STORE_KEY: usize = 200;
/// Bytes of a stored value, or of what an event of the operator's own carries, as JSON.
pub const STORE_VALUE: usize = 16 * 1024;
/// Entries that `menu` hooks may add to one menu.
pub const MENU: usize = 20;
/// Lines that one run may log; later ones are counted only.
pub const LOG_LINES: usize = 200;
/// Characters of one logged line.
pub const LOG_LINE: usize = 2_000;
/// Maps and lists inside each other in what a script hands out (variables, bodies).
pub const NESTING: usize = 32;
/// Bytes of one script.
pub const SCRIPT: usize = 64 * 1024;
/// Hooks in one file.
pub const HOOKS: usize = 100;
/// Files below `hooks/`.
pub const FILES: usize = 2_000;
