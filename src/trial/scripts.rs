//! The operator's scripts on disk, and what they are when others are put beside them or in their place.

use crate::{
    bundle::{Bundle, Files, Source},
    config::Config,
    hook::{
        self,
        test::{Ask, Given, Perform, Setup, TestFile},
    },
    report::{Report, Severity, did_you_mean},
};
use serde_json::{Map, Value};
use std::{
    fs, io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// How many sets of scripts are kept for tests that ask for the same again.
const KEPT: usize = 16;

/// What stands on disk, read once.
pub struct Scripts {
    source: Source,
    /// Everything below `hooks/available/`.
    available: Files,
    base: Arc<Bundle>,
    made: Mutex<Vec<(Setup, Arc<Bundle>)>>,
}

impl Scripts {
    /// Reads the data folder.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(data: &Path, config: &Config) -> io::Result<Self> {
        let source = Source::read(data, config)?;
        let mut available = Files::new();
        if data.join("hooks").is_dir() {
            collect(data, "hooks/available", &mut available)?;
        } else {
            available.extend(
                source
                    .files
                    .iter()
                    .filter(|(path, _)| path.starts_with("hooks/available/"))
                    .map(|(path, text)| (path.clone(), Arc::clone(text))),
            );
        }
        let base = Arc::new(Bundle::build(&source, &Files::new(), None));
        Ok(Self { source, available, base, made: Mutex::default() })
    }

    /// The active scripts as they stand on disk, with the reports about them.
    pub fn base(&self) -> &Bundle {
        &self.base
    }

    /// The active scripts, to be shared.
    pub fn today(&self) -> Arc<Bundle> {
        Arc::clone(&self.base)
    }

    /// The active scripts with other settings.
    pub fn with_settings(&self, settings: Map<String, Value>, plugins: Map<String, Value>) -> Bundle {
        self.base.with_scripts(&Source { settings, plugins, unreadable: Vec::new(), ..self.source.clone() })
    }

    /// The scripts as a test wants them.
    ///
    /// # Errors
    /// A sentence, or the reports, if a script is not there or does not load.
    pub fn with(&self, setup: &Setup) -> Result<Arc<Bundle>, String> {
        let wanted = Setup { stored: Default::default(), ..setup.clone() };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bundle)) = made.iter().find(|(known, _)| *known == wanted) {
            return Ok(Arc::clone(bundle));
        }
        let bundle = Arc::new(self.make(&wanted)?);
        if made.len() >= KEPT {
            made.remove(0);
        }
        made.push((wanted, Arc::clone(&bundle)));
        Ok(bundle)
    }

    fn make(&self, setup: &Setup) -> Result<Bundle, String> {
        let mut source = Source { unreadable: Vec::new(), ..self.source.clone() };
        if setup.alone {
            source.files.retain(|path, _| hook::role(path) != hook::Role::Active);
        }
        let mut added = Vec::new();
        for name in &setup.scripts {
            for (path, text) in self.find(name)? {
                added.push(path.clone());
                source.files.insert(path, text);
            }
        }
        for (plugin, values) in &setup.settings {
            let place = match plugin.as_str() {
                "" => &mut source.settings,
                name => match source.plugins.entry(name).or_insert_with(|| serde_json::json!({})) {
                    Value::Object(place) => place,
                    _ => return Err(format!("[plugins.{name}] of innkeeper.toml is no table")),
                },
            };
            place.extend(values.clone());
        }
        let bundle = self.base.with_scripts(&source);
        let wrong: Vec<String> = bundle
            .reports
            .iter()
            .filter(|report| report.severity == Severity::Error && added.contains(&report.file))
            .map(Report::to_string)
            .collect();
        if wrong.is_empty() { Ok(bundle) } else { Err(format!("it does not load\n{}", wrong.join("\n"))) }
    }

    /// One script, active or not, alone with the libraries; `text` stands at `path`, such as `hooks/vip.rhai`.
    ///
    /// # Errors
    /// The reports, if it does not load.
    pub fn alone(&self, path: &str, text: Arc<str>) -> Result<Bundle, Vec<Report>> {
        let mut source = Source { unreadable: Vec::new(), ..self.source.clone() };
        source.files.retain(|path, _| hook::role(path) != hook::Role::Active);
        source.files.insert(path.to_owned(), text);
        let bundle = self.base.with_scripts(&source);
        let wrong: Vec<Report> = bundle
            .reports
            .iter()
            .filter(|report| report.severity == Severity::Error && report.file == path)
            .cloned()
            .collect();
        if wrong.is_empty() { Ok(bundle) } else { Err(wrong) }
    }

    /// The files that a name stands for, at the paths where they would be active.
    fn find(&self, name: &str) -> Result<Vec<(String, Arc<str>)>, String> {
        let bare = name.strip_prefix("hooks/").unwrap_or(name);
        let bare = bare.strip_suffix(".rhai").unwrap_or(bare).trim_end_matches('/');
        let waiting = bare.strip_prefix("available/");
        let (files, from) = match waiting {
            Some(_) => (&self.available, "hooks/available/"),
            None => (&self.source.files, "hooks/"),
        };
        let bare = waiting.unwrap_or(bare);
        let (script, folder) = (format!("{from}{bare}.rhai"), format!("{from}{bare}/"));
        let found: Vec<_> = files
            .iter()
            .filter(|(path, _)| **path == script || path.starts_with(&folder))
            .map(|(path, text)| (path.replacen(from, "hooks/", 1), Arc::clone(text)))
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let known = self.names();
        let hint = did_you_mean(name, known.iter().map(String::as_str))
            .map(|near| format!("; did you mean {near:?}?"))
            .or_else(|| {
                let other = format!("available/{bare}");
                known.contains(&other).then(|| format!("; did you mean {other:?}?"))
            });
        Err(format!("there is no script {script}{}", hint.unwrap_or_default()))
    }

    /// What scripts are called in tests.
    fn names(&self) -> Vec<String> {
        let active = self.source.files.keys().filter(|path| hook::role(path) == hook::Role::Active);
        let all = active.chain(self.available.keys());
        all.filter_map(|path| path.strip_prefix("hooks/")?.strip_suffix(".rhai")).map(str::to_owned).collect()
    }

    /// What tests ask for, answered by these scripts.
    pub fn perform(self: &Arc<Self>) -> Perform {
        let scripts = Arc::clone(self);
        Arc::new(move |setup, ask| {
            let bundle = scripts.with(setup)?;
            match ask {
                Ask::Run { input, only } => super::perform::run(&bundle, input, only.as_deref(), setup)
                    .map(|r| Given::Ran(Box::new(r))),
                Ask::Answer { asked, response } => {
                    super::perform::answer(&bundle, asked, response, setup).map(|r| Given::Ran(Box::new(r)))
                }
                Ask::Over(hook) => super::perform::over(&bundle, hook).map(Given::Over),
            }
        })
    }
}

