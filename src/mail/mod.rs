//! Mail: who gets it, what it says, and how it leaves.

pub mod route;
pub mod store;
