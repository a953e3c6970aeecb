//! What scripts share: `import "lib/name" as name;`, answered from the snapshot and from nothing else.

use super::register::Registered;
use super::{Files, fail};
use rhai::{
    Engine, EvalAltResult, GlobalRuntimeState, Module, ModuleResolver, NativeCallContext, Position, Scope,
    Shared,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A compiled library.
type SharedModule = Shared<Module>;

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
    pub fn new(libraries: Arc<Libraries>) -> Self {
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
        let loading = loading.ok_or_else(|| {
            fail(format!("{verb}() registers a hook, which works at the top level of a file only"))
        })?;
        if !loading.0.open.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            return Err(fail(format!(
                "{verb}() does not work in lib/: scripts there only hold functions for others"
            )));
        }
        Ok(loading)
    }

    /// What was registered, in order.
    pub fn registered(&self) -> Vec<Registered> {
        std::mem::take(&mut *self.0.registered.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Paths of the libraries that were imported, directly or not.
    pub fn imported(&self) -> BTreeSet<String> {
        self.0.imported.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
    fn resolve(
        &self,
        _: &Engine,
        _: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<SharedModule, Box<EvalAltResult>> {
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

fn resolve(
    engine: &Engine,
    loading: &Loading,
    path: &str,
    position: Position,
) -> Result<SharedModule, Box<EvalAltResult>> {
    let file = module_file(path);
    let load = &loading.0;
    if let Some((module, imports)) =
        load.libraries.made.lock().unwrap_or_else(PoisonError::into_inner).get(&file).cloned()
    {
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
    // What was imported before says nothing about what this library imports: it is gathered anew.
    let before = std::mem::take(&mut *load.imported.lock().unwrap_or_else(PoisonError::into_inner));
    let result = module(engine, loading, &file, text);
    load.open.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut own = {
        let mut imported = load.imported.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *imported, before)
    };
    own.insert(file.clone());
    load.imported.lock().unwrap_or_else(PoisonError::into_inner).extend(own.iter().cloned());
    let module =
        result.map_err(|error| Box::new(EvalAltResult::ErrorInModule(path.to_owned(), error, position)))?;
    load.libraries.made.lock().unwrap_or_else(PoisonError::into_inner).insert(file, (module.clone(), own));
    Ok(module)
}

fn module(
    engine: &Engine,
    loading: &Loading,
    file: &str,
    text: &Arc<str>,
) -> Result<SharedModule, Box<EvalAltResult>> {
    let mut ast = engine.compile(&**text)?;
    ast.set_source(file);
    let mut state = engine.new_global_runtime_state();
    state.tag = rhai::Dynamic::from(loading.clone());
    state.source = Some(file.into());
    let module = Module::eval_ast_as_new_raw(engine, &mut Scope::new(), &mut state, &ast)?;
    Ok(module.into())
}
