//! HTML that comes in: as text, to be read and cut; and made safe, to be shown.

use super::tame::{For, tame};
use std::{
    collections::{HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Stands alone on a line where a mail program says that a quote begins. Nobody can send it: it is taken
/// out of what comes in.
pub(super) const MARK: &str = "\u{e000}";

/// Pages that are longer are turned into text without regard to their layout.
const LONGEST: usize = 1 << 20;

/// The text of a page, quotes as lines that begin with `> `, with [`MARK`] where the mail program says that the
/// mail before begins.
pub(super) fn text(page: &str) -> String {
    let page = page.replace(MARK, "");
    let laid_out = || laid_out(&page);
    // The renderer is not ours: where it stumbles, the words are there all the same.
    let laid_out = catch_unwind(AssertUnwindSafe(laid_out)).ok().flatten();
    laid_out.unwrap_or_else(|| mail_parser::decoders::html::html_to_text(&page))
}

fn laid_out(page: &str) -> Option<String> {
    if page.len() > LONGEST {
        return None;
    }
    let page = tame(page, For::Text)?;
    let config = html2text::config::with_decorator(crate::mail::text::Plain::default())
        .no_table_borders()
        .raw_mode(true)
        .no_link_wrapping();
    let text = config.string_from_read(page.as_bytes(), 1 << 20).ok()?;
    Some(text.replace('\u{a0}', " "))
}

/// A page that may be shown, or nothing if it is no letter: no script, form, style sheet or frame; nothing is loaded from elsewhere. Images that
/// came with the mail show what `address` gives for their Content-ID.
pub fn safe(page: &str, address: &dyn Fn(&str) -> Option<String>) -> String {
    let page: String = page.chars().take(LONGEST).collect();
    let Some(page) = tame(&page, For::Show) else { return String::new() };
    let mut images = HashMap::new();
    for id in content_ids(&page) {
        if let Some(address) = address(&id) {
            images.insert(format!("cid:{id}").to_lowercase(), address);
        }
    }
    let mut builder = ammonia::Builder::default();
    builder
        .add_url_schemes(["cid"])
        .url_relative(ammonia::UrlRelative::PassThrough)
        .rm_tags(["map", "area"])
        .clean_content_tags(HashSet::from([
            "script", "style", "title", "template", "noscript", "svg", "math",
        ]))
        .add_generic_attributes(["dir"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("img", "src") => images.get(&value.to_lowercase()).map(|address| address.clone().into()),
            // Nothing of ours may be reached by a link that does not say where it leads.
            ("a", "href") => url::Url::parse(value).ok().map(|_| value.into()),
            (_, "cite" | "longdesc" | "background") => None,
            _ => Some(value.into()),
        });
    builder.clean(&page).to_string()
}

/// The ids of images that the page shows, at most so many.
fn content_ids(page: &str) -> Vec<String> {
    let found = page.split(['"', '\'', ' ', '>']).filter_map(|word| {
        let start = word.get(..4)?;
        start.eq_ignore_ascii_case("cid:").then(|| word[4..].to_owned())
    });
    found.take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_shown_does_nothing_and_asks_nobody() {
        let page = "<p onclick=x()>a<script>alert(1)</script><img src=\"https://spy.example/p.png\">\
                    <img src='cid:logo@x'><a href=\"javascript:x()\">b</a><a href=\"https://x.example\">c</a>\
                    <form action=/x><input name=p></form><style>p{}</style><iframe src=x></iframe>\
                    <a href=\"/admin/x\">d</a></p>";
        let safe = safe(page, &|id| (id == "logo@x").then(|| "/files/1".to_owned()));
        for bad in ["onclick", "script", "spy", "form", "<input", "style", "iframe", "/admin", "cid:"] {
            assert!(!safe.contains(bad), "{bad} in {safe}");
        }
        assert!(safe.contains("<img src=\"/files/1\">"), "{safe}");
        assert!(safe.contains("href=\"https://x.example\""), "{safe}");
    }

    #[test]
    fn deep_pages_are_still_read() {
        let page = format!("{}deep{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
        assert_eq!(text(&page).trim(), "deep");
    }

    /// Each of these would take a parser minutes, or all memory.
    #[test]
    fn pages_that_are_built_to_be_slow_are_read_like_others() {
        let attributes: String = (0..60_000).map(|n| format!(" a{n}=1")).collect();
        let numbered =
            |piece: &str| (0..14_000).map(|n| piece.replace('%', &n.to_string())).collect::<String>();
        let pages = [
            "<a><b>".repeat(100_000),
            "<a><b>".repeat(14_000),
            format!("<p{attributes}>"),
            numbered("<b id=%><p>"),
            numbered("<table><div>%</div>"),
            numbered("<table><b id=%><tr><td></b>"),
            "<div>".repeat(29_000),
            "<table><tr><td>".repeat(9_000),
            "<ol start=9223372036854775807><li>".repeat(50),
            "<".repeat(900_000),
            "<!--".repeat(200_000),
            "<p a=\"".repeat(100_000),
            "</p".repeat(250_000),
            "<style>".repeat(100_000),
        ];
        for page in pages {
            let page = format!("<p>The shop is slow.</p>{page}");
            let read = text(&page);
            assert!(read.starts_with("The shop is slow."), "{:?} of {:?}", read.get(..60), page.get(..60));
            let _ = safe(&page, &|_| None);
        }
    }
}
