//! Who may come in, for every route that the server has: the table is what `innkeeper routes` prints, so that a
//! route added later is tried by itself.
//!
//! A route with an object in its path needs one thing more: a line in [`OBJECTS`], which says where to find one.

use reqwest::{Method, RequestBuilder};
use serde::Deserialize;

use crate::support::{
    client::{Client, Page},
    command,
    mailbox::Mailbox,
    server::Server,
};

const OWNER: &str = "owner@bakery.example";
const DEVELOPER: &str = "developer@bakery.example";
const STAFF: &str = "staff@host.example";
/// Owns another account, and holds every permission there.
const STRANGER: &str = "owner@books.example";

/// Objects of Blue Bakery: what their routes begin with, who sees them, on which page, and what stands before the
/// object's name there.
const OBJECTS: &[(&str, &str, &str, &str)] = &[
    ("/contacts/", OWNER, "/contacts", "/contacts/"),
    ("/users/", OWNER, "/users", "/users/"),
    ("/users/invites/", OWNER, "/users", "/users/invites/"),
    ("/invites/", OWNER, "/users", "/users/invites/"),
    ("/tickets/", OWNER, "/tickets", "/tickets/"),
    ("/accounts/", DEVELOPER, "/switch-account", "/accounts/"),
    ("/emails/", OWNER, "/emails", "/emails/"),
    ("/security/sessions/", OWNER, "/security", "/security/sessions/"),
];

/// The thirteen, as customers know them.
const LABELS: [(&str, &str); 13] = [
    ("profile", "Modify Master Account Profile"),
    ("contacts", "View & Manage Contacts"),
    ("products", "View Products & Services"),
    ("manageproducts", "View & Modify Product Passwords"),
    ("productsso", "Perform Single Sign-On"),
    ("domains", "View Domains"),
    ("managedomains", "Manage Domain Settings"),
    ("invoices", "View & Pay Invoices"),
    ("quotes", "View & Accept Quotes"),
    ("tickets", "View & Open Support Tickets"),
    ("affiliates", "View & Manage Affiliate Account"),
    ("emails", "View Emails"),
    ("orders", "Place New Orders/Upgrades/Cancellations"),
];

#[derive(Clone, Debug, Deserialize)]
struct Route {
    method: String,
    path: String,
    access: String,
}

async fn routes() -> Vec<Route> {
    let routes: Vec<Route> =
        serde_json::from_str(&command::innkeeper(["routes", "--format", "json"]).await.ok()).unwrap();
    assert!(routes.len() > 50, "{routes:#?}");
    routes
}

impl Route {
    fn is_public(&self) -> bool {
        self.access == "public"
    }

    fn is_staffs(&self) -> bool {
        self.access.starts_with("staff:")
    }

    fn permission(&self) -> Option<&str> {
        self.access.strip_prefix("permission:")
    }

    fn posts(&self) -> bool {
        self.method == "POST"
    }

    /// Whether an object of an account or a user stands in its path. A token is none: it is the secret of whoever holds it.
    fn has_object(&self) -> bool {
        !self.is_public() && !self.is_staffs() && self.path.contains('{') && !self.path.contains("{token}")
    }

    /// Whether a part of the object stands in its path, too, such as a file of a ticket.
    fn has_part(&self) -> bool {
        self.path.matches('{').count() > 1
    }

    /// What its path begins with, up to the object.
    fn prefix(&self) -> Option<&str> {
        Some(self.path.split_once('{')?.0)
    }

    /// Its path with this in the object's place.
    fn with(&self, object: &str) -> String {
        match (self.path.split_once('{'), self.path.split_once('}')) {
            (Some((before, _)), Some((_, after))) => format!("{before}{object}{after}"),
            _ => self.path.clone(),
        }
    }

    /// A request for it; what it posts is an empty form.
    fn request(&self, client: &Client, object: &str) -> RequestBuilder {
        let request = client.request(self.method.parse().unwrap(), &self.with(object));
        if self.posts() { request.form(&[("", ""); 0]) } else { request }
    }

    async fn ask(&self, client: &Client, object: &str) -> Page {
        client.open(self.request(client, object)).await
    }
}

/// Somebody's browser, which shows redirects.
async fn browser(server: &Server, email: &str) -> Client {
    Client::logged_in(server, email).await.without_redirects()
}

/// A browser in which staff are logged in; it also sees the admin area's cookies.
async fn staff(server: &Server) -> Client {
    let client = Client::new(&format!("{}/admin", server.url()));
    let page = client.get("/admin/login").await;
    let page = page
        .form("Log in")
        .fill("Email address", STAFF)
        .fill("Password", crate::support::PASSWORD)
        .submit()
        .await;
    assert_eq!((page.status(), page.path()), (200, "/admin"), "{page}");
    client.without_redirects()
}

