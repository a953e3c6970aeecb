//! Email History: what the account was mailed, each message as it went out.

use crate::{
    mail::history::{self, Filter, Line},
    model::email_key,
    permission::Category,
    web::{
        access::{Can, Here, Me, may::Emails},
        dev, pager,
        trouble::Answer,
    },
};
use axum::extract::{Path, Query};
use minijinja::{Value, context};
use serde::Deserialize;

/// So many mails stand on a page.
const SIZE: usize = 25;

/// What the address bar says about the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EmailQuery {
    q: String,
    category: String,
    after: String,
}

impl EmailQuery {
    fn before(&self) -> Option<(i64, String)> {
        let (at, id) = self.after.split_once('~')?;
        Some((at.parse().ok()?, id.to_owned()))
    }
}

fn of_here(visit: &Can<Emails>) -> crate::error::Result<Filter> {
    let own_key = email_key(&visit.me()?.email);
    Ok(Filter { account_id: visit.here()?.id.clone(), own_key, ..Filter::default() })
}

/// `GET /emails`
pub async fn list(visit: Can<Emails>, Query(query): Query<EmailQuery>) -> Answer {
    let search: String = query.q.trim().chars().take(200).collect();
    let category = Category::from_key(&query.category).map_or("", Category::key);
    let filter = Filter { category: category.to_owned(), search: search.clone(), ..of_here(&visit)? };
    let mut lines = history::list(&visit.app().db, &filter, query.before(), SIZE + 1).await?;
    let more = lines.len() > SIZE;
    lines.truncate(SIZE);
    let href = |after: String| {
        let kept = [("category", category.to_owned()), ("q", search.clone()), ("after", after)];
        let kept: Vec<_> = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if kept.is_empty() { "/emails".to_owned() } else { format!("/emails?{}", pager::encode(&kept)) }
    };
    let next_href = match lines.last().filter(|_| more) {
        None => String::new(),
        Some(last) => href(format!("{}~{}", last.created_at, last.id)),
    };
    let values = context! {
        mails => lines.iter().map(line).collect::<Vec<_>>(),
        category,
        query => &search,
        next_href,
        start => href(String::new()),
        first => query.after.is_empty(),
    };
    visit.page("client/emails.html", values)
}

fn line(line: &Line) -> Value {
    let state = line.state();
    context! {
        id => &line.id,
        to => &line.to_email,
        name => &line.to_name,
        category => &line.category,
        subject => line.subject.clone().unwrap_or_default(),
        state,
        digest => line.digest_id.clone().unwrap_or_default(),
        at => line.sent_at.unwrap_or(line.created_at),
        next_at => (matches!(state, "held" | "waiting") && line.digest_id.is_none()).then_some(line.next_at),
    }
}

/// `GET /emails/{id}`
pub async fn show(visit: Can<Emails>, Path(id): Path<String>) -> Answer {
    let mail = history::find(&visit.app().db, &of_here(&visit)?, &id).await?;
    let headers: Vec<(String, String)> =
        mail.headers.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    // Whoever knows these answers as the reader, and can report the mail: they are nobody else's to see, nor for somebody who
    // registered with any address.
    let me = visit.me()?;
    let own = me.email_verified() && email_key(&mail.line.to_email) == email_key(&me.email);
    let secret = |name: &str| ["message-id", "reply-to"].contains(&name.to_ascii_lowercase().as_str());
    let headers: Vec<Value> = headers
        .into_iter()
        .map(|(name, value)| if secret(&name) && !own { (name, "…".to_owned()) } else { (name, value) })
        .map(|(name, value)| context! { name, value })
        .collect();
    let whole = context! {
        ..line(&mail.line),
        ..context! {
            reason => visit.reader().word(&mail.reason),
            has_html => mail.html.as_ref().is_some_and(|html| !html.is_empty()),
            text => mail.body_text.clone().unwrap_or_default(),
        }
    };
    visit.page("client/email.html", context! { mail => whole, headers })
}

/// `GET /emails/{id}/html`: the mail's HTML and nothing round it, for the frame on its page.
pub async fn html(visit: Can<Emails>, Path(id): Path<String>) -> Answer {
    let mail = history::find(&visit.app().db, &of_here(&visit)?, &id).await?;
    Ok(dev::framed(&mail.html.unwrap_or_default()))
}
