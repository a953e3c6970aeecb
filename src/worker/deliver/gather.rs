//! Which of the mails that are due go out now: some wait for their digest, some are part of one, some nobody wants.

use crate::{
    app::{App, Mailer},
    clock::{HOUR, MINUTE},
    db::Tx,
    error::Result,
    id,
    mail::{
        gather::{self, BURST, DIGEST, FLOOD, LATE},
        store::{self, WaitingEmail},
    },
    model::{
        email_key,
        preference::{Pace, Policy, Standing},
    },
    permission::Category,
};
use std::collections::{BTreeMap, BTreeSet};

/// All guests whom nobody has answered yet have so many times an account's share of what staff get within an hour.
const STRANGERS: i64 = 5;

/// Holds back what is to wait, gathers what has waited, gives up what nobody wants; gives the rest. Security mail always goes; a
/// mail that is tried again was looked at before.
pub(super) async fn ready(app: &App, tx: &mut Tx, mut mails: Vec<WaitingEmail>) -> Result<Vec<WaitingEmail>> {
    let guests = guests(tx, &mails).await?;
    // Always in the same order, so that two nodes at once wait for each other and not both for ever.
    mails.sort_by_cached_key(|mail| {
        (Share::of(mail, &guests), mail.created_at, mail.thread_seq, mail.id.clone())
    });
    let here: BTreeSet<String> = mails.iter().map(|mail| mail.id.clone()).collect();
    let policy = app.mail_policy();
    // While no server is there, one mail at a time asks for it: what waits behind it is gathered once it was let in.
    let away = matches!(&*app.mailer, Mailer::Smtp(relays) if relays.are_away());
    let comes_late =
        |mail: &WaitingEmail| mail.crowded && !away && !stands_alone(mail) && mail.suppressed.is_none();
    let (waited, rest): (Vec<_>, Vec<_>) =
        mails.into_iter().partition(|mail| has_waited(mail) || comes_late(mail));
    digest(app, tx, &waited).await?;
    let mut free = Vec::with_capacity(rest.len());
    let mut here_before: BTreeMap<(String, Option<String>), i64> = BTreeMap::new();
    for mut mail in rest {
        let before = here_before.entry((email_key(&mail.to_email), mail.thread.clone())).or_default();
        mail.lately += *before;
        *before += 1;
        if !goes_now(app, tx, &policy, &guests, &mail).await? {
            continue;
        }
        match &mail.behind {
            Some(before) if !here.contains(before) => {
                store::stand_behind(tx, &mail.id, before, app.clock.now() + super::BEHIND).await?;
            }
            _ => free.push(mail),
        }
    }
    Ok(free)
}

fn has_waited(mail: &WaitingEmail) -> bool {
    mail.gather.as_ref().is_some_and(|key| !key.is_empty())
        && mail.uncounted
        && mail.suppressed.is_none()
        && !mail.declined
        && !mail.lost
}

fn key_of_waiting(mail: &WaitingEmail) -> String {
    mail.gather.clone().unwrap_or_else(|| gather::key_within(mail.account_id.as_deref(), LATE))
}

/// True if it is looked at alone: a digest, or a mail whose reader has a say in whether and when it comes.
fn stands_alone(mail: &WaitingEmail) -> bool {
    mail.template == DIGEST || mail.declined || mail.pace.as_ref().is_some_and(|pace| !pace.is_empty())
}

/// Makes a digest of the mails of each address and key; one that is alone goes out as it is.
async fn digest(app: &App, tx: &mut Tx, waited: &[WaitingEmail]) -> Result<()> {
    let now = app.clock.now();
    for mail in waited {
        gather::store::give_back(tx, &mail.id).await?;
    }
    let groups = waited.iter().map(|mail| (email_key(&mail.to_email), key_of_waiting(mail)));
    let groups: BTreeSet<_> = groups.collect();
    for (to_key, key) in groups {
        let (kind, account) = key.split_once(':').unwrap_or_default();
        if kind == LATE {
            let why = "came late, with others for its address: no mail server was there in time";
            gather::store::join(tx, (&to_key, account), (now, now - store::LATE), &key, why).await?;
        }
        loop {
            let digest_id = id::new("em", now);
            let parts = gather::store::gather(tx, &to_key, &key, &digest_id, now).await?;
            match parts.as_slice() {
                [] => break,
                [only] => gather::store::scatter(tx, only, now).await?,
                [first, ..] => {
                    let reason = match kind {
                        FLOOD => "had its share of mail for the hour",
                        BURST => "had several mails about the ticket within a minute",
                        LATE => "had several mails waiting",
                        _ => "asked for its mail in digests",
                    };
                    gather::store::queue(tx, &digest_id, first, reason, now).await?;
                    tracing::info!(email = %digest_id, mails = parts.len(), "gathered into a digest");
                }
            }
        }
    }
    Ok(())
}

