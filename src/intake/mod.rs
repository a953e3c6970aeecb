//! The door by which mail comes in: a mail is read, its department and ticket are found, hooks are asked, and it becomes
//! a ticket, a reply, or a line in the log of rejected mails.
//!
//! Whoever calls [`take`] may tell the server that brought the mail that it is ours only after it returned [`Ok`]: until
//! then nothing is promised, and a second delivery of the same mail changes nothing. `find` says whose mail it is, `letter`
//! what becomes of it, `write` writes it with `words` of ours, `report` takes what mail servers tell us.

mod find;
mod letter;
mod report;
mod words;
mod write;

use crate::{
    app::App,
    blob::{self, Blobs},
    error::{Error, Kind as Trouble, Result},
    event::{Whole, outbox::Act},
    id,
    mail::inbound::{self, Incoming, Limits, Note, Own, Reader, Reason, Unreadable},
    model::{
        email_key,
        intake::{self, IncomingMail, State},
        ticket::{self, Department, Reply},
    },
    secret::{self, SealingKey},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use letter::Letter;

/// Below the data folder: mail as it came in, each under its hash.
pub const FOLDER: &str = "mail";
/// Characters of a text that the log shows.
const SHOWN: usize = 4_000;

/// By which door a mail came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A mail server called `innkeeper pipe`.
    Pipe,
    /// A provider posted it.
    Http,
}

impl Door {
    fn key(self) -> &'static str {
        match self {
            Door::Pipe => "pipe",
            Door::Http => "http",
        }
    }
}

/// What came of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It opened the ticket of this reference.
    Opened(String),
    /// It is a message of the ticket of this reference.
    Replied(String),
    /// It is kept with the reason why it was not taken.
    Rejected(Reason),
    /// It told us of another mail.
    Noted,
    /// It came in before; nothing changed.
    Twice,
    /// It is no mail; nothing is kept.
    NotAMail,
    /// It is for no department of ours; nothing is kept.
    NoDepartment,
}

/// Takes a mail. `to` and `from` are the envelope's, where the door knows them.
///
/// # Errors
/// If the database or the data folder is away: then nothing of it is kept, and it must be brought again.
pub async fn take(
    app: &App,
    door: Door,
    raw: Vec<u8>,
    to: Option<&str>,
    from: Option<&str>,
) -> Result<Outcome> {
    let raw = inbound::with_envelope(raw, from, to);
    let (raw, read) = understood(app, raw).await?;
    if matches!(&read, Err((Unreadable::NotAMail, _))) {
        return Ok(Outcome::NotAMail);
    }
    let departments = ticket::departments(&app.db).await?;
    let mail = match &read {
        Ok(mail) => mail,
        Err((_, head)) => head,
    };
    let (department, address) = find::department(&departments, mail, to);
    let row = row_of(app, door, mail, &raw, &address);
    if intake::lookup(&app.db, &row.digest).await?.is_some() {
        return Ok(Outcome::Twice);
    }
    match read {
        Ok(mail) => {
            let own = own(app, &departments);
            let letter = Letter { app, mail, row, department, accepted_by: None };
            letter.go(&own, raw).await
        }
        Err((why, head)) => {
            let mut letter = Letter { app, mail: *head, row, department, accepted_by: None };
            // Nothing can be made of it, so that its beginning is enough.
            letter.keep_beginning(raw).await?;
            letter.reject(Reason::Unreadable, why.key()).await
        }
    }
}

