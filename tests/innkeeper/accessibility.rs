//! Accessibility: axe-core looks at every page, as each kind of reader meets it, on a desk, on a phone and in the dark.

use crate::support::{
    browser::Browser,
    client::Client,
    letter::{intake_url, letter, post},
    mailbox::Mailbox,
    server::Server,
    wait,
};
use innkeeper::{secret::totp, web::routes};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
};

/// Routes that answer `GET` and are not looked at here, each with the reason.
const NOT_LOOKED_AT: &[(&str, &str)] = &[
    ("/healthz", "is no page"),
    ("/readyz", "is no page"),
    ("/metrics", "is no page"),
    ("/assets/{file}", "is no page"),
    ("/dev/mailbox.json", "is no page"),
    ("/dev/mailbox/{id}/html", "is a mail; tests of mail look at those"),
    ("/admin/mail/{id}/html", "is a mail"),
    ("/emails/{id}/html", "is a mail"),
    ("/tickets/{reference}/replies/{id}/mail/html", "is a mail"),
    ("/admin/tickets/{reference}/replies/{id}/mail/html", "is a mail"),
    ("/admin/tickets/{reference}/replies/{id}/mail/raw", "is a file"),
    ("/tickets/{reference}/files/{id}", "is a file"),
    ("/admin/tickets/{reference}/files/{id}", "is a file"),
    ("/admin/tickets/{reference}/canned/{id}", "is no page"),
];

/// Pages that stand for one route; more of a kind teach nothing new.
const OF_A_KIND: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_any_page_on_a_desk_on_a_phone_or_in_the_dark() {
    let axe = axe();
    let server = Server::demo().start().await;
    let links = links(&server).await;
    let (by_mail, nobodys) = mails(&server).await;
    let consent = consent(&server).await;
    leave(&server, HOMELESS).await;

    let (nobody, owner, designer, homeless, staff, cautious, half) = (
        Browser::open(server.url()).await,
        Browser::open(server.url()).await,
        Browser::open(server.url()).await,
        Browser::open(server.url()).await,
        Browser::open(server.url()).await,
        Browser::open(server.url()).await,
        Browser::open(server.url()).await,
    );
    owner.log_in("owner@bakery.example").await;
    designer.log_in("designer@demo.example").await;
    homeless.log_in(HOMELESS).await;
    log_in_as_staff(&staff).await;
    add_a_colleague(&staff).await;
    // One who has a second factor, and the same one half-way through a log-in.
    cautious.log_in(CAUTIOUS).await;
    turn_on_two_factor(&cautious).await;
    half.log_in(CAUTIOUS).await;

    let public = still("public").into_iter().filter(|path| *path != "/");
    let public: Vec<String> =
        public.map(str::to_owned).chain(links).chain(["/nothing-here".into()]).collect();
    let own: Vec<String> = ["user", "account", "permission", "owner"]
        .iter()
        .flat_map(|who| still(who))
        .map(str::to_owned)
        .chain([format!("/tickets/{by_mail}"), consent])
        .collect();
    let admin = [format!("/admin/tickets/{by_mail}"), format!("/admin/tickets/{nobodys}/account?q=blue")]
        .into_iter()
        .chain(still("staff").into_iter().map(str::to_owned))
        .chain(["/admin/tickets?status=all".to_owned(), "/admin/mail?state=sent".to_owned()])
        .chain([reset_of(&staff).await])
        .collect();
    let guarded = vec!["/security/recovery-codes".to_owned(), "/security/two-factor/off".to_owned()];
    let mut choosing = vec!["/choose-account".to_owned(), "/switch-account".to_owned()];
    designer.goto("/switch-account").await;
    let leave = designer.evaluate("document.querySelector('a[href$=\"/leave\"]').getAttribute('href')").await;
    choosing.push(leave.as_str().unwrap().to_owned());

    let found = tokio::join!(
        walk(&nobody, &axe, public, false),
        walk(&owner, &axe, own, true),
        walk(&designer, &axe, choosing, false),
        walk(&homeless, &axe, vec!["/no-accounts".to_owned(), "/switch-account".to_owned()], false),
        walk(&staff, &axe, admin, true),
        walk(&cautious, &axe, guarded, false),
        walk(&half, &axe, vec!["/login/second-factor".to_owned()], false)
    );
    let found = [found.0, found.1, found.2, found.3, found.4, found.5, found.6];
    let wrong: Vec<&String> = found.iter().flat_map(|one| &one.violations).collect();
    assert!(
        wrong.is_empty(),
        "{} things:\n{}",
        wrong.len(),
        wrong.iter().map(|s| s.as_str()).collect::<Vec<_>>().join("\n")
    );

    let seen: BTreeSet<&str> = found.iter().flat_map(|one| one.routes.keys().copied()).collect();
    let excused = |path: &str| NOT_LOOKED_AT.iter().any(|(excused, _)| *excused == path);
    let unseen: Vec<_> = pages()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| !seen.contains(path) && !excused(path))
        .collect();
    assert_eq!(unseen, [""; 0], "no link leads there: add a beginning, or a line to NOT_LOOKED_AT");
}

