//! What must not hold up anybody else: events that end the server, that cannot be read, or whose plans cannot be written;
//! workers that meet; chains that grow wide.

use crate::support::house::House;
use innkeeper::{args, clock::MINUTE, effect::store, event::outbox};

const STATE: &str = "SELECT COUNT(*) FROM hook_runs WHERE hook = 'h' AND state = ";

fn hook(body: &str) -> String {
    format!("on(\"custom.*\", #{{ id: \"h\" }}, |event| {{ {body} }});")
}

#[tokio::test]
async fn an_event_that_ends_the_server_is_given_up_and_those_behind_it_are_met() {
    let house = House::with(&[("hooks/h.rhai", &hook("log(1);"))]).await;
    let (killer, next) = (house.emit("custom.a").await, house.emit("custom.b").await);
    // A process that ends leaves its claim, and nothing else.
    for _ in 0..4 {
        let now = house.app.clock.now();
        let claims = outbox::claim_streams(&house.app.db, "gone", now, -1, 10).await.unwrap();
        assert_eq!(claims.len(), 1);
    }
    house.settle().await;
    assert_eq!(
        house
            .count(format!("{STATE} 'dead' AND event_id = '{killer}' AND error LIKE '%ended 4 times%'"))
            .await,
        1
    );
    assert_eq!(house.count(format!("{STATE} 'done' AND event_id = '{next}'")).await, 1);
    assert_eq!(house.events("hook.failed").await.len(), 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM streams WHERE tries > 0").await, 0);
}

#[tokio::test]
async fn a_run_that_ends_the_server_whenever_it_is_tried_is_given_up() {
    let house = House::with(&[("hooks/h.rhai", &hook("throw \"no\";"))]).await;
    house.emit("custom.a").await;
    house.settle().await;
    let now = house.app.clock.now();
    let mut tx = house.app.db.begin().await.unwrap();
    store::run_again(&mut tx, Some("h"), None, now).await.unwrap();
    for _ in 0..5 {
        assert_eq!(store::claim_runs(&mut tx, "gone", now, -1, 9).await.unwrap().len(), 1);
    }
    tx.commit().await.unwrap();
    house.settle().await;
    assert_eq!(house.count(format!("{STATE} 'dead' AND error LIKE 'it was begun 5 times%'")).await, 1);
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_passed_by() {
    let house = House::with(&[("hooks/h.rhai", &hook("log(1);"))]).await;
    house.emit("custom.a").await;
    let damaged = house.emit("custom.b").await;
    house.emit("custom.c").await;
    let mut tx = house.app.db.begin().await.unwrap();
    tx.execute("UPDATE events SET body = '{' WHERE id = $1", args![&damaged]).await.unwrap();
    tx.commit().await.unwrap();
    house.settle().await;
    assert_eq!(house.count(format!("{STATE} 'done'")).await, 2);
    let passed = format!("SELECT COUNT(*) FROM hook_runs WHERE event_id = '{damaged}' AND state = 'dead'");
    assert_eq!(house.count(passed).await, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM streams WHERE pending <> 0").await, 0);
}

#[tokio::test]
async fn a_plan_that_cannot_be_written_holds_up_no_other() {
    let bad =
        "on(\"custom.a\", #{ id: \"bad\" }, |event| { store_set(\"one\", 1); store_set(\"two\", 1); });";
    let house =
        House::with(&[("hooks/h.rhai", &hook("store_set(\"mine\", event.name);")), ("hooks/bad.rhai", bad)])
            .await;
    let mut tx = house.app.db.begin().await.unwrap();
    tx.execute("CREATE UNIQUE INDEX in_the_way ON plugin_values (plugin, value)", args![]).await.unwrap();
    tx.commit().await.unwrap();
    house.emit("custom.a").await;
    house.emit("custom.b").await;
    house.settle().await;
    assert_eq!(house.count(format!("{STATE} 'done'")).await, 2);
    let dead = "SELECT COUNT(*) FROM hook_runs WHERE hook = 'bad' AND state = 'dead' AND error LIKE 'what it asks for cannot be written%'";
    assert_eq!(house.count(dead).await, 1);
    assert_eq!(house.events("hook.failed").await.len(), 1);
}

#[tokio::test]
async fn a_nul_that_a_script_hands_out_is_kept_as_a_sign_for_itself() {
    let house = House::with(&[(
        "hooks/h.rhai",
        &hook("store_set(\"a\\x00b\", 1); log(\"c\\x00d\"); throw \"e\\x00f\";"),
    )])
    .await;
    house.emit("custom.a").await;
    let house = house.again(&[("hooks/h.rhai", &hook("store_set(\"a\\x00b\", 1); log(\"c\\x00d\");"))]).await;
    house.emit("custom.b").await;
    house.settle().await;
    assert_eq!(house.count(format!("{STATE} 'done'")).await, 2);
    assert_eq!(house.count("SELECT COUNT(*) FROM plugin_values WHERE key = 'a\u{fffd}b'").await, 1);
}

#[tokio::test]
async fn two_workers_on_one_stream_count_its_events_once() {
    let house = House::with(&[("hooks/h.rhai", &hook("log(1);"))]).await;
    house.emit("custom.a").await;
    house.emit("custom.a").await;
    let (db, now) = (&house.app.db, house.app.clock.now());
    let claim = outbox::claim_streams(db, "node", now, 2 * MINUTE, 1).await.unwrap().remove(0);
    let events = outbox::waiting(db, &claim.key, 9).await.unwrap();
    for later in [1, 2] {
        let mut tx = db.begin().await.unwrap();
        let at = (now + later, 2 * MINUTE);
        let left = outbox::dispatched(&mut tx, &claim.key, "node", &[events[0].seq], at).await.unwrap();
        assert_eq!(left, Some(1));
        tx.commit().await.unwrap();
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM streams WHERE pending < 0").await, 0);
    let renewed = format!("SELECT COUNT(*) FROM streams WHERE lease_until = {}", now + 2 + 2 * MINUTE);
    assert_eq!(house.count(renewed).await, 1, "each batch begins the lease anew");
    let mut tx = db.begin().await.unwrap();
    let at = (now + 3, 2 * MINUTE);
    assert_eq!(outbox::dispatched(&mut tx, &claim.key, "node", &[events[1].seq], at).await.unwrap(), Some(0));
    // Nothing waits any more: the stream is nobody's.
    assert_eq!(outbox::dispatched(&mut tx, &claim.key, "node", &[events[1].seq], at).await.unwrap(), None);
    tx.commit().await.unwrap();
    let next = house.emit("custom.b").await;
    house.settle().await;
    assert_eq!(house.count(format!("{STATE} 'done' AND event_id = '{next}'")).await, 1);
}

#[tokio::test]
async fn a_try_that_comes_home_late_wakes_no_effect_that_is_done() {
    let house =
        House::with(&[("hooks/h.rhai", &hook("webhook(#{ url: \"https://crm.example/in\" });"))]).await;
    house.emit("custom.a").await;
    innkeeper::worker::dispatch::drain(&house.app).await.unwrap();
    let now = house.app.clock.now();
    let mut tx = house.app.db.begin().await.unwrap();
    let effect = store::claim_effects(&mut tx, "node", now, 1, 1).await.unwrap().remove(0);
    store::settle_effect(&mut tx, &effect.id, "done", now, None, now).await.unwrap();
    store::settle_effect(&mut tx, &effect.id, "waiting", now + 1, Some("no answer"), now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.effects("h").await[0].1, "done");
}

#[tokio::test]
async fn a_chain_that_grows_wide_is_cut_and_told_once() {
    let wide = "on(\"custom.x\", #{ id: \"h\" }, |event| { for i in 0..40 { emit(\"custom.x\", i); } });";
    let house = House::with(&[("hooks/h.rhai", wide)]).await;
    house.emit("custom.x").await;
    house.settle().await;
    let all = house.events("custom.x").await.len();
    assert!((1_000..6_000).contains(&all), "{all}");
    assert_eq!(house.events("hook.failed").await.len(), 1);
    assert!(
        house.count(format!("{STATE} 'dead' AND error LIKE '%more than may come of one act%'")).await > 0
    );
    // The next act begins anew.
    let next = house.emit("custom.x").await;
    innkeeper::worker::dispatch::drain(&house.app).await.unwrap();
    assert_eq!(house.count(format!("{STATE} 'done' AND event_id = '{next}'")).await, 1);
}

#[tokio::test]
async fn a_hook_may_send_one_person_two_mails_and_be_called_as_a_template_is() {
    const MAIL: &str = "---\nsubject: Told\ncategory: general\nevent: ticket.replied\n---\n<p>Told.</p>\n";
    let other = MAIL.replace("event: ticket.replied\n", "");
    let script = "on(\"ticket.replied\", #{ id: \"told\" }, |event| { for name in [\"first\", \"second\"] { email(#{ template: name, to: event.account.owner, reason: \"asked\" }); } });\n\
        route(\"ticket.replied\", |mail, event| mail.to(event.account.owner, \"owns it\"));";
    let house = House::with(&[
        ("email-templates/default/told.html", MAIL),
        ("email-templates/default/first.html", &other),
        ("email-templates/default/second.html", &other),
        ("hooks/told.rhai", script),
    ])
    .await;
    house.write("Hello?").await;
    house.settle().await;
    for (template, cause) in [("told", "route:told"), ("first", "first/told"), ("second", "second/told")] {
        let sql = format!(
            "SELECT COUNT(*) FROM emails WHERE template = '{template}' AND cause = '{cause}' AND to_key = 'owner@bakery.example'"
        );
        assert_eq!(house.count(sql).await, 1, "{template}");
    }
}

#[tokio::test]
async fn a_set_that_could_not_be_announced_goes_live_with_the_next_reload() {
    let house = House::with(&[("hooks/h.rhai", &hook("log(1);"))]).await;
    let before = house.app.bundle().hash.clone();
    // Words of the web area need no child process that tries them.
    let folder = house.app.paths.data.join("messages");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("en.ftl"), "invalid-refused = No.\n").unwrap();
    let rename = async |sql: &'static str| {
        let mut tx = house.app.db.begin().await.unwrap();
        tx.execute(sql, args![]).await.unwrap();
        tx.commit().await.unwrap();
    };
    rename("ALTER TABLE bundles RENAME TO away").await;
    house.app.clock.advance(MINUTE);
    house.app.reload().await.unwrap_err();
    assert_eq!(house.app.bundle().hash, before, "what the database does not know is not live");
    rename("ALTER TABLE away RENAME TO bundles").await;
    let next = house.app.reload().await.unwrap().hash.clone();
    assert_ne!(next, before);
    let known = format!("SELECT COUNT(*) FROM bundles WHERE hash = '{next}'");
    assert_eq!(house.count(known).await, 1);
}
