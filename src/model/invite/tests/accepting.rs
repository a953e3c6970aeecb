//! Accepting: who may, what it gives, and that it works once.

use super::*;
use crate::{
    args,
    clock::DAY,
    event::guard::InviteAccept,
    model::{bakery::new, user},
};
use serde_json::json;

#[tokio::test]
async fn a_new_colleague_accepts_and_counts_as_verified() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices,emails").await.unwrap();
    bakery.news().await;
    let ada = bakery.accept_new(&bakery.house.guest(), &invite, &token).await.unwrap();
    let events = bakery.happened().await;
    let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["user.registered", "invite.accepted", "user.added"]);
    let added = events[2].whole().unwrap();
    assert_eq!(added["user"]["permissions"], json!(["invoices", "emails"]));
    assert_eq!(added["actor"]["id"], json!(ada.id));
    assert_eq!(added["account"]["users"].as_array().unwrap().len(), 2);
    assert!(ada.email_verified() && ada.email == ADA);
    assert_eq!(bakery.permissions_of(&ada).await, "invoices,emails");
    assert!(pending(&bakery.house.db, &bakery.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_invited_user_accepts_whatever_the_capitals_and_is_verified_by_it() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite("ADA@Bakery.example", "invoices").await.unwrap();
    let ada = bakery.house.user_with(ADA, false).await;
    bakery.news().await;
    bakery.accept(&bakery.act_of(&ada), &invite, Opened::Link(&token), &ada, false).await.unwrap();
    assert_eq!(bakery.news().await, ["user.email_verified", "invite.accepted", "user.added"]);
    assert!(user::find(&bakery.house.db, &ada.id).await.unwrap().email_verified());
}

#[tokio::test]
async fn a_guard_amends_what_accepting_gives_or_refuses_it() {
    let mut bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.rules.denied = Some("Not today.".into());
    assert_eq!(
        code(bakery.accept_new(&bakery.house.guest(), &invite, &token).await),
        (Kind::Refused, "refused")
    );
    bakery.rules.denied = None;
    bakery.rules.amended = vec![("permissions", json!(["tickets"]))];
    let ada = bakery.accept_new(&bakery.house.guest(), &invite, &token).await.unwrap();
    assert_eq!(bakery.permissions_of(&ada).await, "tickets");
}

#[tokio::test]
async fn an_address_that_has_a_user_is_not_registered_by_an_invite() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.house.user(ADA).await;
    bakery.news().await;
    assert_eq!(
        code(bakery.accept_new(&bakery.house.guest(), &invite, &token).await),
        (Kind::Conflict, "email-taken")
    );
    assert!(bakery.news().await.is_empty());
    assert_eq!(looked(&bakery, &token, NOW).await, "pending ada@bakery.example Blue Bakery true");
}

#[tokio::test]
async fn of_many_who_accept_at_once_exactly_one_does() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    let ada = bakery.house.user(ADA).await;
    bakery.news().await;
    let act = bakery.act_of(&ada);
    let accepting = || bakery.accept(&act, &invite, Opened::Link(&token), &ada, false);
    let (one, two, three, four) = tokio::join!(accepting(), accepting(), accepting(), accepting());
    let outcomes = [one, two, three, four].map(|outcome| outcome.map_err(|error| error.code));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err("invite-used"))), "{outcomes:?}");
    assert_eq!(bakery.news().await, ["invite.accepted", "user.added"]);
}

#[tokio::test]
async fn two_strangers_with_the_link_cannot_both_become_the_invitee() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.news().await;
    let guest = bakery.house.guest();
    let (one, two) =
        tokio::join!(bakery.accept_new(&guest, &invite, &token), bakery.accept_new(&guest, &invite, &token));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(bakery.news().await, ["user.registered", "invite.accepted", "user.added"]);
    assert_eq!(bakery.number("SELECT COUNT(*) FROM users WHERE email_key = 'ada@bakery.example'").await, 1);
}

#[tokio::test]
async fn approval_of_another_invite_is_not_taken() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    let (other, _) = bakery.invite("other@b.example", "tickets").await.unwrap();
    assert_eq!(code(bakery.accept_new(&bakery.house.guest(), &other, &token).await).0, Kind::Internal);
    let draft = InviteAccept { email: "mallory@b.example".into(), ..accept_draft(&invite, false, ADA) };
    let guest = bakery.house.guest();
    let approved = bakery.ask(&guest, draft).await.unwrap();
    let accepting = bakery
        .commit(async |tx| accept(tx, &guest, Opened::Link(&token), &approved, new(), false).await)
        .await;
    assert_eq!(code(accepting).0, Kind::Internal);
}

#[tokio::test]
async fn an_invite_of_somebody_who_owns_the_account_no_more_says_so_until_it_is_sent_again() {
    let bakery = Bakery::new().await;
    let heir = bakery.colleague("heir@bakery.example", "tickets").await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.house.run("UPDATE access SET owner = FALSE WHERE user_id = $1", args![&bakery.owner.id]).await;
    bakery.house.run("UPDATE access SET owner = TRUE WHERE user_id = $1", args![&heir.id]).await;
    bakery.news().await;
    assert_eq!(
        code(bakery.accept_new(&bakery.house.guest(), &invite, &token).await),
        (Kind::Gone, "inviter-left")
    );
    let (again, fresh) = bakery.resend(&bakery.act_of(&heir), &invite).await.unwrap();
    assert_eq!(again.inviter().id, heir.id);
    bakery.accept_new(&bakery.house.guest(), &again, &fresh).await.unwrap();
}

#[tokio::test]
async fn an_invite_that_waits_is_accepted_without_its_link_by_a_verified_user() {
    let bakery = Bakery::new().await;
    let (invite, _) = bakery.invite(ADA, "invoices").await.unwrap();
    let (other, _) = bakery.invite("other@b.example", "tickets").await.unwrap();
    let unverified = bakery.house.user_with(ADA, false).await;
    let act = bakery.act_of(&unverified);
    assert!(waiting(&bakery.house.db, &unverified, NOW).await.unwrap().is_empty());
    let opened = Opened::Waiting(&invite.id, &unverified);
    assert_eq!(
        code(bakery.accept(&act, &invite, opened, &unverified, false).await),
        (Kind::Forbidden, "email-unverified")
    );
    assert_eq!(
        code(bakery.commit(async |tx| decline(tx, &act, opened).await).await),
        (Kind::Forbidden, "email-unverified")
    );

    bakery.house.run("UPDATE users SET email_verified_at = 1", args![]).await;
    let ada = user::find(&bakery.house.db, &unverified.id).await.unwrap();
    let list = waiting(&bakery.house.db, &ada, NOW).await.unwrap();
    assert_eq!((list.len(), list[0].account_name().as_str()), (1, "Blue Bakery"));
    assert!(waiting(&bakery.house.db, &ada, NOW + 7 * DAY).await.unwrap().is_empty());
    let opened = Opened::Waiting(&other.id, &ada);
    assert_eq!(code(bakery.accept(&act, &other, opened, &ada, true).await), (Kind::NotFound, "invite"));
    bakery.accept(&act, &invite, Opened::Waiting(&invite.id, &ada), &ada, false).await.unwrap();
    assert_eq!(bakery.permissions_of(&ada).await, "invoices");
}
