//! What changed in a text, line by line.

use super::{Tone, paint};
use similar::{ChangeTag, TextDiff};

/// A unified diff in colour, with three lines around each change; empty if the texts are equal.
pub(in crate::cli) fn diff(old_name: &str, new_name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().context_radius(3).header(old_name, new_name).to_string();
    let painted = text.lines().map(|line| {
        let tone = match line.as_bytes().first() {
            _ if line.starts_with("--- ") || line.starts_with("+++ ") => Tone::Strong,
            Some(b'+') => Tone::Good,
            Some(b'-') => Tone::Bad,
            Some(b'@') => Tone::Faint,
            _ => Tone::Plain,
        };
        paint(tone, line)
    });
    painted.collect::<Vec<_>>().join("\n")
}

/// How many lines were added, and how many taken away.
pub(in crate::cli) fn changed_lines(old: &str, new: &str) -> (usize, usize) {
    let diff = TextDiff::from_lines(old, new);
    let of = |tag: ChangeTag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    (of(ChangeTag::Insert), of(ChangeTag::Delete))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_shows_what_went_and_what_came() {
        let shown = diff("live", "disk", "a\nb\nc\n", "a\nB\nc\n");
        let shown = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(shown, "--- live\n+++ disk\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c");
        assert_eq!(changed_lines("a\nb\n", "a\nc\nd\n"), (2, 1));
        assert_eq!(diff("a", "b", "same\n", "same\n"), "");
    }
}
