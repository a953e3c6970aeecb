//! The story that samples tell: Blue Bakery, its owner, an accountant who is invited, a ticket.
//!
//! Checks, tests and previews run on these, so they are as complete as real events are.

use super::data::*;
use crate::permission::{Category, Permission};
use serde::Serialize;
use serde_json::{Value, json};

/// Monday, 23 November 2026, 09:30 UTC.
pub const AT: Time = Time(1_795_426_200_000);
const DAY: i64 = 86_400_000;

fn keys(permissions: &[Permission]) -> Vec<String> {
    permissions.iter().map(|p| p.key().to_owned()).collect()
}

fn user(id: &str, first: &str, last: &str, email: &str, permissions: &[Permission]) -> User {
    User {
        exists: true,
        id: id.into(),
        name: format!("{first} {last}"),
        first_name: first.into(),
        email: email.into(),
        email_verified: true,
        locale: "en".into(),
        time_zone: "Europe/Berlin".into(),
        owner: false,
        permissions: keys(permissions),
        categories: vec![],
        two_factor: false,
    }
}

/// The bakery's owner.
pub fn owner() -> User {
    User {
        owner: true,
        two_factor: true,
        ..user("usr_01owner", "Olive", "Baker", "owner@bakery.example", &Permission::ALL)
    }
}

/// A user who sees invoices, quotes and the e-mail history.
pub fn accountant() -> User {
    let mut user = user(
        "usr_01accountant",
        "Ada",
        "Counter",
        "accountant@bakery.example",
        &[Permission::Invoices, Permission::Quotes, Permission::Emails],
    );
    user.categories = vec!["invoice".into()];
    user
}

/// A user who looks after the technical side.
pub fn developer() -> User {
    use Permission::{Domains, ManageDomains, ManageProducts, ProductSso, Products, Tickets};
    user(
        "usr_01developer",
        "Dev",
        "Eloper",
        "developer@bakery.example",
        &[Tickets, Products, ManageProducts, ProductSso, Domains, ManageDomains],
    )
}

/// A web designer who also has an account of her own.
pub fn designer() -> User {
    user(
        "usr_01designer",
        "Dana",
        "Signer",
        "designer@demo.example",
        &[Permission::Tickets, Permission::Products],
    )
}

/// Somebody whose access was just taken away.
pub fn former_user() -> User {
    User { permissions: vec![], categories: vec![], ..accountant() }
}

/// A contact who wants invoices.
pub fn contact() -> Contact {
    Contact {
        exists: true,
        id: "con_01bills".into(),
        name: "Accounts Payable".into(),
        email: "bills@bakery.example".into(),
        categories: vec!["invoice".into()],
    }
}

/// A contact who wants ticket mail.
pub fn support_contact() -> Contact {
    Contact {
        exists: true,
        id: "con_01help".into(),
        name: "Shop Floor".into(),
        email: "shop@bakery.example".into(),
        categories: vec!["support".into(), "general".into()],
    }
}

/// Blue Bakery.
pub fn account() -> Account {
    Account {
        exists: true,
        id: "acc_01bakery".into(),
        name: "Blue Bakery".into(),
        company: "Blue Bakery".into(),
        first_name: "Olive".into(),
        last_name: "Baker".into(),
        email: "hello@bakery.example".into(),
        phone: "+49 30 1234567".into(),
        city: "Berlin".into(),
        country: "DE".into(),
        tax_id: "DE123456789".into(),
        currency: "EUR".into(),
        locale: "en".into(),
        categories: Category::CHOICES.iter().map(|c| c.key().to_owned()).collect(),
        owner: owner(),
        users: vec![owner(), accountant(), developer(), designer()],
        contacts: vec![contact(), support_contact()],
        declined: vec![],
        created_at: Time(AT.0 - 400 * DAY),
    }
}

/// A user as the one who acts.
pub fn person(user: &User) -> Person {
    Person {
        exists: true,
        kind: "user".into(),
        id: user.id.clone(),
        name: user.name.clone(),
        email: user.email.clone(),
    }
}

/// A member of staff.
pub fn staff() -> Person {
    Person {
        exists: true,
        kind: "staff".into(),
        id: "stf_01sam".into(),
        name: "Sam Staff".into(),
        email: "staff@host.example".into(),
    }
}

/// The server itself.
pub fn system() -> Person {
    Person { exists: true, kind: "system".into(), name: "Innkeeper".into(), ..Person::default() }
}

