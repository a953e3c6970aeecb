//! Reads Rust far enough to tell code from comments, texts and tests.

use std::{fs, path::Path};

/// A source file, taken apart.
pub struct Source {
    /// From the root of the repository: `src/model/ticket/store.rs`.
    pub path: String,
    /// The code without comments, texts and tests; each keeps its line.
    pub code: String,
    /// Each text outside tests, with its line.
    pub texts: Vec<(usize, String)>,
    /// All lines of the file, tests included.
    pub lines: usize,
    /// Files or folders, without `.rs`, that the file declares to be tests: `#[cfg(test)] mod testing;`.
    tests: Vec<String>,
}

/// All Rust files below a folder of the repository.
pub fn files(root: &Path, folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(root, folder, &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    let tests: Vec<_> = found.iter().flat_map(|file| file.tests.clone()).collect();
    for file in &mut found {
        let belongs = |test: &String| {
            file.path.strip_prefix(test).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        if tests.iter().any(belongs) || file.path.contains("/tests/") {
            (file.code, file.texts) = (String::new(), Vec::new());
        }
    }
    found
}

fn collect(root: &Path, folder: &str, found: &mut Vec<Source>) {
    let entries = fs::read_dir(root.join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    for entry in entries {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(root, &path, found);
        } else if path.ends_with(".rs") {
            found.push(read(&path, &fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

/// Takes one file apart.
pub fn read(path: &str, text: &str) -> Source {
    let lines = text.lines().count();
    let (code, mut texts) = separate(text);
    let (kept, ranges) = without_tests(&code);
    texts.retain(|(line, _)| !ranges.iter().any(|(first, last)| (first..=last).contains(&line)));
    // Where the modules stand that this file declares.
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let folder = ["/mod", "/lib", "/main"].iter().find_map(|root| stem.strip_suffix(root)).unwrap_or(stem);
    let test_lines = code
        .lines()
        .enumerate()
        .filter(|(number, _)| ranges.iter().any(|(first, last)| (first..=last).contains(&&(number + 1))));
    let declared = test_lines.filter_map(|(_, line)| line.trim().strip_suffix(';')?.rsplit_once("mod "));
    let tests = declared.map(|(_, name)| format!("{folder}/{name}")).collect();
    Source { path: path.to_owned(), code: kept, texts, lines, tests }
}

/// The code with texts emptied and comments gone, and the texts.
fn separate(text: &str) -> (String, Vec<(usize, String)>) {
    let (mut code, mut texts) = (String::new(), Vec::new());
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = token(rest);
        let (token, after) = rest.split_at(length);
        match (first, token) {
            ('/', comment) if comment.len() > 1 => {}
            ('"' | 'r' | 'b', text) if text.len() > 1 && text.ends_with(['"', '#']) => {
                let (_, inner) = text.split_once('"').unwrap_or_default();
                let (inner, _) = inner.rsplit_once('"').unwrap_or_default();
                texts.push((line, inner.to_owned()));
                code.push_str("\"\"");
            }
            _ => code.push_str(if token == "\n" { "" } else { token }),
        }
        let breaks = token.matches('\n').count();
        code.push_str(&"\n".repeat(breaks));
        line += breaks;
        rest = after;
    }
    (code, texts)
}

/// How many bytes the next comment, text or character literal takes, or one character of anything else.
fn token(rest: &str) -> usize {
    let one = rest.chars().next().map_or(0, char::len_utf8);
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    let quote = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'));
    if let Some(raw) = quote.filter(|raw| raw.trim_start_matches('#').starts_with('"')) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let opening = rest.len() - raw.len() + hashes + 1;
        let closing = format!("\"{}", "#".repeat(hashes));
        return rest[opening..].find(&closing).map_or(rest.len(), |end| opening + end + closing.len());
    }
    // A word is taken whole, so that the `r` at the end of one does not begin a raw text.
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    if word > 0 && !rest.starts_with("b\"") {
        return word;
    }
    if let Some(start) = rest.find('"').filter(|start| *start < 2 && (*start == 0 || rest.starts_with('b'))) {
        return quoted(rest, start + 1, '"');
    }
    // A lifetime has no closing quote after one character.
    let mut after = rest.chars().skip(1);
    match (rest.starts_with('\''), after.next(), after.next()) {
        (true, Some('\\'), _) => quoted(rest, 1, '\''),
        (true, Some(character), Some('\'')) => 2 + character.len_utf8(),
        _ => one,
    }
}

fn quoted(rest: &str, start: usize, end: char) -> usize {
    let mut escaped = false;
    for (place, character) in rest[start..].char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == end => return start + place + 1,
            _ => {}
        }
    }
    rest.len()
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut place) = (0, 0);
    while place < rest.len() {
        let here = &rest.as_bytes()[place..];
        let step = match here {
            [b'/', b'*', ..] => 1,
            [b'*', b'/', ..] => -1,
            _ => 0,
        };
        depth += step;
        place += if step == 0 { 1 } else { 2 };
        if depth == 0 {
            return place;
        }
    }
    rest.len()
}

/// Takes out what `#[cfg(test)]` or `#[test]` stands above, and says from which line to which that was.
fn without_tests(code: &str) -> (String, Vec<(usize, usize)>) {
    let (mut kept, mut tests) = (String::new(), Vec::new());
    let mut rest = code;
    let mark = |rest: &str| {
        ["#[cfg(test)]", "#[test]", "#[tokio::test"].iter().filter_map(|mark| rest.find(mark)).min()
    };
    while let Some(start) = mark(rest) {
        kept.push_str(&rest[..start]);
        let item = &rest[start..];
        let length = item_length(item);
        let first = kept.matches('\n').count() + 1;
        let breaks = item[..length].matches('\n').count();
        tests.push((first, first + breaks));
        kept.push_str(&"\n".repeat(breaks));
        rest = &item[length..];
    }
    kept.push_str(rest);
    (kept, tests)
}

/// The bytes of an item with its attributes: to the end of its braces, or to its semicolon.
fn item_length(item: &str) -> usize {
    let mut depth = 0;
    for (place, character) in item.char_indices() {
        match character {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(character, '}' | ';') {
            return place + 1;
        }
    }
    item.len()
}

#[test]
fn code_is_told_from_comments_texts_and_tests() {
    let source = read(
        "src/x.rs",
        r##"//! crate::comment
fn shown<'a>(c: &'a str) -> char { /* crate::web /* nested */ */ call("text \" one", r#"raw "two""#); '"' }
const Q: &str = "SELECT
  1"; // crate::after
const B: &[u8] = b"bytes\"";
#[cfg(test)]
mod tests {
    fn hidden() { crate::web::f("}"); call("SELECT 2"); }
}
fn last() {}
"##,
    );
    assert_eq!(source.lines, 10);
    assert_eq!(source.code.lines().count(), 10);
    assert!(
        source.code.contains("fn shown<'a>(c: &'a str) -> char {") && source.code.contains("'\"' }"),
        "{}",
        source.code
    );
    assert!(!source.code.contains("crate::"), "{}", source.code);
    assert_eq!(source.code.lines().nth(9), Some("fn last() {}"));
    let texts: Vec<_> = source.texts.iter().map(|(line, text)| (*line, text.as_str())).collect();
    assert_eq!(texts, [(2, "text \\\" one"), (2, "raw \"two\""), (3, "SELECT\n  1"), (5, "bytes\\\"")]);
}

#[test]
fn a_file_that_is_declared_a_test_is_one() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("src/model/mod.rs", "mod user;\n#[cfg(test)]\npub(crate) mod testing;\n");
    write("src/model/user.rs", "#[cfg(test)]\nmod cases;\nfn user() {}");
    for test in ["src/model/testing/mod.rs", "src/model/testing/more.rs", "src/model/user/cases.rs"] {
        write(test, "fn test() {}");
    }
    write("src/model/testing_ground.rs", "fn other() {}");
    let with_code: Vec<_> = files(root.path(), "src")
        .into_iter()
        .filter(|file| !file.code.trim().is_empty())
        .map(|file| file.path)
        .collect();
    assert_eq!(with_code, ["src/model/mod.rs", "src/model/testing_ground.rs", "src/model/user.rs"]);
}
