//! Schedules: when the time of an `every` hook has come, that is announced, once for each subject that it goes over.
//!
//! A round is announced page by page, each page in one transaction with the mark of how far the round
//! has come. So a subject has its turn exactly once in a round, on however many nodes, and across a
//! crash. Rounds that passed while no server ran are one.

mod store;
mod subject;

use super::Stop;
use crate::{
    app::App,
    clock::SECOND,
    db::Tx,
    error::Result,
    event::{
        catalogue::ScheduleDue,
        data::{Account, Time},
        outbox,
    },
    hook::next_time,
};
use std::{collections::BTreeMap, time::Duration};
use store::Row;
use subject::{Accounts, Subject};

/// Subjects that one transaction announces at most, so that it never holds others up.
const PAGE: i64 = 100;
/// So often the live hooks are looked at; the shortest period is a minute.
const POLL: i64 = 10 * SECOND;

/// Announces what is due, until told to stop.
pub async fn run(app: App, mut stop: Stop) {
    while !stop.is_asked() {
        let pause = match turn(&app, &stop).await {
            Ok(next) => next.map_or(POLL, |at| (at - app.clock.now()).clamp(0, POLL)),
            Err(error) => {
                tracing::warn!(%error, "schedules stay where they are and are looked at again");
                POLL
            }
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(pause.unsigned_abs())) => {}
            () = stop.asked() => {}
        }
    }
}

/// Announces everything that is due; gives the next time at which something will be.
async fn turn(app: &App, stop: &Stop) -> Result<Option<i64>> {
    follow(app).await?;
    while !stop.is_asked() && page(app).await? {}
    Ok(store::all(&app.db).await?.first().map(|row| row.due_at))
}

/// Announces everything that is due, and returns how many pages there were; for tests.
///
/// # Errors
/// If the database is away.
pub async fn drain(app: &App) -> Result<usize> {
    follow(app).await?;
    let mut pages = 0;
    while page(app).await? {
        pages += 1;
    }
    Ok(pages)
}

/// Lets the rows be those of the hooks that are live. A hook that is new begins at its next time.
async fn follow(app: &App) -> Result<()> {
    let (bundle, now) = (app.bundle(), app.clock.now());
    if !super::is_latest(app, &bundle).await? {
        return Ok(());
    }
    let known = store::all(&app.db).await?;
    let wanted: BTreeMap<&str, (i64, &str)> = bundle
        .hooks
        .scheduled()
        .map(|(hook, schedule)| (hook.id.as_str(), (schedule.period, schedule.over.unwrap_or_default())))
        .collect();
    let is_known = |id: &str, (period, subject): (i64, &str)| {
        known.iter().any(|row| row.hook == id && row.period == period && row.subject == subject)
    };
    let put: Vec<_> = wanted.iter().filter(|(id, schedule)| !is_known(id, **schedule)).collect();
    let forget: Vec<_> = known.iter().filter(|row| !wanted.contains_key(row.hook.as_str())).collect();
    if put.is_empty() && forget.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for (id, (period, subject)) in put {
        store::put(&mut tx, id, *period, subject, next_time(*period, now)).await?;
    }
    for row in forget {
        store::forget(&mut tx, &row.hook).await?;
    }
    tx.commit().await
}

/// Announces the next page of a round that is due; false if none is.
///
/// # Errors
/// If the database is away.
pub async fn page(app: &App) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(row) = store::hold_due(&mut tx, now).await? else { return Ok(false) };
    let after = row.cursor.as_deref().unwrap_or_default();
    let mut subjects = subject::after(&mut tx, &row.subject, after, PAGE, now).await?;
    let is_last = i64::try_from(subjects.len()).unwrap_or(PAGE) < PAGE;
    let cursor = subjects.last().map(|last| last.id.clone()).filter(|_| !is_last);
    // Always in the same order, so that two transactions at once wait for each other and not both for ever.
    subjects.sort_by(|one, other| one.stream().cmp(other.stream()));
    announce(app, &mut tx, &row, subjects).await?;
    // What passed while nobody was there is past: the next round is the next time that is still to come.
    let due_at = if is_last { next_time(row.period, now) } else { row.due_at };
    store::advance(&mut tx, &row.hook, due_at, cursor.as_deref()).await?;
    tx.commit().await?;
    Ok(true)
}

async fn announce(app: &App, tx: &mut Tx, row: &Row, subjects: Vec<Subject>) -> Result<()> {
    let act = app.act_of_system(&row.hook, 0);
    let mut accounts = Accounts::default();
    for subject in subjects {
        let Some(account) = accounts.of(tx, &subject).await? else { continue };
        let Subject { ticket, invite, .. } = subject;
        let due = ScheduleDue { hook: row.hook.clone(), due_at: Time(row.due_at), ticket, invite };
        outbox::emit(tx, &act, account, &due, &[]).await?;
    }
    if row.subject.is_empty() {
        let (ticket, invite) = Default::default();
        let due = ScheduleDue { hook: row.hook.clone(), due_at: Time(row.due_at), ticket, invite };
        outbox::emit(tx, &act, &Account::default(), &due, &[]).await?;
    }
    Ok(())
}