/// The invite that the accountant got.
pub fn invite() -> Invite {
    Invite {
        exists: true,
        id: "inv_01accountant".into(),
        email: "accountant@bakery.example".into(),
        permissions: keys(&[Permission::Invoices, Permission::Quotes, Permission::Emails]),
        all_permissions: false,
        inviter: person(&owner()),
        sent_at: AT,
        expires_at: Time(AT.0 + 7 * DAY),
        known: false,
    }
}

/// The department that the demo has.
pub fn department() -> Department {
    Department {
        exists: true,
        id: "dep_01support".into(),
        name: "Support".into(),
        email: "support@host.example".into(),
        hidden: false,
    }
}

/// The department of before, where a ticket was moved.
pub fn billing() -> Department {
    Department {
        id: "dep_01billing".into(),
        name: "Billing".into(),
        email: "billing@host.example".into(),
        ..department()
    }
}

/// A status of the operator's own.
pub fn status() -> Status {
    Status {
        exists: true,
        name: "Waiting for the supplier".into(),
        waits_for: "customer".into(),
        colour: "#6d28d9".into(),
    }
}

/// An answer that staff have ready.
pub fn canned_answer() -> CannedAnswer {
    CannedAnswer {
        exists: true,
        id: "can_01slow".into(),
        title: "Slow pages".into(),
        body: "Hello [first name],\n\nwe look into it.".into(),
    }
}

/// A ticket that the developer opened.
pub fn ticket() -> Ticket {
    Ticket {
        exists: true,
        id: "tkt_01oven".into(),
        reference: "KXT-482913".into(),
        subject: "The shop is slow since the update".into(),
        status: "Customer-Reply".into(),
        waits_for: "staff".into(),
        priority: "Medium".into(),
        department: department(),
        opener: person(&developer()),
        opened_by_staff: false,
        assignee: Person::default(),
        staff: vec![staff()],
        participants: vec![person(&developer()), staff()],
        cc: vec!["agency@partner.example".into()],
        related: Related {
            exists: true,
            kind: "text".into(),
            id: String::new(),
            name: "bakery.example".into(),
        },
        opened_at: Time(AT.0 - DAY),
        quiet_for: Span(3_600_000),
    }
}

/// The same ticket, answered and then silent for eight days.
pub fn quiet_ticket() -> Ticket {
    Ticket { status: "Answered".into(), waits_for: "customer".into(), quiet_for: Span(8 * DAY), ..ticket() }
}

/// The same ticket, settled.
pub fn closed_ticket() -> Ticket {
    Ticket { status: "Closed".into(), waits_for: "nobody".into(), ..ticket() }
}

/// The same ticket, once a member of staff has it.
pub fn assigned_ticket() -> Ticket {
    Ticket { assignee: staff(), ..ticket() }
}

/// A second ticket about the same matter.
pub fn merged_ticket() -> Ticket {
    Ticket {
        id: "tkt_02oven".into(),
        reference: "MWB-104466".into(),
        subject: "Shop still slow".into(),
        ..closed_ticket()
    }
}

/// The developer's message.
pub fn reply() -> Reply {
    Reply {
        exists: true,
        id: "rep_01oven".into(),
        author: person(&developer()),
        badge: "Authorized User".into(),
        from_staff: false,
        body: "Pages take eight seconds since Friday.\n\nCan you have a look?".into(),
        origin: "web".into(),
        unproved: false,
        attachments: vec![attachment()],
    }
}

/// What staff answered.
pub fn answer() -> Reply {
    Reply {
        id: "rep_02oven".into(),
        author: staff(),
        badge: "Operator".into(),
        from_staff: true,
        body: "The cache was off. It is on again.".into(),
        attachments: vec![],
        ..reply()
    }
}

/// A picture of the slow page.
pub fn attachment() -> Attachment {
    Attachment {
        exists: true,
        id: "att_01slow".into(),
        name: "slow-page.png".into(),
        media_type: "image/png".into(),
        size: 48_211,
    }
}

/// What staff know and customers do not.
pub fn note() -> Note {
    Note {
        exists: true,
        id: "not_01oven".into(),
        author: staff(),
        body: "Their cache is off since the update.".into(),
    }
}

/// A change of city.
pub fn change() -> Change {
    Change { field: "city".into(), before: "Potsdam".into(), after: "Berlin".into() }
}

/// A browser in the office.
pub fn session() -> Session {
    Session { exists: true, ip: "203.0.113.7".into(), user_agent: "Firefox on Linux".into() }
}

