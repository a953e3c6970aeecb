//! "Goes to 3 people: …": who would be mailed, before one sends.

use super::{visit::Visit, words::Reader};
use crate::{
    effect::Recipient,
    error::Result,
    event::{catalogue::Payload, data::Account},
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
    let mut shown: Vec<Value> = others.into_iter().map(|one| named(&reader, one)).collect();
    match staff.first() {
        Some(first) if !visit.in_admin() => {
            shown.push(
                context! { who => visit.text("goes-to-staff", &[]), reason => reader.word(&first.reason) },
            );
        }
        _ => shown.extend(staff.into_iter().map(|one| named(&reader, one))),
    }
    Ok(shown)
}

fn named(reader: &Reader, one: Recipient) -> Value {
    let who = if one.target.name.is_empty() { one.target.email } else { one.target.name };
    context! { who => who, reason => reader.word(&one.reason) }
}
