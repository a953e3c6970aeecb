//! What was given up or refused: told wherever an operator looks, and carried out once its cause is mended.

use crate::support::{client::Client, command, house::House, server::Server};
use innkeeper::{
    clock::MINUTE,
    worker::{health, sweep},
};
use serde_json::Value;
use std::fs;

/// Asks for a web-hook to where none may go, and for a ticket in a department that is misspelt.
const LOSES: (&str, &str) = (
    "hooks/loses.rhai",
    r#"on("custom.lost", #{ id: "loses" }, |event| {
    webhook(#{ url: "https://elsewhere.example/in" });
    open_ticket(#{ department: "Suport", subject: "Look", body: "Please." });
});"#,
);

/// Fails on some events, and not on others.
const FAILS: (&str, &str) = (
    "hooks/fails.rhai",
    r#"on("custom.*", #{ id: "fails" }, |event| { if event.name == "custom.bad" { throw "no"; } });"#,
);

const RUNS: &str = "SELECT COUNT(*) FROM hook_runs WHERE hook = 'fails' AND state = ";

#[tokio::test]
async fn effects_given_up_or_refused_are_told_and_carried_out_again() {
    let house = House::with(&[LOSES]).await;
    let event = house.emit("custom.lost").await;
    house.settle().await;
    let states = |effects: Vec<(String, String, String)>| {
        effects.into_iter().map(|(kind, state, _)| format!("{kind} {state}")).collect::<Vec<_>>()
    };
    assert_eq!(states(house.effects("loses").await), ["webhook dead", "open_ticket dead"]);

    let listed = house.innkeeper(&["events", "list", "--name", "custom.lost"]).await.ok();
    assert!(listed.contains("1 web-hook given up, 1 effect refused"), "{listed}");
    let rows = house.innkeeper(&["events", "list", "--name", "custom.lost", "--format", "json"]).await.ok();
    let rows: Value = serde_json::from_str(&rows).unwrap();
    assert_eq!((&rows[0]["webhooks_given_up"], &rows[0]["effects_refused"]), (&1.into(), &1.into()));
    let doctor = house.innkeeper(&["doctor"]).await.stdout;
    assert!(doctor.contains("loses: 1 web-hook given up, 1 effect refused"), "{doctor}");
    let hooks = house.innkeeper(&["hooks", "list", "--format", "json"]).await.ok();
    let hooks: Value = serde_json::from_str(&hooks).unwrap();
    let own = hooks.as_array().unwrap().iter().find(|row| row["id"] == "loses").unwrap();
    assert_eq!((&own["webhooks_given_up"], &own["effects_refused"]), (&1.into(), &1.into()));

    // The department has that name from now on.
    house.database.execute("UPDATE departments SET name = 'Suport' WHERE name = 'Support'").await;
    let retry = house.innkeeper(&["hooks", "retry", "--event", &event]).await.ok();
    assert!(retry.contains("2 effects again that had been given up or refused."), "{retry}");
    house.settle().await;
    assert_eq!(states(house.effects("loses").await), ["webhook dead", "open_ticket done"]);
    let retry = house.innkeeper(&["hooks", "retry", "--hook", "loses"]).await.ok();
    assert!(retry.contains("1 effect again"), "what is carried out is carried out once: {retry}");
}

#[tokio::test]
async fn a_retry_names_what_is_gone_and_refuses_what_never_was() {
    let house = House::with(&[FAILS]).await;
    let event = house.emit("custom.bad").await;
    house.settle().await;
    for (arguments, word) in [
        (["--hook", "fials"], "did you mean fails?"),
        (["--hook", "quite-another"], "there is no hook"),
        (["--event", "evt_nope"], "there is no event"),
    ] {
        let said = house.innkeeper(&[&["hooks", "retry"], &arguments[..]].concat()).await.failed_with(1);
        assert!(said.contains(word), "{said}");
    }
    fs::remove_file(house.app.paths.data.join("hooks/fails.rhai")).unwrap();
    // As a server does that looks at its folder.
    let after = house.again(&[]).await;
    fs::remove_file(after.app.paths.data.join("hooks/fails.rhai")).ok();
    for _ in 0..2 {
        let said = after.innkeeper(&["hooks", "retry"]).await.ok();
        assert!(said.contains("fails: 1 run not tried: there is no such hook any more."), "{said}");
        after.settle().await;
    }
    let shown = after.innkeeper(&["events", "show", &event]).await.ok();
    assert!(shown.contains("no") && !shown.contains("was removed"), "its own error stays: {shown}");
    assert_eq!(after.count(format!("{RUNS} 'dead' AND error LIKE '%no%'")).await, 1);
}

