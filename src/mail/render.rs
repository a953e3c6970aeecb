//! From a template and a context to subject, HTML and text.

use super::context::{Brand, MessageContext};
use super::date::Language;
use super::front_matter::Spot;
use super::place::FOLDER;
use super::template::{Message, Templates, part};
use super::{advice, filter, inline, locale, text};
use crate::effect::Target;
use crate::event::catalogue::{self, EventKind};
use crate::permission::Category;
use crate::report::{Report, did_you_mean};
use minijinja::{ErrorKind, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Characters of the longest subject; no mail program shows more.
const LONGEST_SUBJECT: usize = 250;

/// A mail for one recipient, before it has addresses and headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// The subject: one line, no control characters.
    pub subject: String,
    /// The page, with its styles in the elements.
    pub html: String,
    /// The same in plain text.
    pub text: String,
    /// The sender's name that the template wants, else the host's.
    pub from_name: String,
    /// Where answers go; `None` for the sender.
    pub reply_to: Option<String>,
    /// The folder that the template came from.
    pub locale: String,
}

impl Templates {
    /// Makes the mail `name` for the recipient in `message`, in the nearest language.
    ///
    /// # Errors
    /// A report that names file, line and column, if the template uses what is not there or grows too large.
    pub fn render(&self, name: &str, message: &MessageContext) -> Result<Rendered, Report> {
        let Some(locales) = self.messages.get(name) else {
            let file = format!("{FOLDER}{}/{name}.html", locale::DEFAULT);
            let help = match did_you_mean(name, self.messages.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("create {file}"),
            };
            return Err(Report::error(
                &file,
                "",
                0,
                0,
                "unknown-template",
                format!("there is no mail template `{name}`"),
            )
            .help(help));
        };
        let Some(folder) = locale::choose(&message.to.locale, locales.keys().map(String::as_str)) else {
            let file = format!("{FOLDER}{}/{name}.html", locale::DEFAULT);
            let written: Vec<&str> = locales.keys().map(String::as_str).collect();
            let other = match message.to.locale.as_str() {
                "" => String::new(),
                asked => format!("not in {asked}, and "),
            };
            let message =
                format!("`{name}` is written in {} only: {other}it has no default", written.join(", "));
            return Err(Report::error(&file, "", 0, 0, "unknown-template", message)
                .help("write it in email-templates/default/, which serves every other language"));
        };
        // `choose` gave one of the keys.
        let template = &locales[folder];
        let language = Language::of(if folder == locale::DEFAULT { &message.brand.locale } else { folder });
        let parts = self.parts(template, name, folder, &message.value(language))?;
        let html = inline::inline(&text::for_html(&parts.html))
            .map_err(|error| self.whole(template, "bad-style", error))?;
        let from_name =
            if parts.from_name.is_empty() { message.brand.sender_name.clone() } else { parts.from_name };
        let reply_to =
            if parts.reply_to.is_empty() { message.brand.reply_to.clone() } else { parts.reply_to };
        Ok(Rendered {
            subject: parts.subject,
            html,
            text: parts.text,
            from_name,
            reply_to: Some(reply_to).filter(|address| !address.is_empty()),
            locale: folder.to_owned(),
        })
    }

    /// What the mail `name` says within a digest: its text without what stands in every mail. Nothing if its template has a text of
    /// its own, or a layout that knows of no digests.
    ///
    /// # Errors
    /// As [`Templates::render`].
    pub fn within_digest(&self, name: &str, message: &MessageContext) -> Result<Option<String>, Report> {
        let Some(locales) = self.messages.get(name) else { return Ok(None) };
        let folder = locale::choose(&message.to.locale, locales.keys().map(String::as_str));
        let Some((folder, template)) = folder.and_then(|folder| locales.get_key_value(folder)) else {
            return Ok(None);
        };
        if template.text.is_some() {
            return Ok(None);
        }
        let language = Language::of(if folder == locale::DEFAULT { &message.brand.locale } else { folder });
        let html = self.part(template, &format!("{folder}/{name}.html"), &message.value(language))?;
        let Some(html) = text::within_digest(&html) else { return Ok(None) };
        text::from_html(&html).map(Some).map_err(|error| self.whole(template, "no-text", error))
    }

