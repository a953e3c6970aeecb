//! Writing mail: the editor in a real browser, its history, a bomb from a browser, and the command line.

use crate::support::{
    browser::Browser,
    client::Client,
    command::{binary, run},
    house::House,
    mailbox::Mailbox,
    server::Server,
    smtp::{Fault, SmtpSink, Step},
    wait,
};
use innkeeper::{
    bundle::{
        self, edit,
        history::{self, Origin, Standing, store},
    },
    secret,
};
use serde_json::Value;
use std::{fs, process::Stdio};
use tokio::io::AsyncWriteExt;

const FILE: &str = "email-templates/default/invite.html";
const INVITE: &str = "/admin/templates/default/invite";

async fn staff(browser: &Browser) {
    browser.goto("/admin/login").await;
    browser.fill("Email address", innkeeper::demo::STAFF).await;
    browser.fill("Password", crate::support::PASSWORD).await;
    browser.click("Log in").await;
    let inside = wait::within(wait::PATIENCE, || async { (browser.path().await == "/admin").then_some(()) });
    assert!(inside.await.is_some(), "staff cannot log in: {}", browser.text().await);
}

async fn staff_client(server: &Server) -> Client {
    let client = Client::new(server.url());
    let page = client.get("/admin/login").await;
    page.form("Log in")
        .fill("Email address", innkeeper::demo::STAFF)
        .fill("Password", crate::support::PASSWORD)
        .submit()
        .await;
    client
}

/// Replaces a text in the editor, as somebody who types does.
async fn retype(browser: &Browser, old: &str, new: &str) {
    let script =
        "const s = document.querySelector('#source'); s.value = s.value.replace(arguments[0], arguments[1]);
        s.dispatchEvent(new Event('input', { bubbles: true }));";
    browser.driver().execute(script, vec![old.into(), new.into()]).await.unwrap();
}

