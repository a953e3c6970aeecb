//! The lines between two `---` at the top of a message: subject, category, event, sender.
//!
//! This is not YAML. A line is `key: value`, and the value is literal to the end of the line, because
//! `subject: [{{ event.ticket.reference }}] {{ event.ticket.subject }}` must mean what it says.

use crate::event::catalogue::{self, EventKind};
use crate::permission::Category;
use crate::report::{Report, did_you_mean};
use serde_json::Value;

const KEYS: [&str; 6] = ["subject", "category", "event", "reply_to", "from_name", "vars"];

/// A value of the front matter, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The value.
    pub text: String,
    /// Line of the file, from 1.
    pub line: usize,
    /// Column of its first character, from 1.
    pub column: usize,
}

impl Spot {
    /// The value as a template whose errors point into the file: as many lines and columns before
    /// it as in the file. Rendered, it must be trimmed.
    pub fn padded(&self) -> String {
        format!("{}{}{}", "\n".repeat(self.line - 1), " ".repeat(self.column - 1), self.text)
    }
}

/// What the front matter says.
#[derive(Clone, Debug)]
pub(super) struct FrontMatter {
    /// Template of the subject.
    pub subject: Spot,
    /// Who may switch it off.
    pub category: Category,
    /// The event that it is the notification of.
    pub event: Option<&'static EventKind>,
    /// Template of the address for answers.
    pub reply_to: Option<Spot>,
    /// Template of the sender's name.
    pub from_name: Option<Spot>,
    /// An example of what `email()` passes as `vars`.
    pub vars: Option<Value>,
    /// The file with the front matter's lines blank, so that errors in the body have the file's lines.
    pub body: String,
}

/// Reads the front matter of the file's text.
pub(super) fn parse(file: &str, source: &str) -> Result<FrontMatter, Vec<Report>> {
    let lines: Vec<&str> = source.strip_prefix('\u{feff}').unwrap_or(source).lines().collect();
    let fail = |line: usize, column: usize, code: &str, message: String| {
        Report::error(file, source, line, column, code, message)
    };
    if lines.first().map(|line| line.trim_end()) != Some("---") {
        return Err(vec![
            fail(
                1,
                1,
                "front-matter",
                "a message begins with front matter: a line `---`, then `subject: …`, then `---`".into(),
            )
            .help("if other templates include this file and nobody is sent it, let its name begin with `_`"),
        ]);
    }
    let Some(end) = lines.iter().skip(1).position(|line| line.trim_end() == "---").map(|n| n + 1) else {
        return Err(vec![
            fail(1, 1, "front-matter", "the front matter does not end".into())
                .help("close it with a line `---`"),
        ]);
    };
    let mut spots: [Option<Spot>; KEYS.len()] = Default::default();
    let mut reports = Vec::new();
    for (n, line) in lines.iter().enumerate().take(end).skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        let (number, indent) = (n + 1, line.chars().take_while(|c| c.is_whitespace()).count());
        let Some((key, value)) = line.split_once(':') else {
            reports.push(fail(number, 1, "front-matter", format!("{:?} is not `key: value`", line.trim())));
            continue;
        };
        let name = key.trim();
        let Some(slot) = KEYS.iter().position(|known| *known == name) else {
            let help = match did_you_mean(name, KEYS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are {}", KEYS.join(", ")),
            };
            reports.push(
                fail(number, indent + 1, "unknown-key", format!("front matter has no key `{name}`"))
                    .help(help),
            );
            continue;
        };
        let column = key.chars().count() + 2 + value.chars().take_while(|c| c.is_whitespace()).count();
        if spots[slot].is_some() {
            reports.push(fail(number, indent + 1, "front-matter", format!("`{name}` stands twice")));
        }
        spots[slot] = Some(Spot { text: value.trim().to_owned(), line: number, column })
            .filter(|spot| !spot.text.is_empty());
    }
    let [subject, category, event, reply_to, from_name, vars] = spots;
    let category = category.map_or(Some(Category::General), |spot| {
        let found = Category::from_key(&spot.text);
        if found.is_none() {
            let known = Category::CHOICES.iter().chain([&Category::Security]).map(|c| c.key());
            let help = match did_you_mean(&spot.text, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the categories are {}", known.collect::<Vec<_>>().join(", ")),
            };
            reports.push(
                fail(
                    spot.line,
                    spot.column,
                    "unknown-category",
                    format!("there is no category `{}`", spot.text),
                )
                .help(help),
            );
        }
        found
    });
    let event = event.and_then(|spot| {
        let found = catalogue::find(&spot.text);
        if found.is_none() {
            let help = match did_you_mean(&spot.text, catalogue::EVENTS.iter().map(|kind| kind.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`innkeeper events schema` lists them".into(),
            };
            reports.push(
                fail(spot.line, spot.column, "unknown-event", format!("there is no event `{}`", spot.text))
                    .help(help),
            );
        }
        found
    });
    let vars = vars.and_then(|spot| match serde_json::from_str::<Value>(&spot.text) {
        Ok(value @ Value::Object(_)) => Some(value),
        _ => {
            let example = r#"write it like `vars: {"account": "Blue Bakery"}`"#;
            reports.push(
                fail(
                    spot.line,
                    spot.column,
                    "front-matter",
                    "`vars` is not a JSON object on one line".into(),
                )
                .help(example),
            );
            None
        }
    });
    if subject.is_none() {
        reports.push(
            fail(1, 1, "missing-subject", "the front matter has no subject".into())
                .help("add a line `subject: …`"),
        );
    }
    match (subject, category) {
        (Some(subject), Some(category)) if reports.is_empty() => Ok(FrontMatter {
            subject,
            category,
            event,
            reply_to,
            from_name,
            vars,
            body: without_front_matter(source, end + 1),
        }),
        _ => Err(reports),
    }
}

