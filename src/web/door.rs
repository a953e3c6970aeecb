//! What every request passes, coming and going: its id, the refusal of forged ones, a time limit,
//! the page of what went wrong, the headers that protect, a log line and a figure.

use super::{
    Peer, Web, csrf, headers,
    trouble::{Panel, Trouble},
    visit::Visit,
};
use crate::{config::Config, id};
use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, header::HeaderName},
    middleware::Next,
    response::{IntoResponse, Response},
};
use minijinja::context;
use std::{
    any::Any,
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use tracing::Instrument;

/// A request that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Files take longer on their way.
const PATIENCE_WITH_FILES: Duration = Duration::from_secs(300);

/// After so many seconds it is worth asking again for what could not be reached.
const RETRY: u16 = 10;

/// Lets a request in, and its answer out.
pub async fn pass(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let app = web.app.clone();
    let begun = app.clock.now();
    let id = id::new("req", begun);
    let ip =
        client_ip(&app.config, request.extensions().get::<Peer>().map(|peer| peer.0.ip()), request.headers());
    let visit = Visit::new(app.clone(), id.clone(), begun, request.uri().clone(), ip, request.headers());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = known(request.method()).to_owned();
    let span = tracing::info_span!("request", id = %id, %method, %route);

    let mut response = async {
        let response = if csrf::forged(request.method(), request.headers(), &app.config.public_url())
            && !csrf::needs_no_origin(&route)
        {
            tracing::warn!("a request from another site was refused");
            Trouble::status(StatusCode::FORBIDDEN).into_response()
        } else {
            request.extensions_mut().insert(visit.clone());
            let patience = if has_files(request.headers()) { PATIENCE_WITH_FILES } else { PATIENCE };
            match tokio::time::timeout(patience, next.run(request)).await {
                Ok(response) => response,
                Err(_) => {
                    tracing::error!("a request took longer than {patience:?}");
                    Trouble::status(StatusCode::SERVICE_UNAVAILABLE).into_response()
                }
            }
        };
        let response = explained(&visit, response);
        let milliseconds = app.clock.now() - begun;
        web.requests.note(&method, &route, response.status().as_u16(), milliseconds);
        let user = visit.current().map(|current| current.actor().id).unwrap_or_default();
        // Not the path: some have a secret in them, and the route says enough.
        tracing::info!(status = response.status().as_u16(), milliseconds, %user, "answered");
        response
    }
    .instrument(span)
    .await;

    headers::protect(&app.config, response.headers_mut());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

/// Nothing stands at this address.
pub async fn nothing(visit: super::access::Anyone) -> Trouble {
    let _ = visit;
    Trouble::not_found()
}

/// The address exists for another method only.
pub async fn wrong_method(visit: super::access::Anyone) -> Trouble {
    let _ = visit;
    Trouble::status(StatusCode::METHOD_NOT_ALLOWED)
}

/// A handler that panicked: a mistake of ours, which ends this request and nothing else.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("no message"), "a handler panicked");
    Trouble::status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// The response, with a page of ours if it is trouble.
fn explained(visit: &Visit, mut response: Response) -> Response {
    let Some(panel) = response.extensions_mut().remove::<Panel>() else { return response };
    let reader = visit.reader();
    let more = || reader.lookup(&format!("error-{}", panel.code), &[]).filter(|_| !panel.code.is_empty());
    let detail = if panel.detail.is_empty() { more().unwrap_or_default() } else { panel.detail.clone() };
    let retry_after = if panel.status == StatusCode::SERVICE_UNAVAILABLE { RETRY } else { 0 };
    let values = context! {
        status => shown_as(panel.status),
        detail,
        permission => panel.permission.map_or("", |permission| permission.key()),
        owner_only => panel.owner_only,
        retry_after,
    };
    match visit.page_as(panel.status, "error.html", values) {
        Ok(page) => {
            let (mut parts, body) = page.into_parts();
            if retry_after > 0 {
                parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
            }
            for (name, value) in response.headers() {
                if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
                    parts.headers.append(name, value.clone());
                }
            }
            Response::from_parts(parts, body)
        }
        // The error page itself has a mistake: then the bare status must do.
        Err(_) => (panel.status, Body::empty()).into_response(),
    }
}

/// The page that explains a status; those without words of their own share another's.
fn shown_as(status: StatusCode) -> u16 {
    match status.as_u16() {
        409 | 422 => 400,
        known @ (400 | 401 | 403 | 404 | 405 | 410 | 413 | 429 | 503) => known,
        _ => 500,
    }
}

fn has_files(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/"))
}

/// The method as logs and counters name it: those that people invent are one.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

/// Where the browser is: the peer, or whom the operator's proxies name as theirs.
fn client_ip(config: &Config, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    let peer = peer?.to_canonical();
    if !config.trusts(peer) {
        return Some(peer);
    }
    let lines = headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or("?"));
    let hops: Vec<Option<IpAddr>> = lines.flat_map(|line| line.split(',')).map(hop).collect();
    // The nearest that is not a proxy of ours: what stands before it, anybody may have written. What
    // cannot be read ends the search, or it would be passed over into that part.
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(hop) = hop else { break };
        nearest = hop.to_canonical();
        if !config.trusts(nearest) {
            break;
        }
    }
    Some(nearest)
}

/// One hop: an address, which some proxies write with a port.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse().ok().or_else(with_port).or_else(in_brackets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_says_who_asks() {
        let config = Config { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Config::default() };
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 203.0.113.7, 10.0.0.9"));
        let ip = |peer: &str| client_ip(&config, Some(peer.parse().unwrap()), &headers).unwrap().to_string();
        assert_eq!(ip("10.0.0.1"), "203.0.113.7");
        assert_eq!(ip("198.51.100.2"), "198.51.100.2");
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 203.0.113.7:4711"));
        let ip = |peer: &str| client_ip(&config, Some(peer.parse().unwrap()), &headers).unwrap().to_string();
        assert_eq!(ip("10.0.0.1"), "203.0.113.7", "with a port");
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, nonsense"));
        let ip = |peer: &str| client_ip(&config, Some(peer.parse().unwrap()), &headers).unwrap().to_string();
        assert_eq!(ip("10.0.0.1"), "10.0.0.1", "what stands before nonsense is not believed");
        assert_eq!(ip("::ffff:198.51.100.2"), "198.51.100.2");
    }
}
