//! Forged requests: refused by what the browser itself says about where a request comes from, so
//! that forms need no fields of their own for it.

use axum::http::{HeaderMap, Method, Uri, header};

/// True if a request that changes something was sent by another site's page.
///
/// Browsers say where a request comes from (`Sec-Fetch-Site`, and `Origin` on every POST); a page
/// cannot make them lie. A request with neither comes from a program, which has no cookie that it
/// did not get itself.
pub fn forged(method: &Method, headers: &HeaderMap, public_url: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let text = |name: &header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text(&header::HeaderName::from_static("sec-fetch-site"))
        .is_some_and(|site| site != "same-origin" && site != "none")
    {
        return true;
    }
    let Some(origin) = text(&header::ORIGIN) else { return false };
    let Some(origin) = authority(origin) else { return true };
    let host = text(&header::HOST).map(str::to_lowercase);
    Some(&origin) != host.as_ref() && Some(origin) != authority(public_url)
}

/// True for the one route that changes something whoever's page asks: unsubscribing with one click (RFC 8058). Mail programs
/// post it from wherever they like, with no cookie, and the secret in its address is all the right that it needs.
pub fn needs_no_origin(route: &str) -> bool {
    route == "/unsubscribe/{token}"
}

/// Host and port of an address, in lower case; the port of its scheme is left out, as browsers do.
fn authority(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let host = uri.host()?.to_lowercase();
    let usual = match uri.scheme_str()? {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    Some(match uri.port_u16().filter(|port| *port != usual) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_forged(method: Method, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        forged(&method, &map, "https://my.host.example/")
    }

    #[test]
    fn a_page_of_ours_and_a_program_may_post() {
        assert!(!is_forged(Method::POST, &[]));
        assert!(!is_forged(
            Method::POST,
            &[
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://my.host.example"),
                ("host", "inside:8080")
            ]
        ));
        assert!(!is_forged(Method::POST, &[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!is_forged(Method::POST, &[("sec-fetch-site", "none")]));
    }

    #[test]
    fn a_page_of_another_site_may_not() {
        assert!(is_forged(Method::POST, &[("sec-fetch-site", "cross-site")]));
        assert!(is_forged(Method::POST, &[("sec-fetch-site", "same-site")]));
        assert!(is_forged(Method::POST, &[("origin", "https://evil.example"), ("host", "my.host.example")]));
        assert!(is_forged(Method::POST, &[("origin", "null"), ("host", "my.host.example")]));
        assert!(is_forged(
            Method::POST,
            &[("origin", "https://my.host.example:8443"), ("host", "my.host.example")]
        ));
        assert!(is_forged(
            Method::DELETE,
            &[("origin", "https://my.host.example.evil.example"), ("host", "my.host.example")]
        ));
    }

    #[test]
    fn looking_is_free() {
        assert!(!is_forged(
            Method::GET,
            &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]
        ));
    }
}
