//! The demo's mailbox: the mails of a server that has no mail server, from `/dev/mailbox.json`.

use serde::Deserialize;
use serde_json::Value;

use super::{client, server::Server, wait};

/// One mail as it would have been sent, decoded.
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    pub id: String,
    pub from: String,
    to: Value,
    pub subject: String,
    pub text: String,
    pub html: String,
    headers: Value,
}

impl Mail {
    /// The addresses it goes to.
    pub fn to(&self) -> Vec<&str> {
        match &self.to {
            Value::Array(addresses) => addresses.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        }
    }

    /// A header's value, decoded; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let is_it = |key: &str| key.eq_ignore_ascii_case(name);
        match &self.headers {
            Value::Object(map) => map.iter().find(|(key, _)| is_it(key))?.1.as_str(),
            list => list.as_array()?.iter().find(|pair| pair[0].as_str().is_some_and(is_it))?[1].as_str(),
        }
    }

    /// The addresses in its text part, in order.
    pub fn links(&self) -> Vec<String> {
        links_in(&self.text)
    }

    /// The first address in the text part that contains this: `link_with("/invite/")`.
    pub fn link_with(&self, part: &str) -> String {
        let found = self.links().into_iter().find(|link| link.contains(part));
        found.unwrap_or_else(|| panic!("no link with “{part}” stands in:\n{}", self.text))
    }
}

/// The addresses in a text, without the brackets and full stops that stand around them.
pub fn links_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "<>[]()\"".contains(c));
    let links = words.filter(|word| word.starts_with("http://") || word.starts_with("https://"));
    links.map(|link| link.trim_end_matches(['.', ',', ';', ':', '!']).to_owned()).collect()
}

/// The mails of one server.
pub struct Mailbox {
    url: String,
}

impl Mailbox {
    pub fn of(server: &Server) -> Self {
        Self { url: format!("{}/dev/mailbox.json", server.url()) }
    }

    /// All mails so far, as the server lists them.
    pub async fn all(&self) -> Vec<Mail> {
        let answer = client::plain().get(&self.url).send().await.unwrap().error_for_status().unwrap();
        answer.json().await.unwrap()
    }

    /// All mails so far to one address.
    pub async fn to(&self, address: &str) -> Vec<Mail> {
        let mut mails = self.all().await;
        mails.retain(|mail| mail.to().iter().any(|to| to.eq_ignore_ascii_case(address)));
        mails
    }

    /// The first mail to this address whose subject contains these words, as soon as it is there.
    ///
    /// # Panics
    /// When it does not come in time; the message lists the mails that came.
    pub async fn wait_for(&self, to: &str, subject: &str) -> Mail {
        let wanted = wait::within(wait::PATIENCE, || async {
            self.to(to).await.into_iter().find(|mail| mail.subject.contains(subject))
        });
        if let Some(mail) = wanted.await {
            return mail;
        }
        let came = self.all().await;
        let came: Vec<_> = came.iter().map(|mail| format!("{:?}: {}", mail.to(), mail.subject)).collect();
        panic!("no mail to {to} with “{subject}” came; these did: {came:#?}")
    }
}

#[test]
fn a_mail_is_read_in_both_shapes() {
    let lists = r#"{"id":"m1","at":1,"from":"a@x.example","to":["b@x.example","c@x.example"],"subject":"Hi",
        "text":"Open <http://x.example/invite/T>.\nOr https://y.example/z?q=1, now.","html":"",
        "headers":[["Message-ID","<m1@x>"],["To","b@x.example"]]}"#;
    let mail: Mail = serde_json::from_str(lists).unwrap();
    assert_eq!((mail.id.as_str(), mail.from.as_str(), mail.html.as_str()), ("m1", "a@x.example", ""));
    assert_eq!(mail.to(), ["b@x.example", "c@x.example"]);
    assert_eq!(mail.header("message-id"), Some("<m1@x>"));
    assert_eq!(mail.links(), ["http://x.example/invite/T", "https://y.example/z?q=1"]);
    assert_eq!(mail.link_with("/invite/"), "http://x.example/invite/T");

    let plain = r#"{"id":"m1","at":"now","from":"","to":"b@x.example","subject":"","text":"","html":"",
        "headers":{"Message-ID":"<m1@x>"}}"#;
    let mail: Mail = serde_json::from_str(plain).unwrap();
    assert_eq!((mail.to(), mail.header("MESSAGE-ID")), (vec!["b@x.example"], Some("<m1@x>")));
}

#[tokio::test]
async fn a_mail_is_waited_for() {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mailbox = Mailbox { url: format!("http://{}/dev/mailbox.json", listener.local_addr().unwrap()) };
    let list = move || {
        // Nothing is there at first.
        let come = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 1;
        let mail = serde_json::json!({
            "id": "m1", "at": 1, "from": "a@x.example", "to": ["Anna@x.example"], "subject": "You are invited",
            "text": "", "html": "", "headers": {}
        });
        async move { axum::Json(if come { vec![mail] } else { Vec::new() }) }
    };
    let app = axum::Router::new().route("/dev/mailbox.json", axum::routing::get(list));
    tokio::spawn(async move { axum::serve(listener, app).await });

    assert_eq!(mailbox.wait_for("anna@x.example", "invited").await.id, "m1");
    assert!(mailbox.to("berta@x.example").await.is_empty());
}

#[tokio::test]
async fn the_demo_begins_with_a_mailbox_that_can_be_read() {
    let server = Server::demo().start().await;
    let mails = Mailbox::of(&server).all().await;
    assert!(mails.iter().all(|mail| !mail.to().is_empty()), "{mails:#?}");
}
