//! A new version of a script beside the live one: `hooks shadow`; and why somebody got mail: `explain`.

use crate::support::{
    client::Client,
    command::{self, Outcome},
    house::House,
    server::Server,
    wait,
};
use innkeeper::worker::{
    dispatch,
    shadow::store::{self, Shadow},
};
use serde_json::Value;
use std::fs;

async fn on(server: &Server, arguments: &[&str]) -> Outcome {
    let mut command = command::binary();
    command.env("INNKEEPER_DATA", server.data()).env("INNKEEPER_DATABASE_URL", server.database().url());
    command::run(command.args(arguments)).await
}

async fn open_ticket(server: &Server, subject: &str) {
    let developer = Client::logged_in(server, "developer@bakery.example").await;
    let fields = [("subject", subject), ("message", "It is cold."), ("department", "Support")];
    developer.post("/tickets/new", &fields).await;
}

const OPENER: &str = "    mail.to(event.ticket.opener, if by_staff { \"is who our staff opened the ticket for\" } else { \"opened the ticket\" });\n";

#[tokio::test]
async fn a_shadow_collects_what_would_differ_and_changes_nothing_until_promoted() {
    let server = Server::demo().start().await;
    let place = server.data().join("hooks/ticket-mail.rhai");
    let script = fs::read_to_string(&place).unwrap();
    assert!(script.contains(OPENER));
    let draft = server.data().join("draft.rhai");
    let draft_name = draft.to_str().unwrap();
    fs::write(&draft, "on(\"ticket.opend\", |event| {});").unwrap();
    let said = on(&server, &["hooks", "shadow", "ticket-mail", "--from", draft_name]).await.failed_with(1);
    assert!(said.contains("did you mean") && said.contains("not begun"), "{said}");
    let said = on(&server, &["hooks", "shadow", "ticket-mial", "--from", draft_name]).await.failed_with(1);
    assert!(said.contains("Did you mean ticket-mail?") && said.contains("--new"), "{said}");
    // A note, and no receipt for the opener.
    let noted = "\non(\"ticket.opened\", |event| { ticket_note(event.ticket, \"seen\"); });\n";
    fs::write(&draft, format!("{}{noted}", script.replace(OPENER, ""))).unwrap();
    on(&server, &["hooks", "shadow", "ticket-mail", "--from", draft_name]).await.ok();
    open_ticket(&server, "First").await;
    let differences = "SELECT COUNT(*) FROM shadow_differences";
    wait::until("the shadow has met the ticket", || async {
        (server.database().count(differences).await == 1).then_some(())
    })
    .await;
    let said = on(&server, &["hooks", "shadow", "ticket-mail", "--format", "json"]).await.ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    let found = &said["differences"][0];
    assert_eq!(found["name"], "ticket.opened", "{said}");
    assert_eq!(found["fewer"].as_array().unwrap().len(), 1, "{said}");
    assert_eq!(found["fewer"][0]["email"], "developer@bakery.example");
    assert_eq!(found["more"], serde_json::json!([]));
    assert_eq!(found["more_effects"][0]["effect"]["kind"], "ticket_note");
    // The live scripts went on as they were.
    let receipts = "SELECT COUNT(*) FROM emails WHERE template = 'ticket-opened' AND to_key = 'developer@bakery.example'";
    let mails = server.database().count(receipts).await;
    assert!(mails > 0);
    assert_eq!(server.database().count("SELECT COUNT(*) FROM effects").await, 0);

    on(&server, &["hooks", "shadow", "--promote", "ticket-mail"]).await.ok();
    assert_eq!(fs::read_to_string(&place).unwrap(), fs::read_to_string(&draft).unwrap());
    open_ticket(&server, "Second").await;
    wait::until("the second ticket has met the new version", || async {
        (server.database().count("SELECT COUNT(*) FROM effects").await == 1).then_some(())
    })
    .await;
    assert_eq!(server.database().count(receipts).await, mails, "there are no more receipts");
    let said = on(&server, &["hooks", "shadow", "--list"]).await.ok();
    assert!(said.contains("No script runs as a shadow"), "{said}");
    let said = on(&server, &["hooks", "shadow", "--drop", "ticket-mail"]).await.failed_with(1);
    assert!(said.contains("no shadow is called ticket-mail"), "{said}");
}

/// Rivals are kept out, short invites last longer, and orders go through purchasing.
const GUARDS: &str = r#"
before("invite.send", |draft| {
    if draft.email.ends_with("@rival.example") { deny("Only friends can be invited."); }
    if draft.email.starts_with("short") { draft.expires_in = days(1); }
});
permission_defaults(|invite| invite.forbid(["orders"], "Orders go through purchasing."));
"#;

