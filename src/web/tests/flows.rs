//! What people do on the pages, from the first form to the last.

use super::{Hooks, House, PASSWORD};
use crate::{config::Config, event::guard::Lock, secret::totp};
use axum::http::StatusCode;

const OWNER: &str = "owner@bakery.example";

#[tokio::test]
async fn somebody_registers_confirms_the_address_and_logs_in() {
    let house = House::new().await;
    let browser = house.browser();
    let fields = [
        ("company", "New Ltd"),
        ("first_name", "Nia"),
        ("last_name", "New"),
        ("email", "nia@new.example"),
        ("postcode", "10115"),
        ("country", "DE"),
        ("password", PASSWORD),
    ];
    let got = browser.post("/register", &fields).await;
    assert_eq!((got.status, got.location()), (StatusCode::SEE_OTHER, "/register/done"), "{}", got.body);
    assert!(browser.get("/register/done").await.body.contains("nia@new.example"));
    assert_eq!(house.events().await, ["user.registered", "account.created", "user.verification_requested"]);
    let link = format!("/verify-email/{}", house.link("user.verification_requested").await);
    // Programs that look through mail open links: that alone confirms nothing.
    let got = browser.get(&link).await;
    assert!(got.body.contains("Is this your email address?"), "{}", got.body);
    assert!(browser.get(&link).await.body.contains("Is this your email address?"));
    let got = browser.post(&link, &[]).await;
    assert!(got.body.contains("is confirmed"), "{}", got.body);
    browser.log_in("nia@new.example").await;
    assert!(browser.get("/").await.body.contains("Hello, Nia!"));
    assert!(browser.get("/account").await.body.contains("value=\"10115\""));
}

#[tokio::test]
async fn registering_does_not_tell_whether_an_address_is_known() {
    let house = House::new().await;
    let browser = house.browser();
    let fields =
        [("first_name", "X"), ("last_name", "Y"), ("email", OWNER), ("password", "a long new password")];
    let got = browser.post("/register", &fields).await;
    assert_eq!((got.status, got.location()), (StatusCode::SEE_OTHER, "/register/done"));
    assert_eq!(house.events().await, ["user.password_reset_requested"]);
    browser.log_in(OWNER).await;
}

#[tokio::test]
async fn a_form_with_mistakes_names_all_of_them_and_keeps_what_was_typed() {
    let house = House::new().await;
    let got = house
        .browser()
        .post("/register", &[("company", "New & Ltd"), ("email", "nobody"), ("password", "short")])
        .await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    for wrong in ["field-first_name", "field-last_name", "field-email", "field-password"] {
        assert!(got.body.contains(&format!("href=\"#{wrong}\"")), "{wrong}: {}", got.body);
    }
    assert!(got.body.contains("New &amp; Ltd") && !got.body.contains("short\""));
}

#[tokio::test]
async fn locked_account_details_stay_as_they_are() {
    let lock =
        Lock { fields: vec!["company".into(), "country".into()], reason: "Please ask our support.".into() };
    let house = House::with(Config::default(), Hooks { locks: vec![lock], ..Hooks::default() }).await;
    let owner = house.logged_in(OWNER, "").await;
    let page = owner.get("/account").await.body;
    assert!(page.contains("Please ask our support.") && page.contains("readonly"), "{page}");
    let same = [
        ("company", "Blue Bakery"),
        ("first_name", "Olive"),
        ("last_name", "Baker"),
        ("email", OWNER),
        ("country", "DE"),
        ("city", "Berlin"),
    ];
    let mut other = same;
    other[0].1 = "Red Bakery";
    let got = owner.post("/account", &other).await;
    assert!(
        got.status == StatusCode::UNPROCESSABLE_ENTITY && got.body.contains("Red Bakery"),
        "{}",
        got.body
    );
    assert_eq!(owner.post("/account", &same).await.location(), "/account");
    assert_eq!(house.events().await.last().unwrap(), "account.details_changed");
}

#[tokio::test]
async fn permissions_count_at_the_next_request() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let accountant = house.logged_in("accountant@bakery.example", "").await;
    assert_eq!(accountant.get("/tickets").await.status, StatusCode::FORBIDDEN);
    let ada = crate::model::user::lookup_by_email(&house.app.db, "accountant@bakery.example")
        .await
        .unwrap()
        .unwrap()
        .id;
    let got = owner
        .post(
            &format!("/users/{ada}/permissions"),
            &[("scope", "choose"), ("permissions", "tickets"), ("permissions", "emails")],
        )
        .await;
    assert_eq!(got.location(), "/users", "{}", got.body);
    assert!(owner.get("/users").await.body.contains("are saved: "));
    assert_eq!(accountant.get("/tickets").await.status, StatusCode::OK);
    owner.post(&format!("/users/{ada}/remove"), &[]).await;
    assert_eq!(accountant.get("/tickets").await.location(), "/no-accounts");
}

