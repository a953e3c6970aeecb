//! How many requests, how long they took; and the page on which Prometheus reads all figures.

use super::{access::Anonymous, trouble::Answer};
use crate::metrics::Metrics;
use axum::{http::header, response::IntoResponse};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
};

/// How many requests were answered, and how fast.
#[derive(Clone, Debug)]
pub struct Requests {
    answered: Family<Request, Counter>,
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

impl Requests {
    /// Begins to count, among the figures of the whole server.
    pub fn counted_in(metrics: &Metrics) -> Self {
        let buckets = || Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]);
        let figures = Self { answered: Family::default(), seconds: Family::new_with_constructor(buckets) };
        metrics.register(|registry| {
            registry.register("http_requests", "Requests answered", figures.answered.clone());
            registry.register(
                "http_request_seconds",
                "Time until a request was answered",
                figures.seconds.clone(),
            );
        });
        figures
    }

    /// Notes a request: the route as the table has it, never the path, which would be endless.
    pub fn note(&self, method: &str, route: &str, status: u16, milliseconds: i64) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.answered.get_or_create(&Request { method: method.clone(), route: route.clone(), status }).inc();
        #[expect(clippy::cast_precision_loss, reason = "a request takes far less than 2^53 milliseconds")]
        self.seconds.get_or_create(&Route { method, route }).observe(milliseconds as f64 / 1000.0);
    }
}

/// `GET /metrics`
pub async fn show(visit: Anonymous) -> Answer {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], visit.app().metrics.text()).into_response())
}
