//! The command line over a house in which something happened: events, traces, bundles, hooks.

use crate::support::{
    client::Client,
    command::{self, Outcome, innkeeper},
    server::Server,
    wait,
};
use serde_json::Value;
use std::{fs, path::Path};
use tokio::io::{AsyncBufReadExt, BufReader};

fn on(server: &Server) -> tokio::process::Command {
    let mut command = command::binary();
    command.env("INNKEEPER_DATA", server.data()).env("INNKEEPER_DATABASE_URL", server.database().url());
    command
}

async fn run(server: &Server, arguments: &[&str]) -> Outcome {
    command::run(on(server).args(arguments)).await
}

async fn json(server: &Server, arguments: &[&str]) -> Value {
    let said = run(server, &[arguments, &["--format", "json"]].concat()).await.ok();
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

async fn invite(server: &Server, email: &str) {
    let owner = Client::logged_in(server, "owner@bakery.example").await;
    let page = owner.get("/users").await;
    page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await;
}

/// The newest event of this name once its hooks have run.
async fn event(server: &Server, name: &str) -> Value {
    wait::until(format!("the hooks of {name} have run"), || async {
        let list = json(server, &["events", "list", "--name", name]).await;
        list.as_array()?.first().filter(|row| row["dispatched"] == true).cloned()
    })
    .await
}

async fn live(server: &Server) -> String {
    let list = json(server, &["bundle", "list"]).await;
    list[0]["hash"].as_str().unwrap().to_owned()
}

async fn another_is_live(server: &Server, than: &str) -> String {
    wait::until("another bundle is live", || async {
        let hash = live(server).await;
        (hash != than).then_some(hash)
    })
    .await
}

#[tokio::test]
async fn an_event_is_listed_and_its_trace_says_who_got_mail_and_why() {
    let server = Server::demo().start().await;
    let first = live(&server).await;
    let script = "on(\"invite.sent\", #{ id: \"noisy\" }, |event| { log(`to ${event.invite.email}`); });\non(\"invite.sent\", #{ id: \"failing\" }, |event| {\n    if event.invite.email == \"anna@example.com\" { let list = []; list[3]; }\n});\n";
    fs::write(server.data().join("hooks/noisy.rhai"), script).unwrap();
    another_is_live(&server, &first).await;
    invite(&server, "anna@example.com").await;
    let row = event(&server, "invite.sent").await;
    assert_eq!(
        (row["account"].as_str(), row["actor"]["name"].as_str()),
        (Some("Blue Bakery"), Some("Olive Baker"))
    );
    assert_eq!(row["failed"], 1, "{row}");

    let id = row["id"].as_str().unwrap();
    let trace = json(&server, &["events", "show", id]).await;
    assert_eq!(trace["event"]["invite"]["email"], "anna@example.com");
    let runs = trace["runs"].as_array().unwrap();
    let of =
        |hook: &str| runs.iter().find(|run| run["hook"] == hook).unwrap_or_else(|| panic!("{hook}: {trace}"));
    assert_eq!(of("noisy")["log"][0], "to anna@example.com");
    assert_eq!(
        (of("failing")["state"].as_str(), of("failing")["file"].as_str()),
        (Some("dead"), Some("hooks/noisy.rhai"))
    );
    assert_eq!(trace["mails"][0]["to"], "anna@example.com");
    assert!(runs.iter().any(|run| run["hook"] == trace["mails"][0]["cause"]), "{trace}");

    let shown = run(&server, &["events", "show", id]).await.ok();
    for words in [
        "├──",
        "noisy",
        "log: to anna@example.com",
        "failed for good",
        "hooks/noisy.rhai:",
        "list[3]",
        "mail invite to anna@example.com",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("nobody gets this mail"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colour into a pipe: {shown}");
    let painted = run(&server, &["events", "show", id, "--color", "always"]).await.ok();
    assert!(painted.contains("\u{1b}[31m"), "{painted}");
    let number = row["seq"].to_string();
    assert_eq!(
        json(&server, &["events", "show", &number]).await,
        trace,
        "an event is known by its number, too"
    );
}

#[tokio::test]
async fn events_are_found_by_name_account_and_time_and_come_in_pages() {
    let server = Server::demo().start().await;
    let all = json(&server, &["events", "list", "--limit", "10000"]).await;
    let all = all.as_array().unwrap();
    assert!(all.len() > 3, "{all:?}");
    let first = json(&server, &["events", "list", "--limit", "2"]).await;
    let before = first[1]["seq"].to_string();
    let second = json(&server, &["events", "list", "--limit", "2", "--before", &before]).await;
    let ids = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|row| row["id"].to_string()).collect()
    };
    let wanted: Vec<String> = all.iter().take(4).map(|row| row["id"].to_string()).collect();
    assert_eq!([ids(&first), ids(&second)].concat(), wanted);

    let some = json(&server, &["events", "list", "--name", "user.*", "--since", "1h"]).await;
    assert!(some.as_array().unwrap().iter().all(|row| row["name"].as_str().unwrap().starts_with("user.")));
    assert!(!some.as_array().unwrap().is_empty());
    let bakery = json(&server, &["events", "list", "--account", "blue bakery"]).await;
    assert!(bakery.as_array().unwrap().iter().all(|row| row["account"] == "Blue Bakery"));
    assert_eq!(json(&server, &["events", "list", "--since", "2999-01-01"]).await, Value::Array(vec![]));
    let said = run(&server, &["events", "list", "--since", "2999-01-01"]).await.ok();
    assert!(said.contains("No such event"), "{said}");

    let wrong = |arguments: &'static [&'static str], code: i32, words: &'static str| {
        let server = &server;
        async move {
            let said = run(server, arguments).await.failed_with(code);
            assert!(said.contains(words), "{words}: {said}");
        }
    };
    wrong(&["events", "list", "--name", "ticket.replyed"], 2, "did you mean ticket.replied?").await;
    wrong(&["events", "list", "--since", "yesterday"], 2, "such as 30d").await;
    wrong(&["events", "list", "--account", "nobody at all"], 1, "no account").await;
    wrong(&["events", "show", "evt_nothing", "--format", "json"], 1, "events list").await;
    wrong(&["events", "schema", "ticket.replyed"], 2, "did you mean ticket.replied?").await;
}

