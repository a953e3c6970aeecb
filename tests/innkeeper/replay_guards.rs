//! Guarded actions once more: what `hooks replay` predicts of a changed guard, beside what then happens live.

use crate::support::{
    client::Client,
    command::{self, Outcome},
    server::Server,
    wait,
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

const GUARD: &str = r#"
before("invite.send", |draft| {
    if draft.email.ends_with("@rival.example") { deny("Only friends can be invited."); }
    if draft.email.starts_with("short") { draft.expires_in = days(1); }
});
"#;

/// Rivals may come, strangers may not, short invites are longer, and the text of one address breaks it.
const CHANGED: &str = r#"
before("invite.send", |draft| {
    if draft.email.ends_with("@stranger.example") { deny("Strangers cannot be invited."); }
    if draft.email.starts_with("short") { draft.expires_in = days(2); }
    if draft.email.starts_with("broken") { parse_int(draft.email); }
});
permission_defaults(|invite| {
    invite.forbid(["orders"], "Orders go through purchasing.");
});
"#;

const INVITED: [&str; 5] =
    ["a@rival.example", "b@stranger.example", "short@example.com", "plain@example.com", "broken@example.com"];

async fn invite_all(server: &Server) {
    let owner = Client::logged_in(server, "owner@bakery.example").await;
    for email in INVITED {
        let page = owner.get("/users").await;
        page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await;
    }
}

/// What hooks said to each address, after the first `skip`. What the demo's people did had met no hook.
async fn said(server: &Server, skip: i64) -> BTreeMap<String, Value> {
    use innkeeper::db::{Db, Query};
    let count = i64::try_from(INVITED.len()).unwrap();
    let sql = "SELECT draft, answer FROM guard_runs WHERE action = 'invite.send'
               AND draft LIKE '%\"composing\":false%' AND steps <> '[]' ORDER BY id";
    let db = Db::connect(server.database().url()).await.unwrap();
    let rows = wait::until("all invites leave their traces", || async {
        let rows: Vec<(String, String)> = (&db).all(sql, Vec::new()).await.unwrap();
        (rows.len() >= usize::try_from(skip + count).unwrap()).then_some(rows)
    })
    .await;
    db.close().await;
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let rows = rows.into_iter().skip(usize::try_from(skip).unwrap());
    rows.map(|(draft, answer)| (read(&draft)["email"].as_str().unwrap().to_owned(), read(&answer))).collect()
}

async fn replay(server: &Server, scripts: &Path, arguments: &[&str]) -> Outcome {
    let mut command = command::binary();
    command.env("INNKEEPER_DATABASE_URL", server.database().url()).env("INNKEEPER_DATA", scripts);
    command::run(command.args(["hooks", "replay"]).args(arguments)).await
}

/// The server's files somewhere else, where a change does not go live, with this guard.
fn beside(server: &Server, guard: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for below in ["hooks", "hooks/lib", "email-templates/default", "messages"] {
        let Ok(entries) = fs::read_dir(server.data().join(below)) else { continue };
        fs::create_dir_all(folder.path().join(below)).unwrap();
        for entry in entries.map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), folder.path().join(below).join(entry.file_name())).unwrap();
        }
    }
    fs::write(folder.path().join("hooks/house.rhai"), guard).unwrap();
    folder
}

async fn live(server: &Server, text: &str) {
    let sql = "SELECT COUNT(*) FROM events WHERE name = 'hooks.activated'";
    let before = server.database().count(sql).await;
    fs::write(server.data().join("hooks/house.rhai"), text).unwrap();
    wait::until(sql, || async { (server.database().count(sql).await > before).then_some(()) }).await;
}

