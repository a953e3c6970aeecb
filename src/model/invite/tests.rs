//! Invites on a real database, from the owner's click to the colleague's access.

use super::*;
use crate::{
    args,
    clock::{DAY, HOUR, MINUTE},
    event::{
        guard::{Defaults, InviteAccept},
        outbox::Act,
    },
    model::{
        bakery::{Bakery, new},
        testing::NOW,
        user,
    },
    permission::Permission,
};
use serde_json::json;

const ADA: &str = "ada@bakery.example";

async fn looked(bakery: &Bakery, token: &str, at: i64) -> String {
    match look(&bakery.house.db, token, at).await.unwrap() {
        Looked::Pending(pending) => format!("pending {} {} {}", pending.invite.email, pending.account_name, pending.known),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> (Kind, &'static str) {
    let error = result.unwrap_err();
    (error.kind, error.code)
}

#[tokio::test]
async fn an_invite_is_sent_with_a_link_that_no_event_shows() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(" Ada@Bakery.example ", "invoices,emails").await.unwrap();
    let event = bakery.only_event("invite.sent").await;
    assert_eq!(event["invite"]["permissions"], json!(["invoices", "emails"]));
    assert_eq!((&event["invite"]["known"], &event["invite"]["all_permissions"]), (&json!(false), &json!(false)));
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
    assert_eq!((amended.permissions().to_column().as_str(), amended.all_permissions), ("quotes,emails", false));
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
    assert_eq!(code(bakery.invite("ADA@bakery.example", "tickets").await), (Kind::Conflict, "already-invited"));
    bakery.accept_new(&bakery.house.guest(), &first.0, &first.1).await.unwrap();
    bakery.news().await;
    assert_eq!(code(bakery.invite("ada@BAKERY.example", "tickets").await), (Kind::Conflict, "already-has-access"));
    assert_eq!(code(bakery.invite("owner@bakery.example", "tickets").await), (Kind::Conflict, "already-has-access"));
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
    assert_eq!(code(bakery.invite_by(&act, "x@b.example", Chosen::All).await), (Kind::Forbidden, "owner-only"));
    assert_eq!(code(bakery.resend(&act, &invite).await), (Kind::Forbidden, "owner-only"));
    assert_eq!(code(bakery.commit(async |tx| cancel(tx, &act, &bakery.id, &invite.id).await).await), (Kind::Forbidden, "owner-only"));
    let act = bakery.act_of(&stranger);
    assert_eq!(code(bakery.invite_by(&act, "x@b.example", Chosen::All).await), (Kind::NotFound, "account"));
    // From another account, the invite is as if it were not there.
    assert_eq!(code(bakery.commit(async |tx| cancel(tx, &act, &books, &invite.id).await).await), (Kind::NotFound, "invite"));
    assert_eq!(code(find(&bakery.house.db, &books, &invite.id).await), (Kind::NotFound, "invite"));
    assert!(pending(&bakery.house.db, &books).await.unwrap().is_empty());
    assert!(bakery.news().await.is_empty());
}

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
    assert_eq!(code(bakery.accept_new(&bakery.house.guest(), &invite, &token).await), (Kind::Refused, "refused"));
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
    assert_eq!(code(bakery.accept_new(&bakery.house.guest(), &invite, &token).await), (Kind::Conflict, "email-taken"));
    assert!(bakery.news().await.is_empty());
    assert_eq!(looked(&bakery, &token, NOW).await, "pending ada@bakery.example Blue Bakery true");
}

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
    assert_eq!(looked(&bakery, &expired_token, NOW + 7 * DAY - 1).await, "pending expired@b.example Blue Bakery false");
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
        assert_eq!(code(bakery.accept_new(&bakery.house.guest(), &invite, tampered).await), (Kind::NotFound, "invite"));
    }
    assert!(bakery.news().await.is_empty());
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
    let (one, two) = tokio::join!(bakery.accept_new(&guest, &invite, &token), bakery.accept_new(&guest, &invite, &token));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(bakery.news().await, ["user.registered", "invite.accepted", "user.added"]);
    assert_eq!(bakery.number("SELECT COUNT(*) FROM users WHERE email_key = 'ada@bakery.example'").await, 1);
}

#[tokio::test]
async fn somebody_else_needs_the_owners_consent() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    let dana = bakery.house.user("dana@elsewhere.example").await;
    let sly = bakery.house.user_with("sly@elsewhere.example", false).await;
    bakery.news().await;
    let (act, db) = (bakery.act_of(&dana), &bakery.house.db);
    let accepting = || bakery.accept(&act, &invite, Opened::Link(&token), &dana, false);
    assert_eq!(standing(db, &invite, &dana, false).await.unwrap(), Standing::Other);
    assert_eq!(code(accepting().await), (Kind::Forbidden, "consent-needed"));

    let asking = bakery.commit(async |tx| request_consent(tx, &bakery.act_of(&sly), &token, &sly).await).await;
    assert_eq!(code(asking), (Kind::Forbidden, "email-unverified"));
    for _ in 0..2 {
        bakery.commit(async |tx| request_consent(tx, &act, &token, &dana).await).await.unwrap();
    }
    let event = bakery.only_event("invite.consent_requested").await;
    assert_eq!(event["user"]["email"], "dana@elsewhere.example");
    assert_eq!(event["user"]["permissions"], json!([]));
    assert_eq!(standing(db, &invite, &dana, false).await.unwrap(), Standing::Asked);
    assert_eq!(code(accepting().await), (Kind::Forbidden, "consent-needed"));

    let consent = bakery.house.link().await;
    assert!(look_consent(db, &consent, &dana, NOW).await.unwrap().is_none(), "only the owner sees the question");
    let giving = bakery.commit(async |tx| give_consent(tx, &act, &consent, &dana).await).await;
    assert_eq!(code(giving), (Kind::Gone, "consent-over"));
    let asked = look_consent(db, &consent, &bakery.owner, NOW).await.unwrap().unwrap();
    assert_eq!((asked.account_name.as_str(), asked.user.id.as_str()), ("Blue Bakery", dana.id.as_str()));
    let give = || bakery.commit(async |tx| give_consent(tx, &bakery.act(), &consent, &bakery.owner).await);
    give().await.unwrap();
    assert_eq!(bakery.news().await, ["invite.consent_given"]);
    assert_eq!(code(give().await), (Kind::Gone, "consent-over"));
    assert_eq!(standing(db, &invite, &dana, false).await.unwrap(), Standing::Allowed);
    accepting().await.unwrap();
    assert_eq!(bakery.news().await, ["invite.accepted", "user.added"]);
    assert_eq!(bakery.permissions_of(&dana).await, "invoices");
}

