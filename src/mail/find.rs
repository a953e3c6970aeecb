//! Finding a text in a long one, by as many bytes at once as the processor takes.

use memchr::memmem;

/// As [`str::find`].
pub fn find(text: &str, what: &str) -> Option<usize> {
    memmem::find(text.as_bytes(), what.as_bytes())
}

/// As [`str::split_once`].
pub fn apart<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, mark)?;
    Some((&text[..at], &text[at + mark.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_what_the_standard_library_finds() {
        for (text, what) in
            [("", "a"), ("a", ""), ("grüße ü", "ü"), ("aab", "ab"), ("aaa", "b"), ("…x…", "…")]
        {
            assert_eq!(find(text, what), text.find(what), "{text:?} {what:?}");
            assert_eq!(apart(text, what), text.split_once(what), "{text:?} {what:?}");
        }
    }
}
