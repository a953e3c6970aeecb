//! `innkeeper backup FILE`: an online copy of a SQLite database.

use super::{Done, Trouble, load_config, say};
use crate::{
    config::Paths,
    db::{Db, without_password},
};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Copies the database to a file while the server runs.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to write; it must not exist
    file: PathBuf,
}

impl Backup {
    pub(super) async fn run(self, paths: Paths) -> Done {
        let config = load_config(&paths)?;
        let url = config.database_url(&paths.data);
        if !url.starts_with("sqlite:") {
            say(format!(
                "The database is PostgreSQL, which has its own tool. Run:\n  pg_dump --format=custom --file={} '{}'\nKeep secret.key (or secret_key) with it: second factors cannot be read without.",
                self.file.display(),
                without_password(&url)
            ));
            return Ok(ExitCode::FAILURE);
        }
        if self.file.exists() {
            return Err(Trouble::new(format!(
                "{} exists; name a file that does not, so that no earlier backup is lost",
                self.file.display()
            )));
        }
        let database = url.trim_start_matches("sqlite://");
        if !std::path::Path::new(database).exists() {
            return Err(Trouble::new(format!(
                "there is no database at {database}; name the data folder with --data"
            )));
        }
        let db = Db::connect(&url).await?;
        db.backup(&self.file).await?;
        db.close().await;
        say(format!(
            "{} holds the database as of now. Keep secret.key with it: second factors cannot be read without.",
            self.file.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}
