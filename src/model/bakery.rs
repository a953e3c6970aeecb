//! The cast of tests about accounts: Blue Bakery and its owner, Harbour Books and its owner, whoever
//! else a test brings in, and hooks that say what a test wants.

use super::{
    access::{self, Bounds},
    account::{self, Owner},
    ask,
    invite::{self, Acceptor, Chosen, DEFAULT_VALIDITY, Invite, Opened},
    testing::{House, NOW},
    user::{self, User},
};
use crate::{
    db::{Query, Tx},
    error::Result,
    event::{
        data::{Account, Person},
        guard::{AccountRegister, Answer, Approved, Asked, Defaults, Draft, Gate, GuardKind, Lock},
        outbox::{self, Act, StoredEvent},
    },
    permission::Permissions,
};
use serde_json::Value;
use std::sync::atomic::{AtomicI64, Ordering};

/// Hooks that refuse, amend, lock and preselect as a test says; at first they agree to everything.
#[derive(Default)]
pub struct Rules {
    pub denied: Option<String>,
    /// Fields that are set on every draft that has them.
    pub amended: Vec<(&'static str, Value)>,
    pub locked: Vec<Lock>,
    pub defaults: Defaults,
}

impl Gate for Rules {
    fn ask<'a>(&'a self, _: &'static GuardKind, mut draft: Value) -> Asked<'a, Answer> {
        for (field, value) in &self.amended {
            draft[field] = value.clone();
        }
        Box::pin(async { Answer { denied: self.denied.clone(), draft, locked: self.locked.clone() } })
    }

    fn defaults<'a>(&'a self, _: Value) -> Asked<'a, Defaults> {
        Box::pin(async { self.defaults.clone() })
    }
}

pub struct Bakery {
    pub house: House,
    pub rules: Rules,
    pub owner: User,
    pub id: String,
    told: AtomicI64,
}

impl Bakery {
    /// Blue Bakery, whose owner's address is confirmed.
    pub async fn new() -> Self {
        let house = House::new().await;
        let (owner, id) = open(&house, "Blue Bakery", "owner@bakery.example").await;
        let bakery = Self { house, rules: Rules::default(), owner, id, told: AtomicI64::new(0) };
        bakery.news().await;
        bakery
    }

    /// Harbour Books: its owner, and its id.
    pub async fn books(&self) -> (User, String) {
        let books = open(&self.house, "Harbour Books", "owner@books.example").await;
        self.news().await;
        books
    }

    pub async fn account(&self) -> Account {
        account::snapshot(&self.house.db, &self.id).await.unwrap()
    }

    /// The owner acts.
    pub fn act(&self) -> Act {
        self.act_of(&self.owner)
    }

    pub fn act_of(&self, user: &User) -> Act {
        user::acting(&self.house.guest(), user)
    }

    /// The owner acts, so long after [`NOW`].
    pub fn act_after(&self, milliseconds: i64) -> Act {
        Act { at: NOW + milliseconds, ..self.act() }
    }

    pub fn act_of_staff(&self) -> Act {
        let actor = Person {
            exists: true,
            kind: "staff".into(),
            id: "stf_sam".into(),
            name: "Sam Staff".into(),
            email: "staff@host.example".into(),
        };
        Act { actor, ..self.house.guest() }
    }

    /// Asks the rules about a draft on the bakery.
    pub async fn ask<D: Draft>(&self, act: &Act, draft: D) -> Result<Approved<D>> {
        ask(&self.rules, act, &self.account().await, draft).await
    }

    pub async fn bounds(&self, email: &str) -> Bounds {
        Bounds::for_invite(&self.rules, &self.act(), &self.account().await, email, false).await
    }

    /// The owner invites, with keys separated by commas; gives the invite and its token.
    pub async fn invite(&self, email: &str, permissions: &str) -> Result<(Invite, String)> {
        self.invite_by(&self.act(), email, Chosen::These(Permissions::from_column(permissions))).await
    }

    pub async fn invite_by(&self, act: &Act, email: &str, chosen: Chosen) -> Result<(Invite, String)> {
        let bounds = self.bounds(email).await;
        let draft = invite::send_draft(&self.house.db, &bounds, email, &chosen, DEFAULT_VALIDITY).await?;
        let approved = self.ask(act, draft).await?;
        let sent = self.commit(async |tx| invite::send(tx, act, &approved, &bounds).await).await?;
        Ok((sent, self.house.link().await))
    }

