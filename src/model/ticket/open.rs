//! A customer asks.

use super::{
    Arrival, Department, OPEN, Reply, Ticket, Waits, account_of, badge::author_badge, cc::copied,
    reply::message, search, store,
};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::TicketOpened,
        data::{Account, Person},
        guard::{Approved, TicketOpen},
        outbox::{self, Act},
    },
    id,
    model::{attachment, line, required_line},
};

/// What a priority may be, the least urgent first.
pub const PRIORITIES: [&str; 3] = ["Low", "Medium", "High"];
/// How long a subject may be, in characters.
pub const LONGEST_SUBJECT: usize = 200;
/// How long the name of a service or domain may be, in characters.
const LONGEST_RELATED: usize = 120;
/// What a ticket is about whose service or domain somebody typed.
const TYPED: &str = "text";
/// So many references may be taken before we suspect that something else is wrong.
const TRIES: usize = 8;

/// Opens a ticket with its first message, by whoever acts, on the account that the hooks were asked
/// about; without an account it is a guest's.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) naming `subject`, `body`, `department`, `priority`, `related`
/// or `cc`;
/// else as [`hold`](crate::model::account::hold).
pub async fn open(tx: &mut Tx, act: &Act, approved: &Approved<TicketOpen>) -> Result<Ticket> {
    open_for(tx, act, &act.actor, approved).await
}

/// As [`open`], for somebody else: the ticket is theirs, and its first message is of whoever acts.
///
/// # Errors
/// As [`open`].
pub async fn open_for(
    tx: &mut Tx,
    act: &Act,
    opener: &Person,
    approved: &Approved<TicketOpen>,
) -> Result<Ticket> {
    open_from(tx, act, opener, approved, &Arrival::default()).await
}

/// As [`open_for`], with what is known of how the message came in.
///
/// # Errors
/// As [`open`].
pub async fn open_from(
    mut tx: &mut Tx,
    act: &Act,
    opener: &Person,
    approved: &Approved<TicketOpen>,
    arrival: &Arrival,
) -> Result<Ticket> {
    let (asked, draft) = (&approved.context().account, approved.draft());
    let account = account_of(tx, asked.exists.then_some(asked.id.as_str())).await?;
    // All that is missing is said at once.
    let (subject, body) =
        match (required_line("subject", &draft.subject, LONGEST_SUBJECT), message(&draft.body)) {
            (Err(mut subject), Err(mut body)) => {
                subject.fields.append(&mut body.fields);
                return Err(subject);
            }
            (subject, body) => (subject?, body?),
        };
    let department = store::department(&mut tx, draft.department.trim()).await?;
    let department = department.ok_or_else(|| Error::field("department", "choice"))?;
    if !PRIORITIES.contains(&draft.priority.as_str()) {
        return Err(Error::field("priority", "choice"));
    }
    let cc = copied(&draft.cc)?.join("\n");
    let related_name = line("related", &draft.related, LONGEST_RELATED)?;
    let mut ticket =
        Ticket { subject, cc, related_name, ..begun(act.at, opener, &account, department, draft) };
    insert(tx, &mut ticket).await?;
    let badge = author_badge(tx, &act.actor, &account).await?;
    let mut reply = Reply::new(act, badge, body, &draft.origin, arrival);
    store::insert_reply(tx, &ticket.id, &reply).await?;
    reply.attachments = attachment::bind(tx, act, &ticket.id, &reply.id, &draft.attachments).await?;
    search::message(tx, &ticket, &reply).await?;
    let seen = ticket.seen(&mut *tx, act.at).await?;
    outbox::emit(tx, act, &account, &TicketOpened { ticket: seen, reply: reply.seen() }, &[]).await?;
    Ok(ticket)
}

/// The ticket as it begins, without a reference; nothing of the draft is checked, and nobody copied.
pub(super) fn begun(
    at: i64,
    opener: &Person,
    account: &Account,
    department: Department,
    draft: &TicketOpen,
) -> Ticket {
    Ticket {
        id: id::new("tkt", at),
        reference: String::new(),
        account_id: account.exists.then(|| account.id.clone()),
        department_id: department.id,
        department: department.name,
        department_email: department.email,
        department_hidden: department.hidden,
        subject: draft.subject.clone(),
        status: OPEN.into(),
        waits: Waits::Staff.key().into(),
        priority: draft.priority.clone(),
        opener_kind: opener.kind.clone(),
        opener_id: opener.id.clone(),
        opener_name: opener.name.clone(),
        opener_email: opener.email.clone(),
        assignee_id: None,
        cc: String::new(),
        related_kind: if draft.related.trim().is_empty() { String::new() } else { TYPED.to_owned() },
        related_id: String::new(),
        related_name: draft.related.trim().to_owned(),
        opened_at: at,
        changed_at: at,
        closed_at: None,
        written_at: at,
        merged_into: None,
    }
}

/// Stores the ticket under a reference that is free.
pub(super) async fn insert(tx: &mut Tx, ticket: &mut Ticket) -> Result<()> {
    for _ in 0..TRIES {
        ticket.reference = id::ticket_reference();
        if store::insert(tx, ticket).await? {
            return Ok(());
        }
    }
    Err(Error::internal(format!("{TRIES} ticket references in a row were taken")))
}