/// Takes a rejected mail all the same, because `act` is by somebody of the staff who says so: what programs send, too
/// many mails, and a department's rules do not count then. Hooks are asked as always.
///
/// # Errors
/// [`NotFound`](Trouble::NotFound) `mail`; [`Conflict`](Trouble::Conflict) `mail-accepted`, or `mail-unreadable` if nothing
/// can be made of it; [`Gone`](Trouble::Gone) `mail-gone` if the mail itself is kept no more;
/// [`Refused`](Trouble::Refused) with the words of a hook.
pub async fn accept(app: &App, act: &Act, id: &str) -> Result<Outcome> {
    let row = intake::find(&app.db, id).await?;
    if row.state != State::Rejected.key() {
        return Err(Error::conflict("mail-accepted"));
    }
    let (raw, read) = understood(app, original(app, &row).await?).await?;
    let Ok(mut mail) = read else { return Err(Error::conflict("mail-unreadable")) };
    if mail.from.email.is_empty() {
        return Err(Error::conflict("mail-unreadable"));
    }
    if is_cut(&row, &raw) {
        mail.notes.insert(0, Note::BeginningAlone);
        // A part that ends nowhere cannot be read; the log has the start of its text.
        if mail.text.trim().is_empty() {
            (mail.text, mail.whole) = (row.body.clone(), row.body.clone());
        }
    }
    let departments = ticket::departments(&app.db).await?;
    let department = find::department(&departments, &mail, None).0.or_else(|| departments.first().cloned());
    let own = own(app, &departments);
    let found = find::ticket(app, &mail, &own).await?;
    let mut letter = Letter { app, mail, row, department, accepted_by: Some(act.actor.clone()) };
    letter.deliver(&own, found, None).await
}

/// The mail itself, as it came.
///
/// # Errors
/// [`Gone`](Trouble::Gone) `mail-gone` if it is kept no more.
pub async fn original(app: &App, row: &IncomingMail) -> Result<Vec<u8>> {
    let bytes = blobs(app).get(&row.sha256).await?;
    bytes.ok_or_else(gone)
}

/// True if only the beginning of a mail is kept.
pub fn is_cut(row: &IncomingMail, kept: &[u8]) -> bool {
    usize::try_from(row.size).is_ok_and(|size| kept.len() < size)
}

/// The hash of the mail by which a message came, if it came so.
fn hash_of(reply: &Reply) -> Option<&str> {
    reply.raw_path.as_deref()?.rsplit('/').next()
}

/// True if the mail by which a message came is kept still.
///
/// # Errors
/// If the data folder cannot be read.
pub async fn is_kept(app: &App, reply: &Reply) -> Result<bool> {
    match hash_of(reply) {
        Some(hash) => blobs(app).has(hash).await,
        None => Ok(false),
    }
}

/// The mail by which a message came, byte for byte but for what was for its reader alone, where that stands in plain text.
///
/// # Errors
/// [`NotFound`](Trouble::NotFound) `mail` if it came in another way; [`Gone`](Trouble::Gone) `mail-gone` if the mail is kept
/// no more.
pub async fn raw(app: &App, reply: &Reply) -> Result<Vec<u8>> {
    let raw = bytes_of(app, reply).await?;
    // A large mail takes a moment.
    let veiled = tokio::task::spawn_blocking(move || ticket::veiled_bytes(&raw)).await;
    veiled.map_err(|e| Error::internal(format!("reading a mail: {e}")))
}

/// The mail by which a message came, as it is understood.
///
/// # Errors
/// As [`raw`].
pub async fn came_as(app: &App, reply: &Reply) -> Result<Incoming> {
    let raw = bytes_of(app, reply).await?;
    // It could be read when it came; limits that were lowered since make it one that cannot.
    understood(app, raw).await?.1.map_err(|_| gone())
}

async fn bytes_of(app: &App, reply: &Reply) -> Result<Vec<u8>> {
    let hash = hash_of(reply).ok_or_else(|| Error::not_found("mail"))?;
    blobs(app).get(hash).await?.ok_or_else(gone)
}

fn gone() -> Error {
    Error::new(Trouble::Gone, "mail-gone")
}

/// Forgets mail that was kept long enough; gives how many.
///
/// # Errors
/// If the database or the data folder is away.
pub async fn sweep(app: &App, before: i64, limit: i64) -> Result<u64> {
    let mut tx = app.db.begin().await?;
    let gone = intake::forget(&mut tx, before, limit).await?;
    tx.commit().await?;
    for hash in &gone {
        if !intake::is_kept(&app.db, hash).await? {
            blobs(app).remove(hash, app.clock.now()).await?;
        }
    }
    Ok(gone.len() as u64)
}

