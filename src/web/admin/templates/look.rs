//! What a template looks like while it is written: rendered in a process of its own, shown in a frame that runs nothing.

use super::href;
use crate::{
    bundle::{self, Bundle},
    event::outbox,
    mail::{self, Occasion, Trial, Tried, queue},
    report::{Report, Severity},
    web::{access::StaffOnly, fields::Fields, trouble::Trouble},
};
use minijinja::{Value, context};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// How many events that happened are offered.
const EVENTS: usize = 10;
/// How far back they are looked for.
const LOOK_BACK: i64 = 2_000;
/// What stands in the head of a mail that is shown: it loads pictures and nothing else.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:\">";

/// The template that a page is about.
pub(super) struct Template {
    pub locale: String,
    /// As in the address: `invite`, `layout`, or `invite.txt`.
    pub name: String,
    /// Its path below the data folder.
    pub file: String,
    pub live: Arc<Bundle>,
}

impl Template {
    /// # Errors
    /// The page that there is nothing here, if no language has a file of this name.
    pub fn find(visit: &StaffOnly, locale: &str, name: &str) -> Result<Self, Trouble> {
        let live = visit.app().bundle();
        let file = mail::file_of(locale, name).map_err(|_| Trouble::not_found())?;
        let shipped = bundle::shipped();
        let same = |path: &String| mail::name_of(path).is_some_and(|(_, own)| own == name);
        let is_text = name.strip_suffix(".txt").is_some_and(|name| live.templates.find(name).is_some());
        let on_disk = || super::on_disk(visit).is_ok_and(|source| source.files.keys().any(same));
        if live.files.keys().chain(shipped.keys()).any(same) || is_text || on_disk() {
            Ok(Self { locale: locale.to_owned(), name: name.to_owned(), file, live })
        } else {
            Err(Trouble::not_found())
        }
    }

    pub fn href(&self) -> String {
        href(&self.locale, &self.name)
    }

    /// The message that shows it: its own, or one that uses it.
    pub fn message(&self) -> String {
        if mail::is_part(&self.file) {
            return self.live.templates.user_of(&self.locale).unwrap_or_default().to_owned();
        }
        self.name.trim_end_matches(".txt").to_owned()
    }

    /// The recipient's language in which this file, and no other, is used.
    fn reader(&self) -> &str {
        if self.locale == "default" { "" } else { &self.locale }
    }

    /// The events that its message can be shown on: the samples by number, then events that happened.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn occasions(&self, visit: &StaffOnly) -> Result<Vec<Value>, Trouble> {
        let message = self.message();
        let samples = self.live.templates.samples_of(&message).max(1);
        let mut all: Vec<Value> = (0..samples)
            .map(|n| context! { value => format!("sample:{n}"), number => n + 1, label => "" })
            .collect();
        let db = &visit.app().db;
        let event = self.live.templates.find(&message).and_then(|info| info.event);
        let mut past = Vec::new();
        if let Some(event) = event {
            past = outbox::list(db, None, i64::MAX, LOOK_BACK).await?;
            past.retain(|stored| stored.name == event);
            past.truncate(EVENTS);
        }
        if past.is_empty() {
            // Messages that only scripts send, and events that are rare: by the mails that were made of it.
            for id in queue::store::events_of(db, &message, EVENTS).await? {
                past.extend(outbox::lookup(db, &id).await?);
            }
        }
        for stored in past {
            let whole = stored.whole()?;
            let about = ["/ticket/reference", "/user/name", "/invite/email", "/account/name"];
            let mut about = about.iter().filter_map(|part| whole.pointer(part)?.as_str());
            let about = about.find(|text| !text.is_empty()).unwrap_or(&stored.id).to_owned();
            let label = format!("{} · {about}", visit.reader().when(stored.at, ""));
            all.push(context! { value => &stored.id, number => 0, label });
        }
        Ok(all)
    }

    /// Renders the text as if it stood in the file.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn look(&self, visit: &StaffOnly, source: &str, fields: &Fields) -> Result<Tried, Trouble> {
        let (event, sample) = match fields.get("on").strip_prefix("sample:") {
            Some(number) => (None, number.parse().unwrap_or(0)),
            None if fields.get("on").is_empty() => (None, 0),
            None => {
                let stored = outbox::lookup(&visit.app().db, fields.get("on")).await?;
                (stored.map(|stored| stored.whole()).transpose()?.map(Arc::new), 0)
            }
        };
        let occasion = Occasion {
            event,
            sample,
            kind: fields.get("kind").to_owned(),
            locale: self.reader().to_owned(),
            email: fields.get("test_to").trim().to_owned(),
            brand: Arc::new(bundle::brand(&visit.app().config)),
            words: self.live.words(self.reader()),
        };
        let mut files = self.live.files.clone();
        files.retain(|path, _| path.starts_with("email-templates/"));
        files.insert(self.file.clone(), source.into());
        let trial = Trial { files, file: self.file.clone(), name: self.message(), occasion };
        Ok(bundle::preview(&trial).await)
    }
}

