//! `innkeeper init DIR`: a data folder that is ready to edit.

use super::{Done, Trouble, say};
use crate::{bundle, config::Config};
use clap::Args;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Makes a data folder.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder; it may exist if it is empty
    dir: PathBuf,
}

impl Init {
    pub(super) fn run(self) -> Done {
        let dir = &self.dir;
        if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Trouble::new(format!(
                "{} is not empty; nothing was written. Name an empty or a new folder.",
                dir.display()
            )));
        }
        write_folder(dir).map_err(|e| Trouble::new(format!("{}: {e}", dir.display())))?;
        let shown = dir.display();
        say(format!(
            "{shown} is ready:\n  innkeeper.toml     the settings, each explained\n  hooks/             who is told what, what is allowed: Rhai scripts\n  hooks/available/   more scripts, off until `innkeeper hooks enable NAME --data {shown}`\n  email-templates/   what mail says\n  messages/          words of the web area, to override\n\nNext:\n  innkeeper staff add --data {shown} you@host.example\n  innkeeper serve --data {shown}"
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes the commented configuration and the shipped files into a folder.
pub(super) fn write_folder(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    write_new(&dir.join("innkeeper.toml"), &Config::commented())?;
    for (path, text) in bundle::shipped() {
        write_new(&dir.join(path), &text)?;
    }
    write_new(
        &dir.join("messages/README"),
        "Words of the web area. To change one, write it into en.ftl or de.ftl here, for example:\n\n    menu-home = Lobby\n\nAll ids stand in the project's messages/ folder. `innkeeper check` says what is wrong.\n",
    )
}

fn write_new(file: &Path, text: &str) -> io::Result<()> {
    if file.exists() {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text)
}
