//! The client against real servers: on loopback, which the tests allow as an operator would.

use super::{webhook::Webhooks, *};
use crate::secret::SealingKey;
use serde_json::json;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Mutex,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// A server that gives every request the next of its answers, the last one for ever, and keeps what it was told.
struct Receiver {
    address: SocketAddr,
    told: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, told) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let (answers, kept) =
            (answers.iter().map(|answer| (*answer).to_owned()).collect::<Vec<_>>(), Arc::clone(&told));
        tokio::spawn(async move {
            for n in 0.. {
                let Ok((connection, _)) = listener.accept().await else { return };
                let answer = answers[n.min(answers.len() - 1)].clone();
                converse(connection, &answer, &kept).await;
            }
        });
        Self { address, told }
    }

    fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

/// Reads one request, keeps it and answers; an empty answer never ends.
async fn converse(
    mut connection: impl AsyncRead + AsyncWrite + Unpin,
    answer: &str,
    told: &Mutex<Vec<String>>,
) {
    let mut request = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = connection.read(&mut part).await.unwrap_or(0);
        request.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&request);
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            body.len() >= length.map_or(0, |length| length.parse().unwrap())
        });
        if whole || read == 0 {
            break;
        }
    }
    told.lock().unwrap().push(String::from_utf8(request).unwrap());
    if answer.is_empty() {
        std::future::pending::<()>().await;
    }
    connection.write_all(answer.as_bytes()).await.ok();
    connection.shutdown().await.ok();
}

fn outgoing(allow: &[&str], private: &[&str]) -> Outgoing {
    Outgoing {
        allow: allow.iter().map(|entry| (*entry).to_owned()).collect(),
        private: private.iter().map(|net| net.parse().unwrap()).collect(),
        webhook_secret: SECRET.to_owned(),
        webhook_secret_previous: String::new(),
    }
}

/// A client for whom every name leads to `addresses`.
fn client(outgoing: &Outgoing, limits: Limits, addresses: &[&str]) -> Client {
    let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let lookup: Lookup = Arc::new(move |_| {
        let addresses = addresses.clone();
        Box::pin(async move { Ok(addresses) })
    });
    Client::with(outgoing, limits, lookup, Vec::new()).unwrap()
}

fn get(url: &str) -> Request {
    Request { method: Method::Get, url: url.to_owned(), headers: Vec::new(), body: Vec::new(), hosts: None }
}

async fn refused(client: &Client, url: &str) -> String {
    match client.send(get(url)).await {
        Err(Failure::Refused(why)) => why,
        other => panic!("{url}: {other:?}"),
    }
}

fn key() -> SealingKey {
    SealingKey::parse(&SealingKey::generate()).unwrap()
}

fn message<'a>(
    url: &'a str,
    body: &'a serde_json::Value,
    headers: &'a [(String, String)],
) -> webhook::Message<'a> {
    webhook::Message { id: "whk_1", url, headers, sealed: false, body }
}

/// A web-hook to a receiver that answers so.
async fn sent(answer: &str) -> (Result<u16, webhook::Failure>, String) {
    let receiver = Receiver::start(&[answer]).await;
    let outgoing = outgoing(&[&receiver.address.to_string()], &[]);
    let webhooks = Webhooks::new(client(&outgoing, Limits::default(), &[]), &outgoing, &key());
    let outcome = webhooks.send(message(&receiver.url(), &json!({"a": "ü"}), &[]), 1_795_426_200_000).await;
    (outcome, receiver.told().join("\n---\n"))
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() {
    let receiver = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]).await;
    let port = receiver.address.port();
    let (entry, url) = (format!("crm.example:{port}"), format!("http://crm.example:{port}/"));
    for address in ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1"] {
        let said = refused(&client(&outgoing(&[&entry], &[]), Limits::default(), &[address]), &url).await;
        assert!(said.contains(address) && said.contains("[outgoing] private"), "{said}");
    }
    assert!(receiver.told().is_empty());

    let meant = client(&outgoing(&[&entry], &["127.0.0.0/8"]), Limits::default(), &["10.0.0.1", "127.0.0.1"]);
    assert_eq!(meant.send(get(&url)).await.unwrap().status, 200);
    assert_eq!(receiver.told().len(), 1);
}

