//! Emitting an event, and reading what was emitted; [`queue`] has what waits for its hooks.
//!
//! [`emit`] is the only way to write an event, and it needs the transaction that makes the change:
//! nothing that was rolled back is ever announced, nothing committed is ever forgotten.

use super::{
    catalogue::{self, EventKind, Payload},
    data::{Account, Person, Time},
};
use crate::{
    args,
    db::{Query, Tx},
    error::{Error, Result},
    id,
    secret::{self, SealingKey, Token},
};
use serde_json::{Map, Value, json};
use sqlx::FromRow;

/// Who acts, when, and what caused it: travels from the door (page, command, hook) to the event.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who acts.
    pub actor: Person,
    /// The clock at the door, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Id of the request, or of the event whose hook acts.
    pub correlation: String,
    /// How many hooks stand between a person's act and this one.
    pub depth: i64,
    /// Seals links that wait for their mail.
    pub key: SealingKey,
}

/// A link with a secret in it, for the mail about an event; no script sees it.
#[derive(Debug)]
pub struct SecretLink<'a> {
    /// The name after `links.` in templates; the catalogue declares it.
    pub name: &'static str,
    /// The secret; the address is made from it when the mail is rendered.
    pub token: &'a Token,
}

/// Announces what `payload` says happened on `account` (empty if none). Gives the event's id.
///
/// # Errors
/// If the database is away; the whole transaction is lost then, and so is the change.
pub async fn emit<P: Payload>(
    tx: &mut Tx,
    act: &Act,
    account: &Account,
    payload: &P,
    links: &[SecretLink<'_>],
) -> Result<String> {
    let body =
        serde_json::to_value(payload).map_err(|e| Error::internal(format!("{}: {e}", P::KIND.name)))?;
    write(tx, act, account, P::KIND.name, &body, links).await
}

/// Announces an event of the operator's own; `name` is one that [`catalogue::is_custom`] accepts.
///
/// # Errors
/// If the name is none of those, or the database is away.
pub async fn emit_custom(
    tx: &mut Tx,
    act: &Act,
    account: &Account,
    name: &str,
    data: &Value,
) -> Result<String> {
    if !catalogue::is_custom(name) {
        return Err(Error::internal(format!("{name:?} is no name for an event of the operator's own")));
    }
    write(tx, act, account, name, &json!({ "data": data }), &[]).await
}

async fn write(
    tx: &mut Tx,
    act: &Act,
    account: &Account,
    name: &str,
    body: &Value,
    links: &[SecretLink<'_>],
) -> Result<String> {
    debug_assert!(
        !account.exists || catalogue::find(name).is_none_or(|kind| !kind.lacks().contains(&"account")),
        "{name} says that it never belongs to an account"
    );
    let stream = stream_of(account, body);
    // This row is the stream's lock: whoever holds it commits before the next may take a number.
    tx.execute(
        "INSERT INTO streams (key, pending, ready_at) VALUES ($1, 1, $2)
         ON CONFLICT (key) DO UPDATE SET pending = streams.pending + 1,
           ready_at = CASE WHEN streams.pending = 0 THEN excluded.ready_at ELSE streams.ready_at END",
        args![&stream, act.at],
    )
    .await?;
    let event_id = id::new("evt", act.at);
    let account_id = account.exists.then(|| account.id.clone());
    let snapshot = match account.exists {
        true => Some(keep_snapshot(tx, account, act.at).await?),
        false => None,
    };
    let actor = json!(act.actor).to_string();
    tx.execute(
        "INSERT INTO events (id, stream, name, at, account_id, actor, snapshot_hash, correlation, depth, body, root)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
           (SELECT COALESCE(p.root, p.id) FROM events p WHERE p.id = $8 AND $9 > 0 AND $3 NOT LIKE 'hook.%'))",
        args![&event_id, &stream, name, act.at, account_id, actor, snapshot, &act.correlation, act.depth, body.to_string()],
    )
    .await?;
    for link in links {
        debug_assert!(
            catalogue::find(name).is_some_and(|kind| kind.links.iter().any(|known| known.name == link.name)),
            "{name} declares no link {}",
            link.name
        );
        tx.execute(
            "INSERT INTO event_links (event_id, name, sealed, created_at) VALUES ($1, $2, $3, $4)",
            args![&event_id, link.name, act.key.seal(link.token.reveal()), act.at],
        )
        .await?;
    }
    tx.wake_events();
    tracing::debug!(event = %event_id, name, %stream, correlation = %act.correlation, "emitted");
    Ok(event_id)
}

/// What keeps its events in order: the account, else the ticket, else the user or member of staff.
fn stream_of(account: &Account, body: &Value) -> String {
    if account.exists {
        return account.id.clone();
    }
    ["ticket", "user", "staff"]
        .iter()
        .find_map(|subject| body[subject]["id"].as_str().filter(|id| !id.is_empty()))
        .unwrap_or("system")
        .to_owned()
}

/// Keeps an account's snapshot once, by its hash, which it gives.
///
/// # Errors
/// If the database is away.
pub async fn keep_snapshot(tx: &mut Tx, account: &Account, at: i64) -> Result<String> {
    let body = json!(account).to_string();
    let hash = secret::hash(&body);
    tx.execute(
        "INSERT INTO snapshots (hash, body, used_at) VALUES ($1, $2, $3)
         ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at",
        args![&hash, body, at],
    )
    .await?;
    Ok(hash)
}

/// An event as the database keeps it.
#[derive(Clone, Debug, FromRow)]
pub struct StoredEvent {
    /// Its number: the order of commits within a stream.
    pub seq: i64,
    /// Stable id.
    pub id: String,
    /// What it keeps its order with.
    pub stream: String,
    /// The kind's name.
    pub name: String,
    /// When it happened.
    pub at: i64,
    /// The account, if any.
    pub account_id: Option<String>,
    /// Who did it, as JSON.
    pub actor: String,
    /// What caused it.
    pub correlation: String,
    /// How many hooks stand before it.
    pub depth: i64,
    /// Its own subjects, as JSON.
    pub body: String,
    /// The account's snapshot, as JSON.
    pub account: Option<String>,
    /// When its hooks had run; nothing while it waits for them.
    pub dispatched_at: Option<i64>,
}

impl StoredEvent {
    /// The event as scripts and templates see it.
    ///
    /// # Errors
    /// If the stored text is damaged.
    pub fn whole(&self) -> Result<Value> {
        let account = match &self.account {
            Some(text) => serde_json::from_str(text).map_err(|e| self.damaged(&e))?,
            None => json!(Account::default()),
        };
        self.with_account(account)
    }

    /// As [`StoredEvent::whole`], with another account: nothing, where the true one is shared by many events.
    ///
    /// # Errors
    /// If the stored text is damaged.
    pub fn with_account(&self, account: Value) -> Result<Value> {
        let damaged = |e: serde_json::Error| self.damaged(&e);
        let actor: Value = serde_json::from_str(&self.actor).map_err(damaged)?;
        let envelope = envelope(&self.id, &self.name, self.at, actor, account, &self.correlation, self.depth);
        Ok(catalogue::whole(envelope, serde_json::from_str(&self.body).map_err(damaged)?))
    }

    fn damaged(&self, error: &serde_json::Error) -> Error {
        Error::internal(format!("event {}: {error}", self.id))
    }

    /// What kind of event it is; nothing for one that a later release wrote.
    pub fn kind(&self) -> Option<&'static EventKind> {
        catalogue::find(&self.name)
    }
}

