//! What the mail server may do, and what we make of it.

use crate::config::{Config, Relay};
use crate::mail::smtp::{Patience, Smtp};
use crate::mail::{Relays, SendError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a server does at a step instead of agreeing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Say(&'static str),
    Hang,
    Drop,
}

const SOON: Patience = Patience {
    connect: Duration::from_millis(250),
    ready: Duration::from_millis(250),
    answer: Duration::from_millis(250),
};

/// A server that does one thing wrong: at `step` (`CONNECT`, `MAIL`, `RCPT`, `DATA`, `.`) it does `act`.
#[derive(Clone, Debug)]
struct Server {
    step: &'static str,
    act: Act,
    connections: Arc<AtomicUsize>,
    mails: Arc<AtomicUsize>,
    /// Mails after which a connection is closed.
    mails_each: usize,
    /// True once it does nothing wrong any more.
    healed: Arc<AtomicBool>,
}

impl Server {
    fn new(step: &'static str, act: Act) -> Self {
        Self {
            step,
            act,
            connections: Arc::default(),
            mails: Arc::default(),
            mails_each: usize::MAX,
            healed: Arc::default(),
        }
    }

    async fn start(&self) -> Smtp {
        let port = self.listen().await;
        Smtp::with_patience("smtp_url", &format!("smtp://127.0.0.1:{port}"), SOON).unwrap()
    }

    /// Listens, and gives the port.
    async fn listen(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                server.connections.fetch_add(1, Ordering::SeqCst);
                let server = server.clone();
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
        port
    }

    /// Answers one step; `None` ends the connection.
    async fn answer(&self, stream: &mut BufReader<TcpStream>, step: &str, usual: &str) -> Option<()> {
        let mut text = usual;
        if step == self.step && !self.healed.load(Ordering::SeqCst) {
            match self.act {
                Act::Say(other) => text = other,
                Act::Drop => return None,
                Act::Hang => std::future::pending().await,
            }
        }
        stream.write_all(format!("{text}\r\n").as_bytes()).await.ok()
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        self.answer(&mut stream, "CONNECT", "220 sink.example ready").await?;
        let mut taken = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
            let step = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match step.trim() {
                "EHLO" => stream.write_all(b"250-sink.example\r\n250 8BITMIME\r\n").await.ok()?,
                "DATA" => {
                    self.answer(&mut stream, "DATA", "354 go on").await?;
                    if self.step == "DATA" {
                        continue;
                    }
                    while line.trim_end() != "." {
                        line.clear();
                        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
                    }
                    self.mails.fetch_add(1, Ordering::SeqCst);
                    self.answer(&mut stream, ".", "250 2.0.0 queued as 1").await?;
                    taken += 1;
                    if taken == self.mails_each {
                        return None;
                    }
                }
                step => self.answer(&mut stream, step, "250 ok").await?,
            }
        }
    }
}

async fn send(smtp: &Smtp) -> Result<String, SendError> {
    smtp.send("host@host.example", "olive@bakery.example", b"Subject: Hi\r\n\r\nHi\r\n.dot\r\n")
        .await
        .map(|accepted| accepted.answer)
}

async fn failure(step: &'static str, act: Act) -> SendError {
    send(&Server::new(step, act).start().await).await.unwrap_err()
}

#[tokio::test]
async fn a_mail_that_is_taken_gives_the_servers_answer_and_the_connection_is_used_again() {
    let server = Server::new("", Act::Drop);
    let smtp = server.start().await;
    for _ in 0..20 {
        assert_eq!(send(&smtp).await.unwrap(), "250 2.0.0 queued as 1");
    }
    assert_eq!((server.connections.load(Ordering::SeqCst), server.mails.load(Ordering::SeqCst)), (1, 20));
    smtp.close().await;
}

