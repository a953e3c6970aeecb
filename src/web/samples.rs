//! What each page is drawn with in tests: every state, nothing, little, and the longest names.

mod desk;
mod preferences;

use serde_json::{Value, json};

/// Monday, 23 November 2026, 09:30 UTC.
pub const NOW: i64 = 1_795_426_200_000;

/// The frames in which a page is shown: nobody logged in; a user with everything; one with nothing; staff.
pub fn frames(name: &str, values: &Value) -> Vec<Value> {
    let may = |all: bool| -> Value {
        let keys = crate::permission::Permission::ALL
            .into_iter()
            .map(crate::permission::Permission::key)
            .chain(["owner"]);
        keys.map(|key| (key.to_owned(), Value::Bool(all))).collect::<serde_json::Map<_, _>>().into()
    };
    let base = |path: &str, all: bool| {
        json!({"path": path, "locale": "en", "request_id": "req_1", "demo": true,
            "brand": {"name": "Example Hosting", "logo_url": "", "accent": "#1d6f5f", "accent_dark": "#5cc4ae"},
            "user": null, "staff": null, "account": null, "accounts_count": 0, "may": may(all), "client_menu": [], "unlisted": [], "flash": []})
    };
    let mut owner = base("/", true);
    owner["user"] = json!({"name": "Olive", "email": "owner@bakery.example"});
    owner["account"] = json!({"id": "acc_1", "name": "Blue Bakery", "owner": true, "role": "Owner"});
    owner["accounts_count"] = json!(1);
    owner["client_menu"] = json!([{"href": "/", "label": "Home", "current": true}]);
    owner["flash"] = json!([{"kind": "success", "text": "Done."}, {"kind": "error", "text": "Not done."}]);
    let mut user = owner.clone();
    user["may"] = may(false);
    user["account"] = json!({"id": "acc_1", "name": "Blue Bakery", "owner": false, "role": "User"});
    let mut staff = base("/admin", false);
    staff["staff"] = json!({"name": "Sam", "email": "staff@host.example", "admin": true});
    let mut agent = staff.clone();
    agent["staff"]["admin"] = json!(false);
    let mut no_account = owner.clone();
    no_account["account"] = json!(null);
    match name.split('/').next().unwrap_or_default() {
        "admin" => vec![staff, agent, base("/admin/login", false)],
        "client" => vec![owner, user],
        "accounts" => vec![owner, no_account],
        "invite"
            if ["accept", "other", "consent_requested"].iter().any(|state| values["state"] == *state) =>
        {
            vec![owner]
        }
        "error.html" => vec![base("/", false), owner, user, staff],
        _ => vec![base("/", false), owner],
    }
}

/// Every page with what it is drawn with.
pub fn all() -> Vec<(&'static str, Value)> {
    let pages = [
        entry(),
        accounts(),
        client(),
        people(),
        tickets(),
        admin(),
        desk::all(),
        invites(),
        dev(),
        errors(),
    ];
    pages.into_iter().flatten().chain(preferences::all()).collect()
}

fn wrong(field: &str) -> Value {
    json!({"errors": {field: "Please look here."}, "errors_list": [{"field": field, "text": "Please look here."}, {"field": "", "text": "And here."}]})
}

/// The same with nothing wrong, and with something wrong.
fn forms(name: &'static str, field: &str, values: Value) -> Vec<(&'static str, Value)> {
    let with = |more: Value| {
        let mut all = values.clone();
        for (key, value) in more.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        (name, all)
    };
    vec![with(json!({"errors": {}, "errors_list": []})), with(wrong(field))]
}

fn details() -> Value {
    json!({"form": {"company": "Blue Bakery", "first_name": "Olive", "country": "DE", "locale": "en", "email": "a@b.example"},
        "locks": {"company": "Please ask our support.", "country": "Please ask our support."}, "refused": "Not today.",
        "countries": [{"value": "DE", "label": "Germany"}]})
}

