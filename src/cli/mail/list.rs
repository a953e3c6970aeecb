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
    /// The languages whose file is not in the folder, and comes from the binary.
    binary: Vec<String>,
}

impl List {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let (_, source, bundle) = super::on_disk(paths)?;
        if self.matrix {
            let tried = Bundle::tried(&source, &Files::new(), None).await;
            return self.matrix(&tried.templates.matrix(&tried.reports));
        }
        let shipped = shipped();
        let carried = source.carried_templates(&paths.data);
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
                    binary: of(&|path| carried.contains(&path)),
                }
            })
            .collect();
        show::List::of(&rows)
            .columns(&["NAME", "CATEGORY", "EVENT", "LOCALES", "HERE"], |row| {
                let here = here(row);
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

/// How the files of a message stand to the shipped ones.
fn here(row: &Row) -> show::Cell {
    let said = |what: &str, locales: &[String]| {
        (!locales.is_empty()).then(|| format!("{what}: {}", locales.join(", ")))
    };
    let binary = said("from the binary", &row.binary);
    let words = [said("edited", &row.edited), said("own", &row.own), binary];
    let words = words.into_iter().flatten().collect::<Vec<_>>().join("; ");
    match (row.edited.is_empty(), row.own.is_empty()) {
        (true, true) if row.binary.is_empty() => show::faint("as shipped"),
        (true, true) => show::faint(words),
        (true, false) => show::good(words),
        _ => show::look(words),
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
