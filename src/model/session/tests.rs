//! Sessions against a real database.

use super::*;
use crate::{
    args,
    clock::SECOND,
    model::{
        staff::{self, NewStaff, Role},
        testing::{House, NOW, visitor},
    },
    permission::Permission,
};

async fn begun(house: &House, user: &User, account: Option<&str>) -> (Token, Session) {
    let mut tx = house.db.begin().await.unwrap();
    let begins = Begins::User { id: &user.id, account };
    let started = start(&mut tx, &house.guest(), &visitor("192.0.2.1"), begins).await.unwrap();
    tx.commit().await.unwrap();
    started
}

async fn at(house: &House, token: &Token, now: i64) -> Option<Current> {
    authenticate(&house.db, &token.hash(), now).await.unwrap()
}

#[tokio::test]
async fn one_read_tells_who_it_is_and_what_they_may_do() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let bakery = house.account("bakery", &user, "*").await;
    house.account("books", &user, "invoices").await;
    let (token, session) = begun(&house, &user, Some(&bakery.id)).await;
    let current = at(&house, &token, NOW).await.unwrap();
    assert_eq!(current.session.id, session.id);
    assert_eq!(current.actor().email, "owner@bakery.example");
    let Who::User { user: read, account, accounts } = current.who else { panic!("no user") };
    assert_eq!(
        (read.name().as_str(), read.password_hash == user.password_hash, accounts),
        ("Olive Baker", true, 2)
    );
    let account = account.unwrap();
    assert!(account.owner && account.permissions.is_all() && account.name == "bakery" && !account.closed);
    assert!(at(&house, &Token::generate(), NOW).await.is_none());
}

#[tokio::test]
async fn a_change_of_permissions_counts_at_the_next_request() {
    let house = House::new().await;
    let user = house.user("accountant@bakery.example").await;
    let bakery = house.account("bakery", &user, "invoices,quotes").await;
    let (token, _) = begun(&house, &user, Some(&bakery.id)).await;
    assert!(at(&house, &token, NOW).await.unwrap().account().unwrap().may(Permission::Invoices));
    house.run("UPDATE access SET permissions = 'quotes' WHERE user_id = $1", args![&user.id]).await;
    let account = at(&house, &token, NOW).await.unwrap().account().cloned().unwrap();
    assert!(!account.may(Permission::Invoices) && account.may(Permission::Quotes));
    house.run("DELETE FROM access WHERE user_id = $1", args![&user.id]).await;
    let current = at(&house, &token, NOW).await.unwrap();
    assert!(current.account().is_none() && current.user().is_some());
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_without_a_request() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let (token, _) = begun(&house, &user, None).await;
    assert!(at(&house, &token, NOW + USER_IDLE).await.is_none());
    assert!(at(&house, &token, NOW + USER_IDLE - 1).await.is_some());
    assert!(
        at(&house, &token, NOW + USER_IDLE + DAY).await.is_some(),
        "the request before made it last longer"
    );
}

#[tokio::test]
async fn a_session_ends_after_ninety_days_whatever_happens() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let (token, _) = begun(&house, &user, None).await;
    for day in (20..90).step_by(20) {
        assert!(at(&house, &token, NOW + day * DAY).await.is_some(), "day {day}");
    }
    assert!(at(&house, &token, NOW + LONGEST - 1).await.is_some());
    assert!(at(&house, &token, NOW + LONGEST).await.is_none());
}

#[tokio::test]
async fn a_session_of_staff_ends_after_twelve_hours_without_a_request() {
    let house = House::new().await;
    let mut tx = house.db.begin().await.unwrap();
    let new = NewStaff {
        email: "staff@host.example".into(),
        name: "Stef".into(),
        password_hash: "x".into(),
        role: Role::Admin,
    };
    let staff = staff::create(&mut tx, &house.guest(), new).await.unwrap();
    let (token, _) =
        start(&mut tx, &house.guest(), &visitor("192.0.2.1"), Begins::Staff { id: &staff.id }).await.unwrap();
    tx.commit().await.unwrap();
    let current = at(&house, &token, NOW + STAFF_IDLE - 1).await.unwrap();
    assert_eq!(current.staff().unwrap().role, Role::Admin);
    assert!(current.user().is_none() && current.account().is_none() && current.actor().kind == "staff");
    assert!(at(&house, &token, NOW + 2 * STAFF_IDLE).await.is_none());
}

#[tokio::test]
async fn a_request_is_noted_at_most_once_a_minute() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let (token, session) = begun(&house, &user, None).await;
    let seen_at = async || store::by_id(&house.db, &session.id).await.unwrap().unwrap().seen_at;
    at(&house, &token, NOW + 59 * SECOND).await;
    assert_eq!(seen_at().await, NOW);
    at(&house, &token, NOW + 61 * SECOND).await;
    assert_eq!(seen_at().await, NOW + 61 * SECOND);
}

