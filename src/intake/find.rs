//! Whose mail it is: the department it came to, the ticket it answers, the person who wrote it.

use crate::{
    app::App,
    error::Result,
    event::{
        data::{self, Person},
        outbox,
    },
    mail::{
        MessageKey,
        inbound::{self, Incoming, Own, ReplyKey},
    },
    model::{
        account, email_key, intake, staff,
        ticket::{self, Department, Scope, Ticket},
        user,
    },
};

/// The department that a mail came to, and the address by which it did. What the envelope says counts alone.
pub(super) fn department(
    departments: &[Department],
    mail: &Incoming,
    envelope: Option<&str>,
) -> (Option<Department>, String) {
    let named = |address: &str| {
        let bare = inbound::token_in(address).map_or_else(|| address.to_owned(), |(bare, _, _)| bare);
        departments.iter().find(|one| email_key(&one.email) == email_key(&bare)).cloned()
    };
    let candidates: Vec<&str> = match envelope {
        Some(address) => vec![address],
        None => mail.recipients().collect(),
    };
    let found = candidates.iter().find_map(|address| named(address).map(|one| (one, *address)));
    match found {
        Some((one, address)) => (Some(one), address.to_owned()),
        None => (None, candidates.first().map(|address| (*address).to_owned()).unwrap_or_default()),
    }
}

/// The ticket that a mail answers.
pub(super) struct Found {
    pub(super) ticket: Ticket,
    /// How it was found: `token`, `thread`, `message` or `tag`.
    pub(super) matched: &'static str,
    /// True if the mail knows what only its sender was told: it is theirs, whatever a `From` is worth.
    pub(super) sure: bool,
}

/// The ticket that a mail answers, if it does: by what only those know who got mail of that ticket, else by what others
/// may know, and then its sender must have a part in the ticket.
pub(super) async fn ticket(app: &App, mail: &Incoming, own: &Own) -> Result<Option<Found>> {
    let found = match by_token(app, mail).await? {
        Some(found) => Some(found),
        None => match by_thread(app, mail, own).await? {
            Some(found) => Some(found),
            None => by_what_others_know(app, mail).await?,
        },
    };
    let Some(found) = found else { return Ok(None) };
    let ticket = ticket::standing(&app.db, found.ticket).await?;
    Ok(Some(Found { ticket, ..found }))
}

async fn by_token(app: &App, mail: &Incoming) -> Result<Option<Found>> {
    let key = ReplyKey::of(&app.key);
    for (_, reference, token) in mail.recipients().filter_map(inbound::token_in).take(5) {
        let Some(ticket) = of_reference(app, &reference).await? else { continue };
        let sure = key.fits(&token, &reference, &mail.from.email);
        // Somebody whom a reader passed the mail on to answers as themselves.
        if sure || people(app, &ticket).await?.iter().any(|email| key.fits(&token, &reference, email)) {
            return Ok(Some(Found { ticket, matched: "token", sure }));
        }
    }
    Ok(None)
}

async fn by_thread(app: &App, mail: &Incoming, own: &Own) -> Result<Option<Found>> {
    // Ids of rows stand in addresses of pages: only a whole Message-ID shows that its mail was read.
    let key = MessageKey::of(&app.key);
    let made = |id: &String| mail.answers.iter().any(|whole| key.read(whole).as_ref() == Some(id));
    let ids = inbound::own_ids(mail.answers.iter().map(String::as_str), &own.domain);
    for id in ids.into_iter().filter(|id| id.starts_with("tkt_") || made(id)) {
        if id.starts_with("tkt_") {
            if let Some(ticket) = ticket::lookup(&app.db, &id).await? {
                return Ok(Some(Found { ticket, matched: "thread", sure: false }));
            }
            continue;
        }
        let Some(sent) = intake::sent(&app.db, &id).await? else { continue };
        let Some(event) = outbox::lookup(&app.db, &sent.event_id).await? else { continue };
        let event = event.whole()?;
        let ticket_id = event["ticket"]["id"].as_str().unwrap_or_default();
        if let Some(ticket) = ticket::lookup(&app.db, ticket_id).await? {
            let sure = email_key(&sent.to_email) == email_key(&mail.from.email);
            return Ok(Some(Found { ticket, matched: "thread", sure }));
        }
    }
    Ok(None)
}

async fn by_what_others_know(app: &App, mail: &Incoming) -> Result<Option<Found>> {
    for id in mail.answers.iter().take(10) {
        if let Some(ticket) = ticket::by_message_id(&app.db, id).await?
            && has_part(app, &ticket, &mail.from.email).await?
        {
            return Ok(Some(Found { ticket, matched: "message", sure: false }));
        }
    }
    for tag in inbound::subject_tags(&mail.subject).iter().take(3) {
        if let Some(ticket) = of_reference(app, tag).await?
            && has_part(app, &ticket, &mail.from.email).await?
        {
            return Ok(Some(Found { ticket, matched: "tag", sure: false }));
        }
    }
    Ok(None)
}

