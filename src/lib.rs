//! A request comes in at `web`; a `model` verb changes something and says so as an `event`;
//! `hook`s turn the event into a plan of `effect`s; `worker`s carry them out.

pub mod app;
pub mod bundle;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod effect;
pub mod error;
pub mod event;
pub mod health;
pub mod hook;
pub mod id;
pub mod mail;
pub mod messages;
pub mod metrics;
pub mod model;
pub mod outgoing;
pub mod permission;
pub mod plugin;
pub mod report;
pub mod secret;
pub mod trace;
pub mod trial;
pub mod web;
pub mod worker;
