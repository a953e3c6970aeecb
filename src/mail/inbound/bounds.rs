//! Bounds that hold before a mail is taken apart: a mail can be built so that parsing it takes a stack
//! or an hour, and the parser has no limits of its own.

use super::Limits;
use std::borrow::Cow;

/// Bytes of a header, however few lines it has.
const MOST_HEADER: usize = 512 << 10;

/// The mail, defused, and whether its header was cut.
#[derive(Debug)]
pub(super) struct Bounded<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) header_cut: bool,
    /// More parts than are looked at: only the header may be parsed.
    pub(super) too_many_parts: bool,
}

/// Cuts a header that is too long, counts parts, and turns encoded messages into plain attachments: RFC 2046
/// forbids to encode a message, and each layer of encoding would hide parts from the count.
pub(super) fn bound<'a>(raw: &'a [u8], limits: &Limits) -> Bounded<'a> {
    let (bytes, header_cut) = short_header(raw, limits.header_lines);
    let bytes = readable_header(bytes);
    let mut parts = 0;
    let mut mends = Vec::new();
    let mut block = Block::default();
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            block.end(&bytes, &mut mends);
            block = Block::default();
        } else {
            parts += usize::from(block.take(line, start));
        }
        start += line.len();
    }
    block.end(&bytes, &mut mends);
    let too_many_parts = parts > limits.parts;
    if mends.is_empty() {
        return Bounded { bytes, header_cut, too_many_parts };
    }
    let mut defused = bytes.into_owned();
    for (start, end, encoded) in mends {
        // What stands in a digest is a message even where nothing says so.
        replace(&mut defused[start..end], b"digest", b"packet");
        if encoded {
            replace(&mut defused[start..end], b"message", b"encoded");
            // A comment could hide the word.
            replace(&mut defused[start..end], b"(", b" ");
        }
    }
    Bounded { bytes: Cow::Owned(defused), header_cut, too_many_parts }
}

/// The mail with so many lines of header at most.
fn short_header(raw: &[u8], most: usize) -> (Cow<'_, [u8]>, bool) {
    let (mut lines, mut place, mut begins, mut kept_to) = (0, 0, 0, None);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if line == b"\n" || line == b"\r\n" {
            break;
        }
        lines += 1;
        // Between two headers, never within one that goes on in the next line.
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            begins = place;
            if lines > most && kept_to.is_none() {
                kept_to = Some(place);
            }
        }
        place += line.len();
        if place > MOST_HEADER && kept_to.is_none() {
            kept_to = Some(begins);
        }
    }
    match kept_to {
        Some(end) => (Cow::Owned([&raw[..end], &raw[place..]].concat()), true),
        None => (Cow::Borrowed(raw), false),
    }
}

/// A header in bytes that are no UTF-8 is taken for what Windows writes in the west.
fn readable_header(raw: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let mut end = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if line == b"\n" || line == b"\r\n" {
            break;
        }
        end += line.len();
    }
    if std::str::from_utf8(&raw[..end]).is_ok() {
        return raw;
    }
    Cow::Owned([western(&raw[..end]).as_bytes(), &raw[end..]].concat())
}

/// Bytes of no known charset: UTF-8 if they are, else Windows-1252.
pub(super) fn western(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => mail_parser::decoders::charsets::map::charset_decoder(b"windows-1252")
            .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes)),
    }
}

/// Lines between two empty ones, which may be a header of a part.
#[derive(Default)]
struct Block {
    encoded: bool,
    /// Where values of `Content-Type` stand.
    types: Vec<(usize, usize)>,
    in_type: bool,
}

