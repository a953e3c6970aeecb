//! The staff's desk: queues, tickets, departments, statuses, answers, staff.

use super::{NOW, forms, messages, pager, ticket, ticket_line};
use serde_json::{Value, json};

fn tab(key: &str, current: bool) -> Value {
    json!({"key": key, "href": "/admin/tickets?status=open", "count": if current { "999+" } else { "" }, "current": current})
}

fn options(all: &[&str]) -> Value {
    all.iter().map(|one| json!({"value": one, "label": one})).collect::<Vec<_>>().into()
}

fn queue(show: &str, query: &str, rows: Value, few: bool) -> Value {
    let department =
        |name: &str, current: bool| json!({"name": name, "href": "/x", "count": "3", "current": current});
    let departments = if few {
        json!([department("Support", false)])
    } else {
        json!([department("Support", true), department("Billing", false)])
    };
    let state = |key: &str, label: &str, current: bool| json!({"status": {"key": key, "label": label, "waits": "staff"}, "colour": "#1d6f5f", "href": "/x", "count": "3", "current": current});
    let views: Vec<Value> =
        ["waiting", "mine", "unassigned", "open", "closed", "all"].map(|key| tab(key, key == show)).to_vec();
    json!({"tickets": rows, "views": views, "departments": departments, "show": show, "oldest_first": show == "waiting", "query": query,
        "states": if few { json!([]) } else { json!([state("open", "", true), state("vip", "VIP", false)]) },
        "all_departments": "/x", "all_states": "/x", "department": if few { "" } else { "Support" }, "state": if few { "" } else { "Open" },
        "back": "/admin/tickets", "staff": options(&["Sam"]), "pager": pager(1)})
}

fn row(assignee: &str) -> Value {
    let mut row = ticket_line();
    row["assignee"] = json!(assignee);
    row["priority"] = json!(if assignee.is_empty() { "high" } else { "low" });
    row["colour"] = json!("#1d6f5f");
    if assignee.is_empty() {
        row["account"] = json!(null);
    }
    row
}

fn one(closed: bool, overtaken: bool) -> Value {
    let mut page = ticket(closed);
    let mut entries: Vec<Value> = messages().as_array().cloned().unwrap_or_default();
    for (n, entry) in entries.iter_mut().enumerate() {
        entry["kind"] = json!("reply");
        entry["fresh"] = json!(overtaken && n == 3);
    }
    entries.push(json!({"kind": "note", "id": "not_1", "author": "Sam", "at": NOW, "body": "VIP"}));
    entries.push(json!({"kind": "told", "id": "evt_1", "at": NOW, "text": "Sam gave it to Alex."}));
    page["entries"] = entries.into();
    page["seen"] = json!("rep_1");
    for (key, value) in [
        ("status_name", json!("Open")),
        ("department_id", json!("dep_1")),
        ("changed_at", json!(NOW)),
        ("opener_email", json!("a@b.example")),
        ("opener_user", json!(if closed { "" } else { "usr_1" })),
        ("assignee", json!(if closed { "" } else { "Sam" })),
        ("may_give", json!(!overtaken)),
        ("mine", json!(overtaken)),
        ("me", json!("stf_1")),
    ] {
        page["ticket"][key] = value;
    }
    page["form"] = if overtaken { json!({"message": "x", "note": "", "cc": ""}) } else { json!({"cc": ""}) };
    page["present"] = json!(if overtaken { "Alex is writing an answer." } else { "" });
    page["overtaken"] = json!(overtaken);
    page["others"] = if closed { json!([]) } else { json!([ticket_line()]) };
    page["may_split"] = json!(!closed);
    page["writes_canned"] = json!(closed);
    page["explains"] = json!(closed);
    page["canned"] = if closed { json!([]) } else { options(&["Hello"]) };
    for (key, all) in [
        ("staff", &["Sam", "Alex"]),
        ("statuses", &["Open", "Closed"]),
        ("departments", &["Support", "Billing"]),
        ("priorities", &["Low", "High"]),
    ] {
        page[key] = options(all);
    }
    page
}

