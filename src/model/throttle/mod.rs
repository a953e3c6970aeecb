//! Slows down whoever tries too often: by user, by network address, on all nodes alike.
//!
//! A try is counted before it is judged ([`take`]), so that a thousand guesses sent at once are
//! still a thousand tries; what turns out right is given back. To slow something else down, add a
//! [`Policy`] and a key.

mod store;

use crate::{
    clock::{self, HOUR, MINUTE, SECOND},
    db::{Db, Tx},
    error::{Error, Kind, Result},
};
use core::net::{IpAddr, Ipv6Addr};
use sqlx::FromRow;

/// How many tries are free, and how fast those after them slow down.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// So many failures are free; each one more doubles the wait.
    pub free: i64,
    /// How long after the first failure the count starts anew, in milliseconds.
    pub window: i64,
    /// The first wait, in milliseconds.
    pub step: i64,
    /// The longest wait, in milliseconds: nobody is locked out for good.
    pub cap: i64,
}

/// Failed log-ins of one user.
pub const USER: Policy = Policy { free: 5, window: 15 * MINUTE, step: 5 * SECOND, cap: 15 * MINUTE };
/// Failed log-ins from one network address, where many people may sit.
pub const ADDRESS: Policy = Policy { free: 20, window: 15 * MINUTE, step: 5 * SECOND, cap: 15 * MINUTE };
/// Wrong second factors of one user: whoever tries them knows the password, so the count lasts longer.
pub const FACTOR: Policy = Policy { free: 5, window: 24 * HOUR, step: 5 * SECOND, cap: 15 * MINUTE };
/// Requests for a new password from one network address.
pub const RESET: Policy = Policy { free: 20, window: HOUR, step: MINUTE, cap: 15 * MINUTE };

/// Registrations from one network address: each costs a password hash and mails somebody.
pub const REGISTER: Policy = Policy { free: 20, window: HOUR, step: MINUTE, cap: 15 * MINUTE };
/// Invites that one account sends, first ones and repetitions: each mails somebody who did not ask.
pub const INVITE: Policy = Policy { free: 60, window: HOUR, step: MINUTE, cap: 15 * MINUTE };

/// Tickets that one user opens: each mails its copies, who did not ask.
pub const TICKET: Policy = Policy { free: 30, window: HOUR, step: MINUTE, cap: 15 * MINUTE };
/// What one user writes on tickets, and changes of whom they copy.
pub const REPLY: Policy = Policy { free: 120, window: HOUR, step: MINUTE, cap: 15 * MINUTE };

/// Counts something that is slowed down however it ends.
///
/// # Errors
/// [`TooMany`](Kind::TooMany) `too-many-tries`, or if the database is away.
pub async fn count(db: &Db, key: &str, policy: &Policy, now: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    let wait = take(&mut tx, key, policy, now).await?;
    tx.commit().await?;
    match wait {
        None => Ok(()),
        Some(until) => {
            Err(Error::new(Kind::TooMany, "too-many-tries").detail(format!("until {}", clock::utc(until))))
        }
    }
}

/// What is remembered under a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Count {
    /// Tries that have not been given back.
    pub failures: i64,
    /// When the first of them was.
    pub first_at: i64,
    /// No further try before this moment.
    pub until_at: i64,
}

impl Policy {
    /// What is remembered after one more try at `now`; or, as the error, until when there is none.
    ///
    /// # Errors
    /// The moment before which nothing is tried.
    pub fn next(&self, count: Count, now: i64) -> std::result::Result<Count, i64> {
        if count.until_at > now {
            return Err(count.until_at);
        }
        let fresh = count.failures == 0 || now - count.first_at >= self.window;
        let (failures, first_at) =
            if fresh { (1, now) } else { (count.failures.saturating_add(1), count.first_at) };
        // No wait is no moment: clocks of two nodes differ, and a free try is free on both.
        let until_at = match self.wait(failures) {
            0 => 0,
            wait => now + wait,
        };
        Ok(Count { failures, first_at, until_at })
    }

