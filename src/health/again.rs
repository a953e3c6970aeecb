//! A try before its time, because somebody asked for it.

use super::store;
use crate::{db::Tx, effect, error::Result};

/// Ends the pause of a hook that is out, or of all, and lets the runs that wait for it go on at once; gives how many
/// hooks that were.
///
/// # Errors
/// If the database is away.
pub async fn try_now(tx: &mut Tx, hook: Option<&str>, now: i64) -> Result<u64> {
    let tried = store::try_now(tx, hook, now).await?;
    for id in store::out(&mut *tx).await?.keys().filter(|id| hook.is_none_or(|hook| hook == *id)) {
        effect::store::release(tx, id, now).await?;
    }
    Ok(tried)
}
