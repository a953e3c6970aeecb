//! The built-in mailbox: every mail as it would have been sent, where no mail server is configured.

use super::{
    access::Anonymous,
    pager::ListQuery,
    trouble::{Answer, Trouble},
};
use crate::{
    clock,
    config::Config,
    mail::store::{self, DevMail},
    model::page::Listed,
};
use axum::{
    Json,
    extract::{Path, Query},
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Value, context};
use serde_json::json;

/// So many mails are listed, and stand in the JSON: as many as the mailbox keeps.
const MOST: i64 = 1000;

/// True if the mailbox is there: no mail server takes the mail, and only this machine can look,
/// unless the operator says otherwise.
pub fn is_open(config: &Config) -> bool {
    !config.has_mail_server() && (config.is_local() || config.dev_mailbox)
}

fn open(visit: &Anonymous) -> Result<(), Trouble> {
    if is_open(&visit.app().config) { Ok(()) } else { Err(Trouble::not_found()) }
}

/// `GET /dev/mailbox`
pub async fn list(visit: Anonymous, Query(query): Query<ListQuery>) -> Answer {
    open(&visit)?;
    let search = query.search().to_lowercase();
    let found = |mail: &DevMail| {
        mail.recipient.to_lowercase().contains(&search) || mail.subject.to_lowercase().contains(&search)
    };
    let mut rows = store::dev_mails(&visit.app().db, MOST).await?;
    rows.retain(found);
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let listed = Listed { rows, total, before: 0, previous: None, next: None };
    let pager = query.pager("/dev/mailbox", &listed);
    let mails: Vec<Value> =
        listed.rows.iter().map(|mail| context! { category => "", ..shown(mail) }).collect();
    visit.page("dev/mailbox.html", context! { mails, query => query.search(), pager })
}

fn shown(mail: &DevMail) -> Value {
    context! {
        id => &mail.id,
        at => &mail.at,
        from => &mail.sender,
        to => &mail.recipient,
        subject => &mail.subject,
        text => &mail.body_text,
        has_html => !mail.html.is_empty(),
    }
}

/// `GET /dev/mailbox.json`: newest first.
pub async fn json(visit: Anonymous) -> Answer {
    open(&visit)?;
    let mails = store::dev_mails(&visit.app().db, MOST).await?;
    let mails = mails.iter().map(|mail| {
        json!({
            "id": mail.id,
            "at": clock::utc(mail.at).replacen(' ', "T", 1),
            "from": mail.sender,
            "to": mail.recipient,
            "subject": mail.subject,
            "text": mail.body_text,
            "html": mail.html,
            "headers": headers(mail),
        })
    });
    Ok(Json(mails.collect::<Vec<_>>()).into_response())
}

/// The headers as they are kept: a list of name and value.
fn headers(mail: &DevMail) -> serde_json::Value {
    serde_json::from_str(&mail.headers).unwrap_or_default()
}

/// `GET /dev/mailbox/{id}`
pub async fn show(visit: Anonymous, Path(id): Path<String>) -> Answer {
    open(&visit)?;
    let mail = find(&visit, &id).await?;
    let headers = headers(&mail);
    let headers = headers.as_array().into_iter().flatten().map(|pair| {
        let text = |at: usize, name: &str| {
            pair.get(at)
                .or_else(|| pair.get(name))
                .and_then(|text| text.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        context! { name => text(0, "name"), value => text(1, "value") }
    });
    let values = context! { mail => shown(&mail), headers => headers.collect::<Vec<_>>(), links => links(&mail.body_text) };
    visit.page("dev/mail.html", values)
}

async fn find(visit: &Anonymous, id: &str) -> Result<DevMail, Trouble> {
    store::dev_mail(&visit.app().db, id).await?.ok_or_else(Trouble::not_found)
}

/// The addresses in a text, each once, in order.
fn links(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "<>[]()\"".contains(c));
    let mut links: Vec<String> = Vec::new();
    for word in words.filter(|word| word.starts_with("http://") || word.starts_with("https://")) {
        let link = word.trim_end_matches(['.', ',', ';', ':', '!']);
        if !links.iter().any(|known| known == link) {
            links.push(link.to_owned());
        }
    }
    links
}

/// `GET /dev/mailbox/{id}/html`: the mail's HTML and nothing round it, for the frame on its page.
pub async fn html(visit: Anonymous, Path(id): Path<String>) -> Answer {
    open(&visit)?;
    let mail = find(&visit, &id).await?;
    Ok(framed(&mail.html))
}

/// A mail's HTML for a frame. It runs no script, sends nothing, and its links open a page of their own.
pub(super) fn framed(html: &str) -> Response {
    let base = "<base target=\"_blank\">";
    let html = match html.find("<head>") {
        Some(head) => format!("{}<head>{base}{}", &html[..head], &html[head + "<head>".len()..]),
        None => format!("{base}{html}"),
    };
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; frame-ancestors 'self'; \
                  sandbox allow-popups allow-popups-to-escape-sandbox";
    let mut response = Html(html).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mailbox_shows_on_this_machine_only_unless_the_operator_says_otherwise() {
        let config = |bind: &str, dev_mailbox, smtp: &str| Config {
            bind: bind.parse().unwrap(),
            dev_mailbox,
            smtp_url: smtp.into(),
            ..Config::default()
        };
        assert!(is_open(&config("127.0.0.1:8080", false, "")));
        assert!(!is_open(&config("0.0.0.0:8080", false, "")));
        assert!(is_open(&config("0.0.0.0:8080", true, "")));
        assert!(!is_open(&config("127.0.0.1:8080", true, "smtp://localhost:25")));
    }

    #[test]
    fn links_are_found_without_the_full_stop_behind_them() {
        assert_eq!(
            links("Open https://a.example/x.\nOr <https://a.example/x>, (http://b)"),
            ["https://a.example/x", "http://b"]
        );
    }
}
