//! What the halves of a driver give: a request to an outside system, and the meaning of its answer.

use super::effects::headers;
use super::fail;
use super::value;
use crate::event::driver::{DriverAnswer, HttpRequest};
use crate::event::page::is_link;
use rhai::{Dynamic, Engine, EvalAltResult, Map};
use serde_json::Value;

/// Wraps a request on its way out of the script.
#[derive(Clone, Debug)]
struct Asks(HttpRequest);

/// Wraps an answer on its way out of the script.
#[derive(Clone, Debug)]
struct Says(DriverAnswer);

/// The request that a first half gave.
///
/// # Errors
/// A sentence if it gave something else.
pub fn request(given: &Dynamic) -> Result<HttpRequest, String> {
    let asks = given.read_lock::<Asks>().map(|asks| asks.0.clone());
    asks.ok_or_else(|| {
        format!(
            "the first half of a driver gives http_get(url) or http_post(url, body); this gives {}",
            value::kind_of(given)
        )
    })
}

/// The answer that a second half gave.
///
/// # Errors
/// A sentence if it gave something else.
pub fn answer(given: &Dynamic) -> Result<DriverAnswer, String> {
    let says = given.read_lock::<Says>().map(|says| says.0.clone());
    says.ok_or_else(|| {
        format!(
            "the second half of a driver gives redirect(url), refuse(message) or done(data); this gives {}",
            value::kind_of(given)
        )
    })
}

fn http(method: &str, url: &str, body: Option<&Dynamic>, more: &Map) -> Result<Asks, Box<EvalAltResult>> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(fail(format!("{url:?} is no web address; it begins with https://")));
    }
    let body = body.map_or(Ok(Value::Null), value::json).map_err(fail)?;
    let headers = headers(more).map_err(fail)?;
    Ok(Asks(HttpRequest { method: method.to_owned(), url: url.to_owned(), headers, body }))
}

fn redirect(url: &str) -> Result<Says, Box<EvalAltResult>> {
    if !is_link(url) || url.starts_with('/') {
        return Err(fail(format!("redirect: {url:?} is no address that begins with https://")));
    }
    Ok(Says(DriverAnswer::Redirect { url: url.to_owned() }))
}

fn refuse(message: &str) -> Result<Says, Box<EvalAltResult>> {
    if message.trim().is_empty() {
        return Err(fail("refuse() asks for a message for the customer"));
    }
    Ok(Says(DriverAnswer::Refuse { message: message.to_owned() }))
}

/// Makes the functions known to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Asks>("Request").register_type_with_name::<Says>("Answer");
    engine.register_fn("http_get", |url: &str| http("GET", url, None, &Map::new()));
    engine.register_fn("http_get", |url: &str, headers: Map| http("GET", url, None, &headers));
    engine.register_fn("http_post", |url: &str, body: Dynamic| http("POST", url, Some(&body), &Map::new()));
    engine.register_fn("http_post", |url: &str, body: Dynamic, headers: Map| {
        http("POST", url, Some(&body), &headers)
    });
    engine.register_fn("redirect", redirect);
    engine.register_fn("refuse", refuse);
    engine.register_fn("done", |data: Dynamic| -> Result<Says, Box<EvalAltResult>> {
        Ok(Says(DriverAnswer::Done { data: value::json(&data).map_err(fail)? }))
    });
}
