//! The pages as a browser gets them, in process, over a database of their own.

mod desk;
mod flows;
mod goes_to;
mod invites;
mod original;
mod outreach;
mod preferences;
mod routes;
mod tickets;

use super::router;
use crate::{
    app::App,
    clock::Clock,
    config::{Config, Paths},
    demo,
    event::{
        guard::{Answer, Asked, Defaults, Gate, GuardKind},
        outbox,
    },
    model::{
        staff::{self, NewStaff, Role},
        ticket::{self, NewDepartment},
    },
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex, OnceLock},
};
use tower::ServiceExt;

/// Monday, 23 November 2026, 09:30 UTC.
pub const NOW: i64 = 1_795_426_200_000;
/// The password of everybody.
pub const PASSWORD: &str = demo::PASSWORD;
/// Who answers tickets and nothing else.
pub const AGENT: &str = "agent@host.example";

/// Hooks that agree to everything, or refuse one thing with these words.
#[derive(Default)]
pub struct Hooks {
    refuses: Option<(&'static str, &'static str)>,
    locks: Vec<crate::event::guard::Lock>,
    defaults: Defaults,
}

impl Gate for Hooks {
    fn ask<'a>(&'a self, kind: &'static GuardKind, draft: Value) -> Asked<'a, Answer> {
        let denied = self.refuses.filter(|(name, _)| *name == kind.name).map(|(_, words)| words.to_owned());
        Box::pin(async move { Answer { denied, draft, locked: self.locks.clone() } })
    }

    fn defaults<'a>(&'a self, _: Value) -> Asked<'a, Defaults> {
        Box::pin(async { self.defaults.clone() })
    }
}

/// A server with the demo's data that lives in this process.
pub struct House {
    pub app: App,
    router: Router,
    _folder: tempfile::TempDir,
}

/// A folder with the demo's data, made once for all tests.
fn demo_folder() -> &'static tempfile::TempDir {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::new(folder.path().to_owned(), None);
        // A test's own runtime must not wait for another's.
        let made = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let app = App::build(paths, Config::default(), Clock::held_at(NOW)).await.unwrap();
                demo::make(&app).await.unwrap();
                app.db.close().await;
            });
        });
        made.join().unwrap();
        folder
    })
}

/// Copies the files below a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let place = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy(&file.path(), &place);
        } else {
            fs::copy(file.path(), place).unwrap();
        }
    }
}

/// What a browser got.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }
}

impl House {
    pub async fn new() -> Self {
        Self::with(Config::default(), Hooks::default()).await
    }

    pub async fn with(config: Config, hooks: Hooks) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(demo_folder().path(), folder.path());
        let paths = Paths::new(folder.path().to_owned(), None);
        let mut app = App::build(paths, config, Clock::held_at(NOW)).await.unwrap();
        app.gate = Arc::new(hooks);
        Self { router: router(app.clone()), app, _folder: folder }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { house: self, cookies: Mutex::default() }
    }

    /// A browser in which this person is logged in, in the account whose name holds these words.
    pub async fn logged_in(&self, email: &str, account: &str) -> Browser<'_> {
        let browser = self.browser();
        browser.log_in(email).await;
        if !account.is_empty() {
            let page = browser.get("/switch-account").await.body;
            let rest = &page[..page.find(account).unwrap_or_else(|| panic!("no {account}: {page}"))];
            let id = rest.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned();
            assert_eq!(
                browser.post("/switch-account", &[("account", &id)]).await.status,
                StatusCode::SEE_OTHER
            );
        }
        browser
    }

    pub async fn staff(&self) -> Browser<'_> {
        let browser = self.browser();
        let got = browser.post("/admin/login", &[("email", demo::STAFF), ("password", PASSWORD)]).await;
        assert_eq!(got.location(), "/admin", "{}", got.body);
        browser
    }

    /// An agent who serves these departments; all, if none is named.
    pub async fn agent(&self, departments: &[&str]) -> Browser<'_> {
        let (db, act) = (&self.app.db, self.app.act_of_system("test", 0));
        let password_hash = self.app.passwords.hash(PASSWORD).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let agent =
            NewStaff { email: AGENT.into(), name: "Alex Helper".into(), password_hash, role: Role::Agent };
        let agent = staff::create(&mut tx, &act, agent).await.unwrap();
        for one in ticket::departments(&mut tx).await.unwrap() {
            let members =
                if departments.contains(&one.name.as_str()) { vec![agent.id.clone()] } else { vec![] };
            let typed =
                NewDepartment { name: one.name, email: one.email, members, ..NewDepartment::default() };
            ticket::change_department(&mut tx, &act, &one.id, &typed).await.unwrap();
        }
        tx.commit().await.unwrap();
        let browser = self.browser();
        let got = browser.post("/admin/login", &[("email", AGENT), ("password", PASSWORD)]).await;
        assert_eq!(got.location(), "/admin", "{}", got.body);
        browser
    }

    /// The secret of the link in the mail about the newest event of this name.
    pub async fn link(&self, event: &str) -> String {
        let stored = outbox::list(&self.app.db, None, i64::MAX, 50).await.unwrap();
        let stored =
            stored.into_iter().find(|stored| stored.name == event).unwrap_or_else(|| panic!("no {event}"));
        outbox::links(&self.app.db, &stored.id, &self.app.key).await.unwrap().pop().unwrap().1
    }

    /// The names of the events since the demo was made, oldest first.
    pub async fn events(&self) -> Vec<String> {
        let stored = outbox::list(&self.app.db, None, i64::MAX, 1000).await.unwrap();
        let mut names: Vec<_> = stored
            .into_iter()
            .filter(|stored| stored.correlation.starts_with("req_"))
            .map(|stored| stored.name)
            .collect();
        names.reverse();
        names
    }
}

