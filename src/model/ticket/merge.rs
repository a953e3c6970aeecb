//! Two tickets about one matter become one; one about two matters becomes two.

use super::{
    ANSWERED, CLOSED, CUSTOMER_REPLY, OPEN, Reply, Scope, Ticket, Waits,
    badge::badge_of,
    cc, find, held, history,
    open::insert,
    replies, search, staff_only, status, store,
    whose::{is_giving, was_given},
};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{TicketMerged, TicketSplit},
        outbox::Act,
    },
    id,
    model::{email_key, required_line},
};

/// A chain of mergers longer than this is a circle.
const MOST_STEPS: usize = 20;

/// Makes `merged` part of `reference`, which gets its messages, notes and files, and copies its people.
/// The merged one is closed, and leads to the other; if it waited for staff, the other one does now.
///
/// # Errors
/// As [`find`]; [`Kind::Conflict`](crate::error::Kind::Conflict) `ticket-same` if they are one,
/// `ticket-merged` if one of them is part of another already, `ticket-other-account` if they are of two
/// accounts; [`Kind::Forbidden`](crate::error::Kind::Forbidden) `staff-only`; else as
/// [`hold`](crate::model::account::hold).
pub async fn merge(tx: &mut Tx, act: &Act, reference: &str, merged: &str) -> Result<Ticket> {
    staff_only(act)?;
    hold_guests(tx, [reference, merged]).await?;
    let (mut into, account) = held(tx, Scope::Staff, reference).await?;
    let mut from = find(&mut *tx, Scope::Staff, merged).await?;
    may_merge(&into, &from)?;
    into.cc = together(&into, &from).join("\n");
    into.changed_at = act.at;
    into.written_at = into.written_at.max(from.written_at);
    let closed = status::ensured(tx, CLOSED).await?;
    let waited = std::mem::replace(&mut from.waits, closed.waits.clone());
    from.status.clone_from(&closed.name);
    from.closed_at = Some(from.closed_at.unwrap_or(act.at));
    from.changed_at = act.at;
    from.merged_into = Some(into.id.clone());
    store::merge(tx, &into, &from).await?;
    search::forget(tx, &from.id).await?;
    search::renew(tx, &into).await?;
    if Waits::from_key(&waited) == Some(Waits::Staff) && into.waits() != Waits::Staff {
        let reply = status::ensured(tx, CUSTOMER_REPLY).await?;
        into = status::turn(tx, act, &account, into, &reply).await?;
    }
    let event = TicketMerged {
        ticket: into.seen(&mut *tx, act.at).await?,
        merged: from.seen(&mut *tx, act.at).await?,
        badge: badge_of(tx, act, &account).await?,
    };
    history::tell(tx, act, &account, &event, &into.id).await?;
    Ok(into)
}

/// Holds both tickets, where no account holds them: in one order, so that nobody who merges them the other way round
/// waits for us while we wait for them.
async fn hold_guests(tx: &mut Tx, references: [&str; 2]) -> Result<()> {
    let mut references = references;
    references.sort_unstable();
    for reference in references {
        let ticket = find(&mut *tx, Scope::Staff, reference).await?;
        if ticket.account_id.is_none() {
            store::hold(tx, &ticket.id).await?;
        }
    }
    Ok(())
}

/// Whether `from` may become part of `into`.
///
/// # Errors
/// As [`merge`].
pub fn may_merge(into: &Ticket, from: &Ticket) -> Result<()> {
    if into.id == from.id {
        return Err(Error::conflict("ticket-same"));
    }
    if into.merged_into.is_some() || from.merged_into.is_some() {
        return Err(Error::conflict("ticket-merged"));
    }
    let same_guest = email_key(&into.opener_email) == email_key(&from.opener_email);
    if into.account_id != from.account_id || (into.account_id.is_none() && !same_guest) {
        return Err(Error::conflict("ticket-other-account"));
    }
    Ok(())
}

/// Whom the merged ticket is to copy: those of both, and the other's opener.
fn together(into: &Ticket, from: &Ticket) -> Vec<String> {
    let mut copied = into.cc();
    let more = from.cc().into_iter().chain([from.opener_email.clone()]);
    for email in more.filter(|email| !email.is_empty()) {
        let there = email_key(&email) == email_key(&into.opener_email)
            || copied.iter().any(|other| email_key(other) == email_key(&email));
        if !there && copied.len() < cc::MOST_CC {
            copied.push(email);
        }
    }
    copied
}

/// The ticket that a merged one is part of now; the ticket itself if it was never merged.
///
/// # Errors
/// If the database is away.
pub async fn standing(mut q: impl Query, ticket: Ticket) -> Result<Ticket> {
    let mut ticket = ticket;
    for _ in 0..MOST_STEPS {
        let Some(into) = ticket.merged_into.clone() else { break };
        match store::by_id(&mut q, &into).await? {
            Some(next) => ticket = next,
            None => break,
        }
    }
    Ok(ticket)
}

/// Makes messages of a ticket a ticket of their own, under another subject. Somebody's first message
/// among them makes them its opener.
///
/// # Errors
/// As [`find`]; [`Kind::Invalid`](crate::error::Kind::Invalid) naming `subject`, or `replies` if none is
/// chosen, or all are; [`Kind::Forbidden`](crate::error::Kind::Forbidden) `staff-only`; else as
/// [`hold`](crate::model::account::hold).
pub async fn split(
    tx: &mut Tx,
    act: &Act,
    reference: &str,
    reply_ids: &[String],
    subject: &str,
) -> Result<Ticket> {
    staff_only(act)?;
    let (from, account) = held(tx, Scope::Staff, reference).await?;
    let subject = required_line("subject", subject, super::LONGEST_SUBJECT)?;
    let (moved, rest): (Vec<_>, Vec<_>) =
        replies(&mut *tx, &from).await?.into_iter().partition(|reply| reply_ids.contains(&reply.id));
    let Some(last) = moved.last().filter(|_| !rest.is_empty()) else {
        return Err(Error::field("replies", "choice"));
    };
    // It waits for whoever did not write last.
    let open = status::ensured(
        tx,
        last.turns().map_or(OPEN, |(status, _)| if status == ANSWERED { status } else { OPEN }),
    )
    .await?;
    let opener = moved.iter().find(|reply| !reply.from_staff()).map_or_else(|| from.opener(), Reply::author);
    let mut ticket = Ticket {
        id: id::new("tkt", act.at),
        subject,
        status: open.name.clone(),
        waits: open.waits.clone(),
        opener_kind: opener.kind,
        opener_id: opener.id,
        opener_name: opener.name,
        opener_email: opener.email,
        changed_at: act.at,
        opened_at: act.at,
        written_at: last.at,
        closed_at: None,
        merged_into: None,
        ..from.clone()
    };
    insert(tx, &mut ticket).await?;
    for reply in &moved {
        store::move_reply(tx, &reply.id, &ticket.id).await?;
    }
    search::renew(tx, &from).await?;
    search::renew(tx, &ticket).await?;
    let event = TicketSplit {
        ticket: ticket.seen(&mut *tx, act.at).await?,
        from: from.seen(&mut *tx, act.at).await?,
        badge: badge_of(tx, act, &account).await?,
    };
    let told = history::tell(tx, act, &account, &event, &ticket.id).await?;
    history::remember(tx, &told, &from.id).await?;
    // What was given goes on being what can be taken back.
    if was_given(&mut *tx, &from).await? {
        for given in history(&mut *tx, &from).await?.iter().filter(|one| is_giving(one)) {
            history::remember(tx, &given.id, &ticket.id).await?;
        }
    }
    Ok(ticket)
}
