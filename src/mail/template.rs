//! A set of templates, compiled and checked: every message in every language, ready to render.

use super::filter;
use super::front_matter::{self, FrontMatter};
use super::load::Files;
use super::locale;
use super::place::{FOLDER, Place};
use super::scope::{FieldInfo, Scope};
use super::tags;
use super::walk;
use crate::permission::Category;
use crate::report::Report;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Steps of the engine that one part of a mail may take.
const FUEL: u64 = 100_000;
/// The largest template file, in bytes.
const LARGEST_FILE: usize = 256 * 1024;
/// Macros that call macros, blocks that print blocks.
const DEEPEST: usize = 40;

/// One message, in all its languages.
#[derive(Clone, Debug)]
pub struct TemplateInfo {
    /// The name that `email()` and the file use.
    pub name: String,
    /// Who may switch it off.
    pub category: Category,
    /// The event that it is the notification of; `None` for messages that only `email()` sends.
    pub event: Option<&'static str>,
    /// The folders that have it, such as `default` and `de`.
    pub locales: Vec<String>,
    /// Every field that it may print.
    pub fields: Vec<FieldInfo>,
    /// What it reads of `vars` whatever else is the case, in any language: `email()` must give these.
    pub vars: Vec<String>,
    /// Fields of the event that it reads whatever else is the case.
    pub reads: Vec<String>,
    /// Those of them of which no language asks whether they are there.
    pub presumes: Vec<String>,
}

/// One message in one language.
pub(super) struct Message {
    /// Path below the data folder.
    pub file: String,
    /// What its front matter says.
    pub front: FrontMatter,
    /// Key of the text part, if it has one of its own.
    pub text: Option<String>,
    /// False if it reads `vars` and gives no example of them, so that no sample can be rendered.
    pub has_samples: bool,
    /// What it cannot do without.
    pub reads: walk::Reads,
}

/// All messages, compiled. Immutable: a change makes another set.
pub struct Templates {
    pub(super) env: Environment<'static>,
    pub(super) messages: BTreeMap<String, BTreeMap<String, Message>>,
    pub(super) sources: Files,
    infos: Vec<TemplateInfo>,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Templates").field(&self.sources.keys()).finish()
    }
}

impl Templates {
    /// Compiles and checks the files; files with mistakes are left out and reported.
    pub(super) fn build(files: &Files) -> (Self, Vec<Report>) {
        let mut builder = Builder { set: Self::empty(files), known: BTreeSet::new(), reports: Vec::new() };
        builder.compile();
        builder.finish()
    }

    fn empty(files: &Files) -> Self {
        let mut env = Environment::empty();
        env.set_auto_escape_callback(|name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        });
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_fuel(Some(FUEL));
        env.set_recursion_limit(DEEPEST);
        // Without the source at hand, errors have no column.
        env.set_debug(true);
        filter::install(&mut env);
        Self { env, messages: BTreeMap::new(), sources: files.clone(), infos: Vec::new() }
    }

    /// All messages, by name.
    pub fn infos(&self) -> &[TemplateInfo] {
        &self.infos
    }

    /// The message of this name.
    pub fn find(&self, name: &str) -> Option<&TemplateInfo> {
        self.infos.iter().find(|info| info.name == name)
    }

    /// The messages whose front matter names the event: its notifications.
    pub fn notifications(&self, event: &str) -> impl Iterator<Item = &TemplateInfo> {
        self.infos.iter().filter(move |info| info.event == Some(event))
    }
}

/// Names under which the engine knows the parts of a message's front matter.
pub(super) fn part(key: &str, part: &str) -> String {
    format!("{key}#{part}")
}

struct Builder {
    set: Templates,
    known: BTreeSet<String>,
    reports: Vec<Report>,
}

