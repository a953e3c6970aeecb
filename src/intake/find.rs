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
        inbound::{self, Incoming, Own, Reader, ReplyKey},
    },
    model::{
        account, email_key, intake, staff,
        ticket::{self, Department, Scope, Ticket},
        user,
    },
    permission::{Category, Permission},
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

/// What a mail proves of its sender. What it says in `From` proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// Anybody may have written it.
    Nothing,
    /// It knows what only the reader at its sender's address was told.
    Reader,
    /// It knows what only the member of staff at its sender's address was told.
    Staff,
}

/// The ticket that a mail answers.
pub(super) struct Found {
    pub(super) ticket: Ticket,
    /// How it was found: `token`, `thread`, `message` or `tag`.
    pub(super) matched: &'static str,
    /// What it proves of its sender.
    pub(super) proof: Proof,
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
        let fits = |email: &str, reader| key.fits(&token, &reference, email, reader);
        let proof = if fits(&mail.from.email, Reader::Staff) {
            Proof::Staff
        } else if fits(&mail.from.email, Reader::Customer) {
            Proof::Reader
        } else {
            Proof::Nothing
        };
        let taken = match proof {
            Proof::Staff => true,
            Proof::Reader => still_reads(app, &ticket, &mail.from.email).await?,
            // Somebody whom a reader passed the mail on to answers as themselves.
            Proof::Nothing => readers(app, &ticket).await?.iter().any(|(email, reader)| fits(email, *reader)),
        };
        if taken {
            return Ok(Some(Found { ticket, matched: "token", proof }));
        }
    }
    Ok(None)
}

/// False for users who have no part in the ticket any more: whoever was taken out of its account has the token for ever. Addresses
/// that are nobody's log-in are told of it by the account's details, or by a hook.
async fn still_reads(app: &App, ticket: &Ticket, email: &str) -> Result<bool> {
    let standing = ticket::standing(&app.db, ticket.clone()).await?;
    let account = account_of(app, &standing).await?;
    if user::lookup_by_email(&app.db, email).await?.is_none() {
        let opener = standing.opener();
        let was_contact =
            account.exists && opener.kind == "contact" && email_key(&opener.email) == email_key(email);
        return Ok(!was_contact || account.contacts.iter().any(|one| one.id == opener.id));
    }
    Ok(email_key(&account.email) == email_key(email) || has_part(app, &standing, email).await?)
}

/// By ids of ours. Whoever a mail was passed on to has these for ever, and so have those who were taken off the ticket since.
async fn by_thread(app: &App, mail: &Incoming, own: &Own) -> Result<Option<Found>> {
    // Ids of rows stand in addresses of pages: only a whole Message-ID shows that its mail was read.
    let key = MessageKey::of(&app.key);
    let made = |id: &String| mail.answers.iter().any(|whole| key.read(whole).as_ref() == Some(id));
    let ids = inbound::own_ids(mail.answers.iter().map(String::as_str), &own.domain);
    for id in ids.into_iter().filter(|id| id.starts_with("tkt_") || made(id)) {
        let (ticket, proof) = if id.starts_with("tkt_") {
            (ticket::lookup(&app.db, &id).await?, Proof::Nothing)
        } else {
            let Some(sent) = intake::sent(&app.db, &id).await? else { continue };
            let Some(event) = outbox::lookup(&app.db, &sent.event_id).await? else { continue };
            let event = event.whole()?;
            let ticket_id = event["ticket"]["id"].as_str().unwrap_or_default();
            let theirs = email_key(&sent.to_email) == email_key(&mail.from.email);
            let proof = match (theirs, sent.to_kind.as_str()) {
                (true, "staff") => Proof::Staff,
                (true, _) => Proof::Reader,
                (false, _) => Proof::Nothing,
            };
            (ticket::lookup(&app.db, ticket_id).await?, proof)
        };
        let Some(ticket) = ticket else { continue };
        if proof == Proof::Staff || has_part(app, &ticket, &mail.from.email).await? {
            return Ok(Some(Found { ticket, matched: "thread", proof }));
        }
    }
    Ok(None)
}

