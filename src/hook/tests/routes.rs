//! `route` hooks: who gets a mail, and why.

use super::*;
use crate::effect::{Recipient, Target};

fn route(set: &HookSet, event: &Arc<Input>) -> RouteRun {
    set.route(event, &notice("ticket-reply", Category::Support), &settings())
}

#[test]
fn the_example_of_the_contract_tells_all_who_may_except_the_author() {
    let set = one(r#"
        route("ticket.replied", |mail, event| {
            for user in event.account.users_with("tickets") { mail.to(user, "may open tickets"); }
            mail.remove(event.actor, "wrote it");
        });
    "#);
    let run = route(&set, &event("ticket.replied", 0));
    assert_eq!(
        who(&run.routing),
        ["owner@bakery.example: may open tickets", "designer@demo.example: may open tickets"]
    );
    assert_eq!(run.routing.left_out[0].target.email, "developer@bakery.example");
    assert_eq!(
        (run.routing.left_out[0].reason.as_str(), run.routing.left_out[0].by.as_str()),
        ("wrote it", "hooks/a.rhai:4")
    );
    assert_eq!(run.routing.recipients[0].by, "hooks/a.rhai:3");
}

#[test]
fn the_author_is_known_by_address_in_any_spelling() {
    let set = one(
        r#"route("ticket.replied", |mail, event| { mail.to("Dev@Bakery.Example", "x"); mail.to("b@b.example", "x"); mail.remove(event.actor, "wrote it"); });"#,
    );
    let event = changed("ticket.replied", 0, |event| {
        event["actor"]["email"] = "dev@bakery.example".into();
        event["actor"]["id"] = "".into();
    });
    assert_eq!(addresses(&route(&set, &event).routing), ["b@b.example"]);
}

#[test]
fn an_address_gets_it_once_and_keeps_its_first_reason() {
    let set = one(r#"
        route("ticket.replied", |mail, event| { mail.cc("OWNER@bakery.example", "was copied"); mail.to(event.account.owner, "owns the account"); });
    "#);
    let routing = route(&set, &event("ticket.replied", 0)).routing;
    assert_eq!(who(&routing), ["OWNER@bakery.example: was copied"]);
    assert!(!routing.recipients[0].cc, "a recipient and a copy at once is a recipient");
    assert_eq!(
        routing.also,
        [Also {
            email: "OWNER@bakery.example".into(),
            reason: "owns the account".into(),
            by: "hooks/a.rhai:2".into()
        }]
    );
}

#[test]
fn only_leaves_those_and_drop_nobody() {
    let set = one(r#"
        route("ticket.replied", |mail, event| { mail.to(event.account.users, "is a user"); mail.only([event.account.owner, "new@x.example"], "the rule of the house"); });
    "#);
    let routing = route(&set, &event("ticket.replied", 0)).routing;
    assert_eq!(who(&routing), ["owner@bakery.example: is a user", "new@x.example: the rule of the house"]);
    assert_eq!(routing.left_out.len(), 3);

    let set = one(
        r#"route("ticket.replied", |mail, event| { mail.to(event.account.users, "is a user"); mail.drop("it is quiet here"); });"#,
    );
    let routing = route(&set, &event("ticket.replied", 0)).routing;
    assert!(routing.recipients.is_empty());
    assert!(
        routing.left_out.iter().all(|left| left.reason == "it is quiet here") && routing.left_out.len() == 4
    );
}

#[test]
fn a_hook_that_fails_leaves_what_earlier_ones_chose() {
    let set = rough(
        r#"
        route("ticket.replied", |mail, event| mail.to(event.account.owner, "owns the account"));
        route("ticket.replied", |mail, event| { mail.drop("never"); mail.to(event.nobody, "x"); });
        route("ticket.replied", |mail, event| mail.to("c@c.example", "last"));
    "#,
    );
    let run = route(&set, &event("ticket.replied", 0));
    assert_eq!(addresses(&run.routing), ["owner@bakery.example", "c@c.example"]);
    assert_eq!(
        run.records.iter().map(|record| record.outcome).collect::<Vec<_>>(),
        [Outcome::Ok, Outcome::Failed, Outcome::Ok]
    );
}

#[test]
fn absent_people_are_nobody_and_words_are_no_address() {
    let set = rough(
        r#"route("ticket.replied", |mail, event| { mail.to(event.ticket.assignee, "has it"); mail.to("", "x"); mail.to(event.ticket.cc, "was copied"); });"#,
    );
    assert_eq!(addresses(&route(&set, &event("ticket.replied", 0)).routing), ["agency@partner.example"]);
    let set = rough(r#"route("ticket.replied", |mail, event| mail.to("everybody", "x"));"#);
    let error = route(&set, &event("ticket.replied", 0)).records[0].error.clone().expect("an error");
    assert!(error.report.message.contains("\"everybody\" is no e-mail address"), "{error}");
}

#[test]
fn a_reason_is_always_asked_for() {
    for call in [
        "mail.to(event.account.owner)",
        "mail.to(event.account.owner, \"\")",
        "mail.drop()",
        "mail.remove(event.actor)",
    ] {
        // The check cannot look into what a map holds.
        let set =
            one(&format!("route(\"ticket.replied\", |m, event| {{ let mail = #{{ it: m }}.it; {call}; }});"));
        let error = route(&set, &event("ticket.replied", 0)).records[0].error.clone().expect(call);
        assert!(error.report.message.contains("asks for a reason"), "{error}");
    }
}

#[test]
fn security_mail_keeps_its_recipient_and_takes_others_by_disclosure_only() {
    // It reads an account that such an event never has.
    let set = rough(
        r#"
        route("user.password_changed", |mail, event| {
            mail.to(event.account.users, "curious");
            mail.drop("nobody needs to know");
            mail.disclose("security@host.example", "our contract asks for it");
        });
    "#,
    );
    let target = Target {
        kind: "user".into(),
        id: "usr_01owner".into(),
        email: "owner@bakery.example".into(),
        ..Target::default()
    };
    let fixed = Recipient {
        target,
        reason: "it is about your log-in".into(),
        cc: false,
        disclose: false,
        by: "core".into(),
    };
    let notice =
        Notice { template: "password-changed".into(), category: Category::Security, fixed: vec![fixed] };
    let routing = set.route(&event("user.password_changed", 0), &notice, &settings()).routing;
    assert_eq!(addresses(&routing), ["owner@bakery.example", "security@host.example"]);
    assert!(routing.recipients[1].disclose && !routing.recipients[0].disclose);
    assert!(
        routing
            .left_out
            .iter()
            .any(|left| left.target.email == "developer@bakery.example" && left.by == "core")
    );
}

#[test]
fn a_user_named_as_actor_gets_mail_in_their_language_and_zone() {
    let set = one(r#"route("ticket.replied", |mail, event| mail.to(event.actor, "wrote it"));"#);
    let routing = route(&set, &event("ticket.replied", 0)).routing;
    let target = &routing.recipients[0].target;
    assert_eq!((target.locale.as_str(), target.time_zone.as_str()), ("en", "Europe/Berlin"));
}

#[test]
fn the_account_and_its_contacts_read_times_where_its_owner_lives() {
    let set = one(
        r#"route("ticket.replied", |mail, event| { mail.to(event.account, "x"); mail.to(event.account.contacts, "x"); mail.cc(event.ticket.cc, "x"); });"#,
    );
    let routing = route(&set, &event("ticket.replied", 0)).routing;
    let zones = routing.recipients.iter().map(|to| (to.target.kind.as_str(), to.target.time_zone.as_str()));
    let (contact, nobody) = (("contact", "Europe/Berlin"), ("address", ""));
    assert_eq!(zones.collect::<Vec<_>>(), [("account", "Europe/Berlin"), contact, contact, nobody]);
}

#[test]
fn a_route_sees_which_mail_it_is_about() {
    let set = one(
        r#"route("ticket.replied", |mail, event| { if mail.template == "ticket-reply" && mail.category == "support" { mail.to("a@a.example", "x"); } log(mail.recipients[0].reason); });"#,
    );
    let run = route(&set, &event("ticket.replied", 0));
    assert_eq!(run.records[0].log, ["x"]);
}
