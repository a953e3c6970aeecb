//! Schedules, drivers, menus and panels; all effects; plugins with manifests, secrets and stores.

use super::*;
use crate::effect::{Effect, Secret};
use crate::event::{driver::DriverAnswer, page};
use serde_json::json;

#[test]
fn every_effect_can_be_asked_for() {
    let set = one(r#"
        on("ticket.replied", |event| {
            ticket_note(event.ticket, "VIP");
            ticket_reply(event.ticket, "We are on it.");
            set_status(event.ticket, "In Progress");
            open_ticket(#{ department: "Support", subject: "Call them", body: "Today.", opener: event.account.owner });
            store_set("last", event.ticket.reference);
            emit("custom.vip_wrote", #{ ticket: event.ticket.reference });
            grant(event.account.users[1], ["tickets"]);
            revoke(event.account.users[1], ["emails"]);
            add_contact(#{ name: "Night shift", email: "night@bakery.example", categories: ["support"] });
            webhook(#{ url: "https://crm.example/in", headers: #{ "X-Team": "a" } });
        });
    "#);
    let run = run(&set, &event("ticket.replied", 0));
    assert_eq!(run.record.error, None);
    let plan = run.plan.expect("a plan");
    assert_eq!(
        plan.effects.iter().map(Effect::name).collect::<Vec<_>>(),
        [
            "ticket_note",
            "ticket_reply",
            "set_status",
            "open_ticket",
            "store_set",
            "emit",
            "grant",
            "revoke",
            "add_contact",
            "webhook"
        ]
    );
    assert_eq!(
        plan.effects[2],
        Effect::SetStatus { ticket: "tkt_01oven".into(), status: "In Progress".into() }
    );
    assert_eq!(
        plan.effects[4],
        Effect::StoreSet { plugin: "a.rhai".into(), key: "last".into(), value: json!("KXT-482913") }
    );
    let kept: crate::effect::Plan = serde_json::from_value(json!(plan)).expect("a plan has a JSON form");
    assert_eq!(kept, plan);
}

#[test]
fn an_effect_says_what_is_wrong_with_its_values() {
    for (call, message) in [
        (
            "set_status(event.account, \"Closed\")",
            "set_status(): expected a ticket such as event.ticket, found an object",
        ),
        ("set_status(event.ticket, \"\")", "set_status(): it is empty"),
        ("emit(\"vip\", 1)", "custom.vip_lost"),
        ("open_ticket(#{ department: \"Support\", subject: \"a\" })", "open_ticket() asks for `body`"),
        (
            "open_ticket(#{ department: \"S\", subject: \"a\", body: \"b\", priority: \"Urgent\" })",
            "\"Urgent\" is none of Low, Medium, High",
        ),
        ("grant(event.account.owner, [\"ticket\"])", "did you mean \"tickets\"?"),
        ("store_set(\"a\", |x| x)", "cannot be handed out of a script"),
        (
            "webhook(#{ url: \"https://crm.example/\", headers: #{ A: 1 } })",
            "`A` must be a text or secret(\"name\")",
        ),
    ] {
        let set = rough_or_good(&format!("on(\"ticket.replied\", |event| {{ {call}; }});"));
        let error = run(&set, &event("ticket.replied", 0)).record.error.expect(call);
        assert!(error.report.message.contains(message), "{call}: {}", error.report.message);
    }
    let guest = run(
        &rough("on(\"ticket.mail_rejected\", |event| set_status(event.ticket, \"Closed\"));"),
        &event("ticket.mail_rejected", 0),
    );
    let error = guest.record.error.expect("there is no ticket");
    assert!(error.report.message.contains("ask `ticket.exists` first"), "{error}");
}

fn rough_or_good(text: &str) -> Arc<HookSet> {
    let files = files(&[("hooks/a.rhai", text)]);
    load(&files, &files, &Files::new(), &names(), None).set
}

#[test]
fn a_schedule_runs_on_its_own_events_alone() {
    let set = one(r#"
        every("1 hour", #{ over: "ticket", id: "quiet" }, |event| {
            if event.ticket.quiet_for > days(7) { set_status(event.ticket, "Closed"); }
        });
        every("1 day", |event| log("good morning"));
    "#);
    let (hook, schedule) = set.scheduled().next().expect("a schedule");
    assert_eq!((hook.id.as_str(), schedule.period, schedule.over), ("quiet", 3_600_000, Some("ticket")));
    let due = changed("schedule.due", 0, |event| event["hook"] = json!("quiet"));
    let met: Vec<_> = set.for_event(&due).map(|hook| hook.id.clone()).collect();
    assert_eq!(met, ["quiet"]);
    let plan = set.run_on(hook, &due, &settings()).plan.expect("a plan");
    assert_eq!(plan.effects.len(), 1);
    assert_eq!(run_samples(&set), []);
}

#[test]
fn an_operators_own_event_is_served_by_its_name() {
    let set = one(
        r#"on("custom.vip_wrote", |event| log(event.data.ticket)); on("custom.*", |event| log(event.name));"#,
    );
    let told = changed("custom.vip_wrote", 0, |event| {
        event["name"] = json!("custom.vip_wrote");
        event["data"] = json!({ "ticket": "T-1" });
    });
    let log: Vec<_> =
        set.for_event(&told).flat_map(|hook| set.run_on(hook, &told, &settings()).record.log).collect();
    assert_eq!(log, ["T-1", "custom.vip_wrote"]);
    let other = changed("custom.vip_wrote", 0, |event| event["name"] = json!("custom.other"));
    assert_eq!(set.for_event(&other).count(), 1);
}

#[test]
fn stored_values_are_given_and_what_was_read_is_recorded() {
    let set = one(
        r#"on("user.added", |event| { log(store_get("seen", 0)); store_set("seen", store_get("seen", 0) + 1); });"#,
    );
    let hook = set.on_for("user.added").next().expect("a hook");
    assert!(hook.reads_store);
    let stores = BTreeMap::from([("a.rhai".to_owned(), Stored::from([("seen".to_owned(), json!(4))]))]);
    let run = set.run_on(hook, &event("user.added", 0), &settings().with_stores(stores));
    assert_eq!(run.record.log, ["4"]);
    assert_eq!(run.record.stored_read, [("seen".to_owned(), json!(4))].into());
    let stored = Effect::StoreSet { plugin: "a.rhai".into(), key: "seen".into(), value: json!(5) };
    assert_eq!(run.plan.expect("a plan").effects, [stored]);
}

const MANIFEST: &str = "name = \"whm\"\nversion = \"1.0.0\"\n[may]\nhosts = [\"crm.example\"]\neffects = [\"webhook\"]\n[settings.region]\ntype = \"text\"\ndefault = \"eu\"\n[settings.token]\ntype = \"secret\"\n";

fn plugin(script: &str) -> Loaded {
    let files = files(&[("hooks/whm/plugin.toml", MANIFEST), ("hooks/whm/a.rhai", script)]);
    load(&files, &Files::new(), &Files::new(), &names(), None)
}

#[test]
fn a_plugin_reads_its_own_settings_and_hands_on_secrets_it_never_sees() {
    let loaded = plugin(
        r#"
        on("user.added", |event| {
            log(setting("region"));
            webhook(#{ url: "https://crm.example/", headers: #{ Authorization: "Bearer " + secret("token") } });
        });
    "#,
    );
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    let hook = loaded.set.on_for("user.added").next().expect("a hook").clone();
    let run = loaded.set.run_on(&hook, &event("user.added", 0), loaded.set.given());
    assert_eq!((run.record.error, run.record.log), (None, vec!["eu".to_owned()]));
    let secret = Secret {
        plugin: "whm".into(),
        secret: "token".into(),
        before: "Bearer ".into(),
        after: String::new(),
    };
    let plan = run.plan.expect("a plan");
    let Effect::Webhook { headers, .. } = &plan.effects[0] else { panic!("{plan:?}") };
    assert_eq!(headers["Authorization"], json!(secret));
    for peek in ["log(secret(\"token\"));", "log(`${secret(\"token\")}`);", "secret(\"region\");"] {
        let script = format!("on(\"user.added\", |event| {{ {peek} }});");
        let all = files(&[("hooks/whm/plugin.toml", MANIFEST), ("hooks/whm/a.rhai", &script)]);
        // What was good once runs, whatever the check says now.
        let loaded = load(&all, &all, &Files::new(), &names(), None);
        let hook = loaded.set.on_for("user.added").next().expect("a hook").clone();
        let run = loaded.set.run_on(&hook, &event("user.added", 0), loaded.set.given());
        assert!(
            run.record.error.is_some() || ["(a secret)", "Secret"].contains(&run.record.log[0].as_str()),
            "{peek}: {:?}",
            run.record.log
        );
    }
}

#[test]
fn a_plugin_may_do_what_its_manifest_names_and_nothing_else() {
    let loaded = plugin(r#"on("ticket.replied", |event| ticket_note(event.ticket, "hi"));"#);
    let [report] = &loaded.reports[..] else { panic!("{}", shown(&loaded.reports)) };
    assert_eq!((report.code.as_str(), report.line), ("not-in-manifest", 1));
    let broken = files(&[
        ("hooks/whm/plugin.toml", "name = 1"),
        ("hooks/whm/a.rhai", "on(\"user.added\", |e| webhook(#{ url: \"https://crm.example/\" }));"),
    ]);
    let first = load(&broken, &Files::new(), &Files::new(), &names(), None);
    assert_eq!(first.runs["hooks/whm/plugin.toml"], Runs::Nothing);
    let good = files(&[("hooks/whm/plugin.toml", MANIFEST)]);
    let second = load(&broken, &good, &Files::new(), &names(), None);
    assert_eq!(second.runs["hooks/whm/plugin.toml"], Runs::LastGood);
    assert_eq!(second.set.hooks().len(), 1, "{}", shown(&second.reports));
}

#[test]
fn menus_and_panels_are_data() {
    let set = one(r#"
        menu("client", |menu, view| {
            if view.user.may("tickets") { menu.add("Status page", "https://status.example/"); }
            menu.remove("/contacts");
        });
        panel("client.home", |view| {
            #{ title: "Hello " + view.user.first_name, rows: [#{ label: "Country", value: view.account.country }],
               links: [#{ label: "Ask us", url: "/tickets/new" }] }
        });
        panel("client.home", |view| { if view.user.owner { return (); } #{ title: "For colleagues" } });
    "#);
    let [owner, accountant]: [Value; 2] = page::samples().try_into().expect("two samples");
    let menu = set.menu("client", owner.clone(), &settings()).menu;
    assert_eq!((menu.added.len(), menu.removed), (1, vec!["/contacts".to_owned()]));
    assert_eq!(set.menu("client", accountant.clone(), &settings()).menu.added, []);
    let titles = |view| {
        set.panels("client.home", view, &settings()).panels.into_iter().map(|p| p.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(owner), ["Hello Olive"]);
    assert_eq!(titles(accountant), ["Hello Ada", "For colleagues"]);
    for (wrong, message) in [
        ("menu(\"client\", |menu, view| menu.add(\"x\", \"javascript:alert(1)\"));", "is no link"),
        ("panel(\"client.home\", |view| \"<b>\");", "a panel is a map"),
        ("panel(\"client.home\", |view| #{ title: \"x\", html: \"<b>\" });", "unknown field `html`"),
    ] {
        let reports = run_samples(&rough_or_good(wrong));
        assert!(reports[0].message.contains(message), "{wrong}: {}", shown(&reports));
    }
}

#[test]
fn a_driver_is_two_pure_halves() {
    let set = one(r#"
        driver("provisioning", "whm", #{
            single_sign_on: |request| http_get(`https://${request.server.host}:2087/session?user=${request.server.username}`),
            single_sign_on_done: |request, response| {
                if response.status != 200 { return refuse("The panel does not answer. Please try again later."); }
                redirect(response.json.data.url)
            },
        });
    "#);
    let action = crate::event::driver::find("provisioning")
        .and_then(|kind| kind.action("single_sign_on"))
        .expect("an action");
    let request = (action.samples)().remove(0);
    let asked =
        set.drive("provisioning", "whm", "single_sign_on", request.clone(), &settings()).expect("a driver");
    assert_eq!(asked.request.expect("a request").url, "https://panel.host.example:2087/session?user=bakery");
    let done = |response: Value| {
        let run =
            set.drive_done("provisioning", "whm", "single_sign_on", (request.clone(), response), &settings());
        run.expect("a driver").answer
    };
    let url = "https://panel.host.example/s/1";
    assert_eq!(
        done(json!({ "status": 200, "json": { "data": { "url": url } } })),
        Some(DriverAnswer::Redirect { url: url.into() })
    );
    assert!(matches!(done(json!({ "status": 502 })), Some(DriverAnswer::Refuse { .. })));
    assert_eq!(done(json!({ "status": 200 })), None, "the half fails, and says so");
    assert!(set.drive("provisioning", "plesk", "single_sign_on", json!({}), &settings()).is_none());
}

#[test]
fn registrations_of_all_kinds_are_checked() {
    for (script, told) in [
        ("every(\"10 seconds\", |e| {});", "1:7 wrong-period"),
        ("every(\"1 hour\", #{ over: \"tickets\" }, |e| {});", "1:26 wrong-option"),
        ("on(\"user.added\", #{ over: \"ticket\" }, |e| {});", "1:21 unknown-option"),
        ("menu(\"clients\", |m, v| {});", "1:6 unknown-point"),
        ("panel(\"client.home\", |v| v.usr);", "unknown-field"),
        ("driver(\"provisionning\", \"a\", #{});", "1:8 wrong-driver"),
        (
            "driver(\"provisioning\", \"a\", #{ single_sign_on: |r| http_get(\"https://a.example\") });",
            "wrong-driver",
        ),
        (
            "driver(\"provisioning\", \"a\", #{ single_sign_on: |r| http_get(r.sever.host), single_sign_on_done: |r, a| redirect(a.txt) });",
            "unknown-field",
        ),
        ("before(\"invite.send\", |d| set_status(d, \"x\"));", "not-allowed-here"),
    ] {
        let loaded = load_one(script);
        let lines: Vec<_> =
            loaded.reports.iter().map(|r| format!("{}:{} {}", r.line, r.column, r.code)).collect();
        assert!(lines.iter().any(|line| line.contains(told)), "{script}\n{told}\n{lines:?}");
    }
}
