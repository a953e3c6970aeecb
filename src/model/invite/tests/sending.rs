//! Sending, and sending again.

use super::*;
use crate::{
    clock::{DAY, HOUR, MINUTE},
    event::guard::Defaults,
    permission::Permission,
};
use serde_json::json;

#[tokio::test]
async fn an_invite_is_sent_with_a_link_that_no_event_shows() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(" Ada@Bakery.example ", "invoices,emails").await.unwrap();
    let event = bakery.only_event("invite.sent").await;
    assert_eq!(event["invite"]["permissions"], json!(["invoices", "emails"]));
    assert_eq!(
        (&event["invite"]["known"], &event["invite"]["all_permissions"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(event["invite"]["expires_at"], json!(NOW + 7 * DAY));
    assert!(!event.to_string().contains(&token) && token.len() >= 43);
    assert_eq!(invite.email, "Ada@Bakery.example");
    assert_eq!(looked(&bakery, &token, NOW).await, "pending Ada@Bakery.example Blue Bakery false");
    assert_eq!(pending(&bakery.house.db, &bakery.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn hooks_bound_what_an_invite_gives_and_how_long_it_lasts() {
    let mut bakery = Bakery::new().await;
    bakery.rules.defaults = Defaults {
        require: vec![(Permission::Emails, "r".into())],
        forbid: vec![(Permission::Orders, "f".into())],
        ..Defaults::default()
    };
    let (chosen, _) = bakery.invite("one@b.example", "orders,tickets").await.unwrap();
    assert_eq!(chosen.permissions().to_column(), "tickets,emails");
    let (all, _) = bakery.invite_by(&bakery.act(), "all@b.example", Chosen::All).await.unwrap();
    assert_eq!((all.permissions().iter().count(), all.all_permissions), (12, true));
    bakery.rules.amended = vec![("expires_in", json!(3 * DAY)), ("permissions", json!(["orders", "quotes"]))];
    let (amended, _) = bakery.invite_by(&bakery.act(), "amended@b.example", Chosen::All).await.unwrap();
    assert_eq!(
        (amended.permissions().to_column().as_str(), amended.all_permissions),
        ("quotes,emails", false)
    );
    assert_eq!(amended.expires_at, NOW + 3 * DAY);
    for (asked, given) in [(MINUTE, HOUR), (400 * DAY, 90 * DAY)] {
        bakery.rules.amended = vec![("expires_in", json!(asked))];
        let (bounded, _) = bakery.invite(&format!("u{asked}@b.example"), "tickets").await.unwrap();
        assert_eq!(bounded.expires_at, NOW + given);
    }
}

#[tokio::test]
async fn an_invite_to_nothing_or_to_no_address_is_not_sent() {
    let bakery = Bakery::new().await;
    let error = bakery.invite(ADA, "").await.unwrap_err();
    assert_eq!((error.fields[0].field.as_str(), error.fields[0].code), ("permissions", "permissions-none"));
    assert_eq!(bakery.invite("ada", "tickets").await.unwrap_err().fields[0].field, "email");
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn whoever_has_access_or_an_invite_is_not_invited_twice() {
    let bakery = Bakery::new().await;
    let first = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.news().await;
    assert_eq!(
        code(bakery.invite("ADA@bakery.example", "tickets").await),
        (Kind::Conflict, "already-invited")
    );
    bakery.accept_new(&bakery.house.guest(), &first.0, &first.1).await.unwrap();
    bakery.news().await;
    assert_eq!(
        code(bakery.invite("ada@BAKERY.example", "tickets").await),
        (Kind::Conflict, "already-has-access")
    );
    assert_eq!(
        code(bakery.invite("owner@bakery.example", "tickets").await),
        (Kind::Conflict, "already-has-access")
    );
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn only_the_owner_invites_and_ends_invites() {
    let bakery = Bakery::new().await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let (stranger, books) = bakery.books().await;
    let (invite, _) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.news().await;
    let act = bakery.act_of(&dev);
    assert_eq!(
        code(bakery.invite_by(&act, "x@b.example", Chosen::All).await),
        (Kind::Forbidden, "owner-only")
    );
    assert_eq!(code(bakery.resend(&act, &invite).await), (Kind::Forbidden, "owner-only"));
    assert_eq!(
        code(bakery.commit(async |tx| cancel(tx, &act, &bakery.id, &invite.id).await).await),
        (Kind::Forbidden, "owner-only")
    );
    let act = bakery.act_of(&stranger);
    assert_eq!(code(bakery.invite_by(&act, "x@b.example", Chosen::All).await), (Kind::NotFound, "account"));
    // From another account, the invite is as if it were not there.
    assert_eq!(
        code(bakery.commit(async |tx| cancel(tx, &act, &books, &invite.id).await).await),
        (Kind::NotFound, "invite")
    );
    assert_eq!(code(find(&bakery.house.db, &books, &invite.id).await), (Kind::NotFound, "invite"));
    assert!(pending(&bakery.house.db, &books).await.unwrap().is_empty());
    assert!(bakery.news().await.is_empty());
}
