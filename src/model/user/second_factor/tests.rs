//! Second factors against a real database.

use super::*;
use crate::{
    event::data::Person,
    model::testing::{House, NOW},
};

const STEP: i64 = 30_000;

/// A user whose second factor is in force since [`NOW`], its secret and the recovery codes.
async fn set_up(house: &House) -> (User, String, Vec<String>) {
    let user = house.user("owner@bakery.example").await;
    let act = house.guest();
    let mut tx = house.db.begin().await.unwrap();
    let secret = begin(&mut tx, &act, &user.id).await.unwrap();
    let codes = enable(&mut tx, &act, &user.id, &totp::code(&secret, NOW).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    (find(&house.db, &user.id).await.unwrap(), secret, codes)
}

async fn checks(house: &House, user: &User, typed: &str, after: i64) -> bool {
    let mut tx = house.db.begin().await.unwrap();
    let right = check(&mut tx, &house.guest_after(after), &user.id, typed).await.unwrap();
    tx.commit().await.unwrap();
    right
}

#[tokio::test]
async fn a_second_factor_is_in_force_once_its_code_was_typed() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let act = house.guest();
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(enable(&mut tx, &act, &user.id, "123456").await.unwrap_err().code, "two-factor-not-begun");
    let secret = begin(&mut tx, &act, &user.id).await.unwrap();
    let begun = find(&mut tx, &user.id).await.unwrap();
    assert!(!begun.two_factor() && !begun.totp_secret.clone().unwrap().contains(&secret));
    assert_eq!(pending(&begun, &act.key).as_deref(), Some(secret.as_str()));
    let wrong =
        enable(&mut tx, &act, &user.id, &totp::code(&secret, NOW + 10 * STEP).unwrap()).await.unwrap_err();
    assert_eq!((wrong.fields[0].field.as_str(), wrong.fields[0].code), ("code", "code-wrong"));
    assert!(!check(&mut tx, &act, &user.id, &totp::code(&secret, NOW).unwrap()).await.unwrap());
    let codes = enable(&mut tx, &act, &user.id, &totp::code(&secret, NOW).unwrap()).await.unwrap();
    assert_eq!(codes.len(), CODES);
    assert_eq!(begin(&mut tx, &act, &user.id).await.unwrap_err().code, "two-factor-on");
    tx.commit().await.unwrap();
    let user = find(&house.db, &user.id).await.unwrap();
    assert!(user.two_factor() && pending(&user, &act.key).is_none());
    assert_eq!(house.events().await, ["user.two_factor_enabled"]);
    let stored = house.stored_events().await.remove(0).body;
    assert!(!stored.contains(&secret) && !codes.iter().any(|code| stored.contains(code)), "{stored}");
}

#[tokio::test]
async fn a_code_works_once() {
    let house = House::new().await;
    let (user, secret, _) = set_up(&house).await;
    assert!(!checks(&house, &user, &totp::code(&secret, NOW).unwrap(), 0).await, "the code that enabled it");
    let code = totp::code(&secret, NOW + STEP).unwrap();
    assert!(checks(&house, &user, &format!("{} {}", &code[..3], &code[3..]), STEP).await);
    assert!(!checks(&house, &user, &code, STEP).await);
    assert!(!checks(&house, &user, &totp::code(&secret, NOW).unwrap(), STEP).await, "an earlier one");
}

#[tokio::test]
async fn of_two_who_use_a_code_at_once_one_does() {
    let house = House::new().await;
    let (user, secret, codes) = set_up(&house).await;
    let code = totp::code(&secret, NOW + STEP).unwrap();
    let (one, two) = tokio::join!(checks(&house, &user, &code, STEP), checks(&house, &user, &code, STEP));
    assert!(one ^ two);
    let (one, two) =
        tokio::join!(checks(&house, &user, &codes[0], STEP), checks(&house, &user, &codes[0], STEP));
    assert!(one ^ two);
}

#[tokio::test]
async fn a_recovery_code_works_once_however_it_is_typed() {
    let house = House::new().await;
    let (user, _, codes) = set_up(&house).await;
    assert!(checks(&house, &user, &format!(" {} ", codes[3].to_uppercase().replace('-', " ")), 0).await);
    assert!(!checks(&house, &user, &codes[3], 0).await);
    assert!(!checks(&house, &user, "aaaaa-aaaaa", 0).await);
    assert!(!checks(&house, &user, "", 0).await);
    assert_eq!(codes_left(&house.db, &user.id).await.unwrap(), 9);
    assert_eq!(house.events().await, ["user.two_factor_enabled", "user.recovery_code_used"]);
    assert!(house.stored_events().await[1].body.contains("\"left\":9"));
}

#[tokio::test]
async fn renewed_recovery_codes_replace_the_old_ones() {
    let house = House::new().await;
    let (user, _, old) = set_up(&house).await;
    let mut tx = house.db.begin().await.unwrap();
    let codes = renew(&mut tx, &house.guest(), &user.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!checks(&house, &user, &old[0], 0).await);
    assert!(checks(&house, &user, &codes[0], 0).await);
    assert_eq!(house.events().await[1], "user.recovery_codes_renewed");
}

#[tokio::test]
async fn a_recovery_code_of_another_user_opens_nothing() {
    let house = House::new().await;
    let (_, _, codes) = set_up(&house).await;
    let other = house.user("other@bakery.example").await;
    let mut tx = house.db.begin().await.unwrap();
    let secret = begin(&mut tx, &house.guest(), &other.id).await.unwrap();
    enable(&mut tx, &house.guest(), &other.id, &totp::code(&secret, NOW).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!checks(&house, &other, &codes[0], 0).await);
}

#[tokio::test]
async fn staff_and_only_staff_help_who_lost_everything() {
    let house = House::new().await;
    let (user, secret, codes) = set_up(&house).await;
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(disable_by_staff(&mut tx, &house.guest(), &user.id).await.unwrap_err().code, "staff-only");
    let staff = Act { actor: Person { kind: "staff".into(), ..Person::default() }, ..house.guest() };
    disable_by_staff(&mut tx, &staff, &user.id).await.unwrap();
    assert_eq!(disable(&mut tx, &staff, &user.id).await.unwrap_err().code, "two-factor-off");
    assert_eq!(renew(&mut tx, &staff, &user.id).await.unwrap_err().code, "two-factor-off");
    tx.commit().await.unwrap();
    assert!(!find(&house.db, &user.id).await.unwrap().two_factor());
    assert!(!checks(&house, &user, &totp::code(&secret, NOW + STEP).unwrap(), STEP).await);
    assert!(!checks(&house, &user, &codes[0], STEP).await);
    assert!(house.stored_events().await[1].actor.contains("staff"));
}
