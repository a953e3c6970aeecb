//! A bundle: hooks, templates, messages and settings that are live together, known by one hash.
//!
//! A change is compiled and checked aside, its samples run in a child process with a memory limit,
//! and the whole set is swapped at once. A file that does not load runs in its last good version,
//! which the database keeps, so that a restart does not lose it.

mod child;
pub mod edit;
mod folder;
pub mod history;
#[cfg(test)]
mod mistakes;
mod preview;
mod samples;
pub mod store;
mod wording;

pub use preview::{limit_preview, preview};
pub use samples::{Question, answer_samples};
pub use wording::{brand, link};

use crate::{
    config::Config,
    hook::{self, HookSet},
    mail::{self, Templates},
    messages::{self, Messages},
    report::{Report, Severity},
    secret,
};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// Path below the data folder → text.
pub type Files = BTreeMap<String, Arc<str>>;

/// The folders that a bundle is read from.
pub const FOLDERS: [&str; 3] = ["hooks", "email-templates", "messages"];

/// How often what is new is tried, each time without what failed before.
const ROUNDS: usize = 4;

static TEMPLATES: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/email-templates");

/// What is live together.
pub struct Bundle {
    /// Hash of the files in use and the settings.
    pub hash: String,
    /// The scripts.
    pub hooks: Arc<HookSet>,
    /// The mail templates.
    pub templates: Arc<Templates>,
    /// The words of the web area.
    pub messages: Arc<Messages>,
    /// `[settings]`, which scripts read with `setting`.
    pub settings: hook::Settings,
    /// `[plugins]`, which the scripts of plugins read with `setting`.
    pub plugins: Map<String, Value>,
    /// The files in use, each as given or in its last good version.
    pub files: Files,
    /// What is wrong with the files given.
    pub reports: Vec<Report>,
    words: wording::Words,
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bundle({}, {} files, {} reports)", self.hash, self.files.len(), self.reports.len())
    }
}

/// What a bundle is made from.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The files of the data folder, or the shipped ones where it has no such folder.
    pub files: Files,
    /// `[settings]`.
    pub settings: Map<String, Value>,
    /// `[plugins]`: settings by plugin.
    pub plugins: Map<String, Value>,
    /// Hosts that web-hooks may reach.
    pub outgoing_allow: Vec<String>,
    /// What could not even be read.
    pub unreadable: Vec<Report>,
    /// The settings that were live last, which stay if the new ones break a script.
    pub last_settings: Option<LastSettings>,
}

/// `[settings]` and `[plugins]` of the bundle that was live last.
#[derive(Clone, Debug, Default)]
pub struct LastSettings {
    /// `[settings]`.
    pub settings: Map<String, Value>,
    /// `[plugins]`.
    pub plugins: Map<String, Value>,
}

/// The files that the binary carries, as they would stand in a data folder.
pub fn shipped() -> Files {
    fn add(dir: &include_dir::Dir<'_>, files: &mut Files) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                files.insert(format!("email-templates/{path}"), Arc::from(text));
            }
        }
        dir.dirs().for_each(|dir| add(dir, files));
    }
    let mut files = hook::embedded();
    add(&TEMPLATES, &mut files);
    files
}

impl Source {
    /// Reads the operator's files below `data`. A folder that is not there is taken from the binary, and so is each
    /// template that its folder lacks: mail must not stop because a file does. A deleted script is switched off.
    ///
    /// # Errors
    /// If a folder is there and cannot be read at all.
    pub fn read(data: &Path, config: &Config) -> std::io::Result<Self> {
        let shipped = shipped();
        let mut source = Self {
            settings: json_map(&config.settings),
            plugins: config.plugins.iter().map(|(k, v)| (k.clone(), Value::Object(json_map(v)))).collect(),
            outgoing_allow: config.outgoing.allow.clone(),
            ..Self::default()
        };
        for folder in FOLDERS {
            if !data.join(folder).is_dir() {
                continue;
            }
            let read = match folder {
                "hooks" => hook::read_folder(data)?,
                _ => folder::read(data, folder)?,
            };
            source.files.extend(read.files);
            source.unreadable.extend(read.reports);
        }
        for (path, text) in shipped.iter().filter(|(path, _)| is_carried(data, path)) {
            // What cannot be read is there all the same: its last good version stands in for it.
            if !source.unreadable.iter().any(|report| report.file == *path) {
                source.files.entry(path.clone()).or_insert_with(|| Arc::clone(text));
            }
        }
        Ok(source)
    }

    /// Paths of the templates that are not below `data` and come from the binary.
    pub fn carried_templates(&self, data: &Path) -> Vec<&str> {
        let templates = self.files.keys().filter(|path| path.starts_with("email-templates/"));
        templates.filter(|path| !data.join(path).exists()).map(String::as_str).collect()
    }

