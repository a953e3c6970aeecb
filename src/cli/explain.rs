//! `innkeeper explain`: why somebody gets a mail, or does not, down to file and line.

use super::{
    Done, Trouble,
    events::trace::find,
    load_config, open_database, say,
    show::{self, Tone, paint},
};
use crate::{
    bundle::store as bundles,
    clock::Clock,
    config::Paths,
    db::Db,
    effect::{
        store::{self, Run},
        trace::{Mail, store as traces},
    },
    event::{data::Account, outbox::StoredEvent},
    model::email_key,
    report::did_you_mean,
    trial::{Explained, Line, Reason, Texts, Verdict, explain_email, explain_recipient},
};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::process::ExitCode;

/// Explains mail.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  innkeeper explain email em_01k…
  innkeeper explain recipient owner@bakery.example --event evt_01k…")]
pub(super) struct Explain {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say why a mail went to its recipient, and what became of it
    Email {
        /// Its id, such as em_01k…; `innkeeper events show` lists the mails of an event
        id: String,
        #[command(flatten)]
        output: show::Output,
    },
    /// Say why an address gets mail about an event, or does not
    Recipient {
        /// The address
        address: String,
        /// The event: its id, or its number in `innkeeper events list`
        #[arg(long, value_name = "ID")]
        event: String,
        #[command(flatten)]
        output: show::Output,
    },
}

/// What `--format json` gives about a mail.
#[derive(Serialize)]
struct MailSaid {
    id: String,
    event: String,
    to: String,
    state: String,
    attempts: i64,
    error: Option<String>,
    subject: Option<String>,
    sent_at: Option<String>,
    #[serde(flatten)]
    why: Reason,
}

/// What `--format json` gives about an address.
#[derive(Serialize)]
struct Said {
    event: String,
    name: String,
    #[serde(flatten)]
    explained: Explained,
    /// The mails to that address.
    mails: Vec<Delivery>,
}

#[derive(Serialize)]
struct Delivery {
    id: String,
    template: String,
    state: String,
    attempts: i64,
    error: Option<String>,
    sent_at: Option<String>,
}

