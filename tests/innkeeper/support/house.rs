//! A server without a process: the demo's cast, scripts of a test's own, and a clock that stands until it is moved.
//!
//! For what workers do with time: rounds of schedules, the hourly cap, runs that are tried again.
//!
//! ```ignore
//! let house = House::with(&[("hooks/a.rhai", SCRIPT)]).await;
//! house.settle().await;
//! house.pass(HOUR).await;
//! assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE name = 'schedule.due'").await, 1);
//! ```

use super::{
    command::{self, Outcome},
    database::Database,
};
use innkeeper::{
    app::App,
    bundle::{Bundle, Files, Source, store},
    clock::Clock,
    config::{Config, Paths},
    db::{Db, Query},
    demo,
    event::{
        data::Person,
        guard::TicketReply,
        outbox::{self, Act, StoredEvent},
    },
    model::{
        self, account,
        ticket::{self, Filter, Scope, Show, Ticket},
        user,
    },
};
use serde_json::Value;
use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;

/// Monday, 23 November 2026, 09:30 UTC.
pub const NOW: i64 = 1_795_426_200_000;
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// See above. Its workers run only when [`House::settle`] says so.
pub struct House {
    pub app: App,
    pub database: Arc<Database>,
    config: Config,
    _folder: TempDir,
}

fn config(database: &str) -> Config {
    Config { database_url: database.to_owned(), secret_key: KEY.to_owned(), ..Config::default() }
}

async fn fill(url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::new(folder.path().to_owned(), None);
    let app = App::build(paths, config(url), Clock::held_at(NOW)).await.unwrap();
    demo::make(&app).await.unwrap();
    app.settle().await.unwrap();
    app.db.close().await;
}

impl House {
    /// A house with the shipped scripts and these files.
    pub async fn with(files: &[(&str, &str)]) -> Self {
        Self::configured(files, |_| ()).await
    }

    /// As [`House::with`], with other settings.
    pub async fn configured(files: &[(&str, &str)], set: impl FnOnce(&mut Config)) -> Self {
        let database = Arc::new(Database::filled("demo at rest", fill).await);
        let mut config = config(database.url());
        set(&mut config);
        Self::over(database, config, Clock::held_at(NOW), files).await
    }

    /// Another house on the same database, with the same clock: another node, or this one after a restart.
    pub async fn again(&self, files: &[(&str, &str)]) -> Self {
        Self::over(Arc::clone(&self.database), self.config.clone(), self.app.clock.clone(), files).await
    }

