//! HTML from strangers, written anew so that no parser can be made to work on it for minutes.
//!
//! Parsers follow the standard, by which a small page can ask for a large tree: elements left open are opened again in each
//! paragraph, every tag looks through all that are open, every attribute is compared with all others. What comes out of
//! [`tame`] is plain: each element is closed within the one that it stands in, few are open at once, few attributes are left,
//! and text is text for whoever reads it. It takes one pass, and knows no state that a trick in the page could confuse.

use super::html::MARK;

/// Tags in a page; with more it is no letter.
const MOST_TAGS: usize = 30_000;
/// Elements that are open at once.
const DEEPEST: usize = 100;
/// Attributes of one element that are looked at.
const MOST_ATTRIBUTES: usize = 40;
/// Characters of an attribute's value.
const LONGEST_VALUE: usize = 8_000;
/// Marks before quotes; the first of them matters most.
const MOST_MARKS: usize = 50;

/// What a page is written anew for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum For {
    /// To be turned into text, with [`MARK`] before what mail programs quote.
    #[default]
    Text,
    /// To be shown, once it is made safe.
    Show,
}

/// A page written anew; nothing if it has more tags than any letter has.
pub(super) fn tame(page: &str, purpose: For) -> Option<String> {
    let mut tamer = Tamer { purpose, out: String::with_capacity(page.len()), ..Tamer::default() };
    let mut rest = page;
    while let Some(place) = rest.find('<') {
        tamer.text(&rest[..place]);
        rest = tamer.markup(&rest[place..]);
        if tamer.tags > MOST_TAGS {
            return None;
        }
    }
    tamer.text(rest);
    tamer.close_to(0);
    Some(tamer.out)
}

/// Elements as they are written, with what is known of them.
const BLOCKS: [&str; 14] =
    ["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table"];
const ITEMS: [&str; 3] = ["li", "dt", "dd"];
const CELLS: [&str; 3] = ["td", "th", "caption"];
const SECTIONS: [&str; 3] = ["tbody", "thead", "tfoot"];
const INLINE: [&str; 27] = [
    "a", "sup", "sub", "span", "b", "i", "u", "s", "em", "strong", "small", "big", "font", "code", "tt",
    "strike", "abbr", "cite", "q", "del", "ins", "kbd", "samp", "var", "mark", "bdi", "bdo",
];
/// What only looks different is nothing to a text.
const INLINE_OF_TEXT: [&str; 2] = ["a", "sup"];
const ALONE: [&str; 3] = ["br", "hr", "img"];
/// Blocks by other names.
const LIKE_DIV: [&str; 16] = [
    "center",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "figure",
    "figcaption",
    "address",
    "fieldset",
    "form",
    "details",
    "summary",
    "dir",
];
/// Elements whose inside is not for readers.
const UNREAD: [&str; 16] = [
    "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "template",
    "svg", "math", "object", "select", "frameset", "applet",
];

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

type Attribute<'a> = (String, &'a str);

#[derive(Default)]
struct Tamer {
    purpose: For,
    out: String,
    open: Vec<&'static str>,
    /// Elements that were not opened, because too many are.
    beyond: usize,
    tags: usize,
    marks: usize,
}

impl Tamer {
    fn text(&mut self, text: &str) {
        let in_table = self.open.last().is_some_and(|last| !may_hold_text(last));
        if in_table && text.trim().is_empty() {
            return;
        }
        if in_table {
            self.open_cell();
        }
        self.out.push_str(text);
    }

