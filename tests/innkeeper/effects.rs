//! What hooks ask for, carried out: once, in order, by the same rules as a person's act.

use crate::support::{client::Client, house::House, server::Server, wait};
use innkeeper::{
    clock::MINUTE,
    db::Query,
    effect::store::{self, WaitingEffect},
    model::ticket,
    worker::{carry, dispatch},
};
use serde_json::json;

/// What becomes of a plan that a customer's reply sets off.
fn on_reply(plan: &str) -> String {
    format!(
        "on(\"ticket.replied\", #{{ id: \"does\" }}, |event| {{ if event.reply.from_staff {{ return; }}\n{plan} }});"
    )
}

async fn after_reply(plan: &str) -> House {
    let script = on_reply(plan);
    let house = Box::pin(House::with(&[("hooks/does.rhai", script.as_str())])).await;
    Box::pin(house.write("Still slow.")).await;
    Box::pin(house.settle()).await;
    house
}

fn states(effects: &[(String, String, String)]) -> Vec<(&str, &str)> {
    effects.iter().map(|(kind, state, _)| (kind.as_str(), state.as_str())).collect()
}

/// The names of the events that the newest plan caused, in order.
async fn caused(house: &House, event_id: &str) -> Vec<String> {
    let mut db = &house.app.db;
    let rows: Vec<(String,)> = db
        .all(
            "SELECT name FROM events WHERE correlation = $1 AND depth = 1 AND name NOT LIKE 'email.%' ORDER BY seq",
            vec![event_id.into()],
        )
        .await
        .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

#[tokio::test]
async fn every_effect_takes_effect_in_the_order_of_its_plan() {
    let house = after_reply(
        r#"let user = event.account.users.filter(|user| user.email == "accountant@bakery.example")[0];
        ticket_note(event.ticket, "They are VIP.");
        ticket_reply(event.ticket, "We are on it.");
        set_status(event.ticket, "Waiting for the supplier");
        open_ticket(#{ department: "support", subject: "Call them", body: "Today.", opener: event.account.contacts[0] });
        grant(user, ["tickets", "orders"]);
        revoke(user, ["emails"]);
        add_contact(#{ name: "Night shift", email: "night@bakery.example", categories: ["support"] });"#,
    )
    .await;
    let effects = house.effects("does").await;
    assert!(effects.iter().all(|(_, state, why)| state == "done" && why.is_empty()), "{effects:?}");
    let replied = house.events("ticket.replied").await;
    let event = replied.iter().rfind(|event| event.depth == 0).unwrap();
    assert_eq!(
        caused(&house, &event.id).await,
        [
            "ticket.noted",
            "ticket.replied",
            "ticket.status_changed",
            "ticket.opened",
            "user.permissions_changed",
            "user.permissions_changed",
            "contact.added"
        ]
    );

    let ticket = house.ticket().await;
    let account = house.bakery().await;
    let replies = ticket::replies(&house.app.db, &ticket).await.unwrap();
    let reply = replies.iter().find(|reply| reply.body == "We are on it.").unwrap();
    assert_eq!(
        (reply.author_name.as_str(), reply.from_staff()),
        (house.app.config.brand.name.as_str(), true)
    );
    assert_eq!(reply.badge().unwrap().label(), "Operator");
    assert_eq!(ticket.status, "Waiting for the supplier");
    let notes = ticket::notes(&house.app.db, &ticket).await.unwrap();
    assert_eq!(notes.iter().map(|note| note.body.as_str()).collect::<Vec<_>>(), ["They are VIP."]);
    let opened = house.newest("ticket.opened").await;
    assert_eq!(opened["ticket"]["opener"]["email"], json!("bills@bakery.example"));
    assert_eq!((&opened["reply"]["from_staff"], &opened["actor"]["kind"]), (&json!(true), &json!("system")));
    assert_eq!((&opened["depth"], &opened["correlation"]), (&json!(1), &json!(event.id)));
    let user = account.users.iter().find(|user| user.email == "accountant@bakery.example").unwrap();
    assert_eq!(user.permissions, ["invoices", "quotes", "tickets", "orders"]);
    assert!(account.contacts.iter().any(|contact| contact.email == "night@bakery.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_see_the_houses_reply_and_never_a_note() {
    let script = on_reply(
        "ticket_note(event.ticket, \"They never pay.\"); ticket_reply(event.ticket, \"We are on it.\");",
    );
    let server = Server::demo().start().await;
    std::fs::write(server.data().join("hooks/does.rhai"), script).unwrap();
    server.logged("hooks=13").await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let page = owner.get("/tickets").await.follow("The shop is slow since the update").await;
    let path = page.path().to_owned();
    page.form("Send Reply").fill("Reply", "Still slow.").submit().await;
    wait::until("the house replies", || async { owner.get(&path).await.says("We are on it.").then_some(()) })
        .await;
    let page = owner.get(&path).await;
    assert!(page.says("Operator") && !page.body().contains("They never pay."), "{page}");
    assert!(!owner.get("/tickets").await.body().contains("They never pay."));

    let staff = Client::new(server.url());
    let login = [("email", "staff@host.example"), ("password", crate::support::PASSWORD)];
    staff.post("/admin/login", &login).await;
    let page = staff.get(&format!("/admin{path}")).await;
    assert!(page.says("They never pay."), "{page}");
    let page = page.form("Save Note").fill("Note", "Called them.").submit().await;
    assert!(page.says("The note is saved.") && page.says("Called them."), "{page}");
    let page = page.form("Save Note").forge("note", " ").submit().await;
    assert_eq!(page.status(), 422, "{page}");
    assert!(!owner.get(&path).await.body().contains("Called them."));
    assert!(!owner.get("/dev/mailbox.json").await.body().contains("They never pay."));
}

#[tokio::test]
async fn an_effect_that_is_carried_out_twice_takes_effect_once() {
    let script = on_reply("ticket_reply(event.ticket, \"We are on it.\");");
    let house = House::with(&[("hooks/does.rhai", script.as_str())]).await;
    house.write("Still slow.").await;
    dispatch::drain(&house.app).await.unwrap();
    let effect = claim(&house).await;
    // Two nodes at once, and one whose word was lost.
    let (one, two) =
        tokio::join!(carry::carry(&house.app, effect.clone()), carry::carry(&house.app, effect.clone()));
    one.unwrap();
    two.unwrap();
    carry::carry(&house.app, effect).await.unwrap();
    assert_eq!(house.count("SELECT COUNT(*) FROM ticket_replies WHERE body = 'We are on it.'").await, 1);
    assert_eq!(states(&house.effects("does").await), [("ticket_reply", "done")]);
}

async fn claim(house: &House) -> WaitingEffect {
    let mut tx = house.app.db.begin().await.unwrap();
    let mut claimed =
        store::claim_effects(&mut tx, "gone", house.app.clock.now(), 2 * MINUTE, 9).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claimed.len(), 1, "one at a time");
    claimed.remove(0)
}

#[tokio::test]
async fn an_effect_whose_node_was_killed_is_carried_out_by_another() {
    let script = on_reply("ticket_note(event.ticket, \"one\"); set_status(event.ticket, \"On Hold\");");
    let house = House::with(&[("hooks/does.rhai", script.as_str())]).await;
    house.write("Still slow.").await;
    dispatch::drain(&house.app).await.unwrap();
    let taken = claim(&house).await;
    assert_eq!(taken.kind, "ticket_note");
    house.settle().await;
    assert_eq!(
        states(&house.effects("does").await),
        [("ticket_note", "waiting"), ("set_status", "waiting")],
        "the second waits for the first, which a dead node holds"
    );
    house.pass(3 * MINUTE).await;
    assert_eq!(states(&house.effects("does").await), [("ticket_note", "done"), ("set_status", "done")]);
    assert_eq!(house.count("SELECT COUNT(*) FROM ticket_notes").await, 1);
}

#[tokio::test]
async fn what_a_guard_refuses_is_closed_and_told() {
    let script =
        on_reply("ticket_reply(event.ticket, \"We are on it.\"); set_status(event.ticket, \"On Hold\");");
    let guard = "before(\"ticket.reply\", |draft| { if draft.actor.kind == \"system\" { deny(\"People only.\"); } });";
    let house = House::with(&[("hooks/does.rhai", script.as_str()), ("hooks/guard.rhai", guard)]).await;
    house.write("Still slow.").await;
    house.settle().await;
    let effects = house.effects("does").await;
    assert_eq!(states(&effects), [("ticket_reply", "dead"), ("set_status", "done")]);
    assert_eq!(effects[0].2, "refused: People only.");
    let failed = house.events("hook.failed").await;
    assert_eq!(failed.len(), 1);
    let failure = failed[0].whole().unwrap()["failure"].clone();
    assert_eq!((&failure["file"], &failure["line"]), (&json!("hooks/does.rhai"), &json!(1)));
    assert_eq!(failure["message"], json!("ticket_reply(): refused: People only."));
}

#[tokio::test]
async fn what_permission_defaults_lock_no_script_gives_or_takes() {
    let script = on_reply(
        r#"let user = event.account.users.filter(|user| user.email == "accountant@bakery.example")[0];
        grant(user, ["orders"]); revoke(user, ["emails"]); grant(user, ["tickets"]);"#,
    );
    let locks = "permission_defaults(|form| { form.forbid([\"orders\"], \"Purchasing only.\"); form.require([\"emails\"], \"Everybody.\"); });";
    let house = House::with(&[("hooks/does.rhai", script.as_str()), ("hooks/locks.rhai", locks)]).await;
    house.write("Still slow.").await;
    house.settle().await;
    let effects = house.effects("does").await;
    assert_eq!(states(&effects), [("grant", "dead"), ("revoke", "dead"), ("grant", "done")]);
    assert!(effects[0].2.contains("`orders` is forbidden: Purchasing only."), "{effects:?}");
    assert!(effects[1].2.contains("`emails` is required: Everybody."), "{effects:?}");
}

#[tokio::test]
async fn what_there_is_no_need_for_is_done_with_a_note() {
    let house = after_reply(
        r#"let user = event.account.users.filter(|user| user.email == "accountant@bakery.example")[0];
        grant(user, ["invoices"]);
        revoke(user, ["orders"]);
        add_contact(#{ name: "Again", email: "Bills@bakery.example" });
        set_status(event.ticket, "customer-reply");
        set_status(event.ticket, "Closed");
        set_status(event.ticket, "CLOSED");
        ticket_note(event.ticket, "closed tickets take notes");
        ticket_reply(event.ticket, "too late");"#,
    )
    .await;
    let effects = house.effects("does").await;
    let whys: Vec<&str> =
        effects.iter().map(|(_, state, why)| if state == "done" { why.as_str() } else { "dead" }).collect();
    assert_eq!(
        whys,
        [
            "the user may do that already",
            "the user may not do that anyway",
            "the account has a contact with that address already",
            "the ticket has that status already",
            "",
            "the ticket has that status already",
            "",
            "dead"
        ]
    );
    assert!(effects[7].2.contains("closed"), "{effects:?}");
    let changed = house.events("ticket.status_changed").await;
    assert_eq!(changed.iter().filter(|event| event.depth > 0).count(), 1);
    assert!(house.ticket().await.is_closed());
    let house = house.again(&[("hooks/does.rhai", "on(\"custom.open\", |event| log(1));")]).await;
    assert!(house.ticket().await.is_closed());
}

#[tokio::test]
async fn a_closed_ticket_is_opened_by_another_status() {
    let script = "on(\"ticket.status_changed\", #{ id: \"does\" }, |event| { if event.ticket.status == \"Closed\" { set_status(event.ticket, \"On Hold\"); } });";
    let house = House::with(&[("hooks/does.rhai", script)]).await;
    let ticket = house.ticket().await;
    let act = house.act_of("owner@bakery.example").await;
    let mut tx = house.app.db.begin().await.unwrap();
    ticket::close(&mut tx, &act, ticket::Scope::Staff, &ticket.reference).await.unwrap();
    tx.commit().await.unwrap();
    house.settle().await;
    let ticket = house.ticket().await;
    assert_eq!((ticket.status.as_str(), ticket.is_closed()), ("On Hold", false));
}

#[tokio::test]
async fn no_effect_reaches_another_accounts_ticket() {
    let script = on_reply(
        "ticket_note(event.ticket, \"leak\"); set_status(event.ticket, \"leak\"); ticket_reply(event.ticket, \"leak\");",
    );
    let house = House::with(&[("hooks/does.rhai", script.as_str())]).await;
    house.write("Still slow.").await;
    dispatch::drain(&house.app).await.unwrap();
    // As if a script could have named it: the same ticket is another account's by the time it is carried out.
    house
        .database
        .execute("UPDATE tickets SET account_id = (SELECT id FROM accounts WHERE company = 'Harbour Books')")
        .await;
    house.settle().await;
    let effects = house.effects("does").await;
    assert!(
        effects.iter().all(|(_, state, why)| state == "done" && why.contains("another account's")),
        "{effects:?}"
    );
    for sql in [
        "SELECT COUNT(*) FROM ticket_notes",
        "SELECT COUNT(*) FROM ticket_replies WHERE body = 'leak'",
        "SELECT COUNT(*) FROM tickets WHERE status = 'leak'",
    ] {
        assert_eq!(house.count(sql).await, 0, "{sql}");
    }
}

#[tokio::test]
async fn one_forbidden_effect_spoils_its_whole_plan() {
    let house = after_reply(
        r#"store_set("seen", true); emit("custom.seen", 1); ticket_note(event.ticket, "x");
        email(#{ template: "welcome-colleague", to: event.account.owner, vars: #{ account: "x" } });
        revoke(event.account.owner, ["tickets"]);"#,
    )
    .await;
    assert_eq!(house.effects("does").await, []);
    assert_eq!(house.count("SELECT COUNT(*) FROM plugin_values").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM emails WHERE cause LIKE '%/does'").await, 0);
    assert_eq!(house.events("custom.seen").await.len(), 0);
    let dead = "SELECT COUNT(*) FROM hook_runs WHERE hook = 'does' AND state = 'dead' AND error LIKE 'hooks/does.rhai:1: revoke() is forbidden here: Olive Baker owns Blue Bakery%effect 5%'";
    assert_eq!(house.count(dead).await, 1);
    assert_eq!(house.events("hook.failed").await.len(), 1);
}

#[tokio::test]
async fn a_department_that_is_not_there_is_named_with_the_right_one() {
    let house = after_reply("open_ticket(#{ department: \"Suport\", subject: \"a\", body: \"b\" });").await;
    let effects = house.effects("does").await;
    assert_eq!(states(&effects), [("open_ticket", "dead")]);
    assert!(effects[0].2.contains("did you mean \"Support\"?"), "{effects:?}");
}

#[tokio::test]
async fn a_plan_that_mails_one_person_twice_with_other_words_sends_both() {
    let template =
        "---\nsubject: No. {{ vars.n }}\ncategory: support\nvars: {\"n\": 1}\n---\n<p>{{ vars.n }}</p>\n";
    let script = on_reply(
        r#"for n in [1, 2, 2] { email(#{ template: "told", to: event.account.owner, vars: #{ n: n }, reason: "asked" }); }"#,
    );
    let files = [("hooks/does.rhai", script.as_str()), ("email-templates/default/told.html", template)];
    let house = Box::pin(House::with(&files)).await;
    let event = Box::pin(house.write("Still slow.")).await;
    Box::pin(house.settle()).await;
    let mut db = &house.app.db;
    let subjects: Vec<(String,)> = db
        .all("SELECT subject FROM emails WHERE template = 'told' AND state = 'sent' ORDER BY subject", vec![])
        .await
        .unwrap();
    assert_eq!(subjects, [("No. 1".to_owned(),), ("No. 2".to_owned(),)]);
    let runs = store::runs(&house.app.db, &event).await.unwrap();
    let told = runs.iter().find(|run| run.hook == "does").unwrap().told();
    assert_eq!((told.recipients.len(), told.left_out[0].reason.as_str()), (2, "gets it already"));
    let mails = innkeeper::effect::trace::store::mails(&house.app.db, &event).await.unwrap();
    let run = runs.iter().find(|run| run.hook == "does").unwrap();
    assert_eq!(mails.iter().filter(|mail| mail.is_of(run)).count(), 2, "each knows who asked for it");
}
