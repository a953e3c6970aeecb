//! The words, texts and brackets of a script, for what its syntax tree does not keep or a file
//! that has no tree yet.

use rhai::Position;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A name, a word of the language, or a number.
    Word,
    /// A text between double quotes; without them.
    Text,
    /// A text between backticks, what it interpolates included.
    Ticked,
    /// What stands between single quotes.
    Single,
    /// A comment.
    Comment,
    /// One sign; `#{` is one.
    Sign,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// What it is.
    pub sort: Sort,
    /// Its text, without quotes.
    pub text: &'a str,
    /// Line and column, both from 1.
    pub at: (usize, usize),
    /// True if its end was found.
    pub closed: bool,
}

impl Token<'_> {
    /// Its place.
    pub fn position(&self) -> Position {
        place(self.at)
    }
}

fn place((line, column): (usize, usize)) -> Position {
    let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
    Position::new(short(line).max(1), short(column))
}

/// All tokens but blanks.
pub fn tokens(script: &str) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    let mut rest = script;
    let mut at = (1, 1);
    while let Some(first) = rest.chars().next() {
        let (sort, length, inner, closed) = one(rest, first);
        if let Some(sort) = sort {
            all.push(Token { sort, text: &rest[inner.0..inner.1], at, closed });
        }
        for c in rest[..length].chars() {
            at = if c == '\n' { (at.0 + 1, 1) } else { (at.0, at.1 + 1) };
        }
        rest = &rest[length..];
    }
    all
}

/// Sort, length with quotes, where the text within begins and ends, and whether it is closed.
fn one(rest: &str, first: char) -> (Option<Sort>, usize, (usize, usize), bool) {
    let until = |end: Option<usize>| end.unwrap_or(rest.len());
    match first {
        c if c.is_whitespace() => (None, c.len_utf8(), (0, 0), true),
        '/' if rest.starts_with("//") => {
            let end = until(rest.find('\n'));
            (Some(Sort::Comment), end, (0, end), true)
        }
        '/' if rest.starts_with("/*") => {
            let (end, closed) = comment(rest);
            (Some(Sort::Comment), end, (0, end), closed)
        }
        '"' => quoted(rest, '"', Sort::Text),
        '\'' => quoted(rest, '\'', Sort::Single),
        '`' => {
            let (length, closed) = ticked(rest);
            (Some(Sort::Ticked), length, (1, length - usize::from(closed)), closed)
        }
        '#' if rest.trim_start_matches('#').starts_with('"') => raw(rest),
        '#' if rest.starts_with("#{") => (Some(Sort::Sign), 2, (0, 2), true),
        c if c.is_alphanumeric() || c == '_' => {
            let end = until(rest.find(|c: char| !(c.is_alphanumeric() || c == '_')));
            (Some(Sort::Word), end, (0, end), true)
        }
        c => (Some(Sort::Sign), c.len_utf8(), (0, c.len_utf8()), true),
    }
}

/// A text that ends at its quote, or with the line.
fn quoted(rest: &str, quote: char, sort: Sort) -> (Option<Sort>, usize, (usize, usize), bool) {
    let mut escaped = false;
    for (n, c) in rest.char_indices().skip(1) {
        match c {
            '\n' if !escaped => return (Some(sort), n, (1, n), false),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return (Some(sort), n + 1, (1, n), true),
            _ => {}
        }
    }
    (Some(sort), rest.len(), (1, rest.len()), false)
}

/// A text between `#"` and `"#`, with as many `#` on both sides; nothing in it is escaped.
fn raw(rest: &str) -> (Option<Sort>, usize, (usize, usize), bool) {
    let marks = rest.len() - rest.trim_start_matches('#').len();
    let end = format!("\"{}", "#".repeat(marks));
    let from = marks + 1;
    match rest[from..].find(&end) {
        Some(length) => (Some(Sort::Text), from + length + end.len(), (from, from + length), true),
        None => (Some(Sort::Text), rest.len(), (from, rest.len()), false),
    }
}

/// A comment that may hold others; Rhai's nest.
fn comment(rest: &str) -> (usize, bool) {
    let (mut n, mut depth) = (0, 0_usize);
    while n < rest.len() {
        let here = &rest.as_bytes()[n..];
        if here.starts_with(b"/*") {
            (n, depth) = (n + 2, depth + 1);
        } else if here.starts_with(b"*/") {
            (n, depth) = (n + 2, depth - 1);
            if depth == 0 {
                return (n, true);
            }
        } else {
            n += 1;
        }
    }
    (rest.len(), false)
}

