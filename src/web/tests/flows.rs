//! What people do on the pages, from the first form to the last.

use super::{Hooks, House, PASSWORD};
use crate::{
    clock::DAY,
    config::{Config, Invites},
    event::guard::{Defaults, Lock},
    permission::Permission,
    secret::totp,
};
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
    let got =
        browser.get(&format!("/verify-email/{}", house.link("user.verification_requested").await)).await;
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
    assert!(refused.body.contains("Ask to accept as owner@books.example"), "{}", refused.body);
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
    let wrong = owner.post("/security/two-factor", &[("code", "000000")]).await;
    assert!(wrong.body.contains("This code is not valid"), "{}", wrong.body);
    let code = totp::code(&secret, house.app.clock.now()).unwrap();
    let got = owner.post("/security/two-factor", &[("code", &code)]).await;
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
    owner.post(&format!("{path}/close"), &[]).await;
    let got = owner.post(&format!("{path}/reply"), &[("message", "One more thing")]).await;
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
    assert!(page.contains("<iframe") && page.contains("&#x2f;invite&#x2f;"), "{page}");
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
