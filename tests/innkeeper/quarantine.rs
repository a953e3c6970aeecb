//! A hook that keeps failing is put out of service, shown, mailed once, and back when its file is mended.

use crate::support::{
    PASSWORD,
    client::{Client, Page},
    command,
    database::Database,
    mailbox::Mailbox,
    server::Server,
    wait,
};
use std::{fs, sync::Arc};

/// Fails, and could refuse.
const BROKEN: &str = r#"
before("contact.save", #{ id: "contacts", label: "Contacts of our own" }, |draft| {
    if draft.name == "Nobody" { deny("Not him."); }
    let list = [];
    // No sample is called so.
    if draft.name == "New" { list[3] = draft.name; }
});
"#;

/// Fails after the commit.
const UNTOLD: &str = r#"
on("contact.added", #{ id: "told" }, |event| {
    let list = [];
    if event.contact.email.ends_with("@x.example") { list[3] = 1; }
});
"#;

async fn is(server: &Server, sql: &str, number: i64) {
    wait::until(format!("{number} = {sql}"), || async {
        (server.database().count(sql).await == number).then_some(())
    })
    .await;
}

const OUT: &str = "SELECT COUNT(*) FROM events WHERE name = 'hook.quarantined'";
const BACK: &str = "SELECT COUNT(*) FROM events WHERE name = 'hook.recovered'";

async fn add(owner: &Client, name: &str) -> Page {
    let email = format!("{}@x.example", name.to_lowercase());
    owner.post("/contacts/new", &[("name", name), ("email", &email), ("categories", "general")]).await
}

async fn staff(server: &Server) -> Client {
    let staff = Client::new(server.url());
    staff.post("/admin/login", &[("email", "staff@host.example"), ("password", PASSWORD)]).await;
    staff
}

#[tokio::test]
async fn a_hook_that_keeps_failing_is_out_is_mailed_once_and_comes_back_mended() {
    let server = Server::demo().start().await;
    fs::write(server.data().join("hooks/told.rhai"), UNTOLD).unwrap();
    server.logged("hooks=13").await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    for number in 1..=5 {
        add(&owner, &format!("N{number}")).await;
    }
    is(&server, OUT, 1).await;
    add(&owner, "N6").await;
    let state =
        |state: &str| format!("SELECT COUNT(*) FROM hook_runs WHERE hook = 'told' AND state = '{state}'");
    is(&server, &state("waiting"), 1).await;

    let mail = Mailbox::of(&server).wait_for("staff@host.example", "out of service: hooks/told.rhai").await;
    assert!(
        mail.text.contains("told") && mail.text.contains("line 4") && mail.text.contains("/admin/hooks"),
        "{}",
        mail.text
    );
    let page = staff(&server).await.get("/admin/hooks").await;
    assert!(page.says("One hook is out of service.") && page.says("Try again now"), "{page}");
    assert!(page.says("5 events were given up"), "{page}");
    let doctor = command::binary()
        .args(["doctor", "--data"])
        .arg(server.data())
        .env("INNKEEPER_DATABASE_URL", server.database().url())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("the hook told is out of service"), "{said}");

    fs::write(
        server.data().join("hooks/told.rhai"),
        "on(\"contact.added\", #{ id: \"told\" }, |event| { log(1); });",
    )
    .unwrap();
    is(&server, BACK, 1).await;
    is(&server, &state("done"), 1).await;
    let mut retry = command::binary();
    retry.args(["hooks", "retry", "--hook", "told", "--data"]).arg(server.data());
    retry.env("INNKEEPER_DATABASE_URL", server.database().url());
    let said = command::run(&mut retry).await.ok();
    assert!(said.contains("5 runs again, with the scripts of today"), "{said}");
    is(&server, &state("done"), 6).await;
    assert_eq!(server.database().count(OUT).await, 1);
    let told = Mailbox::of(&server).to("staff@host.example").await;
    assert_eq!(told.iter().filter(|mail| mail.subject.contains("out of service")).count(), 1);
}