fn entry() -> Vec<(&'static str, Value)> {
    let next = json!({"form": {"email": "", "code": "", "next": "/tickets"}});
    let reset = |state: &str| json!({"state": state, "token": "t", "email": "a@b.example"});
    let mut all = vec![("entry/register-done.html", json!({"email": "a@b.example"}))];
    all.extend(
        ["ask", "ok", "expired", "used"]
            .map(|state| ("entry/verify-email.html", json!({"state": state, "email": "a@b.example"}))),
    );
    for state in ["form", "expired", "used"] {
        all.extend(forms("entry/reset-password.html", "password", reset(state)));
    }
    for sent in [true, false] {
        all.extend(forms(
            "entry/forgot-password.html",
            "email",
            json!({"form": {"email": "a@b.example"}, "sent": sent}),
        ));
    }
    all.extend(forms("entry/login.html", "email", next.clone()));
    all.extend(forms("entry/second-factor.html", "code", next));
    all.extend(forms("entry/register.html", "email", details()));
    all
}

fn pager(total: i64) -> Value {
    json!({"total": total, "many": total > 50, "first": 1, "last": total.min(25), "previous_href": "", "next_href": if total > 25 { "/x?after=1" } else { "" }})
}

fn waiting() -> Value {
    json!([{"id": "inv_1", "account": "Harbour Books", "inviter": "Bo", "expires_at": NOW, "acceptable": true},
        {"id": "inv_2", "account": "Studio North", "inviter": "Di", "expires_at": NOW, "acceptable": false}])
}

fn accounts() -> Vec<(&'static str, Value)> {
    let one = json!({"id": "acc_1", "name": "Blue Bakery", "owner": true, "current": true, "waits": "1 ticket answered"});
    let other =
        json!({"id": "acc_2", "name": "ß".repeat(100), "owner": false, "current": false, "waits": ""});
    let many = json!({"accounts": [one, other], "query": "", "next": "/tickets", "pager": pager(60), "invites": waiting()});
    let none = json!({"accounts": [], "query": "x", "next": "", "pager": pager(0), "invites": []});
    let blank = json!({"accounts": [], "query": "", "next": "", "pager": pager(0), "invites": []});
    let mut all = vec![
        ("accounts/choose.html", many.clone()),
        ("accounts/choose.html", none.clone()),
        ("accounts/switch.html", many),
        ("accounts/switch.html", none),
        ("accounts/switch.html", blank),
        ("accounts/none.html", json!({"invites": waiting(), "verified": true})),
        ("accounts/none.html", json!({"invites": [], "verified": false})),
        ("accounts/leave.html", json!({"account": {"id": "acc_1", "name": "Blue Bakery"}})),
    ];
    all.extend(forms("accounts/new.html", "email", details()));
    all
}

fn client() -> Vec<(&'static str, Value)> {
    let mut account = details();
    account["locales"] = json!([{"value": "en", "label": "English"}]);
    account["currency"] = json!("EUR");
    account["categories"] = json!(["general"]);
    account["category_locks"] = json!({"invoice": "Always."});
    account["beside"] = preferences::beside();
    let profile = |pending: &str, verified: bool| {
        json!({"form": {"name": "Olive", "locale": "en", "time_zone": "UTC", "email": ""}, "locales": [{"value": "en", "label": "English"}],
            "time_zones": [{"value": "UTC", "label": "UTC"}], "pending_email": pending, "verified": verified})
    };
    let session = |current: bool| json!({"id": "ses_1", "device": "Firefox on Linux", "address": "127.0.0.1", "seen_at": NOW, "begun_at": NOW, "current": current});
    let security = |on: bool, left: i64| json!({"two_factor": on, "two_factor_at": NOW, "codes_left": left, "sessions": [session(true), session(false)]});
    let home = |verified: bool, two_factor: bool, filled: bool| {
        let tickets = if filled { json!([ticket_line()]) } else { json!([]) };
        let todo = if filled { json!([{"href": "/tickets/A", "text": "Answered"}]) } else { json!([]) };
        json!({"verified": verified, "two_factor": two_factor, "waiting": todo, "invites": if filled { waiting() } else { json!([]) },
            "tickets": tickets, "people_count": 2, "pending_count": i32::from(filled),
            "panels": if filled { json!([{"title": "Your contact", "text": "Call any time.", "rows": [{"label": "Name", "value": "Sam Staff"}], "links": [{"label": "Status", "url": "https://status.example/"}]}]) } else { json!([]) }})
    };
    let mut all = vec![
        ("client/home.html", home(true, true, true)),
        ("client/home.html", home(false, false, false)),
        ("client/recovery-codes.html", json!({"codes": ["abcde-fghij"]})),
    ];
    all.extend(forms("client/account.html", "company", account));
    all.extend(forms("client/profile.html", "name", profile("new@b.example", true)));
    all.extend(forms("client/profile.html", "email", profile("", false)));
    all.extend(forms("client/security.html", "password", security(true, 0)));
    all.extend(forms("client/security.html", "current_password", security(false, 9)));
    all.extend(forms(
        "client/two-factor.html",
        "code",
        json!({"qr_svg": "<svg></svg>", "secret": "ABCD EFGH", "form": {"code": ""}}),
    ));
    for purpose in ["off", "codes"] {
        all.extend(forms("client/password-confirm.html", "current_password", json!({"purpose": purpose})));
    }
    all
}

