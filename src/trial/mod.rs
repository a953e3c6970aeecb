//! What scripts would do: operators' tests, single runs, history once more, and new versions beside the live ones.
//!
//! Nothing here stores or sends anything. An event meets a bundle by the code that the worker uses
//! ([`crate::worker::unit::meet`]), so what is said here is what happens.

mod explain;
mod guard;
mod guarded;
mod past;
mod perform;
mod replay;
mod scripts;
mod store;

pub use explain::{
    Explained, Line, Reason, Texts, Verdict, email as explain_email, recipient as explain_recipient,
};
pub use guard::{Change as GuardChange, Difference as GuardDifference};
pub use guarded::{Guarded, count as count_guarded};
pub use past::{Again, Past, once_more, stored};
pub use perform::run;
pub use replay::{Exact, Options, Outcome, exactly, replay};
pub use scripts::{Scripts, tests};
pub use store::{Which, count};
