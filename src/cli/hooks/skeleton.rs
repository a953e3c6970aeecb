//! The text of a script that begins: it runs, changes nothing, and shows what there is to work with.

use crate::{
    event::{
        catalogue::{self, ENVELOPE},
        driver::{self, DriverKind, RESPONSE},
        guard::{self, CONTEXT, DEFAULTS},
        page::VIEW,
        shape::{Field, Kind},
    },
    hook::Verb,
};
use std::fmt::Write;

/// The kind of driver that is meant by its name, or by what it is asked: `provisioning.single_sign_on`.
pub(super) fn driver_kind(point: &str) -> Option<&'static DriverKind> {
    match point.split_once('.') {
        None => driver::find(point),
        Some((kind, action)) => driver::find(kind).filter(|kind| kind.action(action).is_some()),
    }
}

/// A driver, with both halves of every action.
fn driver_script(name: &str, kind: &DriverKind) -> String {
    let mut text =
        format!("// {name}: say in this line what it is for; `innkeeper hooks list` shows it.\n//\n");
    let _ = writeln!(
        text,
        "// Speaks with an outside system, in two halves: what to ask it, and what its answer means. {}",
        kind.doc.trim()
    );
    for action in kind.actions {
        let _ = write!(text, "//\n// {}: {}\n//\n", action.name, action.doc.trim());
        text.push_str("// What the halves can look at, among other things:\n");
        let request = action.request.iter().flat_map(|field| field_paths("request", field, 4));
        for (path, doc) in request.chain(RESPONSE.iter().flat_map(|field| field_paths("response", field, 4)))
        {
            let _ = writeln!(text, "//   {path:<34} {doc}");
        }
    }
    text.push_str("//\n// The first half gives http_get(url, headers) or http_post(url, body, headers), the second redirect(url),\n// refuse(message) or done(data). secret(\"token\") is there in a plugin: see hooks/available/whm/.\n");
    let _ = writeln!(text, "driver({:?}, {name:?}, #{{", kind.name);
    for action in kind.actions {
        let _ = write!(
            text,
            "    {0}: |request| http_get(`https://${{request.server.host}}/`, #{{ }}),\n    {0}_done: |request, response| {{\n        refuse(`Nothing is built yet: ${{request.server.name}} answered ${{response.status}}.`)\n    }},\n",
            action.name
        );
    }
    text.push_str("});\n");
    text
}

/// The script.
pub(super) fn script(name: &str, verb: Verb, point: &str) -> String {
    if let (Verb::Driver, Some(kind)) = (verb, driver_kind(point)) {
        return driver_script(name, kind);
    }
    let mut text =
        format!("// {name}: say in this line what it is for; `innkeeper hooks list` shows it.\n//\n");
    let _ = writeln!(text, "// {}", when(verb, point));
    let subject = verb.parameters().last().copied().unwrap_or("event");
    text.push_str("//\n// What it can look at, among other things:\n");
    for (path, doc) in looks(verb, point, subject) {
        let _ = writeln!(text, "//   {path:<34} {doc}");
    }
    text.push_str("//\n// What it can do:\n");
    for line in does(verb, point) {
        let _ = writeln!(text, "//   {line}");
    }
    text.push_str("//\n// Options: id names it in traces; lower priorities run first (100 if left out); label is shown in lists");
    text.push_str(match verb {
        Verb::Before => {
            ";\n// on_failure (\"allow\" or \"deny\") says what happens to the action if this hook fails.\n"
        }
        Verb::Every => {
            ";\n// over (\"ticket\", \"account\" or \"invite\") runs it once for each that is open.\n"
        }
        _ => ".\n",
    });
    let first = if verb == Verb::PermissionDefaults { String::new() } else { format!("{point:?}, ") };
    let parameters = verb.parameters().join(", ");
    let _ =
        writeln!(text, "{verb}({first}#{{ id: {name:?}, priority: 100, label: \"\" }}, |{parameters}| {{");
    text.push_str(&body(verb, point));
    text.push_str("});\n");
    text
}