fn person(owner: bool, seen: Option<i64>) -> Value {
    json!({"id": "usr_1", "name": "Olive Baker", "email": "owner@bakery.example", "owner": owner, "you": owner, "all": owner,
        "permissions": if owner { json!(["tickets"]) } else { json!([]) }, "last_login_at": seen, "two_factor": owner})
}

fn invite() -> Value {
    json!({"id": "inv_1", "email": "accountant@bakery.example", "all": false, "permissions": ["invoices", "emails"], "sent_at": NOW, "expires_at": NOW})
}

fn choice(missing: bool) -> Value {
    let boxes: serde_json::Map<_, _> = crate::permission::Permission::ALL
        .into_iter()
        .enumerate()
        .map(|(n, permission)| {
            let lock = ["", "required", "forbidden"][n % 3];
            (permission.key().to_owned(), json!({"checked": n % 3 == 1, "lock": lock, "reason": if n % 2 == 0 { "Because." } else { "" }}))
        })
        .collect();
    json!({"scope": if missing { "all" } else { "choose" }, "boxes": boxes, "presets": [{"label": "Billing department", "permissions": ["invoices", "orders"]}],
        "some_forbidden": missing, "defaults_missing": missing})
}

fn people() -> Vec<(&'static str, Value)> {
    let contact =
        json!({"id": "con_1", "name": "", "email": "bills@bakery.example", "categories": ["invoice"]});
    let users = json!({"people": [person(true, Some(NOW)), person(false, None)], "invites": [invite()], "form": {"email": ""}, "choice": choice(false), "refused": "Not you."});
    let few = json!({"people": [person(true, None)], "invites": [], "form": {"email": "x"}, "choice": choice(true), "refused": ""});
    let list =
        |contacts: Value, query: &str| json!({"contacts": contacts, "query": query, "pager": pager(1)});
    let form = |id: &str| json!({"id": id, "form": {"name": "A", "email": "a@b.example", "categories": ["invoice"]}, "locks": {"name": "Locked."}, "refused": "", "beside": preferences::beside()});
    let mut all = vec![
        ("client/user-remove.html", json!({"person": person(false, None)})),
        ("client/invite-cancel.html", json!({"invite": invite()})),
        ("client/contact-remove.html", json!({"contact": contact})),
        ("client/contacts.html", list(json!([contact]), "")),
        ("client/contacts.html", list(json!([]), "")),
        ("client/contacts.html", list(json!([]), "x")),
    ];
    all.extend(forms("client/users.html", "email", users));
    all.extend(forms("client/users.html", "permissions", few));
    all.extend(forms(
        "client/permissions.html",
        "permissions",
        json!({"person": person(false, None), "choice": choice(false)}),
    ));
    all.extend(forms("client/contact.html", "email", form("")));
    all.extend(forms("client/contact.html", "categories", form("con_1")));
    all
}

fn ticket_line() -> Value {
    json!({"reference": "ABC-123456", "subject": "Slow", "status": {"key": "on-hold", "label": "", "waits": "customer"}, "department": "Support", "opener": "Olive", "opened_at": NOW,
        "updated_at": NOW, "replies": 2, "account": {"id": "acc_1", "name": "Blue Bakery"}})
}

fn messages() -> Value {
    ["operator", "owner", "authorized", "sub_account", "registered", "external", "guest"]
        .map(|kind| json!({"id": "rep_1", "author": "Sam", "badge": {"kind": kind, "label": ""}, "at": NOW, "body": "<p>Hello</p>", "staff": kind == "operator", "note": false,
            "quoted": if kind == "guest" { "> Hello" } else { "" }, "by_mail": kind == "guest", "unproved": kind == "owner", "mail": if kind == "guest" { "/x" } else { "" }, "files": [{"id": "att_1", "name": "slow.png", "size": "48 kB", "href": "/x", "picture": true}],
            "rating": if kind == "operator" { json!({"stars": 4, "comment": "Kind."}) } else { json!(null) }, "rate": if kind == "owner" { "/x" } else { "" }}))
        .to_vec()
        .into()
}

