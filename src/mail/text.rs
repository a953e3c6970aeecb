//! The plain text of a mail, made from its HTML where no `.txt` overrides it.

use html2text::render::{TaggedLine, TextDecorator};

/// Columns of the text; longer words and addresses stay whole.
const WIDTH: usize = 76;

/// The text of a page. Addresses of links stand in parentheses after their words, once.
pub(super) fn from_html(html: &str) -> Result<String, String> {
    let text = html2text::config::with_decorator(Plain::default())
        .no_table_borders()
        .raw_mode(true)
        .no_link_wrapping()
        .allow_width_overflow()
        .string_from_read(without_html_only(html).as_bytes(), WIDTH)
        .map_err(|error| error.to_string())?;
    Ok(tidy(&text))
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
struct Plain {
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
            None => format!(":\n{url}"),
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

/// The page without what only the HTML shows.
fn without_html_only(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(ONLY_HTML.0) {
        kept.push_str(before);
        rest = after.split_once(ONLY_HTML.1).map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// The page without the marks themselves.
pub(super) fn without_markers(html: &str) -> String {
    html.replace(ONLY_HTML.0, "").replace(ONLY_HTML.1, "")
}
