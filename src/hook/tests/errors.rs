//! What people read when a script is wrong: before it runs, and when it fails.

use super::*;
use crate::report::{Report, Severity};

/// What the check says of a script: `line:column code: message / help`.
fn told(text: &str) -> Vec<String> {
    let line = |r: &Report| {
        format!(
            "{}:{} {}: {}{}{}",
            r.line,
            r.column,
            r.code,
            r.message,
            if r.help.is_empty() { "" } else { " / " },
            r.help
        )
    };
    check(&files(&[("hooks/a.rhai", text)]), &names()).iter().map(line).collect()
}

fn tells(text: &str, expected: &str) {
    let told = told(text);
    assert!(
        told.iter().any(|line| line.starts_with(expected)),
        "{text}\nexpected {expected}\ntold {told:#?}"
    );
}

fn silent(text: &str) {
    assert_eq!(told(text), Vec::<String>::new(), "{text}");
}

#[test]
fn a_report_points_at_the_place_with_the_line_and_the_word_that_was_meant() {
    let reports = check(
        &files(&[(
            "hooks/a.rhai",
            "on(\"ticket.replied\", |event| {\n    log(event.ticket.titel);\n    log(event.ticket.subjcet);\n});",
        )]),
        &names(),
    );
    assert_eq!(reports.len(), 2, "{}", shown(&reports));
    assert_eq!(
        reports[1].to_string(),
        "error[unknown-field]: `Ticket` has no field `subjcet`\n  --> hooks/a.rhai:3:22\n   |\n 3 |     log(event.ticket.subjcet);\n   |                      ^\n  help: did you mean `subject`?"
    );
}

#[test]
fn points_options_and_parameters_are_checked() {
    tells(
        "on(\"ticket.replyed\", |e| {});",
        "1:4 unknown-point: there is no event \"ticket.replyed\" / did you mean \"ticket.replied\"?",
    );
    tells(
        "before(\"invite.sent\", |d| {});",
        "1:8 unknown-point: there is no action \"invite.sent\" / that is an event",
    );
    tells(
        "on(\"invite.send\", |d| {});",
        "1:4 unknown-point: there is no event \"invite.send\" / that is an action",
    );
    let every = "every(\"1 hour\", #{ over: \"ticket\" }, |event| { … })";
    tells(
        "on(\"schedule.due\", |e| {});",
        &format!(
            "1:4 unknown-point: no `on` hook hears \"schedule.due\": it runs the `every` hook whose time has come / write {every}"
        ),
    );
    tells(
        "route(\"schedule.*\", |m, e| {});",
        &format!(
            "1:7 unknown-point: no `route` hook hears \"schedule.*\": it runs the `every` hook whose time has come / write {every}"
        ),
    );
    tells(
        "route(\"tickets.*\", |m, e| {});",
        "1:7 unknown-point: nothing that `route` serves begins with \"tickets\" / did you mean \"ticket.*\"?",
    );
    tells(
        "on(\"user.added\", #{ prioritty: 1 }, |e| {});",
        "1:21 unknown-option: there is no option `prioritty` / did you mean `priority`?",
    );
    tells(
        "on(\"user.added\", #{ priority: \"1\" }, |e| {});",
        "1:31 wrong-option: the option `priority` must be a whole number",
    );
    tells(
        "on(\"user.added\", #{ on_failure: \"deny\" }, |e| {});",
        "1:21 unknown-option: the option `on_failure` is for `before` hooks",
    );
    tells(
        "before(\"user.log_in\", #{ on_failure: \"refuse\" }, |d| {});",
        "1:38 wrong-option: the option `on_failure` is \"allow\" or \"deny\"",
    );
    tells(
        "on(\"user.added\", |e, f| {});",
        "1:1 wrong-arguments: the function of an `on` hook takes one parameter: |event|; this one takes 2",
    );
    tells(
        "route(\"ticket.replied\", |e| {});",
        "1:1 wrong-arguments: the function of a `route` hook takes two parameters: |mail, event|",
    );
    tells("on(\"user.added\");", "1:1 wrong-arguments: on is called with one value, and takes 2 or 3");
    tells("every(\"1 huor\", |e| {});", "1:7 wrong-period: \"1 huor\" is no length of time");
}