/// What a walk found.
#[derive(Default)]
struct Found {
    violations: Vec<String>,
    /// Routes that were seen, with the number of their pages.
    routes: BTreeMap<&'static str, usize>,
}

/// Looks at these pages and, if `on` is set, at all that they lead to.
async fn walk(browser: &Browser, axe: &str, begin: Vec<String>, on: bool) -> Found {
    let mut found = Found::default();
    let mut known: BTreeSet<String> = begin.iter().cloned().collect();
    let mut next: VecDeque<String> = begin.into();
    while let Some(path) = next.pop_front() {
        let route = route_of(&path);
        if let Some(route) = route {
            if NOT_LOOKED_AT.iter().any(|(excused, _)| *excused == route)
                || found.routes.get(route) == Some(&OF_A_KIND)
            {
                continue;
            }
            *found.routes.entry(route).or_default() += 1;
        }
        browser.viewport(1280, 900).await;
        browser.goto(&path).await;
        for (how, width, dark) in [("desk", 1280, false), ("phone", 360, false), ("dark", 1280, true)] {
            browser.viewport(width, 900).await;
            browser.dark(dark).await;
            found
                .violations
                .extend(look(browser, axe).await.into_iter().map(|what| format!("{path} ({how}): {what}")));
        }
        browser.dark(false).await;
        if !on {
            continue;
        }
        let links = browser
            .evaluate("Array.from(document.links).filter(a => a.origin === location.origin).map(a => a.pathname + a.search)")
            .await;
        for link in links.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if known.insert(link.to_owned()) {
                next.push_back(link.to_owned());
            }
        }
    }
    found
}

/// What axe has to say of the page as it stands.
async fn look(browser: &Browser, axe: &str) -> Vec<String> {
    let there = browser.evaluate("typeof window.axe === 'object'").await;
    if there != true {
        browser.driver().execute(axe, Vec::new()).await.unwrap();
    }
    // Colours that still fade from light to dark are neither.
    let script = "const done = arguments[0]; Promise.race([Promise.all(document.getAnimations().map(a => a.finished)), new Promise(r => setTimeout(r, 2000))]).catch(() => 0).then(() => axe.run(document, { iframes: false, resultTypes: ['violations'] })).then(
        r => done(r.violations.flatMap(v => v.nodes.map(n => [v.id, v.help, n.target.join(' '), n.any.concat(n.all, n.none).map(c => c.message).join('; ')]))),
        e => done([['axe', String(e), '', '']]));";
    let answer = match browser.driver().execute_async(script, Vec::new()).await {
        Ok(answer) => answer,
        Err(error) => return vec![format!("axe gave no answer: {error}")],
    };
    let nodes = answer.as_array().cloned().unwrap_or_default();
    nodes.iter().map(|node| format!("{} at {}: {} ({})", node[0], node[2], node[1], node[3])).collect()
}

/// Pages with links that come by mail: an invite, a verification, a new password.
async fn links(server: &Server) -> Vec<String> {
    let owner = Client::logged_in(server, "owner@bakery.example").await;
    let page = owner.get("/users").await;
    page.form("Send Invite").fill("Email address", "anna@friends.example").submit().await;
    // A mail for the history.
    let fields = [
        ("department", "Support"),
        ("subject", "A mail for the history"),
        ("message", "Hello."),
        ("cc", "friend@friends.example"),
    ];
    owner.post("/tickets/new", &fields).await;
    Mailbox::of(server).wait_for("owner@bakery.example", "A mail for the history").await;
    let guest = Client::new(server.url());
    let page = guest.get("/password/forgot").await;
    page.form("Send the link").fill("Email address", "owner@books.example").submit().await;
    let mailbox = Mailbox::of(server);
    let invite = mailbox.wait_for("anna@friends.example", "").await.link_with("/invite/");
    let reset = mailbox.wait_for("owner@books.example", "password").await.link_with("/password/reset/");
    // Who has no log-in chooses their mail by a link.
    let unsubscribe = mailbox.wait_for("friend@friends.example", "").await.link_with("/unsubscribe/");
    [
        invite,
        reset,
        unsubscribe,
        format!("{}/verify-email/none", server.url()),
        format!("{}/invite/none", server.url()),
    ]
    .iter()
    .map(|link| link.trim_start_matches(server.url()).to_owned())
    .collect()
}

/// Who has a second factor.
const CAUTIOUS: &str = "accountant@bakery.example";

async fn turn_on_two_factor(browser: &Browser) {
    browser.goto("/security/two-factor").await;
    let secret = browser.evaluate("document.querySelector('#secret').textContent.replaceAll(' ', '')").await;
    let now = innkeeper::clock::Clock::system().now();
    browser.fill("Code", &totp::code(secret.as_str().unwrap(), now).unwrap()).await;
    browser.fill("Current password", crate::support::PASSWORD).await;
    browser.click("Turn on").await;
    browser.see("They are not shown again").await;
}

