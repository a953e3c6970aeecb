//! Handing mails over to the mail server: a few connections that stay open, and an answer that says
//! whether to try again.
//!
//! lettre speaks the protocol; the connections are ours, because lettre's own pool leaves Nagle's
//! algorithm on (24 mails a second instead of 2,000) and does not say whether a failure came before
//! or after the message was handed over.

use super::compose;
use super::smtp_tls::{Encrypted, Encryption, encryption};
use super::smtp_url::{SmtpUrl, Tls};
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Connections to the server at a time.
const CONNECTIONS: usize = 16;
/// Servers close quiet connections after five minutes or less; ours are given up before.
const IDLE: Duration = Duration::from_secs(30);

/// What the server said when it took a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its answer, such as `250 2.0.0 Ok: queued as 4F2A1`.
    pub answer: String,
    /// Which of several servers it was.
    pub relay: String,
}

/// Why a mail was not handed over, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// Not taken, and the server is to blame: it is away, busy, or not set up. Another one may take it.
    Away(String),
    /// Nobody could be asked for so long; that was no try.
    Later(Duration, String),
    /// The server takes only so many in a time, and no more for so long; that was no try.
    Busy(Duration, String),
    /// Not taken, and may be taken later.
    Retry(String),
    /// Refused for good.
    Reject(String),
    /// Its recipient was refused for good.
    NoRecipient(String),
    /// Handed over, and no answer came: it may be on its way, and trying again may send it twice.
    Unknown(String),
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SendError::Away(text)
            | SendError::Later(_, text)
            | SendError::Busy(_, text)
            | SendError::Retry(text)
            | SendError::Reject(text)
            | SendError::NoRecipient(text) => f.write_str(text),
            SendError::Unknown(text) => write!(f, "{text}; the mail may have been sent"),
        }
    }
}

impl std::error::Error for SendError {}

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For a connection, log-in included.
    pub connect: Duration,
    /// For the server to be ready for the message.
    pub ready: Duration,
    /// For its answer to the message. Long, because giving up means not knowing.
    pub answer: Duration,
}

impl Patience {
    /// As the operator set it.
    pub(super) fn of(mail: &crate::config::Mail) -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(mail.connect_seconds),
            ready: seconds(mail.ready_seconds),
            answer: seconds(mail.answer_seconds),
        }
    }
}

