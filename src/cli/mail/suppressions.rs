//! `innkeeper mail suppressions`: addresses that get no mail.

use super::queue::open;
use crate::{
    cli::{Done, Trouble, load_config, open_database, show},
    clock::Clock,
    config::Paths,
    mail::suppression,
};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::process::ExitCode;

/// Lists addresses that get no mail; adds and lifts.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Suppressions {
    #[command(subcommand)]
    command: Option<Command>,
    /// Only addresses that contain this
    #[arg(value_name = "PART", default_value = "")]
    part: String,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: i64,
    #[command(flatten)]
    output: show::Output,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send no more mail to an address, until that is lifted
    Add {
        /// The address
        address: String,
        /// Why; shown wherever the address is
        #[arg(long, value_name = "WORDS", default_value = "")]
        why: String,
    },
    /// Let an address get mail again; what was held back stays held back
    Lift {
        /// The address
        address: String,
    },
}

/// An address, as `mail suppressions --format json` says it.
#[derive(Serialize)]
struct Row {
    email: String,
    /// `bounce`, `complaint` or `hand`.
    reason: String,
    detail: String,
    email_id: Option<String>,
    since: String,
    /// When it ends by itself; null for never.
    until: Option<String>,
    by: String,
    #[serde(skip)]
    at: (i64, Option<i64>),
}

impl Suppressions {
    pub(super) async fn run(self, paths: Paths) -> Done {
        match self.command {
            None => list(&paths, &self.part, self.limit.clamp(1, 10_000), self.output).await,
            Some(Command::Add { address, why }) => {
                let app = open(paths).await?;
                let mut tx = app.db.begin().await?;
                let act = app.act_of_system("innkeeper mail suppressions add", 0);
                suppression::add(&mut tx, &act, &address, &why).await.map_err(|error| {
                    match error.fields.is_empty() {
                        true => error.into(),
                        false => Trouble::new(format!("{address:?} is no e-mail address")),
                    }
                })?;
                tx.commit().await?;
                show::line(format!(
                    "{} gets no mail, but what it asks for itself, such as a link for a new password.",
                    address.trim()
                ));
                Ok(ExitCode::SUCCESS)
            }
            Some(Command::Lift { address }) => {
                let app = open(paths).await?;
                let mut tx = app.db.begin().await?;
                let act = app.act_of_system("innkeeper mail suppressions lift", 0);
                if !suppression::lift(&mut tx, &act, &address).await? {
                    return Err(Trouble::new(format!(
                        "{} is not on the list; `innkeeper mail suppressions` shows who is",
                        address.trim()
                    )));
                }
                tx.commit().await?;
                show::line(format!("{} gets mail again.", address.trim()));
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

async fn list(paths: &Paths, part: &str, limit: i64, output: show::Output) -> Done {
    let config = load_config(paths)?;
    let db = open_database(paths, &config).await?;
    let now = Clock::system().now();
    let found = suppression::store::list(&db, now, part, None, limit).await?;
    let rows: Vec<Row> = found
        .into_iter()
        .map(|row| Row {
            at: (row.since, row.until_at),
            email: row.email,
            reason: row.reason,
            detail: row.detail,
            email_id: row.email_id,
            since: show::stamp(row.since),
            until: row.until_at.map(show::stamp),
            by: row.by_name,
        })
        .collect();
    show::List::of(&rows)
        .columns(&["ADDRESS", "REASON", "SINCE", "ENDS", "WHAT WAS SAID"], |row| {
            let ends = row.at.1.map_or("never".to_owned(), |at| show::ago(at, now));
            vec![
                show::strong(&row.email),
                show::look(&row.reason),
                show::faint(show::ago(row.at.0, now)),
                show::plain(ends),
                show::plain(&row.detail),
            ]
        })
        .empty("Every address gets its mail.")
        .print(&output)?;
    Ok(ExitCode::SUCCESS)
}
