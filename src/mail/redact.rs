//! What stands in a mail for its reader alone, taken out of texts that others see: links that unsubscribe, and reply addresses.

use super::inbound::token_in;

/// Where a token stands in an address of ours.
pub const UNSUBSCRIBE: &str = "/unsubscribe/";

/// The tokens of unsubscribe links in these texts.
pub fn tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let is_sign = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let token = |rest: &str| rest.chars().take_while(is_sign).collect::<String>();
    let found =
        texts.into_iter().flat_map(|text| text.split(UNSUBSCRIBE).skip(1).map(token).collect::<Vec<_>>());
    found.filter(|token| !token.is_empty()).collect()
}

/// A text that somebody wrote below a mail of ours, without what was in that mail for them alone.
pub fn for_others(text: &str) -> String {
    let mut shown =
        tokens([text]).iter().fold(text.to_owned(), |text, token| text.replace(token.as_str(), "…"));
    let ends = |c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c);
    let with_token: Vec<(String, String)> = text
        .split(ends)
        .filter_map(|word| token_in(word).map(|(bare, _, _)| (word.to_owned(), bare)))
        .collect();
    for (word, bare) in with_token {
        shown = shown.replace(&word, &bare);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_the_reader_alone_is_taken_out() {
        let text = "On Monday <support+kxb204815abcdefghijkmnpqr@host.example> wrote:\n> Choose: https://h.example/unsubscribe/eyJh-b_c1.\n> Bye";
        assert_eq!(
            for_others(text),
            "On Monday <support@host.example> wrote:\n> Choose: https://h.example/unsubscribe/….\n> Bye"
        );
        assert_eq!(for_others("plain support+sales@host.example"), "plain support+sales@host.example");
    }
}
