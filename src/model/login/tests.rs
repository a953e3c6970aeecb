//! Log-ins against a real database.

use super::*;
use crate::{
    clock::{HOUR, MINUTE, SECOND},
    model::{
        staff::{NewStaff, Role},
        testing::{Hooks, House, NOW, PASSWORD, visitor},
        user::second_factor,
    },
    secret::totp,
};
use std::time::Instant;

const HERE: &str = "192.0.2.1";
const FAR: &str = "198.51.100.7";
const OWNER: &str = "owner@bakery.example";

async fn try_at(house: &House, ip: &str, email: &str, password: &str, after: i64) -> Outcome {
    check_password(&house.needs(), &house.guest_after(after), &visitor(ip), email, password).await.unwrap()
}

fn entered(outcome: Outcome) -> Entrance {
    match outcome {
        Outcome::In(entrance) => *entrance,
        other => panic!("{other:?}"),
    }
}

fn awaited(outcome: Outcome) -> Token {
    match outcome {
        Outcome::NeedsSecondFactor(token) => token,
        other => panic!("{other:?}"),
    }
}

async fn with_second_factor(house: &House) -> (String, Vec<String>) {
    let user = house.user(OWNER).await;
    let mut tx = house.db.begin().await.unwrap();
    let secret = second_factor::begin(&mut tx, &house.guest(), &user.id).await.unwrap();
    let codes = second_factor::enable(&mut tx, &house.guest(), &user.id, &totp::code(&secret, NOW).unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (secret, codes)
}

#[tokio::test]
async fn a_log_in_with_one_account_goes_straight_into_it() {
    let house = House::new().await;
    let user = house.user(OWNER).await;
    let bakery = house.account("bakery", &user, "*").await;
    let entrance = entered(try_at(&house, HERE, "Owner@Bakery.example", PASSWORD, 0).await);
    assert_eq!(entrance.session.account_id, Some(bakery.id));
    assert_eq!(entrance.user.last_login_at, Some(NOW));
    let current = session::authenticate(&house.db, &entrance.token.hash(), NOW).await.unwrap().unwrap();
    assert_eq!(current.user().unwrap().last_login_at, Some(NOW));
    assert_eq!(house.events().await, ["user.logged_in"]);
    let event = house.stored_events().await.remove(0);
    assert!(
        event.account_id.is_none() && event.actor.contains(&user.id) && event.body.contains(HERE),
        "{event:?}"
    );
    assert!(!event.body.contains(entrance.token.reveal()));
}

#[tokio::test]
async fn a_log_in_with_several_accounts_or_none_goes_into_none() {
    let house = House::new().await;
    let user = house.user(OWNER).await;
    assert_eq!(entered(try_at(&house, HERE, OWNER, PASSWORD, 0).await).session.account_id, None);
    house.account("bakery", &user, "*").await;
    house.account("books", &user, "tickets").await;
    assert_eq!(entered(try_at(&house, HERE, OWNER, PASSWORD, 0).await).session.account_id, None);
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "it is about the time that passes")]
async fn an_unknown_address_goes_the_way_of_a_wrong_password() {
    let house = House::new().await;
    house.user(OWNER).await;
    let quickest = async |email: &str| {
        let mut quickest = u128::MAX;
        for n in 0..3 {
            let start = Instant::now();
            let outcome = try_at(&house, HERE, email, "wrong password", n).await;
            assert!(matches!(outcome, Outcome::Wrong), "{outcome:?}");
            quickest = quickest.min(start.elapsed().as_micros());
        }
        quickest
    };
    let (known, unknown) = (quickest(OWNER).await, quickest("nobody@bakery.example").await);
    // Without the comparison it would be some twenty times as quick.
    assert!(unknown * 4 > known, "{unknown} µs for an unknown user, {known} µs for a known one");
    for _ in 3..5 {
        try_at(&house, HERE, OWNER, "wrong password", 3).await;
        try_at(&house, HERE, "nobody@bakery.example", "wrong password", 3).await;
    }
    for email in [OWNER, "nobody@bakery.example"] {
        assert!(matches!(try_at(&house, HERE, email, PASSWORD, 4).await, Outcome::Throttled { .. }));
    }
    assert_eq!(house.events().await, ["user.login_failed"; 5]);
}

