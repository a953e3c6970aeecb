//! THE table of routes: every path that the server answers, with who may ask.
//!
//! To add a page, write its handler, with an [`Entry`](super::access::Entry) as its first argument,
//! and name it here. The router is made from this table, and so is what `innkeeper routes` prints.

use super::{Web, access::{Access, Entry}, assets, client, health, metrics};
use axum::{
    Router,
    extract::FromRequestParts,
    handler::Handler,
    routing::{self, MethodRouter},
};
use serde::Serialize;

/// One route, as `innkeeper routes` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RouteInfo {
    /// `GET` (which answers `HEAD` too) or `POST`.
    pub method: &'static str,
    /// The path; `{name}` stands for one part of it, `{*name}` for the rest.
    pub path: &'static str,
    /// `public`, `user`, `account`, `permission:KEY`, `owner` or `staff:ROLE`.
    pub access: String,
}

/// One route. Only [`get`] and [`post`] make one, and they take only handlers that say who may come in.
pub struct Route {
    method: &'static str,
    path: &'static str,
    access: Access,
    handler: MethodRouter<Web>,
}

/// The arguments of a handler that says who may come in.
pub trait Declares {
    /// What its first argument says.
    const ACCESS: Access;
}

macro_rules! declares {
    ($([$($more:ident),*])+) => {
        $( impl<M, E: Entry + FromRequestParts<Web>, $($more),*> Declares for (M, E, $($more,)*) { const ACCESS: Access = E::ACCESS; } )+
    };
}
declares! { [] [A] [A, B] [A, B, C] }

fn get<T: Declares + 'static, H: Handler<T, Web>>(path: &'static str, handler: H) -> Route {
    Route { method: "GET", path, access: T::ACCESS, handler: routing::get(handler) }
}

fn post<T: Declares + 'static, H: Handler<T, Web>>(path: &'static str, handler: H) -> Route {
    Route { method: "POST", path, access: T::ACCESS, handler: routing::post(handler) }
}

/// Every route, grouped by reader.
#[rustfmt::skip]
fn table() -> Vec<Route> {
    vec![
        // The server itself.
        get("/healthz", health::healthz),
        get("/readyz", health::readyz),
        get("/metrics", metrics::show),
        get("/assets/{file}", assets::show),

        // Coming in.
        get("/login", client::login::show),
        post("/login", client::login::submit),
        get("/login/second-factor", client::login::show_second_factor),
        post("/login/second-factor", client::login::submit_second_factor),
        post("/logout", client::login::out),
    ]
}

/// All routes, as they are served.
pub fn list() -> Vec<RouteInfo> {
    let info = |route: Route| RouteInfo { method: route.method, path: route.path, access: route.access.to_string() };
    table().into_iter().map(info).collect()
}

/// The router of the whole table.
pub fn router() -> Router<Web> {
    table().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler))
}