    pub async fn resend(&self, act: &Act, invite: &Invite) -> Result<(Invite, String)> {
        let bounds = self.bounds(&invite.email).await;
        let draft = invite::resend_draft(&self.house.db, &bounds, invite, DEFAULT_VALIDITY).await?;
        let approved = self.ask(act, draft).await?;
        let sent = self.commit(async |tx| invite::resend(tx, act, &approved, &bounds).await).await?;
        Ok((sent, self.house.link().await))
    }

    /// A user accepts.
    pub async fn accept(
        &self,
        act: &Act,
        invite: &Invite,
        opened: Opened<'_>,
        user: &User,
        any: bool,
    ) -> Result<()> {
        let approved = self.ask(act, invite::accept_draft(invite, true, &user.email)).await?;
        let acceptor = Acceptor::User(user);
        self.commit(async |tx| invite::accept(tx, act, opened, &approved, acceptor.clone(), any).await)
            .await
            .map(drop)
    }

    /// Somebody new accepts.
    pub async fn accept_new(&self, act: &Act, invite: &Invite, token: &str) -> Result<User> {
        let approved = self.ask(act, invite::accept_draft(invite, false, &invite.email)).await?;
        let accepted = self
            .commit(async |tx| invite::accept(tx, act, Opened::Link(token), &approved, new(), false).await)
            .await;
        Ok(accepted?.user)
    }

    /// A user with these permissions on the bakery.
    pub async fn colleague(&self, email: &str, permissions: &str) -> User {
        let (invite, token) = self.invite(email, permissions).await.unwrap();
        let user = self.accept_new(&self.house.guest(), &invite, &token).await.unwrap();
        self.news().await;
        user
    }

    pub async fn permissions_of(&self, user: &User) -> String {
        access::member(&self.house.db, &self.id, &user.id).await.unwrap().permissions().to_column()
    }

    /// Does something in a transaction, which is kept only if it succeeds.
    pub async fn commit<T>(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let mut tx = self.house.db.begin().await?;
        let done = act(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// What happened since the last time that this was asked.
    pub async fn news(&self) -> Vec<String> {
        self.happened().await.into_iter().map(|event| event.name).collect()
    }

    /// As [`Bakery::news`], the events themselves.
    pub async fn happened(&self) -> Vec<StoredEvent> {
        let told = self.told.load(Ordering::SeqCst);
        let mut events = outbox::list(&self.house.db, None, i64::MAX, 1_000).await.unwrap();
        events.retain(|event| event.seq > told);
        events.reverse();
        self.told.store(events.last().map_or(told, |event| event.seq), Ordering::SeqCst);
        events
    }

    /// The only event since the last time, as scripts see it.
    pub async fn only_event(&self, name: &str) -> Value {
        let events = self.happened().await;
        assert_eq!(events.iter().map(|event| &event.name).collect::<Vec<_>>(), [name]);
        events[0].whole().unwrap()
    }

    /// The number that a statement gives.
    pub async fn number(&self, sql: &'static str) -> i64 {
        (&self.house.db).number(sql, Vec::new()).await.unwrap()
    }
}

/// Somebody new, as the form gives them.
pub fn new() -> Acceptor<'static> {
    Acceptor::New {
        first_name: "Ada".into(),
        last_name: "Counter".into(),
        password_hash: "x".into(),
        locale: "en".into(),
        time_zone: String::new(),
    }
}

/// What a form for registration gives.
pub fn form(company: &str, email: &str) -> AccountRegister {
    AccountRegister {
        company: company.into(),
        first_name: "Olive".into(),
        last_name: "Baker".into(),
        email: email.into(),
        country: "de".into(),
        currency: "EUR".into(),
        locale: "en".into(),
        ..AccountRegister::default()
    }
}

async fn open(house: &House, company: &str, email: &str) -> (User, String) {
    let act = house.guest();
    let approved = ask(&Rules::default(), &act, &Account::default(), form(company, email)).await.unwrap();
    let mut tx = house.db.begin().await.unwrap();
    let owner = Owner::New { password_hash: "x".into(), time_zone: "Europe/Berlin".into() };
    let registered = account::register(&mut tx, &act, &approved, owner).await.unwrap();
    let owner = user::address::verified(&mut tx, &act, registered.owner).await.unwrap();
    tx.commit().await.unwrap();
    (owner, registered.account.id)
}