#[tokio::test]
async fn after_five_failures_even_the_right_password_waits() {
    let house = House::new().await;
    house.user(OWNER).await;
    for _ in 0..5 {
        assert!(matches!(try_at(&house, FAR, OWNER, "wrong password", 0).await, Outcome::Wrong));
    }
    let Outcome::Throttled { until } = try_at(&house, HERE, OWNER, PASSWORD, SECOND).await else {
        panic!("not slowed down")
    };
    assert_eq!(until, NOW + 5 * SECOND);
    entered(try_at(&house, HERE, OWNER, PASSWORD, 5 * SECOND).await);
    assert!(
        matches!(try_at(&house, FAR, OWNER, "wrong password", 6 * SECOND).await, Outcome::Wrong),
        "success cleared the count"
    );
    assert_eq!(house.events().await.len(), 7);
}

#[tokio::test]
async fn a_network_address_is_slowed_down_after_twenty_failures_whoever_it_tries() {
    let house = House::new().await;
    for n in 0..20 {
        assert!(matches!(
            try_at(&house, FAR, &format!("user{n}@bakery.example"), "wrong password", 0).await,
            Outcome::Wrong
        ));
    }
    house.user(OWNER).await;
    assert!(matches!(try_at(&house, FAR, OWNER, PASSWORD, 1).await, Outcome::Throttled { .. }));
    entered(try_at(&house, HERE, OWNER, PASSWORD, 1).await);
}

#[tokio::test]
async fn right_passwords_do_not_count_against_an_address_that_many_share() {
    let house = House::new().await;
    house.user(OWNER).await;
    for n in 0..25 {
        entered(try_at(&house, HERE, OWNER, PASSWORD, n).await);
    }
}

#[tokio::test]
async fn guesses_sent_at_once_are_counted_before_they_are_judged() {
    let house = House::new().await;
    house.user(OWNER).await;
    let needs = house.needs();
    let (guest, far) = (house.guest(), visitor(FAR));
    let guess = || check_password(&needs, &guest, &far, OWNER, "wrong password");
    let (a, b, c, d, e, f, g, h) =
        tokio::join!(guess(), guess(), guess(), guess(), guess(), guess(), guess(), guess());
    let judged =
        [a, b, c, d, e, f, g, h].into_iter().filter(|outcome| matches!(outcome, Ok(Outcome::Wrong))).count();
    assert_eq!(judged, 5);
}

#[tokio::test]
async fn strangers_cannot_lock_somebody_out_who_is_at_their_desk() {
    let house = House::new().await;
    house.user(OWNER).await;
    let before = entered(try_at(&house, HERE, OWNER, PASSWORD, 0).await);
    for n in 0..6 {
        try_at(&house, FAR, OWNER, "wrong password", n * 10 * SECOND).await;
    }
    assert!(matches!(try_at(&house, FAR, OWNER, PASSWORD, 55 * SECOND).await, Outcome::Throttled { .. }));
    entered(try_at(&house, HERE, OWNER, PASSWORD, 55 * SECOND).await);
    assert!(session::authenticate(&house.db, &before.token.hash(), NOW + MINUTE).await.unwrap().is_some());
}

#[tokio::test]
async fn hooks_are_asked_after_the_password_and_may_refuse() {
    let mut house = House::new().await;
    house.user(OWNER).await;
    house.gate = Hooks(Some("Not at night.".into()));
    for n in 0..6 {
        let refused = check_password(&house.needs(), &house.guest_after(n), &visitor(HERE), OWNER, PASSWORD)
            .await
            .unwrap_err();
        assert_eq!((refused.kind, refused.detail.as_str()), (Kind::Refused, "Not at night."));
    }
    assert!(matches!(try_at(&house, HERE, OWNER, "wrong password", 9).await, Outcome::Wrong));
    assert_eq!(house.number("SELECT COUNT(*) FROM sessions").await, 0);
    assert_eq!(house.events().await, ["user.login_failed"]);
}

