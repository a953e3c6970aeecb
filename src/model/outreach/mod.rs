//! Addresses to which an account has mail sent although nobody who reads there ever asked: those that are copied on tickets,
//! those of contacts, the account's own, those of invites. Whoever names them shall not be able to use the house to write to strangers.

mod store;

use super::{
    email_key,
    throttle::{self, Policy},
};
use crate::{
    clock::HOUR,
    db::{Query, Tx},
    error::{Error, Kind, Result},
};
use std::collections::BTreeSet;

/// Who names addresses, and how many new ones they may within an hour.
#[derive(Clone, Copy, Debug)]
pub struct Outreach<'a> {
    /// The account that mail is sent for; empty for one that there is not yet.
    pub account_id: &'a str,
    /// The user who names them; empty if it is none.
    pub user_id: &'a str,
    /// True if that user confirmed an address of their own.
    pub proved: bool,
    /// So many new ones within an hour, for the account as for the user; 0 for no limit.
    pub most: i64,
    /// Now.
    pub at: i64,
}

impl Outreach<'_> {
    /// Counts those of `emails` that the account neither knows nor ever wrote to.
    ///
    /// # Errors
    /// Naming `field`: [`Kind::Invalid`] `email-unverified` if there are any and the user's own address is not confirmed;
    /// [`Kind::TooMany`] `new-addresses` if there are too many; nothing is counted then, provided that `tx` is given up.
    pub async fn name(&self, mut tx: &mut Tx, field: &str, emails: &[String]) -> Result<()> {
        let keys: BTreeSet<String> = emails.iter().map(|email| email_key(email)).collect();
        let mut new = 0;
        for key in keys.iter().filter(|key| !key.is_empty()) {
            new += i64::from(!store::is_known(&mut tx, self.account_id, key).await?);
        }
        if new == 0 {
            return Ok(());
        }
        if !self.proved {
            return Err(Error::field(field, "email-unverified"));
        }
        if self.most <= 0 {
            return Ok(());
        }
        // Several accounts of one user are one person who names addresses.
        let counted = [("account", self.account_id), ("user", self.user_id)];
        for (whose, id) in counted.into_iter().filter(|(_, id)| !id.is_empty()) {
            let policy = Policy { free: self.most, window: HOUR, step: HOUR, cap: HOUR };
            for _ in 0..new {
                let key = format!("new-addresses-{whose}:{id}");
                if let Some(until) = throttle::take(tx, &key, &policy, self.at).await? {
                    return Err(self.too_many(field, until));
                }
            }
        }
        Ok(())
    }

    fn too_many(&self, field: &str, until: i64) -> Error {
        let mut error = Error::new(Kind::TooMany, "new-addresses").and_field(field, "new-addresses");
        error.fields.iter_mut().for_each(|field| field.limit = Some((self.most, until)));
        error
    }
}

/// True if mail about this account's matters (or about those of no account) went to this address before.
///
/// # Errors
/// If the database is away.
pub async fn wrote_to(mut q: impl Query, account_id: Option<&str>, email: &str) -> Result<bool> {
    store::wrote_to(&mut q, account_id.unwrap_or_default(), &email_key(email)).await
}