/// A browser: keeps cookies, and says where its requests come from.
pub struct Browser<'a> {
    house: &'a House,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Got {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        self.send(Self::form(path, fields).body(Self::body(fields)).unwrap()).await
    }

    pub async fn post_from(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        self.send(Self::form(path, fields).header("origin", origin).body(Self::body(fields)).unwrap()).await
    }

    fn form(path: &str, _: &[(&str, &str)]) -> axum::http::request::Builder {
        Request::post(path)
            .header("host", "127.0.0.1:8080")
            .header("content-type", "application/x-www-form-urlencoded")
    }

    fn body(fields: &[(&str, &str)]) -> Body {
        let pairs: Vec<(&str, String)> =
            fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Body::from(super::pager::encode(&pairs))
    }

    pub async fn send(&self, mut request: Request<Body>) -> Got {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.house.router.clone().oneshot(request).await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let (pair, rest) = set.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if rest.contains("Max-Age=0;") {
                cookies.remove(name)
            } else {
                cookies.insert(name.to_owned(), value.to_owned())
            };
        }
        let (parts, body) = response.into_parts();
        let body = String::from_utf8_lossy(&to_bytes(body, 10_000_000).await.unwrap()).into_owned();
        Got { status: parts.status, headers: parts.headers, body }
    }

    pub async fn log_in(&self, email: &str) -> Got {
        let got = self.post("/login", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
        got
    }
}

