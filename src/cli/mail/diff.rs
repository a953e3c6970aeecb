//! `innkeeper mail diff`.

use crate::{
    bundle::{edit, history},
    cli::{Done, Trouble, open_database, show},
    clock::Clock,
    config::Paths,
    mail,
};
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;

/// Compares a template with the shipped one.
#[derive(Debug, Args)]
#[command(
    after_help = "If a release has changed a template that you have edited, both changes are shown, and how they join. \
Once you have taken over what you want, --settled lets `innkeeper doctor` be quiet about it until the next change."
)]
pub(super) struct Diff {
    /// The message, layout or part: invite, layout, _parts, or invite.txt
    name: String,
    /// The language of the file
    #[arg(long, default_value = "default")]
    locale: String,
    /// Print the two changes joined, to be written into the file; places where they meet are marked
    #[arg(long)]
    merged: bool,
    /// Note that the file takes account of the shipped version
    #[arg(long)]
    settled: bool,
    #[command(flatten)]
    output: show::Output,
}

/// What differs, as `mail diff --format json` says it.
#[derive(Serialize)]
struct Told {
    file: String,
    /// True if the release ships another version than the one that the file was made from.
    diverged: bool,
    /// False if the version that it was made from is only the likeliest one.
    base_known: bool,
    /// From that version to the file, unified.
    yours: String,
    /// From that version to the shipped one, unified.
    release: String,
    /// Both joined; with marks where they meet.
    merged: String,
    conflicts: bool,
}

impl Diff {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let (config, source, bundle) = super::on_disk(paths)?;
        let file =
            mail::file_of(&self.locale, &self.name).map_err(|report| Trouble::new(report.to_string()))?;
        let Some(own) = edit::on_disk(&paths.data, &file)? else {
            if !source.files.keys().filter_map(|path| mail::name_of(path)).any(|(_, name)| name == self.name)
            {
                super::find(&bundle, &self.name)?;
            }
            return Err(Trouble::new(format!("there is no {file} in {}", paths.data.display())));
        };
        let db = open_database(paths, &config).await?;
        let Some(three) = history::three(&db, &file, &own).await? else {
            return Err(Trouble::new(format!("no release ships {file}: it is all yours")));
        };
        if self.settled {
            let mut tx = db.begin().await?;
            history::settle(&mut tx, &file, Clock::system().now()).await?;
            tx.commit().await?;
            show::line(format!("{file} is noted as made from the shipped version."));
            return Ok(ExitCode::SUCCESS);
        }
        let (merged, conflicts) = match three.merged() {
            Ok(text) => (text, false),
            Err(text) => (text, true),
        };
        let told = Told {
            diverged: three.base != three.theirs && three.mine != three.theirs,
            base_known: three.known,
            yours: show::diff(
                &format!("made from: {file}"),
                &format!("here: {file}"),
                &three.base,
                &three.mine,
            ),
            release: show::diff(
                &format!("made from: {file}"),
                &format!("shipped: {file}"),
                &three.base,
                &three.theirs,
            ),
            merged,
            conflicts,
            file,
        };
        if self.output.is_json() {
            let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
            show::json(&Told { yours: plain(&told.yours), release: plain(&told.release), ..told })?;
        } else if self.merged {
            show::line(told.merged.trim_end_matches('\n'));
        } else {
            print(&told);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(told: &Told) {
    if told.yours.is_empty() && told.release.is_empty() {
        return show::line(format!("{} is as shipped.", told.file));
    }
    if !told.yours.is_empty() {
        show::line(format!("{}\n{}\n", show::title("Your edits"), told.yours));
    }
    if told.release.is_empty() {
        return show::line("The release has not changed it since.");
    }
    show::line(format!("{}\n{}\n", show::title("What the release changed since"), told.release));
    if !told.base_known {
        show::line(
            "What the file was made from is not known for sure: it was edited before the server first ran.",
        );
    }
    show::line(if told.conflicts {
        "The two changes meet in one place or more: --merged prints them joined, with marks there."
    } else {
        "The two changes do not meet: --merged prints them joined."
    });
}
