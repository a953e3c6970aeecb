//! Which message is written in which language: fine, missing, or wrong.

use super::{Templates, locale, place::Place};
use crate::report::{Report, Severity};
use serde::Serialize;
use std::collections::BTreeSet;

/// How a message stands in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is written and checked.
    Fine,
    /// It is written, and somebody should look.
    Warning,
    /// It is written and has an error; an earlier version is sent, if there is one.
    Error,
    /// It is not written; another language serves.
    FallsBack,
    /// It is not written, and nothing serves: such a recipient cannot be written to.
    Missing,
}

/// One message in one language.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// The message.
    pub template: String,
    /// The event that it is the notification of; nothing for messages that only `email()` sends.
    pub event: Option<&'static str>,
    /// The language.
    pub locale: String,
    /// How it stands.
    pub state: State,
    /// The language that serves instead; empty if it is written.
    pub falls_back_to: String,
    /// What is wrong with it.
    pub reports: Vec<Report>,
}

impl Templates {
    /// Every language that any file is written in; `default` is the first.
    pub fn locales(&self) -> Vec<String> {
        let mut all: BTreeSet<String> = self.infos().iter().flat_map(|info| info.locales.clone()).collect();
        all.extend(self.sources.keys().filter_map(|file| Some(Place::of(file)?.ok()?.locale)));
        all.remove(locale::DEFAULT);
        std::iter::once(locale::DEFAULT.to_owned()).chain(all).collect()
    }

    /// Every message in every language; `reports` are those of its loading and of its samples.
    pub fn matrix(&self, reports: &[Report]) -> Vec<Standing> {
        let mut locales: BTreeSet<String> = self.locales().into_iter().collect();
        let broken: Vec<(Place, &Report)> =
            reports.iter().filter_map(|report| Some((Place::of(&report.file)?.ok()?, report))).collect();
        locales.extend(broken.iter().map(|(place, _)| place.locale.clone()));
        let mut names: BTreeSet<&str> = self.infos().iter().map(|info| info.name.as_str()).collect();
        names.extend(
            broken.iter().filter(|(place, _)| !place.is_part()).map(|(place, _)| place.name.as_str()),
        );
        let mut rows = Vec::new();
        for name in names {
            // `default` first, then the languages by name.
            let ordered = [locale::DEFAULT]
                .into_iter()
                .chain(locales.iter().map(String::as_str).filter(|l| *l != locale::DEFAULT));
            rows.extend(ordered.map(|locale| {
                let own = |(place, _): &&(Place, &Report)| place.name == name && place.locale == locale;
                self.standing(
                    name,
                    locale,
                    broken.iter().filter(own).map(|(_, report)| (*report).clone()).collect(),
                )
            }));
        }
        rows
    }

    fn standing(&self, name: &str, locale: &str, reports: Vec<Report>) -> Standing {
        let info = self.find(name);
        let written = info.is_some_and(|info| info.locales.iter().any(|own| own == locale));
        let other = info.and_then(|info| locale::choose(locale, info.locales.iter().map(String::as_str)));
        let state = match other {
            _ if reports.iter().any(|report| report.severity == Severity::Error) => State::Error,
            _ if written && !reports.is_empty() => State::Warning,
            _ if written => State::Fine,
            Some(_) => State::FallsBack,
            None => State::Missing,
        };
        let falls_back_to = if written { "" } else { other.unwrap_or_default() };
        Standing {
            template: name.to_owned(),
            event: info.and_then(|info| info.event),
            locale: locale.to_owned(),
            state,
            falls_back_to: falls_back_to.to_owned(),
            reports,
        }
    }
}
