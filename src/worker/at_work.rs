//! Which streams this node works on: one worker for each.

use crate::event::outbox::Claim;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Streams under way, each with the claim that its worker is to take up next.
///
/// A lease is the node's, not a worker's. So a stream may be claimed while its worker is still there: its lease ran out under
/// it, or something came in just as it was giving the stream back. Such a claim is that worker's, else nobody would
/// work the stream until the lease ends.
#[derive(Clone, Debug, Default)]
pub struct AtWork(Arc<Mutex<BTreeMap<String, Option<Claim>>>>);

impl AtWork {
    /// The turn of a new worker; nothing if the stream has one, which takes the claim up when it is done.
    pub fn begin(&self, claim: Claim) -> Option<Turn> {
        let stream = claim.key.clone();
        let before =
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(stream.clone(), Some(claim));
        before.is_none().then(|| Turn { at_work: self.clone(), stream, is_over: false })
    }
}

/// One worker's, for as long as its stream is claimed.
#[derive(Debug)]
pub struct Turn {
    at_work: AtWork,
    stream: String,
    is_over: bool,
}

impl Turn {
    /// The claim to work on now; nothing if there is none, and then the next one is another worker's.
    pub fn next(&mut self) -> Option<Claim> {
        if self.is_over {
            return None;
        }
        let mut streams = self.at_work.0.lock().unwrap_or_else(PoisonError::into_inner);
        let claim = streams.get_mut(&self.stream).and_then(Option::take);
        if claim.is_none() {
            streams.remove(&self.stream);
            self.is_over = true;
        }
        claim
    }
}

impl Drop for Turn {
    /// Where a worker fell over: the stream is free for another one.
    fn drop(&mut self) {
        while self.next().is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(key: &str, tries: i64) -> Claim {
        Claim { key: key.to_owned(), tries }
    }

    #[test]
    fn a_stream_has_one_worker_and_another_stream_its_own() {
        let at_work = AtWork::default();
        let mut one = at_work.begin(claim("a", 1)).unwrap();
        let mut other = at_work.begin(claim("b", 1)).unwrap();
        assert_eq!((one.next(), other.next()), (Some(claim("a", 1)), Some(claim("b", 1))));
        assert!(at_work.begin(claim("a", 1)).is_none());
    }

    #[test]
    fn what_is_claimed_while_a_worker_ends_is_worked_by_it() {
        let at_work = AtWork::default();
        let mut turn = at_work.begin(claim("a", 1)).unwrap();
        assert_eq!(turn.next(), Some(claim("a", 1)));
        assert!(at_work.begin(claim("a", 2)).is_none());
        assert_eq!(turn.next(), Some(claim("a", 2)));
        assert_eq!(turn.next(), None);
        let mut later = at_work.begin(claim("a", 1)).expect("the one before has ended");
        drop(turn);
        assert_eq!(later.next(), Some(claim("a", 1)), "an end is no end of whoever came after");
    }

    #[test]
    fn a_worker_that_falls_over_leaves_its_stream() {
        let at_work = AtWork::default();
        let mut turn = at_work.begin(claim("a", 1)).unwrap();
        turn.next();
        drop(turn);
        assert!(at_work.begin(claim("a", 2)).is_some());
    }
}