impl Builder {
    fn compile(&mut self) {
        let files = self.set.sources.clone();
        for (file, text) in &files {
            let place = match Place::of(file) {
                None => continue,
                Some(Err(report)) => {
                    self.reports.push(report);
                    continue;
                }
                Some(Ok(place)) => place,
            };
            if text.len() > LARGEST_FILE {
                let message = format!("the file has more than {} KiB", LARGEST_FILE >> 10);
                self.reports.push(
                    Report::error(file, "", 0, 0, "too-large", message)
                        .help("no mail needs that; pictures are linked, not included"),
                );
            } else if let Some(line) = text.lines().position(marked) {
                let message = "two versions were joined here, and nobody has chosen between them yet";
                self.reports.push(
                    Report::error(file, text, line + 1, 1, "conflict", message)
                        .help("keep the lines that are right, and take the marks out"),
                );
            } else if let Some((line, message)) = tags::dangerous(text) {
                self.reports.push(
                    Report::error(file, text, line, 0, "too-long", message).help(
                        "take it apart with `{% set %}`, or compute it in the hook that sends the mail",
                    ),
                );
            } else if place.is_part() || !place.html {
                self.add(file, text, place.key(), text.to_string());
            } else {
                self.message(file, text, place);
            }
        }
    }

    fn message(&mut self, file: &str, text: &Arc<str>, place: Place) {
        let front = match front_matter::parse(file, text) {
            Ok(front) => front,
            Err(reports) => return self.reports.extend(reports),
        };
        let key = place.key();
        let spots = [
            ("subject", Some(&front.subject)),
            ("reply_to", front.reply_to.as_ref()),
            ("from_name", front.from_name.as_ref()),
        ];
        let mut good = self.add(file, text, key.clone(), front.body.clone());
        for (name, spot) in spots.into_iter().filter_map(|(name, spot)| spot.map(|spot| (name, spot))) {
            good &= self.add(file, text, part(&key, name), spot.padded());
        }
        if good {
            let message = Message {
                file: file.to_owned(),
                front,
                text: None,
                has_samples: true,
                reads: walk::Reads::default(),
            };
            self.set.messages.entry(place.name).or_default().insert(place.locale, message);
        }
    }

    fn add(&mut self, file: &str, source: &str, key: String, text: String) -> bool {
        match self.set.env.add_template_owned(key.clone(), text) {
            Ok(()) => self.known.insert(key),
            Err(error) => {
                self.reports.push(super::render::report_of(&error, file, source));
                false
            }
        }
    }

    fn finish(mut self) -> (Templates, Vec<Report>) {
        let known = self.known.clone();
        self.set.env.set_path_join_callback(move |name, parent| {
            let locale = parent.split('/').next().unwrap_or_default();
            locale::resolve(&known, locale, name).map_or_else(|| name.to_owned().into(), Into::into)
        });
        self.text_parts();
        let mut reports = std::mem::take(&mut self.reports);
        let mut messages = std::mem::take(&mut self.set.messages);
        for locales in messages.values_mut() {
            for (locale, message) in locales.iter_mut() {
                message.reads = walk::message(&self.set, &self.known, locale, message, &mut reports);
                message.has_samples = !message.reads.unknown_vars;
            }
            agree(locales, &self.set.sources, &mut reports);
        }
        doubles(&messages, &self.set.sources, &mut reports);
        self.set.messages = messages;
        let mut seen = BTreeSet::new();
        reports.retain(|r| seen.insert((r.file.clone(), r.line, r.column, r.code.clone())));
        self.set.infos = infos(&self.set.messages);
        (self.set, reports)
    }

    /// Joins each `.txt` to its message.
    fn text_parts(&mut self) {
        for file in self.set.sources.keys() {
            let Some(Ok(place)) = Place::of(file) else { continue };
            if place.html || place.is_part() || !self.known.contains(&place.key()) {
                continue;
            }
            match self.set.messages.get_mut(&place.name).and_then(|locales| locales.get_mut(&place.locale)) {
                Some(message) => message.text = Some(place.key()),
                // The message may be there and broken, which is reported already.
                None if self
                    .set
                    .sources
                    .contains_key(&format!("{FOLDER}{}/{}.html", place.locale, place.name)) => {}
                None => self.reports.push(
                    Report::error(
                        file,
                        "",
                        0,
                        0,
                        "lonely-text",
                        format!("there is no {}.html beside this text part", place.name),
                    )
                    .help("a text part overrides the text of the message of the same name"),
                ),
            }
        }
    }
}