#[test]
fn mistakes_are_found_in_every_branch_and_nested_function() {
    let wrapped = |inner: &str| {
        format!("fn helper(thing) {{ thing.reply.badge }}\non(\"ticket.replied\", |event| {{\n{inner}\n}});")
    };
    for inner in [
        "if event.actor.kind == \"never\" { log(event.ticket.titel); }",
        "if true { } else { log(event.ticket.titel); }",
        "while false { log(event.ticket.titel); }",
        "for x in [] { log(event.ticket.titel); }",
        "switch 1 { 2 => log(event.ticket.titel), _ => () }",
        "switch 1 { 1 if event.ticket.titel == 2 => 1, _ => () }",
        "switch 1 { 1 => 1, _ => log(event.ticket.titel) }",
        "switch 1 { 1..9 => log(event.ticket.titel), _ => () }",
        "try { log(event.ticket.titel); } catch { }",
        "try { } catch (e) { log(event.ticket.titel); }",
        "do { log(1); } until event.ticket.titel == 1;",
        "let x = loop { break event.ticket.titel; };",
        "log(`${event.ticket.titel}`);",
        "log([1, #{ a: event.ticket.titel }]);",
        "return event.ticket.titel;",
        "let t = event.ticket; { let u = t; log(u.titel); }",
        "let f = |x| event.ticket.titel == x; f.call(1);",
        "event.account.users.filter(|u| event.account.users.some(|v| event.ticket.titel == v.id));",
        "false && event.ticket.titel == 1;",
        "let a = event.nothing ?? event.ticket.titel;",
        "event[\"ticket\"][\"titel\"];",
        "let m = #{}; m[event.ticket.titel] = 1;",
        "let t = event.ticket; t.titel = 1;",
    ] {
        let told = told(&wrapped(inner));
        assert!(told.iter().any(|line| line.contains("`Ticket` has no field `titel`")), "{inner}: {told:?}");
    }
    tells(
        &wrapped("event.account.users.filter(|w| w.emial == \"x\");"),
        "3:34 unknown-field: `User` has no field `emial` / did you mean `email`?",
    );
    tells(
        &wrapped("for c in event.account.contacts { log(c.emial); }"),
        "3:41 unknown-field: `Contact` has no field `emial`",
    );
    tells(
        &wrapped("log(event.account.users_with(\"tickets\")[0].emial);"),
        "3:44 unknown-field: `User` has no field `emial`",
    );
    tells(&wrapped("helper(event.account);"), "1:26 unknown-field: `Account` has no field `reply`");
    tells(
        &wrapped("log(event.at.weekdy);"),
        "3:14 unknown-field: a time has no field `weekdy` / did you mean `weekday`?",
    );
    silent(&wrapped("log(helper(event));"));
}

#[test]
fn functions_and_their_numbers_of_values_are_checked() {
    let on = |inner: &str| format!("on(\"user.added\", |event| {{\n{inner}\n}});");
    tells(&on("emial(#{});"), "2:1 unknown-function: there is no function `emial` / did you mean `email`?");
    tells(
        &on("log(event.user.name.to_lowr());"),
        "2:21 unknown-function: there is no function `to_lowr` / did you mean `to_lower`?",
    );
    tells(
        &on("log(event.account.user_with(\"tickets\"));"),
        "2:19 unknown-function: `Account` has no function `user_with` / did you mean `users_with`?",
    );
    tells(
        &on("log(event.invite.users_with(\"tickets\"));"),
        "2:18 unknown-function: `Invite` has no function `users_with`",
    );
    tells(&on("log(days());"), "2:5 wrong-arguments: days is called with no value, and takes 1");
    tells(&on("log(1, 2);"), "2:1 wrong-arguments: log is called with 2 values, and takes 1");
    tells(
        "fn f(a, b) { a } on(\"user.added\", |event| f(1));",
        "1:43 wrong-arguments: f is called with one value, and takes 2",
    );
    tells("fn f(event) { g(event) }", "1:15 unknown-function: there is no function `g`");
    silent(
        "fn f(event) { event.anything.goes }\non(\"user.added\", |event| { if event.user.name == \"x\" { [1, \"a\"].map(f); } });",
    );
    silent(&on(
        "let f = |a, b| a + b; log(f.call(1, 2)); let g = Fn(\"log\"); log(type_of(g)); [1].for_each(|i| log(this + i)); [3, 1].sort(|x, y| x - y); log(type_of(event));",
    ));
}

