//! A real browser: Debian's chromium, driven through chromedriver, by the words on the page.
//!
//! Pages take time; each method waits for what it is to act upon, for at most [`wait::PATIENCE`], and its failure
//! shows what was on the page instead.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use fantoccini::{ClientBuilder, Locator, elements::Element, error::CmdError};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PASSWORD, at_exit::AtExit, client, wait};

/// One person's browser, with a profile of its own; ended when it is dropped, however its test ends.
pub struct Browser {
    web: fantoccini::Client,
    /// Where chromium's own commands go, beyond what WebDriver knows.
    session: String,
    base: String,
    // In this order: ended with all its children, then waited for, then its files are removed.
    _cleanup: AtExit,
    _driver: Driver,
    _profile: TempDir,
}

struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.wait();
    }
}

impl Browser {
    /// Opens a browser, 1280 × 900, that takes paths to stand below `base`.
    ///
    /// # Panics
    /// When chromium or chromedriver is missing; the message names the package.
    pub async fn open(base: &str) -> Self {
        let chromium = program(&["chromium", "chromium-browser", "google-chrome"], "chromium");
        let driver = program(&["chromedriver"], "chromium-driver");
        let profile = tempfile::Builder::new().prefix("innkeeper-browser-").tempdir().unwrap();
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let cleanup = AtExit::run("kill_tree \"$1\"", &[&driver.id().to_string()]);
        let port = port_of(&mut driver);
        let driver = Driver(driver);

        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-breakpad",
            "--lang=en",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let wanted = json!({
            "browserName": "chrome",
            // Long pages take axe a while on a machine that has other work.
            "timeouts": { "script": 60_000 },
            "goog:chromeOptions": { "binary": chromium, "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(wanted) = wanted else { unreachable!("it is an object") };
        let server = format!("http://127.0.0.1:{port}");
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let web = ClientBuilder::new(connector).capabilities(wanted).connect(&server).await.unwrap();
        let session = format!("{server}/session/{}", web.session_id().await.unwrap().unwrap());
        let base = base.trim_end_matches('/').to_owned();
        let browser = Self { web, session, base, _cleanup: cleanup, _driver: driver, _profile: profile };
        browser.viewport(1280, 900).await;
        browser
    }

    /// Opens a path of the server, or a whole address.
    pub async fn goto(&self, path: &str) {
        let address = if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() };
        self.web.goto(&address).await.unwrap();
    }

    /// Logs in with the demo's password.
    pub async fn log_in(&self, email: &str) {
        self.goto("/login").await;
        self.fill("Email address", email).await;
        self.fill("Password", PASSWORD).await;
        self.click("Log in").await;
        let left =
            wait::within(wait::PATIENCE, || async { (self.path().await != "/login").then_some(()) }).await;
        assert!(left.is_some(), "{email} cannot log in: {}", self.text().await);
    }

    /// Clicks the button, link, tab or label with these words.
    pub async fn click(&self, text: &str) {
        let text = quoted(text);
        self.act(&clickable(&text, ""), &text, async |element| element.click().await).await;
    }

    /// Clicks the button or link with these words in the row, card or section that contains those.
    pub async fn click_beside(&self, beside: &str, text: &str) {
        let (beside, text) = (quoted(beside), quoted(text));
        let row = format!(
            "[ancestor::*[self::tr or self::li or self::article or self::section or self::form or self::dd]\
             [contains(normalize-space(), {beside})]]"
        );
        self.act(&clickable(&text, &row), &format!("{text} beside {beside}"), async |element| {
            element.click().await
        })
        .await;
    }

    /// Types into the field with this label, in place of what stood there.
    pub async fn fill(&self, label: &str, value: &str) {
        self.act(&labelled(label), label, async |field| {
            field.clear().await?;
            field.send_keys(value).await
        })
        .await;
    }

    /// Ticks the box with this label, or takes the tick away.
    pub async fn tick(&self, label: &str, on: bool) {
        self.act(&labelled(label), label, async |field| {
            if field.is_selected().await? == on { Ok(()) } else { field.click().await }
        })
        .await;
    }

    /// Chooses an option, by its words, from the list with this label.
    pub async fn choose(&self, label: &str, option: &str) {
        self.act(&labelled(label), label, async |field| field.select_by_label(option).await).await;
    }

    /// Waits until these words can be seen.
    pub async fn see(&self, words: &str) {
        let seen = wait::within(wait::PATIENCE, || async { self.text().await.contains(words).then_some(()) });
        assert!(seen.await.is_some(), "“{words}” never shows; the page says:\n{}", self.text().await);
    }

    /// The words that can be seen now, line by line; empty while a page loads.
    pub async fn text(&self) -> String {
        let body = self.web.find(Locator::Css("body")).await;
        match body {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The path of the page that is shown.
    pub async fn path(&self) -> String {
        self.web.current_url().await.unwrap().path().to_owned()
    }

    /// The value of a JavaScript expression on the page: `evaluate("document.title")`.
    pub async fn evaluate(&self, expression: &str) -> Value {
        self.web.execute(&format!("return ({expression});"), Vec::new()).await.unwrap()
    }

    /// Makes the page this large, in CSS pixels; below 500 it counts as a phone.
    pub async fn viewport(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.chromium("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Has the reader's system be dark, or light.
    pub async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.chromium("Emulation.setEmulatedMedia", features).await;
    }

    /// Whether something sticks out to the right, so that the page scrolls sideways.
    pub async fn scrolls_sideways(&self) -> bool {
        self.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth").await
            == true
    }

    /// Takes a picture of the whole page, as `target/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let answer = self.chromium("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        let data = answer["data"].as_str().expect("a picture is base64");
        let picture = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data).unwrap();
        let file =
            Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots").join(format!("{name}.png"));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, picture).unwrap();
        file
    }

    /// What the browser complained about since this was last asked: scripts that failed, files that are missing,
    /// what the content security policy refused.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.command("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        let bad =
            entries.iter().filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        bad.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Anything else that WebDriver can do.
    pub fn driver(&self) -> &fantoccini::Client {
        &self.web
    }

    /// Acts on the first visible element that an XPath finds, as soon as that works: an element may be gone or
    /// covered in the moment between being found and being clicked.
    async fn act(&self, xpath: &str, what: &str, act: impl AsyncFn(Element) -> Result<(), CmdError>) {
        let mut last = String::from("it is not there, or cannot be seen");
        let end = std::time::Instant::now() + wait::PATIENCE;
        while std::time::Instant::now() < end {
            for element in self.web.find_all(Locator::XPath(xpath)).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    match act(element).await {
                        Ok(()) => return,
                        Err(error) => last = error.to_string(),
                    }
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let page = self.screenshot("last-failure").await;
        panic!(
            "cannot act on “{what}”: {last}\n{} says:\n{}\n(see {})",
            self.path().await,
            self.text().await,
            page.display()
        );
    }

    async fn chromium(&self, name: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({ "cmd": name, "params": parameters })).await
    }

    async fn command(&self, name: &str, body: Value) -> Value {
        let address = format!("{}/{name}", self.session);
        let answer = client::plain().post(address).json(&body).send().await.unwrap();
        let mut answer: Value = answer.json().await.unwrap();
        let value = answer["value"].take();
        assert!(value["error"].is_null(), "{name}: {value}");
        value
    }
}

fn clickable(text: &str, condition: &str) -> String {
    // A card is one button with several texts in it; its heading is what people read.
    let says = format!(
        "[normalize-space()={text} or @aria-label={text} or @value={text} or .//span[normalize-space()={text}]]{condition}"
    );
    [
        "button",
        "a",
        "summary",
        "input[@type='submit']",
        "*[@role='button' or @role='tab' or @role='menuitem']",
        "label",
    ]
    .map(|element| format!("//{element}{says}"))
    .join(" | ")
}

/// The field of a label that says or begins with these words (its help may stand in it, too).
fn labelled(label: &str) -> String {
    let text = quoted(label);
    let field = "*[self::input or self::select or self::textarea]";
    let labels = format!("//label[starts-with(normalize-space(), {text})]");
    format!("//{field}[@id={labels}/@for] | {labels}//{field} | //{field}[@aria-label={text}]")
}

/// As an XPath text, which knows no escapes.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}

fn program(names: &[&str], package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places =
        std::env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    places.find(|file| file.exists()).unwrap_or_else(|| {
        panic!(
            "`{}` is not on the PATH: install the package `{package}` (`apt-get install {package}`), or run \
             `bin/test`, which does it",
            names[0]
        )
    })
}

fn port_of(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
    let mut said = String::new();
    for line in lines.map_while(Result::ok) {
        if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().unwrap();
        }
        said.push_str(&line);
    }
    panic!("chromedriver does not start; it says: {said}")
}

#[cfg(test)]
mod tests {
    use axum::{
        Form, Router,
        response::Html,
        routing::{get, post},
    };

    use super::{Browser, Value, json};

    const PAGE: &str = r##"<!doctype html><html lang="en"><head><title>House</title>
        <meta name="viewport" content="width=device-width">
        <style>.gone { display: none } #wide { width: 700px; height: 1px } @media (prefers-color-scheme: dark) { body { color: #fff } }
        </style></head><body><div id="wide"></div><button class="gone">Save</button>
        <form method="post" action="/save"><label for="mail">E-mail</label><input id="mail" name="email" value="old">
        <label><input type="checkbox" name="tickets"> Tickets <small>Open and answer</small></label>
        <label>Country <select name="country"><option>France</option><option>Germany</option></select></label>
        <button>Save</button></form>
        <ul><li>anna <a href="/room/anna">Open</a></li><li>berta <a href="/room/berta">Open</a></li></ul></body></html>"##;

    async fn house() -> Browser {
        let save = async |Form(fields): Form<Value>| Html(format!("<p>Saved: {fields}</p>"));
        let room = async |path: axum::extract::Path<String>| Html(format!("<p>The room of {}</p>", path.0));
        let login = "<form action='/in'><label>Email address <input name=e></label>\
            <label>Password <input type=password name=p></label><button>Log in</button></form>";
        let app = Router::new()
            .route("/", get(Html(PAGE)))
            .route("/save", post(save))
            .route("/room/{name}", get(room))
            .route("/login", get(Html(login)))
            .route("/in", get(Html("<p>You are in</p>")));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Browser::open(&url).await
    }

    #[tokio::test]
    async fn a_form_is_filled_in_and_sent() {
        let browser = house().await;
        browser.log_in("anna@example.com").await;
        browser.see("You are in").await;
        browser.goto("/").await;
        browser.fill("E-mail", "new@example.com").await;
        browser.tick("Tickets", true).await;
        browser.tick("Tickets", true).await;
        browser.choose("Country", "Germany").await;
        browser.click("Save").await;
        browser.see(r#"Saved: {"email":"new@example.com","tickets":"on","country":"Germany"}"#).await;
        assert_eq!(browser.path().await, "/save");

        browser.goto("/").await;
        browser.click_beside("berta", "Open").await;
        browser.see("The room of berta").await;
        browser.driver().back().await.unwrap();
        browser.see("anna").await;
    }

    #[tokio::test]
    async fn a_page_is_looked_at_as_on_a_phone_and_in_the_dark() {
        let browser = house().await;
        browser.goto("/").await;
        assert!(!browser.scrolls_sideways().await);
        browser.viewport(360, 740).await;
        assert_eq!(
            browser.evaluate("innerWidth >= 360 && document.documentElement.clientWidth").await,
            json!(360)
        );
        assert!(browser.scrolls_sideways().await);

        let colour = "getComputedStyle(document.body).color";
        browser.dark(true).await;
        assert_eq!(browser.evaluate(colour).await, json!("rgb(255, 255, 255)"));
        browser.dark(false).await;
        assert_eq!(browser.evaluate(colour).await, json!("rgb(0, 0, 0)"));

        let picture = browser.screenshot("support-self-test").await;
        assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
    }

    #[tokio::test]
    async fn the_browser_says_what_it_does_not_like() {
        let browser = house().await;
        browser
            .goto(
                "data:text/html,<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">\
            <script>alert(1)</script><p>Here",
            )
            .await;
        browser.see("Here").await;
        let complaints = browser.complaints().await;
        assert!(complaints.iter().any(|line| line.contains("Content Security Policy")), "{complaints:?}");
    }
}
