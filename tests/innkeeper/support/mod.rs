//! What the stories stand on: servers that end with their test, and clients that see what a person sees.
//!
//! A test about pages reads like this:
//!
//! ```ignore
//! use crate::support::{client::Client, mailbox::Mailbox, server::Server};
//!
//! #[tokio::test]
//! async fn an_invited_colleague_gets_a_mail() {
//!     let server = Server::demo().start().await;
//!     let owner = Client::logged_in(&server, "owner@bakery.example").await;
//!
//!     let page = owner.get("/users").await;
//!     let page = page.form("Send Invite").fill("Email address", "anna@example.com").submit().await;
//!     assert!(page.flash().iter().any(|line| line.contains("anna@example.com")), "{page}");
//!
//!     let mail = Mailbox::of(&server).wait_for("anna@example.com", "invited").await;
//!     assert!(mail.link_with("/invite/").starts_with(server.url()));
//! }
//! ```

pub mod at_exit;
pub mod browser;
pub mod client;
pub mod command;
pub mod database;
pub mod history;
pub mod house;
pub mod letter;
pub mod mailbox;
pub mod pg;
pub mod server;
pub mod smtp;
pub mod wait;

/// The one password of everyone in the demo's cast.
pub const PASSWORD: &str = "innkeeper-demo";