async fn of_reference(app: &App, reference: &str) -> Result<Option<Ticket>> {
    match ticket::find(&app.db, Scope::Staff, reference).await {
        Ok(ticket) => Ok(Some(ticket)),
        Err(error) if error.kind == crate::error::Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn account_of(app: &App, ticket: &Ticket) -> Result<data::Account> {
    match &ticket.account_id {
        Some(id) => account::snapshot(&app.db, id).await,
        None => Ok(data::Account::default()),
    }
}

/// Everybody to whom mail of the ticket may have gone: those around it, its account's people, the staff.
async fn people(app: &App, ticket: &Ticket) -> Result<Vec<String>> {
    let mut people = around(app, ticket).await?;
    people.extend(staff::list(&app.db).await?.into_iter().map(|member| member.email));
    Ok(people)
}

/// Customers around a ticket.
async fn around(app: &App, ticket: &Ticket) -> Result<Vec<String>> {
    let account = account_of(app, ticket).await?;
    let seen = ticket::snapshot(&app.db, ticket, app.clock.now()).await?;
    let mut people = vec![seen.opener.email];
    people.extend(seen.cc);
    people.extend(seen.participants.into_iter().filter(|one| one.kind != "staff").map(|one| one.email));
    people.extend(account.users.into_iter().map(|one| one.email));
    people.extend(account.contacts.into_iter().map(|one| one.email));
    people.extend([account.owner.email, account.email]);
    people.retain(|email| !email.is_empty());
    Ok(people)
}

/// True if this address has a part in the ticket. Staff have none: anybody can write their address into a mail.
async fn has_part(app: &App, ticket: &Ticket, email: &str) -> Result<bool> {
    Ok(around(app, ticket).await?.iter().any(|one| email_key(one) == email_key(email)))
}

/// Who wrote a mail, and for which account.
pub(super) struct Whose {
    pub(super) person: Person,
    /// The account of the ticket, or the one that a new ticket is for; empty for guests.
    pub(super) account: data::Account,
    /// True if some account knows them.
    pub(super) is_client: bool,
}

impl Whose {
    /// Whose mail this is. Staff are staff only where the mail knows what only they were told.
    pub(super) async fn of(app: &App, mail: &Incoming, found: Option<&Found>) -> Result<Self> {
        let (db, email) = (&app.db, mail.from.email.as_str());
        let accounts = intake::accounts_of(db, &email_key(email)).await?;
        let account = match found {
            Some(found) => account_of(app, &found.ticket).await?,
            // For somebody of several accounts staff decide: a guess would show one customer's matter to another.
            None => match accounts.as_slice() {
                [only] => account::snapshot(db, only).await?,
                _ => data::Account::default(),
            },
        };
        let is_client = !accounts.is_empty();
        if found.is_some_and(|found| found.sure)
            && let Some(member) = staff::lookup_by_email(db, email).await?
        {
            return Ok(Self { person: staff::person(&member), account, is_client });
        }
        let user = user::lookup_by_email(db, email).await?;
        let contact = account.contacts.iter().find(|one| email_key(&one.email) == email_key(email));
        let person = match (user, contact) {
            (Some(user), _) => Person {
                exists: true,
                kind: "user".to_owned(),
                name: format!("{} {}", user.first_name, user.last_name).trim().to_owned(),
                email: user.email,
                id: user.id,
            },
            (None, Some(contact)) => Person {
                exists: true,
                kind: "contact".to_owned(),
                id: contact.id.clone(),
                name: contact.name.clone(),
                email: contact.email.clone(),
            },
            (None, None) => guest(mail, found.is_some() || is_client),
        };
        Ok(Self { person, account, is_client })
    }
}

/// Somebody whom we do not know. Forms on web sites write with an address of their own and say beside it whom to answer.
fn guest(mail: &Incoming, known: bool) -> Person {
    let instead = mail.reply_to.first().filter(|_| !known);
    let instead = instead.filter(|one| email_address::EmailAddress::is_valid(&one.email));
    let mailbox = instead.unwrap_or(&mail.from);
    let name: String = mailbox.name.chars().filter(|c| !c.is_control()).take(100).collect();
    Person {
        exists: true,
        kind: "guest".to_owned(),
        id: String::new(),
        name: name.trim().to_owned(),
        email: mailbox.email.clone(),
    }
}
