//! `innkeeper bundle show`.

use super::side::Places;
use crate::{
    cli::{Done, show},
    clock::Clock,
    config::Paths,
    secret,
};
use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};
use std::process::ExitCode;

/// Shows a bundle.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The first letters of its hash; or live, disk, shipped
    #[arg(default_value = "live")]
    bundle: String,
    #[command(flatten)]
    output: show::Output,
}

/// What `bundle show --format json` says.
#[derive(Serialize)]
struct Whole {
    hash: Option<String>,
    activated_at: Option<String>,
    settings: Map<String, Value>,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    path: String,
    hash: String,
    bytes: usize,
    /// `same`, `changed` or `gone`: how it stands in the data folder now.
    on_disk: &'static str,
}

impl Show {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let mut places = Places::of(paths)?;
        let side = places.side(&self.bundle).await?;
        let disk = places.disk()?;
        let files = side.files.iter().map(|(path, text)| File {
            path: path.clone(),
            hash: secret::hash(text)[..16].to_owned(),
            bytes: text.len(),
            on_disk: match disk.files.get(path) {
                Some(now) if now == text => "same",
                Some(_) => "changed",
                None => "gone",
            },
        });
        let files: Vec<File> = files.collect();
        if self.output.is_json() {
            let (hash, activated_at) = (side.hash, side.activated_at.map(show::stamp));
            show::json(&Whole { hash, activated_at, settings: side.settings, files })?;
            return Ok(ExitCode::SUCCESS);
        }
        show::line(show::title(&side.name));
        if let Some(at) = side.activated_at {
            show::line(format!("went live {}", show::moment(at, Clock::system().now())));
        }
        show::line("");
        show::List::of(&files)
            .columns(&["FILE", "BYTES", "ON DISK NOW"], |file| {
                let on_disk =
                    if file.on_disk == "same" { show::faint("same") } else { show::look(file.on_disk) };
                vec![show::strong(&file.path), show::faint(file.bytes.to_string()), on_disk]
            })
            .empty("It has no files.")
            .print(&self.output)?;
        if !side.settings.is_empty() {
            show::line(format!("\n{}", show::title("[settings]")));
            show::line(show::clean(&serde_json::to_string_pretty(&side.settings)?));
        }
        Ok(ExitCode::SUCCESS)
    }
}
