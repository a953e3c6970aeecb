//! Sends mail: render with today's template, hand over outside any transaction, write down how it went.
//!
//! Delivery is at least once: a try whose outcome nobody knows is tried again with the same
//! Message-ID, and marked so. Mails are claimed, and marked as sent, many in one transaction.

mod choices;
mod digest;
mod gather;
mod make;
mod makers;
mod marks;
mod outcome;
#[cfg(test)]
mod tests;
mod unasked;

use super::Stop;
use crate::{
    app::{App, Mailer},
    clock::{MINUTE, SECOND},
    db::Tx,
    error::Result,
    event::outbox,
    mail::{
        SendError,
        gather::{DIGEST, store::members},
        store::{self, WaitingEmail},
        suppression::goes_all_the_same,
    },
};
pub use makers::Makers;

use make::{Loaded, Made, Subject, Unmade};
use marks::{Mark, TOGETHER};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinSet,
};

/// How many mails are here at once: some wait for their turn, some are under way, the others are being written down.
const PLACES: u32 = 256;
/// So many places are free before mails are claimed: one transaction for each mail would cost more than the mail.
const FREE: u32 = 32;
/// So many mails are claimed at first, and twice as many each time: where one of them ends the server, few are counted with it when it is
/// back.
const AT_FIRST: i64 = 8;
/// How many mails are under way at once: being made, or being sent.
const UNDER_WAY: usize = 64;
/// How long a mail waits for its turn; then another node may take it.
const TURN: i64 = MINUTE;
/// What a mail needs beside waiting for mail servers.
const LEASE: i64 = 5 * MINUTE;
/// So often in a row a mail is begun without coming to an end; then it is given up, since it may be what ends the server.
const CLAIMS: i64 = 4;
/// How long a mail waits before it is looked at again whether the one before it about its ticket has gone.
const BEHIND: i64 = SECOND / 4;
/// How often the queue is looked at when nobody wakes us.
const POLL: Duration = Duration::from_millis(1_000);

/// Sends what waits, until told to stop; what is under way is finished then, and what waits for its turn given back.
pub async fn run(app: App, mut stop: Stop) {
    let places = Arc::new(Semaphore::new(PLACES as usize));
    let turns = Arc::new(Semaphore::new(UNDER_WAY));
    let (marks, mut marked) = mpsc::unbounded_channel::<Marked>();
    let mut under_way = JoinSet::new();
    // Whether there may be mail that is due.
    let (mut due, mut most) = (true, AT_FIRST);
    while !stop.is_asked() {
        while under_way.try_join_next().is_some() {}
        let rest = rest(&app);
        let mut taken = Vec::new();
        tokio::select! {
            biased;
            () = stop.asked() => break,
            _ = marked.recv_many(&mut taken, TOGETHER) => {}
            _ = places.acquire_many(FREE), if due && rest.is_none() => {}
            () = app.db.wake().deliveries.notified(), if !due => due = true,
            () = tokio::time::sleep(rest.map_or(POLL, |rest| rest.min(POLL))) => due = true,
        }
        let (taken, freed): (Vec<Mark>, Vec<_>) = taken.into_iter().unzip();
        let free = places.available_permits() + freed.len();
        let room = match due && rest.is_none() && free >= FREE as usize {
            true => room(&app, i64::try_from(free).unwrap_or(most).min(most)),
            false => 0,
        };
        if room > 0 {
            most = (2 * most).min(PLACES.into());
        }
        let claimed_at = app.clock.now();
        let (claimed, more) = surely(&app, &taken, room, &stop).await;
        due = more || (due && room == 0);
        drop(freed);
        for queue in queues(claimed) {
            let mut placed = Vec::with_capacity(queue.len());
            for claimed in queue {
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
                placed.push((claimed, place));
            }
            let (app, marks, turns, stop) = (app.clone(), marks.clone(), Arc::clone(&turns), stop.clone());
            under_way.spawn(async move {
                let mut stuck = None;
                for ((mail, subject), place) in placed {
                    let id = mail.id.clone();
                    let Ok(_turn) = turns.acquire().await else { break };
                    let done = match stop.is_asked() || app.clock.now() - claimed_at > TURN {
                        true => give_back(&app, &id).await,
                        false => in_turn(&app, mail, &subject, stuck.as_deref()).await,
                    };
                    match done {
                        // The place is free again once the mark is written. Who writes it ends after us.
                        Ok(Some(mark)) => drop(marks.send((mark, place))),
                        Ok(None) => stuck = Some(id),
                        Err(error) => {
                            unwritten(&id, &error);
                            stuck = Some(id);
                        }
                    }
                }
            });
        }
    }
    drop(marks);
    let mut taken = Vec::new();
    // Until whoever may still have one has ended.
    while marked.recv_many(&mut taken, TOGETHER).await > 0 {
        let (taken, _places): (Vec<Mark>, Vec<_>) = taken.drain(..).unzip();
        marks::write_surely(&app, &taken, &stop).await;
    }
    while under_way.join_next().await.is_some() {}
    if let Mailer::Smtp(relays) = &*app.mailer {
        relays.close().await;
    }
}

