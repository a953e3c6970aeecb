//! The functions of a script, one by one, and what each calls.

use rhai::{AST, ASTNode, Dynamic, Expr, FnPtr, Stmt};
use std::collections::{BTreeMap, BTreeSet};

/// One function of a script; a closure is one with a name that no script can write.
pub struct Body {
    /// Its name.
    pub name: String,
    /// Its parameters, captured variables first.
    pub params: Vec<String>,
    ast: AST,
}

impl Body {
    /// Goes over its statements, in order.
    pub fn statements(&self, mut each: impl FnMut(&Stmt)) {
        self.ast.walk(&mut |path: &[ASTNode<'_>]| {
            if let [ASTNode::Stmt(statement)] = path {
                each(statement);
            }
            true
        });
    }
}

/// All functions.
///
/// Rhai keeps a function's statements in a type without a public name; a copy of the script that
/// holds only this function can be walked.
pub fn bodies(ast: &AST) -> Vec<Body> {
    let one = |name: &str, params: Vec<String>| {
        let mut ast = ast.clone_functions_only();
        ast.retain_functions(|_, _, this, count| this == name && count == params.len());
        Body { name: name.to_owned(), params, ast }
    };
    ast.shared_lib()
        .iter_script_fn_info()
        .map(|(_, _, name, _, function)| one(name, function.params.iter().map(ToString::to_string).collect()))
        .collect()
}

/// What a piece of script calls.
#[derive(Debug, Default)]
pub struct Calls {
    /// Functions, methods and closures, by name; qualified ones as `module::name`.
    pub names: BTreeSet<String>,
}

impl Calls {
    fn note(&mut self, node: &ASTNode<'_>) {
        match node {
            ASTNode::Stmt(Stmt::FnCall(call, _))
            | ASTNode::Expr(Expr::FnCall(call, _) | Expr::MethodCall(call, _)) => {
                let name = match call.namespace.is_empty() {
                    true => call.name.to_string(),
                    false => format!("{}::{}", call.namespace.root(), call.name),
                };
                self.names.insert(name);
            }
            ASTNode::Expr(Expr::DynamicConstant(value, _)) => self.closures(value),
            // A function's bare name is a pointer to it.
            ASTNode::Expr(Expr::Variable(variable, ..)) => {
                self.names.insert(variable.1.to_string());
            }
            _ => {}
        }
    }

    fn closures(&mut self, value: &Dynamic) {
        if let Some(function) = value.read_lock::<FnPtr>() {
            self.names.insert(function.fn_name().to_owned());
        }
    }
}

/// What every function calls by itself.
pub fn calls(ast: &AST) -> BTreeMap<String, Calls> {
    let mut found: BTreeMap<String, Calls> = BTreeMap::new();
    for body in bodies(ast) {
        let calls = found.entry(body.name).or_default();
        body.ast.walk(&mut |path: &[ASTNode<'_>]| {
            path.last().into_iter().for_each(|node| calls.note(node));
            true
        });
    }
    found
}

/// True if `function`, or anything that it calls in turn, calls one of `wanted`. `outside` says so
/// of functions in imported modules, by `module::name`.
pub fn reaches(
    calls: &BTreeMap<String, Calls>,
    function: &str,
    wanted: &[&str],
    outside: impl Fn(&str) -> bool,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![function.to_owned()];
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if wanted.contains(&name.as_str()) || (name.contains("::") && outside(&name)) {
            return true;
        }
        open.extend(calls.get(&name).into_iter().flat_map(|calls| calls.names.iter().cloned()));
    }
    false
}
