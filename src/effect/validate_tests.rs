//! Plans held against events of Blue Bakery.

use super::*;
use crate::event::sample;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

const TICKET: &str = "tkt_01oven";

fn target(kind: &str, id: &str, email: &str) -> Option<Target> {
    Some(Target { kind: kind.into(), id: id.into(), email: email.into(), ..Target::default() })
}

fn open_for(opener: Option<Target>) -> Effect {
    Effect::OpenTicket {
        department: "Support".into(),
        subject: "Call them".into(),
        body: "Today.".into(),
        priority: "High".into(),
        opener,
    }
}

fn grant(user: &str, key: &str) -> Effect {
    Effect::Grant { user: user.into(), permissions: vec![key.into()] }
}

fn contact(email: &str, category: &str) -> Effect {
    Effect::AddContact { name: "Night".into(), email: email.into(), categories: vec![category.into()] }
}

fn status(ticket: &str, status: &str) -> Effect {
    Effect::SetStatus { ticket: ticket.into(), status: status.into() }
}

fn header(value: Value) -> Effect {
    let headers = BTreeMap::from([("Authorization".to_owned(), value)]);
    Effect::Webhook { url: "https://crm.example/".into(), body: json!({}), headers }
}

fn store(plugin: &str) -> Effect {
    Effect::StoreSet { plugin: plugin.into(), key: "k".into(), value: json!(1) }
}

fn emit(name: &str) -> Effect {
    Effect::Emit { name: name.into(), data: json!(null) }
}

fn told(effect: &Effect, account: &Account, ticket: &str) -> Option<String> {
    let asked = Asked { account, ticket, store: "whm" };
    validate(std::slice::from_ref(effect), &asked).err().map(|forbidden| forbidden.reason)
}

fn allowed() -> Vec<Effect> {
    vec![
        Effect::TicketNote { ticket: TICKET.into(), body: "VIP".into() },
        Effect::TicketReply { ticket: TICKET.into(), body: "We are on it.".into() },
        status(TICKET, "Waiting for the supplier"),
        open_for(None),
        open_for(target("user", "usr_01accountant", "")),
        open_for(target("contact", "con_01bills", "")),
        open_for(target("address", "", "Bills@bakery.example")),
        grant("usr_01accountant", "tickets"),
        contact("night@bakery.example", "support"),
        store("whm"),
        emit("custom.vip"),
        header(json!("plain")),
        header(json!({"plugin": "whm", "secret": "token"})),
    ]
}

/// Effects that may not be, each with a word of the reason.
fn forbidden() -> Vec<(Effect, &'static str)> {
    vec![
        (Effect::TicketNote { ticket: "tkt_other".into(), body: "x".into() }, "not the event's ticket"),
        (Effect::TicketReply { ticket: "tkt_other".into(), body: "x".into() }, "not the event's ticket"),
        (Effect::TicketReply { ticket: TICKET.into(), body: " \n".into() }, "from 1 to 65536 characters"),
        (status("tkt_other", "Closed"), "not the event's ticket"),
        (status(TICKET, &"x".repeat(41)), "from 1 to 40"),
        (open_for(target("user", "usr_elsewhere", "owner@bakery.example")), "no user or contact"),
        (open_for(target("staff", "usr_01owner", "owner@bakery.example")), "no user or contact"),
        (open_for(target("address", "", "eve@evil.example")), "no user or contact"),
        (open_for(target("address", "", "")), "no user or contact"),
        (grant("usr_01owner", "tickets"), "keeps all permissions"),
        (Effect::Revoke { user: "usr_01owner".into(), permissions: vec![] }, "keeps all permissions"),
        (grant("usr_elsewhere", "tickets"), "no user of Blue Bakery"),
        (grant("usr_01accountant", "everything"), "no permission"),
        (contact("nobody", "support"), "no e-mail address"),
        (contact("night@bakery.example", "security"), "no category"),
        (store("other"), "not its own store"),
        (emit("ticket.opened"), "no event of the operator's own"),
        (header(json!({"plugin": "other", "secret": "token"})), "another plugin's"),
        (header(json!(7)), "a text or secret"),
    ]
}

#[test]
fn what_an_event_allows_is_allowed() {
    for effect in allowed() {
        assert_eq!(told(&effect, &sample::account(), TICKET), None, "{effect:?}");
    }
}

#[test]
fn what_may_not_be_is_told_in_words() {
    for (effect, word) in forbidden() {
        let reason = told(&effect, &sample::account(), TICKET).unwrap_or_else(|| panic!("{effect:?}"));
        assert!(reason.contains(word), "{effect:?}: {reason}");
    }
}