    async fn over(database: Arc<Database>, config: Config, clock: Clock, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("innkeeper-house-").tempdir().unwrap();
        let is_active = |path: &str| path.starts_with("email-templates/") || path.matches('/').count() == 1;
        let shipped = innkeeper::bundle::shipped();
        let shipped = shipped.iter().map(|(path, text)| (path.as_str(), &**text));
        for (path, text) in shipped.filter(|(path, _)| is_active(path)).chain(files.iter().copied()) {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        // A bundle that was live before needs no child process that tries its samples.
        let source = Source::read(folder.path(), &config).unwrap();
        let bundle = Bundle::build(&source, &Files::new(), None);
        assert_eq!(bundle.failed(), [""; 0], "{:?}", bundle.reports);
        let db = Db::connect(&config.database_url).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        // After all that went live before, although the clock stands.
        static LIVE: AtomicI64 = AtomicI64::new(1);
        store::activate(&mut tx, &bundle, clock.now() + LIVE.fetch_add(1, Ordering::SeqCst)).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        let app =
            App::build(Paths::new(folder.path().to_owned(), None), config.clone(), clock).await.unwrap();
        Self { app, database, config, _folder: folder }
    }

    /// Lets the workers do all that is due.
    pub async fn settle(&self) {
        self.app.settle().await.unwrap();
    }

    /// Lets so many milliseconds pass, and the workers do all that is due then.
    pub async fn pass(&self, milliseconds: i64) {
        self.app.clock.advance(milliseconds);
        self.settle().await;
    }

    /// What a query with one number gives.
    pub async fn count(&self, sql: impl Into<String>) -> i64 {
        self.database.count(sql).await
    }

    /// All events of this name, oldest first.
    pub async fn events(&self, name: &str) -> Vec<StoredEvent> {
        let mut events = outbox::list(&self.app.db, None, i64::MAX, 10_000).await.unwrap();
        events.retain(|event| event.name == name);
        events.reverse();
        events
    }

    /// The newest event of this name, as scripts see it.
    pub async fn newest(&self, name: &str) -> Value {
        let mut events = self.events(name).await;
        events.pop().unwrap_or_else(|| panic!("no {name}")).whole().unwrap()
    }

    /// The ticket of Blue Bakery that the demo has, as staff find it.
    pub async fn ticket(&self) -> Ticket {
        let listed =
            ticket::list(&self.app.db, Scope::Staff, &Filter::new(Show::All, ""), &Default::default())
                .await
                .unwrap();
        let line =
            listed.rows.iter().find(|line| line.subject == "The shop is slow since the update").unwrap();
        ticket::find(&self.app.db, Scope::Staff, &line.reference).await.unwrap()
    }

    /// Blue Bakery as hooks see it.
    pub async fn bakery(&self) -> innkeeper::event::data::Account {
        let id = self.ticket().await.account_id.unwrap();
        account::snapshot(&self.app.db, &id).await.unwrap()
    }

    /// The act of whoever logs in with this address.
    pub async fn act_of(&self, email: &str) -> Act {
        let user = user::lookup_by_email(&self.app.db, email).await.unwrap().unwrap();
        self.act(user::person(&user))
    }

    /// An act of this person.
    pub fn act(&self, actor: Person) -> Act {
        Act { actor, ..self.app.act_of_system("req_test", 0) }
    }

    /// Announces an event of the operator's own on Blue Bakery, which scripts of tests wait for.
    pub async fn emit(&self, name: &str) -> String {
        let account = self.bakery().await;
        let act = self.act_of("owner@bakery.example").await;
        let mut tx = self.app.db.begin().await.unwrap();
        let id = outbox::emit_custom(&mut tx, &act, &account, name, &Value::Null).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// The developer writes on Blue Bakery's ticket; gives the event's id.
    pub async fn write(&self, body: &str) -> String {
        let (ticket, account) = (self.ticket().await, self.bakery().await);
        let act = self.act_of("developer@bakery.example").await;
        let ticket = ticket::snapshot(&self.app.db, &ticket, act.at).await.unwrap();
        let draft = TicketReply { ticket, body: body.to_owned(), ..TicketReply::default() };
        let approved = model::ask(&*self.app.gate, &act, &account, draft).await.unwrap();
        let mut tx = self.app.db.begin().await.unwrap();
        ticket::reply(&mut tx, &act, &approved).await.unwrap();
        tx.commit().await.unwrap();
        self.events("ticket.replied").await.pop().unwrap().id
    }

    /// Runs `innkeeper` on this house, by the machine's clock.
    pub async fn innkeeper(&self, arguments: &[&str]) -> Outcome {
        let mut command = command::binary();
        command.env("INNKEEPER_DATA", &self.app.paths.data).env("INNKEEPER_SECRET_KEY", KEY);
        command.env("INNKEEPER_DATABASE_URL", self.database.url());
        command::run(command.args(arguments)).await
    }

    /// What became of the effects of a hook: kind, state, and why, in the order of its plan.
    pub async fn effects(&self, hook: &str) -> Vec<(String, String, String)> {
        let mut db = &self.app.db;
        db.all(
            "SELECT kind, state, COALESCE(error, note, '') FROM effects WHERE hook = $1 ORDER BY event_id, ordinal",
            vec![hook.into()],
        )
        .await
        .unwrap()
    }
}