    /// Renders every message, in every language, for every kind of recipient, on its event's samples.
    ///
    /// A template can take much memory or time here before it is stopped; run it where that hurts nobody.
    pub fn run_samples(&self) -> Vec<Report> {
        let mut reports = Vec::new();
        for (name, locales) in &self.messages {
            for (folder, message) in locales.iter().filter(|(_, message)| message.has_samples) {
                let language = Language::of(folder);
                for context in samples(message) {
                    reports.extend(self.parts(message, name, folder, &context.value(language)).err());
                }
            }
        }
        reports.sort_by(|a: &Report, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        reports.dedup();
        reports
    }

    /// A realistic context for previews and tests: the event's first sample. `None` if there is no such message.
    pub fn sample(&self, name: &str) -> Option<MessageContext> {
        let locales = self.messages.get(name)?;
        samples(locales.get(locale::DEFAULT).or_else(|| locales.values().next())?).into_iter().next()
    }

    fn parts(&self, template: &Message, name: &str, folder: &str, context: &Value) -> Result<Parts, Report> {
        let key = format!("{folder}/{name}.html");
        let line = |part_name: &str, spot: Option<&Spot>| match spot {
            Some(_) => self.part(template, &part(&key, part_name), context).map(|text| one_line(&text)),
            None => Ok(String::new()),
        };
        let html = self.part(template, &key, context)?;
        let text = match &template.text {
            Some(key) => text::tidy(&self.part(template, key, context)?),
            None => text::from_html(&html).map_err(|error| self.whole(template, "no-text", error))?,
        };
        Ok(Parts {
            subject: line("subject", Some(&template.front.subject))?,
            reply_to: line("reply_to", template.front.reply_to.as_ref())?,
            from_name: line("from_name", template.front.from_name.as_ref())?,
            html: html.trim().to_owned(),
            text,
        })
    }

    fn part(&self, template: &Message, key: &str, context: &Value) -> Result<String, Report> {
        let mut out = Bounded(Vec::new());
        let rendered = self
            .env
            .get_template(key)
            .and_then(|part| part.render_captured_to(context.clone(), &mut out).map(drop));
        rendered.map_err(|error| self.report(&error, template))?;
        // The engine writes text only.
        Ok(String::from_utf8_lossy(&out.0).into_owned())
    }

    /// The innermost place of an error: an error in a layout is wrapped in one of the page.
    fn report(&self, error: &minijinja::Error, template: &Message) -> Report {
        let mut innermost = error;
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            if let Some(cause) =
                cause.downcast_ref::<minijinja::Error>().filter(|cause| cause.line().is_some())
            {
                innermost = cause;
            }
            source = cause.source();
        }
        let file = innermost.name().and_then(|key| key.split('#').next()).map(|key| format!("{FOLDER}{key}"));
        let file =
            file.filter(|file| self.sources.contains_key(file)).unwrap_or_else(|| template.file.clone());
        report_of(innermost, &file, self.sources.get(&file).map_or("", |text| text))
    }

    fn whole(&self, template: &Message, code: &str, error: String) -> Report {
        Report::error(&template.file, "", 0, 0, code, error)
    }
}

struct Parts {
    subject: String,
    html: String,
    text: String,
    reply_to: String,
    from_name: String,
}

