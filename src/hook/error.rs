//! What went wrong in a script: where, in which call of which call, and the mend.

use super::engine::functions;
use super::meter::Stop;
use crate::report::{Report, did_you_mean};
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};
use serde::{Deserialize, Serialize};

/// A run that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// Where and what.
    pub report: Report,
    /// The calls that led there, innermost first.
    pub trace: Vec<String>,
    /// True if the same run may succeed when it is tried again: only the clock stopped it.
    pub passing: bool,
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.report)?;
        self.trace.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

/// An error that a native function gives to the script that called it.
pub fn fail(message: impl Into<String>) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(message.into().into(), Position::NONE))
}

/// `file:line` of the script that calls a native function.
pub fn place(context: &NativeCallContext<'_>) -> String {
    format!("{}:{}", context.call_source().unwrap_or("?"), line(context.call_position()))
}

fn line(position: Position) -> usize {
    position.line().unwrap_or(0)
}

fn column(position: Position) -> usize {
    position.position().unwrap_or(0)
}

fn at(file: &str, position: Position) -> String {
    match position.line() {
        Some(line) => format!("{file}:{line}:{}", column(position)),
        None => file.to_owned(),
    }
}

/// Characters of what went wrong.
const MESSAGE: usize = 1_000;

/// Texts of the files, for the line that a report shows.
pub type Sources<'a> = &'a dyn Fn(&str) -> Option<std::sync::Arc<str>>;

/// A report at a position of a file.
pub fn report(
    sources: Sources<'_>,
    file: &str,
    position: Position,
    code: &str,
    message: impl Into<String>,
) -> Report {
    let text = sources(file).unwrap_or_default();
    // What went wrong may quote what somebody typed, and stands in logs and events.
    Report::error(file, &text, line(position), column(position), code, short(message))
}

/// A sentence, cut where it is longer than anybody reads.
pub fn short(message: impl Into<String>) -> String {
    let message: String = message.into();
    match message.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}

/// What a failed evaluation means, from the place at which it began.
pub fn explain(
    error: &EvalAltResult,
    (file, begun): (&str, Position),
    stop: Option<Stop>,
    sources: Sources<'_>,
) -> RunError {
    let mut trace = Vec::new();
    let mut file = file.to_owned();
    let mut error = error;
    let mut outermost = begun;
    let mut first = true;
    loop {
        match error {
            EvalAltResult::ErrorInFunctionCall(name, source, inner, position) => {
                let what =
                    if name.starts_with("anon$") { "the function".to_owned() } else { format!("{name}()") };
                // Whoever calls a hook's function stands nowhere in the script.
                let position = if first && position.is_none() { begun } else { *position };
                trace.push(format!("in {what} called at {}", at(&file, position)));
                if outermost.is_none() {
                    outermost = position;
                }
                first = false;
                if !source.is_empty() {
                    file.clone_from(source);
                }
                error = inner;
            }
            EvalAltResult::ErrorInModule(path, inner, position) => {
                trace.push(format!("imported at {}", at(&file, *position)));
                file = super::library::module_file(path);
                error = inner;
            }
            _ => break,
        }
    }
    trace.reverse();
    let (code, message, help) = meaning(error, stop);
    let position = match error.position() {
        Position::NONE => outermost,
        position => position,
    };
    RunError {
        report: report(sources, &file, position, code, message).help(help),
        trace,
        passing: matches!(stop, Some(Stop::Clock(_))),
    }
}

fn meaning(error: &EvalAltResult, stop: Option<Stop>) -> (&'static str, String, String) {
    if let (EvalAltResult::ErrorTerminated(..) | EvalAltResult::ErrorTooManyOperations(_), Some(stop)) =
        (error, stop)
    {
        let help = match stop {
            Stop::Operations => {
                "look for a loop that does not end, or a list that is gone through again for each of its items"
            }
            Stop::Clock(_) => "it is tried once more; if that fails as well, it does too much at once",
            Stop::Memory => "look for a text, list or map that grows in a loop",
        };
        return ("limit", stop.to_string(), help.to_owned());
    }
    match error {
        EvalAltResult::ErrorRuntime(thrown, _) => ("failed", thrown_text(thrown), String::new()),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => unknown_function(signature),
        EvalAltResult::ErrorVariableNotFound(name, _) => {
            ("unknown-variable", format!("there is no variable `{name}`"), String::new())
        }
        EvalAltResult::ErrorPropertyNotFound(name, _) => {
            let help = format!(
                "ask first: \"{name}\" in map; or take map.get(\"{name}\"), which is () where there is none"
            );
            ("unknown-field", format!("this map has no entry `{name}`"), help)
        }
        EvalAltResult::ErrorModuleNotFound(path, _) => (
            "unknown-module",
            format!("there is no script {}", super::library::module_file(path)),
            "import \"lib/name\" as name; reads hooks/lib/name.rhai, and stands above the hooks that use it"
                .to_owned(),
        ),
        EvalAltResult::ErrorStackOverflow(_) => (
            "limit",
            format!("functions call each other deeper than {} levels", super::limits::CALLS),
            String::new(),
        ),
        EvalAltResult::ErrorDataTooLarge(what, _) => {
            ("limit", format!("{what} is over the limit"), String::new())
        }
        EvalAltResult::ErrorArrayBounds(count, index, _) => (
            "failed",
            match count {
                0 => format!("there is no item {index}: the list is empty"),
                count => format!("there is no item {index}: the list has {count}, counted from 0"),
            },
            "ask .is_empty() or .len() first; or go through the list with `for`".to_owned(),
        ),
        EvalAltResult::ErrorParsing(kind, _) => ("syntax", kind.to_string(), String::new()),
        EvalAltResult::ErrorDataRace(name, _) => (
            "self-capture",
            format!("the function uses {name} while it is being worked on"),
            "copy what it needs to another variable first".to_owned(),
        ),
        other => {
            let mut plain = other.to_string();
            if let Some(cut) = plain.rfind(" (line ") {
                plain.truncate(cut);
            }
            ("failed", plain, String::new())
        }
    }
}

fn thrown_text(thrown: &Dynamic) -> String {
    match thrown.clone().into_string() {
        Ok(text) => text,
        Err(_) => format!("the script threw {}", super::value::shown(thrown)),
    }
}

fn unknown_function(signature: &str) -> (&'static str, String, String) {
    let name = signature.split(" (").next().unwrap_or(signature).trim();
    let bare = name.rsplit("::").next().unwrap_or(name);
    if functions().contains_key(bare) {
        let help = "look at how many values it takes, and of which kind".to_owned();
        return (
            "wrong-arguments",
            format!("`{bare}` cannot be called with these values: {signature}"),
            help,
        );
    }
    let help = did_you_mean(bare, functions().keys().map(String::as_str))
        .map(|near| format!("did you mean `{near}`?"))
        .unwrap_or_default();
    ("unknown-function", format!("there is no function `{name}`"), help)
}

/// A panic inside a native function.
pub fn panicked(
    payload: &(dyn std::any::Any + Send),
    file: &str,
    position: Position,
    sources: Sources<'_>,
) -> RunError {
    let what = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let what =
        what.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned());
    let report = report(sources, file, position, "panic", format!("the engine itself failed: {what}"));
    RunError {
        report: report.help("this is a mistake of Innkeeper's, not of the script: please report it"),
        trace: Vec::new(),
        passing: false,
    }
}

/// What somebody reads whose action a failing guard holds up.
pub const REFUSED: &str = "This is not possible at the moment, because a rule of this site does not work. Please try again later, or ask our support.";
