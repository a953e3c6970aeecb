//! What hooks say while a form is only being shown: what they lock, and what they would refuse.

use super::visit::Visit;
use crate::event::{
    data::{Account, Time},
    guard::{Context, Draft, cut, with_context},
};
use std::collections::BTreeMap;

/// What hooks say to a form before it is sent.
#[derive(Clone, Debug, Default)]
pub struct Composed {
    /// Why the act would be refused, or "".
    pub refused: String,
    /// Field → why it may not be changed.
    pub locks: BTreeMap<String, String>,
}

/// Lets the hooks speak on a form that is being shown.
pub async fn compose<D: Draft>(visit: &Visit, account: &Account, draft: &D) -> Composed {
    let act = visit.act();
    let context = Context { at: Time(act.at), actor: act.actor, account: account.clone(), composing: true };
    let answer = visit.app().gate.ask(D::KIND, cut(D::KIND, with_context(draft, &context))).await;
    let locks = answer.locked.into_iter().flat_map(|lock| {
        let reason = lock.reason;
        lock.fields.into_iter().map(move |field| (field, reason.clone()))
    });
    Composed { refused: answer.denied.unwrap_or_default(), locks: locks.collect() }
}
