//! Inviting and accepting, on the pages.

use super::{Hooks, House, PASSWORD};
use crate::{
    clock::DAY,
    config::{Config, Invites},
    event::guard::Defaults,
    permission::Permission,
};
use axum::http::StatusCode;

const OWNER: &str = "owner@bakery.example";

#[tokio::test]
async fn a_hooks_refusal_is_shown_in_its_own_words() {
    let hooks =
        Hooks { refuses: Some(("invite.send", "Only colleagues can be invited.")), ..Hooks::default() };
    let house = House::with(Config::default(), hooks).await;
    let owner = house.logged_in(OWNER, "").await;
    let got = owner.post("/users/invite", &[("email", "a@else.example"), ("scope", "all")]).await;
    assert!(
        got.body.contains("Only colleagues can be invited.") && got.body.contains("value=\"a@else.example\""),
        "{}",
        got.body
    );
    assert!(!house.events().await.contains(&"invite.sent".to_owned()));
}

#[tokio::test]
async fn a_colleague_is_invited_and_accepts_as_a_new_user() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let got = owner
        .post(
            "/users/invite",
            &[("email", "new@bakery.example"), ("scope", "choose"), ("permissions", "tickets")],
        )
        .await;
    assert_eq!(got.location(), "/users", "{}", got.body);
    let page = owner.get("/users").await.body;
    assert!(
        page.contains("Invite sent to new@bakery.example. It is valid until Monday, 30 November."),
        "{page}"
    );
    let again = owner.post("/users/invite", &[("email", "New@bakery.example"), ("scope", "all")]).await;
    assert!(again.body.contains("has an invite already"), "{}", again.body);

    let token = house.link("invite.sent").await;
    let browser = house.browser();
    let page = browser.get(&format!("/invite/{token}")).await.body;
    assert!(
        page.contains("Join Blue Bakery") && page.contains(">Accept</button>") && page.contains("Tickets"),
        "{page}"
    );
    let got = browser.post(&format!("/invite/{token}/accept"), &[("name", ""), ("password", "short")]).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    let got = browser
        .post(&format!("/invite/{token}/accept"), &[("name", "Nia New"), ("password", PASSWORD)])
        .await;
    assert_eq!(got.location(), "/", "{}", got.body);
    let home = browser.get("/").await.body;
    assert!(
        home.contains("Hello, Nia!") && home.contains("Welcome! You now have access to Blue Bakery."),
        "{home}"
    );
    assert_eq!(browser.get("/tickets").await.status, StatusCode::OK);
    assert_eq!(browser.get("/contacts").await.status, StatusCode::FORBIDDEN);
    let used = house.browser().get(&format!("/invite/{token}")).await.body;
    assert!(used.contains("has been used") && !used.contains("Blue Bakery"), "{used}");
}

#[tokio::test]
async fn an_invite_that_is_over_says_which_way_and_nothing_else() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    owner.post("/users/invite", &[("email", "new@bakery.example"), ("scope", "all")]).await;
    let first = house.link("invite.sent").await;
    let account = crate::model::account::list(&house.app.db, "blue", &Default::default())
        .await
        .unwrap()
        .rows
        .remove(0)
        .id;
    let id = crate::model::invite::pending(&house.app.db, &account).await.unwrap().remove(0).id;
    owner.post(&format!("/users/invites/{id}/resend"), &[]).await;
    let second = house.link("invite.resent").await;
    let look = async |token: &str| house.browser().get(&format!("/invite/{token}")).await;
    assert!(look(&first).await.body.contains("withdrawn or replaced"));
    house.app.clock.advance(8 * DAY);
    let expired = look(&second).await.body;
    assert!(expired.contains("has expired") && !expired.contains("Blue Bakery"), "{expired}");
    house.app.clock.advance(-8 * DAY);
    owner.post(&format!("/users/invites/{id}/cancel"), &[]).await;
    assert!(look(&second).await.body.contains("has been cancelled"));
    assert_eq!(look("tampered").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn inviting_your_own_second_address_just_works() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    owner.post("/users/invite", &[("email", "designer@books.example"), ("scope", "all")]).await;
    let token = house.link("invite.sent").await;
    let path = format!("/invite/{token}");
    let page = owner.get(&path).await.body;
    assert!(
        page.contains(
            "This invite was sent to designer@books.example. You are logged in as owner@bakery.example."
        ),
        "{page}"
    );
    assert!(page.contains("Log out and accept as designer@books.example"));
    let got = owner.post(&format!("{path}/switch"), &[]).await;
    assert_eq!(got.location(), path);
    assert!(owner.get(&path).await.body.contains("Choose a name and a password"));
}

