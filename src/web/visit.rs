//! One request as its handler sees it: who asks, in which language, from where; and the ways to answer.

use super::{
    cookie::Cookie,
    fields::Wrong,
    frame, pages,
    trouble::{Answer, see_other},
    words::{Arg, Reader, wished},
};
use crate::{
    app::App,
    bundle::Bundle,
    db::Tx,
    error::{Error, Result},
    event::{
        data::{Account, Person, Time},
        guard::{Approved, Draft},
        outbox::Act,
        page::{self, Menu, Panel},
    },
    hook::Verb,
    model::{
        self, account,
        session::{self, Current, Entered, Visitor},
        staff::Staff,
        user::User,
    },
    secret,
};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, OnceLock},
};

/// A request; cheap to clone.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

struct Inner {
    app: App,
    bundle: Arc<Bundle>,
    id: String,
    at: i64,
    uri: Uri,
    visitor: Visitor,
    wished: String,
    user_token: Option<String>,
    staff_token: Option<String>,
    flash: Option<Flash>,
    current: OnceLock<Option<Current>>,
    menu: OnceLock<Menu>,
}

impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Visit({}, {})", self.0.id, self.0.uri.path())
    }
}

/// What the last act answers, shown once on the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// `success`, `error`, `info` or `warning`.
    pub kind: String,
    /// The sentence.
    pub text: String,
}

/// The kind of a message that a page reads itself, such as an address that must not stand in the address bar.
pub const CARRIED: &str = "carried";

impl Visit {
    /// A request that has just come in.
    pub fn new(app: App, id: String, at: i64, uri: Uri, ip: Option<IpAddr>, headers: &HeaderMap) -> Self {
        let bundle = app.bundle();
        let text = |name: header::HeaderName| {
            headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        let flash =
            Cookie::Flash.read(headers).and_then(|sealed| serde_json::from_str(&app.key.open(&sealed)?).ok());
        Self(Arc::new(Inner {
            wished: wished(&bundle, text(header::ACCEPT_LANGUAGE)),
            visitor: Visitor {
                ip: ip.map(|ip| ip.to_string()).unwrap_or_default(),
                user_agent: text(header::USER_AGENT).to_owned(),
            },
            user_token: Cookie::User.read(headers),
            staff_token: Cookie::Staff.read(headers),
            flash,
            current: OnceLock::new(),
            menu: OnceLock::new(),
            app,
            bundle,
            id,
            at,
            uri,
        }))
    }

    /// Finds out whose session the request belongs to: the one read that authentication costs.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn authenticate(&self) -> Result<()> {
        if self.0.current.get().is_some() {
            return Ok(());
        }
        let current = match self.token() {
            Some(token) => session::authenticate(&self.0.app.db, &secret::hash(token), self.0.at).await?,
            None => None,
        };
        // A user's session opens nothing in the admin area, nor the other way round.
        let current = current.filter(|current| current.staff().is_some() == self.in_admin());
        // Two that asked at once would have read the same.
        let _ = self.0.current.set(current);
        Ok(())
    }

