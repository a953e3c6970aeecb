//! What stands in the data folder and is there before anything runs: the key, the node's name, the database, the files.

use crate::{
    bundle::{Files, LastSettings, Source, store},
    config::{Config, Paths},
    db::Db,
    error::{Error, Kind, Result},
    id,
    secret::SealingKey,
};
use std::{fs, io, path::Path};

/// Opens the database and brings it up to date; of several processes on one folder, one at a time.
///
/// # Errors
/// [`Kind::Unavailable`], with words.
pub async fn open(paths: &Paths, config: &Config) -> Result<Db> {
    let db = Db::connect(&config.database_url(&paths.data)).await?;
    let lock = fs::File::create(paths.data.join(".migrate.lock")).map_err(|e| folder(&paths.data, &e))?;
    lock.lock().map_err(|e| folder(&paths.data, &e))?;
    db.migrate().await?;
    Ok(db)
}

/// The files and settings that were live last.
pub(super) async fn last_live(db: &Db) -> Result<(Files, Option<LastSettings>)> {
    match store::latest(db).await? {
        Some(stored) => Ok((store::files(db, &stored).await?, Some(stored.last_settings()))),
        None => Ok((Files::new(), None)),
    }
}

pub(super) fn read(data: &Path, config: &Config) -> Result<Source> {
    Source::read(data, config).map_err(|e| folder(data, &e))
}

fn folder(data: &Path, error: &io::Error) -> Error {
    let mend = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "give the user that runs innkeeper the right to write there, or name another folder with --data"
        }
        io::ErrorKind::NotFound => "make it with `innkeeper init`, or name another folder with --data",
        _ => "name another folder with --data",
    };
    Error::new(Kind::Unavailable, "folder")
        .detail(format!("the data folder {}: {error}; {mend}", data.display()))
}

/// The configured key, or the one in the data folder, which is made at the first start.
///
/// # Errors
/// [`Kind::Unavailable`], with words that name the key or the file, and the mend.
pub fn sealing_key(data: &Path, config: &Config) -> Result<SealingKey> {
    let trouble = |what: &str| Error::new(Kind::Unavailable, "secret-key").detail(what);
    if !config.secret_key.is_empty() {
        return SealingKey::parse(&config.secret_key).ok_or_else(|| trouble("secret_key is no key"));
    }
    fs::create_dir_all(data).map_err(|e| folder(data, &e))?;
    let file = data.join("secret.key");
    match fs::read_to_string(&file) {
        Ok(text) => SealingKey::parse(&text).ok_or_else(|| {
            trouble(&format!(
                "{} holds no key; restore it from your backup: without it second factors cannot be read",
                file.display()
            ))
        }),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let text = SealingKey::generate();
            write_private(&file, &text).map_err(|e| folder(data, &e))?;
            SealingKey::parse(&text).ok_or_else(|| trouble("a new key could not be made"))
        }
        Err(e) => Err(trouble(&format!("{}: {e}", file.display()))),
    }
}

/// What this data folder's server is called among others on the same database: the same after a
/// restart, so that it can take back what it had claimed.
pub(super) fn node(data: &Path, now: i64) -> Result<String> {
    let file = data.join("node.id");
    match fs::read_to_string(&file) {
        Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        _ => {
            let name = id::new("node", now);
            fs::write(&file, &name).map_err(|e| folder(data, &e))?;
            Ok(name)
        }
    }
}

/// Writes a file that only its owner may read.
fn write_private(file: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(text.as_bytes())
}
