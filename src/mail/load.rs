//! From files to a live set, file by file: what does not check runs in its last good version, the
//! rest goes live.

use super::place::FOLDER;
use super::template::Templates;
use crate::report::{Report, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

static SHIPPED: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/email-templates");

/// Files of one snapshot: path below the data folder (`email-templates/default/invite.html`) to text.
pub type Files = BTreeMap<String, Arc<str>>;

/// The shipped templates, as they stand in a data folder.
pub fn shipped() -> Files {
    let languages = SHIPPED.dirs().flat_map(include_dir::Dir::files);
    languages
        .filter_map(|file| {
            Some((format!("{FOLDER}{}", file.path().to_str()?), Arc::from(file.contents_utf8()?)))
        })
        .collect()
}

/// What came of loading.
#[derive(Debug)]
pub struct Loaded {
    /// The templates that run from now on.
    pub set: Arc<Templates>,
    /// Each file in the version that runs: the last good ones of the next time.
    pub effective: Files,
    /// What is wrong with the files as they stand.
    pub reports: Vec<Report>,
}

/// Compiles and checks templates.
///
/// A file with a mistake runs in its version of `last_good`, else of `embedded` (the shipped one),
/// else not at all. A deleted file is not brought back. Nothing is rendered yet: see
/// [`Templates::run_samples`], whose reports [`fallback`] turns into the files to load instead.
pub fn load(files: &Files, last_good: &Files, embedded: &Files) -> Loaded {
    let mut effective: Files = files
        .iter()
        .filter(|(file, _)| file.starts_with(FOLDER))
        .map(|(f, t)| (f.clone(), t.clone()))
        .collect();
    let mut reports: Vec<Report> = Vec::new();
    loop {
        let (set, found) = Templates::build(&effective);
        let broken: BTreeSet<&str> =
            found.iter().filter(|r| r.severity == Severity::Error).map(|r| r.file.as_str()).collect();
        // Only what stands on disk is worth reporting; what replaces it is known from before.
        reports.extend(found.iter().filter(|r| effective.get(&r.file) == files.get(&r.file)).cloned());
        if broken.is_empty() {
            reports.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
            reports.dedup();
            return Loaded { set: Arc::new(set), effective, reports };
        }
        // Each round takes every broken file one version further back, so the loop ends.
        for file in broken.into_iter().map(str::to_owned).collect::<Vec<_>>() {
            match earlier(&file, effective.get(&file), files, last_good, embedded) {
                Some(text) => effective.insert(file, text),
                None => effective.remove(&file),
            };
        }
    }
}

/// The files with each one that has an error replaced by the version that runs instead.
pub fn fallback(files: &Files, reports: &[Report], last_good: &Files, embedded: &Files) -> Files {
    let mut replaced = files.clone();
    for file in
        reports.iter().filter(|r| r.severity == Severity::Error).map(|r| &r.file).collect::<BTreeSet<_>>()
    {
        match earlier(file, files.get(file), files, last_good, embedded) {
            Some(text) => replaced.insert(file.clone(), text),
            None => replaced.remove(file),
        };
    }
    replaced
}

/// The version to try after `text`; the first one if the file could not be read at all.
fn earlier(
    file: &str,
    text: Option<&Arc<str>>,
    files: &Files,
    last_good: &Files,
    embedded: &Files,
) -> Option<Arc<str>> {
    let mut versions: Vec<&Arc<str>> =
        [files, last_good, embedded].into_iter().filter_map(|files| files.get(file)).collect();
    versions.dedup();
    let Some(text) = text else { return versions.first().map(|version| (*version).clone()) };
    let now = versions.iter().position(|version| *version == text)?;
    // A version that stands twice must not be tried twice.
    versions
        .iter()
        .skip(now + 1)
        .find(|version| !versions[..=now].contains(version))
        .map(|version| (*version).clone())
}
