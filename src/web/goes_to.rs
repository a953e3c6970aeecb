//! "Goes to 3 people: …": who would be mailed, before one sends.

use super::visit::Visit;
use crate::{
    effect::Recipient,
    error::Result,
    event::{catalogue::Payload, data::Account},
    mail::store,
    model::email_key,
    permission::Category,
};
use minijinja::{Value, context};

/// Whom the hooks would tell if `payload`, which is about a ticket, happened now, for the pages' `goes_to`; and who of them gets
/// none all the same. Customers see staff as one, by no name or address.
///
/// # Errors
/// If the server is stopping.
pub async fn goes_to<P: Payload>(visit: &Visit, account: &Account, payload: &P) -> Result<Vec<Value>> {
    let told = visit.app().goes_to(&visit.act(), account, payload).await?;
    let reader = visit.reader();
    let (staff, others): (Vec<Recipient>, Vec<Recipient>) =
        told.into_iter().partition(|one| one.target.kind == "staff");
    let mut shown = Vec::with_capacity(others.len() + staff.len());
    for one in others {
        shown.push(named(visit, account, one).await?);
    }
    match staff.first() {
        Some(first) if !visit.in_admin() => {
            shown.push(
                context! { who => visit.text("goes-to-staff", &[]), reason => reader.word(&first.reason), none => "" },
            );
        }
        _ => {
            for one in staff {
                shown.push(named(visit, account, one).await?);
            }
        }
    }
    Ok(shown)
}

async fn named(visit: &Visit, account: &Account, one: Recipient) -> Result<Value> {
    let (db, key) = (&visit.app().db, email_key(&one.target.email));
    // Why somebody's address takes no mail is no business of other customers.
    let why = match visit.in_admin() {
        true => store::silence(db, &account.id, &key, Category::Support.key(), visit.at()).await?,
        false => String::new(),
    };
    let none = if why.is_empty() { why } else { visit.text(&format!("goes-to-{why}"), &[]) };
    let who = if one.target.name.is_empty() { one.target.email } else { one.target.name };
    Ok(context! { who, reason => visit.reader().word(&one.reason), none })
}
