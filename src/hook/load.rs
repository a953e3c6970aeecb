//! From files to a set of hooks: every file compiles by itself, and a broken one runs in its last
//! good version.
//!
//! A script in `lib/` is one version for all who import it. If its new version does not compile,
//! or a file that ran with the last good version does not load with the new one, the last good one
//! stays, for all importers, whose own new versions still go live.

use super::bodies::{calls, reaches};
use super::call::Verb;
use super::engine::engine;
use super::folder::{Role, role};
use super::register::{OnFailure, Point, Registered};
use super::{Files, Names, check, error, fail, limits, meter};
use crate::report::Report;
use rhai::{AST, Engine, EvalAltResult, FnPtr, GlobalRuntimeState, Module, ModuleResolver, NativeCallContext, Position, Scope, Shared};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// A compiled library.
type SharedModule = Shared<Module>;

/// One hook: a function of a script, and where it stands.
pub struct Hook {
    /// Its identity: the option `id`, else `file:point:n`.
    pub id: String,
    /// The script, such as `hooks/vip.rhai`.
    pub file: String,
    /// The line of its registration.
    pub line: usize,
    /// What kind of hook it is.
    pub verb: Verb,
    /// What it serves.
    pub point: Point,
    /// Lower runs first.
    pub priority: i64,
    /// What lists call it; may be empty.
    pub label: String,
    /// What happens when it fails, if it says so.
    pub on_failure: Option<OnFailure>,
    /// True if it calls `deny` or `lock` anywhere: if it fails, the action is refused, unless it says otherwise.
    pub can_refuse: bool,
    pub(super) position: Position,
    pub(super) function: FnPtr,
    pub(super) state: GlobalRuntimeState,
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} {} at {}:{}, priority {})", self.id, self.verb, self.point, self.file, self.line, self.priority)
    }
}

/// A script that compiled, with what it registered.
pub(super) struct Script {
    pub text: Arc<str>,
    pub ast: AST,
    pub hooks: Vec<Arc<Hook>>,
    /// Paths of the scripts in `lib/` that it imports, directly or not.
    pub imports: BTreeSet<String>,
}

/// All hooks that are live together, in the order in which they run.
pub struct HookSet {
    pub(super) hooks: Vec<Arc<Hook>>,
    pub(super) scripts: BTreeMap<String, Arc<Script>>,
    pub(super) libraries: Files,
    /// What samples run with.
    pub(super) settings: super::Settings,
    pub(super) templates: Vec<super::Template>,
}

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
pub fn load(files: &Files, last_good: &Files, embedded: &Files, names: &Names<'_>, previous: Option<&HookSet>) -> Loaded {
    meter::roomy(|| load_all(files, last_good, embedded, names, previous))
}

