//! The part for staff, under `/admin`.

pub mod accounts;
pub mod home;
pub mod hooks;
pub mod login;
pub mod rejected;
pub mod tickets;
pub mod users;
