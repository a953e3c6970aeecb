//! Every route of the table: without a log-in, with a forged origin, without the permission, with
//! another account's objects; and that every page opens for those who may.

use super::{Browser, House};
use crate::{
    demo,
    intake::{self, Door, Outcome},
    mail::{history, queue},
    model::{
        self, access, account, canned, contact, invite,
        page::Page,
        staff,
        ticket::{self, Filter, Scope, Show},
        user,
    },
    web::routes::{self, RouteInfo},
};
use axum::http::StatusCode;

/// Ids of Blue Bakery's objects, by the beginning of the paths that need them.
struct Objects(Vec<(&'static str, String)>);

impl Objects {
    async fn of_the_bakery(house: &House) -> Self {
        let owner = house.logged_in("owner@bakery.example", "").await;
        owner.post("/users/invite", &[("email", "new@bakery.example"), ("scope", "all")]).await;
        let db = &house.app.db;
        let page = Page::default();
        let account = account::list(db, "blue", &page).await.unwrap().rows.remove(0).id;
        let user = access::members(db, &account).await.unwrap().remove(1).user.id;
        let contact = contact::list(db, &account, "", &page).await.unwrap().rows.remove(0).id;
        let slow = Filter::new(Show::All, "slow since");
        let ticket = ticket::list(db, Scope::Account(&account), &slow, &page).await.unwrap().rows.remove(0);
        let found = ticket::find(db, Scope::Staff, &ticket.reference).await.unwrap();
        let replies = ticket::replies(db, &found).await.unwrap();
        let ticket = ticket.reference;
        let files: Vec<_> = replies.iter().flat_map(|reply| &reply.attachments).collect();
        let answer = replies.iter().find(|reply| reply.attachments.is_empty()).unwrap();
        let (file, answer) = (format!("{ticket} {}", files[0].id), format!("{ticket} {}", answer.id));
        let canned = canned::list(db).await.unwrap().remove(0).id;
        let department = ticket::departments(db).await.unwrap().remove(0).id;
        let member = staff::lookup_by_email(db, demo::STAFF).await.unwrap().unwrap().id;
        let invite = invite::pending(db, &account).await.unwrap().remove(0).id;
        let opened = owner.post("/tickets/new", &[("subject", "Bread"), ("message", "Where is it?")]).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        house.app.settle().await.unwrap();
        let to = queue::Filter { to: "new@bakery.example".to_owned(), ..queue::Filter::default() };
        let mail = queue::store::list(db, &to, None, 1).await.unwrap().remove(0).id;
        let away = "From: a@b.example\r\nSubject: x\r\nAuto-Submitted: auto-replied\r\n\r\nAway.\r\n";
        intake::take(&house.app, Door::Http, away.into(), None, None).await.unwrap();
        let rejected = model::intake::rejected(db, "", &page).await.unwrap().rows.remove(0).id;
        let written =
            "From: owner@bakery.example\r\nTo: support@host.example\r\nSubject: Oven\r\n\r\nCold.\r\n";
        let Outcome::Opened(by_mail) =
            intake::take(&house.app, Door::Http, written.into(), None, None).await.unwrap()
        else {
            panic!("it opens a ticket")
        };
        let found = ticket::find(db, Scope::Staff, &by_mail).await.unwrap();
        let by_mail = format!("{by_mail} {}", ticket::replies(db, &found).await.unwrap().remove(0).id);
        let own = history::Filter { account_id: account.clone(), ..history::Filter::default() };
        let sent = history::list(db, &own, None, 1).await.unwrap().remove(0).id;
        let event = queue::find(db, &sent).await.unwrap().event_id;
        Self(vec![
            ("/admin/mail/rejected/", rejected),
            ("/emails/", sent),
            ("/admin/events/", event),
            ("/admin/mail/", mail),
            ("/users/invites/", invite),
            ("/users/", user.clone()),
            ("/admin/users/", user),
            ("/contacts/", contact),
            ("/tickets/{reference}/files/", file.clone()),
            ("/admin/tickets/{reference}/files/", file),
            ("/tickets/{reference}/replies/{id}/mail", by_mail.clone()),
            ("/admin/tickets/{reference}/replies/{id}/mail", by_mail),
            ("/admin/tickets/{reference}/messages/", answer.clone()),
            ("/tickets/{reference}/replies/", answer),
            ("/tickets/", ticket.clone()),
            ("/admin/tickets/{reference}/canned/", format!("{ticket} {canned}")),
            ("/admin/tickets/new", String::new()),
            ("/admin/tickets/", ticket),
            ("/admin/canned/", canned),
            ("/admin/departments/", department),
            ("/admin/statuses/", "Waiting%20for%20a%20supplier".to_owned()),
            ("/admin/staff/", member),
            ("/accounts/", account.clone()),
            ("/admin/accounts/", account),
            ("/admin/templates/", "default invite".to_owned()),
            ("/assets/", "icon.svg".to_owned()),
        ])
    }

    fn path(&self, route: &RouteInfo) -> String {
        let found = self.0.iter().find(|(prefix, _)| route.path.starts_with(prefix));
        filled(route, found.map_or("none", |(_, id)| id))
    }
}

fn filled(route: &RouteInfo, value: &str) -> String {
    let (mut path, mut values) = (route.path.to_owned(), value.split(' '));
    while let Some((before, rest)) = path.split_once('{') {
        path = format!("{before}{}{}", values.next().unwrap_or("none"), rest.split_once('}').unwrap().1);
    }
    path
}

async fn ask(browser: &Browser<'_>, route: &RouteInfo, path: &str) -> super::Got {
    if route.method == "GET" { browser.get(path).await } else { browser.post(path, &[]).await }
}

#[tokio::test]
async fn without_a_log_in_only_public_pages_open() {
    let house = House::new().await;
    for route in routes::list() {
        let got = ask(&house.browser(), &route, &filled(&route, "none")).await;
        let at = format!("{} {}: {}", route.method, route.path, got.body);
        match (route.access.as_str(), route.method) {
            ("public", _) => {
                assert!(!got.location().contains("login?next=") && !got.status.is_server_error(), "{at}");
            }
            (access, "GET") => {
                let login = if access.starts_with("staff:") { "/admin/login" } else { "/login" };
                assert!(got.status == StatusCode::SEE_OTHER && got.location().starts_with(login), "{at}");
            }
            _ => assert_eq!(got.status, StatusCode::UNAUTHORIZED, "{at}"),
        }
    }
}

#[tokio::test]
async fn a_forged_request_changes_nothing_anywhere() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let staff = house.staff().await;
    let before = house.events().await;
    for route in routes::list().into_iter().filter(|route| route.method == "POST") {
        let browser = if route.access.starts_with("staff:") { &staff } else { &owner };
        let got = browser.post_from("https://evil.example", &filled(&route, "none"), &[]).await;
        if route.path == "/unsubscribe/{token}" {
            // Mail programs post it from anywhere; the secret in its address is what counts.
            assert_eq!(got.status, StatusCode::NOT_FOUND);
            continue;
        }
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{}", route.path);
    }
    assert_eq!(house.events().await, before);
}

#[tokio::test]
async fn without_the_permission_the_page_says_which_is_missing() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let ada = user::lookup_by_email(&house.app.db, "accountant@bakery.example").await.unwrap().unwrap().id;
    owner.post(&format!("/users/{ada}/permissions"), &[("scope", "choose")]).await;
    let accountant = house.logged_in("accountant@bakery.example", "").await;
    for route in routes::list() {
        let got = ask(&accountant, &route, &filled(&route, "none")).await;
        let at = format!("{} {} ({}): {} {}", route.method, route.path, route.access, got.status, got.body);
        if let Some(key) = route.access.strip_prefix("permission:") {
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{at}");
            let label =
                house.app.bundle().messages.text("en", &format!("permission-{key}"), &Default::default());
            assert!(
                got.body.contains(&label.replace('&', "&amp;")) && got.body.contains("owner can grant it"),
                "{at}"
            );
        } else if route.access == "owner" {
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{at}");
            assert!(got.body.contains("Only the account&#39;s owner"), "{at}");
        } else if route.access.starts_with("staff:") {
            assert!(
                got.status == StatusCode::UNAUTHORIZED || got.location().starts_with("/admin/login"),
                "{at}"
            );
        }
        if ["/logout", "/invite/{token}/switch", "/security/sessions/end-all"].contains(&route.path) {
            accountant.log_in("accountant@bakery.example").await;
        }
    }
    let menu = accountant.get("/").await.body;
    for closed in ["/tickets", "/contacts", "/users", "/account"] {
        assert!(!menu.contains(&format!("href=\"{closed}\"")), "{closed} is in the menu");
    }
}

