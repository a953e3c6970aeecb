//! What the reader at an address chose for mail of an account: none of a kind, or gathered by the hour or the day.
//!
//! Ticks belong to a role (the account's own address, a contact, a user) and say what it is chosen for; what stands
//! here belongs to the address, whatever its roles, and comes before them: whoever unsubscribes hears no more,
//! however often their address is entered. Before both comes what the operator fixed ([`Policy`]).

mod link;
mod pace;
mod policy;
mod store;
#[cfg(test)]
mod tests;

pub use link::{Addressed, UnsubscribeKey};
pub use pace::Pace;
pub(super) use policy::AS_THE_HOST_SAYS;
pub use policy::{FACT, Policy, Standing};

use super::{account, email_key};
use crate::{
    db::{Query, Tx},
    error::Result,
    event::{
        catalogue::EmailPreferencesChanged,
        data::{Account, Declined},
        outbox::{self, Act},
    },
    permission::Category,
};

/// What an address chose for one kind of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The kind.
    pub category: Category,
    /// Since when it wants none of it.
    pub off_at: Option<i64>,
    /// How soon it wants it.
    pub pace: Pace,
}

/// What an address wants from now on of one kind of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The kind.
    pub category: Category,
    /// True for none of it; `None` leaves that as it is.
    pub off: Option<bool>,
    /// How soon; `None` leaves that as it is.
    pub pace: Option<Pace>,
}

/// What the address chose for each of the six kinds of mail of an account, or of no account if its id is empty.
///
/// # Errors
/// If the database is away.
pub async fn choices(mut q: impl Query, account_id: &str, email: &str) -> Result<Vec<Choice>> {
    let rows = store::of_address(&mut q, account_id, &email_key(email)).await?;
    let choice = |category: Category| {
        let row = rows.iter().find(|row| row.category == category.key());
        Choice {
            category,
            off_at: row.and_then(|row| row.off_at),
            pace: row.map_or(Pace::AtOnce, |row| Pace::from_key(&row.pace)),
        }
    };
    Ok(Category::CHOICES.map(choice).to_vec())
}

/// The addresses that want none of a kind of an account's mail, as events carry them; but for kinds that nobody can switch off.
pub(super) async fn declined(q: &mut impl Query, account_id: &str, policy: &Policy) -> Result<Vec<Declined>> {
    let rows = store::off(q, account_id).await?;
    let free = |key: &str| Category::from_key(key).is_some_and(|one| policy.of(one) != Standing::Always);
    let rows = rows.into_iter().filter(|row| free(&row.category));
    Ok(rows.map(|row| Declined { email: row.to_key, category: row.category }).collect())
}

/// Keeps what an address wants of an account's mail, or of mail without an account; nothing happens if it wanted just that before.
/// What the operator's `policy` fixed cannot be switched off.
///
/// # Errors
/// As [`account::hold`].
pub async fn set(
    tx: &mut Tx,
    act: &Act,
    policy: &Policy,
    account_id: &str,
    email: &str,
    wanted: &[Wanted],
) -> Result<()> {
    if !account_id.is_empty() {
        account::hold(tx, account_id).await?;
    }
    let before = choices(&mut *tx, account_id, email).await?;
    let mut after = before.clone();
    for one in wanted {
        let Some(choice) = after.iter_mut().find(|choice| choice.category == one.category) else { continue };
        let fixed = policy.of(one.category) == Standing::Always;
        choice.pace = one.pace.unwrap_or(choice.pace);
        choice.off_at = match one.off {
            None => choice.off_at,
            Some(true) if !fixed => choice.off_at.or(Some(act.at)),
            Some(_) => None,
        };
    }
    let changed: Vec<&Choice> = after.iter().filter(|choice| !before.contains(choice)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    for choice in changed {
        store::keep(tx, account_id, &email_key(email), choice).await?;
    }
    let seen = match account_id {
        "" => Account::default(),
        id => account::snapshot(&mut *tx, id).await?,
    };
    let keys = |wanted: &dyn Fn(&&Choice) -> bool| -> Vec<String> {
        after.iter().filter(wanted).map(|choice| choice.category.key().to_owned()).collect()
    };
    let payload = EmailPreferencesChanged {
        to: email.to_owned(),
        declined: keys(&|choice| choice.off_at.is_some()),
        hourly: keys(&|choice| choice.pace == Pace::Hourly),
        daily: keys(&|choice| choice.pace == Pace::Daily),
    };
    outbox::emit(tx, act, &seen, &payload, &[]).await?;
    Ok(())
}
