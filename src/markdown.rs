//! What people type into messages, as HTML that is safe to show: Markdown, without pictures or raw HTML.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Nothing else may stand in a message.
const TAGS: [&str; 23] = [
    "p",
    "br",
    "strong",
    "em",
    "del",
    "a",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "h4",
    "h5",
    "h6",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "sup",
];

/// The text as HTML: paragraphs, lines as they were typed, lists, code, quotes, tables, links. HTML
/// that was typed is shown as text; pictures become links, so that reading tells nobody anything.
pub fn to_html(text: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut in_link = 0;
    let events = Parser::new_ext(text, options).flat_map(move |event| {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => in_link += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => in_link -= 1,
            _ => {}
        }
        tamed(event, in_link == 0)
    });
    let mut written = String::with_capacity(text.len() * 2);
    html::push_html(&mut written, events);
    CLEANER.clean(&written).to_string()
}

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(HashSet::from(TAGS))
        .add_tag_attributes("a", ["href"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner
});

/// What a message may hold of what was typed.
fn tamed(event: Event<'_>, may_link: bool) -> Vec<Event<'_>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
        // HTML blocks come in lines, which stay lines.
        Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
        Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
        Event::SoftBreak => vec![Event::HardBreak],
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            vec![Event::Start(Tag::Link { link_type, dest_url, title, id })]
        }
        Event::End(TagEnd::Image) => vec![Event::End(TagEnd::Link)],
        Event::Start(Tag::Heading { id, classes, attrs, .. }) => {
            vec![Event::Start(Tag::Heading { level: HeadingLevel::H4, id, classes, attrs })]
        }
        Event::End(TagEnd::Heading(_)) => vec![Event::End(TagEnd::Heading(HeadingLevel::H4))],
        Event::Text(text) if may_link && text.contains("://") => linked(&text),
        other => vec![other],
    }
}

/// Bare addresses as links.
fn linked<'a>(text: &str) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let tail = &rest[start..];
        let end = tail.find(|c: char| c.is_whitespace() || "<>\"`".contains(c)).unwrap_or(tail.len());
        let address = tail[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        let address = if address.len() < 9 { &tail[..end] } else { address };
        events.push(Event::Text(CowStr::from(rest[..start].to_owned())));
        let dest_url = CowStr::from(address.to_owned());
        let link_type = LinkType::Autolink;
        let (title, id) = (CowStr::Borrowed(""), CowStr::Borrowed(""));
        events.push(Event::Start(Tag::Link { link_type, dest_url: dest_url.clone(), title, id }));
        events.push(Event::Text(dest_url));
        events.push(Event::End(TagEnd::Link));
        rest = &tail[address.len()..];
    }
    events.push(Event::Text(CowStr::from(rest.to_owned())));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_shown_as_they_mean_it() {
        let table = [
            ("Hello\nthere\n\nBye", "<p>Hello<br>\nthere</p>\n<p>Bye</p>\n"),
            ("**No** _way_ `rm -rf`", "<p><strong>No</strong> <em>way</em> <code>rm -rf</code></p>\n"),
            ("# Big", "<h4>Big</h4>\n"),
            ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>\n"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ];
        for (typed, html) in table {
            assert_eq!(to_html(typed), html);
        }
    }

    #[test]
    fn addresses_are_links_and_tell_nobody_where_they_were_clicked() {
        let html = to_html("See https://bakery.example/slow?a=1&b=2.");
        assert_eq!(
            html,
            "<p>See <a href=\"https://bakery.example/slow?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">https://bakery.example/slow?a=1&amp;b=2</a>.</p>\n"
        );
        assert!(!to_html("`https://bakery.example`").contains("<a"), "code stays code");
    }

    #[test]
    fn nothing_that_runs_or_calls_home_comes_through() {
        let hostile = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<div onclick=alert(1)>\n<style>*{}</style>\n</div>",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](data:text/html,<script>alert(1)</script>)",
            "![pixel](https://evil.example/pixel.png)",
            "[a](//evil.example)",
            "<https://ok.example/\"onmouseover=\"alert(1)>",
            "<svg/onload=alert(1)>",
            "[x]: javascript:alert(1)\n[x]",
        ];
        for typed in hostile {
            let html = to_html(typed).to_lowercase();
            for bad in
                ["<script", "<img", "<style", "<div", "<svg", "href=\"java", "href=\"data", "href=\"//"]
            {
                assert!(!html.contains(bad), "{typed} became {html}");
            }
            let inside_tags: String =
                html.split('<').skip(1).filter_map(|part| part.split('>').next()).collect();
            assert!(!inside_tags.contains(" on"), "{typed} became {html}");
        }
    }
}