/// What is to be written down about a mail, and the place that is free then.
type Marked = (Mark, OwnedSemaphorePermit);

/// As [`turn_over`]; but no mark is lost over what stands in its way, and nothing is due then for a while.
async fn surely(app: &App, taken: &[Mark], room: i64, stop: &Stop) -> (Vec<Claimed>, bool) {
    match turn_over(app, taken, room).await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::warn!(%error, "mail queue");
            marks::write_surely(app, taken, stop).await;
            (Vec::new(), false)
        }
    }
}

/// Writes down what was taken, and takes what is due, up to `room` mails, in one transaction: each costs a wait for the disk. Says also
/// whether there may be more that is due.
async fn turn_over(app: &App, taken: &[Mark], room: i64) -> Result<(Vec<Claimed>, bool)> {
    if taken.is_empty() && room == 0 {
        return Ok((Vec::new(), false));
    }
    let mut tx = app.db.begin().await?;
    marks::keep(&mut tx, taken).await?;
    let (mails, count) = match room {
        0 => (Vec::new(), 0),
        _ => claim(app, &mut tx, room).await?,
    };
    tx.commit().await?;
    app.metrics.mails_sent.inc_by(taken.len() as u64);
    Ok((with_events(app, mails).await, count > 0))
}

fn unwritten(id: &str, error: &crate::error::Error) {
    tracing::warn!(%error, email = %id, "the outcome of a mail was not written down; it is tried again when its lease ends");
}

/// How long no mail server may be asked; nothing if one may.
fn rest(app: &App) -> Option<Duration> {
    match &*app.mailer {
        Mailer::Mailbox => None,
        Mailer::Smtp(relays) => relays.rest(),
    }
}

/// How many mails to claim where there is room for so many: one is enough to find out whether servers that were away are back.
fn room(app: &App, most: i64) -> i64 {
    match &*app.mailer {
        Mailer::Smtp(relays) if relays.are_away() => 1,
        _ => most,
    }
}

/// Sends everything that is due now, and returns; for tests and for the command line.
///
/// # Errors
/// If the database is away; what was claimed with the mail that it went away over is tried all the same.
pub async fn drain(app: &App) -> Result<usize> {
    let mut count = 0;
    loop {
        let mut tx = app.db.begin().await?;
        let (mails, found) = claim(app, &mut tx, room(app, 50)).await?;
        tx.commit().await?;
        if found == 0 {
            return Ok(count);
        }
        let mut first_error = None;
        for queue in queues(with_events(app, mails).await) {
            let mut stuck = None;
            for (mail, subject) in queue {
                let id = mail.id.clone();
                let done = match in_turn(app, mail, &subject, stuck.as_deref()).await {
                    Ok(Some(mark)) => marks::write(app, &[mark]).await,
                    other => {
                        stuck = Some(id);
                        other.map(drop)
                    }
                };
                first_error = first_error.or(done.err());
                count += 1;
            }
        }
        if let Some(error) = first_error {
            return Err(error);
        }
    }
}

/// A mail with its event, which those of one event share.
type Claimed = (WaitingEmail, Arc<Subject>);