#[tokio::test]
async fn a_shadow_of_guards_says_what_it_would_have_said_and_decides_nothing() {
    let server = Server::demo().start().await;
    let draft = server.data().join("draft.rhai");
    fs::write(&draft, GUARDS).unwrap();
    on(&server, &["hooks", "shadow", "friends", "--from", draft.to_str().unwrap(), "--new"]).await.ok();
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    for email in ["a@rival.example", "plain@example.com", "short@example.com"] {
        let page = owner.get("/users").await;
        assert!(!page.says("purchasing"), "{page}");
        page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await;
    }
    // Three times the boxes, and what is said to two of the invites.
    wait::until("the shadow has met the invites", || async {
        (server.database().count("SELECT COUNT(*) FROM shadow_differences").await == 5).then_some(())
    })
    .await;
    let invited = "SELECT COUNT(*) FROM invites WHERE email_key IN ('a@rival.example', 'plain@example.com', 'short@example.com')
        AND all_permissions";
    assert_eq!(server.database().count(invited).await, 3, "what a shadow says holds nobody up");
    let said = on(&server, &["hooks", "shadow", "friends", "--format", "json"]).await.ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    let all = said["differences"].as_array().unwrap();
    let of = |action: &str| all.iter().filter(|one| one["action"] == action).collect::<Vec<_>>();
    let invites = of("invite.send");
    assert_eq!(invites.len(), 2, "{said}");
    assert_eq!(
        invites[1]["would_be_refused"]["reason"], "Only friends can be invited.",
        "newest first: {said}"
    );
    assert_eq!(invites[1]["subject"], "a@rival.example");
    assert_eq!(invites[1]["would_be_refused"]["by"], "hooks/friends.rhai:2");
    assert_eq!(invites[0]["changes"][0]["would_be"], 86_400_000, "{said}");
    let boxes = of("permission_defaults");
    assert_eq!((boxes.len(), &boxes[0]["changes"][0]["part"]), (3, &"forbid".into()), "{said}");
    let said = on(&server, &["hooks", "shadow", "friends"]).await.ok();
    assert!(said.contains("refused Only friends can be invited."), "{said}");
    assert!(said.contains("forbid orders: Orders go through purchasing."), "{said}");
    assert!(said.contains("5 of ") && said.contains(" events and guarded actions since "), "{said}");
    let said = on(&server, &["hooks", "shadow", "--list", "--format", "json"]).await.ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert!(said[0]["met"].as_i64().unwrap() >= 5, "{said}");

    on(&server, &["hooks", "shadow", "--promote", "friends"]).await.ok();
    let page = owner.get("/users").await;
    let page = page
        .form("Send Invite")
        .fill("Email address", "b@rival.example")
        .forge("scope", "all")
        .submit()
        .await;
    assert!(page.says("Only friends can be invited."), "{page}");
}

#[tokio::test]
async fn live_events_wait_for_no_shadow() {
    let house = House::with(&[]).await;
    let shadow = Shadow {
        name: "slow".to_owned(),
        file: "hooks/slow.rhai".to_owned(),
        body: "on(\"custom.go\", |event| { log(1); emit(\"custom.gone\", 1); });".to_owned(),
        base: String::new(),
        started_at: house.app.clock.now(),
        met: 0,
        error: None,
    };
    let mut tx = house.app.db.begin().await.unwrap();
    store::begin(&mut tx, &shadow).await.unwrap();
    tx.commit().await.unwrap();
    house.emit("custom.go").await;
    dispatch::drain(&house.app).await.unwrap();
    let (waiting, met) = ("SELECT CAST(SUM(pending) AS BIGINT) FROM streams", "SELECT events FROM shadows");
    assert_eq!((house.count(waiting).await, house.count(met).await), (0, 0), "it has not looked yet");
    house.settle().await;
    assert_eq!(house.count("SELECT COUNT(*) FROM shadow_differences").await, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE name = 'custom.gone'").await, 0);
    // What comes faster than shadows can look is passed by.
    for _ in 0..1_100 {
        house.emit("custom.go").await;
    }
    dispatch::drain(&house.app).await.unwrap();
    house.settle().await;
    let met = house.count(met).await;
    assert!((1_000..1_080).contains(&met), "{met}");
}

#[tokio::test]
async fn explain_says_who_got_a_mail_and_why_and_who_did_not() {
    let server = Server::demo().start().await;
    open_ticket(&server, "Oven").await;
    let row = wait::until("the ticket has met its hooks", || async {
        let list = on(&server, &["events", "list", "--name", "ticket.opened", "--format", "json"]).await.ok();
        let list: Value = serde_json::from_str(&list).unwrap();
        list.as_array()?.iter().find(|row| row["dispatched"] == true).cloned()
    })
    .await;
    let event = row["id"].as_str().unwrap();
    let said = on(&server, &["explain", "recipient", "Owner@Bakery.example", "--event", event]).await.ok();
    for words in ["owns the account", "hooks/ticket-mail.rhai:", "mail.to(event.account.owner", "Mail em_"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let said =
        on(&server, &["explain", "recipient", "accountant@bakery.example", "--event", event]).await.ok();
    assert!(said.contains("has no permission for tickets"), "{said}");
    assert!(said.contains("a user who may: "), "{said}");
    let said = on(&server, &["explain", "recipient", "nobody@else.example", "--event", event]).await.ok();
    assert!(said.contains("No hook named nobody@else.example. These ran:"), "{said}");
    assert!(said.contains("route(\"ticket.*\""), "{said}");
    let said = on(&server, &["explain", "recipient", "ownr@bakery.example", "--event", event]).await.ok();
    assert!(said.contains("Did you mean owner@bakery.example?"), "{said}");
    // Known to the account, and much like another address: nothing was misspelt.
    let known = on(&server, &["explain", "recipient", "bills@bakery.example", "--event", event]).await.ok();
    assert!(!known.contains("Did you mean"), "{known}");
    let said = on(&server, &["explain", "recipient", "owner", "--event", event]).await.failed_with(2);
    assert!(said.contains("no e-mail address"), "{said}");
    let shown = on(&server, &["events", "show", event, "--format", "json"]).await.ok();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let mail = shown["mails"][0]["id"].as_str().unwrap();
    let said = on(&server, &["explain", "email", mail, "--format", "json"]).await.ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["verdict"], &said["event"]), (&"chosen".into(), &event.into()), "{said}");
    assert!(said["by"]["text"].as_str().unwrap().contains("mail."), "{said}");
    let said = on(&server, &["explain", "email", "em_nothing"]).await.failed_with(1);
    assert!(said.contains("events show"), "{said}");
}