#[test]
fn without_an_account_or_a_ticket_there_is_nothing_to_change() {
    let nobody = Account::default();
    for effect in [open_for(None), grant("usr_01accountant", "tickets"), contact("a@b.example", "support")] {
        assert!(told(&effect, &nobody, TICKET).unwrap().contains("no account"), "{effect:?}");
    }
    assert!(told(&status("", "Closed"), &sample::account(), "").unwrap().contains("no ticket"));
}

#[test]
fn a_plan_has_a_budget() {
    let asked = Asked { account: &sample::account(), ticket: TICKET, store: "whm" };
    let plan = vec![emit("custom.x"); EFFECTS];
    assert!(validate(&plan, &asked).is_ok());
    let forbidden = validate(&[plan, vec![emit("custom.x")]].concat(), &asked).unwrap_err();
    assert_eq!(forbidden.place, EFFECTS + 1);
    let to = vec![Target::default(); RECIPIENTS / 2 + 1];
    let mail = Effect::Email { template: "t".into(), to, vars: json!({}), reason: String::new() };
    assert!(validate(std::slice::from_ref(&mail), &asked).is_ok());
    assert!(validate(&[mail.clone(), mail], &asked).unwrap_err().reason.contains("recipients"));
}

proptest! {
    /// Wherever a forbidden effect stands among allowed ones, the whole plan falls.
    #[test]
    fn no_plan_with_a_forbidden_effect_passes(
        before in prop::collection::vec(prop::sample::select(allowed()), 0..12),
        wrong in prop::sample::select(forbidden()),
        after in prop::collection::vec(prop::sample::select(allowed()), 0..12),
    ) {
        let asked = Asked { account: &sample::account(), ticket: TICKET, store: "whm" };
        let place = before.len() + 1;
        let plan = [before.clone(), vec![wrong.0], after].concat();
        prop_assert_eq!(validate(&plan, &asked).unwrap_err().place, place);
        prop_assert!(validate(&before, &asked).is_ok());
    }

    /// Whatever ids, words and lengths a plan names: what passes keeps to the event's own.
    #[test]
    fn what_passes_keeps_to_the_event(
        id in "(tkt_01oven|usr_01owner|usr_01accountant|con_01bills|acc_01bakery|[a-z_0-9]{0,12})",
        kind in "(user|contact|staff|account|address|)",
        email in "(owner@bakery.example|bills@bakery.example|[a-z@. ]{0,20})",
        word in ".{0,60}",
        has_account: bool,
        has_ticket: bool,
    ) {
        let account = if has_account { sample::account() } else { Account::default() };
        let ticket = if has_ticket { TICKET } else { "" };
        let users = || account.users.iter().filter(|user| !user.owner && user.id == id).count();
        let is_ours = has_ticket && id == TICKET;
        let fits = |most: usize| !word.trim().is_empty() && word.chars().count() <= most;
        for effect in [status(&id, &word), Effect::TicketNote { ticket: id.clone(), body: word.clone() }] {
            if told(&effect, &account, ticket).is_none() { prop_assert!(is_ours && fits(65_536), "{effect:?}"); }
        }
        for effect in [grant(&id, &word), Effect::Revoke { user: id.clone(), permissions: vec![] }] {
            if told(&effect, &account, ticket).is_none() { prop_assert!(users() == 1, "{effect:?}"); }
        }
        let opened = open_for(target(&kind, &id, &email));
        if told(&opened, &account, ticket).is_none() {
            let person = opener(&account, target(&kind, &id, &email).as_ref()).unwrap();
            let known = account.users.iter().map(|u| &u.email).chain(account.contacts.iter().map(|c| &c.email));
            prop_assert!(has_account && known.into_iter().any(|known| *known == person.email));
        }
        if told(&contact(&email, "support"), &account, ticket).is_none() {
            prop_assert!(has_account && email.contains('@'));
        }
        if told(&store(&word), &account, ticket).is_none() { prop_assert_eq!(&word, "whm"); }
        if told(&emit(&word), &account, ticket).is_none() { prop_assert!(word.starts_with("custom.")); }
    }
}

#[test]
fn a_reason_quotes_no_more_of_what_somebody_wrote_than_fits_a_log() {
    let long = contact(&"ü".repeat(60_000), "general");
    let asked = Asked { account: &sample::account(), ticket: TICKET, store: "whm" };
    let forbidden = validate(&[long], &asked).unwrap_err();
    assert_eq!(forbidden.reason.chars().count(), REASON + 1, "{}", forbidden.reason);
}
