//! Whom a page names before one sends is whom the mail goes to.

use super::{Browser, House};
use crate::{
    mail::store,
    model::ticket::{self, Filter, Scope, Show},
};

const OWNER: &str = "owner@bakery.example";

/// Who stands in the "Goes to … people" of a page, sorted.
async fn named(browser: &Browser<'_>, path: &str) -> Vec<String> {
    let page = browser.get(path).await.body;
    let list = page
        .split("class=\"goes-to\"")
        .nth(1)
        .unwrap_or_else(|| panic!("{page}"))
        .split("</details>")
        .next()
        .unwrap();
    let mut named: Vec<String> =
        list.split("<li>").skip(1).map(|one| one.split(" <span").next().unwrap().to_owned()).collect();
    named.sort();
    assert!(
        list.contains(&format!("{} {}:", named.len(), if named.len() == 1 { "person" } else { "people" })),
        "{list}"
    );
    named
}

/// Who got mail since the last look, sorted, by address.
async fn mailed(house: &House) -> Vec<String> {
    house.app.settle().await.unwrap();
    let mut all: Vec<String> =
        store::dev_mails(&house.app.db, 100).await.unwrap().into_iter().map(|mail| mail.recipient).collect();
    let mut tx = house.app.db.begin().await.unwrap();
    store::empty_dev_mailbox(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    all.sort();
    all
}

#[tokio::test]
async fn staff_see_each_recipient_and_customers_see_staff_as_one() {
    let house = House::new().await;
    let (owner, staff) = (house.logged_in(OWNER, "").await, house.staff().await);
    mailed(&house).await;

    let foreseen = named(&owner, "/tickets/new").await;
    assert!(
        foreseen.contains(&"our support team".to_owned()) && foreseen.contains(&"Olive Baker".to_owned()),
        "{foreseen:?}"
    );
    let page = owner.get("/tickets/new").await.body;
    assert!(!page.contains("staff@host.example") && !page.contains("Sam Keeper"), "{page}");
    let path = owner
        .post("/tickets/new", &[("subject", "Slow"), ("message", "Since Friday.")])
        .await
        .location()
        .to_owned();
    let told = mailed(&house).await;
    assert_eq!(told.len(), foreseen.len(), "{told:?} {foreseen:?}");

    let foreseen = named(&staff, &format!("/admin{path}")).await;
    assert!(
        foreseen.contains(&"Olive Baker".to_owned()) && !foreseen.contains(&"Sam Keeper".to_owned()),
        "{foreseen:?}"
    );
    staff.post(&format!("/admin{path}/reply"), &[("message", "We look into it.")]).await;
    let told = mailed(&house).await;
    assert_eq!(told.len(), foreseen.len(), "{told:?} {foreseen:?}");
    assert!(told.iter().any(|one| one.contains(OWNER)), "{told:?}");
}

#[tokio::test]
async fn who_gets_none_is_named_apart_and_so_is_nobody() {
    let house = House::new().await;
    let (owner, staff) = (house.logged_in(OWNER, "").await, house.staff().await);
    let opened = owner.post("/tickets/new", &[("subject", "Slow"), ("message", "Since Friday.")]).await;
    let path = format!("/admin{}", opened.location());
    assert_eq!(named(&staff, &path).await, ["Olive Baker"]);
    staff.post("/admin/mail/suppressions", &[("email", OWNER), ("why", "It comes back.")]).await;
    let page = staff.get(&path).await.body;
    assert!(page.contains("Nobody gets a mail about this reply."), "{page}");
    assert!(page.contains("Olive Baker gets none: mail to that address comes back"), "{page}");
}

#[tokio::test]
async fn looking_at_a_form_tells_nobody() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    mailed(&house).await;
    let (before, page) = (house.events().await, crate::model::page::Page::default());
    let ticket = ticket::list(&house.app.db, Scope::Staff, &Filter::new(Show::All, ""), &page)
        .await
        .unwrap()
        .rows
        .remove(0)
        .reference;
    owner.get("/tickets/new").await;
    owner.get(&format!("/tickets/{ticket}")).await;
    assert_eq!(house.events().await, before);
    assert!(mailed(&house).await.is_empty());
}