    /// Loads and checks the scripts, beside these templates.
    fn hooks(&self, known: &[hook::Template], last_good: &Files, previous: Option<&Bundle>) -> hook::Loaded {
        let settings: hook::Settings = self.settings.clone().into_iter().collect();
        let names = hook::Names {
            templates: known,
            settings: Some(&settings),
            plugins: Some(&self.plugins),
            manifest: None,
            outgoing_allow: &self.outgoing_allow,
        };
        let previous = previous.map(|bundle| &*bundle.hooks);
        hook::load(&self.files, last_good, &hook::embedded(), &names, previous)
    }
}

impl Bundle {
    /// Builds a bundle, aside; files that do not load stand in it as in `last_good`, else as shipped.
    /// Runs no samples: see [`Bundle::tried`].
    pub fn build(source: &Source, last_good: &Files, previous: Option<&Bundle>) -> Self {
        let shipped = shipped();
        let read = Source {
            files: mail::fallback(&source.files, &source.unreadable, last_good, &shipped),
            ..source.clone()
        };
        let source = &read;
        let templates = mail::load(&source.files, last_good, &shipped);
        let hooks = source.hooks(&known(&templates.set), last_good, previous);
        let settings = source.settings.clone().into_iter().collect();
        let words = messages::load(&source.files, last_good);
        let mut files = templates.effective;
        files.extend(hooks.effective);
        files.extend(words.effective);
        let mut reports = source.unreadable.clone();
        reports.extend(hooks.reports);
        reports.extend(templates.reports);
        reports.extend(words.reports);
        Self {
            hash: hash(&files, &source.settings, &source.plugins),
            hooks: hooks.set,
            templates: templates.set,
            messages: Arc::new(words.messages),
            settings,
            plugins: source.plugins.clone(),
            files,
            reports,
            words: wording::Words::default(),
        }
    }

    /// The scripts and settings of `source`, beside the templates and messages of this bundle; for trying them.
    /// What does not load is left out, and `reports` are about scripts alone.
    pub fn with_scripts(&self, source: &Source) -> Self {
        let nothing = Files::new();
        let settings: hook::Settings = source.settings.clone().into_iter().collect();
        let hooks = source.hooks(&known(&self.templates), &nothing, Some(self));
        Self {
            hash: String::new(),
            hooks: hooks.set,
            settings,
            plugins: source.plugins.clone(),
            files: hooks.effective,
            reports: hooks.reports,
            words: wording::Words::default(),
            ..self.shared()
        }
    }

    /// The same with some of its hooks only, for trying them alone.
    pub fn with_hooks(&self, wanted: impl Fn(&hook::Hook) -> bool) -> Self {
        Self { hooks: Arc::new(self.hooks.only(wanted)), ..self.shared() }
    }

    fn shared(&self) -> Self {
        Self {
            hash: self.hash.clone(),
            hooks: Arc::clone(&self.hooks),
            templates: Arc::clone(&self.templates),
            messages: Arc::clone(&self.messages),
            settings: self.settings.clone(),
            plugins: self.plugins.clone(),
            files: self.files.clone(),
            reports: self.reports.clone(),
            words: wording::Words::default(),
        }
    }

    /// As [`Bundle::tested`]; where new settings break a file that the last ones did not, the last ones stay.
    pub async fn tried(source: &Source, last_good: &Files, previous: Option<&Bundle>) -> Self {
        let bundle = Self::tested(source, last_good, previous).await;
        let changed =
            |last: &&LastSettings| last.settings != source.settings || last.plugins != source.plugins;
        let Some(last) = source.last_settings.as_ref().filter(changed) else { return bundle };
        if bundle.failed().is_empty() {
            return bundle;
        }
        let earlier = Source {
            settings: last.settings.clone(),
            plugins: last.plugins.clone(),
            last_settings: None,
            ..source.clone()
        };
        let mut with_last = Self::tested(&earlier, last_good, previous).await;
        let sound = with_last.failed();
        let of_settings =
            |report: &&Report| report.severity == Severity::Error && !sound.contains(&report.file);
        let broken: Vec<&Report> = bundle.reports.iter().filter(of_settings).collect();
        let Some(first) = broken.first() else { return bundle };
        let message = format!(
            "the new settings break {}:{}: {}; the settings that were live last stay in use",
            first.file, first.line, first.message
        );
        let report = Report::error("innkeeper.toml", "", 0, 0, "settings", message);
        let help =
            if first.help.is_empty() { "change the script and the setting together" } else { &first.help };
        with_last.reports.push(report.help(help));
        with_last
    }