/// A mail server.
#[derive(Debug)]
pub struct Smtp {
    /// The key of the configuration that names it.
    key: String,
    url: SmtpUrl,
    hello: ClientId,
    tls: Option<Encryption>,
    patience: Patience,
    permits: Semaphore,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Idle").field("since", &self.since).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Prepares for a server that `key` of the configuration names; no connection is made before the
    /// first mail.
    ///
    /// # Errors
    /// A sentence that names the key, if the address cannot be read or the host cannot have a certificate.
    pub(super) fn with_patience(key: &str, url: &str, patience: Patience) -> Result<Self, String> {
        // Those who read an address know only the one key.
        let named = |text: String| text.replacen("smtp_url", key, 1);
        let url = SmtpUrl::parse(url).map_err(named)?;
        let tls = encryption(&url).map_err(named)?;
        Ok(Self {
            key: key.to_owned(),
            url,
            hello: ClientId::default(),
            tls,
            patience,
            permits: Semaphore::new(CONNECTIONS),
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Hands one mail over. Bounded in time, whatever the server does.
    ///
    /// # Errors
    /// [`SendError`], which says whether to try again.
    pub async fn send(&self, from: &str, to: &str, raw: &[u8]) -> Result<Accepted, SendError> {
        let reject = |error: compose::Unsendable| SendError::Reject(error.to_string());
        let (from, to) = (
            compose::address(from, "sender").map_err(reject)?,
            compose::address(to, "recipient").map_err(reject)?,
        );
        // The semaphore is never closed.
        let _permit = self.permits.acquire().await.map_err(|error| SendError::Retry(error.to_string()))?;
        let mut connection = self.ready(&from, &to).await?;
        match timeout(self.patience.answer, connection.message(raw)).await {
            Err(_) => Err(SendError::Unknown(format!(
                "{} gave no answer to the message within {} s",
                self.url.host,
                self.patience.answer.as_secs()
            ))),
            Ok(Err(error)) if error.status().is_none() => {
                Err(SendError::Unknown(format!("the line to {} broke: {error}", self.url.host)))
            }
            Ok(Err(error)) => {
                let verdict = verdict(&error);
                self.put_back(connection).await;
                Err(verdict)
            }
            Ok(Ok(response)) => {
                self.keep(connection);
                let lines = response.message().collect::<Vec<_>>().join(" ");
                Ok(Accepted { answer: format!("{} {lines}", response.code()), relay: String::new() })
            }
        }
    }

    /// Says goodbye on the connections that are open and quiet.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for mut quiet in idle {
            // The server may be gone; nothing depends on its answer.
            let _ = timeout(Duration::from_secs(1), quiet.connection.quit()).await;
        }
    }

    /// A connection on which the server waits for the message.
    async fn ready(&self, from: &Address, to: &Address) -> Result<AsyncSmtpConnection, SendError> {
        while let Some(connection) = self.take() {
            match self.announce(connection, from, to).await {
                // A connection that was quiet may be dead: that says nothing about this mail.
                Err(Failed::Line(_)) => {}
                Err(Failed::Refused(error)) => return Err(error),
                Ok(connection) => return Ok(connection),
            }
        }
        let connection = self.reached().await.map_err(SendError::Away)?;
        match self.announce(connection, from, to).await {
            Ok(connection) => Ok(connection),
            Err(Failed::Refused(error)) => Err(error),
            Err(Failed::Line(text)) => Err(SendError::Away(text)),
        }
    }

    /// A connection that is ready for a mail, soon; or why there is none.
    async fn reached(&self) -> Result<AsyncSmtpConnection, String> {
        let (key, place) = (&self.key, self.place());
        match timeout(self.patience.connect, self.connect()).await {
            Err(_) => {
                let waited = self.patience.connect.as_secs();
                Err(format!("{key}: {place} did not answer within {waited} s"))
            }
            Ok(result) => result.map_err(|text| format!("{key}: {place}: {text}")),
        }
    }

    /// Connects, logs in and says goodbye; gives how that went, in words.
    pub(super) async fn probe(&self) -> Result<String, String> {
        let mut connection = self.reached().await?;
        let encrypted = connection.is_encrypted();
        // What matters is known.
        let _ = timeout(Duration::from_secs(1), connection.quit()).await;
        let line = match (&self.tls, encrypted) {
            (Some(Encryption::Implicit(..)), _) => "encrypted, certificate checked",
            (_, true) if self.url.tls == Tls::Required => "encrypted by STARTTLS, certificate checked",
            (_, true) => "encrypted by STARTTLS, whoever it is",
            _ => "not encrypted",
        };
        let user = self.url.user.as_ref().map(|user| format!(", logged in as {user}")).unwrap_or_default();
        Ok(format!("{} answers: {line}{user}", self.place()))
    }

    async fn announce(
        &self,
        mut connection: AsyncSmtpConnection,
        from: &Address,
        to: &Address,
    ) -> Result<AsyncSmtpConnection, Failed> {
        let mut options = Vec::new();
        if !(from.to_string().is_ascii() && to.to_string().is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                self.keep(connection);
                let text = format!("{} cannot send to addresses such as {to} (no SMTPUTF8)", self.url.host);
                return Err(Failed::Refused(SendError::Reject(text)));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let mut of_recipient = false;
        let steps = async {
            connection.command(Mail::new(Some(from.clone()), options)).await?;
            of_recipient = true;
            connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
            of_recipient = false;
            connection.command(Data).await
        };
        match timeout(self.patience.ready, steps).await {
            Err(_) => {
                let text =
                    format!("{} stopped answering for {} s", self.url.host, self.patience.ready.as_secs());
                // Not `Line`: a second connection would wait as long again.
                Err(Failed::Refused(SendError::Away(text)))
            }
            Ok(Ok(_)) => Ok(connection),
            Ok(Err(error)) if error.status().is_none() => {
                Err(Failed::Line(format!("the line to {} broke: {error}", self.url.host)))
            }
            // 421: the server closes this connection, as many do after so many mails.
            Ok(Err(error)) if number(&error) == Some(421) => {
                Err(Failed::Line(format!("{}: {error}", self.url.host)))
            }
            Ok(Err(error)) => {
                let verdict = match verdict(&error) {
                    SendError::Reject(text) if of_recipient => SendError::NoRecipient(text),
                    verdict => verdict,
                };
                self.put_back(connection).await;
                Err(Failed::Refused(verdict))
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let tcp = TcpStream::connect((self.url.host.as_str(), self.url.port))
            .await
            .map_err(|error| error.to_string())?;
        tcp.set_nodelay(true).map_err(|error| error.to_string())?;
        let stream: Box<dyn AsyncTokioStream> = match &self.tls {
            Some(Encryption::Implicit(connector, name)) => {
                let tls =
                    connector.connect(name.clone(), tcp).await.map_err(|error| format!("no TLS: {error}"))?;
                Box::new(Encrypted(tls))
            }
            _ => Box::new(tcp),
        };
        let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &self.hello)
            .await
            .map_err(|error| error.to_string())?;
        match &self.tls {
            Some(Encryption::Start(parameters)) if connection.can_starttls() => {
                connection
                    .starttls(parameters.clone(), &self.hello)
                    .await
                    .map_err(|error| format!("STARTTLS failed: {error}"))?;
            }
            Some(Encryption::Start(_)) if self.url.tls == Tls::Required => {
                return Err(
                    "the server offers no STARTTLS; use smtps://, or ?tls=off for a server on this machine"
                        .into(),
                );
            }
            _ => {}
        }
        if let Some(user) = &self.url.user {
            let credentials = Credentials::new(user.clone(), self.url.password.clone());
            connection
                .auth(DEFAULT_MECHANISMS, &credentials)
                .await
                .map_err(|error| format!("log-in as {user} failed: {error}"))?;
        }
        Ok(connection)
    }

    /// Host and port.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.url.host, self.url.port)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the age of a socket, not the time of anything that happened"
    )]
    fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|quiet| quiet.since.elapsed() < IDLE);
        idle.pop().map(|quiet| quiet.connection)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the age of a socket, not the time of anything that happened"
    )]
    fn keep(&self, connection: AsyncSmtpConnection) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Idle { connection, since: Instant::now() });
    }

    /// Keeps a connection on which a mail was refused, once the server has forgotten that mail.
    async fn put_back(&self, mut connection: AsyncSmtpConnection) {
        if let Ok(Ok(_)) = timeout(Duration::from_secs(5), connection.command(Rset)).await {
            self.keep(connection);
        }
    }
}

enum Failed {
    /// The line broke before the message was sent: another connection may do.
    Line(String),
    /// The server has spoken.
    Refused(SendError),
}

fn number(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

/// What an answer of the server means for the mail.
fn verdict(error: &Error) -> SendError {
    let text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let code = number(error).map(|code| code.to_string()).unwrap_or_default();
    let text = format!("{code} {text}").trim().to_owned();
    match number(error) {
        // 530 asks for a log-in that the address lacks: that is mended there, and the mail must not be lost.
        Some(530 | 421) => SendError::Away(text),
        _ if error.is_permanent() => SendError::Reject(text),
        _ => SendError::Retry(text),
    }
}
