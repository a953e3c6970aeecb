//! Writing runs and what they ask for: all of a transaction's rows of a kind in one statement.

use super::Run;
use crate::{
    args,
    db::{Query, Tx},
    effect::Target,
    error::Result,
    model::email_key,
};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Keeps runs, in the transaction that keeps their plans; gives the event and hook of those that were kept. A run that is
/// settled is never kept twice: where one is missing in the answer, its plan must not be kept either.
///
/// # Errors
/// If the database is away.
pub async fn keep_runs(mut tx: &mut Tx, runs: &[Run]) -> Result<HashSet<(String, String)>> {
    // PostgreSQL refuses to touch a row twice in one statement.
    let mut met = HashSet::new();
    let once = runs.iter().filter(|run| met.insert((run.event_id.as_str(), run.hook.as_str())));
    let rows = once.map(|run| {
        args![
            &run.event_id,
            &run.hook,
            &run.stream,
            run.seq,
            &run.event_name,
            run.account_id.clone(),
            &run.verb,
            &run.state,
            run.attempts,
            run.next_at,
            &run.bundle,
            run.error.clone(),
            &run.file,
            run.line,
            run.operations,
            run.micros,
            &run.detail,
            run.at
        ]
    });
    let kept: Vec<(String, String)> = tx
        .for_rows(
            "INSERT INTO hook_runs (event_id, hook, stream, seq, event_name, account_id, verb, state, attempts, next_at,
               bundle, error, file, line, operations, micros, detail, at)
             VALUES {{rows}}
             ON CONFLICT (event_id, hook) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
               next_at = excluded.next_at, bundle = excluded.bundle, error = excluded.error, file = excluded.file,
               line = excluded.line, operations = excluded.operations, micros = excluded.micros, detail = excluded.detail,
               at = excluded.at, lease_until = 0, claims = 0
             WHERE hook_runs.state = 'waiting' RETURNING event_id, hook",
            "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18",
            rows.collect(),
        )
        .await?;
    Ok(kept.into_iter().collect())
}

/// An effect that a plan asks for, and that is no mail.
#[derive(Clone, Debug)]
pub struct NewEffect<'a> {
    /// Stable id, sent along so that the other side knows a repetition.
    pub id: String,
    /// The run that asks for it.
    pub run: &'a Run,
    /// Its place in the plan.
    pub ordinal: i64,
    /// What it is, such as `webhook`.
    pub kind: &'a str,
    /// What it needs, as JSON.
    pub body: String,
}

/// Keeps effects, each once.
///
/// # Errors
/// If the database is away.
pub async fn keep_effects(tx: &mut Tx, effects: Vec<NewEffect<'_>>) -> Result<()> {
    if effects.is_empty() {
        return Ok(());
    }
    let rows = effects.into_iter().map(|effect| {
        let run = effect.run;
        args![effect.id, &run.event_id, &run.hook, effect.ordinal, effect.kind, effect.body, run.at]
    });
    tx.write_rows(
        "INSERT INTO effects (id, event_id, hook, ordinal, kind, body, state, attempts, next_at, created_at)
             VALUES {{rows}} ON CONFLICT (event_id, hook, ordinal) DO NOTHING",
        "$1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $7",
        rows.collect(),
    )
    .await?;
    tx.wake_deliveries();
    Ok(())
}

/// What stands as the cause of a mail: the route's name, or the template and the hook that asked for it. No template's name
/// holds a `/`, so no two causes read the same. `again` counts what a plan asked of one template for one address, with other words.
pub fn cause_of(verb: &str, hook: &str, template: &str, again: usize) -> String {
    match (verb, again) {
        ("route", _) => hook.to_owned(),
        (_, 0) => format!("{template}/{hook}"),
        _ => format!("{template}/{hook}#{again}"),
    }
}

/// A mail that a route or a plan asks for.
#[derive(Clone, Debug)]
pub struct NewEmail<'a> {
    /// Stable id, also the Message-ID.
    pub id: String,
    /// The event it is about.
    pub event_id: &'a str,
    /// As [`cause_of`] makes it.
    pub cause: String,
    /// Its place among those of its cause.
    pub ordinal: i64,
    /// The account in whose history it stands, if any.
    pub account_id: Option<&'a str>,
    /// The ticket that it is about, and the number of its event: such mails reach an address in this order.
    pub thread: Option<(&'a str, i64)>,
    /// Name of the template.
    pub template: &'a str,
    /// Key of the category.
    pub category: &'a str,
    /// Who gets it.
    pub to: &'a Target,
    /// Why.
    pub reason: &'a str,
    /// `file:line` of the hook that chose the recipient, or `core`.
    pub by: &'a str,
    /// What the template sees as `vars`.
    pub vars: &'a Value,
    /// The clock.
    pub at: i64,
}

/// Queues mails, each once for its event, cause (the template included) and address.
///
/// # Errors
/// If the database is away.
pub async fn keep_emails(tx: &mut Tx, mails: Vec<NewEmail<'_>>) -> Result<()> {
    if mails.is_empty() {
        return Ok(());
    }
    let rows = mails.into_iter().map(|mail| {
        let to = mail.to;
        args![
            mail.id,
            mail.event_id,
            mail.cause,
            mail.ordinal,
            mail.account_id.map(str::to_owned),
            mail.template,
            mail.category,
            &to.kind,
            &to.id,
            &to.name,
            &to.email,
            email_key(&to.email),
            &to.locale,
            &to.time_zone,
            mail.reason,
            mail.by,
            json!(mail.vars).to_string(),
            mail.at,
            mail.thread.map(|(ticket, _)| ticket.to_owned()),
            mail.thread.map(|(_, seq)| seq)
        ]
    });
    tx.write_rows(
            "INSERT INTO emails (id, event_id, cause, ordinal, account_id, template, category, to_kind, to_id, to_name, to_email,
               to_key, locale, time_zone, reason, chosen_by, vars, state, attempts, next_at, unsure, created_at, thread, thread_seq)
             VALUES {{rows}} ON CONFLICT (event_id, cause, to_key) DO NOTHING",
            "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'waiting', 0, $18, FALSE, $18, $19, $20",
            rows.collect(),
        )
        .await?;
    tx.wake_deliveries();
    Ok(())
}
