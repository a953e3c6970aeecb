//! What keeps scripts from drowning people and themselves: chains are cut, and an address gets so much mail an hour.

use crate::support::house::House;
use innkeeper::{
    clock::MINUTE,
    event::{catalogue::UserPasswordChanged, data::Account, outbox},
    model::user,
};

const TOLD: (&str, &str) =
    ("email-templates/default/told.html", "---\nsubject: Told\ncategory: general\n---\n<p>Told.</p>\n");
const TELL: (&str, &str) = (
    "hooks/tell.rhai",
    "on(\"custom.tell\", #{ id: \"tell\" }, |event| email(#{ template: \"told\", to: event.account.owner, reason: \"asked\" }));",
);

#[tokio::test]
async fn a_chain_of_hooks_is_cut_and_told_once() {
    let script = "on(\"custom.loop\", #{ id: \"one\" }, |event| emit(\"custom.loop\", event.depth));\non(\"custom.loop\", #{ id: \"two\" }, |event| log(event.depth));";
    let house = House::with(&[("hooks/loop.rhai", script)]).await;
    house.emit("custom.loop").await;
    house.settle().await;
    assert_eq!(
        house.events("custom.loop").await.len(),
        10,
        "a person's, eight of hooks, and the one that is cut"
    );
    let runs = |hook: &str, state: &str| {
        format!("SELECT COUNT(*) FROM hook_runs WHERE hook = '{hook}' AND state = '{state}'")
    };
    assert_eq!(house.count(runs("one", "done")).await, 9);
    for hook in ["one", "two"] {
        let cut = format!("{} AND error LIKE '%the chain is cut here%'", runs(hook, "dead"));
        assert_eq!(house.count(cut).await, 1, "{hook}");
    }
    assert_eq!(house.events("hook.failed").await.len(), 1);
}

#[tokio::test]
async fn a_hook_that_answers_failures_with_failures_is_no_loop() {
    let script = "on(\"hook.failed\", #{ id: \"bad\" }, |event| { let x = []; x[9]; });\non(\"custom.go\", #{ id: \"go\" }, |event| { let x = []; x[9]; });";
    let house = House::with(&[("hooks/bad.rhai", script)]).await;
    house.emit("custom.go").await;
    house.settle().await;
    assert_eq!(house.events("hook.failed").await.len(), 1);
}

#[tokio::test]
async fn what_an_address_would_get_beyond_its_share_waits_for_the_next_hour() {
    let house = House::configured(&[TOLD, TELL], |config| config.mail.per_address_per_hour = 2).await;
    for _ in 0..5 {
        house.emit("custom.tell").await;
    }
    house.settle().await;
    let sent = "SELECT COUNT(*) FROM emails WHERE cause = 'told/tell' AND state = 'sent'";
    let held = "SELECT COUNT(*) FROM emails WHERE cause = 'told/tell' AND state = 'waiting' AND error LIKE 'held back: owner@bakery.example got 2 mails%' AND attempts = 0";
    assert_eq!((house.count(sent).await, house.count(held).await), (2, 3));

    // Security mail is nobody's to hold back.
    let act = house.act_of("owner@bakery.example").await;
    let owner = user::lookup_by_email(&house.app.db, "owner@bakery.example").await.unwrap().unwrap();
    let account = house.bakery().await;
    let mut tx = house.app.db.begin().await.unwrap();
    let changed = UserPasswordChanged { user: account.owner.clone() };
    outbox::emit(&mut tx, &act, &Account::default(), &changed, &[]).await.unwrap();
    tx.commit().await.unwrap();
    house.settle().await;
    let security = format!(
        "SELECT COUNT(*) FROM emails WHERE template = 'password-changed' AND to_id = '{}' AND state = 'sent'",
        owner.id
    );
    assert_eq!(house.count(security).await, 1);

    house.pass(29 * MINUTE).await;
    assert_eq!(house.count(sent).await, 2, "it is 09:59");
    house.pass(MINUTE).await;
    assert_eq!((house.count(sent).await, house.count(held).await), (2, 0));
    let gathered = "SELECT COUNT(*) FROM emails m JOIN emails d ON d.id = m.digest_id
         WHERE m.cause = 'told/tell' AND m.state = 'digested' AND m.sent_at = d.sent_at AND d.state = 'sent' AND d.template = 'digest'";
    assert_eq!(house.count(gathered).await, 3, "one mail holds what was too much");
    assert_eq!(house.count("SELECT COUNT(*) FROM emails WHERE template = 'digest'").await, 1);
    assert_eq!(
        house.count("SELECT COUNT(*) FROM emails WHERE held LIKE 'held back%'").await,
        3,
        "why stays visible"
    );
}

#[tokio::test]
async fn without_a_limit_all_goes() {
    let house = House::configured(&[TOLD, TELL], |config| config.mail.per_address_per_hour = 0).await;
    for _ in 0..70 {
        house.emit("custom.tell").await;
    }
    house.settle().await;
    assert_eq!(
        house.count("SELECT COUNT(*) FROM emails WHERE cause = 'told/tell' AND state = 'sent'").await,
        70
    );
}
