//! Users against a real database: addresses, links, passwords, profiles.

use super::{
    address::{Verification, request_email_change, request_verification, verify_email},
    link::{self, Purpose, State},
    password::{self, Reset},
    profile::{Profile, change_profile},
    *,
};
use crate::{
    clock::{DAY, HOUR},
    model::{
        login::{self, Outcome},
        session,
        testing::{House, NOW, PASSWORD, visitor},
    },
};

async fn verify(house: &House, act: &Act, token: &str) -> Verification {
    let mut tx = house.db.begin().await.unwrap();
    let outcome = verify_email(&mut tx, act, token).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

async fn reset(house: &House, act: &Act, token: &str, hash: &str) -> Reset {
    let mut tx = house.db.begin().await.unwrap();
    let outcome = password::reset(&mut tx, act, token, hash).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

async fn ask_for_verification(house: &House, user: &User) -> String {
    let mut tx = house.db.begin().await.unwrap();
    request_verification(&mut tx, &house.guest(), &user.id).await.unwrap();
    tx.commit().await.unwrap();
    house.link().await
}

async fn ask_for_address(house: &House, user: &User, new: &str) -> String {
    let mut tx = house.db.begin().await.unwrap();
    request_email_change(&mut tx, &house.guest(), &user.id, new).await.unwrap();
    tx.commit().await.unwrap();
    house.link().await
}

async fn ask_for_reset(house: &House, email: &str) {
    let mut tx = house.db.begin().await.unwrap();
    password::request_reset(&mut tx, &house.guest(), "192.0.2.1", email).await.unwrap();
    tx.commit().await.unwrap();
}

async fn log_in(house: &House, email: &str) -> Box<login::Entrance> {
    let outcome =
        login::check_password(&house.needs(), &house.guest(), &visitor("192.0.2.1"), email, PASSWORD)
            .await
            .unwrap();
    let Outcome::In(entrance) = outcome else { panic!("{outcome:?}") };
    entrance
}

#[tokio::test]
async fn an_address_is_one_users_whatever_its_capitals() {
    let house = House::new().await;
    let user = house.user("Owner@Bakery.example").await;
    assert_eq!(lookup_by_email(&house.db, " owner@bakery.EXAMPLE ").await.unwrap().unwrap().id, user.id);
    let mut tx = house.db.begin().await.unwrap();
    let again = NewUser {
        email: "OWNER@bakery.example".into(),
        first_name: "O".into(),
        locale: "en".into(),
        ..NewUser::default()
    };
    let error = create(&mut tx, &house.guest(), again.clone()).await.unwrap_err();
    assert_eq!(error.code, "email-taken");
    // The transaction goes on.
    let other = create(&mut tx, &house.guest(), NewUser { email: "other@bakery.example".into(), ..again })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find(&house.db, &other.id).await.unwrap().time_zone, "UTC");
    assert_eq!(find(&house.db, "usr_nobody").await.unwrap_err().code, "user");
    assert!(house.events().await.is_empty());
}

#[tokio::test]
async fn an_owner_is_seen_with_every_permission_and_a_user_alone_with_none() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    assert_eq!(seen(&user, true, &Permissions::default(), &[Category::Invoice]).permissions.len(), 13);
    assert!(alone(&user).permissions.is_empty() && !alone(&user).owner);
    assert!(!format!("{user:?}").contains("argon2"));
}

#[tokio::test]
async fn a_verification_link_works_once() {
    let house = House::new().await;
    let user = house.user_with("owner@bakery.example", false).await;
    let token = ask_for_verification(&house, &user).await;
    assert!(
        matches!(verify(&house, &house.guest(), &token).await, Verification::Verified(user) if user.email_verified())
    );
    assert!(matches!(verify(&house, &house.guest(), &token).await, Verification::Used));
    assert!(matches!(verify(&house, &house.guest(), "made up").await, Verification::Unknown));
    assert!(find(&house.db, &user.id).await.unwrap().email_verified());
    assert_eq!(house.events().await, ["user.verification_requested", "user.email_verified"]);
    let verified = house.stored_events().await.pop().unwrap();
    assert!(verified.actor.contains(&user.id) && verified.account_id.is_none() && verified.stream == user.id);
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(
        request_verification(&mut tx, &house.guest(), &user.id).await.unwrap_err().code,
        "email-verified"
    );
}

