//! Makes a mail a message of a ticket, by the same verbs and guards as a page does.

use super::{
    FOLDER, Outcome,
    find::{Found, Whose},
    letter::Letter,
    words::Words,
};
use crate::{
    config::Attachments,
    db::Tx,
    error::{Error, Kind, Result},
    event::{
        data,
        guard::{TicketOpen, TicketReply},
        outbox::Act,
    },
    mail::inbound::{self, Note, Own},
    model::{
        self, account, email_address, email_key,
        intake::{self, State},
        outreach::Outreach,
        staff,
        ticket::{self, Arrival, Department, LONGEST_SUBJECT, MOST_CC, Ticket},
    },
};

/// What drafts say of where a message comes from.
const ORIGIN: &str = "mail";
/// The name of the file with a text that is too long for a message.
const WHOLE_TEXT: &str = "mail.txt";

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
        let words = Words::of(app, &whose.account);
        let (attachments, left_out) = self.files(&act, &words).await?;
        let draft = TicketReply {
            ticket: ticket::snapshot(&app.db, &found.ticket, act.at).await?,
            body: self.body(&words, &left_out),
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
        let words = Words::of(app, &whose.account);
        let (attachments, left_out) = self.files(&act, &words).await?;
        let subject: String = self.mail.subject.chars().take(LONGEST_SUBJECT).collect();
        let (cc, outsiders) = self.copied(whose, own).await?;
        let (cc, outsiders) = self.within_bounds(whose, cc, outsiders).await?;
        let draft = TicketOpen {
            department: department.name.clone(),
            subject: if subject.trim().is_empty() { words.text("no-subject") } else { subject },
            body: self.body(&words, &left_out),
            priority: "Medium".to_owned(),
            cc,
            related: String::new(),
            origin: ORIGIN.to_owned(),
            attachments,
        };
        let hint = self.hint(whose, &outsiders, &words).await?;
        let approved = model::ask(&*app.gate, &act, &whose.account, draft).await?;
        let mut tx = app.db.begin().await?;
        let ticket = ticket::open_from(&mut tx, &act, &act.actor, &approved, &self.arrival()).await?;
        if !hint.is_empty() {
            let house = app.act_of_system(&self.row.id, 0);
            ticket::note(&mut tx, &house, &whose.account, &ticket.id, &hint).await?;
        }
        let outcome = Outcome::Opened(ticket.reference.clone());
        self.finish(tx, &ticket, "new", outcome).await
    }

    /// What staff should know of who wrote, and decide; empty if there is nothing.
    async fn hint(&self, whose: &Whose, outsiders: &[String], words: &Words<'_>) -> Result<String> {
        let mut hints = Vec::new();
        let mut names = Vec::new();
        for id in &whose.claims {
            names.push(account::find(&self.app.db, id).await?.name());
        }
        if !names.is_empty() {
            hints.push(words.with("claims", &[("accounts", names.join(", "))]));
        }
        if !outsiders.is_empty() {
            hints.push(words.with("outsiders", &[("addresses", outsiders.join(", "))]));
        }
        Ok(hints.join("\n\n"))
    }

    /// Leaves it to staff to copy those to whom a customer may not have mail sent so fast.
    async fn within_bounds(
        &self,
        whose: &Whose,
        cc: Vec<String>,
        mut outsiders: Vec<String>,
    ) -> Result<(Vec<String>, Vec<String>)> {
        let outreach = Outreach {
            account_id: &whose.account.id,
            user_id: &self.row.sender_key,
            // Outsiders are copied only where the mail server says that the sender is true.
            proved: true,
            most: self.app.config.mail.new_addresses_per_hour,
            at: self.app.clock.now(),
        };
        let mut tx = self.app.db.begin().await?;
        match outreach.name(&mut tx, "cc", &cc).await {
            Ok(()) => tx.commit().await.map(|()| (cc, outsiders)),
            Err(error) if error.kind == Kind::TooMany => {
                outsiders.extend(cc);
                Ok((Vec::new(), outsiders))
            }
            Err(error) => Err(error),
        }
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
            quoted: quoted.to_owned(),
            unproved: !self.row.proved
                && !inbound::is_authentic(&self.mail, &self.app.config.intake.authserv_id),
            ..Arrival::of(&self.app.config.tickets)
        }
    }

    /// What the person wrote, with a line for each file that may not come in and for what else its reader should know; the
    /// mail itself is kept.
    fn body(&self, words: &Words<'_>, left_out: &[String]) -> String {
        let notes = self.mail.notes.iter().filter_map(|note| self.told(*note)).map(|id| words.text(id));
        let tail: String =
            notes.chain(left_out.iter().cloned()).map(|line| format!("\n\n[{line}]")).collect();
        // Cut before anybody is asked: hooks may send on what they see.
        let text = ticket::veiled(self.mail.text.trim_end());
        let text = if text.trim().is_empty() { words.text("no-text") } else { text };
        // A limit of characters, which `Limits` leaves room for; but nobody's mail is to be lost over a sum.
        let room = ticket::LONGEST.saturating_sub(tail.chars().count());
        text.chars().take(room).chain(tail.chars()).take(ticket::LONGEST).collect()
    }

    /// What a reader of the ticket should know of the mail; nothing if it changes nothing for them.
    fn told(&self, note: Note) -> Option<&'static str> {
        match note {
            Note::TextCut if self.mail.notes.contains(&Note::BeginningAlone) => {
                Some("text-goes-on-and-is-cut")
            }
            Note::TextCut => Some("text-goes-on"),
            Note::AttachmentsLeftOut => Some("files-left-out"),
            Note::BeginningAlone => Some("cut"),
            Note::BadEncoding => Some("bad-encoding"),
            Note::Encrypted => Some("encrypted"),
            Note::Tnef => Some("tnef"),
            Note::HeaderCut | Note::Signed | Note::NoText => None,
        }
    }

    /// Keeps the files that may come in, and says of the others why not. A text that is too long for a message is a file, too.
    async fn files(&self, act: &Act, words: &Words<'_>) -> Result<(Vec<data::Attachment>, Vec<String>)> {
        let rules = &self.app.config.attachments;
        let (mut kept, mut left_out) = (Vec::new(), Vec::new());
        let mut leave_out = |name: &str, why: String| {
            left_out.push(words.with("not-kept", &[("name", name.to_owned()), ("why", why)]));
        };
        let text = self.mail.long_text.as_ref().map(|text| (WHOLE_TEXT, text.as_bytes()));
        let files = self.mail.attachments.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
        for (name, bytes) in text.into_iter().chain(files) {
            if kept.len() == rules.count {
                leave_out(name, words.with("why-count", &[("count", rules.count.to_string())]));
                continue;
            }
            // A mail of ours that somebody attached holds what was for them alone.
            let Some(bytes) = for_others(bytes) else {
                leave_out(name, words.text("why-private"));
                continue;
            };
            match self.app.keep_file(act, name, bytes).await {
                Ok(attachment) => kept.push(attachment.seen()),
                Err(error) if error.kind == Kind::Invalid => leave_out(name, why(&error, rules, words)),
                Err(error) => return Err(error),
            }
        }
        Ok((kept, left_out))
    }

    /// Those who got a copy from the sender: whom we are to copy, and whom only staff may. Not ourselves, and not the sender.
    /// Anybody can write anything into `From`; so outsiders are copied only where the mail server says that it is true.
    async fn copied(&self, whose: &Whose, own: &Own) -> Result<(Vec<String>, Vec<String>)> {
        let sender = email_key(&self.mail.from.email);
        let authentic = inbound::is_authentic(&self.mail, &self.app.config.intake.authserv_id);
        let account = &whose.account;
        let users = account.users.iter().map(|one| &one.email);
        let people: Vec<String> = users
            .chain(account.contacts.iter().map(|one| &one.email))
            .map(|email| email_key(email))
            .collect();
        let (mut copied, mut others) = (Vec::new(), Vec::new());
        for one in self.mail.to.iter().chain(&self.mail.cc) {
            let key = email_key(&one.email);
            let ours = inbound::token_in(&key).map_or(key.clone(), |(bare, _, _)| bare);
            // Staff are told as staff.
            let fine = email_address("cc", &one.email).is_ok()
                && !own.addresses.contains(&ours)
                && key != sender
                && staff::lookup_by_email(&self.app.db, &one.email).await?.is_none();
            let list: &mut Vec<String> = if people.contains(&key) || (authentic && whose.is_client) {
                &mut copied
            } else {
                &mut others
            };
            if fine && list.len() < MOST_CC && !list.iter().any(|known| email_key(known) == key) {
                list.push(one.email.clone());
            }
        }
        Ok((copied, others))
    }
}