impl Block {
    /// Looks at one line; true if it begins a `Content-Type`.
    fn take(&mut self, line: &[u8], start: usize) -> bool {
        if (line.starts_with(b" ") || line.starts_with(b"\t"))
            && self.in_type
            && let Some(last) = self.types.last_mut()
        {
            last.1 = start + line.len();
        }
        // The parser passes over blanks within a name, and colons before one.
        let begin = line.iter().position(|byte| *byte != b':' && !byte.is_ascii_whitespace()).unwrap_or(0);
        let Some(colon) = line[begin..].iter().position(|byte| *byte == b':').map(|at| at + begin) else {
            return false;
        };
        let name: Vec<u8> =
            line[begin..colon].iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect();
        let value = &line[colon + 1..];
        if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            self.encoded |= find(value, b"base64").or_else(|| find(value, b"quoted")).is_some();
            // An encoding on the next line is taken for one.
            self.encoded |= value.trim_ascii().is_empty();
            self.in_type = false;
        } else if name.eq_ignore_ascii_case(b"content-type") {
            self.types.push((start + colon + 1, start + line.len()));
            self.in_type = true;
            return true;
        } else if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            self.in_type = false;
        }
        false
    }

    fn end(&self, bytes: &[u8], mends: &mut Vec<(usize, usize, bool)>) {
        for &(start, end) in &self.types {
            if self.encoded || find(&bytes[start..end], b"digest").is_some() {
                mends.push((start, end, self.encoded));
            }
        }
    }
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window.eq_ignore_ascii_case(word))
}

/// In one pass: what stands there may be long, and hold the word at every place.
fn replace(text: &mut [u8], word: &[u8], instead: &[u8]) {
    let mut place = 0;
    while let Some(window) = text.get_mut(place..place + word.len()) {
        if window.eq_ignore_ascii_case(word) {
            window.copy_from_slice(instead);
            place += word.len();
        } else {
            place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_message_is_not_looked_into() {
        let raw =
            b"Content-Transfer-Encoding: base64\r\nContent-Type:\r\n Message/RFC822\r\n\r\nRnJvbTogYQ==\r\n";
        let bounded = bound(raw, &Limits::default());
        let text = String::from_utf8(bounded.bytes.into_owned()).unwrap();
        assert!(text.contains(" encoded/RFC822\r\n\r\nRn"), "{text}");
    }

    #[test]
    fn a_plain_message_stays_as_it_is() {
        let raw = b"Subject: message\r\nContent-Type: message/rfc822\r\n\r\nFrom: a\r\n";
        assert!(matches!(bound(raw, &Limits::default()).bytes, Cow::Borrowed(_)));
    }

    #[test]
    fn a_long_header_is_cut_between_two_headers() {
        let raw = b"A: 1\r\nB: 2\r\n more\r\nC: 3\r\n\r\nbody\r\n";
        let bounded = bound(raw, &Limits { header_lines: 2, ..Limits::default() });
        assert!(bounded.header_cut);
        assert_eq!(&*bounded.bytes, b"A: 1\r\nB: 2\r\n more\r\n\r\nbody\r\n");
    }

    #[test]
    fn a_header_of_one_long_line_is_cut_before_it() {
        let raw = format!("A: 1\r\nB: {}\r\n more\r\nC: 3\r\n\r\nbody\r\n", "x".repeat(MOST_HEADER));
        let bounded = bound(raw.as_bytes(), &Limits::default());
        assert!(bounded.header_cut);
        assert_eq!(&*bounded.bytes, b"A: 1\r\n\r\nbody\r\n");
    }

    /// A search from the beginning after each hit would take an hour for these.
    #[test]
    fn a_type_full_of_what_is_mended_takes_one_pass() {
        for word in ["(", "digest", "dig", "MESSAGE"] {
            let raw = format!(
                "Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; x={}\r\n\r\n",
                word.repeat((4 << 20) / word.len())
            );
            let part = format!("From: a@b.example\r\n\r\n{raw}");
            let bounded = bound(part.as_bytes(), &Limits::default());
            let text = String::from_utf8(bounded.bytes.into_owned()).unwrap();
            assert!(word == "dig" || !text.contains(word), "{word}");
        }
    }

    #[test]
    fn parts_are_counted_whatever_the_capitals() {
        let raw = b"CONTENT-TYPE: text/plain\n\nContent-Description: x\n\nContent-Type : y\n".repeat(2);
        assert!(bound(&raw, &Limits { parts: 3, ..Limits::default() }).too_many_parts);
        assert!(!bound(&raw, &Limits { parts: 4, ..Limits::default() }).too_many_parts);
    }
}
