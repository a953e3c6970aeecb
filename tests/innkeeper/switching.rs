//! One policy for another, while the server runs: `hooks enable NAME --instead-of OTHER`.

use crate::support::{
    client::Client,
    command::{self, Outcome, innkeeper},
    mailbox::Mailbox,
    server::Server,
    wait,
};
use std::fs;

async fn on(server: &Server, arguments: &[&str]) -> Outcome {
    let mut command = command::binary();
    command.env("INNKEEPER_DATA", server.data()).env("INNKEEPER_DATABASE_URL", server.database().url());
    command::run(command.args(arguments)).await
}

async fn open_ticket(developer: &Client, subject: &str) {
    let fields = [("subject", subject), ("message", "It is cold."), ("department", "Support")];
    developer.post("/tickets/new", &fields).await;
}

/// Mails about new tickets to an address: all of an event's are written at once.
async fn mails(server: &Server, to: &str) -> i64 {
    let mails = format!("SELECT COUNT(*) FROM emails WHERE template = 'ticket-opened' AND to_key = '{to}'");
    server.database().count(mails).await
}

#[tokio::test]
async fn a_policy_takes_anothers_place_on_a_running_server_and_no_ticket_falls_between_them() {
    const DEVELOPER: &str = "developer@bakery.example";
    const DESIGNER: &str = "designer@demo.example";
    let server = Server::demo().start().await;
    let developer = Client::logged_in(&server, DEVELOPER).await;
    let (receipts, tickets) = (mails(&server, DEVELOPER).await, "SELECT COUNT(*) FROM tickets");
    let before = server.database().count(tickets).await;

    open_ticket(&developer, "By the default").await;
    Mailbox::of(&server).wait_for(DEVELOPER, "By the default").await;
    assert_eq!(mails(&server, DESIGNER).await, 0, "the default policy names only who ticked it");

    let offered = async || developer.get("/preferences").await.all("#choice-support option[value=on]").len();
    assert_eq!(offered().await, 1, "who ticks it is named");

    // Tickets come while it is switched; each has its receipt, whichever policy it met.
    let switch = on(&server, &["hooks", "enable", "wp-net", "--instead-of", "ticket-mail"]);
    let meanwhile = async {
        for n in 0..8 {
            open_ticket(&developer, &format!("Meanwhile {n}")).await;
        }
    };
    let (said, ()) = tokio::join!(switch, meanwhile);
    let said = said.ok();
    assert!(said.contains("wp-net is on instead of ticket-mail") && !said.contains("No customer"), "{said}");
    // Waits until it is live: so many tickets may be opened within an hour, and no more.
    on(&server, &["reload"]).await.ok();
    open_ticket(&developer, "By wp-net").await;
    wait::until("a ticket meets wp-net", || async { (mails(&server, DESIGNER).await > 0).then_some(()) })
        .await;
    wait::until("all tickets have met their hooks", || async {
        let waiting = "SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL";
        (server.database().count(waiting).await == 0).then_some(())
    })
    .await;
    assert_eq!(offered().await, 0, "all hear of all, and a tick adds nothing");
    let opened = server.database().count(tickets).await - before;
    assert!(opened >= 10);
    assert_eq!(mails(&server, DEVELOPER).await - receipts, opened, "a ticket was mailed to nobody");
    // Staff hear of all of them, whichever policy is on.
    assert!(mails(&server, innkeeper::demo::STAFF).await >= opened);
}

#[tokio::test]
async fn two_scripts_are_switched_in_one_step_or_none_is_and_what_nobody_decides_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("inn").to_string_lossy().into_owned();
    innkeeper(["init", &data]).await.ok();
    let hooks = folder.path().join("inn/hooks");
    let is_on = |name: &str| hooks.join(format!("{name}.rhai")).exists();
    let run = |arguments: &'static [&'static str]| {
        let all: Vec<String> = ["hooks"].iter().chain(arguments).map(|word| (*word).to_owned()).collect();
        innkeeper(all.into_iter().chain(["--data".to_owned(), data.clone()]))
    };

    run(&["enable", "wp-net", "--instead-of", "ticket-mail"]).await.ok();
    assert!(is_on("wp-net") && !is_on("ticket-mail") && hooks.join("available/ticket-mail.rhai").exists());
    run(&["enable", "ticket-mail", "--instead-of", "wp-net"]).await.ok();
    assert!(!is_on("wp-net") && is_on("ticket-mail") && hooks.join("available/wp-net.rhai").exists());

    // Neither, where one of them cannot: a wrong name, a script that would not run, one that was edited.
    let said = run(&["enable", "wp-net", "--instead-of", "ticket-male"]).await.failed_with(1);
    assert!(said.contains("did you mean ticket-mail?") && !is_on("wp-net"), "{said}");
    let outcome = run(&["enable", "invite-domain", "--instead-of", "invite-form"]).await;
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.stdout.contains("invite-form stays on and nothing was changed"), "{outcome:?}");
    assert!(is_on("invite-form") && !is_on("invite-domain"));
    fs::copy(hooks.join("ticket-mail.rhai"), hooks.join("available/ticket-mail.rhai")).unwrap();
    let edited = format!("{}\n// Ours.\n", fs::read_to_string(hooks.join("ticket-mail.rhai")).unwrap());
    fs::write(hooks.join("ticket-mail.rhai"), edited).unwrap();
    let said = run(&["enable", "wp-net", "--instead-of", "ticket-mail"]).await.failed_with(1);
    assert!(said.contains("was edited") && !is_on("wp-net") && is_on("ticket-mail"), "{said}");
    fs::remove_file(hooks.join("available/ticket-mail.rhai")).unwrap();

    // Two policies at once are said, and so is none.
    let said = run(&["enable", "classic"]).await.ok();
    assert!(said.contains("classic and ticket-mail both say now"), "{said}");
    let said = run(&["disable", "classic"]).await.ok();
    assert!(!said.contains("is mailed about"), "another policy is on: {said}");
    let said = run(&["disable", "ticket-mail"]).await.ok();
    assert!(said.contains("No customer is mailed about ticket.opened, ticket.replied"), "{said}");
    assert!(said.contains("--instead-of ticket-mail") && !said.contains("No staff"), "{said}");
    let said = run(&["disable", "ticket-staff-mail"]).await.ok();
    assert!(said.contains("No staff are mailed about ticket.opened, ticket.replied"), "{said}");
}