fn ticket(closed: bool) -> Value {
    json!({"ticket": {"reference": "ABC-123456", "subject": "Slow", "status": {"key": "vip", "label": "VIP", "waits": "staff"}, "department": "Support", "priority": "High", "related": if closed { "" } else { "bakery.example" }, "cc": ["a@b.example"], "opened_at": NOW, "closed": closed, "reopens": closed,
            "account": if closed { json!(null) } else { json!({"id": "acc_1", "name": "Blue Bakery"}) }, "opener": "Olive"},
        "messages": messages(), "form": {"message": "x", "cc": ""}, "files": [{"id": "att_1", "name": "slow.png", "size": "48 kB"}], "preview": "<p>x</p>",
        "accept": ".png", "most_files": 10, "most_size": 10, "refused": "", "goes_to": (0..4).map(|n| json!({"who": n.to_string(), "reason": "asked", "none": if n == 3 { "It comes back." } else { "" }})).collect::<Vec<_>>()})
}

fn tickets() -> Vec<(&'static str, Value)> {
    let list = |show: &str, query: &str, rows: Value| {
        json!({"tickets": rows, "shows": ["open", "answered", "closed", "all"], "show": show, "query": query,
        "departments": [{"value": "Support", "label": "Support"}, {"value": "Billing", "label": "Billing"}], "department": "", "pager": pager(30)})
    };
    let mut all = vec![
        ("client/tickets.html", list("open", "", json!([ticket_line()]))),
        ("client/tickets.html", list("open", "x", json!([]))),
    ];
    all.extend(
        ["open", "answered", "closed", "all"].map(|show| ("client/tickets.html", list(show, "", json!([])))),
    );
    let departments =
        json!([{"value": "Support", "label": "Support"}, {"value": "Billing", "label": "Billing"}]);
    all.extend(forms(
        "client/ticket-new.html",
        "message",
        json!({"form": {}, "departments": departments, "priorities": [{"value": "Medium", "label": "Medium"}], "files": [], "preview": "",
            "accept": ".png", "most_files": 10, "most_size": 10, "refused": "No.", "goes_to": []}),
    ));
    all.extend(forms("client/ticket.html", "message", ticket(false)));
    all.extend(forms("client/ticket.html", "message", ticket(true)));
    for (page, has_html, text, raw) in [
        ("client/ticket-mail.html", true, "Hello", ""),
        ("client/ticket-mail.html", false, "Hello", ""),
        ("admin/ticket-mail.html", false, "", "/admin/raw"),
        ("admin/ticket-mail.html", true, "", ""),
    ] {
        let mail = json!({"id": "rep_1", "from": "Olive <a@b.example>", "subject": if has_html { "Slow" } else { "" }, "at": NOW, "text": text, "has_html": has_html});
        let of = json!({"reference": "ABC-123456", "subject": "Slow"});
        all.push((page, json!({"base": "/tickets/ABC-123456", "raw": raw, "ticket": of, "mail": mail})));
    }
    all
}

fn templates() -> Value {
    let cell = |locale: &str, state: &str, stands: &str| json!({"locale": locale, "href": "/admin/templates/de/invite", "state": state, "falls_back_to": "default", "stands": stands});
    json!({"locales": ["default", "de", "fr"], "templates": [
        {"name": "invite", "event": "invite.sent", "category": "security", "cells": [cell("default", "fine", "edited"), cell("de", "warning", "old"), cell("fr", "falls-back", "")]},
        {"name": "own", "event": "", "category": "general", "cells": [cell("default", "error", "own"), cell("de", "fine", "diverged"), cell("fr", "missing", "")]}],
        "parts": [{"name": "layout", "cells": [cell("default", "fine", "shipped"), cell("de", "error", "edited"), cell("fr", "falls-back", "")]}]})
}

fn diff_lines() -> Value {
    json!([{"tone": "at", "text": "@@ -1 +1 @@"}, {"tone": "del", "text": "-<p>a"}, {"tone": "add", "text": "+<p>b"}])
}

