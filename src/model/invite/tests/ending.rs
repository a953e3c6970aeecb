//! Links that open nothing any more, and invites that end.

use super::*;
use crate::{args, clock::DAY, event::outbox::Act};

#[tokio::test]
async fn expired_used_cancelled_declined_and_replaced_links_say_so_and_open_nothing() {
    let bakery = Bakery::new().await;
    let guest = bakery.house.guest();
    let (expired, expired_token) = bakery.invite("expired@b.example", "tickets").await.unwrap();
    let (used, used_token) = bakery.invite("used@b.example", "tickets").await.unwrap();
    bakery.accept_new(&guest, &used, &used_token).await.unwrap();
    let (cancelled, cancelled_token) = bakery.invite("cancelled@b.example", "tickets").await.unwrap();
    bakery.commit(async |tx| cancel(tx, &bakery.act(), &bakery.id, &cancelled.id).await).await.unwrap();
    let (declined, declined_token) = bakery.invite("declined@b.example", "tickets").await.unwrap();
    bakery.commit(async |tx| decline(tx, &guest, Opened::Link(&declined_token)).await).await.unwrap();
    let (replaced, replaced_token) = bakery.invite("replaced@b.example", "tickets").await.unwrap();
    let (_, fresh_token) = bakery.resend(&bakery.act(), &replaced).await.unwrap();
    bakery.news().await;

    let late = Act { at: NOW + 7 * DAY, ..guest.clone() };
    let table = [
        (&expired, &expired_token, &late, "expired", "invite-expired"),
        (&used, &used_token, &guest, "used", "invite-used"),
        (&cancelled, &cancelled_token, &guest, "cancelled", "invite-cancelled"),
        (&declined, &declined_token, &guest, "declined", "invite-declined"),
        (&replaced, &replaced_token, &guest, "replaced", "invite-replaced"),
    ];
    for (invite, token, act, word, expected) in table {
        assert_eq!(looked(&bakery, token, act.at).await, word);
        assert_eq!(code(bakery.accept_new(act, invite, token).await), (Kind::Gone, expected));
        let declining = bakery.commit(async |tx| decline(tx, act, Opened::Link(token)).await).await;
        assert_eq!(code(declining), (Kind::Gone, expected));
    }
    assert!(bakery.news().await.is_empty());
    assert_eq!(
        looked(&bakery, &expired_token, NOW + 7 * DAY - 1).await,
        "pending expired@b.example Blue Bakery false"
    );
    bakery.accept_new(&guest, &replaced, &fresh_token).await.unwrap();
}

#[tokio::test]
async fn a_tampered_token_opens_nothing() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.news().await;
    let hash = crate::secret::hash(&token);
    for tampered in [&token[1..], &token.to_lowercase(), &format!("{token}A"), "", &hash, &invite.id] {
        assert_eq!(looked(&bakery, tampered, NOW).await, "unknown", "{tampered}");
        assert_eq!(
            code(bakery.accept_new(&bakery.house.guest(), &invite, tampered).await),
            (Kind::NotFound, "invite")
        );
    }
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn nobody_enters_a_closed_account() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    let ada = bakery.house.user(ADA).await;
    bakery.house.run("UPDATE accounts SET closed_at = 1", args![]).await;
    assert_eq!(
        code(bakery.accept_new(&bakery.house.guest(), &invite, &token).await),
        (Kind::Gone, "account-closed")
    );
    assert!(waiting(&bakery.house.db, &ada, NOW).await.unwrap().is_empty());
}

#[tokio::test]
async fn declining_is_announced_as_the_invitees_act() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.news().await;
    bakery.commit(async |tx| decline(tx, &bakery.house.guest(), Opened::Link(&token)).await).await.unwrap();
    let event = bakery.only_event("invite.declined").await;
    assert_eq!(
        (event["actor"]["kind"].as_str(), event["actor"]["email"].as_str()),
        (Some("guest"), Some(ADA))
    );
    // The address can be invited again.
    bakery.invite(ADA, "tickets").await.unwrap();
    assert_eq!(code(find(&bakery.house.db, &bakery.id, &invite.id).await), (Kind::Gone, "invite-declined"));
}

#[tokio::test]
async fn an_expired_invite_is_announced_once_and_can_be_sent_again() {
    let bakery = Bakery::new().await;
    let (invite, _) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.news().await;
    let sweep = async |after| {
        bakery.commit(async |tx| expire_due(tx, &bakery.act_after(after), 10).await).await.unwrap()
    };
    assert_eq!(sweep(7 * DAY - 1).await, 0);
    assert_eq!(sweep(7 * DAY).await, 1);
    assert_eq!(sweep(8 * DAY).await, 0);
    assert_eq!(bakery.news().await, ["invite.expired"]);
    assert_eq!(code(bakery.invite(ADA, "tickets").await), (Kind::Conflict, "already-invited"));
    let (again, token) = bakery.resend(&bakery.act_after(8 * DAY), &invite).await.unwrap();
    assert_eq!((again.expires_at, bakery.news().await), (NOW + 15 * DAY, vec!["invite.resent".to_owned()]));
    assert_eq!(looked(&bakery, &token, NOW + 9 * DAY).await, "pending ada@bakery.example Blue Bakery false");
    assert_eq!(sweep(15 * DAY).await, 1);
}

#[tokio::test]
async fn the_expiry_of_a_closed_accounts_invite_is_no_news() {
    let bakery = Bakery::new().await;
    bakery.invite(ADA, "invoices").await.unwrap();
    bakery.house.run("UPDATE accounts SET closed_at = 1", args![]).await;
    bakery.news().await;
    let act = bakery.act_after(7 * DAY);
    assert_eq!(bakery.commit(async |tx| expire_due(tx, &act, 10).await).await.unwrap(), 0);
    assert!(bakery.news().await.is_empty());
}
