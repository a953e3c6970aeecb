//! Words that somebody typed, against the lists in which they must be.

use super::super::node::Argument;
use super::super::{Names, value};
use super::kind::Meaning;
use crate::event::catalogue;
use crate::event::words::Words;
use crate::report::did_you_mean;

/// What is wrong with a word.
pub struct Wrong {
    /// Code of the report.
    pub code: &'static str,
    /// The sentence.
    pub message: String,
    /// The mend.
    pub help: String,
    /// False if the operator may know better.
    pub certain: bool,
}

/// What keeps a text of this meaning from being this word; none if nothing does.
pub fn never(meaning: Meaning, word: &str, names: &Names<'_>) -> Option<Wrong> {
    match meaning {
        Meaning::Plain => None,
        Meaning::Words(words) => of_words(words, word),
        Meaning::EventName => {
            let all = || catalogue::EVENTS.iter().map(|kind| kind.name);
            let known = all().any(|name| name == word) || word.starts_with("custom.");
            (!known).then(|| wrong("unknown-point", format!("there is no event {word:?}"), near(word, all())))
        }
        Meaning::Template => {
            let all = || names.templates.iter().map(|template| template.name.as_str());
            let known = names.templates.is_empty() || all().any(|name| name == word);
            (!known).then(|| {
                wrong("unknown-template", format!("there is no template {word:?}"), near(word, all()))
            })
        }
    }
}

fn wrong(code: &'static str, message: String, help: String) -> Wrong {
    Wrong { code, message, help, certain: true }
}

fn near<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    did_you_mean(word, known).map(|near| format!("did you mean {near:?}?")).unwrap_or_default()
}

fn of_words(words: Words, word: &str) -> Option<Wrong> {
    let odd = word.contains('@') || word.contains(char::is_whitespace);
    match words {
        Words::OneOf(all) if !all.contains(&word) => {
            let begins = || all.iter().copied().find(|known| word.len() > 1 && known.starts_with(word));
            let help = match did_you_mean(word, all.iter().copied()).or_else(begins) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("it is one of {}", all.join(", ")),
            };
            Some(wrong("unknown-value", format!("this is never {word:?}"), help))
        }
        Words::Usually(all) if !all.contains(&word) => {
            let near = did_you_mean(word, all.iter().copied())?;
            let message = format!("there is no status {word:?}, unless you made one");
            let help = format!("did you mean {near:?}? Capitals count");
            Some(Wrong { certain: false, ..wrong("unknown-value", message, help) })
        }
        Words::Letters(count) if word.chars().count() != count => {
            let (what, such) = if count == 2 { ("country", "DE") } else { ("currency", "EUR") };
            let message = format!("a {what} is never {word:?} here: it is a code of {count} letters");
            Some(wrong("unknown-value", message, format!("write the code, such as {such:?}")))
        }
        Words::Id if odd => {
            let (is, field) = if word.contains('@') { ("an address", "email") } else { ("a name", "name") };
            let message = format!("this compares an id with {is}, which are never the same");
            Some(wrong("wrong-comparison", message, format!("compare .{field} instead of .id")))
        }
        Words::Name if word.contains('@') && !word.contains(char::is_whitespace) => {
            let message = "this compares a name with an address".to_owned();
            let help = "compare .email instead of .name".to_owned();
            Some(Wrong { certain: false, ..wrong("wrong-comparison", message, help) })
        }
        Words::Address if !word.contains('@') || word.contains(char::is_whitespace) => {
            let message = format!("an address is never {word:?}, which has no @");
            let help = if word.contains('.') {
                format!("what stands behind the @ is .email.domain(): compare that with {word:?}")
            } else {
                "write the whole address, or compare .name".to_owned()
            };
            Some(wrong("wrong-comparison", message, help))
        }
        Words::Permission => of_key(Argument::Permission, "unknown-permission", word),
        Words::Category => of_key(Argument::Category, "unknown-category", word),
        _ => None,
    }
}

fn of_key(argument: Argument, code: &'static str, word: &str) -> Option<Wrong> {
    let problem = value::word(argument, word).err()?;
    let (message, help) = problem.split_once("; ").unwrap_or((&problem, ""));
    // Nobody ticks it, but mails have it.
    let help = if argument == Argument::Category && word.eq_ignore_ascii_case("security") {
        "did you mean \"security\"?"
    } else {
        help
    };
    Some(wrong(code, message.to_owned(), help.to_owned()))
}

/// What tells one person from another, if the text is such.
pub fn of_people(words: Words) -> Option<&'static str> {
    match words {
        Words::Id => Some("an id"),
        Words::Name => Some("a name"),
        Words::Address => Some("an address"),
        _ => None,
    }
}
