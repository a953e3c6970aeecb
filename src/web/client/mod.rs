//! The part for customers, a file for each noun.

pub mod login;
