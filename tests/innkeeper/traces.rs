//! What is kept of each run: of hooks on events, and of guards, which have no event.

use crate::support::{client::Client, server::Server, wait};

const DEMANDING: &str = r#"
before("invite.send", |draft| {
    if draft.email.ends_with("@rival.example") { deny("Only friends can be invited."); }
    if draft.email.starts_with("short") { draft.expires_in = days(1); }
    if draft.email.starts_with("broken") { parse_int(draft.email); }
    log(setting("motto", "none"));
});
"#;

async fn invite(owner: &Client, email: &str) {
    let page = owner.get("/users").await;
    page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await;
}

/// Adds a script and waits until it is live.
async fn live(server: &Server, name: &str, text: &str) {
    let live = "SELECT COUNT(*) FROM events WHERE name = 'hooks.activated'";
    let before = server.database().count(live).await;
    std::fs::write(server.data().join(format!("hooks/{name}.rhai")), text).unwrap();
    becomes(server, before + 1, live).await;
}

async fn becomes(server: &Server, number: i64, sql: &str) {
    wait::until(sql, || async { (server.database().count(sql).await == number).then_some(()) }).await;
}

#[tokio::test]
async fn what_a_guard_saw_and_said_is_kept_also_when_it_refused() {
    let server = Server::demo().start().await;
    live(&server, "demanding", DEMANDING).await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    for email in ["a@rival.example", "short@example.com", "plain@example.com", "broken@example.com"] {
        invite(&owner, email).await;
    }
    let runs = r#"SELECT COUNT(*) FROM guard_runs WHERE action = 'invite.send' AND draft LIKE '%"composing":false%' AND steps <> '[]'"#;
    becomes(&server, 4, runs).await;
    for (verdict, with) in [
        ("denied", "answer LIKE '%Only friends%' AND draft LIKE '%a@rival.example%'"),
        ("amended", "answer LIKE '%86400000%' AND steps LIKE '%hooks/demanding.rhai:2%'"),
        (
            "allowed",
            "steps LIKE '%motto%' AND snapshot_hash IS NOT NULL AND draft LIKE '%plain@example.com%'",
        ),
        ("denied", "failed = TRUE AND steps LIKE '%is no whole number%'"),
    ] {
        assert_eq!(
            server.database().count(format!("{runs} AND verdict = '{verdict}' AND {with}")).await,
            1,
            "{verdict} with {with}"
        );
    }
    // A form that was only shown leaves a trace if a hook failed, as after the last invite, and else none.
    let shown = "SELECT COUNT(*) FROM guard_runs WHERE failed = FALSE AND draft LIKE '%\"composing\":true%'";
    assert_eq!(server.database().count(shown).await, 0);
}

#[tokio::test]
async fn traces_of_failures_outlive_those_of_successes() {
    let fails = "on(\"invite.sent\", |event| { if event.invite.email == \"bad@example.com\" { throw \"on purpose\"; } });";
    let mut server = Server::demo().env("RETENTION_TRACES_MOST", "3").start().await;
    live(&server, "fails", fails).await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let done = "SELECT COUNT(*) FROM hook_runs WHERE error IS NULL AND state = 'done'";
    let failed = "SELECT COUNT(*) FROM hook_runs WHERE error LIKE '%on purpose%'";
    invite(&owner, "bad@example.com").await;
    becomes(&server, 1, failed).await;
    for number in 0..8 {
        invite(&owner, &format!("good{number}@example.com")).await;
    }
    let sent = "SELECT COUNT(*) FROM events WHERE name = 'invite.sent' AND dispatched_at IS NULL";
    becomes(&server, 0, sent).await;
    let before = server.database().count(done).await;
    assert!(before > 8, "{before}");
    // The sweeper looks at once when it starts.
    server.stop().await;
    server.start_again().await;
    wait::until("old traces go", || async { (server.database().count(done).await < before).then_some(()) })
        .await;
    assert_eq!(server.database().count(failed).await, 1);
    let event = "SELECT COUNT(*) FROM events e JOIN hook_runs r ON r.event_id = e.id WHERE r.error LIKE '%on purpose%'";
    assert_eq!(server.database().count(event).await, 1);
}
