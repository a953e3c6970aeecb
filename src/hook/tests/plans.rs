//! `on` hooks and what they ask for.

use super::*;
use crate::effect::Effect;
use serde_json::json;

#[test]
fn the_example_of_the_contract_plans_a_mail_and_a_web_hook() {
    let set = one(r#"
        on("user.added", |event| {
            email(#{ template: "welcome-colleague", to: event.user, vars: #{ account: event.account.name } });
            webhook(#{ url: setting("crm_url"), body: #{ user: event.user.email } });
        });
    "#);
    let run = run(&set, &event("user.added", 0));
    let plan = run.plan.expect("a plan");
    let [Effect::Email { template, to, vars, .. }, Effect::Webhook { url, body, .. }] =
        plan.effects.as_slice()
    else {
        panic!("{plan:?}");
    };
    assert_eq!(
        (template.as_str(), to[0].email.as_str(), to[0].kind.as_str()),
        ("welcome-colleague", "accountant@bakery.example", "user")
    );
    assert_eq!(to[0].time_zone, "Europe/Berlin");
    assert_eq!(*vars, json!({"account": "Blue Bakery"}));
    assert_eq!(
        (url.as_str(), body),
        ("https://crm.example/in", &json!({"user": "accountant@bakery.example"}))
    );
    assert_eq!(run.record.settings_read, [("crm_url".to_owned(), json!("https://crm.example/in"))].into());
}

#[test]
fn a_closure_may_use_the_event_whose_list_it_filters() {
    let log = logged(
        "ticket.replied",
        r#"
        let others = event.account.users.filter(|u| u.email != event.actor.email);
        log(others.len());
        log(event.account.users.some(|u| event.account.users.filter(|v| v.id == u.id).len() > 1));
    "#,
    );
    assert_eq!(log, ["3", "false"]);
}

#[test]
fn what_a_closure_captured_is_the_same_in_every_run() {
    let set = rough(r#"let hits = 0; on("user.added", |event| { hits += 1; log(`hit ${hits}`); });"#);
    for _ in 0..3 {
        assert_eq!(run(&set, &event("user.added", 0)).record.log, ["hit 1"]);
    }
}

#[test]
fn functions_constants_and_libraries_work_inside_a_hook() {
    let loaded = load(
        &files(&[
            (
                "hooks/lib/rules.rhai",
                "const STAFF = \"@host.example\"; fn is_staff(person) { person.email.ends_with(global::STAFF) }",
            ),
            (
                "hooks/a.rhai",
                "import \"lib/rules\" as rules; const GREETING = \"hello \"; fn greet(user) { global::GREETING + user.first_name }\n\
                 on(\"user.added\", |event| { log(greet(event.user)); log(rules::is_staff(event.user)); });",
            ),
        ]),
        &Files::new(),
        &Files::new(),
        &names(),
        None,
    );
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    assert_eq!(run(&loaded.set, &event("user.added", 0)).record.log, ["hello Ada", "false"]);
}

#[test]
fn time_comes_from_the_event_and_knows_zones() {
    let log = logged(
        "ticket.replied",
        r#"
        let t = event.at.in_zone("Europe/Berlin");
        log(`${t.weekday} ${t.date} ${t.hour}:${t.minute}`);
        log(event.at.hour);
        log(event.at - event.ticket.opened_at == days(1));
        log(event.ticket.quiet_for > minutes(59) && event.ticket.quiet_for < hours(2));
        log((event.at + days(7)).in_zone("America/New_York").date);
        log(event.ticket.quiet_for.minutes);
        log(event.at > event.ticket.opened_at);
        log(`${event.at}`);
        log(hours(36).to_string());
    "#,
    );
    assert_eq!(
        log,
        [
            "Monday 2026-11-23 10:30",
            "9",
            "true",
            "true",
            "2026-11-30",
            "60",
            "true",
            "2026-11-23T09:30:00+00:00",
            "36 hours"
        ]
    );
}

#[test]
fn texts_have_the_functions_that_people_expect() {
    let log = logged(
        "user.added",
        r#"
        log("  A b ".trim().to_lower());
        log("Jo@Example.COM".domain());
        log("a,b,c".split(",").join("-"));
        log("x.y".replace(".", "+"));
        log("hello".contains("ell") && "hello".starts_with("he") && "hello".ends_with("lo"));
        log("lo" in "hello");
        log(parse_int(" 42 ") + 1);
        log([1, "two", #{ three: 3 }]);
        log(event.user);
        print("printed");
    "#,
    );
    assert_eq!(
        log,
        [
            "a b",
            "example.com",
            "a-b-c",
            "x+y",
            "true",
            "true",
            "43",
            r#"[1,"two",{"three":3}]"#,
            log_of_user().as_str(),
            "printed"
        ]
    );
}

fn log_of_user() -> String {
    serde_json::to_value(sample::accountant()).expect("json").to_string()
}

#[test]
fn an_account_answers_who_may_and_who_wants_what() {
    let log = logged(
        "ticket.replied",
        r#"
        let a = event.account;
        log(a.users_with("tickets").map(|u| u.first_name).join(" "));
        log(a.contacts_for("support").map(|c| c.email).join(" "));
        log(a.users_for("invoice").map(|u| u.email).join(" "));
        log(a.wants("support"));
        log(a.owner.may("orders") && !a.users[1].may("orders"));
    "#,
    );
    assert_eq!(log, ["Olive Dev Dana", "shop@bakery.example", "accountant@bakery.example", "true", "true"]);
}

#[test]
fn an_absent_subject_is_an_empty_object_never_nothing() {
    let set = one(r#"on("ticket.replied", |event| {
        log(event.account.exists); log(event.account.name == ""); log(event.account.users.len());
        log(event.account.owner.email == ""); log(event.account.users_with("tickets").len()); log(event.ticket.assignee.exists);
    });"#);
    let last = (catalogue::find("ticket.replied").expect("kind").samples)().len() - 1;
    assert_eq!(
        run(&set, &event("ticket.replied", last)).record.log,
        ["false", "true", "0", "true", "0", "false"]
    );
}

#[test]
fn an_event_of_an_earlier_release_lacks_fields_and_they_are_empty() {
    let event = changed("ticket.replied", 0, |event| {
        event["ticket"].as_object_mut().expect("object").remove("quiet_for");
        event.as_object_mut().expect("object").remove("depth");
    });
    let set = one(
        r#"on("ticket.replied", |event| { log(event.ticket.quiet_for == minutes(0)); log(event.depth); });"#,
    );
    assert_eq!(run(&set, &event).record.log, ["true", "0"]);
}

#[test]
fn a_hook_that_fails_has_no_plan_at_all() {
    let set = one(
        r#"on("user.added", |event| { log("so far"); webhook(#{ url: setting("crm_url") }); throw "no"; });"#,
    );
    let run = run(&set, &event("user.added", 0));
    assert!(run.plan.is_none());
    assert_eq!(run.record.outcome, Outcome::Failed);
    assert_eq!(run.record.log, ["so far"]);
}

#[test]
fn families_and_priorities_decide_which_hooks_run_in_which_order() {
    let loaded = load(
        &files(&[
            ("hooks/b.rhai", r#"on("ticket.*", #{ id: "b" }, |e| {});"#),
            (
                "hooks/a.rhai",
                r#"on("ticket.replied", |e| {}); on("ticket.replied", #{ priority: 5, label: "first" }, |e| {}); on("user.*", |e| {});"#,
            ),
            ("hooks/plug/c.rhai", r#"on("ticket.replied", |e| {});"#),
        ]),
        &Files::new(),
        &Files::new(),
        &names(),
        None,
    );
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    let order: Vec<_> = loaded.set.on_for("ticket.replied").map(|hook| hook.id.clone()).collect();
    assert_eq!(
        order,
        ["a.rhai:ticket.replied:2", "a.rhai:ticket.replied:1", "b", "plug/c.rhai:ticket.replied:1"]
    );
    assert_eq!(loaded.set.find("a.rhai:ticket.replied:2").map(|hook| hook.label.as_str()), Some("first"));
}

#[test]
fn sixteen_threads_plan_what_one_plans() {
    let set = rough(
        r#"
        let seen = [];
        on("ticket.replied", |event| {
            seen.push(event.ticket.id);
            let m = #{};
            for u in event.account.users { m[u.id] = u.permissions.len(); }
            log(m); log(seen.len());
            email(#{ template: "welcome-colleague", to: event.account.users.filter(|u| u != event.actor), vars: #{ n: m.keys() } });
        });
    "#,
    );
    let event = event("ticket.replied", 0);
    let alone = run(&set, &event);
    let same = |other: OnRun| (other.plan, other.record.log, other.record.operations);
    let expected = same(alone);
    assert_eq!(expected.1[1], "1");
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(same(run(&set, &event)), expected);
                }
            });
        }
    });
}

#[test]
fn secrets_are_no_field_of_any_event_or_draft() {
    for shape in catalogue::shapes() {
        for field in shape.fields {
            for word in ["password", "token", "secret", "hash", "card", "totp"] {
                assert!(!field.name.contains(word), "{}.{} looks like a secret", shape.name, field.name);
            }
        }
    }
}

#[test]
fn an_account_that_events_share_is_handed_out_whole_and_mentioned_only_when_it_was() {
    let (whole, kind) =
        ((catalogue::find("user.added").expect("a kind").samples)().swap_remove(0), "user.added");
    let shared = SharedAccount::new(whole["account"].clone());
    let mut event = whole;
    event["account"] = Value::Null;
    let set = one(
        "on(\"user.added\", |event| webhook(#{ url: \"https://crm.example/in\", body: event }));\non(\"user.added\", |event| log(event.user.email));",
    );
    let hooks: Vec<_> = set.on_for(kind).collect();
    let input = Input::sharing(event.clone(), &shared).expect("an event");
    let plan = set.run_on(hooks[0], &input, &settings()).plan.expect("a plan");
    let Effect::Webhook { body, .. } = &plan.effects[0] else { panic!("{plan:?}") };
    assert_eq!(body["account"]["name"], "Blue Bakery");
    let input = Input::sharing(event, &shared).expect("an event");
    set.run_on(hooks[1], &input, &settings());
    assert!(
        !input.mentioned().iter().any(|path| path.starts_with("event.account")),
        "{:?}",
        input.mentioned()
    );
}

#[test]
fn the_check_knows_which_effects_need_an_account() {
    use crate::effect::validate::{Asked, validate};
    use crate::event::data::Account;
    let calls = [
        ("email", "email(#{ template: \"message\", to: event.actor })"),
        ("webhook", "webhook(#{ url: \"https://crm.example/in\" })"),
        ("ticket_note", "ticket_note(event.ticket, \"a\")"),
        ("ticket_reply", "ticket_reply(event.ticket, \"a\")"),
        ("open_ticket", "open_ticket(#{ department: \"Support\", subject: \"a\", body: \"b\" })"),
        ("set_status", "set_status(event.ticket, \"Closed\")"),
        ("grant", "grant(event.account.users[1], [\"tickets\"])"),
        ("revoke", "revoke(event.account.users[1], [\"tickets\"])"),
        ("add_contact", "add_contact(#{ name: \"A\", email: \"a@b.example\" })"),
        ("store_set", "store_set(\"a\", 1)"),
        ("emit", "emit(\"custom.a\")"),
    ];
    assert_eq!(calls.len(), EFFECTS.len());
    let met = event("ticket.replied", 0);
    let ticket = met.view().object("ticket").expect("a ticket").text("id");
    for (name, call) in calls {
        let set = one(&format!("on(\"ticket.replied\", |event| {call});"));
        let plan = run(&set, &met).plan.expect(name);
        let asked = Asked { account: &Account::default(), ticket: &ticket, store: "a.rhai" };
        let refused = validate(&plan.effects, &asked).is_err();
        assert_eq!(refused, function::find(name).expect(name).needs_account(), "{name}");
    }
}
