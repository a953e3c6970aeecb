//! The four ticket-mail policies that ship, side by side: who opened the ticket × who wrote → who gets the mail.
//!
//! What holds in each: a ticket without an account goes to its opener and its copies; nobody is mailed about what
//! they did, but for the receipt; customers' messages go to staff.

use super::*;
use serde_json::json;

const POLICIES: [&str; 4] = ["default", "wp-net", "hostupon", "classic"];

/// What holds in every policy.
const ALWAYS: &str = "hooks/ticket-staff-mail.rhai";

/// The text of a policy.
fn text(name: &str) -> Arc<str> {
    let path = match name {
        "default" => "hooks/ticket-mail.rhai".to_owned(),
        name => format!("hooks/available/{name}.rhai"),
    };
    embedded().get(&path).cloned().expect("a shipped policy")
}

/// This policy and what holds in every one, as `hooks enable NAME --instead-of ticket-mail` leaves them.
fn with(text: &str) -> Arc<HookSet> {
    let always = embedded().get(ALWAYS).cloned().expect("a shipped script");
    let files = files(&[("hooks/a.rhai", text), (ALWAYS, &always)]);
    let loaded = load(&files, &Files::new(), &Files::new(), &names(), None);
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    loaded.set
}

fn policy(name: &str) -> Arc<HookSet> {
    with(&text(name))
}

/// Somebody of the story, by the word that the tables use.
fn person(who: &str) -> Value {
    let of_user = |user| json!(sample::person(&user));
    match who {
        "owner" => of_user(sample::owner()),
        "developer" => of_user(sample::developer()),
        "designer" => of_user(sample::designer()),
        "contact" => {
            let contact = sample::support_contact();
            json!({ "exists": true, "kind": "contact", "id": contact.id, "name": contact.name, "email": contact.email })
        }
        "staff" => json!(sample::staff()),
        "script" => json!(sample::system()),
        _ => {
            json!({ "exists": true, "kind": "guest", "id": "", "name": "Gus Guest", "email": "gus@elsewhere.example" })
        }
    }
}

/// The word for an address.
fn word(email: &str) -> &str {
    match email {
        "owner@bakery.example" => "owner",
        "developer@bakery.example" => "developer",
        "designer@demo.example" => "designer",
        "accountant@bakery.example" => "accountant",
        "shop@bakery.example" => "contact",
        "hello@bakery.example" => "account",
        "agency@partner.example" => "copy",
        "staff@host.example" => "staff",
        "gus@elsewhere.example" => "guest",
        other => other,
    }
}

fn input(name: &str, opener: &str, actor: &str) -> Arc<Input> {
    changed(name, 0, |event| {
        event["ticket"]["opener"] = person(opener);
        event["actor"] = person(actor);
        if event.get("reply").is_some() {
            event["reply"]["author"] = person(actor);
            event["reply"]["from_staff"] = json!(["staff", "script"].contains(&actor));
        }
        if opener == "guest" {
            *event = sample::without_account(event);
        }
    })
}

fn routed(policy: &HookSet, event: &Arc<Input>) -> Routing {
    let run = policy.route(event, &notice("t", Category::Support), &settings());
    assert!(run.records.iter().all(|record| record.error.is_none()), "{:?}", run.records);
    assert!(run.routing.recipients.iter().all(|r| !r.reason.is_empty()), "everybody has a reason");
    run.routing
}

fn words<'a>(emails: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<_> = emails.map(word).collect();
    all.sort_unstable();
    all.join(" ")
}

#[test]
fn each_policy_mails_whom_it_says_and_nobody_else() {
    // A reply by the actor on the opener's ticket: who gets it, policy by policy, in the order of POLICIES.
    let table = [
        (
            "owner",
            "staff",
            [
                "account contact copy owner",
                "copy designer developer owner",
                "copy designer developer owner",
                "account copy owner",
            ],
        ),
        (
            "owner",
            "owner",
            [
                "account contact copy staff",
                "copy designer developer staff",
                "copy designer developer staff",
                "account copy staff",
            ],
        ),
        (
            "owner",
            "designer",
            [
                "account contact copy owner staff",
                "copy developer owner staff",
                "copy developer owner staff",
                "account copy owner staff",
            ],
        ),
        (
            "developer",
            "staff",
            [
                "account contact copy developer owner",
                "copy designer developer owner",
                "copy developer owner",
                "account copy developer",
            ],
        ),
        (
            "developer",
            "developer",
            [
                "account contact copy owner staff",
                "copy designer owner staff",
                "copy owner staff",
                "account copy staff",
            ],
        ),
        (
            "developer",
            "script",
            [
                "account contact copy developer owner",
                "copy designer developer owner",
                "copy developer owner",
                "account copy developer",
            ],
        ),
        (
            "contact",
            "staff",
            [
                "account contact copy owner",
                "contact copy designer developer owner",
                "contact copy owner",
                "account contact copy",
            ],
        ),
        (
            "contact",
            "contact",
            [
                "account copy owner staff",
                "copy designer developer owner staff",
                "copy owner staff",
                "account copy staff",
            ],
        ),
        ("guest", "staff", ["copy guest", "copy guest", "copy guest", "copy guest"]),
        ("guest", "guest", ["copy staff", "copy staff", "copy staff", "copy staff"]),
    ];
    for (place, name) in POLICIES.into_iter().enumerate() {
        let policy = policy(name);
        for (opener, actor, expected) in &table {
            let routing = routed(&policy, &input("ticket.replied", opener, actor));
            let got = words(addresses(&routing).into_iter());
            assert_eq!(got, expected[place], "{name}: {actor} writes on a ticket of {opener}");
        }
    }
}