    /// What begins with `<`; gives what comes after it.
    fn markup<'a>(&mut self, rest: &'a str) -> &'a str {
        let after = |end: &str| rest.find(end).map_or("", |place| &rest[place + end.len()..]);
        let second = rest[1..].chars().next().unwrap_or_default();
        if rest.starts_with("<!-->") || rest.starts_with("<!--->") {
            return after(">");
        }
        if rest.starts_with("<!--") {
            return after("-->");
        }
        if second == '!' || second == '?' {
            return after(">");
        }
        let third = rest[1..].chars().nth(1).unwrap_or_default();
        if second == '/' && third.is_ascii_alphabetic() {
            self.tags += 1;
            let (name, _, rest) = tag(&rest[2..]);
            self.close(&name);
            return rest;
        }
        if !second.is_ascii_alphabetic() {
            self.text("&lt;");
            return &rest[1..];
        }
        self.tags += 1;
        let (name, attributes, rest) = tag(&rest[1..]);
        if UNREAD.contains(&name.as_str()) {
            return after_element(rest, &name);
        }
        let quote = self.purpose == For::Text && name != "blockquote" && begins_quote(&attributes);
        if quote && self.marks < MOST_MARKS {
            self.marks += 1;
            self.open("p", &[]);
            self.text(MARK);
            self.close("p");
        }
        self.open(&name, &attributes);
        rest
    }

    fn open(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        let Some(name) = self.known(name) else { return };
        if ALONE.contains(&name) {
            self.open_cell();
            self.write(name, attributes);
            return;
        }
        if !self.make_room(name) {
            return;
        }
        if self.open.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        self.write(name, attributes);
        self.open.push(name);
    }

    /// Closes what ends where this begins; false if it cannot stand here.
    fn make_room(&mut self, name: &'static str) -> bool {
        if CELLS.contains(&name) || SECTIONS.contains(&name) || name == "tr" {
            let Some(table) = self.open.iter().rposition(|one| *one == "table") else { return false };
            let keeps = |one: &&str| match name {
                "td" | "th" => *one == "tr" || SECTIONS.contains(one),
                "tr" => SECTIONS.contains(one),
                _ => false,
            };
            let kept = self.open[table + 1..].iter().take_while(|one| keeps(one)).count();
            self.close_to(table + 1 + kept);
            if ["td", "th"].contains(&name) && self.open.last() != Some(&"tr") {
                self.push("tr");
            }
            return true;
        }
        self.open_cell();
        if BLOCKS.contains(&name) || ITEMS.contains(&name) {
            let inline = self.open.iter().rev().take_while(|one| INLINE.contains(one)).count();
            if let Some(place) =
                self.open.len().checked_sub(inline + 1).filter(|place| self.open[*place] == "p")
            {
                self.close_to(place);
            }
        }
        if ITEMS.contains(&name) {
            let holds = |one: &&str| ["ul", "ol", "dl"].contains(one) || CELLS.contains(one);
            let list = self.open.iter().rposition(holds).map_or(0, |place| place + 1);
            if let Some(place) = self.open[list..].iter().position(|one| ITEMS.contains(one)) {
                self.close_to(list + place);
            }
        }
        if name == "a"
            && let Some(place) = self.within_cell("a")
        {
            self.close_to(place);
        }
        true
    }

    fn close(&mut self, name: &str) {
        if name == "br" {
            self.open(name, &[]);
            return;
        }
        let Some(name) = self.known(name).filter(|name| !ALONE.contains(name)) else { return };
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let place = if name == "table" {
            self.open.iter().rposition(|one| *one == name)
        } else if CELLS.contains(&name) || SECTIONS.contains(&name) || name == "tr" {
            let table = self.open.iter().rposition(|one| *one == "table").unwrap_or_default();
            self.open.iter().rposition(|one| *one == name).filter(|place| *place > table)
        } else {
            self.within_cell(name)
        };
        if let Some(place) = place {
            self.close_to(place);
        }
    }

    /// Where this is open within the innermost cell.
    fn within_cell(&self, name: &str) -> Option<usize> {
        let cell =
            self.open.iter().rposition(|one| CELLS.contains(one) || *one == "table").unwrap_or_default();
        self.open.iter().rposition(|one| *one == name).filter(|place| *place >= cell)
    }

    /// Between the cells of a table nothing may stand: parsers would put it elsewhere, one by one.
    fn open_cell(&mut self) {
        if self.open.last().is_some_and(|last| !may_hold_text(last)) {
            if self.open.last() != Some(&"tr") {
                self.push("tr");
            }
            self.push("td");
        }
    }

    fn push(&mut self, name: &'static str) {
        self.write(name, &[]);
        self.open.push(name);
    }

    fn close_to(&mut self, place: usize) {
        while self.open.len() > place {
            let Some(name) = self.open.pop() else { break };
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn write(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes {
            if !keeps(self.purpose, name, attribute) {
                continue;
            }
            // A number of a list or of columns that only a machine would write.
            let number = ["start", "value", "colspan", "rowspan"].contains(&attribute.as_str());
            if number && !value.trim().parse::<u16>().is_ok_and(|number| number <= 1_000) {
                continue;
            }
            let value: String = value.chars().take(LONGEST_VALUE).collect();
            self.out.push_str(&format!(" {attribute}=\"{}\"", value.replace('"', "&quot;")));
        }
        self.out.push('>');
    }

    /// The element as it is written; nothing for those without meaning here.
    fn known(&self, name: &str) -> Option<&'static str> {
        let inline = if self.purpose == For::Text { &INLINE_OF_TEXT[..] } else { &INLINE[..] };
        let lists = [&BLOCKS[..], &ITEMS[..], &CELLS[..], &SECTIONS[..], inline, &ALONE[..], &["tr"][..]];
        let found = lists.into_iter().flatten().find(|known| **known == name).copied();
        found.or_else(|| LIKE_DIV.contains(&name).then_some("div"))
    }
}

fn keeps(purpose: For, name: &str, attribute: &str) -> bool {
    match purpose {
        For::Text => matches!(
            (name, attribute),
            ("a", "href") | ("img", "alt" | "src") | ("ol", "start") | ("td" | "th", "colspan")
        ),
        For::Show => attribute.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'),
    }
}

fn may_hold_text(element: &str) -> bool {
    element != "table" && element != "tr" && !SECTIONS.contains(&element)
}