#[test]
fn words_from_known_lists_are_checked() {
    let on = |inner: &str| format!("on(\"ticket.replied\", |event| {{\n{inner}\n}});");
    tells(
        &on("event.account.users_with(\"ticket\");"),
        "2:26 unknown-permission: \"ticket\" is no permission / did you mean \"tickets\"?",
    );
    tells(
        &on("event.account.contacts_for(\"suport\");"),
        "2:28 unknown-category: \"suport\" is no mail category / did you mean \"support\"?",
    );
    tells(
        &on("event.account.owner.permissions.contains(\"invoice\");"),
        "2:42 unknown-permission: \"invoice\" is no permission / did you mean \"invoices\"?",
    );
    tells(&on("\"invoice\" in event.account.owner.permissions;"), "2:1 unknown-permission");
    tells(
        &on("email(#{ template: \"welcome-coleague\", to: event.actor });"),
        "2:20 unknown-template: there is no template \"welcome-coleague\" / did you mean `welcome-colleague`?",
    );
    tells(
        &on("email(#{ template: \"invite\", too: event.actor });"),
        "2:30 unknown-option: email() has no option `too` / did you mean `to`?",
    );
    tells(&on("email(#{ template: \"invite\" });"), "2:1 missing-option: email() asks for `to`");
    tells(
        &on("log(setting(\"crm_ulr\"));"),
        "2:13 unknown-setting: there is no setting \"crm_ulr\" / did you mean \"crm_url\"?",
    );
    tells(
        "permission_defaults(|invite| invite.preselect([\"invoices\", \"order\"]));",
        "1:60 unknown-permission: \"order\" is no permission / did you mean \"orders\"?",
    );
    tells("permission_defaults(|invite| invite.preset(\"A\", [\"order\"]));", "1:50 unknown-permission");
    tells("before(\"invite.send\", |draft| draft.permissions = [\"order\"]);", "1:52 unknown-permission");
    silent(&on("log(setting(\"not there\", 5)); log(setting(\"crm_url\"));"));
}

#[test]
fn web_hooks_to_hosts_that_are_not_allowed_are_warned_of() {
    let url = |url: &str| format!("on(\"user.added\", |event| webhook(#{{ url: {url} }}));");
    let reports = check(&files(&[("hooks/a.rhai", &url("\"https://evil.example/x\""))]), &names());
    assert_eq!((reports[0].code.as_str(), reports[0].severity), ("host-not-allowed", Severity::Warning));
    silent(&url("\"https://crm.example/x\""));
    for refused in ["\"https://crm.example:8443/x\"", "\"http://crm.example/x\""] {
        let reports = check(&files(&[("hooks/a.rhai", &url(refused))]), &names());
        assert!(reports[0].help.contains("to [outgoing] allow"), "{refused}: {}", shown(&reports));
    }
    silent(&url("setting(\"crm_url\")"));
}

#[test]
fn what_does_not_work_in_a_hook_is_reported_there() {
    tells(
        "on(\"user.added\", |event| deny(\"no\"));",
        "1:26 not-allowed-here: deny() does not work in an `on` hook",
    );
    tells(
        "fn f() { deny(\"no\") }\nroute(\"ticket.replied\", |m, e| f());",
        "1:10 not-allowed-here: deny() does not work in a `route` hook",
    );
    tells(
        "before(\"invite.send\", |draft| webhook(#{ url: \"https://crm.example\" }));",
        "1:31 not-allowed-here: webhook() does not work in a `before` hook",
    );
    tells("before(\"invite.send\", |draft| { throw \"no\"; });", "1:33 throw-in-guard");
    tells(
        "email(#{ template: \"invite\", to: \"a@a.example\" });",
        "1:1 not-allowed-here: email() does not work at the top level",
    );
    tells(
        "before(\"invite.send\", |draft| { draft.email = \"x\"; });",
        "1:39 read-only: `draft.email` cannot be set; `invite.send` lets a hook set permissions, expires_in",
    );
    tells(
        "on(\"user.added\", |event| { event.account.name = \"x\"; });",
        "1:42 read-only: `name` cannot be set: what scripts get is a snapshot",
    );
    tells(
        "before(\"contact.save\", |draft| { draft.lock([\"emial\"], \"x\"); });",
        "1:46 unknown-field: the draft has no field `emial` / did you mean `email`?",
    );
    tells(
        "route(\"ticket.replied\", |mail, event| mail.to(event.actor));",
        "1:44 wrong-arguments: mail.to is called with one value, and takes 2: a reason is always asked for / mail.to(who",
    );
    tells(
        "on(\"user.added\", |event| on(\"user.added\", |e| {}));",
        "1:26 not-allowed-here: on() does not work inside a hook",
    );
    silent("on(\"user.added\", |event| { if event.user.owner { throw \"odd\"; } });");
}

#[test]
fn a_list_that_filters_itself_is_reported_and_a_handle_is_not() {
    let on = |inner: &str| format!("on(\"user.added\", |event| {{\n{inner}\n}});");
    tells(
        &on("let a = [1, 2]; log(a.filter(|x| a.len() > x));"),
        "2:34 self-capture: this function uses `a`, on which it is called / copy what it needs",
    );
    silent(&on("log(event.account.users.filter(|u| u != event.user).len());"));
    silent(&on("let a = [1, 2]; let n = a.len(); log(a.filter(|x| n > x));"));
}