async fn by_what_others_know(app: &App, mail: &Incoming) -> Result<Option<Found>> {
    for id in mail.answers.iter().take(10) {
        if let Some(ticket) = ticket::by_message_id(&app.db, id).await?
            && has_part(app, &ticket, &mail.from.email).await?
        {
            return Ok(Some(Found { ticket, matched: "message", proof: Proof::Nothing }));
        }
    }
    for tag in inbound::subject_tags(&mail.subject).iter().take(3) {
        if let Some(ticket) = of_reference(app, tag).await?
            && has_part(app, &ticket, &mail.from.email).await?
        {
            return Ok(Some(Found { ticket, matched: "tag", proof: Proof::Nothing }));
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
async fn readers(app: &App, ticket: &Ticket) -> Result<Vec<(String, Reader)>> {
    let account = account_of(app, ticket).await?;
    let mut readers = around(app, ticket, &account).await?;
    readers.extend(account.users.into_iter().map(|one| one.email));
    readers.extend(account.contacts.into_iter().map(|one| one.email));
    readers.push(account.email);
    let staff = staff::list(&app.db).await?.into_iter().map(|member| (member.email, Reader::Staff));
    Ok(readers.into_iter().map(|email| (email, Reader::Customer)).chain(staff).collect())
}

/// Customers who may write on a ticket: those who opened it, are copied or wrote on it, and of its account whoever may see it.
/// Who wrote as a user or as a contact must be one still; a contact who opened it may write on it whatever is ticked.
async fn around(app: &App, ticket: &Ticket, account: &data::Account) -> Result<Vec<String>> {
    let seen = ticket::snapshot(&app.db, ticket, app.clock.now()).await?;
    let opened = |one: &&data::Contact| seen.opener.kind == "contact" && seen.opener.id == one.id;
    let mut people: Vec<String> =
        account.contacts.iter().find(opened).map(|one| one.email.clone()).into_iter().collect();
    let outside = |one: &Person| {
        one.kind != "staff" && !(account.exists && ["user", "contact"].contains(&one.kind.as_str()))
    };
    people.extend(seen.cc);
    people.extend([seen.opener].into_iter().chain(seen.participants).filter(outside).map(|one| one.email));
    let users = account.users.iter().filter(|one| one.may(Permission::Tickets));
    people.extend(users.map(|one| one.email.clone()));
    let support = Category::Support.key();
    let contacts = account.contacts.iter().filter(|one| one.categories.iter().any(|key| key == support));
    people.extend(contacts.map(|one| one.email.clone()));
    people.retain(|email| !email.is_empty());
    Ok(people)
}

/// True if this address has a part in the ticket. Staff have none: anybody can write their address into a mail.
async fn has_part(app: &App, ticket: &Ticket, email: &str) -> Result<bool> {
    let account = account_of(app, ticket).await?;
    Ok(around(app, ticket, &account).await?.iter().any(|one| email_key(one) == email_key(email)))
}

/// Who wrote a mail, and for which account.
pub(super) struct Whose {
    pub(super) person: Person,
    /// The account of the ticket, or the one that a new ticket is for; empty for guests.
    pub(super) account: data::Account,
    /// True if some account knows them.
    pub(super) is_client: bool,
    /// Accounts that know the address although nobody proved that it is theirs, if no other is the mail's.
    pub(super) claims: Vec<String>,
}

impl Whose {
    /// Whose mail this is. Staff are staff only where the mail knows what only they were told.
    pub(super) async fn of(app: &App, mail: &Incoming, found: Option<&Found>) -> Result<Self> {
        let (db, email) = (&app.db, mail.from.email.as_str());
        let proved = intake::accounts_of(db, &email_key(email)).await?;
        let known = intake::accounts_naming(db, &email_key(email)).await?;
        let account = match found {
            Some(found) => account_of(app, &found.ticket).await?,
            // For somebody of several accounts staff decide: a guess would show one customer's matter to another.
            None => match proved.as_slice() {
                [only] => account::snapshot(db, only).await?,
                _ => data::Account::default(),
            },
        };
        let is_client = !known.is_empty();
        let claims = if account.exists || found.is_some() { Vec::new() } else { known };
        let person = author(app, mail, found, &account, is_client).await?;
        Ok(Self { person, account, is_client, claims })
    }
}

async fn author(
    app: &App,
    mail: &Incoming,
    found: Option<&Found>,
    account: &data::Account,
    is_client: bool,
) -> Result<Person> {
    let (db, email) = (&app.db, mail.from.email.as_str());
    let proof = found.map_or(Proof::Nothing, |found| found.proof);
    if proof == Proof::Staff
        && let Some(member) = staff::lookup_by_email(db, email).await?
    {
        return Ok(staff::person(&member));
    }
    // An address that nobody confirmed may be anybody's who registered with it.
    let user = user::lookup_by_email(db, email).await?;
    if let Some(user) = user.filter(|user| user.email_verified() || proof != Proof::Nothing) {
        return Ok(user::person(&user));
    }
    let contact = account.contacts.iter().find(|one| email_key(&one.email) == email_key(email));
    Ok(match contact {
        Some(contact) => Person {
            exists: true,
            kind: "contact".to_owned(),
            id: contact.id.clone(),
            name: contact.name.clone(),
            email: contact.email.clone(),
        },
        None => guest(mail, found.is_some() || is_client),
    })
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
