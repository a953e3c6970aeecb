//! A mail server that keeps what it gets, and misbehaves when told to.
//!
//! Two ways to ask for trouble. By address: a recipient whose local part is three digits is answered with
//! them, so mail to `450@host.example` is put off and mail to `550@host.example` is refused. By step:
//! [`SmtpSink::at`] says what happens at each point of the conversation.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use mail_parser::MessageParser;
use tokio::{
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};
use tokio_rustls::TlsAcceptor;

use super::wait;

mod conversation;
mod identity;

pub use identity::Identity;

/// A point of the conversation at which something can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Before the greeting.
    Connect,
    Hello,
    StartTls,
    /// After the server said that the line may be encrypted.
    Handshake,
    /// The log-in, which it asks for after [`SmtpSink::want_login`].
    Auth,
    MailFrom,
    RcptTo,
    Data,
    /// In the middle of the message. After a reply there, the connection ends.
    Body,
    /// After the final dot: the message is kept, and only its sender does not know.
    Received,
    Quit,
}

/// What happens there, instead of the usual answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This code, with a text. At [`Step::Received`], the message is not kept.
    Reply(u16),
    /// The connection ends without a word.
    Drop,
    /// Nothing is ever answered, and the connection stays.
    Stall,
    /// From here on nothing is answered to anybody, until [`SmtpSink::heal`].
    Vanish,
    /// The usual answer, later.
    Delay(Duration),
}

/// One message, as it was sent.
#[derive(Clone, Debug)]
pub struct Received {
    /// The envelope's sender; empty for a bounce.
    pub from: String,
    /// The envelope's recipients that were accepted.
    pub to: Vec<String>,
    /// The message with its headers, without the dots that SMTP adds.
    pub raw: Vec<u8>,
}

impl Received {
    /// The message as an independent library reads it.
    pub fn parsed(&self) -> mail_parser::Message<'_> {
        MessageParser::default().parse(&self.raw).expect("a message has headers")
    }

    /// The decoded subject; empty if there is none.
    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap_or_default().to_owned()
    }

    /// A header's value as it stands there, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let message = self.parsed();
        let value = message.header_raw(name)?;
        Some(value.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned())
    }

    /// The decoded text part.
    pub fn text(&self) -> String {
        self.parsed().body_text(0).expect("the mail has a text part").into_owned()
    }

    /// The decoded HTML part.
    pub fn html(&self) -> String {
        self.parsed().body_html(0).expect("the mail has an HTML part").into_owned()
    }
}

/// A server on loopback, stopped when it is dropped.
pub struct SmtpSink {
    address: SocketAddr,
    state: Arc<State>,
    accepting: AbortHandle,
}

#[derive(Default)]
struct State {
    kept: Mutex<Vec<Received>>,
    /// What happens at a step, and how often still.
    faults: Mutex<HashMap<Step, (Fault, usize)>>,
    connections: Mutex<usize>,
    conversations: Mutex<Vec<AbortHandle>>,
    /// With which the line can be encrypted, if it can.
    identity: Mutex<Option<TlsAcceptor>>,
    /// Whether it is so from the first byte on.
    at_once: Mutex<bool>,
    /// What the log-in must say, if one is wanted.
    login: Mutex<Option<String>>,
}