/// The test that stands beside it, in the form that `innkeeper hooks test` reads.
pub(super) fn test(name: &str, verb: Verb, point: &str) -> String {
    let mut text = format!("// Tests of hooks/{name}.rhai; run them with `innkeeper hooks test`.\n\n");
    let point = sampled(verb, point);
    match verb {
        Verb::Before => {
            let _ = write!(
                text,
                "test(\"{name} lets the usual {point} pass\", || {{\n    let draft = sample({point:?});\n    // draft.email = \"somebody@elsewhere.example\";      change what the test is about\n    let run = run(draft, {name:?});\n    expect_eq(run.error, \"\");\n    expect_eq(run.denied, \"\");\n}});\n"
            );
        }
        Verb::Route => {
            let _ = write!(
                text,
                "test(\"{name} runs on {point}\", || {{\n    let event = sample({point:?});\n    // event.ticket.priority = \"High\";      change what the test is about\n    let run = run(event, {name:?});\n    expect_eq(run.error, \"\");\n    // expect(run.mailed(\"owner@bakery.example\"));\n}});\n"
            );
        }
        Verb::On | Verb::Every => {
            let event = match verb {
                Verb::Every => format!("due({name:?})"),
                _ => format!("sample({point:?})"),
            };
            let _ = write!(
                text,
                "test(\"{name} asks for nothing yet\", || {{\n    let event = {event};\n    // event.ticket.priority = \"High\";      change what the test is about\n    let run = run(event, {name:?});\n    expect_eq(run.error, \"\");\n    expect_eq(run.effects.len(), 0);\n}});\n"
            );
        }
        Verb::PermissionDefaults | Verb::Menu | Verb::Panel => {
            let point = if verb == Verb::PermissionDefaults { verb.word() } else { point.as_str() };
            let _ = write!(
                text,
                "test(\"{name} runs\", || {{\n    let run = run(sample({point:?}), {name:?});\n    expect_eq(run.error, \"\");\n}});\n"
            );
        }
        Verb::Driver => {
            let actions = driver_kind(&point).map_or(&[][..], |kind| kind.actions);
            let kind = point.split('.').next().unwrap_or_default();
            let _ = writeln!(text, "only_script({name:?});");
            for action in actions {
                let _ = write!(
                    text,
                    "\ntest(\"{name} asks, and reads the answer\", || {{\n    let asked = run(sample(\"{kind}.{}\"));\n    expect_eq(asked.error, \"\");\n    expect_eq(asked.http.method, \"GET\");\n    let answered = answer(asked, #{{ status: 503 }});\n    expect_eq(answered.answer.kind, \"refuse\");\n}});\n",
                    action.name
                );
            }
        }
    }
    text
}

/// The event or action whose sample stands for the point.
fn sampled(verb: Verb, point: &str) -> String {
    match point.strip_suffix(".*") {
        _ if verb == Verb::Every => "schedule.due".to_owned(),
        Some(family) => {
            let mut names: Vec<&str> = catalogue::EVENTS.iter().map(|event| event.name).collect();
            if verb == Verb::Before {
                names = guard::GUARDS.iter().map(|guard| guard.name).collect();
            }
            let first = names.into_iter().find(|name| name.split('.').next() == Some(family));
            first.unwrap_or(point).to_owned()
        }
        None => point.to_owned(),
    }
}

fn when(verb: Verb, point: &str) -> String {
    let event = catalogue::find(point).map_or("", |event| event.doc.trim());
    let action = guard::find(point).map_or("", |guard| guard.doc.trim());
    let text = match verb {
        Verb::Before => format!("Runs before anything is stored, and may refuse or amend. {point}: {action}"),
        Verb::Route => format!("Decides who gets the mail about {point}. {event}"),
        Verb::On => format!("Runs after {point}, and asks for what is to be done. {event}"),
        Verb::Every => format!("Runs every {point}, and asks for what is to be done."),
        Verb::PermissionDefaults => "Decides which permission boxes are ticked and locked, in the invite form and under \"Manage Permissions\".".to_owned(),
        Verb::Menu => format!("Adds to the menu {point}."),
        Verb::Panel => format!("Shows a panel at {point}."),
        Verb::Driver => format!("Speaks with an outside system: {point}."),
    };
    text.trim().to_owned()
}

/// Paths and their sentences: the own fields of the point, each object's first ones, then what all have.
fn looks(verb: Verb, point: &str, subject: &str) -> Vec<(String, &'static str)> {
    if verb == Verb::Every {
        // What it has, the option `over` decides.
        return [
            ("event.at", "When it runs: the only clock that scripts have."),
            ("event.due_at", "The time that the schedule names."),
            ("event.ticket, event.account", "With over: \"ticket\": an open ticket, and whose it is."),
            ("event.account", "With over: \"account\": an account that is not closed."),
            ("event.invite, event.account", "With over: \"invite\": a pending invite, and whose it is."),
        ]
        .map(|(path, doc)| (path.to_owned(), doc))
        .into();
    }
    let mut found = Vec::new();
    let (own, common): (&[Field], &[Field]) = match verb {
        Verb::Before => (guard::find(point).map_or(&[], |guard| guard.fields), CONTEXT),
        Verb::PermissionDefaults => (DEFAULTS, CONTEXT),
        Verb::Menu | Verb::Panel => (VIEW, &[]),
        _ => (catalogue::find(point).map_or(&[], |event| event.fields), ENVELOPE),
    };
    for field in own {
        found.extend(field_paths(subject, field, 6));
    }
    for field in
        common.iter().filter(|field| ["at", "actor", "account", "name", "composing"].contains(&field.name))
    {
        found.extend(field_paths(subject, field, 3));
    }
    if common.iter().any(|field| field.name == "account") || own.iter().any(|field| field.name == "account") {
        found
            .push((format!("{subject}.account.users_with(\"tickets\")"), "The users who hold a permission."));
    }
    found
}