/// Why a file may not come in.
fn why(error: &Error, rules: &Attachments, words: &Words<'_>) -> String {
    match error.fields.first().map(|field| field.code) {
        Some("attachment-size") => {
            words.with("why-size", &[("size", (rules.most_bytes() >> 20).to_string())])
        }
        Some("attachment-empty") => words.text("why-empty"),
        Some("attachment-mismatch") => words.text("why-mismatch"),
        _ => words.text("why-type"),
    }
}

/// A file as others may see it: a mail of ours, attached, holds what was for its reader alone. Nothing if it holds such a thing and
/// is no text that could be changed.
fn for_others(bytes: &[u8]) -> Option<Vec<u8>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(ticket::veiled(text).into_bytes()),
        Err(_) => {
            let text = String::from_utf8_lossy(bytes);
            (ticket::veiled(&text) == text).then(|| bytes.to_vec())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::for_others;

    #[test]
    fn a_file_is_changed_or_left_out_if_it_holds_what_is_for_one_reader() {
        let secret = "Reply-To: support+kxb204815abcdefghijkmnpqr@host.example\r\n";
        assert_eq!(for_others(secret.as_bytes()).unwrap(), "Reply-To: support+…@host.example\r\n".as_bytes());
        let mixed = [b"\xff\xfe ".as_slice(), secret.as_bytes()].concat();
        assert_eq!(for_others(&mixed), None);
        let picture = [0x89, b'P', b'N', b'G', 0xff, 0, 7];
        assert_eq!(for_others(&picture).unwrap(), picture);
    }
}
