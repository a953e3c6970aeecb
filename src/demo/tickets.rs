//! Tickets of the demo: one that staff answered, with files, and others in other states.

use super::{Household, Maker, STAFF};
use crate::{
    config::Tickets,
    error::{Error, Result},
    event::{
        data::Person,
        guard::{TicketOpen, TicketReply},
        outbox::Act,
    },
    model::{
        self, account,
        attachment::Attachment,
        staff,
        ticket::{self, Arrival, Scope, Ticket},
        user::{self, User},
    },
};

/// How long pages took, day by day.
const SLOW_PAGE: &[u8] = include_bytes!("slow-page.png");
const LOG: &str = "09:14:02 GET / 8.21s\n09:14:11 GET /cart 8.40s\n09:14:30 GET /checkout 8.37s\n";

impl Maker<'_> {
    pub(super) async fn tickets(
        &self,
        bakery: &Household,
        developer: &User,
        books: &Household,
        studio: &Household,
    ) -> Result<()> {
        let sam = staff::lookup_by_email(&self.app.db, STAFF).await?;
        let sam = staff::person(&sam.ok_or_else(|| Error::internal("the demo has no staff"))?);

        let olive = user::person(&bakery.owner);
        let paid = self
            .open(
                bakery,
                &olive,
                draft(
                    "Billing",
                    "Invoice of October paid twice",
                    "Low",
                    "Our bank shows two payments for one invoice. Can you send one back?",
                ),
            )
            .await?;
        let paid = self
            .reply(bakery, &sam, &paid, "You are right, sorry. The second one is on its way back to you.")
            .await?;
        self.rate(bakery, &olive, &paid, 5, "Quick and kind.").await?;
        let mut tx = self.app.db.begin().await?;
        ticket::close(&mut tx, &self.act(olive), Scope::Account(&bakery.account.id), &paid.reference).await?;
        tx.commit().await?;

        let harriet = user::person(&books.owner);
        self.open(books, &harriet, draft("Support", "Move our domain to you", "High",
            "We want to move **harbour-books.example** to you. What do you need from us?\n\n- the code\n- anything else?")).await?;

        let dana = user::person(&studio.owner);
        let certificate = self
            .open(
                studio,
                &dana,
                draft(
                    "Support",
                    "Certificate for a second name",
                    "Medium",
                    "Can the certificate cover `www` and `shop`, too?",
                ),
            )
            .await?;
        let mut tx = self.app.db.begin().await?;
        let account = account::snapshot(&mut tx, &studio.account.id).await?;
        ticket::set_status(&mut tx, &self.act(sam.clone()), &account, &certificate.id, "In Progress").await?;
        tx.commit().await?;

        let devon = user::person(developer);
        let act = self.act(devon.clone());
        let files = [
            self.app.keep_file(&act, "slow-page.png", SLOW_PAGE.to_vec()).await?,
            self.app.keep_file(&act, "requests.log", LOG.as_bytes().to_vec()).await?,
        ];
        let slow = TicketOpen {
            attachments: files.iter().map(Attachment::seen).collect(),
            ..draft(
                "Support",
                "The shop is slow since the update",
                "Medium",
                "Pages take eight seconds since Friday. Can you have a look?",
            )
        };
        let slow = self.open(bakery, &devon, slow).await?;
        self.reply(
            bakery,
            &sam,
            &slow,
            "Good morning, the cache was off after the update. It is on again: pages take half a second now.",
        )
        .await?;
        Ok(())
    }

    async fn open(&self, house: &Household, opener: &Person, draft: TicketOpen) -> Result<Ticket> {
        let account = account::snapshot(&self.app.db, &house.account.id).await?;
        let act = self.act(opener.clone());
        let approved = model::ask(&*self.app.gate, &act, &account, draft).await?;
        let mut tx = self.app.db.begin().await?;
        let ticket = ticket::open(&mut tx, &act, &approved).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    async fn reply(&self, house: &Household, author: &Person, on: &Ticket, body: &str) -> Result<Ticket> {
        let account = account::snapshot(&self.app.db, &house.account.id).await?;
        let act: Act = self.act(author.clone());
        let draft = TicketReply {
            ticket: ticket::snapshot(&self.app.db, on, act.at).await?,
            body: body.into(),
            origin: "web".into(),
            ..TicketReply::default()
        };
        let approved = model::ask(&*self.app.gate, &act, &account, draft).await?;
        let mut tx = self.app.db.begin().await?;
        let rules = Arrival::of(&Tickets::default());
        let ticket = ticket::reply_from(&mut tx, &act, &approved, &rules).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Rates the answer of staff.
    async fn rate(&self, house: &Household, who: &Person, on: &Ticket, stars: i64, said: &str) -> Result<()> {
        let replies = ticket::replies(&self.app.db, on).await?;
        let Some(answer) = replies.iter().find(|reply| reply.from_staff()) else { return Ok(()) };
        let (act, scope) = (self.act(who.clone()), Scope::Account(&house.account.id));
        let mut tx = self.app.db.begin().await?;
        ticket::rate(&mut tx, &act, scope, &on.reference, &answer.id, stars, said).await?;
        tx.commit().await
    }
}

fn draft(department: &str, subject: &str, priority: &str, body: &str) -> TicketOpen {
    TicketOpen {
        subject: subject.into(),
        body: body.into(),
        department: department.into(),
        priority: priority.into(),
        origin: "web".into(),
        ..TicketOpen::default()
    }
}
