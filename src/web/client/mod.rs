//! The part for customers, a file for each noun.

pub mod account;
pub mod accounts;
pub mod choices;
pub mod consent;
pub mod contacts;
pub mod details;
pub mod emails;
pub mod home;
pub mod invite;
pub mod login;
pub mod password;
pub mod permissions;
pub mod preferences;
pub mod profile;
pub mod register;
pub mod security;
pub mod tickets;
pub mod two_factor;
pub mod unsubscribe;
pub mod users;
pub mod waiting;

use super::access::Me;
use crate::{error::Result, model::outreach::Outreach};

/// Whoever visits, as one who names addresses for mail of this account; empty for one that there is not yet.
///
/// # Errors
/// Never, once the visit was admitted.
pub fn outreach<'a>(visit: &'a impl Me, account_id: &'a str) -> Result<Outreach<'a>> {
    let user = visit.me()?;
    Ok(Outreach {
        account_id,
        user_id: &user.id,
        proved: user.email_verified(),
        most: visit.app().config.mail.new_addresses_per_hour,
        at: visit.at(),
    })
}