#[tokio::test]
async fn a_verification_link_lasts_three_days() {
    let house = House::new().await;
    let user = house.user_with("owner@bakery.example", false).await;
    let token = ask_for_verification(&house, &user).await;
    assert!(matches!(verify(&house, &house.guest_after(3 * DAY), &token).await, Verification::Expired));
    assert!(matches!(
        verify(&house, &house.guest_after(3 * DAY - 1), &token).await,
        Verification::Verified(_)
    ));
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_does() {
    let house = House::new().await;
    let user = house.user_with("owner@bakery.example", false).await;
    let token = ask_for_verification(&house, &user).await;
    let guest = house.guest();
    let (one, two) = tokio::join!(verify(&house, &guest, &token), verify(&house, &guest, &token));
    let verified =
        [&one, &two].into_iter().filter(|outcome| matches!(outcome, Verification::Verified(_))).count();
    let used = [&one, &two].into_iter().filter(|outcome| matches!(outcome, Verification::Used)).count();
    assert_eq!((verified, used), (1, 1), "{one:?} {two:?}");
    assert_eq!(house.events().await, ["user.verification_requested", "user.email_verified"]);
}

#[tokio::test]
async fn nobody_gets_more_than_five_links_an_hour() {
    let house = House::new().await;
    let user = house.user_with("owner@bakery.example", false).await;
    for _ in 0..5 {
        ask_for_verification(&house, &user).await;
    }
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(
        request_verification(&mut tx, &house.guest(), &user.id).await.unwrap_err().code,
        "too-many-mails"
    );
    request_verification(&mut tx, &house.guest_after(HOUR), &user.id).await.unwrap();
}

#[tokio::test]
async fn another_address_counts_once_its_own_mail_was_read() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let token = ask_for_address(&house, &user, "Olive@mill.example").await;
    assert_eq!(find(&house.db, &user.id).await.unwrap().email, "owner@bakery.example");
    let state = link::look(&house.db, Purpose::Verify, &token, NOW).await.unwrap();
    assert_eq!(state, State::Live { email: "Olive@mill.example".into() });
    let Verification::Changed { user, old_email } = verify(&house, &house.guest(), &token).await else {
        panic!("not changed")
    };
    assert_eq!((user.email.as_str(), old_email.as_str()), ("Olive@mill.example", "owner@bakery.example"));
    assert!(lookup_by_email(&house.db, "olive@mill.example").await.unwrap().is_some());
    assert!(lookup_by_email(&house.db, "owner@bakery.example").await.unwrap().is_none());
    assert_eq!(house.events().await, ["user.email_change_requested", "user.email_changed"]);
    assert!(house.stored_events().await[1].body.contains("\"old_email\":\"owner@bakery.example\""));
}

#[tokio::test]
async fn a_second_request_for_another_address_voids_the_first() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let first = ask_for_address(&house, &user, "typo@mill.example").await;
    let second = ask_for_address(&house, &user, "olive@mill.example").await;
    assert!(matches!(verify(&house, &house.guest(), &first).await, Verification::Expired));
    assert!(matches!(verify(&house, &house.guest(), &second).await, Verification::Changed { .. }));
}

#[tokio::test]
async fn links_in_the_old_mailbox_are_void_after_a_change_of_address() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    ask_for_reset(&house, "owner@bakery.example").await;
    let stale = house.link().await;
    let token = ask_for_address(&house, &user, "olive@mill.example").await;
    verify(&house, &house.guest(), &token).await;
    assert!(matches!(reset(&house, &house.guest(), &stale, "x").await, Reset::Expired));
}

#[tokio::test]
async fn only_the_holder_of_an_address_learns_that_it_is_taken() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    house.user("taken@bakery.example").await;
    let token = ask_for_address(&house, &user, "Taken@bakery.example").await;
    assert!(
        matches!(verify(&house, &house.guest(), &token).await, Verification::Taken { email } if email == "Taken@bakery.example")
    );
    assert_eq!(find(&house.db, &user.id).await.unwrap().email, "owner@bakery.example");
    assert_eq!(house.events().await, ["user.email_change_requested"]);
    let mut tx = house.db.begin().await.unwrap();
    let same =
        request_email_change(&mut tx, &house.guest(), &user.id, "OWNER@bakery.example").await.unwrap_err();
    assert_eq!(same.fields[0].code, "email-same");
}

