//! The SQL of tickets and their messages.

mod department;
mod desk;
mod list;
pub(super) mod search;

pub(super) use department::*;
pub(super) use desk::*;
pub(super) use list::list;
#[cfg(test)]
pub(super) use list::paths;

use super::list::Answered;
use super::{ANSWERED, Note, Rating, Reply, Ticket};
use crate::{
    args,
    db::{Query, Tx},
    error::Result,
    event::{data::Person, outbox::Act},
};
use sqlx::FromRow;

/// Somebody who wrote, or belongs to the staff.
#[derive(FromRow)]
pub(super) struct PersonRow {
    kind: String,
    id: String,
    name: String,
    email: String,
}

impl PersonRow {
    /// The person; of this kind, where the row does not say.
    pub(super) fn person(self, kind: &str) -> Person {
        let kind = if self.kind.is_empty() { kind.to_owned() } else { self.kind };
        Person { exists: true, kind, id: self.id, name: self.name, email: self.email }
    }
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT t.id, t.reference, t.account_id, t.department_id, d.name AS department, d.email AS department_email,
               d.hidden AS department_hidden, t.subject, t.status, t.waits, t.priority, t.opener_kind, t.opener_id, t.opener_name, t.opener_email, t.assignee_id, t.cc,
               t.related_kind, t.related_id, t.related_name, t.opened_at, t.changed_at, t.closed_at, t.written_at, t.merged_into
             FROM tickets t JOIN departments d ON d.id = t.department_id ",
            $tail
        )
    };
}

/// Answered tickets by account, for the accounts that a user can enter.
pub(super) async fn answered(q: &mut impl Query, user_id: &str) -> Result<Vec<Answered>> {
    q.all(
        "SELECT a.account_id, a.owner, a.permissions, COUNT(*) AS tickets
         FROM access a JOIN tickets t ON t.account_id = a.account_id
         WHERE a.user_id = $1 AND t.status = $2 AND t.closed_at IS NULL
         GROUP BY a.account_id, a.owner, a.permissions",
        args![user_id, ANSWERED],
    )
    .await
}

pub(super) async fn by_id(q: &mut impl Query, id: &str) -> Result<Option<Ticket>> {
    q.optional(select!("WHERE t.id = $1"), args![id]).await
}

pub(super) async fn by_reference(q: &mut impl Query, reference: &str) -> Result<Option<Ticket>> {
    q.optional(select!("WHERE t.reference = $1"), args![reference]).await
}

pub(super) async fn open_after(q: &mut impl Query, after: &str, limit: i64) -> Result<Vec<Ticket>> {
    q.all(select!("WHERE t.closed_at IS NULL AND t.id > $1 ORDER BY t.id LIMIT $2"), args![after, limit])
        .await
}

/// Takes the row's lock without changing anything.
pub(super) async fn hold(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("UPDATE tickets SET merged_into = merged_into WHERE id = $1", args![id]).await.map(drop)
}

/// False if the reference is taken.
pub(super) async fn insert(tx: &mut Tx, ticket: &Ticket) -> Result<bool> {
    let rows = tx
        .execute(
            "INSERT INTO tickets (id, reference, account_id, department_id, subject, status, priority, opener_kind, opener_id,
               opener_name, opener_email, assignee_id, cc, related_kind, related_id, related_name, waits, written_at, opened_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT (reference) DO NOTHING",
            args![
                &ticket.id,
                &ticket.reference,
                ticket.account_id.clone(),
                &ticket.department_id,
                &ticket.subject,
                &ticket.status,
                &ticket.priority,
                &ticket.opener_kind,
                &ticket.opener_id,
                &ticket.opener_name,
                &ticket.opener_email,
                ticket.assignee_id.clone(),
                &ticket.cc,
                &ticket.related_kind,
                &ticket.related_id,
                &ticket.related_name,
                &ticket.waits,
                ticket.written_at,
                ticket.opened_at,
                ticket.changed_at
            ],
        )
        .await?;
    Ok(rows == 1)
}

