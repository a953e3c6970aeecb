//! The link that lets somebody without a log-in choose: sealed, so that only who got the mail has it, and it says
//! nothing to others. Nothing is stored, and it works for as long as the mail is kept.

use crate::secret::SealingKey;
use serde::{Deserialize, Serialize};

/// Whom a link speaks for, and about what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressed {
    /// Id of the account; empty for mail without one.
    pub account: String,
    /// The address.
    pub email: String,
    /// Key of the category that the mail was of.
    pub category: String,
}

/// Makes and reads unsubscribe links.
#[derive(Clone, Debug)]
pub struct UnsubscribeKey(SealingKey);

impl UnsubscribeKey {
    /// The key that follows from the server's own.
    pub fn of(key: &SealingKey) -> Self {
        Self(key.for_purpose("unsubscribe"))
    }

    /// The token that stands in the link.
    pub fn token(&self, addressed: &Addressed) -> String {
        self.0.seal(&serde_json::json!(addressed).to_string())
    }

    /// Whom a token speaks for; nothing if it is none of ours.
    pub fn open(&self, token: &str) -> Option<Addressed> {
        serde_json::from_str(&self.0.open(token)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_opened_by_its_own_key_and_by_no_other() {
        let key = SealingKey::parse(&SealingKey::generate()).unwrap();
        let links = UnsubscribeKey::of(&key);
        let of = Addressed {
            account: "acc_1".into(),
            email: "bills@bakery.example".into(),
            category: "invoice".into(),
        };
        let token = links.token(&of);
        assert_eq!(links.open(&token), Some(of.clone()));
        assert!(!token.contains("bakery"));
        assert_eq!(links.open(&token[1..]), None);
        assert_eq!(key.open(&token), None, "what is sealed for one purpose opens nothing else");
        assert_eq!(links.open(&key.seal(&serde_json::json!(of).to_string())), None);
    }
}