#[tokio::test]
async fn another_accounts_objects_are_not_there() {
    let house = House::new().await;
    let objects = Box::pin(Objects::of_the_bakery(&house)).await;
    let before = house.events().await;
    let stranger = house.logged_in("owner@books.example", "").await;
    let scoped = |route: &RouteInfo| {
        route.path.contains('{')
            && !["public", "user"].contains(&route.access.as_str())
            && !route.access.starts_with("staff:")
    };
    let mut tried = 0;
    for route in routes::list().iter().filter(|route| scoped(route)) {
        let got = ask(&stranger, route, &objects.path(route)).await;
        assert_eq!(
            got.status,
            StatusCode::NOT_FOUND,
            "{} {}: {}",
            route.method,
            objects.path(route),
            got.body
        );
        tried += 1;
    }
    let leave = RouteInfo { method: "GET", path: "/accounts/{id}/leave", access: String::new() };
    assert_eq!(stranger.get(&objects.path(&leave)).await.status, StatusCode::NOT_FOUND);
    assert!(tried > 10, "only {tried} routes were tried");
    let caused: Vec<_> = house.events().await.into_iter().skip(before.len()).collect();
    assert_eq!(caused, ["user.logged_in"]);
}

#[tokio::test]
async fn every_page_opens_for_those_who_may() {
    let house = House::new().await;
    let objects = Box::pin(Objects::of_the_bakery(&house)).await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    let staff = house.staff().await;
    for route in routes::list().iter().filter(|route| route.method == "GET") {
        let path = objects.path(route);
        let browser = if route.path.starts_with("/admin") { &staff } else { &owner };
        let got = browser.get(&path).await;
        let elsewhere = [
            "/admin/tickets/{reference}/messages/{id}/recipients",
            "/login",
            "/login/second-factor",
            "/admin/login",
            "/register/done",
            "/security/two-factor/off",
            "/security/recovery-codes",
        ];
        let unknown = route.path.contains("{token}") || route.path.starts_with("/dev/mailbox/");
        let wanted = match route.path {
            path if elsewhere.contains(&path) => StatusCode::SEE_OTHER,
            "/invite-consent/{token}" => StatusCode::OK,
            // The owner cannot leave, and keeps everything.
            "/accounts/{id}/leave" => StatusCode::FORBIDDEN,
            _ if unknown => StatusCode::NOT_FOUND,
            _ => StatusCode::OK,
        };
        assert_eq!(got.status, wanted, "{path}: {}", got.body);
    }
}

