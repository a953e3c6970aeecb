//! The scripts that ship: the default policy, and those that wait in `available/`.

use super::*;
use crate::effect::Effect;
use crate::permission::Permission;
use serde_json::json;

/// The active scripts as shipped, with some of `available/` enabled.
fn shipped(enabled: &[&str]) -> Arc<HookSet> {
    let all = embedded();
    let mut files = all.clone();
    for name in enabled {
        let text = all.get(&format!("hooks/available/{name}.rhai")).expect("a shipped script");
        files.insert(format!("hooks/{name}.rhai"), text.clone());
    }
    let loaded = load(&files, &Files::new(), &all, &names(), None);
    assert!(loaded.reports.is_empty(), "{}", shown(&loaded.reports));
    loaded.set
}

/// The files that run where this script, or the plugin in whose folder it stands, is all that is on.
fn enabled(path: &str) -> Files {
    let plugin = path.rsplit_once('/').map(|(folder, _)| format!("{folder}/{}", plugin::FILE));
    let all = embedded();
    let own = |other: &&String| other.as_str() == path || plugin.as_ref() == Some(other);
    all.iter()
        .filter(|(other, _)| own(other))
        .map(|(path, text)| (path.replace("/available/", "/"), Arc::clone(text)))
        .collect()
}

/// One script of `available/` alone.
fn alone(name: &str) -> Arc<HookSet> {
    let text = embedded().get(&format!("hooks/available/{name}.rhai")).cloned().expect("a shipped script");
    one(&text)
}

fn who_gets(set: &HookSet, event: &Arc<Input>, category: Category) -> Vec<String> {
    let run = set.route(event, &notice("t", category), &settings());
    for record in &run.records {
        assert!(record.error.is_none(), "{}", record.error.as_ref().expect("an error"));
    }
    let mut all: Vec<_> = addresses(&run.routing).into_iter().map(str::to_owned).collect();
    all.sort();
    all
}

fn tickets(event: &Arc<Input>) -> Vec<String> {
    who_gets(&shipped(&[]), event, Category::Support)
}

#[test]
fn every_shipped_script_is_short_explained_and_passes_the_check_and_its_samples() {
    let all = embedded();
    let scripts =
        || all.iter().filter(|(path, _)| path.ends_with(".rhai") && !path.starts_with("hooks/tests/"));
    assert!(scripts().count() >= 29);
    for (path, text) in scripts() {
        assert!(text.starts_with("// "), "{path} says first what it decides");
        assert!(text.contains("To change it") || text.contains("To use it"), "{path} says how to change it");
        let code =
            text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//")).count();
        assert!(code <= 30, "{path} has {code} lines of code");
        let loaded = load(&enabled(path), &Files::new(), &Files::new(), &names(), None);
        assert!(loaded.reports.is_empty(), "{path}: {}", shown(&loaded.reports));
        assert!(!loaded.set.hooks().is_empty(), "{path} registers something");
        let tried = run_samples(&loaded.set);
        assert!(tried.is_empty(), "{path}: {}", shown(&tried));
    }
}

#[test]
fn a_customers_answer_goes_to_owner_contacts_copies_and_the_department() {
    // The developer, who opened the ticket, answers it.
    assert_eq!(
        tickets(&event("ticket.replied", 0)),
        [
            "agency@partner.example",
            "hello@bakery.example",
            "owner@bakery.example",
            "shop@bakery.example",
            "staff@host.example"
        ]
    );
}

#[test]
fn an_answer_of_staff_goes_to_the_opener_too_and_to_no_staff() {
    assert_eq!(
        tickets(&event("ticket.replied", 1)),
        [
            "agency@partner.example",
            "developer@bakery.example",
            "hello@bakery.example",
            "owner@bakery.example",
            "shop@bakery.example"
        ]
    );
}

#[test]
fn the_one_who_has_the_ticket_gets_customers_messages_instead_of_the_department() {
    let event = changed("ticket.replied", 0, |event| {
        let mut other = event["ticket"]["staff"][0].clone();
        other["id"] = "stf_02".into();
        other["email"] = "second@host.example".into();
        event["ticket"]["assignee"] = other;
    });
    let all = tickets(&event);
    assert!(
        all.contains(&"second@host.example".to_owned()) && !all.contains(&"staff@host.example".to_owned()),
        "{all:?}"
    );
}