/// The secret part of the address that providers post mail to. It follows from the server's key, and from `[intake] key`.
pub fn key(key: &SealingKey, number: i64) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key.derive(&format!("intake {number}")))
}

/// Where answers to a mail about `event` go: the same address, with a token for its reader, of this kind and at this address,
/// if it is a ticket's.
pub fn answers_to(
    app: &App,
    event: &Whole,
    address: Option<String>,
    (kind, to): (&str, &str),
) -> Option<String> {
    let reference = event["ticket"]["reference"].as_str().filter(|reference| !reference.is_empty());
    let (Some(reference), Some(plain), true) = (reference, &address, app.config.intake.reply_addresses)
    else {
        return address;
    };
    let reader = if kind == "staff" { Reader::Staff } else { Reader::Customer };
    let token = inbound::ReplyKey::of(&app.key).token(reference, to, reader);
    inbound::plus(plain, &token).or(address)
}

type Understood = std::result::Result<Incoming, (Unreadable, Box<Incoming>)>;

/// Reads a mail off the threads that serve requests; a large one takes a moment.
async fn understood(app: &App, raw: Vec<u8>) -> Result<(Vec<u8>, Understood)> {
    let limits = Limits { bytes: app.config.intake.most_bytes(), ..Limits::default() };
    let work = tokio::task::spawn_blocking(move || {
        let read = inbound::read(&raw, &limits);
        (raw, read)
    });
    work.await.map_err(|e| Error::internal(format!("reading a mail: {e}")))
}

fn blobs(app: &App) -> Blobs {
    Blobs::below(&app.paths.data, FOLDER)
}

async fn keep(app: &App, raw: Vec<u8>) -> Result<String> {
    blobs(app).put(raw, app.clock.now()).await
}

fn own(app: &App, departments: &[Department]) -> Own {
    let from = app.config.mail_from.to_lowercase();
    let domain = from.rsplit('@').next().unwrap_or("localhost").to_owned();
    let addresses = departments.iter().map(|one| one.email.to_lowercase()).chain([from]).collect();
    let lists = app.config.intake.lists.iter().map(|name| name.trim_matches(['<', '>', ' ']).to_owned());
    Own { addresses, domain, lists: lists.filter(|name| !name.is_empty()).collect() }
}

/// What is written down of a mail, whatever comes of it.
fn row_of(app: &App, door: Door, mail: &Incoming, raw: &[u8], address: &str) -> IncomingMail {
    let now = app.clock.now();
    let line =
        |text: &str, most: usize| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
    IncomingMail {
        id: id::new("inc", now),
        digest: digest(mail, raw, address),
        door: door.key().to_owned(),
        at: now,
        state: State::Rejected.key().to_owned(),
        kind: mail.kind.key().to_owned(),
        sender_name: line(&mail.from.name, 200),
        sender_email: line(&mail.from.email, 254),
        sender_key: email_key(&line(&mail.from.email, 254)),
        to_email: line(address, 254),
        subject: line(&mail.subject, 300),
        message_id: line(&mail.message_id, 500),
        body: mail.whole.chars().filter(|c| *c != '\0').take(SHOWN).collect(),
        size: i64::try_from(raw.len()).unwrap_or(i64::MAX),
        sha256: blob::sha256(raw),
        ..IncomingMail::default()
    }
}

/// What tells a mail from any other, whatever servers on the way wrote into its header.
fn digest(mail: &Incoming, raw: &[u8], address: &str) -> String {
    if mail.message_id.is_empty() && mail.whole.is_empty() && mail.attachments.is_empty() {
        return blob::sha256(raw);
    }
    let files: Vec<String> = mail.attachments.iter().map(|file| blob::sha256(&file.bytes)).collect();
    let at = mail.written_at.unwrap_or_default().to_string();
    let parts =
        [&mail.message_id, &address.to_lowercase(), &mail.from.email, &mail.subject, &at, &mail.whole];
    secret::hash(&format!("{}\0{}", parts.map(String::as_str).join("\0"), files.join("\0")))
}
