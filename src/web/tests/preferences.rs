//! Choosing one's mail, unsubscribing with one click, and the history.

use super::{House, NOW};
use crate::{
    mail::{history, queue},
    model::{
        account,
        page::Page,
        preference::{Addressed, UnsubscribeKey, choices},
    },
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

const OWNER: &str = "owner@bakery.example";

async fn bakery(house: &House) -> String {
    account::list(&house.app.db, "blue", &Page::default()).await.unwrap().rows.remove(0).id
}

/// The account's own address.
async fn own_address(house: &House) -> String {
    account::find(&house.app.db, &bakery(house).await).await.unwrap().email
}

async fn link(house: &House, email: &str, category: &str) -> String {
    let addressed =
        Addressed { account: bakery(house).await, email: email.to_owned(), category: category.to_owned() };
    format!("/unsubscribe/{}", UnsubscribeKey::of(&house.app.key).token(&addressed))
}

async fn is_off(house: &House, email: &str, category: &str) -> bool {
    let all = choices(&house.app.db, &bakery(house).await, email).await.unwrap();
    all.iter().any(|choice| choice.category.key() == category && choice.off_at.is_some())
}

#[tokio::test]
async fn a_link_in_a_mail_asks_before_it_stops_anything() {
    let house = House::new().await;
    let own = own_address(&house).await;
    let path = link(&house, &own, "invoice").await;
    let browser = house.browser();
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Stop Invoice emails?") && page.body.contains("Blue Bakery"), "{}", page.body);
    assert!(!is_off(&house, &own, "invoice").await, "looking changes nothing");

    let page = browser.post(&path, &[]).await;
    assert!(page.body.contains("Invoice emails are stopped") && page.body.contains("Undo"), "{}", page.body);
    assert!(is_off(&house, &own, "invoice").await);
    let owner = house.logged_in(OWNER, "").await;
    let account = owner.get("/account").await.body;
    assert!(account.contains("The reader at this address switched it off"), "{account}");

    browser.post(&path, &[("undo", "1")]).await;
    assert!(!is_off(&house, &own, "invoice").await);
    assert_eq!(
        house.events().await,
        ["email.preferences_changed", "user.logged_in", "email.preferences_changed"]
    );
}

#[tokio::test]
async fn a_mail_program_unsubscribes_with_one_click_from_wherever_it_likes() {
    let house = House::new().await;
    let path = link(&house, OWNER, "support").await;
    let click = Request::post(&path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "https://webmail.example")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from("List-Unsubscribe=One-Click"))
        .unwrap();
    assert_eq!(house.browser().send(click).await.status, StatusCode::OK);
    assert!(is_off(&house, OWNER, "support").await);
    let got = house.browser().post_from("https://evil.example", &format!("{path}/choices"), &[]).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN, "the rest is for pages of ours");
}

#[tokio::test]
async fn whatever_form_a_mail_program_posts_it_means_that_mail_stops() {
    let house = House::new().await;
    let multipart =
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    for (category, kind, body) in [
        ("support", "multipart/form-data; boundary=b", multipart),
        ("invoice", "text/plain", "List-Unsubscribe=One-Click"),
        ("domain", "multipart/form-data; boundary=other", multipart),
    ] {
        let click = Request::post(link(&house, OWNER, category).await).header(header::CONTENT_TYPE, kind);
        let got = house.browser().send(click.body(Body::from(body)).unwrap()).await;
        assert_eq!(got.status, StatusCode::OK, "{kind}");
        assert!(is_off(&house, OWNER, category).await, "{kind}");
    }
}

#[tokio::test]
async fn who_edits_a_contact_does_not_undo_what_its_reader_chose() {
    const BILLS: &str = "bills@bakery.example";
    let house = House::new().await;
    house.browser().post(&link(&house, BILLS, "invoice").await, &[]).await;
    let owner = house.logged_in(OWNER, "").await;
    let listed = owner.get("/contacts").await.body;
    let id = listed.split("/contacts/con_").nth(1).unwrap().split(['"', '/']).next().unwrap();
    let path = format!("/contacts/con_{id}");
    let page = owner.get(&path).await.body;
    assert!(!page.contains("value=\"invoice\" checked"), "what is off shows as off: {page}");
    // Saved as it is shown, with another name.
    owner.post(&path, &[("name", "Bills"), ("email", BILLS)]).await;
    assert!(is_off(&house, BILLS, "invoice").await);
    let account = account::snapshot(&house.app.db, &bakery(&house).await).await.unwrap();
    let contact = account.contacts.iter().find(|one| one.email == BILLS).unwrap();
    assert_eq!((contact.name.as_str(), contact.categories.clone()), ("Bills", vec!["invoice".to_owned()]));
    // A tick that is new switches it on.
    owner.post(&path, &[("name", "Bills"), ("email", BILLS), ("categories", "invoice")]).await;
    assert!(!is_off(&house, BILLS, "invoice").await);
    // Whoever is entered anew has chosen before.
    house.browser().post(&link(&house, "new@x.example", "support").await, &[]).await;
    owner
        .post("/contacts/new", &[("name", "N"), ("email", "new@x.example"), ("categories", "support")])
        .await;
    assert!(is_off(&house, "new@x.example", "support").await);
}