/// False if the ticket was closed or opened again meanwhile.
pub(super) async fn replied(
    tx: &mut Tx,
    ticket: &Ticket,
    written_at: i64,
    closed_at: Option<i64>,
) -> Result<bool> {
    let sql = "UPDATE tickets SET status = $2, waits = $3, changed_at = $4, written_at = $5, closed_at = NULL
         WHERE id = $1 AND COALESCE(closed_at, 0) = $6";
    let closed_at = closed_at.unwrap_or_default();
    let values = args![&ticket.id, &ticket.status, &ticket.waits, ticket.changed_at, written_at, closed_at];
    Ok(tx.execute(sql, values).await? == 1)
}

/// When the last message was written.
pub(super) async fn last_at(q: &mut impl Query, ticket_id: &str) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(MAX(at), 0) AS BIGINT) FROM ticket_replies WHERE ticket_id = $1";
    q.number(sql, args![ticket_id]).await
}

/// False if the ticket has not the status any more that it had before.
pub(super) async fn set_status(tx: &mut Tx, ticket: &Ticket, before: &str) -> Result<bool> {
    let sql = "UPDATE tickets SET status = $2, waits = $3, changed_at = $4, closed_at = $5 WHERE id = $1 AND status = $6";
    let values =
        args![&ticket.id, &ticket.status, &ticket.waits, ticket.changed_at, ticket.closed_at, before];
    Ok(tx.execute(sql, values).await? == 1)
}

pub(super) async fn set_assignee(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    let sql = "UPDATE tickets SET assignee_id = $2 WHERE id = $1";
    tx.execute(sql, args![&ticket.id, ticket.assignee_id.clone()]).await.map(drop)
}

pub(super) async fn set_department(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    let sql = "UPDATE tickets SET department_id = $2 WHERE id = $1";
    tx.execute(sql, args![&ticket.id, &ticket.department_id]).await.map(drop)
}

/// Lets the ticket be its account's, and those that are part of it, since they lead to it.
pub(super) async fn set_account(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    let sql = "UPDATE tickets SET account_id = $2, opener_kind = $3, opener_id = $4 WHERE id = $1";
    let account_id = ticket.account_id.clone();
    tx.execute(sql, args![&ticket.id, account_id.clone(), &ticket.opener_kind, &ticket.opener_id]).await?;
    let sql = "UPDATE tickets SET account_id = $2 WHERE merged_into = $1";
    tx.execute(sql, args![&ticket.id, account_id]).await.map(drop)
}

pub(super) async fn set_priority(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    let sql = "UPDATE tickets SET priority = $2 WHERE id = $1";
    tx.execute(sql, args![&ticket.id, &ticket.priority]).await.map(drop)
}

pub(super) async fn set_cc(tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    let sql = "UPDATE tickets SET cc = $2 WHERE id = $1";
    tx.execute(sql, args![&ticket.id, &ticket.cc]).await.map(drop)
}

/// Brings everything of `from` to `into`.
pub(super) async fn merge(tx: &mut Tx, into: &Ticket, from: &Ticket) -> Result<()> {
    for sql in [
        "UPDATE ticket_replies SET ticket_id = $2 WHERE ticket_id = $1",
        "UPDATE ticket_notes SET ticket_id = $2 WHERE ticket_id = $1",
        "UPDATE ticket_ratings SET ticket_id = $2 WHERE ticket_id = $1",
        "UPDATE attachments SET ticket_id = $2 WHERE ticket_id = $1",
        "INSERT INTO ticket_history (event_id, ticket_id)
           SELECT event_id, $2 FROM ticket_history WHERE ticket_id = $1 ON CONFLICT DO NOTHING",
    ] {
        tx.execute(sql, args![&from.id, &into.id]).await?;
    }
    tx.execute(
        "UPDATE tickets SET status = $2, waits = $3, closed_at = $4, changed_at = $5, merged_into = $6 WHERE id = $1",
        args![&from.id, &from.status, &from.waits, from.closed_at, from.changed_at, from.merged_into.clone()],
    )
    .await?;
    tx.execute(
        "UPDATE tickets SET cc = $2, changed_at = $3, written_at = $4 WHERE id = $1",
        args![&into.id, &into.cc, into.changed_at, into.written_at],
    )
    .await
    .map(drop)
}