#[test]
fn a_guests_ticket_goes_to_its_opener_copies_and_staff() {
    let kind = catalogue::find("ticket.opened").expect("kind");
    let guest = (kind.samples)().remove(1);
    assert_eq!(
        tickets(&Input::of(kind, guest.clone())),
        ["agency@partner.example", "gus@elsewhere.example", "staff@host.example"]
    );
    // His own answer is no news to him.
    let kind = catalogue::find("ticket.replied").expect("kind");
    let guest = (kind.samples)().pop().expect("a sample");
    assert_eq!(tickets(&Input::of(kind, guest)), ["agency@partner.example", "staff@host.example"]);
}

#[test]
fn a_new_ticket_is_receipted_to_who_opened_it() {
    assert!(tickets(&event("ticket.opened", 0)).contains(&"developer@bakery.example".to_owned()));
    let by_staff = changed("ticket.opened", 0, |event| {
        event["actor"] = json!(sample::staff());
        event["ticket"]["cc"] = json!(["STAFF@host.example"]);
    });
    let all = tickets(&by_staff);
    assert!(
        all.contains(&"developer@bakery.example".to_owned()),
        "staff opened it for the developer: {all:?}"
    );
    assert!(!all.iter().any(|email| email.eq_ignore_ascii_case("staff@host.example")), "{all:?}");
}

#[test]
fn who_switched_support_mail_off_hears_nothing_of_tickets() {
    let event = changed("ticket.replied", 1, |event| {
        event["account"]["categories"] = json!(["general"]);
        event["account"]["contacts"] = json!([sample::contact()]);
    });
    assert_eq!(
        tickets(&event),
        ["agency@partner.example", "developer@bakery.example", "owner@bakery.example"]
    );
}

#[test]
fn account_mail_goes_to_those_who_ticked_its_category() {
    let set = shipped(&[]);
    let event = event("account.details_changed", 0);
    assert_eq!(
        who_gets(&set, &event, Category::Invoice),
        ["accountant@bakery.example", "bills@bakery.example", "hello@bakery.example"]
    );
    assert_eq!(who_gets(&set, &event, Category::General), ["hello@bakery.example", "shop@bakery.example"]);
    assert_eq!(who_gets(&set, &event, Category::Domain), ["hello@bakery.example"]);
    let only_general =
        changed("account.details_changed", 0, |event| event["account"]["categories"] = json!(["general"]));
    assert_eq!(
        who_gets(&set, &only_general, Category::Invoice),
        ["accountant@bakery.example", "bills@bakery.example"]
    );
}

#[test]
fn owners_hear_what_became_of_invites_and_who_joined() {
    let set = shipped(&[]);
    for name in ["invite.accepted", "invite.declined", "invite.expired", "user.added"] {
        assert_eq!(who_gets(&set, &event(name, 0), Category::General), ["owner@bakery.example"], "{name}");
    }
    assert!(who_gets(&set, &event("invite.cancelled", 0), Category::General).is_empty());
}

#[test]
fn no_shipped_script_adds_to_security_mail_or_takes_from_it() {
    let set = shipped(&["never-mail-the-author"]);
    for kind in catalogue::EVENTS {
        for event in (kind.samples)() {
            let event = Input::of(kind, event);
            assert!(who_gets(&set, &event, Category::Security).is_empty(), "{}", kind.name);
        }
    }
}

#[test]
fn a_blank_invite_form_has_the_harmless_boxes_ticked_and_none_locked() {
    let run = shipped(&[]).permission_defaults(guard::defaults_samples().swap_remove(0), &settings());
    use Permission::{Domains, Invoices, Products, Tickets};
    assert_eq!(run.defaults.preselect, [Products, Domains, Invoices, Tickets]);
    assert!(
        run.defaults.require.is_empty() && run.defaults.forbid.is_empty() && run.defaults.presets.is_empty()
    );
}

#[test]
fn invites_stay_within_the_domain_of_the_setting() {
    let set = alone("invite-domain");
    let denied = |email: &str| ask(&set, "invite.send", |draft| draft["email"] = email.into()).answer.denied;
    assert_eq!(
        denied("jo@elsewhere.example").as_deref(),
        Some("Only addresses at example.com can be invited.")
    );
    assert_eq!(
        denied("jo@sub.example.com").as_deref(),
        Some("Only addresses at example.com can be invited.")
    );
    assert_eq!(denied("jo@EXAMPLE.com"), None);
    assert_eq!(denied(""), None, "a form that is being shown");
    let (kind, draft) = draft("invite.send", |_| {});
    let without = set.before(kind, draft, &Given::default());
    assert!(without.answer.denied.is_some(), "without the setting nobody is invited by mistake");
    assert!(
        without.records[0]
            .error
            .as_ref()
            .expect("an error")
            .report
            .message
            .contains("there is no setting \"invite_domain\"")
    );
}