#[tokio::test]
async fn a_name_that_answers_otherwise_the_second_time_gains_nothing() {
    let receiver = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]).await;
    let port = receiver.address.port();
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let lookup: Lookup = Arc::new(move |_| {
        *count.lock().unwrap() += 1;
        // What is looked at is what is connected to: nobody asks twice for one connection.
        let address: IpAddr =
            if *count.lock().unwrap() == 1 { "203.0.113.1" } else { "127.0.0.1" }.parse().unwrap();
        Box::pin(async move { Ok(vec![address]) })
    });
    let limits = Limits { connect: Duration::from_millis(200), ..Limits::default() };
    let allow = outgoing(&[&format!("crm.example:{port}")], &["203.0.113.0/24"]);
    let client = Client::with(&allow, limits, lookup, Vec::new()).unwrap();
    let url = format!("http://crm.example:{port}/");
    assert!(matches!(client.send(get(&url)).await, Err(Failure::Failed(_))));
    assert_eq!(*asked.lock().unwrap(), 1);
    assert!(refused(&client, &url).await.contains("127.0.0.1, a loopback address"));
    assert!(receiver.told().is_empty());
}

#[tokio::test]
async fn a_redirect_leads_only_where_hooks_may_call() {
    let inside = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret"]).await;
    for to in [inside.url(), "http://169.254.169.254/latest/".to_owned(), "file:///etc/passwd".to_owned()] {
        let answer = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let receiver = Receiver::start(&[&answer]).await;
        let allow = outgoing(&[&receiver.address.to_string()], &[]);
        let said = refused(&client(&allow, Limits::default(), &[]), &receiver.url()).await;
        assert!(said.contains("redirects"), "{said}");
    }
    assert!(inside.told().is_empty());

    // An allowed name that leads inside is no way in, either.
    let there = format!("evil.example:{}", inside.address.port());
    let answer =
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{there}/\r\ncontent-length: 0\r\n\r\n");
    let receiver = Receiver::start(&[&answer]).await;
    let allow = outgoing(&[&receiver.address.to_string(), &there], &[]);
    let said = refused(&client(&allow, Limits::default(), &["127.0.0.1"]), &receiver.url()).await;
    assert!(said.contains("127.0.0.1, a loopback address"), "{said}");
    assert!(inside.told().is_empty());
}

#[tokio::test]
async fn a_redirect_leads_a_plugin_only_where_its_manifest_says() {
    let end = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nend"]).await;
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", end.url());
    let begin = Receiver::start(&[&answer]).await;
    let hosts = [begin.address.to_string(), end.address.to_string()];
    let client = client(&outgoing(&[&hosts[0], &hosts[1]], &[]), Limits::default(), &[]);
    let asked = async |hosts: &[String]| {
        client.send(Request { hosts: Some(hosts.into()), ..get(&begin.url()) }).await
    };
    let said = asked(&hosts[..1]).await.unwrap_err().to_string();
    assert!(said.contains("redirects") && said.contains("among the hosts that the plugin names"), "{said}");
    assert!(end.told().is_empty());
    assert_eq!(asked(&hosts).await.unwrap().body, b"end");
    let said = asked(&hosts[1..]).await.unwrap_err().to_string();
    assert!(said.contains("among the hosts that the plugin names") && begin.told().len() == 2, "{said}");
}

#[tokio::test]
async fn a_few_redirects_are_followed_and_tokens_stay_with_their_host() {
    let end = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nend"]).await;
    let away = format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", end.url());
    let here = "HTTP/1.1 301 Moved Permanently\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n";
    let begin = Receiver::start(&[here, &away]).await;
    let allow = outgoing(&[&begin.address.to_string(), &end.address.to_string()], &[]);
    let client = client(&allow, Limits::default(), &[]);
    let mut request = get(&begin.url());
    request.headers.push(("x-api-key".to_owned(), "sesame".to_owned()));
    assert_eq!(client.send(request).await.unwrap().body, b"end");
    assert!(begin.told()[1].starts_with("GET /there ") && begin.told()[1].contains("sesame"));
    assert!(!end.told()[0].contains("sesame"), "{}", end.told()[0]);

    let round = Receiver::start(&[here]).await;
    let allow = outgoing(&[&round.address.to_string()], &[]);
    let outcome = self::client(&allow, Limits::default(), &[]).send(get(&round.url())).await;
    assert_eq!(outcome.unwrap_err(), Failure::Failed("more than 3 redirects".to_owned()));
    assert_eq!(round.told().len(), 4);
}

#[tokio::test]
async fn an_answer_without_end_is_cut_and_one_that_drips_is_left() {
    let huge = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(3_000_000));
    let receiver = Receiver::start(&[&huge]).await;
    let allow = outgoing(&[&receiver.address.to_string()], &[]);
    let limits = Limits { body: 1_000_000, ..Limits::default() };
    let response = client(&allow, limits, &[]).send(get(&receiver.url())).await.unwrap();
    assert!(response.cut);
    assert_eq!(response.body.len(), 1_000_000);

    let whole = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfour"]).await;
    let allow = outgoing(&[&whole.address.to_string()], &[]);
    let limits = Limits { body: 4, ..Limits::default() };
    assert!(!client(&allow, limits, &[]).send(get(&whole.url())).await.unwrap().cut);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let dripping = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let _ = connection.read(&mut [0; 4096]).await.unwrap();
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await.unwrap();
        while connection.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let allow = outgoing(&[&address.to_string()], &[]);
    let limits = Limits { total: Duration::from_millis(300), ..Limits::default() };
    let outcome = client(&allow, limits, &[]).send(get(&format!("http://{address}/"))).await;
    assert_eq!(outcome.unwrap_err(), Failure::Failed("no whole answer within 300ms".to_owned()));
    // It ends once the client has hung up.
    dripping.await.unwrap();
}

