//! What leaves the server: mail by a server that has bad days, and signed web-hooks.

use crate::support::{
    client::Client,
    command,
    house::House,
    server::Server,
    smtp::{Fault, SmtpSink, Step},
    wait,
};
use innkeeper::clock::{DAY, SECOND};
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

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The next request that comes, whose body ends with `}`, answered so.
async fn request(listener: &TcpListener, answer: &str) -> String {
    let (mut connection, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !String::from_utf8_lossy(&request).ends_with('}') {
        let mut part = [0; 4096];
        let read = connection.read(&mut part).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&request));
        request.extend_from_slice(&part[..read]);
    }
    let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    connection.write_all(answer.as_bytes()).await.unwrap();
    String::from_utf8(request).unwrap()
}

/// A header of a request.
fn header(request: &str, name: &str) -> String {
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap().to_owned()
}

/// A house with a hook that calls this listener.
async fn calling(listener: &TcpListener) -> House {
    let host = listener.local_addr().unwrap().to_string();
    let script = format!(
        "on(\"custom.tell\", #{{ id: \"tell\" }}, |event| webhook(#{{ url: \"http://{host}/in\", body: #{{ of: event.account.name }} }}));"
    );
    House::configured(&[("hooks/tell.rhai", &script)], |config| {
        config.outgoing.allow = vec![host];
        config.outgoing.webhook_secret = SECRET.to_owned();
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_hook_that_is_put_off_comes_again_later_with_the_same_id() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let house = calling(&listener).await;
    house.emit("custom.tell").await;
    let (first, ()) = tokio::join!(request(&listener, "503 Service Unavailable"), house.settle());
    let states =
        async || house.effects("tell").await.into_iter().map(|(_, state, _)| state).collect::<Vec<_>>();
    assert_eq!(states().await, ["waiting"]);
    // Nothing comes before its time: it would find nobody who answers.
    house.pass(4 * SECOND).await;
    assert_eq!(states().await, ["waiting"]);
    let (second, ()) = tokio::join!(request(&listener, "200 OK"), house.pass(2 * SECOND));
    assert_eq!(states().await, ["done"]);
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    let at = |request: &str| header(request, "webhook-timestamp").parse::<i64>().unwrap();
    assert_eq!(at(&second) - at(&first), 6);
    for request in [&first, &second] {
        let body = request.split_once("\r\n\r\n").unwrap().1;
        let signed = standardwebhooks::Webhook::new(SECRET).unwrap();
        let signed = signed.sign(&header(request, "webhook-id"), at(request), body.as_bytes()).unwrap();
        assert_eq!((header(request, "webhook-signature"), body), (signed, "{\"of\":\"Blue Bakery\"}"));
    }
    assert!(house.events("hook.failed").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_for_good_is_called_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let house = calling(&listener).await;
    house.emit("custom.tell").await;
    let (_, ()) = tokio::join!(request(&listener, "410 Gone"), house.settle());
    let [(kind, state, why)] = house.effects("tell").await.try_into().unwrap();
    assert_eq!((kind.as_str(), state.as_str()), ("webhook", "dead"));
    assert!(why.contains("410"), "{why}");
    assert_eq!(house.count("SELECT attempts FROM effects WHERE hook = 'tell'").await, 1);
    house.pass(DAY).await;
    assert_eq!(house.count("SELECT attempts FROM effects WHERE hook = 'tell'").await, 1);
}

#[tokio::test]
async fn a_web_hook_arrives_signed() {
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

    let text = request(&listener, "204 No Content").await;
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    let at = header(&text, "webhook-timestamp").parse().unwrap();
    let signed = standardwebhooks::Webhook::new(SECRET).unwrap().sign(
        &header(&text, "webhook-id"),
        at,
        body.as_bytes(),
    );
    assert_eq!(header(&text, "webhook-signature"), signed.unwrap());
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
