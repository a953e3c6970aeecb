//! Words that events carry in English and that readers want in their own language: statuses, priorities, badges,
//! reasons. Each has a message whose id is made from the word itself, so that an operator's own status can be
//! translated by adding a message for it.

/// What the ids of these messages begin with.
pub const PREFIX: &str = "word-";

/// The id of the message for a word: `word-customer-reply` for `Customer-Reply`.
pub fn word_id(word: &str) -> String {
    let parts = word.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    format!("{PREFIX}{}", parts.map(str::to_lowercase).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_its_message() {
        assert_eq!(word_id("Customer-Reply"), "word-customer-reply");
        assert_eq!(word_id(" is the account's own address "), "word-is-the-account-s-own-address");
        assert_eq!(word_id("Später"), "word-später");
    }
}
