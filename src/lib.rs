//! A request comes in at `web`; a `model` verb changes something and says so as an `event`;
//! `hook`s turn the event into a plan of `effect`s; `worker`s carry them out.

pub mod effect;
pub mod event;
pub mod hook;
pub mod permission;
pub mod report;