#[tokio::test]
async fn another_address_may_accept_once_the_owner_agrees() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    owner
        .post(
            "/users/invite",
            &[("email", "harriet@private.example"), ("scope", "choose"), ("permissions", "invoices")],
        )
        .await;
    let path = format!("/invite/{}", house.link("invite.sent").await);
    let other = house.logged_in("owner@books.example", "").await;
    let refused = other.post(&format!("{path}/accept"), &[]).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(other.get(&path).await.body.contains("Ask to accept as owner@books.example"));
    other.post(&format!("{path}/ask-consent"), &[]).await;
    assert!(other.get(&path).await.body.contains("The owner has been asked"));
    let consent = format!("/invite-consent/{}", house.link("invite.consent_requested").await);
    assert!(other.get(&consent).await.body.contains("Nothing to decide"), "only the owner decides");
    assert!(owner.get(&consent).await.body.contains("May they join with another address?"));
    assert!(owner.post(&consent, &[("answer", "allow")]).await.body.contains("Allowed"));
    let got = other.post(&format!("{path}/accept"), &[]).await;
    assert_eq!(got.location(), "/", "{}", got.body);
    assert!(other.get("/").await.body.contains("Blue Bakery"));
}

#[tokio::test]
async fn the_operator_may_let_any_address_accept() {
    let config =
        Config { invites: Invites { allow_any_address: true, ..Invites::default() }, ..Config::default() };
    let house = House::with(config, Hooks::default()).await;
    let owner = house.logged_in(OWNER, "").await;
    owner.post("/users/invite", &[("email", "harriet@private.example"), ("scope", "all")]).await;
    let path = format!("/invite/{}", house.link("invite.sent").await);
    let other = house.logged_in("owner@books.example", "").await;
    assert!(other.get(&path).await.body.contains("Accept as owner@books.example"));
    assert_eq!(other.post(&format!("{path}/accept"), &[]).await.location(), "/");
}

#[tokio::test]
async fn what_hooks_lock_is_shown_locked_and_kept() {
    let defaults = Defaults {
        preselect: vec![Permission::Invoices],
        require: vec![(Permission::Emails, "Everybody may read.".into())],
        forbid: vec![(Permission::Orders, "Orders go through purchasing.".into())],
        presets: vec![("Technical staff".into(), vec![Permission::Products, Permission::Tickets])],
        incomplete: false,
        unsure: false,
    };
    let house = House::with(Config::default(), Hooks { defaults, ..Hooks::default() }).await;
    let owner = house.logged_in(OWNER, "").await;
    let page = owner.get("/users").await.body;
    assert!(page.contains("Orders go through purchasing.") && page.contains("Technical staff"), "{page}");
    let preset = owner.get("/users?preset=Technical%20staff&email=a%40b.example&scope=all").await.body;
    assert!(preset.contains("value=\"a@b.example\""), "{preset}");
    let got = owner
        .post(
            "/users/invite",
            &[
                ("email", "a@b.example"),
                ("scope", "choose"),
                ("permissions", "orders"),
                ("permissions", "tickets"),
            ],
        )
        .await;
    assert_eq!(got.location(), "/users");
    let page = owner.get("/users").await.body;
    assert!(page.contains("E-mails, Tickets") || page.contains("Tickets, E-mails"), "{page}");
}
