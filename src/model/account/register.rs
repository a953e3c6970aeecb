//! A new account and its owner.

use super::{Account, details, snapshot, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::{AccountCreated, UserRegistered},
        data,
        guard::{AccountChangeDetails, AccountRegister, Approved},
        outbox::{self, Act},
    },
    id,
    model::{
        access, customer_address,
        preference::AS_THE_HOST_SAYS,
        user::{self, NewUser, User},
    },
    permission::Permissions,
};

/// Who will own a new account.
#[derive(Clone, Debug)]
pub enum Owner<'a> {
    /// A user, who opens a further account of their own.
    Known(&'a User),
    /// Somebody new, who becomes a user by the draft's profile.
    New {
        /// What [`Passwords::hash`](crate::secret::Passwords::hash) gave.
        password_hash: String,
        /// Time zone, such as `Europe/Berlin`; empty for UTC.
        time_zone: String,
    },
}

/// What registering made.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The account.
    pub account: data::Account,
    /// Its owner.
    pub owner: User,
}

/// Creates an account with its owner, and, where the owner is new, the user, whose address they are
/// asked to verify. The account's own address gets at first what the operator lays down.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) with the fields that cannot be taken;
/// [`Kind::Conflict`](crate::error::Kind::Conflict) `email-taken` if a new owner's address is a user's already.
pub async fn register(
    tx: &mut Tx,
    act: &Act,
    approved: &Approved<AccountRegister>,
    owner: Owner<'_>,
) -> Result<Registered> {
    let nameless = matches!(owner, Owner::New { .. }) && approved.draft().first_name.trim().is_empty();
    let account = match drafted(act, approved.draft()) {
        Ok(_) if nameless => return Err(Error::field("first_name", "required")),
        // A form shows all that is wrong at once.
        Err(error) if nameless => return Err(error.and_field("first_name", "required")),
        checked => checked?,
    };
    customer_address(tx, "email", &account.email).await?;
    let (owner, new) = match owner {
        Owner::Known(user) => (user.clone(), false),
        Owner::New { password_hash, time_zone } => {
            let draft = approved.draft();
            let person = NewUser {
                email: draft.email.clone(),
                first_name: draft.first_name.clone(),
                last_name: draft.last_name.clone(),
                password_hash,
                locale: account.locale.clone(),
                time_zone,
                email_verified: false,
            };
            (user::create(tx, act, person).await?, true)
        }
    };
    store::insert(tx, &account).await?;
    access::store::insert(tx, &account.id, &owner.id, true, &Permissions::all(), act.at).await?;
    let seen = snapshot(&mut *tx, &account.id).await?;
    let act = if new { &user::acting(act, &owner) } else { act };
    if new {
        outbox::emit(tx, act, &seen, &UserRegistered { user: seen.owner.clone() }, &[]).await?;
    }
    outbox::emit(tx, act, &seen, &AccountCreated { user: seen.owner.clone() }, &[]).await?;
    if new {
        user::address::request_verification(tx, act, &owner.id).await?;
    }
    Ok(Registered { account: seen, owner })
}

fn drafted(act: &Act, draft: &AccountRegister) -> Result<Account> {
    let draft = draft.clone();
    let details = details::checked(&AccountChangeDetails {
        company: draft.company,
        first_name: draft.first_name,
        last_name: draft.last_name,
        email: draft.email,
        phone: draft.phone,
        address1: draft.address1,
        address2: draft.address2,
        city: draft.city,
        state: draft.state,
        postcode: draft.postcode,
        country: draft.country,
        tax_id: draft.tax_id,
        currency: draft.currency,
        locale: draft.locale,
        changed: Vec::new(),
    })?;
    Ok(Account {
        id: id::new("acc", act.at),
        company: details.company,
        first_name: details.first_name,
        last_name: details.last_name,
        email: details.email,
        phone: details.phone,
        address1: details.address1,
        address2: details.address2,
        city: details.city,
        state: details.state,
        postcode: details.postcode,
        country: details.country,
        tax_id: details.tax_id,
        currency: details.currency,
        locale: details.locale,
        categories: AS_THE_HOST_SAYS.to_owned(),
        policy: String::new(),
        created_at: act.at,
        closed_at: None,
    })
}
