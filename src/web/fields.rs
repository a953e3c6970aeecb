//! What was typed into a form, and the errors that go back into it.

use super::{
    trouble::Trouble,
    words::{Arg, Reader},
};
use crate::{
    error::{Error, FieldError, Kind},
    model::user::password,
    permission::Category,
};
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

impl From<Vec<(String, String)>> for Fields {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

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

    /// True if the browser sent this field.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// The mail categories that are ticked; words that are none are left out.
    pub fn categories(&self) -> Vec<Category> {
        self.all("categories").iter().filter_map(|key| Category::from_key(key)).collect()
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
    #[serde(skip)]
    too_many: bool,
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
        let mut wrong = Self { too_many: error.kind == Kind::TooMany, ..Self::nothing() };
        for field in &error.fields {
            let text = field_text(reader, field);
            // Of several copied addresses it is said which one is meant.
            let named = field.field == "cc" && !error.detail.is_empty();
            wrong.add(&field.field, if named { format!("{}: {text}", error.detail) } else { text });
        }
        if error.fields.is_empty() {
            wrong.add("", whole_text(reader, &error));
        }
        Ok(wrong)
    }

    /// One thing that is wrong.
    pub fn field(field: &str, text: String) -> Self {
        let mut wrong = Self::nothing();
        wrong.add(field, text);
        wrong
    }

    /// The same, for a form that calls a field by another name than the model does.
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        if let Some(text) = self.errors.remove(from) {
            self.errors.entry(to.to_owned()).or_insert(text);
        }
        for line in self.errors_list.iter_mut().filter(|line| line.field == from) {
            line.field = to.to_owned();
        }
        self
    }

    /// The first thing that is wrong, in words.
    pub fn first(&self) -> String {
        self.errors_list.first().map(|line| line.text.clone()).unwrap_or_default()
    }

    /// `errors` and `errors_list`, as every page with a form reads them.
    pub fn values(&self) -> Value {
        Value::from(Serde(self))
    }

    /// The status of the page with the form.
    pub fn status(&self) -> StatusCode {
        match self {
            _ if self.errors_list.is_empty() => StatusCode::OK,
            _ if self.too_many => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// One thing more that is wrong; a field of "" is the whole form.
    pub fn add(&mut self, field: &str, text: String) {
        if !field.is_empty() {
            self.errors.entry(field.to_owned()).or_insert_with(|| text.clone());
        }
        self.errors_list.push(WrongField { field: field.to_owned(), text });
    }
}

/// What is wrong with a field: a hook's own words, or the message of its code with the field's label.
fn field_text(reader: &Reader, wrong: &FieldError) -> String {
    if !wrong.text.is_empty() {
        return wrong.text.clone();
    }
    let dashed = wrong.field.replace('_', "-");
    let ids = [
        format!("field-{dashed}"),
        format!("ticket-{dashed}"),
        format!("profile-{dashed}"),
        format!("account-{dashed}"),
    ];
    let label = ids.iter().find_map(|id| reader.lookup(id, &[])).unwrap_or_else(|| wrong.field.clone());
    let (most, until) = wrong.limit.unwrap_or_default();
    let args = [
        ("label", label.into()),
        ("most", most.into()),
        ("until", reader.when(until, "date-time").into()),
        ("min", i64::try_from(password::SHORTEST).unwrap_or_default().into()),
        ("max", i64::try_from(password::LONGEST).unwrap_or_default().into()),
    ];
    message(reader, wrong.code, &args)
}

/// What is wrong with the whole: a hook's own words, or the message of its code.
fn whole_text(reader: &Reader, error: &Error) -> String {
    if error.kind == Kind::Refused && !error.detail.is_empty() {
        return error.detail.clone();
    }
    message(reader, error.code, &[])
}

fn message(reader: &Reader, code: &str, args: &[Arg<'_>]) -> String {
    let id = match code {
        "password-wrong" => "invalid-current-password".to_owned(),
        "code-wrong" => "invalid-code".to_owned(),
        code => format!("invalid-{code}"),
    };
    reader.lookup(&id, args).unwrap_or_else(|| reader.text("invalid-refused", &[]))
}