fn template(stands: &str, wrong: bool) -> Value {
    let problem = json!({"file": "email-templates/de/invite.html", "line": 2, "column": 3, "error": true, "message": "no field", "help": "did you mean?", "snippet": "x\n^"});
    let elsewhere = json!({"file": "email-templates/de/layout.html", "line": 0, "column": 0, "error": true, "message": "no", "help": "", "snippet": ""});
    let shown = json!({"subject": "Hi", "from_name": "Host", "text": "Hi", "framed": "<p>\"Hi\""});
    json!({"name": "invite", "locale": "de", "file": "email-templates/de/invite.html", "href": "/admin/templates/de/invite", "source": "---\nsubject: <a>\n---\n<p>",
        "opened": "abc", "stands": stands, "merging": wrong, "lines": 4, "languages": [{"locale": "de", "href": "/x", "current": true, "written": true}, {"locale": "fr", "href": "/x", "current": false, "written": false}],
        "occasions": [{"value": "sample:0", "label": "", "number": 1}, {"value": "evt_1", "label": "today · evt_1", "number": 0}], "kinds": ["user", "contact", "account", "staff", "address"],
        "chosen": {"on": "sample:0", "kind": "user"}, "as_name": if wrong { "welcome" } else { "" }, "shown": if wrong { Value::Null } else { shown },
        "problems": if wrong { json!([problem, elsewhere]) } else { json!([]) }, "wrong_lines": if wrong { json!([2]) } else { json!([]) },
        "test": {"to": if wrong { "a" } else { "a@b.example" }, "state": if wrong { "failed" } else { "ask" }, "text": "Send this mail?"},
        "trouble": if wrong { "Not saved." } else { "" }, "changed": if wrong { diff_lines() } else { json!([]) }})
}

fn template_history(stands: &str, version: &str) -> Value {
    let one = |kind: &str| json!({"hash": "abc", "at": NOW, "who": if kind.is_empty() { "" } else { "Sam" }, "kind": kind, "live": kind.is_empty(), "current": false});
    json!({"name": "invite", "locale": "de", "file": "email-templates/de/invite.html", "href": "/admin/templates/de/invite", "opened": "abc", "stands": stands,
        "versions": [one(""), one("edit"), one("restore"), one("shipped"), one("merge")], "version": version, "diff": diff_lines(), "theirs": diff_lines(),
        "merged": "<p>", "conflicts": version == "release", "known": false})
}

fn suppressed(reason: &str) -> Value {
    json!({"email": "a@b.example", "reason": reason, "detail": "550 5.1.1 no such user", "mail": if reason == "hand" { "" } else { "eml_1" },
        "since": NOW, "until": (reason == "bounce").then_some(NOW), "by": if reason == "hand" { "Sam" } else { "" }})
}

fn mail(state: &str) -> Value {
    let waits = state == "waiting";
    let outcome =
        |kind: &str| json!({"at": NOW, "relay": "main", "outcome": kind, "answer": "451 4.3.0 later"});
    json!({"mail": {"id": "eml_1", "to": "a@b.example", "template": "invite", "subject": if waits { "" } else { "Hi" }, "state": state, "unsure": waits,
            "bounced": state == "sent", "attempts": 2, "next_at": waits.then_some(NOW), "at": NOW, "error": if state == "sent" { "" } else { "451 later" },
            "event": "evt_1", "category": "security", "name": "Ada", "reason": "was invited", "chosen_by": "core", "created_at": NOW, "sent_at": (state == "sent").then_some(NOW),
            "relay": "main", "answer": "250 Ok", "bounced_at": (state == "sent").then_some(NOW), "bounce": "550 no", "held": if waits { "held back" } else { "" },
            "has_html": state == "sent", "text": if waits { "" } else { "Hi" }},
        "tries": if waits { json!([]) } else { ["later", "refused", "unknown", "template"].map(outcome).to_vec().into() },
        "headers": if waits { json!([]) } else { json!([{"name": "Subject", "value": "Hi"}]) }, "suppressed": if waits { Value::Null } else { suppressed("bounce") }})
}

fn mails(filled: bool) -> Value {
    let lines: Vec<Value> = ["waiting", "held", "dead", "suppressed", "sent", "dropped"]
        .into_iter()
        .map(|state| mail(state)["mail"].clone())
        .collect();
    let relay = |away: bool| json!({"name": "main", "place": "127.0.0.1:25", "away": away, "back_at": away.then_some(NOW), "error": "gone", "per_second": 5, "per_minute": 0, "from_domains": "host.example"});
    let counts =
        ["waiting", "dead", "suppressed"].map(|state| json!({"state": state, "count": 3, "more": filled}));
    json!({"mails": if filled { lines.into() } else { json!([]) }, "show": "waiting", "query": if filled { "" } else { "a@b.example" }, "counts": counts,
        "relays": if filled { json!([relay(true), relay(false)]) } else { json!([]) }, "next_href": if filled { "/x" } else { "" }, "first": filled})
}

