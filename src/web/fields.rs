//! What was typed into a form, and the errors that go back into it.

use super::{trouble::Trouble, words::Reader};
use crate::error::{Error, Kind};
use axum::{
    Form,
    extract::{FromRequest, Request, rejection::FormRejection},
    http::StatusCode,
};
use minijinja::{Value, value::Serde};
use serde::Serialize;
use std::collections::BTreeMap;

/// The fields of a form, in the order in which the browser sent them.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(FormRejection::BytesRejection(e)) if e.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Trouble::status(StatusCode::PAYLOAD_TOO_LARGE))
            }
            Err(_) => Err(Trouble::status(StatusCode::BAD_REQUEST)),
        }
    }
}

impl Fields {
    /// What was typed into this field; empty if it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field that may be sent several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }

    /// These fields as the page shows them again; a password never is among them.
    pub fn echo(&self, names: &[&'static str]) -> Echo {
        Echo(names.iter().map(|name| (*name, Value::from(self.get(name)))).collect())
    }
}

/// What a form shows in its fields.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Echo(BTreeMap<&'static str, Value>);

impl Echo {
    /// Shows `value` in the field `name`.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.insert(name, value.into());
        self
    }
}

impl From<Echo> for Value {
    fn from(echo: Echo) -> Self {
        Value::from(Serde(&echo))
    }
}

/// What is wrong with a form: beside each field, and summed up above it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Wrong {
    /// Field → text.
    pub errors: BTreeMap<String, String>,
    /// All of them, in order; a field of "" is about the whole form.
    pub errors_list: Vec<WrongField>,
}

/// One line of the summary above a form.
#[derive(Clone, Debug, Serialize)]
pub struct WrongField {
    /// The field, or "" for the whole form.
    pub field: String,
    /// What is wrong, in the reader's language.
    pub text: String,
}

impl Wrong {
    /// Nothing is wrong (yet).
    pub fn nothing() -> Self {
        Self::default()
    }

    /// What a verb found wrong with the form, if it is something that the form can show.
    ///
    /// # Errors
    /// The error itself if it is about something else: an error page shows it.
    pub fn from_error(reader: &Reader, error: Error) -> Result<Self, Trouble> {
        if !matches!(error.kind, Kind::Invalid | Kind::Refused | Kind::Conflict | Kind::TooMany) {
            return Err(error.into());
        }
        let mut wrong = Self::nothing();
        for field in &error.fields {
            let text = match field.text.is_empty() {
                true => field_text(reader, &field.field, field.code, &error.detail),
                false => field.text.clone(),
            };
            wrong.add(&field.field, text);
        }
        if error.fields.is_empty() {
            let text = if error.kind == Kind::Refused && !error.detail.is_empty() {
                error.detail
            } else {
                field_text(reader, "", error.code, &error.detail)
            };
            wrong.add("", text);
        }
        Ok(wrong)
    }

    /// `errors` and `errors_list`, as every page with a form reads them.
    pub fn values(&self) -> Value {
        Value::from(Serde(self))
    }

    /// One thing that is wrong.
    pub fn field(field: &str, text: String) -> Self {
        let mut wrong = Self::nothing();
        wrong.add(field, text);
        wrong
    }

    fn add(&mut self, field: &str, text: String) {
        if !field.is_empty() {
            self.errors.entry(field.to_owned()).or_insert_with(|| text.clone());
        }
        self.errors_list.push(WrongField { field: field.to_owned(), text });
    }
}

/// The sentence for what is wrong with a field: `invalid-CODE`, with the field's label.
fn field_text(reader: &Reader, field: &str, code: &str, detail: &str) -> String {
    let label = reader.lookup(&format!("field-{}", field.replace('_', "-")), &[]);
    let label = label.or_else(|| reader.lookup(&format!("ticket-{field}"), &[])).unwrap_or_else(|| field.to_owned());
    let number: i64 = detail.parse().unwrap_or_default();
    let args = [
        ("label", label.into()),
        ("max", number.into()),
        ("min", number.into()),
        ("minutes", number.into()),
        ("email", detail.into()),
        ("permission", detail.into()),
        ("reason", "".into()),
    ];
    reader
        .lookup(&format!("invalid-{code}"), &args)
        .unwrap_or_else(|| reader.text("invalid-refused", &[]))
}
