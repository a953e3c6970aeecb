//! Conditions and comparisons: what can never be true, or is no condition at all.

use super::kind::{Known, Meaning};
use super::method::constants;
use super::walk::{Scope, Walk};
use super::words;
use crate::event::words::{WEEKDAYS, Words};
use rhai::{Expr, FnCallExpr, Position};

impl Walk<'_> {
    /// What `if`, `while`, `&&`, `||` and `!` ask: true or false, and nothing that only seems so.
    pub fn condition(&mut self, condition: &Expr, word: &str, scope: &mut Scope) {
        let known = self.value(condition, scope);
        self.yes_or_no(&known, word, condition.start_position());
    }

    /// Reports a value that is neither true nor false, where a condition stands.
    pub fn yes_or_no(&mut self, known: &Known, word: &str, position: Position) {
        let (Some(title), false) = (known.title(), matches!(known, Known::Bool | Known::Unit)) else {
            return;
        };
        let help = match known {
            Known::Text(_) if word == "||" => {
                "to take another text if it is empty: if text == \"\" { \"other\" } else { text }"
            }
            Known::Text(_) => "an empty text is told by == \"\", any other by != \"\"",
            Known::Int => "compare it: > 0",
            Known::List(_) => "an empty list is told by .is_empty(), any other by !list.is_empty()",
            Known::Object(_) => "whether it is there at all, .exists says",
            Known::Span => "compare it with a length of time: > days(7)",
            Known::Function(..) => "call it, or compare what it gives",
            _ => "compare it with something",
        };
        let message = format!("`{word}` asks for true or false, and this is {title}");
        self.report(position, "wrong-condition", message, help);
    }

    /// A comparison: both sides must be able to meet.
    pub fn compare(&mut self, op: &str, call: &FnCallExpr, sides: &[Known], position: Position) {
        let ([left, right], [a, b]) = (sides, &call.args[..]) else { return };
        if !left.comparable(right) {
            return self.never_meet(op, left, right, position);
        }
        self.meanings(left, right, b, position);
        self.meanings(right, left, a, position);
        if let (Known::Text(Meaning::Words(one)), Known::Text(Meaning::Words(other))) = (left, right)
            && matches!(op, "==" | "!=")
            && let (Some(one), Some(other)) = (words::of_people(*one), words::of_people(*other))
            && one != other
        {
            self.report(
                position,
                "wrong-comparison",
                format!("this compares {one} with {other}, which are never the same"),
                "compare the same field on both sides, or the two objects themselves: event.user == event.actor",
            );
        }
        if matches!(op, "<" | ">" | "<=" | ">=")
            && matches!(left, Known::Object(_) | Known::Bool | Known::List(_))
        {
            let title = left.title().unwrap_or_default();
            let help = "compare numbers, texts, times or lengths of time: list.len() > 3";
            self.report(
                position,
                "wrong-comparison",
                format!("{title} is neither more nor less than another"),
                help,
            );
        }
    }

    fn never_meet(&mut self, op: &str, left: &Known, right: &Known, position: Position) {
        let (Some(one), Some(other)) = (left.title(), right.title()) else { return };
        let either = |is: &dyn Fn(&Known) -> bool| is(left) || is(right);
        let help = if either(&|k| matches!(k, Known::Unit)) {
            match (left, right) {
                (Known::Object(_), _) | (_, Known::Object(_)) => {
                    "whether somebody or something is there, .exists says"
                }
                (Known::Text(_), _) | (_, Known::Text(_)) => "an absent text is empty: compare with \"\"",
                (Known::List(_), _) | (_, Known::List(_)) => "an absent list is empty: .is_empty()",
                _ => "fields of events and drafts are never nothing",
            }
        } else if either(&|k| matches!(k, Known::Span)) {
            "write the length of time: days(7), hours(12), minutes(30); or ask for its .days, .hours, .minutes"
        } else if either(&|k| matches!(k, Known::Time)) {
            "a time has parts to compare, .hour, .weekday, .date; how long ago it was, event.at - time says: > days(7)"
        } else if either(&|k| matches!(k, Known::Object(_))) && either(&|k| matches!(k, Known::Text(_))) {
            "compare one of its fields, such as .email or .name"
        } else if either(&|k| matches!(k, Known::List(_))) && either(&|k| matches!(k, Known::Int)) {
            "how many there are, .len() says"
        } else if either(&|k| matches!(k, Known::List(_))) {
            "whether it is in the list, `in` says: \"word\" in list"
        } else if either(&|k| matches!(k, Known::Bool)) {
            "true and false stand without quotes"
        } else if either(&|k| matches!(k, Known::Int))
            && either(&|k| *k == Known::Text(Meaning::Words(WEEKDAYS)))
        {
            "days have names: \"Monday\", \"Tuesday\", \"Wednesday\", \"Thursday\", \"Friday\", \"Saturday\", \"Sunday\""
        } else if either(&|k| matches!(k, Known::Int)) && either(&|k| matches!(k, Known::Text(_))) {
            "a number stands without quotes; text.parse_int() makes one of a text"
        } else {
            "compare values of one kind"
        };
        let always = if op == "!=" { "always true" } else { "never true" };
        let message = format!("this compares {one} with {other}, which is {always}");
        self.report(position, "wrong-comparison", message, help);
    }

    /// Words written out on the other side of a text that can only be some.
    fn meanings(&mut self, known: &Known, other: &Known, written: &Expr, position: Position) {
        let (Known::Text(meaning), Known::Text(_)) = (known, other) else { return };
        if !matches!(written, Expr::StringConstant(..)) {
            return;
        }
        for (word, _) in constants(Some(written)) {
            self.can_be(*meaning, &word, position.max(written.position()));
        }
    }

    /// Reports a word that a text of this meaning never is.
    pub fn can_be(&mut self, meaning: Meaning, word: &str, position: Position) {
        if word.is_empty() {
            return;
        }
        if let Some(wrong) = words::never(meaning, word, self.names) {
            if wrong.certain {
                self.report(position, wrong.code, wrong.message, wrong.help);
            } else {
                self.warn(position, wrong.code, wrong.message, wrong.help);
            }
        }
    }

    /// `x in list` and `list.contains(x)`: the words on one side, what they are on the other.
    pub fn contained(&mut self, list: &Known, list_expr: Option<&Expr>, item: &Known, item_expr: &Expr) {
        if let Known::List(inner) = list {
            if let Known::Text(meaning) = **inner {
                for (word, position) in constants(Some(item_expr)) {
                    self.can_be(meaning, &word, position);
                }
            }
            let known = !matches!(**inner, Known::Nothing | Known::Maybe(_)) && item.title().is_some();
            if known && !inner.comparable(item) {
                let (one, other) = (item.title().unwrap_or_default(), inner.title().unwrap_or_default());
                let help = match (&**inner, item) {
                    (Known::Object(_), Known::Text(_)) => {
                        "look for one of its fields: list.some(|one| one.email == address)"
                    }
                    _ => "look for something of the kind that the list holds",
                };
                let message = format!("this looks for {one} in a list of which each is {other}");
                self.report(item_expr.start_position(), "wrong-comparison", message, help);
            }
        }
        if let (Known::Text(meaning), Some(list)) = (item, list_expr) {
            for (word, position) in constants(Some(list)) {
                self.can_be(*meaning, &word, position);
            }
        }
    }

    /// `for` goes through lists.
    pub fn gone_through(&mut self, list: &Known, expression: &Expr) {
        let help = match list {
            Known::Int => "write `for n in 0..10`, or `for one in list`",
            Known::Object(fields) if fields.title() == "Account" => {
                "go through one of its lists: for user in event.account.users"
            }
            Known::Object(_) | Known::Event(_) | Known::Draft(_) => "go through one of its lists",
            Known::Map(_) => "go through map.keys() or map.values()",
            Known::Bool | Known::Span | Known::Time | Known::Unit => "go through a list",
            _ => return,
        };
        let Some(title) = list.title() else { return };
        let message = format!("`for` goes through a list, and this is {title}");
        self.report(expression.start_position(), "wrong-loop", message, help);
    }

    /// `a ?? b` where `a` is never nothing.
    pub fn never_missing(&mut self, kinds: &[Known], position: Position) {
        let sure = kinds.split_last().and_then(|(_, first)| {
            first.iter().find(|kind| kind.title().is_some() && !matches!(kind, Known::Unit))
        });
        if let Some(title) = sure.and_then(Known::title) {
            let help =
                "what is absent is empty: an empty text, an empty list, an object whose .exists is false";
            let message = format!("`??` never comes to its right side: {title} is never nothing");
            self.warn(position, "never-missing", message, help);
        }
    }

    /// The cases of a `switch` over a text that can only be some words.
    pub fn cases(&mut self, on: &Known, position: Position) {
        let Known::Text(meaning) = on else { return };
        if *meaning == Meaning::Plain {
            return;
        }
        let text = self.unit.text.clone();
        for (word, place) in super::super::tokens::cases(&text, position) {
            self.can_be(*meaning, &word, place);
        }
    }
}

impl Meaning {
    /// True for words from a permission or category list.
    pub fn is_key(self) -> bool {
        matches!(self, Meaning::Words(Words::Permission | Words::Category))
    }
}