#[test]
fn in_every_policy_nobody_hears_of_what_they_wrote_and_the_trace_says_so() {
    for name in POLICIES {
        let policy = policy(name);
        for actor in ["owner", "developer", "contact"] {
            let routing = routed(&policy, &input("ticket.replied", actor, actor));
            let left = words(routing.left_out.iter().map(|left| left.target.email.as_str()));
            assert_eq!(left, actor, "{name}");
            assert!(routing.left_out.iter().all(|left| left.reason == "did it"), "{name}");
        }
    }
}

#[test]
fn in_every_policy_a_new_ticket_is_receipted_and_told_to_staff() {
    for name in POLICIES {
        let policy = policy(name);
        for opener in ["owner", "developer", "contact", "guest"] {
            let got = words(addresses(&routed(&policy, &input("ticket.opened", opener, opener))).into_iter());
            let got: Vec<_> = got.split(' ').collect();
            assert!(got.contains(&opener) && got.contains(&"staff"), "{name}: {opener} opens: {got:?}");
        }
        // What a script opened is told to staff, too.
        let got = words(addresses(&routed(&policy, &input("ticket.opened", "owner", "script"))).into_iter());
        assert!(got.contains("staff") && got.contains("owner"), "{name}: {got}");
        // Staff opened it for somebody: that one counts as the opener, and staff need not be told.
        let got =
            words(addresses(&routed(&policy, &input("ticket.opened", "designer", "staff"))).into_iter());
        let got: Vec<_> = got.split(' ').collect();
        assert!(got.contains(&"designer") && !got.contains(&"staff"), "{name}: {got:?}");
    }
}

#[test]
fn in_every_policy_the_one_who_has_the_ticket_hears_instead_of_the_department() {
    for name in POLICIES {
        let event = changed("ticket.replied", 0, |event| {
            let mut other = event["ticket"]["staff"][0].clone();
            other["id"] = "stf_02".into();
            other["email"] = "second@host.example".into();
            event["ticket"]["assignee"] = other;
        });
        let got = words(addresses(&routed(&policy(name), &event)).into_iter());
        assert!(got.contains("second@host.example") && !got.contains("staff"), "{name}: {got}");
    }
}

#[test]
fn wp_net_can_be_narrowed_to_the_tickets_that_each_opened() {
    let narrow = with(&text("wp-net").replace("ONLY_THEIR_OWN = false", "ONLY_THEIR_OWN = true"));
    for (opener, actor, expected) in [
        ("owner", "staff", "copy owner"),
        ("developer", "staff", "copy developer"),
        ("developer", "designer", "copy developer staff"),
        ("contact", "staff", "contact copy"),
        ("guest", "staff", "copy guest"),
    ] {
        let got = routed(&narrow, &input("ticket.replied", opener, actor));
        assert_eq!(words(addresses(&got).into_iter()), expected, "{actor} writes on a ticket of {opener}");
    }
}

#[test]
fn a_user_who_asked_for_support_mail_gets_all_of_it_where_ticks_count() {
    // Nobody has to be entered as a contact, too; in the other policies a contact's tick counts for nothing either.
    for (name, gets) in [("default", true), ("wp-net", true), ("hostupon", false), ("classic", false)] {
        let event = changed("ticket.replied", 1, |event| {
            event["account"]["users"][3]["categories"] = json!(["support"]);
            assert_eq!(event["account"]["users"][3]["email"], "designer@demo.example");
        });
        let got = words(addresses(&routed(&policy(name), &event)).into_iter());
        assert_eq!(got.contains("designer"), gets, "{name}: {got}");
    }
}

#[test]
fn nobody_but_who_has_it_now_hears_that_a_ticket_was_given_to_them() {
    for name in POLICIES {
        let event = changed("ticket.assigned", 0, |event| event["actor"] = json!(sample::system()));
        let got = routed(&policy(name), &event);
        let whose = got.recipients.iter().map(|one| one.reason.as_str()).collect::<Vec<_>>();
        assert_eq!(whose, ["has the ticket now"], "{name}");
    }
}

#[test]
fn a_policy_of_an_earlier_release_goes_well_with_what_holds_in_every_one() {
    // Until then each policy told staff itself: a folder that was made so has that, and may get the other beside it.
    let always = embedded().get(ALWAYS).cloned().expect("a shipped script");
    let earlier = format!("{}\n{always}", text("default"));
    for (opener, actor) in [("owner", "owner"), ("developer", "staff"), ("guest", "guest")] {
        let event = input("ticket.replied", opener, actor);
        let (alone, both) = (routed(&one(&earlier), &event), routed(&with(&earlier), &event));
        assert_eq!(addresses(&alone), addresses(&both), "{actor} writes on a ticket of {opener}");
        assert_eq!(who(&alone), who(&both));
    }
}

#[test]
fn a_policy_is_read_at_one_sight() {
    let all = embedded();
    let scripts = all.iter().filter(|(path, _)| path.starts_with("hooks/") && path.ends_with(".rhai"));
    let scripts: Vec<_> = scripts.filter(|(path, _)| !path.starts_with("hooks/tests/")).collect();
    assert!(scripts.len() > 35, "{}", scripts.len());
    let long = scripts.iter().filter(|(_, text)| text.lines().count() > 30);
    let long: Vec<_> = long.map(|(path, text)| (path, text.lines().count())).collect();
    assert!(long.is_empty(), "more than 30 lines: {long:?}");
}
