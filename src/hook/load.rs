//! From files to a set of hooks: every file compiles by itself, and a broken one runs in its last
//! good version.
//!
//! A script in `lib/` is one version for all who import it. If its new version does not compile,
//! or a file that ran with the last good version does not load with the new one, the last good one
//! stays, for all importers, whose own new versions still go live.

use super::compile::{Script, compile, parses, registers};
use super::folder::{Role, role};
use super::index::Index;
use super::library::Libraries;
use super::plugin::{self, Manifest};
use super::set::{Hook, HookSet, Known};
use super::{Files, Given, Names, Settings, check, error, meter};
use crate::report::{Report, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which version of a file runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// The one in the folder.
    Present,
    /// The last one that was good.
    LastGood,
    /// The one that the binary carries.
    Embedded,
    /// None: the file is off until it is mended.
    Nothing,
}

/// What [`load`] gives.
#[derive(Debug)]
pub struct Loaded {
    /// What runs now.
    pub set: Arc<HookSet>,
    /// The version of each file that runs: what to hand to the next [`load`] as last good.
    pub effective: Files,
    /// What is wrong with files in the folder.
    pub reports: Vec<Report>,
    /// For every file in the folder, which version of it runs.
    pub runs: BTreeMap<String, Runs>,
}

/// Loads a folder's scripts.
///
/// `files` are those of the folder, `last_good` the `effective` ones of the load before, `embedded`
/// the shipped ones. What did not change since `previous` is not compiled again.
pub fn load(
    files: &Files,
    last_good: &Files,
    embedded: &Files,
    names: &Names<'_>,
    previous: Option<&HookSet>,
) -> Loaded {
    meter::roomy(|| load_all(files, last_good, embedded, names, previous))
}

fn load_all(
    files: &Files,
    last_good: &Files,
    embedded: &Files,
    names: &Names<'_>,
    previous: Option<&HookSet>,
) -> Loaded {
    let of = |from: &Files, wanted: Role| -> Files {
        from.iter()
            .filter(|(path, _)| role(path) == wanted)
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect()
    };
    let fallback = Fallback { last_good, embedded };
    let mut reports = Vec::new();
    let mut runs = BTreeMap::new();
    let manifests = of(files, Role::Manifest);
    let plugins = Plugins::read(manifests, &fallback, names, &mut reports, &mut runs);
    let mut libraries = of(files, Role::Library);
    let good = of(last_good, Role::Library);
    for path in libraries.keys().cloned().collect::<Vec<_>>() {
        let mut found = match parses(&path, &libraries[&path]) {
            Ok(ast) => check::script(&path, &libraries[&path], &ast, &libraries, names),
            Err(report) => vec![report],
        };
        if wrong(&found) {
            fallback.library(&path, &mut libraries, &mut runs);
        }
        reports.append(&mut found);
    }
    loop {
        let shared = Arc::new(Libraries::new(libraries.clone()));
        // What an unchanged file was found to be holds as long as what it was compared with does.
        let previous = previous.filter(|previous| *previous.libraries == libraries);
        let mut round = Round {
            shared,
            names,
            previous,
            checked_before: previous.filter(|previous| previous.known.is(names)),
            fallback: &fallback,
            plugins: &plugins,
            reports: Vec::new(),
            runs: BTreeMap::new(),
            scripts: BTreeMap::new(),
            broken: runs
                .iter()
                .filter(|(path, runs)| **runs == Runs::Nothing && role(path) == Role::Library)
                .map(|(path, _)| path.clone())
                .collect(),
            ids: BTreeMap::new(),
        };
        for (path, text) in of(files, Role::Active) {
            round.file(&path, &text);
        }
        let culprits = round.culprits(files, &good);
        if culprits.is_empty() {
            round.reports.retain(|report| !plugins.excuses(report));
            reports.append(&mut round.reports);
            runs.append(&mut round.runs);
            return finish(round.scripts, libraries, &plugins, reports, runs, files, names);
        }
        for (path, report) in culprits {
            reports.push(report);
            fallback.library(&path, &mut libraries, &mut runs);
        }
    }
}