#[tokio::test]
async fn what_is_packed_stays_packed() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nbomb";
    let receiver = Receiver::start(&[answer]).await;
    let allow = outgoing(&[&receiver.address.to_string()], &[]);
    let response = client(&allow, Limits::default(), &[]).send(get(&receiver.url())).await.unwrap();
    assert_eq!(response.body, b"bomb");
    assert_eq!(response.header("content-encoding"), Some("gzip"));
    assert!(!receiver.told()[0].to_lowercase().contains("accept-encoding"), "{}", receiver.told()[0]);
}

#[tokio::test]
async fn headers_cannot_be_smuggled() {
    let receiver = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]).await;
    let client = client(&outgoing(&[&receiver.address.to_string()], &[]), Limits::default(), &[]);
    for (name, value) in [
        ("x-a", "1\r\nx-b: 2"),
        ("x-a\r\nx-b", "1"),
        ("x a", "1"),
        ("", "1"),
        ("Host", "inside.example"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "x-a"),
    ] {
        let mut request = get(&receiver.url());
        request.headers.push((name.to_owned(), value.to_owned()));
        assert!(matches!(client.send(request).await, Err(Failure::Refused(_))), "{name:?}: {value:?}");
    }
    let tricky = format!("{}?a=1 HTTP/1.1\r\nx-b: 2\r\n\r\n", receiver.url());
    client.send(get(&tricky)).await.unwrap();
    let told = receiver.told();
    assert_eq!(told.len(), 1);
    assert!(!told[0].contains("\r\nx-b"), "{}", told[0]);
}

#[tokio::test]
async fn only_a_trusted_certificate_will_do() {
    let made = rcgen::generate_simple_self_signed(["crm.example".to_owned()]).unwrap();
    let server =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![made.cert.der().clone()],
                made.signing_key.serialize_der().try_into().unwrap(),
            )
            .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&told);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            if let Ok(connection) = acceptor.accept(connection).await {
                converse(connection, "HTTP/1.1 204 No Content\r\n\r\n", &kept).await;
            }
        }
    });
    let allow =
        outgoing(&[&format!("crm.example:{port}"), &format!("other.example:{port}")], &["127.0.0.1/32"]);
    let loopback: Lookup = Arc::new(|_| Box::pin(async { Ok(vec!["127.0.0.1".parse().unwrap()]) }));
    let with = |roots| Client::with(&allow, Limits::default(), Arc::clone(&loopback), roots).unwrap();
    let root = || Certificate::from_der(made.cert.der()).unwrap();

    let stranger = with(Vec::new()).send(get(&format!("https://crm.example:{port}/"))).await.unwrap_err();
    assert!(stranger.to_string().contains("certificate"), "{stranger}");
    let other = with(vec![root()]).send(get(&format!("https://other.example:{port}/"))).await.unwrap_err();
    assert!(other.to_string().contains("certificate"), "{other}");
    assert!(told.lock().unwrap().is_empty());
    let known = with(vec![root()]).send(get(&format!("https://crm.example:{port}/"))).await.unwrap();
    assert_eq!(known.status, 204);
}

#[tokio::test]
async fn a_web_hook_is_signed_so_that_a_stranger_can_check_it() {
    let (outcome, told) = sent("HTTP/1.1 204 No Content\r\n\r\n").await;
    assert_eq!(outcome, Ok(204));
    let (head, body) = told.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /in HTTP/1.1\r\n"), "{head}");
    for line in ["content-type: application/json", "webhook-id: whk_1", "webhook-timestamp: 1795426200"] {
        assert!(head.lines().any(|own| own == line), "{line}: {head}");
    }
    assert_eq!(body, "{\"a\":\"ü\"}");
    // Computed with Python's hmac over `whk_1.1795426200.{"a":"ü"}`, not with the library that signs.
    let by_hand = "webhook-signature: v1,xZJoiWUkGB/71Vl278l46KnRR92sVfltI1WUO/U+/OE=";
    assert!(head.lines().any(|own| own == by_hand), "{head}");
}

