//! What happened to a ticket, in words: "Sam gave it to Alex."

use crate::{
    model::ticket::Happened,
    web::{visit::Visit, words::Arg},
};
use minijinja::{Value, context};
use serde_json::Value as Json;

/// An event as it stands among the messages of `reference`; nothing for one that has no words.
pub fn told(visit: &Visit, happened: &Happened, reference: &str) -> Option<Value> {
    let body = &happened.body;
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let word = |value: &Json| visit.reader().word(&text(value));
    let name = |person: &Json| match text(&person["name"]) {
        name if name.is_empty() => text(&person["email"]),
        name => name,
    };
    let by = if happened.actor.name.is_empty() { &happened.actor.email } else { &happened.actor.name };
    let ticket = &body["ticket"];
    let (id, args): (&str, Vec<Arg<'_>>) = match happened.name.as_str() {
        "ticket.assigned" if ticket["assignee"]["id"] == happened.actor.id.as_str() => ("told-taken", vec![]),
        "ticket.assigned" if ticket["assignee"]["exists"] == true => {
            ("told-assigned", vec![("to", name(&ticket["assignee"]).into())])
        }
        "ticket.assigned" => ("told-unassigned", vec![("from", name(&body["before"]).into())]),
        "ticket.moved" => (
            "told-moved",
            vec![
                ("from", text(&body["before"]["name"]).into()),
                ("to", text(&ticket["department"]["name"]).into()),
            ],
        ),
        "ticket.account_changed" if body["before"]["exists"] == true => {
            ("told-taken-back", vec![("account", text(&body["before"]["name"]).into())])
        }
        "ticket.account_changed" => ("told-given", vec![("account", happened.account.clone().into())]),
        "ticket.priority_changed" => (
            "told-priority",
            vec![("from", word(&body["before"]).into()), ("to", word(&ticket["priority"]).into())],
        ),
        "ticket.status_changed" => (
            "told-status",
            vec![("from", word(&body["before"]).into()), ("to", word(&ticket["status"]).into())],
        ),
        "ticket.cc_changed" => ("told-cc", vec![("cc", list(&ticket["cc"]).into())]),
        "ticket.merged" => ("told-merged", vec![("reference", text(&body["merged"]["reference"]).into())]),
        "ticket.split" if ticket["reference"] == reference => {
            ("told-split-from", vec![("reference", text(&body["from"]["reference"]).into())])
        }
        "ticket.split" => ("told-split-to", vec![("reference", text(&ticket["reference"]).into())]),
        _ => return None,
    };
    let args: Vec<Arg<'_>> = args.into_iter().chain([("by", by.clone().into())]).collect();
    Some(context! { kind => "told", id => &happened.id, at => happened.at, text => visit.text(id, &args) })
}

fn list(addresses: &Json) -> String {
    let all = addresses.as_array().into_iter().flatten().filter_map(Json::as_str);
    let all: Vec<&str> = all.collect();
    if all.is_empty() { "–".to_owned() } else { all.join(", ") }
}
