//! The desk in a real browser: a customer opens a ticket, staff assign, note, answer and merge it.

use crate::support::{PASSWORD, browser::Browser, mailbox::Mailbox, server::Server, wait};
use innkeeper::demo;

async fn staff(server: &Server) -> Browser {
    let browser = Browser::open(server.url()).await;
    browser.goto("/admin/login").await;
    browser.fill("Email address", demo::STAFF).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Log in").await;
    let inside = wait::within(wait::PATIENCE, || async { (browser.path().await == "/admin").then_some(()) });
    assert!(inside.await.is_some(), "staff cannot log in: {}", browser.text().await);
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_opened_assigned_noted_answered_and_merged() {
    let server = Server::demo().start().await;
    let mailbox = Mailbox::of(&server);
    let customer = Browser::open(server.url()).await;
    customer.log_in("developer@bakery.example").await;
    for (subject, message) in [("Oven broken", "It is cold."), ("Oven still broken", "Still cold.")] {
        customer.goto("/tickets/new").await;
        customer.fill("Subject", subject).await;
        customer.fill("Message", message).await;
        customer.click("Open Ticket").await;
        customer.see("is open").await;
    }

    let sam = staff(&server).await;
    sam.goto("/admin/tickets").await;
    sam.click("Oven broken").await;
    sam.see("It is cold.").await;
    let oven = sam.path().await;
    sam.click("Assign to me").await;
    sam.see("Sam Keeper took it.").await;
    sam.click("Write a Note").await;
    sam.fill("Note", "The fuse, again.").await;
    sam.click("Save Note").await;
    sam.see("The fuse, again.").await;

    // Chosen from the list, the answer comes to where one writes.
    sam.choose("Canned answer", "We are looking into it").await;
    let filled = "document.getElementById('field-message').value.startsWith('Hello Devon,')";
    wait::until("the answer is inserted", || async { (sam.evaluate(filled).await == true).then_some(()) })
        .await;
    sam.see("Goes to 2 people: Devon Miller, Olive Baker").await;
    sam.click("Send Reply").await;
    sam.see("Your reply is sent.").await;
    sam.see("Answered").await;
    let mail = mailbox.wait_for("owner@bakery.example", "Oven broken").await;
    assert!(mail.text.contains("Hello") || mail.text.contains("cold"), "{}", mail.text);
    let told = mailbox.all().await;
    assert!(told.iter().all(|mail| !mail.text.contains("The fuse")), "a note left the house");

    sam.click("Merge …").await;
    sam.see("Oven still broken").await;
    let other = "(a => a.pathname + a.search)(Array.from(document.querySelectorAll('li.row')).find(row => row.textContent.includes('Oven still broken')).querySelector('a'))";
    let other = sam.evaluate(other).await;
    sam.goto(other.as_str().unwrap()).await;
    sam.see("This cannot be undone.").await;
    sam.click("Merge Tickets").await;
    sam.see("Still cold.").await;
    assert_eq!(sam.path().await, oven);
    let badges = "Array.from(document.querySelectorAll('.message .badge')).map(b => b.textContent).join()";
    assert_eq!(sam.evaluate(badges).await, "Authorized User,Authorized User,Note,Operator");
    sam.screenshot("admin-ticket").await;

    // Keys: the overlay, and the way to the reply.
    sam.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }))")
        .await;
    sam.see("Back to the queue").await;
    sam.click("Done").await;
    sam.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'r', bubbles: true }))")
        .await;
    assert_eq!(sam.evaluate("document.activeElement.id").await, "field-message");

    customer.goto("/tickets").await;
    customer.click("Oven broken").await;
    customer.see("Still cold.").await;
    let page = customer.text().await;
    assert!(page.contains("Operator") && !page.contains("The fuse"), "{page}");
    for browser in [&sam, &customer] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_desk_scrolls_sideways_on_a_phone() {
    let server = Server::demo().start().await;
    let sam = staff(&server).await;
    sam.viewport(360, 740).await;
    sam.goto("/admin/tickets?status=all").await;
    let ticket = sam.evaluate("document.querySelector('.row-title a').pathname").await;
    let ticket = ticket.as_str().unwrap().to_owned();
    let below = ["", "/merge", "/split"].map(|end| format!("{ticket}{end}"));
    let pages = [
        "/tickets?status=all",
        "/tickets/new",
        "/departments",
        "/statuses",
        "/canned",
        "/canned/new",
        "/staff",
        "/profile",
    ];
    for path in below.into_iter().chain(pages.map(|page| format!("/admin{page}"))) {
        sam.goto(&path).await;
        assert!(!sam.scrolls_sideways().await, "{path} scrolls sideways");
    }
}