#[tokio::test]
async fn agents_open_their_tickets_and_nothing_of_the_house() {
    let house = House::new().await;
    let objects = Box::pin(Objects::of_the_bakery(&house)).await;
    let agent = house.agent(&[]).await;
    let before = house.events().await;
    let mut refused = 0;
    for route in routes::list() {
        if route.access == "staff:admin" {
            let got = ask(&agent, &route, &objects.path(&route)).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{} {}: {}", route.method, route.path, got.body);
            assert!(got.body.contains("Only admins may do this"), "{}: {}", route.path, got.body);
            refused += 1;
        } else if route.access == "staff:agent" && route.method == "GET" {
            let got = agent.get(&objects.path(&route)).await;
            assert_eq!(got.status, StatusCode::OK, "{}: {}", route.path, got.body);
        }
    }
    assert!(refused > 30, "only {refused} routes were tried");
    assert_eq!(house.events().await, before);
    let menu = agent.get("/admin").await.body;
    for closed in ["/admin/hooks", "/admin/templates", "/admin/staff", "/admin/departments", "/admin/canned"]
    {
        assert!(!menu.contains(&format!("href=\"{closed}\"")), "{closed} is in the menu");
    }
}

#[test]
fn the_table_prints_who_may_come_in() {
    let of = |method: &str, path: &str| {
        let found = routes::list().into_iter().find(|route| route.method == method && route.path == path);
        found.unwrap_or_else(|| panic!("{method} {path}")).access
    };
    assert_eq!(of("GET", "/login"), "public");
    assert_eq!(of("POST", "/logout"), "user");
    assert_eq!(of("GET", "/"), "account");
    assert_eq!(of("POST", "/users/invite"), "owner");
    assert_eq!(of("GET", "/tickets/{reference}"), "permission:tickets");
    assert_eq!(of("GET", "/admin/accounts"), "staff:agent");
    assert_eq!(of("GET", "/admin/staff"), "staff:admin");
}

#[test]
fn no_route_stands_twice_in_the_table() {
    let mut seen = std::collections::BTreeSet::new();
    for route in routes::list() {
        assert!(seen.insert((route.method, route.path)), "{} {}", route.method, route.path);
    }
}
