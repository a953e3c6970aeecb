//! `innkeeper backup FOLDER`: an online copy of what the data folder holds and nothing else does: a SQLite database, and the
//! files and mails of tickets.

use super::{Done, Trouble, load_config, say};
use crate::{
    app,
    blob::Blobs,
    config::Paths,
    db::{Db, without_password},
    intake,
};
use clap::Args;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

const KEY: &str = "Keep secret.key (or secret_key) with it: second factors cannot be read without.";

/// Copies the database and the files of tickets to a folder while the server runs.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The folder to make; it must not exist
    folder: PathBuf,
}

impl Backup {
    pub(super) async fn run(self, paths: Paths) -> Done {
        let config = load_config(&paths)?;
        let url = config.database_url(&paths.data);
        let folder = self.folder.display();
        if self.folder.exists() {
            return Err(Trouble::new(format!(
                "{folder} exists; name a folder that does not, so that no earlier backup is lost"
            )));
        }
        let database = url.strip_prefix("sqlite://");
        if let Some(file) = database.filter(|file| !Path::new(file).exists()) {
            return Err(Trouble::new(format!(
                "there is no database at {file}; name the data folder with --data"
            )));
        }
        fs::create_dir_all(&self.folder).map_err(|e| Trouble::new(format!("{folder}: {e}")))?;
        if database.is_some() {
            let db = Db::connect(&url).await?;
            db.backup(&self.folder.join("innkeeper.db")).await?;
            db.close().await;
        }
        // After the database: what came since is left over, and nothing that it names is missing.
        let mut copied = 0;
        for name in [app::FILES, intake::FOLDER] {
            copied += Blobs::below(&paths.data, name)
                .copy_to(&self.folder.join(name))
                .map_err(|e| Trouble::new(format!("copying {name} to {folder}: {e}")))?;
        }
        if database.is_none() {
            say(format!(
                "{folder} holds {copied} files and mails of tickets, and no database: PostgreSQL has its own tool. Run:\n  \
                 pg_dump --format=custom --file={} '{}'\n{KEY}",
                self.folder.join("innkeeper.dump").display(),
                without_password(&url)
            ));
            return Ok(ExitCode::FAILURE);
        }
        say(format!("{folder} holds the database as of now, and {copied} files and mails of tickets. {KEY}"));
        Ok(ExitCode::SUCCESS)
    }
}
