//! The part for customers, a file for each noun.

pub mod account;
pub mod accounts;
pub mod consent;
pub mod contacts;
pub mod details;
pub mod home;
pub mod invite;
pub mod login;
pub mod password;
pub mod permissions;
pub mod profile;
pub mod register;
pub mod security;
pub mod tickets;
pub mod two_factor;
pub mod users;
pub mod waiting;
