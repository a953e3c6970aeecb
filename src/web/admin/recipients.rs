//! Who got the mail about an event and why, who did not and why; and what an address was named for lately.

use crate::{
    effect::{
        Target,
        store::{self, Mark, Run},
        trace::{Mail, store as traces},
    },
    error::Error,
    event::outbox,
    mail::{
        queue::{self, State},
        route::MOST_UNNAMED,
    },
    model::{
        email_key,
        ticket::{self, Scope},
    },
    web::{access::StaffOnly, pager, trouble::Answer},
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};
use serde::Deserialize;

/// So many runs are looked through for an address at a time, in a fraction of a second.
const LOOKED_THROUGH: i64 = 50_000;
/// The lines of so many runs stand on the page.
const MOST: usize = 100;

/// What the address bar says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    before: String,
}

/// `GET /admin/events/{id}/recipients`
pub async fn of_event(visit: StaffOnly, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let db = &visit.app().db;
    let event = outbox::lookup(db, &id).await?.ok_or_else(|| Error::not_found("event"))?;
    let (runs, mails) = (store::runs(db, &id).await?, traces::mails(db, &id).await?);
    let key = email_key(&asked.q);
    let cut = runs.iter().any(|run| run.told().unnamed.len() >= MOST_UNNAMED).then_some(MOST_UNNAMED);
    let lines: Vec<Value> = runs.iter().flat_map(|run| lines(&visit, run, &mails, &key)).collect();
    let routed = runs.iter().any(|run| run.verb == "route");
    let mailed = routed || visit.app().bundle().templates.notifications(&event.name).next().is_some();
    let values = context! {
        event => context! { id => &event.id, name => &event.name, at => event.at, waits => event.dispatched_at.is_none(), mailed },
        query => asked.q.trim(),
        lines,
        cut,
    };
    visit.page("admin/recipients.html", values)
}

/// `GET /admin/tickets/{reference}/messages/{id}/recipients`: leads on to the event that told of a message or a note.
pub async fn of_message(visit: StaffOnly, Path((reference, id)): Path<(String, String)>) -> Answer {
    let db = &visit.app().db;
    let ticket = ticket::standing(db, ticket::find(db, Scope::Staff, &reference).await?).await?;
    match ticket::told_by(db, &ticket, &id).await? {
        Some(event) => Ok(visit.go(&format!("/admin/events/{event}/recipients"))),
        None => {
            let back = format!("/admin/tickets/{}", ticket.reference);
            Ok(visit.go_saying(&back, "info", visit.text("recipients-forgotten", &[])))
        }
    }
}

/// `GET /admin/explain`: mail that an address was named for, whether it got it or not.
pub async fn of_address(visit: StaffOnly, Query(asked): Query<Asked>) -> Answer {
    let db = &visit.app().db;
    let key = email_key(&asked.q);
    let (mut found, mut older) = (Vec::new(), None);
    if !key.is_empty() {
        let named = store::naming(db, &key, Mark::from_cursor(&asked.before), LOOKED_THROUGH, MOST).await?;
        for run in named.runs {
            let mails = traces::mails(db, &run.event_id).await?;
            found.extend(lines(&visit, &run, &mails, &key));
        }
        older = named.older;
    }
    let to = queue::Filter { to: key.clone(), ..queue::Filter::default() };
    let has_mails = !key.is_empty() && !queue::store::list(db, &to, None, 1).await?.is_empty();
    let query = asked.q.trim();
    let next = |mark: &Mark| {
        let kept = [("q", query.to_owned()), ("before", mark.to_cursor())];
        format!("/admin/explain?{}", pager::encode(&kept))
    };
    let values = context! {
        query,
        lines => found,
        has_mails,
        looked_to => older.as_ref().map(|mark| mark.at),
        next_href => older.as_ref().map_or(String::new(), next),
        first => asked.before.is_empty(),
    };
    visit.page("admin/explain.html", values)
}

/// A line for everybody whom a run named, or for the address alone if there is one.
fn lines(visit: &StaffOnly, run: &Run, mails: &[Mail], key: &str) -> Vec<Value> {
    let told = run.told();
    let wanted = |target: &Target| key.is_empty() || email_key(&target.email) == key;
    let template = run.hook.strip_prefix("route:").unwrap_or(&run.hook);
    let line = |target: &Target, gets: bool, reason: &str, by: &str, mail: Option<&Mail>| {
        context! {
            event => &run.event_id, event_name => &run.event_name, at => run.at, mail => template,
            name => &target.name, email => &target.email, kind => &target.kind, gets,
            reason => visit.reader().word(reason), by,
            id => mail.map_or("", |mail| &mail.id),
            state => mail.map_or("", state),
        }
    };
    let sent = |target: &Target| {
        let key = email_key(&target.email);
        mails.iter().find(|mail| mail.is_of(run) && email_key(&mail.to_email) == key)
    };
    let gets = told.recipients.iter().filter(|one| wanted(&one.target));
    let out = told.left_out.iter().chain(&told.unnamed).filter(|one| wanted(&one.target));
    gets.map(|one| line(&one.target, true, &one.reason, &one.by, sent(&one.target)))
        .chain(out.map(|one| line(&one.target, false, &one.reason, &one.by, None)))
        .collect()
}

/// The key of the words for what became of a mail.
fn state(mail: &Mail) -> &'static str {
    if mail.bounced_at.is_some() {
        return "bounced";
    }
    State::of(&mail.state, mail.held.is_some(), mail.attempts, mail.sent_at).key()
}
