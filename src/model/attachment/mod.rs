//! Files that come with messages: what may come, who brought it, which message has it.
//!
//! A file is first kept (a row that waits, then its bytes), then bound to a message when that is
//! written. What is never bound is swept. To allow another kind of file, add a line to the table in
//! `kind.rs`, and its ending to `attachments.types`.

mod kind;
mod store;
#[cfg(test)]
mod tests;

pub use kind::{Checked, check, may_be_shown};

use crate::{
    clock::DAY,
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        data::{self, Person},
        outbox::Act,
    },
    id,
    model::{email_key, ticket::Ticket},
};
use sqlx::FromRow;

/// A file that no message got is kept for so long.
const PENDING_FOR: i64 = DAY;

/// A file.
#[derive(Clone, Debug, FromRow)]
pub struct Attachment {
    /// Stable id.
    pub id: String,
    reply_id: Option<String>,
    /// Its name, as it was sent; without any folder.
    pub name: String,
    /// What it is, such as `image/png`.
    pub media_type: String,
    /// How many bytes it has.
    pub size: i64,
    /// The hash of its bytes, under which they are kept.
    pub sha256: String,
}

impl Attachment {
    /// The message that has it.
    pub fn reply_id(&self) -> Option<&String> {
        self.reply_id.as_ref()
    }

    /// The file as events and hooks see it.
    pub fn seen(&self) -> data::Attachment {
        data::Attachment {
            exists: true,
            id: self.id.clone(),
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            size: self.size,
        }
    }
}

/// Writes down that whoever acts brings this file; its bytes are to be kept once this is committed.
///
/// # Errors
/// If the database is away.
pub async fn announce(tx: &mut Tx, act: &Act, file: &Checked, sha256: &str) -> Result<Attachment> {
    let attachment = Attachment {
        id: id::new("att", act.at),
        reply_id: None,
        name: file.name.clone(),
        media_type: file.media_type.to_owned(),
        size: file.size,
        sha256: sha256.to_owned(),
    };
    store::insert(tx, &attachment, &holder(&act.actor), act.at).await?;
    Ok(attachment)
}

/// Those of these files that whoever acts brought and no message has yet, in the order given.
///
/// # Errors
/// If the database is away.
pub async fn pending(mut q: impl Query, act: &Act, ids: &[String]) -> Result<Vec<Attachment>> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(store::pending(&mut q, id, &holder(&act.actor)).await?);
    }
    Ok(found)
}

/// Forgets the oldest files that whoever acts brought before `before` and no message has, but for those of `keep`, until fewer than
/// `most` bytes wait; gives how many bytes wait then, and the hashes of what went, whose bytes may go if [`is_kept`] says that
/// nobody else has the same. They were left behind by messages that were never sent.
///
/// # Errors
/// If the database is away.
pub async fn make_room(
    mut tx: &mut Tx,
    act: &Act,
    keep: &[Attachment],
    most: i64,
    before: i64,
) -> Result<(i64, Vec<String>)> {
    let holder = holder(&act.actor);
    let mut bytes = store::waiting_bytes(&mut tx, &holder).await?;
    let left = store::waiting(&mut tx, &holder, before).await?;
    let mut gone = Vec::new();
    for file in left.into_iter().filter(|file| !keep.iter().any(|kept| kept.id == file.id)) {
        if bytes < most {
            break;
        }
        bytes -= file.size;
        if store::withdraw(tx, &file.id, &holder).await? {
            gone.push(file.sha256);
        }
    }
    Ok((bytes, gone))
}

/// Gives files that whoever acts brought to a message.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `attachments` if one is not theirs, was never
/// brought, or is another message's already.
pub(super) async fn bind(
    tx: &mut Tx,
    act: &Act,
    ticket_id: &str,
    reply_id: &str,
    files: &[data::Attachment],
) -> Result<Vec<Attachment>> {
    let mut bound = Vec::with_capacity(files.len());
    for file in files {
        let row = store::bind(tx, &file.id, &holder(&act.actor), ticket_id, reply_id).await?;
        bound.push(row.ok_or_else(|| Error::field("attachments", "attachment-gone"))?);
    }
    Ok(bound)
}

/// A file of a ticket.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `attachment` if the ticket has none of this id.
pub async fn find(mut q: impl Query, ticket: &Ticket, id: &str) -> Result<Attachment> {
    store::of_id(&mut q, &ticket.id, id).await?.ok_or_else(|| Error::not_found("attachment"))
}

/// All files of a ticket's messages.
///
/// # Errors
/// If the database is away.
pub(super) async fn of_ticket(q: &mut impl Query, ticket_id: &str) -> Result<Vec<Attachment>> {
    store::of_ticket(q, ticket_id).await
}

/// Forgets files that no message got in time; gives the hashes of up to `limit` of them, whose bytes may
/// go if [`is_kept`] says that nobody else has the same.
///
/// # Errors
/// If the database is away.
pub async fn sweep(tx: &mut Tx, at: i64, limit: i64) -> Result<Vec<String>> {
    store::sweep(tx, at - PENDING_FOR, limit).await
}

/// True if some file has these bytes.
///
/// # Errors
/// If the database is away.
pub async fn is_kept(mut q: impl Query, sha256: &str) -> Result<bool> {
    store::is_kept(&mut q, sha256).await
}

/// Who brought it, so that nobody else can send it on.
fn holder(person: &Person) -> String {
    let who = if person.id.is_empty() { email_key(&person.email) } else { person.id.clone() };
    format!("{}:{who}", person.kind)
}