fn about_tickets() -> Vec<(&'static str, Value)> {
    let mut all = vec![
        ("admin/tickets.html", queue("waiting", "", json!([row("Sam"), row("")]), false)),
        ("admin/tickets.html", queue("all", "x", json!([]), true)),
    ];
    let views = ["waiting", "mine", "unassigned", "open", "closed", "all"];
    all.extend(views.map(|view| ("admin/tickets.html", queue(view, "", json!([]), true))));
    for (act, name) in [("close", ""), ("assign", "Sam"), ("assign", "")] {
        let values = json!({"tickets": [ticket_line()], "act": act, "assignee": name, "to": "nobody", "back": "/admin/tickets"});
        all.push(("admin/tickets-bulk.html", values));
    }
    for (closed, overtaken) in [(false, false), (true, false), (false, true)] {
        all.extend(forms("admin/ticket.html", "message", one(closed, overtaken)));
        all.extend(forms("admin/ticket.html", "note", one(closed, overtaken)));
    }
    let merge = |other: Value, rows: Value, query: &str| json!({"ticket": ticket_line(), "account": "", "tickets": rows, "query": query, "other": other});
    let mut other = ticket_line();
    for closed_now in [true, false] {
        (other["messages"], other["closed_now"]) = (json!(2), json!(closed_now));
        all.extend(forms("admin/ticket-merge.html", "other", merge(other.clone(), json!([]), "")));
    }
    all.extend(forms("admin/ticket-merge.html", "other", merge(json!(null), json!([ticket_line()]), "")));
    all.extend(["", "x"].map(|query| {
        ("admin/ticket-merge.html", {
            let mut page = merge(json!(null), json!([]), query);
            (page["errors"], page["errors_list"]) = (json!({}), json!([]));
            page
        })
    }));
    let account = |name: &str, as_what: &str| json!({"id": "acc_1", "name": name, "email": "a@b.example", "as_what": as_what});
    let whose = |theirs: &str, to: Value, rows: Value, query: &str| {
        let page = json!({"ticket": ticket_line(), "opener_email": "a@b.example", "theirs": theirs, "to": to, "known": rows,
            "found": rows, "query": query, "stays": query == "stays"});
        ("admin/ticket-account.html", page)
    };
    let kinds =
        ["owner", "authorized", "sub_account", "account", ""].map(|kind| account("Blue Bakery", kind));
    all.extend(["", "stays"].map(|query| whose("Blue Bakery", json!(null), json!([]), query)));
    all.push(whose("", json!(null), json!(kinds), "x"));
    all.extend(["", "x"].map(|query| whose("", json!(null), json!([]), query)));
    for (knows, proved, messages) in [(true, true, 1), (true, false, 3), (false, false, 2)] {
        let goes_to = if knows {
            json!([{"who": "Olive", "reason": "owns the account", "none": ""}])
        } else {
            json!([])
        };
        let to = json!({"id": "acc_1", "name": "Blue Bakery", "readers": ["Olive", "Devon"], "messages": messages, "knows": knows, "proved": proved, "goes_to": goes_to});
        all.push(whose("", to, json!([]), ""));
    }
    let mut parts = messages();
    parts.as_array_mut().into_iter().flatten().for_each(|one| one["checked"] = json!(one["staff"]));
    let split = json!({"ticket": ticket_line(), "messages": parts, "form": {"subject": "x"}});
    all.extend(forms("admin/ticket-split.html", "replies", split));
    let account = json!({"id": "acc_1", "name": "Blue Bakery", "email": "a@b.example"});
    all.extend(
        [(json!([account]), ""), (json!([]), "x"), (json!([]), "")].map(|(accounts, query)| {
            ("admin/ticket-for.html", json!({"accounts": accounts, "query": query}))
        }),
    );
    for exists in [true, false] {
        let new = json!({"account": {"id": "guest", "name": "Blue Bakery", "exists": exists}, "openers": options(&["usr_1"]), "departments": options(&["Support"]),
            "priorities": options(&["Low"]), "form": {"priority": "Low", "cc": ""}, "files": [], "preview": "", "accept": ".png", "most_files": 10, "most_size": 10,
            "refused": if exists { "" } else { "No." }, "goes_to": []});
        all.extend(forms("admin/ticket-new.html", "message", new));
    }
    all
}

