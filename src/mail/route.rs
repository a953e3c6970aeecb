//! Who really gets a mail: what the hooks chose, held to the leak guard and to people's preferences.
//!
//! Nobody disappears in silence: whoever is left out stands in the trace, with the reason.

mod unnamed;

pub use unnamed::{MOST_UNNAMED, unnamed};

use crate::{
    effect::{LeftOut, Recipient, Target},
    event::data::{Account, Contact, Invite, Person, Ticket, User},
    model::email_key,
    permission::{Category, Permission},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

/// Stands where a hook's `file:line` would, for what the core decided.
const CORE: &str = "core";

/// The parts of an event that decide who may read about it.
#[derive(Debug, Default)]
pub struct Subjects {
    name: String,
    account: Arc<Account>,
    ticket: Ticket,
    user: User,
    contact: Contact,
    invite: Invite,
    staff: Vec<Person>,
    new_email: String,
    old_email: String,
    sender: Person,
}

impl Subjects {
    /// Reads them from an event as scripts see it; what the event lacks is empty.
    pub fn of(event: &Value) -> Self {
        Self::with_account(event, Arc::new(part(event, "account")))
    }

    /// As [`Subjects::of`], with an account that was read already.
    pub fn with_account(event: &Value, account: Arc<Account>) -> Self {
        Self {
            name: part(event, "name"),
            account,
            ticket: part(event, "ticket"),
            user: part(event, "user"),
            contact: part(event, "contact"),
            invite: part(event, "invite"),
            staff: part(event, "staff"),
            new_email: part(event, "new_email"),
            old_email: part(event, "old_email"),
            sender: part(event, "sender"),
        }
    }

    /// Security mail goes to the user concerned, whatever hooks say; the core decides it. Other mail
    /// has nobody of that kind.
    pub fn concerned(&self, category: Category) -> Vec<Recipient> {
        if category != Category::Security {
            return Vec::new();
        }
        let (target, reason) = match self.name.as_str() {
            "invite.consent_given" | "invite.consent_refused" => {
                (of_user(&self.user), "asked to accept the invite")
            }
            "invite.consent_requested" => (of_user(&self.account.owner), "owns the account"),
            name if name.starts_with("invite.") => (self.invitee(), "was invited"),
            "user.email_change_requested" => (
                Target { email: self.new_email.clone(), ..of_user(&self.user) },
                "is to become a log-in address",
            ),
            "user.email_changed" => (
                Target { email: self.old_email.clone(), ..of_user(&self.user) },
                "was the log-in address so far",
            ),
            _ if self.user.exists => (of_user(&self.user), "is the log-in that this is about"),
            _ => return Vec::new(),
        };
        vec![Recipient {
            target,
            reason: reason.to_owned(),
            cc: false,
            disclose: false,
            by: "core".to_owned(),
        }]
    }

    fn invitee(&self) -> Target {
        let email = self.invite.email.clone();
        Target { kind: "address".into(), email, locale: self.account.locale.clone(), ..Target::default() }
    }

    /// Addresses that may receive mail of this category about this event without more ado.
    fn readers(&self, category: Category) -> BTreeSet<String> {
        let needed = needed(category);
        // The template's category is the hook's choice; what the event is about is not.
        let about = self.ticket.exists.then_some(Permission::Tickets);
        let keys: Vec<&str> = [Some(category), about.map(|_| Category::Support)]
            .into_iter()
            .flatten()
            .map(Category::key)
            .collect();
        let ticked = |categories: &[String]| keys.iter().all(|key| categories.iter().any(|c| c == key));
        let mut may: Vec<&str> = Vec::new();
        if self.name == "ticket.noted" {
            // What staff write for each other is nobody else's to read, whoever the ticket's people are.
            may.push(&self.ticket.assignee.email);
            may.extend(self.ticket.staff.iter().map(|person| person.email.as_str()));
            return may.into_iter().filter(|email| !email.is_empty()).map(email_key).collect();
        }
        may.extend(self.ticket.cc.iter().map(String::as_str));
        if self.opener_reads() {
            may.push(&self.ticket.opener.email);
        }
        may.push(&self.ticket.assignee.email);
        may.extend(self.staff.iter().map(|p| p.email.as_str()));
        may.extend(self.ticket.staff.iter().map(|p| p.email.as_str()));
        may.extend([
            self.user.email.as_str(),
            self.contact.email.as_str(),
            self.invite.email.as_str(),
            self.invite.inviter.email.as_str(),
            self.sender.email.as_str(),
        ]);
        let holds = |user: &&User| [needed, about].into_iter().flatten().all(|one| user.may(one));
        may.extend(self.account.users.iter().filter(holds).map(|u| u.email.as_str()));
        if ticked(&self.account.categories) {
            may.push(&self.account.email);
        }
        may.extend(self.account.contacts.iter().filter(|c| ticked(&c.categories)).map(|c| c.email.as_str()));
        may.into_iter().filter(|email| !email.is_empty()).map(email_key).collect()
    }

    /// False for a user of its account who may not read tickets any more, or is none now, and for who is a contact no more.
    fn opener_reads(&self) -> bool {
        let (opener, account) = (&self.ticket.opener, &self.account);
        match opener.kind.as_str() {
            "user" if account.exists => {
                account.users.iter().any(|one| one.id == opener.id && one.may(Permission::Tickets))
            }
            "contact" if account.exists => account.contacts.iter().any(|one| one.id == opener.id),
            _ => true,
        }
    }

    /// Why this recipient must not get mail of this category, if so.
    fn objection(
        &self,
        category: Category,
        recipient: &Recipient,
        readers: &BTreeSet<String>,
    ) -> Option<String> {
        let (target, key) = (&recipient.target, category.key());
        let email = email_key(&target.email);
        let is_opener = email_key(&self.ticket.opener.email) == email;
        if email.is_empty() {
            return Some("has no e-mail address".into());
        }
        // The reader's own word about their address comes before whatever it is ticked for.
        let chooses = target.kind != "staff";
        if chooses && self.account.declined.iter().any(|one| one.category == key && one.email == email) {
            return Some(switched_off(category));
        }
        let off = |categories: &[String]| !categories.iter().any(|c| c == key);
        let switched_off = match target.kind.as_str() {
            "account" => off(&self.account.categories),
            "contact" => self.account.contacts.iter().any(|c| c.id == target.id && off(&c.categories)),
            _ => false,
        };
        if switched_off && !is_opener {
            return Some(format!("has switched {key} mail off"));
        }
        if recipient.disclose || readers.contains(&email) {
            return None;
        }
        Some(format!("may not read {key} mail of this account; a hook that means it says mail.disclose"))
    }
}

/// The permission without which a user reads no mail of this category, if there is one.
fn needed(category: Category) -> Option<Permission> {
    match category {
        Category::Support => Some(Permission::Tickets),
        Category::Invoice => Some(Permission::Invoices),
        Category::Product => Some(Permission::Products),
        Category::Domain => Some(Permission::Domains),
        Category::Affiliate => Some(Permission::Affiliates),
        Category::General | Category::Security => None,
    }
}

fn switched_off(category: Category) -> String {
    format!("the reader switched {} mail off for this address", category.key())
}

fn part<T: DeserializeOwned + Default>(event: &Value, name: &str) -> T {
    event.get(name).and_then(|part| T::deserialize(part).ok()).unwrap_or_default()
}

fn of_user(user: &User) -> Target {
    Target {
        kind: "user".into(),
        id: user.id.clone(),
        name: user.name.clone(),
        email: user.email.clone(),
        locale: user.locale.clone(),
        time_zone: user.time_zone.clone(),
    }
}

/// Who gets the mail, and who does not.
#[derive(Debug, Default)]
pub struct Settled {
    /// One for each address.
    pub recipients: Vec<Recipient>,
    /// Everybody who was named and does not get it.
    pub left_out: Vec<LeftOut>,
}

/// As [`settle`], for mail that a hook asks for past `route`: users who chose categories, and not this one, get none of it.
/// Those who chose nothing were never asked.
pub fn settle_asked(subjects: &Subjects, category: Category, chosen: Vec<Recipient>) -> Settled {
    let declines = |one: &Recipient| {
        let chose = |user: &&User| user.id == one.target.id && !user.categories.is_empty();
        let user = subjects.account.users.iter().find(chose).filter(|_| one.target.kind == "user");
        user.is_some_and(|user| !user.categories.iter().any(|key| key == category.key()))
    };
    let (off, chosen): (Vec<_>, Vec<_>) = chosen.into_iter().partition(declines);
    let reason = format!("has switched {} mail off", category.key());
    let left = off.into_iter().map(|one| LeftOut {
        target: one.target,
        reason: reason.clone(),
        by: CORE.to_owned(),
    });
    settle(subjects, category, chosen, left.collect())
}

/// Holds what hooks chose, after those [`Subjects::concerned`], to the leak guard, to preferences, and to one message for each address.
pub fn settle(
    subjects: &Subjects,
    category: Category,
    chosen: Vec<Recipient>,
    left_out: Vec<LeftOut>,
) -> Settled {
    let mut settled = Settled { recipients: Vec::new(), left_out };
    let readers = subjects.readers(category);
    let staff: BTreeSet<String> = chosen
        .iter()
        .filter(|one| one.target.kind == "staff")
        .map(|one| email_key(&one.target.email))
        .collect();
    for recipient in chosen {
        let by_core = recipient.by == CORE;
        let email = email_key(&recipient.target.email);
        let objection = if recipient.target.kind != "staff" && staff.contains(&email) {
            Some("gets it already, as staff".to_owned())
        } else if settled.recipients.iter().any(|r| email_key(&r.target.email) == email) {
            Some("gets it already".to_owned())
        } else if by_core {
            None
        } else if category == Category::Security && !recipient.disclose {
            Some(
                "security mail goes to the person concerned only; a hook that means it says mail.disclose"
                    .to_owned(),
            )
        } else {
            subjects.objection(category, &recipient, &readers)
        };
        match objection {
            None => settled.recipients.push(recipient),
            Some(reason) => {
                settled.left_out.push(LeftOut { target: recipient.target, reason, by: CORE.to_owned() });
            }
        }
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{catalogue, sample};

    fn event(name: &str) -> Value {
        (catalogue::find(name).unwrap().samples)().remove(0)
    }

    fn to(kind: &str, id: &str, email: &str) -> Recipient {
        let target = Target { kind: kind.into(), id: id.into(), email: email.into(), ..Target::default() };
        Recipient {
            target,
            reason: "was chosen".into(),
            cc: false,
            disclose: false,
            by: "hooks/x.rhai:1".into(),
        }
    }

    fn addresses(settled: &Settled) -> Vec<&str> {
        settled.recipients.iter().map(|r| r.target.email.as_str()).collect()
    }

    #[test]
    fn ticket_mail_goes_to_nobody_who_may_not_read_tickets() {
        let subjects = Subjects::of(&event("ticket.replied"));
        let chosen = vec![
            to("user", "usr_01accountant", "accountant@bakery.example"),
            to("user", "usr_01owner", "Owner@Bakery.example"),
            to("address", "", "stranger@else.example"),
            to("address", "", "agency@partner.example"),
            to("contact", "con_01bills", "bills@bakery.example"),
            to("contact", "con_01help", "shop@bakery.example"),
            to("user", "usr_01owner", "owner@bakery.example"),
        ];
        let settled = settle(&subjects, Category::Support, chosen, vec![]);
        assert_eq!(
            addresses(&settled),
            ["Owner@Bakery.example", "agency@partner.example", "shop@bakery.example"]
        );
        let reasons: Vec<_> =
            settled.left_out.iter().map(|l| (l.target.email.as_str(), l.reason.as_str())).collect();
        assert!(
            reasons
                .iter()
                .any(|(e, r)| *e == "bills@bakery.example" && r.contains("switched support mail off")),
            "{reasons:?}"
        );
        assert!(
            reasons.iter().any(|(e, r)| *e == "owner@bakery.example" && r.contains("already")),
            "{reasons:?}"
        );
        assert_eq!(reasons.len(), 4);
    }

    #[test]
    fn a_note_is_mailed_to_staff_and_to_nobody_else() {
        let subjects = Subjects::of(&event("ticket.noted"));
        let (ticket, account) = (sample::ticket(), sample::account());
        let mut chosen =
            vec![to("account", &account.id, &account.email), to("staff", "stf_01sam", "staff@host.example")];
        chosen.extend(ticket.cc.iter().map(|email| to("address", "", email)));
        chosen.extend(account.users.iter().map(|user| to("user", &user.id, &user.email)));
        chosen.extend(account.contacts.iter().map(|contact| to("contact", &contact.id, &contact.email)));
        for category in Category::CHOICES {
            let settled = settle(&subjects, category, chosen.clone(), vec![]);
            assert_eq!(addresses(&settled), ["staff@host.example"], "{}", category.key());
        }
    }

    #[test]
    fn a_template_of_another_category_opens_no_ticket_to_those_who_may_not_read_it() {
        let mut ticket = event("ticket.replied");
        let account = sample::account();
        for (n, user) in account.users.iter().enumerate() {
            ticket["account"]["users"][n]["categories"] = serde_json::json!(["general", "support"]);
            if !user.owner {
                ticket["account"]["users"][n]["permissions"] = serde_json::json!(["invoices", "orders"]);
            }
        }
        for contact in 0..account.contacts.len() {
            ticket["account"]["contacts"][contact]["categories"] = serde_json::json!(["general"]);
        }
        let mut chosen: Vec<_> = account.users.iter().map(|user| to("user", &user.id, &user.email)).collect();
        chosen.extend(account.contacts.iter().map(|one| to("contact", &one.id, &one.email)));
        let settled = settle(&Subjects::of(&ticket), Category::General, chosen, vec![]);
        // The developer opened the ticket, and may read none any more.
        assert_eq!(addresses(&settled), ["owner@bakery.example"]);
    }

    #[test]
    fn a_user_who_switched_a_category_off_gets_none_of_it_whoever_asks() {
        let mut event = event("user.added");
        let account = sample::account();
        event["account"]["users"][0]["categories"] = serde_json::json!(["invoice"]);
        let owner = &account.users[0];
        let chosen = vec![to("user", &owner.id, &owner.email)];
        let settled = settle_asked(&Subjects::of(&event), Category::General, chosen);
        assert!(settled.recipients.is_empty(), "{:?}", addresses(&settled));
        assert!(settled.left_out[0].reason.contains("switched general mail off"), "{:?}", settled.left_out);
    }

    #[test]
    fn who_is_staff_and_something_else_gets_it_as_staff() {
        let mut event = event("ticket.replied");
        event["account"]["contacts"][0]["email"] = serde_json::json!("staff@host.example");
        event["account"]["declined"] =
            serde_json::json!([{"email": "staff@host.example", "category": "support"}]);
        let chosen = vec![
            to("contact", "con_01help", "Staff@host.example"),
            to("staff", "stf_01sam", "staff@host.example"),
        ];
        let settled = settle(&Subjects::of(&event), Category::Support, chosen, vec![]);
        assert_eq!(settled.recipients.len(), 1);
        assert_eq!(settled.recipients[0].target.kind, "staff");
        assert!(settled.left_out[0].reason.contains("already"), "{:?}", settled.left_out);
    }

    #[test]
    fn a_hook_that_discloses_is_heard() {
        let subjects = Subjects::of(&event("ticket.replied"));
        let chosen = vec![Recipient { disclose: true, ..to("address", "", "stranger@else.example") }];
        assert_eq!(
            addresses(&settle(&subjects, Category::Support, chosen, vec![])),
            ["stranger@else.example"]
        );
    }

    #[test]
    fn security_mail_goes_to_the_person_concerned_whatever_hooks_say() {
        for (name, address) in [
            ("user.password_changed", "owner@bakery.example"),
            ("invite.sent", "accountant@bakery.example"),
            ("invite.consent_requested", "owner@bakery.example"),
            ("user.email_changed", "baker@bakery.example"),
            ("user.email_change_requested", "owner@bakery-mill.example"),
        ] {
            let subjects = Subjects::of(&event(name));
            let mut chosen = subjects.concerned(Category::Security);
            chosen.push(to("address", "", "eve@evil.example"));
            let settled = settle(&subjects, Category::Security, chosen, vec![]);
            assert_eq!(addresses(&settled), [address], "{name}");
            assert_eq!(settled.left_out.len(), 1, "{name}");
        }
    }

    #[test]
    fn the_account_gets_only_what_it_ticked() {
        let mut ticket = event("ticket.replied");
        ticket["account"]["categories"] = serde_json::json!(["invoice"]);
        let account = sample::account();
        let settled = settle(
            &Subjects::of(&ticket),
            Category::Support,
            vec![to("account", &account.id, &account.email)],
            vec![],
        );
        assert!(settled.recipients.is_empty());
    }
}
