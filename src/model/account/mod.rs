//! Accounts: the billable party, its details and its own mail preferences.
//!
//! Who may enter an account is the matter of [`access`](super::access).

mod countries;
mod details;
mod register;
mod store;
#[cfg(test)]
mod tests;

pub use countries::{COUNTRIES, is_country};
pub use details::{change_details, differing};
pub use register::{Owner, Registered, register};
pub use store::Row as Account;

use super::{
    access, contact,
    page::{Listed, Page},
    preference::{self, AS_THE_HOST_SAYS, Policy},
};
use crate::{
    db::{Query, Tx},
    error::{Error, Kind, Result},
    event::{
        catalogue::AccountPreferencesChanged,
        data::{self, Time},
        guard::AccountChangeDetails,
        outbox::{self, Act},
    },
    permission::Category,
};
use sqlx::FromRow;

/// A line of the staff's list of accounts.
#[derive(Clone, Debug, FromRow)]
pub struct Line {
    /// Stable id.
    pub id: String,
    /// What the list sorts by: the name in lower case.
    pub sort_name: String,
    /// Company; may be empty.
    pub company: String,
    /// First name of the person to address.
    pub first_name: String,
    /// Last name of the person to address.
    pub last_name: String,
    /// The account's own address.
    pub email: String,
    /// The owner's first and last name.
    pub owner_name: String,
    /// The owner's log-in address.
    pub owner_email: String,
    /// How many users have access, the owner included.
    pub users: i64,
    /// When the account was created.
    pub created_at: i64,
}

impl Line {
    /// Company, or else the person's name.
    pub fn name(&self) -> String {
        name(&self.company, &self.first_name, &self.last_name, &self.email)
    }
}

impl Account {
    /// Company, or else the person's name, or else the address.
    pub fn name(&self) -> String {
        name(&self.company, &self.first_name, &self.last_name, &self.email)
    }

    /// Mail categories that the account's own address gets.
    pub fn categories(&self) -> Vec<Category> {
        self.policy().of_account(&self.categories)
    }

    /// What the operator lays down about mail.
    pub fn policy(&self) -> Policy {
        Policy::from_column(&self.policy)
    }

    /// True once somebody chose which mail the account's own address gets.
    pub fn has_chosen(&self) -> bool {
        self.categories != AS_THE_HOST_SAYS
    }

    /// The details as a draft that changes nothing; forms put what was typed over it.
    pub fn details(&self) -> AccountChangeDetails {
        details::stored(self)
    }
}

/// Company, or else the person's name, or else the address.
pub(super) fn name(company: &str, first_name: &str, last_name: &str, email: &str) -> String {
    let person = format!("{first_name} {last_name}");
    let names = [company.trim(), person.trim(), email];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

/// The account of this id, if there is one.
///
/// # Errors
/// If the database is away.
pub async fn lookup(mut q: impl Query, account_id: &str) -> Result<Option<Account>> {
    store::lookup(&mut q, account_id).await
}

/// The account of this id.
///
/// # Errors
/// [`Kind::NotFound`] `account` if there is none.
pub async fn find(q: impl Query, account_id: &str) -> Result<Account> {
    lookup(q, account_id).await?.ok_or_else(|| Error::not_found("account"))
}

/// The account as events and hooks see it: complete, with its users (the owner first, then by name)
/// and contacts. Four short queries, whatever the number of users.
///
/// # Errors
/// [`Kind::NotFound`] `account` if there is none.
pub async fn snapshot(mut q: impl Query, account_id: &str) -> Result<data::Account> {
    let account = store::lookup(&mut q, account_id).await?.ok_or_else(|| Error::not_found("account"))?;
    let members = access::store::members(&mut q, account_id).await?;
    let contacts = contact::store::all(&mut q, account_id).await?;
    let policy = account.policy();
    let declined = preference::declined(&mut q, account_id, &policy).await?;
    let mut users: Vec<data::User> = members.iter().map(access::Member::seen).collect();
    for (user, member) in users.iter_mut().zip(&members) {
        user.categories = keys(&policy.of_others(&member.categories()));
    }
    let contact = |contact: &contact::Contact| data::Contact {
        categories: keys(&policy.of_others(&contact.categories())),
        ..contact.seen()
    };
    Ok(data::Account {
        exists: true,
        name: account.name(),
        owner: users.first().filter(|user| user.owner).cloned().unwrap_or_default(),
        users,
        contacts: contacts.iter().map(contact).collect(),
        declined,
        categories: keys(&account.categories()),
        created_at: Time(account.created_at),
        id: account.id,
        company: account.company,
        first_name: account.first_name,
        last_name: account.last_name,
        email: account.email,
        phone: account.phone,
        city: account.city,
        country: account.country,
        tax_id: account.tax_id,
        currency: account.currency,
        locale: account.locale,
    })
}

/// All accounts, or those whose name, address or users' addresses hold the words of `search`, by name.
///
/// # Errors
/// If the database is away.
pub async fn list(mut q: impl Query, search: &str, page: &Page) -> Result<Listed<Line>> {
    store::list(&mut q, search, page).await
}

/// Ids of up to `limit` accounts that are not closed and whose ids come after `after`, in order.
///
/// # Errors
/// If the database is away.
pub async fn open_after(mut q: impl Query, after: &str, limit: i64) -> Result<Vec<String>> {
    store::open_after(&mut q, after, limit).await
}

/// Holds the account until the transaction ends, so that what is read afterwards stays true and
/// events of one account carry snapshots in the order of their numbers. Every verb on what belongs
/// to an account begins with it.
///
/// # Errors
/// [`Kind::NotFound`] `account`; [`Kind::Gone`] `account-closed`.
pub async fn hold(tx: &mut Tx, account_id: &str) -> Result<Account> {
    store::hold(tx, account_id).await?;
    let account = find(&mut *tx, account_id).await?;
    if account.closed_at.is_some() { Err(Error::new(Kind::Gone, "account-closed")) } else { Ok(account) }
}

/// Changes which mail the account's own address gets; nothing happens if it gets just that already.
///
/// # Errors
/// As [`hold`].
pub async fn change_preferences(
    tx: &mut Tx,
    act: &Act,
    account_id: &str,
    categories: &[Category],
) -> Result<()> {
    let account = hold(tx, account_id).await?;
    let before = account.categories();
    let after = chosen(categories);
    if before == after && account.has_chosen() {
        return Ok(());
    }
    store::set_categories(tx, account_id, &Category::to_column(&after)).await?;
    let payload = AccountPreferencesChanged { before: keys(&before) };
    let seen = snapshot(&mut *tx, account_id).await?;
    outbox::emit(tx, act, &seen, &payload, &[]).await?;
    Ok(())
}

/// The choices among these, each once, in the order in which people know them.
pub(super) fn chosen(categories: &[Category]) -> Vec<Category> {
    Category::CHOICES.into_iter().filter(|choice| categories.contains(choice)).collect()
}

/// The keys of categories, as events carry them.
pub(super) fn keys(categories: &[Category]) -> Vec<String> {
    categories.iter().map(|category| category.key().to_owned()).collect()
}