fn finish(
    scripts: BTreeMap<String, Arc<Script>>,
    libraries: Files,
    plugins: &Plugins,
    mut reports: Vec<Report>,
    mut runs: BTreeMap<String, Runs>,
    files: &Files,
    names: &Names<'_>,
) -> Loaded {
    for path in files.keys().filter(|path| role(path) != Role::Ignored) {
        runs.entry(path.clone()).or_insert(Runs::Present);
    }
    let mut hooks: Vec<_> = scripts.values().flat_map(|script| script.hooks.iter().cloned()).collect();
    // Files come by name and hooks by place, and the sort keeps that order among equals.
    hooks.sort_by_key(|hook| hook.priority);
    reports.extend(check::shadowed(&hooks, &scripts));
    let mut effective = libraries.clone();
    effective.extend(scripts.iter().map(|(path, script)| (path.clone(), script.text.clone())));
    effective.extend(plugins.effective.clone());
    let given = Given::new(names.settings.cloned().unwrap_or_default(), plugins.settings.clone());
    let manifests = plugins.manifests.clone();
    let set = HookSet {
        index: Index::new(&hooks),
        hooks,
        scripts: Arc::new(scripts),
        libraries: Arc::new(libraries),
        given,
        manifests: Arc::new(manifests),
        known: Arc::new(Known::from(names)),
    };
    Loaded { set: Arc::new(set), effective, reports, runs }
}

/// The manifests of plugins, and the settings that their scripts read.
#[derive(Default)]
struct Plugins {
    manifests: BTreeMap<String, Arc<Manifest>>,
    settings: BTreeMap<String, Settings>,
    effective: Files,
    /// Those whose manifest has a mistake.
    broken: BTreeSet<String>,
}

impl Plugins {
    /// Reads all manifests; a broken one stands in its last good version, and a plugin without any may do nothing.
    fn read(
        files: Files,
        fallback: &Fallback<'_>,
        names: &Names<'_>,
        reports: &mut Vec<Report>,
        runs: &mut BTreeMap<String, Runs>,
    ) -> Self {
        let mut plugins = Self::default();
        for (path, text) in files {
            let Some(folder) = plugin::of(&path).map(str::to_owned) else { continue };
            let (manifest, text) = match plugin::read(&path, &text) {
                Ok(manifest) => (manifest, Some(text)),
                Err(mut wrong) => {
                    reports.append(&mut wrong);
                    plugins.broken.insert(folder.clone());
                    let other = fallback
                        .versions(&path)
                        .find_map(|(which, old)| Some((which, plugin::read(&path, &old).ok()?, old)));
                    runs.insert(path.clone(), other.as_ref().map_or(Runs::Nothing, |(which, ..)| *which));
                    match other {
                        Some((_, manifest, old)) => (manifest, Some(old)),
                        None => (Arc::new(Manifest::nothing(&folder)), None),
                    }
                }
            };
            let set = names.plugins.and_then(|plugins| plugins.get(&folder)).and_then(|set| set.as_object());
            let (settings, problems) = manifest.settings(set);
            let warn =
                |problem| Report::error("innkeeper.toml", "", 0, 0, "plugin-setting", problem).warning();
            let problems = problems.into_iter().filter(|_| !plugins.broken.contains(&folder));
            reports.extend(problems.map(warn));
            plugins.effective.extend(text.map(|text| (path, text)));
            plugins.settings.insert(folder.clone(), settings);
            plugins.manifests.insert(folder, manifest);
        }
        plugins
    }

    fn of(&self, path: &str) -> Option<&Arc<Manifest>> {
        self.manifests.get(plugin::of(path)?)
    }

    /// True for what a script is blamed for only because its plugin's manifest cannot be read.
    fn excuses(&self, report: &Report) -> bool {
        let broken = plugin::of(&report.file).is_some_and(|folder| self.broken.contains(folder));
        broken && matches!(report.code.as_str(), "not-in-manifest" | "unknown-setting")
    }
}

