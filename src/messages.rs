//! The words of the web area: Fluent files, shipped in two languages, overridable by the operator.
//!
//! `messages/<locale>.ftl` in the data folder adds to or replaces single messages of the shipped
//! file of that name; a locale that is not shipped falls back to English, message by message.

use crate::report::{Report, did_you_mean};
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};
use unic_langid::LanguageIdentifier;

static SHIPPED: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/messages");

/// Path below the data folder → text.
pub type Files = BTreeMap<String, Arc<str>>;

/// All words, by locale.
pub struct Messages {
    locales: BTreeMap<String, FluentBundle<Arc<FluentResource>>>,
    /// The ids of all messages, in any language.
    ids: BTreeSet<String>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.locales.keys()).finish()
    }
}

/// What loading gives: the words, which version of each file is in use, and what is wrong.
#[derive(Debug)]
pub struct Loaded {
    /// The words.
    pub messages: Messages,
    /// The files in use: those given, or their last good version.
    pub effective: Files,
    /// What is wrong with the files given.
    pub reports: Vec<Report>,
}

/// The shipped files, as they stand in a data folder.
pub fn shipped() -> Files {
    SHIPPED
        .files()
        .filter_map(|file| {
            Some((format!("messages/{}", file.path().to_str()?), Arc::from(file.contents_utf8()?)))
        })
        .collect()
}

/// Loads the operator's `files` over the shipped ones; a file that does not parse is used in its
/// last good version.
pub fn load(files: &Files, last_good: &Files) -> Loaded {
    let shipped = shipped();
    let known = ids(&shipped, "messages/en.ftl");
    let mut effective = Files::new();
    let mut reports = Vec::new();
    for (path, text) in
        files.iter().filter(|(path, _)| path.starts_with("messages/") && path.ends_with(".ftl"))
    {
        let found = check(path, text, &known);
        let fine = found.iter().all(|report| report.severity != crate::report::Severity::Error);
        reports.extend(found);
        if fine {
            effective.insert(path.clone(), Arc::clone(text));
        } else if let Some(good) = last_good.get(path) {
            effective.insert(path.clone(), Arc::clone(good));
        }
    }
    Loaded { messages: build(&shipped, &effective), effective, reports }
}

fn build(shipped: &Files, own: &Files) -> Messages {
    let locale_of = |path: &String| path.trim_start_matches("messages/").trim_end_matches(".ftl").to_owned();
    let locales: BTreeSet<String> = shipped.keys().chain(own.keys()).map(locale_of).collect();
    let bundle = |locale: &String| {
        let language: LanguageIdentifier = locale.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Marks round each value would be copied along with it by people, and read out by some screen readers.
        bundle.set_use_isolating(false);
        let path = format!("messages/{locale}.ftl");
        for text in
            [shipped.get("messages/en.ftl"), shipped.get(&path), own.get("messages/en.ftl"), own.get(&path)]
                .into_iter()
                .flatten()
        {
            let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_string());
            bundle.add_resource_overriding(Arc::new(resource));
        }
        bundle
    };
    let files = [shipped, own];
    let ids = files.iter().flat_map(|files| files.keys().flat_map(|path| ids(files, path))).collect();
    Messages { locales: locales.iter().map(|locale| (locale.clone(), bundle(locale))).collect(), ids }
}

fn check(path: &str, text: &str, known: &BTreeSet<String>) -> Vec<Report> {
    let at = |offset: usize| {
        let before = &text[..offset.min(text.len())];
        let line = before.matches('\n').count() + 1;
        (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
    };
    match FluentResource::try_new(text.to_owned()) {
        Err((_, errors)) => errors
            .iter()
            .map(|error| {
                let (line, column) = at(error.pos.start);
                Report::error(
                    path,
                    text,
                    line,
                    column,
                    "message-syntax",
                    format!("this is no Fluent message: {}", error.kind),
                )
                .help("a message is `id = text`; further lines of its text are indented")
            })
            .collect(),
        Ok(_) => text
            .lines()
            .enumerate()
            .filter_map(|(n, line)| {
                let id = line.split_once('=')?.0.trim_end();
                let is_id = id.starts_with(|c: char| c.is_ascii_lowercase())
                    && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
                // A word of the operator's own, such as a status, has a message of its own.
                if !is_id || known.contains(id) || id.starts_with("word-") {
                    return None;
                }
                let report = Report::error(
                    path,
                    text,
                    n + 1,
                    1,
                    "unknown-message",
                    format!("no page uses a message `{id}`"),
                )
                .warning();
                Some(match did_you_mean(id, known.iter().map(String::as_str)) {
                    Some(near) => report.help(format!("did you mean `{near}`?")),
                    None => report,
                })
            })
            .collect(),
    }
}

fn ids(files: &Files, path: &str) -> BTreeSet<String> {
    let text = files.get(path).map_or("", |text| text);
    let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_owned());
    resource
        .entries()
        .filter_map(|entry| match entry {
            fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        })
        .collect()
}