/// Mails to one address about one ticket, in order; each of all others by itself.
fn queues(mut claimed: Vec<Claimed>) -> Vec<Vec<Claimed>> {
    claimed.sort_by_key(|(mail, _)| mail.thread_seq);
    let (mut queues, mut place_of) = (Vec::<Vec<Claimed>>::new(), HashMap::new());
    for one in claimed {
        let before = one.0.behind.as_ref().and_then(|before| place_of.get(before));
        let place = before.copied().unwrap_or(queues.len());
        place_of.insert(one.0.id.clone(), place);
        match queues.get_mut(place) {
            Some(queue) => queue.push(one),
            None => queues.push(vec![one]),
        }
    }
    queues
}

/// As [`deliver`], unless the mail before it is `stuck`: then it waits for that.
async fn in_turn(
    app: &App,
    mail: WaitingEmail,
    subject: &Subject,
    stuck: Option<&str>,
) -> Result<Option<Mark>> {
    let Some(before) = stuck else { return deliver(app, mail, subject).await };
    let mut tx = app.db.begin().await?;
    store::stand_behind(&mut tx, &mail.id, before, app.clock.now() + BEHIND).await?;
    tx.commit().await?;
    Ok(None)
}

/// Lets go of a mail that was not begun.
async fn give_back(app: &App, id: &str) -> Result<Option<Mark>> {
    let mut tx = app.db.begin().await?;
    store::give_back(&mut tx, id, &app.node).await?;
    tx.commit().await?;
    Ok(None)
}

/// Longer than what is under way takes, so that no second node takes a mail that is being sent: four times the wait for a
/// server, since four times as many mails are under way as there are connections, with a wait for its turn.
fn lease(app: &App) -> i64 {
    let mail = &app.config.mail;
    let seconds = mail.connect_seconds + mail.ready_seconds + mail.answer_seconds;
    LEASE + 4 * (MINUTE + i64::try_from(seconds).unwrap_or(600) * SECOND)
}

/// Takes mails that are due and that their addresses may get now; and says how many were looked at, all of which may be such as wait.
async fn claim(app: &App, tx: &mut Tx, limit: i64) -> Result<(Vec<WaitingEmail>, i64)> {
    let taken = store::claim(tx, &app.node, app.clock.now(), lease(app), limit).await?;
    let count = i64::try_from(taken.len()).unwrap_or(limit);
    Ok((gather::ready(app, tx, taken).await?, count))
}

/// Mails with their events. Those that could not be read are read when it is a mail's turn.
async fn with_events(app: &App, mails: Vec<WaitingEmail>) -> Vec<Claimed> {
    let (mut events, mut unread) = (Vec::with_capacity(mails.len()), Vec::new());
    for id in mails.iter().map(|mail| mail.event_id.as_str()).collect::<BTreeSet<_>>() {
        match app.recent.take(id) {
            Some(event) => events.push(event),
            None => unread.push(id),
        }
    }
    events.extend(outbox::lookup_all(&app.db, unread.into_iter()).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the events of mails are read once more when these have their turn");
        Vec::new()
    }));
    let subjects: HashMap<String, Arc<Subject>> =
        events.into_iter().map(|event| (event.id.clone(), Arc::new(event.into()))).collect();
    let with = |mail: WaitingEmail| {
        let subject = subjects.get(&mail.event_id).cloned().unwrap_or_default();
        (mail, subject)
    };
    mails.into_iter().map(with).collect()
}

