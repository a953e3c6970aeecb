//! Takes a page apart into its form and its words, where it is so plain that no converter can read it otherwise.

use super::decoded;
use std::borrow::Cow;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// The first mark. No page has one: where this plane's signs are used, the page is not taken apart.
const FIRST_MARK: u32 = 0xF_0000;
/// Marks, and words of a page.
const MOST: usize = 0xFFFD;
/// Bytes of the largest page that is taken apart: no line of its text reaches what converters break.
const LARGEST: usize = 512 * 1024;

/// Elements whose words a converter reads, or that are read by rules of their own.
const ODD: [&str; 20] = [
    "audio",
    "del",
    "frameset",
    "iframe",
    "listing",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "pre",
    "s",
    "script",
    "select",
    "strike",
    "sup",
    "svg",
    "template",
    "textarea",
    "xmp",
];

/// A page taken apart.
pub(super) struct Apart<'a> {
    /// The page with a mark in place of each word.
    pub(super) form: String,
    /// What stood there.
    pub(super) words: Vec<Word<'a>>,
}

/// What differs between pages of one form.
pub(super) struct Word<'a> {
    /// As it is read.
    pub(super) text: Cow<'a, str>,
    /// Where it stands.
    pub(super) place: Place,
}

/// Where a word stands, which decides how HTML writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Between tags.
    Text,
    /// In the address of a link.
    Attribute,
}

/// True for signs that stand for words.
pub(super) fn is_mark(c: char) -> bool {
    u32::from(c) >= FIRST_MARK
}

/// The number of the word that a mark stands for.
pub(super) fn number(mark: char) -> usize {
    (u32::from(mark) - FIRST_MARK) as usize
}

/// Takes a page apart; nothing if it has anything that a converter could read otherwise than this does.
pub(super) fn take(page: &str) -> Option<Apart<'_>> {
    if page.len() > LARGEST || page.bytes().any(|byte| byte >= 0xF3) || numbers_a_mark(page) {
        return None;
    }
    let mut apart = Apart { form: String::with_capacity(page.len()), words: Vec::new() };
    let mut rest = page;
    loop {
        let (text, tags) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        apart.text(text)?;
        if tags.is_empty() {
            return Some(apart);
        }
        let end = match tags.as_bytes().get(1)? {
            b'!' => apart.comment(tags)?,
            _ => apart.tag(tags)?,
        };
        rest = &tags[end..];
    }
}

/// True if a sign that could be a mark is written by its number.
fn numbers_a_mark(page: &str) -> bool {
    page.match_indices("&#").any(|(at, start)| {
        let number = &page[at + start.len()..];
        let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |hex| (hex, 16));
        let length = digits.chars().take_while(|c| c.is_digit(radix)).count();
        u32::from_str_radix(&digits[..length], radix).map_or(length > 0, |number| number >= FIRST_MARK)
    })
}

impl<'a> Apart<'a> {
    fn word(&mut self, text: Cow<'a, str>, place: Place) -> Option<()> {
        let number = u32::try_from(self.words.len()).ok().filter(|_| self.words.len() < MOST)?;
        self.form.push(char::from_u32(FIRST_MARK + number)?);
        self.words.push(Word { text, place });
        Some(())
    }

    /// Text between tags: the blanks around it are the form's, since it depends on them whether there is a gap.
    fn text(&mut self, text: &'a str) -> Option<()> {
        let inner = text.trim_ascii();
        let Some(decoded) = decoded(inner).filter(|decoded| is_plain(decoded)) else {
            self.form.push_str(text);
            return Some(());
        };
        let (before, after) = text.split_at(text.len() - text.trim_ascii_start().len());
        self.form.push_str(before);
        self.word(decoded, Place::Text)?;
        self.form.push_str(&after[inner.len()..]);
        Some(())
    }

    fn comment(&mut self, rest: &str) -> Option<usize> {
        let end = end_of_comment(rest)?;
        self.form.push_str(&rest[..end]);
        Some(end)
    }