#[tokio::test]
async fn a_session_that_awaits_its_second_factor_opens_nothing_else() {
    let house = House::new().await;
    let (secret, _) = with_second_factor(&house).await;
    let token = awaited(try_at(&house, HERE, OWNER, PASSWORD, 0).await);
    assert!(session::authenticate(&house.db, &token.hash(), NOW).await.unwrap().is_none());
    let waiting = session::awaiting(&house.db, &token.hash(), NOW).await.unwrap().unwrap();
    assert!(session::awaiting(&house.db, &token.hash(), NOW + session::AWAITING).await.unwrap().is_none());
    assert!(session::list(&house.db, &waiting.1.id, NOW).await.unwrap().is_empty());
    let later = house.guest_after(MINUTE);
    let wrong =
        check_second_factor(&house.needs(), &later, &visitor(HERE), &waiting, "000000").await.unwrap();
    assert!(matches!(wrong, Outcome::Wrong));
    let code = totp::code(&secret, later.at).unwrap();
    let entrance =
        entered(check_second_factor(&house.needs(), &later, &visitor(HERE), &waiting, &code).await.unwrap());
    assert_ne!(entrance.token.hash(), token.hash());
    assert!(session::authenticate(&house.db, &entrance.token.hash(), later.at).await.unwrap().is_some());
    assert!(session::awaiting(&house.db, &token.hash(), later.at).await.unwrap().is_none());
    assert_eq!(house.events().await, ["user.two_factor_enabled", "user.login_failed", "user.logged_in"]);
}

#[tokio::test]
async fn a_step_that_awaits_a_factor_is_used_once() {
    let house = House::new().await;
    let (_, codes) = with_second_factor(&house).await;
    let token = awaited(try_at(&house, HERE, OWNER, PASSWORD, 0).await);
    let waiting = session::awaiting(&house.db, &token.hash(), NOW).await.unwrap().unwrap();
    let (needs, guest, here) = (house.needs(), house.guest(), visitor(HERE));
    let (one, two) = tokio::join!(
        check_second_factor(&needs, &guest, &here, &waiting, &codes[0]),
        check_second_factor(&needs, &guest, &here, &waiting, &codes[1])
    );
    let entered = [&one, &two].into_iter().filter(|outcome| matches!(outcome, Ok(Outcome::In(_)))).count();
    let over = [&one, &two]
        .into_iter()
        .filter(|outcome| matches!(outcome, Err(error) if error.code == "session"))
        .count();
    assert_eq!((entered, over), (1, 1), "{one:?} {two:?}");
}

#[tokio::test]
async fn wrong_factors_slow_down_for_a_day_however_often_the_password_is_right() {
    let house = House::new().await;
    let (secret, _) = with_second_factor(&house).await;
    let wrong = async |after: i64| {
        let token = awaited(try_at(&house, HERE, OWNER, PASSWORD, after).await);
        let waiting = session::awaiting(&house.db, &token.hash(), NOW + after).await.unwrap().unwrap();
        check_second_factor(&house.needs(), &house.guest_after(after), &visitor(HERE), &waiting, "000000")
            .await
            .unwrap()
    };
    for _ in 0..5 {
        assert!(matches!(wrong(0).await, Outcome::Wrong));
    }
    assert!(matches!(wrong(0).await, Outcome::Throttled { .. }));
    assert!(matches!(wrong(HOUR).await, Outcome::Wrong));
    assert!(
        matches!(wrong(HOUR).await, Outcome::Throttled { .. }),
        "an hour later it is not as if nothing had been"
    );
    let after = HOUR + 15 * MINUTE;
    let token = awaited(try_at(&house, HERE, OWNER, PASSWORD, after).await);
    let waiting = session::awaiting(&house.db, &token.hash(), NOW + after).await.unwrap().unwrap();
    let code = totp::code(&secret, NOW + after).unwrap();
    entered(
        check_second_factor(&house.needs(), &house.guest_after(after), &visitor(HERE), &waiting, &code)
            .await
            .unwrap(),
    );
}

