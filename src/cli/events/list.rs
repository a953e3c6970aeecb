//! `innkeeper events list`.

use super::filter::{Since, Which};
use crate::{
    cli::{Done, load_config, open_database, show},
    clock::Clock,
    config::Paths,
    effect::trace::{self, Head},
    event::data::Person,
};
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;

/// Lists events.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    which: Which,
    /// Only events since then: a length of time (30d, 2h), or a date (2026-11-01, in UTC)
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// How many, at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// Only events before this one: its id, or its number; shows the next page of a list
    #[arg(long, value_name = "ID")]
    before: Option<String>,
    #[command(flatten)]
    output: show::Output,
}

/// An event, as `events list` and `events tail --format json` say it.
#[derive(Serialize)]
pub(super) struct Row {
    /// Its number: later events have higher ones.
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) name: String,
    /// RFC 3339, UTC.
    pub(super) at: String,
    account_id: Option<String>,
    account: Option<String>,
    actor: Actor,
    /// Hooks and routes that met it.
    runs: i64,
    /// Those that failed for good, and routes that went on without a hook that failed.
    failed: i64,
    mails: i64,
    /// Web-hooks that were given up.
    webhooks_given_up: i64,
    /// Other effects that were refused.
    effects_refused: i64,
    /// False while its hooks have not run.
    dispatched: bool,
    #[serde(skip)]
    when: i64,
}

#[derive(Serialize)]
struct Actor {
    kind: String,
    name: String,
    email: String,
}

impl From<Head> for Row {
    fn from(head: Head) -> Self {
        let actor: Person = serde_json::from_str(&head.actor).unwrap_or_default();
        Self {
            seq: head.seq,
            id: head.id,
            name: head.name,
            at: show::stamp(head.at),
            account: head.account_id.as_ref().and(head.account_name),
            account_id: head.account_id,
            actor: Actor { kind: actor.kind, name: actor.name, email: actor.email },
            runs: head.runs,
            failed: head.failed,
            mails: head.mails,
            webhooks_given_up: head.webhooks_lost,
            effects_refused: head.refused,
            dispatched: head.dispatched_at.is_some(),
            when: head.at,
        }
    }
}

impl Row {
    /// Who did it, in a word or two.
    pub(super) fn who(&self) -> &str {
        [&self.actor.name, &self.actor.email, &self.actor.kind]
            .into_iter()
            .find(|word| !word.is_empty())
            .map_or("", String::as_str)
    }

    /// The account's name; its id if it is gone.
    pub(super) fn whose(&self) -> &str {
        self.account.as_deref().or(self.account_id.as_deref()).unwrap_or_default()
    }

    /// What came of it, in a few words.
    pub(super) fn came(&self) -> show::Cell {
        if !self.dispatched {
            return show::look("waits for its hooks");
        }
        let said =
            |n: i64, noun: &str, end: &str| (n > 0).then(|| format!("{}{end}", show::count(size(n), noun)));
        let words: Vec<String> = [
            said(self.mails, "mail", ""),
            said(self.failed, "hook", " failed"),
            said(self.webhooks_given_up, "web-hook", " given up"),
            said(self.effects_refused, "effect", " refused"),
        ]
        .into_iter()
        .flatten()
        .collect();
        match self.failed + self.webhooks_given_up + self.effects_refused {
            0 => show::plain(words.join(", ")),
            _ => show::bad(words.join(", ")),
        }
    }
}

/// A count of rows, which is never negative.
fn size(n: i64) -> usize {
    usize::try_from(n).unwrap_or_default()
}

impl List {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let db = open_database(paths, &load_config(paths)?).await?;
        let now = Clock::system().now();
        let since = self.since.map(|since| since.at(now)).transpose()?.unwrap_or(i64::MIN);
        let filtered = self.which.name.is_some() || self.which.account.is_some() || self.since.is_some();
        let filter = self.which.filter(&db, since).await?;
        let before = match &self.before {
            Some(event) => super::trace::find(&db, event).await?.seq,
            None => i64::MAX,
        };
        let found = trace::store::newest(&db, &filter, before, self.limit + 1).await?;
        let mut rows: Vec<Row> = found.into_iter().map(Row::from).collect();
        let more = rows.len() > size(self.limit);
        rows.truncate(size(self.limit));
        let last = rows.last().map(|row| row.seq).unwrap_or_default();
        let after = if more { format!("Older ones: add --before {last}") } else { String::new() };
        show::List::of(&rows)
            .columns(&["NUMBER", "WHEN", "EVENT", "ACCOUNT", "WHO", "WHAT CAME OF IT", "ID"], |row| {
                vec![
                    show::faint(row.seq.to_string()),
                    show::faint(show::ago(row.when, now)),
                    show::strong(&row.name),
                    show::plain(row.whose()),
                    show::plain(row.who()),
                    row.came(),
                    show::faint(&row.id),
                ]
            })
            .empty(if filtered || self.before.is_some() {
                "No such event. Leave out --name, --account, --since or --before to see more."
            } else {
                "Nothing has happened yet. Run `innkeeper serve`, and let somebody log in."
            })
            .after(after)
            .print(&self.output)?;
        db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