    /// How long nothing is tried after so many failures, in milliseconds.
    fn wait(&self, failures: i64) -> i64 {
        if failures < self.free {
            return 0;
        }
        let doublings = u32::try_from(failures - self.free).unwrap_or(u32::MAX).min(30);
        self.step.saturating_mul(1 << doublings).min(self.cap)
    }
}

/// The key of a network address: an IPv6 network of 64 bits is one house, whatever its addresses.
pub fn address_key(ip: &str) -> String {
    let network = match ip.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(v6)) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).to_string(),
        Ok(v4) => v4.to_string(),
        Err(_) => "unknown".to_owned(),
    };
    format!("address:{network}")
}

/// Counts a try under `key`; or, if there may be none now, says until when. Keys of one
/// transaction are taken in one order everywhere (address first), so that two never wait for each other.
///
/// # Errors
/// If the database is away.
pub async fn take(tx: &mut Tx, key: &str, policy: &Policy, now: i64) -> Result<Option<i64>> {
    let count = store::lock(tx, key, now).await?;
    match policy.next(count, now) {
        Ok(next) => {
            store::keep(tx, key, next).await?;
            Ok(None)
        }
        Err(until) => Ok(Some(until)),
    }
}

/// Takes back one try that turned out right.
///
/// # Errors
/// If the database is away.
pub async fn give_back(tx: &mut Tx, key: &str) -> Result<()> {
    store::give_back(tx, key).await
}

/// Writes what is there already: costs what a real change costs.
pub(super) async fn touch(tx: &mut Tx, key: &str) -> Result<()> {
    store::touch(tx, key).await
}

/// Forgets all tries under `key`.
///
/// # Errors
/// If the database is away.
pub async fn clear(tx: &mut Tx, key: &str) -> Result<()> {
    store::clear(tx, key).await
}

/// Forgets what no longer slows anybody down; gives how many keys those were.
///
/// # Errors
/// If the database is away.
pub async fn sweep(tx: &mut Tx, now: i64) -> Result<u64> {
    store::sweep(tx, now, now - FACTOR.window).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_426_200_000;

    fn after(policy: &Policy, tries: i64) -> Count {
        let mut count = Count::default();
        for _ in 0..tries {
            count = policy.next(count, count.until_at.max(NOW)).unwrap();
        }
        count
    }

    #[test]
    fn five_failures_of_a_user_and_twenty_of_an_address_are_free() {
        assert_eq!(after(&USER, 4).until_at, 0);
        assert_eq!(after(&USER, 5).until_at, NOW + 5 * SECOND);
        assert_eq!(after(&ADDRESS, 19).until_at, 0);
        assert_eq!(after(&ADDRESS, 20).until_at, NOW + 5 * SECOND);
    }

    #[test]
    fn each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (5..=14).map(|n| FACTOR.wait(n) / SECOND).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(USER.wait(i64::MAX), 15 * MINUTE);
    }

    #[test]
    fn a_free_try_is_free_even_if_another_node_is_a_moment_ahead() {
        let count = USER.next(Count::default(), NOW + 50).unwrap();
        assert!(USER.next(count, NOW).is_ok());
    }

    #[test]
    fn nothing_is_tried_while_it_waits_and_waiting_tries_do_not_lengthen_it() {
        let count = after(&USER, 6);
        assert_eq!(USER.next(count, count.until_at - 1), Err(count.until_at));
        assert!(USER.next(count, count.until_at).is_ok());
    }

    #[test]
    fn the_count_starts_anew_after_its_window() {
        let count = after(&USER, 5);
        let later = USER.next(count, count.first_at + USER.window).unwrap();
        assert_eq!(later, Count { failures: 1, first_at: NOW + USER.window, until_at: 0 });
    }

    #[test]
    fn addresses_of_one_network_share_a_key() {
        assert_eq!(address_key("2001:db8::1"), address_key("2001:db8::ffff:1"));
        assert_ne!(address_key("2001:db8:0:1::1"), address_key("2001:db8:0:2::1"));
        assert_eq!(address_key("::ffff:192.0.2.7"), "address:192.0.2.7");
    }
}