#[tokio::test]
async fn a_guard_that_is_out_refuses_plainly_and_two_nodes_agree() {
    let database = Arc::new(Database::fresh().await);
    let one = Server::demo().database(Arc::clone(&database)).start().await;
    let two = Server::demo().database(Arc::clone(&database)).start().await;
    for server in [&one, &two] {
        fs::write(server.data().join("hooks/contacts.rhai"), BROKEN).unwrap();
        let staff = staff(server).await;
        wait::until("the hook is live", || async {
            staff.get("/admin/hooks").await.says("Contacts of our own").then_some(())
        })
        .await;
    }
    let (here, there) = (
        Client::logged_in(&one, "owner@bakery.example").await,
        // Another account: a guard that fails for one alone stays, for the others.
        Client::logged_in(&two, "owner@books.example").await,
    );
    // Neither node sees enough failures by itself.
    for owner in [&here, &there, &here, &there, &here, &there] {
        let page = add(owner, "New").await;
        assert!(page.says("could not be checked") || !page.says("New was added"), "{page}");
    }
    is(&one, OUT, 1).await;
    for server in [&one, &two] {
        let staff = staff(server).await;
        wait::until("the node knows", || async {
            staff.get("/admin/hooks").await.says("One hook is out of service.").then_some(())
        })
        .await;
    }
    add(&there, "New").await;
    let saved = "SELECT COUNT(*) FROM contacts WHERE name = 'New'";
    assert_eq!(database.count(saved).await, 0, "a guard that can refuse does, while it is out");
    let failed = "SELECT COUNT(*) FROM events WHERE name = 'hook.failed'";
    assert_eq!(database.count(failed).await, 1, "once a minute is enough");

    for server in [&one, &two] {
        let mended = BROKEN.replace("list[3] = draft.name;", "");
        fs::write(server.data().join("hooks/contacts.rhai"), mended).unwrap();
    }
    is(&one, BACK, 1).await;
    for owner in [&here, &there] {
        wait::until("contacts are saved again", || async {
            add(owner, "New").await;
            (database.count(saved).await > 0).then_some(())
        })
        .await;
    }
    assert_eq!(database.count(OUT).await, 1);
    assert_eq!(database.count(BACK).await, 1);
}

/// What an operator relies on, and what customers can make fail: with what they type, and with how much of it.
const RELIED_ON: &str = r#"
before("invite.send", #{ id: "colleagues" }, |draft| {
    if draft.composing { return; }
    if draft.email.starts_with("boom") { [][3]; }
    if !draft.email.ends_with("@example.com") { deny("Only colleagues can be invited."); }
});
permission_defaults(#{ id: "boxes" }, |invite| {
    if invite.email.starts_with("boom") { [][3]; }
    invite.forbid(["orders"], "Orders go through purchasing.");
});
before("contact.save", #{ id: "words" }, |draft| {
    let n = 0;
    for word in draft.name.split("") { for other in draft.name.split("") { for third in draft.name.split("") { n += 1; } } }
    if draft.name == "Nobody" { deny("Not him."); }
});
"#;

#[tokio::test]
async fn customers_put_no_guard_out_of_service_for_others() {
    let server = Server::demo().start().await;
    fs::write(server.data().join("hooks/relied-on.rhai"), RELIED_ON).unwrap();
    server.logged("hooks=15").await;
    let invite = async |who: &Client, email: &str| {
        who.post("/users/invite", &[("email", email), ("scope", "all"), ("permissions", "orders")]).await
    };
    let (bad, good) = (
        Client::logged_in(&server, "owner@bakery.example").await,
        Client::logged_in(&server, "owner@books.example").await,
    );
    for n in 0..12 {
        // Whatever is refused is shown again as a form, which hooks look at, too.
        let page = invite(&bad, &format!("boom{n}@example.com")).await;
        assert!(page.says("a rule of this site does not work"), "{page}");
        invite(&bad, &format!("a@{}", "x".repeat(300_000))).await;
        add(&bad, &"long ".repeat(12 + n)).await;
        // A limit that what somebody typed meets says nothing of the guard, for however many it does.
        add(&good, &"long ".repeat(12 + n)).await;
    }
    let failed = "SELECT COUNT(*) FROM events WHERE name = 'hook.failed'";
    wait::until("operators are told", || async {
        (server.database().count(failed).await >= 3).then_some(())
    })
    .await;
    let page = invite(&good, "carol@rival.example").await;
    assert!(page.says("Only colleagues can be invited."), "{page}");
    let page = invite(&good, "carol@example.com").await;
    assert!(page.says("Invite sent to carol@example.com"), "{page}");
    let given = "SELECT COUNT(*) FROM invites WHERE email_key = 'carol@example.com'
        AND permissions NOT LIKE '%orders%'";
    assert_eq!(server.database().count(given).await, 1, "what is forbidden stays so");
    assert!(add(&good, "Nobody").await.says("Not him."));
    add(&good, "Somebody").await;
    assert_eq!(server.database().count("SELECT COUNT(*) FROM contacts WHERE name = 'Somebody'").await, 1);
    assert_eq!(server.database().count(OUT).await, 0);
}