    /// A tag, and styles with what they say; gives where the rest begins.
    fn tag(&mut self, rest: &'a str) -> Option<usize> {
        let tag = Tag::read(rest)?;
        let is_one_of = |names: &[&str]| names.iter().any(|name| tag.name.eq_ignore_ascii_case(name));
        if is_one_of(&ODD) {
            return None;
        }
        match tag.address.clone().and_then(|at| Some((at.clone(), address(&rest[at])?))) {
            Some((at, (scheme, address))) => {
                self.form.push_str(&rest[..at.start]);
                self.form.push_str(scheme);
                self.word(address, Place::Attribute)?;
                self.form.push_str(&rest[at.end..tag.end]);
            }
            None => self.form.push_str(&rest[..tag.end]),
        }
        if is_one_of(&["title"]) && !tag.closes {
            // What looks like a tag is none there.
            let end = tag.end + rest[tag.end..].find('<')?;
            return rest[end..].get(..7)?.eq_ignore_ascii_case("</title").then_some(tag.end);
        }
        if !is_one_of(&["style"]) || tag.closes {
            return Some(tag.end);
        }
        let is_end = |at: &usize| {
            let name = rest[at + 2..].get(..tag.name.len());
            name.is_some_and(|name| name.eq_ignore_ascii_case(tag.name))
        };
        let end = rest[tag.end..].match_indices("</").map(|(at, _)| tag.end + at).find(is_end)?;
        let content = &rest[tag.end..end];
        // Styles can ask for the address of a link.
        if content.contains('[') && content.to_ascii_lowercase().contains("href") {
            return None;
        }
        self.form.push_str(content);
        Some(end)
    }
}

/// A tag at the beginning of a text.
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    /// Where the address stands, if it is a link's and between double quotes.
    address: Option<Range<usize>>,
    end: usize,
}

impl<'a> Tag<'a> {
    /// Reads a tag that is written as tags should be; nothing for all else.
    fn read(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let run = |from: usize, holds: fn(&u8) -> bool| {
            from + bytes[from..].iter().take_while(|byte| holds(byte)).count()
        };
        let closes = bytes.get(1) == Some(&b'/');
        let start = 1 + usize::from(closes);
        let named = run(start, |byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        let name = &text[start..named];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let (mut at, mut address) = (named, None);
        loop {
            let next = run(at, u8::is_ascii_whitespace);
            match bytes.get(next)? {
                b'>' => return Some(Self { name, closes, address, end: next + 1 }),
                b'/' if bytes.get(next + 1) == Some(&b'>') => {
                    return Some(Self { name, closes, address, end: next + 2 });
                }
                byte if next > at && byte.is_ascii_alphabetic() => {}
                _ => return None,
            }
            at = run(next, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'));
            let attribute = &text[next..at];
            if bytes.get(at) != Some(&b'=') {
                continue;
            }
            let quote = *bytes.get(at + 1).filter(|quote| matches!(quote, b'"' | b'\''))?;
            let value = at + 2;
            let length = text[value..].find(char::from(quote))?;
            if quote == b'"' && name.eq_ignore_ascii_case("a") && attribute.eq_ignore_ascii_case("href") {
                // Of two, converters take the first.
                address = address.or(Some(value..value + length));
            }
            at = value + length + 1;
        }
    }
}

/// Where a comment or a doctype at the beginning of a text ends; nothing for all else.
fn end_of_comment(text: &str) -> Option<usize> {
    match text.strip_prefix("<!--") {
        Some(comment) => {
            let end = comment.find("-->")?;
            let odd = comment.starts_with('>') || comment.starts_with("->") || comment[..end].contains("--!");
            (!odd).then_some("<!--".len() + end + "-->".len())
        }
        None => {
            let is_doctype = text.get(2..9).is_some_and(|name| name.eq_ignore_ascii_case("doctype"));
            is_doctype.then(|| text.find('>')).flatten().map(|at| at + 1)
        }
    }
}

/// Words that are written the same way wherever they stand: no blanks but those that may be joined, nothing that is dropped, and no word
/// that takes no room, which converters take for an empty one.
fn is_plain(text: &str) -> bool {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n');
    let is_odd = |c: char| ((c.is_whitespace() || c.is_control()) && !is_blank(c)) || c == '\u{200b}';
    let is_seen = |c: char| c.width().is_some_and(|width| width > 0);
    let mut words = text.split_ascii_whitespace().peekable();
    words.peek().is_some() && words.all(|word| word.starts_with(is_seen)) && !text.contains(is_odd)
}

/// The address of a page elsewhere, its scheme apart; nothing for addresses of other kinds.
fn address(value: &str) -> Option<(&'static str, Cow<'_, str>)> {
    let decoded = decoded(value)?;
    let scheme = ["https://", "http://"].into_iter().find(|scheme| decoded.starts_with(scheme))?;
    let address = match decoded {
        Cow::Borrowed(text) => Cow::Borrowed(&text[scheme.len()..]),
        Cow::Owned(mut text) => Cow::Owned(text.split_off(scheme.len())),
    };
    (is_plain(&address) && !address.contains(char::is_whitespace)).then_some((scheme, address))
}
