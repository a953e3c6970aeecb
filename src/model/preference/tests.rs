//! What addresses choose, on a real database.

use super::*;
use crate::model::{account, bakery::Bakery, fact};

const BILLS: &str = "bills@bakery.example";

fn wanted(off: Option<bool>, pace: Option<Pace>) -> [Wanted; 1] {
    [Wanted { category: Category::Invoice, off, pace }]
}

async fn set_to(bakery: &Bakery, policy: &Policy, wanted: &[Wanted]) {
    bakery.commit(async |tx| set(tx, &bakery.act(), policy, &bakery.id, BILLS, wanted).await).await.unwrap();
}

#[tokio::test]
async fn what_an_address_chose_stays_and_is_told_once() {
    let bakery = Bakery::new().await;
    let free = Policy::default();
    set_to(&bakery, &free, &wanted(Some(true), Some(Pace::Daily))).await;
    let event = bakery.only_event("email.preferences_changed").await;
    assert_eq!((event["to"].as_str(), event["declined"][0].as_str()), (Some(BILLS), Some("invoice")));
    assert_eq!(event["account"]["declined"][0]["email"], BILLS);
    set_to(&bakery, &free, &wanted(Some(true), None)).await;
    assert!(bakery.news().await.is_empty(), "it chose that before");
    let chosen = choices(&bakery.house.db, &bakery.id, "Bills@Bakery.example").await.unwrap();
    let invoice = chosen.iter().find(|choice| choice.category == Category::Invoice).unwrap();
    assert_eq!((invoice.off_at.is_some(), invoice.pace), (true, Pace::Daily));
    set_to(&bakery, &free, &wanted(Some(false), None)).await;
    assert!(bakery.account().await.declined.is_empty());
}

#[tokio::test]
async fn an_accounts_address_gets_what_the_operator_lays_down_until_somebody_chooses() {
    let bakery = Bakery::new().await;
    let table = serde_json::json!({"general": "off", "invoice": "always", "affiliate": "never"});
    let policy = Policy::of_setting(Some(&table));
    let column = policy.to_column();
    bakery.commit(async |tx| fact::set(tx, FACT, &column).await).await.unwrap();
    assert_eq!(bakery.account().await.categories, ["invoice", "support", "product", "domain"]);
    bakery
        .commit(async |tx| {
            account::change_preferences(
                tx,
                &bakery.act(),
                &bakery.id,
                &[Category::General, Category::Affiliate],
            )
            .await
        })
        .await
        .unwrap();
    assert_eq!(bakery.account().await.categories, ["general", "invoice"]);
    bakery.news().await;
    set_to(&bakery, &policy, &wanted(Some(true), None)).await;
    assert!(bakery.news().await.is_empty(), "what everybody gets cannot be switched off");
}
