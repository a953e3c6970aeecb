//! The part for customers, a file for each noun.

pub mod account;
pub mod accounts;
pub mod choices;
pub mod consent;
pub mod contacts;
pub mod details;
pub mod emails;
pub mod home;
pub mod invite;
pub mod login;
pub mod password;
pub mod permissions;
pub mod preferences;
pub mod profile;
pub mod register;
pub mod security;
pub mod tickets;
pub mod two_factor;
pub mod unsubscribe;
pub mod users;
pub mod waiting;