fn field_paths(subject: &str, field: &Field, most: usize) -> Vec<(String, &'static str)> {
    let path = format!("{subject}.{}", field.name);
    let Kind::Object(shape) = field.kind else { return vec![(path, field.doc.trim())] };
    let inner = shape.fields.iter().filter(|inner| !["exists", "id"].contains(&inner.name));
    inner.take(most).map(|inner| (format!("{path}.{}", inner.name), inner.doc.trim())).collect()
}

fn does(verb: Verb, point: &str) -> Vec<String> {
    let list = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    match verb {
        Verb::Before => {
            let mut lines = list(&["deny(\"Why not.\");                      the person who asked reads it"]);
            let guard = guard::find(point);
            if guard.is_some_and(|guard| guard.form) {
                lines.push("if draft.composing { return; }         the form is only being shown".to_owned());
            }
            if guard.is_some_and(guard::GuardKind::keeps) {
                lines.push("draft.lock([\"…\"], \"Why.\");             keeps fields as they are".to_owned());
            }
            lines.extend(
                guard.map_or(&[][..], |guard| guard.amends).iter().map(|field| format!("draft.{field} = …;")),
            );
            lines
        }
        Verb::Route => list(&[
            "mail.to(event.account.owner, \"owns the account\");     adds somebody, with the reason",
            "mail.remove(event.actor, \"wrote it\");                 takes somebody away",
            "mail.drop(\"Nobody needs this mail.\");                 takes everybody away",
        ]),
        Verb::Every => list(&[
            "email(#{ template: \"…\", to: \"team@host.example\", reason: \"…\", vars: #{ } });",
            "webhook(#{ url: setting(\"crm_url\"), body: #{ } });",
            "ticket_note, ticket_reply, set_status (over: \"ticket\"), open_ticket, grant, revoke, add_contact (with an account), store_set, emit: see docs/reference.md",
        ]),
        Verb::On => list(&[
            "email(#{ template: \"…\", to: event.account.owner, reason: \"…\", vars: #{ } });",
            "webhook(#{ url: setting(\"crm_url\"), body: #{ } });",
            "ticket_note, ticket_reply, open_ticket, set_status, grant, revoke, add_contact, store_set, emit: see docs/reference.md",
        ]),
        Verb::PermissionDefaults => list(&[
            "invite.preselect([\"invoices\", \"quotes\"]);                     ticked at first",
            "invite.require([\"emails\"], \"Everybody reads the history.\");   ticked and locked",
            "invite.forbid([\"orders\"], \"Purchasing orders.\");              clear and locked",
            "invite.preset(\"Billing department\", [\"invoices\"]);             a named set to choose",
        ]),
        Verb::Menu => {
            list(&["menu.add(\"Status\", \"https://status.example\");", "menu.remove(\"/tickets\");"])
        }
        Verb::Panel => list(&[
            "#{ title: \"…\", text: \"…\", rows: [#{ label: \"…\", value: \"…\" }], links: [#{ label: \"…\", url: \"/\" }] }",
        ]),
        Verb::Driver => Vec::new(),
    }
}

fn body(verb: Verb, point: &str) -> String {
    match verb {
        Verb::Before => format!("    log(`asked about {point}`);\n"),
        Verb::PermissionDefaults => "    log(`asked about ${invite.account.name}`);\n".to_owned(),
        Verb::Route => "    log(`${event.name} for ${mail.template}`);\n".to_owned(),
        Verb::Menu => "    log(`shown to ${view.user.name}`);\n".to_owned(),
        // A panel of nothing is not shown.
        Verb::Panel => "    log(`shown to ${view.user.name}`);\n    ()\n".to_owned(),
        Verb::Every => "    log(`due at ${event.due_at.date} ${event.due_at.time}`);\n".to_owned(),
        _ => "    log(`${event.name} by ${event.actor.name}`);\n".to_owned(),
    }
}
