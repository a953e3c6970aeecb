//! What is said in messages and notes about the mail that they came by: the operator may word it anew, as all of `messages/`.

use crate::{app::App, event::data::Account};

/// The words in one language.
pub(super) struct Words<'a> {
    app: &'a App,
    locale: String,
}

impl<'a> Words<'a> {
    /// In the language of the ticket's account; what is nobody's is for the staff, in English unless they have words of their own.
    pub(super) fn of(app: &'a App, account: &Account) -> Self {
        Self { app, locale: account.locale.clone() }
    }

    /// The message `mail-in-ID`.
    pub(super) fn text(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// The same with these values in it.
    pub(super) fn with(&self, id: &str, values: &[(&'static str, String)]) -> String {
        self.app.say(&self.locale, &format!("mail-in-{id}"), values)
    }
}
