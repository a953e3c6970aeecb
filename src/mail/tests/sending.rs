//! What the mail server may do, and what we make of it.

use crate::mail::smtp::Patience;
use crate::mail::{SendError, Smtp};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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

/// A server that does one thing wrong: at `step` (`CONNECT`, `MAIL`, `RCPT`, `DATA`, `.`) it does `act`.
#[derive(Clone, Debug)]
struct Server {
    step: &'static str,
    act: Act,
    connections: Arc<AtomicUsize>,
    mails: Arc<AtomicUsize>,
    /// Mails after which a connection is closed.
    mails_each: usize,
}

impl Server {
    fn new(step: &'static str, act: Act) -> Self {
        Self { step, act, connections: Arc::default(), mails: Arc::default(), mails_each: usize::MAX }
    }

    async fn start(&self) -> Smtp {
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
        let soon = Duration::from_millis(250);
        Smtp::with_patience(
            &format!("smtp://127.0.0.1:{port}"),
            Patience { connect: soon, ready: soon, answer: soon },
        )
        .unwrap()
    }

    /// Answers one step; `None` ends the connection.
    async fn answer(&self, stream: &mut BufReader<TcpStream>, step: &str, usual: &str) -> Option<()> {
        let mut text = usual;
        if step == self.step {
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
            matches!(&error, SendError::Retry(text) if text.contains("451") && text.contains("try later")),
            "{step}: {error:?}"
        );
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_rejected() {
    for step in ["MAIL", "RCPT", "DATA", "."] {
        let error = failure(step, Act::Say("550 5.1.1 no such mailbox")).await;
        assert_eq!(error, SendError::Reject("550 5.1.1 no such mailbox".into()), "{step}");
    }
}

#[tokio::test]
async fn a_server_that_turns_us_away_does_not_cost_the_mail() {
    let error = failure("CONNECT", Act::Say("554 go away")).await;
    assert!(matches!(&error, SendError::Retry(text) if text.starts_with("smtp_url")), "{error:?}");
    let error = failure("MAIL", Act::Say("530 log in first")).await;
    assert!(matches!(&error, SendError::Retry(_)), "{error:?}");
}

#[tokio::test]
async fn a_line_that_breaks_or_hangs_before_the_message_is_to_be_tried_again() {
    for step in ["CONNECT", "MAIL", "RCPT", "DATA"] {
        for act in [Act::Drop, Act::Hang] {
            let error = failure(step, act).await;
            assert!(matches!(error, SendError::Retry(_)), "{step} {act:?}: {error:?}");
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
    let error = send(&Smtp::new(&format!("smtp://127.0.0.1:{port}")).unwrap()).await.unwrap_err();
    assert!(
        matches!(&error, SendError::Retry(text) if text.starts_with("smtp_url: 127.0.0.1:")),
        "{error:?}"
    );
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
    let error = send(&Smtp::new(&format!("smtp://me:s3cret@127.0.0.1:{port}")).unwrap()).await.unwrap_err();
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

/// A server that takes everything.
pub(super) async fn willing() -> Smtp {
    Server::new("", Act::Drop).start().await
}
