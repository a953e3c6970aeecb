//! What stands in a mail for its reader alone, taken out of texts that others see: links that unsubscribe, reply addresses, and
//! Message-IDs, which prove that their mail was read.

use super::inbound::token_in;
use std::borrow::Cow;

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
    let ends = |c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c);
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(ends) {
        let word = piece.strip_suffix(ends).unwrap_or(piece);
        shown.push_str(&without_secret(word));
        shown.push_str(&piece[word.len()..]);
    }
    shown
}

fn without_secret(word: &str) -> Cow<'_, str> {
    if let Some((bare, _, _)) = token_in(word) {
        return bare.into();
    }
    if let Some((local, domain)) = word.split_once('@')
        && local.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("em_"))
        && local.contains('.')
    {
        return format!("…@{domain}").into();
    }
    if !word.contains(UNSUBSCRIBE) {
        return word.into();
    }
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut parts = word.split(UNSUBSCRIBE);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(is_sign);
        shown.push_str(UNSUBSCRIBE);
        shown.push_str(if rest.len() < part.len() { "…" } else { "" });
        shown.push_str(rest);
    }
    shown.into()
}

/// A file that came with a mail, in the same way; nothing if it cannot be changed and holds such a secret.
pub fn file_for_others(bytes: &[u8]) -> Option<Vec<u8>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(for_others(text).into_bytes()),
        Err(_) => {
            let text = String::from_utf8_lossy(bytes);
            (for_others(&text) == text).then(|| bytes.to_vec())
        }
    }
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
        let id = "Message-ID: <em_01jd3v6s7mz4k2w8q5x9c0b1nt.abcdefgh@host.example>\r\n";
        assert_eq!(for_others(id), "Message-ID: <…@host.example>\r\n");
        assert_eq!(for_others("em_01jd@host.example, em_x.y"), "em_01jd@host.example, em_x.y");
    }

    #[test]
    fn a_file_is_changed_or_left_out_if_it_holds_what_is_for_one_reader() {
        let secret = "Reply-To: support+kxb204815abcdefghijkmnpqr@host.example\r\n";
        assert_eq!(file_for_others(secret.as_bytes()).unwrap(), b"Reply-To: support@host.example\r\n");
        let mixed = [b"\xff\xfe ".as_slice(), secret.as_bytes()].concat();
        assert_eq!(file_for_others(&mixed), None);
        let picture = [0x89, b'P', b'N', b'G', 0xff, 0, 7];
        assert_eq!(file_for_others(&picture).unwrap(), picture);
    }
}
