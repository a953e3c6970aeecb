//! `innkeeper events show`: one event whole, and the tree of what came of it.

use super::{guard, tree};
use crate::{
    cli::{
        Done, Trouble, load_config, open_database,
        show::{self, Tone, paint},
    },
    clock::Clock,
    config::Paths,
    db::Db,
    effect::{
        store::{self, Detail},
        trace::store as traces,
    },
    event::outbox::{self, StoredEvent},
};
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use std::process::ExitCode;

/// Shows one event.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Its id, such as evt_01k…, or its number in `events list`; grd_01k… for a guarded action
    id: String,
    #[command(flatten)]
    output: show::Output,
}

/// What `events show --format json` says.
#[derive(Serialize)]
struct Whole {
    seq: i64,
    /// RFC 3339, UTC; the event's own `at` is in milliseconds, as scripts get it.
    at: String,
    dispatched_at: Option<String>,
    /// The event as scripts and templates see it.
    event: Value,
    runs: Vec<RunSaid>,
    mails: Vec<MailSaid>,
    effects: Vec<EffectSaid>,
}

#[derive(Serialize)]
struct RunSaid {
    hook: String,
    verb: String,
    state: String,
    file: String,
    line: i64,
    bundle: String,
    attempts: i64,
    next_at: Option<String>,
    at: String,
    operations: i64,
    micros: i64,
    error: Option<String>,
    #[serde(flatten)]
    told: Detail,
}

#[derive(Serialize)]
struct MailSaid {
    id: String,
    cause: String,
    template: String,
    to: String,
    reason: String,
    chosen_by: String,
    state: String,
    attempts: i64,
    next_at: Option<String>,
    error: Option<String>,
    subject: Option<String>,
    sent_at: Option<String>,
}

#[derive(Serialize)]
struct EffectSaid {
    id: String,
    hook: String,
    kind: String,
    body: Value,
    state: String,
    attempts: i64,
    next_at: Option<String>,
    error: Option<String>,
    /// Why there was nothing to do, if there was not.
    note: Option<String>,
    done_at: Option<String>,
}

/// The event of this id, or of this number in lists.
///
/// # Errors
/// [`Trouble`] if there is none.
pub(in crate::cli) async fn find(db: &Db, id: &str) -> Result<StoredEvent, Trouble> {
    let by_number = match id.parse() {
        Ok(seq) => traces::id_of(db, seq).await?,
        Err(_) => None,
    };
    let found = outbox::lookup(db, by_number.as_deref().unwrap_or(id)).await?;
    found.ok_or_else(|| {
        Trouble::new(format!(
            "there is no event {id:?}; `innkeeper events list` has their ids. Events are forgotten after the days that [retention] says."
        ))
    })
}

impl Show {
    pub(super) async fn run(self, paths: &Paths) -> Done {
        let db = open_database(paths, &load_config(paths)?).await?;
        if guard::is_one(&self.id) {
            let run = guard::find(&db, &self.id).await?;
            db.close().await;
            guard::show(&run, self.output)?;
            return Ok(ExitCode::SUCCESS);
        }
        let stored = find(&db, &self.id).await?;
        let trace = tree::Trace {
            runs: store::runs(&db, &stored.id).await?,
            mails: traces::mails(&db, &stored.id).await?,
            asked: traces::asked(&db, &stored.id).await?,
            now: Clock::system().now(),
        };
        db.close().await;
        if self.output.is_json() {
            show::json(&whole(&stored, trace)?)?;
        } else {
            print(&stored, &trace)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn whole(stored: &StoredEvent, trace: tree::Trace) -> Result<Whole, Trouble> {
    let later = |state: &str, at: i64| (state == "waiting").then(|| show::stamp(at));
    let hooks: Vec<_> = trace
        .mails
        .iter()
        .map(|mail| {
            let run = trace.runs.iter().find(|run| mail.is_of(run));
            run.map_or_else(|| mail.cause.clone(), |run| run.hook.clone())
        })
        .collect();
    let runs = trace.runs.into_iter().map(|run| RunSaid {
        told: run.told(),
        next_at: later(&run.state, run.next_at),
        at: show::stamp(run.at),
        hook: run.hook,
        verb: run.verb,
        state: run.state,
        file: run.file,
        line: run.line,
        bundle: run.bundle,
        attempts: run.attempts,
        operations: run.operations,
        micros: run.micros,
        error: run.error,
    });
    let mails = trace.mails.into_iter().zip(hooks).map(|(mail, cause)| MailSaid {
        next_at: later(&mail.state, mail.next_at),
        sent_at: mail.sent_at.map(show::stamp),
        id: mail.id,
        cause,
        template: mail.template,
        to: mail.to_email,
        reason: mail.reason,
        chosen_by: mail.chosen_by,
        state: mail.state,
        attempts: mail.attempts,
        error: mail.error,
        subject: mail.subject,
    });
    let effects = trace.asked.into_iter().map(|asked| EffectSaid {
        next_at: later(&asked.state, asked.next_at),
        done_at: asked.done_at.map(show::stamp),
        body: serde_json::from_str(&asked.body).unwrap_or_default(),
        id: asked.id,
        hook: asked.hook,
        kind: asked.kind,
        state: asked.state,
        attempts: asked.attempts,
        error: asked.error,
        note: asked.note,
    });
    Ok(Whole {
        seq: stored.seq,
        at: show::stamp(stored.at),
        dispatched_at: stored.dispatched_at.map(show::stamp),
        event: stored.whole()?,
        runs: runs.collect(),
        mails: mails.collect(),
        effects: effects.collect(),
    })
}

fn print(stored: &StoredEvent, trace: &tree::Trace) -> Result<(), Trouble> {
    let event = stored.whole()?;
    show::line(show::clean(&serde_json::to_string_pretty(&event)?));
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let who = match (text("/actor/name"), text("/actor/email")) {
        (name, email) if email.is_empty() => format!("{name} ({})", text("/actor/kind")),
        (name, email) => format!("{name} <{email}> ({})", text("/actor/kind")),
    };
    let mut about = format!("{}, by {}", show::moment(stored.at, trace.now), who.trim());
    if let Some(account) = &stored.account_id {
        about.push_str(&format!("\naccount {} ({account})", text("/account/name")));
    }
    about.push_str(&format!("\ncaused by {}", stored.correlation));
    if stored.depth > 0 {
        about.push_str(&format!(
            ", behind {}",
            show::count(usize::try_from(stored.depth).unwrap_or_default(), "hook")
        ));
    }
    let unknown = "A kind of event that this release does not know.";
    let kind = stored.kind().map_or(unknown, |kind| kind.doc.trim());
    show::line(format!("\n{}  {}", show::title(&stored.name), paint(Tone::Faint, kind)));
    show::line(show::clean(&about));
    if stored.dispatched_at.is_none() {
        show::line(paint(Tone::Look, "Its hooks have not run yet; a running `innkeeper serve` does that."));
    }
    show::line(format!("\n{}", trace.draw(&stored.name, &stored.id)));
    Ok(())
}