/// Sees to it that Blue Bakery has one of each object: here an owner who is logged in twice, and an invite that waits.
async fn furnish(server: &Server) {
    let owner = Client::logged_in(server, OWNER).await;
    owner
        .get("/users")
        .await
        .form("Send Invite")
        .fill("Email address", "nora@example.com")
        .forge("scope", "all")
        .submit()
        .await;
    // The receipt for a ticket stands in the history.
    let fields = [("department", "Support"), ("subject", "A mail for the history"), ("message", "Hello.")];
    owner.post("/tickets/new", &fields).await;
    Mailbox::of(server).wait_for(OWNER, "A mail for the history").await;
}

/// An object for the route, as those find it whose it is.
async fn object(server: &Server, route: &Route) -> String {
    let Some(prefix) = route.prefix() else { return String::new() };
    let known = OBJECTS.iter().find(|known| known.0 == prefix);
    let (_, email, page, marker) =
        known.unwrap_or_else(|| panic!("say in OBJECTS what stands in {}", route.path));
    let page = Client::logged_in(server, email).await.get(page).await;
    let before = format!("\"{marker}");
    let names = page.body().split(&before).skip(1).filter_map(|rest| rest.split(['/', '"', '?', '#']).next());
    let mut names =
        names.filter(|name| name.contains('_') || name.contains(|sign: char| sign.is_ascii_digit()));
    names.next().unwrap_or_else(|| panic!("no object for {} stands on {page}", route.path)).to_owned()
}

/// All objects at once, since each costs a log-in.
async fn objects(server: &Server, routes: &[Route]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for route in routes.iter().filter(|route| route.has_object()) {
        let Some(prefix) = route.prefix() else { continue };
        if !found.iter().any(|(known, _)| known == prefix) {
            found.push((prefix.to_owned(), object(server, route).await));
        }
    }
    found
}

fn of<'a>(objects: &'a [(String, String)], route: &Route) -> &'a str {
    let prefix = route.prefix().unwrap_or_default();
    objects.iter().find(|(known, _)| known == prefix).map_or("nothing", |(_, object)| object)
}

async fn happened(server: &Server) -> i64 {
    server.database().count("SELECT COUNT(*) FROM events").await
}

#[tokio::test]
async fn every_route_says_who_may_come_in() {
    let routes = routes().await;
    for route in &routes {
        let known = match route.access.split_once(':') {
            Some(("permission", key)) => LABELS.iter().any(|(known, _)| *known == key),
            Some(("staff", role)) => !role.is_empty(),
            _ => ["public", "user", "account", "owner"].contains(&route.access.as_str()),
        };
        assert!(known && ["GET", "POST"].contains(&route.method.as_str()), "{route:?}");
        assert_eq!(
            route.is_staffs(),
            route.path.starts_with("/admin") && route.path != "/admin/login",
            "{route:?}"
        );
        let twins = routes.iter().filter(|other| other.method == route.method && other.path == route.path);
        assert_eq!(twins.count(), 1, "{route:?}");
    }
}

#[tokio::test]
async fn whoever_is_not_logged_in_sees_public_pages_only() {
    let server = Server::demo().start().await;
    let guest = Client::new(server.url()).without_redirects();
    for route in routes().await {
        let page = route.ask(&guest, "nothing").await;
        let expected = match (route.is_public(), route.posts()) {
            (true, true) => page.status() < 500 && ![401, 403].contains(&page.status()),
            (true, false) if route.prefix().is_some() => [404, 410].contains(&page.status()),
            (true, false) => page.status() < 400,
            (false, true) => page.status() == 401,
            (false, false) => {
                let log_in = if route.is_staffs() { "/admin/login" } else { "/login" };
                page.status() == 303 && page.header("location").split('?').next() == Some(log_in)
            }
        };
        assert!(expected, "{route:?}: {page}");
    }
}

#[tokio::test]
async fn users_and_staff_do_not_open_each_others_doors() {
    let server = Server::demo().start().await;
    let (user, staff) = (browser(&server, OWNER).await, staff(&server).await);
    let token = staff.cookie("innkeeper_staff").expect("staff have a cookie of their own");
    let pretender = Client::new(server.url()).without_redirects();
    pretender.set_cookie(&format!("innkeeper={token}; Path=/"));
    for route in routes().await.into_iter().filter(|route| !route.is_public()) {
        let page = match route.is_staffs() {
            true => route.ask(&user, "nothing").await,
            false => route.ask(&pretender, "nothing").await,
        };
        let log_in = if route.is_staffs() { "/admin/login" } else { "/login" };
        let sent_away = page.status() == 303 && page.header("location").split('?').next() == Some(log_in);
        assert!(if route.posts() { page.status() == 401 } else { sent_away }, "{route:?}: {page}");
        if route.is_staffs() && !route.posts() {
            let page = route.ask(&staff, "nothing").await;
            assert_eq!(page.status(), if route.prefix().is_some() { 404 } else { 200 }, "{route:?}: {page}");
        }
    }
}

#[tokio::test]
async fn nothing_of_any_account_shows_before_one_is_chosen() {
    let server = Server::demo().start().await;
    let designer = browser(&server, "designer@demo.example").await;
    for route in routes()
        .await
        .into_iter()
        .filter(|route| !route.is_public() && !route.is_staffs() && route.access != "user")
    {
        let page = route.ask(&designer, "nothing").await;
        assert_eq!(page.status(), 303, "{route:?}: {page}");
        assert!(page.header("location").starts_with("/choose-account"), "{route:?}: {page}");
    }
}