#[tokio::test]
async fn a_retry_lets_what_waits_for_a_hook_that_is_out_run_now() {
    let house = House::with(&[FAILS]).await;
    for _ in 0..6 {
        house.emit("custom.bad").await;
    }
    house.settle().await;
    health::once(&house.app).await.unwrap();
    assert_eq!(house.events("hook.quarantined").await.len(), 1);
    let waiting = house.emit("custom.good").await;
    house.settle().await;
    assert_eq!(house.count(format!("{RUNS} 'waiting' AND event_id = '{waiting}'")).await, 1);
    // What was given up would be the run that is tried, and fail again.
    house.database.execute("DELETE FROM hook_runs WHERE hook = 'fails' AND state = 'dead'").await;
    let said = house.innkeeper(&["hooks", "retry", "--hook", "fails"]).await.ok();
    assert!(said.contains("out of service: tried with the next event"), "{said}");
    health::once(&house.app).await.unwrap();
    // Long before the pause of five minutes is over.
    house.pass(MINUTE).await;
    assert_eq!(house.count(format!("{RUNS} 'done' AND event_id = '{waiting}'")).await, 1);
}

#[tokio::test]
async fn replay_does_not_take_traces_that_were_pushed_out_for_differences() {
    const NOTES: (&str, &str) = (
        "hooks/notes.rhai",
        "on(\"custom.*\", #{ id: \"notes\" }, |event| store_set(\"last\", event.name));",
    );
    let house = House::configured(&[NOTES], |config| config.retention.traces_most = 2).await;
    for n in 0..6 {
        house.emit(&format!("custom.n{n}")).await;
        house.pass(MINUTE).await;
    }
    sweep::once(&house.app).await.unwrap();
    let kept = house.count("SELECT COUNT(*) FROM hook_runs WHERE hook = 'notes'").await;
    assert!(kept < 6, "{kept} traces");
    let mut command = command::binary();
    command.env("INNKEEPER_DATA", &house.app.paths.data).env("INNKEEPER_DATABASE_URL", house.database.url());
    command.env("INNKEEPER_RETENTION_TRACES_MOST", "2");
    command.args(["hooks", "replay", "--since", "2026-11-23", "--until", "2026-11-30"]);
    let said = command::run(command.args(["--event", "custom.*", "--format", "json"])).await.ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["untraced"].as_i64(), Some(6 - kept), "{said}");
}

#[tokio::test]
async fn a_node_with_an_older_bundle_leaves_the_schedules_of_the_newer_one() {
    const OLD: (&str, &str) = ("hooks/tick.rhai", "every(\"1 hour\", #{ id: \"tick\" }, |event| log(1));");
    const NEW: (&str, &str) = ("hooks/tock.rhai", "every(\"1 day\", #{ id: \"tock\" }, |event| log(1));");
    let old = House::with(&[OLD]).await;
    old.settle().await;
    let new = old.again(&[NEW]).await;
    new.settle().await;
    old.settle().await;
    let rows = |hook: &str| format!("SELECT COUNT(*) FROM schedules WHERE hook = '{hook}'");
    assert_eq!((new.count(rows("tock")).await, new.count(rows("tick")).await), (1, 0));
}

#[tokio::test]
async fn settings_that_break_a_script_do_not_go_live() {
    let shipped = innkeeper::bundle::shipped();
    let server = Server::demo().start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let invite = async |email: &str| {
        let page = owner.get("/users").await;
        page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await.text()
    };
    let on = async |arguments: &[&str]| {
        let mut command = command::binary();
        command.env("INNKEEPER_DATA", server.data()).env("INNKEEPER_DATABASE_URL", server.database().url());
        command::run(command.args(arguments)).await
    };
    let settings = "[settings]\ninvite_domain = \"bakery.example\"\n";
    fs::write(server.data().join("innkeeper.toml"), settings).unwrap();
    let script = &*shipped["hooks/available/invite-domain.rhai"];
    fs::write(server.data().join("hooks/invite-domain.rhai"), script).unwrap();
    on(&["reload"]).await.ok();
    assert!(invite("one@elsewhere.example").await.contains("Only addresses at bakery.example"));
    fs::write(server.data().join("innkeeper.toml"), "[settings]\nother = 1\n").unwrap();
    let said = on(&["reload"]).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("the settings that were live last stay in use"), "{said:?}");
    assert!(invite("two@elsewhere.example").await.contains("Only addresses at bakery.example"));
    assert!(invite("new@bakery.example").await.contains("Invite sent to new@bakery.example"));
    let doctor = on(&["doctor"]).await.stdout;
    assert!(doctor.contains("the new settings break hooks/invite-domain.rhai"), "{doctor}");
}

#[tokio::test]
async fn the_doctor_names_the_keys_that_wait_for_a_restart() {
    let server = Server::demo().start().await;
    let on = async |arguments: &[&str]| {
        let mut command = command::binary();
        command.env("INNKEEPER_DATA", server.data()).env("INNKEEPER_DATABASE_URL", server.database().url());
        command::run(command.args(arguments)).await.stdout
    };
    let said = on(&["doctor"]).await;
    assert!(!said.contains("started with"), "{said}");
    let after = "public_url = \"http://localhost:2\"\n[settings]\nteam = \"b\"\n[outgoing]\nallow = [\"crm.example\"]\n";
    fs::write(server.data().join("innkeeper.toml"), after).unwrap();
    for command in ["doctor", "reload"] {
        let said = on(&[command]).await;
        let words = "outgoing.allow, public_url differ from what the running server";
        assert!(said.contains(words) && !said.contains("settings.team"), "{command}: {said}");
    }
}
