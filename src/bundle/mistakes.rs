//! The mistakes that people make, in `tests/hooks/mistakes`, and the scripts in `tests/hooks/right`
//! that only look wrong: each through the code of `innkeeper check`.
//!
//! A file is a script, `hooks/NAME.rhai`. A line `//= PATH` begins another file that it needs. The
//! lines `//~` at the end are what the check must tell, written anew by
//! `INNKEEPER_TEST_UPDATE=1 cargo test --lib mistakes`.

use super::{Bundle, Files, Source, Templates, known, shipped};
use crate::hook::{self, Sort, tokens};
use crate::report::{Report, Severity};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::{
    fs,
    path::PathBuf,
    sync::{Arc, LazyLock},
};

static SHIPPED: LazyLock<Arc<Templates>> =
    LazyLock::new(|| crate::mail::load(&templates(), &Files::new(), &Files::new()).set);

fn templates() -> Files {
    shipped().into_iter().filter(|(path, _)| path.starts_with("email-templates/")).collect()
}

/// A script of the corpus.
struct Case {
    name: String,
    path: PathBuf,
    /// All but what it must tell.
    script: String,
    /// What it must tell.
    expected: String,
    files: Files,
}

fn cases(folder: &str) -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/hooks").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Case {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(&path).unwrap();
    let (told, script): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("//~"));
    let mut files = Files::new();
    let mut at = format!("hooks/{name}.rhai");
    let mut part: Vec<&str> = Vec::new();
    for line in &script {
        if let Some(next) = line.strip_prefix("//= ") {
            files.insert(std::mem::replace(&mut at, next.to_owned()), Arc::from(part.join("\n")));
            part.clear();
        } else {
            part.push(line);
        }
    }
    files.insert(at, Arc::from(part.join("\n")));
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    Case { name, path, expected: joined(&told), script: joined(&script), files }
}

impl Case {
    fn source(&self) -> Source {
        let settings =
            json!({"crm_url": "https://crm.example/in", "invite_domain": "example.com", "vip": ["a1"]});
        Source {
            files: self.files.clone(),
            settings: settings.as_object().cloned().unwrap(),
            outgoing_allow: vec!["crm.example".into()],
            ..Source::default()
        }
    }

    /// All that `innkeeper check` tells, the samples run in this process. The shipped templates are
    /// built once; a case that brings its own is a whole bundle.
    fn told(&self) -> Vec<Report> {
        let mut source = self.source();
        let mut reports;
        if self.files.keys().any(|path| path.starts_with("email-templates/")) {
            source.files.extend(templates());
            let bundle = Bundle::build(&source, &Files::new(), None);
            reports = bundle.reports;
            reports.extend(hook::run_samples(&bundle.hooks));
            reports.extend(bundle.templates.run_samples());
        } else {
            let loaded = source.hooks(&known(&SHIPPED), &Files::new(), None);
            reports = loaded.reports;
            reports.extend(hook::run_samples(&loaded.set));
        }
        reports.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        reports
    }

    fn shown(&self) -> String {
        let one = |report: &Report| {
            let severity = if report.severity == Severity::Error { "error" } else { "warning" };
            let help =
                if report.help.is_empty() { String::new() } else { format!("//~   help: {}\n", report.help) };
            format!(
                "//~ {}:{}:{}: {severity}[{}]: {}\n{help}",
                report.file, report.line, report.column, report.code, report.message
            )
        };
        self.told().iter().map(one).collect()
    }

    /// True if no sample comes to the block in which the first mistake stands.
    fn is_out_of_reach(&self) -> bool {
        let Some(report) = self.told().into_iter().next() else { return false };
        let Some(text) = self.files.get(&report.file).filter(|_| report.file.ends_with(".rhai")) else {
            return false;
        };
        let Some(block) = block_around(text, (report.line, report.column)) else { return false };
        let marked = format!("{} log(\"#here#\"); {}", &text[..block], &text[block..]);
        let mut source = self.source();
        source.files.insert(report.file, Arc::from(marked));
        // What was good before runs, whatever the check says.
        let set = source.hooks(&known(&SHIPPED), &source.files, None).set;
        !set.hooks().is_empty() && !hook::sample_logs(&set).iter().any(|line| line == "#here#")
    }
}

