//! The whole path once, as people walk it: a real browser, the real binary, a real mail server.

use crate::support::{browser::Browser, mailbox::links_in, server::Server, smtp::SmtpSink};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_invited_a_script_decides_a_mail_arrives_and_access_begins() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;

    // The owner wants to invite a friend; a script that was saved a moment ago says no.
    fs::write(
        server.data().join("hooks/colleagues-only.rhai"),
        "before(\"invite.send\", |draft| {\n    if !draft.composing && !draft.email.ends_with(\"@bakery.example\") { deny(\"Only colleagues can be invited.\"); }\n});\n",
    )
    .unwrap();
    server.logged("hooks=13").await;
    let owner = Browser::open(server.url()).await;
    owner.log_in("owner@bakery.example").await;
    owner.goto("/users").await;
    owner.see("Invite New User").await;
    owner.fill("Email address", "friend@example.com").await;
    owner.click("Send Invite").await;
    owner.see("Only colleagues can be invited.").await;

    // A colleague gets the mail that the template makes.
    owner.fill("Email address", "baker@bakery.example").await;
    owner.click("Choose Permissions").await;
    owner.tick("View & Pay Invoices", true).await;
    owner.click("Send Invite").await;
    owner.see("Invite sent to baker@bakery.example").await;
    owner.screenshot("users-after-invite").await;
    let mail = sink.wait_for("baker@bakery.example", "Blue Bakery").await;
    assert!(mail.text().contains("Olive Baker"), "{}", mail.text());
    let link = links_in(&mail.text()).into_iter().find(|link| link.contains("/invite/")).unwrap();

    // The invitee chooses a password and is in, with what was given and nothing else.
    let baker = Browser::open(server.url()).await;
    baker.goto(&link).await;
    baker.see("Blue Bakery").await;
    baker.fill("Name", "Bram Baker").await;
    baker.fill("Password", "a long enough one").await;
    baker.click("Accept").await;
    baker.see("Hello, Bram").await;
    let text = baker.text().await;
    assert!(!text.contains("User Management"), "{text}");
    baker.goto("/users").await;
    baker.see("owner").await;

    // Somebody with three accounts chooses one, and switches.
    let designer = Browser::open(server.url()).await;
    designer.goto("/login").await;
    designer.fill("Email address", "designer@demo.example").await;
    designer.fill("Password", crate::support::PASSWORD).await;
    designer.click("Log in").await;
    designer.see("Choose Account").await;
    designer.click("Harbour Books").await;
    designer.see("Harbour Books").await;
    designer.goto("/switch-account").await;
    designer.see("Studio North").await;
    designer.click("Blue Bakery").await;
    designer.see("Blue Bakery").await;

    for browser in [&owner, &baker, &designer] {
        let mut complaints = browser.complaints().await;
        // A form that comes back with mistakes has a status that says so, which the browser notes.
        complaints.retain(|line| !line.contains("status of 422") && !line.contains("status of 403"));
        assert_eq!(complaints, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_scrolls_sideways_on_a_phone() {
    let server = Server::demo().start().await;
    let owner = Browser::open(server.url()).await;
    owner.viewport(360, 740).await;
    owner.log_in("owner@bakery.example").await;
    for path in [
        "/",
        "/users",
        "/account",
        "/contacts",
        "/contacts/new",
        "/tickets",
        "/tickets/new",
        "/profile",
        "/preferences",
        "/security",
        "/switch-account",
    ] {
        owner.goto(path).await;
        assert!(!owner.scrolls_sideways().await, "{path} scrolls sideways");
    }
}
