//! Templates for staff: which there are, writing one, its history.

pub mod editor;
pub mod history;
mod look;
mod test;

use crate::{
    bundle::{Source, history as past},
    error::Error,
    mail::{self, Standing, State},
    web::{access::StaffOnly, trouble::Answer},
};
use minijinja::{Value, context};
use std::collections::{BTreeMap, BTreeSet};

/// `GET /admin/templates`
pub async fn list(visit: StaffOnly) -> Answer {
    let live = visit.app().bundle();
    let source = on_disk(&visit)?;
    let stands = past::standings(&visit.app().db, &source.files).await?;
    let matrix = live.templates.matrix(&live.reports);
    let mut locales: Vec<String> = Vec::new();
    let mut rows: BTreeMap<&str, Vec<&Standing>> = BTreeMap::new();
    for one in &matrix {
        if !locales.contains(&one.locale) {
            locales.push(one.locale.clone());
        }
        rows.entry(&one.template).or_default().push(one);
    }
    let here = |name: &str, locale: &str| {
        let file = mail::file_of(locale, name).unwrap_or_default();
        if source.files.contains_key(&file) { word(stands.get(&file)) } else { "" }
    };
    let cell = |one: &&Standing| {
        context! {
            locale => &one.locale,
            href => href(&one.locale, &one.template),
            state => state(one.state),
            falls_back_to => &one.falls_back_to,
            stands => here(&one.template, &one.locale),
        }
    };
    let templates: Vec<Value> = rows
        .iter()
        .map(|(name, standings)| {
            let info = live.templates.find(name);
            context! {
                name => *name,
                event => info.and_then(|info| info.event).unwrap_or_default(),
                category => info.map_or("general", |info| info.category.key()),
                cells => standings.iter().map(cell).collect::<Vec<_>>(),
            }
        })
        .collect();
    let parts = parts(&source, &live.reports, &locales, here);
    visit.page("admin/templates.html", context! { locales, templates, parts })
}

/// The layouts and parts, and text parts that are written by themselves.
fn parts(
    source: &Source,
    reports: &[crate::report::Report],
    locales: &[String],
    here: impl Fn(&str, &str) -> &'static str,
) -> Vec<Value> {
    let known: Vec<(String, String)> = source
        .files
        .keys()
        .filter(|file| mail::is_part(file) || file.ends_with(".txt"))
        .filter_map(|file| mail::name_of(file))
        .collect();
    let names: BTreeSet<&str> = known.iter().map(|(_, name)| name.as_str()).collect();
    let cell = |name: &str, locale: &String| {
        let file = mail::file_of(locale, name).unwrap_or_default();
        let written = source.files.contains_key(&file);
        let state = if reports.iter().any(|report| report.file == file) {
            State::Error
        } else if written {
            State::Fine
        } else {
            State::FallsBack
        };
        context! {
            locale,
            href => href(locale, name),
            state => self::state(state),
            falls_back_to => if written { "" } else { "default" },
            stands => here(name, locale),
        }
    };
    let cells = |name: &str| locales.iter().map(|locale| cell(name, locale)).collect::<Vec<_>>();
    names.into_iter().map(|name| context! { name, cells => cells(name) }).collect()
}

/// The page of a template.
fn href(locale: &str, name: &str) -> String {
    format!("/admin/templates/{locale}/{name}")
}

fn on_disk(visit: &StaffOnly) -> Result<Source, Error> {
    let app = visit.app();
    Source::read(&app.paths.data, &app.config)
        .map_err(|error| Error::internal(format!("{}: {error}", app.paths.data.display())))
}

const fn state(state: State) -> &'static str {
    match state {
        State::Fine => "fine",
        State::Warning => "warning",
        State::Error => "error",
        State::FallsBack => "falls-back",
        State::Missing => "missing",
    }
}

/// How a file stands to what is shipped, as pages know it.
const fn word(stands: Option<&past::Standing>) -> &'static str {
    match stands {
        None | Some(past::Standing::Own) => "own",
        Some(past::Standing::Shipped) => "shipped",
        Some(past::Standing::Edited) => "edited",
        Some(past::Standing::Old) => "old",
        Some(past::Standing::Diverged { .. }) => "diverged",
    }
}