#[tokio::test]
async fn the_server_says_that_it_lives_and_can_work() {
    let house = House::new().await;
    let browser = house.browser();
    assert_eq!(browser.get("/healthz").await.body, "ok\n");
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
    house.app.db.close().await;
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_that_is_not_there_is_a_page_of_ours_with_the_requests_id() {
    let house = House::new().await;
    let got = house.browser().get("/nowhere").await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    let id = got.headers["x-request-id"].to_str().unwrap();
    assert!(
        id.starts_with("req_") && got.body.contains(id) && got.body.contains("There is nothing here"),
        "{}",
        got.body
    );
    let got = house.browser().post("/healthz", &[]).await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(got.body.contains("That does not work this way"));
}

#[tokio::test]
async fn a_wrong_password_is_told_in_the_form_and_nothing_typed_is_lost() {
    let house = House::new().await;
    let browser = house.browser();
    let got = browser.get("/login?next=/tickets").await;
    assert!(got.body.contains("Email address") && got.body.contains("value=\"/tickets\""), "{}", got.body);
    let got = browser
        .post("/login", &[("email", "owner@bakery.example"), ("password", "wrong"), ("next", "/tickets")])
        .await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        got.body.contains("value=\"owner@bakery.example\"") && got.body.contains("do not go together"),
        "{}",
        got.body
    );
    let got = browser
        .post("/login", &[("email", "Owner@Bakery.example"), ("password", PASSWORD), ("next", "/tickets")])
        .await;
    assert_eq!((got.status, got.location()), (StatusCode::SEE_OTHER, "/tickets"));
    let cookie = got.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn a_log_in_does_not_lead_to_somebody_elses_page() {
    let house = House::new().await;
    let fields = [("email", "owner@bakery.example"), ("password", PASSWORD), ("next", "//evil.example")];
    assert_eq!(house.browser().post("/login", &fields).await.location(), "/");
}

#[tokio::test]
async fn a_request_from_another_site_changes_nothing() {
    let house = House::new().await;
    let browser = house.browser();
    browser.log_in("owner@bakery.example").await;
    let got = browser.post_from("https://evil.example", "/logout", &[]).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    assert!(got.body.contains("did not come from a page of ours"));
    let got = browser.post_from("http://127.0.0.1:8080", "/logout", &[]).await;
    assert_eq!((got.status, got.location()), (StatusCode::SEE_OTHER, "/login"));
    assert!(browser.get("/login").await.body.contains("You are logged out."));
    assert!(!browser.get("/login").await.body.contains("You are logged out."), "a message is shown once");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let house = House::new().await;
    for path in ["/login", "/nowhere", "/assets/innkeeper.css", "/healthz"] {
        let got = house.browser().get(path).await;
        let policy = got.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(got.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
    }
}

#[tokio::test]
async fn an_asset_that_the_browser_has_is_not_sent_again() {
    let house = House::new().await;
    let got = house.browser().get("/assets/innkeeper.css").await;
    assert_eq!(
        (got.status, got.headers[header::CONTENT_TYPE].to_str().unwrap()),
        (StatusCode::OK, "text/css; charset=utf-8")
    );
    let again =
        Request::get("/assets/innkeeper.css").header(header::IF_NONE_MATCH, &got.headers[header::ETAG]);
    let again = house.browser().send(again.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert!(house.browser().get("/assets/brand.css").await.body.contains("--accent:#1d6f5f"));
    assert_eq!(house.browser().get("/assets/..%2fmod.rs").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn figures_name_routes_and_never_paths() {
    let house = House::new().await;
    house.browser().get("/assets/innkeeper.css").await;
    house.browser().get("/nowhere/12345").await;
    let figures = house.browser().get("/metrics").await.body;
    assert!(figures.contains("route=\"/assets/{file}\",status=\"200\"} 1"), "{figures}");
    assert!(!figures.contains("12345"), "{figures}");
}

#[tokio::test]
async fn a_panic_ends_one_request_and_nothing_else() {
    async fn panics() -> &'static str {
        panic!("a mistake of ours")
    }
    let house = House::new().await;
    let routes = Router::new().route("/boom", axum::routing::get(panics));
    let router = super::behind_the_door(house.app.clone(), routes);
    let response = router.clone().oneshot(Request::get("/boom").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let page = String::from_utf8(to_bytes(response.into_body(), 1_000_000).await.unwrap().to_vec()).unwrap();
    assert!(
        page.contains("Something went wrong on our side") && !page.contains("a mistake of ours"),
        "{page}"
    );
    let response = router.oneshot(Request::get("/elsewhere").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_that_is_far_too_large_is_told_so() {
    let house = House::new().await;
    let got = house.browser().post("/login", &[("email", &"x".repeat(600_000))]).await;
    assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(got.body.contains("That was too large"));
}

#[tokio::test]
async fn while_the_database_is_away_a_page_of_ours_says_so() {
    let house = House::new().await;
    let owner = house.logged_in("owner@bakery.example", "").await;
    house.app.db.close().await;
    let got = owner.get("/tickets").await;
    assert_eq!(
        (got.status, got.headers[header::RETRY_AFTER].to_str().unwrap()),
        (StatusCode::SERVICE_UNAVAILABLE, "10")
    );
    assert!(got.body.contains("Nothing of yours is lost"), "{}", got.body);
    assert_eq!(house.browser().get("/login").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stopping_server_lets_requests_end_and_takes_no_more() {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };
    let house = House::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving =
        tokio::spawn(super::serve(
            house.app.clone(),
            listener,
            async move { stopped.await.unwrap_or_default() },
        ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = format!("email=owner%40bakery.example&password={PASSWORD}");
    let head = format!(
        "POST /login HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let (first, second) = body.split_at(10);
    stream.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
    // The handler authenticates before it reads the form, and its figure of the head is not yet counted: give it the time to begin.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    stop.send(()).unwrap();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(second.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("innkeeper="), "{answer}");
    serving.await.unwrap().unwrap();
}