#[tokio::test]
async fn an_owner_who_refuses_leaves_the_invite_open_for_its_address() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    let dana = bakery.house.user("dana@elsewhere.example").await;
    bakery.commit(async |tx| request_consent(tx, &bakery.act_of(&dana), &token, &dana).await).await.unwrap();
    let consent = bakery.house.link().await;
    bakery.commit(async |tx| refuse_consent(tx, &bakery.act(), &consent, &bakery.owner).await).await.unwrap();
    assert!(look_consent(&bakery.house.db, &consent, &bakery.owner, NOW).await.unwrap().is_none());
    assert_eq!(standing(&bakery.house.db, &invite, &dana, false).await.unwrap(), Standing::Other);
    bakery.accept_new(&bakery.house.guest(), &invite, &token).await.unwrap();
}

#[tokio::test]
async fn the_operators_setting_makes_consent_needless() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    let dana = bakery.house.user("dana@elsewhere.example").await;
    let sly = bakery.house.user_with("sly@elsewhere.example", false).await;
    let by_sly = bakery.accept(&bakery.act_of(&sly), &invite, Opened::Link(&token), &sly, true).await;
    assert_eq!(code(by_sly), (Kind::Forbidden, "email-unverified"));
    assert_eq!(standing(&bakery.house.db, &invite, &dana, true).await.unwrap(), Standing::Allowed);
    bakery.accept(&bakery.act_of(&dana), &invite, Opened::Link(&token), &dana, true).await.unwrap();
}

#[tokio::test]
async fn whoever_has_access_already_cannot_use_another_ones_invite_up() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    let by_owner = bakery.accept(&bakery.act(), &invite, Opened::Link(&token), &bakery.owner, true).await;
    assert_eq!(code(by_owner), (Kind::Conflict, "already-has-access"));
    let asking = bakery.commit(async |tx| request_consent(tx, &bakery.act(), &token, &bakery.owner).await).await;
    assert_eq!(code(asking), (Kind::Conflict, "already-has-access"));
    assert_eq!(looked(&bakery, &token, NOW).await, "pending ada@bakery.example Blue Bakery false");
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
    let accepting = bakery.commit(async |tx| accept(tx, &guest, Opened::Link(&token), &approved, new(), false).await).await;
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
    assert_eq!(code(bakery.accept_new(&bakery.house.guest(), &invite, &token).await), (Kind::Gone, "inviter-left"));
    let (again, fresh) = bakery.resend(&bakery.act_of(&heir), &invite).await.unwrap();
    assert_eq!(again.inviter().id, heir.id);
    bakery.accept_new(&bakery.house.guest(), &again, &fresh).await.unwrap();
}

#[tokio::test]
async fn nobody_enters_a_closed_account() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    let ada = bakery.house.user(ADA).await;
    bakery.house.run("UPDATE accounts SET closed_at = 1", args![]).await;
    assert_eq!(code(bakery.accept_new(&bakery.house.guest(), &invite, &token).await), (Kind::Gone, "account-closed"));
    assert!(waiting(&bakery.house.db, &ada, NOW).await.unwrap().is_empty());
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
    assert_eq!(code(bakery.accept(&act, &invite, opened, &unverified, false).await), (Kind::Forbidden, "email-unverified"));
    assert_eq!(code(bakery.commit(async |tx| decline(tx, &act, opened).await).await), (Kind::Forbidden, "email-unverified"));

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

#[tokio::test]
async fn declining_is_announced_as_the_invitees_act() {
    let bakery = Bakery::new().await;
    let (invite, token) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.news().await;
    bakery.commit(async |tx| decline(tx, &bakery.house.guest(), Opened::Link(&token)).await).await.unwrap();
    let event = bakery.only_event("invite.declined").await;
    assert_eq!((event["actor"]["kind"].as_str(), event["actor"]["email"].as_str()), (Some("guest"), Some(ADA)));
    // The address can be invited again.
    bakery.invite(ADA, "tickets").await.unwrap();
    assert_eq!(code(find(&bakery.house.db, &bakery.id, &invite.id).await), (Kind::Gone, "invite-declined"));
}

#[tokio::test]
async fn an_expired_invite_is_announced_once_and_can_be_sent_again() {
    let bakery = Bakery::new().await;
    let (invite, _) = bakery.invite(ADA, "invoices").await.unwrap();
    bakery.news().await;
    let sweep = async |after| bakery.commit(async |tx| expire_due(tx, &bakery.act_after(after), 10).await).await.unwrap();
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