/// The text with its first `count` lines empty.
fn without_front_matter(source: &str, count: usize) -> String {
    let body: usize = source.split_inclusive('\n').take(count).map(str::len).sum();
    format!("{}{}", "\n".repeat(count), &source[body..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(source: &str) -> Vec<(usize, usize, String, String)> {
        parse("email-templates/default/a.html", source)
            .expect_err("must be refused")
            .into_iter()
            .map(|r| (r.line, r.column, r.code, r.help))
            .collect()
    }

    #[test]
    fn a_value_is_literal_to_the_end_of_its_line() {
        let front = parse(
            "a.html",
            "---\nsubject: [{{ event.ticket.reference }}] {{ event.ticket.subject }}: # \"not\" 'yaml'\nfrom_name: {{ brand.name }} & friends\ncategory:support\nevent: ticket.replied\n---\n<p>Hi</p>\n",
        )
        .unwrap();
        assert_eq!(
            front.subject.text,
            "[{{ event.ticket.reference }}] {{ event.ticket.subject }}: # \"not\" 'yaml'"
        );
        assert_eq!((front.subject.line, front.subject.column), (2, 10));
        assert_eq!(front.from_name.unwrap().text, "{{ brand.name }} & friends");
        assert_eq!((front.category, front.event.unwrap().name), (Category::Support, "ticket.replied"));
        assert_eq!(front.body, "\n\n\n\n\n\n<p>Hi</p>\n");
    }

    #[test]
    fn unknown_words_are_reported_with_what_was_meant() {
        assert_eq!(
            codes("---\nsubject: a\nsubjet: b\ncategory: suport\nevent: ticket.replyed\n---\n"),
            [
                (3, 1, "unknown-key".into(), "did you mean `subject`?".into()),
                (4, 11, "unknown-category".into(), "did you mean `support`?".into()),
                (5, 8, "unknown-event".into(), "did you mean `ticket.replied`?".into()),
            ]
        );
    }

    #[test]
    fn a_message_needs_closed_front_matter_with_a_subject() {
        assert_eq!(codes("<p>Hi</p>")[0].2, "front-matter");
        assert_eq!(codes("---\nsubject: a\n<p>Hi</p>")[0].2, "front-matter");
        assert_eq!(codes("---\nsubject:\n---\n")[0].2, "missing-subject");
        assert_eq!(codes("---\nsubject: a\nsubject: b\n---\n")[0].0, 3);
        assert_eq!(codes("---\nsubject: a\nvars: {account}\n---\n")[0].0, 3);
    }

    #[test]
    fn windows_lines_and_a_byte_order_mark_are_no_obstacle() {
        let front = parse("a.html", "\u{feff}---\r\nsubject: Hi\r\n---\r\n<p>Hi</p>\r\n").unwrap();
        assert_eq!((front.subject.text.as_str(), front.body.as_str()), ("Hi", "\n\n\n<p>Hi</p>\r\n"));
    }
}