/// A tag from its name on: the name in small letters, its attributes, and what comes after it.
fn tag(rest: &str) -> (String, Vec<Attribute<'_>>, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || c == '/' || c == '>';
    let end = rest.find(ends).unwrap_or(rest.len());
    let name = rest[..end].to_ascii_lowercase();
    let mut rest = &rest[end..];
    let mut attributes: Vec<Attribute<'_>> = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let Some(first) = rest.chars().next() else { return (name, attributes, rest) };
        if first == '>' {
            return (name, attributes, &rest[1..]);
        }
        // A name may begin with what separates others.
        let from = first.len_utf8();
        let end = rest[from..].find(|c| ends(c) || c == '=').map_or(rest.len(), |place| place + from);
        let attribute = &rest[..end];
        rest = rest[end..].trim_start_matches(|c: char| c.is_ascii_whitespace());
        let mut value = "";
        if let Some(given) = rest.strip_prefix('=') {
            (value, rest) = attribute_value(given.trim_start_matches(|c: char| c.is_ascii_whitespace()));
        }
        if attributes.len() < MOST_ATTRIBUTES && attribute.len() <= 40 {
            let attribute = attribute.to_ascii_lowercase();
            if !attributes.iter().any(|(known, _)| *known == attribute) {
                attributes.push((attribute, value));
            }
        }
    }
}

/// A value, and what comes after it.
fn attribute_value(rest: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = rest.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(rest.len());
    rest.split_at(end)
}

/// What comes after the end of an element whose inside is not read.
fn after_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(place) = rest[from..].find("</") {
        let inner = from + place + 2;
        let is_end =
            rest.get(inner..inner + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_end {
            return rest[inner..].find('>').map_or("", |end| &rest[inner + end + 1..]);
        }
        from = inner;
    }
    ""
}

fn begins_quote(attributes: &[Attribute<'_>]) -> bool {
    let is_quote = |value: &str| {
        value.split_whitespace().take(100).any(|word| QUOTES.iter().any(|known| word.ends_with(known)))
    };
    attributes
        .iter()
        .any(|(name, value)| ["id", "class"].contains(&name.as_str()) && is_quote(&value.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: &str) -> String {
        tame(page, For::Text).unwrap()
    }

    #[test]
    fn what_is_written_is_closed_where_it_stands() {
        let table = [
            ("<div><p>a<p>b", "<div><p>a</p><p>b</p></div>"),
            (
                "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>",
                "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>",
            ),
            (
                "<table><tr><td>a<td>b<tr><td>c</table>d",
                "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d",
            ),
            ("<table>lost<tr> <td>a</table>", "<table><tr><td>lost</td></tr><tr><td>a</td></tr></table>"),
            ("<td>a</td></div></p>b", "ab"),
            ("<div><table><tr><td></div>a</table>b</div>", "<div><table><tr><td>a</td></tr></table>b</div>"),
            ("<a href='x\"y' href=z onclick=e>l<a href=w>m", "<a href=\"x&quot;y\">l</a><a href=\"w\">m</a>"),
            ("a < b <3 <!-- <p> --> &amp; <b id=1>c", "a &lt; b &lt;3  &amp; c"),
            ("<style>p{}</style>a<script>\"</scriptx\"<p></SCRIPT >b<title>c", "ab"),
            ("<ol start=9223372036854775807><li>a", "<ol><li>a</li></ol>"),
            ("<section>a</section><br/>b</br>", "<div>a</div><br>b<br>"),
        ];
        for (page, expected) in table {
            assert_eq!(text(page), expected, "{page}");
        }
    }

    #[test]
    fn a_quote_of_a_mail_program_is_marked() {
        assert_eq!(text("a<div class='x gmail_quote'>b</div>"), format!("a<p>{MARK}</p><div>b</div>"));
        assert_eq!(text("<blockquote class=gmail_quote>b"), "<blockquote>b</blockquote>");
        let shown = tame("<div class=gmail_quote><b>b", For::Show).unwrap();
        assert_eq!(shown, "<div class=\"gmail_quote\"><b>b</b></div>");
    }

    #[test]
    fn few_are_open_at_once_and_all_are_closed() {
        for piece in [
            "<div>",
            "<b id=%>",
            "<a><b>",
            "<table><tr><td>",
            "<li><ul>",
            "<table><b></table>",
            "<p><font x=%>",
            "<svg><td>",
        ] {
            let page: String = (0..2_000).map(|n| piece.replace('%', &n.to_string())).collect();
            for purpose in [For::Text, For::Show] {
                let tamed = tame(&page, purpose).unwrap();
                let (mut open, mut deepest) = (0_usize, 0);
                for (place, _) in tamed.match_indices('<') {
                    if tamed[place..].starts_with("</") {
                        open -= 1;
                    } else {
                        open += 1;
                        deepest = deepest.max(open);
                    }
                }
                // A cell may need a row.
                assert!(open == 0 && deepest <= DEEPEST + 2, "{piece}: {open}, {deepest}");
            }
        }
        assert_eq!(tame(&"<p>".repeat(MOST_TAGS + 1), For::Text), None);
    }
}
