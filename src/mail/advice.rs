//! What to write instead, where the engine cannot read a file.

use super::tags::{self, Tag, line};
use crate::report::did_you_mean;

/// Statements that need an end, and are named in it.
const BLOCKS: [&str; 9] = ["if", "for", "block", "macro", "call", "filter", "set", "with", "autoescape"];
/// The other statements that templates use.
const PLAIN: [&str; 4] = ["include", "import", "extends", "from"];
/// What other languages call our statements.
const OTHERS: [(&str, &str); 6] = [
    ("elseif", "`{% elif … %}`"),
    ("elsif", "`{% elif … %}`"),
    ("foreach", "`{% for one in many %}`"),
    ("assign", "`{% set name = … %}`"),
    ("unless", "`{% if not … %}`"),
    ("switch", "`{% if … %}` and `{% elif … %}`"),
];
/// Signs that other languages have.
const SIGNS: [(char, &str); 9] = [
    ('&', "write `and`"),
    ('!', "write `not`; for what differs, `!=`"),
    ('?', "write `{{ this if condition else that }}`"),
    ('$', "names have no `$`"),
    (';', "no `;` ends a statement here"),
    ('“', "write straight quotes: `\"…\"`"),
    ('”', "write straight quotes: `\"…\"`"),
    ('‘', "write straight quotes: `'…'`"),
    ('’', "write straight quotes: `'…'`"),
];

/// What to do about what the engine says of the text at `place` (in bytes); empty if nothing can be said.
pub(super) fn on_syntax(text: &str, place: usize, says: &str) -> String {
    let before: Vec<Tag<'_>> = tags::of(text).take_while(|tag| tag.start <= place).collect();
    let open = open(&before);
    if says.contains("unexpected end of comment") {
        let line = text.rfind("{#").map_or(1, |at| line(text, at));
        return format!("the comment that begins in line {line} has no end: write `#}}`");
    }
    if let Some(word) = says.strip_prefix("unknown statement ") {
        return on_statement(word, &open, text);
    }
    let Some(last) = before.last() else { return String::new() };
    if says.contains("unexpected end of string") {
        return format!("a text in the tag of line {} has no end: close its quote", line(text, last.start));
    }
    if says.contains("unexpected end of input") {
        return open.last().map_or_else(String::new, |tag| never_closed(tag, text));
    }
    if let Some(instead) = on_tag(last, text) {
        return instead;
    }
    let sign = text.get(place..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
    let is_sign = |known: &&(char, &str)| known.0 == sign;
    if says.contains("unexpected character") {
        return SIGNS.iter().find(is_sign).map_or_else(String::new, |(_, instead)| (*instead).to_owned());
    }
    let instead = match says {
        _ if says.starts_with("unexpected `=`") => "write `==` to compare",
        _ if says.starts_with("unexpected `|`") => "write `or` between conditions",
        _ if last.words().starts_with("else if") => "write `{% elif … %}`",
        _ if says.starts_with("unexpected end of") && last.words().contains('|') => {
            "the name of a filter stands after `|`"
        }
        _ if says.starts_with("unexpected end of") => "something is missing before the end of this tag",
        "unexpected identifier, expected end of variable block" => {
            "between two words stands an operator, such as `~` to join them, or a `|` before a filter; or a quote ends too early"
        }
        _ => "",
    };
    instead.to_owned()
}

/// A statement that does not exist, or not there.
fn on_statement(word: &str, open: &[&Tag<'_>], text: &str) -> String {
    if let Some((_, instead)) = OTHERS.iter().find(|(other, _)| *other == word) {
        return format!("write {instead}");
    }
    let inner = open.last().map(|tag| (tag.word(), line(text, tag.start)));
    match (word, inner) {
        ("else" | "elif", _) => {
            format!("`{word}` stands between `{{% if … %}}` and `{{% endif %}}`")
        }
        (_, Some((inner, line))) if word.starts_with("end") => {
            format!("`{{% {inner} %}}` of line {line} ends first: write `{{% end{inner} %}}`")
        }
        (_, None) if word.starts_with("end") => format!("there is nothing here for `{word}` to end"),
        _ => match did_you_mean(word, BLOCKS.into_iter().chain(PLAIN)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "there are `if`, `for`, `set`, `include`, `block`, `macro` and others".to_owned(),
        },
    }
}

/// What is wrong with a tag as a whole.
fn on_tag(tag: &Tag<'_>, text: &str) -> Option<String> {
    let (opens, closes) = if tag.is_statement { ("{%", "%}") } else { ("{{", "}}") };
    let whole = text.get(tag.start..)?;
    if whole.starts_with("{{{") {
        return Some("two braces print, escaped: write `{{ … }}`".to_owned());
    }
    let first_line = whole.lines().next().unwrap_or_default();
    // An end that stands behind the beginning of the next tag is that one's.
    let next = ["{%", "{{"].iter().filter_map(|begins| first_line.get(2..)?.find(begins)).min();
    let own = next.and_then(|next| first_line.get(..next + 2)).unwrap_or(first_line);
    if own.contains(closes) {
        return None;
    }
    let other = if tag.is_statement { "}" } else { "%}" };
    let instead = if own.contains(other) { " instead" } else { "" };
    Some(format!("`{opens}` in line {} has no end: write `{closes}`{instead}", line(text, tag.start)))
}

fn never_closed(tag: &Tag<'_>, text: &str) -> String {
    let (word, line) = (tag.word(), line(text, tag.start));
    match word {
        "set" => format!("`{{% set %}}` in line {line} gives no value: write `{{% set name = … %}}`"),
        _ => format!("`{{% {word} … %}}` in line {line} has no end: write `{{% end{word} %}}`"),
    }
}

/// The statements that have no end yet, the innermost last.
fn open<'a, 't>(tags: &'a [Tag<'t>]) -> Vec<&'a Tag<'t>> {
    let mut open: Vec<&Tag<'_>> = Vec::new();
    for tag in tags.iter().filter(|tag| tag.is_statement) {
        let word = tag.word();
        if BLOCKS.contains(&word) && !(word == "set" && tag.words().contains('=')) {
            open.push(tag);
        } else if word.strip_prefix("end").is_some_and(|end| open.last().is_some_and(|one| one.word() == end))
        {
            open.pop();
        }
    }
    open
}
