//! What leaves the server: mail by a server that has bad days, and signed web-hooks.

use crate::support::{
    client::Client,
    command,
    server::Server,
    smtp::{Fault, SmtpSink, Step},
    wait,
};
use std::fs;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

async fn invite(owner: &Client, email: &str) {
    let page = owner.get("/users").await;
    let page = page.form("Send Invite").fill("Email address", email).forge("scope", "all").submit().await;
    assert!(page.says(&format!("Invite sent to {email}")), "{page}");
}

#[tokio::test]
async fn a_mail_that_is_not_taken_at_first_arrives_once() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    sink.at_times(Step::RcptTo, Fault::Reply(451), 1);
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    invite(&owner, "a@example.com").await;
    server.logged("it is tried again").await;
    let mail = sink.wait_for("a@example.com", "Blue Bakery").await;
    assert!(mail.header("Message-ID").is_some());
    assert_eq!(sink.messages().len(), 1);
}

#[tokio::test]
async fn a_mail_that_is_refused_is_given_up_and_said_so() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    invite(&owner, "550@example.com").await;
    let told = "SELECT COUNT(*) FROM events WHERE name = 'email.failed'";
    wait::until("email.failed", || async { (server.database().count(told).await == 1).then_some(()) }).await;
    assert_eq!(server.database().count("SELECT COUNT(*) FROM emails WHERE state = 'dead'").await, 1);
}

#[tokio::test]
async fn a_mail_server_that_stalls_holds_up_nothing_else() {
    let sink = SmtpSink::start().await;
    let server = Server::demo().env("SMTP_URL", sink.url()).start().await;
    sink.at(Step::Data, Fault::Stall);
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    invite(&owner, "slow@example.com").await;
    let waiting = "SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL";
    wait::until("events go on", || async { (server.database().count(waiting).await == 0).then_some(()) })
        .await;
    assert_eq!(owner.get("/users").await.status(), 200);
    sink.heal();
    invite(&owner, "quick@example.com").await;
    sink.wait_for("quick@example.com", "Blue Bakery").await;
}

#[tokio::test]
async fn a_web_hook_arrives_signed() {
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let server = Server::demo()
        .env("OUTGOING_ALLOW", format!("[\"{host}\"]"))
        .env("OUTGOING_WEBHOOK_SECRET", SECRET)
        .start()
        .await;
    let script = format!(
        "on(\"contact.added\", |event| {{ webhook(#{{ url: \"http://{host}/in\", body: #{{ contact: event.contact.email }} }}); }});"
    );
    fs::write(server.data().join("hooks/crm.rhai"), script).unwrap();
    server.logged("hooks=13").await;
    let owner = Client::logged_in(&server, "owner@bakery.example").await;
    owner.post("/contacts/new", &[("name", "N"), ("email", "n@x.example"), ("categories", "general")]).await;

    let (mut connection, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !String::from_utf8_lossy(&request).ends_with('}') {
        let mut part = [0; 4096];
        let read = connection.read(&mut part).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&request));
        request.extend_from_slice(&part[..read]);
    }
    connection.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await.unwrap();
    let text = String::from_utf8(request).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap().to_owned()
    };
    let at = header("webhook-timestamp").parse().unwrap();
    let signed =
        standardwebhooks::Webhook::new(SECRET).unwrap().sign(&header("webhook-id"), at, body.as_bytes());
    assert_eq!(header("webhook-signature"), signed.unwrap());
    assert_eq!(body, "{\"contact\":\"n@x.example\"}");
    let done = "SELECT COUNT(*) FROM effects WHERE state = 'done'";
    wait::until("done", || async { (server.database().count(done).await == 1).then_some(()) }).await;
}

#[tokio::test]
async fn a_database_that_is_away_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("inn").to_string_lossy().into_owned();
    command::innkeeper(["init", &data]).await.ok();
    let mut serve = command::binary();
    serve.args(["serve", "--data", &data, "--bind", "127.0.0.1:0"]);
    serve.env("INNKEEPER_DATABASE_URL", "postgres://inn:sesame@127.0.0.1:1/inn");
    let said = command::run(&mut serve).await.failed_with(1);
    assert!(
        said.contains("database_url") && said.contains("127.0.0.1:1") && !said.contains("sesame"),
        "{said}"
    );
}