/// What stands where two versions that were joined meet.
fn marked(line: &str) -> bool {
    line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")
}

/// A message is one message in every language: the same category, the same event.
fn agree(locales: &BTreeMap<String, Message>, sources: &Files, reports: &mut Vec<Report>) {
    let Some(first) = locales.get(locale::DEFAULT) else { return };
    for message in locales.values() {
        let (own, shared) = (&message.front, &first.front);
        let event = |front: &FrontMatter| front.event.map_or("no event", |event| event.name);
        let text = sources.get(&message.file).map_or("", |text| text);
        let difference = if own.category != shared.category {
            // A warning: in an editor one file changes after the other.
            let difference = format!(
                "the category is {} here and {} in {}, which counts",
                own.category.key(),
                shared.category.key(),
                first.file
            );
            let report = Report::error(&message.file, text, 1, 0, "languages-differ", difference);
            reports.push(report.warning().help("make the two front matters agree"));
            continue;
        } else if event(own) != event(shared) {
            format!("the event is {} here and {} in {}", event(own), event(shared), first.file)
        } else {
            continue;
        };
        reports.push(
            Report::error(&message.file, text, 1, 0, "languages-differ", difference)
                .help("make the two front matters agree"),
        );
    }
}

/// Two messages about one event are two mails, which is seldom meant.
fn doubles(
    messages: &BTreeMap<String, BTreeMap<String, Message>>,
    sources: &Files,
    reports: &mut Vec<Report>,
) {
    let mut about: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, locales) in messages {
        let Some(message) = locales.get(locale::DEFAULT).or_else(|| locales.values().next()) else {
            continue;
        };
        let Some(event) = message.front.event else { continue };
        let Some(other) = about.insert(event.name, name) else { continue };
        let text = sources.get(&message.file).map_or("", |text| text);
        let line = text.lines().position(|line| line.starts_with("event:")).map_or(1, |n| n + 1);
        let message_text = format!("`{other}` is about {} as well: whoever gets one gets both", event.name);
        let report = Report::error(&message.file, text, line, 0, "double-event", message_text);
        reports.push(report.warning().help(
            "if one replaces the other, take `event:` out of it; if both are meant, tell them apart in a `route` hook by mail.template",
        ));
    }
}

fn infos(messages: &BTreeMap<String, BTreeMap<String, Message>>) -> Vec<TemplateInfo> {
    let info = |(name, locales): (&String, &BTreeMap<String, Message>)| {
        let front = &locales.get(locale::DEFAULT).or_else(|| locales.values().next())?.front;
        Some(TemplateInfo {
            name: name.clone(),
            category: front.category,
            event: front.event.map(|event| event.name),
            locales: locales.keys().cloned().collect(),
            fields: Scope::of(front).fields(),
            vars: needed(locales, |reads| &reads.vars),
            reads: needed(locales, |reads| &reads.fields),
            presumes: {
                let asked = needed(locales, |reads| &reads.asks);
                let mut all = needed(locales, |reads| &reads.fields);
                all.retain(|field| !asked.contains(field));
                all
            },
        })
    };
    messages.iter().filter_map(info).collect()
}

/// What any of the languages needs.
fn needed(
    locales: &BTreeMap<String, Message>,
    of: impl Fn(&walk::Reads) -> &BTreeSet<String>,
) -> Vec<String> {
    let all: BTreeSet<&String> = locales.values().flat_map(|message| of(&message.reads)).collect();
    all.into_iter().cloned().collect()
}
