//! The style sheet, the script and the icon, and the host's two colours.

use super::{
    access::Anonymous,
    trouble::{Answer, Trouble},
};
use crate::secret;
use axum::{
    extract::{Path, Request},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use include_dir::{Dir, include_dir};
use std::{collections::BTreeMap, sync::LazyLock};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/web/assets");

/// Name → entity tag.
static TAGS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let text =
        |file: &'static include_dir::File<'static>| Some((file.path().to_str()?, tag(file.contents_utf8()?)));
    FILES.files().filter_map(text).collect()
});

fn tag(text: &str) -> String {
    format!("\"{}\"", &secret::hash(text)[..20])
}

/// `GET /assets/{file}`
pub async fn show(visit: Anonymous, Path(name): Path<String>, request: Request) -> Answer {
    let sent = request.headers();
    if name == "brand.css" {
        let brand = &visit.app().config.brand;
        let css = format!(":root{{--accent:{};--accent-dark:{}}}\n", brand.accent, brand.accent_dark);
        let tag = tag(&css);
        return Ok(file(sent, "brand.css", &tag, css));
    }
    let found = FILES.get_file(&name).and_then(|file| file.contents_utf8());
    match (found, TAGS.get(name.as_str())) {
        (Some(text), Some(tag)) => Ok(file(sent, &name, tag, text.to_owned())),
        _ => Err(Trouble::not_found()),
    }
}

/// The browser keeps the file and asks whether it is still the same: a release shows at once, and
/// what has not changed is not sent again.
fn file(sent: &HeaderMap, name: &str, tag: &str, text: String) -> axum::response::Response {
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::ETAG, tag.to_owned()),
        (header::CACHE_CONTROL, "public, no-cache".to_owned()),
    ];
    let known = sent.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    match known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        true => (StatusCode::NOT_MODIFIED, headers).into_response(),
        false => (headers, text).into_response(),
    }
}