/// A hook that failed.
pub fn failure() -> Failure {
    Failure {
        subject: "vip.rhai:ticket.replied:1".into(),
        file: "hooks/vip.rhai".into(),
        line: 8,
        message: "`Ticket` has no field `titel`; did you mean `title`?".into(),
        event_id: "evt_01sample".into(),
    }
}

/// Five minutes after the samples' time.
pub const fn soon() -> Time {
    Time(AT.0 + 300_000)
}

/// The staff who look after the server.
pub fn admins() -> Vec<Person> {
    vec![Person {
        exists: true,
        kind: "staff".into(),
        id: "stf_01sample".into(),
        name: "Sam Staff".into(),
        email: "staff@host.example".into(),
    }]
}

/// What staff do on tickets.
const BY_STAFF: [&str; 7] = [
    "ticket.noted",
    "ticket.assigned",
    "ticket.moved",
    "ticket.account_changed",
    "ticket.priority_changed",
    "ticket.merged",
    "ticket.split",
];

/// A whole event of the bakery: the developer acts on tickets, the owner on everything else.
pub fn event(name: &str, payload: &impl Serialize) -> Value {
    let actor = match name.split('.').next() {
        _ if BY_STAFF.contains(&name) => staff(),
        Some("ticket") => person(&developer()),
        Some("schedule" | "hook" | "hooks" | "template") => system(),
        _ => person(&owner()),
    };
    let mut event = json!({
        "id": "evt_01sample", "name": name, "at": AT, "actor": actor, "account": account(),
        "correlation": "req_01sample", "depth": 0,
    });
    // Payloads are structs of plain data, which always have a JSON form.
    if let (Value::Object(event), Ok(Value::Object(subjects))) = (&mut event, serde_json::to_value(payload)) {
        event.extend(subjects);
    }
    event
}

/// The same event, belonging to no account.
pub fn without_account(event: &Value) -> Value {
    let mut event = event.clone();
    event["account"] = json!(Account::default());
    event
}

/// The same event of a schedule, that goes over nothing.
pub fn without_subjects(event: &Value) -> Value {
    let mut event = without_account(event);
    event["ticket"] = json!(Ticket::default());
    event["invite"] = json!(Invite::default());
    event
}

/// Somebody without an account.
pub fn guest() -> Person {
    Person {
        exists: true,
        kind: "guest".into(),
        id: String::new(),
        name: "Gus Guest".into(),
        email: "gus@elsewhere.example".into(),
    }
}

/// A mail to a department that takes mail of customers only.
pub fn rejected_mail() -> RejectedMail {
    RejectedMail {
        exists: true,
        id: "inc_01rejected".into(),
        to: "support@host.example".into(),
        subject: "Do you host shops?".into(),
        reason: "clients-only".into(),
        detail: String::new(),
        answerable: true,
    }
}

/// The same event, on a ticket that somebody without an account opened.
pub fn guest_ticket(event: &Value) -> Value {
    let mut event = without_account(event);
    let guest = guest();
    event["ticket"]["opener"] = json!(guest);
    event["ticket"]["participants"] = json!([guest]);
    event["actor"] = json!(guest);
    if event.get("badge").is_some() && event["badge"] != "Operator" {
        event["badge"] = json!("Guest");
    }
    if event.get("reply").is_some() {
        event["reply"]["author"] = json!(guest);
        event["reply"]["badge"] = json!("Guest");
    }
    event
}

/// The same event by staff, on a ticket that somebody without an account opened.
pub fn by_staff_for_guest(event: &Value) -> Value {
    let mut guests = guest_ticket(event);
    guests["actor"] = event["actor"].clone();
    guests
}

/// The same answer, rated by somebody without an account.
pub fn guest_rated(event: &Value) -> Value {
    let mut guests = guest_ticket(event);
    guests["reply"] = event["reply"].clone();
    guests
}

/// The same note, on a ticket that somebody without an account opened.
pub fn guest_ticket_noted(event: &Value) -> Value {
    let mut guests = guest_ticket(event);
    guests["actor"] = event["actor"].clone();
    guests
}

/// The same event, written by staff.
pub fn staff_reply(event: &Value) -> Value {
    let mut event = event.clone();
    event["actor"] = json!(staff());
    event["reply"]["author"] = json!(staff());
    event["reply"]["badge"] = json!("Operator");
    event["reply"]["from_staff"] = json!(true);
    event["reply"]["attachments"] = json!([]);
    event["ticket"]["status"] = json!("Answered");
    event["ticket"]["waits_for"] = json!("customer");
    event
}