/// Where a file's other versions come from.
struct Fallback<'a> {
    last_good: &'a Files,
    embedded: &'a Files,
}

impl Fallback<'_> {
    fn versions(&self, path: &str) -> impl Iterator<Item = (Runs, Arc<str>)> {
        let good = self.last_good.get(path).map(|text| (Runs::LastGood, text.clone()));
        good.into_iter().chain(self.embedded.get(path).map(|text| (Runs::Embedded, text.clone())))
    }

    /// Puts another version of a library in place of one that is broken.
    fn library(&self, path: &str, libraries: &mut Files, runs: &mut BTreeMap<String, Runs>) {
        let present = libraries.remove(path);
        let other = self
            .versions(path)
            .find(|(_, text)| Some(text) != present.as_ref() && parses(path, text).is_ok());
        let which = other.as_ref().map_or(Runs::Nothing, |(which, _)| *which);
        runs.insert(path.to_owned(), which);
        if let Some((_, text)) = other {
            libraries.insert(path.to_owned(), text);
        }
    }
}

/// One attempt to load all files with one version of each library.
struct Round<'a> {
    shared: Arc<Libraries>,
    names: &'a Names<'a>,
    /// The set before, if its libraries are those of this round.
    previous: Option<&'a HookSet>,
    /// The same, if the names that it was checked with are those of this round, too.
    checked_before: Option<&'a HookSet>,
    fallback: &'a Fallback<'a>,
    plugins: &'a Plugins,
    reports: Vec<Report>,
    runs: BTreeMap<String, Runs>,
    scripts: BTreeMap<String, Arc<Script>>,
    /// Libraries that no version of which runs.
    broken: BTreeSet<String>,
    /// The hooks of those, by id.
    ids: BTreeMap<String, Arc<Hook>>,
}

