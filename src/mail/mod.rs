//! Mail, from a template to the server that takes it: load and check templates, render one for a
//! recipient, compose the message, hand it over by SMTP.
//!
//! A message is a file: `email-templates/<locale>/<name>.html`, front matter and an HTML body. To
//! add one, add the file to `default/` (and to other languages as translations come), name its event
//! in the front matter, and accept its golden mail.

mod advice;
mod check;
mod compose;
mod context;
mod date;
pub mod dkim;
mod filter;
pub mod find;
mod form;
mod front_matter;
pub mod gather;
pub mod history;
pub mod inbound;
mod inline;
pub mod list;
mod load;
mod locale;
mod matrix;
mod message_id;
mod place;
mod preview;
pub mod queue;
mod relay;
mod render;
pub mod route;
mod scope;
mod smtp;
mod smtp_tls;
mod smtp_url;
pub mod store;
pub mod suppression;
mod tags;
mod template;
mod test_mail;
#[cfg(test)]
mod tests;
mod text;
mod walk;
mod words;

pub use compose::{Addressee, Composed, Envelope, Unsendable, compose, compose_signed};
pub use context::{Brand, MessageContext};
pub use load::{Files, Loaded, fallback, load, shipped};
pub use matrix::{Standing, State};
pub use message_id::MessageKey;
pub use preview::{KINDS, Occasion, Trial, Tried, file_of, is_part, name_of, try_out};
pub use relay::{NotSent, RelayStanding, Relays};
pub use render::Rendered;
pub use scope::FieldInfo;
pub use smtp::{Accepted, SendError};
pub use smtp_url::{SmtpUrl, Tls};
pub use template::{TemplateInfo, Templates};
pub use test_mail::TestMail;
pub use words::{PREFIX as WORDS, word_id};