/// Makes a mail; a digest of all that it is to hold, which may turn out to be nothing.
async fn made(
    app: &App,
    mail: &Arc<WaitingEmail>,
    loaded: Option<&Loaded>,
) -> Result<std::result::Result<Option<Made>, Unmade>> {
    let of = whose_parts(mail);
    let members = match mail.template == DIGEST {
        true => members(&app.db, &of).await?,
        false => Vec::new(),
    };
    let (to_make, its_app) = (Arc::clone(mail), app.clone());
    if members.is_empty() {
        let loaded = loaded.cloned();
        return app.makers.run(move || make::make(&its_app, &to_make, loaded.as_ref()).map(Some)).await;
    }
    let mut with_events = Vec::with_capacity(members.len());
    for mut member in members {
        let subject = Subject::default();
        let loaded = subject.load(app, &member.event_id).await?;
        let veiled = unasked::veiled(app, &mut member, loaded).await?;
        with_events.push((member, veiled.or_else(|| loaded.cloned())));
    }
    let digest = match app.makers.run(move || digest::make(&its_app, &to_make, &with_events)).await? {
        Ok(digest) => digest,
        Err(why) => return Ok(Err(why)),
    };
    if !digest.alone.is_empty() {
        outcome::apart(app, mail, &digest.alone, digest.made.is_none()).await?;
    }
    Ok(Ok(digest.made.map(|made| match of == mail.id {
        true => made,
        // They went out before, and that is how they stand in the history.
        false => Made { parts: Vec::new(), ..made },
    })))
}

/// The digest whose mails this one is to hold: itself, but for one that is sent once more.
fn whose_parts(mail: &WaitingEmail) -> String {
    let vars: serde_json::Value = serde_json::from_str(&mail.vars).unwrap_or_default();
    vars["of"].as_str().unwrap_or(&mail.id).to_owned()
}

/// Makes a mail and hands it over. Gives what is to be written down if it was taken; all else is written down here.
async fn deliver(app: &App, mut mail: WaitingEmail, subject: &Subject) -> Result<Option<Mark>> {
    let loaded = subject.load(app, &mail.event_id).await?;
    let veiled = unasked::veiled(app, &mut mail, loaded).await?;
    let loaded = veiled.as_ref().or(loaded);
    if let Some(reason) = &mail.suppressed
        && !loaded.is_some_and(|loaded| goes_all_the_same(&mail.category, loaded.name()))
    {
        return outcome::suppressed(app, &mail, reason).await.map(|()| None);
    }
    if mail.claims >= CLAIMS {
        return outcome::never_ends(app, &mail).await.map(|()| None);
    }
    let mail = Arc::new(mail);
    let made = match made(app, &mail, loaded).await? {
        Ok(Some(made)) => made,
        Ok(None) => return Ok(None),
        Err(Unmade::Template(report)) => {
            return outcome::template_failed(app, &mail, &report).await.map(|()| None);
        }
        Err(Unmade::Never(why)) => return outcome::unsendable(app, &mail, &why).await.map(|()| None),
    };
    let Mailer::Smtp(relays) = &*app.mailer else { return Ok(Some(Mark::of(app, mail, made, None))) };
    // Relays one after the other, each within its own bounds, could take longer than the lease lasts.
    // On the heap: it is large, and whatever is made of it would be moved with it.
    let send = Box::pin(relays.send(&made.message.from, &made.message.to, &made.message.raw));
    let bound = Duration::from_millis(u64::try_from(lease(app) - MINUTE).unwrap_or_default());
    let Ok(sent) = tokio::time::timeout(bound, send).await else {
        let why = "no mail server had answered when it was time to let go of the mail";
        return outcome::postponed(app, &mail, "", why, true).await.map(|()| None);
    };
    match sent {
        Ok(accepted) => {
            tracing::info!(email = %mail.id, event = %mail.event_id, relay = %accepted.relay, answer = %accepted.answer, "mail accepted");
            Ok(Some(Mark::of(app, mail, made, Some(accepted))))
        }
        Err(not_sent) => {
            let (relay, now) = (not_sent.relay, app.clock.now());
            match not_sent.error {
                SendError::Reject(answer) => outcome::refused(app, &mail, &relay, &answer, false).await?,
                SendError::NoRecipient(answer) => outcome::refused(app, &mail, &relay, &answer, true).await?,
                SendError::Retry(answer) | SendError::Away(answer) => {
                    outcome::postponed(app, &mail, &relay, &answer, false).await?;
                }
                SendError::Unknown(answer) => {
                    outcome::postponed(app, &mail, &relay, &answer, true).await?;
                }
                SendError::Later(wait, why) => outcome::put_back(app, &mail, wait, &why, Some(now)).await?,
                SendError::Busy(wait, why) => outcome::put_back(app, &mail, wait, &why, None).await?,
            }
            Ok(None)
        }
    }
}