fn load_all(files: &Files, last_good: &Files, embedded: &Files, names: &Names<'_>, previous: Option<&HookSet>) -> Loaded {
    let of = |from: &Files, wanted: Role| -> Files {
        from.iter().filter(|(path, _)| role(path) == wanted).map(|(path, text)| (path.clone(), text.clone())).collect()
    };
    let fallback = Fallback { last_good, embedded };
    let mut reports = Vec::new();
    let mut libraries = of(files, Role::Library);
    let good = of(last_good, Role::Library);
    let mut runs = BTreeMap::new();
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
        let mut round = Round { shared, names, previous, fallback: &fallback, reports: Vec::new(), runs: BTreeMap::new(), scripts: BTreeMap::new() };
        for (path, text) in of(files, Role::Active) {
            round.file(&path, &text);
        }
        let culprits = round.culprits(files, &good);
        if culprits.is_empty() {
            reports.append(&mut round.reports);
            runs.append(&mut round.runs);
            return finish(round.scripts, libraries, reports, runs, files, names);
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
    reports: Vec<Report>,
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
    let mut effective = libraries.clone();
    effective.extend(scripts.iter().map(|(path, script)| (path.clone(), script.text.clone())));
    let settings = names.settings.cloned().unwrap_or_default();
    let set = HookSet { hooks, scripts, libraries, settings, templates: names.templates.to_vec() };
    Loaded { set: Arc::new(set), effective, reports, runs }
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
        let other = self.versions(path).find(|(_, text)| Some(text) != present.as_ref() && parses(path, text).is_ok());
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
    previous: Option<&'a HookSet>,
    fallback: &'a Fallback<'a>,
    reports: Vec<Report>,
    runs: BTreeMap<String, Runs>,
    scripts: BTreeMap<String, Arc<Script>>,
}

impl Round<'_> {
    fn file(&mut self, path: &str, text: &Arc<str>) {
        match self.checked(path, text) {
            Ok((script, mut warnings)) => {
                self.reports.append(&mut warnings);
                self.scripts.insert(path.to_owned(), script);
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
                    self.scripts.insert(path.to_owned(), script);
                }
            }
        }
    }

    fn compile(&self, path: &str, text: &Arc<str>) -> Result<Arc<Script>, Vec<Report>> {
        if let Some(previous) = self.previous.filter(|previous| previous.libraries == self.shared.files)
            && let Some(script) = previous.scripts.get(path).filter(|script| script.text == *text)
        {
            return Ok(script.clone());
        }
        compile(path, text, &self.shared).map(Arc::new).map_err(|report| vec![report])
    }

    /// The script, with warnings; or everything that is wrong with it.
    fn checked(&self, path: &str, text: &Arc<str>) -> Result<(Arc<Script>, Vec<Report>), Vec<Report>> {
        let ast = parses(path, text).map_err(|report| vec![report])?;
        let mut found = check::script(path, text, &ast, &self.shared.files, self.names);
        match self.compile(path, text) {
            Ok(script) => {
                found.extend(self.doubles(&script));
                found.extend(check::idle(&script, self.names));
                if wrong(&found) { Err(found) } else { Ok((script, found)) }
            }
            Err(more) => {
                // The same mistake, met when it ran, adds nothing.
                found.extend(more.into_iter().filter(|report| !found.iter().any(|other| other.line == report.line)).collect::<Vec<_>>());
                Err(found)
            }
        }
    }

    /// A hook whose id an earlier file, or this one, uses already.
    fn doubles(&self, script: &Script) -> Option<Report> {
        let earlier = self.scripts.values().flat_map(|script| &script.hooks);
        let mut seen: BTreeMap<&str, &Hook> = earlier.map(|hook| (hook.id.as_str(), &**hook)).collect();
        script.hooks.iter().find_map(|hook| {
            let other = seen.insert(&hook.id, hook)?;
            let message = format!("the id {:?} is used already, at {}:{}", hook.id, other.file, other.line);
            let report = error::report(&|_| Some(script.text.clone()), &hook.file, hook.position, "double-id", message);
            Some(report.help("give each hook an id of its own"))
        })
    }

    /// Libraries whose new version breaks a file that loads with the last good one.
    fn culprits(&self, files: &Files, good: &Files) -> Vec<(String, Report)> {
        let changed: Vec<_> = self.shared.files.iter().filter(|(path, text)| good.get(*path).is_some_and(|old| old != *text)).collect();
        if changed.is_empty() {
            return Vec::new();
        }
        let before = Arc::new(Libraries::new(self.shared.files.iter().map(|(path, text)| (path.clone(), good.get(path).unwrap_or(text).clone())).collect()));
        let mut found = BTreeMap::new();
        for (broken, _) in self.runs.iter().filter(|(_, runs)| **runs != Runs::Present) {
            let Ok(script) = compile(broken, &files[broken], &before) else { continue };
            if wrong(&check::script(broken, &script.text, &script.ast, &before.files, self.names)) {
                continue;
            }
            let why = self.reports.iter().find(|report| report.file == *broken || script.imports.contains(&report.file));
            let why = why.map(|report| report.message.clone()).unwrap_or_default();
            for (path, _) in changed.iter().filter(|(path, _)| script.imports.contains(*path)) {
                let message = format!("with this version {broken} does not load: {why}");
                found.entry((*path).clone()).or_insert_with(|| Report::error(path, "", 0, 0, "breaks-importer", message));
            }
        }
        found.into_iter().collect()
    }
}

fn wrong(reports: &[Report]) -> bool {
    reports.iter().any(|report| report.severity == crate::report::Severity::Error)
}

/// Compiles a file without running anything of it.
pub(super) fn parses(path: &str, text: &Arc<str>) -> Result<AST, Report> {
    if text.len() > limits::SCRIPT {
        let message = format!("the script is longer than {} KiB", limits::SCRIPT / 1024);
        return Err(Report::error(path, "", 0, 0, "too-long", message).help("split it into several files"));
    }
    let sources = |_: &str| Some(text.clone());
    let (parsed, _) = meter::measure(limits::SLOW, || catch_unwind(AssertUnwindSafe(|| engine().compile(&**text))));
    match parsed {
        Ok(Ok(mut ast)) => {
            ast.set_source(path);
            Ok(ast)
        }
        Ok(Err(error)) => Err(error::unparsed(&sources, path, &error)),
        Err(payload) => Err(error::panicked(&*payload, path, Position::NONE, &sources).report),
    }
}

