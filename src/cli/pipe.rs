//! `innkeeper pipe`: takes a mail from a mail server, by its alias file. How it ends tells the server what to do: it may
//! forget the mail only after 0.

use super::{Done, Trouble, load_config, open_database, reload};
use crate::{
    app::App,
    clock::Clock,
    config::{Config, Paths},
    error::Kind,
    intake::{self, Door, Outcome},
    model,
};
use clap::Args;
use std::{
    io::{self, ErrorKind, Read},
    path::Path,
    process::ExitCode,
};

/// Codes of sysexits.h, which mail servers know.
const DATA: u8 = 65;
const NO_USER: u8 = 67;
const UNAVAILABLE: u8 = 69;
const TRY_AGAIN: u8 = 75;
const NO_PERMISSION: u8 = 77;

/// Takes a mail from standard input.
#[derive(Debug, Args)]
pub(super) struct Pipe {
    /// The address that the mail is for [default: what X-Original-To, Delivered-To or To say]
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// The sender on the envelope; empty for the null sender
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// End with 75 instead of 69 and 77, for mail servers that try again after 75 only (Postfix)
    #[arg(long)]
    tempfail: bool,
}

/// Whatever goes wrong, the server keeps the mail: no other end may come of it, a mistake of ours included.
fn whatever_happens(work: impl FnOnce() -> Result<(), End>) -> Result<(), End> {
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    ended.unwrap_or_else(|_| Err(End(TRY_AGAIN, "a mistake of ours: see above for what it is".to_owned())))
}

/// How it ends, with words for the server's log.
struct End(u8, String);

impl Pipe {
    pub(super) fn run(self, paths: Paths) -> Done {
        let tempfail = self.tempfail;
        let ended = whatever_happens(|| {
            super::block_on_value(self.take(&paths))
                .unwrap_or_else(|error| Err(End(TRY_AGAIN, error.to_string())))
        });
        match ended {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(End(code, words)) => {
                let code =
                    if tempfail && [UNAVAILABLE, NO_PERMISSION].contains(&code) { TRY_AGAIN } else { code };
                Err(Trouble { words, code })
            }
        }
    }

    async fn take(self, paths: &Paths) -> Result<(), End> {
        let config = configuration(paths)?;
        let raw = stdin(config.intake.most_bytes())
            .map_err(|e| End(TRY_AGAIN, format!("reading the mail: {e}")))?;
        ready(paths, &config).await?;
        // The database was there a moment ago: whatever is in the way now may pass.
        let app = App::build(paths.clone(), config, Clock::system()).await;
        let app = app.map_err(|error| End(TRY_AGAIN, error.to_string()))?;
        let to = self.to.as_deref().map(str::trim).filter(|to| !to.is_empty());
        let taken = intake::take(&app, Door::Pipe, raw, to, self.from.as_deref()).await;
        let outcome = taken.map_err(|error| {
            End(TRY_AGAIN, format!("the mail was not taken, and is to come again: {error}"))
        })?;
        app.db.close().await;
        reload::wake(paths);
        match outcome {
            Outcome::NotAMail => Err(End(DATA, "this is no mail: it has no header".to_owned())),
            Outcome::NoDepartment => {
                let whom = to.map_or_else(|| "none of its recipients".to_owned(), str::to_owned);
                Err(End(
                    NO_USER,
                    format!("no department has this address: {whom}; staff give departments their addresses"),
                ))
            }
            Outcome::Opened(_)
            | Outcome::Replied(_)
            | Outcome::Rejected(_)
            | Outcome::Noted
            | Outcome::Twice => Ok(()),
        }
    }
}

fn configuration(paths: &Paths) -> Result<Config, End> {
    for file in [&paths.data, &paths.config] {
        if std::fs::metadata(file).is_err_and(|e| e.kind() == ErrorKind::PermissionDenied)
            || (file.is_file()
                && std::fs::File::open(file).is_err_and(|e| e.kind() == ErrorKind::PermissionDenied))
        {
            let words =
                format!("{} cannot be read; run this as the user that runs the server", file.display());
            return Err(End(NO_PERMISSION, words));
        }
    }
    load_config(paths).map_err(|error| End(TRY_AGAIN, error.to_string()))
}

/// All of the mail, so far as it is kept; the rest is read, too, so that the server is not cut off.
fn stdin(most: usize) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    let mut input = io::stdin().lock();
    input.by_ref().take(most as u64 + 1).read_to_end(&mut raw)?;
    io::copy(&mut input, &mut io::sink())?;
    Ok(raw)
}

/// The database is there, may be read and written, and is as this release wants it.
async fn ready(paths: &Paths, config: &Config) -> Result<(), End> {
    let url = config.database_url(&paths.data);
    let file = url.strip_prefix("sqlite://");
    if let Some(file) = file {
        let open = std::fs::OpenOptions::new().read(true).write(true).open(file);
        if open.is_err_and(|e| e.kind() == ErrorKind::PermissionDenied) {
            let words = format!("{file} cannot be written; run this as the user that runs the server");
            return Err(End(NO_PERMISSION, words));
        }
    }
    // A file that is there and does not open, or does not answer, is busy or locked.
    let silent = if file.is_some_and(|file| Path::new(file).exists()) { TRY_AGAIN } else { UNAVAILABLE };
    let db = open_database(paths, config).await.map_err(|error| End(silent, error.to_string()))?;
    let known = model::intake::lookup(&db, "").await;
    db.close().await;
    match known {
        Ok(_) => Ok(()),
        Err(error) if error.kind == Kind::Unavailable => Err(End(silent, error.to_string())),
        Err(error) => {
            let words =
                format!("the database is not as this release wants it; run `innkeeper migrate`: {error}");
            Err(End(UNAVAILABLE, words))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_lets_the_mail_come_again() {
        assert!(matches!(whatever_happens(|| panic!("oh no")), Err(End(TRY_AGAIN, _))));
        assert!(whatever_happens(|| Ok(())).is_ok());
    }
}
