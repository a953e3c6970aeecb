//! The part for staff, under `/admin`.

pub mod accounts;
pub mod canned;
pub mod departments;
pub mod home;
pub mod hooks;
pub mod login;
pub mod profile;
pub mod staff;
pub mod statuses;
pub mod templates;
pub mod tickets;
pub mod users;
