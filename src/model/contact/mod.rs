//! Contacts: people who receive mail of an account and cannot log in.

pub(super) mod store;
#[cfg(test)]
mod tests;

use super::{
    account, customer_address, email_address, email_key,
    locks::locked,
    page::{Listed, Page},
    required_line,
};
use crate::{
    db::{Query, Tx},
    error::{Error, Result},
    event::{
        catalogue::{ContactAdded, ContactChanged, ContactRemoved},
        data::{self, Change},
        guard::{Approved, ContactSave},
        outbox::{self, Act},
    },
    id,
    permission::Category,
};
use sqlx::FromRow;

/// A contact of an account.
#[derive(Clone, Debug, FromRow)]
pub struct Contact {
    /// Stable id.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// Where the mail goes.
    pub email: String,
    categories: String,
    /// When it was added.
    pub created_at: i64,
}

impl Contact {
    /// Mail categories ticked for this contact.
    pub fn categories(&self) -> Vec<Category> {
        Category::from_column(&self.categories)
    }

    /// The contact as events and hooks see it.
    pub fn seen(&self) -> data::Contact {
        data::Contact {
            exists: true,
            id: self.id.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            categories: account::keys(&self.categories()),
        }
    }
}

/// A contact of this account.
///
/// # Errors
/// [`Kind::NotFound`](crate::error::Kind::NotFound) `contact` if there is none of this id, or it is another account's.
pub async fn find(mut q: impl Query, account_id: &str, contact_id: &str) -> Result<Contact> {
    store::lookup(&mut q, account_id, contact_id).await?.ok_or_else(|| Error::not_found("contact"))
}

/// The contacts of an account by name; all, or those whose name or address holds the words of `search`.
///
/// # Errors
/// If the database is away.
pub async fn list(mut q: impl Query, account_id: &str, search: &str, page: &Page) -> Result<Listed<Contact>> {
    store::list(&mut q, account_id, search, page).await
}

/// Adds a contact.
///
/// # Errors
/// [`Kind::Invalid`](crate::error::Kind::Invalid) with the fields that cannot be taken, `email` with
/// `contact-exists` if the account has it already; else as [`account::hold`].
pub async fn add(tx: &mut Tx, act: &Act, approved: &Approved<ContactSave>) -> Result<Contact> {
    let account_id = &approved.context().account.id;
    account::hold(tx, account_id).await?;
    let typed = checked(approved.draft())?;
    let contact = Contact { id: id::new("con", act.at), created_at: act.at, ..typed };
    customer_address(tx, "email", &contact.email).await?;
    is_free(tx, account_id, &contact).await?;
    store::insert(tx, account_id, &contact).await?;
    let seen = account::snapshot(&mut *tx, account_id).await?;
    outbox::emit(tx, act, &seen, &ContactAdded { contact: contact.seen() }, &[]).await?;
    Ok(contact)
}

/// Changes a contact; nothing happens if everything stays as it was.
///
/// # Errors
/// As [`add`] and [`find`]; fields that a hook locked are wrong if they differ.
pub async fn change(
    mut tx: &mut Tx,
    act: &Act,
    contact_id: &str,
    approved: &Approved<ContactSave>,
) -> Result<Contact> {
    let account_id = &approved.context().account.id;
    account::hold(tx, account_id).await?;
    let before =
        store::lookup(&mut tx, account_id, contact_id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let typed = checked(approved.draft())?;
    let after = Contact { id: before.id.clone(), created_at: before.created_at, ..typed };
    let changes = changes(&before, &after);
    locked(approved.locked(), |field| changes.iter().any(|change| change.field == field))?;
    if changes.is_empty() {
        return Ok(after);
    }
    if before.email != after.email {
        customer_address(tx, "email", &after.email).await?;
    }
    is_free(tx, account_id, &after).await?;
    store::update(tx, account_id, &after).await?;
    let seen = account::snapshot(&mut *tx, account_id).await?;
    outbox::emit(tx, act, &seen, &ContactChanged { contact: after.seen(), changes }, &[]).await?;
    Ok(after)
}

/// Removes a contact; gives what it was.
///
/// # Errors
/// As [`find`] and [`account::hold`].
pub async fn remove(mut tx: &mut Tx, act: &Act, account_id: &str, contact_id: &str) -> Result<Contact> {
    account::hold(tx, account_id).await?;
    let contact =
        store::lookup(&mut tx, account_id, contact_id).await?.ok_or_else(|| Error::not_found("contact"))?;
    store::delete(tx, account_id, contact_id).await?;
    let seen = account::snapshot(&mut *tx, account_id).await?;
    outbox::emit(tx, act, &seen, &ContactRemoved { contact: contact.seen() }, &[]).await?;
    Ok(contact)
}

/// A contact without id, from what was typed.
fn checked(draft: &ContactSave) -> Result<Contact> {
    let categories = draft
        .categories
        .iter()
        .map(|key| Category::from_key(key).ok_or_else(|| Error::field("categories", "choice")));
    let (name, email) = (required_line("name", &draft.name, 100), email_address("email", &draft.email));
    let (name, email) = match (name, email) {
        (Err(mut name), Err(mut email)) => {
            name.fields.append(&mut email.fields);
            return Err(name);
        }
        (name, email) => (name?, email?),
    };
    let categories = Category::to_column(&account::chosen(&categories.collect::<Result<Vec<_>>>()?));
    Ok(Contact { id: String::new(), name, email, categories, created_at: 0 })
}

async fn is_free(mut tx: &mut Tx, account_id: &str, contact: &Contact) -> Result<()> {
    let other = store::by_email(&mut tx, account_id, &email_key(&contact.email)).await?;
    match other.filter(|other| other.id != contact.id) {
        Some(_) => Err(Error::field("email", "contact-exists")),
        None => Ok(()),
    }
}

fn changes(before: &Contact, after: &Contact) -> Vec<Change> {
    let fields = [
        ("name", &before.name, &after.name),
        ("email", &before.email, &after.email),
        ("categories", &before.categories, &after.categories),
    ];
    let differing = fields.into_iter().filter(|(_, before, after)| before != after);
    differing
        .map(|(field, before, after)| Change {
            field: field.into(),
            before: before.clone(),
            after: after.clone(),
        })
        .collect()
}
