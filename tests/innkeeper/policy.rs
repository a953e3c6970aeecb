//! The default policy is scripts: without them nobody is told anything but security mail, and no box
//! is ticked. And every event that is declared is emitted by somebody.

use crate::support::{client::Client, command, mailbox::Mailbox, server::Server, wait};
use innkeeper::event::catalogue::EVENTS;
use std::{fs, path::Path};

fn switch_all_off(server: &Server) {
    for entry in fs::read_dir(server.data().join("hooks")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|ending| ending == "rhai") {
            fs::rename(
                &file,
                file.with_file_name(format!("_{}", file.file_name().unwrap().to_string_lossy())),
            )
            .unwrap();
        }
    }
}

#[tokio::test]
async fn with_all_scripts_off_only_security_mail_has_a_recipient_and_no_box_is_ticked() {
    let server = Server::demo().start().await;
    switch_all_off(&server);
    wait::until("no hook is live", || async { server.log().contains("hooks=0").then_some(()) }).await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    let page = owner.get("/users").await;
    let form = page.form("Send Invite");
    for permission in innkeeper::permission::Permission::ALL {
        let ticked =
            form.data().iter().any(|(name, value)| *name == "permissions" && *value == permission.key());
        assert!(!ticked, "{permission} is ticked");
    }
    form.fill("Email address", "new@example.com").forge("scope", "all").submit().await;
    let fields = [("subject", "Hello"), ("message", "Is anybody there?"), ("department", "Support")];
    let opened = owner.post("/tickets/new", &fields).await;
    assert_eq!(opened.status(), 200, "{opened}");
    let mailbox = Mailbox::of(&server);
    mailbox.wait_for("new@example.com", "").await;
    let waiting = "SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL";
    wait::until("all events are dispatched", || async {
        (server.database().count(waiting).await == 0).then_some(())
    })
    .await;
    let mails = mailbox.all().await;
    assert_eq!(mails.len(), 1, "somebody was told without a script: {mails:?}");
}

#[tokio::test]
async fn another_policy_takes_the_place_of_the_default_on_a_running_server_in_one_step() {
    let server = Server::demo().start().await;
    let data = server.data().display().to_string();
    let switch = |name: &str, other: &str| {
        let args = ["hooks", "enable", name, "--instead-of", other, "--data", &data].map(str::to_owned);
        command::innkeeper(args)
    };
    let said = switch("wp-net", "nothing").await.failed_with(1);
    assert!(
        said.contains("nothing is not on") && !server.data().join("hooks/wp-net.rhai").exists(),
        "{said}"
    );
    let said = switch("wp-net", "ticket-mail").await.ok();
    assert!(said.contains("instead of ticket-mail"), "{said}");
    let mut reload = command::binary();
    reload.env("INNKEEPER_DATABASE_URL", server.database().url()).args(["reload", "--data", &data]);
    command::run(&mut reload).await.ok();
    let developer = Client::logged_in(&server, "developer@bakery.example").await;
    let fields = [("subject", "Oven broken"), ("message", "It is cold."), ("department", "Support")];
    assert_eq!(developer.post("/tickets/new", &fields).await.status(), 200);
    // Who may open tickets hears of it now; so do staff, as before.
    let mailbox = Mailbox::of(&server);
    for address in ["designer@demo.example", "owner@bakery.example", "staff@host.example"] {
        mailbox.wait_for(address, "Oven broken").await;
    }
}

#[tokio::test]
async fn the_default_policy_tells_opener_owner_and_staff_of_a_ticket() {
    let server = Server::demo().start().await;
    let developer = Client::logged_in(&server, "developer@bakery.example").await;
    let fields = [("subject", "Oven broken"), ("message", "It is cold."), ("department", "Support")];
    let page = developer.post("/tickets/new", &fields).await;
    assert_eq!(page.status(), 200, "{page}");
    let mailbox = Mailbox::of(&server);
    for address in ["developer@bakery.example", "owner@bakery.example", "staff@host.example"] {
        let mail = mailbox.wait_for(address, "Oven broken").await;
        assert!(mail.text.contains("It is cold."), "{}", mail.text);
    }
    let mails = mailbox.all().await;
    assert!(mails.iter().all(|mail| !mail.to().contains(&"accountant@bakery.example")), "{mails:?}");
}

/// Every payload is made somewhere outside the catalogue and the samples.
#[test]
fn every_declared_event_is_emitted() {
    let mut source = String::new();
    read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut source);
    for event in EVENTS {
        if event.name == "custom.*" {
            assert!(source.contains("outbox::emit_custom("), "nothing announces operators' own events");
            continue;
        }
        let name: String = event
            .name
            .split(['.', '_'])
            .map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..]))
            .collect();
        assert!(
            source.contains(&format!("{name} {{")),
            "{} is declared, and nothing makes a {name}",
            event.name
        );
    }
}

fn read(folder: &Path, source: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, source);
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("event/catalogue.rs")
            && !path.components().any(|part| part.as_os_str() == "catalogue")
        {
            source.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
