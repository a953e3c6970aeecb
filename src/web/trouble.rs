//! Why a request gets no page of its own, and which status says so.
//!
//! A handler returns [`Trouble`]; the door draws its page, in the frame and in the reader's
//! language. Every error becomes a status in [`status`], and nowhere else.

use crate::{
    error::{Error, Kind},
    permission::Permission,
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// What a handler gives.
pub type Answer = Result<Response, Trouble>;

/// Why a request gets no page of its own.
#[derive(Debug)]
pub struct Trouble(Box<Why>);

#[derive(Debug)]
enum Why {
    Page(Panel),
    Redirect(String),
}

/// What the error page says.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// The status.
    pub status: StatusCode,
    /// A message of ours that says more, or "".
    pub code: &'static str,
    /// A hook's own words, or "".
    pub detail: String,
    /// The permission that is missing.
    pub permission: Option<Permission>,
    /// True if only the owner may.
    pub owner_only: bool,
}

impl Trouble {
    /// The page of a status that needs no more words.
    pub fn status(status: StatusCode) -> Self {
        Panel { status, ..Panel::default() }.into()
    }

    /// There is nothing here, or not for this reader.
    pub fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND)
    }

    /// The permission is missing.
    pub fn permission(permission: Permission) -> Self {
        Panel { status: StatusCode::FORBIDDEN, permission: Some(permission), ..Panel::default() }.into()
    }

    /// Only the account's owner may.
    pub fn owner_only() -> Self {
        Panel { status: StatusCode::FORBIDDEN, owner_only: true, ..Panel::default() }.into()
    }

    /// Only staff who may everything may.
    pub fn admin_only() -> Self {
        Panel { status: StatusCode::FORBIDDEN, code: "admin-only", ..Panel::default() }.into()
    }

    /// Another page comes first.
    pub fn redirect(path: String) -> Self {
        Self(Box::new(Why::Redirect(path)))
    }
}

impl From<Panel> for Trouble {
    fn from(panel: Panel) -> Self {
        Self(Box::new(Why::Page(panel)))
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let status = status(error.kind);
        if status.is_server_error() {
            tracing::error!(%error, "a request failed");
        } else {
            tracing::debug!(%error, "a request was refused");
        }
        let detail = if error.kind == Kind::Refused { error.detail } else { String::new() };
        Panel { status, code: error.code, detail, ..Panel::default() }.into()
    }
}

/// The status that says what kind of trouble it is.
fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Unauthorized => StatusCode::UNAUTHORIZED,
        Kind::Forbidden | Kind::Refused => StatusCode::FORBIDDEN,
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        match *self.0 {
            Why::Redirect(path) => see_other(&path),
            Why::Page(panel) => {
                let mut response = panel.status.into_response();
                response.extensions_mut().insert(panel);
                response
            }
        }
    }
}

/// Sends the browser to another page of ours, by GET.
pub fn see_other(path: &str) -> Response {
    // A path with characters that no header can hold was never one of ours.
    let path = header::HeaderValue::from_str(path).unwrap_or(header::HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}
