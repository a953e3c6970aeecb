//! What tests about people stand on: a real database of their own, a held clock, hooks that agree.

use super::{
    login::Needs,
    session::Visitor,
    user::{self, NewUser, User},
};
use crate::{
    db::{Db, Query},
    event::{
        data::{Account, Person},
        guard::{Answer, Asked, Defaults, Gate, GuardKind},
        outbox::{self, Act, StoredEvent},
    },
    secret::{Passwords, SealingKey},
};
use serde_json::Value;

/// Monday, 23 November 2026, 09:30 UTC.
pub const NOW: i64 = 1_795_426_200_000;
/// The password of everybody.
pub const PASSWORD: &str = "innkeeper-demo";

/// A migrated database in a folder that goes with it, or on the server that
/// `INNKEEPER_TEST_POSTGRES` names (`postgres://USER@HOST:PORT`), in a database of its own there.
pub struct House {
    pub db: Db,
    pub passwords: Passwords,
    pub gate: Hooks,
    key: SealingKey,
    _folder: tempfile::TempDir,
}

/// Hooks that agree to everything, or refuse everything with these words.
#[derive(Default)]
pub struct Hooks(pub Option<String>);

impl Gate for Hooks {
    fn ask<'a>(&'a self, _: &'static GuardKind, draft: Value) -> Asked<'a, Answer> {
        Box::pin(async move { Answer { denied: self.0.clone(), draft, locked: Vec::new() } })
    }

    fn defaults<'a>(&'a self, _: Value) -> Asked<'a, Defaults> {
        Box::pin(async { Defaults::default() })
    }
}

impl House {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match std::env::var("INNKEEPER_TEST_POSTGRES") {
            Ok(server) => own_database(&server).await,
            Err(_) => format!("sqlite://{}", folder.path().join("test.db").display()),
        };
        let db = Db::connect(&url).await.unwrap();
        db.migrate().await.unwrap();
        let key = SealingKey::parse(&SealingKey::generate()).unwrap();
        Self { db, passwords: Passwords::new(), gate: Hooks::default(), key, _folder: folder }
    }

    pub fn needs(&self) -> Needs<'_> {
        Needs { db: &self.db, passwords: &self.passwords, gate: &self.gate }
    }

    /// Nobody who is known, acting at [`NOW`].
    pub fn guest(&self) -> Act {
        let actor = Person { exists: true, kind: "guest".into(), ..Person::default() };
        Act { actor, at: NOW, correlation: "req_test".into(), depth: 0, key: self.key.clone() }
    }

    /// Nobody who is known, so long after [`NOW`].
    pub fn guest_after(&self, milliseconds: i64) -> Act {
        Act { at: NOW + milliseconds, ..self.guest() }
    }

    /// A verified user with [`PASSWORD`].
    pub async fn user(&self, email: &str) -> User {
        self.user_with(email, true).await
    }

    pub async fn user_with(&self, email: &str, email_verified: bool) -> User {
        let password_hash = self.passwords.hash(PASSWORD).await.unwrap();
        let new = NewUser {
            email: email.into(),
            first_name: "Olive".into(),
            last_name: "Baker".into(),
            password_hash,
            locale: "en".into(),
            time_zone: "Europe/Berlin".into(),
            email_verified,
        };
        let mut tx = self.db.begin().await.unwrap();
        let user = user::create(&mut tx, &self.guest(), new).await.unwrap();
        tx.commit().await.unwrap();
        user
    }

    /// An account that `user` may enter with these permissions, or owns if they are `*`.
    pub async fn account(&self, name: &str, user: &User, permissions: &str) -> Account {
        let mut tx = self.db.begin().await.unwrap();
        let id = format!("acc_{name}");
        tx.execute(
            "INSERT INTO accounts (id, company, email, categories, sort_name, created_at) VALUES ($1, $2, 'a@b.example', '', $2, $3)
             ON CONFLICT (id) DO NOTHING",
            crate::args![&id, name, NOW],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO access (account_id, user_id, owner, permissions, created_at) VALUES ($1, $2, $3, $4, $5)",
            crate::args![&id, &user.id, permissions == "*", permissions, NOW],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        Account { exists: true, id, name: name.into(), ..Account::default() }
    }

    /// Runs a statement, as another part of the house would.
    pub async fn run(&self, sql: &'static str, args: Vec<crate::db::Value>) {
        let mut tx = self.db.begin().await.unwrap();
        tx.execute(sql, args).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        (&self.db).number(sql, Vec::new()).await.unwrap()
    }

    /// Everything that was emitted, oldest first.
    pub async fn stored_events(&self) -> Vec<StoredEvent> {
        let mut events = outbox::list(&self.db, None, i64::MAX, 1_000).await.unwrap();
        events.reverse();
        events
    }

    /// The names of everything that was emitted, oldest first.
    pub async fn events(&self) -> Vec<String> {
        self.stored_events().await.into_iter().map(|event| event.name).collect()
    }

    /// The link of the last event that has one.
    pub async fn link(&self) -> String {
        for event in self.stored_events().await.iter().rev() {
            if let Some((_, token)) = outbox::links(&self.db, &event.id, &self.key).await.unwrap().pop() {
                return token;
            }
        }
        panic!("no event has a link");
    }
}

/// Where requests of tests come from.
pub fn visitor(ip: &str) -> Visitor {
    Visitor { ip: ip.into(), user_agent: "Test/1".into() }
}

async fn own_database(server: &str) -> String {
    use sqlx::{AssertSqlSafe, Connection, PgConnection};
    let name = format!("t{}", crate::id::new("x", NOW).to_lowercase());
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
    format!("{server}/{name}")
}
