//! Files that do not even parse: where the mistake begins, and the mend in the script's own words.
//!
//! The parser says where it could not go on, which is often far below the mistake. The words and
//! brackets around that place tell more.

use super::check::instead_of_variable;
use super::error::{Sources, report};
use super::tokens::{Sort, Token, tokens};
use crate::report::{Report, did_you_mean};
use rhai::{LexError, ParseError, ParseErrorType, Position};

/// What is said of a mistake.
struct Said {
    position: Position,
    message: String,
    help: String,
}

impl Said {
    fn at(token: &Token<'_>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { position: token.position(), message: message.into(), help: help.into() }
    }
}

/// The report on a file that does not parse.
pub fn unparsed(sources: Sources<'_>, file: &str, error: &ParseError) -> Report {
    let text = sources(file).unwrap_or_default();
    let all: Vec<_> =
        tokens(&text).into_iter().filter(|token| token.sort != Sort::Comment || !token.closed).collect();
    let deep = matches!(error.err_type(), ParseErrorType::ExprTooDeep).then(|| plain(error, &all));
    let said = deep
        .or_else(|| curly(&all, error.position()))
        .or_else(|| open_text(&all))
        .or_else(|| single_quotes(&all, error.position()))
        .or_else(|| habit(&all, error.position()))
        .or_else(|| bracket(&all, &text, error))
        .unwrap_or_else(|| plain(error, &all));
    report(sources, file, said.position, "syntax", said.message).help(said.help)
}

/// A comment without an end, which the parser takes for one that ends with the file.
pub fn open_comment(file: &str, text: &std::sync::Arc<str>) -> Option<Report> {
    let all = text.contains("/*").then(|| tokens(text))?;
    let open = all.last().filter(|token| token.sort == Sort::Comment && !token.closed)?;
    let said = open_text(std::slice::from_ref(open))?;
    Some(report(&|_| Some(text.clone()), file, said.position, "syntax", said.message).help(said.help))
}

/// Quotes as word processors set them.
fn curly(all: &[Token<'_>], error: Position) -> Option<Said> {
    let quote = |token: &&Token<'_>| {
        token.sort == Sort::Sign && matches!(token.text, "“" | "”" | "„" | "‟" | "‘" | "’" | "‚" | "«" | "»")
    };
    let token =
        all.iter().find(quote).filter(|token| token.position().line() <= error.line() || error.is_none())?;
    let message = format!("{} is a quote as word processors set it", token.text);
    Some(Said::at(token, message, "write straight quotes: \"…\""))
}