#[tokio::test]
async fn what_shows_who_a_reader_is_stands_in_nobody_elses_history() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    owner
        .post("/contacts/new", &[("name", "F"), ("email", "friend@x.example"), ("categories", "support")])
        .await;
    owner.post("/tickets/new", &[("subject", "Where is it?"), ("message", "The bread.")]).await;
    house.app.settle().await.unwrap();
    for (to, seen) in [(OWNER, true), ("friend@x.example", false)] {
        let filter = queue::Filter { to: to.into(), ..Default::default() };
        let mail = queue::store::list(&house.app.db, &filter, None, 1).await.unwrap().remove(0);
        let page = owner.get(&format!("/emails/{}", mail.id)).await.body;
        assert!(page.contains("Message-ID"), "{page}");
        assert_eq!(page.contains(&format!("{}.", mail.id)), seen, "{to}: {page}");
    }
}

#[tokio::test]
async fn a_link_that_was_tampered_with_is_none() {
    let house = House::new().await;
    let path = link(&house, OWNER, "support").await;
    for path in [format!("{path}x"), "/unsubscribe/none".to_owned()] {
        assert_eq!(house.browser().get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.browser().post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_user_chooses_per_account_and_sees_why() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let page = owner.get("/preferences").await.body;
    assert!(page.contains("Where you change nothing"), "{page}");
    let fields = [("choice-support", "off"), ("choice-invoice", "on"), ("pace-invoice", "daily")];
    assert_eq!(owner.post("/preferences", &fields).await.location(), "/preferences");
    let page = owner.get("/preferences").await.body;
    assert!(
        page.contains("<option value=\"off\" selected>")
            && page.contains("<option value=\"daily\" selected>"),
        "{page}"
    );
    assert!(is_off(&house, OWNER, "support").await);
    // An account that is not theirs is not there.
    let books = account::list(&house.app.db, "books", &Page::default()).await.unwrap().rows.remove(0).id;
    assert_eq!(owner.get(&format!("/preferences?account={books}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.post("/preferences", &[("account", &books)]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_tick_switches_on_again_what_an_address_had_switched_off() {
    let house = House::new().await;
    let own = own_address(&house).await;
    house.browser().post(&link(&house, &own, "domain").await, &[]).await;
    let owner = house.logged_in(OWNER, "").await;
    owner.post("/account/preferences", &[("categories", "domain"), ("pace-domain", "hourly")]).await;
    assert!(!is_off(&house, &own, "domain").await);
    let page = owner.get("/account").await.body;
    assert!(
        page.contains("Chosen for this account") && page.contains("<option value=\"hourly\" selected>"),
        "{page}"
    );
}

#[tokio::test]
async fn the_history_shows_what_the_account_was_sent_and_nothing_of_the_house_or_of_others_security() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let opened = owner.post("/tickets/new", &[("subject", "Where is it?"), ("message", "The bread.")]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    owner.post("/users/invite", &[("email", "new@bakery.example"), ("scope", "all")]).await;
    house.app.settle().await.unwrap();
    let page = owner.get("/emails?q=where+is+it").await.body;
    assert!(page.contains("Where is it?") && page.contains("Sent"), "{page}");
    assert!(!page.contains("staff@host.example"), "mail to staff is the host's own: {page}");
    assert!(!owner.get("/emails?category=security").await.body.contains("new@bakery.example"));

    let filter =
        history::Filter { account_id: bakery(&house).await, own_key: OWNER.into(), ..Default::default() };
    let mail = history::list(&house.app.db, &filter, None, 1).await.unwrap().remove(0);
    let whole = owner.get(&format!("/emails/{}", mail.id)).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert!(whole.body.contains(&format!("src=\"/emails/{}/html\"", mail.id)), "{}", whole.body);
    let html = owner.get(&format!("/emails/{}/html", mail.id)).await;
    let policy = html.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");

    let to_staff = queue::Filter { to: "staff@host.example".into(), ..Default::default() };
    for hidden in queue::store::list(&house.app.db, &to_staff, None, 5).await.unwrap() {
        assert_eq!(owner.get(&format!("/emails/{}", hidden.id)).await.status, StatusCode::NOT_FOUND);
    }
    let stranger = house.logged_in("owner@books.example", "").await;
    assert_eq!(stranger.get(&format!("/emails/{}", mail.id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&format!("/emails/{}/html", mail.id)).await.status, StatusCode::NOT_FOUND);
    assert!(!stranger.get("/emails").await.body.contains("Where is it?"));
    assert!(mail.created_at >= NOW);
}
