//! What becomes of a mail that was read: a ticket, a reply, or a line in the log of rejected mails.

use super::{
    Outcome,
    find::{self, Found, Proof, Whose},
    keep,
};
use crate::{
    app::App,
    clock::{DAY, HOUR},
    error::{Error, Kind as Trouble, Result},
    event::{
        data::{self, Person},
        outbox::Act,
    },
    mail::inbound::{self, Incoming, Kind, Own, Reason},
    model::{
        intake::{self, IncomingMail},
        ticket::{self, Department},
    },
};

/// So much is kept of a mail when too much was rejected today, or if nothing can be made of it: its header, and what it begins with.
const BEGINNING: usize = 64 << 10;

/// What goes with a mail until something came of it.
pub(super) struct Letter<'a> {
    pub(super) app: &'a App,
    pub(super) mail: Incoming,
    pub(super) row: IncomingMail,
    pub(super) department: Option<Department>,
    /// Set when staff take it although it was rejected.
    pub(super) accepted_by: Option<Person>,
}

impl Letter<'_> {
    /// What becomes of a mail that can be read.
    pub(super) async fn go(mut self, own: &Own, raw: Vec<u8>) -> Result<Outcome> {
        if matches!(self.mail.kind, Kind::Bounce(_) | Kind::Complaint(_)) {
            self.keep_rejected(raw).await?;
            return self.report().await;
        }
        if let Some((reason, how)) = inbound::refusal(&self.mail, own) {
            self.keep_rejected(raw).await?;
            return self.reject(reason, &how).await;
        }
        let found = find::ticket(self.app, &self.mail, own).await?;
        // A department may have another address by now: whoever knows a ticket by its mail is answered all the same.
        if self.department.is_none()
            && let Some(found) = found.as_ref().filter(|found| found.proof != Proof::Nothing)
        {
            let all = ticket::departments(&self.app.db).await?;
            self.department = all.into_iter().find(|one| one.id == found.ticket.department_id());
        }
        if self.department.is_none() {
            return Ok(Outcome::NoDepartment);
        }
        self.deliver(own, found, Some(raw)).await
    }

    /// Writes it on its ticket, or opens one. `raw` is to be kept, if it is not yet.
    pub(super) async fn deliver(
        &mut self,
        own: &Own,
        found: Option<Found>,
        raw: Option<Vec<u8>>,
    ) -> Result<Outcome> {
        let now = self.app.clock.now();
        let whose = Whose::of(self.app, &self.mail, found.as_ref()).await?;
        self.row.proved = found.as_ref().is_some_and(|found| found.proof != Proof::Nothing);
        if self.accepted_by.is_none()
            && whose.person.kind != "staff"
            && let Some(reason) =
                self.too_many(found.as_ref().map(|found| found.ticket.id.as_str()), now).await?
        {
            if let Some(raw) = raw {
                self.keep_rejected(raw).await?;
            }
            return self.reject(reason, "").await;
        }
        if let Some(raw) = raw {
            keep(self.app, raw).await?;
        }
        let Some(found) = found else { return self.open(&whose, own).await };
        match self.reply(&whose, &found).await {
            Err(error) if error.code == "ticket-closed" && whose.person.kind == "staff" => {
                self.reject_or(Reason::TicketClosed, "", error).await
            }
            // What a customer says is never lost, however long the ticket or the account is closed; and a stranger to a guest's
            // ticket opens one of their own. Whose that is, the other ticket does not say.
            Err(error) if ["ticket-closed", "ticket", "account-closed"].contains(&error.code) => {
                let whose = Whose::of(self.app, &self.mail, None).await?;
                self.open(&whose, own).await
            }
            other => self.settled(other).await,
        }
    }

    async fn open(&mut self, whose: &Whose, own: &Own) -> Result<Outcome> {
        let Some(department) = self.department.clone() else { return Ok(Outcome::NoDepartment) };
        if self.accepted_by.is_none() {
            if department.replies_only {
                return self.reject(Reason::RepliesOnly, "").await;
            }
            if department.clients_only && !whose.is_client {
                return self.reject(Reason::ClientsOnly, "").await;
            }
        }
        let opened = self.open_ticket(whose, &department, own).await;
        self.settled(opened).await
    }

    /// What hooks and rules refuse goes into the log, since no other try would change it; what is away or broken lets the mail
    /// come again.
    async fn settled(&mut self, done: Result<Outcome>) -> Result<Outcome> {
        let Err(error) = done else { return done };
        // Two that came at the same moment: see `db`.
        let passes = error.code == "conflict";
        match error.kind {
            Trouble::Refused => {
                let words = error.detail.clone();
                self.reject_or(Reason::Refused, &words, error).await
            }
            Trouble::Unavailable | Trouble::Internal => Err(error),
            _ if passes => Err(error),
            _ => {
                let words = error.to_string();
                self.reject_or(Reason::Invalid, &words, error).await
            }
        }
    }

    /// Mail that proves its sender is counted apart from mail that anybody may have written with the same `From`; and what was
    /// rejected does not count, so that nobody can keep somebody else out.
    async fn too_many(&self, ticket_id: Option<&str>, now: i64) -> Result<Option<Reason>> {
        let (most, proved) = (&self.app.config.intake, self.row.proved);
        let taken = intake::from_sender(&self.app.db, &self.row.sender_key, proved, now - HOUR).await?;
        if taken >= most.per_sender_per_hour {
            return Ok(Some(Reason::SenderRate));
        }
        let Some(id) = ticket_id else { return Ok(None) };
        let on_it = intake::on_ticket(&self.app.db, id, proved, now - HOUR).await?;
        Ok((on_it >= most.per_ticket_per_hour).then_some(Reason::TicketRate))
    }

    /// Keeps a mail that is not taken: whole, unless so much was rejected within a day that a disk could fill up.
    async fn keep_rejected(&mut self, raw: Vec<u8>) -> Result<()> {
        let most = self.app.config.intake.most_rejected_bytes();
        if intake::bytes_rejected(&self.app.db, self.app.clock.now() - DAY).await? >= most {
            return self.keep_beginning(raw).await;
        }
        keep(self.app, raw).await.map(drop)
    }

    /// Keeps the beginning of a mail that is not taken.
    pub(super) async fn keep_beginning(&mut self, mut raw: Vec<u8>) -> Result<()> {
        raw.truncate(BEGINNING);
        self.row.sha256 = keep(self.app, raw).await?;
        Ok(())
    }

    /// Rejects it, unless staff asked for it: they are told instead.
    async fn reject_or(&mut self, reason: Reason, how: &str, error: Error) -> Result<Outcome> {
        if self.accepted_by.is_some() { Err(error) } else { self.reject(reason, how).await }
    }

    pub(super) async fn reject(&mut self, reason: Reason, how: &str) -> Result<Outcome> {
        self.row.reason = reason.key().to_owned();
        self.row.detail = how.chars().filter(|c| *c != '\0').take(500).collect();
        let sender = Person {
            exists: !self.mail.from.email.is_empty(),
            kind: "guest".to_owned(),
            id: String::new(),
            name: self.row.sender_name.clone(),
            email: self.row.sender_email.clone(),
        };
        let polite = [Reason::ClientsOnly, Reason::RepliesOnly, Reason::Refused, Reason::TicketClosed];
        let answerable = polite.contains(&reason) && sender.exists && !self.mail.wants_no_answer();
        let department = self.department.as_ref().map_or_else(data::Department::default, Department::seen);
        let mut tx = self.app.db.begin().await?;
        // It is the house that rejects: who wrote the mail may be told of it.
        let act = self.app.act_of_system(&self.row.id, 0);
        if !intake::reject(&mut tx, &act, &self.row, sender, department, answerable).await? {
            return Ok(Outcome::Twice);
        }
        tx.commit().await?;
        tracing::info!(mail = %self.row.id, reason = reason.key(), how, "a mail was rejected");
        Ok(Outcome::Rejected(reason))
    }

    pub(super) fn act(&self, actor: Person) -> Act {
        Act {
            actor,
            at: self.app.clock.now(),
            correlation: self.row.id.clone(),
            depth: 0,
            key: self.app.key.clone(),
        }
    }
}