async fn invite(server: &Server, email: &str) {
    let owner = Client::logged_in(server, "owner@bakery.example").await;
    owner.get("/users").await.form("Send Invite").fill("Email address", email).submit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_edited_mended_saved_sent_and_brought_back() {
    let server = Server::demo().start().await;
    let browser = Browser::open(server.url()).await;
    staff(&browser).await;
    browser.goto(INVITE).await;
    browser.see("What it looks like").await;

    // A mistake shows at its line while one types; what was shown before stays.
    retype(&browser, "{% block body %}", "{% block body %}\n<p>{{ event.account.nam }}</p>").await;
    browser.see("did you mean `name`?").await;
    let wrong = browser.evaluate("document.querySelector('.gutter .wrong').textContent").await;
    let line = browser
        .evaluate("String(document.querySelector('#source').value.split('\\n').findIndex(l => l.includes('.nam }}')) + 1)")
        .await;
    assert_eq!(wrong, line);
    browser.click("Save and send from now on").await;
    browser.see("Not saved").await;
    let file = server.data().join("email-templates/default/invite.html");
    assert!(!fs::read_to_string(&file).unwrap().contains(".nam }}"));

    // Mended, it goes live; the next mail is made with it.
    retype(&browser, "event.account.nam }}", "event.account.name }}, hand-made").await;
    browser.click("Save and send from now on").await;
    browser.see("is saved").await;
    browser.see("Edited").await;
    assert!(fs::read_to_string(&file).unwrap().contains("hand-made"));
    let mailbox = Mailbox::of(&server);
    invite(&server, "first@bakery.example").await;
    let mail = mailbox.wait_for("first@bakery.example", "").await;
    assert!(mail.text.contains("Blue Bakery, hand-made"), "{}", mail.text);

    // Whoever opened it before does not write over it.
    let other = staff_client(&server).await;
    let page = other.get(INVITE).await;
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("hand-made", "from the shell")).unwrap();
    let page = page.form("Save and send from now on").submit().await;
    assert!(
        page.status() == 422 && page.says("The file has changed meanwhile") && page.says("from the shell"),
        "{page}"
    );
    assert!(fs::read_to_string(&file).unwrap().contains("from the shell"));

    // Back to the shipped one; who did it stands in the history.
    browser.goto(&format!("{INVITE}/history?version=shipped")).await;
    browser.see("from the shell").await;
    browser.click("Use the shipped one again").await;
    browser.see("As shipped").await;
    browser.goto(&format!("{INVITE}/history")).await;
    browser.see("Saved by Sam Keeper").await;
    browser.see("Set to the shipped version by Sam Keeper").await;
    invite(&server, "second@bakery.example").await;
    let mail = mailbox.wait_for("second@bakery.example", "").await;
    assert!(!mail.text.contains("hand-made") && !mail.text.contains("from the shell"), "{}", mail.text);

    let mut complaints = browser.complaints().await;
    complaints.retain(|line| !line.contains("status of 422"));
    assert_eq!(complaints, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_written_without_a_script_in_the_browser() {
    let server = Server::demo().start().await;
    let staff = staff_client(&server).await;
    let page = staff.get("/admin/templates/fr/welcome").await;
    assert!(page.says("Not written yet"), "{page}");
    let french = "---\nsubject: Bienvenue\ncategory: general\nevent: account.created\n---\n<p>Bonjour {{ to.name }}</p>";
    let page = page.form("Preview").fill("Source", french).submit().await;
    assert!(
        page.status() == 200
            && page.body().contains("Bienvenue")
            && page.body().contains("Bonjour Olive Baker"),
        "{page}"
    );
    assert!(!server.data().join("email-templates/fr").exists(), "looking writes nothing");
    let page = page.form("Save and send from now on").submit().await;
    assert!(page.says("is saved") && page.says("Your own"), "{page}");
    assert!(staff.get("/admin/templates").await.body().contains("/admin/templates/fr/welcome"));
    assert_eq!(staff.get("/admin/templates/default/no-such").await.status(), 404);
    assert_eq!(staff.get("/admin/templates/..%2F..%2Fhooks/vip").await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_from_a_browser_hurts_nobody() {
    let server = Server::demo().start().await;
    let staff = staff_client(&server).await;
    let pid = server.pid();
    let head = "---\nsubject: Hi\n---\n";
    let bombs = [
        format!("{head}{{{{ 1{} }}}}", "+1".repeat(100_000)),
        format!("{head}{}", "{% if 1 %}".repeat(12_000)),
        format!("{head}{{% if 1 %}}{}{{% endif %}}", "{% elif 1 %}".repeat(9_000)),
        format!("{head}{}", "{% for a in range(9999) %}{% for b in range(9999) %}x".repeat(4)),
    ];
    for bomb in &bombs {
        for (path, action) in [(format!("{INVITE}/preview"), ""), (INVITE.to_owned(), "save")] {
            let opened = edit::mark(edit::on_disk(server.data(), FILE).unwrap().as_deref());
            let page = staff.post(&path, &[("source", bomb), ("action", action), ("opened", &opened)]).await;
            assert!(page.status() < 500, "{}: {page}", &bomb[..40]);
            assert!(action.is_empty() || page.says("Not saved"), "{page}");
        }
    }
    let answer = staff.post(&format!("{INVITE}/preview"), &[("source", &bombs[0])]).await;
    let answer: Value = serde_json::from_str(answer.body()).unwrap();
    assert_eq!(answer["problems"][0]["line"], 4, "{answer}");
    assert_eq!(server.pid(), pid);
    assert_eq!(staff.get("/admin/templates").await.status(), 200);
}

#[tokio::test]
async fn a_mail_is_tried_in_a_process_that_may_not_take_much_memory() {
    let mut command = binary();
    command.arg("try-mail").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let fill = async move {
        let some = vec![b'x'; 1 << 20];
        let _ = input.write_all(b"{\"file\": \"a\", \"name\": \"").await;
        for _ in 0..400 {
            // It may have died by now.
            if input.write_all(&some).await.is_err() {
                return;
            }
        }
    };
    let (output, ()) = tokio::join!(child.wait_with_output(), fill);
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code().is_none() && said.contains("memory allocation"),
        "{:?}: {said}",
        output.status
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_shows_what_a_mail_says_and_in_which_languages() {
    let server = Server::demo().start().await;
    let data = server.data().to_str().unwrap().to_owned();
    let mail = async |arguments: &[&str]| {
        let all: Vec<&str> = ["mail"].iter().chain(arguments).chain(&["--data", &data]).copied().collect();
        run(binary().args(&all).env("INNKEEPER_DATABASE_URL", server.database().url())).await
    };
    let preview = mail(&["preview", "ticket-replied", "--locale", "de-AT", "--as", "staff"]).await.ok();
    assert!(preview.contains("Priorität: Mittel") && preview.contains("Status: Kundenantwort"), "{preview}");
    let preview = mail(&["preview", "ticket-replied", "--locale", "fr"]).await.ok();
    assert!(preview.contains("default, since `ticket-replied` is not written in fr"), "{preview}");
    let only = server.data().join("email-templates/de/only-german.html");
    fs::write(&only, "---\nsubject: Nur\ncategory: general\n---\n<p>Hallo</p>\n").unwrap();
    let trouble = mail(&["preview", "only-german"]).await.failed_with(1);
    assert!(trouble.contains("`only-german` is written in de only"), "{trouble}");
    fs::remove_file(&only).unwrap();
    let trouble = mail(&["preview", "ticket-replid"]).await.failed_with(1);
    assert!(trouble.contains("did you mean `ticket-replied`?"), "{trouble}");

    let file = server.data().join("email-templates/de/welcome.html");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("event.account.name", "event.account.nam"))
        .unwrap();
    let templates = server.data().join("email-templates");
    fs::copy(templates.join("default/message.html"), templates.join("default/own.html")).unwrap();
    let matrix = mail(&["list", "--matrix", "--format", "json"]).await;
    assert_eq!(matrix.code, Some(1));
    let matrix: Vec<Value> = serde_json::from_str(&matrix.stdout).unwrap();
    let state = |name: &str, locale: &str| {
        let found = matrix.iter().find(|one| one["template"] == name && one["locale"] == locale);
        found.unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!((state("welcome", "de"), state("welcome", "default")), ("error".into(), "fine".into()));
    assert_eq!((state("own", "de"), state("message", "de")), ("falls-back".into(), "fine".into()));
    let list = mail(&["list"]).await.ok();
    assert!(list.contains("edited: de"), "{list}");

    let sent = mail(&["send-test", "welcome", "--to", "me@host.example"]).await.ok();
    assert!(sent.contains("/dev/mailbox"), "{sent}");
    let came = Mailbox::of(&server).wait_for("me@host.example", "Welcome").await;
    assert!(came.header("Message-ID").is_some());
    assert_eq!(came.header("List-Id"), Some("<general.host.example>"), "as customers get it");
    assert!(came.header("List-Unsubscribe").unwrap().ends_with("/unsubscribe/sample>"));
    let clicked = Client::new(server.url()).post("/unsubscribe/sample", &[]).await;
    assert_eq!(clicked.status(), 404, "it unsubscribes nobody");
    for more in [["invite", "user"], ["welcome", "staff"]] {
        mail(&["send-test", more[0], "--as", more[1], "--to", &format!("{}@host.example", more[0])])
            .await
            .ok();
        let came = Mailbox::of(&server).wait_for(&format!("{}@host.example", more[0]), "").await;
        assert_eq!(came.header("List-Id").is_some(), more[0] == "welcome");
        assert_eq!(came.header("List-Unsubscribe"), None);
    }
}

#[tokio::test]
async fn an_edit_and_a_release_that_changed_the_same_template_are_joined() {
    let house = House::with(&[]).await;
    let db = &house.app.db;
    let theirs = bundle::shipped()[FILE].to_string();
    // An earlier release shipped another line below; here, one above was edited.
    let base = theirs.replace("{% block aside %}", "{% block aside %}<p>as it was</p>");
    let mine = base.replace("{% block heading %}", "{% block heading %}Dear friend: ");
    assert!(base != theirs && mine != base);
    let now = house.app.clock.now();
    let mut tx = db.begin().await.unwrap();
    store::keep_shipped(&mut tx, &[(FILE, secret::hash(&base), &base)], now).await.unwrap();
    let origin = Origin { path: FILE.to_owned(), hash: secret::hash(&base), known: true };
    store::keep_origins(&mut tx, &[origin], now).await.unwrap();
    let files = [(FILE.to_owned(), mine.as_str().into())].into();
    history::note(&mut tx, &files, now).await.unwrap();
    tx.commit().await.unwrap();
    let stands = history::standings(db, &files).await.unwrap();
    assert_eq!(
        stands[FILE],
        Standing::Diverged { known: true },
        "an edit that goes live forgets nothing of where the file is from"
    );
    let three = history::three(db, FILE, &mine).await.unwrap().unwrap();
    assert_eq!((three.base.as_str(), three.known), (base.as_str(), true));
    assert_eq!(
        three.merged().unwrap(),
        theirs.replace("{% block heading %}", "{% block heading %}Dear friend: ")
    );
    let clash = history::Three { mine: base.replace("as it was", "as I want it"), ..three };
    let clash = clash.merged().unwrap_err();
    let refused = edit::objections(&source(&house, &clash), FILE, &clash, &house.app.bundle()).await;
    assert_eq!(refused[0].code, "conflict", "{refused:?}");

    let mut tx = db.begin().await.unwrap();
    history::settle(&mut tx, FILE, now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(history::standings(db, &files).await.unwrap()[FILE], Standing::Edited);
    let files = [(FILE.to_owned(), base.as_str().into())].into();
    assert_eq!(history::standings(db, &files).await.unwrap()[FILE], Standing::Old);
}

fn source(house: &House, text: &str) -> bundle::Source {
    let mut source = bundle::Source::read(&house.app.paths.data, &house.app.config).unwrap();
    source.files.insert(FILE.to_owned(), text.into());
    source
}

#[tokio::test]
async fn a_template_is_sent_to_whoever_writes_it_after_a_second_look_at_the_address() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let staff = staff_client(&server).await;
    let page = staff.get(INVITE).await;
    let wrong = page.form("Send a test").fill("Email address", "nobody").submit().await;
    assert!(wrong.says("that is no email address"), "{wrong}");
    let source = fs::read_to_string(server.data().join(FILE))
        .unwrap()
        .replace("{% block body %}", "{% block body %}<p>Not saved.</p>");
    let page = page
        .form("Send a test")
        .fill("Email address", "me@host.example")
        .forge("source", &source)
        .submit()
        .await;
    assert!(page.says("Send this mail to me@host.example now?"), "{page}");
    assert!(sink.messages().is_empty(), "nothing goes before the second look");
    let page = page.form("Send it").submit().await;
    assert!(page.says("Sent to me@host.example by smtp_url. The server says: 250 2.0.0 Kept"), "{page}");
    let mail = &sink.wait_for_count(1).await[0];
    assert_eq!(mail.to, ["me@host.example"]);
    assert!(mail.html().contains("Not saved."), "as it stands in the editor");
    assert_eq!(mail.header("List-Id"), None, "security mail is nobody's list");
    assert_eq!(
        server.database().count("SELECT COUNT(*) FROM emails WHERE to_key = 'me@host.example'").await,
        0
    );

    sink.at(Step::RcptTo, Fault::Reply(554));
    let page = page.form("Send a test").submit().await.form("Send it").submit().await;
    assert!(page.says("The server refuses the mail to me@host.example: 554"), "{page}");
    let broken = source.replace("{% block body %}", "{% block body %}{{ event.nothing }}");
    let page = page.form("Send a test").forge("source", &broken).submit().await;
    assert!(page.says("Not sent: the template cannot be shown as it stands."), "{page}");
}