/// Compiles a file and runs its top level, which registers.
pub(super) fn compile(path: &str, text: &Arc<str>, libraries: &Arc<Libraries>) -> Result<Script, Report> {
    let ast = parses(path, text)?;
    let sources = |file: &str| if file == path { Some(text.clone()) } else { libraries.files.get(file).cloned() };
    let loading = Loading::new(libraries.clone());
    let mut state = engine().new_global_runtime_state();
    state.tag = rhai::Dynamic::from(loading.clone());
    let work = || catch_unwind(AssertUnwindSafe(|| Module::eval_ast_as_new_raw(engine(), &mut Scope::new(), &mut state, &ast).map(|_| ())));
    let (done, reading) = meter::measure(limits::SLOW, work);
    match done {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(error::explain(&error, path, reading.stop, &sources).report),
        Err(payload) => return Err(error::panicked(&*payload, path, Position::NONE, &sources).report),
    }
    let imports = loading.0.imported.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let registered = std::mem::take(&mut *loading.0.registered.lock().unwrap_or_else(PoisonError::into_inner));
    let hooks = hooks(path, &ast, registered, libraries, &imports);
    Ok(Script { text: text.clone(), ast, hooks, imports })
}

fn hooks(path: &str, ast: &AST, registered: Vec<Registered>, libraries: &Libraries, imports: &BTreeSet<String>) -> Vec<Arc<Hook>> {
    let calls = calls(ast);
    // Whether a library's function refuses is not followed further: a library that can refuse at all counts.
    let libraries_refuse = imports.iter().any(|path| libraries.files.get(path).is_some_and(|text| text.contains("deny") || text.contains("lock")));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let short = path.strip_prefix("hooks/").unwrap_or(path);
    let make = |registered: Registered| {
        let point = registered.point.to_string();
        let count = counts.entry(point.clone()).or_default();
        *count += 1;
        Arc::new(Hook {
            id: registered.options.id.unwrap_or_else(|| format!("{short}:{point}:{count}")),
            file: path.to_owned(),
            line: registered.position.line().unwrap_or(0),
            verb: registered.verb,
            point: registered.point,
            priority: registered.options.priority.unwrap_or(100),
            label: registered.options.label,
            on_failure: registered.options.on_failure,
            can_refuse: reaches(&calls, registered.function.fn_name(), &["deny", "lock"], |_| libraries_refuse),
            position: registered.position,
            function: registered.function,
            state: registered.state,
        })
    };
    registered.into_iter().map(make).collect()
}

/// What stands in the tag while a file's top level runs.
#[derive(Clone)]
pub(super) struct Loading(Arc<LoadingState>);

struct LoadingState {
    libraries: Arc<Libraries>,
    registered: Mutex<Vec<Registered>>,
    imported: Mutex<BTreeSet<String>>,
    /// The imports that are being read, outermost first; not empty inside a library.
    open: Mutex<Vec<String>>,
}

impl Loading {
    fn new(libraries: Arc<Libraries>) -> Self {
        Loading(Arc::new(LoadingState {
            libraries,
            registered: Mutex::default(),
            imported: Mutex::default(),
            open: Mutex::default(),
        }))
    }

    /// The load that calls a verb.
    pub fn of(context: &NativeCallContext<'_>, verb: &str) -> Result<Self, Box<EvalAltResult>> {
        let loading = context.tag().and_then(|tag| tag.read_lock::<Loading>().map(|loading| loading.clone()));
        let loading = loading.ok_or_else(|| fail(format!("{verb}() registers a hook, which works at the top level of a file only")))?;
        if !loading.0.open.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            return Err(fail(format!("{verb}() does not work in lib/: scripts there only hold functions for others")));
        }
        Ok(loading)
    }

    /// Adds a registration and says how many there are now.
    pub fn add(&self, registered: Registered) -> usize {
        let mut all = self.0.registered.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(registered);
        all.len()
    }
}

