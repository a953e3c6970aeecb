//! Tickets of the account: all of them, whoever opened them.

mod file;
mod mail;
mod new;
mod one;

pub use file::{file, sent, served};
pub use mail::{mail, mail_html};
pub use new::{addresses, open, show_new};
pub use one::{cc, close, rate, reopen, reply, show};

use crate::{
    markdown,
    model::ticket::{self, Department, Filter, Line, Reply, STATUSES, Scope, Show, Ticket, Waits},
    web::{
        access::{Can, Here, may::Tickets},
        pager::ListQuery,
        trouble::Answer,
        upload,
    },
};
use axum::extract::Query;
use minijinja::{Value, context};

/// What customers choose from.
const SHOWN: [Show; 4] = [Show::Open, Show::Customer, Show::Closed, Show::All];

/// `GET /tickets`
pub async fn list(visit: Can<Tickets>, Query(query): Query<ListQuery>) -> Answer {
    let db = &visit.app().db;
    let show = Show::from_key(&query.status).filter(|show| SHOWN.contains(show)).unwrap_or_default();
    let search = query.search();
    let scope = Scope::Account(&visit.here()?.id);
    let departments = ticket::departments(db).await?;
    let department = departments.iter().find(|one| one.name == query.department);
    let filter =
        Filter { department: department.map_or("", |one| one.id.as_str()), ..Filter::new(show, &search) };
    let listed = ticket::list(db, scope, &filter, &query.page()).await?;
    let pager = query.pager("/tickets", &listed);
    let tickets: Vec<Value> = listed.rows.iter().map(line).collect();
    let departments: Vec<Value> = chosen(&departments).collect();
    visit.page(
        "client/tickets.html",
        context! {
            tickets, shows => SHOWN.map(Show::key), show => show.key(), query => search, departments,
            department => department.map_or("", |one| one.name.as_str()), pager
        },
    )
}

/// Departments that customers may choose, as options.
fn chosen(departments: &[Department]) -> impl Iterator<Item = Value> {
    let shown = departments.iter().filter(|one| !one.hidden);
    shown.map(|one| context! { value => &one.name, label => &one.name, help => &one.description })
}

/// A line of a list of tickets as pages show it.
pub fn line(line: &Line) -> Value {
    let account = line.account_id.as_ref().map(|id| context! { id, name => line.account_name() });
    context! {
        reference => &line.reference,
        subject => &line.subject,
        status => status(&line.status, line.waits()),
        department => &line.department,
        opener => &line.opener_name,
        account,
        opened_at => &line.opened_at,
        updated_at => &line.changed_at,
        replies => &line.replies,
    }
}

/// A status as pages show it: ours have a message, the operator's own are shown as they are.
pub fn status(status: &str, waits: Waits) -> Value {
    let key: String =
        status.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    context! { key, label => if STATUSES.contains(&status) { "" } else { status }, waits => waits.key() }
}

/// A ticket as its page shows it.
pub fn whole(ticket: &Ticket) -> Value {
    context! {
        reference => &ticket.reference,
        subject => &ticket.subject,
        status => status(&ticket.status, ticket.waits()),
        department => &ticket.department,
        priority => &ticket.priority,
        related => &ticket.related_name,
        cc => ticket.cc(),
        opened_at => &ticket.opened_at,
        closed => ticket.is_closed(),
        opener => &ticket.opener_name,
    }
}

/// A message as pages show it; `base` is the address of its ticket.
pub fn message(reply: &Reply, base: &str) -> Value {
    let badge = reply.badge().map_or("guest", |badge| badge.key());
    let rating = reply.rating.as_ref();
    context! {
        id => &reply.id,
        author => if reply.author_name.is_empty() { reply.author().email } else { reply.author_name.clone() },
        badge => context! { kind => badge, label => "" },
        at => &reply.at,
        body => markdown::to_html(&reply.body),
        // What staff quote is the house's own business.
        quoted => if reply.from_staff() && !base.starts_with("/admin") { "" } else { &reply.quoted },
        by_mail => reply.origin == "mail",
        unproved => reply.unproved && base.starts_with("/admin"),
        mail => "",
        files => reply.attachments.iter().map(|file| upload::shown(file, base)).collect::<Vec<_>>(),
        rating => rating.map(|one| context! { stars => one.stars, comment => &one.comment }),
        rate => "",
        staff => reply.from_staff(),
        note => false,
    }
}
