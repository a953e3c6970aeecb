//! The tags of a file, and which of them the engine must not read: the engine reads, checks and frees what stands between
//! `{{` and `}}` by calling itself, once for each operator, and a long enough tag overflows its stack, which ends the
//! process.

/// Bytes of the longest tag. Those of real templates are below a hundred.
const LONGEST: usize = 500;
/// The longest chain of `elif`, which the engine reads by calling itself, too.
const MOST_ELIFS: usize = 100;

/// What stands between `{{` and `}}`, or `{%` and `%}`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'t> {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where what comes after it begins; the text's end if it has none itself.
    end: usize,
    /// True for `{% … %}`.
    pub(super) is_statement: bool,
    inside: &'t str,
}

impl<'t> Tag<'t> {
    /// What stands in it, without signs that eat space, and with its end if it has one.
    pub(super) fn words(&self) -> &'t str {
        self.inside.trim_start_matches(['-', '+', ' ', '\t', '\n', '\r'])
    }

    /// Its first word, which names a statement.
    pub(super) fn word(&self) -> &'t str {
        let words = self.words();
        words.find(|c: char| !c.is_alphanumeric() && c != '_').map_or(words, |end| &words[..end])
    }
}

/// The tags of a file, in order.
pub(super) fn of(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let found = bytes[at..].windows(2).position(|two| matches!(two, b"{{" | b"{%" | b"{#"))?;
            let start = at + found;
            if bytes[start + 1] == b'#' {
                at = after(bytes, start + 2, b"#}").unwrap_or(bytes.len());
                continue;
            }
            at = end_of_tag(bytes, start);
            let inside = text.get(start + 2..at).unwrap_or_default();
            return Some(Tag { start, end: at, is_statement: bytes[start + 1] == b'%', inside });
        }
    })
}

/// The line, from 1, in which a place (in bytes) stands.
pub(super) fn line(text: &str, place: usize) -> usize {
    text.bytes().take(place).filter(|byte| *byte == b'\n').count() + 1
}

/// The line, from 1, of what the engine had better not read, and what it is.
pub(super) fn dangerous(text: &str) -> Option<(usize, String)> {
    let mut elifs = 0;
    for tag in of(text) {
        if tag.end - tag.start > LONGEST {
            return Some((line(text, tag.start), format!("this tag has more than {LONGEST} characters")));
        }
        elifs += usize::from(tag.words().starts_with("elif"));
        if elifs > MOST_ELIFS {
            return Some((line(text, tag.start), format!("this is `elif` number {elifs} of the file")));
        }
    }
    None
}

/// Where a tag ends; quoted text inside it may hold what looks like its end.
fn end_of_tag(bytes: &[u8], start: usize) -> usize {
    let close: &[u8] = if bytes[start + 1] == b'{' { b"}}" } else { b"%}" };
    let (mut at, mut quote) = (start + 2, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote != 0 => at += 1,
            byte if quote != 0 => quote = if byte == quote { 0 } else { quote },
            byte @ (b'"' | b'\'') => quote = byte,
            _ if bytes[at..].starts_with(close) => return at + 2,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn after(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(what.len()).position(|window| window == what).map(|at| from + at + what.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_measured_with_its_quoted_text() {
        let long = "+1".repeat(LONGEST);
        for text in [
            format!("a\n{{{{ 1{long} }}}}"),
            format!("a\n{{{{ '}}}}' ~ 1{long} }}}}"),
            format!("a\n{{% set a = \"\\\"%}}\" ~ 1{long} %}}"),
        ] {
            assert_eq!(dangerous(&text).map(|found| found.0), Some(2), "{text}");
        }
        let elifs = format!("{{% if a %}}{}{{% endif %}}", "{%- elif a %}".repeat(MOST_ELIFS + 1));
        assert!(dangerous(&elifs).is_some());
    }

    #[test]
    fn what_people_write_is_let_through() {
        let comment = format!("{{# {{{{ \" {} #}}<p>it's {{{{ a }}}}", "x".repeat(LONGEST));
        for text in [
            "{{ a }}",
            &comment,
            &format!("{{{{ a }}}}{}{{{{ b }}}}", "text ".repeat(LONGEST)),
            "{{ 'it\\'s' }}",
            "{",
        ] {
            assert_eq!(dangerous(text), None, "{text}");
        }
        for (path, text) in crate::mail::shipped() {
            assert_eq!(dangerous(&text), None, "{path}");
        }
    }
}
