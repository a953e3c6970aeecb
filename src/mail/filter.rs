//! The filters, tests and functions that templates may use: the engine's harmless ones, and ours.
//!
//! Only what cannot make much out of little is installed, because fuel counts steps, not bytes.

use super::context::{READER, Reader};
use super::date::{self, Language};
use super::words::word_id;
use minijinja::value::{Value, ValueKind};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, escape_formatter, filters, functions, tests,
};

/// The largest text that a filter may make, and the most that one mail may print, in bytes.
pub(super) const LARGEST: usize = 2 * 1024 * 1024;

/// Filters by name, for the check.
pub(super) const FILTERS: &[&str] = &[
    "abs",
    "capitalize",
    "count",
    "d",
    "date",
    "datetime",
    "default",
    "e",
    "escape",
    "first",
    "float",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lower",
    "map",
    "markdown",
    "max",
    "min",
    "money",
    "paragraphs",
    "permission",
    "plural",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "sort",
    "string",
    "time",
    "title",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "word",
];
/// Tests by name, for the check.
pub(super) const TESTS: &[&str] = &[
    "defined",
    "undefined",
    "none",
    "string",
    "number",
    "sequence",
    "mapping",
    "odd",
    "even",
    "divisibleby",
    "startingwith",
    "endingwith",
    "eq",
    "equalto",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "in",
    "true",
    "false",
];
/// Functions by name, for the check.
pub(super) const FUNCTIONS: &[&str] = &["range"];

/// Puts the filters, tests and functions into an engine that has none.
pub(super) fn install(env: &mut Environment<'static>) {
    env.add_filter("abs", filters::abs);
    env.add_filter("capitalize", filters::capitalize);
    env.add_filter("count", filters::length);
    env.add_filter("d", filters::default);
    env.add_filter("date", date);
    env.add_filter("datetime", date_time);
    env.add_filter("default", filters::default);
    env.add_filter("e", filters::escape);
    env.add_filter("escape", filters::escape);
    env.add_filter("first", filters::first);
    env.add_filter("float", filters::float);
    env.add_filter("int", filters::int);
    env.add_filter("items", filters::items);
    env.add_filter("join", join);
    env.add_filter("last", filters::last);
    env.add_filter("length", filters::length);
    env.add_filter("lower", filters::lower);
    env.add_filter("map", filters::map);
    env.add_filter("markdown", markdown);
    env.add_filter("max", filters::max);
    env.add_filter("min", filters::min);
    env.add_filter("money", money);
    env.add_filter("paragraphs", paragraphs);
    env.add_filter("permission", permission);
    env.add_filter("plural", plural);
    env.add_filter("reject", filters::reject);
    env.add_filter("rejectattr", filters::rejectattr);
    env.add_filter("replace", replace);
    env.add_filter("reverse", filters::reverse);
    env.add_filter("round", filters::round);
    env.add_filter("safe", filters::safe);
    env.add_filter("select", filters::select);
    env.add_filter("selectattr", filters::selectattr);
    env.add_filter("sort", filters::sort);
    env.add_filter("string", bounded);
    env.add_filter("time", time);
    env.add_filter("title", filters::title);
    env.add_filter("trim", filters::trim);
    env.add_filter("truncate", truncate);
    env.add_filter("unique", filters::unique);
    env.add_filter("upper", filters::upper);
    env.add_filter("urlencode", filters::urlencode);
    env.add_filter("word", word);
    install_tests(env);
    env.add_function("range", functions::range);
    env.set_formatter(|out, state, value| {
        if value.kind() == ValueKind::String {
            spend(state, value.as_str().map_or(0, str::len))?;
            return escape_formatter(out, state, value);
        }
        // Lists of lists of lists print far more than they hold, so they are measured while they are written.
        let text = bounded(value)?;
        spend(state, text.len())?;
        escape_formatter(out, state, &Value::from(text))
    });
}

