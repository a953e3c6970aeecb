//! Addresses that customers name for mail, and that nobody has confirmed.

use super::{Browser, Got, House};
use crate::clock::HOUR;
use axum::http::StatusCode;

const OWNER: &str = "owner@bakery.example";

/// As if the owner had registered with any address.
async fn unprove(house: &House) {
    let mut tx = house.app.db.begin().await.unwrap();
    let sql = "UPDATE users SET email_verified_at = NULL WHERE email_key = 'owner@bakery.example'";
    tx.execute(sql, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn open(browser: &Browser<'_>, cc: &str) -> Got {
    let fields = [("subject", "Oven"), ("message", "Cold."), ("department", "Support"), ("cc", cc)];
    browser.post("/tickets/new", &fields).await
}

fn strangers(from: usize, to: usize) -> String {
    (from..to).map(|n| format!("v{n}@victims.example")).collect::<Vec<_>>().join(" ")
}

async fn add(browser: &Browser<'_>, email: &str) -> Got {
    browser.post("/contacts/new", &[("name", "Some One"), ("email", email), ("categories", "support")]).await
}

#[tokio::test]
async fn so_many_new_addresses_get_mail_within_an_hour_however_they_are_named() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let opened = open(&owner, &strangers(0, 18)).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    assert_eq!(add(&owner, "v18@victims.example").await.status, StatusCode::SEE_OTHER);
    let account = owner.post("/account", &[("email", "v19@victims.example")]).await;
    assert_eq!(account.status, StatusCode::SEE_OTHER, "{}", account.body);

    // The twenty-first, at every door; what was typed stands there still.
    let refused = open(&owner, "v20@victims.example").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        refused.body.contains("So many new addresses") && refused.body.contains("v20@victims.example"),
        "{}",
        refused.body
    );
    let cc = format!("{}/cc", opened.location());
    let copied = owner.post(&cc, &[("cc", &strangers(0, 19))]).await;
    assert_eq!(copied.status, StatusCode::SEE_OTHER, "those who are copied, and a contact: {}", copied.body);
    assert_eq!(owner.post(&cc, &[("cc", "v20@victims.example")]).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(add(&owner, "v20@victims.example").await.status, StatusCode::TOO_MANY_REQUESTS);
    let account = owner.post("/account", &[("email", "v20@victims.example")]).await;
    assert_eq!(account.status, StatusCode::TOO_MANY_REQUESTS);
    let further = [
        ("first_name", "Olive"),
        ("last_name", "Baker"),
        ("email", "v20@victims.example"),
        ("country", "DE"),
    ];
    assert_eq!(owner.post("/accounts/new", &further).await.status, StatusCode::TOO_MANY_REQUESTS);

    // Whom the account knows, anybody may name.
    assert_eq!(open(&owner, "developer@bakery.example").await.status, StatusCode::SEE_OTHER);
    let stranger = house.logged_in("owner@books.example", "").await;
    assert_eq!(open(&stranger, "v20@victims.example").await.status, StatusCode::SEE_OTHER, "not theirs");
    house.app.clock.advance(HOUR);
    assert_eq!(open(&owner, "v20@victims.example").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_user_whose_own_address_is_not_confirmed_names_no_strangers() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    unprove(&house).await;
    let further =
        [("first_name", "Olive"), ("last_name", "Baker"), ("email", "v0@victims.example"), ("country", "DE")];
    for refused in [
        add(&owner, "v0@victims.example").await,
        owner.post("/account", &[("email", "v0@victims.example")]).await,
        owner.post("/accounts/new", &further).await,
    ] {
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("confirm your own email address first"), "{}", refused.body);
    }
    assert_eq!(add(&owner, "accountant@bakery.example").await.status, StatusCode::SEE_OTHER);
    assert_eq!(owner.post("/account", &[("phone", "1")]).await.status, StatusCode::SEE_OTHER);
    let own = [("first_name", "Olive"), ("last_name", "Baker"), ("email", OWNER), ("country", "DE")];
    assert_eq!(owner.post("/accounts/new", &own).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_proves_that_a_mail_was_read_is_shown_to_nobody_who_only_registered_with_its_address() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    open(&owner, "").await;
    house.app.settle().await.unwrap();
    let list = owner.get("/emails?q=Oven").await.body;
    let mail = list.split("href=\"/emails/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = owner.get(&format!("/emails/{mail}")).await.body;
    assert!(page.contains(&format!("{mail}.")), "their own Message-ID: {page}");
    unprove(&house).await;
    let page = owner.get(&format!("/emails/{mail}")).await.body;
    assert!(page.contains("Message-ID") && !page.contains(&format!("{mail}.")), "{page}");
}

#[tokio::test]
async fn the_history_finds_words_with_any_letters() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let fields = [("subject", "Überfällig"), ("message", "Ja."), ("department", "Support")];
    owner.post("/tickets/new", &fields).await;
    house.app.settle().await.unwrap();
    assert!(owner.get("/emails?q=%C3%BCberf%C3%84llig").await.body.contains("Überfällig"));
    assert!(!owner.get("/emails?q=unterf").await.body.contains("Überfällig"));
}
