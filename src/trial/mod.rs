//! What scripts would do: operators' tests, single runs, history once more, and new versions beside the live ones.
//!
//! Nothing here stores or sends anything. An event meets a bundle by the code that the worker uses
//! ([`crate::worker::unit::meet`]), so what is said here is what happens.

mod perform;
mod scripts;

pub use scripts::{Scripts, tests};
