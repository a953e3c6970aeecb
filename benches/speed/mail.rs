//! From an event to a mail that a real SMTP server has taken, beside a sender that does nothing else.

use super::house::{House, on_runtime};
use super::measure::median;
use innkeeper::args;
use innkeeper::db::Query;
use innkeeper::event::catalogue::TicketReplied;
use innkeeper::event::data::{Account, Reply, Ticket};
use innkeeper::event::{outbox, sample};
use innkeeper::mail::store;
use innkeeper::worker::{Stop, Stopper, deliver, dispatch};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, address::Envelope};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// One mail for each event.
const SCRIPT: &str = r#"
route("ticket.replied", |mail, event| { mail.to(event.ticket.opener, "opened it"); });
"#;
const MAILS: usize = 2_000;
const STREAMS: usize = 50;
/// As many as the server keeps open.
const CONNECTIONS: usize = 16;
/// Mails that are sent one by one, on a server that has nothing else to do.
const SINGLE: usize = 200;
/// Mails that wait, for the figures of a backlog.
const BACKLOG: usize = 200_000;

/// All figures.
pub fn all() {
    let sink = Sink::start();
    on_runtime(async {
        // The two sides in turn, since the machine is not the same from minute to minute.
        let (mut ratios, mut singles, mut waits) = (Vec::new(), Vec::new(), Vec::new());
        for round in 1..=3 {
            let bare = bare(&sink, CONNECTIONS).await;
            let one = self::bare(&sink, 1).await;
            let (ours, waited) = pipeline(&sink).await;
            waits.extend(waited);
            ratios.push(ours / bare);
            singles.push(ours / one);
            println!(
                "round {round}: {ours:.0} mails a second from event to server; bare sender {bare:.0} with {CONNECTIONS} connections, {one:.0} with one"
            );
        }
        println!(
            "event to server, by bare sender with one connection: {:.2} × (goal 0.8), with {CONNECTIONS}: {:.2} ×",
            median(singles),
            median(ratios)
        );
        waits.sort_by(f64::total_cmp);
        println!(
            "what is ready waits meanwhile for a thread: p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms",
            waits[waits.len() / 2],
            waits[waits.len() * 9 / 10],
            waits[waits.len() * 99 / 100]
        );
        latency(&sink).await;
        backlog(&sink).await;
    });
}

/// An SMTP server that takes everything, on a thread of its own.
struct Sink {
    port: u16,
    taken: Arc<AtomicUsize>,
    came: Arc<tokio::sync::Notify>,
}

impl Sink {
    fn start() -> Self {
        let (port_is, port) = std::sync::mpsc::channel();
        let (taken, came) = (Arc::<AtomicUsize>::default(), Arc::<tokio::sync::Notify>::default());
        let (counter, notify) = (Arc::clone(&taken), Arc::clone(&came));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                port_is.send(listener.local_addr().unwrap().port()).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(converse(stream, Arc::clone(&counter), Arc::clone(&notify)));
                }
            });
        });
        Self { port: port.recv().unwrap(), taken, came }
    }

    fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    async fn house(&self) -> House {
        let top = format!(
            "smtp_url = \"smtp://127.0.0.1:{}?tls=off\"\nmail = {{ per_address_per_hour = 0 }}",
            self.port
        );
        House::set(&[("bench.rhai", SCRIPT)], &top).await
    }
}

async fn converse(stream: TcpStream, taken: Arc<AtomicUsize>, came: Arc<tokio::sync::Notify>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink.example ready\r\n").await.ok()?;
    let mut line = String::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            "EHLO" => b"250-sink.example\r\n250 8BITMIME\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                while line != ".\r\n" {
                    line.clear();
                    stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
                }
                taken.fetch_add(1, Ordering::SeqCst);
                came.notify_one();
                b"250 2.0.0 queued\r\n"
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await.ok()?;
    }
}

/// Mails a second of a sender that has them ready.
async fn bare(sink: &Sink, connections: usize) -> f64 {
    let raw: Arc<Vec<u8>> = Arc::new(finished(sink).await);
    let address = |text: &str| text.parse::<Address>().unwrap();
    let envelope =
        Envelope::new(Some(address("no-reply@host.example")), vec![address("olive@bakery.example")]).unwrap();
    let start = Instant::now();
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (raw, envelope, port) = (Arc::clone(&raw), envelope.clone(), sink.port);
        senders.spawn(async move {
            let tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tcp.set_nodelay(true).unwrap();
            let hello = ClientId::default();
            let mut connection =
                AsyncSmtpConnection::connect_with_transport(Box::new(tcp), &hello).await.unwrap();
            for _ in 0..MAILS / connections {
                connection.send(&envelope, &raw).await.unwrap();
            }
        });
    }
    while let Some(done) = senders.join_next().await {
        done.unwrap();
    }
    (MAILS / connections * connections) as f64 / start.elapsed().as_secs_f64()
}

/// A mail as the pipeline makes it, to be fair about its size.
async fn finished(sink: &Sink) -> Vec<u8> {
    use innkeeper::mail::{Addressee, Envelope, MessageContext, compose};
    let house = sink.house().await;
    let event = innkeeper::event::catalogue::find("ticket.replied").map(|kind| (kind.samples)().remove(0));
    let context = MessageContext { event: event.unwrap().into(), ..MessageContext::default() };
    let rendered = house.app.bundle().templates.render("ticket-replied", &context).unwrap();
    let envelope = Envelope {
        from: "no-reply@host.example".into(),
        to: Addressee { name: "Olive".into(), email: "olive@bakery.example".into() },
        message_id: "m@host.example".into(),
        ..Envelope::default()
    };
    compose(&rendered, &envelope).unwrap().raw
}