    /// Lets `menu` hooks speak on the navigation; costs nothing where there are none.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn furnish(&self) -> Result<()> {
        let speaks = self.0.bundle.hooks.serving(Verb::Menu, "client").next().is_some();
        if !speaks || self.in_admin() || self.0.menu.get().is_some() {
            return Ok(());
        }
        if let Some(view) = self.view().await? {
            let menu = self.0.app.menu(&self.0.bundle, "client", view).await?;
            // Two that asked at once would have heard the same.
            let _ = self.0.menu.set(menu);
        }
        Ok(())
    }

    /// What `menu` hooks made of the navigation.
    pub fn menu(&self) -> Option<&Menu> {
        self.0.menu.get()
    }

    /// What `panel` hooks show in a place of this page.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn panels(&self, place: &str) -> Result<Vec<Panel>> {
        if self.0.bundle.hooks.serving(Verb::Panel, place).next().is_none() {
            return Ok(Vec::new());
        }
        match self.view().await? {
            Some(view) => self.0.app.panels(&self.0.bundle, place, view).await,
            None => Ok(Vec::new()),
        }
    }

    /// The page as hooks see it; nothing before an account is chosen.
    async fn view(&self) -> Result<Option<serde_json::Value>> {
        let (Some(user), Some(here)) = (self.user(), self.account()) else { return Ok(None) };
        let account = account::snapshot(&self.0.app.db, &here.id).await?;
        let user = account.users.iter().find(|one| one.id == user.id).cloned().unwrap_or_default();
        Ok(Some(page::view(Time(self.0.at), &user, &account, self.reader().locale())))
    }

    /// The token of the session that counts in this area.
    pub fn token(&self) -> Option<&str> {
        if self.in_admin() { self.0.staff_token.as_deref() } else { self.0.user_token.as_deref() }
    }

    /// The shared parts of the server.
    pub fn app(&self) -> &App {
        &self.0.app
    }

    /// The request's id, for log lines, error pages and events.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// When the request came in.
    pub fn at(&self) -> i64 {
        self.0.at
    }

    /// The path asked for.
    pub fn path(&self) -> &str {
        self.0.uri.path()
    }

    /// The path with its query, to come back to.
    pub fn path_and_query(&self) -> &str {
        self.0.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// True in the part that belongs to staff.
    pub fn in_admin(&self) -> bool {
        self.path() == "/admin" || self.path().starts_with("/admin/")
    }

    /// Where the request comes from.
    pub fn visitor(&self) -> &Visitor {
        &self.0.visitor
    }

    /// The session, if there is one.
    pub fn current(&self) -> Option<&Current> {
        self.0.current.get().and_then(Option::as_ref)
    }

    /// The user who is logged in.
    pub fn user(&self) -> Option<&User> {
        self.current().and_then(Current::user)
    }

    /// The account that the user acts for.
    pub fn account(&self) -> Option<&Entered> {
        self.current().and_then(Current::account)
    }

    /// The member of staff who is logged in.
    pub fn staff(&self) -> Option<&Staff> {
        self.current().and_then(Current::staff)
    }

    /// The message that the last act left for this page.
    pub fn flash(&self) -> Option<&Flash> {
        self.0.flash.as_ref()
    }

    /// What whoever asks does now.
    pub fn act(&self) -> Act {
        let guest = || Person { exists: true, kind: "guest".into(), ..Person::default() };
        self.act_of(self.current().map_or_else(guest, Current::actor))
    }

    /// What this person does now.
    pub fn act_of(&self, actor: Person) -> Act {
        Act { actor, at: self.0.at, correlation: self.0.id.clone(), depth: 0, key: self.0.app.key.clone() }
    }

    /// Who reads the answer: the user's own language and zone, else what the browser asks for.
    pub fn reader(&self) -> Reader {
        let (locale, zone) =
            self.user().map_or((self.0.wished.as_str(), "UTC"), |user| (&user.locale, &user.time_zone));
        Reader::new(Arc::clone(&self.0.bundle), locale, zone, self.0.at)
    }

    /// The language that the browser asks for, among ours.
    pub fn wished_locale(&self) -> &str {
        &self.0.wished
    }

    /// A message in the reader's language.
    pub fn text(&self, id: &str, args: &[Arg<'_>]) -> String {
        self.reader().text(id, args)
    }

    /// A page.
    ///
    /// # Errors
    /// If the page reads a value that is not there.
    pub fn page(&self, name: &str, values: Value) -> Answer {
        self.page_as(StatusCode::OK, name, values)
    }

    /// A page with another status, such as a form in which something is wrong.
    ///
    /// # Errors
    /// As [`Visit::page`].
    pub fn page_as(&self, status: StatusCode, name: &str, values: Value) -> Answer {
        let html = pages::draw(name, &self.reader(), frame::values(self), values)?;
        let mut response = (status, Html(html)).into_response();
        if self.flash().is_some() {
            self.add_cookie(&mut response, Cookie::Flash.unset(self.0.app.config.is_https()));
        }
        Ok(response)
    }

    /// A page with a form, and what is wrong with it.
    ///
    /// # Errors
    /// As [`Visit::page`].
    pub fn form(&self, name: &str, values: Value, wrong: &Wrong) -> Answer {
        self.page_as(wrong.status(), name, context! { ..wrong.values(), ..values })
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn begin(&self) -> Result<Tx> {
        self.0.app.db.begin().await
    }

    /// Lets the hooks speak on what whoever asks wants to do; before any transaction.
    ///
    /// # Errors
    /// [`Refused`](crate::error::Kind::Refused) with a hook's message.
    pub async fn ask<D: Draft>(&self, account: &Account, draft: D) -> Result<Approved<D>> {
        model::ask(&*self.0.app.gate, &self.act(), account, draft).await
    }

    /// Goes back to a page that says why an act did not happen.
    ///
    /// # Errors
    /// The error itself if a page of its own must show it.
    pub fn back(&self, path: &str, error: Error) -> Answer {
        let wrong = Wrong::from_error(&self.reader(), error)?;
        Ok(self.go_saying(path, "error", wrong.first()))
    }

    /// Goes on to another page.
    pub fn go(&self, path: &str) -> Response {
        see_other(path)
    }

    /// Goes on to another page, which says what happened: the message `id`.
    pub fn done(&self, path: &str, id: &str, args: &[Arg<'_>]) -> Response {
        self.go_saying(path, "success", self.text(id, args))
    }

    /// What the last act carried to this page, if anything.
    pub fn carried(&self) -> &str {
        self.flash().filter(|flash| flash.kind == CARRIED).map_or("", |flash| &flash.text)
    }

    /// Goes on to another page, which shows a sentence of this kind.
    pub fn go_saying(&self, path: &str, kind: &str, text: String) -> Response {
        let mut response = see_other(path);
        let flash = serde_json::json!({ "kind": kind, "text": text }).to_string();
        let sealed = self.0.app.key.seal(&flash);
        self.add_cookie(&mut response, Cookie::Flash.set(&sealed, 120, self.0.app.config.is_https()));
        response
    }

    /// Lets the browser keep (or, without a token, forget) the session of this area.
    pub fn keep_session(&self, response: &mut Response, token: Option<&str>) {
        let cookie = if self.in_admin() { Cookie::Staff } else { Cookie::User };
        let https = self.0.app.config.is_https();
        let header = match token {
            Some(token) => cookie.set(token, session::LONGEST / 1000, https),
            None => cookie.unset(https),
        };
        self.add_cookie(response, header);
    }

    fn add_cookie(&self, response: &mut Response, header: Option<HeaderValue>) {
        if let Some(header) = header {
            response.headers_mut().append(header::SET_COOKIE, header);
        }
    }
}
