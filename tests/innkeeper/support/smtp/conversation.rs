//! The server's side of SMTP: as much of it as a mailer needs, with the faults that a test asks for.

use std::sync::Arc;

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinSet,
};

use super::{Fault, Received, State, Step};

/// Holds a conversation with everyone who connects, until this is aborted, which ends them all.
pub async fn accept(listener: TcpListener, state: Arc<State>) {
    // Dropped with this task, and the connections with it.
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        *state.connections.lock().unwrap() += 1;
        let talk = Conversation {
            stream: BufReader::new(Box::new(stream)),
            state: Arc::clone(&state),
            encrypted: false,
        };
        let held = conversations.spawn(async move {
            // A client that hangs up in the middle is its own affair.
            let _ = talk.begin().await;
        });
        state.conversations.lock().unwrap().push(held);
    }
}

/// A line, encrypted or not.
trait Line: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

struct Conversation {
    stream: BufReader<Box<dyn Line>>,
    state: Arc<State>,
    encrypted: bool,
}

impl Conversation {
    async fn begin(self) -> std::io::Result<()> {
        let at_once = *self.state.at_once.lock().unwrap();
        if at_once { self.into_encrypted().await?.hold().await } else { self.hold().await }
    }

    async fn hold(mut self) -> std::io::Result<()> {
        let (mut from, mut to) = (String::new(), Vec::new());
        let login = self.state.login.lock().unwrap().clone();
        let mut is_known = login.is_none();
        self.answer(Step::Connect, "220 sink.example ESMTP").await?;
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.trim_end().split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let offers = !self.encrypted && self.state.identity.lock().unwrap().is_some();
                    let tls = if offers { "250-STARTTLS\r\n" } else { "" };
                    let auth = if login.is_some() { "250-AUTH PLAIN\r\n" } else { "" };
                    let reply = format!(
                        "250-sink.example\r\n{tls}{auth}250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING"
                    );
                    self.answer(Step::Hello, &reply).await?;
                }
                "STARTTLS" => {
                    if self.answer(Step::StartTls, "220 2.0.0 Go ahead").await? {
                        self = self.into_encrypted().await?;
                    }
                }
                "HELO" => drop(self.answer(Step::Hello, "250 sink.example").await?),
                "AUTH" => {
                    let right = login.is_some() && line.split_whitespace().nth(2) == login.as_deref();
                    let usual = if right { "235 2.7.0 Welcome" } else { "535 5.7.8 Nobody of that name" };
                    is_known = self.answer(Step::Auth, usual).await? && right;
                }
                "MAIL" if !is_known => self.send("530 5.7.0 Who are you?").await?,
                "MAIL" => {
                    if self.answer(Step::MailFrom, "250 2.1.0 Ok").await? {
                        from = address_in(&line);
                    }
                }
                "RCPT" => {
                    let address = address_in(&line);
                    let usual = refusal(&address).unwrap_or_else(|| "250 2.1.5 Ok".to_owned());
                    if self.answer(Step::RcptTo, &usual).await? && usual.starts_with('2') {
                        to.push(address);
                    }
                }
                "DATA" if to.is_empty() => drop(self.send("503 5.5.1 No recipient was accepted").await?),
                "DATA" => {
                    if self.answer(Step::Data, "354 End with a line that is only a dot").await? {
                        let raw = self.message().await?;
                        self.received(Received { from: from.clone(), to: std::mem::take(&mut to), raw })
                            .await?;
                    }
                }
                "RSET" => {
                    (from, to) = (String::new(), Vec::new());
                    self.send("250 2.0.0 Ok").await?;
                }
                "NOOP" => self.send("250 2.0.0 Ok").await?,
                "QUIT" => return self.answer(Step::Quit, "221 2.0.0 Bye").await.map(drop),
                _ => self.send("502 5.5.2 Not known here").await?,
            }
        }
    }

    async fn into_encrypted(mut self) -> std::io::Result<Self> {
        if let Some(code) = self.meets(Step::Handshake).await? {
            self.reply(code).await?;
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        let acceptor = self.state.identity.lock().unwrap().clone();
        let Some(acceptor) = acceptor else { return Err(std::io::ErrorKind::Unsupported.into()) };
        let stream = acceptor.accept(self.stream.into_inner()).await?;
        Ok(Self { stream: BufReader::new(Box::new(stream)), encrypted: true, ..self })
    }

    /// The message up to its final dot, without the dots that were added to lines that begin with one.
    async fn message(&mut self) -> std::io::Result<Vec<u8>> {
        let mut raw = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if raw.is_empty()
                && let Some(code) = self.meets(Step::Body).await?
            {
                self.reply(code).await?;
                return Err(std::io::ErrorKind::ConnectionAborted.into());
            }
            match line.as_slice() {
                b".\r\n" => return Ok(raw),
                [b'.', rest @ ..] => raw.extend_from_slice(rest),
                _ => raw.extend_from_slice(&line),
            }
        }
    }

    async fn received(&mut self, message: Received) -> std::io::Result<()> {
        let refused =
            matches!(self.state.faults.lock().unwrap().get(&Step::Received), Some((Fault::Reply(_), _)));
        if !refused {
            self.state.kept.lock().unwrap().push(message);
        }
        self.answer(Step::Received, "250 2.0.0 Kept").await?;
        Ok(())
    }

    /// Gives the usual reply, or what is to happen instead; says whether it was the usual one.
    async fn answer(&mut self, step: Step, usual: &str) -> std::io::Result<bool> {
        match self.meets(step).await? {
            None => self.send(usual).await.map(|()| true),
            Some(code) => self.reply(code).await.map(|()| false),
        }
    }

    /// Lets happen what is to happen at this step; gives the code that is to be said instead of what is usual.
    async fn meets(&mut self, step: Step) -> std::io::Result<Option<u16>> {
        match self.state.fault(step) {
            None => {}
            Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
            Some(Fault::Reply(code)) => return Ok(Some(code)),
            Some(Fault::Drop) => return Err(std::io::ErrorKind::ConnectionAborted.into()),
            Some(Fault::Vanish) => {
                self.state.faults.lock().unwrap().insert(Step::Connect, (Fault::Stall, usize::MAX));
                self.stall().await?;
            }
            Some(Fault::Stall) => self.stall().await?,
        }
        Ok(None)
    }

    /// Until the client gives up; what it still says is read and not answered.
    async fn stall(&mut self) -> std::io::Result<()> {
        while self.stream.read(&mut [0; 1024]).await? > 0 {}
        Err(std::io::ErrorKind::UnexpectedEof.into())
    }

    async fn reply(&mut self, code: u16) -> std::io::Result<()> {
        self.send(&format!("{code} {}.0.0 As the test wants it", code / 100)).await
    }

    /// One write for each reply: two would wait for each other's acknowledgement, some 40 ms each time.
    async fn send(&mut self, reply: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{reply}\r\n").as_bytes()).await
    }
}

fn address_in(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// The reply that an address asks for with a local part of three digits.
fn refusal(address: &str) -> Option<String> {
    let (code, _) = address.split_once('@')?;
    let kind = code.chars().next()?;
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) && "45".contains(kind);
    is_code.then(|| format!("{code} {kind}.1.1 As the address wants it"))
}