#[tokio::test]
async fn what_replay_predicts_of_a_changed_guard_is_what_it_says_live() {
    let server = Server::demo().start().await;
    live(&server, GUARD).await;
    invite_all(&server).await;
    let happened = said(&server, 0).await;

    let same =
        replay(&server, beside(&server, GUARD).path(), &["--event", "invite.send", "--format", "json"]).await;
    let same: Value = serde_json::from_str(&same.ok()).unwrap();
    assert!(same["guards"]["asked"].as_u64().unwrap() >= INVITED.len() as u64, "{same}");
    assert_eq!(same["guards"]["differ"], 0, "{same}");

    let changed = beside(&server, CHANGED);
    let rows = "SELECT COUNT(*) FROM guard_runs";
    let before = server.database().count(rows).await;
    let predicted = replay(&server, changed.path(), &["--event", "invite.*", "--format", "json"]).await;
    assert_eq!(predicted.code, Some(3), "{predicted:?}");
    let predicted: Value = serde_json::from_str(&predicted.stdout).unwrap();
    assert_eq!(server.database().count(rows).await, before, "a replay keeps no trace");
    let guards = &predicted["guards"];
    for (name, count) in
        [("differ", 4), ("refused", 2), ("let_through", 1), ("amended", 1), ("other_reason", 0), ("fails", 1)]
    {
        assert_eq!(guards[name], count, "{name}: {guards}");
    }

    // The same invites again, with the changed guard live.
    server.database().execute("DELETE FROM invites").await;
    live(&server, CHANGED).await;
    invite_all(&server).await;
    let came = said(&server, i64::try_from(INVITED.len()).unwrap()).await;
    let differences = guards["differences"].as_array().unwrap();
    for email in INVITED {
        let foretold = differences.iter().find(|one| one["subject"] == email);
        assert_eq!(foretold.is_some(), came[email] != happened[email], "{email}: {foretold:?}, {came:?}");
        let Some(foretold) = foretold else { continue };
        assert_eq!(foretold["was_refused"]["reason"], happened[email]["denied"], "{email}: {foretold}");
        assert_eq!(foretold["would_be_refused"]["reason"], came[email]["denied"], "{email}: {foretold}");
        for change in foretold["changes"].as_array().unwrap() {
            assert_eq!(change["would_be"], came[email]["set"][change["name"].as_str().unwrap()], "{email}");
        }
    }
}

#[tokio::test]
async fn replay_says_which_guarded_actions_would_differ_and_of_what_defaults() {
    let server = Server::demo().start().await;
    live(&server, GUARD).await;
    invite_all(&server).await;
    said(&server, 0).await;
    let changed = beside(&server, CHANGED);
    let outcome = replay(&server, changed.path(), &["--event", "invite.send"]).await;
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    for words in [
        " guarded actions would differ: 2 would be refused, 1 would be let through, 1 would be amended otherwise.",
        "Strangers cannot be invited. (hooks/house.rhai:2)",
        "let through it was refused: Only friends can be invited. (hooks/house.rhai:2)",
        "expires_in: 172800000 instead of 86400000",
        "is no whole number",
        "Hooks would fail 1 time where they did not.",
    ] {
        assert!(outcome.stdout.contains(words), "{words}\n{}", outcome.stdout);
    }
    let defaults = replay(&server, changed.path(), &["--event", "permission_defaults"]).await;
    assert!(defaults.stdout.contains("forbid orders: Orders go through purchasing."), "{}", defaults.stdout);
    let said = replay(&server, changed.path(), &["--event", "invite.sned"]).await.failed_with(2);
    assert!(said.contains("did you mean invite.send?"), "{said}");
}

#[tokio::test]
async fn a_guard_that_is_new_can_be_tried_on_what_no_hook_met() {
    let server = Server::demo().start().await;
    Client::logged_in(&server, "owner@bakery.example").await;
    let met = "SELECT COUNT(*) FROM guard_runs WHERE action = 'user.log_in'";
    wait::until(met, || async { (server.database().count(met).await == 1).then_some(()) }).await;
    let new = beside(&server, "before(\"user.log_in\", |draft| { deny(\"Closed today.\"); });");
    let outcome = replay(&server, new.path(), &["--event", "user.log_in"]).await;
    assert!(
        outcome.stdout.contains("1 of 1 guarded action would differ: 1 would be refused."),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn who_was_refused_by_which_line_can_be_looked_up_and_asked_again() {
    let server = Server::demo().start().await;
    live(&server, GUARD).await;
    invite_all(&server).await;
    said(&server, 0).await;
    let ask = async |arguments: &[&str]| {
        let mut command = command::binary();
        command.env("INNKEEPER_DATABASE_URL", server.database().url()).env("INNKEEPER_DATA", server.data());
        command::run(command.args(arguments)).await
    };
    let list =
        ask(&["events", "guards", "--action", "invite.*", "--verdict", "denied", "--format", "json"]).await;
    let list: Value = serde_json::from_str(&list.ok()).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list[0]["draft"]["email"], "a@rival.example", "{list}");
    let id = list[0]["id"].as_str().unwrap();

    let shown = ask(&["events", "show", id]).await.ok();
    for words in
        ["a@rival.example", "refused: Only friends can be invited. (hooks/house.rhai:2)", "invite.send"]
    {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    let again = ask(&["hooks", "run", "house", "--event", id, "--format", "json"]).await.ok();
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["denied"], "Only friends can be invited.", "{again}");

    let wrong = ask(&["events", "show", "grd_none"]).await.failed_with(1);
    assert!(wrong.contains("innkeeper events guards"), "{wrong}");
    let wrong = ask(&["events", "guards", "--action", "invite.sned"]).await.failed_with(2);
    assert!(wrong.contains("did you mean invite.send?"), "{wrong}");
}
