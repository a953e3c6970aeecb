//! The mail queue, what went out, and helping a mail along.

use crate::{
    app::Mailer,
    mail::{
        RelayStanding,
        queue::{self, Filter, Line, State},
        suppression,
    },
    web::{access::StaffOnly, dev, pager, trouble::Answer},
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};
use serde::Deserialize;

/// So many mails stand on a page.
const SIZE: i64 = 50;
/// Counts go no further: counting all would take as long as there are mails.
const MOST: i64 = 1000;

/// What the address bar says about the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MailQuery {
    state: String,
    q: String,
    after: String,
}

impl MailQuery {
    fn before(&self) -> Option<(i64, String)> {
        let (at, id) = self.after.split_once('~')?;
        Some((at.parse().ok()?, id.to_owned()))
    }
}

/// `GET /admin/mail`
pub async fn list(visit: StaffOnly, Query(query): Query<MailQuery>) -> Answer {
    let db = &visit.app().db;
    let to: String = query.q.trim().chars().take(320).collect();
    let state = match query.state.as_str() {
        "" if to.is_empty() => Some(State::Waiting),
        key => State::from_key(key),
    };
    let filter = Filter { state, to: to.clone() };
    let mut lines = queue::store::list(db, &filter, query.before(), SIZE + 1).await?;
    let more = lines.len() > usize::try_from(SIZE).unwrap_or_default();
    lines.truncate(usize::try_from(SIZE).unwrap_or_default());
    let next_href = match lines.last().filter(|_| more) {
        None => String::new(),
        Some(last) => {
            let kept = [
                ("state", query.state.clone()),
                ("q", to.clone()),
                ("after", format!("{}~{}", last.created_at, last.id)),
            ];
            let kept: Vec<_> = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            format!("/admin/mail?{}", pager::encode(&kept))
        }
    };
    let mut counts = Vec::new();
    for one in [State::Waiting, State::Dead, State::Suppressed] {
        let count = queue::store::count(db, one, MOST).await?;
        counts.push(context! { state => one.key(), count, more => count >= MOST });
    }
    let relays: Vec<Value> = match &*visit.app().mailer {
        Mailer::Mailbox => Vec::new(),
        Mailer::Smtp(relays) => relays.standing().iter().map(|one| relay(one, visit.at())).collect(),
    };
    let values = context! {
        mails => lines.iter().map(line).collect::<Vec<_>>(),
        show => state.map_or("all", State::key),
        query => to,
        counts,
        relays,
        next_href,
        first => query.after.is_empty(),
    };
    visit.page("admin/mail.html", values)
}

fn relay(one: &RelayStanding, now: i64) -> Value {
    let back_at = one.rests.and_then(|rest| i64::try_from(rest.as_millis()).ok()).map(|rest| now + rest);
    context! {
        name => &one.name,
        place => &one.place,
        away => one.away,
        back_at,
        error => &one.error,
        per_second => one.limits.0,
        per_minute => one.limits.1,
        from_domains => one.from_domains.join(", "),
    }
}

fn line(line: &Line) -> Value {
    context! {
        id => &line.id,
        to => &line.to_email,
        template => &line.template,
        subject => line.subject.clone().unwrap_or_default(),
        state => line.state().key(),
        unsure => line.unsure,
        bounced => line.bounced_at.is_some(),
        attempts => line.attempts,
        next_at => matches!(line.state(), State::Waiting | State::Held).then_some(line.next_at),
        at => line.sent_at.unwrap_or(line.created_at),
        error => line.error.clone().unwrap_or_default(),
    }
}

/// `GET /admin/mail/{id}`
pub async fn show(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let db = &visit.app().db;
    let mail = queue::find(db, &id).await?;
    let tries = queue::store::tries(db, &id).await?;
    let tries: Vec<Value> = tries
        .iter()
        .map(|one| context! { at => one.at, relay => &one.relay, outcome => &one.outcome, answer => &one.answer })
        .collect();
    let row = suppression::store::lookup(db, &mail.to_key, visit.at()).await?;
    let headers: Vec<(String, String)> =
        mail.headers.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let headers: Vec<Value> = headers.into_iter().map(|(name, value)| context! { name, value }).collect();
    let whole = context! {
        ..line(&mail.line),
        ..context! {
            event => &mail.event_id,
            category => &mail.category,
            name => &mail.to_name,
            reason => &mail.reason,
            chosen_by => &mail.chosen_by,
            created_at => mail.line.created_at,
            sent_at => mail.line.sent_at,
            relay => mail.relay.clone().unwrap_or_default(),
            answer => mail.answer.clone().unwrap_or_default(),
            bounced_at => mail.line.bounced_at,
            bounce => mail.bounced.clone().unwrap_or_default(),
            held => mail.line.held.clone().unwrap_or_default(),
            has_html => mail.html.as_ref().is_some_and(|html| !html.is_empty()),
            text => mail.body_text.clone().unwrap_or_default(),
        }
    };
    let suppressed = row.as_ref().map(super::suppressions::shown);
    visit.page("admin/mail-one.html", context! { mail => whole, tries, headers, suppressed })
}

/// `GET /admin/mail/{id}/html`: the mail's HTML and nothing round it, for the frame on its page.
pub async fn html(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let mail = queue::find(&visit.app().db, &id).await?;
    Ok(dev::framed(&mail.html.unwrap_or_default()))
}

/// `POST /admin/mail/{id}/again`
pub async fn again(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let mut tx = visit.begin().await?;
    match queue::send_again(&mut tx, &visit.act(), &id).await {
        Ok(goes) => {
            let mail = queue::find(&mut tx, &goes).await?;
            tx.commit().await?;
            let args = [("email", mail.line.to_email.into())];
            Ok(visit.done(&format!("/admin/mail/{goes}"), "flash-mail-again", &args))
        }
        Err(error) => visit.back(&format!("/admin/mail/{id}"), error),
    }
}

/// `POST /admin/mail/{id}/drop`
pub async fn drop(visit: StaffOnly, Path(id): Path<String>) -> Answer {
    let path = format!("/admin/mail/{id}");
    let mut tx = visit.begin().await?;
    match queue::drop_one(&mut tx, &visit.act(), &id).await {
        Ok(mail) => {
            tx.commit().await?;
            Ok(visit.done(&path, "flash-mail-dropped", &[("email", mail.line.to_email.into())]))
        }
        Err(error) => visit.back(&path, error),
    }
}
