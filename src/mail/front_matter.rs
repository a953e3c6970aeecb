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
    let mut reader = Reader { file, source, reports: Vec::new() };
    let end = reader.end().map_err(|report| vec![report])?;
    let [subject, category, event, reply_to, from_name, vars] = reader.lines(end);
    let category = category.map_or(Some(Category::General), |spot| reader.category(&spot));
    let event = event.and_then(|spot| reader.event(&spot));
    let vars = vars.and_then(|spot| reader.vars(&spot));
    // A line that is none may have been meant as the subject.
    if subject.is_none() && reader.reports.iter().all(|report| report.code != "front-matter") {
        let report = reader.error(1, 1, "missing-subject", "the front matter has no subject");
        reader.reports.push(report.help("add a line `subject: …`"));
    }
    match (subject, category) {
        (Some(subject), Some(category)) if reader.reports.is_empty() => {
            let body = without_front_matter(source, end + 1);
            Ok(FrontMatter { subject, category, event, reply_to, from_name, vars, body })
        }
        _ => Err(reader.reports),
    }
}

struct Reader<'a> {
    file: &'a str,
    source: &'a str,
    reports: Vec<Report>,
}

impl Reader<'_> {
    fn error(&self, line: usize, column: usize, code: &str, message: impl Into<String>) -> Report {
        Report::error(self.file, self.source, line, column, code, message)
    }

    /// The number of the closing line, from 0.
    fn end(&self) -> Result<usize, Report> {
        let mut lines = self.source.strip_prefix('\u{feff}').unwrap_or(self.source).lines();
        if lines.next().map(str::trim_end) != Some("---") {
            let text = "a message begins with front matter: a line `---`, then `subject: …`, then `---`";
            return Err(self.error(1, 1, "front-matter", text).help(
                "if other templates include this file and nobody is sent it, let its name begin with `_`",
            ));
        }
        match lines.position(|line| line.trim_end() == "---") {
            Some(n) => Ok(n + 1),
            None => Err(self
                .error(1, 1, "front-matter", "the front matter does not end")
                .help("close it with a line `---`")),
        }
    }

    /// The values, in the order of [`KEYS`].
    fn lines(&mut self, end: usize) -> [Option<Spot>; KEYS.len()] {
        let mut spots: [Option<Spot>; KEYS.len()] = Default::default();
        let lines = self.source.lines().enumerate().take(end).skip(1);
        for (n, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let (number, indent) = (n + 1, line.chars().take_while(|c| c.is_whitespace()).count());
            let Some((key, value)) = line.split_once(':') else {
                let text = format!("{:?} is not `key: value`", line.trim());
                self.reports.push(self.error(number, 1, "front-matter", text));
                continue;
            };
            let name = key.trim();
            let Some(slot) = KEYS.iter().position(|known| *known == name) else {
                let help = meant(name, KEYS, "the keys are");
                let report = self.error(
                    number,
                    indent + 1,
                    "unknown-key",
                    format!("front matter has no key `{name}`"),
                );
                self.reports.push(report.help(help));
                continue;
            };
            if spots[slot].is_some() {
                let text = format!("`{name}` stands twice");
                self.reports.push(self.error(number, indent + 1, "front-matter", text));
            }
            let blank = value.chars().take_while(|c| c.is_whitespace()).count();
            let spot =
                Spot { text: value.trim().to_owned(), line: number, column: key.chars().count() + 2 + blank };
            spots[slot] = Some(spot).filter(|spot| !spot.text.is_empty());
        }
        spots
    }

    fn category(&mut self, spot: &Spot) -> Option<Category> {
        let found = Category::from_key(&spot.text);
        if found.is_none() {
            let known: Vec<_> =
                Category::CHOICES.iter().chain([&Category::Security]).map(|c| c.key()).collect();
            let text = format!("there is no category `{}`", spot.text);
            let report = self.error(spot.line, spot.column, "unknown-category", text);
            self.reports.push(report.help(meant(&spot.text, known, "the categories are")));
        }
        found
    }

    fn event(&mut self, spot: &Spot) -> Option<&'static EventKind> {
        let found = catalogue::find(&spot.text);
        if let Some(unheard) = found.filter(|kind| !kind.is_heard()) {
            let text = format!("no mail is about `{}`: it runs one `every` hook", unheard.name);
            let help = "leave `event` out, and send this by email() from the `every` hook";
            self.reports.push(self.error(spot.line, spot.column, "unknown-event", text).help(help));
            return None;
        }
        if found.is_none() {
            let help = did_you_mean(&spot.text, catalogue::heard().map(|kind| kind.name)).map_or_else(
                || "docs/reference.md lists them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let text = format!("there is no event `{}`", spot.text);
            self.reports.push(self.error(spot.line, spot.column, "unknown-event", text).help(help));
        }
        found
    }

    fn vars(&mut self, spot: &Spot) -> Option<Value> {
        let value = serde_json::from_str::<Value>(&spot.text).ok().filter(Value::is_object);
        if value.is_none() {
            let text = "`vars` is not a JSON object on one line";
            let report = self.error(spot.line, spot.column, "front-matter", text);
            self.reports.push(report.help(r#"write it like `vars: {"account": "Blue Bakery"}`"#));
        }
        value
    }
}

/// The nearest of the known words, or all of them.
fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, all: &str) -> String {
    let known: Vec<_> = known.into_iter().collect();
    did_you_mean(word, known.iter().copied())
        .map_or_else(|| format!("{all} {}", known.join(", ")), |near| format!("did you mean `{near}`?"))
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
        let help = "leave `event` out, and send this by email() from the `every` hook";
        assert_eq!(
            codes("---\nsubject: a\nevent: schedule.due\n---\n"),
            [(3, 8, "unknown-event".into(), help.into())]
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
