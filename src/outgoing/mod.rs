//! The one client for all that leaves the house on behalf of hooks: web-hooks, and what drivers ask.
//!
//! It calls only hosts that the operator allows, connects only to public addresses unless told otherwise, also after a
//! redirect, and is bounded in time and size. It always verifies TLS, keeps no cookies, unpacks nothing, and goes by no
//! proxy of the environment: an address that a proxy connects to, nobody here could look at.

mod address;
mod resolve;
pub mod schedule;
#[cfg(test)]
mod tests;
pub mod webhook;

use crate::config::{Outgoing, permitted};
use reqwest::{
    Certificate, StatusCode, Url,
    header::{HeaderMap, HeaderName, HeaderValue, LOCATION},
    redirect::Policy,
};
use resolve::{Blocked, Guarded, Lookup};
use std::{error::Error as _, fmt, sync::Arc, time::Duration};

/// How a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Asks, and follows a few redirects.
    Get,
    /// Tells, and follows none: what was told once is not told elsewhere.
    Post,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// How.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Names and values; those that frame a request (`host`, `content-length`, …) are refused.
    pub headers: Vec<(String, String)>,
    /// As it goes out.
    pub body: Vec<u8>,
    /// The hosts that whoever asks may call, if it is held to some of those that the operator allows: those that a plugin's
    /// manifest names. They hold after a redirect as well.
    pub hosts: Option<Arc<[String]>>,
}

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status, such as 200.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body as it came, not unpacked.
    pub body: Vec<u8>,
    /// True if there was more of it than [`Limits::body`].
    pub cut: bool,
}

impl Response {
    /// The first value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Why nothing came back. Its words name the host and never the path, which may hold a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It was not sent, and will not be until the operator changes something.
    Refused(String),
    /// The other side did not answer as it should; it may later.
    Failed(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Refused(why) | Self::Failed(why)) = self;
        f.write_str(why)
    }
}

/// What a call may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first look-up to the last byte, redirects included.
    pub total: Duration,
    /// For each connection.
    pub connect: Duration,
    /// Bytes of the response's body that are read.
    pub body: usize,
}

impl Default for Limits {
    /// What Standard Webhooks advise (15 to 30 seconds), and room for an API's longest answer (1 MiB).
    fn default() -> Self {
        Self { total: Duration::from_secs(15), connect: Duration::from_secs(5), body: 1024 * 1024 }
    }
}

/// How many redirects a GET follows.
const REDIRECTS: usize = 3;

/// Headers that say where a request ends or whom it is for; they are the client's own.
const FRAMING: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "proxy-authorization",
];

/// Makes requests for hooks; cheap to clone, keeps connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    allow: Arc<[String]>,
    limits: Limits,
}

impl Client {
    /// A client that goes where `[outgoing]` allows.
    ///
    /// # Errors
    /// If the system's certificates cannot be read.
    pub fn new(outgoing: &Outgoing) -> Result<Self, reqwest::Error> {
        Self::with(outgoing, Limits::default(), resolve::system(), Vec::new())
    }

