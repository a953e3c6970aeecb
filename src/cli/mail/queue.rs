//! `innkeeper mail queue | retry | drop`: what waits or failed, and helping it along.

use crate::{
    app::App,
    cli::{Done, Trouble, load_config, open_database, show},
    clock::Clock,
    config::Paths,
    mail::queue::{self, Filter, Line, Mail, State},
};
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;

/// How many mails `retry --all` takes at most.
const ALL: i64 = 10_000;

/// Lists mails, or shows one.
#[derive(Debug, Args)]
#[command(after_help = "Without --state and --to, it lists what waits, then what was given up.
Examples:
  innkeeper mail queue
  innkeeper mail queue --state dead
  innkeeper mail queue --to olive@bakery.example --state sent
  innkeeper mail queue em_01kxyz              one mail, with its tries and the server's answers")]
pub(super) struct Queue {
    /// One mail, by its id
    id: Option<String>,
    /// Only mails of this state: waiting, held, dead, suppressed, sent, dropped, digested or declined
    #[arg(long, value_parser = state)]
    state: Option<State>,
    /// Only mails to this address
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    to: String,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: i64,
    /// Only those that stand after this one in the list
    #[arg(long, value_name = "ID")]
    after: Option<String>,
    #[command(flatten)]
    output: show::Output,
}

fn state(text: &str) -> Result<State, String> {
    State::from_key(text).ok_or_else(|| {
        format!(
            "the states are {}",
            State::ALL.iter().map(|state| state.key()).collect::<Vec<_>>().join(", ")
        )
    })
}

/// A mail, as `mail queue --format json` says it.
#[derive(Serialize)]
struct Row {
    id: String,
    /// As [`State`] names it.
    state: &'static str,
    to: String,
    template: String,
    subject: Option<String>,
    attempts: i64,
    /// True if a try whose outcome nobody knows may have succeeded.
    unsure: bool,
    created_at: String,
    /// When it is tried next, if it waits.
    next_at: Option<String>,
    sent_at: Option<String>,
    bounced_at: Option<String>,
    error: Option<String>,
    #[serde(skip)]
    at: (i64, Option<i64>),
}

impl From<Line> for Row {
    fn from(line: Line) -> Self {
        let state = line.state();
        let next = matches!(state, State::Waiting | State::Held).then_some(line.next_at);
        Self {
            state: state.key(),
            id: line.id,
            to: line.to_email,
            template: line.template,
            subject: line.subject,
            attempts: line.attempts,
            unsure: line.unsure,
            created_at: show::stamp(line.created_at),
            next_at: next.map(show::stamp),
            sent_at: line.sent_at.map(show::stamp),
            bounced_at: line.bounced_at.map(show::stamp),
            error: line.error,
            at: (line.sent_at.unwrap_or(line.created_at), next),
        }
    }
}

impl Queue {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let config = load_config(paths)?;
        let db = open_database(paths, &config).await?;
        let now = Clock::system().now();
        if let Some(id) = &self.id {
            let mail = queue::find(&db, id).await?;
            let tries = queue::store::tries(&db, id).await?;
            return one(mail, &tries, now, self.output);
        }
        let limit = self.limit.clamp(1, 1000);
        let before = match &self.after {
            Some(id) => Some((queue::find(&db, id).await?.line.created_at, id.clone())),
            None => None,
        };
        let listed = |state| {
            let (db, before, filter) = (&db, before.clone(), Filter { state, to: self.to.clone() });
            async move { queue::store::list(db, &filter, before, limit).await }
        };
        let mut lines = match self.state {
            None if self.to.is_empty() => listed(Some(State::Waiting)).await?,
            state => listed(state).await?,
        };
        let more = lines.len() == usize::try_from(limit).unwrap_or_default();
        if self.state.is_none() && self.to.is_empty() && self.after.is_none() {
            lines.extend(listed(Some(State::Dead)).await?);
        }
        let last = lines.last().map(|line| line.id.clone()).unwrap_or_default();
        let rows: Vec<Row> = lines.into_iter().map(Row::from).collect();
        let further = match more && (self.state.is_some() || !self.to.is_empty()) {
            true => format!("More: --after {last}"),
            false => String::new(),
        };
        let nothing = match (self.state, self.to.as_str()) {
            (None, "") => "Nothing waits, and nothing was given up. `innkeeper mail queue --state sent` lists what went out.".to_owned(),
            (Some(state), "") => format!("No mail is {}.", state.key()),
            (None, to) => format!("No mail to {to}; write the whole address."),
            (Some(state), to) => format!("No mail to {to} is {}; write the whole address.", state.key()),
        };
        show::List::of(&rows)
            .columns(&["ID", "STATE", "TO", "TEMPLATE", "TRIES", "WHEN", "WHAT WAS SAID"], |row| {
                cells(row, now)
            })
            .empty(nothing)
            .after(further)
            .print(&self.output)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn cells(row: &Row, now: i64) -> Vec<show::Cell> {
    let state = match row.state {
        "sent" if row.bounced_at.is_some() => show::bad("sent, came back"),
        "sent" => show::good(row.state),
        "dead" | "suppressed" => show::bad(row.state),
        "held" => show::look(row.state),
        _ if row.unsure => show::look(format!("{}, may be sent", row.state)),
        other => show::plain(other),
    };
    let when = row.at.1.unwrap_or(row.at.0);
    vec![
        show::strong(&row.id),
        state,
        show::plain(&row.to),
        show::plain(&row.template),
        show::plain(row.attempts.to_string()),
        show::faint(show::ago(when, now)),
        show::plain(row.error.clone().unwrap_or_default()),
    ]
}

/// A mail, as `mail queue ID --format json` says it.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    row: Row,
    event_id: String,
    reason: String,
    chosen_by: String,
    relay: Option<String>,
    answer: Option<String>,
    bounced: Option<String>,
    tries: Vec<TryRow>,
}