#[tokio::test]
async fn a_password_changed_while_it_was_checked_lets_nobody_in() {
    let house = House::new().await;
    let user = house.user(OWNER).await;
    let approved = ask(&house.needs(), &house.guest(), &visitor(HERE), &user).await.unwrap();
    house.run("UPDATE users SET password_hash = 'another'", Vec::new()).await;
    let mut tx = house.db.begin().await.unwrap();
    assert!(let_in(&mut tx, &house.guest(), &visitor(HERE), &user, &approved, None).await.unwrap().is_none());
}

#[tokio::test]
async fn whoever_enters_otherwise_still_owes_the_second_factor() {
    let house = House::new().await;
    with_second_factor(&house).await;
    let owner = user::lookup_by_email(&house.db, OWNER).await.unwrap().unwrap();
    let other = house.user("other@bakery.example").await;
    let bakery = house.account("bakery", &other, "*").await;
    house.account("books", &other, "tickets").await;
    awaited(enter(&house.needs(), &house.guest(), &visitor(HERE), &owner.id, None).await.unwrap());
    let outcome =
        enter(&house.needs(), &house.guest(), &visitor(HERE), &other.id, Some(&bakery.id)).await.unwrap();
    assert_eq!(entered(outcome).session.account_id, Some(bakery.id));
}

#[tokio::test]
async fn guesses_outside_do_not_stop_a_user_inside_from_confirming_the_password() {
    let house = House::new().await;
    let user = house.user(OWNER).await;
    for _ in 0..6 {
        try_at(&house, FAR, OWNER, "wrong password", 0).await;
    }
    let confirm = async |password: &str| {
        confirm_password(&house.db, &house.passwords, &house.guest(), &user, "current_password", password)
            .await
    };
    confirm(PASSWORD).await.unwrap();
    for _ in 0..5 {
        let error = confirm("wrong password").await.unwrap_err();
        assert_eq!(
            (error.fields[0].field.as_str(), error.fields[0].code),
            ("current_password", "password-wrong")
        );
    }
    assert_eq!(confirm(PASSWORD).await.unwrap_err().code, "too-many-tries");
}

#[tokio::test]
async fn staff_log_in_with_their_own_address_only() {
    let house = House::new().await;
    house.user(OWNER).await;
    let mut tx = house.db.begin().await.unwrap();
    let password_hash = house.passwords.hash(PASSWORD).await.unwrap();
    let new = NewStaff {
        email: "staff@host.example".into(),
        name: "Stef".into(),
        password_hash,
        role: Role::Admin,
    };
    super::super::staff::create(&mut tx, &house.guest(), new).await.unwrap();
    tx.commit().await.unwrap();
    let try_staff = async |email: &str, password: &str| {
        check_staff_password(&house.needs(), &house.guest(), &visitor(HERE), email, password).await.unwrap()
    };
    assert!(matches!(try_staff(OWNER, PASSWORD).await, StaffOutcome::Wrong));
    assert!(matches!(try_at(&house, HERE, "staff@host.example", PASSWORD, 0).await, Outcome::Wrong));
    let StaffOutcome::In { token, staff, .. } = try_staff("Staff@host.example", PASSWORD).await else {
        panic!("not in")
    };
    assert_eq!(staff.last_login_at, Some(NOW));
    let current = session::authenticate(&house.db, &token.hash(), NOW).await.unwrap().unwrap();
    assert_eq!(current.staff().unwrap().id, staff.id);
    for _ in 0..5 {
        assert!(matches!(try_staff("staff@host.example", "wrong password").await, StaffOutcome::Wrong));
    }
    assert!(matches!(try_staff("staff@host.example", PASSWORD).await, StaffOutcome::Throttled { .. }));
    assert_eq!(house.events().await, ["staff.added", "staff.logged_in"]);
}
