//! `innkeeper mail list`.

use crate::{
    bundle::{Bundle, Files, shipped},
    cli::{Done, show},
    config::Paths,
    mail::{Standing, State},
};
use clap::Args;
use serde::Serialize;
use std::{collections::BTreeMap, process::ExitCode};

/// Lists messages.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Every message in every language: fine, missing, or what is wrong; tries all of them on samples
    #[arg(long)]
    matrix: bool,
    #[command(flatten)]
    output: show::Output,
}

/// A message, as `mail list --format json` says it.
#[derive(Serialize)]
struct Row {
    name: String,
    category: &'static str,
    /// The event that it is the notification of; nothing for messages that only `email()` sends.
    event: Option<&'static str>,
    locales: Vec<String>,
    /// The languages whose file differs from the shipped one.
    edited: Vec<String>,
    /// The languages whose file no release ships.
    own: Vec<String>,
}

impl List {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let (_, source, bundle) = super::on_disk(paths)?;
        if self.matrix {
            let tried = Bundle::tried(&source, &Files::new(), None).await;
            return self.matrix(&tried.templates.matrix(&tried.reports));
        }
        let shipped = shipped();
        let rows: Vec<Row> = bundle
            .templates
            .infos()
            .iter()
            .map(|info| {
                let of = |keep: &dyn Fn(&str) -> bool| {
                    let path =
                        |locale: &&String| keep(&format!("email-templates/{locale}/{}.html", info.name));
                    info.locales.iter().filter(path).cloned().collect()
                };
                Row {
                    name: info.name.clone(),
                    category: info.category.key(),
                    event: info.event,
                    locales: info.locales.clone(),
                    edited: of(&|path| {
                        shipped.get(path).is_some_and(|text| source.files.get(path) != Some(text))
                    }),
                    own: of(&|path| !shipped.contains_key(path)),
                }
            })
            .collect();
        show::List::of(&rows)
            .columns(&["NAME", "CATEGORY", "EVENT", "LOCALES", "HERE"], |row| {
                let here = match (row.edited.is_empty(), row.own.is_empty()) {
                    (true, true) => show::faint("as shipped"),
                    (false, true) => show::look(format!("edited: {}", row.edited.join(", "))),
                    (true, false) => show::good(format!("own: {}", row.own.join(", "))),
                    _ => {
                        show::look(format!("edited: {}; own: {}", row.edited.join(", "), row.own.join(", ")))
                    }
                };
                let event = row.event.map_or_else(|| show::faint("email()"), show::plain);
                vec![
                    show::strong(&row.name),
                    show::plain(row.category),
                    event,
                    show::plain(row.locales.join(" ")),
                    here,
                ]
            })
            .empty("There are no messages. `innkeeper init` writes the shipped ones.")
            .after("In which language each one is fine, missing or wrong: --matrix")
            .print(&self.output)?;
        Ok(ExitCode::SUCCESS)
    }

    fn matrix(&self, standings: &[Standing]) -> Done {
        let bad = standings.iter().any(|one| one.state == State::Error);
        let code = if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        if self.output.is_json() {
            show::json(&standings)?;
            return Ok(code);
        }
        let mut locales: Vec<&str> = Vec::new();
        let mut rows: BTreeMap<&str, BTreeMap<&str, &Standing>> = BTreeMap::new();
        for one in standings {
            if !locales.contains(&one.locale.as_str()) {
                locales.push(&one.locale);
            }
            rows.entry(&one.template).or_default().insert(&one.locale, one);
        }
        let heads: Vec<String> = locales.iter().map(|locale| locale.to_uppercase()).collect();
        let heads: Vec<&str> =
            ["NAME", "EVENT"].into_iter().chain(heads.iter().map(String::as_str)).collect();
        let rows: Vec<_> = rows.into_iter().collect();
        show::List::of(&rows)
            .columns(&heads, |(name, row)| {
                let event = row.values().find_map(|one| one.event);
                let event = event.map_or_else(|| show::faint("email()"), show::plain);
                let cells = locales
                    .iter()
                    .map(|locale| row.get(locale).map_or_else(|| show::faint(""), |one| cell(one)));
                [show::strong(*name), event].into_iter().chain(cells).collect()
            })
            .print(&self.output)?;
        for report in standings.iter().flat_map(|one| &one.reports) {
            show::line(format!("\n{}", show::report(report)));
        }
        Ok(code)
    }
}

fn cell(one: &Standing) -> show::Cell {
    match one.state {
        State::Fine => show::good("fine"),
        State::Warning => show::look("warning"),
        State::Error => show::bad("error"),
        State::FallsBack => show::faint(format!("→ {}", one.falls_back_to)),
        State::Missing => show::bad("missing"),
    }
}
