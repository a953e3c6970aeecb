//! Takes out of messages what lets their reader act as somebody else.

/// Signs of a token in a reply address: of a reference without its dash, and of the part that nobody can guess.
const TOKEN: usize = 25;

/// Signs of the id in a Message-ID of ours, and the fewest of the seal behind it.
const ID: usize = 26;
const SEAL: usize = 8;

/// A text without tokens of reply addresses and of links to unsubscribe, and without Message-IDs, which prove that their mail was
/// read. People quote or attach the mail that they answer, with its header and foot, and what they write is for others to read.
pub(crate) fn veiled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(['+', '/', '_']) {
        let (before, after) = rest.split_at(place);
        out.push_str(before);
        let secret = of_address(after).or_else(|| of_link(after)).or_else(|| of_message_id(before, after));
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

/// The same for bytes that may be text in any encoding, or none.
pub(crate) fn veiled_bytes(bytes: &[u8]) -> Vec<u8> {
    // A byte for each character; only `…` is none.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let mut out = Vec::with_capacity(bytes.len());
    for c in veiled(&text).chars() {
        match u8::try_from(c) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend(c.to_string().into_bytes()),
        }
    }
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

/// How much of the `_` in `em_ID.SEAL` is shown, and how long it is with what comes behind it.
fn of_message_id(before: &str, text: &str) -> Option<(usize, usize)> {
    let start = before.len().checked_sub(2).and_then(|at| before.get(at..))?;
    let (id, rest) = text.strip_prefix('_')?.split_once('.')?;
    let seal = signs(rest, |c| c.is_ascii_alphanumeric());
    let ours = start.eq_ignore_ascii_case("em")
        && id.len() == ID
        && id.bytes().all(|c| c.is_ascii_alphanumeric())
        && seal >= SEAL;
    ours.then_some((1, 1 + ID + 1 + seal))
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
        assert_eq!(veiled("ö/ü+ä_ö"), "ö/ü+ä_ö");
        let id = "em_01jd3v6s7mz4k2w8q5x9c0b1nt";
        assert_eq!(veiled(&format!("<{id}.abcdefgh23@host.example>")), "<em_…@host.example>");
        let plain = format!("{id}, {id}.eml, /emails/{id}, tem_1.5, _em_");
        assert_eq!(veiled(&plain), plain);
        let of_bytes = |text: &str| veiled_bytes(&[b"\xff\0\xe4".as_slice(), text.as_bytes()].concat());
        assert_eq!(of_bytes("ä/…"), b"\xff\0\xe4\xc3\xa4/\xe2\x80\xa6");
        assert_eq!(of_bytes(&format!("+{token}@x")), [b"\xff\0\xe4+".as_slice(), "…@x".as_bytes()].concat());
    }
}