/// The scripts in `lib/`, compiled when first imported.
pub(super) struct Libraries {
    pub files: Files,
    made: Mutex<BTreeMap<String, (SharedModule, BTreeSet<String>)>>,
}

impl Libraries {
    pub fn new(files: Files) -> Self {
        Self { files, made: Mutex::default() }
    }
}

/// The file that an import names.
pub(super) fn module_file(path: &str) -> String {
    format!("hooks/{path}.rhai")
}

/// Answers `import` from the snapshot, and from nothing else.
pub(super) struct Resolver;

impl ModuleResolver for Resolver {
    fn resolve(&self, _: &Engine, _: Option<&str>, path: &str, position: Position) -> Result<SharedModule, Box<EvalAltResult>> {
        Err(Box::new(EvalAltResult::ErrorModuleNotFound(path.to_owned(), position)))
    }

    fn resolve_raw(
        &self,
        engine: &Engine,
        global: &mut GlobalRuntimeState,
        _: &mut Scope<'_>,
        path: &str,
        position: Position,
    ) -> Result<SharedModule, Box<EvalAltResult>> {
        let Some(loading) = global.tag.read_lock::<Loading>().map(|loading| loading.clone()) else {
            return Err(fail("import works at the top level of a file, above the hooks that use it"));
        };
        resolve(engine, &loading, path, position)
    }
}

fn resolve(engine: &Engine, loading: &Loading, path: &str, position: Position) -> Result<SharedModule, Box<EvalAltResult>> {
    let file = module_file(path);
    let load = &loading.0;
    let lock = |set: &Mutex<BTreeSet<String>>| set.lock().map(|set| set.clone()).unwrap_or_default();
    if let Some((module, imports)) = load.libraries.made.lock().unwrap_or_else(PoisonError::into_inner).get(&file).cloned() {
        load.imported.lock().unwrap_or_else(PoisonError::into_inner).extend(imports);
        return Ok(module);
    }
    let Some(text) = load.libraries.files.get(&file) else {
        return Err(Box::new(EvalAltResult::ErrorModuleNotFound(path.to_owned(), position)));
    };
    {
        let mut open = load.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.contains(&file) {
            return Err(fail(format!("{file} imports itself, over {}", open.join(", "))));
        }
        open.push(file.clone());
    }
    let before = lock(&load.imported);
    let result = module(engine, loading, &file, text);
    load.open.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let module = result.map_err(|error| Box::new(EvalAltResult::ErrorInModule(path.to_owned(), error, position)))?;
    let mut imported = load.imported.lock().unwrap_or_else(PoisonError::into_inner);
    imported.insert(file.clone());
    let mut own: BTreeSet<_> = imported.difference(&before).cloned().collect();
    own.insert(file.clone());
    load.libraries.made.lock().unwrap_or_else(PoisonError::into_inner).insert(file, (module.clone(), own));
    Ok(module)
}

fn module(engine: &Engine, loading: &Loading, file: &str, text: &Arc<str>) -> Result<SharedModule, Box<EvalAltResult>> {
    let mut ast = engine.compile(&**text)?;
    ast.set_source(file);
    let mut state = engine.new_global_runtime_state();
    state.tag = rhai::Dynamic::from(loading.clone());
    state.source = Some(file.into());
    let module = Module::eval_ast_as_new_raw(engine, &mut Scope::new(), &mut state, &ast)?;
    Ok(module.into())
}

impl std::fmt::Debug for HookSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.hooks).finish()
    }
}

impl HookSet {
    /// All hooks, in the order in which they run.
    pub fn hooks(&self) -> &[Arc<Hook>] {
        &self.hooks
    }

    /// The hooks of a verb that serve the event or action of this name, in order.
    pub fn serving(&self, verb: Verb, name: &str) -> impl Iterator<Item = &Arc<Hook>> {
        self.hooks.iter().filter(move |hook| hook.verb == verb && hook.point.serves(name))
    }

    /// The `on` hooks of an event, in order.
    pub fn on_for(&self, event: &str) -> impl Iterator<Item = &Arc<Hook>> {
        self.serving(Verb::On, event)
    }

    /// The hook of this identity.
    pub fn find(&self, id: &str) -> Option<&Arc<Hook>> {
        self.hooks.iter().find(|hook| hook.id == id)
    }

    pub(super) fn source(&self, file: &str) -> Option<Arc<str>> {
        self.scripts.get(file).map(|script| script.text.clone()).or_else(|| self.libraries.get(file).cloned())
    }
}