/// A try that did not end with the mail being taken.
#[derive(Serialize)]
struct TryRow {
    at: String,
    relay: String,
    /// `later`, `refused`, `unknown` or `template`.
    outcome: String,
    answer: String,
}

fn one(mail: Mail, tries: &[queue::Tried], now: i64, output: show::Output) -> Done {
    let tries = tries.iter().map(|tried| TryRow {
        at: show::stamp(tried.at),
        relay: tried.relay.clone(),
        outcome: tried.outcome.clone(),
        answer: tried.answer.clone(),
    });
    let whole = Whole {
        event_id: mail.event_id,
        reason: mail.reason,
        chosen_by: mail.chosen_by,
        relay: mail.relay,
        answer: mail.answer,
        bounced: mail.bounced,
        tries: tries.collect(),
        row: mail.line.into(),
    };
    if output.is_json() {
        show::json(&whole)?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = &whole.row;
    show::line(show::title(&row.id));
    let say = |name: &str, value: String| {
        if !value.is_empty() {
            show::line(format!(
                "  {} {}",
                show::paint(show::Tone::Faint, format!("{name:<10}")),
                show::clean(&value)
            ));
        }
    };
    say("state", format!("{}{}", row.state, if row.unsure { ", may have been sent" } else { "" }));
    say("to", format!("{} ({})", row.to, whole.reason));
    say("chosen by", whole.chosen_by.clone());
    say("template", row.template.clone());
    say("subject", row.subject.clone().unwrap_or_default());
    say("event", whole.event_id.clone());
    say("asked for", show::moment(row.at.0, now));
    say("next try", row.at.1.map(|at| show::moment(at, now)).unwrap_or_default());
    say("sent", row.sent_at.clone().unwrap_or_default());
    say("by", whole.relay.clone().unwrap_or_default());
    say("answer", whole.answer.clone().unwrap_or_default());
    say(
        "came back",
        format!(
            "{} {}",
            row.bounced_at.clone().unwrap_or_default(),
            whole.bounced.clone().unwrap_or_default()
        )
        .trim()
        .to_owned(),
    );
    say("error", row.error.clone().unwrap_or_default());
    for tried in &whole.tries {
        say("try", format!("{} {} {}: {}", tried.at, tried.relay, tried.outcome, tried.answer));
    }
    Ok(ExitCode::SUCCESS)
}

/// Has mails sent again.
#[derive(Debug, Args)]
#[command(
    after_help = "What waits or was given up goes out with its own Message-ID; what was sent goes out once more, as another mail.
Whoever runs the server sees to the sending."
)]
pub(super) struct Retry {
    /// The mail, by its id
    #[arg(required_unless_present = "all")]
    id: Option<String>,
    /// All that were given up, and those that wait after a failed try
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Retry {
    pub(super) async fn run(self, paths: Paths) -> Done {
        let app = open(paths).await?;
        let act = app.act_of_system("innkeeper mail retry", 0);
        let Some(id) = &self.id else {
            let count = queue::count_failed(&app.db, ALL).await?;
            let more = if i64::try_from(count).is_ok_and(|count| count < ALL) { "" } else { "more than " };
            let question = format!("Send {more}{} again?", show::count(count, "mail"));
            if count > 0 && !show::confirm(&question, self.yes)? {
                return Err(Trouble::new("nothing was changed"));
            }
            let count = queue::send_all_again(&app.db, &act).await?;
            let count = usize::try_from(count).unwrap_or_default();
            show::line(format!(
                "{} now in the queue again; `innkeeper mail queue` shows how they fare.",
                show::count(count, "mail")
            ));
            return Ok(ExitCode::SUCCESS);
        };
        let mut tx = app.db.begin().await?;
        let goes = queue::send_again(&mut tx, &act, id).await?;
        tx.commit().await?;
        show::line(match goes == *id {
            true => format!(
                "{id} goes out as soon as a mail server takes mail; `innkeeper mail queue {id}` shows how it fares."
            ),
            false => format!("{id} was sent before; {goes} goes out in its place."),
        });
        Ok(ExitCode::SUCCESS)
    }
}

/// Gives up a mail that waits.
#[derive(Debug, Args)]
pub(super) struct Drop {
    /// The mail, by its id
    id: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Drop {
    pub(super) async fn run(self, paths: Paths) -> Done {
        let app = open(paths).await?;
        let mail = queue::find(&app.db, &self.id).await?;
        let question =
            format!("Give up {} to {}? It will not be sent.", mail.line.template, mail.line.to_email);
        if !show::confirm(&question, self.yes)? {
            return Err(Trouble::new("nothing was changed"));
        }
        let mut tx = app.db.begin().await?;
        queue::drop_one(&mut tx, &app.act_of_system("innkeeper mail drop", 0), &self.id).await?;
        tx.commit().await?;
        show::line(format!("{} is not sent. `innkeeper mail retry {}` brings it back.", self.id, self.id));
        Ok(ExitCode::SUCCESS)
    }
}

/// Everything, on a database that is there already.
pub(super) async fn open(paths: Paths) -> Result<App, Trouble> {
    let config = load_config(&paths)?;
    open_database(&paths, &config).await?;
    Ok(App::build(paths, config, Clock::system()).await?)
}
