//! What a person wrote, without what they quoted and without their signature.
//!
//! The rules take away only what is surely not the answer: quotes after the last word, or one quote before the first.
//! Where answers stand between quotes, all of it stays. When in doubt nothing is cut; the original is kept anyway.

use super::{html, words};

/// Lines that an attribution may go over.
const LONGEST_ATTRIBUTION: usize = 4;
/// Lines and characters of a signature; more is an answer below `-- `.
const LONGEST_SIGNATURE: (usize, usize) = (15, 1_000);

/// The line above a signature, as mail programs write it.
const DELIMITER: &str = "-- ";
/// Lines of a signature below `--`, which people write for other things, too.
const SHORT_SIGNATURE: usize = 5;

/// Cuts quotes and signature off a text with plain line ends. What is `forwarded` stays, since that is what its
/// sender wants to show.
pub fn cut(text: &str, forwarded: bool) -> String {
    // The blank of `-- ` tells a signature from a line of dashes.
    let lines: Vec<&str> =
        text.lines().map(|line| if line == DELIMITER { line } else { line.trim_end() }).collect();
    let mut kept: &[&str] = &lines;
    if !forwarded {
        kept = above_original(kept);
        kept = without_trailing_quote(kept);
        kept = without_leading_quote(kept);
    }
    let text = join(without_signature(kept));
    if text.is_empty() { join(&lines) } else { text }
}

/// Lines as text, without marks and without empty lines at the ends.
fn join(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().copied().filter(|line| !is_mark(line)).collect();
    let mut text = String::new();
    let mut empty = 0;
    for line in lines {
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        if !text.is_empty() {
            text.push_str(if empty > 1 { "\n\n" } else { ["\n", "\n\n"][empty] });
        }
        empty = 0;
        text.push_str(line.trim_end());
    }
    text
}

fn is_mark(line: &str) -> bool {
    line.trim() == html::MARK
}

fn is_empty(line: &str) -> bool {
    line.trim().is_empty() || is_mark(line)
}

fn is_quoted(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('>') || line.starts_with('＞')
}

/// What stands above a mail that is quoted whole, without signs before its lines. With nothing above, all stays.
fn above_original<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    for place in 0..lines.len() {
        let begins = is_mark(lines[place]) || is_original(lines[place]) || is_header(&lines[place..]);
        let begins = begins || says_who_wrote_what_follows(lines, place);
        if begins && has_words(&lines[..place]) && !is_quoted(lines[place]) {
            // Answers between the quotes of a page: the rules for quoted lines know better.
            if has_answers_between_quotes(&lines[place..]) {
                continue;
            }
            let mut end = place;
            while end > 0 && (is_empty(lines[end - 1]) || is_ruler(lines[end - 1])) {
                end -= 1;
            }
            return &lines[..end];
        }
    }
    lines
}

/// True if words stand there that are no quote, attribution or signature.
fn has_words(lines: &[&str]) -> bool {
    lines.iter().any(|line| !is_empty(line) && !is_quoted(line) && !is_ruler(line))
}

fn is_ruler(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() >= 5 && line.chars().all(|c| matches!(c, '_' | '-' | '=' | '─' | '—' | '*'))
}

/// `-----Original Message-----`, in any language.
fn is_original(line: &str) -> bool {
    let line = line.trim();
    let dashes = |c: char| matches!(c, '-' | '_' | '=' | '─' | '—' | '–' | '*' | ' ');
    let inner = line.trim_matches(dashes).trim_end_matches(':').to_lowercase();
    line.starts_with(['-', '_', '=', '─', '—', '–']) && words::ORIGINAL.contains(&inner.as_str())
}

/// The block of fields with which Outlook begins the mail that it quotes: the sender, and two more fields in the next lines.
fn is_header(lines: &[&str]) -> bool {
    let Some(first) = lines.first().and_then(|line| field(line)) else { return false };
    if !words::FROM.contains(&first.as_str()) {
        return false;
    }
    let next = lines.iter().skip(1).filter(|line| !is_empty(line)).take(5);
    let mut others = next.map_while(|line| field(line)).filter(|name| words::FIELDS.contains(&name.as_str()));
    others.by_ref().take(2).count() == 2
}

/// The name of a field such as `*From:* Maria`, in small letters.
fn field(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches(['*', '>', ' ']);
    let end = line.find([':', '：'])?;
    let name = line[..end].trim().trim_end_matches('*').trim().to_lowercase();
    (name.chars().count() <= 20).then_some(name)
}

/// True if an attribution begins here and what follows it bears no signs: some telephones quote so. It must name
/// an address, or the words of an attribution and a time, so that no sentence of a person is taken for one.
fn says_who_wrote_what_follows(lines: &[&str], place: usize) -> bool {
    let Some(length) = attribution_at(lines, place) else { return false };
    let words = joined(&lines[place..place + length]);
    let sure = (words.contains('@') && words.contains('<')) || has_time(&words);
    let next = lines[place + length..].iter().find(|line| !is_empty(line));
    sure && next.is_some_and(|line| !is_quoted(line))
}

/// How many lines the attribution that begins at this line has.
fn attribution_at(lines: &[&str], place: usize) -> Option<usize> {
    let first = lines[place].trim().to_lowercase();
    let most =
        lines[place..].iter().take(LONGEST_ATTRIBUTION).take_while(|line| !line.trim().is_empty()).count();
    (1..=most).find(|length| {
        let words = joined(&lines[place..place + length]);
        let begins = *length == 1
            || words::ON.iter().any(|start| first.starts_with(start))
            || starts_with_date(&first);
        begins && is_attribution(&words)
    })
}