impl Explain {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let db = open_database(paths, &load_config(paths)?).await?;
        match self.command {
            Command::Email { id, output } => email(&db, &id, output).await?,
            Command::Recipient { address, event, output } => recipient(&db, &address, &event, output).await?,
        }
        db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// The texts of the bundles that ran, for the lines that decided.
async fn texts(db: &Db, runs: &[Run]) -> Result<Texts, Trouble> {
    let mut texts = Texts::new();
    for run in runs {
        if !texts.contains_key(&run.bundle)
            && let Some(stored) = bundles::lookup(db, &run.bundle).await?
        {
            texts.insert(run.bundle.clone(), bundles::files(db, &stored).await?);
        }
    }
    Ok(texts)
}

async fn email(db: &Db, id: &str, output: show::Output) -> Result<(), Trouble> {
    let Some(mail) = traces::mail(db, id).await? else {
        return Err(Trouble::new(format!(
            "there is no mail {id:?}; `innkeeper events show EVENT` lists the mails of an event, each with its id"
        )));
    };
    let runs = store::runs(db, &mail.event_id).await?;
    let run = runs.iter().find(|run| mail.is_of(run));
    let why = explain_email(&mail, run, &texts(db, &runs).await?);
    if output.is_json() {
        return show::json(&MailSaid {
            id: mail.id,
            event: mail.event_id,
            to: mail.to_email,
            state: mail.state,
            attempts: mail.attempts,
            error: mail.error,
            subject: mail.subject,
            sent_at: mail.sent_at.map(show::stamp),
            why,
        });
    }
    let now = Clock::system().now();
    say(format!("{} to {}", show::title(&mail.template), show::title(&mail.to_email)));
    say(format!("  {}", show::mail_state(&mail, now)));
    if let Some(subject) = &mail.subject {
        say(format!("  “{}”", show::clean(subject)));
    }
    say(format!("\nWhy: {}", reason_text(&why)));
    say(format!(
        "\nAbout the event {}; `innkeeper events show {}` has all of it.",
        mail.event_id, mail.event_id
    ));
    Ok(())
}

async fn recipient(db: &Db, address: &str, event: &str, output: show::Output) -> Result<(), Trouble> {
    if !address.contains('@') {
        return Err(Trouble::usage(format!("{address:?} is no e-mail address")));
    }
    let stored = find(db, event).await?;
    let runs = store::runs(db, &stored.id).await?;
    let account: Account =
        stored.account.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let explained = explain_recipient(address, &account, &runs, &texts(db, &runs).await?);
    let key = email_key(address);
    let mails: Vec<Mail> = traces::mails(db, &stored.id)
        .await?
        .into_iter()
        .filter(|mail| email_key(&mail.to_email) == key)
        .collect();
    if output.is_json() {
        let mails = mails.into_iter().map(|mail| Delivery {
            id: mail.id,
            template: mail.template,
            state: mail.state,
            attempts: mail.attempts,
            error: mail.error,
            sent_at: mail.sent_at.map(show::stamp),
        });
        return show::json(&Said { event: stored.id, name: stored.name, explained, mails: mails.collect() });
    }
    print(&stored, &explained, &mails, &runs);
    Ok(())
}

fn print(stored: &StoredEvent, explained: &Explained, mails: &[Mail], runs: &[Run]) {
    let now = Clock::system().now();
    say(format!(
        "{} and {} {}",
        show::title(&explained.address),
        show::title(&stored.name),
        paint(Tone::Faint, format!("{}, {}", show::ago(stored.at, now), stored.id))
    ));
    if !explained.who.is_empty() {
        say(format!("  {}", show::clean(&explained.who)));
    }
    for reason in &explained.reasons {
        say(format!(
            "\n{}  {}",
            paint(tone(reason.verdict), word(reason.verdict)),
            show::title(&reason.mail)
        ));
        say(format!("  {}", reason_text(reason)));
    }
    for mail in mails {
        say(format!("\nMail {}: {}", mail.id, show::mail_state(mail, now)));
    }
    if explained.named {
        return;
    }
    say(format!("\n{}", not_named(stored, explained, runs)));
    for ran in &explained.ran {
        let error =
            ran.error.as_ref().map_or(String::new(), |error| format!("\n    {}", paint(Tone::Bad, error)));
        say(format!("  {}  {}{error}", show::clean(&ran.hook), line(&ran.at)));
    }
    // Who is known was not misspelt.
    let stranger = explained.who.is_empty();
    let near = did_you_mean(&explained.address, explained.others.iter().map(String::as_str));
    if let Some(near) = near.filter(|_| stranger) {
        say(format!("\nDid you mean {near}?"));
    } else if !explained.others.is_empty() {
        say(format!("\nThey named {}.", show::clean(&explained.others.join(", "))));
    }
}

/// Why nothing is said about an address.
fn not_named(stored: &StoredEvent, explained: &Explained, runs: &[Run]) -> String {
    if stored.dispatched_at.is_none() {
        return "Its hooks have not run yet; a running `innkeeper serve` does that.".to_owned();
    }
    if runs.is_empty() {
        return format!(
            "No hook ran on this event, and no template is the mail about it (its front matter would say `event: {}`); or its trace is gone ([retention] traces_days).",
            stored.name
        );
    }
    if !runs.iter().any(|run| run.verb == "route") {
        return format!(
            "No mail came of {0}: no template is the mail about it. One whose front matter says `event: {0}` would be, and route hooks would say who gets it.",
            stored.name
        );
    }
    if explained.ran.is_empty() {
        return format!("No hook named {}: no route hook serves {}.", explained.address, stored.name);
    }
    format!("No hook named {}. These ran:", explained.address)
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Chosen => "gets",
        Verdict::Concerned => "gets, whatever hooks say,",
        Verdict::Removed => "was taken away by a hook from",
        Verdict::SwitchedOff => "has switched off",
        Verdict::LeakGuard => "is kept by the leak guard from",
        Verdict::Duplicate => "was named again for",
        Verdict::NoAddress => "has no address for",
        Verdict::NoPermission => "has no permission for",
        Verdict::Unnamed => "was named by no script for",
        Verdict::LeftOut => "was left out of",
    }
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Chosen | Verdict::Concerned => Tone::Good,
        _ => Tone::Look,
    }
}

fn reason_text(reason: &Reason) -> String {
    format!("{}\n  {}", show::clean(&reason.reason), line(&reason.by))
}

fn line(line: &Line) -> String {
    let text = if line.text.is_empty() { String::new() } else { format!("  {}", show::clean(&line.text)) };
    format!("{}{text}", paint(Tone::Faint, &line.place))
}