#[tokio::test]
async fn while_a_secret_changes_both_sign() {
    let receiver = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]).await;
    let mut outgoing = outgoing(&[&receiver.address.to_string()], &[]);
    outgoing.webhook_secret_previous = OTHER.to_owned();
    let webhooks = Webhooks::new(client(&outgoing, Limits::default(), &[]), &outgoing, &key());
    webhooks.send(message(&receiver.url(), &json!({"a": "ü"}), &[]), 1_795_426_200_000).await.unwrap();
    let told = receiver.told();
    let line = told[0].lines().find_map(|line| line.strip_prefix("webhook-signature: ")).unwrap();
    assert_eq!(line.split(' ').count(), 2, "{line}");
    assert!(line.starts_with("v1,xZJoiWUkGB/71Vl278l46KnRR92sVfltI1WUO/U+/OE= v1,"), "{line}");
    assert!(line.ends_with("v1,Cq80BgVryl0j6A8M6W7PZYPa64ZSYvSW9Y8BOOiDTNw="), "{line}");
}

#[tokio::test]
async fn a_hook_adds_headers_and_replaces_none_of_ours() {
    let receiver = Receiver::start(&["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]).await;
    let outgoing = outgoing(&[&receiver.address.to_string()], &[]);
    let webhooks = Webhooks::new(client(&outgoing, Limits::default(), &[]), &outgoing, &key());
    let (url, body) = (receiver.url(), json!({}));
    let pair = |name: &str| [(name.to_owned(), "Bearer sesame".to_owned())];
    for name in ["Webhook-Signature", "webhook-id", "Content-Type", "Host"] {
        let outcome = webhooks.send(message(&url, &body, &pair(name)), 0).await;
        assert!(matches!(outcome, Err(webhook::Failure::Reject(_))), "{name}: {outcome:?}");
    }
    assert!(receiver.told().is_empty());
    webhooks.send(message(&url, &body, &pair("Authorization")), 0).await.unwrap();
    assert!(receiver.told()[0].contains("\r\nauthorization: Bearer sesame\r\n"), "{}", receiver.told()[0]);
}

#[tokio::test]
async fn what_an_answer_means() {
    let reject = |outcome: Result<u16, webhook::Failure>| match outcome {
        Err(webhook::Failure::Reject(why)) => why,
        other => panic!("{other:?}"),
    };
    let retry = |outcome: Result<u16, webhook::Failure>| match outcome {
        Err(webhook::Failure::Retry { why, after }) => (why, after),
        other => panic!("{other:?}"),
    };
    assert!(reject(sent("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n").await.0).contains("410 Gone"));
    let busy = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 120\r\ncontent-length: 10\r\n\r\nslow\r\ndown";
    assert_eq!(retry(sent(busy).await.0), ("the receiver says 429: slow down".to_owned(), Some(120_000)));
    let away = "HTTP/1.1 503 Service Unavailable\r\nretry-after: Mon, 23 Nov 2026 10:00:00 GMT\r\ncontent-length: 0\r\n\r\n";
    assert!(retry(sent(away).await.0).1.is_some());
    let (moved, told) = sent("HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n").await;
    assert!(retry(moved).0.contains("follow no redirect"));
    assert_eq!(told.matches("POST ").count(), 1);
    for status in ["304 Not Modified", "400 Bad Request", "404 Not Found", "500 Internal Server Error"] {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        assert!(retry(sent(&answer).await.0).0.contains(&status[..3]), "{status}");
    }
}

#[tokio::test]
async fn without_a_secret_of_the_operator_s_one_follows_from_the_key() {
    let (mut outgoing, key) = (outgoing(&[], &[]), key());
    outgoing.webhook_secret.clear();
    let made = webhook::secret(&outgoing, &key);
    assert_eq!(crate::config::secret_bytes(&made).map(|bytes| bytes.len()), Some(32));
    assert_eq!(made, webhook::secret(&outgoing, &key));
    assert_ne!(made, webhook::secret(&outgoing, &self::key()));
}

#[tokio::test]
async fn what_a_receiver_says_to_a_request_with_a_secret_is_kept_nowhere() {
    let receiver = Receiver::start(&["HTTP/1.1 500 No\r\ncontent-length: 13\r\n\r\nBearer sesame"]).await;
    let outgoing = outgoing(&[&receiver.address.to_string()], &[]);
    let webhooks = Webhooks::new(client(&outgoing, Limits::default(), &[]), &outgoing, &key());
    let (url, body) = (receiver.url(), json!({}));
    let headers = [("authorization".to_owned(), "Bearer sesame".to_owned())];
    let message = webhook::Message { sealed: true, ..message(&url, &body, &headers) };
    let failure = webhooks.send(message, 1_795_426_200_000).await.unwrap_err();
    assert_eq!(failure.to_string(), "the receiver says 500");
}
