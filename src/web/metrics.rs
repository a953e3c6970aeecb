//! Figures for Prometheus: how many requests, how long they took.

use super::{Web, access::Anonymous, trouble::Answer};
use crate::error::Error;
use axum::{extract::State, http::header, response::IntoResponse};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};
use std::sync::Mutex;

/// The figures of the whole server; other parts add theirs with [`Metrics::register`].
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let buckets = || Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]);
        let seconds = Family::<Route, Histogram>::new_with_constructor(buckets);
        let mut registry = Registry::with_prefix("innkeeper");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time until a request was answered", seconds.clone());
        Self { registry: Mutex::new(registry), requests, seconds }
    }
}

impl Metrics {
    /// Adds figures of another part of the server.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    /// Notes a request: the route as the table has it, never the path, which would be endless.
    pub fn note(&self, method: &str, route: &str, status: u16, milliseconds: i64) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.requests.get_or_create(&Request { method: method.clone(), route: route.clone(), status }).inc();
        #[expect(clippy::cast_precision_loss, reason = "a request takes far less than 2^53 milliseconds")]
        self.seconds.get_or_create(&Route { method, route }).observe(milliseconds as f64 / 1000.0);
    }

    /// All figures, as Prometheus reads them.
    ///
    /// # Errors
    /// If a figure cannot be written.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner))?;
        Ok(text)
    }
}

/// `GET /metrics`
pub async fn show(_: Anonymous, State(web): State<Web>) -> Answer {
    let text = web.metrics.text().map_err(|e| Error::internal(e.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}