/// A buffer that refuses to grow past what any mail needs.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > filter::LARGEST {
            return Err(io::Error::other("too large"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One line for a header: whatever breaks or turns lines becomes a space.
fn one_line(text: &str) -> String {
    let breaks = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut line = text.split(breaks).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.chars().count() > LONGEST_SUBJECT {
        line = line.chars().take(LONGEST_SUBJECT - 1).collect();
        line.push('…');
    }
    line
}

/// An error of the engine as a report about the file, whose lines the compiled text has kept.
pub(super) fn report_of(error: &minijinja::Error, file: &str, source: &str) -> Report {
    let line = error.line().unwrap_or(0);
    let column = match (error.range(), error.template_source()) {
        (Some(range), Some(text)) => text
            .get(..range.start)
            .map_or(0, |before| before.chars().rev().take_while(|c| *c != '\n').count() + 1),
        _ => 0,
    };
    let advice;
    let (code, help) = match error.kind() {
        ErrorKind::UndefinedError => ("undefined", "docs/reference.md lists the fields of every event"),
        ErrorKind::SyntaxError => {
            let (text, place) = (error.template_source(), error.range());
            let known = text.zip(place).zip(error.detail());
            advice = known.map(|((text, place), says)| advice::on_syntax(text, place.start, says));
            ("syntax", advice.as_deref().unwrap_or_default())
        }
        ErrorKind::OutOfFuel => {
            ("out-of-fuel", "a mail is a few loops over a few things; look for loops inside loops")
        }
        ErrorKind::WriteFailure => {
            return Report::error(
                file,
                source,
                0,
                0,
                "too-large",
                format!("the mail grew past {} MiB", filter::LARGEST >> 20),
            );
        }
        _ => ("template", ""),
    };
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    Report::error(file, source, line, column, code, detail).help(help)
}

/// The contexts that a message is tried on: each sample of its event, for each kind of recipient.
pub(super) fn samples(message: &Message) -> Vec<MessageContext> {
    let brand = Arc::new(Brand {
        name: "Example Hosting".into(),
        url: "https://clients.host.example".into(),
        sender_name: "Example Hosting".into(),
        sender_email: "support@host.example".into(),
        footer: "Example Hosting Ltd, 1 Server Street, Berlin".into(),
        ..Brand::default()
    });
    let vars = message.front.vars.clone().unwrap_or_else(|| json!({}));
    let context = |event: &Json, kind: &str| MessageContext {
        event: event.clone().into(),
        to: recipient(kind),
        reason: "owns the account".into(),
        vars: vars.clone(),
        brand: brand.clone(),
        links: message.front.event.map(links).unwrap_or_default(),
        words: Arc::default(),
        preferences: match kind {
            _ if message.front.category == Category::Security => String::new(),
            "staff" => String::new(),
            "user" => "https://clients.host.example/preferences?account=acc_01bakery".into(),
            _ => "https://clients.host.example/unsubscribe/sample".into(),
        },
    };
    let events = message.front.event.map_or_else(any_event, |event| (event.samples)());
    let kinds = ["user", "staff", "contact", "account", "address"];
    events.iter().flat_map(|event| kinds.map(|kind| context(event, kind))).collect()
}

fn recipient(kind: &str) -> Target {
    let (id, name, email) = match kind {
        "staff" => ("stf_01sam", "Sam Staff", "staff@host.example"),
        "contact" => ("con_01help", "Shop Floor", "shop@bakery.example"),
        "account" => ("acc_01bakery", "Blue Bakery", "hello@bakery.example"),
        "address" => ("", "", "agency@partner.example"),
        _ => ("usr_01owner", "Olive Baker", "owner@bakery.example"),
    };
    let (locale, time_zone) = if kind == "user" { ("en", "Europe/Berlin") } else { ("", "") };
    Target {
        kind: kind.into(),
        id: id.into(),
        name: name.into(),
        email: email.into(),
        locale: locale.into(),
        time_zone: time_zone.into(),
    }
}

fn links(event: &'static EventKind) -> BTreeMap<String, String> {
    event
        .links
        .iter()
        .map(|link| (link.name.to_owned(), format!("https://clients.host.example/{}/sample", link.name)))
        .collect()
}

/// For a message without an event, which may be sent from any hook: one event with every field.
fn any_event() -> Vec<Json> {
    let mut any = serde_json::Map::new();
    for event in catalogue::EVENTS.iter().filter_map(|event| (event.samples)().into_iter().next()) {
        if let Json::Object(fields) = event {
            for (name, value) in fields {
                any.entry(name).or_insert(value);
            }
        }
    }
    vec![Json::Object(any)]
}