/// An event that never happened, from what scripts would see of it: to try hooks on it. It has no number.
impl From<&Value> for StoredEvent {
    fn from(whole: &Value) -> Self {
        let text = |name: &str| whole[name].as_str().unwrap_or_default().to_owned();
        let own = whole.as_object().into_iter().flatten();
        let own = own.filter(|(name, _)| !catalogue::ENVELOPE.iter().any(|field| field.name == *name));
        let own: Map<String, Value> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
        let account_id = whole.pointer("/account/id").and_then(Value::as_str).filter(|id| !id.is_empty());
        Self {
            seq: 0,
            id: text("id"),
            stream: String::new(),
            name: text("name"),
            at: whole["at"].as_i64().unwrap_or_default(),
            account_id: account_id.map(str::to_owned),
            actor: whole["actor"].to_string(),
            correlation: text("correlation"),
            depth: whole["depth"].as_i64().unwrap_or_default(),
            body: Value::Object(own).to_string(),
            account: whole.get("account").map(Value::to_string),
            dispatched_at: None,
        }
    }
}

fn envelope(
    id: &str,
    name: &str,
    at: i64,
    actor: Value,
    account: Value,
    correlation: &str,
    depth: i64,
) -> Map<String, Value> {
    let fields = [
        ("id", json!(id)),
        ("name", json!(name)),
        ("at", json!(Time(at))),
        ("actor", actor),
        ("account", account),
        ("correlation", json!(correlation)),
        ("depth", json!(depth)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What hooks would see if `payload` happened now: to ask them beforehand whom they would tell.
/// Nothing is stored, and the event has no id.
///
/// # Errors
/// Never, for payloads of plain data.
pub fn imagined<P: Payload>(act: &Act, account: &Account, payload: &P) -> Result<Value> {
    let body =
        serde_json::to_value(payload).map_err(|e| Error::internal(format!("{}: {e}", P::KIND.name)))?;
    let envelope =
        envelope("", P::KIND.name, act.at, json!(act.actor), json!(account), &act.correlation, act.depth);
    Ok(catalogue::whole(envelope, body))
}

macro_rules! select_events {
    ($tail:literal) => {
        concat!(
            "SELECT e.seq, e.id, e.stream, e.name, e.at, e.account_id, e.actor, e.correlation, e.depth, e.body, e.dispatched_at,
               s.body AS account
             FROM events e LEFT JOIN snapshots s ON s.hash = e.snapshot_hash ",
            $tail
        )
    };
}

mod queue;

pub use queue::{Claim, chain, claim_streams, dispatched, forget, release, release_all, waiting};

/// One event by its id.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, event_id: &str) -> Result<Option<StoredEvent>> {
    q.optional(select_events!("WHERE e.id = $1"), args![event_id]).await
}

/// The events with these ids, in no order; those that are gone are left out.
///
/// # Errors
/// If the database is away.
pub async fn lookup_all(
    mut q: impl Query,
    event_ids: impl Iterator<Item = &str>,
) -> Result<Vec<StoredEvent>> {
    let ids = event_ids.map(|id| args![id]).collect();
    q.for_rows(select_events!("WHERE e.id IN (VALUES {{rows}})"), "$1", ids).await
}

/// The newest events of an account, or of all, before the number `before`.
///
/// # Errors
/// If the database is away.
pub async fn list(
    mut q: impl Query,
    account_id: Option<&str>,
    before: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>> {
    match account_id {
        Some(account) => {
            q.all(
                select_events!("WHERE e.account_id = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3"),
                args![account, before, limit],
            )
            .await
        }
        None => {
            q.all(select_events!("WHERE e.seq < $1 ORDER BY e.seq DESC LIMIT $2"), args![before, limit]).await
        }
    }
}

/// The links with secrets that a mail about the event may show, by name.
///
/// # Errors
/// If the database is away.
pub async fn links(mut q: impl Query, event_id: &str, key: &SealingKey) -> Result<Vec<(String, String)>> {
    let sealed: Vec<(String, String)> =
        q.all("SELECT name, sealed FROM event_links WHERE event_id = $1", args![event_id]).await?;
    Ok(sealed.into_iter().filter_map(|(name, sealed)| Some((name, key.open(&sealed)?))).collect())
}
