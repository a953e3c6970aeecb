//! Demo data: three accounts and the people who work on them, so that a look around finds something.
//!
//! It is made by the same verbs that people use, so that the demo has a history, too.

mod tickets;

use crate::{
    app::App,
    db::Tx,
    error::{Error, Result},
    event::{
        data::{Account, Person},
        guard::{AccountRegister, ContactSave},
        outbox::{self, Act},
    },
    mail,
    model::{
        self,
        access::Bounds,
        account::{self, Owner},
        canned, contact, fact,
        invite::{self, Acceptor, Chosen, Opened},
        staff::{self, NewStaff, Role},
        ticket,
        user::{self, User, address},
    },
    permission::{Permission, Permissions},
};

/// Everybody's password.
pub const PASSWORD: &str = "innkeeper-demo";

/// Who can log in: address, and what to see there.
pub const LOGINS: &[(&str, &str)] = &[
    ("owner@bakery.example", "owns Blue Bakery"),
    ("accountant@bakery.example", "invoices, quotes and e-mails of Blue Bakery"),
    ("developer@bakery.example", "tickets, services and domains of Blue Bakery"),
    ("designer@demo.example", "owns Studio North, and works on the other two accounts"),
    ("owner@books.example", "owns Harbour Books"),
];

/// The member of staff.
pub const STAFF: &str = "staff@host.example";

const FACT: &str = "demo";

/// True if the database holds the demo.
///
/// # Errors
/// If the database is away.
pub async fn is_there(app: &App) -> Result<bool> {
    Ok(fact::get(&app.db, FACT).await?.is_some())
}

/// Makes the demo data. What mail its making asks for is dropped: nobody real is told.
///
/// # Errors
/// If the database is away, or a hook of the folder refuses.
pub async fn make(app: &App) -> Result<()> {
    let hash = app.passwords.hash(PASSWORD).await?;
    let maker = Maker { app, hash };
    maker.staff().await?;
    let designer = maker.account("Studio North", ("Dana", "North"), "designer@demo.example", "NZ").await?;
    let baker = maker.account("Blue Bakery", ("Olive", "Baker"), "owner@bakery.example", "DE").await?;
    let bookseller =
        maker.account("Harbour Books", ("Harriet", "Marlow"), "owner@books.example", "IE").await?;
    maker
        .colleague(
            &baker,
            New("accountant@bakery.example", "Ada", "Counter"),
            &[Permission::Invoices, Permission::Quotes, Permission::Emails],
        )
        .await?;
    let technical = [
        Permission::Tickets,
        Permission::Products,
        Permission::ManageProducts,
        Permission::ProductSso,
        Permission::Domains,
        Permission::ManageDomains,
    ];
    let developer =
        maker.colleague(&baker, New("developer@bakery.example", "Devon", "Miller"), &technical).await?;
    let web = [Permission::Products, Permission::Domains, Permission::Tickets];
    maker.colleague(&baker, Known(&designer.owner), &web).await?;
    maker.colleague(&bookseller, Known(&designer.owner), &web).await?;
    maker.contact(&baker).await?;
    maker.tickets(&baker, &developer, &bookseller, &designer).await?;
    crate::worker::dispatch::drain(app).await?;
    let mut tx = app.db.begin().await?;
    mail::store::drop_waiting(&mut tx).await?;
    fact::set(&mut tx, FACT, "yes").await?;
    tx.commit().await
}

struct Maker<'a> {
    app: &'a App,
    hash: String,
}

struct Household {
    account: Account,
    owner: User,
}

