//! What streams that are written together do to each other: nothing.

use super::*;
use crate::{
    clock::Clock,
    config::{Config, Paths},
    db::Query,
    event::{
        catalogue::TicketReplied,
        data::{Account, Ticket},
        sample,
    },
    worker::unit::Start,
};
use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

const NOW: i64 = 1_795_426_200_000;
const LEASE: i64 = 120_000;
const STREAMS: [&str; 3] = ["acc_a", "acc_b", "acc_c"];

struct House {
    app: App,
    _folder: tempfile::TempDir,
}

impl House {
    /// A house with two events in each stream, all of which are ours to work on.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::new(folder.path().to_owned(), None);
        let app = App::build(paths, Config::default(), Clock::held_at(NOW)).await.unwrap();
        let house = Self { app, _folder: folder };
        // What a new house says of itself is another stream's.
        house.run("UPDATE streams SET pending = 0").await;
        let mut tx = house.app.db.begin().await.unwrap();
        for (number, stream) in STREAMS.iter().cycle().take(6).enumerate() {
            let account = Account { id: (*stream).to_owned(), ..sample::account() };
            let ticket = Ticket { id: format!("tkt_{number}"), ..sample::ticket() };
            let said = TicketReplied { ticket, reply: sample::reply() };
            let act = house.app.act_of_system("test", 0);
            outbox::emit(&mut tx, &act, &account, &said, &[]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let ours = outbox::claim_streams(&house.app.db, &house.app.node, NOW, LEASE, 10).await.unwrap();
        assert_eq!(ours.len(), STREAMS.len());
        house
    }

    async fn run(&self, sql: &'static str) {
        let mut tx = self.app.db.begin().await.unwrap();
        tx.execute(sql, Vec::new()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn count(&self, sql: &'static str) -> i64 {
        (&self.app.db).number(sql, Vec::new()).await.unwrap()
    }

    /// What hooks make of a stream's events.
    async fn batch(&self, stream: &str) -> Batch {
        let events = outbox::waiting(&self.app.db, stream, 50).await.unwrap();
        assert_eq!(events.len(), 2);
        let start = Start {
            events,
            held: HashSet::new(),
            stores: Arc::default(),
            cut: BTreeMap::new(),
            deadly: None,
            shown: false,
        };
        let met = unit::batch(&self.app, &self.app.bundle(), start).await.unwrap();
        Batch { stream: stream.to_owned(), seqs: met.seqs, units: met.units }
    }

    /// Writes all streams, which wait for the transaction at the same time; what came of each.
    async fn write(&self) -> Vec<Result<Came>> {
        let together = Together::default();
        let busy = together.0.turn.lock().await;
        let mut under_way = Vec::new();
        for (number, stream) in STREAMS.iter().enumerate() {
            let (app, with_others, batch) = (self.app.clone(), together.clone(), self.batch(stream).await);
            let written = async move { with_others.write(&app, batch, LEASE).await.unwrap() };
            under_way.push(tokio::spawn(written));
            while self.waiting(&together) <= number {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        drop(busy);
        let mut came = Vec::new();
        for (stream, written) in STREAMS.iter().zip(under_way) {
            let (batch, one) = written.await.unwrap();
            assert_eq!(batch.stream, *stream, "each gets its own back");
            came.push(one);
        }
        assert_eq!(self.waiting(&together), 0);
        came
    }

    fn waiting(&self, together: &Together) -> usize {
        together.batches().len()
    }
}

const LEFT: &str = "SELECT COUNT(*) FROM events WHERE stream LIKE 'acc_%' AND dispatched_at IS NULL";
const MAILS: &str = "SELECT COUNT(DISTINCT event_id) FROM emails";

#[tokio::test]
async fn streams_that_wait_are_written_at_once() {
    let house = House::new().await;
    house.run("CREATE TABLE seen (runs BIGINT)").await;
    // In a transaction of its own each stream but the first would be marked when there are runs of others already.
    house
        .run(
            "CREATE TRIGGER seen AFTER UPDATE ON streams WHEN NEW.pending = 0 BEGIN
               INSERT INTO seen SELECT COUNT(*) FROM hook_runs; END",
        )
        .await;
    let came = house.write().await;
    assert!(came.iter().all(|came| matches!(came, Ok(Came::Empty))), "{came:?}");
    assert_eq!((house.count(LEFT).await, house.count(MAILS).await), (0, 6));
    assert_eq!(house.count("SELECT COUNT(*) FROM seen WHERE runs = 0").await, 3);
}

#[tokio::test]
async fn a_stream_that_is_anothers_by_now_holds_up_no_other() {
    let house = House::new().await;
    house.run("UPDATE streams SET lease_by = 'another' WHERE key = 'acc_b'").await;
    let came = house.write().await;
    assert!(matches!(came[..], [Ok(Came::Empty), Ok(Came::Nothing), Ok(Came::Empty)]), "{came:?}");
    assert_eq!((house.count(LEFT).await, house.count(MAILS).await), (2, 4));
}

#[tokio::test]
async fn what_cannot_be_written_of_one_stream_takes_no_other_with_it() {
    let house = House::new().await;
    house
        .run(
            "CREATE TRIGGER bad BEFORE INSERT ON hook_runs WHEN NEW.stream = 'acc_a' BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .await;
    let came = house.write().await;
    assert!(matches!(came[..], [Err(_), Ok(Came::Empty), Ok(Came::Empty)]), "{came:?}");
    assert_eq!((house.count(LEFT).await, house.count(MAILS).await), (2, 4));
}

#[tokio::test]
async fn a_database_that_is_away_is_away_for_all_of_them() {
    let house = House::new().await;
    house.run("PRAGMA max_page_count = 1").await;
    let came = house.write().await;
    let away = |came: &Result<Came>| came.as_ref().is_err_and(|error| error.kind == Kind::Unavailable);
    assert!(came.iter().all(away), "{came:?}");
    house.run("PRAGMA max_page_count = 1073741823").await;
    let again = house.write().await;
    assert!(again.iter().all(|came| matches!(came, Ok(Came::Empty))), "{again:?}");
    assert_eq!((house.count(LEFT).await, house.count(MAILS).await), (0, 6));
}
