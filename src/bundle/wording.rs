//! What every mail has besides its event: the host, links, words in the recipient's language. Whoever renders a mail,
//! to send it or to show it, takes it from here.

use super::Bundle;
use crate::{
    config::Config,
    mail::{Brand, WORDS},
    messages::Messages,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// Languages whose words are kept at hand.
const KEPT: usize = 32;

/// Words by message id, kept at hand by language: nearly every mail is written in one of a few.
#[derive(Debug, Default)]
pub(super) struct Words(Mutex<HashMap<String, Arc<BTreeMap<String, String>>>>);

impl Bundle {
    /// What words are called in a recipient's language, by message id: permissions, statuses, reasons.
    pub fn words(&self, locale: &str) -> Arc<BTreeMap<String, String>> {
        let mut kept = self.words.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(locale) {
            return Arc::clone(known);
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        let made = Arc::new(words(&self.messages, locale));
        kept.insert(locale.to_owned(), Arc::clone(&made));
        made
    }
}

fn words(messages: &Messages, locale: &str) -> BTreeMap<String, String> {
    let mut words = messages.beginning(locale, "permission-");
    words.extend(messages.beginning(locale, WORDS));
    words
}

/// The host, as mails show it.
pub fn brand(config: &Config) -> Brand {
    let brand = &config.brand;
    Brand {
        name: brand.name.clone(),
        url: config.public_url(),
        logo_url: brand.logo_url.clone(),
        accent: brand.accent.clone(),
        sender_name: brand.name.clone(),
        sender_email: config.mail_from.clone(),
        accent_dark: brand.accent_dark.clone(),
        footer: brand.footer.clone(),
        ..Brand::default()
    }
}

/// The address that a link with a secret leads to: `url` is the client area, `name` the link's in the catalogue.
pub fn link(url: &str, name: &str, token: &str) -> String {
    let path = match name {
        "verify" => "verify-email",
        "reset" => "password/reset",
        "consent" => "invite-consent",
        other => other,
    };
    format!("{url}/{path}/{token}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_pages_that_answer_them() {
        assert_eq!(link("https://h", "invite", "T"), "https://h/invite/T");
        assert_eq!(link("https://h", "reset", "T"), "https://h/password/reset/T");
    }

    #[test]
    fn words_come_in_the_recipients_language() {
        let bundle = Bundle::build(&Default::default(), &Default::default(), None);
        assert_eq!(bundle.words("de-AT")["word-closed"], "Geschlossen");
        assert_eq!(bundle.words("")["word-closed"], "Closed");
        assert_eq!(
            bundle.words("de")["permission-tickets"],
            bundle.messages.text("de", "permission-tickets", &Default::default())
        );
    }
}
