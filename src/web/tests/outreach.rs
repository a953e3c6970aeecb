//! Addresses that customers name for mail, and that nobody has confirmed.

use super::{Browser, Got, House, PASSWORD};
use crate::{
    clock::HOUR,
    mail::store::{DevMail, dev_mails},
};
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
        refused.body.contains("No more than 20 new addresses")
            && refused.body.contains("v20@victims.example"),
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

async fn invite(browser: &Browser<'_>, email: &str) -> Got {
    browser.post("/users/invite", &[("email", email), ("scope", "all")]).await
}

#[tokio::test]
async fn an_invite_to_an_address_that_nobody_knows_counts_for_whoever_sends_it_in_all_of_their_accounts() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    for n in 0..12 {
        let sent = invite(&owner, &format!("v{n}@victims.example")).await;
        assert_eq!(sent.location(), "/users", "{n}: {}", sent.body);
    }
    let further = [("first_name", "Olive"), ("last_name", "Baker"), ("email", OWNER), ("country", "DE")];
    assert_eq!(owner.post("/accounts/new", &further).await.status, StatusCode::SEE_OTHER);
    for n in 12..20 {
        let sent = invite(&owner, &format!("v{n}@victims.example")).await;
        assert_eq!(sent.location(), "/users", "{n}: {}", sent.body);
    }

    let refused = invite(&owner, "v20@victims.example").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let said = "No more than 20 new addresses can be added within an hour. Please try again after 23 November 2026, 10:30";
    assert!(refused.body.contains(said), "{}", refused.body);
    assert_eq!(open(&owner, "v20@victims.example").await.status, StatusCode::TOO_MANY_REQUESTS);

    // Sent again, and to somebody whom the house has written to, it names nobody new.
    house.app.settle().await.unwrap();
    let page = owner.get("/users").await.body;
    let form = page.split("action=\"").find(|rest| rest.contains("/resend\"")).unwrap();
    let resend = form.split('"').next().unwrap();
    let email = form.split("hidden\"> ").nth(1).unwrap().split('<').next().unwrap();
    owner.post(resend, &[]).await;
    assert!(owner.get("/users").await.body.contains(&format!("Invite sent again to {email}")));
    owner.post(&resend.replace("/resend", "/cancel"), &[]).await;
    let anew = invite(&owner, email).await;
    assert_eq!(anew.location(), "/users", "{}", anew.body);
    house.app.clock.advance(HOUR);
    assert_eq!(invite(&owner, "v20@victims.example").await.location(), "/users");
}

/// Mails to an address, the newest first, each as one text with all that its reader sees.
async fn mails_to(house: &House, email: &str) -> Vec<String> {
    house.app.settle().await.unwrap();
    let mails = dev_mails(&house.app.db, 200).await.unwrap();
    let whole =
        |mail: DevMail| format!("{}\n{}\n{}\n{}", mail.subject, mail.headers, mail.body_text, mail.html);
    mails.into_iter().filter(|mail| mail.recipient == email).map(whole).collect()
}

#[tokio::test]
async fn who_registers_with_links_for_names_has_none_of_them_mailed() {
    let house = House::new().await;
    let email = "victim@anywhere.example";
    let fields = [
        ("first_name", "https://evil.example/win"),
        ("last_name", "Smith"),
        ("company", "Prize evil.example/win"),
        ("email", email),
        ("country", "DE"),
        ("password", PASSWORD),
    ];
    let registered = house.browser().post("/register", &fields).await;
    assert_eq!(registered.location(), "/register/done", "{}", registered.body);
    let mails = mails_to(&house, email).await;
    assert_eq!(mails.len(), 2, "to confirm, and a welcome: {mails:#?}");
    assert!(!mails.iter().any(|mail| mail.contains("evil")), "{mails:#?}");
    for greeting in ["Hello", "Welcome,"] {
        assert!(mails.iter().any(|mail| mail.contains(&format!("{greeting} {email}"))), "{mails:#?}");
    }
}

#[tokio::test]
async fn an_invite_has_no_link_that_somebody_has_for_a_name_unless_its_reader_is_a_user() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let further = [
        ("company", "Prize https://evil.example/p"),
        ("first_name", "Olive"),
        ("last_name", "Baker"),
        ("email", OWNER),
        ("country", "DE"),
    ];
    assert_eq!(owner.post("/accounts/new", &further).await.status, StatusCode::SEE_OTHER);
    for email in ["stranger@some.example", "owner@books.example"] {
        assert_eq!(invite(&owner, email).await.location(), "/users");
    }
    let stranger = mails_to(&house, "stranger@some.example").await;
    assert!(stranger.len() == 1 && !stranger[0].contains("evil"), "{stranger:#?}");
    assert!(stranger[0].starts_with("Olive Baker invites you to …\n"), "{stranger:#?}");
    let known = mails_to(&house, "owner@books.example").await;
    assert!(known[0].starts_with("Olive Baker invites you to Prize https://evil.example/p\n"), "{known:#?}");

    // Whoever registered with their address in the meantime proved nothing.
    let sql = "UPDATE users SET email_verified_at = NULL WHERE email_key = 'owner@books.example'";
    let mut tx = house.app.db.begin().await.unwrap();
    tx.execute(sql, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    let page = owner.get("/users").await.body;
    let form = page.split("action=\"").find(|rest| rest.contains("> owner@books.example<")).unwrap();
    owner.post(form.split('"').next().unwrap(), &[]).await;
    let again = mails_to(&house, "owner@books.example").await;
    assert!(again.len() == 2 && !again.iter().all(|mail| mail.contains("evil")), "{again:#?}");
}
