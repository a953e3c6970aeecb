//! A person with a browser that has no JavaScript: cookies, redirects, links and forms, by the words on the page.
//!
//! A [`Client`] is one person's browser; [`Page`] is what it shows; [`Form`] is what they fill in there.

use std::sync::{Arc, Once};

use reqwest::{
    Method, RequestBuilder, Response, Url,
    cookie::{CookieStore, Jar},
    redirect::Policy,
};

mod form;
mod page;

pub use form::Form;
pub use page::Page;

use super::{PASSWORD, server::Server};

/// One person's browser. Clones share its cookies.
#[derive(Clone)]
pub struct Client {
    base: Url,
    cookies: Arc<Jar>,
    http: reqwest::Client,
}

impl Client {
    /// A browser with no cookies yet, at a server's address.
    pub fn new(base: &str) -> Self {
        Self::with(base.parse().unwrap(), Arc::default(), Policy::limited(10))
    }

    /// A browser in which one of the demo's cast is logged in.
    pub async fn logged_in(server: &Server, email: &str) -> Self {
        let client = Self::new(server.url());
        client.log_in(email).await;
        client
    }

    /// The same browser, but it shows redirects and does not follow them.
    pub fn without_redirects(&self) -> Self {
        Self::with(self.base.clone(), Arc::clone(&self.cookies), Policy::none())
    }

    fn with(base: Url, cookies: Arc<Jar>, redirects: Policy) -> Self {
        let http = builder().cookie_provider(Arc::clone(&cookies)).redirect(redirects).build().unwrap();
        Self { base, cookies, http }
    }

    /// Logs in with the demo's password, and returns the page that comes then: the home of the account, or
    /// "Choose Account".
    pub async fn log_in(&self, email: &str) -> Page {
        let page = self.get("/login").await;
        let page = page.form("Log in").fill("Email address", email).fill("Password", PASSWORD).submit().await;
        assert!(page.status() == 200 && page.path() != "/login", "{email} cannot log in: {page}");
        page
    }

    /// Opens a path of the server, or a whole address.
    pub async fn get(&self, path: &str) -> Page {
        self.open(self.request(Method::GET, path)).await
    }

    /// Posts these fields, and no others: for what no form would send.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.open(self.request(Method::POST, path).form(fields)).await
    }

    /// A request to be changed before it goes to [`Client::open`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.base.join(path).unwrap())
    }

    /// Sends a request and shows its answer.
    pub async fn open(&self, request: RequestBuilder) -> Page {
        let answer = request.send().await.unwrap_or_else(|error| panic!("{}: {error:?}", self.base));
        Page::read(self.clone(), answer).await
    }

    /// Sends a request and gives the answer as it came: for downloads, and for what is no page.
    pub async fn fetch(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let header = self.cookies.cookies(&self.base)?;
        let pairs = header.to_str().ok()?.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next()
    }

    /// Sets a cookie, as `name=value`: to try one that was stolen or made up.
    pub fn set_cookie(&self, cookie: &str) {
        self.cookies.add_cookie_str(cookie, &self.base);
    }
}

/// A client without cookies, for what is no person's: health checks, web-hooks.
pub fn plain() -> reqwest::Client {
    builder().build().unwrap()
}

fn builder() -> reqwest::ClientBuilder {
    static PROVIDER: Once = Once::new();
    // Fails only where somebody else installed one.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder().no_proxy().timeout(super::wait::PATIENCE)
}

#[cfg(test)]
mod tests;