fn starts_with_date(line: &str) -> bool {
    line.chars().take(5).filter(char::is_ascii_digit).count() >= 4
}

fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// "On Friday, 20 November 2026 at 10:15 Maria Rossi <maria@…> wrote:", in any language. In small letters.
fn is_attribution(words: &str) -> bool {
    let words = words.trim().trim_end_matches(['*', '_', ' ']);
    let Some(inner) = words.strip_suffix(':').or_else(|| words.strip_suffix('：')) else { return false };
    if words.chars().count() > 400 || is_quoted(words) {
        return false;
    }
    let digits = inner.chars().filter(char::is_ascii_digit).count();
    let says_wrote = words::WROTE.iter().any(|wrote| {
        inner.match_indices(wrote).any(|(place, _)| {
            let before = inner[..place].chars().next_back();
            let after = inner[place + wrote.len()..].chars().next();
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() || !c.is_ascii());
            edge(before) && edge(after)
        })
    });
    let names_address = inner.contains('@') && inner.contains(['<', '[', '(']);
    (says_wrote && (digits >= 2 || names_address)) || (names_address && has_time(inner) && digits >= 6)
}

/// True if a time of day such as 10:15 stands there.
fn has_time(words: &str) -> bool {
    let signs: Vec<char> = words.chars().collect();
    signs.windows(4).any(|w| {
        w[0].is_ascii_digit()
            && matches!(w[1], ':' | '.' | 'h')
            && w[2].is_ascii_digit()
            && w[3].is_ascii_digit()
    })
}

/// Runs of lines, as quoted or not; empty lines belong to the run before them.
fn runs(lines: &[&str]) -> Vec<(bool, usize, usize)> {
    let mut runs: Vec<(bool, usize, usize)> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let quoted = is_quoted(line);
        match runs.last_mut() {
            Some(last) if is_empty(line) || last.0 == quoted => last.2 = place + 1,
            _ if is_empty(line) => {}
            _ => runs.push((quoted, place, place + 1)),
        }
    }
    runs
}

fn has_answers_between_quotes(lines: &[&str]) -> bool {
    let runs = runs(lines);
    let first_quote = runs.iter().position(|run| run.0);
    first_quote.is_some_and(|first| {
        runs[first..].iter().filter(|run| !run.0 && has_words(&lines[run.1..run.2])).count() > 0
    })
}

/// Without quotes after the last word, and without the line that says whose they are.
fn without_trailing_quote<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let runs = runs(lines);
    let Some(mut last) = runs.len().checked_sub(1) else { return lines };
    // A signature below the quote is no answer.
    if !runs[last].0 && last > 0 && signature_only(&lines[runs[last].1..runs[last].2]) {
        last -= 1;
    }
    let (quoted, start, _) = runs[last];
    if !quoted || !has_words(&lines[..start]) {
        return lines;
    }
    let above = without_attribution(&lines[..start]);
    if has_words(above) { above } else { lines }
}

fn signature_only(lines: &[&str]) -> bool {
    let first = lines.iter().find(|line| !is_empty(line));
    first.is_some_and(|line| is_delimiter(line) || (words::is_sent_from(line) && lines.len() <= 4))
}

/// Lines without an attribution at their end.
fn without_attribution<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let mut end = lines.len();
    while end > 0 && is_empty(lines[end - 1]) {
        end -= 1;
    }
    let first = end.saturating_sub(LONGEST_ATTRIBUTION);
    for place in first..end {
        if attribution_at(&lines[..end], place).is_some_and(|length| place + length == end) {
            return &lines[..place];
        }
    }
    &lines[..end]
}

/// Without one quote before the first word, if no other quote follows: who answers below needs it no more.
fn without_leading_quote<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let runs = runs(lines);
    let quotes: Vec<_> = runs.iter().filter(|run| run.0).collect();
    let [(_, start, end)] = quotes.as_slice() else { return lines };
    let only_attribution = !has_words(without_attribution(&lines[..*start]));
    let below = &lines[*end..];
    if only_attribution && has_words(below) && !signature_only(below) { below } else { lines }
}

/// `-- `, which people also write without the blank.
fn is_delimiter(line: &str) -> bool {
    let line = line.trim_end();
    line == "--" || line == "—" || line == "-- "
}

/// Without a signature, and without what a telephone added.
fn without_signature<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let mut kept = lines;
    if let Some(place) = kept.iter().rposition(|line| is_delimiter(line)) {
        let below = &kept[place + 1..];
        let size = below.iter().map(|line| line.chars().count()).sum::<usize>();
        let short = below.len() <= LONGEST_SIGNATURE.0 && size <= LONGEST_SIGNATURE.1;
        let says_something = below.iter().any(|line| line.trim_end().ends_with(['.', '!', '?', '。']));
        let short =
            short && (kept[place] == DELIMITER || (below.len() <= SHORT_SIGNATURE && !says_something));
        if short && has_words(&kept[..place]) && !below.iter().any(|line| is_quoted(line)) {
            kept = &kept[..place];
        }
    }
    loop {
        let end = kept.iter().rposition(|line| !is_empty(line)).map_or(0, |place| place + 1);
        kept = &kept[..end];
        match kept.last() {
            Some(last) if kept.len() > 1 && words::is_sent_from(last) => kept = &kept[..end - 1],
            _ => return kept,
        }
    }
}
