//! HTML that comes in: as text, to be read and cut; and made safe, to be shown.

use html2text::{Element, Handle};
use std::collections::{HashMap, HashSet};

/// Stands alone on a line where a mail program says that a quote begins. Nobody can send it: it is taken
/// out of what comes in.
pub(super) const MARK: &str = "\u{e000}";

/// Pages that are longer, or nested deeper, are turned into text without regard to their layout.
const LONGEST: usize = 1 << 20;
const DEEPEST: usize = 200;

/// The text of a page, quotes as lines that begin with `> `, with [`MARK`] where the mail program says that the
/// mail before begins.
pub(super) fn text(page: &str) -> String {
    let page = page.replace(MARK, "");
    let simple = || mail_parser::decoders::html::html_to_text(&page);
    if page.len() > LONGEST {
        return simple();
    }
    let config = html2text::config::with_decorator(crate::mail::text::Plain::default())
        .no_table_borders()
        .raw_mode(true)
        .no_link_wrapping();
    let Ok(dom) = config.parse_html(page.as_bytes()) else { return simple() };
    if !mark_quotes(&dom.document) {
        return simple();
    }
    let rendered = config.dom_to_render_tree(&dom).and_then(|tree| config.render_to_string(tree, 1 << 20));
    rendered.map_or_else(|_| simple(), |text| text.replace('\u{a0}', " "))
}

/// Puts a mark before each element that begins the mail before; false if the page is nested too deep.
fn mark_quotes(document: &Handle) -> bool {
    let mut places: Vec<(Handle, usize)> = Vec::new();
    let mut stack = vec![(document.clone(), 0)];
    while let Some((node, depth)) = stack.pop() {
        if depth > DEEPEST {
            return false;
        }
        for (place, child) in node.children.borrow().iter().enumerate() {
            if begins_quote(child) {
                places.push((node.clone(), place));
            }
            stack.push((child.clone(), depth + 1));
        }
    }
    // From the end, so that places before stay what they are.
    places.sort_by_key(|(_, place)| std::cmp::Reverse(*place));
    for (parent, place) in places {
        let Some(mark) = mark() else { continue };
        mark.parent.set(Some(std::rc::Rc::downgrade(&parent)));
        parent.children.borrow_mut().insert(place, mark);
    }
    true
}

/// A paragraph with the mark.
fn mark() -> Option<Handle> {
    let dom = html2text::config::plain_no_decorate().parse_html(format!("<p>{MARK}</p>").as_bytes()).ok()?;
    let mut node = dom.document.clone();
    loop {
        let found =
            node.children.borrow().iter().find(|child| child.element_name().as_deref() == Some("p")).cloned();
        if let Some(paragraph) = found {
            return Some(paragraph);
        }
        let last = node.children.borrow().last().cloned()?;
        node = last;
    }
}

/// Ids and classes of elements with which mail programs begin the mail that they quote.
const QUOTES: [&str; 12] = [
    "divrplyfwdmsg",
    "appendonsend",
    "olk_src_body_section",
    "mail-editor-reference-message-container",
    "gmail_quote_container",
    "gmail_quote",
    "gmail_attr",
    "yahoo_quoted",
    "moz-cite-prefix",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
];

fn begins_quote(node: &Handle) -> bool {
    let Element { attrs, name, .. } = &node.data else { return false };
    let is_quote =
        |value: &str| value.split_whitespace().any(|word| QUOTES.iter().any(|known| word.ends_with(known)));
    let marked = attrs.borrow().iter().any(|attr| {
        let key: &str = attr.name.local.as_ref();
        ["id", "class"].contains(&key) && is_quote(&attr.value.to_lowercase())
    });
    // A `blockquote` is rendered with signs before its lines, and needs no mark.
    let element: &str = name.local.as_ref();
    marked && element != "blockquote"
}

/// A page that may be shown: no script, form, style sheet or frame; nothing is loaded from elsewhere. Images that
/// came with the mail show what `address` gives for their Content-ID.
pub fn safe(page: &str, address: &dyn Fn(&str) -> Option<String>) -> String {
    let page: String = page.chars().take(LONGEST).collect();
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
}