/// The operator's tests, each with the snapshots beside it, in order of name.
///
/// # Errors
/// If the folder is there and cannot be read.
pub fn tests(data: &Path) -> io::Result<Vec<TestFile>> {
    let mut files = Files::new();
    collect(data, "hooks/tests", &mut files)?;
    let beside = |path: &str| files.get(&format!("{}.snap", path.trim_end_matches(".rhai")));
    let all = files.iter().filter(|(path, _)| path.ends_with(".rhai"));
    Ok(all
        .map(|(path, text)| TestFile {
            path: path.clone(),
            text: Arc::clone(text),
            snapshots: beside(path).map(ToString::to_string).unwrap_or_default(),
        })
        .collect())
}

/// Text files of a folder and of those in it. Links are followed; names that begin with `_`, `.` or `#` are passed over.
fn collect(root: &Path, below: &str, files: &mut Files) -> io::Result<()> {
    let entries = match fs::read_dir(root.join(below)) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with(['_', '.', '#'])) else { continue };
        let (path, place) = (format!("{below}/{name}"), entry.path());
        if place.is_dir() {
            if path.matches('/').count() < 4 {
                collect(root, &path, files)?;
            }
        } else if [".rhai", ".toml", ".snap"].iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read(&place)?;
            let text = String::from_utf8(text)
                .map_err(|_| io::Error::other(format!("{path} is not UTF-8 text; save it as UTF-8")))?;
            files.insert(path, Arc::from(hook::unmarked(&text)));
        }
    }
    Ok(())
}
