//! The headers that protect every answer.

use crate::config::Config;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};

/// Adds to an answer what it does not say itself.
pub fn protect(config: &Config, headers: &mut HeaderMap) {
    let mut usually = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    usually(header::CONTENT_SECURITY_POLICY, policy(&config.brand.logo_url));
    usually(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Links with secrets in them must not leave; but no-referrer would turn our own forms' Origin into "null".
    usually(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    usually(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    usually(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    );
    usually(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if config.is_https() {
        usually(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// Nothing from anywhere else, and nothing inline; the host's logo may live on the host's own site.
fn policy(logo_url: &str) -> HeaderValue {
    let logo = logo_url
        .parse::<Uri>()
        .ok()
        .and_then(|uri| Some(format!(" {}://{}", uri.scheme_str()?, uri.authority()?)));
    let text = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:{}; frame-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        logo.unwrap_or_default()
    );
    // An address with a strange character in it is left out rather than believed.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_logo_may_be_shown_and_nothing_else_of_the_world() {
        let text = |logo: &str| policy(logo).to_str().unwrap().to_owned();
        assert!(text("https://host.example/logo.svg").contains("img-src 'self' data: https://host.example;"));
        assert!(text("/assets/logo.svg").contains("img-src 'self' data:;"));
        assert!(!text("https://host.example/a;script-src *").contains("*"));
    }

    #[test]
    fn an_answer_keeps_what_it_says_itself() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public"));
        protect(&Config::default(), &mut headers);
        assert_eq!(headers[header::CACHE_CONTROL], "public");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "plain http promises no https");
    }
}