pub(super) async fn move_reply(tx: &mut Tx, reply_id: &str, ticket_id: &str) -> Result<()> {
    for sql in [
        "UPDATE ticket_replies SET ticket_id = $2 WHERE id = $1",
        "UPDATE ticket_ratings SET ticket_id = $2 WHERE reply_id = $1",
        "UPDATE attachments SET ticket_id = $2 WHERE reply_id = $1",
    ] {
        tx.execute(sql, args![reply_id, ticket_id]).await?;
    }
    Ok(())
}

pub(super) async fn insert_note(tx: &mut Tx, ticket_id: &str, note: &Note) -> Result<()> {
    tx.execute(
        "INSERT INTO ticket_notes (id, ticket_id, author_kind, author_id, author_name, author_email, body, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            &note.id,
            ticket_id,
            &note.author_kind,
            &note.author_id,
            &note.author_name,
            &note.author_email,
            &note.body,
            note.at
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn notes(q: &mut impl Query, ticket_id: &str) -> Result<Vec<Note>> {
    q.all(
        "SELECT id, author_kind, author_id, author_name, author_email, body, at FROM ticket_notes
         WHERE ticket_id = $1 ORDER BY at, id",
        args![ticket_id],
    )
    .await
}

/// Its ticket must be held, so that no two get one place.
pub(super) async fn insert_reply(tx: &mut Tx, ticket_id: &str, reply: &Reply) -> Result<()> {
    tx.execute(
        "INSERT INTO ticket_replies (id, ticket_id, author_kind, author_id, author_name, author_email, badge, body, at,
           origin, message_id, raw_path, quoted, unproved, seq)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, COALESCE((SELECT seq FROM ticket_replies
           WHERE ticket_id = $2 ORDER BY at DESC, seq DESC, id DESC LIMIT 1), 0) + 1)",
        args![
            &reply.id,
            ticket_id,
            &reply.author_kind,
            &reply.author_id,
            &reply.author_name,
            &reply.author_email,
            &reply.badge,
            &reply.body,
            reply.at,
            &reply.origin,
            reply.message_id.clone(),
            reply.raw_path.clone(),
            &reply.quoted,
            reply.unproved
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn replies(q: &mut impl Query, ticket_id: &str) -> Result<Vec<Reply>> {
    q.all(
        "SELECT id, author_kind, author_id, author_name, author_email, badge, body, at, origin, message_id,
           raw_path, quoted, unproved
         FROM ticket_replies
         WHERE ticket_id = $1 ORDER BY at, seq, id",
        args![ticket_id],
    )
    .await
}

/// Who wrote on a ticket, the earliest first.
pub(super) async fn authors(q: &mut impl Query, ticket_id: &str, limit: i64) -> Result<Vec<PersonRow>> {
    q.all(
        "SELECT author_kind AS kind, author_id AS id, MAX(author_name) AS name, author_email AS email
         FROM ticket_replies WHERE ticket_id = $1
         GROUP BY author_kind, author_id, author_email ORDER BY MIN(at), MIN(seq), MIN(id) LIMIT $2",
        args![ticket_id, limit],
    )
    .await
}

pub(super) async fn by_message_id(q: &mut impl Query, message_id: &str) -> Result<Option<Ticket>> {
    q.optional(
        select!("JOIN ticket_replies r ON r.ticket_id = t.id WHERE r.message_id = $1 ORDER BY r.at LIMIT 1"),
        args![message_id],
    )
    .await
}

pub(super) async fn ratings(q: &mut impl Query, ticket_id: &str) -> Result<Vec<Rating>> {
    q.all(
        "SELECT reply_id, stars, comment, rater_name FROM ticket_ratings WHERE ticket_id = $1",
        args![ticket_id],
    )
    .await
}

/// False if the answer was rated already.
pub(super) async fn insert_rating(tx: &mut Tx, ticket_id: &str, rating: &Rating, act: &Act) -> Result<bool> {
    let sql = "INSERT INTO ticket_ratings (reply_id, ticket_id, stars, comment, rater_id, rater_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (reply_id) DO NOTHING";
    let values = args![
        &rating.reply_id,
        ticket_id,
        rating.stars,
        &rating.comment,
        &act.actor.id,
        &rating.rater_name,
        act.at
    ];
    Ok(tx.execute(sql, values).await? == 1)
}
