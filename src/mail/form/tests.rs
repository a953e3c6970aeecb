//! Filling in gives what the converter itself would have made, whatever the page.

use super::*;
use crate::mail::{inline, text};
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Texts between tags: names, what people type, what escaping leaves, blanks and signs of every kind.
const TEXTS: [&str; 28] = [
    "Olive",
    "Blue  Bakery",
    " a ",
    "\n",
    "",
    " ",
    "O&#39;Neil &amp; Sons",
    "&lt;b&gt;",
    "1 &#x2f; 2",
    "&quot;x&quot;",
    "a\nb",
    "a\tb",
    "\u{a0}",
    "a\u{a0}b",
    "&nbsp;",
    "&middot; x",
    "\u{200b}",
    "x\u{200b}y",
    "\u{301}",
    "名前",
    "🙂",
    "a\r\nb",
    "\u{f0000}",
    "a & b",
    "\u{3000}",
    "1 < 2",
    "&#xF0000;",
    "&#983041; &#8212;",
];
/// Addresses of links.
const ADDRESSES: [&str; 9] = [
    "https://clients.host.example/tickets/1",
    "https:&#x2f;&#x2f;clients.host.example&#x2f;a?b=1&amp;c=&quot;",
    "mailto:olive@bakery.example",
    "http://x",
    "https://",
    "#top",
    "",
    "https://a b",
    "https://a?b=1&c=2",
];
const ELEMENTS: [&str; 22] = [
    "p",
    "div",
    "span",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "h1",
    "h3",
    "table",
    "tr",
    "td",
    "th",
    "code",
    "pre",
    "sup",
    "del",
    "a",
    "style",
    "title",
];

fn page() -> impl Strategy<Value = String> {
    let text = proptest::sample::select(&TEXTS[..]).prop_map(str::to_owned);
    let empty = proptest::sample::select(vec![
        "<br>",
        "<hr>",
        "<br/>",
        "<!-- a -->",
        "<!-->",
        "<img src=\"x\" alt=\"y\">",
        "</p>",
        "<p",
        "<a href=x>",
    ]);
    let leaf = prop_oneof![4 => text, 1 => empty.prop_map(str::to_owned)];
    let body = leaf.prop_recursive(5, 40, 5, |inner| {
        let several = proptest::collection::vec(inner, 0..5).prop_map(|all| all.concat());
        let class =
            proptest::sample::select(vec!["", " class=\"quote\"", " class='muted'", " title=\"a > b\""]);
        let address = proptest::sample::select(&ADDRESSES[..]);
        (proptest::sample::select(&ELEMENTS[..]), class, address, several).prop_map(
            |(name, class, address, inner)| {
                let address = if name == "a" { format!(" href=\"{address}\"") } else { String::new() };
                format!("<{name}{address}{class}>{inner}</{name}>")
            },
        )
    });
    let head = "<!doctype html>\n<html><head><title>x</title><style>p { margin: 0 } .quote p { color: red } .muted { color: blue }</style></head><body>";
    body.prop_map(move |body| format!("{head}{body}</body></html>"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_filled_in_is_what_the_converter_makes(page in page()) {
        let html = Forms::new(Gives::Html, inline::directly);
        prop_assert_eq!(html.convert(&page), inline::directly(&page));
        let plain = Forms::new(Gives::Text, text::directly);
        let (filled, direct) = (plain.convert(&page), text::directly(&page));
        prop_assert_eq!(filled, direct);
    }
}

static CONVERTED: AtomicUsize = AtomicUsize::new(0);

fn counted(page: &str) -> Result<String, String> {
    CONVERTED.fetch_add(1, Ordering::SeqCst);
    Ok(page.to_uppercase())
}

#[test]
fn pages_of_one_form_are_converted_once() {
    let forms = Forms::new(Gives::Html, counted);
    let page = |name: &str, address: &str| format!("<p>Hello {name}, <a href=\"{address}\">look</a></p>");
    for (name, address) in
        [("Olive", "https://host.example/1"), ("Jo &amp; Co", "https://host.example/2?a=&quot;")]
    {
        let made = forms.convert(&page(name, address)).unwrap();
        let (scheme, rest) = address.split_at("https://".len());
        assert_eq!(
            made,
            format!("<P>Hello {name}, <A HREF=\"{}{rest}\">look</A></P>", scheme.to_uppercase())
        );
    }
    assert_eq!(CONVERTED.load(Ordering::SeqCst), 1);
    forms.convert("<p>Hello</p>").unwrap();
    assert_eq!(CONVERTED.load(Ordering::SeqCst), 2, "another form");
}