#[tokio::test]
async fn a_reset_link_works_once_and_ends_all_sessions() {
    let house = House::new().await;
    let user = house.user_with("owner@bakery.example", false).await;
    let entrance = log_in(&house, "owner@bakery.example").await;
    ask_for_reset(&house, "OWNER@bakery.example").await;
    let token = house.link().await;
    assert!(matches!(verify(&house, &house.guest(), &token).await, Verification::Unknown));
    let hash = password::hashed(&house.passwords, "password", "another good one", &user.email).await.unwrap();
    assert!(matches!(reset(&house, &house.guest_after(HOUR), &token, &hash).await, Reset::Expired));
    assert!(
        matches!(reset(&house, &house.guest(), &token, &hash).await, Reset::Done(user) if user.email_verified())
    );
    assert!(matches!(reset(&house, &house.guest(), &token, &hash).await, Reset::Used));
    assert!(session::authenticate(&house.db, &entrance.token.hash(), NOW).await.unwrap().is_none());
    let stored = find(&house.db, &user.id).await.unwrap();
    assert!(house.passwords.verify("another good one", Some(&stored.password_hash)).await.unwrap());
    assert_eq!(
        house.events().await,
        ["user.logged_in", "user.password_reset_requested", "user.email_verified", "user.password_changed"]
    );
}

#[tokio::test]
async fn a_forgotten_password_of_nobody_is_passed_over() {
    let house = House::new().await;
    ask_for_reset(&house, "nobody@bakery.example").await;
    assert!(house.events().await.is_empty());
    assert_eq!(house.number("SELECT COUNT(*) FROM user_links").await, 0);
}

#[tokio::test]
async fn one_network_address_asks_for_twenty_resets_and_no_more() {
    let house = House::new().await;
    for n in 0..25 {
        house.user(&format!("user{n}@bakery.example")).await;
        ask_for_reset(&house, &format!("user{n}@bakery.example")).await;
    }
    assert_eq!(house.events().await.len(), 20);
}

#[tokio::test]
async fn a_changed_password_ends_all_sessions_but_the_present_one() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let (here, there) = (log_in(&house, &user.email).await, log_in(&house, &user.email).await);
    let stolen = ask_for_address(&house, &user, "thief@evil.example").await;
    let mut tx = house.db.begin().await.unwrap();
    password::change(&mut tx, &house.guest(), &user.id, "hash", Some(&here.session.id)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(session::authenticate(&house.db, &here.token.hash(), NOW).await.unwrap().is_some());
    assert!(session::authenticate(&house.db, &there.token.hash(), NOW).await.unwrap().is_none());
    assert!(matches!(verify(&house, &house.guest(), &stolen).await, Verification::Expired));
    assert_eq!(house.events().await.last().unwrap(), "user.password_changed");
}

#[tokio::test]
async fn a_profile_says_what_changed_and_nothing_if_nothing_did() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let mut wanted = Profile {
        first_name: " Olive ".into(),
        last_name: "Miller".into(),
        locale: "de".into(),
        time_zone: "europe/berlin".into(),
    };
    let mut tx = house.db.begin().await.unwrap();
    let changed = change_profile(&mut tx, &house.guest(), &user.id, &wanted).await.unwrap();
    assert_eq!((changed.name().as_str(), changed.time_zone.as_str()), ("Olive Miller", "Europe/Berlin"));
    change_profile(&mut tx, &house.guest(), &user.id, &wanted).await.unwrap();
    wanted.time_zone = "Europe/Nowhere".into();
    let error = change_profile(&mut tx, &house.guest(), &user.id, &wanted).await.unwrap_err();
    assert_eq!((error.fields[0].field.as_str(), error.fields[0].code), ("time_zone", "time-zone"));
    tx.commit().await.unwrap();
    assert_eq!(find(&house.db, &user.id).await.unwrap().locale, "de");
    let events = house.stored_events().await;
    assert_eq!(events.len(), 1);
    let changes: serde_json::Value = serde_json::from_str(&events[0].body).unwrap();
    let fields: Vec<_> = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["last_name", "locale"]);
}

#[tokio::test]
async fn long_dead_links_are_forgotten() {
    let house = House::new().await;
    let user = house.user_with("owner@bakery.example", false).await;
    ask_for_verification(&house, &user).await;
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(link::sweep(&mut tx, NOW + 29 * DAY).await.unwrap(), 0);
    assert_eq!(link::sweep(&mut tx, NOW + 31 * DAY).await.unwrap(), 1);
}