#[tokio::test]
async fn what_may_pass_is_to_be_tried_again() {
    for step in ["CONNECT", "MAIL", "RCPT", "DATA", "."] {
        let error = failure(step, Act::Say("451 4.3.0 try later")).await;
        assert!(
            matches!(&error, SendError::Retry(text) | SendError::Away(text) if text.contains("451") && text.contains("try later")),
            "{step}: {error:?}"
        );
        assert_eq!(
            matches!(error, SendError::Away(_)),
            step == "CONNECT",
            "what it says of a mail is not its fault"
        );
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_rejected() {
    for step in ["MAIL", "RCPT", "DATA", "."] {
        let error = failure(step, Act::Say("550 5.1.1 no such mailbox")).await;
        let said = "550 5.1.1 no such mailbox".to_owned();
        let of_recipient = step == "RCPT";
        let expected = if of_recipient { SendError::NoRecipient(said) } else { SendError::Reject(said) };
        assert_eq!(error, expected, "{step}");
    }
}

#[tokio::test]
async fn a_server_that_turns_us_away_does_not_cost_the_mail() {
    let error = failure("CONNECT", Act::Say("554 go away")).await;
    assert!(matches!(&error, SendError::Away(text) if text.starts_with("smtp_url")), "{error:?}");
    let error = failure("MAIL", Act::Say("530 log in first")).await;
    assert!(matches!(&error, SendError::Away(_)), "{error:?}");
}

#[tokio::test]
async fn a_line_that_breaks_or_hangs_before_the_message_is_to_be_tried_again() {
    for step in ["CONNECT", "MAIL", "RCPT", "DATA"] {
        for act in [Act::Drop, Act::Hang] {
            let error = failure(step, act).await;
            assert!(matches!(error, SendError::Away(_)), "{step} {act:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_line_that_breaks_or_hangs_after_the_message_leaves_it_unknown() {
    for act in [Act::Drop, Act::Hang] {
        let error = failure(".", act).await;
        assert!(matches!(error, SendError::Unknown(_)), "{act:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_to_be_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let nobody = Smtp::with_patience("smtp_url", &format!("smtp://127.0.0.1:{port}"), SOON).unwrap();
    let error = send(&nobody).await.unwrap_err();
    assert!(matches!(&error, SendError::Away(text) if text.starts_with("smtp_url: 127.0.0.1:")), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_costs_no_mail() {
    let server = Server { mails_each: 1, ..Server::new("", Act::Drop) };
    let smtp = server.start().await;
    for _ in 0..5 {
        send(&smtp).await.unwrap();
    }
    assert_eq!((server.connections.load(Ordering::SeqCst), server.mails.load(Ordering::SeqCst)), (5, 5));
}

#[tokio::test]
async fn a_refused_mail_leaves_the_connection_for_the_next() {
    let server = Server::new("RCPT", Act::Say("550 no"));
    let smtp = server.start().await;
    for _ in 0..3 {
        send(&smtp).await.unwrap_err();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_stalled_server_holds_up_nobody_for_long_however_many_wait() {
    let smtp = Arc::new(Server::new(".", Act::Hang).start().await);
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn({
                let smtp = smtp.clone();
                async move { send(&smtp).await }
            })
        })
        .collect();
    let all = async {
        for task in waiting {
            assert!(matches!(task.await.unwrap(), Err(SendError::Unknown(_))));
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("every send is bounded in time");
}

#[tokio::test]
async fn encryption_that_is_required_and_not_offered_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Server::new("", Act::Drop);
    let mails = server.mails.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            server.talk(stream).await;
        }
    });
    let url = format!("smtp://me:s3cret@127.0.0.1:{port}");
    let error = send(&Smtp::with_patience("smtp_url", &url, SOON).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("STARTTLS") && !error.to_string().contains("s3cret"), "{error}");
    assert_eq!(mails.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_address_that_the_server_cannot_take_is_rejected() {
    let smtp = Server::new("", Act::Drop).start().await;
    let error = smtp
        .send("host@host.example", "jürgen@bakery.example", b"Subject: Hi\r\n\r\nHi\r\n")
        .await
        .unwrap_err();
    assert!(matches!(&error, SendError::Reject(text) if text.contains("SMTPUTF8")), "{error:?}");
    let error = smtp.send("host@host.example", "nobody", b"").await.unwrap_err();
    assert!(matches!(error, SendError::Reject(_)));
    smtp.send("host@host.example", "olive@bäckerei.example", b"Subject: Hi\r\n\r\nHi\r\n").await.unwrap();
}

/// The relays of these servers, and the sends that each got.
async fn relays(servers: &[&Server]) -> Relays {
    let mut config = Config::default();
    for (place, server) in servers.iter().enumerate() {
        let url = format!("smtp://127.0.0.1:{}", server.listen().await);
        config.relays.push(Relay { name: format!("r{place}"), url, ..Relay::default() });
    }
    Relays::with_patience(&config, SOON).unwrap()
}

async fn relay(relays: &Relays) -> Result<String, SendError> {
    let sent = relays.send("host@host.example", "olive@bakery.example", b"Subject: Hi\r\n\r\nHi\r\n").await;
    sent.map(|accepted| accepted.relay).map_err(|not| not.error)
}

fn mails(server: &Server) -> usize {
    server.mails.load(Ordering::SeqCst)
}

#[tokio::test]
async fn another_server_stands_in_for_one_that_is_away_at_whatever_step() {
    for step in ["CONNECT", "MAIL", "RCPT", "DATA"] {
        for act in [Act::Drop, Act::Hang, Act::Say("421 going down")] {
            let (first, second) = (Server::new(step, act), Server::new("", Act::Drop));
            let relays = relays(&[&first, &second]).await;
            for _ in 0..3 {
                assert_eq!(relay(&relays).await.unwrap(), "r1", "{step} {act:?}");
            }
            assert_eq!((mails(&first), mails(&second)), (0, 3), "{step} {act:?}");
            assert!(relays.standing()[0].away && !relays.standing()[1].away);
            assert!(relays.rest().is_none(), "one may be asked");
        }
    }
}

#[tokio::test]
async fn what_a_server_says_about_a_mail_is_not_asked_of_another() {
    for (said, retry) in [("450 4.2.1 greylisted", true), ("550 5.1.1 no such mailbox", false)] {
        let (first, second) = (Server::new("RCPT", Act::Say(said)), Server::new("", Act::Drop));
        let relays = relays(&[&first, &second]).await;
        let error = relay(&relays).await.unwrap_err();
        assert_eq!(matches!(error, SendError::Retry(_)), retry, "{error:?}");
        assert_eq!(mails(&second), 0);
        assert!(!relays.standing()[0].away);
    }
}

#[tokio::test]
async fn a_mail_that_may_be_on_its_way_is_not_given_to_another_server() {
    let (first, second) = (Server::new(".", Act::Drop), Server::new("", Act::Drop));
    let relays = relays(&[&first, &second]).await;
    assert!(matches!(relay(&relays).await, Err(SendError::Unknown(_))));
    assert_eq!((mails(&first), mails(&second)), (1, 0));
    assert_eq!(relay(&relays).await.unwrap(), "r1", "the next mail goes by the other one");
}

#[tokio::test]
async fn while_all_are_away_nobody_tries_and_one_that_is_back_is_found_by_itself() {
    let gone = Server::new("CONNECT", Act::Drop);
    let relays = relays(&[&gone]).await;
    assert!(matches!(relay(&relays).await, Err(SendError::Later(..))));
    let connections = gone.connections.load(Ordering::SeqCst);
    assert!(matches!(relay(&relays).await, Err(SendError::Later(..))));
    assert_eq!(gone.connections.load(Ordering::SeqCst), connections, "it rests");
    assert!(relays.rest().is_some());
    gone.healed.store(true, Ordering::SeqCst);
    while let Some(rest) = relays.rest() {
        tokio::time::sleep(rest).await;
    }
    assert_eq!(relay(&relays).await.unwrap(), "r0");
    assert!(!relays.standing()[0].away);
}

#[tokio::test]
async fn a_server_takes_mail_of_its_senders_only() {
    let server = Server::new("", Act::Drop);
    let url = format!("smtp://127.0.0.1:{}", server.listen().await);
    let from_domains = vec!["Other.example".to_owned()];
    let mut config = Config {
        relays: vec![Relay { name: "r".into(), url, from_domains, ..Relay::default() }],
        ..Config::default()
    };
    let none = Relays::with_patience(&config, SOON).unwrap_err();
    assert!(none.contains("host.example") && none.contains("from_domains"), "{none}");
    config.mail_from = "host@other.example".into();
    // One that is never asked is never away: it must not keep the others from resting.
    let elsewhere = vec!["elsewhere.example".to_owned()];
    config.relays.push(Relay {
        name: "s".into(),
        url: "smtp://127.0.0.1:1".into(),
        from_domains: elsewhere,
        ..Relay::default()
    });
    let relays = Relays::with_patience(&config, SOON).unwrap();
    let error = relay(&relays).await.unwrap_err();
    assert!(matches!(&error, SendError::Retry(text) if text.contains("from_domains")), "{error:?}");
    let send = || relays.send("a@other.example", "olive@bakery.example", b"Subject: Hi\r\n\r\nHi\r\n");
    send().await.unwrap();
    config.relays[0].url = "smtp://127.0.0.1:1".into();
    let relays = Relays::with_patience(&config, SOON).unwrap();
    relays.send("a@other.example", "olive@bakery.example", b"").await.unwrap_err();
    assert!(relays.are_away() && relays.rest().is_some());
}

#[test]
fn a_server_that_cannot_be_read_is_named_without_its_password() {
    let setting = Relay { name: "second".into(), url: "smtp://me:s3cret@".into(), ..Relay::default() };
    let config = Config { relays: vec![setting], ..Config::default() };
    let why = Relays::new(&config).unwrap_err();
    assert!(why.starts_with("relays: second") && !why.contains("s3cret"), "{why}");
}
