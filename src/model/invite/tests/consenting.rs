//! Accepting with another address than the invited one.

use super::*;
use serde_json::json;

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

    let asking =
        bakery.commit(async |tx| request_consent(tx, &bakery.act_of(&sly), &token, &sly).await).await;
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
    assert!(
        look_consent(db, &consent, &dana, NOW).await.unwrap().is_none(),
        "only the owner sees the question"
    );
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
    let asking =
        bakery.commit(async |tx| request_consent(tx, &bakery.act(), &token, &bakery.owner).await).await;
    assert_eq!(code(asking), (Kind::Conflict, "already-has-access"));
    assert_eq!(looked(&bakery, &token, NOW).await, "pending ada@bakery.example Blue Bakery false");
}