async fn goes_now(
    app: &App,
    tx: &mut Tx,
    policy: &Policy,
    guests: &Guests,
    mail: &WaitingEmail,
) -> Result<bool> {
    let now = app.clock.now();
    let category = Category::from_key(&mail.category);
    if category == Some(Category::Security) || mail.suppressed.is_some() {
        return Ok(true);
    }
    // Those of a digest were looked at one by one.
    if mail.template == DIGEST {
        return Ok(true);
    }
    let fixed = category.is_some_and(|category| policy.of(category) == Standing::Always);
    let chooses = mail.to_kind != "staff";
    if mail.declined && !fixed && chooses {
        let why = format!("the reader at {} wants no {} mail", mail.to_email, mail.category);
        tracing::info!(email = %mail.id, event = %mail.event_id, "{why}");
        gather::store::decline(tx, &mail.id, &why).await?;
        return Ok(false);
    }
    if mail.lost {
        let why = format!("{} may read no more what it is about", mail.to_email);
        tracing::info!(email = %mail.id, event = %mail.event_id, "{why}");
        gather::store::decline(tx, &mail.id, &why).await?;
        return Ok(false);
    }
    if !mail.uncounted {
        return Ok(true);
    }
    let pace = Pace::from_key(mail.pace.as_deref().unwrap_or_default());
    if let (None, Some(due), true) =
        (&mail.gather, pace.due(now, app.config.zone_of(&mail.time_zone)), chooses)
    {
        let why = format!("waits for the {} digest of {} mail", pace.key(), mail.category);
        let key = gather::key_of(mail.account_id.as_deref(), &mail.category);
        gather::store::hold(tx, &mail.id, due, &why, &key).await?;
        return Ok(false);
    }
    if let (None, Some(ticket)) = (&mail.gather, &mail.thread)
        && over_the_minute(app, mail)
    {
        let why =
            format!("waits for the end of the minute: {} got several mails about its ticket", mail.to_email);
        let due = (now.div_euclid(MINUTE) + 1) * MINUTE;
        gather::store::hold(tx, &mail.id, due, &why, &gather::key_of_burst(ticket)).await?;
        return Ok(false);
    }
    let (share, hour) = (Share::of(mail, guests), now.div_euclid(HOUR));
    let most = share.most(app.config.mail.per_address_per_hour);
    if most <= 0 || store::count_in_hour(tx, &share.key, hour, most).await? {
        return Ok(true);
    }
    let of = if share.of_strangers { " about guests whom nobody has answered" } else { "" };
    let why = format!(
        "held back: {} got {most} mails{of} within the hour ([mail] per_address_per_hour)",
        mail.to_email
    );
    tracing::warn!(email = %mail.id, event = %mail.event_id, "{why}");
    let key = gather::key_within(mail.account_id.as_deref(), FLOOD);
    gather::store::hold(tx, &mail.id, (hour + 1) * HOUR, &why, &key).await?;
    Ok(false)
}

/// True if its address got its share of mails about its ticket within the minute, those claimed before it among them.
fn over_the_minute(app: &App, mail: &WaitingEmail) -> bool {
    let most = app.config.mail.per_ticket_per_minute;
    most > 0 && mail.lately >= most
}

/// The guests of tickets without an account: the key of each one's address once staff answered them, nothing before.
type Guests = BTreeMap<String, Option<String>>;

/// Those of the tickets that these mails to staff are about.
async fn guests(tx: &mut Tx, mails: &[WaitingEmail]) -> Result<Guests> {
    let mut guests = Guests::new();
    for ticket in mails.iter().filter_map(of_guest) {
        if !guests.contains_key(ticket) {
            guests.insert(ticket.to_owned(), gather::store::guest(tx, ticket).await?);
        }
    }
    Ok(guests)
}

/// The guest's ticket that a mail to staff is about.
fn of_guest(mail: &WaitingEmail) -> Option<&str> {
    mail.thread.as_deref().filter(|_| mail.to_kind == "staff" && mail.account_id.is_none())
}

/// What an address's mails of an hour are counted under: a share for each account, so that whoever floods somebody, staff or a copied
/// customer of another account, holds back their own mail, and nobody else's. Staff have one for each guest whom they answered; all
/// others share one, a larger one, since a sender can be made up.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    key: String,
    of_strangers: bool,
}

impl Share {
    fn of(mail: &WaitingEmail, guests: &Guests) -> Self {
        let guest = of_guest(mail).and_then(|ticket| guests.get(ticket));
        let whose = match guest {
            None => mail.account_id.as_deref().unwrap_or_default(),
            Some(None) => "guests",
            Some(Some(guest)) => guest,
        };
        Self { key: format!("{} {whose}", email_key(&mail.to_email)), of_strangers: guest == Some(&None) }
    }

    /// How many mails it is.
    fn most(&self, per_address: i64) -> i64 {
        if self.of_strangers { per_address.saturating_mul(STRANGERS) } else { per_address }
    }
}