/// The mail as the page shows it.
pub(super) fn shown(tried: &Tried) -> Option<Value> {
    tried.rendered.as_ref().map(|mail| {
        context! { subject => &mail.subject, from_name => &mail.from_name, text => &mail.text, framed => framed(&mail.html) }
    })
}

/// As [`shown`] and [`problems`], for the script of the page.
pub(super) fn json(tried: &Tried) -> Json {
    let mail = tried.rendered.as_ref();
    json!({
        "subject": mail.map(|mail| &mail.subject),
        "from_name": mail.map(|mail| &mail.from_name),
        "text": mail.map(|mail| &mail.text),
        "framed": mail.map(|mail| framed(&mail.html)),
        "problems": tried.reports.iter().map(|report| json!({
            "file": report.file, "line": report.line, "column": report.column, "error": report.severity == Severity::Error,
            "message": report.message, "help": report.help, "snippet": excerpt(report),
        })).collect::<Vec<_>>(),
    })
}

/// What is wrong, and the lines that it is about.
pub(super) fn problems(reports: &[Report], file: &str) -> (Vec<Value>, Vec<usize>) {
    let lines = reports.iter().filter(|report| report.file == file).map(|report| report.line).collect();
    let list = reports.iter().map(|report| {
        context! {
            file => &report.file,
            line => report.line,
            column => report.column,
            error => report.severity == Severity::Error,
            message => &report.message,
            help => &report.help,
            snippet => excerpt(report),
        }
    });
    (list.collect(), lines)
}

/// The line with a caret below the place.
fn excerpt(report: &Report) -> String {
    if report.snippet.is_empty() {
        return String::new();
    }
    let gap = |c: char| if c == '\t' { '\t' } else { ' ' };
    let pad: String = report.snippet.chars().take(report.column.saturating_sub(1)).map(gap).collect();
    if report.column == 0 { report.snippet.clone() } else { format!("{}\n{pad}^", report.snippet.trim_end()) }
}

/// The mail's HTML with a policy of its own.
fn framed(html: &str) -> String {
    match html.find("<head>") {
        Some(head) => {
            let after = head + "<head>".len();
            format!("{}{POLICY}{}", &html[..after], &html[after..])
        }
        None => format!("{POLICY}{html}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_framed_with_a_policy_that_runs_nothing() {
        let framed = framed("<!doctype html><html><head><title>x</title></head><body></body></html>");
        assert!(framed.starts_with("<!doctype html><html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'"), "{framed}");
        assert!(super::framed("<p>x").starts_with("<meta"));
    }

    #[test]
    fn a_problem_is_shown_with_a_caret_below_its_place() {
        let report =
            Report::error("email-templates/de/a.html", "one\n\t<p>{{ x }}", 2, 8, "undefined", "no x");
        let (list, lines) = problems(std::slice::from_ref(&report), "email-templates/de/a.html");
        assert_eq!((list.len(), lines == [2]), (1, true));
        assert_eq!(excerpt(&report), "\t<p>{{ x }}\n\t      ^");
    }
}
