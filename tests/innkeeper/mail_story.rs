//! One conversation through both doors, as people hold it: a customer writes a mail, staff answer on a page, colleagues
//! answer by mail.

use crate::support::{
    PASSWORD,
    browser::Browser,
    letter::{letter, pipe},
    server::Server,
    smtp::{Received, SmtpSink},
    wait,
};
use innkeeper::demo;

const DEVON: &str = "developer@bakery.example";
const OLIVE: &str = "owner@bakery.example";
const DANA: &str = "designer@demo.example";

/// The mails that came since this was last asked, which must go to exactly these.
async fn goes_to(sink: &SmtpSink, before: &mut usize, expected: &[&str]) -> Vec<Received> {
    let all = sink.wait_for_count(*before + expected.len()).await;
    let new = all[*before..].to_vec();
    *before = all.len();
    let mut to: Vec<&str> = new.iter().flat_map(|mail| mail.to.iter().map(String::as_str)).collect();
    to.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(to, expected);
    new
}

/// Somebody answers a mail that they got, as mail programs do: to its `Reply-To`, with what it said below.
async fn answer(server: &Server, got: &Received, from: &str, says: &str) {
    let to = got.header("Reply-To").unwrap();
    assert!(to.starts_with("support+"), "{to}");
    let quoted: String = got.text().lines().map(|line| format!("> {line}\r\n")).collect();
    let body = format!(
        "{says}\r\n\r\nOn Mon, 23 Nov 2026 at 09:40, Support <support@host.example> wrote:\r\n{quoted}"
    );
    let id = format!("{}@answers.example", says.len());
    // Nothing but the address says which ticket it is.
    let raw = letter(from, &to, "Re: your mail", &id, "", &body);
    assert_eq!(pipe(server, &["--to", &to, "--from", from], &raw).await, (Some(0), String::new()));
}

async fn badges(browser: &Browser) -> String {
    let all =
        "Array.from(document.querySelectorAll('.message .badge.author')).map(b => b.textContent).join()";
    browser.evaluate(all).await.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_writes_a_mail_staff_answer_on_a_page_and_colleagues_by_mail() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let mut seen = 0;

    // Devon writes to the department, with a copy for Dana. He gets a receipt, the others a copy, staff hear of it.
    let more = format!("Cc: Dana <{DANA}>\r\n");
    let says = "The oven is *cold*.\r\n\r\n-- \r\nDevon Miller\r\nBlue Bakery";
    let from = format!("Devon Miller <{DEVON}>");
    let opening = letter(&from, "support@host.example", "Cold oven", "1@bakery.example", &more, says);
    let envelope = ["--to", "support@host.example", "--from", DEVON];
    assert_eq!(pipe(&server, &envelope, &opening).await, (Some(0), String::new()));
    let told = goes_to(&sink, &mut seen, &[DEVON, OLIVE, DANA, demo::STAFF]).await;
    assert!(told.iter().all(|mail| mail.subject().contains("Cold oven") && !mail.text().contains("-- \n")));

    // Staff see who wrote, and to whom an answer goes; and answer.
    let sam = Browser::open(server.url()).await;
    sam.goto("/admin/login").await;
    sam.fill("Email address", demo::STAFF).await;
    sam.fill("Password", PASSWORD).await;
    sam.click("Log in").await;
    let inside = wait::within(wait::PATIENCE, || async { (sam.path().await == "/admin").then_some(()) });
    assert!(inside.await.is_some(), "staff cannot log in: {}", sam.text().await);
    sam.goto("/admin/tickets").await;
    sam.click("Cold oven").await;
    sam.see("The oven is cold.").await;
    assert_eq!(badges(&sam).await, "Authorized User");
    sam.see("By mail, sender not proved").await;
    assert!(!sam.text().await.contains("Blue Bakery\n\n"), "the signature is cut: {}", sam.text().await);
    sam.see("Goes to 3 people").await;
    sam.fill("Reply", "It is warm again.").await;
    sam.click("Send Reply").await;
    sam.see("Your reply is sent.").await;
    let page = sam.path().await;
    let answers = goes_to(&sink, &mut seen, &[DEVON, OLIVE, DANA]).await;
    let to = |whom: &str| answers.iter().find(|mail| mail.to == [whom]).unwrap();
    assert_ne!(
        to(OLIVE).header("Reply-To"),
        to(DANA).header("Reply-To"),
        "each answers at an address of their own"
    );

    // His mail program keeps the answer with the mail that he wrote; others learn nothing of it.
    assert_eq!(to(DEVON).header("In-Reply-To").as_deref(), Some("<1@bakery.example>"));
    assert!(to(DEVON).header("References").unwrap().ends_with(" <1@bakery.example>"));
    let root = to(OLIVE).header("References").unwrap();
    assert_eq!(to(OLIVE).header("In-Reply-To").as_ref(), Some(&root));
    assert!(to(DEVON).header("References").unwrap().starts_with(&root) && !root.contains("bakery"), "{root}");

    // Dana, who has accounts of her own, answers the mail that she got: it is the bakery's ticket that gets it. Nobody is
    // mailed what they wrote themselves.
    answer(&server, to(DANA), DANA, "It is, thank you.").await;
    goes_to(&sink, &mut seen, &[DEVON, OLIVE, demo::STAFF]).await;
    sam.goto(&page).await;
    sam.see("Customer-Reply").await;
    sam.see("It is, thank you.").await;
    assert_eq!(badges(&sam).await, "Authorized User,Operator,Authorized User");

    // Olive owns the account, which her badge says, and Devon's does not.
    answer(&server, to(OLIVE), &format!("Olive Baker <{OLIVE}>"), "Thanks from me.").await;
    let told = goes_to(&sink, &mut seen, &[DEVON, DANA, demo::STAFF]).await;
    assert!(told.iter().all(|mail| !mail.text().contains("It is warm again.")), "what she quoted is cut");
    assert_eq!(
        server.database().count("SELECT COUNT(*) FROM incoming_mails WHERE matched = 'token'").await,
        2
    );

    // A customer's page says the same.
    let devon = Browser::open(server.url()).await;
    devon.log_in(DEVON).await;
    devon.goto("/tickets").await;
    devon.click("Cold oven").await;
    devon.see("Thanks from me.").await;
    assert_eq!(badges(&devon).await, "Authorized User,Operator,Authorized User,Owner");
    let authors =
        "Array.from(document.querySelectorAll('.message header strong')).map(b => b.textContent).join()";
    assert_eq!(devon.evaluate(authors).await, "Devon Miller,Sam Keeper,Dana North,Olive Baker");
    assert_eq!(sink.messages().len(), seen, "nobody else got anything");
    for browser in [&sam, &devon] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}
