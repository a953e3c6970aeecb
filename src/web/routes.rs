//! THE table of routes: every path that the server answers, with who may ask.
//!
//! To add a page, write its handler, with an [`Entry`](super::access::Entry) as its first argument,
//! and name it here. The router is made from this table, and so is what `innkeeper routes` prints.

use super::{
    Web,
    access::{Access, Entry},
    admin, assets,
    client::{
        account, accounts, consent, contacts, emails, home, invite, login, password, permissions,
        preferences, profile, register, security, tickets, two_factor, unsubscribe, users, waiting,
    },
    dev, health, intake, metrics,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts},
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

impl Route {
    /// Takes bodies of any size: its handler counts what it reads.
    fn with_files(mut self) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::disable());
        self
    }
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

/// As [`post`], for what is larger than a form; the handler itself sees to it that it is not too large.
fn post_any_size<T: Declares + 'static, H: Handler<T, Web>>(path: &'static str, handler: H) -> Route {
    let handler = routing::post(handler).layer(DefaultBodyLimit::disable());
    Route { method: "POST", path, access: T::ACCESS, handler }
}

/// Every route, grouped by reader.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "it is a list: one line for each route")]
fn table() -> Vec<Route> {
    vec![
        // The server itself.
        get("/healthz", health::healthz),
        get("/readyz", health::readyz),
        get("/metrics", metrics::show),
        get("/assets/{file}", assets::show),

        post_any_size("/intake/mail/{key}", intake::take),

        // Coming in.
        get("/login", login::show),
        post("/login", login::submit),
        get("/login/second-factor", login::show_second_factor),
        post("/login/second-factor", login::submit_second_factor),
        post("/logout", login::out),
        get("/register", register::show),
        post("/register", register::submit),
        get("/register/done", register::done),
        get("/verify-email/{token}", register::ask_to_verify),
        post("/verify-email/{token}", register::verify),
        post("/verify-email/resend", register::resend),
        get("/password/forgot", password::show_forgot),
        post("/password/forgot", password::submit_forgot),
        get("/password/reset/{token}", password::show_reset),
        post("/password/reset/{token}", password::submit_reset),

        // Invites: the link, the list of those that wait, the owner's consent.
        get("/invite/{token}", invite::show),
        post("/invite/{token}/accept", invite::accept),
        post("/invite/{token}/decline", invite::decline),
        post("/invite/{token}/switch", invite::switch),
        post("/invite/{token}/ask-consent", invite::ask_consent),
        get("/invite-consent/{token}", consent::show),
        post("/invite-consent/{token}", consent::answer),
        post("/invites/{id}/accept", waiting::accept),
        post("/invites/{id}/decline", waiting::decline),

        // The links in the foot of mails.
        get("/unsubscribe/{token}", unsubscribe::show),
        post("/unsubscribe/{token}", unsubscribe::stop),
        post("/unsubscribe/{token}/choices", unsubscribe::choose),

        // Accounts.
        get("/choose-account", accounts::show_choose),
        post("/choose-account", accounts::choose),
        get("/switch-account", accounts::show_switch),
        post("/switch-account", accounts::switch),
        get("/no-accounts", accounts::none),
        get("/accounts/new", accounts::show_new),
        post("/accounts/new", accounts::submit_new),
        get("/accounts/{id}/leave", accounts::show_leave),
        post("/accounts/{id}/leave", accounts::leave),

        // The chosen account.
        get("/", home::show),
        get("/account", account::show),
        post("/account", account::save),
        post("/account/preferences", account::save_preferences),
        get("/preferences", preferences::show),
        post("/preferences", preferences::save),
        get("/emails", emails::list),
        get("/emails/{id}", emails::show),
        get("/emails/{id}/html", emails::html),
        get("/contacts", contacts::list),
        get("/contacts/new", contacts::show_new),
        post("/contacts/new", contacts::add),
        get("/contacts/{id}", contacts::show),
        post("/contacts/{id}", contacts::change),
        get("/contacts/{id}/remove", contacts::show_remove),
        post("/contacts/{id}/remove", contacts::remove),
        get("/users", users::show),
        post("/users/invite", users::invite),
        post("/users/invites/{id}/resend", users::resend),
        get("/users/invites/{id}/cancel", users::show_cancel),
        post("/users/invites/{id}/cancel", users::cancel),
        get("/users/{id}/permissions", permissions::show),
        post("/users/{id}/permissions", permissions::save),
        get("/users/{id}/remove", users::show_remove),
        post("/users/{id}/remove", users::remove),
        get("/tickets", tickets::list),
        get("/tickets/new", tickets::show_new),
        post("/tickets/new", tickets::open).with_files(),
        get("/tickets/{reference}", tickets::show),
        get("/tickets/{reference}/files/{id}", tickets::file),
        get("/tickets/{reference}/replies/{id}/mail", tickets::mail),
        get("/tickets/{reference}/replies/{id}/mail/html", tickets::mail_html),
        post("/tickets/{reference}/reply", tickets::reply).with_files(),
        post("/tickets/{reference}/close", tickets::close),
        post("/tickets/{reference}/reopen", tickets::reopen),
        post("/tickets/{reference}/cc", tickets::cc),
        post("/tickets/{reference}/replies/{id}/rate", tickets::rate),

        // The user.
        get("/profile", profile::show),
        post("/profile", profile::save),
        post("/profile/email", profile::change_email),
        post("/profile/email/cancel", profile::cancel_email),
        get("/security", security::show),
        post("/security/password", security::change_password),
        post("/security/sessions/{id}/end", security::end_session),
        post("/security/sessions/end-all", security::end_all),
        get("/security/two-factor", two_factor::show),
        post("/security/two-factor", two_factor::enable),
        get("/security/two-factor/off", two_factor::show_off),
        post("/security/two-factor/off", two_factor::off),
        get("/security/recovery-codes", two_factor::show_codes),
        post("/security/recovery-codes", two_factor::codes),

        // Staff.
        get("/admin/login", admin::login::show),
        post("/admin/login", admin::login::submit),
        post("/admin/logout", admin::login::out),
        get("/admin", admin::home::show),
        get("/admin/accounts", admin::accounts::list),
        get("/admin/accounts/{id}", admin::accounts::show),
        get("/admin/users/{id}", admin::users::show),
        get("/admin/users/{id}/reset-two-factor", admin::users::show_reset),
        post("/admin/users/{id}/reset-two-factor", admin::users::reset),
        get("/admin/profile", admin::profile::show),
        post("/admin/profile", admin::profile::save),
        post("/admin/profile/password", admin::profile::change_password),
        get("/admin/tickets", admin::tickets::list),
        post("/admin/tickets/bulk", admin::tickets::bulk),
        get("/admin/tickets/new", admin::tickets::show_new),
        post("/admin/tickets/new", admin::tickets::open).with_files(),
        get("/admin/tickets/{reference}", admin::tickets::show),
        get("/admin/tickets/{reference}/files/{id}", admin::tickets::file),
        get("/admin/tickets/{reference}/replies/{id}/mail", admin::tickets::mail),
        get("/admin/tickets/{reference}/replies/{id}/mail/html", admin::tickets::mail_html),
        get("/admin/tickets/{reference}/replies/{id}/mail/raw", admin::tickets::mail_raw),
        post("/admin/tickets/{reference}/reply", admin::tickets::reply).with_files(),
        get("/admin/tickets/{reference}/messages/{id}/recipients", admin::recipients::of_message),
        get("/admin/tickets/{reference}/canned/{id}", admin::tickets::canned),
        post("/admin/tickets/{reference}/note", admin::tickets::note),
        post("/admin/tickets/{reference}/change", admin::tickets::change),
        post("/admin/tickets/{reference}/close", admin::tickets::close),
        post("/admin/tickets/{reference}/reopen", admin::tickets::reopen),
        post("/admin/tickets/{reference}/cc", admin::tickets::cc),
        get("/admin/tickets/{reference}/merge", admin::tickets::show_merge),
        post("/admin/tickets/{reference}/merge", admin::tickets::merge),
        get("/admin/tickets/{reference}/account", admin::tickets::show_account),
        post("/admin/tickets/{reference}/account", admin::tickets::give),
        get("/admin/tickets/{reference}/split", admin::tickets::show_split),
        post("/admin/tickets/{reference}/split", admin::tickets::split),
        post("/admin/tickets/{reference}/presence", admin::tickets::presence),
        get("/admin/canned", admin::canned::list),
        get("/admin/canned/new", admin::canned::show_new),
        post("/admin/canned/new", admin::canned::add),
        get("/admin/canned/{id}", admin::canned::show),
        post("/admin/canned/{id}", admin::canned::change),
        get("/admin/canned/{id}/remove", admin::canned::show_remove),
        post("/admin/canned/{id}/remove", admin::canned::remove),
        get("/admin/departments", admin::departments::list),
        get("/admin/departments/new", admin::departments::show_new),
        post("/admin/departments/new", admin::departments::add),
        get("/admin/departments/{id}", admin::departments::show),
        post("/admin/departments/{id}", admin::departments::change),
        get("/admin/departments/{id}/remove", admin::departments::show_remove),
        post("/admin/departments/{id}/remove", admin::departments::remove),
        get("/admin/statuses", admin::statuses::list),
        get("/admin/statuses/new", admin::statuses::show_new),
        post("/admin/statuses/new", admin::statuses::add),
        get("/admin/statuses/{name}", admin::statuses::show),
        post("/admin/statuses/{name}", admin::statuses::change),
        get("/admin/statuses/{name}/remove", admin::statuses::show_remove),
        post("/admin/statuses/{name}/remove", admin::statuses::remove),
        get("/admin/staff", admin::staff::list),
        get("/admin/staff/new", admin::staff::show_new),
        post("/admin/staff/new", admin::staff::add),
        get("/admin/staff/{id}", admin::staff::show),
        post("/admin/staff/{id}", admin::staff::change),
        get("/admin/staff/{id}/remove", admin::staff::show_remove),
        post("/admin/staff/{id}/remove", admin::staff::remove),
        get("/admin/mail/rejected", admin::rejected::list),
        get("/admin/mail/rejected/{id}", admin::rejected::show),
        post("/admin/mail/rejected/{id}/accept", admin::rejected::accept),
        get("/admin/explain", admin::recipients::of_address),
        get("/admin/events/{id}/recipients", admin::recipients::of_event),
        get("/admin/mail", admin::mail::list),
        get("/admin/mail/suppressions", admin::suppressions::list),
        post("/admin/mail/suppressions", admin::suppressions::add),
        post("/admin/mail/suppressions/lift", admin::suppressions::lift),
        get("/admin/mail/{id}", admin::mail::show),
        get("/admin/mail/{id}/html", admin::mail::html),
        post("/admin/mail/{id}/again", admin::mail::again),
        post("/admin/mail/{id}/drop", admin::mail::drop),
        get("/admin/hooks", admin::hooks::list),
        post("/admin/hooks/try", admin::hooks::try_now),
        post("/admin/hooks/again", admin::hooks::again),
        get("/admin/templates", admin::templates::list),
        get("/admin/templates/{locale}/{name}", admin::templates::editor::show),
        post("/admin/templates/{locale}/{name}", admin::templates::editor::submit),
        post("/admin/templates/{locale}/{name}/preview", admin::templates::editor::preview),
        get("/admin/templates/{locale}/{name}/history", admin::templates::history::show),
        post("/admin/templates/{locale}/{name}/restore", admin::templates::history::restore),
        post("/admin/templates/{locale}/{name}/settle", admin::templates::history::settle),

        // The mailbox of a server that has no mail server.
        get("/dev/mailbox", dev::list),
        get("/dev/mailbox.json", dev::json),
        get("/dev/mailbox/{id}", dev::show),
        get("/dev/mailbox/{id}/html", dev::html),
    ]
}

/// All routes, as they are served.
pub fn list() -> Vec<RouteInfo> {
    let info =
        |route: Route| RouteInfo { method: route.method, path: route.path, access: route.access.to_string() };
    table().into_iter().map(info).collect()
}

/// The router of the whole table.
pub fn router() -> Router<Web> {
    table().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler))
}
