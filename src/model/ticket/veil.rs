//! Takes out of messages what lets their reader act as somebody else.

/// Signs of a token in a reply address: of a reference without its dash, and of the part that nobody can guess.
const TOKEN: usize = 25;

/// A text without tokens of reply addresses and of links to unsubscribe. People quote the mail that they answer, with its foot,
/// and what they write is for others to read.
pub(crate) fn veiled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(['+', '/']) {
        let (before, after) = rest.split_at(place);
        out.push_str(before);
        let secret = of_address(after).or_else(|| of_link(after));
        let (shown, length) = secret.unwrap_or((1, 1));
        out.push_str(&after[..shown]);
        if length > shown {
            out.push('…');
        }
        rest = &after[length..];
    }
    out.push_str(rest);
    out
}

/// How much of `+TOKEN@…` is shown, and how much of it ends before the `@`.
fn of_address(text: &str) -> Option<(usize, usize)> {
    let token = signs(text.strip_prefix('+')?, |c| c.is_ascii_alphanumeric());
    (token == TOKEN && text[1 + token..].starts_with('@')).then_some((1, 1 + token))
}

/// How much of `/unsubscribe/TOKEN` is shown, and how long it is.
fn of_link(text: &str) -> Option<(usize, usize)> {
    const LINK: &str = "/unsubscribe/";
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%' | '.' | '~');
    let token = signs(text.strip_prefix(LINK)?, sign);
    (token > 0).then_some((LINK.len(), LINK.len() + token))
}

fn signs(text: &str, sign: impl Fn(char) -> bool) -> usize {
    text.find(|c| !sign(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_could_use_is_taken_out_and_nothing_else() {
        let token = "kxb204815abcdefghijkmnpqr";
        let text = format!(
            "> To: support+{token}@host.example\n> <https://host.example/unsubscribe/aB-3_x>, 1/2 + 3, a+b@c.example, +{token}x@y"
        );
        assert_eq!(
            veiled(&text),
            format!(
                "> To: support+…@host.example\n> <https://host.example/unsubscribe/…>, 1/2 + 3, a+b@c.example, +{token}x@y"
            )
        );
        assert_eq!(veiled("ö/ü+ä"), "ö/ü+ä");
    }
}