pub fn all() -> Vec<(&'static str, Value)> {
    let mut all = about_tickets();
    let department = |full: bool| {
        json!({"id": "dep_1", "name": "Support", "email": "s@b.example", "description": if full { "Help." } else { "" }, "hidden": full,
        "clients_only": full, "replies_only": full, "members": if full { json!(["Sam", "Alex"]) } else { json!([]) }})
    };
    all.push(("admin/departments.html", json!({"departments": [department(true), department(false)]})));
    all.push(("admin/departments.html", json!({"departments": [department(false)]})));
    let member = json!({"id": "stf_1", "name": "Sam", "email": "s@b.example", "checked": true});
    for id in ["", "dep_1"] {
        let form = json!({"name": "Support", "email": "x", "description": "", "position": 1, "hidden": true, "clients_only": false, "replies_only": false});
        all.extend(forms(
            "admin/department.html",
            "name",
            json!({"id": id, "form": form, "staff": [member]}),
        ));
    }
    let status = |ours: bool| {
        json!({"status": {"key": if ours { "open" } else { "vip" }, "label": if ours { "" } else { "VIP" }, "waits": "staff"},
        "colour": "#1d6f5f", "waits": "staff", "ours": ours, "href": "/admin/statuses/VIP"})
    };
    all.push(("admin/statuses.html", json!({"statuses": [status(true), status(false)]})));
    for (name, ours) in [("", false), ("VIP", false), ("Open", true)] {
        let form = json!({"name": name, "colour": "#1d6f5f", "position": 1, "waits": "staff"});
        let values = json!({"name": name, "ours": ours, "href": "/x", "form": form, "waits": options(&["staff", "nobody"])});
        all.extend(forms("admin/status.html", "name", values));
    }
    let answer = json!({"id": "can_1", "title": "Hello", "begins": "Hello [name]", "changed_at": NOW});
    all.push(("admin/canned.html", json!({"answers": [answer]})));
    all.push(("admin/canned.html", json!({"answers": []})));
    for id in ["", "can_1"] {
        let values = json!({"id": id, "form": {"title": "Hello", "body": ""}, "placeholders": ["[name]", "[account]"]});
        all.extend(forms("admin/canned-answer.html", "body", values));
    }
    let person = |you: bool| {
        json!({"id": "stf_1", "name": "Sam", "email": "s@b.example", "role": if you { "admin" } else { "agent" },
        "last_login_at": you.then_some(NOW), "departments": if you { json!([]) } else { json!(["Support"]) }, "you": you})
    };
    all.push(("admin/staff.html", json!({"members": [person(true), person(false)]})));
    for member in [json!(null), person(false)] {
        let values =
            json!({"member": member, "form": {"role": "agent"}, "roles": options(&["agent", "admin"])});
        all.extend(forms("admin/staff-member.html", "name", values));
    }
    all.extend(forms(
        "admin/profile.html",
        "password",
        json!({"email": "s@b.example", "role": "agent", "form": {"name": "Sam"}}),
    ));
    for label in ["", "They go to"] {
        let values = json!({"title": "Remove?", "text": "Really?", "label": label, "choices": options(&["Billing"]), "action": "/x", "back": "/y"});
        all.extend(forms("admin/remove.html", "to", values));
    }
    all
}
