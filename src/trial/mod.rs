//! What scripts would do: operators' tests, single runs, and history once more.
//!
//! Nothing here stores or sends anything. An event meets a bundle by the code that the worker uses
//! ([`crate::worker::unit::rehearse`]), so what is said here is what happens.

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
pub use guard::stored as stored_for_guard;
pub use guarded::{Guarded, count as count_guarded};
pub use past::{Again, Past, once_more, stored};
pub use perform::run;
pub use replay::{Exact, Options, Outcome, exactly, replay};
pub use scripts::{Scripts, tests};
pub use store::{Which, count};