#[test]
fn presets_offer_the_four_usual_jobs() {
    let run = alone("permission-presets")
        .permission_defaults(guard::defaults_samples().swap_remove(0), &settings());
    let presets: Vec<_> =
        run.defaults.presets.iter().map(|(name, keys)| (name.as_str(), keys.len())).collect();
    assert_eq!(
        presets,
        [("Billing department", 2), ("Technical staff", 2), ("Accountant", 3), ("Web developer", 6)]
    );
    assert_eq!(run.defaults.presets[0].1, [Permission::Invoices, Permission::Orders]);
    assert_eq!(run.defaults.presets[1].1, [Permission::Products, Permission::Tickets]);
    assert!(run.defaults.preselect.is_empty());
}

#[test]
fn invites_run_out_after_three_days_and_full_ones_after_one() {
    let set = alone("invite-expiry");
    let expiry = |all: bool| {
        ask(&set, "invite.send", |draft| draft["all_permissions"] = all.into()).answer.draft["expires_in"]
            .clone()
    };
    assert_eq!((expiry(false), expiry(true)), (json!(3 * 86_400_000), json!(86_400_000)));
}

#[test]
fn a_colleague_who_joined_is_welcomed() {
    let run = run(&alone("welcome-mail"), &event("user.added", 0));
    let plan = run.plan.expect("a plan");
    let [Effect::Email { template, to, vars, reason }] = plan.effects.as_slice() else { panic!("{plan:?}") };
    assert_eq!(
        (template.as_str(), reason.as_str(), to.len()),
        ("welcome-colleague", "joined the account", 1)
    );
    assert_eq!(to[0].id, "usr_01accountant");
    assert_eq!(*vars, json!({"account": "Blue Bakery", "owner": "Olive Baker"}));
}

#[test]
fn only_companies_of_the_27_countries_register() {
    let set = alone("eu-companies-only");
    let denied = |company: &str, country: &str| {
        let run = ask(&set, "account.register", |draft| {
            draft["company"] = company.into();
            draft["country"] = country.into();
        });
        assert!(run.records[0].error.is_none());
        run.answer.denied
    };
    let eu = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE";
    assert_eq!(eu.split(' ').count(), 27);
    for country in eu.split(' ') {
        assert_eq!(denied("Blue Bakery", country), None, "{country}");
    }
    assert_eq!(denied("Blue Bakery", "de"), None);
    for country in ["GB", "CH", "NO", "US", "", "EU"] {
        assert!(denied("Blue Bakery", country).expect("refused").contains("European Union"), "{country}");
    }
    assert!(denied("  ", "DE").expect("refused").contains("companies only"));
    let shown = ask(&set, "account.register", |draft| {
        draft["company"] = "".into();
        draft["composing"] = true.into();
    });
    assert_eq!(shown.answer.denied, None);
}

#[test]
fn account_details_are_locked_for_customers_and_open_for_support() {
    let set = alone("locked-details");
    let run = ask(&set, "account.change_details", |_| {});
    assert_eq!((run.answer.denied, run.answer.locked.len()), (None, 1));
    assert!(run.answer.locked[0].fields.contains(&"country".to_owned()));
    assert_eq!(run.answer.locked[0].reason, "Please ask our support to change this.");
    let run = ask(&set, "account.change_details", |draft| draft["actor"] = json!(sample::staff()));
    assert!(run.answer.locked.is_empty());
}

#[test]
fn never_mail_the_author_takes_the_receipt_away_too() {
    let set = shipped(&["never-mail-the-author"]);
    let all = who_gets(&set, &event("ticket.opened", 0), Category::Support);
    assert!(
        !all.contains(&"developer@bakery.example".to_owned())
            && all.contains(&"owner@bakery.example".to_owned()),
        "{all:?}"
    );
}

#[test]
fn disabling_one_script_turns_off_its_policy_alone() {
    let mut files = embedded();
    files.remove("hooks/ticket-mail.rhai");
    let set = load(&files, &Files::new(), &embedded(), &names(), None).set;
    // Staff hear of tickets by a script of its own.
    let all = who_gets(&set, &event("ticket.replied", 0), Category::Support);
    assert!(!all.is_empty() && all.iter().all(|email| email.ends_with("@host.example")), "{all:?}");
    assert!(!who_gets(&set, &event("account.details_changed", 0), Category::General).is_empty());
}