#[tokio::test]
async fn tail_prints_an_event_as_it_happens() {
    let server = Server::demo().start().await;
    let mut command = on(&server);
    command.args(["events", "tail", "--name", "invite.sent", "--format", "json", "--last", "0"]);
    let mut child = command.stdout(std::process::Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let lines = tokio::sync::Mutex::new(BufReader::new(child.stdout.take().unwrap()).lines());
    // Whether it listens yet is not to be seen from here: so somebody is invited until it says so.
    let mut count = 0;
    let line = wait::until("tail prints the invite", || {
        count += 1;
        let email = format!("tail{count}@example.com");
        let (server, lines) = (&server, &lines);
        async move {
            invite(server, &email).await;
            let mut lines = lines.lock().await;
            tokio::time::timeout(std::time::Duration::from_secs(2), lines.next_line()).await.ok()?.unwrap()
        }
    });
    let line: Value = serde_json::from_str(&line.await).unwrap();
    assert_eq!((line["name"].as_str(), line["account"].as_str()), (Some("invite.sent"), Some("Blue Bakery")));
    let seen = line["id"].as_str().unwrap().to_owned();
    child.kill().await.unwrap();
    let again = run(&server, &["events", "list", "--name", "invite.sent"]).await.ok();
    assert!(again.contains(&seen), "{again}");
}

#[tokio::test]
async fn going_back_to_a_bundle_writes_the_folder_and_keeps_what_was_there() {
    let server = Server::demo().start().await;
    let first = live(&server).await;
    let late = server.data().join("hooks/late.rhai");
    fs::write(&late, "on(\"user.added\", #{ id: \"late\" }, |event| { log(1); });\n").unwrap();
    let second = another_is_live(&server, &first).await;
    let list = json(&server, &["bundle", "list"]).await;
    assert_eq!(list[0]["change"]["added"], serde_json::json!(["hooks/late.rhai"]));
    assert_eq!((list[0]["live"].as_bool(), list[1]["live"].as_bool()), (Some(true), Some(false)));
    let diff = run(&server, &["bundle", "diff", &first, "live"]).await.ok();
    assert!(diff.contains("+on(\"user.added\"") && diff.contains("hooks/late.rhai"), "{diff}");
    let same = run(&server, &["bundle", "diff"]).await.ok();
    assert!(same.contains("are the same"), "{same}");

    // Nobody is there to be asked; then an edit that was never live is not taken away.
    let said = run(&server, &["bundle", "rollback", &first[..6]]).await.failed_with(2);
    assert!(said.contains("--yes") && late.exists(), "{said}");
    fs::write(server.data().join("hooks/people-mail.rhai"), "on(\"user.added\", |event| { log(2) ").unwrap();
    let said = run(&server, &["bundle", "rollback", &first, "--yes"]).await.failed_with(1);
    assert!(said.contains("people-mail.rhai") && said.contains("--force") && late.exists(), "{said}");

    let said = run(&server, &["bundle", "rollback", &first, "--yes", "--force"]).await.ok();
    assert!(said.contains("is live") && said.contains(&first), "{said}");
    assert!(!late.exists());
    assert_eq!(live(&server).await, first, "{second} is not live any more");
    let kept = fs::read_dir(server.data().join("rollbacks")).unwrap().next().unwrap().unwrap().path();
    assert!(fs::read_to_string(kept.join("hooks/late.rhai")).unwrap().contains("late"));
    assert!(fs::read_to_string(kept.join("hooks/people-mail.rhai")).unwrap().contains("log(2)"));
    // A program is told what is so: the server knows of it already.
    let said = json(&server, &["bundle", "rollback", &second, "--yes", "--force"]).await;
    assert_eq!(
        (&said["server_told"], &said["written"][0]),
        (&true.into(), &"hooks/late.rhai".into()),
        "{said}"
    );
    wait::until("the server has taken it up", || async { (live(&server).await == second).then_some(()) })
        .await;
    let said = run(&server, &["bundle", "rollback", "zzz", "--yes"]).await.failed_with(1);
    assert!(said.contains("no bundle"), "{said}");
}

#[tokio::test]
async fn the_list_of_hooks_and_the_doctor_know_that_a_last_good_version_runs() {
    let mut server = Server::demo().start().await;
    let gate = server.data().join("hooks/gate.rhai");
    fs::write(&gate, "on(\"user.added\", #{ id: \"gate\", label: \"The gate\" }, |event| { log(1); });\n")
        .unwrap();
    another_is_live(&server, "").await;
    wait::until("the gate is live", || async {
        (run(&server, &["bundle", "show"]).await.ok().contains("gate.rhai")).then_some(())
    })
    .await;
    // Without the server: what is known stands in the database.
    server.stop().await;
    fs::write(&gate, "on(\"user.added\", |event| {").unwrap();
    let list = json(&server, &["hooks", "list"]).await;
    let gate_row =
        list.as_array().unwrap().iter().find(|row| row["file"] == "hooks/gate.rhai").unwrap().clone();
    assert_eq!((gate_row["state"].as_str(), gate_row["id"].as_str()), (Some("last-good"), Some("gate")));
    let shown = run(&server, &["hooks", "list"]).await.ok();
    assert!(shown.contains("runs last good version") && shown.contains("The gate"), "{shown}");
    let doctor = run(&server, &["doctor"]).await;
    assert_eq!(doctor.code, Some(1), "{doctor:?}");
    assert!(
        doctor.stdout.contains("hooks/gate.rhai: has a mistake; its last good version runs"),
        "{}",
        doctor.stdout
    );
    fs::remove_file(server.data().join("hooks/people-mail.rhai")).unwrap();
    let doctor = run(&server, &["doctor", "--format", "json"]).await.stdout;
    assert!(doctor.contains("innkeeper hooks enable people-mail"), "{doctor}");
    run(&server, &["hooks", "enable", "people-mail"]).await.ok();
    assert!(server.data().join("hooks/people-mail.rhai").exists());
}

fn init() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("inn").to_string_lossy().into_owned();
    (folder, data)
}