fn admin() -> Vec<(&'static str, Value)> {
    let mut line = ticket_line();
    line["account"] = json!("");
    let user = |on: bool| json!({"id": "usr_1", "name": if on { "" } else { "Olive" }, "email": "a@b.example", "verified": on, "two_factor": on, "last_login_at": on.then_some(NOW), "created_at": NOW});
    let account = json!({"id": "acc_1", "name": "Blue Bakery", "email": "a@b.example", "owner": {"name": "Olive", "email": "a@b.example"}, "users": 2, "created_at": NOW, "currency": "EUR"});
    let list = |query: &str, rows: Value| json!({"accounts": rows, "query": query, "pager": pager(1)});
    let event = json!({"id": "evt_1", "name": "invite.sent", "actor": "Olive", "at": NOW, "text": "An owner invited somebody."});
    let whole = json!({"account": account, "details": [{"label": "Company", "value": "Blue Bakery"}], "users": [person(true, None)], "invites": [invite()],
        "contacts": [{"name": "", "email": "c@b.example", "categories": ["invoice"]}], "events": [event]});
    let bare =
        json!({"account": account, "details": [], "users": [], "invites": [], "contacts": [], "events": []});
    let hook = |state: &str, out: bool| {
        json!({"id": "vip.rhai:ticket.replied:1", "verb": "route", "point": "ticket.replied", "place": "hooks/vip.rhai:8",
        "label": if out { "" } else { "The VIP desk hears of tickets" }, "state": state, "runs": 1204, "failures": 31, "since": NOW, "dead": if out { 2 } else { 0 },
        "webhooks": if out { 1 } else { 0 }, "refused": if out { 3 } else { 0 },
        "out_at": out.then_some(NOW), "retry_at": out.then_some(NOW), "failed_at": NOW, "report": "hooks/vip.rhai:8:5: no field\n  8 | let x = 1 / 0;", "event": "evt_1"})
    };
    let hooks = json!([
        hook("out", true),
        hook("trial", true),
        hook("failing", false),
        hook("in", false),
        hook("unused", false)
    ]);
    let mine = json!({"id": "acc_1", "name": "Blue Bakery", "owner": true, "all": true, "permissions": []});
    let mut all = vec![
        (
            "admin/home.html",
            json!({"accounts_count": 3, "users_count": 5, "open_count": 1, "tickets": [line]}),
        ),
        ("admin/home.html", json!({"accounts_count": 0, "users_count": 0, "open_count": 0, "tickets": []})),
        ("admin/accounts.html", list("", json!([account]))),
        ("admin/accounts.html", list("", json!([]))),
        ("admin/accounts.html", list("x", json!([]))),
        ("admin/account.html", whole),
        ("admin/account.html", bare),
        ("admin/user.html", json!({"user": user(true), "accounts": [mine]})),
        ("admin/user.html", json!({"user": user(false), "accounts": []})),
        ("admin/user-reset-two-factor.html", json!({"user": user(true)})),
        ("admin/hooks.html", json!({"hooks": hooks, "out_count": 2})),
        ("admin/hooks.html", json!({"hooks": [], "out_count": 0})),
        ("admin/templates.html", templates()),
        ("admin/template.html", template("new", false)),
        ("admin/template.html", template("diverged", true)),
        ("admin/template-history.html", template_history("edited", "shipped")),
        ("admin/template-history.html", template_history("diverged", "release")),
        ("admin/mail.html", mails(true)),
        ("admin/mail.html", mails(false)),
        ("admin/mail-one.html", mail("sent")),
        ("admin/mail-one.html", mail("dead")),
        ("admin/mail-one.html", mail("waiting")),
    ];
    for state in ["", "sent"] {
        let mut sent = template("shipped", false);
        sent["test"]["state"] = json!(state);
        all.push(("admin/template.html", sent));
    }
    let blank = json!({"rows": [], "query": "", "next_href": "", "form": {}});
    let some = json!({"rows": [suppressed("bounce"), suppressed("complaint"), suppressed("hand")], "query": "x", "next_href": "/x", "form": {"email": "x"}});
    all.extend(forms("admin/suppressions.html", "email", blank));
    all.extend(forms("admin/suppressions.html", "email", some));
    let rejected = json!({"id": "inc_1", "name": "Gus Guest", "email": "gus@elsewhere.example", "to": "support@host.example", "subject": "Do you host shops?",
        "reason": "A hook refused it", "detail": "Support helps customers only.", "at": NOW, "size": 1204, "ticket": null, "accepted_by": "", "accepted_at": null});
    let mut nameless = rejected.clone();
    for field in ["name", "email", "to", "subject", "detail"] {
        nameless[field] = json!("");
    }
    let mut accepted = rejected.clone();
    accepted["accepted_by"] = json!("Sam");
    let rejects = |query: &str, rows: Value| json!({"mails": rows, "query": query, "pager": pager(1)});
    let header = json!({"name": "From", "value": "Gus Guest <gus@elsewhere.example>"});
    all.extend([
        ("admin/rejected.html", rejects("", json!([rejected, nameless]))),
        ("admin/rejected.html", rejects("", json!([]))),
        ("admin/rejected.html", rejects("x", json!([]))),
        ("admin/rejected-mail.html", json!({"mail": rejected, "text": "Hello,\n\ndo you host shops?", "headers": [header], "files": ["a.pdf (10 B)"], "may_accept": true, "gone": false, "kept": 65536})),
        ("admin/rejected-mail.html", json!({"mail": nameless, "text": "", "headers": [], "files": [], "may_accept": false, "gone": true, "kept": null})),
        ("admin/rejected-mail.html", json!({"mail": accepted, "text": "x", "headers": [], "files": [], "may_accept": false, "gone": false, "kept": null})),
    ]);
    all.extend(forms("admin/login.html", "email", json!({"form": {"email": "", "next": ""}})));
    all
}