fn install_tests(env: &mut Environment<'static>) {
    env.add_test("defined", tests::is_defined);
    env.add_test("undefined", tests::is_undefined);
    env.add_test("none", tests::is_none);
    env.add_test("string", tests::is_string);
    env.add_test("number", tests::is_number);
    env.add_test("sequence", tests::is_sequence);
    env.add_test("mapping", tests::is_mapping);
    env.add_test("odd", tests::is_odd);
    env.add_test("even", tests::is_even);
    env.add_test("divisibleby", tests::is_divisibleby);
    env.add_test("startingwith", tests::is_startingwith);
    env.add_test("endingwith", tests::is_endingwith);
    env.add_test("eq", tests::is_eq);
    env.add_test("equalto", tests::is_eq);
    env.add_test("ne", tests::is_ne);
    env.add_test("lt", tests::is_lt);
    env.add_test("le", tests::is_le);
    env.add_test("gt", tests::is_gt);
    env.add_test("ge", tests::is_ge);
    env.add_test("in", tests::is_in);
    env.add_test("true", tests::is_true);
    env.add_test("false", tests::is_false);
}

fn too_large() -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("a text grew past {} MiB, more than any mail needs", LARGEST >> 20),
    )
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

/// Counts what the mail prints, also into variables and macros, where the bounded writer does not see it.
fn spend(state: &State, bytes: usize) -> Result<(), Error> {
    let reader = state.lookup(READER);
    match reader.as_ref().and_then(|value| value.downcast_object_ref::<Reader>()) {
        Some(reader) if reader.wrote(bytes) > LARGEST => Err(too_large()),
        _ => Ok(()),
    }
}

/// The value as text, stopped when it grows too large.
fn bounded(value: &Value) -> Result<String, Error> {
    struct Text(String);
    impl std::fmt::Write for Text {
        fn write_str(&mut self, part: &str) -> std::fmt::Result {
            if self.0.len() + part.len() > LARGEST {
                return Err(std::fmt::Error);
            }
            self.0.push_str(part);
            Ok(())
        }
    }
    let mut text = Text(String::new());
    std::fmt::Write::write_fmt(&mut text, format_args!("{value}")).map_err(|_| too_large())?;
    Ok(text.0)
}

fn reader<T>(state: &State, f: impl FnOnce(Language, &str) -> T) -> T {
    let reader = state.lookup(READER);
    match reader.as_ref().and_then(|value| value.downcast_object_ref::<Reader>()) {
        Some(reader) => f(reader.language, &reader.zone),
        None => f(Language::English, ""),
    }
}

fn moment<T>(
    state: &State,
    value: &Value,
    zone: Option<String>,
    write: impl FnOnce(Language, &jiff::Zoned) -> T,
) -> Result<T, Error> {
    let Some(milliseconds) = value.as_i64() else {
        return Err(wrong(format!("{} is no moment; `event.at` is one", value.kind())));
    };
    reader(state, |language, own| {
        let moment = date::in_zone(milliseconds, zone.as_deref().unwrap_or(own));
        moment
            .map(|moment| write(language, &moment))
            .ok_or_else(|| wrong(format!("{milliseconds} is no moment of our calendar")))
    })
}

/// `event.at | date`: the day, in the reader's zone (or in the one given).
fn date(state: &State, value: &Value, zone: Option<String>) -> Result<String, Error> {
    moment(state, value, zone, Language::date)
}

/// `event.at | time`: the time of day.
fn time(state: &State, value: &Value, zone: Option<String>) -> Result<String, Error> {
    moment(state, value, zone, Language::time)
}

/// `event.at | datetime`: both.
fn date_time(state: &State, value: &Value, zone: Option<String>) -> Result<String, Error> {
    moment(state, value, zone, Language::date_time)
}

/// `1999 | money("EUR")`: an amount in the currency's smallest unit.
fn money(state: &State, value: &Value, currency: &str) -> Result<String, Error> {
    let amount = value
        .as_i64()
        .ok_or_else(|| wrong("money takes a whole number of the smallest unit, such as cents"))?;
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Err(wrong(format!("{currency:?} is no currency; write a code such as \"EUR\"")));
    }
    Ok(reader(state, |language, _| language.money(amount, currency)))
}