/// Who has left the only account that they had.
const HOMELESS: &str = "developer@bakery.example";

async fn leave(server: &Server, email: &str) {
    let client = Client::logged_in(server, email).await;
    let page = client.get("/switch-account").await.follow("Leave Blue Bakery").await;
    let page = page.form("Leave this account").submit().await;
    assert!(page.says("You have left Blue Bakery"), "{page}");
}

/// One who may be removed: the last admin may not.
async fn add_a_colleague(staff: &Browser) {
    staff.goto("/admin/staff/new").await;
    staff.fill("Name", "Noor Second").await;
    staff.fill("Email address", "noor@host.example").await;
    staff.fill("Password", crate::support::PASSWORD).await;
    staff.click("Save Changes").await;
    staff.see("Noor Second").await;
}

/// The page on which staff take the second factor away.
async fn reset_of(staff: &Browser) -> String {
    staff.goto("/admin/accounts?q=blue").await;
    staff.click("Blue Bakery").await;
    let find = format!(
        "Array.from(document.querySelectorAll('a[href^=\"/admin/users/\"]')).map(a => [a.closest('li, tr, section').textContent, a.pathname]).find(a => a[0].includes('{CAUTIOUS}'))?.[1]"
    );
    let path = wait::until("the account's page", || async {
        staff.evaluate(&find).await.as_str().map(|path| format!("{path}/reset-two-factor"))
    });
    path.await
}

/// The page on which an owner is asked whether somebody may accept with another address.
async fn consent(server: &Server) -> String {
    let owner = Client::logged_in(server, "owner@bakery.example").await;
    let page = owner.get("/users").await;
    page.form("Send Invite").fill("Email address", "work@friends.example").submit().await;
    let mailbox = Mailbox::of(server);
    let link = mailbox.wait_for("work@friends.example", "").await.link_with("/invite/");
    let other = Client::logged_in(server, "owner@books.example").await;
    other.post(&format!("{link}/ask-consent"), &[]).await;
    let asked = mailbox.wait_for("owner@bakery.example", "accept your invite").await;
    asked.link_with("/invite-consent/").trim_start_matches(server.url()).to_owned()
}

/// A ticket with two mails, whose reference this gives, and a mail that was rejected.
async fn mails(server: &Server) -> (String, String) {
    let url = intake_url(server).await;
    let write = async |from: &str, subject: &str, id: &str, more: &str| {
        let id = format!("{id}@bakery.example");
        let raw = letter(from, "support@host.example", subject, &id, more, "<p>It is cold.</p>");
        post(&url, raw).await.1
    };
    let (owner, page) = ("owner@bakery.example", "Content-Type: text/html; charset=utf-8\r\n");
    let reference = write(owner, "The oven", "a1", page).await;
    assert_eq!(write(owner, &format!("Re: [{reference}] The oven"), "a2", page).await, reference);
    assert_eq!(write(owner, "Away", "a3", "Auto-Submitted: auto-replied\r\n").await, "automatic");
    (reference, write("bills@bakery.example", "The bill", "a4", page).await)
}

async fn log_in_as_staff(browser: &Browser) {
    browser.goto("/admin/login").await;
    browser.fill("Email address", innkeeper::demo::STAFF).await;
    browser.fill("Password", crate::support::PASSWORD).await;
    browser.click("Log in").await;
    let inside = wait::within(wait::PATIENCE, || async { (browser.path().await == "/admin").then_some(()) });
    assert!(inside.await.is_some(), "staff cannot log in: {}", browser.text().await);
}

/// Every route that answers `GET`, with who may ask.
fn pages() -> Vec<(&'static str, String)> {
    routes::list()
        .into_iter()
        .filter(|route| route.method == "GET")
        .map(|route| (route.path, route.access))
        .collect()
}

/// Paths without a variable part that these readers may open.
fn still(access: &str) -> Vec<&'static str> {
    let may = |of: &String| of.split(':').next() == Some(access);
    pages().into_iter().filter(|(path, of)| may(of) && !path.contains('{')).map(|(path, _)| path).collect()
}

/// The route that answers a path; one that is written out goes before one with variable parts.
fn route_of(path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let fits = |route: &str| {
        let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
        route.len() == path.len()
            && route.iter().zip(&path).all(|(part, here)| part.starts_with('{') || part == here)
    };
    let mut fitting: Vec<_> =
        pages().into_iter().map(|(route, _)| route).filter(|route| fits(route)).collect();
    fitting.sort_by_key(|route| route.matches('{').count());
    fitting.first().copied()
}

/// The program itself, which `bin/test` fetches.
fn axe() -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("axe/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!(
            "{}: {error}\naxe-core is fetched by bin/test, or by: npm install --prefix target/axe axe-core@4.14.1",
            file.display()
        )
    })
}
