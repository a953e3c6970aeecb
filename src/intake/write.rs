//! Makes a mail a message of a ticket, by the same verbs and guards as a page does.

use super::{
    FOLDER, Letter, Outcome,
    find::{Found, Whose},
};
use crate::{
    db::Tx,
    error::{Error, Kind, Result},
    event::{
        data,
        guard::{TicketOpen, TicketReply},
        outbox::Act,
    },
    mail::{inbound::Own, redact},
    model::{
        self, email_address, email_key,
        intake::{self, State},
        ticket::{self, Arrival, Department, LONGEST_SUBJECT, MOST_CC, Ticket},
    },
};

/// What drafts say of where a message comes from.
const ORIGIN: &str = "mail";

impl Letter<'_> {
    /// Writes it on the ticket that it answers.
    pub(super) async fn reply(&mut self, whose: &Whose, found: &Found) -> Result<Outcome> {
        let app = self.app;
        let act = self.act(whose.person.clone());
        let arrival = self.arrival();
        let late = found.ticket.is_closed() && !found.ticket.reopens(act.at, arrival.reopens_within);
        if late || (found.ticket.is_closed() && whose.person.kind == "staff") {
            return Err(Error::conflict("ticket-closed"));
        }
        let (attachments, left_out) = self.files(&act).await?;
        let draft = TicketReply {
            ticket: ticket::snapshot(&app.db, &found.ticket, act.at).await?,
            body: self.body(&left_out),
            origin: ORIGIN.to_owned(),
            attachments,
        };
        let approved = model::ask(&*app.gate, &act, &whose.account, draft).await?;
        let mut tx = app.db.begin().await?;
        let ticket = ticket::reply_from(&mut tx, &act, &approved, &arrival).await?;
        let outcome = Outcome::Replied(ticket.reference.clone());
        self.finish(tx, &ticket, found.matched, outcome).await
    }

    /// Opens a ticket with it.
    pub(super) async fn open_ticket(
        &mut self,
        whose: &Whose,
        department: &Department,
        own: &Own,
    ) -> Result<Outcome> {
        let app = self.app;
        let act = self.act(whose.person.clone());
        let (attachments, left_out) = self.files(&act).await?;
        let subject: String = self.mail.subject.chars().take(LONGEST_SUBJECT).collect();
        let draft = TicketOpen {
            department: department.name.clone(),
            subject: if subject.trim().is_empty() { "(no subject)".to_owned() } else { subject },
            body: self.body(&left_out),
            priority: "Medium".to_owned(),
            cc: if whose.is_client { self.copied(own) } else { Vec::new() },
            origin: ORIGIN.to_owned(),
            attachments,
        };
        let approved = model::ask(&*app.gate, &act, &whose.account, draft).await?;
        let mut tx = app.db.begin().await?;
        let ticket = ticket::open_from(&mut tx, &act, &act.actor, &approved, &self.arrival()).await?;
        let outcome = Outcome::Opened(ticket.reference.clone());
        self.finish(tx, &ticket, "new", outcome).await
    }

    /// Writes it down, and makes all of it so; nothing, if it came in before.
    async fn finish(
        &mut self,
        mut tx: Tx,
        ticket: &Ticket,
        matched: &str,
        outcome: Outcome,
    ) -> Result<Outcome> {
        self.row.ticket_id = Some(ticket.id.clone());
        self.row.ticket_reference = Some(ticket.reference.clone());
        self.row.matched = matched.to_owned();
        if let Some(by) = &self.accepted_by {
            intake::accepted(&mut tx, &self.row, &by.name, self.app.clock.now()).await?;
        } else {
            self.row.state = State::Taken.key().to_owned();
            if !intake::record(&mut tx, &self.row).await? {
                return Ok(Outcome::Twice);
            }
        }
        tx.commit().await?;
        tracing::info!(mail = %self.row.id, ticket = %ticket.reference, matched, "a mail was taken");
        Ok(outcome)
    }

    fn arrival(&self) -> Arrival {
        let hash = &self.row.sha256;
        let whole = self.mail.whole.trim();
        let quoted = whole.strip_prefix(self.mail.text.trim()).unwrap_or(whole).trim();
        Arrival {
            message_id: Some(self.row.message_id.clone()).filter(|id| !id.is_empty()),
            raw_path: Some(format!("{FOLDER}/{}/{hash}", hash.get(..2).unwrap_or_default())),
            quoted: redact::for_others(quoted),
            ..Arrival::of(&self.app.config.tickets)
        }
    }

    /// What the person wrote, with a line for each file that may not come in; the mail itself is kept.
    fn body(&self, left_out: &[String]) -> String {
        let mut body = self.mail.text.trim_end().to_owned();
        if body.trim().is_empty() {
            "(This mail has no text that can be read.)".clone_into(&mut body);
        }
        for name in left_out {
            body.push_str(&format!("\n\n[Not kept as a file: {name}]"));
        }
        body
    }

    /// Keeps the files that may come in, and names those that may not.
    async fn files(&self, act: &Act) -> Result<(Vec<data::Attachment>, Vec<String>)> {
        let (mut kept, mut left_out) = (Vec::new(), Vec::new());
        for file in &self.mail.attachments {
            if kept.len() == self.app.config.attachments.count {
                left_out.push(file.name.clone());
                continue;
            }
            match self.app.keep_file(act, &file.name, file.bytes.clone()).await {
                Ok(attachment) => kept.push(attachment.seen()),
                Err(error) if error.kind == Kind::Invalid => left_out.push(file.name.clone()),
                Err(error) => return Err(error),
            }
        }
        Ok((kept, left_out))
    }

    /// Those who got a copy from the sender, and are to get one from us: not ourselves, and not the sender.
    fn copied(&self, own: &Own) -> Vec<String> {
        let sender = email_key(&self.mail.from.email);
        let mut copied: Vec<String> = Vec::new();
        for one in self.mail.to.iter().chain(&self.mail.cc) {
            let key = email_key(&one.email);
            let ours = crate::mail::inbound::token_in(&key).map_or(key.clone(), |(bare, _, _)| bare);
            let fine =
                email_address("cc", &one.email).is_ok() && !own.addresses.contains(&ours) && key != sender;
            if fine && copied.len() < MOST_CC && !copied.iter().any(|known| email_key(known) == key) {
                copied.push(one.email.clone());
            }
        }
        copied
    }
}