    /// As [`Bundle::build`], and tries what is new on its samples in a child process; a file that fails there stands in its
    /// last good version, too. What is the same as in `previous`, and stands on the same, was tried when that went live.
    async fn tested(source: &Source, last_good: &Files, previous: Option<&Bundle>) -> Self {
        let (shipped, mut source) = (shipped(), source.clone());
        let new = |path: &str| {
            let text = source.files.get(path);
            last_good.get(path) != text && shipped.get(path) != text
        };
        let work =
            hook::works_when_loaded(&source.files, new).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let mut reports = samples::build(&source, &work).await;
        source.files = mail::fallback(&source.files, &reports, last_good, &shipped);
        let mut bundle = Self::build(&source, last_good, previous);
        reports.append(&mut bundle.reports);
        for _ in 0..ROUNDS {
            let changed = bundle.unknown(last_good, &shipped);
            if changed.is_empty() {
                break;
            }
            let found = samples::run(&bundle, &source, &changed, previous).await;
            let new: Vec<Report> = found.iter().filter(|one| !reports.contains(one)).cloned().collect();
            reports.extend(new);
            if found.iter().all(|report| report.severity != Severity::Error) {
                break;
            }
            // Where a library or a layout is back in its old version, what is new stands on something else: once more.
            source.files = mail::fallback(&source.files, &found, last_good, &shipped);
            bundle = Self::build(&source, last_good, previous);
        }
        Self { reports, ..bundle }
    }

    /// Files that were never live, nor shipped.
    fn unknown(&self, last_good: &Files, shipped: &Files) -> Vec<String> {
        let known = |path: &String, text: &Arc<str>| {
            last_good.get(path) == Some(text) || shipped.get(path) == Some(text)
        };
        self.files.iter().filter(|(path, text)| !known(path, text)).map(|(path, _)| path.clone()).collect()
    }

    /// The settings in use, to fall back to.
    pub fn last_settings(&self) -> LastSettings {
        let settings = self
            .settings
            .names()
            .filter_map(|name| Some((name.to_owned(), self.settings.get(name)?.clone())))
            .collect();
        LastSettings { settings, plugins: self.plugins.clone() }
    }

    /// `[settings]` as JSON.
    pub fn settings_json(&self) -> String {
        Value::Object(self.last_settings().settings).to_string()
    }

    /// Paths of the files that do not run as they stand on disk.
    pub fn failed(&self) -> Vec<String> {
        let mut paths: Vec<String> = self
            .reports
            .iter()
            .filter(|r| r.severity == Severity::Error)
            .map(|report| report.file.clone())
            .collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// True if a script that says who gets the mail about an event asks which users want mail of its kind: where none does, nobody can
    /// be promised all of it.
    pub fn asks_users(&self, event: &str) -> bool {
        let asks = |file: &str| self.files.get(file).is_some_and(|text| text.contains("users_for("));
        self.hooks.serving(hook::Verb::Route, event).any(|hook| asks(&hook.file))
    }

    /// Hash of a script with all that it stands on: what it may import, and its settings. While it stays the same, so does
    /// what the script does on the same event.
    pub fn version(&self, file: &str) -> String {
        let stands_on = |path: &str| path == file || path.contains("/lib/") || path.ends_with("/plugin.toml");
        let files = self.files.iter().filter(|(path, _)| path.starts_with("hooks/") && stands_on(path));
        let files: Files = files.map(|(path, text)| (path.clone(), text.clone())).collect();
        hash(&files, &self.last_settings().settings, &self.plugins)
    }
}

/// True if a shipped file that is not below `data` comes from the binary. A language whose folder is gone is not
/// brought back: its readers get the default one.
fn is_carried(data: &Path, path: &str) -> bool {
    let mut parts = path.split('/');
    let folder = data.join(parts.next().unwrap_or_default());
    let locale = parts.next().unwrap_or_default();
    !folder.is_dir()
        || path.starts_with("email-templates/") && (locale == "default" || folder.join(locale).is_dir())
}

fn json_map(table: &BTreeMap<String, toml::Value>) -> Map<String, Value> {
    table.iter().map(|(k, v)| (k.clone(), serde_json::to_value(v).unwrap_or(Value::Null))).collect()
}

/// The templates, as far as hooks are concerned.
fn known(templates: &Templates) -> Vec<hook::Template> {
    let one = |info: &mail::TemplateInfo| hook::Template {
        name: info.name.clone(),
        event: info.event.map(str::to_owned),
        category: info.category,
        vars: info.vars.clone(),
        fields: info.reads.clone(),
        presumes: info.presumes.clone(),
    };
    templates.infos().iter().map(one).collect()
}

fn hash(files: &Files, settings: &Map<String, Value>, plugins: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (path, body) in files {
        text.push_str(&format!("{path}\0{}\n", secret::hash(body)));
    }
    text.push_str(&Value::Object(settings.clone()).to_string());
    if !plugins.is_empty() {
        text.push_str(&Value::Object(plugins.clone()).to_string());
    }
    secret::hash(&text)[..16].to_owned()
}
