//! The pages: compiled once, drawn with the words and dates of their reader.
//!
//! To add a page, write `pages/AREA/NAME.html`; the comment at its top names every value that it
//! reads. A test draws each page with the samples in `samples.rs`.

use super::words::Reader;
use crate::error::{Error, Result};
use fluent_bundle::{FluentArgs, FluentValue};
use include_dir::{Dir, include_dir};
use minijinja::{
    AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value, context, escape_formatter,
    value::{Kwargs, ValueKind},
};
use std::sync::LazyLock;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/web/pages");

#[expect(clippy::expect_used, reason = "the pages are part of the program, and a test compiles them")]
static PAGES: LazyLock<Environment<'static>> =
    LazyLock::new(|| compile().expect("every shipped page compiles"));

/// Compiles every page, so that a request never waits for it.
///
/// # Errors
/// The first page that does not compile, with its line.
fn compile() -> std::result::Result<Environment<'static>, minijinja::Error> {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::Strict);
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    pages.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => escaped(out, text),
        _ => escape_formatter(out, state, value),
    });
    for (name, text) in files(&FILES) {
        pages.add_template(name, text)?;
    }
    Ok(pages)
}

/// Text as it may stand in a page and in its attributes. Slashes stay: addresses are to be read by people, too.
fn escaped(out: &mut minijinja::Output<'_>, text: &str) -> std::result::Result<(), minijinja::Error> {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)?;
    Ok(())
}

fn files(folder: &'static Dir<'static>) -> Vec<(&'static str, &'static str)> {
    let here = folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)));
    let below = folder.dirs().flat_map(files);
    here.filter(|(name, _)| name.ends_with(".html")).chain(below).collect()
}

/// Compiles the pages now rather than at the first request.
pub fn prepare() {
    LazyLock::force(&PAGES);
}

/// The names of all pages and of the pieces that they are made of.
#[cfg(test)]
pub fn names() -> Vec<&'static str> {
    files(&FILES).into_iter().map(|(name, _)| name).collect()
}

/// Draws a page: `page` is what the frame reads, `values` what the page reads.
///
/// # Errors
/// [`Internal`](crate::error::Kind::Internal), naming the page and its line, if a value is missing.
pub fn draw(name: &str, reader: &Reader, page: Value, values: Value) -> Result<String> {
    let words = reader.clone();
    let t = Value::from_function(
        move |id: &str, args: Kwargs| -> std::result::Result<String, minijinja::Error> {
            let mut values = FluentArgs::new();
            for name in args.args() {
                values.set(name.to_owned(), fluent(&args.get::<Value>(name)?));
            }
            match words.format(id, &values) {
                Some(text) => Ok(text),
                // An operator can reword a message and not remove it: one that is missing is a page's mistake.
                None if cfg!(test) => Err(minijinja::Error::new(
                    ErrorKind::InvalidOperation,
                    format!("there is no message {id}"),
                )),
                None => Ok(id.to_owned()),
            }
        },
    );
    let dates = reader.clone();
    let when = Value::from_function(move |at: i64, style: Option<&str>| {
        Value::from_safe_string(dates.when_html(at, style.unwrap_or_default()))
    });
    let all = context! { page, t, when, ..values };
    let drawn = PAGES.get_template(name).and_then(|template| template.render(all));
    drawn.map_err(|e| Error::internal(format!("page {name}: {e:#}")))
}

/// A whole number stays one, so that messages can count; everything else is text.
fn fluent(value: &Value) -> FluentValue<'static> {
    match value.kind() {
        ValueKind::Number => value.as_i64().map_or_else(|| value.to_string().into(), FluentValue::from),
        _ => value.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bundle::Bundle, web::samples};
    use minijinja::value::Serde;
    use std::{collections::BTreeSet, sync::Arc};

    #[test]
    fn every_page_is_drawn_with_every_sample_in_every_language() {
        let bundle = Arc::new(Bundle::build(&Default::default(), &Default::default(), None));
        for locale in ["en", "de"] {
            let reader = Reader::new(Arc::clone(&bundle), locale, "Europe/Berlin", samples::NOW);
            for (name, values) in samples::all() {
                for page in samples::frames(name, &values) {
                    let drawn = draw(name, &reader, Value::from(Serde(page)), Value::from(Serde(&values)));
                    let html = drawn.unwrap_or_else(|e| panic!("{name} in {locale}: {e}\n{values:#}"));
                    assert!(html.ends_with("</html>"), "{name}");
                }
            }
        }
    }

    #[test]
    fn every_page_has_a_sample() {
        let pieces = ["frame.html", "macros.html", "admin/mail-state.html", "admin/recipient-lines.html"];
        let pages: BTreeSet<_> = names().into_iter().filter(|name| !pieces.contains(name)).collect();
        let sampled: BTreeSet<_> = samples::all().into_iter().map(|(name, _)| name).collect();
        assert_eq!(pages, sampled);
    }

    #[test]
    fn what_people_typed_is_never_taken_for_html() {
        let bundle = Arc::new(Bundle::build(&Default::default(), &Default::default(), None));
        let reader = Reader::new(bundle, "en", "UTC", samples::NOW);
        let mut values =
            samples::all().into_iter().find(|(name, _)| *name == "client/ticket.html").unwrap().1;
        values["messages"][0]["author"] = "<script>alert(1)</script>".into();
        values["ticket"]["subject"] = "\"a\" & 'b'".into();
        let page = samples::frames("client/ticket.html", &values).remove(0);
        let html = draw("client/ticket.html", &reader, Value::from(Serde(page)), Value::from(Serde(values)))
            .unwrap();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>alert"), "{html}");
        assert!(html.contains("&quot;a&quot; &amp; &#39;b&#39;"), "{html}");
    }
}
