//! What can be known about scripts before they run, in every branch and every nested function.
//!
//! A walk over the script follows what each variable holds (an event, a list of users, …) from the
//! hook's arguments on, and looks up every field, function and word. What it cannot know, it passes
//! over: the samples and the limits are the next nets.

mod call;
mod compare;
mod effect;
mod field;
mod flow;
mod habits;
mod handle;
mod kind;
mod method;
mod registration;
mod shadow;
mod subject;
mod unused;
mod value;
mod walk;
mod words;

pub(super) use call::article;
pub(super) use flow::always_refuses;
pub(super) use habits::variable as instead_of_variable;

use super::bodies::{Body, bodies, nodes};
use super::compile::Script;
use super::folder::{Role, role};
use super::library::module_file;
use super::{Files, Names};
use crate::report::Report;
use rhai::{AST, ASTNode, Expr, Stmt};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Checks the scripts of a folder, and runs each hook on the samples of its point.
pub fn check(files: &Files, names: &Names<'_>) -> Vec<Report> {
    let loaded = super::load(files, &Files::new(), &Files::new(), names, None);
    let mut reports = loaded.reports;
    reports.extend(super::run_samples(&loaded.set));
    reports.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    reports
}

/// One file under check.
pub(super) struct Unit {
    file: String,
    text: Arc<str>,
    statements: Vec<Stmt>,
    bodies: Vec<Body>,
    /// Captured variables that a closure sets.
    set_in_closures: BTreeSet<String>,
    /// Aliases of imports inside functions, which are reported themselves.
    imported_inside: BTreeSet<String>,
    /// Names of fields that are set anywhere.
    fields_set: BTreeSet<String>,
    /// What it imports: alias and unit; none for one that is not there.
    imports: BTreeMap<String, Option<Arc<Unit>>>,
}

impl Unit {
    fn new(file: &str, text: &Arc<str>, ast: &AST, libraries: &Files, depth: usize) -> Self {
        let mut imports = BTreeMap::new();
        for statement in ast.statements() {
            let Stmt::Import(import, _) = statement else { continue };
            let (Expr::StringConstant(path, _), alias) = (&import.0, import.1.name.to_string()) else {
                continue;
            };
            let path = module_file(path);
            // Libraries that import each other end here; loading them reports it.
            let unit = libraries.get(&path).filter(|_| depth < 8).and_then(|text| {
                let ast = super::compile::parses(&path, text).ok()?;
                Some(Arc::new(Unit::new(&path, text, &ast, libraries, depth + 1)))
            });
            imports.insert(alias, unit);
        }
        let bodies = bodies(ast);
        let statements = ast.statements().to_vec();
        let mut set_in_closures = BTreeSet::new();
        let mut fields_set = BTreeSet::new();
        for body in &bodies {
            set(&body.statements, &mut fields_set, |name| {
                if body.is_closure() && body.params.iter().any(|param| param == name) {
                    set_in_closures.insert(name.to_owned());
                }
            });
        }
        set(&statements, &mut fields_set, |_| {});
        let mut imported_inside = BTreeSet::new();
        for body in &bodies {
            nodes(&body.statements, |path| {
                if let Some(ASTNode::Stmt(Stmt::Import(import, _))) = path.last() {
                    imported_inside.insert(import.1.name.to_string());
                }
            });
        }
        Self {
            file: file.to_owned(),
            text: text.clone(),
            statements,
            bodies,
            set_in_closures,
            imported_inside,
            fields_set,
            imports,
        }
    }

    /// True if it imports that file, directly or not.
    fn reaches(&self, file: &str) -> bool {
        self.imports.values().flatten().any(|unit| unit.file == file || unit.reaches(file))
    }

    fn is_library(&self) -> bool {
        role(&self.file) == Role::Library
    }

    fn body(&self, name: &str, count: usize) -> Option<&Body> {
        self.bodies.iter().find(|body| body.name == name && body.params.len() == count)
    }

    /// How many values the functions of this name take.
    fn counts(&self, name: &str) -> Vec<usize> {
        self.bodies.iter().filter(|body| body.name == name).map(|body| body.params.len()).collect()
    }
}

/// Notes the fields that statements set, and the variables that they set or change.
fn set(statements: &[Stmt], fields: &mut BTreeSet<String>, mut variable: impl FnMut(&str)) {
    nodes(statements, |path| match path.last() {
        Some(ASTNode::Stmt(Stmt::Assignment(assignment))) => {
            let mut last = &assignment.1.lhs;
            if let Some(name) = flow::root(last) {
                variable(name);
            }
            while let Expr::Dot(pair, ..) | Expr::Index(pair, ..) = last {
                last = &pair.rhs;
            }
            match last {
                Expr::Property(property, _) => fields.insert(property.2.to_string()),
                Expr::StringConstant(name, _) => fields.insert(name.to_string()),
                _ => false,
            };
        }
        // Words that become keys of a map by a function: map.set("key", 1).
        Some(ASTNode::Expr(Expr::MethodCall(call, _))) => {
            fields.extend(call.args.iter().filter_map(|value| match value {
                Expr::StringConstant(text, _) => Some(text.to_string()),
                _ => None,
            }));
        }
        _ => {}
    });
}

/// Checks one script against all names; errors keep it from going live.
pub(super) fn script(
    file: &str,
    text: &Arc<str>,
    ast: &AST,
    libraries: &Files,
    names: &Names<'_>,
) -> Vec<Report> {
    let unit = Arc::new(Unit::new(file, text, ast, libraries, 0));
    let (mut reports, mut away) = walk::Walk::new(&unit, names).whole();
    // A library's own mistakes are its own, and reported when it is checked.
    let libraries: BTreeMap<String, Arc<Unit>> =
        away.iter().map(|away| (away.unit.file.clone(), away.unit.clone())).collect();
    for library in libraries.values() {
        let (own, _) = walk::Walk::new(library, names).whole();
        away.retain(|away| !own.iter().any(|own| *own == away.there));
    }
    for told in away.into_iter().map(|away| away.told) {
        if !reports.iter().any(|other| (other.line, other.column) == (told.line, told.column)) {
            reports.push(told);
        }
    }
    reports.extend(super::syntax::open_comment(file, text));
    reports
}

/// Hooks that never run because others before them refuse everything.
pub(super) fn shadowed(hooks: &[Arc<super::Hook>], scripts: &BTreeMap<String, Arc<Script>>) -> Vec<Report> {
    shadow::shadowed(hooks, scripts)
}

/// Checks that a route can have any effect: somebody must write a mail about its event.
pub(super) fn idle(script: &Script, names: &Names<'_>) -> Vec<Report> {
    registration::idle(script, names)
}
