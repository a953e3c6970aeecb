//! `innkeeper bundle list`.

use super::side::{Change, Places, hashes};
use crate::{
    bundle::store,
    cli::{Done, reload, show},
    clock::Clock,
    config::Paths,
};
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;

/// Lists bundles.
#[derive(Debug, Args)]
pub(super) struct List {
    /// How many, at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    #[command(flatten)]
    output: show::Output,
}

/// A bundle, as `bundle list --format json` says it.
#[derive(Serialize)]
struct Row {
    hash: String,
    /// When it went live last; RFC 3339, UTC.
    activated_at: String,
    files: usize,
    /// True for the one that went live last: a running server runs it, one that starts begins with it.
    live: bool,
    /// Against the one that was live before; of the oldest, nothing is known.
    change: Option<Change>,
    #[serde(skip)]
    when: i64,
}

impl List {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let mut places = Places::of(paths)?;
        let db = places.db().await?;
        let now = Clock::system().now();
        let stored = store::list(&db, self.limit + 1).await?;
        let mut rows: Vec<Row> = Vec::new();
        for (place, bundle) in stored.iter().enumerate() {
            let files = hashes(bundle);
            let change = stored.get(place + 1).map(|before| Change {
                settings_changed: before.settings != bundle.settings || before.plugins != bundle.plugins,
                ..Change::between(&hashes(before), &files)
            });
            rows.push(Row {
                hash: bundle.hash.clone(),
                activated_at: show::stamp(bundle.activated_at),
                files: files.len(),
                live: place == 0,
                change,
                when: bundle.activated_at,
            });
        }
        rows.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        let serves = match reload::server(paths) {
            Some(pid) => format!("A server runs on this folder (process {pid})."),
            None => "No server runs on this folder; one that starts begins with what the folder holds then."
                .to_owned(),
        };
        show::List::of(&rows)
            .columns(&["HASH", "WENT LIVE", "FILES", "AGAINST THE ONE BEFORE", ""], |row| {
                vec![
                    show::strong(&row.hash),
                    show::faint(show::moment(row.when, now)),
                    show::plain(row.files.to_string()),
                    show::plain(row.change.as_ref().map_or("the first that is known".to_owned(), words)),
                    if row.live { show::good("live") } else { show::plain("") },
                ]
            })
            .empty("Nothing has been live yet; `innkeeper serve` lets the data folder go live.")
            .after(serves)
            .print(&self.output)?;
        db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// A change in a line: the names of few files, the number of many.
pub(super) fn words(change: &Change) -> String {
    let part = |mark: char, files: &[String]| match files.len() {
        0 => None,
        1..=3 => Some(files.iter().map(|file| format!("{mark}{file}")).collect::<Vec<_>>().join(" ")),
        n => Some(format!("{mark}{}", show::count(n, "file"))),
    };
    let settings = change.settings_changed.then(|| "~[settings]".to_owned());
    let parts = [part('~', &change.changed), part('+', &change.added), part('-', &change.removed), settings];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "the same".to_owned() } else { parts.join(" ") }
}
