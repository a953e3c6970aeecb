//! The plain text of a mail, made from its HTML where no `.txt` overrides it.

use super::find::{apart, find};
use super::form::{Forms, Gives};
use html2text::render::{TaggedLine, TextDecorator};
use std::sync::LazyLock;

/// Columns after which lines are broken between words.
const WIDTH: usize = 76;
/// Columns that no line of a mail reaches: the converter would break addresses in the middle, and
/// half a link is no link.
const UNBROKEN: usize = 1 << 20;

static FORMS: LazyLock<Forms> = LazyLock::new(|| Forms::new(Gives::Text, directly));

/// The text of a page. The address of a link stands after its words.
pub(super) fn from_html(html: &str) -> Result<String, String> {
    let text = FORMS.convert(&for_text(without_head(html)))?;
    Ok(tidy(&text.lines().map(wrapped).collect::<Vec<_>>().join("\n")))
}

/// The text of a page, each paragraph in one line.
pub(super) fn directly(html: &str) -> Result<String, String> {
    html2text::config::with_decorator(Plain::default())
        .no_table_borders()
        .raw_mode(true)
        .no_link_wrapping()
        .string_from_read(html.as_bytes(), UNBROKEN)
        .map_err(|error| error.to_string())
}

/// A line broken between words; continued lines of a list stand below its words.
fn wrapped(line: &str) -> String {
    let indent = if line.starts_with("- ") { "  " } else { "" };
    let (mut text, mut column) = (String::with_capacity(line.len()), 0);
    for (n, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        if n > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            text.push_str(indent);
            column = indent.len();
        } else if n > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}

/// At most one empty line in a row, none at the ends, no blanks at the ends of lines.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        tidy.push_str(line);
    }
    tidy.push('\n');
    tidy
}

/// Words and addresses, without the marks that make text look like source.
#[derive(Clone, Debug, Default)]
pub(super) struct Plain {
    link: String,
}

impl TextDecorator for Plain {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, Self::Annotation) {
        url.clone_into(&mut self.link);
        (String::new(), ())
    }
    fn decorate_link_end(&mut self) -> String {
        let url = std::mem::take(&mut self.link);
        match url.strip_prefix("mailto:") {
            Some(_) => String::new(),
            None => format!(": {url}"),
        }
    }
    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_em_end(&self) -> String {
        String::new()
    }
    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_strong_end(&self) -> String {
        String::new()
    }
    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }
    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_code_end(&self) -> String {
        String::new()
    }
    fn decorate_preformat_first(&self) {}
    fn decorate_preformat_cont(&self) {}
    fn decorate_image(&mut self, _src: &str, title: &str) -> (String, ()) {
        (title.to_owned(), ())
    }
    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }
    fn quote_prefix(&self) -> String {
        "> ".into()
    }
    fn unordered_item_prefix(&self) -> String {
        "- ".into()
    }
    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }
    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }
    fn finalise(&mut self, _links: Vec<String>) -> Vec<TaggedLine<()>> {
        Vec::new()
    }
}

/// Around what only the HTML shows, such as an address in full below its button.
const ONLY_HTML: (&str, &str) = ("<!-- only html -->", "<!-- /only html -->");
/// Around what only the text shows, such as a line above the foot: a comment to the HTML.
const ONLY_TEXT: (&str, &str) = ("<!-- only text", "-->");

/// Around what a mail says only when it goes alone, such as the house's name: a digest has its own.
const ONLY_ALONE: (&str, &str) = ("<!-- only alone -->", "<!-- /only alone -->");

/// The page from its body on: what stands before are mostly styles, which only cost the converter time.
fn without_head(html: &str) -> &str {
    match find(html, "</head>") {
        Some(end) => &html[end + "</head>".len()..],
        None => html,
    }
}

/// The page as the text is made from it.
fn for_text(html: &str) -> String {
    between(&between(&between(html, ONLY_HTML, |_| ""), ONLY_TEXT, |inner| inner), ONLY_ALONE, |inner| inner)
}

/// The page as it is sent.
pub(super) fn for_html(html: &str) -> String {
    between(&between(&between(html, ONLY_HTML, |inner| inner), ONLY_TEXT, |_| ""), ONLY_ALONE, |inner| inner)
}

/// The page as it stands within a digest; nothing if it says of nothing that it is for a mail that goes alone.
pub(super) fn within_digest(html: &str) -> Option<String> {
    html.contains(ONLY_ALONE.0).then(|| between(html, ONLY_ALONE, |_| ""))
}

/// The page with each marked piece replaced by what `keep` leaves of it.
fn between(html: &str, marks: (&str, &str), keep: fn(&str) -> &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = apart(rest, marks.0) {
        kept.push_str(before);
        let (inner, after) = apart(after, marks.1).unwrap_or((after, ""));
        kept.push_str(keep(inner));
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_can_say_different_things_in_text_and_html() {
        let page = "<p>a</p><!-- only html --><p>b</p><!-- /only html --><!-- only text <p>c</p> --><p>d</p>";
        assert_eq!(for_html(page), "<p>a</p><p>b</p><p>d</p>");
        assert_eq!(from_html(page).unwrap(), "a\n\nc\n\nd\n");
    }

    #[test]
    fn a_page_says_less_within_a_digest() {
        let page = "<!-- only alone --><p>Host</p><!-- /only alone --><p>a</p><!-- only alone --><p>foot</p><!-- /only alone -->";
        assert_eq!(for_html(page), "<p>Host</p><p>a</p><p>foot</p>");
        assert_eq!(from_html(page).unwrap(), "Host\n\na\n\nfoot\n");
        assert_eq!(within_digest(page).as_deref(), Some("<p>a</p>"));
        assert_eq!(within_digest("<p>a</p>"), None);
    }

    #[test]
    fn links_show_their_addresses_whole() {
        let address = format!("https://clients.host.example/invite/{}", "x".repeat(120));
        let text =
            from_html(&format!("<p>Please <a href=\"{address}\">look at this</a></p><ul><li>one</li></ul>"))
                .unwrap();
        assert_eq!(text, format!("Please look at this:\n{address}\n- one\n"));
    }
}
