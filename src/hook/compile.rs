//! From the text of one file to its hooks.

use super::bodies::{bodies, calls, reaches};
use super::call::Verb;
use super::engine::engine;
use super::library::{Libraries, Loading};
use super::plugin::Manifest;
use super::ready::Pool;
use super::register::Registered;
use super::set::{Hook, Owner};
use super::{check, error, limits, meter, syntax};
use crate::report::Report;
use rhai::{AST, Module, Position, Scope};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A script that compiled, with what it registered.
pub(super) struct Script {
    pub text: Arc<str>,
    pub ast: AST,
    pub hooks: Vec<Arc<Hook>>,
    /// Paths of the scripts in `lib/` that it imports, directly or not.
    pub imports: BTreeSet<String>,
    /// What it may do, where its plugin says so.
    pub manifest: Option<Arc<Manifest>>,
    /// What the check remarked on it; none if it was not checked.
    pub remarks: Option<Vec<Report>>,
}

/// Compiles a file without running anything of it.
pub(super) fn parses(path: &str, text: &Arc<str>) -> Result<AST, Report> {
    if text.len() > limits::SCRIPT {
        let message = format!("the script is longer than {} KiB", limits::SCRIPT / 1024);
        return Err(Report::error(path, "", 0, 0, "too-long", message).help("split it into several files"));
    }
    if text.trim().is_empty() {
        // Programs that save by emptying a file first would turn its hooks off for a moment.
        let report =
            Report::error(path, "", 0, 0, "empty", "the script is empty, as if it were being written");
        return Err(report.help(
            "delete the file, or switch it off with `innkeeper hooks disable`, to turn its hooks off",
        ));
    }
    let sources = |_: &str| Some(text.clone());
    let (parsed, _) =
        meter::measure(limits::SLOW, || catch_unwind(AssertUnwindSafe(|| engine().compile(&**text))));
    match parsed {
        Ok(Ok(mut ast)) => {
            ast.set_source(path);
            Ok(ast)
        }
        Ok(Err(error)) => Err(syntax::unparsed(&sources, path, &error)),
        Err(payload) => Err(error::panicked(&*payload, path, Position::NONE, &sources).report),
    }
}

/// Compiles a file and runs its top level, which registers.
pub(super) fn compile(
    path: &str,
    text: &Arc<str>,
    libraries: &Arc<Libraries>,
    manifest: Option<&Arc<Manifest>>,
) -> Result<Script, Report> {
    registers(path, text, parses(path, text)?, libraries, manifest)
}

/// Runs the top level of a file that compiled.
pub(super) fn registers(
    path: &str,
    text: &Arc<str>,
    ast: AST,
    libraries: &Arc<Libraries>,
    manifest: Option<&Arc<Manifest>>,
) -> Result<Script, Report> {
    let sources =
        |file: &str| if file == path { Some(text.clone()) } else { libraries.files.get(file).cloned() };
    let loading = Loading::new(libraries.clone());
    let mut state = engine().new_global_runtime_state();
    state.tag = rhai::Dynamic::from(loading.clone());
    let work = || {
        catch_unwind(AssertUnwindSafe(|| {
            Module::eval_ast_as_new_raw(engine(), &mut Scope::new(), &mut state, &ast).map(|_| ())
        }))
    };
    let (done, reading) = meter::measure(limits::SLOW, work);
    match done {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            return Err(error::explain(&error, (path, Position::NONE), reading.stop, &sources).report);
        }
        Err(payload) => return Err(error::panicked(&*payload, path, Position::NONE, &sources).report),
    }
    let imports = loading.imported();
    let registered = loading.registered();
    let hooks = hooks(path, &ast, registered, libraries, &imports, manifest);
    Ok(Script { text: text.clone(), ast, hooks, imports, manifest: manifest.cloned(), remarks: None })
}

fn hooks(
    path: &str,
    ast: &AST,
    registered: Vec<Registered>,
    libraries: &Libraries,
    imports: &BTreeSet<String>,
    manifest: Option<&Arc<Manifest>>,
) -> Vec<Arc<Hook>> {
    let bodies = bodies(ast);
    let calls = calls(&bodies);
    let owner = Arc::new(Owner::of(path, manifest));
    // Whether a library's function refuses is not followed further: a library that can refuse at all counts.
    let libraries_say = |words: &[&str]| {
        let says = |text: &Arc<str>| words.iter().any(|word| text.contains(word));
        imports.iter().any(|path| libraries.files.get(path).is_some_and(says))
    };
    let binding = |verb: Verb| match verb {
        Verb::PermissionDefaults => ["forbid", "require"],
        _ => ["deny", "lock"],
    };
    let libraries_read = libraries_say(&["store_get"]);
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
            can_refuse: reaches(&calls, registered.function.fn_name(), &binding(registered.verb), |_| {
                libraries_say(&binding(registered.verb))
            }),
            refuses_all: registered.verb == Verb::Before
                && bodies.iter().any(|body| {
                    body.name == registered.function.fn_name() && check::always_refuses(&body.statements)
                }),
            locks: reaches(&calls, registered.function.fn_name(), &["lock"], |_| libraries_say(&["lock"])),
            reads_store: reaches(&calls, registered.function.fn_name(), &["store_get"], |_| libraries_read),
            owner: owner.clone(),
            position: registered.position,
            function: registered.function,
            state: registered.state,
            pool: Pool::default(),
        })
    };
    registered.into_iter().map(make).collect()
}
