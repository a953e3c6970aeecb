//! The one error type of what people ask the house to do.

use std::{error::Error as StdError, fmt};

/// What kind of trouble it is; the web area turns it into a status in one `match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is no such thing, or it belongs to somebody else.
    NotFound,
    /// Nobody is logged in.
    Unauthorized,
    /// Somebody is logged in and may not.
    Forbidden,
    /// What was typed cannot be taken; see the fields.
    Invalid,
    /// A hook refused; `detail` is its message.
    Refused,
    /// It clashes with what is there.
    Conflict,
    /// It was there and is over.
    Gone,
    /// Too often in too short a time.
    TooMany,
    /// Something that we need does not answer.
    Unavailable,
    /// A mistake of ours.
    Internal,
}

/// Why something did not happen.
#[derive(Debug)]
pub struct Error {
    /// What kind of trouble.
    pub kind: Kind,
    /// Stable code; pages show the message `error-CODE`.
    pub code: &'static str,
    /// More, in English: for logs, and for people where a hook wrote it.
    pub detail: String,
    /// Which fields are wrong, each with a stable code; pages show `field-error-CODE`, or the text itself if it is a hook's.
    pub fields: Vec<FieldError>,
    /// What caused it.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

/// One wrong field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// The stable code of what is wrong.
    pub code: &'static str,
    /// A hook's own words, shown instead of the code's message; empty otherwise.
    pub text: String,
    /// Of what there was too much of within a time: how many there may be, and from when there may be more.
    pub limit: Option<(i64, i64)>,
}

/// What a model verb gives.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of this kind and code.
    pub fn new(kind: Kind, code: &'static str) -> Self {
        Self { kind, code, detail: String::new(), fields: Vec::new(), source: None }
    }

    /// There is no such thing here.
    pub fn not_found(code: &'static str) -> Self {
        Self::new(Kind::NotFound, code)
    }

    /// It clashes with what is there.
    pub fn conflict(code: &'static str) -> Self {
        Self::new(Kind::Conflict, code)
    }

    /// One field is wrong.
    pub fn field(field: &str, code: &'static str) -> Self {
        Self::new(Kind::Invalid, "invalid").and_field(field, code)
    }

    /// A mistake of ours, with what we know of it.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(Kind::Internal, "internal").detail(detail)
    }

    /// The same, where the page calls a field by another name.
    pub fn about(mut self, from: &str, to: &str) -> Self {
        self.fields
            .iter_mut()
            .filter(|field| field.field == from)
            .for_each(|field| field.field = to.to_owned());
        self
    }

    /// Adds more, in English.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds a wrong field.
    pub fn and_field(mut self, field: &str, code: &'static str) -> Self {
        self.fields.push(FieldError { field: field.to_owned(), code, ..FieldError::default() });
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        for field in &self.fields {
            write!(f, "; {}: {}{}", field.field, field.code, field.text)?;
        }
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<crate::secret::PasswordFailure> for Error {
    fn from(_: crate::secret::PasswordFailure) -> Self {
        Error::new(Kind::Unavailable, "busy").detail("the password could not be checked")
    }
}
