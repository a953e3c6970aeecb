//! Events through the database: claimed, given to hooks, their effects and the mark written.

use super::house::{House, on_runtime};
use innkeeper::db::Query;
use innkeeper::event::data::Account;
use innkeeper::event::outbox;
use innkeeper::worker::{Stopper, dispatch};
use serde_json::json;
use std::time::{Duration, Instant};

const SCRIPT: &str = r#"
on("custom.bench", |event| {
    webhook(#{ url: "https://crm.example/one", body: #{ id: event.id } });
    webhook(#{ url: "https://crm.example/two", body: #{ number: event.data.number } });
});
"#;
const EVENTS: usize = 20_000;
const STREAMS: usize = 50;

/// All figures.
pub fn all() {
    on_runtime(async {
        for (what, script) in [("a hook with two effects", SCRIPT), ("no hook", "// Nothing.\n")] {
            let house = House::with(&[("bench.rhai", script)]).await;
            fill(&house).await;
            let (stopper, stop) = Stopper::new();
            let start = Instant::now();
            let working = tokio::spawn(dispatch::run(house.app.clone(), stop));
            while waiting(&house).await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let time = start.elapsed().as_secs_f64();
            stopper.stop();
            working.await.unwrap();
            println!("events dispatched a second, {what}: {:.0} (goal 10000)", EVENTS as f64 / time);
        }
    });
}

async fn fill(house: &House) {
    for group in 0..EVENTS / 500 {
        let mut tx = house.app.db.begin().await.unwrap();
        for n in 0..500 {
            let number = group * 500 + n;
            let account = Account {
                exists: true,
                id: format!("acc_bench{}", number % STREAMS),
                name: "Blue Bakery".to_owned(),
                ..Account::default()
            };
            let act = house.app.act_of_system("bench", 0);
            outbox::emit_custom(&mut tx, &act, &account, "custom.bench", &json!({ "number": number }))
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
}

async fn waiting(house: &House) -> i64 {
    let mut db = &house.app.db;
    db.number("SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL", Vec::new()).await.unwrap()
}