#[tokio::test]
async fn a_script_is_begun_checks_well_and_is_never_overwritten() {
    let (_folder, data) = init();
    innkeeper(["init", &data]).await.ok();
    for (name, point) in [
        ("vip", "ticket.replied"),
        ("gate", "invite.send"),
        ("boxes", "permission_defaults"),
        ("nightly", "1 day"),
    ] {
        innkeeper(["hooks", "new", name, "--point", point, "--data", &data]).await.ok();
        assert!(Path::new(&data).join(format!("hooks/tests/{name}.rhai")).exists());
    }
    let said = innkeeper(["check", "--data", &data]).await.ok();
    assert!(said.contains("are fine"), "{said}");
    for name in ["vip", "gate", "boxes", "nightly"] {
        innkeeper(["hooks", "test", name, "--data", &data]).await.ok();
    }
    let said =
        innkeeper(["hooks", "new", "vip", "--point", "user.added", "--data", &data]).await.failed_with(1);
    assert!(said.contains("exists") && said.contains("nothing was written"), "{said}");
    let said =
        innkeeper(["hooks", "new", "x", "--point", "ticket.replyed", "--data", &data]).await.failed_with(2);
    assert!(said.contains("did you mean ticket.replied?"), "{said}");
    let said = innkeeper(["hooks", "disable", "vipp", "--data", &data]).await.failed_with(1);
    assert!(said.contains("did you mean vip?"), "{said}");
    let said = innkeeper(["events", "list", "--data", &data]).await.failed_with(1);
    assert!(said.contains("innkeeper serve"), "{said}");
}

#[tokio::test]
async fn definitions_are_written_for_editors() {
    let (folder, _) = init();
    let out = folder.path().join("defs").to_string_lossy().into_owned();
    innkeeper(["hooks", "definitions", "--out", &out]).await.ok();
    let types = fs::read_to_string(folder.path().join("defs/innkeeper-types.d.rhai")).unwrap();
    assert!(types.starts_with("module static;") && types.contains("type TicketReplied = #{"));
}

#[tokio::test]
async fn a_database_that_refuses_is_said_at_once() {
    let (_folder, data) = init();
    innkeeper(["init", &data]).await.ok();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    drop(taken);
    let mut command = command::binary();
    command
        .args(["doctor", "--data", &data])
        .env("INNKEEPER_DATABASE_URL", format!("postgres://u:sesame@127.0.0.1:{port}/x"));
    let outcome = command::run(&mut command).await;
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stdout.contains("refused") && !outcome.stdout.contains("sesame"), "{}", outcome.stdout);
}
