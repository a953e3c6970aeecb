//! Samples of the pages about who gets which mail, and of the history.

use super::NOW;
use serde_json::{Value, json};

pub(super) fn beside() -> Value {
    json!({"general": {"why": "You chose this.", "pace": "daily"}, "support": {"why": "", "pace": ""}})
}

fn rows() -> Value {
    let row = |key: &str, choice: &str, fixed: bool, pace: &str| json!({"key": key, "choice": choice, "offered": key != "general", "fixed": fixed, "pace": pace, "why": "You chose this."});
    json!([
        row("general", "role", false, ""),
        row("invoice", "on", true, "hourly"),
        row("support", "off", false, "daily")
    ])
}

fn mail(state: &str) -> Value {
    let waits = ["waiting", "held"].contains(&state);
    json!({"id": "em_1", "to": "bills@bakery.example", "name": if waits { "" } else { "Bills" }, "category": "support", "subject": if waits { "" } else { "Hello" },
        "state": state, "digest": if state == "digested" { "em_2" } else { "" }, "at": NOW, "next_at": waits.then_some(NOW),
        "reason": "owns the account", "has_html": !waits, "text": if waits { "" } else { "Hello" }})
}

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let states =
        ["waiting", "held", "sent", "digested", "declined", "bounced", "suppressed", "dead", "dropped"];
    let list = |mails: Value, query: &str| json!({"mails": mails, "category": query, "query": query, "start": "/emails", "next_href": "/x", "first": query.is_empty()});
    let unsubscribe = |state: &str, account: &str| json!({"state": state, "saved": state == "ask", "token": "t", "category": "invoice", "email": "a@b.example", "account": account, "rows": rows()});
    let mut all = vec![
        (
            "client/preferences.html",
            json!({"account": {"id": "acc_1", "name": "Blue Bakery"}, "rows": rows()}),
        ),
        ("client/emails.html", list(states.map(mail).to_vec().into(), "")),
        ("client/emails.html", list(json!([]), "")),
        ("client/emails.html", list(json!([]), "x")),
    ];
    all.extend(states.map(|state| {
        (
            "client/email.html",
            json!({"mail": mail(state), "headers": [{"name": "Subject", "value": "Hello"}]}),
        )
    }));
    let line = |gets: bool, state: &str| {
        json!({"event": "evt_1", "event_name": "ticket.replied", "at": NOW, "mail": "ticket-replied", "name": if gets { "Olive" } else { "" },
        "email": "a@b.example", "kind": "user", "gets": gets, "reason": "owns the account", "by": "core", "id": if state.is_empty() { "" } else { "em_1" }, "state": state})
    };
    let mut lines: Vec<Value> = states.map(|state| line(true, state)).to_vec();
    lines.extend([line(true, ""), line(false, "")]);
    let event = |waits: bool| json!({"id": "evt_1", "name": "ticket.replied", "at": NOW, "waits": waits, "mailed": waits});
    all.extend([
        ("admin/recipients.html", json!({"event": event(false), "query": "", "lines": lines, "cut": 100})),
        ("admin/recipients.html", json!({"event": event(true), "query": "x", "lines": [], "cut": null})),
        ("admin/recipients.html", json!({"event": event(false), "query": "", "lines": [], "cut": null})),
        ("admin/explain.html", json!({"query": "a@b.example", "lines": lines, "has_mails": true, "looked_to": null, "next_href": "", "first": true})),
        ("admin/explain.html", json!({"query": "x", "lines": [], "has_mails": false, "looked_to": NOW, "next_href": "/admin/explain?q=x&before=1~~", "first": false})),
        ("admin/explain.html", json!({"query": "", "lines": [], "has_mails": false, "looked_to": null, "next_href": "", "first": true})),
    ]);
    for state in ["ask", "done", "kept", "fixed"] {
        all.push(("entry/unsubscribe.html", unsubscribe(state, "Blue Bakery")));
        all.push(("entry/unsubscribe.html", unsubscribe(state, "")));
    }
    all
}
