//! Contacts on a real database.

use super::*;
use crate::{error::Kind, event::guard::Lock, model::bakery::Bakery};
use serde_json::json;

fn bills() -> ContactSave {
    ContactSave {
        name: "Accounts Payable".into(),
        email: "bills@bakery.example".into(),
        categories: vec!["invoice".into()],
        adding: true,
    }
}

async fn add_to(bakery: &Bakery, draft: ContactSave) -> Result<Contact> {
    let approved = bakery.ask(&bakery.act(), draft).await?;
    bakery.commit(async |tx| add(tx, &bakery.act(), &approved).await).await
}

async fn change_to(bakery: &Bakery, id: &str, draft: ContactSave) -> Result<Contact> {
    let approved = bakery.ask(&bakery.act(), draft).await?;
    bakery.commit(async |tx| change(tx, &bakery.act(), id, &approved).await).await
}

#[tokio::test]
async fn a_contact_is_added_changed_and_removed() {
    let bakery = Bakery::new().await;
    let contact = add_to(&bakery, bills()).await.unwrap();
    let event = bakery.only_event("contact.added").await;
    assert_eq!(event["account"]["contacts"][0]["email"], "bills@bakery.example");

    let draft = ContactSave { categories: vec!["support".into(), "invoice".into()], ..bills() };
    change_to(&bakery, &contact.id, draft.clone()).await.unwrap();
    let event = bakery.only_event("contact.changed").await;
    assert_eq!(
        event["changes"],
        json!([{"field": "categories", "before": "invoice", "after": "invoice,support"}])
    );
    change_to(&bakery, &contact.id, draft).await.unwrap();
    assert!(bakery.news().await.is_empty(), "nothing changed");

    bakery.commit(async |tx| remove(tx, &bakery.act(), &bakery.id, &contact.id).await).await.unwrap();
    let event = bakery.only_event("contact.removed").await;
    assert_eq!(
        (event["contact"]["id"].as_str(), &event["account"]["contacts"]),
        (Some(contact.id.as_str()), &json!([]))
    );
}

#[tokio::test]
async fn an_account_has_each_address_once() {
    let bakery = Bakery::new().await;
    add_to(&bakery, bills()).await.unwrap();
    let error =
        add_to(&bakery, ContactSave { email: "BILLS@bakery.example".into(), ..bills() }).await.unwrap_err();
    assert_eq!((error.fields[0].field.as_str(), error.fields[0].code), ("email", "contact-exists"));
    let other =
        add_to(&bakery, ContactSave { email: "shop@bakery.example".into(), ..bills() }).await.unwrap();
    let error = change_to(&bakery, &other.id, bills()).await.unwrap_err();
    assert_eq!(error.fields[0].code, "contact-exists");
    assert_eq!(bakery.news().await, ["contact.added", "contact.added"]);
}

#[tokio::test]
async fn what_cannot_be_a_contact_is_told_field_by_field() {
    let bakery = Bakery::new().await;
    let error = add_to(&bakery, ContactSave { name: " ".into(), email: "nowhere".into(), ..bills() })
        .await
        .unwrap_err();
    let fields: Vec<_> = error.fields.iter().map(|f| (f.field.as_str(), f.code)).collect();
    assert_eq!(fields, [("name", "required"), ("email", "email")]);
    let error =
        add_to(&bakery, ContactSave { categories: vec!["gossip".into()], ..bills() }).await.unwrap_err();
    assert_eq!(error.fields[0].field, "categories");
}

#[tokio::test]
async fn a_locked_field_of_a_contact_stays() {
    let mut bakery = Bakery::new().await;
    let contact = add_to(&bakery, bills()).await.unwrap();
    bakery.rules.locked = vec![Lock { fields: vec!["email".into()], reason: "Fixed.".into() }];
    let error =
        change_to(&bakery, &contact.id, ContactSave { email: "new@bakery.example".into(), ..bills() })
            .await
            .unwrap_err();
    assert_eq!(error.fields[0].code, "locked");
    change_to(&bakery, &contact.id, ContactSave { name: "Payables".into(), ..bills() }).await.unwrap();
}

#[tokio::test]
async fn a_hook_that_refuses_is_heard() {
    let mut bakery = Bakery::new().await;
    bakery.rules.denied = Some("Not on Sundays.".into());
    let error = add_to(&bakery, bills()).await.unwrap_err();
    assert_eq!((error.kind, error.detail.as_str()), (Kind::Refused, "Not on Sundays."));
    assert!(bakery.news().await.is_empty());
}

#[tokio::test]
async fn another_accounts_contact_is_as_if_it_were_not_there() {
    let bakery = Bakery::new().await;
    let contact = add_to(&bakery, bills()).await.unwrap();
    bakery.news().await;
    let (owner, books) = bakery.books().await;
    let act = bakery.act_of(&owner);
    let seen = account::snapshot(&bakery.house.db, &books).await.unwrap();
    let approved = crate::model::ask(&bakery.rules, &act, &seen, bills()).await.unwrap();
    for id in [contact.id.as_str(), "con_nothing"] {
        let errors = [
            find(&bakery.house.db, &books, id).await.unwrap_err(),
            bakery.commit(async |tx| change(tx, &act, id, &approved).await).await.unwrap_err(),
            bakery.commit(async |tx| remove(tx, &act, &books, id).await).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!((error.kind, error.to_string().as_str()), (Kind::NotFound, "contact"), "{id}");
        }
    }
    assert_eq!(list(&bakery.house.db, &books, "", &Page::default()).await.unwrap().total, 0);
    assert_eq!(list(&bakery.house.db, &bakery.id, "PAYABLE", &Page::default()).await.unwrap().total, 1);
    assert!(bakery.news().await.is_empty());
    // The address is the other account's matter: both may have it.
    bakery.commit(async |tx| add(tx, &act, &approved).await).await.unwrap();
}