#[tokio::test]
async fn an_account_is_chosen_only_by_those_who_may_enter_it() {
    let house = House::new().await;
    let user = house.user("designer@demo.example").await;
    let other = house.user("owner@books.example").await;
    let studio = house.account("studio", &user, "*").await;
    let bakery = house.account("bakery", &user, "tickets").await;
    let books = house.account("books", &other, "*").await;
    let (token, session) = begun(&house, &user, None).await;
    let act = acting(&house.guest(), &user);
    let choose = async |account: &Account| {
        let mut tx = house.db.begin().await.unwrap();
        choose_account(&mut tx, &act, &session, &user, account).await?;
        tx.commit().await
    };
    choose(&studio).await.unwrap();
    assert_eq!(at(&house, &token, NOW).await.unwrap().account().unwrap().id, studio.id);
    assert!(house.events().await.is_empty(), "the first choice is no switch");
    choose(&bakery).await.unwrap();
    choose(&bakery).await.unwrap();
    assert_eq!(choose(&books).await.unwrap_err().code, "account");
    assert_eq!(at(&house, &token, NOW).await.unwrap().account().unwrap().id, bakery.id);
    assert_eq!(house.events().await, ["user.switched_account"]);
    let switched = house.stored_events().await.remove(0);
    assert_eq!(switched.account_id, Some(bakery.id));
    assert!(switched.body.contains("\"permissions\":[\"tickets\"]"), "{}", switched.body);
    assert_eq!(house.number("SELECT COUNT(*) FROM access WHERE last_login_at IS NOT NULL").await, 2);
}

#[tokio::test]
async fn nobody_chooses_for_the_session_of_another() {
    let house = House::new().await;
    let (user, other) = (house.user("designer@demo.example").await, house.user("owner@books.example").await);
    let books = house.account("books", &other, "*").await;
    let (_, session) = begun(&house, &user, None).await;
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(
        choose_account(&mut tx, &house.guest(), &session, &other, &books).await.unwrap_err().code,
        "session"
    );
}

#[tokio::test]
async fn logging_out_ends_the_session_and_says_so_once() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    let (token, _) = begun(&house, &user, None).await;
    let current = at(&house, &token, NOW).await.unwrap();
    let mut tx = house.db.begin().await.unwrap();
    end(&mut tx, &house.guest(), &current).await.unwrap();
    end(&mut tx, &house.guest(), &current).await.unwrap();
    tx.commit().await.unwrap();
    assert!(at(&house, &token, NOW).await.is_none());
    assert_eq!(house.events().await, ["user.logged_out"]);
}

#[tokio::test]
async fn log_out_everywhere_keeps_the_present_session_and_those_of_others() {
    let house = House::new().await;
    let (user, other) = (house.user("owner@bakery.example").await, house.user("other@bakery.example").await);
    let (here, there) = (begun(&house, &user, None).await, begun(&house, &user, None).await);
    let theirs = begun(&house, &other, None).await;
    assert_eq!(list(&house.db, &user.id, NOW).await.unwrap().len(), 2);
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(end_others(&mut tx, &house.guest(), &user, &here.1.id).await.unwrap(), 1);
    assert_eq!(end_others(&mut tx, &house.guest(), &user, &here.1.id).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert!(at(&house, &here.0, NOW).await.is_some() && at(&house, &theirs.0, NOW).await.is_some());
    assert!(at(&house, &there.0, NOW).await.is_none());
    assert_eq!(house.events().await, ["user.sessions_ended"]);
}

#[tokio::test]
async fn one_ends_single_sessions_of_ones_own_only() {
    let house = House::new().await;
    let (user, other) = (house.user("owner@bakery.example").await, house.user("other@bakery.example").await);
    let (mine, theirs) = (begun(&house, &user, None).await, begun(&house, &other, None).await);
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(end_one(&mut tx, &house.guest(), &user, &theirs.1.id).await.unwrap_err().code, "session");
    end_one(&mut tx, &house.guest(), &user, &mine.1.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(at(&house, &mine.0, NOW).await.is_none() && at(&house, &theirs.0, NOW).await.is_some());
}

#[tokio::test]
async fn sessions_that_have_run_out_are_forgotten() {
    let house = House::new().await;
    let user = house.user("owner@bakery.example").await;
    begun(&house, &user, None).await;
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(sweep(&mut tx, NOW + USER_IDLE - 1).await.unwrap(), 0);
    assert_eq!(sweep(&mut tx, NOW + USER_IDLE).await.unwrap(), 1);
}
