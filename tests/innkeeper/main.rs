//! The integration tests: the real binary, real databases, a real browser, and a mail server of our own.
//!
//! `INNKEEPER_TEST_DB` is `sqlite` (the default) or `postgres`, and says where [`support::database::Database`]
//! puts its databases; `bin/test` runs everything once with each. What a test needs and the machine lacks is a
//! failure whose message names the package, never a skip.
//!
//! To add tests for a noun, write `NOUN.rs` beside this file and name it below.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it says"
)]
#![expect(clippy::disallowed_methods, reason = "tests wait for other processes, by the real clock")]

mod accessibility;
mod architecture;
mod commands;
mod deliveries;
mod desk;
mod digests;
mod docs;
mod door;
mod effects;
mod given;
mod given_up;
mod hook_tests;
mod inspect;
mod intake;
mod invites;
mod kept_mail;
mod limits;
mod mail_desk;
mod mail_loops;
mod mail_order;
mod mail_story;
mod menus;
mod mishaps;
mod outbox;
mod pipe;
mod plugins;
mod policy;
mod preferences;
mod quarantine;
mod relays;
mod reload;
mod replay;
mod replay_guards;
mod replay_shipped;
mod routes;
mod routing;
mod schedules;
mod shadow;
mod smtp_faults;
mod story;
mod strangers;
mod support;
mod switching;
mod templates;
mod ticket_load;
mod tickets;
mod traces;