/// A text between backticks: `${…}` in it may hold anything, such texts included.
fn ticked(rest: &str) -> (usize, bool) {
    let mut n = 1;
    while let Some(c) = rest[n..].chars().next() {
        if c == '`' {
            return (n + 1, true);
        }
        if rest[n..].starts_with("${") {
            n += 2;
            let mut depth = 1;
            while let Some(c) = rest[n..].chars().next().filter(|_| depth > 0) {
                let (_, length, ..) = one(&rest[n..], c);
                depth += usize::from(rest[n..].starts_with('{') || rest[n..].starts_with("#{"));
                depth -= usize::from(c == '}');
                n += length;
            }
            continue;
        }
        n += c.len_utf8();
    }
    (rest.len(), false)
}

/// The texts that are the cases of the `switch` whose subject stands at this place.
pub fn cases(script: &str, subject: Position) -> Vec<(String, Position)> {
    let from = (subject.line().unwrap_or(0), subject.position().unwrap_or(0));
    let all = tokens(script);
    let mut rest = all.iter().filter(|token| token.at >= from && token.sort != Sort::Comment);
    let mut depth = 0_usize;
    // The first brace outside brackets opens the cases.
    for token in rest.by_ref() {
        match token.text {
            "(" | "[" | "#{" if token.sort == Sort::Sign => depth += 1,
            ")" | "]" if token.sort == Sort::Sign => depth = depth.saturating_sub(1),
            "{" if depth == 0 && token.sort == Sort::Sign => break,
            _ => {}
        }
    }
    let (mut found, mut depth, mut arm, mut guard) = (Vec::new(), 0_usize, false, false);
    let mut before = "";
    for token in rest {
        let sign = token.sort == Sort::Sign;
        match token.text {
            "(" | "[" | "{" | "#{" if sign => depth += 1,
            "}" if sign && depth == 0 => break,
            ")" | "]" | "}" if sign => {
                depth = depth.saturating_sub(1);
                // A block ends its arm, with a comma or without.
                (arm, guard) = if token.text == "}" && depth == 0 { (false, false) } else { (arm, guard) };
            }
            "," if sign && depth == 0 => (arm, guard) = (false, false),
            ">" if sign && depth == 0 && before == "=" => arm = true,
            "if" if token.sort == Sort::Word && !arm => guard = true,
            text if token.sort == Sort::Text && depth == 0 && !arm && !guard => {
                found.push((text.to_owned(), token.position()));
            }
            _ => {}
        }
        before = token.text;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_places_and_know_their_ends() {
        let all = tokens("let a = \"x\\\"y\"; // no\n`b${ #{ c: `d` }.c } e` 'f'");
        let told: Vec<_> = all.iter().map(|t| (t.sort, t.text, t.at)).collect();
        assert_eq!(told[3], (Sort::Text, "x\\\"y", (1, 9)));
        assert_eq!(told[6], (Sort::Ticked, "b${ #{ c: `d` }.c } e", (2, 1)));
        assert_eq!(told[7], (Sort::Single, "f", (2, 25)));
        assert!(all.iter().all(|token| token.closed));
        assert!(!tokens("\"open\nnext")[0].closed);
    }

    #[test]
    fn raw_texts_and_nested_comments_are_one_token() {
        let all = tokens("##\"a\"# ) \"b\"## /* 1 /* 2 */ ) */ c");
        let told: Vec<_> = all.iter().map(|t| (t.sort, t.text)).collect();
        assert_eq!(told[0], (Sort::Text, "a\"# ) \"b"));
        assert_eq!(told[1], (Sort::Comment, "/* 1 /* 2 */ ) */"));
        assert_eq!(told[2], (Sort::Word, "c"));
        let script = "switch f(x) { #\"a\" ) ) \"b\"# => 1, ) => 2, \"c\" => 3 }";
        let found: Vec<_> = cases(script, Position::new(1, 8)).into_iter().map(|(text, _)| text).collect();
        assert_eq!(found.last().map(String::as_str), Some("c"), "a bracket too many is no end of the world");
    }

    #[test]
    fn the_cases_of_a_switch_are_found_and_other_texts_are_not() {
        let script = "switch f(\"no\") {\n \"a\" | \"b\" if x == \"no\" => g(\"no\"),\n \"c\" => { \"no\" }\n \"d\" => 1,\n _ => \"no\" }\n\"no\"";
        let found: Vec<_> = cases(script, Position::new(1, 8)).into_iter().map(|(text, _)| text).collect();
        assert_eq!(found, ["a", "b", "c", "d"]);
    }
}
