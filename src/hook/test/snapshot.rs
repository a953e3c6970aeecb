//! Snapshots: a text beside each file of tests, in parts that begin with `=== NAME OF THE TEST`.

use std::collections::BTreeMap;

/// Name of the test, with ` #2` and so on for its further snapshots, → text.
pub type Snapshots = BTreeMap<String, String>;

const MARK: &str = "=== ";

/// Reads a `.snap`.
pub fn read(text: &str) -> Snapshots {
    let mut found = Snapshots::new();
    let mut current: Option<(String, String)> = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix(MARK) {
            found.extend(current.take());
            current = Some((name.to_owned(), String::new()));
        } else if let Some((_, body)) = &mut current {
            body.push_str(line);
            body.push('\n');
        }
    }
    found.extend(current);
    found.values_mut().for_each(|body| *body = trimmed(body));
    found
}

/// Writes a `.snap`; empty if there is no snapshot.
pub fn written(snapshots: &Snapshots) -> String {
    let part = |(name, body): (&String, &String)| format!("{MARK}{name}\n{}", trimmed(body));
    snapshots.iter().map(part).collect::<Vec<_>>().join("\n")
}

/// The text as it is compared: one end of line at its end, and no line that looks like a mark.
pub fn trimmed(body: &str) -> String {
    let body = body.trim_end().replace(&format!("\n{MARK}"), &format!("\n {MARK}"));
    if body.is_empty() { String::new() } else { format!("{body}\n") }
}

/// The key of a test's snapshot, counted from 1.
pub fn key(test: &str, number: usize) -> String {
    if number == 1 { test.to_owned() } else { format!("{test} #{number}") }
}

/// True if the key is one of the test's.
pub fn is_of(key: &str, test: &str) -> bool {
    key == test || key.strip_prefix(test).is_some_and(|rest| rest.starts_with(" #"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let snapshots: Snapshots =
            [("a test", "one\n\ntwo\n"), ("a test #2", ""), ("b", "=== x\ny\n=== z\n")]
                .into_iter()
                .map(|(name, body)| (name.to_owned(), trimmed(&format!("-\n{body}"))))
                .collect();
        assert_eq!(read(&written(&snapshots)), snapshots);
        assert_eq!(written(&Snapshots::new()), "");
    }
}
