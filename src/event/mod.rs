//! What happens, as data: the catalogue of events and guarded actions, what they carry, and the
//! outbox that announces them.

pub mod catalogue;
pub mod data;
pub mod driver;
pub mod guard;
pub mod outbox;
pub mod page;
pub mod reference;
pub mod sample;
pub mod schema;
pub mod shape;
mod whole;
pub mod words;

pub use whole::{Part, Whole};
