//! Accounts on a real database.

use super::*;
use crate::{
    args,
    event::guard::{AccountRegister, Lock},
    model::{
        ask,
        bakery::{Bakery, form},
        page::Place,
        testing::House,
    },
};
use serde_json::json;

async fn register_with(house: &House, draft: AccountRegister) -> Result<Registered> {
    let act = house.guest();
    let approved =
        ask(&crate::model::bakery::Rules::default(), &act, &data::Account::default(), draft).await?;
    let mut tx = house.db.begin().await?;
    let owner = Owner::New { password_hash: "x".into(), time_zone: String::new() };
    let registered = register(&mut tx, &act, &approved, owner).await?;
    tx.commit().await?;
    Ok(registered)
}

#[tokio::test]
async fn registering_makes_an_account_and_its_owner_who_is_asked_to_verify() {
    let house = House::new().await;
    let registered = register_with(&house, form("Blue Bakery", " Owner@bakery.example ")).await.unwrap();
    assert_eq!(house.events().await, ["user.registered", "account.created", "user.verification_requested"]);
    assert!(!house.link().await.is_empty());
    let created = house.stored_events().await[1].whole().unwrap();
    assert_eq!(created["account"]["owner"]["permissions"].as_array().unwrap().len(), 13);
    assert_eq!(created["account"]["name"], "Blue Bakery");
    assert_eq!(created["actor"]["email"], "Owner@bakery.example");
    assert_eq!(created["account"]["categories"].as_array().unwrap().len(), 6);
    assert_eq!((registered.account.country.as_str(), registered.owner.email_verified()), ("DE", false));
}