enum Colleague<'a> {
    New(&'static str, &'static str, &'static str),
    Known(&'a User),
}
use Colleague::{Known, New};

impl Maker<'_> {
    fn act(&self, actor: Person) -> Act {
        Act { actor, ..self.app.act_of_system("demo", 0) }
    }

    /// The secret of the link that the newest event's mail will show.
    async fn link(&self, event: &str, name: &str) -> Result<String> {
        let newest = outbox::list(&self.app.db, None, i64::MAX, 10).await?;
        let event = newest
            .iter()
            .find(|stored| stored.name == event)
            .ok_or_else(|| Error::internal(format!("no {event}")))?;
        let links = outbox::links(&self.app.db, &event.id, &self.app.key).await?;
        links
            .into_iter()
            .find(|link| link.0 == name)
            .map(|link| link.1)
            .ok_or_else(|| Error::internal(format!("no link {name}")))
    }

    async fn staff(&self) -> Result<()> {
        let mut tx = self.app.db.begin().await?;
        let act = self.app.act_of_system("demo", 0);
        ticket::ensure_department(&mut tx, "Support", "support@host.example", act.at).await?;
        ticket::ensure_department(&mut tx, "Billing", "billing@host.example", act.at).await?;
        if staff::lookup_by_email(&mut tx, STAFF).await?.is_none() {
            let member = NewStaff {
                email: STAFF.into(),
                name: "Sam Keeper".into(),
                password_hash: self.hash.clone(),
                role: Role::Admin,
            };
            staff::create(&mut tx, &act, member).await?;
        }
        self.desk(&mut tx, &act).await?;
        tx.commit().await
    }

    /// Answers that are ready, and a status of the house's own.
    async fn desk(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        if canned::list(&mut *tx).await?.is_empty() {
            let slow = "Hello [first name],\n\nthank you for telling us. We are looking at [account] now, and will write in **[reference]** as soon as we know more.\n\n[my name]";
            canned::save(tx, act, None, "We are looking into it", slow).await?;
            let paid = "Hello [first name],\n\nyour payment has arrived. Thank you!\n\n[my name]";
            canned::save(tx, act, None, "Payment received", paid).await?;
        }
        let waiting = ticket::NewStatus {
            name: "Waiting for a supplier".into(),
            colour: "#6d28d9".into(),
            position: 7,
            waits: ticket::Waits::Customer,
        };
        ticket::save_status(tx, act, &waiting).await.map(drop)
    }

    async fn account(
        &self,
        company: &str,
        (first, last): (&str, &str),
        email: &str,
        country: &str,
    ) -> Result<Household> {
        let act = self.app.act_of_system("demo", 0);
        let draft = AccountRegister {
            company: company.into(),
            first_name: first.into(),
            last_name: last.into(),
            email: email.into(),
            country: country.into(),
            currency: "EUR".into(),
            locale: "en".into(),
            ..AccountRegister::default()
        };
        let approved = model::ask(&*self.app.gate, &act, &Account::default(), draft).await?;
        let mut tx = self.app.db.begin().await?;
        let owner = Owner::New { password_hash: self.hash.clone(), time_zone: "UTC".into() };
        let made = account::register(&mut tx, &act, &approved, owner).await?;
        tx.commit().await?;
        let token = self.link("user.verification_requested", "verify").await?;
        let mut tx = self.app.db.begin().await?;
        address::verify_email(&mut tx, &act, &token).await?;
        tx.commit().await?;
        Ok(Household { owner: user::find(&self.app.db, &made.owner.id).await?, account: made.account })
    }

    async fn colleague(
        &self,
        house: &Household,
        who: Colleague<'_>,
        permissions: &[Permission],
    ) -> Result<User> {
        let app = self.app;
        let act = self.act(user::person(&house.owner));
        let account = account::snapshot(&app.db, &house.account.id).await?;
        let email = match &who {
            New(email, ..) => *email,
            Known(user) => user.email.as_str(),
        };
        let bounds = Bounds::for_invite(&*app.gate, &act, &account, email, false).await;
        let chosen = Chosen::These(permissions.iter().copied().collect::<Permissions>());
        let validity = app.config.invites.valid_days * crate::clock::DAY;
        let draft = invite::send_draft(&app.db, &bounds, email, &chosen, validity).await?;
        let approved = model::ask(&*app.gate, &act, &account, draft).await?;
        let mut tx = app.db.begin().await?;
        let sent = invite::send(&mut tx, &act, &approved, &bounds).await?;
        tx.commit().await?;

        let token = self.link("invite.sent", "invite").await?;
        let known = matches!(who, Known(_));
        let acceptor = match who {
            Known(user) => Acceptor::User(user),
            New(_, first, last) => Acceptor::New {
                first_name: first.into(),
                last_name: last.into(),
                password_hash: self.hash.clone(),
                locale: "en".into(),
                time_zone: "UTC".into(),
            },
        };
        let approved =
            model::ask(&*app.gate, &act, &account, invite::accept_draft(&sent, known, email)).await?;
        let mut tx = app.db.begin().await?;
        let accepted =
            invite::accept(&mut tx, &act, Opened::Link(&token), &approved, acceptor, false).await?;
        tx.commit().await?;
        Ok(accepted.user)
    }

    async fn contact(&self, house: &Household) -> Result<()> {
        let act = self.act(user::person(&house.owner));
        let draft = ContactSave {
            name: "Accounts Payable".into(),
            email: "bills@bakery.example".into(),
            categories: vec!["invoice".into()],
            adding: true,
        };
        let approved = model::ask(&*self.app.gate, &act, &house.account, draft).await?;
        let mut tx = self.app.db.begin().await?;
        contact::add(&mut tx, &act, &approved).await?;
        tx.commit().await
    }
}
