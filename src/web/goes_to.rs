//! "Goes to 3 people: …": who would be mailed, before one sends.

use super::{visit::Visit, words::Reader};
use crate::{
    effect::Recipient,
    error::Result,
    event::{catalogue::Payload, data::Account},
    mail::suppression,
    model::{email_key, preference},
    permission::Category,
};
use minijinja::{Value, context};

/// Whom the hooks would tell if `payload` happened now, for the pages' `goes_to`. Customers see
/// staff as one, by no name or address.
///
/// # Errors
/// If the server is stopping.
pub async fn goes_to<P: Payload>(visit: &Visit, account: &Account, payload: &P) -> Result<Vec<Value>> {
    let told = visit.app().goes_to(&visit.act(), account, payload).await?;
    let reader = visit.reader();
    let (staff, others): (Vec<Recipient>, Vec<Recipient>) =
        told.into_iter().partition(|one| one.target.kind == "staff");
    let mut shown = Vec::with_capacity(others.len());
    for one in others {
        let none = if visit.in_admin() { silent(visit, account, &one).await? } else { String::new() };
        shown.push(context! { none, ..named(&reader, one) });
    }
    match staff.first() {
        Some(first) if !visit.in_admin() => {
            shown.push(
                context! { who => visit.text("goes-to-staff", &[]), reason => reader.word(&first.reason), none => "" },
            );
        }
        _ => shown.extend(staff.into_iter().map(|one| named(&reader, one))),
    }
    Ok(shown)
}

/// Why somebody who would be told gets no mail all the same; empty if they get it.
async fn silent(visit: &Visit, account: &Account, one: &Recipient) -> Result<String> {
    let (db, email) = (&visit.app().db, &one.target.email);
    if suppression::store::lookup(db, &email_key(email), visit.at()).await?.is_some() {
        return Ok(visit.text("goes-to-suppressed", &[]));
    }
    // What was chosen for an account's mail is known to the hooks.
    let chosen = match account.exists {
        true => Vec::new(),
        false => preference::choices(db, "", email).await?,
    };
    let off = chosen.iter().any(|one| one.category == Category::Support && one.off_at.is_some());
    Ok(if off { visit.text("goes-to-declined", &[]) } else { String::new() })
}

fn named(reader: &Reader, one: Recipient) -> Value {
    let who = if one.target.name.is_empty() { one.target.email } else { one.target.name };
    context! { who => who, reason => reader.word(&one.reason), none => "" }
}