impl Round<'_> {
    fn file(&mut self, path: &str, text: &Arc<str>) {
        match self.checked(path, text) {
            Ok(script) => {
                self.reports.extend(script.remarks.iter().flatten().cloned());
                self.keep(path, script);
            }
            Err(mut wrong) => {
                self.reports.append(&mut wrong);
                // What was good once was checked then; whatever it names may have gone since, and it still runs.
                let other = self.fallback.versions(path).find_map(|(which, old)| {
                    let script = self.compile(path, &old).ok()?;
                    self.doubles(&script).is_none().then_some((which, script))
                });
                self.runs.insert(path.to_owned(), other.as_ref().map_or(Runs::Nothing, |(which, _)| *which));
                if let Some((_, script)) = other {
                    self.keep(path, script);
                }
            }
        }
    }

    fn keep(&mut self, path: &str, script: Arc<Script>) {
        self.ids.extend(script.hooks.iter().map(|hook| (hook.id.clone(), hook.clone())));
        self.scripts.insert(path.to_owned(), script);
    }

    /// The script as an earlier load left it, if it is still the same.
    fn unchanged(&self, in_set: Option<&HookSet>, path: &str, text: &Arc<str>) -> Option<Arc<Script>> {
        let script = in_set?.scripts.get(path).filter(|script| script.text == *text)?;
        (script.manifest.as_ref() == self.plugins.of(path)).then(|| script.clone())
    }

    fn compile(&self, path: &str, text: &Arc<str>) -> Result<Arc<Script>, Report> {
        match self.unchanged(self.previous, path, text) {
            Some(script) => Ok(script),
            None => compile(path, text, &self.shared, self.plugins.of(path)).map(Arc::new),
        }
    }

    /// The names that a script of this path may use: a plugin with a manifest has settings of its own.
    fn names_for(&self, path: &str) -> Names<'_> {
        let Some(manifest) = self.plugins.of(path) else { return *self.names };
        Names { settings: self.plugins.settings.get(&manifest.name), manifest: Some(manifest), ..*self.names }
    }

    /// The script, with remarks; or everything that is wrong with it.
    fn checked(&self, path: &str, text: &Arc<str>) -> Result<Arc<Script>, Vec<Report>> {
        let before =
            self.unchanged(self.checked_before, path, text).filter(|script| script.remarks.is_some());
        if let Some(script) = before.filter(|script| self.doubles(script).is_none()) {
            return Ok(script);
        }
        let ast = parses(path, text).map_err(|report| vec![report])?;
        let mut found = check::script(path, text, &ast, &self.shared.files, &self.names_for(path));
        match registers(path, text, ast, &self.shared, self.plugins.of(path)) {
            Ok(mut script) => {
                found.extend(self.doubles(&script));
                found.extend(check::idle(&script, self.names));
                if wrong(&found) {
                    return Err(found);
                }
                script.remarks = Some(found);
                Ok(Arc::new(script))
            }
            Err(mut more) => {
                if let Some(broken) = self
                    .broken
                    .iter()
                    .find(|path| more.code == "unknown-module" && more.message.ends_with(path.as_str()))
                {
                    more.message = format!("{broken} has mistakes of its own, and no version that was good");
                    more.help = "mend it first: its report stands beside this one".to_owned();
                    more.code = "broken-module".to_owned();
                }
                // The same mistake, met when it ran, adds nothing.
                if !found.iter().any(|other| other.line == more.line && other.severity == Severity::Error) {
                    found.push(more);
                }
                Err(found)
            }
        }
    }

    /// A hook whose id an earlier file, or this one, uses already.
    fn doubles(&self, script: &Script) -> Option<Report> {
        let mut own: BTreeMap<&str, &Hook> = BTreeMap::new();
        script.hooks.iter().find_map(|hook| {
            let earlier = own.insert(&hook.id, hook).or_else(|| self.ids.get(&hook.id).map(|hook| &**hook));
            let other = earlier?;
            let message = format!("the id {:?} is used already, at {}:{}", hook.id, other.file, other.line);
            let report = error::report(
                &|_| Some(script.text.clone()),
                &hook.file,
                hook.position,
                "double-id",
                message,
            );
            Some(report.help("give each hook an id of its own"))
        })
    }

    /// Libraries whose new version breaks a file that loads with the last good one.
    fn culprits(&self, files: &Files, good: &Files) -> Vec<(String, Report)> {
        let changed: Vec<_> = self
            .shared
            .files
            .iter()
            .filter(|(path, text)| good.get(*path).is_some_and(|old| old != *text))
            .collect();
        if changed.is_empty() {
            return Vec::new();
        }
        let before = Arc::new(Libraries::new(
            self.shared
                .files
                .iter()
                .map(|(path, text)| (path.clone(), good.get(path).unwrap_or(text).clone()))
                .collect(),
        ));
        let mut found = BTreeMap::new();
        for (broken, _) in self.runs.iter().filter(|(_, runs)| **runs != Runs::Present) {
            if role(broken) == Role::Manifest {
                continue;
            }
            let Ok(script) = compile(broken, &files[broken], &before, self.plugins.of(broken)) else {
                continue;
            };
            let names = self.names_for(broken);
            if wrong(&check::script(broken, &script.text, &script.ast, &before.files, &names)) {
                continue;
            }
            let why = self
                .reports
                .iter()
                .find(|report| report.file == *broken || script.imports.contains(&report.file));
            let why = why.map(|report| report.message.clone()).unwrap_or_default();
            for (path, _) in changed.iter().filter(|(path, _)| script.imports.contains(*path)) {
                let message = format!("with this version {broken} does not load: {why}");
                found
                    .entry((*path).clone())
                    .or_insert_with(|| Report::error(path, "", 0, 0, "breaks-importer", message));
            }
        }
        found.into_iter().collect()
    }
}

fn wrong(reports: &[Report]) -> bool {
    reports.iter().any(|report| report.severity == Severity::Error)
}
