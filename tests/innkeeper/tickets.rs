//! A customer's ticket from end to end, as people walk it: a real browser, files, mail, back and forth.

use crate::support::{PASSWORD, browser::Browser, client::Client, mailbox::Mailbox, server::Server};
use fantoccini::Locator;
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_opens_a_ticket_with_a_file_and_rates_the_answer() {
    let server = Server::demo().start().await;
    let folder = tempfile::tempdir().unwrap();
    let (log, programme) = (folder.path().join("requests.log"), folder.path().join("tool.exe"));
    fs::write(&log, "09:14 GET / 8.2s\n").unwrap();
    fs::write(&programme, "MZ").unwrap();
    let attach = async |browser: &Browser, file: &std::path::Path| {
        let field = browser.driver().find(Locator::Id("field-attachments")).await.unwrap();
        field.send_keys(file.to_str().unwrap()).await.unwrap();
    };

    // Written in Markdown, looked at before it goes, with a file that is not taken and one that is.
    let dev = Browser::open(server.url()).await;
    dev.log_in("developer@bakery.example").await;
    dev.goto("/tickets/new").await;
    dev.choose("Department", "Billing").await;
    dev.choose("Priority", "High").await;
    dev.fill("Subject", "Oven cold").await;
    dev.fill("Message", "It is **cold** since Friday.").await;
    attach(&dev, &programme).await;
    dev.click("Preview").await;
    dev.see("is of a kind that we do not take").await;
    attach(&dev, &log).await;
    dev.click("Preview").await;
    dev.see("It is cold since Friday.").await;
    dev.see("requests.log").await;
    dev.see("Goes to").await;
    dev.screenshot("ticket-new-preview").await;
    dev.click("Open Ticket").await;
    dev.see("is open. We will answer here and by email.").await;
    dev.see("requests.log").await;
    assert_eq!(dev.evaluate("document.querySelector('.message-body strong').textContent").await, "cold");
    let path = dev.path().await;

    // The owner and staff hear of it; the owner sees it, whoever opened it.
    let mailbox = Mailbox::of(&server);
    let mail = mailbox.wait_for("owner@bakery.example", "Oven cold").await;
    assert!(
        mail.text.contains("It is cold since Friday.") && mail.text.contains("requests.log"),
        "{}",
        mail.text
    );
    mailbox.wait_for("staff@host.example", "Oven cold").await;
    let owner = Browser::open(server.url()).await;
    owner.log_in("owner@bakery.example").await;
    owner.goto("/tickets?q=cold").await;
    owner.click("Oven cold").await;
    owner.see("Authorized User").await;

    // Staff answer; the customer rates, closes, and finds that it was not done.
    let staff = Client::new(server.url());
    staff.post("/admin/login", &[("email", "staff@host.example"), ("password", PASSWORD)]).await;
    let page = staff.get(&format!("/admin{path}")).await;
    page.form("Send Reply").fill("Reply", "It is warm again.").submit().await;
    dev.goto(&path).await;
    dev.see("It is warm again.").await;
    dev.click("Rate this answer").await;
    dev.driver().find(Locator::Css("input[name=stars][value='5']")).await.unwrap().click().await.unwrap();
    dev.click("Send rating").await;
    dev.see("Rated 5 of 5.").await;
    dev.click("Close Ticket").await;
    dev.see("This ticket is closed. A reply opens it again").await;
    dev.fill("Reply", "Cold again.").await;
    dev.click("Send Reply").await;
    dev.see("Your reply is sent.").await;
    dev.see("Customer-Reply").await;
    for width in [360, 1200] {
        dev.viewport(width, 900).await;
        assert!(!dev.scrolls_sideways().await, "at {width} pixels");
        dev.screenshot(&format!("ticket-{width}")).await;
    }
    // A form with something wrong is answered with 422, which the browser mentions.
    let complaints = dev.complaints().await;
    assert!(complaints.iter().all(|complaint| complaint.contains("422")), "{complaints:?}");
}
