//! What hooks say while a form is only being shown: what they lock, and what they would refuse.

use super::visit::Visit;
use crate::{
    clock::SECOND,
    event::{
        data::{Account, Time},
        guard::{Context, Draft, cut, with_context},
    },
    model::throttle,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

/// Forms that hooks look at for one person, or for one network address without one, before it slows down.
const AT_ONCE: i64 = 60;
/// And then one in such a time.
const EACH: i64 = SECOND;
/// People that are kept in mind.
const PEOPLE: usize = 10_000;

/// How often hooks are asked about forms that are only shown: as often as people look at forms, and no program oftener.
///
/// By node and in memory, since it only spares work: whoever is too fast sees the form without what hooks say to it, and they
/// are asked all the same when it is sent.
#[derive(Debug, Default)]
pub struct Pace(Mutex<HashMap<String, i64>>);

impl Pace {
    /// True if hooks may look at one more form for this person now.
    fn allows(&self, who: &str, now: i64) -> bool {
        let mut paid_until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if paid_until.len() >= PEOPLE && !paid_until.contains_key(who) {
            paid_until.retain(|_, until| *until > now);
            if paid_until.len() >= PEOPLE {
                return false;
            }
        }
        let until = paid_until.entry(who.to_owned()).or_default();
        let next = (*until).max(now) + EACH;
        let allowed = next - now <= AT_ONCE * EACH;
        if allowed {
            *until = next;
        }
        allowed
    }
}

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
    let who = match act.actor.id.as_str() {
        "" => throttle::address_key(&visit.visitor().ip),
        id => id.to_owned(),
    };
    if !visit.app().forms.allows(&who, act.at) {
        return Composed::default();
    }
    let context = Context { at: Time(act.at), actor: act.actor, account: account.clone(), composing: true };
    let answer = visit.app().gate.ask(D::KIND, cut(D::KIND, with_context(draft, &context))).await;
    let locks = answer.locked.into_iter().flat_map(|lock| {
        let reason = lock.reason;
        lock.fields.into_iter().map(move |field| (field, reason.clone()))
    });
    Composed { refused: answer.denied.unwrap_or_default(), locks: locks.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_426_200_000;

    #[test]
    fn who_is_faster_than_people_is_slowed_down_to_one_form_a_second() {
        let pace = Pace::default();
        let allowed =
            |seconds: i64| (0..100).filter(|_| pace.allows("usr_a", NOW + seconds * SECOND)).count();
        assert_eq!((allowed(0), allowed(0), allowed(3), allowed(1_000)), (60, 0, 3, 60));
        assert!(pace.allows("usr_b", NOW), "others do not wait for it");
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory_and_is_forgotten() {
        let pace = Pace::default();
        let seen = (0..PEOPLE + 50).filter(|n| pace.allows(&format!("address:{n}"), NOW)).count();
        assert_eq!((seen, pace.0.lock().unwrap().len()), (PEOPLE, PEOPLE));
        assert!(pace.allows("usr_a", NOW + SECOND));
        assert_eq!(pace.0.lock().unwrap().len(), 1);
    }
}