#[tokio::test]
async fn an_address_that_is_taken_registers_nothing() {
    let house = House::new().await;
    register_with(&house, form("Blue Bakery", "owner@bakery.example")).await.unwrap();
    let error = register_with(&house, form("Red Bakery", "OWNER@bakery.example")).await.unwrap_err();
    assert_eq!(error.code, "email-taken");
    assert_eq!(house.number("SELECT COUNT(*) FROM accounts").await, 1);
    assert_eq!(house.events().await.len(), 3);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_registration_is_told_at_once() {
    let house = House::new().await;
    let draft = AccountRegister { first_name: " ".into(), country: "XX".into(), ..form("", "nobody") };
    let error = register_with(&house, draft).await.unwrap_err();
    let fields: Vec<_> = error.fields.iter().map(|field| (field.field.as_str(), field.code)).collect();
    assert_eq!(fields, [("email", "email"), ("country", "choice"), ("first_name", "required")]);
    assert!(house.events().await.is_empty());
}

#[tokio::test]
async fn a_user_opens_a_further_account_of_their_own() {
    let bakery = Bakery::new().await;
    let act = bakery.act();
    let draft = form("Red Bakery", "owner@bakery.example");
    let approved = ask(&bakery.rules, &act, &data::Account::default(), draft).await.unwrap();
    let second = bakery
        .commit(async |tx| register(tx, &act, &approved, Owner::Known(&bakery.owner)).await)
        .await
        .unwrap();
    assert_eq!(bakery.news().await, ["account.created"]);
    assert_eq!(second.account.owner.id, bakery.owner.id);
}

#[tokio::test]
async fn a_snapshot_is_complete_and_the_owner_stands_first() {
    let bakery = Bakery::new().await;
    bakery.colleague("zoe@bakery.example", "tickets,invoices").await;
    let account = bakery.account().await;
    let users: Vec<_> =
        account.users.iter().map(|user| (user.email.as_str(), user.owner, user.permissions.len())).collect();
    // Ada stands before Olive by name.
    assert_eq!(users, [("owner@bakery.example", true, 13), ("zoe@bakery.example", false, 2)]);
    assert_eq!(account.owner, account.users[0]);
    assert!(account.exists && account.contacts.is_empty());
}

#[tokio::test]
async fn changed_details_are_told_field_by_field() {
    let bakery = Bakery::new().await;
    let stored = find(&bakery.house.db, &bakery.id).await.unwrap().details();
    let typed =
        AccountChangeDetails { company: " Blue Mill ".into(), city: "Berlin".into(), ..stored.clone() };
    assert_eq!(
        differing(&stored, &AccountChangeDetails { city: "Berlin".into(), ..stored.clone() }),
        ["city"]
    );
    let approved = bakery.ask(&bakery.act(), typed).await.unwrap();
    bakery.commit(async |tx| change_details(tx, &bakery.act(), &approved).await).await.unwrap();
    let event = bakery.only_event("account.details_changed").await;
    let changes = json!([{"field": "company", "before": "Blue Bakery", "after": "Blue Mill"}, {"field": "city", "before": "", "after": "Berlin"}]);
    assert_eq!(event["changes"], changes);
    assert_eq!(event["account"]["name"], "Blue Mill");
}

#[tokio::test]
async fn details_that_stay_as_they_were_are_no_news() {
    let bakery = Bakery::new().await;
    let stored = find(&bakery.house.db, &bakery.id).await.unwrap().details();
    let approved = bakery.ask(&bakery.act(), stored).await.unwrap();
    assert!(
        bakery
            .commit(async |tx| change_details(tx, &bakery.act(), &approved).await)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn a_locked_field_stays_and_the_hook_says_why() {
    let mut bakery = Bakery::new().await;
    bakery.rules.locked = vec![Lock {
        fields: vec!["company".into(), "country".into()],
        reason: "Please ask our support.".into(),
    }];
    let stored = find(&bakery.house.db, &bakery.id).await.unwrap().details();
    let typed =
        AccountChangeDetails { company: "Red Bakery".into(), city: "Berlin".into(), ..stored.clone() };
    let approved = bakery.ask(&bakery.act(), typed).await.unwrap();
    let error =
        bakery.commit(async |tx| change_details(tx, &bakery.act(), &approved).await).await.unwrap_err();
    let fields: Vec<_> = error.fields.iter().map(|f| (f.field.as_str(), f.code, f.text.as_str())).collect();
    assert_eq!(fields, [("company", "locked", "Please ask our support.")]);
    assert_eq!(find(&bakery.house.db, &bakery.id).await.unwrap().company, "Blue Bakery");
    let approved =
        bakery.ask(&bakery.act(), AccountChangeDetails { city: "Berlin".into(), ..stored }).await.unwrap();
    bakery.commit(async |tx| change_details(tx, &bakery.act(), &approved).await).await.unwrap();
    assert_eq!(bakery.news().await, ["account.details_changed"]);
}

#[tokio::test]
async fn the_accounts_own_mail_is_chosen_once() {
    let bakery = Bakery::new().await;
    let chosen = [Category::Invoice, Category::General, Category::Security];
    for _ in 0..2 {
        bakery
            .commit(async |tx| change_preferences(tx, &bakery.act(), &bakery.id, &chosen).await)
            .await
            .unwrap();
    }
    let event = bakery.only_event("account.preferences_changed").await;
    assert_eq!(event["account"]["categories"], json!(["general", "invoice"]));
    assert_eq!(event["before"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_closed_account_changes_no_more() {
    let bakery = Bakery::new().await;
    bakery.house.run("UPDATE accounts SET closed_at = 1", args![]).await;
    let error = bakery
        .commit(async |tx| change_preferences(tx, &bakery.act(), &bakery.id, &[]).await)
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Gone, "account-closed"));
    let error = bakery.commit(async |tx| hold(tx, "acc_none").await).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::NotFound, "account"));
}

#[tokio::test]
async fn staff_find_accounts_by_name_and_by_the_addresses_of_their_users() {
    let bakery = Bakery::new().await;
    bakery.books().await;
    bakery.colleague("zoe@elsewhere.example", "tickets").await;
    for (search, expected) in
        [("BLUE", 1), ("zoe@else", 1), ("", 2), ("olive baker", 2), ("%", 0), ("books", 1)]
    {
        let listed = list(&bakery.house.db, search, &Page::default()).await.unwrap();
        assert_eq!(
            (listed.rows.len(), listed.total),
            (expected, i64::try_from(expected).unwrap()),
            "{search}"
        );
    }
    let line = list(&bakery.house.db, "blue", &Page::default()).await.unwrap().rows.remove(0);
    assert_eq!(
        (line.name().as_str(), line.owner_email.as_str(), line.users),
        ("Blue Bakery", "owner@bakery.example", 2)
    );
}

#[tokio::test]
async fn pages_lead_on_and_back_without_a_gap() {
    let house = House::new().await;
    let owner = house.user("o@b.example").await;
    for name in ["c", "a", "e", "b", "d"] {
        house.account(name, &owner, "*").await;
    }
    let page = |place| Page { place, size: 2 };
    let names = |listed: &Listed<Line>| listed.rows.iter().map(|row| row.company.clone()).collect::<String>();
    let first = list(&house.db, "", &page(Place::Start)).await.unwrap();
    assert_eq!(
        (names(&first).as_str(), first.total, first.before, first.previous.is_some()),
        ("ab", 5, 0, false)
    );
    let second = list(&house.db, "", &page(Place::from_cursors(first.next.as_deref(), None))).await.unwrap();
    assert_eq!((names(&second).as_str(), second.before), ("cd", 2));
    let last = list(&house.db, "", &page(Place::from_cursors(second.next.as_deref(), None))).await.unwrap();
    assert_eq!((names(&last).as_str(), last.next.is_some()), ("e", false));
    let back = list(&house.db, "", &page(Place::from_cursors(None, last.previous.as_deref()))).await.unwrap();
    assert_eq!((names(&back).as_str(), back.before, back.next.is_some()), ("cd", 2, true));
}