impl Messages {
    /// The locales that pages can be shown in.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.locales.keys().map(String::as_str)
    }

    /// The best locale for a wish such as `pt-BR`: itself, its language, or English.
    pub fn nearest(&self, wish: &str) -> &str {
        let language = wish.split('-').next().unwrap_or(wish);
        let found = self.locales.get_key_value(wish).or_else(|| self.locales.get_key_value(language));
        found.map_or("en", |(locale, _)| locale)
    }

    /// The message `id` in `locale`, or nothing if no file has it.
    pub fn lookup(&self, locale: &str, id: &str, args: &FluentArgs<'_>) -> Option<String> {
        let bundle = self.locales.get(self.nearest(locale))?;
        let pattern = bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(id, locale, ?errors, "a message lacks a value");
        }
        Some(text)
    }

    /// All messages in `locale` whose id begins so and that need no values, by id.
    pub fn beginning(&self, locale: &str, prefix: &str) -> BTreeMap<String, String> {
        let ids = self.ids.iter().filter(|id| id.starts_with(prefix));
        ids.filter_map(|id| Some((id.clone(), self.lookup(locale, id, &FluentArgs::new())?))).collect()
    }

    /// The message `id` in `locale`; the id itself if no file has it, so that a page never fails for a word.
    pub fn text(&self, locale: &str, id: &str, args: &FluentArgs<'_>) -> String {
        self.lookup(locale, id, args).unwrap_or_else(|| id.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, text: &str) -> Files {
        Files::from([(path.to_owned(), Arc::from(text))])
    }

    #[test]
    fn the_operators_words_go_over_the_shipped_ones() {
        let loaded = load(&one("messages/en.ftl", "menu-home = Lobby\n"), &Files::new());
        assert!(loaded.reports.is_empty(), "{:?}", loaded.reports);
        assert_eq!(loaded.messages.text("en", "menu-home", &FluentArgs::new()), "Lobby");
        assert_eq!(loaded.messages.text("de-AT", "menu-log-in", &FluentArgs::new()), "Anmelden");
    }

    #[test]
    fn a_broken_file_keeps_its_last_good_version_and_says_where() {
        let good = one("messages/en.ftl", "menu-home = Lobby\n");
        let loaded = load(&one("messages/en.ftl", "menu-home = Hall\nmenu-log-in { = x\n"), &good);
        assert_eq!(loaded.messages.text("en", "menu-home", &FluentArgs::new()), "Lobby");
        assert_eq!((loaded.reports[0].line, loaded.reports[0].code.as_str()), (2, "message-syntax"));
    }

    #[test]
    fn an_unknown_id_is_pointed_out() {
        let loaded = load(&one("messages/de.ftl", "menu-hom = Lobby\n"), &Files::new());
        assert_eq!(loaded.reports[0].help, "did you mean `menu-home`?");
    }

    #[test]
    fn the_shipped_languages_have_the_same_messages_and_values() {
        let shipped = shipped();
        let variables = |text: &str| -> BTreeSet<String> {
            let said =
                text.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split('$').skip(1));
            said.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
        };
        assert_eq!(ids(&shipped, "messages/en.ftl"), ids(&shipped, "messages/de.ftl"));
        assert_eq!(variables(&shipped["messages/en.ftl"]), variables(&shipped["messages/de.ftl"]));
    }
}