impl SmtpSink {
    /// A server on a free port.
    pub async fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), Arc::default()).await
    }

    /// The same server again after [`SmtpSink::stop`]: same address, same messages.
    pub async fn start_again(&mut self) {
        *self = Self::start_at(self.address, Arc::clone(&self.state)).await;
    }

    async fn start_at(address: SocketAddr, state: Arc<State>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = tokio::spawn(conversation::accept(listener, Arc::clone(&state))).abort_handle();
        Self { address, state, accepting }
    }

    /// What to write after `smtp_url`: plain SMTP, without encryption or a log-in.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What happens at this step from now on, until [`SmtpSink::heal`].
    pub fn at(&self, step: Step, fault: Fault) {
        self.at_times(step, fault, usize::MAX);
    }

    /// What happens at this step the next so many times; then all is well again.
    pub fn at_times(&self, step: Step, fault: Fault, times: usize) {
        self.state.faults.lock().unwrap().insert(step, (fault, times));
    }

    /// Takes all faults away. A connection that stalls already goes on stalling.
    pub fn heal(&self) {
        self.state.faults.lock().unwrap().clear();
    }

    /// Offers encrypted lines from now on, as this server.
    pub fn offer_tls(&self, identity: &Identity) {
        *self.state.identity.lock().unwrap() = Some(identity.acceptor.clone());
    }

    /// Speaks on encrypted lines only from now on, as this server, from the first byte.
    pub fn encrypt_at_once(&self, identity: &Identity) {
        self.offer_tls(identity);
        *self.state.at_once.lock().unwrap() = true;
    }

    /// Takes mail only of those who log in so.
    pub fn want_login(&self, user: &str, password: &str) {
        let said = BASE64_STANDARD.encode(format!("\0{user}\0{password}"));
        *self.state.login.lock().unwrap() = Some(said);
    }

    /// Ends all open connections; new ones are welcome.
    pub fn hang_up(&self) {
        self.state.conversations.lock().unwrap().drain(..).for_each(|held| held.abort());
    }

    /// Is gone: refuses connections and drops those that are open.
    pub async fn stop(&self) {
        self.accepting.abort();
        wait::until("the mail server's port to close", || async {
            TcpStream::connect(self.address).await.err()
        })
        .await;
    }

    /// How many connections were made so far.
    pub fn connections(&self) -> usize {
        *self.state.connections.lock().unwrap()
    }

    /// All messages so far, oldest first.
    pub fn messages(&self) -> Vec<Received> {
        self.state.kept.lock().unwrap().clone()
    }

    /// The first message to this address whose subject contains these words, as soon as it is there.
    pub async fn wait_for(&self, to: &str, subject: &str) -> Received {
        let found = wait::within(wait::PATIENCE, || async {
            self.messages().into_iter().find(|mail| {
                mail.to.iter().any(|address| address.eq_ignore_ascii_case(to))
                    && mail.subject().contains(subject)
            })
        });
        found.await.unwrap_or_else(|| {
            let came = self.messages();
            let came: Vec<_> = came.iter().map(|mail| format!("{:?}: {}", mail.to, mail.subject())).collect();
            panic!("no mail to {to} with “{subject}” came; these did: {came:#?}")
        })
    }

    /// All messages, as soon as there are so many; more than that is a failure, too.
    pub async fn wait_for_count(&self, count: usize) -> Vec<Received> {
        let messages = wait::until(format!("{count} mails"), || async {
            Some(self.messages()).filter(|messages| messages.len() >= count)
        })
        .await;
        assert_eq!(messages.len(), count, "{messages:#?}");
        messages
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl State {
    /// What is to happen at this step now; counts it.
    fn fault(&self, step: Step) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        let (fault, left) = faults.get_mut(&step)?;
        let fault = fault.clone();
        *left -= 1;
        if *left == 0 {
            faults.remove(&step);
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, transport::smtp::Error};

    use super::{Duration, Fault, SmtpSink, Step};

    fn transport(sink: &SmtpSink) -> AsyncSmtpTransport<Tokio1Executor> {
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(sink.port())
            .timeout(Some(Duration::from_millis(500)))
            .build()
    }

    async fn send(sink: &SmtpSink, to: &str, subject: &str) -> Result<(), Error> {
        let builder = Message::builder().from("host@host.example".parse().unwrap()).to(to.parse().unwrap());
        let mail = builder.subject(subject).body("Grüße\n.\n..two dots\n".to_owned()).unwrap();
        transport(sink).send(mail).await.map(drop)
    }

    #[tokio::test]
    async fn a_mail_arrives_as_it_was_sent() {
        let sink = SmtpSink::start().await;
        assert!(sink.url().ends_with(&sink.port().to_string()));
        send(&sink, "anna@example.com", "Schöne neue Welt").await.unwrap();

        let mail = sink.wait_for("Anna@example.com", "neue").await;
        assert_eq!(mail.from, "host@host.example");
        assert_eq!(mail.subject(), "Schöne neue Welt");
        assert_eq!(mail.header("To").unwrap(), "anna@example.com");
        assert_eq!(mail.text().replace('\r', "").trim_end(), "Grüße\n.\n..two dots");
        assert!(mail.html().contains("two dots"));
    }

    #[tokio::test]
    async fn many_connections_are_served_at_once() {
        let sink = SmtpSink::start().await;
        sink.at(Step::Data, Fault::Delay(Duration::from_millis(200)));
        let start = std::time::Instant::now();
        let (one, two, three) = tokio::join!(
            send(&sink, "a@x.example", "1"),
            send(&sink, "b@x.example", "2"),
            send(&sink, "c@x.example", "3")
        );
        one.and(two).and(three).unwrap();
        assert!(start.elapsed() < Duration::from_millis(590), "one after the other: {:?}", start.elapsed());
        assert_eq!(sink.wait_for_count(3).await.len(), sink.connections());
    }

    #[tokio::test]
    async fn an_address_of_digits_is_answered_with_them() {
        let sink = SmtpSink::start().await;
        assert!(send(&sink, "450@host.example", "Later").await.unwrap_err().is_transient());
        assert!(send(&sink, "550@host.example", "Never").await.unwrap_err().is_permanent());
        send(&sink, "250@host.example", "Now").await.unwrap();
        assert_eq!(sink.messages().len(), 1);
    }

    #[tokio::test]
    async fn a_fault_happens_as_often_as_it_was_asked_for() {
        let sink = SmtpSink::start().await;
        sink.at_times(Step::MailFrom, Fault::Reply(421), 2);
        for _ in 0..2 {
            assert!(send(&sink, "anna@example.com", "Hello").await.unwrap_err().is_transient());
        }
        send(&sink, "anna@example.com", "Hello").await.unwrap();
        assert_eq!(sink.messages().len(), 1);
    }

    #[tokio::test]
    async fn the_line_can_drop_at_every_step() {
        let sink = SmtpSink::start().await;
        for step in [Step::Connect, Step::Hello, Step::MailFrom, Step::RcptTo, Step::Data] {
            sink.at_times(step, Fault::Drop, 1);
            send(&sink, "anna@example.com", "Hello").await.expect_err("the line dropped");
            assert!(sink.messages().is_empty(), "{step:?}");
        }
    }

    #[tokio::test]
    async fn a_line_that_drops_after_the_message_leaves_its_outcome_unknown() {
        let sink = SmtpSink::start().await;
        sink.at(Step::Received, Fault::Drop);
        send(&sink, "anna@example.com", "Hello").await.expect_err("no answer came");
        assert_eq!(sink.messages().len(), 1, "it was received all the same");

        sink.at(Step::Received, Fault::Reply(554));
        assert!(send(&sink, "anna@example.com", "Again").await.unwrap_err().is_permanent());
        assert_eq!(sink.messages().len(), 1, "what is refused is not kept");
    }

    #[tokio::test]
    async fn a_stall_lasts_until_the_client_gives_up_and_then_all_is_well() {
        let sink = SmtpSink::start().await;
        sink.at(Step::RcptTo, Fault::Stall);
        // The transport's own limit is for connecting only.
        let sending =
            tokio::time::timeout(Duration::from_millis(300), send(&sink, "anna@example.com", "Hello"));
        sending.await.expect_err("it stalls");
        sink.heal();
        send(&sink, "anna@example.com", "Hello").await.unwrap();
    }

    #[tokio::test]
    async fn a_server_that_was_gone_comes_back_with_what_it_had() {
        let mut sink = SmtpSink::start().await;
        send(&sink, "anna@example.com", "Before").await.unwrap();
        sink.stop().await;
        send(&sink, "anna@example.com", "Meanwhile").await.expect_err("nobody is there");
        sink.start_again().await;
        send(&sink, "anna@example.com", "After").await.unwrap();
        let subjects: Vec<_> = sink.wait_for_count(2).await.iter().map(super::Received::subject).collect();
        assert_eq!(subjects, ["Before", "After"]);
    }
}
