//! `innkeeper hooks test`: the operator's own tests, in `hooks/tests/`.

use crate::{
    cli::{Done, Trouble, load_config, say, show},
    config::Paths,
    hook::test::{Failure, TestFile, Verdict, run_file},
    report::did_you_mean,
    trial::{self, Scripts},
};
use clap::Args;
use serde::Serialize;
use std::{fs, path::Path, process::ExitCode, sync::Arc};

/// Runs tests of hooks.
#[derive(Debug, Args)]
#[command(after_help = "A test file is a script, such as hooks/tests/vip.rhai:

  test(\"a reply goes to the owner\", || {
      let run = run(sample(\"ticket.replied\"));
      expect(run.mailed(\"owner@bakery.example\"));
  });

Exit codes: 0 all passed, 1 some failed, 2 there is no such test. docs/hook-tests.md has all functions.")]
pub(super) struct Test {
    /// Only these: a file (vip, hooks/tests/vip.rhai), or words from the name of a test
    name: Vec<String>,
    /// Take what snapshots find for right, and write it beside the tests
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    output: show::Output,
}

/// What `--format json` gives.
#[derive(Serialize)]
struct Said {
    passed: usize,
    failed: usize,
    /// Snapshot files that were written.
    updated: Vec<String>,
    tests: Vec<Verdict>,
}

impl Test {
    pub(super) fn run(self, paths: &Paths) -> Done {
        let scripts = Scripts::read(&paths.data, &load_config(paths)?)?;
        let files = trial::tests(&paths.data)?;
        super::replay::refuse_broken(&scripts)?;
        let perform = Arc::new(scripts).perform();
        let mut said = Said { passed: 0, failed: 0, updated: Vec::new(), tests: Vec::new() };
        for file in &files {
            let whole = self.name.is_empty() || self.name.iter().any(|name| is_file(file, name));
            // What names a file is no word of other files' tests.
            let words = self.name.iter().filter(|name| !files.iter().any(|file| is_file(file, name)));
            let wanted = |test: &str| whole || words.clone().any(|name| has_words(test, name));
            let tried = run_file(file, &perform, &wanted, self.update);
            // A file that does not run is nobody's business who asked for tests of another.
            let counts = |verdict: &&Verdict| whole || !verdict.test.is_empty();
            said.tests.extend(tried.verdicts.iter().filter(counts).cloned());
            if self.update && tried.snapshots != file.snapshots {
                said.updated.push(write_snapshots(&paths.data, file, &tried.snapshots)?);
            }
        }
        said.failed = said.tests.iter().filter(|verdict| !verdict.passed).count();
        said.passed = said.tests.len() - said.failed;
        if said.tests.is_empty() {
            return Err(self.none(&files));
        }
        if self.output.is_json() {
            show::json(&said)?;
        } else {
            print(&said);
        }
        Ok(if said.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn none(&self, files: &[TestFile]) -> Trouble {
        if files.is_empty() {
            return Trouble::usage(
                "there is no test: write one in hooks/tests/NAME.rhai (`innkeeper hooks test --help` shows how)",
            );
        }
        let stems: Vec<&str> = files.iter().map(|file| stem(&file.path)).collect();
        if self.name.is_empty() {
            return Trouble::usage(format!("no file in hooks/tests/ has a test: {}", stems.join(", ")));
        }
        let near = self.name.iter().find_map(|name| did_you_mean(name, stems.iter().copied()));
        let hint = near
            .map_or_else(|| format!("there is {}", stems.join(", ")), |near| format!("did you mean {near}?"));
        Trouble::usage(format!("no test has the name {}; {hint}", self.name.join(", ")))
    }
}

fn stem(path: &str) -> &str {
    path.trim_start_matches("hooks/tests/").trim_end_matches(".rhai")
}

fn is_file(file: &TestFile, name: &str) -> bool {
    let name = name.trim_start_matches("./").trim_end_matches(".rhai");
    stem(&file.path) == name
        || file.path.trim_end_matches(".rhai").ends_with(&format!("/{name}"))
        || file.path.trim_end_matches(".rhai") == name
}

fn has_words(test: &str, words: &str) -> bool {
    test.to_lowercase().contains(&words.to_lowercase())
}

/// Writes the `.snap` beside a file, or removes it if there is nothing to say.
fn write_snapshots(data: &Path, file: &TestFile, text: &str) -> Result<String, Trouble> {
    let path = format!("{}.snap", file.path.trim_end_matches(".rhai"));
    let place = data.join(&path);
    if text.is_empty() {
        fs::remove_file(&place)?;
    } else {
        fs::write(&place, text)?;
    }
    Ok(path)
}

fn print(said: &Said) {
    let mut file = "";
    for verdict in &said.tests {
        if verdict.file != file {
            file = &verdict.file;
            say(show::title(file));
        }
        let (tone, word) =
            if verdict.passed { (show::Tone::Good, "ok    ") } else { (show::Tone::Bad, "failed") };
        let name = if verdict.test.is_empty() { "the file does not run" } else { &verdict.test };
        say(format!("  {}  {}", show::paint(tone, word), show::clean(name)));
    }
    for verdict in &said.tests {
        if let Some(failure) = &verdict.failure {
            say(format!("\n{}", failure_text(verdict, failure)));
        }
    }
    for path in &said.updated {
        say(format!("\n{path} was written; look at what changed before you keep it."));
    }
    let files: std::collections::BTreeSet<&str> =
        said.tests.iter().map(|verdict| verdict.file.as_str()).collect();
    let failed = match said.failed {
        0 => String::new(),
        n => format!("{}, ", show::paint(show::Tone::Bad, format!("{n} failed"))),
    };
    let passed = show::paint(
        if said.failed == 0 { show::Tone::Good } else { show::Tone::Plain },
        format!("{} passed", said.passed),
    );
    say(format!("\n{failed}{passed}, in {}.", show::count(files.len(), "file")));
}

/// A failure, as people read it.
fn failure_text(verdict: &Verdict, failure: &Failure) -> String {
    let title = if verdict.test.is_empty() { &verdict.file } else { &verdict.test };
    let mut text = format!("{}\n{}", show::paint(show::Tone::Strong, title), show::report(&failure.report));
    for line in &failure.trace {
        text.push_str(&format!("\n  {}", show::clean(line)));
    }
    let lines =
        |one: &str| if one.is_empty() || one.ends_with('\n') { one.to_owned() } else { format!("{one}\n") };
    match (failure.expected.contains('\n') || failure.found.contains('\n'), failure.expected.is_empty()) {
        (true, _) => {
            let diff = show::diff("expected", "found", &lines(&failure.expected), &lines(&failure.found));
            text.push_str(&format!("\n{diff}"));
        }
        (false, false) => text.push_str(&format!(
            "\n  expected  {}\n  found     {}",
            show::paint(show::Tone::Good, &failure.expected),
            show::paint(show::Tone::Bad, &failure.found)
        )),
        (false, true) if !failure.found.is_empty() => {
            text.push_str(&format!("\n  found     {}", show::paint(show::Tone::Bad, &failure.found)));
        }
        _ => {}
    }
    if !failure.run.is_empty() && !failure.found.contains(failure.run.trim()) {
        let run = failure.run.trim_end().replace('\n', "\n  ");
        text.push_str(&format!(
            "\n\n  The run that it looked at:\n  {}",
            show::paint(show::Tone::Faint, run)
        ));
    }
    text
}