#[tokio::test]
async fn with_several_accounts_one_chooses_and_nothing_shows_before() {
    let house = House::new().await;
    let browser = house.browser();
    browser.log_in("designer@demo.example").await;
    assert_eq!(browser.get("/tickets").await.location(), "/choose-account?next=/tickets");
    let page = browser.get("/choose-account?next=/tickets").await.body;
    assert!(
        page.contains("Choose Account") && page.find("Studio North") < page.find("Blue Bakery"),
        "own accounts come first: {page}"
    );
    let account = crate::model::account::list(&house.app.db, "blue", &Default::default())
        .await
        .unwrap()
        .rows
        .remove(0)
        .id;
    let got = browser.post("/choose-account", &[("account", &account), ("next", "/tickets")]).await;
    assert_eq!(got.location(), "/tickets");
    assert_eq!(browser.get("/tickets").await.status, StatusCode::OK);
    let books = house.logged_in("owner@books.example", "").await;
    assert_eq!(books.post("/switch-account", &[("account", &account)]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_second_factor_is_set_up_asked_for_and_taken_away_by_staff() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let page = owner.get("/security/two-factor").await.body;
    let secret = page.split("id=\"secret\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    assert!(page.contains("<svg") && !page.contains("style="), "{page}");
    let wrong =
        owner.post("/security/two-factor", &[("code", "000000"), ("current_password", PASSWORD)]).await;
    assert!(wrong.body.contains("This code is not valid"), "{}", wrong.body);
    let code = totp::code(&secret, house.app.clock.now()).unwrap();
    let stranger =
        owner.post("/security/two-factor", &[("code", &code), ("current_password", "guess")]).await;
    assert!(stranger.body.contains("not your current password"), "{}", stranger.body);
    let got = owner.post("/security/two-factor", &[("code", &code), ("current_password", PASSWORD)]).await;
    assert!(
        got.body.contains("They are not shown again") && got.headers["cache-control"] == "no-store",
        "{}",
        got.body
    );

    let browser = house.browser();
    let got = browser.post("/login", &[("email", OWNER), ("password", PASSWORD), ("next", "/tickets")]).await;
    assert_eq!(got.location(), "/login/second-factor?next=/tickets");
    assert_eq!(browser.get("/").await.location(), "/login", "half a log-in opens nothing");
    house.app.clock.advance(30_000);
    let code = totp::code(&secret, house.app.clock.now()).unwrap();
    let got = browser.post("/login/second-factor", &[("code", &code), ("next", "/tickets")]).await;
    assert_eq!(got.location(), "/tickets", "{}", got.body);

    let id = crate::model::user::lookup_by_email(&house.app.db, OWNER).await.unwrap().unwrap().id;
    let staff = house.staff().await;
    staff.post(&format!("/admin/users/{id}/reset-two-factor"), &[]).await;
    assert!(staff.get(&format!("/admin/users/{id}")).await.body.contains("is taken away"));
    assert_eq!(
        house.browser().post("/login", &[("email", OWNER), ("password", PASSWORD)]).await.location(),
        "/"
    );
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_mail_and_ends_other_log_ins() {
    let house = House::new().await;
    let earlier = house.logged_in(OWNER, "").await;
    let browser = house.browser();
    let known = browser.post("/password/forgot", &[("email", OWNER)]).await.body;
    let unknown = browser.post("/password/forgot", &[("email", "nobody@else.example")]).await.body;
    let plain = |page: &str, email: &str| page.replace(email, "X").split("req_").next().unwrap().to_owned();
    assert_eq!(plain(&known, OWNER), plain(&unknown, "nobody@else.example"));
    let path = format!("/password/reset/{}", house.link("user.password_reset_requested").await);
    assert!(browser.post(&path, &[("password", "short")]).await.body.contains("at least 10"));
    assert_eq!(browser.post(&path, &[("password", "a quite new password")]).await.location(), "/login");
    assert!(browser.get(&path).await.body.contains("This link has been used"));
    assert_eq!(earlier.get("/").await.location(), "/login");
    assert_eq!(
        browser.post("/login", &[("email", OWNER), ("password", "a quite new password")]).await.location(),
        "/"
    );
}

#[tokio::test]
async fn a_ticket_goes_back_and_forth_with_badges() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let got = owner.post("/tickets/new", &[("subject", ""), ("message", "")]).await;
    assert!(
        got.body.contains("href=\"#field-message\"") || got.body.contains("href=\"#field-subject\""),
        "{}",
        got.body
    );
    let got = owner.post("/tickets/new", &[("subject", "Slow <shop>"), ("message", "Since Friday.")]).await;
    let path = got.location().to_owned();
    assert!(path.starts_with("/tickets/"), "{}", got.body);
    let staff = house.staff().await;
    assert!(staff.get("/admin/tickets").await.body.contains("Slow &lt;shop&gt;"));
    let got = staff.post(&format!("/admin{path}/reply"), &[("message", "We look into it.")]).await;
    assert_eq!(got.location(), format!("/admin{path}"), "{}", got.body);
    let page = owner.get(&path).await.body;
    assert!(
        page.contains("We look into it.") && page.contains(">Operator<") && page.contains(">Owner<"),
        "{page}"
    );
    assert!(owner.get("/").await.body.contains("was answered"));
    assert!(owner.get("/switch-account").await.body.contains("tickets answered"));
    owner.post(&format!("{path}/close"), &[]).await;
    let got = owner.post(&format!("{path}/reply"), &[("message", "One more thing")]).await;
    assert_eq!(got.location(), path, "a reply opens it again: {}", got.body);
    staff.post(&format!("/admin{path}/close"), &[]).await;
    let got = staff.post(&format!("/admin{path}/reply"), &[("message", "One more thing")]).await;
    assert!(got.body.contains("closed in the meantime"), "{}", got.body);
}

#[tokio::test]
async fn a_changed_address_waits_for_its_mail() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let wrong =
        owner.post("/profile/email", &[("email", "olive@new.example"), ("current_password", "wrong")]).await;
    assert!(
        wrong.body.contains("not your current password") && wrong.body.contains("olive@new.example"),
        "{}",
        wrong.body
    );
    owner.post("/profile/email", &[("email", "olive@new.example"), ("current_password", PASSWORD)]).await;
    assert!(owner.get("/profile").await.body.contains("We have sent a link to olive@new.example"));
    let path = format!("/verify-email/{}", house.link("user.email_change_requested").await);
    owner.post("/profile/email/cancel", &[]).await;
    assert!(owner.get(&path).await.body.contains("has expired"));
    let got = owner
        .post("/profile", &[("name", "Olive van Baker"), ("locale", "de"), ("time_zone", "Europe/Berlin")])
        .await;
    assert_eq!(got.location(), "/profile", "{}", got.body);
    assert!(owner.get("/profile").await.body.contains("<html lang=\"de\">"));
}

#[tokio::test]
async fn log_out_everywhere_ends_every_session() {
    let house = House::new().await;
    let (here, there) = (house.logged_in(OWNER, "").await, house.logged_in(OWNER, "").await);
    assert_eq!(here.post("/security/sessions/end-all", &[]).await.location(), "/login");
    assert_eq!((here.get("/").await.location(), there.get("/").await.location()), ("/login", "/login"));
}

#[tokio::test]
async fn contacts_are_added_changed_and_removed() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    let got = owner
        .post(
            "/contacts/new",
            &[("name", "Zoe"), ("email", "bills@bakery.example"), ("categories", "invoice")],
        )
        .await;
    assert!(got.body.contains("bills@bakery.example is a contact already"), "{}", got.body);
    assert_eq!(
        owner
            .post(
                "/contacts/new",
                &[("name", "Zoe"), ("email", "zoe@bakery.example"), ("categories", "invoice")]
            )
            .await
            .location(),
        "/contacts"
    );
    let page = owner.get("/contacts?q=zoe").await.body;
    assert!(page.contains("zoe@bakery.example") && page.contains("is now a contact"), "{page}");
}

#[tokio::test]
async fn staff_and_users_do_not_share_a_session() {
    let house = House::new().await;
    let staff = house.staff().await;
    assert_eq!(staff.get("/").await.location(), "/login");
    let owner = house.logged_in(OWNER, "").await;
    assert_eq!(owner.get("/admin").await.location(), "/admin/login");
}

#[tokio::test]
async fn the_mailbox_shows_every_mail_and_is_gone_with_a_mail_server() {
    let house = House::new().await;
    let owner = house.logged_in(OWNER, "").await;
    owner.post("/users/invite", &[("email", "new@bakery.example"), ("scope", "all")]).await;
    house.app.settle().await.unwrap();
    let mails: serde_json::Value = serde_json::from_str(&owner.get("/dev/mailbox.json").await.body).unwrap();
    let mail = mails
        .as_array()
        .unwrap()
        .iter()
        .find(|mail| mail["to"].as_str().unwrap().contains("new@bakery.example"))
        .unwrap();
    assert!(
        mail["text"].as_str().unwrap().contains("/invite/") && mail["at"].as_str().unwrap().contains('T'),
        "{mail}"
    );
    let page = owner.get(&format!("/dev/mailbox/{}", mail["id"].as_str().unwrap())).await.body;
    assert!(page.contains("<iframe") && page.contains("/invite/"), "{page}");
    let html = owner.get(&format!("/dev/mailbox/{}/html", mail["id"].as_str().unwrap())).await;
    assert!(
        html.headers["content-security-policy"].to_str().unwrap().contains("sandbox")
            && html.body.contains("<base target")
    );

    let house =
        House::with(Config { smtp_url: "smtp://127.0.0.1:25".into(), ..Config::default() }, Hooks::default())
            .await;
    for path in ["/dev/mailbox", "/dev/mailbox.json"] {
        assert_eq!(house.browser().get(path).await.status, StatusCode::NOT_FOUND);
    }
}
