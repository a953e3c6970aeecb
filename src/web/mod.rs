//! The pages for customers and staff: where a request comes in.
//!
//! [`routes`] is the table of every path. A handler parses, asks the hooks where an act is guarded
//! (before any transaction), begins, calls the model's verbs, commits, and shows a page or goes on
//! to one. What every request passes is in [`door`]; who may come in, in [`access`].

mod access;
mod admin;
mod assets;
mod choice;
mod client;
mod cookie;
mod csrf;
mod dev;
mod door;
mod drafts;
mod fields;
mod frame;
mod goes_to;
mod headers;
mod health;
mod intake;
mod metrics;
mod next;
mod original;
mod pager;
mod pages;
pub mod routes;
#[cfg(test)]
mod samples;
mod serve;
mod trouble;
mod upload;
mod visit;
mod words;

pub use drafts::Pace;
pub use serve::serve;

use crate::app::App;
use axum::{Router, extract::DefaultBodyLimit, middleware};
use metrics::Requests;
use std::net::SocketAddr;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

/// No form of ours is larger than so many bytes.
const LARGEST_BODY: usize = 512 * 1024;

/// What every handler can reach.
#[derive(Clone)]
pub struct Web {
    app: App,
    requests: Requests,
}

/// Who is at the other end of the connection; [`serve`] notes it on each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// All pages, as one service.
pub fn router(app: App) -> Router {
    pages::prepare();
    behind_the_door(app, routes::router())
}

/// These routes, with what every request passes on its way to them and back.
fn behind_the_door(app: App, routes: Router<Web>) -> Router {
    let web = Web { requests: Requests::counted_in(&app.metrics), app };
    routes
        .fallback(door::nothing)
        .method_not_allowed_fallback(door::wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(door::panicked))
        .layer(middleware::from_fn_with_state(web.clone(), door::pass))
        .layer(CompressionLayer::new())
        .with_state(web)
}

#[cfg(test)]
mod tests;