/// Where the innermost block around a place begins, in bytes.
fn block_around(text: &str, place: (usize, usize)) -> Option<usize> {
    let mut open = Vec::new();
    let all = tokens(text);
    for token in all.iter().filter(|token| token.sort == Sort::Sign && token.at < place) {
        match token.text {
            "{" | "#{" => open.push(token),
            "}" => drop(open.pop()),
            _ => {}
        }
    }
    let block = open.into_iter().rev().find(|token| token.text == "{")?;
    let line: usize = text.lines().take(block.at.0 - 1).map(|line| line.len() + 1).sum();
    let column: usize = text[line..].chars().take(block.at.1).map(char::len_utf8).sum();
    Some(line + column)
}

#[test]
fn each_mistake_is_told_with_place_and_mend() {
    let update = std::env::var_os("INNKEEPER_TEST_UPDATE").is_some();
    let mut wrong = String::new();
    for case in cases("mistakes") {
        let shown = case.shown();
        if update && shown != case.expected {
            fs::write(&case.path, format!("{}{shown}", case.script)).unwrap();
        } else if shown != case.expected {
            wrong.push_str(&format!("{}\nexpected\n{}told\n{shown}\n", case.name, case.expected));
        }
        if shown.is_empty() {
            wrong.push_str(&format!("{}: nothing is told\n", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong}accept with: INNKEEPER_TEST_UPDATE=1 cargo test --lib mistakes");
}

#[test]
fn there_are_many_mistakes_no_two_alike_and_half_of_them_where_no_sample_comes() {
    let all = cases("mistakes");
    assert!(all.len() >= 80, "{} mistakes", all.len());
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for case in &all {
        let alike = seen.insert(shape(&case.script), &case.name);
        assert_eq!(alike, None, "{} is like another but for names", case.name);
    }
    let hidden: BTreeSet<_> =
        all.iter().filter(|case| case.is_out_of_reach()).map(|case| case.name.as_str()).collect();
    let open: Vec<_> =
        all.iter().map(|case| case.name.as_str()).filter(|name| !hidden.contains(name)).collect();
    assert!(hidden.len() * 2 >= all.len(), "{} of {}; samples reach {open:?}", hidden.len(), all.len());
}

#[test]
fn the_handbook_names_every_code() {
    let page = include_str!("../../docs/mistakes.md");
    let codes: BTreeSet<String> =
        cases("mistakes").iter().flat_map(Case::told).map(|report| report.code).collect();
    let missing: Vec<_> = codes.iter().filter(|code| !page.contains(&format!("*{code}*"))).collect();
    assert!(missing.is_empty(), "docs/mistakes.md lacks {missing:?}");
}

/// A script without its comments and own names, so that two that differ in names only are the same.
fn shape(script: &str) -> String {
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    let all: Vec<_> = tokens(script).into_iter().filter(|token| token.sort != Sort::Comment).collect();
    let declares = |n: usize| n > 0 && matches!(all[n - 1].text, "let" | "const" | "fn" | "|" | "for");
    for (n, token) in all.iter().enumerate() {
        if token.sort == Sort::Word && declares(n) {
            let next = words.len();
            words.entry(token.text).or_insert(next);
        }
    }
    all.iter().map(|t| words.get(t.text).map_or(format!("{} ", t.text), |n| format!("#{n} "))).collect()
}

#[test]
fn right_scripts_are_left_in_peace() {
    let told: String = cases("right").iter().map(Case::shown).collect();
    assert!(told.is_empty(), "{told}");
    let mut source = Source { files: shipped(), ..Source::default() };
    let available = source.files.clone();
    for (path, text) in available {
        if let Some(name) = path.strip_prefix("hooks/available/") {
            source.files.insert(format!("hooks/{name}"), text);
        }
    }
    let settings = json!({
        "invite_domain": "example.com", "chat_url": "https://chat.example/in", "crm_url": "https://crm.example/in",
    });
    source.settings = settings.as_object().cloned().unwrap();
    source.outgoing_allow = ["chat.example", "crm.example", "*.host.example"].map(str::to_owned).to_vec();
    let bundle = Bundle::build(&source, &Files::new(), None);
    assert_eq!(bundle.reports, []);
    assert_eq!(hook::run_samples(&bundle.hooks), []);
}
