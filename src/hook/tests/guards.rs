//! `before` and `permission_defaults` hooks.

use super::*;
use crate::permission::Permission;
use serde_json::json;

const COLLEAGUES: &str = r#"
    before("invite.send", |draft| {
        if !draft.email.ends_with("@example.com") { deny("Only colleagues can be invited."); }
        draft.expires_in = days(3);
    });
"#;

#[test]
fn the_example_of_the_contract_refuses_strangers_and_shortens_the_rest() {
    let set = one(COLLEAGUES);
    let refused = ask(&set, "invite.send", |_| {});
    assert_eq!(refused.answer.denied.as_deref(), Some("Only colleagues can be invited."));
    assert_eq!(refused.records[0].outcome, Outcome::Denied);
    assert!(refused.records[0].error.is_none());
    let let_in = ask(&set, "invite.send", |draft| draft["email"] = "jo@example.com".into());
    assert_eq!(let_in.answer.denied, None);
    assert_eq!(let_in.answer.draft["expires_in"], json!(3 * 86_400_000));
    assert_eq!(let_in.answer.draft["email"], "jo@example.com");
}

#[test]
fn no_script_can_catch_its_own_refusal() {
    let set = one(r#"before("invite.send", |draft| { try { deny("No."); } catch { log("caught"); } });"#);
    let run = ask(&set, "invite.send", |_| {});
    assert_eq!(run.answer.denied.as_deref(), Some("No."));
    assert!(run.records[0].log.is_empty());
}

#[test]
fn the_first_refusal_ends_it_but_a_form_hears_all_locks() {
    let set = one(r#"
        before("account.change_details", |draft| { if draft.composing { draft.lock(["company"], "Ask us."); } else { deny("first"); } });
        before("account.change_details", |draft| { deny("second"); });
        before("account.change_details", |draft| { draft.lock("country", "Ask them."); });
    "#);
    let run = ask(&set, "account.change_details", |_| {});
    assert_eq!((run.answer.denied.as_deref(), run.records.len()), (Some("first"), 1));
    let run = ask(&set, "account.change_details", |draft| draft["composing"] = true.into());
    assert_eq!((run.answer.denied.as_deref(), run.records.len()), (Some("second"), 3));
    let locked: Vec<_> =
        run.answer.locked.iter().map(|lock| (lock.fields.join(","), lock.reason.as_str())).collect();
    assert_eq!(locked, [("company".to_owned(), "Ask us."), ("country".to_owned(), "Ask them.")]);
}

#[test]
fn only_what_the_action_amends_can_be_set() {
    let set = rough(
        "fn meddle(d) { d[\"email\"] = \"x@y.example\"; }\nbefore(\"invite.send\", #{ on_failure: \"allow\" }, |draft| meddle(draft));",
    );
    let run = ask(&set, "invite.send", |_| {});
    let error = run.records[0].error.as_ref().expect("an error");
    assert_eq!(
        error.report.message,
        "`draft.email` cannot be set; `invite.send` lets a hook set permissions, expires_in"
    );
    assert_eq!(run.answer.draft["email"], "accountant@bakery.example");
}

#[test]
fn a_field_takes_only_what_fits_it() {
    for (set_to, told) in [
        ("draft.expires_in = 3", "expected a length of time, such as days(3), found a number"),
        ("draft.expires_in = days(-1)", "a length of time must be more than nothing"),
        ("draft.permissions = [\"tick\" + \"et\"]", "\"ticket\" is no permission; did you mean \"tickets\"?"),
        ("draft.permissions = \"tickets\"", "expected a list of texts, found a text"),
    ] {
        let set = loose(&format!("fn change(draft) {{ {set_to}; }} before(\"invite.send\", |d| change(d));"));
        let error = ask(&set, "invite.send", |_| {}).records[0].error.clone().expect(set_to);
        assert!(error.report.message.contains(told), "{error}");
    }
}

#[test]
fn lists_of_a_draft_can_be_changed_in_place_and_in_a_function() {
    let set = one(r#"
        fn tidy(d) { d.permissions = d.permissions.filter(|p| p != "quotes"); }
        before("invite.send", |draft| { draft.permissions.push("tickets"); tidy(draft); if draft.email.contains("@") { log(draft.permissions.len()); } });
    "#);
    let run = ask(&set, "invite.send", |_| {});
    assert_eq!(run.records[0].error, None);
    assert_eq!(run.answer.draft["permissions"], json!(["invoices", "emails", "tickets"]));
}

#[test]
fn a_later_hook_sees_what_an_earlier_one_amended() {
    let set = one(r#"
        before("ticket.open", #{ priority: 1 }, |draft| { draft.priority = "High"; });
        before("ticket.open", |draft| { draft.subject = `[${draft.priority}] ` + draft.subject; });
    "#);
    assert_eq!(
        ask(&set, "ticket.open", |_| {}).answer.draft["subject"],
        "[High] The shop is slow since the update"
    );
}

#[test]
fn a_failing_guard_that_can_refuse_refuses_and_one_that_amends_is_passed_over() {
    let fails = |options: &str, body: &str| {
        let set = loose(&format!(
            "fn inner(d) {{ if d.composing {{ deny(\"no\") }} }}\nbefore(\"invite.send\", #{{ {options} }}, |draft| {{ draft.expires_in = days(1); {body} log([][1]); }});"
        ));
        let run = ask(&set, "invite.send", |_| {});
        assert_eq!(run.records[0].outcome, Outcome::Failed);
        assert_eq!(
            run.answer.draft["expires_in"],
            json!(7 * 86_400_000),
            "what a failed hook amended does not count"
        );
        run.answer.denied.is_some()
    };
    assert!(!fails("", ""), "it only amends");
    assert!(fails("", "inner(draft);"), "a function that it calls can refuse");
    assert!(fails("", "if draft.composing { draft.lock([\"email\"], \"x\"); }"), "it can lock");
    assert!(fails("", "[1].for_each(|x| if x == 2 { deny(\"no\") });"), "a closure in it can refuse");
    assert!(fails("on_failure: \"deny\"", ""), "it says so");
    assert!(!fails("on_failure: \"allow\"", "inner(draft);"), "it says so");
}

#[test]
fn effects_and_refusals_belong_to_their_own_hooks() {
    let set = rough(
        "fn f(x) { email(#{ template: \"invite\", to: \"a@a.example\" }) }\nbefore(\"invite.send\", |draft| f(draft));",
    );
    let error = ask(&set, "invite.send", |_| {}).records[0].error.clone().expect("an error");
    assert_eq!(error.report.message, "email() works in `on` and `every` hooks only; this is a `before` hook");
    let set = rough("fn f() { deny(\"no\") }\non(\"user.added\", |event| f());");
    let error = run(&set, &event("user.added", 0)).record.error.expect("an error");
    assert_eq!(error.report.message, "deny() works in `before` hooks only; this is an `on` hook");
}

fn defaults(script: &str) -> DefaultsRun {
    one(script).permission_defaults(guard::defaults_samples().swap_remove(1), &settings())
}

#[test]
fn boxes_are_ticked_required_forbidden_and_grouped_by_hooks() {
    let run = defaults(
        r#"
        permission_defaults(|invite| {
            if invite.email.ends_with("@bakery.example") { invite.preselect(["invoices", "quotes"]); }
            invite.preselect(["quotes", "emails"]);
            invite.require(["emails"], "Every user may read the history.");
            invite.forbid(["orders"], "Orders go through purchasing.");
            invite.preset("Billing department", ["invoices", "orders"]);
            log(invite.managing); log(invite.account.name);
        });
    "#,
    );
    use Permission::*;
    assert_eq!(run.defaults.preselect, [Invoices, Quotes, Emails]);
    assert_eq!(run.defaults.require, [(Emails, "Every user may read the history.".to_owned())]);
    assert_eq!(run.defaults.forbid, [(Orders, "Orders go through purchasing.".to_owned())]);
    assert_eq!(run.defaults.presets, [("Billing department".to_owned(), vec![Invoices, Orders])]);
    assert!(!run.defaults.incomplete);
    assert_eq!(run.records[0].log, ["false", "Blue Bakery"]);
}

#[test]
fn a_failing_defaults_hook_preselects_nothing_and_takes_nobody_elses_locks_away() {
    let run = defaults(
        r#"
        permission_defaults(|invite| { invite.preselect(["invoices"]); invite.forbid(["orders"], "No."); });
        permission_defaults(|invite| { invite.forbid(["emails"], "half done"); let k = "ticket"; invite.preselect([k]); });
    "#,
    );
    assert!(run.defaults.incomplete && run.defaults.preselect.is_empty());
    assert_eq!(run.defaults.forbid, [(Permission::Orders, "No.".to_owned())]);
    let error = run.records[1].error.as_ref().expect("an error");
    assert_eq!(
        error.report.message,
        "invite.preselect: \"ticket\" is no permission; did you mean \"tickets\"?"
    );
}

#[test]
fn with_no_scripts_nobody_gets_anything_and_no_box_is_ticked() {
    let set = load(&Files::new(), &Files::new(), &embedded(), &names(), None).set;
    for kind in catalogue::EVENTS {
        let event = Input::of(kind, (kind.samples)().swap_remove(0));
        assert!(
            set.route(&event, &notice("any", Category::General), &settings()).routing.recipients.is_empty()
        );
    }
    assert_eq!(
        set.permission_defaults(guard::defaults_samples().swap_remove(0), &settings()).defaults,
        guard::Defaults::default()
    );
}

#[test]
fn a_failing_defaults_hook_that_can_forbid_leaves_nobody_sure() {
    let failing = |says: &str| {
        defaults(&format!(
            "permission_defaults(|invite| {{ if invite.email == \"never@x.example\" {{ {says} }} let list = []; let n = list.len() + 3; list[n]; }});"
        ))
    };
    assert!(failing("invite.forbid([\"orders\"], \"No.\");").defaults.unsure);
    let run = failing("invite.preselect([\"orders\"]);");
    assert!(run.defaults.incomplete && !run.defaults.unsure);
}

#[test]
fn a_guard_refuses_over_two_libraries_whoever_imported_them_first() {
    let files = files(&[
        (
            "hooks/a.rhai",
            "import \"lib/c\" as c;\nimport \"lib/a\" as a;\nbefore(\"ticket.open\", #{ id: \"one\" }, |draft| a::look(draft));",
        ),
        (
            "hooks/b.rhai",
            "import \"lib/a\" as a;\nbefore(\"ticket.open\", #{ id: \"two\" }, |draft| a::look(draft));",
        ),
        ("hooks/lib/a.rhai", "import \"lib/c\" as c;\nfn look(draft) { c::refuse(draft) }"),
        ("hooks/lib/c.rhai", "fn refuse(draft) { if draft.subject == \"no\" { deny(\"No.\"); } }"),
    ]);
    let loaded = load(&files, &files, &Files::new(), &names(), None);
    for id in ["one", "two"] {
        let hook = loaded.set.find(id).unwrap_or_else(|| panic!("{}", shown(&loaded.reports)));
        assert!(hook.can_refuse, "{id}");
    }
}