/// A text or comment without an end swallows what follows.
fn open_text(all: &[Token<'_>]) -> Option<Said> {
    let open = all.iter().find(|token| !token.closed && token.sort != Sort::Single)?;
    let (what, help) = match open.sort {
        Sort::Ticked => ("text", "put a backtick ` at its end"),
        Sort::Comment => ("comment", "put */ at its end"),
        _ => ("text", "put a \" at its end; a text of several lines stands between backticks"),
    };
    Some(Said::at(open, format!("this {what} is never closed"), help))
}

/// Single quotes hold one letter.
fn single_quotes(all: &[Token<'_>], error: Position) -> Option<Said> {
    let long = |token: &&Token<'_>| {
        token.sort == Sort::Single
            && (!token.closed || token.text.trim_start_matches('\\').chars().count() != 1)
    };
    let token =
        all.iter().find(long).filter(|token| token.position().line() <= error.line() || error.is_none())?;
    let help = match token.closed {
        true => format!("write \"{}\"", token.text.replace('"', "\\\"")),
        false => "write it between double quotes: \"…\"".to_owned(),
    };
    Some(Said::at(token, "a text stands between double quotes", help))
}

/// Words and signs of other languages, at the place of the error or right before it.
fn habit(all: &[Token<'_>], error: Position) -> Option<Said> {
    let here = all.iter().position(|token| token.position() >= error).unwrap_or(all.len());
    if all.get(here).is_some_and(|token| token.text == "as") {
        return Some(Said::at(&all[here], "`foreach` is of another language", "write for one in list { … }"));
    }
    let text = |n: usize| all.get(n).map_or("", |token| token.text);
    let ahead = match (text(here + 1), text(here + 2), text(here + 3)) {
        (")", "=", ">") => 3,
        _ => 2,
    };
    let near = here.saturating_sub(3)..(here + ahead).min(all.len());
    near.rev().find_map(|n| {
        let word = |offset: isize| {
            n.checked_add_signed(offset).and_then(|n| all.get(n)).map_or("", |token| match token.sort {
                Sort::Word | Sort::Sign => token.text,
                _ => "\"",
            })
        };
        let (message, help) = habit_of(&word)?;
        Some(Said::at(&all[n], message, help))
    })
}

/// What is wrong with the words that begin here; `word(0)` is the first, `word(-1)` stands before it.
fn habit_of<'t>(word: &dyn Fn(isize) -> &'t str) -> Option<(String, String)> {
    let no = |what: &str, mend: &str| Some((format!("`{what}` is of another language"), mend.to_owned()));
    match (word(0), word(1), word(2)) {
        ("function", ..) if word(-1) == "," || word(-1) == "(" => no("function", "write |event| { … }"),
        ("function" | "def" | "func", ..) => no(word(0), "write fn name(parameter) { … }"),
        ("lambda", ..) => no("lambda", "write |one| …"),
        ("var", ..) => no("var", "write let"),
        ("elif" | "elseif" | "elsif" | "elsef", ..) => no(word(0), "write else if"),
        ("foreach", ..) => no("foreach", "write for one in list { … }"),
        ("unless", ..) => no("unless", "write if !condition { … }"),
        ("and", ..) => no("and", "write &&"),
        ("or", ..) => no("or", "write ||"),
        ("not", ..) => no("not", "write !"),
        ("is", after, _) if word(-1) != "." && after != ":" => no("is", "write =="),
        ("match" | "case", ..) if word(-1) != "." => {
            no(word(0), "write switch value { \"one\" => …, _ => … }, without `case`")
        }
        ("default", ":" | "=", _) => no("default", "write _ => …"),
        ("=", ">", _) if word(-1) == ")" || word(-2) == "," || word(-2) == "(" => {
            no("=>", "a function is written |one| { … }")
        }
        ("=", "=", "=") => no("===", "write =="),
        ("!", "=", "=") => no("!==", "write !="),
        ("-", ">", _) => no("->", "write a dot: event.user"),
        ("$", ..) => no("$", "names stand without it: event"),
        ("+", "+", _) if word(-1) != "\"" => no("++", "write += 1"),
        ("-", "-", _) => no("--", "write -= 1"),
        ("&", "&", "=") | ("|", "|", "=") => no("&&=", "write value = value && other"),
        ("?", "?", _) => None,
        ("?", ..) if word(1) != "." && word(1) != "[" => {
            no("? :", "write if condition { one } else { other }, which gives a value")
        }
        ("for", "(", _) => no("for (…)", "write for one in list { … }, or for n in 0..10 { … }"),
        ("of", ..) if word(-2) == "for" => no("of", "write for one in list { … }"),
        ("as", ..) if word(-2) == "foreach" || word(-3) == "foreach" => {
            no("foreach", "write for one in list { … }")
        }
        ("async" | "await", ..) => no(word(0), "leave it out: a hook does not wait"),
        ("finally", ..) => no("finally", "write what follows below the try"),
        ("except", ..) => no("except", "write try { … } catch (error) { … }"),
        ("null" | "nil" | "None" | "undefined", ..) => {
            instead_of_variable(word(0)).map(|mend| (format!("there is no `{}`", word(0)), mend.to_owned()))
        }
        ("{", _, ":") if word(1) != "}" && !matches!(word(-1), ")" | "|" | "else" | "\"" | "}") => Some((
            "a map begins with #{".to_owned(),
            format!("write #{{ {}: … }}", if word(1) == "\"" { "key" } else { word(1) }),
        )),
        ("{", _, "=") if word(-1) == "#" => None,
        ("eval", ..) => Some((
            "`eval` is switched off: a hook runs what stands in its file".into(),
            "write what it should do in the script itself, as a function of its own".into(),
        )),
        ("new", ..) if !matches!(word(-1), "let" | "const" | "|" | "," | "fn") => {
            no("new", "write #{ … } for a map and [ … ] for a list; `new` names nothing")
        }
        ("require" | "use" | "include", ..) => {
            no(word(0), "write import \"lib/name\" as name; at the top of the file")
        }
        ("from", ..) => no("from", "write import \"lib/name\" as name; at the top of the file"),
        ("echo", ..) => no("echo", "write log(…)"),
        (".", "\"", _) => no(".", "write + between two texts, or `Hello ${name}` between backticks"),
        (".", _, _) if word(-1) == "\"" && !word(1).is_empty() && word(2) != "(" => {
            no(".", "write + between two texts, or `Hello ${name}` between backticks")
        }
        _ => None,
    }
}

/// A bracket without its other half.
fn bracket(all: &[Token<'_>], text: &str, error: &ParseError) -> Option<Said> {
    let worth = matches!(
        error.err_type(),
        ParseErrorType::UnexpectedEOF | ParseErrorType::MissingToken(..) | ParseErrorType::MissingSymbol(_)
    ) || matches!(error.err_type(), ParseErrorType::BadInput(LexError::UnexpectedInput(_)))
        || matches!(error.err_type(), ParseErrorType::ExprExpected(_));
    if !worth {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let indent =
        |token: &Token<'_>| lines.get(token.at.0 - 1).map_or(0, |line| line.len() - line.trim_start().len());
    let mut open: Vec<&Token<'_>> = Vec::new();
    let mut odd: Option<&Token<'_>> = None;
    for (n, token) in all.iter().enumerate().filter(|(_, token)| token.sort == Sort::Sign) {
        match token.text {
            "(" | "[" | "{" | "#{" => open.push(token),
            ")" | "]" | "}" => {
                let Some(begin) = open.pop() else {
                    let message = format!("this `{}` closes nothing", token.text);
                    return Some(Said::at(
                        token,
                        message,
                        "remove it, or look for the bracket that is missing above",
                    ));
                };
                if closes(begin.text) != token.text {
                    return Some(match balances_without(all, n) {
                        true => Said::at(token, format!("this `{}` closes nothing", token.text), "remove it"),
                        false => unclosed(odd.unwrap_or(begin)),
                    });
                }
                // What is closed further left than it began was meant to be closed before.
                if indent(token) < indent(begin) && odd.is_none() {
                    odd = Some(begin);
                }
            }
            ";" if open.last().is_some_and(|begin| begin.text == "(" || begin.text == "[") => {
                return open.last().map(|begin| unclosed(begin));
            }
            _ => {}
        }
    }
    odd.filter(|_| !open.is_empty()).or_else(|| open.last().copied()).map(unclosed)
}

/// True if every bracket has its other half once this token is gone.
fn balances_without(all: &[Token<'_>], gone: usize) -> bool {
    let mut open = Vec::new();
    let signs = all.iter().enumerate().filter(|(n, token)| *n != gone && token.sort == Sort::Sign);
    for (_, token) in signs {
        match token.text {
            "(" | "[" | "{" | "#{" => open.push(token.text),
            ")" | "]" | "}" if open.pop().map(closes) != Some(token.text) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

fn closes(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

fn unclosed(begin: &Token<'_>) -> Said {
    let message = format!("this `{}` is never closed", begin.text);
    Said::at(begin, message, format!("put its `{}` where it ends", closes(begin.text)))
}

/// The parser's own words, made plain.
fn plain(error: &ParseError, all: &[Token<'_>]) -> Said {
    let position = error.position();
    let said = |message: String, help: &str| Said { position, message, help: help.to_owned() };
    match error.err_type() {
        ParseErrorType::VariableUndefined(name) => undefined(name, position, all),
        ParseErrorType::ModuleUndefined(name) => said(
            format!("nothing is imported as `{name}`"),
            &format!("write import \"lib/{name}\" as {name}; at the top of the file"),
        ),
        ParseErrorType::Reserved(word) if word.chars().all(char::is_alphanumeric) => {
            said(format!("`{word}` is a word of the language"), "choose another name")
        }
        ParseErrorType::ExprTooDeep => said(
            format!("this expression is nested deeper than {} levels", super::limits::DEPTH),
            "keep its parts in variables",
        ),
        ParseErrorType::FnDuplicatedDefinition(name, count) => said(
            match count {
                1 => format!("there are two functions {name}() with one parameter"),
                _ => format!("there are two functions {name}() with {count} parameters"),
            },
            "give one of them another name, or remove it",
        ),
        ParseErrorType::AssignmentToConstant(name) => said(
            format!("`{name}` is a constant, which cannot be set again"),
            "declare it with `let` instead of `const`",
        ),
        ParseErrorType::DuplicatedProperty(name) => {
            said(format!("this map has `{name}` twice"), "remove one of the two")
        }
        ParseErrorType::FnDuplicatedParam(_, name) => {
            said(format!("two parameters are called `{name}`"), "give one of them another name")
        }
        ParseErrorType::LoopBreak => said(
            "`break` and `continue` work in a loop only".into(),
            "to leave a hook or function, write return;",
        ),
        ParseErrorType::WrongFnDefinition => said(
            "a function with a name stands at the top level of a file".into(),
            "move it out, or write it without a name: let f = |one| …;",
        ),
        ParseErrorType::WrongSwitchDefaultCase => {
            said("the case `_` of a switch stands last".into(), "move it to the end")
        }
        ParseErrorType::BadInput(LexError::ImproperSymbol(sign, _)) if sign == "=" => {
            said("`=` sets something; this asks whether it is so".into(), "write ==")
        }
        ParseErrorType::MissingToken(token, _) => missing(token, position, all),
        ParseErrorType::UnexpectedEOF => {
            said("the script ends in the middle of something".into(), "look for what is missing at its end")
        }
        other => said(other.to_string(), ""),
    }
}

/// A comma or semicolon that is missing belongs behind the word before.
fn missing(token: &str, position: Position, all: &[Token<'_>]) -> Said {
    let here = all.iter().position(|other| other.position() >= position).unwrap_or(all.len());
    let before = here.checked_sub(1).and_then(|n| all.get(n));
    let found = all.get(here).map(|token| token.text).unwrap_or_default();
    if token == "{" && found == ":" {
        let help = "write { instead of the colon, and } where the block ends".to_owned();
        return Said { position, message: "a block stands between braces".into(), help };
    }
    let (what, place) = match (token, before) {
        ("," | ";", Some(before)) => {
            let shown = match before.sort {
                Sort::Text => format!("\"{}\"", before.text),
                _ => before.text.to_owned(),
            };
            let sign = if token == "," { "comma" } else { "semicolon" };
            (format!("a {sign} is missing"), Some(format!("put `{token}` after {shown}")))
        }
        _ => (format!("`{token}` is missing"), None),
    };
    let message = match found {
        "" => format!("{what} at the end"),
        found => format!("{what} before `{}`", found.chars().take(30).collect::<String>()),
    };
    Said { position, message, help: place.unwrap_or_else(|| format!("put `{token}` here")) }
}

/// A variable that is not there: of another language, not visible, misspelt.
fn undefined(name: &str, position: Position, all: &[Token<'_>]) -> Said {
    let mut made: Vec<(&str, bool, usize)> = Vec::new();
    let mut depth = 0_usize;
    for (n, token) in all.iter().enumerate() {
        match token.text {
            "{" | "(" | "#{" | "[" if token.sort == Sort::Sign => depth += 1,
            "}" | ")" | "]" if token.sort == Sort::Sign => depth = depth.saturating_sub(1),
            word if token.sort == Sort::Word => {
                let before = n.checked_sub(1).map_or("", |n| all[n].text);
                let after = all.get(n + 1).map_or("", |token| token.text);
                let declared = matches!(before, "let" | "const" | "for" | "as" | "catch");
                let parameter = matches!(before, "|" | "," | "(") && matches!(after, "|" | "," | ")");
                if declared || parameter {
                    made.push((word, before == "const", if declared { depth } else { usize::MAX }));
                }
            }
            _ => {}
        }
    }
    let at_top = made.iter().find(|(known, _, depth)| *known == name && *depth == 0);
    let message = format!("there is no variable `{name}`");
    let (message, help) = if let Some(mend) = instead_of_variable(name) {
        (message, mend.to_owned())
    } else if let Some((_, constant, _)) = at_top {
        let help = match constant {
            true => format!("write global::{name}"),
            false => format!(
                "hand it over as a parameter; or declare it as `const {name}` and write global::{name}"
            ),
        };
        (format!("a function does not see `{name}`: it sees its parameters only"), help)
    } else if let Some(near) =
        did_you_mean(name, made.iter().map(|(known, ..)| *known).filter(|known| *known != name))
    {
        (message, format!("did you mean `{near}`?"))
    } else if made.iter().any(|(known, ..)| *known == name) {
        (message, "it was declared in another block or below; declare it with `let` above".to_owned())
    } else {
        let help = format!(
            "declare it with `let` above, or pass it in as a parameter; if it is a text, write \"{name}\""
        );
        (message, help)
    };
    Said { position, message, help }
}