#[test]
fn imports_stand_above_and_at_the_top() {
    let with_library = |text: &str| {
        let reports =
            check(&files(&[("hooks/a.rhai", text), ("hooks/lib/x.rhai", "fn f(a) { a.name }")]), &names());
        reports
            .into_iter()
            .map(|r| format!("{}:{} {}: {} / {}", r.line, r.column, r.code, r.message, r.help))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        with_library("import \"lib/x\" as x; on(\"user.added\", |e| log(x::f(e.user)));"),
        Vec::<String>::new()
    );
    let told = with_library("on(\"user.added\", |e| {});\nimport \"lib/x\" as x;");
    assert!(told[0].starts_with("2:1 import-below"), "{told:?}");
    let told = with_library("on(\"user.added\", |e| { import \"lib/x\" as x; });");
    assert!(told[0].starts_with("1:24 import-inside"), "{told:?}");
    let told = with_library("import \"lib/x\" as x; on(\"user.added\", |e| log(x::g(1) + x::f(1, 2)));");
    assert!(told[0].starts_with("1:50 unknown-function: hooks/lib/x.rhai has no function `g`"), "{told:?}");
    assert!(told[1].contains("x::f is called with 2 values, and takes 1"), "{told:?}");
    let told = with_library("import \"../secret\" as x;");
    assert!(told[0].contains("there is no script hooks/../secret.rhai"), "{told:?}");
}

#[test]
fn two_hooks_of_one_id_are_reported() {
    let reports = check(
        &files(&[
            ("hooks/a.rhai", "on(\"user.added\", #{ id: \"x\" }, |e| {});"),
            ("hooks/b.rhai", "\non(\"user.added\", #{ id: \"x\" }, |e| {});"),
        ]),
        &names(),
    );
    assert_eq!(
        (reports[0].file.as_str(), reports[0].line, reports[0].code.as_str()),
        ("hooks/b.rhai", 2, "double-id")
    );
    assert_eq!(reports[0].message, "the id \"x\" is used already, at hooks/a.rhai:1");
}

#[test]
fn a_route_without_a_mail_is_told_that_it_never_runs() {
    let reports =
        check(&files(&[("hooks/a.rhai", "route(\"invite.expired\", |mail, event| {});")]), &names());
    assert_eq!((reports[0].code.as_str(), reports[0].severity), ("never-runs", Severity::Warning));
}

#[test]
fn samples_find_what_only_a_run_can() {
    let told = told(
        "on(\"ticket.replied\", |event| {\n    let users = event.account.users;\n    log(users[0].name);\n});",
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("3:") && told[0].contains("on a sample of ticket.replied"), "{told:?}");
}

#[test]
fn syntax_errors_name_place_and_mend() {
    tells("on(\"user.added\", |event| {\n  log(1;\n});", "2:6 syntax: this `(` is never closed");
    tells("on(\"user.added\", |event| { log(evnt.user); });", "1:32 syntax: there is no variable `evnt`");
    tells("let new = 1;", "1:5 syntax: `new` is a word of the language / choose another name");
}

#[test]
fn a_failing_run_shows_the_calls_that_led_there_across_files() {
    let all = files(&[
        (
            "hooks/lib/rules.rhai",
            "fn check(user) {\n    inner(user)\n}\nfn inner(user) {\n    [1][user.name.len()]\n}",
        ),
        (
            "hooks/a.rhai",
            "import \"lib/rules\" as rules;\nfn twice(user) { rules::check(user) }\non(\"user.added\", |event| {\n    twice(event.user);\n});",
        ),
    ]);
    let set = load(&all, &Files::new(), &Files::new(), &names(), None).set;
    let error = run(&set, &event("user.added", 0)).record.error.expect("an error");
    assert_eq!((error.report.file.as_str(), error.report.line), ("hooks/lib/rules.rhai", 5), "{error}");
    assert_eq!(error.report.snippet, "    [1][user.name.len()]");
    let trace = error.trace.join("\n");
    for part in [
        "inner() called at hooks/lib/rules.rhai:2:5",
        "check() called at hooks/a.rhai:2:",
        "twice() called at hooks/a.rhai:4:5",
    ] {
        assert!(trace.contains(part), "{error}");
    }
}

#[test]
fn the_check_says_everything_at_once() {
    let told = told(
        "on(\"ticket.replyed\", |e| {});\non(\"user.added\", |event| { log(event.usr); emial(1); });\nbefore(\"invite.send\", #{ idd: 1 }, |d| { d.emial; });",
    );
    let lines: Vec<_> = told.iter().map(|line| line.split(':').next().unwrap_or_default()).collect();
    assert_eq!(lines, ["1", "2", "2", "3", "3"], "{told:#?}");
}