    /// As [`Client::new`], with names looked up by `lookup` and `roots` trusted besides the system's.
    fn with(
        outgoing: &Outgoing,
        limits: Limits,
        lookup: Lookup,
        roots: Vec<Certificate>,
    ) -> Result<Self, reqwest::Error> {
        // The process has one TLS provider; a second call finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .dns_resolver(Guarded { lookup, private: outgoing.private.as_slice().into() })
            .tls_certs_merge(roots)
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .connect_timeout(limits.connect)
            .user_agent(concat!("innkeeper/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, allow: outgoing.allow.as_slice().into(), limits })
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// [`Failure`] if it may not be sent or nothing came back; an answer of any status is no error.
    pub async fn send(&self, request: Request) -> Result<Response, Failure> {
        let late = || Failure::Failed(format!("no whole answer within {:?}", self.limits.total));
        tokio::time::timeout(self.limits.total, self.follow(request)).await.unwrap_or_else(|_| Err(late()))
    }

    async fn follow(&self, request: Request) -> Result<Response, Failure> {
        let mut url = self.permitted(&request.url, request.hosts.as_deref())?;
        let mut headers = headers(&request.headers)?;
        for _ in 0..=REDIRECTS {
            let response = self.once(request.method, &url, &headers, &request.body).await?;
            let Some(next) = onward(&url, &response).filter(|_| request.method == Method::Get) else {
                return self.read(&url, response).await;
            };
            let next = next.map_err(Failure::Failed)?;
            let next = self.permitted(next.as_str(), request.hosts.as_deref()).map_err(|why| {
                Failure::Refused(format!("{} redirects, and {why}", url.host_str().unwrap_or_default()))
            })?;
            // What was meant for one host, such as its token, is not shown to another.
            if next.origin() != url.origin() {
                headers.clear();
            }
            url = next;
        }
        Err(Failure::Failed(format!("more than {REDIRECTS} redirects")))
    }

    fn permitted(&self, url: &str, hosts: Option<&[String]>) -> Result<Url, Failure> {
        let url = permitted(url, &self.allow).map_err(|refused| Failure::Refused(refused.to_string()))?;
        if hosts.is_some_and(|hosts| permitted(url.as_str(), hosts).is_err()) {
            let host = url.host_str().unwrap_or_default();
            return Err(Failure::Refused(format!("{host} is not among the hosts that the plugin names")));
        }
        Ok(url)
    }

    async fn once(
        &self,
        method: Method,
        url: &Url,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<reqwest::Response, Failure> {
        let request = match method {
            Method::Get => self.http.get(url.clone()),
            Method::Post => self.http.post(url.clone()).body(body.to_vec()),
        };
        request.headers(headers.clone()).send().await.map_err(|error| failure(url, error))
    }

    async fn read(&self, url: &Url, mut response: reqwest::Response) -> Result<Response, Failure> {
        let status = response.status().as_u16();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let (mut body, mut cut) = (Vec::new(), false);
        while let Some(part) = response.chunk().await.map_err(|error| failure(url, error))? {
            let room = self.limits.body - body.len();
            cut = part.len() > room;
            body.extend_from_slice(&part[..part.len().min(room)]);
            if cut {
                break;
            }
        }
        Ok(Response { status, headers, body, cut })
    }
}

/// Where a redirect leads; nothing if the response is none.
fn onward(from: &Url, response: &reqwest::Response) -> Option<Result<Url, String>> {
    let redirects = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !redirects.contains(&response.status()) {
        return None;
    }
    let host = from.host_str().unwrap_or_default();
    let to = response.headers().get(LOCATION)?.to_str().ok().and_then(|to| from.join(to).ok());
    Some(match to {
        None => Err(format!("{host} redirects to nowhere")),
        Some(to) if from.scheme() == "https" && to.scheme() != "https" => {
            Err(format!("{host} redirects from https to {}", to.scheme()))
        }
        Some(to) => Ok(to),
    })
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let wrong = |why: &str| Failure::Refused(format!("the header {name:?} {why}"));
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("has no valid name"))?;
        if FRAMING.contains(&parsed.as_str()) {
            return Err(wrong("is set by the client itself"));
        }
        headers.append(
            parsed,
            HeaderValue::from_str(value).map_err(|_| wrong("has a value that no header may have"))?,
        );
    }
    Ok(headers)
}

/// The innermost reason, which is the one that helps; the outer ones say "error sending request".
fn failure(url: &Url, error: reqwest::Error) -> Failure {
    let mut reason = error.source();
    while let Some(inner) = reason {
        if let Some(blocked) = inner.downcast_ref::<Blocked>() {
            return Failure::Refused(blocked.to_string());
        }
        match inner.source() {
            Some(next) => reason = Some(next),
            None => break,
        }
    }
    let words = match reason {
        _ if error.is_timeout() => "no connection in time".to_owned(),
        Some(reason) => reason.to_string(),
        None => error.to_string(),
    };
    Failure::Failed(format!("{}: {words}", url.host_str().unwrap_or_default()))
}
