//! Mail, from a template to the server that takes it: load and check templates, render one for a
//! recipient, compose the message, hand it over by SMTP.
//!
//! A message is a file: `email-templates/<locale>/<name>.html`, front matter and an HTML body. To
//! add one, add the file to `default/` (and to other languages as translations come), name its event
//! in the front matter, and accept its golden mail. Only `store` knows the queue.

mod check;
mod compose;
mod context;
mod date;
mod filter;
mod front_matter;
pub mod inbound;
mod inline;
mod load;
mod locale;
mod place;
mod render;
pub mod route;
mod scope;
mod smtp;
mod smtp_tls;
mod smtp_url;
pub mod store;
pub mod suppression;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod walk;

pub use compose::{Addressee, Composed, Envelope, Unsendable, compose};
pub use context::{Brand, MessageContext};
pub use load::{Files, Loaded, fallback, load, shipped};
pub use render::Rendered;
pub use scope::FieldInfo;
pub use smtp::{Accepted, SendError, Smtp};
pub use smtp_url::{SmtpUrl, Tls};
pub use template::{TemplateInfo, Templates};