#[tokio::test]
async fn without_the_permission_there_is_no_way_in_and_no_link() {
    let server = Server::demo().start().await;
    let developer = browser(&server, DEVELOPER).await;
    let grant = async |keys: &[&str]| {
        let user = format!("(SELECT id FROM users WHERE email_key = '{DEVELOPER}')");
        server
            .database()
            .execute(format!("UPDATE access SET permissions = '{}' WHERE user_id = {user}", keys.join(",")))
            .await;
    };
    let (routes, all) = (routes().await, LABELS.map(|(key, _)| key));
    furnish(&server).await;
    let objects = objects(&server, &routes).await;

    grant(&all).await;
    for route in routes.iter().filter(|route| route.access == "owner") {
        let page = route.ask(&developer, of(&objects, route)).await;
        assert_eq!(page.status(), 403, "{route:?}: {page}");
        assert!(page.says("owner"), "{page}");
    }
    for (key, label) in LABELS {
        let guarded: Vec<&Route> = routes.iter().filter(|route| route.permission() == Some(key)).collect();
        if guarded.is_empty() {
            continue;
        }
        let others: Vec<&str> = all.into_iter().filter(|other| *other != key).collect();
        grant(&others).await;
        let home = developer.get("/").await;
        for route in &guarded {
            let page = route.ask(&developer, of(&objects, route)).await;
            assert_eq!(page.status(), 403, "without {key}: {route:?}: {page}");
            assert!(page.says(label) && page.says("owner"), "{page}");
            assert!(
                !home.body().contains(&format!("href=\"{}\"", route.path)),
                "without {key}, a link to {}",
                route.path
            );
        }
        grant(&[key]).await;
        for route in guarded.iter().filter(|route| !route.posts() && !route.has_part()) {
            let page = route.ask(&developer, of(&objects, route)).await;
            assert_eq!(page.status(), 200, "with {key} alone: {route:?}: {page}");
        }
    }
}

#[tokio::test]
async fn an_object_of_another_account_is_not_there() {
    let server = Server::demo().start().await;
    furnish(&server).await;
    let routes = routes().await;
    let objects = objects(&server, &routes).await;
    let (owner, developer) = (browser(&server, OWNER).await, browser(&server, DEVELOPER).await);
    let stranger = browser(&server, STRANGER).await;
    // A colleague who turned to the stranger's account sees nothing of the bakery's from there.
    let designer = browser(&server, "designer@demo.example").await;
    let books = designer.get("/switch-account").await;
    let books = books
        .body()
        .split("Harbour Books")
        .next()
        .and_then(|before| before.rsplit("value=\"").next())
        .and_then(|id| id.split('"').next());
    let chosen = designer.post("/choose-account", &[("account", books.unwrap())]).await;
    assert_eq!(chosen.status(), 303, "{chosen}");
    assert!(designer.get("/").await.says("Harbour Books"));

    let before = happened(&server).await;
    for route in routes.iter().filter(|route| route.has_object()) {
        let object = of(&objects, route);
        let page = route.ask(&stranger, object).await;
        assert_eq!(page.status(), 404, "{route:?} of {object}: {page}");
        assert!(!page.says("Blue Bakery"), "{page}");
        if route.permission() == Some("tickets") {
            let page = route.ask(&designer, object).await;
            assert_eq!(page.status(), 404, "{route:?} of {object}: {page}");
        }
        if !route.posts() && !route.has_part() {
            let whose = if route.path.starts_with("/accounts/") { &developer } else { &owner };
            let page = route.ask(whose, object).await;
            assert_eq!(page.status(), 200, "their own {object} is there: {route:?}: {page}");
        }
    }
    assert_eq!(happened(&server).await, before, "asking in vain changes nothing");
}

#[tokio::test]
async fn a_forged_request_changes_nothing() {
    let server = Server::demo().start().await;
    furnish(&server).await;
    let routes = routes().await;
    let objects = objects(&server, &routes).await;
    let (owner, staff) = (browser(&server, OWNER).await, staff(&server).await);
    let before = happened(&server).await;
    let forged = [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    // Mail programs unsubscribe from wherever they like; the token says for whom.
    let by_browsers = |route: &&Route| route.posts() && route.path != "/unsubscribe/{token}";
    for route in routes.iter().filter(by_browsers) {
        let client = if route.is_staffs() { &staff } else { &owner };
        for (name, value) in forged {
            let page = client.open(route.request(client, of(&objects, route)).header(name, value)).await;
            assert_eq!(page.status(), 403, "{name}: {value}, {route:?}: {page}");
        }
    }
    assert_eq!(happened(&server).await, before);
    // What the browser says about our own forms is believed.
    let own = owner
        .request(Method::POST, "/profile/email/cancel")
        .header("origin", server.url())
        .header("sec-fetch-site", "same-origin");
    assert_eq!(owner.open(own).await.status(), 303);
}
