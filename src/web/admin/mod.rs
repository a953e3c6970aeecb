//! The part for staff, under `/admin`.

pub mod accounts;
pub mod canned;
pub mod departments;
pub mod home;
pub mod hooks;
pub mod login;
pub mod mail;
pub mod profile;
pub mod recipients;
pub mod rejected;
pub mod staff;
pub mod statuses;
pub mod suppressions;
pub mod templates;
pub mod tickets;
pub mod users;