/// Mails a second from events that wait to mails that are sent, and marked as such; and what [`turns`] says of that time.
async fn pipeline(sink: &Sink) -> (f64, Vec<f64>) {
    let house = sink.house().await;
    for group in 0..MAILS / 500 {
        let mut tx = house.app.db.begin().await.unwrap();
        for n in 0..500 {
            reply(&house, &mut tx, group * 500 + n).await;
        }
        tx.commit().await.unwrap();
    }
    let (stopper, stop) = Stopper::new();
    let all = sink.taken() + MAILS;
    let start = Instant::now();
    let waiting = tokio::spawn(turns(stop.clone()));
    let dispatching = tokio::spawn(dispatch::run(house.app.clone(), stop.clone()));
    let delivering = tokio::spawn(deliver::run(house.app.clone(), stop));
    // Counting rows is work, too: only once all mails have come.
    while sink.taken() < all || sent(&house).await < MAILS as i64 {
        tokio::time::sleep(Duration::from_millis(if sink.taken() < all { 10 } else { 2 })).await;
    }
    let time = start.elapsed().as_secs_f64();
    stopper.stop();
    dispatching.await.unwrap();
    delivering.await.unwrap();
    (MAILS as f64 / time, waiting.await.unwrap())
}

/// How long four turns on the threads that serve requests take, in milliseconds, again and again: as many as a small page has, which is
/// back in the line after each answer of the database.
async fn turns(stop: Stop) -> Vec<f64> {
    let mut times = Vec::new();
    while !stop.is_asked() {
        tokio::time::sleep(Duration::from_millis(2)).await;
        let start = Instant::now();
        for _ in 0..4 {
            tokio::spawn(tokio::task::yield_now()).await.unwrap();
        }
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times
}

async fn reply(house: &House, tx: &mut innkeeper::db::Tx, number: usize) {
    let id = format!("acc_bench{}", number % STREAMS);
    let account = Account { id, ..sample::account() };
    // A ticket for each, since mails about one wait for each other.
    let ticket = Ticket { id: format!("tkt_bench{number}"), ..sample::ticket() };
    // Nobody writes the same twice.
    let written = sample::reply();
    let body = format!("Number {number}: {}", written.body);
    let payload = TicketReplied { ticket, reply: Reply { body, ..written } };
    outbox::emit(tx, &house.app.act_of_system("bench", 0), &account, &payload, &[]).await.unwrap();
}

async fn sent(house: &House) -> i64 {
    let mut db = &house.app.db;
    db.number("SELECT COUNT(*) FROM emails WHERE state = 'sent'", args![]).await.unwrap()
}

/// From the commit of an event to the server having its mail, one at a time.
async fn latency(sink: &Sink) {
    let house = sink.house().await;
    let (stopper, stop) = Stopper::new();
    let working = [
        tokio::spawn(dispatch::run(house.app.clone(), stop.clone())),
        tokio::spawn(deliver::run(house.app.clone(), stop)),
    ];
    let mut times = Vec::with_capacity(SINGLE);
    for number in 0..SINGLE + 10 {
        let before = sink.taken();
        let mut tx = house.app.db.begin().await.unwrap();
        reply(&house, &mut tx, number).await;
        let start = Instant::now();
        tx.commit().await.unwrap();
        while sink.taken() == before {
            sink.came.notified().await;
        }
        // The first ones connect.
        if number >= 10 {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        while sent(&house).await <= number as i64 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    stopper.stop();
    for one in working {
        one.await.unwrap();
    }
    times.sort_by(f64::total_cmp);
    println!(
        "latency when idle: p50 {:.1} ms (goal 5), p99 {:.1} ms (goal 20)",
        times[SINGLE / 2],
        times[SINGLE * 99 / 100]
    );
}

/// What a claim costs with few mails waiting and with very many, and what the many cost in memory.
async fn backlog(sink: &Sink) {
    let house = sink.house().await;
    let mut figures = Vec::new();
    let mut known = 0;
    let before = resident();
    for size in [1_000, BACKLOG] {
        while known < size {
            let mut tx = house.app.db.begin().await.unwrap();
            for n in known..(known + 1_000) {
                let id = format!("eml_{n:09}");
                tx.execute(
                    "INSERT INTO emails (id, event_id, cause, ordinal, template, category, to_kind, to_id, to_name, to_email, to_key,
                       locale, time_zone, reason, chosen_by, vars, state, attempts, next_at, unsure, created_at)
                     VALUES ($1, $1, 'bench', 0, 'message', 'general', 'user', '', '', 'a@b.example', 'a@b.example', '', '', '', 'core',
                       '{}', 'waiting', 0, $2, FALSE, $2)",
                    args![id, 1_000_000 + n as i64],
                )
                .await
                .unwrap();
            }
            tx.commit().await.unwrap();
            known += 1_000;
        }
        let mut times = Vec::new();
        for round in 0..41 {
            // A later clock for each round, so that the leases of the one before have ended.
            let now = 10_000_000 + round * 1_000;
            let mut tx = house.app.db.begin().await.unwrap();
            let start = Instant::now();
            assert_eq!(store::claim(&mut tx, "bench", now, 1, 32).await.unwrap().len(), 32);
            times.push(start.elapsed().as_secs_f64() * 1e3);
            tx.commit().await.unwrap();
        }
        figures.push(median(times));
    }
    println!(
        "claim of 32 mails: {:.2} ms with 1,000 waiting, {:.2} ms with {BACKLOG}; {:.1} MB more memory",
        figures[0],
        figures[1],
        // What was let go of before may go back to the system meanwhile.
        (resident() - before).max(0.0) / 1e6
    );
}

/// Bytes of this process in memory.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or_default();
    pages * 4096.0
}