/// `n | plural("code", "codes")`: the word that fits the number (or the length of a list).
fn plural(value: &Value, one: String, many: String) -> Result<String, Error> {
    let number = value.as_i64().or_else(|| value.len().and_then(|n| i64::try_from(n).ok()));
    let number =
        number.ok_or_else(|| wrong(format!("plural takes a number or a list, not {}", value.kind())))?;
    Ok(if number == 1 { one } else { many })
}

/// `key | permission`: what the permission is called; the key itself if nobody named it.
fn permission(state: &State, key: &str) -> String {
    message(state, &format!("permission-{key}")).unwrap_or_else(|| key.to_owned())
}

/// `event.ticket.status | word`: a status, priority, badge or reason in the reader's language; as written if there
/// is no message for it.
fn word(state: &State, text: &str) -> String {
    message(state, &word_id(text)).unwrap_or_else(|| text.to_owned())
}

fn message(state: &State, id: &str) -> Option<String> {
    let reader = state.lookup(READER);
    let reader = reader.as_ref().and_then(|value| value.downcast_object_ref::<Reader>());
    reader.and_then(|reader| reader.words.get(id)).cloned()
}

/// `event.reply.body | paragraphs`: what somebody typed, as paragraphs and line breaks; in a text part, as typed.
fn paragraphs(state: &State, value: &Value) -> Result<Value, Error> {
    let text = bounded(value)?.replace("\r\n", "\n");
    if !matches!(state.auto_escape(), AutoEscape::Html) {
        return Ok(Value::from(text));
    }
    let mut html = String::with_capacity(text.len() + 64);
    for paragraph in
        text.split("\n\n").map(|paragraph| paragraph.trim_matches('\n')).filter(|p| !p.trim().is_empty())
    {
        html.push_str("<p>");
        for (i, line) in paragraph.split('\n').enumerate() {
            html.push_str(if i > 0 { "<br>" } else { "" });
            escape_into(&mut html, line);
        }
        html.push_str("</p>");
    }
    if html.len() > LARGEST { Err(too_large()) } else { Ok(Value::from_safe_string(html)) }
}

/// `event.reply.body | markdown`: what somebody typed, as Markdown that is safe to show; in a text part, as typed.
fn markdown(state: &State, value: &Value) -> Result<Value, Error> {
    let text = bounded(value)?.replace("\r\n", "\n");
    if !matches!(state.auto_escape(), AutoEscape::Html) {
        return Ok(Value::from(text));
    }
    let html = crate::markdown::to_html(&text);
    if html.len() > LARGEST { Err(too_large()) } else { Ok(Value::from_safe_string(html)) }
}

fn escape_into(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

/// `text | truncate(80)`: at most so many characters, the last an ellipsis if some are missing.
fn truncate(value: &Value, characters: usize) -> Result<String, Error> {
    let text = bounded(value)?;
    if text.chars().count() <= characters {
        return Ok(text);
    }
    let mut short: String = text.chars().take(characters.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    Ok(short)
}

/// `text | replace("a", "b")`.
fn replace(value: &Value, from: &str, to: &str) -> Result<String, Error> {
    let text = bounded(value)?;
    if !from.is_empty() && text.len() + text.matches(from).count() * to.len() > LARGEST {
        return Err(too_large());
    }
    Ok(if from.is_empty() { text } else { text.replace(from, to) })
}

/// `list | join(", ")`.
fn join(value: &Value, joiner: Option<&str>) -> Result<String, Error> {
    let mut joined = String::new();
    for (i, item) in value.try_iter()?.enumerate() {
        if item.is_undefined() {
            return Err(Error::new(
                ErrorKind::UndefinedError,
                format!("item {} of the list is undefined", i + 1),
            ));
        }
        joined.push_str(if i > 0 { joiner.unwrap_or_default() } else { "" });
        joined.push_str(&bounded(&item)?);
        if joined.len() > LARGEST {
            return Err(too_large());
        }
    }
    Ok(joined)
}