fn invites() -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    let invite = json!({"email": "a@b.example", "account": "Blue Bakery", "inviter": "Olive", "expires_at": NOW, "all": true, "permissions": []});
    let states = [
        ("log_in", false),
        ("create", false),
        ("accept", false),
        ("other", false),
        ("other", true),
        ("consent_requested", false),
        ("expired", false),
        ("used", false),
        ("cancelled", false),
        ("declined", false),
    ];
    for (state, may_accept) in states {
        let values = json!({"state": state, "token": "t", "invite": invite, "form": {"name": "x"}, "may_accept": may_accept});
        all.extend(forms("invite/invite.html", "password", values));
    }
    let request = json!({"account": "Blue Bakery", "invited_email": "a@b.example", "user_name": "Di", "user_email": "d@b.example", "all": false, "permissions": ["tickets"]});
    all.extend(
        ["ask", "allowed", "refused", "expired"]
            .map(|state| ("invite/consent.html", json!({"state": state, "token": "t", "request": request}))),
    );
    all
}

fn dev() -> Vec<(&'static str, Value)> {
    let mail = json!({"id": "eml_1", "at": NOW, "from": "no-reply@host.example", "to": "a@b.example", "subject": "Hello", "text": "Hello", "has_html": true, "category": "general"});
    let mut plain = mail.clone();
    plain["has_html"] = json!(false);
    let list = |mails: Value, query: &str| json!({"mails": mails, "query": query, "pager": pager(1)});
    vec![
        ("dev/mailbox.html", list(json!([mail]), "")),
        ("dev/mailbox.html", list(json!([]), "")),
        ("dev/mailbox.html", list(json!([]), "x")),
        (
            "dev/mail.html",
            json!({"mail": mail, "headers": [{"name": "To", "value": "a@b.example"}], "links": ["http://a", "http://b"]}),
        ),
        ("dev/mail.html", json!({"mail": plain, "headers": [], "links": []})),
    ]
}

fn errors() -> Vec<(&'static str, Value)> {
    let page = |status: u16, permission: &str, owner_only: bool| json!({"status": status, "detail": if owner_only { "More." } else { "" }, "permission": permission, "owner_only": owner_only, "retry_after": if status == 429 { 30 } else { 0 }});
    let mut all: Vec<_> = [400, 401, 403, 404, 405, 410, 413, 429, 500, 503]
        .map(|status| ("error.html", page(status, "", false)))
        .to_vec();
    all.push(("error.html", page(403, "tickets", false)));
    all.push(("error.html", page(403, "", true)));
    all
}
