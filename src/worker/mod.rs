//! The loops: run hooks on events, deliver what they ask for, try again, tidy up.

pub mod backoff;
pub mod webhook;
