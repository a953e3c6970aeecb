//! What plugins keep between runs: small values of their own, and secrets that only requests carry.

pub mod store;

use crate::{
    db::Query,
    error::Result,
    hook::{Hook, HookSet, Stored},
};
use std::{collections::BTreeMap, sync::Arc};

/// The stores that these hooks read, as they are now; asks nothing if none of them reads any.
///
/// # Errors
/// If the database is away.
pub async fn stores_for<'a>(
    q: impl Query,
    hooks: impl Iterator<Item = &'a Arc<Hook>>,
) -> Result<BTreeMap<String, Stored>> {
    let names = HookSet::stores(hooks);
    if names.is_empty() { Ok(BTreeMap::new()) } else { store::load(q, names).await }
}
